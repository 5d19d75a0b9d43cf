//! A way through a search told as a held run: nothing happens there but what is listed, and all of it does.
//!
//! Each choice becomes what a person would do who is the network: a message is delivered, a timer is fired, a server
//! crashes. The run is computed beside it step by step, so that each message is named as that run names it. What a step
//! picks is drawn from the seed there, and so the seed is sought that draws what the search picked.
//!
//! What takes no time in a search takes some in a run. So beside the way that was found goes the same way with the times of
//! the run: what messages say of times is what they say there.

use super::{
    Choice,
    choice::small,
    snapshot::fired,
    state::{Flight, Open, State},
    time::Wrong,
};
use crate::{Limits, history::ServiceOf, judge};
use lightcone_core::{ConfigError, Micros, Model, NodeId, Packet, Protocol, Service, TimerOf};
use lightcone_sim::{
    Disk, Fault, Intervention, Manner, Network, Run, Scenario, Selected, Selector, Until, When, actors::Actors,
    typed::Typed,
};
use std::rc::Rc;

/// From one thing that is done to the next, where there is no time.
const PACE: Micros = Micros::ms(10);
/// The same where there is, tried in this order: what takes no time in a search takes some in a run, and little enough to
/// change nothing is to be left.
const PACES: [Micros; 3] = [PACE, Micros::ms(1), Micros(10)];
/// So many seeds are tried.
const SEEDS: u64 = 3_000;
/// A run that went on for a while has its seed. What is asked there is given other numbers, so many times.
const NAMES: u64 = 100;

/// What is broken, by name: the part of the words before the colon.
pub fn name_of(words: &str) -> &str {
    words.split_once(':').map_or(words, |(name, _)| name)
}

/// What is wrong with a run of the protocol `P`, computed to its end, by name.
///
/// # Panics
/// If it is a run of another protocol.
pub fn wrong<P: Protocol>(run: &Run) -> Vec<&'static str> {
    judge::<P>(run, Limits::default()).wrong()
}

/// The surroundings and interventions with which a held run goes as some choices do and breaks what they break, sought
/// attempt by attempt. A search that started from a moment of a run is told as that run, held from then on.
pub struct Retelling<P: Protocol> {
    start: State<P>,
    choices: Vec<Choice>,
    name: String,
    actors: Rc<dyn Actors>,
    attempt: u64,
}

impl<P: Protocol> Retelling<P> {
    /// A way from `start` that breaks what is called `name`.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn new(start: State<P>, choices: Vec<Choice>, name: &str) -> Result<Self, ConfigError> {
        let actors = Rc::new(Typed::<P>::new(start.site.cluster.config.clone())?);
        Ok(Retelling { start, choices, name: name.into(), actors, attempt: 1 })
    }

    /// Tries the next seed: what it came to if it goes this way, and nothing if it does not. Not at all after a few
    /// thousand.
    pub fn advance(&mut self) -> Option<Option<Scenario>> {
        let most = if self.start.site.before.is_some() { NAMES } else { SEEDS };
        (self.attempt <= most).then(|| {
            self.attempt += 1;
            self.told(self.attempt - 1)
        })
    }

    fn told(&self, attempt: u64) -> Option<Scenario> {
        let paces = if self.start.site.timing.is_some() { &PACES[..] } else { &[PACE] };
        paces.iter().find_map(|pace| {
            let mut told = Retold::new(&self.start, self.actors.clone(), attempt, *pace);
            told.follow(&self.choices)?;
            let run = told.run()?;
            wrong::<P>(&run).contains(&&*self.name).then_some(told.scenario)
        })
    }
}

/// A run in the making.
struct Retold<P: Protocol> {
    /// The way that was found, so far.
    found: State<P>,
    /// The same with the times of the run.
    state: State<P>,
    actors: Rc<dyn Actors>,
    scenario: Scenario,
    /// The number of the next thing that is done.
    next: u32,
    pace: Micros,
}

impl<P: Protocol> Retold<P> {
    /// What a step picks is drawn from the seed and from the number of what brought it about.
    fn new(start: &State<P>, actors: Rc<dyn Actors>, attempt: u64, pace: Micros) -> Self {
        let (found, state) = (start.clone(), start.clone());
        if let Some(before) = &start.site.before {
            let last = before.interventions.iter().map(|one| one.id).max().unwrap_or_default();
            let next = last + u32::try_from(attempt).expect("few names are tried");
            let mut scenario = Scenario::clone(before);
            if let Some(timing) = &start.site.timing {
                scenario.until = timing.begins().plus(pace);
            }
            return Retold { found, state, actors, scenario, next, pace };
        }
        let network = Network { order: start.site.order, ..Network::default() };
        let scenario = Scenario { seed: attempt, until: pace, held: true, network, ..Scenario::default() };
        Retold { found, state, actors, scenario, next: 1, pace }
    }

    /// Does what was chosen, one thing after the other; nothing if the run goes another way.
    fn follow(&mut self, choices: &[Choice]) -> Option<()> {
        let mut rest = choices.iter().copied();
        while let Some(choice) = rest.next() {
            self.state.pass(self.scenario.until);
            let before = self.state.clone();
            let mut cut = 0;
            let here = self.here(choice)?;
            self.go(choice, here)?;
            while self.found.open != Open::Nothing {
                let decided = rest.next()?;
                if let Choice::Cut(after) = decided {
                    cut = after;
                }
                self.go(decided, decided)?;
            }
            let choice = here;
            self.tell(&before, choice, cut)?;
        }
        Some(())
    }

    /// One step on both ways, if what comes next can come next here, too.
    fn go(&mut self, found: Choice, here: Choice) -> Option<()> {
        let can = match here {
            // Of equal messages any may arrive, though a search tries one.
            Choice::Deliver(place) | Choice::Copy(place) | Choice::CrashAt(place) => {
                let to = self.state.flights[usize::from(place)].to;
                self.state.places[to.index()].machine.is_some()
            }
            Choice::Lose(_) => true,
            other => self.state.all_choices().contains(&other),
        };
        can.then(|| {
            self.found.apply(&found);
            self.state.apply(&here);
        })
    }

    /// A choice of the way that was found, with its message or timer at the place that it has here.
    fn here(&self, choice: Choice) -> Option<Choice> {
        let timer = |node: NodeId, found: u16| {
            let wanted = &self.found.places[node.index()].timers[usize::from(found)].timer;
            self.state.places[node.index()].timers.iter().position(|armed| armed.timer == *wanted).map(small)
        };
        let place = |found: u16| {
            let sent = self.found.flights[usize::from(found)].sent;
            self.state.flights.iter().position(|flight| flight.sent == sent).map(small)
        };
        Some(match choice {
            Choice::Deliver(found) => Choice::Deliver(place(found)?),
            Choice::Lose(found) => Choice::Lose(place(found)?),
            Choice::Copy(found) => Choice::Copy(place(found)?),
            Choice::CrashAt(found) => Choice::CrashAt(place(found)?),
            Choice::Fire(node, found) => Choice::Fire(node, timer(node, found)?),
            Choice::CrashIn(node, found) => Choice::CrashIn(node, timer(node, found)?),
            Choice::Twist(found, nth) => Choice::Twist(place(found)?, nth),
            same => same,
        })
    }

    /// One thing is done, when everything before it is over.
    fn tell(&mut self, before: &State<P>, choice: Choice, cut: u16) -> Option<()> {
        let at = before.when(choice);
        self.scenario.until = at;
        let name = |node: NodeId| before.site.cluster.specs[node.index()].name.clone();
        let crash = |node| Fault::Crash { node: name(node), disk: Disk::Kept, after: Some(cut.into()) };
        match choice {
            Choice::Deliver(place) => self.deliver(before, place, None)?,
            Choice::Copy(place) => self.deliver(before, place, Some(Fault::Duplicate))?,
            Choice::CrashAt(place) => {
                let node = before.flights[usize::from(place)].to;
                self.deliver(before, place, Some(crash(node)))?;
            }
            Choice::Lose(place) => self.on(self.selector(&before.flights[usize::from(place)])?, Fault::Drop),
            Choice::Twist(place, nth) => {
                let selector = self.selector(&before.flights[usize::from(place)])?;
                self.on(selector, Fault::Lie { nth: u32::from(nth) + 1 });
            }
            Choice::Fire(node, place) => self.fire(before, node, place, None)?,
            Choice::CrashIn(node, place) => self.fire(before, node, place, Some(crash(node)))?,
            Choice::Crash(node) => self.at(at, Fault::Crash { node: name(node), disk: Disk::Kept, after: None }),
            Choice::Restart(node) => self.at(at, Fault::Restart { node: name(node) }),
            Choice::Ask(node, place) => {
                let few = before.few(before.next_op(node));
                let op = ServiceOf::<P>::op_words(few.get(usize::from(place))?);
                self.at(at, Fault::Request { client: name(node), op });
            }
            Choice::Stimulus(place) => {
                let stimulus = &before.site.stimuli[usize::from(place)];
                self.at(at, Fault::Local { node: name(stimulus.node), what: stimulus.label.clone() });
            }
            // It says all that it could say, and what the search picked is among that.
            Choice::Lie(liar, ..) => {
                let moment = Until::At(at.plus(Micros(1)));
                self.at(at, Fault::Byzantine { node: name(liar), manner: Manner::Unasked });
                self.scenario.interventions.last_mut()?.until = moment;
            }
            Choice::Clocks(way) => self.set_clocks(before, way),
            Choice::Pick(_) | Choice::Cut(_) => return None,
        }
        self.scenario.until = at.plus(self.pace);
        Some(())
    }

    fn set_clocks(&mut self, before: &State<P>, way: u16) {
        let timing = before.site.timing.as_ref().expect("only a search that knows time has clocks to choose");
        for (node, wrong) in timing.wrong(way).filter(|(_, wrong)| *wrong != Wrong::default()) {
            let (node, Wrong { ahead, drift }) = (before.site.cluster.specs[node.index()].name.clone(), wrong);
            self.at(self.scenario.until, Fault::Clock { node, ahead, drift });
        }
    }

    fn at(&mut self, at: Micros, fault: Fault) {
        self.add(When::At(at), fault);
    }

    fn on(&mut self, selector: Selector, fault: Fault) {
        self.add(When::On { selector, name: None }, fault);
    }

    fn add(&mut self, when: When, fault: Fault) {
        self.scenario.interventions.push(Intervention { id: self.next, when, until: Until::End, fault });
        self.next += 1;
    }

    /// A message is delivered, after something else is done to it.
    fn deliver(&mut self, before: &State<P>, place: u16, first: Option<Fault>) -> Option<()> {
        let message = self.selector(&before.flights[usize::from(place)])?;
        if let Some(fault) = first {
            self.on(message.clone(), fault);
        }
        self.at(self.scenario.until, Fault::Deliver { message });
        Some(())
    }

    /// A timer fires, perhaps for the last time before a crash.
    fn fire(&mut self, before: &State<P>, node: NodeId, place: u16, crash: Option<Fault>) -> Option<()> {
        let timer = match &before.places[node.index()].timers[usize::from(place)].timer {
            TimerOf::Node(timer) => format!("{timer:?}"),
            TimerOf::Client(timer) => format!("{timer:?}"),
        };
        let nth = fired(&self.run()?, &timer, node) + 1;
        let what = Selected::Timer { timer, node: before.site.cluster.specs[node.index()].name.clone() };
        if let Some(crash) = crash {
            self.on(Selector { what: what.clone(), nth }, crash);
        }
        self.at(self.scenario.until, Fault::Fire { timer: Selector { what, nth: 1 } });
        Some(())
    }

    /// What the run, as far as it goes, calls a message that is under way.
    fn selector(&self, wanted: &Flight<P>) -> Option<Selector> {
        let run = self.run()?;
        let is_it = |packet: &Packet<P>| *packet == *wanted.packet;
        let flight = run.world().flights().find(|flight| {
            (flight.to, flight.from) == wanted.link() && flight.parcel.packet.downcast_ref().is_some_and(is_it)
        })?;
        run.message(flight.record as usize).selector.parse().ok()
    }

    /// The run so far.
    fn run(&self) -> Option<Run> {
        let mut run = Run::of(self.actors.clone(), self.scenario.clone()).ok()?;
        run.finish();
        Some(run)
    }
}

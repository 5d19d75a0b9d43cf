//! A cluster at a moment of a run, from which a search may start.
//!
//! The run goes as it went until that moment. Then whatever lasts is over, and everything is held: what was under way may
//! arrive whenever or be lost, what was armed may fire, who is down may come back. What the observer remembers and what
//! clients saw until then is kept, so that invariants and histories go on.

use super::{
    Bounds, Site, State,
    history::History,
    part::Part,
    state::{Flight, Place},
    time::Armed,
};
use crate::history::{ServiceOf, history};
use lightcone_core::{Clocks, ConfigError, Machine, Micros, NodeId, NodeSet, OpId, Packet, Protocol};
use lightcone_sim::{
    Clock, Fault, Intervention, Lasting, Run, Scenario, When,
    actors::{Actors, Datum},
    typed::Typed,
    view::{Fate, Loss},
};
use std::{fmt, rc::Rc};

/// An instant is over when the next one comes.
const MOMENT: Micros = Micros(1);
/// From the moment to the first thing that is done.
const PACE: Micros = Micros::ms(10);

/// A cluster at a moment of a run of the protocol `P`.
pub struct Snapshot<P: Protocol> {
    places: Vec<Part<Place<P>>>,
    flights: Vec<Flight<P>>,
    ghost: Part<P::Ghost>,
    history: Part<History<ServiceOf<P>>>,
    liars: NodeSet,
    now: Micros,
    clocks: Rc<[Clock]>,
    before: Rc<Scenario>,
}

impl<P: Protocol> Clone for Snapshot<P> {
    fn clone(&self) -> Self {
        Snapshot {
            places: self.places.clone(),
            flights: self.flights.clone(),
            ghost: self.ghost.clone(),
            history: self.history.clone(),
            liars: self.liars,
            now: self.now,
            clocks: self.clocks.clone(),
            before: self.before.clone(),
        }
    }
}

impl<P: Protocol> fmt::Debug for Snapshot<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a cluster held for {} of a run", self.before.until)
    }
}

impl<P: Protocol> Snapshot<P> {
    /// The cluster of a run when the instant `at` is over.
    ///
    /// # Errors
    /// `at` where that is after the end of the run, or after something was broken; `from` where the run cannot be searched;
    /// or the setting that cannot be run.
    pub fn of(config: P::Config, scenario: &Scenario, at: Micros) -> Result<Self, ConfigError> {
        if at > scenario.until {
            return Err(ConfigError::new("at", format!("the run ends at {}", scenario.until)));
        }
        if !scenario.load.is_empty() {
            return Err(ConfigError::new("from", "its servers have a load, and how long work takes is not searched"));
        }
        let timed = P::clocks(&config) != Clocks::Unread;
        let typed = Rc::new(Typed::<P>::new(config)?);
        let until = run(&typed, Scenario { until: at, ..scenario.clone() })?;
        let before = held(scenario, &until, at);
        let held = run(&typed, before.clone())?;
        refuse_broken::<P>(&held)?;
        Ok(Snapshot::taken(&typed, &held, before, (at.plus(MOMENT), timed)))
    }

    fn taken(typed: &Typed<P>, run: &Run, before: Scenario, (now, timed): (Micros, bool)) -> Self {
        let world = run.world();
        let everyone = || (0..).map(NodeId).take(run.setup().specs().len());
        let mut under_way: Vec<_> = world.flights().collect();
        under_way.sort_by_key(|flight| flight.record);
        let flight = |flight: &&lightcone_sim::InFlight| Flight {
            from: flight.from,
            to: flight.to,
            sent: 0,
            packet: Part::new(Packet::clone(&of(&flight.parcel.packet))),
        };
        Snapshot {
            places: everyone().map(|node| Part::new(place(typed, run, node, timed.then_some(now)))).collect(),
            flights: under_way.iter().map(flight).collect(),
            ghost: Part::new(P::Ghost::clone(&of(&world.ghost))),
            history: Part::new(seen::<P>(run)),
            liars: world.liars,
            now,
            clocks: everyone().map(|node| world.slot(node).clock).collect(),
            before: Rc::new(before),
        }
    }

    /// The time, and everyone's clock.
    pub(super) fn time(&self) -> (Micros, Rc<[Clock]>) {
        (self.now, self.clocks.clone())
    }

    /// The run until then.
    pub(super) fn before(&self) -> Rc<Scenario> {
        self.before.clone()
    }

    /// The state from which a search starts.
    pub(super) fn state(&self, site: Rc<Site<P>>, left: Bounds) -> State<P> {
        let mut state = State::nothing(site, left, self.places.clone());
        (state.ghost, state.history, state.liars) = (self.ghost.clone(), self.history.clone(), self.liars);
        for flight in self.flights.iter().cloned() {
            state.send(flight.from, flight.to, flight.packet);
        }
        state.begin_time();
        state
    }
}

fn run<P: Protocol>(typed: &Rc<Typed<P>>, scenario: Scenario) -> Result<Run, ConfigError> {
    let refuse = |wrong: lightcone_sim::SetupError| ConfigError::new("from", wrong.to_string());
    let mut run = Run::of(typed.clone() as Rc<dyn Actors>, scenario).map_err(refuse)?;
    run.finish();
    Ok(run)
}

/// A scenario that goes as the run did until `at`, and is held from then on.
fn held(scenario: &Scenario, until: &Run, at: Micros) -> Scenario {
    let acted = |id: u32| until.trace().remarks.iter().any(|remark| remark.id == id);
    let to_come = |id: u32| until.world().flights().any(|flight| flight.crashes() == Some(id));
    // What did nothing until then is not to do anything later.
    let before = |one: &&Intervention| match one.when {
        When::At(start) => start <= at && !until.world().waits(one.id),
        When::On { .. } | When::If(_) => acted(one.id) && !to_come(one.id),
    };
    let mut held = scenario.clone();
    held.interventions = scenario.interventions.iter().filter(before).cloned().collect();
    let mut next = scenario.interventions.iter().map(|one| one.id).max().map_or(1, |id| id + 1);
    let mut add = |when: When, fault: Fault| {
        held.interventions.push(Intervention { id: next, when, until: lightcone_sim::Until::End, fault });
        next += 1;
    };
    // What was lost by chance is lost by name, since nothing is to be lost by chance later.
    for (place, message) in until.trace().messages.iter().enumerate() {
        if message.fate == Fate::Lost(Loss::Chance)
            && let Ok(selector) = until.message(place).selector.parse()
        {
            add(When::On { selector, name: None }, Fault::Drop);
        }
    }
    let since = at.plus(MOMENT);
    if !scenario.held {
        add(When::At(since), Fault::Hold);
    }
    if until.world().lasting().iter().any(|active| !matches!(*active.what, Lasting::Hold)) {
        add(When::At(since), Fault::Heal);
    }
    held.network.loss = 0;
    held.until = since.plus(PACE);
    held
}

/// A search starts from where nothing is broken.
fn refuse_broken<P: Protocol>(run: &Run) -> Result<(), ConfigError> {
    let until = run.scenario().until;
    let refuse = |words: String| Err(ConfigError::new("at", words));
    if let Some((since, words)) = run.void_since(until) {
        return refuse(format!("nothing is promised there any more: since {since}, {words}"));
    }
    if let Some(broken) = run.trace().broken.first() {
        let (name, at) =
            (run.setup().actors.invariants()[broken.invariant].name, run.trace().events[broken.event as usize].at);
        return refuse(format!("{name} is broken there already, since {at}"));
    }
    match seen::<P>(run).broken(run.setup().specs()) {
        Some(words) => refuse(format!("what clients saw until then has no order: {words}")),
        None => Ok(()),
    }
}

/// What clients saw of a run.
fn seen<P: Protocol>(run: &Run) -> History<ServiceOf<P>> {
    let (trace, mut seen) = (run.trace(), History::default());
    let operations = history::<ServiceOf<P>>(trace, trace.events.len());
    let mut moments: Vec<(u32, bool, usize)> = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        moments.push((operation.asked.event, true, place));
        moments.extend(operation.told.as_ref().map(|(told, _)| (told.event, false, place)));
    }
    // Who is answered in the step that asks was asked first.
    moments.sort_unstable_by_key(|(event, asked, place)| (*event, !asked, *place));
    for (_, asked, place) in moments {
        let (id, operation): (OpId, _) = (trace.ops[place].id, &operations[place]);
        match &operation.told {
            Some((_, ret)) if !asked => seen.tell(id, ret.clone()),
            _ => seen.ask(id, operation.op.clone()),
        }
    }
    seen
}

/// Someone's place. Where there is a time, timers that may not fire yet may not.
fn place<P: Protocol>(typed: &Typed<P>, run: &Run, node: NodeId, now: Option<Micros>) -> Place<P> {
    let slot = run.world().slot(node);
    let armed = |armed: &lightcone_sim::world::Armed| {
        let due = armed.shown.plus(armed.least);
        let waits = now.is_some_and(|now| due > slot.clock.shows(now));
        Armed { timer: typed.timer(armed.code), due: if waits { due } else { Micros::ZERO } }
    };
    let mut timers: Vec<Armed<P>> = slot.timers.iter().map(armed).collect();
    timers.sort_by(|a, b| (&a.timer, a.due).cmp(&(&b.timer, b.due)));
    timers.dedup_by(|a, b| a.timer == b.timer);
    Place {
        machine: slot.machine.as_ref().map(of::<Machine<P>>),
        disk: slot.disk.as_ref().map(of::<P>),
        timers,
        // Who is not there does not come back.
        down: slot.machine.is_none() && slot.there,
    }
}

fn of<T: 'static>(datum: &Datum) -> Rc<T> {
    datum.clone().downcast().unwrap_or_else(|_| panic!("it is a run of this protocol"))
}

/// How many times a timer of this label fired at `node` in a run.
pub(super) fn fired(run: &Run, label: &str, node: NodeId) -> u32 {
    let trace = run.trace();
    let is_it = |event: &&lightcone_sim::trace::Event| {
        event.kind == lightcone_sim::view::EventKind::Timer
            && event.node == node
            && trace.timers[usize::from(event.timer)].1 == label
    };
    u32::try_from(trace.events.iter().filter(is_it).count()).expect("a run has fewer events")
}

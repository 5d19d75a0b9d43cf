//! A run: a scenario, what is computed of it so far, and sparse checkpoints for going back.

use crate::{
    Fault, Intervention, Scenario, When,
    setup::{Plan, Setup, SetupError, Target, end_of},
    trace::{Cause, Event, Listener, Quiet, Trace},
    view::{EventKind, Fate},
    world::{Site, World},
};
use lightcone_core::{Micros, Protocol};

/// A checkpoint is kept every so many events.
const SPACING: u32 = 512;

/// A run of one protocol. It is computed in slices, and its past can be asked about at any time.
pub struct Run<P: Protocol> {
    scenario: Scenario<P::Config>,
    setup: Setup<P>,
    plan: Plan<P>,
    world: World<P>,
    trace: Trace<P>,
    checkpoints: Vec<World<P>>,
}

impl<P: Protocol> Run<P> {
    /// A run of which nothing is computed yet.
    ///
    /// # Errors
    /// The setting or operation that cannot be run.
    pub fn new(scenario: Scenario<P::Config>) -> Result<Self, SetupError> {
        let setup = Setup::new(&scenario)?;
        let plan = Plan::new(&setup, &scenario.interventions)?;
        let world = World::new(&setup, &plan);
        let checkpoints = vec![world.clone()];
        Ok(Run { scenario, setup, plan, world, trace: Trace::default(), checkpoints })
    }

    fn site(&self) -> Site<'_, P> {
        Site { setup: &self.setup, plan: &self.plan }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario<P::Config> {
        &self.scenario
    }

    /// The participants, links and clocks.
    pub fn setup(&self) -> &Setup<P> {
        &self.setup
    }

    /// The interventions, resolved.
    pub fn plan(&self) -> &Plan<P> {
        &self.plan
    }

    /// What happened so far.
    pub fn trace(&self) -> &Trace<P> {
        &self.trace
    }

    /// The cluster after all that is computed.
    pub fn world(&self) -> &World<P> {
        &self.world
    }

    /// Goes on for at most `budget` events; true when the end of the run is reached.
    pub fn advance(&mut self, budget: usize) -> bool {
        let stop = self.trace.events.len() + budget;
        while self.trace.events.len() < stop {
            let site = Site { setup: &self.setup, plan: &self.plan };
            if !self.world.next(site, self.scenario.until, &mut self.trace) {
                return true;
            }
            if self.world.events >= self.checkpoints.last().map_or(0, |last| last.events) + SPACING {
                self.checkpoints.push(self.world.clone());
            }
        }
        false
    }

    /// Computes all of it.
    pub fn finish(&mut self) {
        while !self.advance(100_000) {}
    }

    /// Moves the end of the run.
    pub fn set_until(&mut self, until: Micros) {
        let shorter = until < self.scenario.until;
        self.scenario.until = until;
        if shorter {
            self.resume(until.plus(Micros(1)));
        }
    }

    /// Puts other interventions in place of the present ones and keeps what they cannot have changed.
    ///
    /// # Errors
    /// The operation that the service does not know; the run stays as it was.
    pub fn edit(&mut self, interventions: Vec<Intervention>) -> Result<(), SetupError> {
        let plan = Plan::new(&self.setup, &interventions)?;
        let first = self.first_difference(&interventions);
        self.scenario.interventions = interventions;
        self.plan = plan;
        if let Some(first) = first {
            self.resume(first);
        }
        Ok(())
    }

    /// The earliest instant at which other interventions can make a difference.
    fn first_difference(&self, new: &[Intervention]) -> Option<Micros> {
        let old = &self.scenario.interventions;
        let gone = old.iter().filter(|one| !new.contains(one));
        let come = new.iter().filter(|one| !old.contains(one));
        let changed: Vec<&Intervention> = gone.chain(come).collect();
        let only_ends = |one: &&Intervention| {
            let twin = |other: &&&Intervention| other.id == one.id && other != &one && same_but_end(other, one);
            one.fault
                .until()
                .or_else(|| changed.iter().find(twin).and_then(|twin| twin.fault.until()))
                .filter(|_| changed.iter().any(|other| twin(&other)))
        };
        changed.iter().map(|one| only_ends(one).unwrap_or_else(|| self.start_of(one))).min()
    }

    fn start_of(&self, one: &Intervention) -> Micros {
        match &one.when {
            When::At(at) => *at,
            When::On { .. } => self.match_of(one).unwrap_or(self.world.now.plus(Micros(1))),
        }
    }

    /// When the message or timer that an intervention selects came about in this run.
    fn match_of(&self, one: &Intervention) -> Option<Micros> {
        let plan = Plan::new(&self.setup, std::slice::from_ref(one)).ok()?;
        let watch = plan.watches.first()?;
        let nth = (watch.nth as usize).checked_sub(1)?;
        let likes = Likes::new(&watch.target, &self.trace);
        let place = *likes.places.get(nth)?;
        Some(if likes.are_messages { self.trace.messages[place].sent } else { self.trace.events[place].at })
    }

    /// Goes back to the last checkpoint before `first`, from where the run is computed anew.
    fn resume(&mut self, first: Micros) {
        let keep = self.checkpoints.partition_point(|world| world.now < first).max(1);
        self.checkpoints.truncate(keep);
        let world = self.checkpoints[keep - 1].clone();
        self.trace.truncate(world.events, world.messages, world.now);
        if keep == 1 {
            self.trace.remarks.clear();
        }
        for flight in world.flights.iter() {
            let record = &mut self.trace.messages[flight.record as usize];
            record.fate = if flight.parked.is_some() { Fate::Parked } else { Fate::Flying };
            record.end = flight.arrives;
        }
        let likes: Vec<Likes> = self.plan.watches.iter().map(|watch| Likes::new(&watch.target, &self.trace)).collect();
        for checkpoint in &mut self.checkpoints {
            checkpoint.seen = likes.iter().map(|likes| likes.before(checkpoint)).collect();
        }
        self.world = World { seen: likes.iter().map(|likes| likes.before(&world)).collect(), ..world };
    }

    /// The cluster after the first `events` events.
    pub fn at(&self, events: usize) -> World<P> {
        let events = crate::trace::small(events.min(self.trace.events.len()));
        let after = self.checkpoints.partition_point(|world| world.events <= events);
        let mut world = self.checkpoints[after - 1].clone();
        while world.events < events {
            let more = world.next(self.site(), self.scenario.until, &mut Quiet);
            assert!(more, "a replay ends where the run did");
        }
        world
    }

    /// What the step of an event said of itself and did, and the cluster before and after it.
    pub fn listen(&self, event: usize) -> Heard<P> {
        let before = self.at(event);
        let mut after = before.clone();
        let mut listener = Listener { notes: Vec::new(), effects: Vec::new() };
        while (after.events as usize) <= event {
            let more = after.next(self.site(), self.scenario.until, &mut listener);
            assert!(more, "a replay ends where the run did");
        }
        Heard { before, after, listener }
    }

    /// The interventions that did nothing, or not what was meant, with the reason.
    pub fn idle(&self) -> Vec<(u32, String)> {
        let mut idle = self.plan.idle.clone();
        let remarks = self.trace.remarks.iter();
        idle.extend(remarks.filter_map(|remark| Some((remark.id, remark.trouble.clone()?))));
        let unseen = self.plan.watches.iter().filter(|w| self.trace.remarks.iter().all(|remark| remark.id != w.id));
        idle.extend(unseen.map(|watch| (watch.id, "nothing in this run is called so".into())));
        let beyond = self.plan.entries.iter().filter(|entry| entry.at > self.scenario.until);
        idle.extend(beyond.map(|entry| (entry.id, "the run ends before it".into())));
        let silenced =
            |id: u32| self.scenario.interventions.iter().any(|one| one.id == id && one.fault.until().is_some());
        idle.retain(|(id, reason)| !(reason == "the run ends before it" && silenced(*id)));
        idle.sort();
        idle.dedup_by_key(|(id, _)| *id);
        idle
    }

    /// When a lasting intervention ends, by its own end or by a `heal`.
    pub fn end_of(&self, one: &Intervention) -> Option<Micros> {
        match one.when {
            When::At(at) => end_of(&self.scenario.interventions, one.fault.until(), at),
            When::On { .. } => None,
        }
    }

    /// The messages under way when `events` events have happened and it is `at`, by their place in the trace.
    pub fn under_way(&self, at: Micros) -> impl Iterator<Item = usize> {
        let sent = self.trace.messages.partition_point(|message| message.sent <= at);
        let flies = move |place: &usize| self.trace.messages[*place].end > at;
        (0..sent).filter(flies)
    }

    /// The event that sent the input of `event`, if a message was its input.
    pub fn sender_of(&self, event: usize) -> Option<usize> {
        match self.trace.events[event].cause {
            Cause::Message(message) => Some(self.trace.messages[message as usize].sent_by as usize),
            _ => None,
        }
    }
}

/// What one step said of itself and did.
pub struct Heard<P: Protocol> {
    /// The cluster before it.
    pub before: World<P>,
    /// The cluster after it.
    pub after: World<P>,
    /// Its rules, guards and effects.
    pub listener: Listener<P>,
}

fn same_but_end(one: &Intervention, other: &Intervention) -> bool {
    let endless = |intervention: &Intervention| {
        let mut copy = intervention.clone();
        copy.fault.set_until(None);
        copy
    };
    endless(one) == endless(other) && !matches!(one.fault, Fault::Heal)
}

/// What a run has of the messages, or of the timers, that a watch counts: their places in the trace.
struct Likes {
    are_messages: bool,
    places: Vec<usize>,
}

impl Likes {
    fn new<P: Protocol>(target: &Target, trace: &Trace<P>) -> Self {
        match target {
            Target::Message { key, from, to } => {
                let messages = trace.messages.iter().enumerate().filter(|(_, m)| (m.from, m.to) == (*from, *to));
                let places = messages.filter(|(_, m)| m.key.to_string() == *key).map(|(place, _)| place).collect();
                Likes { are_messages: true, places }
            }
            Target::Timer { label, node } => {
                let fired = |e: &Event| e.kind == EventKind::Timer && e.node == *node;
                let events = trace.events.iter().enumerate().filter(|(_, e)| fired(e));
                let like = events.filter(|(_, e)| trace.timers[e.timer as usize].1 == *label);
                Likes { are_messages: false, places: like.map(|(place, _)| place).collect() }
            }
        }
    }

    /// How many of them there were before a checkpoint.
    fn before<P: Protocol>(&self, checkpoint: &World<P>) -> u32 {
        let end = if self.are_messages { checkpoint.messages } else { checkpoint.events };
        crate::trace::small(self.places.partition_point(|place| *place < end as usize))
    }
}

//! A run: a scenario, what is computed of it so far, and sparse checkpoints for going back.

use crate::{
    Intervention, Scenario,
    act::{Act, Moment},
    actors::Actors,
    checkpoints::Checkpoints,
    plan::Plan,
    setup::{Setup, SetupError},
    trace::{Cause, Listener, Quiet, Sink, Trace, Watching},
    typed::Typed,
    view::Fate,
    world::{Site, World},
};
use lightcone_core::{Micros, Protocol, order};
use std::rc::Rc;

/// A run of one protocol. It is computed in slices, and its past can be asked about at any time. A clone is a branch: it
/// keeps this future when the other is edited.
#[derive(Clone)]
pub struct Run {
    pub(crate) scenario: Scenario,
    pub(crate) setup: Setup,
    pub(crate) plan: Rc<Plan>,
    pub(crate) world: World,
    pub(crate) trace: Trace,
    pub(crate) checkpoints: Checkpoints,
}

impl Run {
    /// A run of the protocol `P` of which nothing is computed yet.
    ///
    /// # Errors
    /// The setting or operation that cannot be run.
    pub fn new<P: Protocol>(config: P::Config, scenario: Scenario) -> Result<Self, SetupError> {
        Run::of(Rc::new(Typed::<P>::new(config)?), scenario)
    }

    /// A run of these participants of which nothing is computed yet.
    ///
    /// # Errors
    /// The operation that cannot be asked for.
    pub fn of(actors: Rc<dyn Actors>, scenario: Scenario) -> Result<Self, SetupError> {
        let setup = Setup::new(actors, &scenario);
        let plan = Rc::new(Plan::new(&setup, &scenario.interventions)?);
        let world = World::new(&setup, &plan);
        let checkpoints = Checkpoints::new(&world);
        let trace = Trace::new(setup.specs().len());
        Ok(Run { scenario, setup, plan, world, trace, checkpoints })
    }

    /// So many checkpoints are kept at most, however long the run is.
    pub const MOST_CHECKPOINTS: usize = crate::checkpoints::MOST;

    /// How many checkpoints are kept just now.
    pub fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }

    /// Whether the observer looks at what is computed from now on: without it there are no invariants.
    pub fn observe(&mut self, observed: bool) {
        self.trace.observed = observed;
    }

    pub(crate) fn site(&self) -> Site<'_> {
        Site { setup: &self.setup, plan: &self.plan, heard: false }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The settings of the protocol `P`.
    ///
    /// # Panics
    /// If this is a run of another protocol.
    pub fn config<P: Protocol>(&self) -> &P::Config {
        self.setup.actors.config().downcast_ref().expect("it is a run of this protocol")
    }

    /// The participants, links and clocks.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The interventions, resolved.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What happened so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The cluster after all that is computed.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Goes on for at most `budget` events; true when the end of the run is reached.
    pub fn advance(&mut self, budget: usize) -> bool {
        let stop = self.trace.events.len() + budget;
        while self.trace.events.len() < stop {
            let site = Site { setup: &self.setup, plan: &self.plan, heard: false };
            if !self.world.next(site, self.scenario.until, &mut self.trace) {
                return true;
            }
            if self.checkpoints.are_due(&self.world) {
                self.checkpoints.keep(&self.world);
            }
        }
        false
    }

    /// Computes all of it.
    pub fn finish(&mut self) {
        while !self.advance(100_000) {}
    }

    /// Whether the end of the run is reached.
    pub fn is_finished(&self) -> bool {
        let mut world = self.world.clone();
        !world.next(self.site(), self.scenario.until, &mut Quiet)
    }

    /// Moves the end of the run.
    pub fn set_until(&mut self, until: Micros) {
        let shorter = until < self.scenario.until;
        self.scenario.until = until;
        if shorter {
            self.resume(until.plus(Micros(1)));
        }
    }

    /// The cluster after the first `events` events. What the observer remembers may be older.
    pub fn at(&self, events: usize) -> World {
        self.replayed(events, &mut Quiet)
    }

    /// The same with what the observer remembers by then.
    pub fn observed_at(&self, events: usize) -> World {
        self.replayed(events, &mut Watching)
    }

    fn replayed(&self, events: usize, sink: &mut dyn Sink) -> World {
        let events = crate::trace::small(events.min(self.trace.events.len()));
        let mut world = self.checkpoints.before(events).clone();
        while world.events < events {
            let more = world.next(self.site(), self.scenario.until, sink);
            assert!(more, "a replay ends where the run did");
        }
        world
    }

    /// What the step of an event said of itself and did, and the cluster before and after it.
    pub fn listen(&self, event: usize) -> Heard {
        let before = self.at(event);
        let mut after = before.clone();
        let mut listener = Listener::default();
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
        let silent = |id: u32| self.trace.remarks.iter().all(|remark| remark.id != id);
        let watches =
            self.plan.watches.iter().filter(|watch| silent(watch.id) && watch.does != crate::plan::Does::Mark);
        idle.extend(watches.map(|watch| (watch.id, "nothing in this run is called so".into())));
        let triggers = self.plan.triggers.iter().filter(|trigger| silent(trigger.id));
        idle.extend(triggers.map(|trigger| (trigger.id, "its condition was not met in this run".into())));
        let waits = |entry: &&crate::plan::Entry| matches!(entry.act, Act::Moment(Moment::Crash(_, _, Some(_))));
        let due = self.plan.entries.iter().filter(|entry| entry.at <= self.scenario.until);
        let undone = due.filter(waits).filter(|entry| silent(entry.id));
        idle.extend(undone.map(|entry| (entry.id, "it made no step in which it could crash".into())));
        let beyond = self.plan.entries.iter().filter(|entry| entry.at > self.scenario.until);
        idle.extend(beyond.map(|entry| (entry.id, "the run ends before it".into())));
        order::sort(&mut idle);
        idle.dedup_by_key(|(id, _)| *id);
        idle
    }

    /// An intervention of the scenario.
    pub fn intervention(&self, id: u32) -> Option<&Intervention> {
        self.scenario.interventions.iter().find(|one| one.id == id)
    }

    /// From when until when a lasting intervention was in force, each time that it was.
    pub fn spells_of(&self, id: u32) -> impl Iterator<Item = (Micros, Option<Micros>)> {
        let spells = self.trace.spells.iter().filter(move |spell| spell.id == id);
        spells.map(|spell| (spell.from, spell.to.map(|(at, _)| at)))
    }

    /// The messages under way when it is `at`, by their place in the trace.
    pub fn under_way(&self, at: Micros) -> impl Iterator<Item = usize> {
        let sent = self.trace.messages.partition_point(|message| message.sent <= at);
        // What stays parked has no arrival, whatever instant it was to have.
        let flies = move |place: &usize| {
            let message = &self.trace.messages[*place];
            message.end > at || message.fate == Fate::Parked
        };
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
pub struct Heard {
    /// The cluster before it.
    pub before: World,
    /// The cluster after it.
    pub after: World,
    /// Its rules, guards and effects.
    pub listener: Listener,
}

//! Editing a run: what an edit cannot have changed is kept, and the rest is computed anew.

use crate::{
    Intervention, Name, Until, When,
    checkpoints::Checkpoints,
    plan::{Does, Plan, Target, Watch, reads},
    run::Run,
    setup::SetupError,
    trace::Trace,
    view::{EventKind, Fate},
    world::{Site, World},
};
use lightcone_core::Micros;
use std::rc::Rc;

impl Run {
    /// Puts other interventions in place of the present ones and keeps what they cannot have changed.
    ///
    /// # Errors
    /// The operation that the service does not know; the run stays as it was.
    pub fn edit(&mut self, interventions: Vec<Intervention>) -> Result<(), SetupError> {
        let plan = Plan::new(&self.setup, &interventions)?;
        let first = self.first_difference(&interventions);
        let watches_changed = plan.watches != self.plan.watches;
        self.scenario.interventions = interventions;
        self.plan = Rc::new(plan);
        if let Some(first) = first {
            self.go_back(first, watches_changed);
        }
        Ok(())
    }

    /// The earliest instant at which other interventions can make a difference.
    fn first_difference(&self, new: &[Intervention]) -> Option<Micros> {
        let old = &self.scenario.interventions;
        let gone = old.iter().filter(|one| !new.contains(one));
        let come = new.iter().filter(|one| !old.contains(one));
        let changed: Vec<&Intervention> = gone.chain(come).collect();
        let first = |one: &&Intervention| {
            let twin = changed.iter().find(|other| other.id == one.id && *other != one);
            twin.and_then(|twin| self.ends_apart(one, twin)).unwrap_or_else(|| self.start_of(one))
        };
        changed.iter().map(first).min()
    }

    /// If two interventions differ only in when they end, the earlier end. One that waited for a condition began when
    /// this run met it.
    fn ends_apart(&self, one: &Intervention, other: &Intervention) -> Option<Micros> {
        let began = || self.spells_of(one.id).next().map(|(from, _)| from);
        ends_apart(one, other, one.start().or_else(began)?)
    }

    fn start_of(&self, one: &Intervention) -> Micros {
        match &one.when {
            When::At(at) => *at,
            When::On { .. } => self.match_of(one).unwrap_or(self.world.now.plus(Micros(1))),
            // What counts towards a condition may be anywhere.
            When::If(_) => Micros::ZERO,
        }
    }

    /// When the message or timer that an intervention selects came about in this run.
    fn match_of(&self, one: &Intervention) -> Option<Micros> {
        let plan = Plan::new(&self.setup, std::slice::from_ref(one)).ok()?;
        let watch = plan.watches.first()?;
        // Most of a long run comes after it, and need not be looked through.
        Likes::new(watch, &self.trace, watch.nth as usize).nth(watch.nth).map(|like| like.at)
    }

    /// Goes back to the last checkpoint before `first`, from where the run is computed anew.
    pub(crate) fn resume(&mut self, first: Micros) {
        self.go_back(first, false);
    }

    fn go_back(&mut self, first: Micros, recount: bool) {
        let known = self.trace.events.partition_point(|event| event.at < first);
        self.checkpoints.go_back(first);
        if self.checkpoints.len() == 1 {
            self.world = World::new(&self.setup, &self.plan);
            self.checkpoints = Checkpoints::new(&self.world);
            self.trace.truncate(self.world.extent());
        } else {
            self.trace.truncate(self.checkpoints.last().extent());
            self.restore_fates();
            if recount {
                self.recount();
            }
            self.world = self.checkpoints.last().clone();
        }
        self.come_near(first, known);
    }

    /// Goes on to the last of so many events, all before `first`, and remembers that place: whoever drags something edits
    /// the run there again and again.
    fn come_near(&mut self, first: Micros, known: usize) {
        let until = first.minus(Micros(1)).min(self.scenario.until);
        let site = Site { setup: &self.setup, plan: &self.plan, heard: false };
        while self.trace.events.len() < known && self.world.next(site, until, &mut self.trace) {}
        self.checkpoints.keep_near(&self.world);
    }

    /// A branch that knows the run only until about an instant: what an edit there computes anew need not be copied.
    pub fn branch_before(&self, at: Micros) -> Run {
        let checkpoints = self.checkpoints.until(at);
        let world = checkpoints.last().clone();
        let trace = self.trace.until(world.extent());
        let (scenario, setup, plan) = (self.scenario.clone(), self.setup.clone(), self.plan.clone());
        let mut branch = Run { scenario, setup, plan, world, trace, checkpoints };
        branch.restore_fates();
        branch
    }

    /// What became of messages after the last checkpoint is not known there.
    fn restore_fates(&mut self) {
        let last = self.checkpoints.last();
        for flight in last.flights.iter() {
            let record = &mut self.trace.messages[flight.record as usize];
            record.fate = if flight.parked.is_some() { Fate::Parked } else { Fate::Flying };
            record.end = flight.arrives;
        }
        for (record, arrived) in last.slots.iter().flat_map(|slot| slot.inbox.records()) {
            let message = &mut self.trace.messages[record as usize];
            (message.fate, message.end) = (Fate::Waiting, arrived);
        }
    }

    /// Counts in every checkpoint what the present watches would have seen by then.
    fn recount(&mut self) {
        let watches = &self.plan.watches;
        let likes: Vec<Likes> = watches.iter().map(|watch| Likes::new(watch, &self.trace, usize::MAX)).collect();
        for checkpoint in self.checkpoints.each() {
            checkpoint.seen = likes.iter().map(|likes| likes.before(checkpoint)).collect();
            let marks = watches.iter().zip(&likes).filter(|(watch, _)| watch.does == Does::Mark);
            let marked = marks.filter_map(|(watch, likes)| {
                let like = likes.nth(watch.nth).filter(|like| likes.is_before(like, checkpoint))?;
                Some((watch.id, like.name))
            });
            checkpoint.marked = marked.collect();
        }
    }
}

/// If two interventions differ only in when they end, the earlier end.
pub(crate) fn only_end_differs(one: &Intervention, other: &Intervention) -> Option<Micros> {
    ends_apart(one, other, one.start()?)
}

/// The same for two that begin at `start`.
fn ends_apart(one: &Intervention, other: &Intervention, start: Micros) -> Option<Micros> {
    let endless = |one: &Intervention| Intervention { until: Until::End, ..one.clone() };
    if !one.fault.lasts() || endless(one) != endless(other) {
        return None;
    }
    [one.end_from(start), other.end_from(start)].into_iter().flatten().min()
}

/// A message or timer that a watch counts.
struct Like {
    place: u32,
    at: Micros,
    name: Name,
}

/// What a run has of the messages, or of the timers, that a watch counts.
struct Likes {
    are_messages: bool,
    likes: Vec<Like>,
}

impl Likes {
    /// The first ones, but no more than `most`.
    fn new(watch: &Watch, trace: &Trace, most: usize) -> Self {
        let likes = match &watch.target {
            Target::Message { key, from, to } => {
                let messages =
                    trace.messages.iter().zip(0..).filter(|(m, _)| (m.from, m.to) == (*from, *to) && !m.copy);
                let like = messages.filter(|(m, _)| reads(&m.key, key)).take(most);
                like.map(|(m, place)| Like { place, at: m.sent, name: m.name }).collect()
            }
            Target::Firing { label, node } => {
                let events = trace.lanes[node.index()].iter().map(|place| (&trace.events[*place as usize], *place));
                let fired = events.filter(|(e, _)| e.kind == EventKind::Timer);
                let like = fired.filter(|(e, _)| trace.timers[e.timer as usize].1 == *label).take(most);
                like.map(|(e, place)| Like { place, at: e.at, name: e.name }).collect()
            }
            Target::Arming { label, node } => {
                let armed = trace.armings.iter().filter(|a| a.node == *node);
                let like = armed.filter(|a| trace.timers[usize::from(a.timer)].1 == *label).take(most);
                like.map(|a| Like { place: a.event, at: trace.events[a.event as usize].at, name: a.name }).collect()
            }
        };
        Likes { are_messages: matches!(watch.target, Target::Message { .. }), likes }
    }

    fn nth(&self, nth: u32) -> Option<&Like> {
        self.likes.get((nth as usize).checked_sub(1)?)
    }

    fn is_before(&self, like: &Like, checkpoint: &World) -> bool {
        like.place < if self.are_messages { checkpoint.messages } else { checkpoint.events }
    }

    /// How many of them there were before a checkpoint.
    fn before(&self, checkpoint: &World) -> u32 {
        crate::trace::small(self.likes.partition_point(|like| self.is_before(like, checkpoint)))
    }
}

//! A cluster as one value: who is up, in which state, what flies, what is armed, what lasts.

use crate::{
    Clock, Name,
    act::{Bound, Lasting},
    actors::{Datum, Effect, TimerCode},
    flights::{Flights, InFlight, MidStep},
    inbox::Inbox,
    plan::{EntryKey, Plan},
    setup::Setup,
    trace::{Cause, Extent, Sink},
    trigger::{Fact, Progress},
    view::EventKind,
};
use lightcone_core::{Micros, NodeId, NodeSet, OpId};
use std::{cmp::Reverse, collections::BinaryHeap, rc::Rc};

/// The fixed surroundings of a run: what was set up, and what is planned.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// What stays the same while a run is edited.
    pub setup: &'a Setup,
    /// The interventions.
    pub plan: &'a Plan,
    /// Whether whoever writes this down wants to hear what happens in the terms of conditions.
    pub(crate) heard: bool,
}

impl Site<'_> {
    /// Whether anyone wants to hear what happens.
    pub(crate) fn listens(&self) -> bool {
        self.heard || !self.plan.triggers.is_empty()
    }
}

/// A cluster at one instant. Cloning it is a checkpoint.
#[derive(Clone)]
pub struct World {
    /// The instant of the last thing that happened.
    pub now: Micros,
    /// How many events have happened.
    pub events: u32,
    /// How many messages were sent.
    pub messages: u32,
    /// How many things have happened, those that are no events included.
    pub turns: u32,
    /// A hash of everything that happened.
    pub fingerprint: u64,
    /// What the observer remembers for the invariants.
    pub ghost: Datum,
    /// The servers that are or were Byzantine.
    pub liars: NodeSet,
    pub(crate) queue: BinaryHeap<Reverse<Item>>,
    pub(crate) flights: Flights,
    pub(crate) slots: Vec<Slot>,
    /// For each participant the timer that fires next, if any: timers are armed again far more often than they fire, so
    /// they do not go through the queue.
    pub(crate) firing: Firing,
    /// What lasts, in the order of beginning.
    pub(crate) active: Vec<Active>,
    /// One for each directed link, `from * participants + to`.
    pub(crate) links: Rc<Vec<LinkState>>,
    /// Since when nothing moves.
    pub(crate) held: Option<Micros>,
    /// The last entry of the plan that was applied.
    pub(crate) planned: Option<EntryKey>,
    /// For each watch, how many of its likes were seen.
    pub(crate) seen: Vec<u32>,
    /// For each trigger, how far its condition has come.
    pub(crate) progress: Vec<Progress>,
    /// The messages that interventions will deliver, by name.
    pub(crate) marked: Vec<(u32, Name)>,
    /// What is to follow the last turn at once.
    pub(crate) next_turns: Vec<NextTurn>,
    pub(crate) scratch: Scratch,
}

/// For each participant the timer that fires next.
#[derive(Clone, Debug)]
pub(crate) struct Firing {
    next: Vec<(Micros, Name)>,
    soonest: usize,
}

/// Later than anything.
const NEVER: Micros = Micros(u64::MAX);

impl Firing {
    pub const NEVER: (Micros, Name) = (NEVER, Name(u64::MAX));

    fn new(participants: usize) -> Self {
        Firing { next: vec![Self::NEVER; participants], soonest: 0 }
    }

    fn soonest(&self) -> Option<(Micros, Name, NodeId)> {
        let (at, name) = self.next[self.soonest];
        let node = NodeId(u8::try_from(self.soonest).expect("a cluster has at most 64 participants"));
        (at < Self::NEVER.0).then_some((at, name, node))
    }

    pub fn set(&mut self, node: NodeId, next: (Micros, Name)) {
        let before = self.next[self.soonest];
        self.next[node.index()] = next;
        if next < before {
            self.soonest = node.index();
        } else if node.index() == self.soonest {
            let all = self.next.iter().enumerate();
            self.soonest = all.min_by_key(|(_, next)| **next).map_or(0, |(place, _)| place);
        }
    }
}

/// Buffers that are reused from step to step.
#[derive(Default)]
pub(crate) struct Scratch {
    pub effects: Vec<Effect>,
    pub named: Vec<(u64, u32)>,
}

/// What follows a turn at once, in this order: a crash in the middle of its step, then what is done on the conditions that
/// it met, by the trigger's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NextTurn {
    Crash(NodeId, MidStep),
    Trigger(u32, NodeId, Option<NodeId>),
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Scratch::default()
    }
}

/// Something that will happen, ordered by its instant and then by its name alone; what a participant has before it when it
/// wakes comes before what arrives at that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    pub at: Micros,
    pub late: bool,
    pub name: Name,
    pub node: NodeId,
    pub what: Due,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Start,
    Deliver(u32),
    Workload(u32),
    /// A participant takes the next input that waits.
    Wake,
    /// A worker is done.
    Served,
}

/// A participant's place.
#[derive(Clone)]
pub struct Slot {
    /// Its state, while it is up.
    pub machine: Option<Datum>,
    /// What it last wrote to its disk.
    pub disk: Option<Datum>,
    /// What the last write to its disk replaced.
    pub(crate) disk_before: Option<Datum>,
    /// Its armed timers.
    pub timers: Vec<Armed>,
    /// Its clock.
    pub clock: Clock,
    /// How many faults pause it.
    pub paused: u32,
    /// How it crashes in its next step, whichever that is, if it is to.
    pub(crate) doomed: Option<MidStep>,
    /// The part that it plays, if it is a server that is up.
    pub(crate) role: Option<lightcone_core::Role>,
    /// Whether it takes part: not before it joins, nor after it left.
    pub there: bool,
    pub(crate) inbox: Inbox,
    /// How many operations it was asked for.
    pub(crate) serial: u64,
    /// How many of them its own workload asked for, and the one under way.
    pub(crate) worked: (u32, Option<OpId>),
}

/// An armed timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    /// Which.
    pub code: TimerCode,
    /// Its causal name, new for each arming.
    pub name: Name,
    /// When it was armed.
    pub armed: Micros,
    /// What its node's clock shows when it fires.
    pub deadline: Micros,
    /// When that is.
    pub fires: Micros,
    /// How long it lasts at least by the clock of its node, as far as anything rests on that.
    pub least: Micros,
    /// What that clock showed when it was armed.
    pub shown: Micros,
    /// The event that armed it.
    pub by: u32,
    /// Whether it was due while its participant was paused, and waits there.
    pub waits: bool,
}

/// Something that lasts.
#[derive(Clone, Debug)]
pub struct Active {
    /// The intervention.
    pub id: u32,
    /// Since when.
    pub since: Micros,
    /// What.
    pub what: Rc<Lasting>,
}

/// A directed link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkState {
    /// For FIFO links: when the last message arrives.
    pub last: Micros,
    /// For links of limited bandwidth: when the next message can enter it.
    pub free: Micros,
    /// The last message that was handled, by its record and one more; 0 for none.
    pub handled: u32,
}

impl World {
    /// A cluster before anything has happened.
    pub fn new(setup: &Setup, plan: &Plan) -> Self {
        let n = setup.specs().len();
        let slots = setup.clocks.iter().zip(setup.specs());
        let mut world = World {
            now: Micros::ZERO,
            events: 0,
            messages: 0,
            turns: 0,
            fingerprint: 0,
            ghost: setup.actors.ghost(),
            liars: NodeSet::new(),
            queue: BinaryHeap::new(),
            flights: Flights::default(),
            firing: Firing::new(n),
            slots: slots.map(|(clock, spec)| Slot::new(Clock::new(*clock), !spec.late)).collect(),
            active: Vec::new(),
            links: Rc::new(vec![LinkState::default(); n * n]),
            held: setup.held.then_some(Micros::ZERO),
            planned: None,
            seen: vec![0; plan.watches.len()],
            progress: vec![Progress::default(); plan.triggers.len()],
            marked: Vec::new(),
            next_turns: Vec::new(),
            scratch: Scratch::default(),
        };
        for node in setup.everyone().iter().filter(|node| !setup.specs()[node.index()].late) {
            world.push(Micros::ZERO, Name::boot(node), node, Due::Start);
        }
        world
    }

    pub(crate) fn push(&mut self, at: Micros, name: Name, node: NodeId, what: Due) {
        self.queue.push(Reverse(Item { at, late: what != Due::Wake, name, node, what }));
    }

    pub(crate) fn extent(&self) -> Extent {
        Extent { events: self.events, messages: self.messages, turns: self.turns }
    }

    /// The state of a server that is up, as the protocol `P` knows it.
    ///
    /// # Panics
    /// If this is a run of another protocol.
    pub fn node<P: lightcone_core::Protocol>(&self, node: NodeId) -> Option<&P> {
        let machine = self.slots[node.index()].machine.as_ref()?;
        machine.downcast_ref::<lightcone_core::Machine<P>>().expect("it is a run of this protocol").node()
    }

    /// A participant's place.
    pub fn slot(&self, node: NodeId) -> &Slot {
        &self.slots[node.index()]
    }

    /// The messages under way, in no particular order.
    pub fn flights(&self) -> impl Iterator<Item = &InFlight> {
        self.flights.iter()
    }

    /// What lasts just now, in the order of beginning.
    pub fn lasting(&self) -> &[Active] {
        &self.active
    }

    /// Whether the crash of this number waits for the next step of someone.
    pub fn waits(&self, crash: u32) -> bool {
        self.slots.iter().any(|slot| slot.doomed.is_some_and(|doomed| doomed.id == crash))
    }

    /// The participants that are up.
    pub fn up(&self) -> NodeSet {
        let places = self.slots.iter().zip(0..);
        places.filter(|(slot, _)| slot.machine.is_some()).map(|(_, place)| NodeId(place)).collect()
    }

    /// Lets the next thing happen, if it is due by `until`. False when nothing more is.
    ///
    /// At one instant ends of what lasts come first, then the plan, then everything else in the order of names. A turn
    /// makes one event at most.
    pub fn next(&mut self, site: Site<'_>, until: Micros, sink: &mut dyn Sink) -> bool {
        if !self.next_turns.is_empty() {
            self.follow(site, sink);
            return true;
        }
        let end = self.next_end(site.plan);
        let entry = self.next_entry(site.plan);
        let due = self.next_due();
        let ends = end.map_or(NEVER, |(at, _)| at);
        let planned = entry.map_or(NEVER, |entry| entry.at);
        let at = ends.min(planned).min(due.map_or(NEVER, |(at, _)| at));
        if at > until || at == NEVER {
            return false;
        }
        self.now = at;
        self.turns += 1;
        match (end, entry, due) {
            (Some((_, id)), ..) if ends == at => self.end(site, id, sink),
            (_, Some(entry), _) if planned == at => {
                self.planned = Some(entry.key());
                self.apply(site, entry.id, &entry.act, sink);
            }
            (.., Some((_, Some((name, node))))) => self.timer_due(site, node, name, sink),
            _ => {
                let Reverse(item) = self.queue.pop().expect("it is what is due at that instant");
                self.happen(site, item, sink);
            }
        }
        true
    }

    /// When the next thing is due, and if it is a timer, which and whose.
    #[inline]
    fn next_due(&self) -> Option<(Micros, Option<(Name, NodeId)>)> {
        let queued = self.queue.peek().map(|item| (item.0.at, item.0.late, item.0.name));
        let firing = self.firing.soonest().filter(|_| self.held.is_none());
        match (queued, firing) {
            (None, None) => None,
            (Some((at, ..)), None) => Some((at, None)),
            (Some(queued), Some((at, name, _))) if queued < (at, true, name) => Some((queued.0, None)),
            (_, Some((at, name, node))) => Some((at, Some((name, node)))),
        }
    }

    /// The armed timers of a participant changed.
    #[inline]
    pub(crate) fn settle_timers(&mut self, node: NodeId) {
        let armed = self.slots[node.index()].timers.iter().filter(|armed| !armed.waits);
        let next = armed.map(|armed| (armed.fires, armed.name)).min();
        self.firing.set(node, next.unwrap_or(Firing::NEVER));
    }

    fn follow(&mut self, site: Site<'_>, sink: &mut dyn Sink) {
        self.next_turns.sort_unstable();
        self.turns += 1;
        match self.next_turns.remove(0) {
            NextTurn::Crash(node, MidStep { id, disk, .. }) => {
                self.go_down(site, node, (id, EventKind::Crash), disk, sink);
            }
            NextTurn::Trigger(place, it, peer) => self.pull(site, place, Bound { it: Some(it), peer }, sink),
        }
    }

    /// What ends next, and when.
    fn next_end(&self, plan: &Plan) -> Option<(Micros, u32)> {
        let ends = self.active.iter().filter_map(|active| Some((plan.end_of(active.id, active.since)?, active.id)));
        ends.min()
    }

    fn next_entry<'a>(&self, plan: &'a Plan) -> Option<&'a crate::plan::Entry> {
        let done = self.planned;
        let place = plan.entries.partition_point(|entry| Some(entry.key()) <= done);
        plan.entries.get(place)
    }

    fn happen(&mut self, site: Site<'_>, item: Item, sink: &mut dyn Sink) {
        let Item { name, node, .. } = item;
        match item.what {
            Due::Start => {
                let moved = Moved { node, name, kind: EventKind::Start, cause: Cause::Begin, timer: 0 };
                self.start(site, moved, sink);
            }
            Due::Deliver(place) => self.arrive(site, place, item, sink),
            Due::Workload(nth) => self.work_due(site, item, nth, sink),
            Due::Wake => self.wake(site, node, sink),
            Due::Served => self.served(site, item, sink),
        }
    }

    /// Tells the conditions what happened.
    #[inline]
    pub(crate) fn fact(&mut self, site: Site<'_>, step: Name, fact: Fact<'_>, sink: &mut dyn Sink) {
        if site.heard {
            sink.fact(step, &fact);
        }
        if !site.plan.triggers.is_empty() {
            self.count(site, step, fact, sink);
        }
    }
}

impl Slot {
    fn new(clock: Clock, there: bool) -> Self {
        Slot {
            machine: None,
            disk: None,
            disk_before: None,
            timers: Vec::new(),
            clock,
            paused: 0,
            doomed: None,
            role: None,
            there,
            inbox: Inbox::default(),
            serial: 0,
            worked: (0, None),
        }
    }
}

/// Who handles an input, and how the event is to be written down.
#[derive(Clone, Copy)]
pub(crate) struct Moved {
    pub node: NodeId,
    pub name: Name,
    pub kind: EventKind,
    pub cause: Cause,
    pub timer: u16,
}

//! A cluster as one value: who is up, in which state, what flies, what is armed, what is cut.

use crate::{
    Across, Name,
    setup::{Blocks, EntryKey, Plan, Setup},
    trace::{Cause, Sink},
    view::{EventKind, Fate, Loss},
};
use lightcone_core::{Effect, Input, Machine, Micros, NodeId, NodeSet, OpId, Packet, Protocol, TimerOf};
use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

/// The fixed surroundings of a run: what was set up, and what is planned.
pub struct Site<'a, P: Protocol> {
    /// What stays the same while a run is edited.
    pub setup: &'a Setup<P>,
    /// The interventions.
    pub plan: &'a Plan<P>,
}

impl<P: Protocol> Clone for Site<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Protocol> Copy for Site<'_, P> {}

/// A cluster at one instant. Cloning it is a checkpoint.
#[derive(Clone)]
pub struct World<P: Protocol> {
    /// The instant of the last thing that happened.
    pub now: Micros,
    /// How many events have happened.
    pub events: u32,
    /// How many messages were sent.
    pub messages: u32,
    /// A hash of everything that happened.
    pub fingerprint: u64,
    /// What the observer remembers for the invariants.
    pub ghost: P::Ghost,
    pub(crate) queue: BinaryHeap<Reverse<Item>>,
    pub(crate) flights: Flights<P>,
    pub(crate) slots: Vec<Slot<P>>,
    pub(crate) cuts: Vec<ActiveCut>,
    /// For FIFO links: when the last message of each directed link arrives.
    pub(crate) last_arrival: Arc<Vec<Micros>>,
    /// The last entry of the plan that was applied.
    pub(crate) planned: Option<EntryKey>,
    /// For each watch, how many of its likes were seen.
    pub(crate) seen: Vec<u32>,
    pub(crate) scratch: Scratch<P>,
}

/// Buffers that are reused from step to step.
pub(crate) struct Scratch<P: Protocol> {
    pub effects: Vec<Effect<P>>,
    pub bytes: Vec<u8>,
    pub named: Vec<(u64, u32)>,
}

impl<P: Protocol> Default for Scratch<P> {
    fn default() -> Self {
        Scratch { effects: Vec::new(), bytes: Vec::new(), named: Vec::new() }
    }
}

impl<P: Protocol> Clone for Scratch<P> {
    fn clone(&self) -> Self {
        Scratch::default()
    }
}

/// Something that will happen, ordered by its instant and then by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    pub at: Micros,
    pub name: Name,
    pub node: NodeId,
    pub what: Due,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Start,
    Deliver(u32),
    Timer,
    Workload(u32),
}

/// A participant's place.
#[derive(Clone)]
pub struct Slot<P: Protocol> {
    /// Its state, while it is up.
    pub machine: Option<Machine<P>>,
    /// What it last wrote to its disk.
    pub persisted: Option<Box<P>>,
    /// Its armed timers.
    pub timers: Vec<Armed<P>>,
    /// How many operations it was asked for.
    pub(crate) serial: u64,
    /// How many of them its own workload asked for, and the one under way.
    pub(crate) worked: (u32, Option<OpId>),
}

/// An armed timer.
#[derive(Clone, Debug)]
pub struct Armed<P: Protocol> {
    /// Which.
    pub timer: TimerOf<P>,
    /// Its causal name, new for each arming.
    pub name: Name,
    /// When it was armed.
    pub armed: Micros,
    /// When it fires.
    pub fires: Micros,
    /// The event that armed it.
    pub by: u32,
    /// A hash of `timer` that is the same on every machine.
    pub(crate) code: u64,
}

/// A message under way.
#[derive(Clone, Debug)]
pub struct InFlight<P: Protocol> {
    /// What it holds.
    pub packet: Packet<P>,
    /// Its causal name.
    pub name: Name,
    /// Its place in the trace.
    pub record: u32,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// When it arrives, unless it is parked.
    pub arrives: Micros,
    /// If it is parked at a cut, how long it still has to fly.
    pub parked: Option<Micros>,
    /// The watch that crashes its receiver: the intervention, and after how many effects.
    pub(crate) crash: Option<(u32, u32)>,
}

/// The messages under way, each at a place that stays its own until it is gone.
#[derive(Clone)]
pub(crate) struct Flights<P: Protocol> {
    places: Vec<Option<InFlight<P>>>,
    free: Vec<u32>,
}

impl<P: Protocol> Flights<P> {
    fn new() -> Self {
        Flights { places: Vec::new(), free: Vec::new() }
    }

    pub fn insert(&mut self, flight: InFlight<P>) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = Some(flight);
            return place;
        }
        self.places.push(Some(flight));
        crate::trace::small(self.places.len() - 1)
    }

    pub fn get_mut(&mut self, place: u32) -> Option<&mut InFlight<P>> {
        self.places[place as usize].as_mut()
    }

    pub fn remove(&mut self, place: u32) -> Option<InFlight<P>> {
        let flight = self.places[place as usize].take();
        if flight.is_some() {
            self.free.push(place);
        }
        flight
    }

    pub fn iter(&self) -> impl Iterator<Item = &InFlight<P>> {
        self.places.iter().flatten()
    }

    /// The places of the messages that `pick` wants, in order of sending.
    pub fn select(&self, pick: impl Fn(&InFlight<P>) -> bool) -> Vec<u32> {
        let mut found: Vec<(u32, u32)> = (0..)
            .zip(&self.places)
            .filter_map(|(place, flight)| flight.as_ref().filter(|f| pick(f)).map(|f| (f.record, place)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, place)| place).collect()
    }
}

/// A partition or cut in force.
#[derive(Clone, Debug)]
pub(crate) struct ActiveCut {
    pub id: u32,
    pub across: Across,
    pub blocks: Blocks,
}

impl ActiveCut {
    pub fn closes(&self, from: NodeId, to: NodeId) -> bool {
        self.blocks[from.index()].contains(to)
    }
}

impl<P: Protocol> World<P> {
    /// A cluster before anything has happened.
    pub fn new(setup: &Setup<P>, plan: &Plan<P>) -> Self {
        let n = setup.cluster.specs.len();
        let slot = || Slot { machine: None, persisted: None, timers: Vec::new(), serial: 0, worked: (0, None) };
        let mut world = World {
            now: Micros::ZERO,
            events: 0,
            messages: 0,
            fingerprint: 0,
            ghost: P::Ghost::default(),
            queue: BinaryHeap::new(),
            flights: Flights::new(),
            slots: (0..n).map(|_| slot()).collect(),
            cuts: Vec::new(),
            last_arrival: Arc::new(vec![Micros::ZERO; n * n]),
            planned: None,
            seen: vec![0; plan.watches.len()],
            scratch: Scratch::default(),
        };
        for node in setup.everyone().iter() {
            world.push(Micros::ZERO, Name::boot(node), node, Due::Start);
        }
        world
    }

    pub(crate) fn push(&mut self, at: Micros, name: Name, node: NodeId, what: Due) {
        self.queue.push(Reverse(Item { at, name, node, what }));
    }

    /// The state of a server that is up.
    pub fn node(&self, node: NodeId) -> Option<&P> {
        self.slots[node.index()].machine.as_ref().and_then(Machine::node)
    }

    /// A participant's place.
    pub fn slot(&self, node: NodeId) -> &Slot<P> {
        &self.slots[node.index()]
    }

    /// The messages under way, in no particular order.
    pub fn flights(&self) -> impl Iterator<Item = &InFlight<P>> {
        self.flights.iter()
    }

    /// The participants that are up.
    pub fn up(&self) -> NodeSet {
        let up = |i: &usize| self.slots[*i].machine.is_some();
        (0..self.slots.len()).filter(up).map(|i| NodeId(u8::try_from(i).expect("64 at most"))).collect()
    }

    /// The cut that closes a link just now: one that loses messages before one that holds them.
    pub(crate) fn closed(&self, from: NodeId, to: NodeId) -> Option<(u32, Across)> {
        let closing = self.cuts.iter().filter(|cut| cut.closes(from, to));
        closing.min_by_key(|cut| (cut.across == Across::Held, cut.id)).map(|cut| (cut.id, cut.across))
    }

    /// Lets the next thing happen, if it is due by `until`. False when nothing more is.
    ///
    /// At one instant the plan comes first, then everything else in the order of names.
    pub fn next<S: Sink<P>>(&mut self, site: Site<'_, P>, until: Micros, sink: &mut S) -> bool {
        let plan = site.plan;
        let done = self.planned;
        let planned = plan.entries.partition_point(|entry| Some(entry.key()) <= done);
        let planned = plan.entries.get(planned).filter(|entry| entry.at <= until);
        let due = self.queue.peek().map(|item| item.0.at).filter(|at| *at <= until);
        match (planned, due) {
            (Some(entry), due) if due.is_none_or(|at| entry.at <= at) => {
                self.now = entry.at;
                self.planned = Some(entry.key());
                self.apply(site, entry, sink);
            }
            (_, Some(_)) => {
                let Some(Reverse(item)) = self.queue.pop() else { return false };
                self.now = item.at;
                self.happen(site, item, sink);
            }
            _ => return false,
        }
        true
    }

    fn happen<S: Sink<P>>(&mut self, site: Site<'_, P>, item: Item, sink: &mut S) {
        match item.what {
            Due::Start => {
                let (node, name, cause) = (item.node, item.name, Cause::Begin);
                self.start(site, Moved { node, name, kind: EventKind::Start, cause, timer: 0 }, sink);
            }
            Due::Deliver(place) => self.deliver(site, place, item, sink),
            Due::Timer => self.fire(site, item, sink),
            Due::Workload(nth) => self.work(site, item, nth, sink),
        }
    }

    fn deliver<S: Sink<P>>(&mut self, site: Site<'_, P>, place: u32, item: Item, sink: &mut S) {
        // A message that was parked leaves the instant at which it would have arrived behind in the queue.
        let due = |f: &mut InFlight<P>| f.name == item.name && f.parked.is_none() && f.arrives == item.at;
        let here = self.flights.get_mut(place).is_some_and(due);
        if !here {
            return;
        }
        let flight = self.flights.remove(place).expect("it was there a moment ago");
        if self.slots[flight.to.index()].machine.is_none() {
            sink.fate(flight.record, Fate::Lost(Loss::ReceiverDown), self.now);
            return;
        }
        sink.fate(flight.record, Fate::Delivered(self.events as usize), self.now);
        let input = Input::Packet { from: flight.from, packet: flight.packet };
        let cause = Cause::Message(flight.record);
        let moved = Moved { node: flight.to, name: flight.name, kind: EventKind::Deliver, cause, timer: 0 };
        self.handle(site, moved, input, flight.crash, sink);
    }

    fn fire<S: Sink<P>>(&mut self, site: Site<'_, P>, item: Item, sink: &mut S) {
        let timers = &mut self.slots[item.node.index()].timers;
        let Some(place) = timers.iter().position(|armed| armed.name == item.name) else { return };
        let armed = timers.remove(place);
        let label = sink.timer_label(armed.code, || timer_label(&armed.timer));
        let crash = self.watched_timer(site.plan, item.node, &armed, sink);
        let cause = Cause::Armed(armed.by);
        let moved = Moved { node: item.node, name: item.name, kind: EventKind::Timer, cause, timer: label };
        self.handle(site, moved, Input::Timer(armed.timer), crash, sink);
    }
}

/// What people call a timer.
pub fn timer_label<P: Protocol>(timer: &TimerOf<P>) -> String {
    match timer {
        TimerOf::Node(timer) => format!("{timer:?}"),
        TimerOf::Client(timer) => format!("{timer:?}"),
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

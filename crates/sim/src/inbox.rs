//! What waits at a participant: everything while it is paused, and packets for a worker where servers have a load.

use crate::{
    Name,
    actors::Input,
    flights::InFlight,
    handle::Work,
    trace::{Cause, Sink},
    trigger::Fact,
    view::{EventKind, Fate, Loss},
    world::{Due, Item, Moved, Site, Slot, World},
};
use lightcone_core::{Flavour, Micros, NodeId};
use std::collections::VecDeque;

/// What waits at a participant.
#[derive(Clone, Default)]
pub(crate) struct Inbox {
    /// What came while it was paused, in order of arrival.
    pub backlog: VecDeque<Held>,
    /// Packets that wait for a worker.
    pub waiting: VecDeque<InFlight>,
    /// What workers are busy with.
    pub serving: Vec<InFlight>,
    /// Calls that keep a worker busy while they wait for an answer.
    pub calls: Vec<u64>,
}

/// Something that came while a participant was paused.
#[derive(Clone)]
pub(crate) enum Held {
    Packet(InFlight),
    Timer(Name),
    Work(Name, u32),
    Served(Name),
}

impl Inbox {
    /// The messages that wait here, by their place in the trace, each with the instant of its arrival.
    pub fn records(&self) -> impl Iterator<Item = (u32, Micros)> {
        let held = self.backlog.iter().filter_map(|held| match held {
            Held::Packet(flight) => Some(flight),
            Held::Timer(_) | Held::Work(..) | Held::Served(_) => None,
        });
        held.chain(&self.waiting).chain(&self.serving).map(|flight| (flight.record, flight.arrives))
    }
}

impl Slot {
    /// Whether what comes has to wait: it is paused, or has not yet taken what came while it was.
    pub(crate) fn is_kept_waiting(&self) -> bool {
        self.paused > 0 || !self.inbox.backlog.is_empty()
    }
}

/// Answers wake the worker that waits for them; everything else needs a worker of its own.
fn needs_worker(flight: &InFlight) -> bool {
    !matches!(flight.parcel.key.kind.flavour, Flavour::Grant | Flavour::Refuse | Flavour::Response)
}

impl World {
    /// A message is there.
    pub(crate) fn receive(&mut self, site: Site<'_>, flight: InFlight, sink: &mut dyn Sink) {
        let slot = &mut self.slots[flight.to.index()];
        if slot.machine.is_none() {
            self.lose(site, &flight, Loss::ReceiverDown, sink);
        } else if slot.is_kept_waiting() {
            sink.fate(flight.record, Fate::Waiting, self.now);
            slot.inbox.backlog.push_back(Held::Packet(flight));
        } else {
            self.admit(site, flight, sink);
        }
    }

    /// A message goes to a worker, or waits for one; without a load it is handled at once.
    fn admit(&mut self, site: Site<'_>, flight: InFlight, sink: &mut dyn Sink) {
        let Some(load) = site.setup.loads[flight.to.index()].filter(|_| needs_worker(&flight)) else {
            return self.deliver(site, flight, sink);
        };
        let inbox = &mut self.slots[flight.to.index()].inbox;
        if inbox.serving.len() + inbox.calls.len() < load.workers as usize {
            sink.fate(flight.record, Fate::Waiting, self.now);
            self.serve(site, flight);
        } else if load.queue.is_some_and(|most| inbox.waiting.len() >= most as usize) {
            self.lose(site, &flight, Loss::InboxFull, sink);
        } else {
            sink.fate(flight.record, Fate::Waiting, self.now);
            inbox.waiting.push_back(flight);
        }
    }

    fn serve(&mut self, site: Site<'_>, flight: InFlight) {
        let (node, name) = (flight.to, flight.name);
        let load = site.setup.loads[node.index()].expect("only servers with a load have workers");
        let done = self.now.plus(site.setup.seed.service(name, load.service));
        self.slots[node.index()].inbox.serving.push(flight);
        self.push(done, name, node, Due::Served);
    }

    /// A worker is done with what it was given.
    pub(crate) fn served(&mut self, site: Site<'_>, item: Item, sink: &mut dyn Sink) {
        let slot = &mut self.slots[item.node.index()];
        if slot.is_kept_waiting() {
            slot.inbox.backlog.push_back(Held::Served(item.name));
            return;
        }
        self.finish_serving(site, item.node, item.name, sink);
    }

    fn finish_serving(&mut self, site: Site<'_>, node: NodeId, name: Name, sink: &mut dyn Sink) {
        let serving = &mut self.slots[node.index()].inbox.serving;
        let Some(place) = serving.iter().position(|flight| flight.name == name) else { return };
        let flight = serving.remove(place);
        self.deliver(site, flight, sink);
        self.employ(site, node);
    }

    /// Free workers take what waits.
    fn employ(&mut self, site: Site<'_>, node: NodeId) {
        let Some(load) = site.setup.loads[node.index()] else { return };
        loop {
            let inbox = &mut self.slots[node.index()].inbox;
            if inbox.serving.len() + inbox.calls.len() >= load.workers as usize {
                return;
            }
            let Some(flight) = inbox.waiting.pop_front() else { return };
            self.serve(site, flight);
        }
    }

    /// A call that kept a worker busy is over.
    pub(crate) fn release(&mut self, site: Site<'_>, node: NodeId, call: u64, _sink: &mut dyn Sink) {
        let calls = &mut self.slots[node.index()].inbox.calls;
        if let Some(place) = calls.iter().position(|open| *open == call) {
            calls.remove(place);
            self.employ(site, node);
        }
    }

    /// A participant takes the next thing that came while it was paused.
    pub(crate) fn wake(&mut self, site: Site<'_>, node: NodeId, sink: &mut dyn Sink) {
        let slot = &mut self.slots[node.index()];
        if slot.paused > 0 {
            return;
        }
        let Some(next) = slot.inbox.backlog.pop_front() else { return };
        // What comes next is due before anything else arrives, and after the step that is taken now.
        if !slot.inbox.backlog.is_empty() {
            self.push(self.now, Name::boot(node), node, Due::Wake);
        }
        match next {
            Held::Packet(flight) if self.slots[node.index()].machine.is_some() => self.admit(site, flight, sink),
            Held::Packet(flight) => self.lose(site, &flight, Loss::InCrash, sink),
            Held::Timer(name) => self.fire_named(site, node, name, sink),
            Held::Work(name, nth) => self.work(site, node, name, nth, sink),
            Held::Served(name) => self.finish_serving(site, node, name, sink),
        }
    }

    /// A participant that crashed has nothing before it.
    pub(crate) fn empty_inbox(&mut self, site: Site<'_>, node: NodeId, sink: &mut dyn Sink) {
        let inbox = std::mem::take(&mut self.slots[node.index()].inbox);
        let held = inbox.backlog.into_iter().filter_map(|held| match held {
            Held::Packet(flight) => Some(flight),
            Held::Timer(_) | Held::Work(..) | Held::Served(_) => None,
        });
        for flight in held.chain(inbox.waiting).chain(inbox.serving) {
            self.lose(site, &flight, Loss::InCrash, sink);
        }
    }

    /// A message is handled.
    fn deliver(&mut self, site: Site<'_>, flight: InFlight, sink: &mut dyn Sink) {
        let InFlight { name, record, from, to, .. } = flight;
        // What waited keeps the instant of its arrival.
        sink.fate(record, Fate::Delivered(self.events as usize), flight.arrives);
        let (passage, sent) = (crate::condition::Passage::Delivered, (flight.sent, flight.arrives));
        self.fact(site, name, Fact::Message(flight.parcel.key, from, to, passage, sent), sink);
        let moved = Moved { node: to, name, kind: EventKind::Deliver, cause: Cause::Message(record), timer: 0 };
        self.act(site, moved, Work::Handle(Input::Packet(from, flight.parcel.packet)), flight.crash, sink);
    }

    pub(crate) fn timer_due(&mut self, site: Site<'_>, node: NodeId, name: Name, sink: &mut dyn Sink) {
        let slot = &mut self.slots[node.index()];
        if !slot.is_kept_waiting() {
            return self.fire_named(site, node, name, sink);
        }
        slot.inbox.backlog.push_back(Held::Timer(name));
        slot.timers.iter_mut().filter(|armed| armed.name == name).for_each(|armed| armed.waits = true);
        self.settle_timers(node);
    }

    /// An armed timer fires.
    pub(crate) fn fire_named(&mut self, site: Site<'_>, node: NodeId, name: Name, sink: &mut dyn Sink) {
        let timers = &mut self.slots[node.index()].timers;
        let Some(place) = timers.iter().position(|armed| armed.name == name) else { return };
        let armed = timers.remove(place);
        self.settle_timers(node);
        let actors = &site.setup.actors;
        let timer = sink.timer_label(armed.code, &|| actors.timer_label(armed.code));
        let crash = self.watched_firing(site, node, &armed, sink);
        if site.listens() {
            self.fact(site, name, Fact::Fires(node, &actors.timer_label(armed.code)), sink);
        }
        let moved = Moved { node, name, kind: EventKind::Timer, cause: Cause::Armed(armed.by), timer };
        self.act(site, moved, Work::Handle(Input::Timer(armed.code)), crash, sink);
    }
}

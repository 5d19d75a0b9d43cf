//! The links: how long a message flies, what is lost, what is parked.

use crate::{
    Across, Bandwidth, Manner, Name,
    act::Lasting,
    actors::Parcel,
    condition::Passage,
    flights::{InFlight, MidStep},
    setup::Setup,
    trace::{Message, Premise, Sink, Violation},
    trigger::Fact,
    view::{Fate, Loss},
    world::{Due, Item, LinkState, Moved, Site, World},
};
use lightcone_core::{Delivery, Micros, NodeId, Order};
use std::rc::Rc;

/// How a message would fly if nothing closed its link.
struct Way {
    arrives: Micros,
    unordered: bool,
    loss: Option<Loss>,
}

/// What interventions do to one message.
#[derive(Default)]
pub(crate) struct Done {
    pub dropped: Option<u32>,
    pub moved: Option<Micros>,
    pub copies: Vec<u32>,
    pub lie: Option<(u32, u32)>,
    pub crash: Option<MidStep>,
}

impl Done {
    /// Nothing is done to it.
    const NOTHING: Done = Done { dropped: None, moved: None, copies: Vec::new(), lie: None, crash: None };
}

/// What closes a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    Losing(u32),
    Holding,
}

impl World {
    /// Hands a packet to the network.
    pub(crate) fn send(
        &mut self,
        site: Site<'_>,
        moved: Moved,
        event: u32,
        to: NodeId,
        parcel: Parcel,
        sink: &mut dyn Sink,
    ) {
        let from = moved.node;
        let key = parcel.key;
        let likes = key.kind.code ^ key.args[0].rotate_left(17) ^ key.args[1].rotate_left(34) ^ u64::from(to.0);
        let name = Name::message(moved.name, key, to, self.place_of(likes));
        if site.plan.watches.is_empty() && self.active.is_empty() {
            self.fact(site, moved.name, Fact::Message(key, from, to, Passage::Sent, (self.now, self.now)), sink);
            return self.launch(site, event, (from, to), (name, parcel, false), &Done::NOTHING, sink);
        }
        self.send_disturbed(site, (moved.name, event), (from, to), (name, parcel), sink);
    }

    /// Hands a packet to a network to which something is done.
    fn send_disturbed(
        &mut self,
        site: Site<'_>,
        (step, event): (Name, u32),
        (from, to): (NodeId, NodeId),
        (name, parcel): (Name, Parcel),
        sink: &mut dyn Sink,
    ) {
        let key = parcel.key;
        let done = self.watched_message(site, key, from, to, name, sink);
        let parcel = match done.lie {
            Some((id, nth)) => self.lied(site, (from, to), parcel, (id, nth), sink),
            None => parcel,
        };
        self.fact(site, step, Fact::Message(key, from, to, Passage::Sent, (self.now, self.now)), sink);
        let copying = self.active.iter().filter(|active| match &*active.what {
            Lasting::Copying(links, percent) => {
                links[from.index()].contains(to) && site.setup.seed.copies(name, active.id, *percent)
            }
            _ => false,
        });
        let copies: Vec<u32> = done.copies.iter().copied().chain(copying.map(|active| active.id)).collect();
        if !copies.is_empty() && site.setup.actors.about().assumptions.delivery == Delivery::Reliable {
            self.violate(Premise::Delivery, format!("{key} from {} is delivered twice", site.setup.name(from)), sink);
        }
        self.launch(site, event, (from, to), (name, parcel.clone(), false), &done, sink);
        for copy in copies {
            self.launch(site, event, (from, to), (Name::copy(name, copy), parcel.clone(), true), &Done::NOTHING, sink);
        }
    }

    fn launch(
        &mut self,
        site: Site<'_>,
        event: u32,
        (from, to): (NodeId, NodeId),
        (name, parcel, copy): (Name, Parcel, bool),
        done: &Done,
        sink: &mut dyn Sink,
    ) {
        let way = self.way(site.setup, name, from, to, done.moved, copy);
        let record = self.messages;
        self.messages += 1;
        let closed = self.closed(from, to);
        let loss = match closed {
            _ if done.dropped.is_some() => done.dropped.map(Loss::Dropped),
            Some(Closed::Losing(id)) => Some(Loss::Cut(id)),
            _ if site.setup.seed.loses(name, site.setup.network.loss) => Some(Loss::Chance),
            _ => way.loss,
        };
        let parked = closed.filter(|_| loss.is_none()).map(|_| way.arrives.minus(self.now));
        let (arrives, unordered) = (way.arrives, way.unordered);
        let fate = if parked.is_some() { Fate::Parked } else { Fate::Flying };
        let (sent, key) = (self.now, parcel.key);
        sink.message(Message { name, key, sent, end: arrives, sent_by: event, fate, from, to, copy });
        let flight = InFlight { parcel, name, record, from, to, sent, arrives, parked, unordered, crash: done.crash };
        if let Some(loss) = loss {
            return self.lose(site, &flight, loss, sink);
        }
        let place = self.flights.insert(flight);
        if parked.is_none() {
            self.push(arrives, name, to, Due::Deliver(place));
        }
    }

    /// When a message arrives. On a FIFO link it waits behind those sent before, also behind those that are lost: a lost
    /// message keeps its slot, before the link as well as on it. A copy comes into being on the link, and has no slot.
    fn way(&mut self, setup: &Setup, name: Name, from: NodeId, to: NodeId, moved: Option<Micros>, copy: bool) -> Way {
        let seed = setup.seed;
        let mut flight = seed.latency(name, setup.network.latency);
        let mut bandwidth = setup.network.bandwidth;
        let mut way = Way { arrives: Micros::ZERO, unordered: copy, loss: None };
        for active in &self.active {
            let id = active.id;
            let on = |links: &Rc<Vec<lightcone_core::NodeSet>>| links[from.index()].contains(to);
            match &*active.what {
                Lasting::Slow(links, by) if on(links) => flight = flight.plus(seed.slower(name, id, *by)),
                Lasting::Reorder(links, by) if on(links) => {
                    flight = flight.plus(seed.reordered(name, id, *by));
                    way.unordered = true;
                }
                Lasting::Lossy(links, percent) if on(links) && seed.loses_by(name, id, *percent) => {
                    way.loss = way.loss.or(Some(Loss::Lossy(id)));
                }
                Lasting::Clog(links, clogged) if on(links) => bandwidth = Some(tighter(bandwidth, *clogged)),
                Lasting::Liar(liar, Manner::Delaying) if *liar == from && setup.servers().contains(to) => {
                    let most = Micros(setup.network.latency.max().0.saturating_mul(DELAYED));
                    flight = flight.plus(seed.delayed(name, id, most));
                }
                _ => {}
            }
        }
        let enters = match bandwidth.filter(|_| !copy).map(|bandwidth| self.enter(from, to, bandwidth)) {
            None => self.now,
            Some(Some(enters)) => enters,
            Some(None) => {
                way.loss = Some(Loss::LinkFull);
                self.now
            }
        };
        let alone = moved.map_or_else(|| enters.plus(flight), |length| self.now.plus(length.max(Micros(1))));
        way.arrives = alone;
        if setup.network.order == Order::Fifo && !way.unordered && way.loss != Some(Loss::LinkFull) {
            way.unordered = moved.is_some() && alone <= self.link(from, to).last;
            if !way.unordered {
                way.arrives = self.behind(from, to, alone);
            }
        }
        way
    }

    /// A message enters a link of limited bandwidth: when it has entered it, unless too many wait already.
    fn enter(&mut self, from: NodeId, to: NodeId, bandwidth: Bandwidth) -> Option<Micros> {
        let now = self.now;
        let link = self.link_mut(from, to);
        let before = link.free.minus(now).0.div_ceil(bandwidth.each.0.max(1));
        if bandwidth.queue.is_some_and(|most| before > u64::from(most)) {
            return None;
        }
        link.free = link.free.max(now).plus(bandwidth.each);
        Some(link.free)
    }

    fn link(&self, from: NodeId, to: NodeId) -> LinkState {
        self.links[from.index() * self.slots.len() + to.index()]
    }

    fn link_mut(&mut self, from: NodeId, to: NodeId) -> &mut LinkState {
        let place = from.index() * self.slots.len() + to.index();
        &mut Rc::make_mut(&mut self.links)[place]
    }

    pub(crate) fn behind(&mut self, from: NodeId, to: NodeId, alone: Micros) -> Micros {
        let link = self.link_mut(from, to);
        link.last = alone.max(link.last.plus(Micros(1)));
        link.last
    }

    /// What closes a link just now: something that loses messages before something that holds them.
    pub(crate) fn closed(&self, from: NodeId, to: NodeId) -> Option<Closed> {
        let mut closed = self.held.map(|_| Closed::Holding);
        for active in &self.active {
            if let Lasting::Cut(across, links, _) = &*active.what
                && links[from.index()].contains(to)
            {
                match across {
                    Across::Lost => return Some(Closed::Losing(active.id)),
                    Across::Held => closed = Some(Closed::Holding),
                }
            }
        }
        closed
    }

    /// A message is lost.
    pub(crate) fn lose(&mut self, site: Site<'_>, flight: &InFlight, loss: Loss, sink: &mut dyn Sink) {
        // What is lost as soon as it is sent keeps the instant at which it would have arrived.
        let end = if flight.sent == self.now { flight.arrives } else { self.now.min(flight.arrives) };
        sink.fate(flight.record, Fate::Lost(loss), end);
        let key = flight.parcel.key;
        let flown = (flight.sent, flight.arrives);
        self.fact(site, flight.name, Fact::Message(key, flight.from, flight.to, Passage::Lost, flown), sink);
        if !matches!(loss, Loss::ReceiverDown | Loss::InCrash)
            && site.setup.actors.about().assumptions.delivery == Delivery::Reliable
        {
            self.violate(Premise::Delivery, format!("{key} from {} was lost", site.setup.name(flight.from)), sink);
        }
    }

    pub(crate) fn violate(&self, premise: Premise, words: String, sink: &mut dyn Sink) {
        sink.violated(Violation { premise, at: self.now, turn: self.turns, words });
    }

    /// A message has flown its way.
    pub(crate) fn arrive(&mut self, site: Site<'_>, place: u32, item: Item, sink: &mut dyn Sink) {
        // A message that was parked leaves the instant at which it would have arrived behind in the queue.
        let due = |f: &mut InFlight| f.name == item.name && f.parked.is_none() && f.arrives == item.at;
        let here = self.flights.get_mut(place).is_some_and(due);
        if here {
            let flight = self.flights.remove(place).expect("it was there a moment ago");
            self.hand_over(site, flight, sink);
        }
    }

    /// A message leaves its link.
    pub(crate) fn hand_over(&mut self, site: Site<'_>, mut flight: InFlight, sink: &mut dyn Sink) {
        flight.arrives = flight.arrives.min(self.now);
        let assumed = site.setup.actors.about().assumptions;
        if assumed.order == Order::Fifo {
            let link = self.link_mut(flight.from, flight.to);
            let overtaken = link.handled > flight.record + 1;
            link.handled = link.handled.max(flight.record + 1);
            if overtaken {
                let (from, to) = (site.setup.name(flight.from), site.setup.name(flight.to));
                self.violate(
                    Premise::Order,
                    format!("a later message overtook {} from {from} to {to}", flight.parcel.key),
                    sink,
                );
            }
        }
        self.receive(site, flight, sink);
    }
}

/// A Byzantine server that delays what it says does so by at most this many times the longest usual flight.
const DELAYED: u64 = 10;

fn tighter(one: Option<Bandwidth>, other: Bandwidth) -> Bandwidth {
    let Some(one) = one else { return other };
    let queue = one.queue.into_iter().chain(other.queue).min();
    Bandwidth { each: one.each.max(other.each), queue }
}

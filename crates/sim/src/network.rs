//! The links: how long a message flies, what is lost, what is parked at a cut, and what a plan's entry does.

use crate::{
    Across, Name,
    setup::{Act, Blocks, Does, Entry, Plan, Setup, Target},
    trace::{Cause, Event, Message, Remark, RoleChange, Sink},
    view::{EventKind, Fate, Loss},
    world::{ActiveCut, Armed, Due, InFlight, Moved, Site, World, timer_label},
};
use lightcone_core::{Input, Key, Micros, NodeId, Order, Packet, Protocol};
use std::sync::Arc;

impl<P: Protocol> World<P> {
    /// Hands a packet to the network.
    pub(crate) fn send<S: Sink<P>>(
        &mut self,
        site: Site<'_, P>,
        moved: Moved,
        event: u32,
        to: NodeId,
        packet: Packet<P>,
        sink: &mut S,
    ) {
        let from = moved.node;
        let key = packet.key();
        let likes = key.kind.code ^ key.args[0].rotate_left(17) ^ key.args[1].rotate_left(34) ^ u64::from(to.0);
        let name = Name::message(moved.name, key, to, self.place_of(likes));
        let arrives = self.arrival(site.setup, name, from, to);
        let record = self.messages;
        self.messages += 1;
        let closed = self.closed(from, to);
        let (dropped, crash) = self.watched_message(site.plan, key, from, to, name, sink);
        let loss = match closed {
            _ if dropped.is_some() => dropped.map(Loss::Dropped),
            Some((id, Across::Lost)) => Some(Loss::Cut(id)),
            _ if site.setup.seed.loses(name, site.setup.network.loss) => Some(Loss::Chance),
            _ => None,
        };
        let fate = match (loss, closed) {
            (Some(loss), _) => Fate::Lost(loss),
            (None, Some(_)) => Fate::Parked,
            (None, None) => Fate::Flying,
        };
        sink.message(Message { name, key, sent: self.now, end: arrives, sent_by: event, fate, from, to });
        if loss.is_some() {
            return;
        }
        let parked = closed.map(|_| arrives.minus(self.now));
        let flight = InFlight { packet, name, record, from, to, arrives, parked, crash };
        let place = self.flights.insert(flight);
        if parked.is_none() {
            self.push(arrives, name, to, Due::Deliver(place));
        }
    }

    /// When a message arrives. On a FIFO link it waits behind those sent before, also behind those that are lost: a
    /// lost message keeps its slot.
    fn arrival(&mut self, setup: &Setup<P>, name: Name, from: NodeId, to: NodeId) -> Micros {
        let alone = self.now.plus(Micros(setup.seed.latency(name, setup.network.latency)));
        match setup.network.order {
            Order::Any => alone,
            Order::Fifo => self.behind(from, to, alone),
        }
    }

    fn behind(&mut self, from: NodeId, to: NodeId, alone: Micros) -> Micros {
        let link = from.index() * self.slots.len() + to.index();
        let last = &mut Arc::make_mut(&mut self.last_arrival)[link];
        *last = alone.max(last.plus(Micros(1)));
        *last
    }

    /// Counts a message for the watches: the intervention that drops it, and the one that crashes its receiver.
    fn watched_message<S: Sink<P>>(
        &mut self,
        plan: &Plan<P>,
        key: Key,
        from: NodeId,
        to: NodeId,
        name: Name,
        sink: &mut S,
    ) -> (Option<u32>, Option<(u32, u32)>) {
        let (mut dropped, mut crash) = (None, None);
        for (watch, seen) in plan.watches.iter().zip(&mut self.seen) {
            let Target::Message { key: wanted, from: f, to: t } = &watch.target else { continue };
            if (*f, *t) != (from, to) || *wanted != key.to_string() {
                continue;
            }
            *seen += 1;
            if *seen != watch.nth {
                continue;
            }
            sink.remark(Remark { id: watch.id, at: self.now, trouble: misnamed(watch.name, name) });
            match watch.does {
                Does::Drop => dropped = dropped.or(Some(watch.id)),
                Does::CrashAfter(effects) => crash = crash.or(Some((watch.id, effects))),
            }
        }
        (dropped, crash)
    }

    /// Counts a timer that fires for the watches: the intervention that crashes its node.
    pub(crate) fn watched_timer<S: Sink<P>>(
        &mut self,
        plan: &Plan<P>,
        node: NodeId,
        armed: &Armed<P>,
        sink: &mut S,
    ) -> Option<(u32, u32)> {
        let mut crash = None;
        for (watch, seen) in plan.watches.iter().zip(&mut self.seen) {
            let Target::Timer { label, node: of } = &watch.target else { continue };
            if *of != node || *label != timer_label(&armed.timer) {
                continue;
            }
            *seen += 1;
            if let (true, Does::CrashAfter(effects)) = (*seen == watch.nth, watch.does) {
                sink.remark(Remark { id: watch.id, at: self.now, trouble: misnamed(watch.name, armed.name) });
                crash = crash.or(Some((watch.id, effects)));
            }
        }
        crash
    }

    /// Does what the plan says for this instant.
    pub(crate) fn apply<S: Sink<P>>(&mut self, site: Site<'_, P>, entry: &Entry<P>, sink: &mut S) {
        let id = entry.id;
        let trouble = match &entry.act {
            Act::Cut(across, blocks) => {
                self.cut(id, *across, blocks, sink);
                None
            }
            Act::Mend => return self.mend(id, site.setup, sink),
            Act::Crash(node) => self.crash(*node, id, sink).err(),
            Act::Restart(node) => self.restart(site, *node, id, sink).err(),
            Act::Invoke(client, op) if self.slots[client.index()].machine.is_some() => {
                self.invoke(site, *client, (Name::request(id), Cause::Intervention(id)), op.clone(), sink);
                None
            }
            Act::Local(node, what) if self.slots[node.index()].machine.is_some() => {
                let cause = Cause::Intervention(id);
                let moved = Moved { node: *node, name: Name::local(id), kind: EventKind::Local, cause, timer: 0 };
                self.handle(site, moved, Input::Stimulus(what.clone()), None, sink);
                None
            }
            Act::Invoke(node, _) | Act::Local(node, _) => Some(format!("{} is down", site.setup.name(*node))),
        };
        sink.remark(Remark { id, at: self.now, trouble });
    }

    /// A cut begins: what is under way across it is lost or parked.
    fn cut<S: Sink<P>>(&mut self, id: u32, across: Across, blocks: &Blocks, sink: &mut S) {
        let cut = ActiveCut { id, across, blocks: blocks.clone() };
        for place in self.flights.select(|flight| cut.closes(flight.from, flight.to)) {
            match across {
                Across::Lost => {
                    let flight = self.flights.remove(place).expect("it was selected");
                    sink.fate(flight.record, Fate::Lost(Loss::Cut(id)), self.now);
                }
                Across::Held => {
                    let flight = self.flights.get_mut(place).expect("it was selected");
                    let left = flight.arrives.minus(self.now);
                    flight.parked.get_or_insert(left);
                    sink.fate(flight.record, Fate::Parked, flight.arrives);
                }
            }
        }
        self.cuts.push(cut);
    }

    /// A cut ends: what was parked at it goes on for the rest of its way, in order of sending.
    fn mend<S: Sink<P>>(&mut self, id: u32, setup: &Setup<P>, sink: &mut S) {
        self.cuts.retain(|cut| cut.id != id);
        let free = |flight: &InFlight<P>| flight.parked.is_some() && self.closed(flight.from, flight.to).is_none();
        let freed = self.flights.select(free);
        self.forget_slots(&freed);
        for place in freed {
            let flight = self.flights.get_mut(place).expect("it was selected");
            let left = flight.parked.take().expect("only parked messages were selected");
            let (from, to, name, record) = (flight.from, flight.to, flight.name, flight.record);
            let mut arrives = self.now.plus(left.max(Micros(1)));
            if setup.network.order == Order::Fifo {
                arrives = self.behind(from, to, arrives);
            }
            self.flights.get_mut(place).expect("it was selected").arrives = arrives;
            sink.fate(record, Fate::Flying, arrives);
            self.push(arrives, name, to, Due::Deliver(place));
        }
    }

    /// The slots that parked messages had on their links are void: they line up anew, each behind those sent before it
    /// and not behind those sent after.
    fn forget_slots(&mut self, freed: &[u32]) {
        for place in freed {
            let flight = self.flights.get_mut(*place).expect("it was selected");
            let link = flight.from.index() * self.slots.len() + flight.to.index();
            Arc::make_mut(&mut self.last_arrival)[link] = Micros::ZERO;
        }
    }

    fn crash<S: Sink<P>>(&mut self, node: NodeId, id: u32, sink: &mut S) -> Result<(), String> {
        if self.slots[node.index()].machine.is_none() {
            return Err("it was down already".into());
        }
        self.go_down(node, id, sink);
        Ok(())
    }

    /// A participant loses all but its disk. It is an event of its own on the lane.
    pub(crate) fn go_down<S: Sink<P>>(&mut self, node: NodeId, id: u32, sink: &mut S) {
        let slot = &mut self.slots[node.index()];
        let server = slot.machine.take().is_some_and(|machine| machine.node().is_some());
        slot.timers.clear();
        let event = self.events;
        self.events += 1;
        let name = Name::crash(id);
        self.fingerprint = xxhash_rust::xxh3::xxh3_64_with_seed(&name.0.to_le_bytes(), self.fingerprint ^ self.now.0);
        sink.event(Event {
            name,
            at: self.now,
            rules: 0,
            content: name.0,
            cause: Cause::Intervention(id),
            node,
            kind: EventKind::Crash,
            timer: 0,
        });
        if server {
            sink.role(RoleChange { event, at: self.now, node, role: None });
        }
    }

    fn restart<S: Sink<P>>(&mut self, site: Site<'_, P>, node: NodeId, id: u32, sink: &mut S) -> Result<(), String> {
        if self.slots[node.index()].machine.is_some() {
            return Err("it was up already".into());
        }
        let cause = Cause::Intervention(id);
        self.start(site, Moved { node, name: Name::restart(id), kind: EventKind::Restart, cause, timer: 0 }, sink);
        Ok(())
    }
}

fn misnamed(expected: Option<Name>, found: Name) -> Option<String> {
    let expected = expected.filter(|expected| *expected != found)?;
    Some(format!("it now means another message: {found} rather than {expected}"))
}

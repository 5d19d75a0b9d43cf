//! What lasts: how it begins and how it ends.

use crate::{
    Across, Name,
    act::{Lasting, LinkSet},
    flights::InFlight,
    trace::{Premise, Sink, Spell},
    view::{Fate, Loss},
    world::{Active, Due, Site, World},
};
use lightcone_core::{Micros, NodeId, Order};
use std::rc::Rc;

impl World {
    /// Something that lasts begins.
    pub(crate) fn begin(&mut self, site: Site<'_>, id: u32, what: &Rc<Lasting>, sink: &mut dyn Sink) {
        self.active.push(Active { id, since: self.now, what: what.clone() });
        sink.began(Spell { id, from: self.now, turn: self.turns, to: None, what: what.clone() });
        self.check_timing(site, sink);
        match &**what {
            Lasting::Cut(across, links, _) => self.close(site, id, *across, links, sink),
            Lasting::Pause(node) => self.slots[node.index()].paused += 1,
            Lasting::Clock(node, ahead, _) => {
                self.check_jump(site, *node, *ahead, sink);
                self.set_clock(site, *node, *ahead);
            }
            Lasting::Liar(node, manner) => self.turn_liar(site, id, *node, *manner, sink),
            Lasting::Hold => self.hold(sink),
            Lasting::Slow(..)
            | Lasting::Lossy(..)
            | Lasting::Copying(..)
            | Lasting::Clog(..)
            | Lasting::Reorder(..) => {}
        }
    }

    /// Whether messages can take longer just now than progress allows for.
    fn check_timing(&self, site: Site<'_>, sink: &mut dyn Sink) {
        let by = self.active.iter().map(|active| match &*active.what {
            Lasting::Slow(_, by) => by.max(),
            Lasting::Reorder(_, by) => *by,
            Lasting::Clog(_, bandwidth) => bandwidth.each,
            _ => Micros::ZERO,
        });
        let longer = by.fold(Micros::ZERO, Micros::plus);
        if longer > Micros::ZERO {
            self.check_flight(site, site.setup.network.latency.max().plus(longer), sink);
        }
    }

    /// Whether a message can take so long and progress still be expected.
    pub(crate) fn check_flight(&self, site: Site<'_>, longest: Micros, sink: &mut dyn Sink) {
        if let Err(words) = site.setup.actors.timely(longest) {
            self.violate(Premise::Timing, format!("messages take up to {longest}: {words}"), sink);
        }
    }

    /// Something that lasts ends.
    pub(crate) fn end(&mut self, site: Site<'_>, id: u32, sink: &mut dyn Sink) {
        let Some(place) = self.active.iter().position(|active| active.id == id) else { return };
        let ended = self.active.remove(place);
        sink.ended(id, (self.now, self.turns));
        match &*ended.what {
            Lasting::Cut(..) => self.let_go(site, sink),
            Lasting::Pause(node) => self.resume(*node),
            Lasting::Clock(node, ..) => self.set_clock(site, *node, Micros::ZERO),
            Lasting::Hold => self.release_all(site, sink),
            Lasting::Slow(..) | Lasting::Lossy(..) | Lasting::Copying(..) | Lasting::Clog(..) => {}
            Lasting::Reorder(..) | Lasting::Liar(..) => {}
        }
    }

    /// Everything that lasts ends, but for holds: those are the way in which the scenario is played.
    pub(crate) fn heal(&mut self, site: Site<'_>, sink: &mut dyn Sink) -> Option<String> {
        let healed = self.active.iter().filter(|active| !matches!(*active.what, Lasting::Hold));
        let healed: Vec<u32> = healed.map(|active| active.id).collect();
        healed.iter().for_each(|id| self.end(site, *id, sink));
        healed.is_empty().then(|| "there was nothing to heal".into())
    }

    /// Links are closed: what is under way on them is lost or parked.
    fn close(&mut self, site: Site<'_>, id: u32, across: Across, links: &LinkSet, sink: &mut dyn Sink) {
        for place in self.flights.select(|flight| links[flight.from.index()].contains(flight.to)) {
            match across {
                Across::Lost => {
                    let flight = self.flights.remove(place).expect("it was selected");
                    self.lose(site, &flight, Loss::Cut(id), sink);
                }
                Across::Held => self.park(place, sink),
            }
        }
    }

    fn park(&mut self, place: u32, sink: &mut dyn Sink) {
        let now = self.now;
        let flight = self.flights.get_mut(place).expect("it was selected");
        flight.parked.get_or_insert(flight.arrives.minus(now));
        sink.fate(flight.record, Fate::Parked, flight.arrives);
    }

    /// What was parked on a link that nothing closes any more goes on for the rest of its way, in order of sending.
    fn let_go(&mut self, site: Site<'_>, sink: &mut dyn Sink) {
        let free = |flight: &InFlight| flight.parked.is_some() && self.closed(flight.from, flight.to).is_none();
        let freed = self.flights.select(free);
        self.forget_slots(&freed);
        for place in freed {
            let flight = self.flights.get_mut(place).expect("it was selected");
            let left = flight.parked.take().expect("only parked messages were selected");
            let (from, to, name, record, unordered) =
                (flight.from, flight.to, flight.name, flight.record, flight.unordered);
            let mut arrives = self.now.plus(left.max(Micros(1)));
            if site.setup.network.order == Order::Fifo && !unordered {
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
            Rc::make_mut(&mut self.links)[link].last = Micros::ZERO;
        }
    }

    fn resume(&mut self, node: NodeId) {
        let slot = &mut self.slots[node.index()];
        slot.paused = slot.paused.saturating_sub(1);
        if slot.paused == 0 && !slot.inbox.backlog.is_empty() {
            self.push(self.now, Name::boot(node), node, Due::Wake);
        }
    }

    /// A clock is set forward and runs at the rate that the faults in force give it. Its timers follow it.
    fn set_clock(&mut self, site: Site<'_>, node: NodeId, ahead: Micros) {
        let drifts = self.active.iter().filter_map(|active| match *active.what {
            Lasting::Clock(of, _, drift) if of == node => Some(i64::from(drift)),
            _ => None,
        });
        let drift = i64::from(site.setup.clocks[node.index()].drift) + drifts.sum::<i64>();
        // Several slow faults at once do not stop a clock: it never runs backwards.
        let drift = i32::try_from(drift.clamp(SLOWEST, i64::from(i32::MAX))).expect("it was clamped");
        let now = self.now;
        let slot = &mut self.slots[node.index()];
        slot.clock = slot.clock.changed(now, ahead, drift);
        let clock = slot.clock;
        for armed in &mut slot.timers {
            armed.fires = clock.reaches(armed.deadline, now);
        }
        self.settle_timers(node);
    }

    /// Nothing moves from now on.
    fn hold(&mut self, sink: &mut dyn Sink) {
        self.held.get_or_insert(self.now);
        for place in self.flights.select(|_| true) {
            self.park(place, sink);
        }
    }

    /// If nothing holds any more, messages go on, and timers have as long before them as they had when it began.
    fn release_all(&mut self, site: Site<'_>, sink: &mut dyn Sink) {
        let held = self.active.iter().any(|active| matches!(*active.what, Lasting::Hold)) || site.setup.held;
        let Some(since) = self.held.take_if(|_| !held) else { return };
        self.let_go(site, sink);
        let now = self.now;
        for node in site.setup.everyone().iter() {
            let slot = &mut self.slots[node.index()];
            let clock = slot.clock;
            for armed in &mut slot.timers {
                let shown = clock.shows(armed.armed.max(since).max(clock.since()));
                armed.deadline = armed.deadline.plus(clock.shows(now).minus(shown));
                armed.fires = clock.reaches(armed.deadline, now);
            }
            self.settle_timers(node);
            let idle = slot_is_idle(self, node);
            if !site.setup.servers().contains(node) && idle {
                self.schedule_work(site, node);
            }
        }
    }
}

fn slot_is_idle(world: &World, node: NodeId) -> bool {
    let slot = world.slot(node);
    slot.machine.is_some() && slot.worked.1.is_none()
}

/// No clock runs slower than this, in parts per million.
const SLOWEST: i64 = -999_999;

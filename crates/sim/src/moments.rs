//! What interventions do at an instant.

use crate::{
    Disk, Name,
    act::{Act, Lasting, Moment},
    actors::{Input, TimerCode},
    flights::{InFlight, MidStep},
    handle::Work,
    plan::Does,
    trace::{Cause, Event, Premise, RoleChange, Sink},
    trigger::Fact,
    view::EventKind,
    world::{Firing, Moved, Site, World},
};
use lightcone_core::{Bound, Micros, NodeId, NodeSet};

impl World {
    /// Does what an intervention says.
    pub(crate) fn apply(&mut self, site: Site<'_>, id: u32, act: &Act, sink: &mut dyn Sink) {
        let trouble = match act {
            Act::Moment(Moment::Crash(node, disk, Some(after))) if self.slots[node.index()].machine.is_some() => {
                return self.doom(site, *node, MidStep { id, after: *after, disk: *disk }, sink);
            }
            Act::Lasting(what) => {
                self.begin(site, id, what, sink);
                None
            }
            Act::Moment(moment) => self.momentary(site, id, moment, sink),
        };
        self.remark(id, trouble, sink);
    }

    /// Does something that is over at once, and says why it did nothing if it did nothing.
    fn momentary(&mut self, site: Site<'_>, id: u32, moment: &Moment, sink: &mut dyn Sink) -> Option<String> {
        let cause = Cause::Intervention(id);
        let up = |node: NodeId| self.slots[node.index()].machine.is_some();
        match moment {
            Moment::Heal => self.heal(site, sink),
            Moment::Crash(node, ..) | Moment::Leave(node) if !up(*node) => {
                Some(format!("{} was down already", site.setup.name(*node)))
            }
            Moment::Crash(node, disk, _) => self.go_down(site, *node, (id, EventKind::Crash), *disk, sink),
            Moment::Leave(node) => self.go_down(site, *node, (id, EventKind::Leave), Disk::Kept, sink),
            Moment::Restart(node) | Moment::Join(node) if up(*node) => {
                self.spare(site, *node, sink);
                Some(format!("{} was up already", site.setup.name(*node)))
            }
            Moment::Restart(node) => self.restart(site, *node, id, sink),
            Moment::Join(node) => self.join(site, *node, id, sink),
            Moment::Invoke(node, _) | Moment::Local(node, _) if !up(*node) => {
                Some(format!("{} is down", site.setup.name(*node)))
            }
            Moment::Invoke(client, op) => {
                self.invoke(site, *client, (Name::request(id), cause), op.clone(), sink);
                None
            }
            Moment::Local(node, what) => {
                let moved = Moved { node: *node, name: Name::local(id), kind: EventKind::Local, cause, timer: 0 };
                self.act(site, moved, Work::Handle(Input::Stimulus(what.clone())), None, sink);
                None
            }
            Moment::Deliver => self.deliver_marked(site, id, sink),
            Moment::Fire(node, label) => self.fire_labelled(site, *node, label, sink),
        }
    }

    /// A participant will crash in the middle of its next step.
    fn doom(&mut self, site: Site<'_>, node: NodeId, crash: MidStep, sink: &mut dyn Sink) {
        match self.slots[node.index()].doomed {
            Some(_) => {
                let words = format!("{} is to crash in its next step already", site.setup.name(node));
                self.remark(crash.id, Some(words), sink);
            }
            None => self.slots[node.index()].doomed = Some(crash),
        }
    }

    /// A participant that was to crash in its next step goes on: it made none until it was to start again, or is down.
    fn spare(&mut self, site: Site<'_>, node: NodeId, sink: &mut dyn Sink) {
        if let Some(MidStep { id, .. }) = self.slots[node.index()].doomed.take() {
            let words = format!("{} made no step in which it could crash", site.setup.name(node));
            self.remark(id, Some(words), sink);
        }
    }

    /// A participant loses all but its disk, or leaves. It is an event of its own on the lane.
    pub(crate) fn go_down(
        &mut self,
        site: Site<'_>,
        node: NodeId,
        (id, kind): (u32, EventKind),
        disk: Disk,
        sink: &mut dyn Sink,
    ) -> Option<String> {
        self.spare(site, node, sink);
        let slot = &mut self.slots[node.index()];
        (slot.machine, slot.paused) = (None, 0);
        slot.there = kind != EventKind::Leave;
        slot.timers.clear();
        self.firing.set(node, Firing::NEVER);
        let role = slot.role.take();
        let wrote = slot.disk.is_some();
        match disk {
            Disk::Kept => {}
            Disk::LastWriteLost => slot.disk = slot.disk_before.take(),
            Disk::Lost => (slot.disk, slot.disk_before) = (None, None),
        }
        self.empty_inbox(site, node, sink);
        self.end_pauses(site, node, sink);
        let event = self.events;
        self.events += 1;
        let name = if kind == EventKind::Leave { Name::leave(id) } else { Name::crash(id) };
        self.chain(name.0 ^ self.now.0);
        let (at, cause) = (self.now, Cause::Intervention(id));
        sink.event(Event { name, at, rules: 0, content: name.0, cause, node, kind, timer: 0 });
        if role.is_some() {
            sink.role(RoleChange { event, at, node, role: None });
        }
        self.fact(site, name, Fact::Crashes(node), sink);
        if kind == EventKind::Crash {
            self.check_crash(site, node, disk != Disk::Kept && wrote, sink);
        }
        None
    }

    /// A pause stops a process, and ends with it: who starts again is not paused.
    fn end_pauses(&mut self, site: Site<'_>, node: NodeId, sink: &mut dyn Sink) {
        let pauses = self.active.iter().filter(|active| matches!(*active.what, Lasting::Pause(of) if of == node));
        let pauses: Vec<u32> = pauses.map(|active| active.id).collect();
        pauses.iter().for_each(|id| self.end(site, *id, sink));
    }

    /// Whether a crash breaks what the protocol's guarantees rest on.
    fn check_crash(&self, site: Site<'_>, node: NodeId, lost: bool, sink: &mut dyn Sink) {
        let assumed = site.setup.actors.about().assumptions;
        let name = site.setup.name(node);
        if lost && assumed.disk_survives {
            self.violate(Premise::Disk, format!("{name} lost what it had written to its disk"), sink);
        }
        let servers = site.setup.servers();
        let most = assumed.crashes.most(servers.len());
        let useless = |node: &NodeId| {
            let slot = &self.slots[node.index()];
            slot.there && slot.machine.as_ref().is_none_or(|machine| site.setup.actors.is_recovering(machine))
        };
        let down: NodeSet = servers.iter().filter(useless).collect();
        if down.len() > most && servers.contains(node) {
            let words = if most == 0 {
                format!("{name} crashed")
            } else {
                let recovering =
                    servers.iter().any(|node| useless(&node) && self.slots[node.index()].machine.is_some());
                let what = if recovering { "down or recovering" } else { "down" };
                format!("{} of {} servers are {what}, and at most {most} may be", down.len(), servers.len())
            };
            self.violate(Premise::Crashes, words, sink);
        }
        if assumed.lies != Bound::None {
            self.check_faulty(site, sink);
        }
    }

    /// Whether clocks run wrong by more than guarantees allow for, or stand further apart. Whoever is down has a clock all
    /// the same.
    pub(crate) fn check_clocks(&self, site: Site<'_>, sink: &mut dyn Sink) {
        self.check_drift(site, sink);
        let Some(skew) = site.setup.skew else { return };
        let servers = || site.setup.servers().iter();
        let shown = |node: &NodeId| self.slots[node.index()].clock.shows(self.now);
        let (Some(slow), Some(fast)) = (servers().min_by_key(shown), servers().max_by_key(shown)) else { return };
        let apart = shown(&fast).minus(shown(&slow));
        if apart > skew {
            let (slow, fast) = (site.setup.name(slow), site.setup.name(fast));
            let words = format!("the clocks of {slow} and {fast} are {apart} apart, and {skew} are assumed");
            self.violate(Premise::Clocks, words, sink);
        }
    }

    fn check_drift(&self, site: Site<'_>, sink: &mut dyn Sink) {
        let Some(most) = site.setup.drift else { return };
        let drift = |node: NodeId| self.slots[node.index()].clock.drift();
        let wrong = |node: &NodeId| u64::from(drift(*node).unsigned_abs()) > most;
        if let Some(node) = site.setup.servers().iter().find(wrong) {
            let (name, drift) = (site.setup.name(node), drift(node));
            let words =
                format!("the clock of {name} gains {drift} millionths, and at most {most} either way are assumed");
            self.violate(Premise::Clocks, words, sink);
        }
    }

    /// Whether a clock was set forward where guarantees go by how long things take.
    pub(crate) fn check_jump(&self, site: Site<'_>, node: NodeId, ahead: Micros, sink: &mut dyn Sink) {
        if site.setup.drift.is_some() && ahead > Micros::ZERO && site.setup.servers().contains(node) {
            let words = format!("the clock of {} is set forward by {ahead}", site.setup.name(node));
            self.violate(Premise::Clocks, words, sink);
        }
    }

    /// Whether a timer of a server ends before it can, where guarantees go by how long things take.
    pub(crate) fn check_early(
        &self,
        site: Site<'_>,
        node: NodeId,
        timer: TimerCode,
        after: Micros,
        least: Micros,
        sink: &mut dyn Sink,
    ) {
        if after < least && site.setup.drift.is_some() && site.setup.servers().contains(node) {
            let (label, name) = (site.setup.actors.timer_label(timer), site.setup.name(node));
            let words = format!("the timer {label} of {name} ends after {after}, and {least} are assumed at least");
            self.violate(Premise::Clocks, words, sink);
        }
    }

    /// Where servers may be Byzantine, those that are down count as faulty, too.
    pub(crate) fn check_faulty(&self, site: Site<'_>, sink: &mut dyn Sink) {
        let servers = site.setup.servers();
        let actors = &site.setup.actors;
        let most = actors.about().assumptions.lies.most(servers.len());
        let most = actors.tolerated().map_or(most, |tolerated| tolerated.min(most));
        let faulty = |n: &NodeId| {
            let slot = &self.slots[n.index()];
            self.liars.contains(*n) || slot.there && slot.machine.is_none() && self.now > Micros::ZERO
        };
        let faulty: NodeSet = servers.iter().filter(faulty).collect();
        if faulty.len() > most {
            let (count, n, names) = (faulty.len(), servers.len(), site.setup.names(faulty));
            let are = if count == 1 { "is" } else { "are" };
            let words = format!("{count} of {n} servers {are} faulty ({names}), and at most {most} may be");
            self.violate(Premise::Liars, words, sink);
        }
    }

    fn restart(&mut self, site: Site<'_>, node: NodeId, id: u32, sink: &mut dyn Sink) -> Option<String> {
        if !self.slots[node.index()].there {
            return Some(format!("{} does not take part", site.setup.name(node)));
        }
        let cause = Cause::Intervention(id);
        self.start(site, Moved { node, name: Name::restart(id), kind: EventKind::Restart, cause, timer: 0 }, sink);
        None
    }

    fn join(&mut self, site: Site<'_>, node: NodeId, id: u32, sink: &mut dyn Sink) -> Option<String> {
        if self.slots[node.index()].there {
            return Some(format!("{} is down: it restarts rather than joins", site.setup.name(node)));
        }
        let cause = Cause::Intervention(id);
        self.start(site, Moved { node, name: Name::join(id), kind: EventKind::Start, cause, timer: 0 }, sink);
        None
    }

    fn deliver_marked(&mut self, site: Site<'_>, id: u32, sink: &mut dyn Sink) -> Option<String> {
        let name = self.marked.iter().find(|(marked, _)| *marked == id).map(|(_, name)| *name);
        let Some(name) = name else { return Some("nothing in this run was called so by then".into()) };
        let itself = self.flights.select(|flight| flight.name == name).pop();
        let place = itself.or_else(|| self.copy_under_way(site, name));
        let Some(flight) = place.and_then(|place| self.flights.remove(place)) else {
            return Some("it was not under way any more".into());
        };
        // However long it was held, it arrives now.
        self.hand_over(site, InFlight { arrives: self.now, ..flight }, sink);
        None
    }

    /// Where a copy of a message flies: copies are named after the message and the fault that made them.
    fn copy_under_way(&self, site: Site<'_>, message: Name) -> Option<u32> {
        let made = site.plan.watches.iter().filter(|watch| watch.does == Does::Copy).map(|watch| watch.id);
        let names: Vec<Name> = made.chain(site.plan.untils.keys().copied()).map(|id| Name::copy(message, id)).collect();
        self.flights.select(|flight| names.contains(&flight.name)).first().copied()
    }

    fn fire_labelled(&mut self, site: Site<'_>, node: NodeId, label: &str, sink: &mut dyn Sink) -> Option<String> {
        let timers = &self.slots[node.index()].timers;
        let Some(armed) = timers.iter().find(|armed| site.setup.actors.timer_label(armed.code) == label) else {
            return Some(format!("no timer {label} of {} was armed", site.setup.name(node)));
        };
        let armed = *armed;
        let passed = self.slots[node.index()].clock.shows(self.now).minus(armed.shown);
        self.check_early(site, node, armed.code, passed, armed.least, sink);
        self.fire_named(site, node, armed.name, sink);
        None
    }
}

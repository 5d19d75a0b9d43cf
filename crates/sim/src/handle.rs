//! One step of one participant: the input is handled, its effects take place in order, the observer looks.

use crate::{
    Name,
    actors::{Datum, Effect, Input, TimerCode, Turn, Watch},
    condition::Passage,
    digest::Digest,
    flights::MidStep,
    name::Draws,
    trace::{Arming, Broken, Cause, Event, RoleChange, Sink},
    trigger::{Counted, Fact},
    view::EventKind,
    world::{Armed, Moved, NextTurn, Site, World},
};
use lightcone_core::{Boot, Breach, Key, Micros, NodeId, Span};

/// What a step does.
pub(crate) enum Work {
    Boot(Boot<Datum>),
    Handle(Input),
}

impl World {
    /// A participant starts, for the first time or again.
    pub(crate) fn start(&mut self, site: Site<'_>, moved: Moved, sink: &mut dyn Sink) {
        let slot = &mut self.slots[moved.node.index()];
        slot.there = true;
        let how = match moved.kind {
            EventKind::Restart => Boot::Again(slot.disk.clone()),
            _ => Boot::First,
        };
        self.act(site, moved, Work::Boot(how), None, sink);
        self.begin_work(site, moved.node);
    }

    /// A participant that is up handles an input. `crash` cuts the step off after some of its effects.
    pub(crate) fn act(
        &mut self,
        site: Site<'_>,
        moved: Moved,
        work: Work,
        crash: Option<MidStep>,
        sink: &mut dyn Sink,
    ) {
        self.check_clocks(site, sink);
        let crash = self.cut_short(site, moved.node, crash, sink);
        let event = self.events;
        self.events += 1;
        let mut effects = std::mem::take(&mut self.scratch.effects);
        let mut broken = Vec::new();
        let rules = self.compute(site, moved, work, crash, &mut effects, &mut broken, sink);
        self.twist(site, moved, &mut effects);
        self.write_down(moved, rules, &effects, sink);
        self.tell(site, moved, event, rules, broken, sink);
        self.scratch.named.clear();
        for effect in effects.drain(..) {
            self.take_place(site, moved, event, effect, sink);
        }
        self.scratch.effects = effects;
        if let Some(crash) = crash {
            self.next_turns.push(NextTurn::Crash(moved.node, crash));
        }
    }

    /// How a participant crashes in this step: as is said of this step, or else as was said of its next one, whichever that
    /// would be.
    fn cut_short(
        &mut self,
        site: Site<'_>,
        node: NodeId,
        crash: Option<MidStep>,
        sink: &mut dyn Sink,
    ) -> Option<MidStep> {
        let doomed = self.slots[node.index()].doomed.take();
        if let Some(doomed) = doomed {
            let outdone = || format!("another crash of {} cuts that step off", site.setup.name(node));
            self.remark(doomed.id, crash.is_some().then(outdone), sink);
        }
        crash.or(doomed)
    }

    /// Runs the pure step and returns the rules that fired.
    #[expect(clippy::too_many_arguments, reason = "the surroundings of a step are what they are")]
    fn compute(
        &mut self,
        site: Site<'_>,
        moved: Moved,
        work: Work,
        crash: Option<MidStep>,
        effects: &mut Vec<Effect>,
        broken: &mut Vec<(usize, Breach)>,
        sink: &mut dyn Sink,
    ) -> u64 {
        let me = moved.node;
        let mut brinks = if site.plan.triggers.is_empty() { Vec::new() } else { self.brinks(site, me) };
        let now = self.now;
        let mut cut = |effects: u32, sent: Option<(NodeId, Key)>| {
            let fact = sent.map(|(to, key)| Fact::Message(key, me, to, Passage::Sent, (now, now)));
            let met = |(trigger, progress): &mut (&crate::trigger::Trigger, _)| {
                fact.is_some_and(|fact| trigger.count(progress, &fact) == Counted::Met)
            };
            crash.is_some_and(|crash| crash.after == effects) | brinks.iter_mut().any(met)
        };
        let cuts = crash.is_some() || !site.plan.triggers.is_empty();
        let machine = self.slots[me.index()].machine.take();
        let (slots, liars) = (&self.slots, self.liars);
        let others = |node: NodeId| slots[node.index()].machine.as_ref();
        let watched = sink.observes() && site.setup.servers().contains(me);
        let mut rules = 0;
        let turn = Turn {
            me,
            clock: slots[me.index()].clock.shows(now),
            choices: &mut Draws::new(site.setup.seed, moved.name),
            effects,
            hashed: sink.hashes(),
            rules: &mut rules,
            cut: if cuts { Some(&mut cut) } else { None },
            watch: watched.then_some(Watch { ghost: &mut self.ghost, others: &others, liars, broken }),
            notes: sink.notes(),
        };
        let actors = &site.setup.actors;
        let state = match work {
            Work::Boot(how) => actors.boot(turn, how),
            Work::Handle(input) => actors.step(machine.expect("only who is up handles anything"), turn, input),
        };
        self.slots[me.index()].machine = Some(state);
        rules
    }

    /// Writes the step down, with a hash of its name, instant, place, and what it sent and answered.
    pub(crate) fn write_down(&mut self, moved: Moved, rules: u64, effects: &[Effect], sink: &mut dyn Sink) {
        sink.effects(effects);
        let content = if sink.hashes() { self.digest(moved, effects) } else { 0 };
        let Moved { node, name, kind, cause, timer } = moved;
        sink.event(Event { name, at: self.now, rules, content, cause, node, kind, timer });
    }

    fn digest(&mut self, moved: Moved, effects: &[Effect]) -> u64 {
        let mut digest = Digest::new();
        digest.word(moved.name.0);
        digest.word(self.now.0);
        digest.word(u64::from(moved.node.0) << 8 | moved.kind as u64);
        for effect in effects {
            match effect {
                Effect::Send(to, parcel) => {
                    digest.word(to.0.into());
                    digest.word(parcel.hash);
                }
                Effect::Complete(_, _, hash) => digest.word(*hash),
                _ => {}
            }
        }
        let content = digest.finished();
        self.chain(content);
        content
    }

    /// Adds something to the fingerprint.
    pub(crate) fn chain(&mut self, content: u64) {
        let mut digest = Digest::new();
        digest.word(self.fingerprint);
        digest.word(content);
        self.fingerprint = digest.finished();
    }

    /// Tells the record and the conditions what the step was, before its effects take place.
    fn tell(
        &mut self,
        site: Site<'_>,
        moved: Moved,
        event: u32,
        rules: u64,
        broken: Vec<(usize, Breach)>,
        sink: &mut dyn Sink,
    ) {
        let node = moved.node;
        let role = self.slots[node.index()].machine.as_ref().and_then(|state| site.setup.actors.role(state));
        if matches!(moved.kind, EventKind::Deliver | EventKind::Timer | EventKind::Invoke | EventKind::Local) {
            let state = self.slots[node.index()].machine.as_ref();
            sink.stamped(event, &|| site.setup.actors.stamp(state?));
        }
        let before = std::mem::replace(&mut self.slots[node.index()].role, role);
        if role != before {
            sink.role(RoleChange { event, at: self.now, node, role });
        }
        for (invariant, breach) in broken {
            self.fact(site, moved.name, Fact::Broken(node, invariant), sink);
            sink.broken(Broken { invariant, event, nodes: breach.nodes, words: breach.words });
        }
        if !site.listens() {
            return;
        }
        match moved.kind {
            EventKind::Start | EventKind::Restart => self.fact(site, moved.name, Fact::Starts(node), sink),
            EventKind::Invoke => self.fact(site, moved.name, Fact::Asks(node), sink),
            _ => {}
        }
        if rules != 0 {
            self.fact(site, moved.name, Fact::Does(node, rules), sink);
        }
        if let Some(role) = role.filter(|role| before != Some(*role)) {
            self.fact(site, moved.name, Fact::Becomes(node, role), sink);
            let alike = self.slots.iter().filter(|slot| slot.role == Some(role)).count();
            self.fact(site, moved.name, Fact::Are(node, role, crate::trace::small(alike)), sink);
        }
    }

    pub(crate) fn take_place(&mut self, site: Site<'_>, moved: Moved, event: u32, effect: Effect, sink: &mut dyn Sink) {
        let slot = &mut self.slots[moved.node.index()];
        match effect {
            Effect::Send(to, parcel) => self.send(site, moved, event, to, parcel, sink),
            Effect::Persist(state) => slot.disk_before = slot.disk.replace(state),
            Effect::SetTimer(code, range) => self.arm(site, moved, event, code, range, sink),
            Effect::CancelTimer(code) => {
                self.disarm(moved, event, code, sink);
                self.settle_timers(moved.node);
            }
            Effect::Complete(op, ret, _) => self.complete(site, moved, event, op, &ret, sink),
            Effect::Occupy(call) => slot.inbox.calls.push(call),
            Effect::Release(call) => self.release(site, moved.node, call, sink),
        }
    }

    /// Disarms a timer that is armed; the caller settles what fires next. If a message brought that about, it put the timer
    /// off.
    fn disarm(&mut self, moved: Moved, event: u32, code: TimerCode, sink: &mut dyn Sink) {
        let timers = &mut self.slots[moved.node.index()].timers;
        let Some(place) = timers.iter().position(|armed| armed.code == code) else { return };
        timers.remove(place);
        if let Cause::Message(message) = moved.cause {
            sink.put_off(event, message, code);
        }
    }

    fn arm(&mut self, site: Site<'_>, moved: Moved, event: u32, code: TimerCode, range: Span, sink: &mut dyn Sink) {
        self.disarm(moved, event, code, sink);
        let name = Name::timer(moved.name, code, self.place_of(code));
        let moved_to = self.watched_arming(site, moved.node, code, name, sink);
        // What a server waits for from its first start on follows nothing that anyone could rely on.
        let least = if moved.kind == EventKind::Start { Micros::ZERO } else { range.min };
        if let Some(length) = moved_to {
            self.check_early(site, moved.node, code, length, least, sink);
        }
        let length = moved_to.unwrap_or_else(|| Micros(site.setup.seed.length(name, range)));
        let slot = &mut self.slots[moved.node.index()];
        let shown = slot.clock.shows(self.now);
        let deadline = shown.plus(length);
        let fires = slot.clock.reaches(deadline, self.now.plus(Micros(1)));
        slot.timers.push(Armed { code, name, armed: self.now, deadline, fires, least, shown, by: event, waits: false });
        self.settle_timers(moved.node);
        let actors = &site.setup.actors;
        let timer = sink.timer_label(code, &|| actors.timer_label(code));
        sink.armed(Arming { name, event, timer, node: moved.node });
    }

    /// How many of this kind the present step made before.
    pub(crate) fn place_of(&mut self, code: u64) -> u32 {
        match self.scratch.named.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                self.scratch.named.push((code, 0));
                0
            }
        }
    }
}

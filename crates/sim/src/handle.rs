//! One step of one participant: the input is handled, its effects take place in order, the observer looks.

use crate::{
    Name,
    name::Draws,
    setup::Setup,
    trace::{Broken, Cause, Event, OpRecord, RoleChange, Sink},
    view::EventKind,
    world::{Armed, Due, Item, Moved, Site, Slot, World},
};
use lightcone_core::{
    Effect, Env, Input, Machine, Micros, NodeId, Op, OpId, Protocol, Ret, Service, Sight, Span, StepSeen, TimerOf,
    boot, service::Mix, step, step::Boot,
};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

impl<P: Protocol> World<P> {
    /// A participant starts, for the first time or again.
    pub(crate) fn start<S: Sink<P>>(&mut self, site: Site<'_, P>, moved: Moved, sink: &mut S) {
        let how = match moved.kind {
            EventKind::Restart => Boot::Again(self.slots[moved.node.index()].persisted.as_deref().cloned()),
            _ => Boot::First,
        };
        self.act(site, moved, Work::Boot(how), None, sink);
        self.begin_work(site.setup, moved.node);
    }

    /// A participant that is up handles an input. `crash` cuts the step off after some of its effects.
    pub(crate) fn handle<S: Sink<P>>(
        &mut self,
        site: Site<'_, P>,
        moved: Moved,
        input: Input<P>,
        crash: Option<(u32, u32)>,
        sink: &mut S,
    ) {
        self.act(site, moved, Work::Handle(input), crash, sink);
    }

    fn act<S: Sink<P>>(
        &mut self,
        site: Site<'_, P>,
        moved: Moved,
        work: Work<P>,
        crash: Option<(u32, u32)>,
        sink: &mut S,
    ) {
        let event = self.events;
        self.events += 1;
        let state = self.node(moved.node);
        let role_before = state.map(P::role);
        let watched = S::WATCH && !P::invariants().is_empty() && site.setup.cluster.servers.contains(moved.node);
        let seen = watched.then(|| Before { state: state.cloned(), input: work.input().cloned() });
        let mut effects = std::mem::take(&mut self.scratch.effects);
        let rules = self.compute(site.setup, moved, work, &mut effects, sink);
        if let Some((_, after)) = crash {
            effects.truncate(after as usize);
        }
        sink.effects(&effects);
        let content = if S::WATCH { self.digest(moved, &effects) } else { 0 };
        sink.event(Event {
            name: moved.name,
            at: self.now,
            rules,
            content,
            cause: moved.cause,
            node: moved.node,
            kind: moved.kind,
            timer: moved.timer,
        });
        if let Some(before) = seen {
            self.observe(site.setup, event, moved.node, &before, &effects, sink);
        }
        self.note_role(event, moved.node, role_before, sink);
        self.scratch.named.clear();
        for effect in effects.drain(..) {
            self.take_place(site, moved, event, effect, sink);
        }
        self.scratch.effects = effects;
        if let Some((id, _)) = crash {
            self.go_down(moved.node, id, sink);
        }
    }

    /// Runs the pure step and returns the rules that fired.
    fn compute<S: Sink<P>>(
        &mut self,
        setup: &Setup<P>,
        moved: Moved,
        work: Work<P>,
        effects: &mut Vec<Effect<P>>,
        sink: &mut S,
    ) -> u64 {
        let mut rules = 0;
        let env = Env {
            me: moved.node,
            cluster: &setup.cluster,
            clock: setup.clocks[moved.node.index()].shows(self.now),
            choices: &mut Draws::new(setup.seed, moved.name),
            effects,
            rules: &mut rules,
            notes: sink.notes(),
        };
        let machine = &mut self.slots[moved.node.index()].machine;
        match work {
            Work::Boot(how) => *machine = Some(boot(env, how)),
            Work::Handle(input) => {
                let machine = machine.as_mut().expect("only a participant that is up handles anything");
                step(machine, env, input);
            }
        }
        rules
    }

    fn note_role<S: Sink<P>>(&mut self, event: u32, node: NodeId, before: Option<lightcone_core::Role>, sink: &mut S) {
        let role = self.node(node).map(P::role);
        if role != before {
            sink.role(RoleChange { event, at: self.now, node, role });
        }
    }

    /// Adds the step to the fingerprint: its name, instant, place, and the bytes of what it sent and answered.
    fn digest(&mut self, moved: Moved, effects: &[Effect<P>]) -> u64 {
        let mut bytes = std::mem::take(&mut self.scratch.bytes);
        bytes.clear();
        bytes.extend_from_slice(&moved.name.0.to_le_bytes());
        bytes.extend_from_slice(&self.now.0.to_le_bytes());
        bytes.push(moved.node.0);
        bytes.push(moved.kind as u8);
        for effect in effects {
            bytes = match effect {
                Effect::Send { to, packet } => {
                    bytes.push(to.0);
                    append(bytes, packet)
                }
                Effect::Complete { op, ret } => append(bytes, &(op, ret)),
                Effect::Persist(_) | Effect::SetTimer { .. } | Effect::CancelTimer(_) => bytes,
            };
        }
        let content = xxh3_64(&bytes);
        self.fingerprint = xxh3_64_with_seed(&content.to_le_bytes(), self.fingerprint);
        self.scratch.bytes = bytes;
        content
    }

    /// The observer remembers the step and checks every invariant.
    fn observe<S: Sink<P>>(
        &mut self,
        setup: &Setup<P>,
        event: u32,
        node: NodeId,
        before: &Before<P>,
        effects: &[Effect<P>],
        sink: &mut S,
    ) {
        let after = self.slots[node.index()].machine.as_ref().and_then(Machine::node).expect("it has just moved");
        let seen = StepSeen { node, before: before.state.as_ref(), input: before.input.as_ref(), after, effects };
        P::witness(&mut self.ghost, &seen);
        let slots = &self.slots;
        let nodes = |id: NodeId| slots[id.index()].machine.as_ref().and_then(Machine::node);
        let sight = Sight {
            nodes: &nodes,
            step: &seen,
            ghost: &self.ghost,
            config: &setup.cluster.config,
            specs: &setup.cluster.specs,
        };
        for (invariant, broken) in P::invariants().iter().enumerate() {
            if let Err(breach) = (broken.check)(&sight) {
                sink.broken(Broken { invariant, event, nodes: breach.nodes, words: breach.words });
            }
        }
    }

    fn take_place<S: Sink<P>>(&mut self, site: Site<'_, P>, moved: Moved, event: u32, effect: Effect<P>, sink: &mut S) {
        match effect {
            Effect::Send { to, packet } => self.send(site, moved, event, to, packet, sink),
            Effect::Persist(state) => self.slots[moved.node.index()].persisted = Some(state),
            Effect::SetTimer { timer, range } => self.arm(site.setup, moved, event, timer, range, sink),
            Effect::CancelTimer(timer) => self.disarm(moved, event, &timer, sink),
            Effect::Complete { op, ret } => self.complete(site.setup, moved.node, event, op, &ret, sink),
        }
    }

    /// Disarms a timer that is armed. If a message brought that about, it put the timer off.
    fn disarm<S: Sink<P>>(&mut self, moved: Moved, event: u32, timer: &TimerOf<P>, sink: &mut S) {
        let timers = &mut self.slots[moved.node.index()].timers;
        let Some(place) = timers.iter().position(|armed| armed.timer == *timer) else { return };
        let armed = timers.remove(place);
        if let Cause::Message(message) = moved.cause {
            sink.put_off(event, message, armed.code);
        }
    }

    fn arm<S: Sink<P>>(
        &mut self,
        setup: &Setup<P>,
        moved: Moved,
        event: u32,
        timer: TimerOf<P>,
        range: Span,
        sink: &mut S,
    ) {
        self.disarm(moved, event, &timer, sink);
        let mut bytes = std::mem::take(&mut self.scratch.bytes);
        bytes.clear();
        bytes = append(bytes, &timer);
        let code = xxh3_64(&bytes);
        let name = Name::timer(moved.name, &bytes, self.place_of(code));
        self.scratch.bytes = bytes;
        let length = setup.clocks[moved.node.index()].really(Micros(setup.seed.length(name, range)));
        let fires = self.now.plus(length.max(Micros(1)));
        self.slots[moved.node.index()].timers.push(Armed { timer, name, armed: self.now, fires, by: event, code });
        self.push(fires, name, moved.node, Due::Timer);
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

    /// Someone asks a client. Its serial number is the client's own count.
    pub(crate) fn invoke<S: Sink<P>>(
        &mut self,
        site: Site<'_, P>,
        client: NodeId,
        (name, cause): (Name, Cause),
        op: Op<P>,
        sink: &mut S,
    ) -> OpId {
        let slot = &mut self.slots[client.index()];
        slot.serial += 1;
        let id = OpId { client, serial: slot.serial };
        sink.invoked(OpRecord { id, op: op.clone(), event: self.events, at: self.now, done: None });
        let moved = Moved { node: client, name, kind: EventKind::Invoke, cause, timer: 0 };
        self.handle(site, moved, Input::Invoke(id, op), None, sink);
        id
    }

    fn complete<S: Sink<P>>(
        &mut self,
        setup: &Setup<P>,
        client: NodeId,
        event: u32,
        op: OpId,
        ret: &Ret<P>,
        sink: &mut S,
    ) {
        sink.completed(op, event, self.now, ret);
        let slot = &mut self.slots[client.index()];
        if slot.worked.1 == Some(op) {
            slot.worked.1 = None;
            self.schedule_work(setup, client);
        }
    }

    /// A client that starts takes up its workload.
    fn begin_work(&mut self, setup: &Setup<P>, node: NodeId) {
        if !setup.cluster.servers.contains(node) {
            self.slots[node.index()].worked.1 = None;
            self.schedule_work(setup, node);
        }
    }

    fn schedule_work(&mut self, setup: &Setup<P>, client: NodeId) {
        let Some(workload) = setup.workload else { return };
        let Slot { worked: (nth, _), .. } = self.slots[client.index()];
        if nth < workload.operations {
            let name = Name::workload(client, nth);
            let at = self.now.plus(Micros(setup.seed.pause(name, workload.pause))).max(workload.start);
            self.push(at, name, client, Due::Workload(nth));
        }
    }

    /// The client's own workload asks for its next operation.
    pub(crate) fn work<S: Sink<P>>(&mut self, site: Site<'_, P>, item: Item, nth: u32, sink: &mut S) {
        let slot = &mut self.slots[item.node.index()];
        let (Some(workload), true) = (site.setup.workload, slot.machine.is_some() && slot.worked.0 == nth) else {
            return;
        };
        // The operation counts as under way while it is being asked, in case it is answered at once.
        slot.worked = (nth + 1, Some(OpId { client: item.node, serial: slot.serial + 1 }));
        let mut drawn = 0;
        let mut draw = |n| {
            drawn += 1;
            site.setup.seed.operation(item.name, drawn, n)
        };
        let mix = Mix { reads: workload.reads, keys: workload.keys };
        let servers = site.setup.cluster.servers.len() as u64;
        let clients = site.setup.cluster.specs.len() as u64 - servers;
        let unique = u64::from(nth) * clients + u64::from(item.node.0) - servers + 1;
        let op = ServiceOf::<P>::sample(&mut draw, mix, unique);
        self.invoke(site, item.node, (item.name, Cause::Workload(nth)), op, sink);
    }
}

/// What a step does.
enum Work<P: Protocol> {
    Boot(Boot<P>),
    Handle(Input<P>),
}

impl<P: Protocol> Work<P> {
    fn input(&self) -> Option<&Input<P>> {
        match self {
            Work::Boot(_) => None,
            Work::Handle(input) => Some(input),
        }
    }
}

/// What the observer keeps of a server before its step.
struct Before<P: Protocol> {
    state: Option<P>,
    input: Option<Input<P>>,
}

type ServiceOf<P> = <<P as Protocol>::Client as lightcone_core::Client>::Service;

/// Adds the canonical bytes of a value, equal on every machine.
fn append(bytes: Vec<u8>, value: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_extend(value, bytes).expect("plain data is always serialised")
}

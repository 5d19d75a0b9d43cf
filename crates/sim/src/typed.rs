//! The one kind of [`Actors`]: a protocol with its types.

use crate::actors::{Actors, Datum, Effect, Input, Parcel, Promised, TimerCode, Turn, Watch};
use crate::digest::digest;
use lightcone_core::{
    Ability, About, Boot, Breach, Cite, Client, Cluster, ConfigError, Env, LieCtx, Machine, Micros, NodeId, NodeKind,
    NodeSet, NodeSpec, Op, Packet, Protocol, Ret, Role, Rule, Service, Sight, Stamp, StepSeen, Stimulus, TimerOf, boot,
    service::Mix,
    step,
    view::{Cut, FieldView, MessageView, Ring, Table},
};
use std::{any::Any, cell::RefCell, rc::Rc};
use xxhash_rust::xxh3::xxh3_64;

type ServiceOf<P> = <<P as Protocol>::Client as Client>::Service;
type Doing<P> = lightcone_core::Effect<P>;

/// A protocol with its settings.
pub struct Typed<P: Protocol> {
    cluster: Cluster<P>,
    timers: RefCell<Timers<P>>,
    scratch: RefCell<Scratch<P>>,
}

/// The timers that were ever armed.
struct Timers<P: Protocol> {
    /// In the order of their codes, each with its label.
    known: Vec<(TimerCode, TimerOf<P>, String)>,
    /// The first few, which most protocols make do with: to look through them is quicker than to hash one.
    first: Vec<(TimerOf<P>, TimerCode)>,
}

impl<P: Protocol> Timers<P> {
    fn place(&self, code: TimerCode) -> Result<usize, usize> {
        self.known.binary_search_by_key(&code, |(known, ..)| *known)
    }
}

/// Why a timer is known.
const ARMED: &str = "the engine asks for timers that were armed";
/// So many timers are looked through.
const FEW: usize = 8;

/// Buffers that are reused from step to step.
struct Scratch<P: Protocol> {
    effects: Vec<Doing<P>>,
    bytes: Vec<u8>,
}

fn of<T: 'static>(datum: &Datum) -> &T {
    datum.downcast_ref().expect("the engine hands back what it was given")
}

fn shared<T: 'static>(datum: Datum) -> Rc<T> {
    datum.downcast().unwrap_or_else(|_| panic!("the engine hands back what it was given"))
}

fn hash(bytes: &mut Vec<u8>, value: &impl serde::Serialize) -> u64 {
    bytes.clear();
    *bytes = postcard::to_extend(value, std::mem::take(bytes)).expect("plain data is always serialised");
    xxh3_64(bytes)
}

impl<P: Protocol> Typed<P> {
    /// A protocol with its settings.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn new(config: P::Config) -> Result<Self, ConfigError> {
        let specs = P::setup(&config)?;
        assert!(specs.len() <= NodeSet::CAPACITY, "a protocol sets up at most 64 participants");
        let servers = NodeSet::first(specs.iter().filter(|spec| spec.kind == NodeKind::Server).count());
        let scratch = Scratch { effects: Vec::new(), bytes: Vec::new() };
        let cluster = Cluster { specs, servers, config };
        let timers = Timers { known: Vec::new(), first: Vec::new() };
        Ok(Typed { cluster, timers: RefCell::new(timers), scratch: RefCell::new(scratch) })
    }

    /// A timer that was armed, by its code.
    ///
    /// # Panics
    /// If no such timer was ever armed.
    pub fn timer(&self, code: TimerCode) -> TimerOf<P> {
        let timers = self.timers.borrow();
        timers.known[timers.place(code).expect(ARMED)].1.clone()
    }

    /// The code of a timer, which is remembered by it.
    fn code(&self, timer: TimerOf<P>, bytes: &mut Vec<u8>) -> TimerCode {
        let timers = &mut *self.timers.borrow_mut();
        if let Some((_, code)) = timers.first.iter().find(|(known, _)| *known == timer) {
            return *code;
        }
        let code = hash(bytes, &timer);
        if timers.first.len() < FEW {
            timers.first.push((timer.clone(), code));
        }
        if let Err(place) = timers.place(code) {
            let label = match &timer {
                TimerOf::Node(timer) => format!("{timer:?}"),
                TimerOf::Client(timer) => format!("{timer:?}"),
            };
            timers.known.insert(place, (code, timer, label));
        }
        code
    }

    fn input(&self, input: Input) -> lightcone_core::Input<P> {
        match input {
            Input::Packet(from, packet) => {
                let packet = Rc::unwrap_or_clone(shared::<Packet<P>>(packet));
                lightcone_core::Input::Packet { from, packet }
            }
            Input::Timer(code) => lightcone_core::Input::Timer(self.timer(code)),
            Input::Invoke(id, op) => lightcone_core::Input::Invoke(id, of::<Op<P>>(&op).clone()),
            Input::Stimulus(what) => lightcone_core::Input::Stimulus(of::<P::Stimulus>(&what).clone()),
        }
    }

    /// Lets `act` take a step, cuts it off where a crash falls, shows it to the observer, and hands on its effects.
    fn turn(&self, turn: Turn<'_>, seen: Before<P>, act: impl FnOnce(Env<'_, P>) -> Rc<Machine<P>>) -> Datum {
        let Turn { me, clock, choices, effects, hashed, rules, notes, cut, watch } = turn;
        let mut done = std::mem::take(&mut self.scratch.borrow_mut().effects);
        let machine = act(Env { me, cluster: &self.cluster, clock, choices, effects: &mut done, rules, notes });
        let whole = done.len();
        if let Some(cut) = cut {
            cut_off(&mut done, cut);
        }
        if let (Some(watch), Some(after)) = (watch, machine.node()) {
            let before = seen.state.as_ref().and_then(|machine| machine.node());
            let liar = watch.liars.contains(me);
            let cut = done.len() < whole;
            let input = seen.input.as_ref();
            let config = &self.cluster.config;
            self.observe(watch, &StepSeen { node: me, before, input, after, effects: &done, liar, cut, config });
        }
        self.erase(&mut done, effects, hashed);
        self.scratch.borrow_mut().effects = done;
        machine
    }

    fn erase(&self, done: &mut Vec<Doing<P>>, effects: &mut Vec<Effect>, hashed: bool) {
        let bytes = &mut self.scratch.borrow_mut().bytes;
        effects.extend(done.drain(..).map(|effect| match effect {
            Doing::Send { to, packet } => Effect::Send(to, parcel(packet, hashed)),
            Doing::Persist(state) => Effect::Persist(state),
            Doing::SetTimer { timer, range } => Effect::SetTimer(self.code(timer, bytes), range),
            Doing::CancelTimer(timer) => Effect::CancelTimer(self.code(timer, bytes)),
            Doing::Complete { op, ret } => {
                let hash = if hashed { digest(&(op, &ret)) } else { 0 };
                Effect::Complete(op, Rc::new(ret), hash)
            }
            Doing::Occupy(call) => Effect::Occupy(call),
            Doing::Release(call) => Effect::Release(call),
        }));
    }

    /// The observer remembers the step and checks every invariant.
    fn observe(&self, watch: Watch<'_>, step: &StepSeen<'_, P>) {
        let mut ghost = shared::<P::Ghost>(std::mem::replace(watch.ghost, Rc::new(())));
        P::witness(Rc::make_mut(&mut ghost), step);
        let Cluster { specs, config, .. } = &self.cluster;
        let nodes = |node: NodeId| {
            if node == step.node {
                return Some(step.after);
            }
            (watch.others)(node).and_then(|state| of::<Machine<P>>(state).node())
        };
        let sight = Sight { nodes: &nodes, step, ghost: &ghost, config, specs, liars: watch.liars };
        for (place, invariant) in P::invariants().iter().enumerate() {
            watch.broken.extend((invariant.check)(&sight).err().map(|breach| (place, breach)));
        }
        *watch.ghost = ghost;
    }

    fn servers_of<'a>(&self, states: &'a [Option<Datum>]) -> Vec<Option<&'a P>> {
        let state = |state: &'a Option<Datum>| state.as_ref().and_then(|state| of::<Machine<P>>(state).node());
        states.iter().take(self.cluster.servers.len()).map(state).collect()
    }
}

/// What the observer keeps of a participant before its step.
struct Before<P: Protocol> {
    state: Option<Rc<Machine<P>>>,
    input: Option<lightcone_core::Input<P>>,
}

fn cut_off<P: Protocol>(done: &mut Vec<Doing<P>>, cut: crate::actors::Cut<'_>) {
    let sent = |effect: &Doing<P>| match effect {
        Doing::Send { to, packet } => Some((*to, packet.key())),
        _ => None,
    };
    if cut(0, None) {
        done.clear();
        return;
    }
    let place = done.iter().zip(1..).find(|(effect, place)| cut(*place, sent(effect))).map(|(_, place)| place as usize);
    done.truncate(place.unwrap_or(done.len()));
}

fn parcel<P: Protocol>(packet: Packet<P>, hashed: bool) -> Parcel {
    let hash = if hashed { digest(&packet) } else { 0 };
    Parcel { key: packet.key(), hash, packet: Rc::new(packet) }
}

impl<P: Protocol> Actors for Typed<P> {
    fn about(&self) -> &'static About {
        &P::ABOUT
    }

    fn specs(&self) -> &[NodeSpec] {
        &self.cluster.specs
    }

    fn servers(&self) -> NodeSet {
        self.cluster.servers
    }

    fn config(&self) -> &dyn Any {
        &self.cluster.config
    }

    fn tolerated(&self) -> Option<usize> {
        P::tolerated(&self.cluster.config)
    }

    fn unsound(&self) -> Option<String> {
        P::unsound(&self.cluster.config)
    }

    fn timely(&self, longest: Micros) -> Result<(), String> {
        P::timely(&self.cluster.config, longest)
    }

    fn skew(&self) -> Option<Micros> {
        P::skew(&self.cluster.config)
    }

    fn drift(&self) -> Option<u64> {
        P::drift(&self.cluster.config)
    }

    fn rules(&self) -> Vec<Cite> {
        P::Rule::ALL.iter().map(|rule| rule.cite()).collect()
    }

    fn invariants(&self) -> Vec<Promised> {
        P::invariants().iter().map(Promised::by).collect()
    }

    fn stimuli(&self) -> Vec<Stimulus<Datum>> {
        let stimuli = P::stimuli(&self.cluster.config).into_iter();
        stimuli.map(|one| Stimulus { node: one.node, label: one.label, what: Rc::new(one.what) as Datum }).collect()
    }

    fn ghost(&self) -> Datum {
        Rc::new(P::Ghost::default())
    }

    fn boot(&self, turn: Turn<'_>, how: Boot<Datum>) -> Datum {
        let how = match how {
            Boot::First => Boot::First,
            Boot::Again(disk) => Boot::Again(disk.map(|state| of::<P>(&state).clone())),
        };
        self.turn(turn, Before { state: None, input: None }, |env| Rc::new(boot(env, how)))
    }

    fn step(&self, state: Datum, turn: Turn<'_>, input: Input) -> Datum {
        let mut machine = shared::<Machine<P>>(state);
        let input = self.input(input);
        let watched = turn.watch.is_some() && machine.node().is_some();
        let seen = Before { state: watched.then(|| machine.clone()), input: watched.then(|| input.clone()) };
        self.turn(turn, seen, |env| {
            step(Rc::make_mut(&mut machine), env, input);
            machine
        })
    }

    fn lies(&self, state: &Datum, me: NodeId, clock: Micros, to: NodeId, honest: Option<&Datum>) -> Vec<Parcel> {
        let Some(node) = of::<Machine<P>>(state).node() else { return Vec::new() };
        let honest = match honest.map(of::<Packet<P>>) {
            Some(Packet::Message(message)) => Some(message),
            // What clients are told is not the protocol's to lie about.
            Some(Packet::Request(_) | Packet::Response(_)) => return Vec::new(),
            None => None,
        };
        let lies = node.lies(&LieCtx::new(me, &self.cluster, clock), to, honest).into_iter();
        lies.map(|message| parcel::<P>(Packet::Message(message), true)).collect()
    }

    fn owed(&self, states: &[Option<Datum>], ghost: &Datum, liars: NodeSet) -> Vec<Breach> {
        P::owed(&self.servers_of(states), of(ghost), liars, &self.cluster.specs)
    }

    fn cuts(&self, ghost: &Datum) -> Vec<Cut> {
        P::cuts(of(ghost), &self.cluster.specs[..self.cluster.servers.len()])
    }

    fn timer_label(&self, timer: TimerCode) -> String {
        let timers = self.timers.borrow();
        timers.known[timers.place(timer).expect(ARMED)].2.clone()
    }

    fn role(&self, state: &Datum) -> Option<Role> {
        of::<Machine<P>>(state).node().map(P::role)
    }

    fn stamp(&self, state: &Datum) -> Option<Stamp> {
        let mut stamp = of::<Machine<P>>(state).node()?.stamp()?;
        if let Stamp::Vector(counts) = &mut stamp {
            counts.resize(self.cluster.servers.len(), 0);
        }
        Some(stamp)
    }

    fn is_recovering(&self, state: &Datum) -> bool {
        of::<Machine<P>>(state).node().is_some_and(P::is_recovering)
    }

    fn badge(&self, state: &Datum) -> String {
        of::<Machine<P>>(state).node().map(P::badge).unwrap_or_default()
    }

    fn fields(&self, state: &Datum) -> Vec<FieldView> {
        of::<Machine<P>>(state).node().map(|node| node.fields(&self.cluster.specs)).unwrap_or_default()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn debug(&self, state: &Datum) -> String {
        match state.downcast_ref::<P>() {
            Some(disk) => format!("{disk:?}"),
            None => format!("{:?}", of::<Machine<P>>(state)),
        }
    }

    fn packet(&self, packet: &Datum) -> MessageView {
        let plain =
            |name: &str, words: String| MessageView { fields: vec![FieldView::text(name, &words)], label: words };
        match of::<Packet<P>>(packet) {
            Packet::Message(message) => P::message_view(message, &self.cluster.specs),
            Packet::Request(request) => plain("request", P::Client::request_words(request)),
            Packet::Response(response) => plain("response", P::Client::response_words(response)),
        }
    }

    fn table(&self, states: &[Option<Datum>]) -> Option<Table> {
        P::table(&self.servers_of(states), &self.cluster.specs)
    }

    fn ring(&self, states: &[Option<Datum>]) -> Option<Ring> {
        P::ring(&self.cluster.config, &self.servers_of(states))
    }

    fn record(&self, ghost: &Datum) -> Option<Table> {
        P::record(of(ghost), &self.cluster.specs)
    }

    fn able(&self, states: &[Option<Datum>], reachable: NodeSet) -> Option<Ability> {
        P::able_now(&self.cluster.config, &self.servers_of(states), reachable)
    }

    fn parse_op(&self, text: &str) -> Result<Datum, String> {
        ServiceOf::<P>::parse(text).map(|op| Rc::new(op) as Datum)
    }

    fn refuses(&self, op: &Datum) -> Option<String> {
        P::refuses(&self.cluster.config, of::<Op<P>>(op))
    }

    fn sample(&self, draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> Datum {
        Rc::new(P::sample(&self.cluster.config, draw, mix, serial))
    }

    fn op_words(&self, op: &Datum) -> String {
        ServiceOf::<P>::op_words(of::<Op<P>>(op))
    }

    fn is_read(&self, op: &Datum) -> bool {
        ServiceOf::<P>::is_read(of::<Op<P>>(op))
    }

    fn ret_words(&self, ret: &Datum) -> String {
        ServiceOf::<P>::ret_words(of::<Ret<P>>(ret))
    }
}

//! A network that tests move by hand: nothing is delivered and no timer fires unless a test says so.

use crate::{
    Boot, Choices, Cluster, Effect, Env, Input, Machine, Micros, NodeId, NodeKind, Notes, Packet, Protocol, Sight,
    StepSeen, TimerOf, boot, ctx::RequestOf, ctx::ResponseOf, step,
};
use std::fmt::Debug;

/// The first alternative each time.
struct First;

impl Choices for First {
    fn choose(&mut self, _: &'static str, _: u32) -> u32 {
        0
    }
}

/// A group of servers. Participants are called by their names.
pub struct Net<P: Protocol> {
    cluster: Cluster<P>,
    machines: Vec<Machine<P>>,
    disks: Vec<Option<P>>,
    /// Messages under way, in the order of their sending.
    pub flying: Vec<(NodeId, NodeId, P::Message)>,
    /// What clients were sent.
    pub answers: Vec<(NodeId, ResponseOf<P>)>,
    /// What the observer remembers.
    pub ghost: P::Ghost,
    /// The invariants broken so far, each with its words.
    pub breaches: Vec<String>,
    /// The rules that the last step followed.
    pub rules: Vec<&'static str>,
    /// Why others did not fire in it.
    pub why_not: Vec<String>,
}

impl<P: Protocol> Net<P>
where
    P::Message: Debug,
{
    /// Servers that have just started.
    pub fn new(config: P::Config) -> Net<P> {
        let specs = P::setup(&config).expect("these settings can be run");
        let ids = (0..).map(NodeId).zip(&specs);
        let servers = ids.filter(|(_, spec)| spec.kind == NodeKind::Server).map(|(id, _)| id).collect();
        let cluster: Cluster<P> = Cluster { specs, servers, config };
        let mut net = Net {
            machines: Vec::new(),
            disks: vec![None; cluster.servers.len()],
            cluster,
            flying: Vec::new(),
            answers: Vec::new(),
            ghost: P::Ghost::default(),
            breaches: Vec::new(),
            rules: Vec::new(),
            why_not: Vec::new(),
        };
        for node in net.cluster.servers.iter() {
            let machine = net.start(node, Boot::First);
            net.machines.push(machine);
        }
        net
    }

    /// The participant of this name.
    pub fn id(&self, name: &str) -> NodeId {
        let place = self.cluster.specs.iter().position(|spec| spec.name == name);
        NodeId(u8::try_from(place.unwrap_or_else(|| panic!("there is no {name}"))).expect("there are few"))
    }

    /// The server of this name.
    pub fn at(&self, name: &str) -> &P {
        self.machines[self.id(name).index()].node().expect("it is a server")
    }

    fn start(&mut self, node: NodeId, how: Boot<P>) -> Machine<P> {
        let (mut effects, mut notes) = (Vec::new(), Notes::new());
        let machine = boot(self.env(node, &mut effects, &mut First, &mut 0, &mut notes), how);
        self.observe(node, None, None, &machine, effects, &notes);
        machine
    }

    /// The server loses all but its disk, and comes back.
    pub fn restart(&mut self, name: &str) {
        let node = self.id(name);
        let disk = self.disks[node.index()].clone();
        self.machines[node.index()] = self.start(node, Boot::Again(disk));
    }

    /// The server loses its disk as well, and comes back.
    pub fn restart_without_disk(&mut self, name: &str) {
        let node = self.id(name);
        self.disks[node.index()] = None;
        self.restart(name);
    }

    fn env<'a>(
        &'a self,
        me: NodeId,
        effects: &'a mut Vec<Effect<P>>,
        choices: &'a mut First,
        rules: &'a mut u64,
        notes: &'a mut Notes,
    ) -> Env<'a, P> {
        Env { me, cluster: &self.cluster, clock: Micros::ZERO, choices, effects, rules, notes: Some(notes) }
    }

    fn step(&mut self, node: NodeId, input: Input<P>) {
        let before = self.machines[node.index()].clone();
        let (mut machine, mut effects, mut notes) = (before.clone(), Vec::new(), Notes::new());
        step(&mut machine, self.env(node, &mut effects, &mut First, &mut 0, &mut notes), input.clone());
        self.observe(node, before.node(), Some(&input), &machine, effects, &notes);
        self.machines[node.index()] = machine;
    }

    fn observe(
        &mut self,
        node: NodeId,
        before: Option<&P>,
        input: Option<&Input<P>>,
        machine: &Machine<P>,
        effects: Vec<Effect<P>>,
        notes: &Notes,
    ) {
        self.why_not = notes.iter().filter(|note| !note.fired).map(|note| note.why.clone()).collect();
        self.rules = notes.iter().filter(|note| note.fired).map(|note| note.rule.name).collect();
        let after = machine.node().expect("only servers take steps here");
        let (config, specs) = (&self.cluster.config, self.cluster.specs.as_slice());
        let seen = StepSeen { node, before, input, after, effects: &effects, liar: false, cut: false, config };
        P::witness(&mut self.ghost, &seen);
        let nodes = |other: NodeId| if other == node { Some(after) } else { self.machines.get(other.index())?.node() };
        let liars = Default::default();
        let sight = Sight { nodes: &nodes, step: &seen, ghost: &self.ghost, config, specs, liars };
        for invariant in P::invariants() {
            if let Err(breach) = (invariant.check)(&sight) {
                self.breaches.push(format!("{}: {}", invariant.name, breach.words));
            }
        }
        for effect in effects {
            match effect {
                Effect::Send { to, packet: Packet::Message(message) } => self.flying.push((node, to, message)),
                Effect::Send { to, packet: Packet::Response(response) } => self.answers.push((to, response)),
                Effect::Persist(state) => self.disks[node.index()] = Some((*state).clone()),
                _ => {}
            }
        }
    }

    /// A client's request arrives.
    pub fn request(&mut self, client: &str, server: &str, request: RequestOf<P>) {
        let (from, to) = (self.id(client), self.id(server));
        self.step(to, Input::Packet { from, packet: Packet::Request(request) });
    }

    /// Someone causes a local event.
    pub fn stimulate(&mut self, name: &str, stimulus: P::Stimulus) {
        self.step(self.id(name), Input::Stimulus(stimulus));
    }

    /// A timer fires.
    pub fn fire(&mut self, name: &str, timer: P::Timer) {
        self.step(self.id(name), Input::Timer(TimerOf::Node(timer)));
    }

    /// The first message of these that is under way, whose key begins with these words, arrives.
    pub fn deliver(&mut self, from: &str, to: &str, key: &str) {
        let (from, to, message) = self.take(from, to, key);
        self.step(to, Input::Packet { from, packet: Packet::Message(message) });
    }

    /// The first such message is lost.
    pub fn lose(&mut self, from: &str, to: &str, key: &str) {
        self.take(from, to, key);
    }

    fn take(&mut self, from: &str, to: &str, key: &str) -> (NodeId, NodeId, P::Message) {
        let ends = (self.id(from), self.id(to));
        // The second one of those that are called so is asked for by `#2`.
        let (key, nth) =
            key.split_once(" #").map_or((key, 1), |(key, nth)| (key, nth.parse().expect("it is a number")));
        let matches = |(a, b, message): &(NodeId, NodeId, P::Message)| {
            (*a, *b) == ends && P::key(message).to_string().starts_with(key)
        };
        let all = self.flying.iter().enumerate().filter(|(_, message)| matches(message));
        let place = all.map(|(place, _)| place).nth(nth - 1);
        let place = place.unwrap_or_else(|| panic!("no {key} from {from} to {to} in {:?}", self.flying));
        self.flying.remove(place)
    }

    /// Everything arrives that is under way to servers, in the order of sending, until nothing is.
    pub fn settle(&mut self) {
        while !self.flying.is_empty() {
            let (from, to, message) = self.flying.remove(0);
            self.step(to, Input::Packet { from, packet: Packet::Message(message) });
        }
    }
}

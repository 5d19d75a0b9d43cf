//! Tests that follow the paper, on a network that is moved by hand.

mod clients;
mod election;
mod lease;
mod membership;
mod patience;
mod replication;
mod safety;
mod snapshot;
mod stable;
mod throughput;
mod transfer;

use super::{Bug, Config, Entry, Ghost, Message, Raft, Role, Timer};
use crate::{
    Answer, Call, Choices, Cluster, Effect, Env, Input, Machine, Micros, NodeId, NodeSet, Notes, OpId, Outcome, Packet,
    Protocol, Service, Sight, StepSeen, TimerOf, boot,
    replicated::Command,
    services::{KeyValue, KvRet},
    step,
    step::Boot,
};
use std::collections::VecDeque;

/// Servers are called by their numbers, 1 to n; the client comes after them.
struct Net {
    cluster: Cluster<Raft>,
    nodes: Vec<Raft>,
    disks: Vec<Option<Raft>>,
    flying: VecDeque<(u8, u8, Message)>,
    answers: Vec<Answer<KeyValue>>,
    /// What all clocks show.
    now: Micros,
    ghost: Ghost,
    breaches: Vec<String>,
    /// What the latest step said of itself.
    notes: Notes,
}

struct NoChoices;

impl Choices for NoChoices {
    fn choose(&mut self, label: &'static str, _: u32) -> u32 {
        panic!("a Raft server makes no choices, but it asked for {label}")
    }
}

fn n(number: u8) -> NodeId {
    NodeId(number - 1)
}

fn settings(servers: u64, bug: Bug) -> Config {
    Config { servers, bug, ..Config::default() }
}

impl Net {
    fn new(config: Config) -> Net {
        let servers = config.machines() as usize;
        let specs = Raft::setup(&config).expect("these settings can be run");
        let cluster = Cluster { specs, servers: NodeSet::first(servers), config };
        let mut net = Net {
            cluster,
            nodes: vec![Raft::default(); servers],
            disks: vec![None; servers],
            flying: VecDeque::new(),
            answers: Vec::new(),
            now: Micros::ZERO,
            ghost: Ghost::default(),
            breaches: Vec::new(),
            notes: Notes::new(),
        };
        (1..=servers as u8).for_each(|me| net.start(me, Boot::First));
        net
    }

    /// Servers that crashed at some time, with a term and the terms of their entries, came back, and wait.
    fn with_logs(config: Config, logs: &[(u64, &[u64])]) -> Net {
        let mut net = Net::new(config);
        for (me, (term, entries)) in (1..).zip(logs) {
            let entry = |term: &u64| Entry::new(*term, Command::NoOp);
            let raft = Raft { current_term: *term, log: entries.iter().map(entry).collect(), ..Raft::default() };
            net.start(me, Boot::Again(Some(raft)));
        }
        net
    }

    fn at(&self, me: u8) -> &Raft {
        &self.nodes[n(me).index()]
    }

    fn terms(&self, me: u8) -> Vec<u64> {
        self.at(me).log.iter().map(|entry| entry.term).collect()
    }

    fn start(&mut self, me: u8, how: Boot<Raft>) {
        let mut effects = Vec::new();
        let Machine::Node(raft) = boot(self.env(me, &mut effects, &mut NoChoices, &mut 0, &mut Notes::new()), how)
        else {
            panic!("{me} is a server")
        };
        self.disks[n(me).index()] = Some(raft.persistent());
        self.nodes[n(me).index()] = raft;
    }

    /// The server loses all but its disk, and comes back.
    fn restart(&mut self, me: u8) {
        let disk = self.disks[n(me).index()].clone();
        self.start(me, Boot::Again(disk));
    }

    fn env<'a>(
        &'a self,
        me: u8,
        effects: &'a mut Vec<Effect<Raft>>,
        choices: &'a mut NoChoices,
        rules: &'a mut u64,
        notes: &'a mut Notes,
    ) -> Env<'a, Raft> {
        Env { me: n(me), cluster: &self.cluster, clock: self.now, choices, effects, rules, notes: Some(notes) }
    }

    fn step(&mut self, me: u8, input: Input<Raft>) -> Vec<Effect<Raft>> {
        let before = self.at(me).clone();
        let (mut machine, mut effects, mut notes) = (Machine::Node(before.clone()), Vec::new(), Notes::new());
        step(&mut machine, self.env(me, &mut effects, &mut NoChoices, &mut 0, &mut notes), input.clone());
        let Machine::Node(after) = machine else { panic!("{me} is a server") };
        let seen = StepSeen {
            node: n(me),
            before: Some(&before),
            input: Some(&input),
            after: &after,
            effects: &effects,
            liar: false,
            cut: false,
            config: &self.cluster.config,
        };
        Raft::witness(&mut self.ghost, &seen);
        let nodes = |node: NodeId| self.nodes.get(node.index());
        let (config, specs) = (&self.cluster.config, self.cluster.specs.as_slice());
        let sight = Sight { nodes: &nodes, step: &seen, ghost: &self.ghost, config, specs, liars: NodeSet::new() };
        for invariant in Raft::invariants() {
            if let Err(breach) = (invariant.check)(&sight) {
                self.breaches.push(format!("{}: {}", invariant.name, breach.words));
            }
        }
        self.nodes[n(me).index()] = after;
        self.notes = notes;
        for effect in &effects {
            match effect {
                Effect::Send { to, packet: Packet::Message(m) } => self.flying.push_back((me, to.0 + 1, m.clone())),
                Effect::Send { packet: Packet::Response(answer), .. } => self.answers.push(answer.clone()),
                Effect::Persist(raft) => self.disks[n(me).index()] = Some(Raft::clone(raft)),
                _ => {}
            }
        }
        effects
    }

    fn timer(&mut self, me: u8, timer: Timer) -> Vec<Effect<Raft>> {
        self.step(me, Input::Timer(TimerOf::Node(timer)))
    }

    fn deliver(&mut self, from: u8, to: u8, message: Message) -> Vec<Effect<Raft>> {
        self.step(to, Input::Packet { from: n(from), packet: Packet::Message(message) })
    }

    /// Delivers what flies within `group` until nothing does, and loses the rest.
    fn settle(&mut self, group: &[u8]) {
        while let Some((from, to, message)) = self.flying.pop_front() {
            if group.contains(&from) && group.contains(&to) {
                self.deliver(from, to, message);
            }
        }
    }

    /// `me` times out, and `group` hears of it.
    fn elect(&mut self, me: u8, group: &[u8]) {
        self.timer(me, Timer::Election);
        self.settle(group);
    }

    /// `voters` elect `me`, and what it sends as a leader is lost.
    fn win(&mut self, me: u8, voters: &[u8]) {
        self.timer(me, Timer::Election);
        while self.at(me).role != Role::Leader {
            let (from, to, message) = self.flying.pop_front().expect("these voters elect");
            if (from == me || voters.contains(&from)) && (to == me || voters.contains(&to)) {
                self.deliver(from, to, message);
            }
        }
        self.flying.clear();
    }

    /// The client's request number `serial` reaches `to`.
    fn request(&mut self, to: u8, serial: u64, op: &str) {
        let id = OpId { client: NodeId(self.nodes.len() as u8), serial };
        let call = Call { id, op: KeyValue::parse(op).expect("an operation") };
        self.step(to, Input::Packet { from: id.client, packet: Packet::Request(call) });
    }

    /// What the client was told since the last look.
    fn told(&mut self) -> Vec<Outcome<KvRet>> {
        self.answers.drain(..).map(|answer| answer.outcome).collect()
    }

    /// Whether the latest step said this, of a rule that fired or of one that did not.
    fn said(&self, fired: bool, words: &str) -> bool {
        self.notes.iter().any(|note| note.fired == fired && note.why.contains(words))
    }
}

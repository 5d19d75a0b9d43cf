//! A small group of the protocol's own servers, moved by choices, with the specification beside it: each step has to be
//! one of the specification's, several of them where agents share a server, or none.

use crate::spec::{Acceptor, Action, Message as Said, Scope, Spec};
use lightcone_core::{
    Boot, Call, Choices, Cluster, Effect, Env, Input, Machine, Micros, Model, NodeId, NodeKind, OpId, Packet, Protocol,
    TimerOf, boot,
    protocols::paxos::{Ballot, Config, Message, Paxos, Proposal, Timer},
    services::{Propose, Text},
    step,
};
use std::{
    collections::{BTreeSet, VecDeque},
    rc::Rc,
};

struct First;

impl Choices for First {
    fn choose(&mut self, _: &'static str, _: u32) -> u32 {
        0
    }
}

/// How much may happen that need not.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Budget {
    /// So many values each proposer is asked for.
    pub values: u64,
    pub timeouts: u32,
    pub crashes: u32,
    pub copies: u32,
}

/// The group.
#[derive(Clone)]
pub struct World {
    cluster: Rc<Cluster<Paxos>>,
    servers: Vec<Paxos>,
    disks: Vec<Option<Paxos>>,
    armed: Vec<BTreeSet<Timer>>,
    flying: Vec<(NodeId, NodeId, Message)>,
    /// Proposers that a client has yet to ask, and for which value of theirs.
    unasked: Vec<(NodeId, u64)>,
    budget: Budget,
    spec: Spec,
    wrong: Option<String>,
}

impl std::hash::Hash for World {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let World { servers, disks, armed, flying, unasked, budget, spec, wrong, .. } = self;
        (servers, disks, armed, flying, unasked, budget, spec, wrong).hash(state);
    }
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
pub enum Move {
    /// A client asks a proposer for a value.
    Ask(NodeId, u64),
    /// A message arrives. The receiver may crash after so many effects of that, and a copy may stay under way.
    Deliver { place: usize, cut: Option<usize>, copy: bool },
    /// A timer fires.
    Fire(NodeId, Timer),
    /// A server crashes and starts again.
    Crash(NodeId),
}

/// A ballot as the specification numbers them, in the same order.
fn number(ballot: Ballot) -> u64 {
    ballot.round * 16 + u64::from(ballot.proposer.0)
}

fn vote(proposal: &Proposal) -> (u64, String) {
    (number(proposal.ballot), proposal.value.to_string())
}

impl World {
    /// A group that has just started.
    pub fn new(config: Config, budget: Budget) -> World {
        let specs = Paxos::setup(&config).expect("these settings can be run");
        let ids = (0..).map(NodeId).zip(&specs);
        let servers: Vec<NodeId> = ids.filter(|(_, spec)| spec.kind == NodeKind::Server).map(|(id, _)| id).collect();
        let size = |quorum: u64| usize::try_from(quorum).expect("there are few");
        let quorums = (size(config.prepare_quorum()), size(config.accept_quorum()));
        let scope = Scope { ballots: Vec::new(), values: Vec::new(), quorums };
        let acceptors = config.acceptors().len();
        let values = |node: NodeId| (1..=budget.values).map(move |value| (node, value));
        let unasked = config.proposers().iter().flat_map(values).collect();
        let cluster = Rc::new(Cluster { specs, servers: servers.iter().copied().collect(), config });
        let mut world = World {
            cluster,
            servers: vec![Paxos::default(); servers.len()],
            disks: vec![None; servers.len()],
            armed: vec![BTreeSet::new(); servers.len()],
            flying: Vec::new(),
            unasked,
            budget,
            spec: Spec::new(acceptors, scope),
            wrong: None,
        };
        servers.into_iter().for_each(|node| world.start(node, Boot::First));
        world
    }

    fn start(&mut self, node: NodeId, how: Boot<Paxos>) {
        let mut effects = Vec::new();
        self.armed[node.index()].clear();
        let cluster = self.cluster.clone();
        let machine = boot(env(node, &cluster, &mut effects, &mut First, &mut 0), how);
        self.settle(node, &machine, &effects, false);
    }

    /// A server handles something; if it crashes on the way, it starts again at once.
    fn handle(&mut self, node: NodeId, input: Input<Paxos>, cut: Option<usize>) {
        let (mut effects, mut machine) = (Vec::new(), Machine::Node(self.servers[node.index()].clone()));
        let cluster = self.cluster.clone();
        step(&mut machine, env(node, &cluster, &mut effects, &mut First, &mut 0), input);
        let cut = cut.filter(|cut| *cut < effects.len());
        effects.truncate(cut.unwrap_or(effects.len()));
        self.settle(node, &machine, &effects, cut.is_some());
        if cut.is_some() {
            self.start(node, Boot::Again(self.disks[node.index()].clone()));
        }
    }

    fn settle(&mut self, node: NodeId, machine: &Machine<Paxos>, effects: &[Effect<Paxos>], cut: bool) {
        let after = machine.node().expect("clients take no steps here");
        let mut said = BTreeSet::new();
        for effect in effects {
            match effect {
                Effect::Send { to, packet: Packet::Message(message) } => {
                    said.extend(meaning(self.acceptor(node), message));
                    self.flying.push((node, *to, message.clone()));
                }
                Effect::Persist(state) => self.disks[node.index()] = Some((**state).clone()),
                Effect::SetTimer { timer: TimerOf::Node(timer), .. } => {
                    self.armed[node.index()].insert(*timer);
                }
                Effect::CancelTimer(TimerOf::Node(timer)) => {
                    self.armed[node.index()].remove(timer);
                }
                _ => {}
            }
        }
        self.flying.sort_by_key(|(from, to, message)| (*from, *to, format!("{message:?}")));
        let left = if cut { self.disks[node.index()].clone().unwrap_or_default() } else { after.clone() };
        self.follow(node, &left, said);
        self.servers[node.index()] = left;
    }

    /// Which acceptor lives in a server.
    fn acceptor(&self, node: NodeId) -> Option<usize> {
        self.cluster.config.acceptors().iter().position(|acceptor| acceptor == node)
    }

    /// The specification goes where the server went, if it can.
    fn follow(&mut self, node: NodeId, left: &Paxos, mut said: BTreeSet<Said>) {
        let mut wanted = self.spec.acceptors.clone();
        if let Some(place) = self.acceptor(node) {
            let accepted = left.acceptor.accepted.as_ref();
            wanted[place] = Acceptor { max_bal: left.acceptor.promised.map(number), voted: accepted.map(vote) };
        }
        if let Some(attempt) = &left.proposer.attempt {
            let ballot = number(attempt.ballot);
            said.insert(Said::P1a(ballot));
            said.extend(attempt.value.iter().map(|value| Said::P2a(ballot, value.to_string())));
        }
        let there = |spec: &Spec| spec.acceptors == wanted && said.is_subset(&spec.messages);
        let mut ways = VecDeque::from([(self.spec.clone(), 0)]);
        let mut met: Vec<(Vec<Acceptor>, BTreeSet<Said>)> = Vec::new();
        while let Some((spec, steps)) = ways.pop_front() {
            if there(&spec) {
                self.spec = spec;
                return;
            }
            if steps == MOST {
                continue;
            }
            for action in useful(&spec, self.acceptor(node), &wanted, &said) {
                let mut next = spec.clone();
                next.apply(&action);
                if !met.iter().any(|(acceptors, messages)| (acceptors, messages) == (&next.acceptors, &next.messages)) {
                    met.push((next.acceptors.clone(), next.messages.clone()));
                    ways.push_back((next, steps + 1));
                }
            }
        }
        self.wrong = Some(format!("no step of the specification leads to {wanted:?} with {said:?}"));
    }
}

/// So many steps of the specification at most make one of ours: the agents of one server take at most two each.
const MOST: u32 = 6;

/// What can bring the specification nearer: the acceptor that moved, and the ballots and values that are wanted.
fn useful(spec: &Spec, place: Option<usize>, wanted: &[Acceptor], said: &BTreeSet<Said>) -> Vec<Action> {
    let mut scope = Scope { ballots: Vec::new(), values: Vec::new(), quorums: spec.scope.quorums };
    let mut add = |ballot: u64, value: Option<&String>| {
        scope.ballots.push(ballot);
        scope.values.extend(value.cloned());
    };
    for message in said {
        match message {
            Said::P1a(ballot) | Said::P1b(_, ballot, _) => add(*ballot, None),
            Said::P2a(ballot, value) | Said::P2b(_, ballot, value) => add(*ballot, Some(value)),
        }
    }
    if let Some(acceptor) = place.map(|place| &wanted[place]) {
        acceptor.max_bal.into_iter().for_each(|ballot| add(ballot, None));
        acceptor.voted.iter().for_each(|(ballot, value)| add(*ballot, Some(value)));
    }
    scope.ballots.sort_unstable();
    scope.ballots.dedup();
    scope.values.sort_unstable();
    scope.values.dedup();
    let known = scope.ballots.clone();
    let near = Spec { scope: Rc::new(scope), ..spec.clone() };
    let helps = |action: &Action| match action {
        Action::Phase1b(acceptor, ballot) | Action::Phase2b(acceptor, ballot, _) => {
            Some(*acceptor) == place && known.contains(ballot)
        }
        Action::Phase1a(_) | Action::Phase2a(..) => true,
    };
    near.choices().into_iter().filter(helps).collect()
}

/// What a message of ours is in the specification. Refusals and what learners say have no place there.
fn meaning(acceptor: Option<usize>, message: &Message) -> Option<Said> {
    match message {
        Message::Prepare { ballot } => Some(Said::P1a(number(*ballot))),
        Message::Promise { ballot, accepted } => {
            Some(Said::P1b(acceptor?, number(*ballot), accepted.as_ref().map(vote)))
        }
        Message::Accept(proposal) => Some(Said::P2a(number(proposal.ballot), proposal.value.to_string())),
        Message::Accepted(proposal) => Some(Said::P2b(acceptor?, number(proposal.ballot), proposal.value.to_string())),
        Message::Refused { .. } | Message::Ask | Message::Chosen { .. } => None,
    }
}

fn env<'a>(
    me: NodeId,
    cluster: &'a Cluster<Paxos>,
    effects: &'a mut Vec<Effect<Paxos>>,
    choices: &'a mut First,
    rules: &'a mut u64,
) -> Env<'a, Paxos> {
    Env { me, cluster, clock: Micros::ZERO, choices, effects, rules, notes: None }
}

impl Model for World {
    type Choice = Move;

    fn choices(&self) -> Vec<Move> {
        let Budget { timeouts, crashes, copies, .. } = self.budget;
        let mut all: Vec<Move> = self.unasked.iter().map(|(node, value)| Move::Ask(*node, *value)).collect();
        for place in 0..self.flying.len() {
            if place > 0 && self.flying[place] == self.flying[place - 1] {
                continue;
            }
            all.push(Move::Deliver { place, cut: None, copy: false });
            if copies > 0 {
                all.push(Move::Deliver { place, cut: None, copy: true });
            }
            if crashes > 0 {
                all.extend((0..LONGEST).map(|cut| Move::Deliver { place, cut: Some(cut), copy: false }));
            }
        }
        for node in self.cluster.servers.iter() {
            if timeouts > 0 {
                all.extend(self.armed[node.index()].iter().map(|timer| Move::Fire(node, *timer)));
            }
            if crashes > 0 {
                all.push(Move::Crash(node));
            }
        }
        all
    }

    fn apply(&mut self, choice: &Move) {
        match *choice {
            Move::Ask(node, value) => {
                self.unasked.retain(|other| *other != (node, value));
                let kind = |kind: NodeKind| self.cluster.specs.iter().position(|spec| spec.kind == kind);
                let client =
                    NodeId(u8::try_from(kind(NodeKind::Client).expect("there is one")).expect("there are few"));
                let id = OpId { client, serial: u64::from(node.0) * 8 + value };
                let call = Call { id, op: Propose(Text::from(format!("{}/{value}", node.0).as_str())) };
                self.handle(node, Input::Packet { from: client, packet: Packet::Request(call) }, None);
            }
            Move::Deliver { place, cut, copy } => {
                let (from, to, message) = self.flying[place].clone();
                if copy {
                    self.budget.copies -= 1;
                } else {
                    self.flying.remove(place);
                }
                self.budget.crashes -= u32::from(cut.is_some());
                self.handle(to, Input::Packet { from, packet: Packet::Message(message) }, cut);
            }
            Move::Fire(node, timer) => {
                self.budget.timeouts -= 1;
                self.armed[node.index()].remove(&timer);
                self.handle(node, Input::Timer(TimerOf::Node(timer)), None);
            }
            Move::Crash(node) => {
                self.budget.crashes -= 1;
                self.start(node, Boot::Again(self.disks[node.index()].clone()));
            }
        }
    }

    fn violation(&self) -> Option<String> {
        self.wrong.clone()
    }

    fn label(&self, choice: &Move) -> String {
        format!("{choice:?}")
    }
}

/// A step has at most so many effects before which a crash is tried.
const LONGEST: usize = 4;

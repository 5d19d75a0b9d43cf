//! What a node can know and do while it handles one input.

use crate::{Client, Key, Micros, NodeId, NodeSet, NodeSpec, Note, Notes, OpId, Protocol, Ret, Rule, Span};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt::Debug, rc::Rc};

/// The client of a protocol asks with this.
pub type RequestOf<P> = <<P as Protocol>::Client as Client>::Request;
/// The client of a protocol is answered with this.
pub type ResponseOf<P> = <<P as Protocol>::Client as Client>::Response;

/// The fixed facts of a run that every participant knows: who there is, and the settings.
#[derive(Clone, Debug)]
pub struct Cluster<P: Protocol> {
    /// Every participant, by [`NodeId`].
    pub specs: Vec<NodeSpec>,
    /// The servers among them.
    pub servers: NodeSet,
    /// The protocol's settings.
    pub config: P::Config,
}

/// Where choices come from: the seed, a search, or a person.
pub trait Choices {
    /// A number below `n`, for the decision called `label`.
    fn choose(&mut self, label: &'static str, n: u32) -> u32;
}

/// What travels between participants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub enum Packet<P: Protocol> {
    /// Between servers.
    Message(P::Message),
    /// From a client.
    Request(RequestOf<P>),
    /// To a client.
    Response(ResponseOf<P>),
}

impl<P: Protocol> Packet<P> {
    /// What this packet is called.
    pub fn key(&self) -> Key {
        match self {
            Packet::Message(message) => P::key(message),
            Packet::Request(request) => P::Client::request_key(request),
            Packet::Response(response) => P::Client::response_key(response),
        }
    }
}

/// A timer of a server or of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub enum TimerOf<P: Protocol> {
    /// A server's.
    Node(P::Timer),
    /// A client's.
    Client(<P::Client as Client>::Timer),
}

// By hand, because a derived order would ask for an order of `P`, the states.
impl<P: Protocol> Ord for TimerOf<P> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (TimerOf::Node(a), TimerOf::Node(b)) => a.cmp(b),
            (TimerOf::Client(a), TimerOf::Client(b)) => a.cmp(b),
            (TimerOf::Node(_), TimerOf::Client(_)) => Ordering::Less,
            (TimerOf::Client(_), TimerOf::Node(_)) => Ordering::Greater,
        }
    }
}

impl<P: Protocol> PartialOrd for TimerOf<P> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One thing that a step did. A step returns its effects in order, and a crash can fall after any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect<P: Protocol> {
    /// Hands a packet to the network.
    Send {
        /// The receiver.
        to: NodeId,
        /// What is sent.
        packet: Packet<P>,
    },
    /// Writes the node's state to its disk.
    Persist(Rc<P>),
    /// Arms a timer, in place of an armed one that is equal to it.
    SetTimer {
        /// Which timer.
        timer: TimerOf<P>,
        /// How long on the node's own clock; the world picks.
        range: Span,
    },
    /// Disarms a timer.
    CancelTimer(TimerOf<P>),
    /// A client has its answer.
    Complete {
        /// The operation.
        op: OpId,
        /// What it was told.
        ret: Ret<P>,
    },
    /// From here on the call of this number occupies one of the server's workers, because the server waits for an
    /// answer to it: with as many such calls as workers, the server handles nothing else. Only a run with load has
    /// workers; without, this does nothing.
    Occupy(u64),
    /// The call of this number has its answer, or is given up, and its worker is free. One that occupies none is
    /// ignored.
    Release(u64),
}

/// The surroundings of one step: who acts, when, and where the results go.
pub struct Env<'a, P: Protocol> {
    /// Who handles the input.
    pub me: NodeId,
    /// The facts that everyone knows.
    pub cluster: &'a Cluster<P>,
    /// The node's own clock, skewed and drifting.
    pub clock: Micros,
    /// Where choices come from.
    pub choices: &'a mut dyn Choices,
    /// The ordered effects of this step are added here.
    pub effects: &'a mut Vec<Effect<P>>,
    /// The rules that fired, one bit for each, are added here.
    pub rules: &'a mut u64,
    /// Where explanations go, if anyone asked.
    pub notes: Option<&'a mut Notes>,
}

/// What a server's handler can know and do.
pub struct Ctx<'a, P: Protocol>(pub(crate) Env<'a, P>);

impl<P: Protocol> Ctx<'_, P> {
    /// The node that handles this input.
    pub fn me(&self) -> NodeId {
        self.0.me
    }

    /// Every server that there is.
    pub fn servers(&self) -> NodeSet {
        self.0.cluster.servers
    }

    /// Every server but this one.
    pub fn peers(&self) -> NodeSet {
        self.servers().difference(NodeSet::from_iter([self.me()]))
    }

    /// The settings.
    pub fn config(&self) -> &P::Config {
        &self.0.cluster.config
    }

    /// A participant's name, for explanations.
    pub fn name(&self, node: NodeId) -> &str {
        &self.0.cluster.specs[node.index()].name
    }

    /// The names of a set of participants, for explanations.
    pub fn names(&self, nodes: NodeSet) -> String {
        let names: Vec<&str> = nodes.iter().map(|node| self.name(node)).collect();
        names.join(", ")
    }

    /// The node's own clock, which may be wrong and drift.
    pub fn local_clock(&self) -> Micros {
        self.0.clock
    }

    /// Sends `message` to `to`.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.0.effects.push(Effect::Send { to, packet: Packet::Message(message) });
    }

    /// Sends `message` to every other server, one by one.
    pub fn broadcast(&mut self, message: &P::Message) {
        for peer in self.peers().iter() {
            self.send(peer, message.clone());
        }
    }

    /// Answers a client.
    pub fn respond(&mut self, client: NodeId, response: ResponseOf<P>) {
        self.0.effects.push(Effect::Send { to: client, packet: Packet::Response(response) });
    }

    /// Writes `state` to the disk. What is sent afterwards can rely on it.
    pub fn persist(&mut self, state: &P) {
        self.0.effects.push(Effect::Persist(Rc::new(state.clone())));
    }

    /// Arms `timer` for some length out of `range` on the node's own clock; one that is armed already starts again.
    pub fn set_timer(&mut self, timer: P::Timer, range: Span) {
        self.0.effects.push(Effect::SetTimer { timer: TimerOf::Node(timer), range });
    }

    /// Disarms `timer`.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.0.effects.push(Effect::CancelTimer(TimerOf::Node(timer)));
    }

    /// Lets `call` occupy one of the server's workers until it is released: the server waits for an answer to it. The
    /// number is the server's own; a call that occupies a worker already goes on doing so.
    pub fn occupy(&mut self, call: u64) {
        self.0.effects.push(Effect::Occupy(call));
    }

    /// Frees the worker that `call` occupies, if it does.
    pub fn release(&mut self, call: u64) {
        self.0.effects.push(Effect::Release(call));
    }

    /// One of `n` alternatives. The world picks, or a search tries them all.
    pub fn choose(&mut self, label: &'static str, n: u32) -> u32 {
        self.0.choices.choose(label, n)
    }

    /// Says that this step follows `rule`. The words are made only if someone asks.
    pub fn rule(&mut self, rule: P::Rule, why: impl FnOnce(&Self) -> String) {
        *self.0.rules |= 1 << rule.index();
        self.note(rule, true, why);
    }

    /// Evaluates the guard of a rule that could fire here, says so if it fails, and returns it.
    pub fn guard(&mut self, rule: P::Rule, holds: bool, why: impl FnOnce(&Self) -> String) -> bool {
        if !holds {
            self.note(rule, false, why);
        }
        holds
    }

    fn note(&mut self, rule: P::Rule, fired: bool, why: impl FnOnce(&Self) -> String) {
        if self.0.notes.is_none() {
            return;
        }
        let note = Note { rule: rule.cite(), fired, why: why(self) };
        if let Some(notes) = &mut self.0.notes {
            notes.push(note);
        }
    }
}

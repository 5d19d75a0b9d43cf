//! The contract: what a protocol is.

use crate::{
    Client, ConfigError, Ctx, Effect, Form, Input, Key, NodeId, NodeSet, Packet, Rule, Value,
    ctx::{RequestOf, ResponseOf},
    view::{FieldView, MessageView, Table, Value as Shown},
};

/// One server. `Self` is its state, and reads like the state box of the paper.
pub trait Protocol: Value {
    /// What the protocol is, who described it, and what it assumes.
    const ABOUT: About;
    /// The settings of a cluster. Deliberate bugs are switches here.
    type Config: Value + Default;
    /// The machine that clients are.
    type Client: Client;
    /// What servers send each other.
    type Message: Value;
    /// The timers of a server.
    type Timer: Value + Ord;
    /// Local events that a person or a search may cause: `send to n3`.
    type Stimulus: Value;
    /// The rules of the paper.
    type Rule: Rule;
    /// What an observer remembers for the invariants: who led, what was chosen, what was acknowledged.
    type Ghost: Value + Default;

    /// The participants, servers first.
    ///
    /// # Errors
    /// The field of `config` that cannot be run.
    fn setup(config: &Self::Config) -> Result<Vec<NodeSpec>, ConfigError>;
    /// The settings, described.
    fn form() -> Form;
    /// A new client.
    fn client(config: &Self::Config) -> Self::Client;
    /// The local events that may be caused in this cluster.
    fn stimuli(_config: &Self::Config) -> Vec<Stimulus<Self::Stimulus>> {
        Vec::new()
    }

    /// A server starts for the first time.
    fn start(ctx: &mut Ctx<'_, Self>) -> Self;
    /// A server starts again with what it last persisted, if anything.
    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self;
    /// A message arrives.
    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Self::Message);
    /// A timer fires.
    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Self::Timer);
    /// A client asks.
    fn on_request(&mut self, _ctx: &mut Ctx<'_, Self>, _client: NodeId, _request: RequestOf<Self>) {}
    /// Someone causes a local event.
    fn on_stimulus(&mut self, _ctx: &mut Ctx<'_, Self>, _stimulus: Self::Stimulus) {}

    /// What a message is called.
    fn key(message: &Self::Message) -> Key;
    /// The part that the server plays just now.
    fn role(&self) -> Role {
        Role::Plain
    }

    /// The observer sees one step and remembers what the invariants need.
    fn witness(_ghost: &mut Self::Ghost, _step: &StepSeen<'_, Self>) {}
    /// What must always hold. The cost of a check grows with the step, not with the logs.
    fn invariants() -> &'static [Invariant<Self>] {
        &[]
    }
    /// What a group of servers that are up and reach each other could do.
    fn able(_config: &Self::Config, _reachable: NodeSet) -> Option<Ability> {
        None
    }

    /// The line under a server's name: `term 2`.
    fn badge(&self) -> String {
        String::new()
    }
    /// The state, field by field, under the paper's names.
    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        vec![FieldView::new("state", Shown::Text(format!("{:?}", (names.len(), self))))]
    }
    /// A message, field by field.
    fn message_view(message: &Self::Message, _names: &[NodeSpec]) -> MessageView {
        MessageView {
            label: Self::key(message).to_string(),
            fields: vec![FieldView::text("message", format!("{message:?}"))],
        }
    }
    /// The cluster in one table: all logs aligned by index, all acceptors, all clocks. Servers that are down are `None`.
    fn table(_nodes: &[Option<&Self>], _names: &[NodeSpec]) -> Option<Table> {
        None
    }
}

/// What a protocol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The name in files and links.
    pub id: &'static str,
    /// The name on the page.
    pub title: &'static str,
    /// Raised by every change that changes runs.
    pub revision: u32,
    /// What it is for, in a sentence.
    pub summary: &'static str,
    /// Papers.
    pub references: &'static [&'static str],
    /// What its guarantees rest on.
    pub assumptions: Assumptions,
}

/// What a protocol's guarantees rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// Whether messages of one link arrive in order.
    pub order: Order,
    /// Whether messages may be lost.
    pub delivery: Delivery,
    /// Whether what was persisted survives a crash. Without it, no server may crash and come back.
    pub disk_survives: bool,
    /// Whether servers may crash at all.
    pub crashes: bool,
    /// What its progress asks of time, in words.
    pub timing: &'static str,
}

/// The order of messages on one link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Any order.
    #[default]
    Any,
    /// The order of sending.
    Fifo,
}

/// What may become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It may be lost, but one that is sent again and again arrives.
    FairLossy,
    /// Each message arrives once.
    Reliable,
}

/// A participant of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSpec {
    /// Its name: `n1`, `c1`.
    pub name: String,
    /// Whether it serves or asks.
    pub kind: NodeKind,
}

/// Whether a participant serves or asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum NodeKind {
    /// Runs the protocol.
    Server,
    /// Runs its client.
    Client,
}

impl NodeSpec {
    /// Servers `n1`, `n2`, … and clients `c1`, `c2`, …
    pub fn cluster(servers: u64, clients: u64) -> Vec<NodeSpec> {
        let named = |prefix: char, n: u64, kind| (1..=n).map(move |i| NodeSpec { name: format!("{prefix}{i}"), kind });
        named('n', servers, NodeKind::Server).chain(named('c', clients, NodeKind::Client)).collect()
    }
}

/// A local event that may be caused at a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stimulus<S> {
    /// Where.
    pub node: NodeId,
    /// Its name in files and on the page.
    pub label: String,
    /// What it is.
    pub what: S,
}

/// The part that a server plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Role {
    /// No part of its own.
    #[default]
    Plain,
    /// Follows a leader.
    Follower,
    /// Wants to lead.
    Candidate,
    /// Leads.
    Leader,
}

impl Role {
    /// The role as a word; empty where there is none.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Plain => "",
            Role::Follower => "follower",
            Role::Candidate => "candidate",
            Role::Leader => "leader",
        }
    }
}

/// What a group of servers could do together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability {
    /// Whether it can make progress.
    pub able: bool,
    /// The ability in words: `could elect and commit: 3 of 5`.
    pub words: String,
}

/// One step, as the observer sees it.
pub struct StepSeen<'a, P: Protocol> {
    /// Who moved.
    pub node: NodeId,
    /// Its state before; `None` when it started.
    pub before: Option<&'a P>,
    /// What it handled; `None` when it started.
    pub input: Option<&'a Input<P>>,
    /// Its state after.
    pub after: &'a P,
    /// What it did, in order.
    pub effects: &'a [Effect<P>],
}

impl<P: Protocol> StepSeen<'_, P> {
    /// The responses to clients among the effects.
    pub fn responses(&self) -> impl Iterator<Item = (NodeId, &ResponseOf<P>)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, packet: Packet::Response(response) } => Some((*to, response)),
            _ => None,
        })
    }

    /// The messages to other servers among the effects.
    pub fn sends(&self) -> impl Iterator<Item = (NodeId, &P::Message)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, packet: Packet::Message(message) } => Some((*to, message)),
            _ => None,
        })
    }
}

/// What an invariant may look at: it is the observer's, not a node's.
pub struct Sight<'a, P: Protocol> {
    /// Every server by id; those that are down are `None`.
    pub nodes: &'a dyn Fn(NodeId) -> Option<&'a P>,
    /// The step just taken.
    pub step: &'a StepSeen<'a, P>,
    /// What the observer remembers, this step included.
    pub ghost: &'a P::Ghost,
    /// The settings.
    pub config: &'a P::Config,
    /// The participants.
    pub specs: &'a [NodeSpec],
}

impl<P: Protocol> Sight<'_, P> {
    /// A participant's name.
    pub fn name(&self, node: NodeId) -> &str {
        &self.specs[node.index()].name
    }
}

/// How an invariant was broken: the nodes involved, and a sentence with the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The nodes involved.
    pub nodes: Vec<NodeId>,
    /// What happened.
    pub words: String,
}

/// Something that must always hold.
pub struct Invariant<P: Protocol> {
    /// The paper's name: `Election Safety`.
    pub name: &'static str,
    /// What it says, in our own words.
    pub words: &'static str,
    /// Where the paper states it.
    pub place: &'static str,
    /// Looks at the step just taken.
    pub check: fn(&Sight<'_, P>) -> Result<(), Breach>,
}

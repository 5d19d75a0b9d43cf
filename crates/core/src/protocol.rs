//! The contract: what a protocol is.

use crate::{
    About, Breach, Client, ConfigError, Ctx, Form, Invariant, Key, LieCtx, Micros, NodeId, NodeSet, OpId, Rule,
    Service, Stamp, StepSeen, Value,
    ctx::RequestOf,
    service::{Mix, Op},
    view::{Cut, FieldView, MessageView, Ring, Table, Value as Shown},
};

type ServiceOf<P> = <<P as Protocol>::Client as Client>::Service;

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

    /// Why these settings refuse an operation of the service, as a sentence, if they do.
    fn refuses(_config: &Self::Config, _op: &Op<Self>) -> Option<String> {
        None
    }
    /// The few operations that a search lets a client try: those of the service, or those among them that suit the
    /// settings.
    fn few(_config: &Self::Config, id: OpId) -> Vec<Op<Self>> {
        ServiceOf::<Self>::few(id)
    }
    /// An operation drawn for a workload, as [`Service::sample`] draws one, if need be such that it suits the settings.
    fn sample(_config: &Self::Config, draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> Op<Self> {
        ServiceOf::<Self>::sample(draw, mix, serial)
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

    /// Whether the server is up and of no use yet, since it has lost what it knew and asks the others for it: it counts
    /// among those that are down.
    fn is_recovering(&self) -> bool {
        false
    }

    /// The observer sees one step and remembers what the invariants need.
    fn witness(_ghost: &mut Self::Ghost, _step: &StepSeen<'_, Self>) {}
    /// What must always hold. The cost of a check grows with the step, not with the logs.
    fn invariants() -> &'static [Invariant<Self>] {
        &[]
    }
    /// What is still owed when nothing is under way any more: the guarantees of progress that a run which came to rest
    /// has not kept, each under the paper's name. `nodes` holds every server by id, `None` where it is down; nothing is
    /// owed to `liars`, the servers that are or were Byzantine, nor can anyone rely on them.
    ///
    /// Only a run that kept the [`Assumptions`](crate::Assumptions) can be blamed for what it owes.
    fn owed(_nodes: &[Option<&Self>], _ghost: &Self::Ghost, _liars: NodeSet, _specs: &[NodeSpec]) -> Vec<Breach> {
        Vec::new()
    }
    /// What a Byzantine server in this state could say to `to`, instead of the `honest` message or, where there is
    /// none, unasked. The world or a search picks one of these, sends the honest message all the same, or nothing.
    ///
    /// A server can lie about all but who it is: links tell the receiver who sent, and it signs as itself only.
    fn lies(&self, _ctx: &LieCtx<'_, Self>, _to: NodeId, honest: Option<&Self::Message>) -> Vec<Self::Message> {
        honest.and_then(Self::lie).into_iter().collect()
    }
    /// The lie in place of a message, and of its kind, for protocols that no liar may be in: one is enough to show why.
    fn lie(_honest: &Self::Message) -> Option<Self::Message> {
        None
    }
    /// How many faulty servers these settings reckon with, where the settings say so. The guarantees hold as long as no
    /// more than that are faulty, nor more than [`Assumptions`](crate::Assumptions) allow.
    fn tolerated(_config: &Self::Config) -> Option<usize> {
        None
    }
    /// What in these settings takes the ground from the guarantees, as a sentence: they can be run, to see what breaks.
    fn unsound(_config: &Self::Config) -> Option<String> {
        None
    }
    /// The servers that differ in nothing but their names: nothing that anyone does depends on which of them is which, nor
    /// on the order of their names. A search takes states for one that differ in that alone.
    fn interchangeable(_config: &Self::Config) -> NodeSet {
        NodeSet::new()
    }
    /// Whether progress can be expected where no message flies longer than `longest`.
    ///
    /// # Errors
    /// The timing that the protocol needs and does not have, as a sentence.
    fn timely(_config: &Self::Config, _longest: Micros) -> Result<(), String> {
        Ok(())
    }
    /// How far the clocks of any two servers may stand apart, if guarantees of safety rest on that.
    fn skew(_config: &Self::Config) -> Option<Micros> {
        None
    }
    /// By how many millionths the clock of any server may run fast or slow, if guarantees of safety rest on that. Nor may
    /// one be set forward then.
    fn drift(_config: &Self::Config) -> Option<u64> {
        None
    }
    /// What servers look at their clocks for, if they do. A search of all ways keeps time only where they do.
    fn clocks(_config: &Self::Config) -> Clocks {
        Clocks::Unread
    }
    /// What a group of servers that are up and reach each other could do.
    fn able(_config: &Self::Config, _reachable: NodeSet) -> Option<Ability> {
        None
    }
    /// The same where it depends on what they remember, such as who votes. `nodes` holds every server by id, `None` where
    /// it is down.
    fn able_now(config: &Self::Config, _nodes: &[Option<&Self>], reachable: NodeSet) -> Option<Ability> {
        Self::able(config, reachable)
    }

    /// The timestamp of the server's latest event, if the protocol gives one to each.
    fn stamp(&self) -> Option<Stamp> {
        None
    }
    /// The cuts through the run that the protocol has made, such as those of its snapshots. `servers` are the
    /// participants, by id.
    fn cuts(_ghost: &Self::Ghost, _servers: &[NodeSpec]) -> Vec<Cut> {
        Vec::new()
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
    /// The cluster in one table: all logs aligned by index, all acceptors, all clocks. Servers that are down are
    /// `None`.
    fn table(_nodes: &[Option<&Self>], _names: &[NodeSpec]) -> Option<Table> {
        None
    }
    /// Where the keys of a store lie, if a ring places them. Servers that are down are `None`.
    fn ring(_config: &Self::Config, _nodes: &[Option<&Self>]) -> Option<Ring> {
        None
    }
    /// What no server knows by itself, as the observer remembers it: which ballot was chosen by whom.
    fn record(_ghost: &Self::Ghost, _names: &[NodeSpec]) -> Option<Table> {
        None
    }
}

/// A participant of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSpec {
    /// Its name: `n1`, `c1`.
    pub name: String,
    /// Whether it serves or asks.
    pub kind: NodeKind,
    /// Whether it is not there at the start, and joins by an intervention.
    pub late: bool,
}

/// What servers look at their clocks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clocks {
    /// Nothing: what they do is the same whatever their clocks show.
    Unread,
    /// To know how long something took: what counts is how fast clocks run.
    Lengths,
    /// To know when something was: what counts is how far clocks stand apart, too.
    Instants,
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
    /// Servers `n1`, `n2`, … and clients `c1`, `c2`, …, all there from the start.
    pub fn cluster(servers: u64, clients: u64) -> Vec<NodeSpec> {
        let named = |prefix: char, n: u64, kind| {
            (1..=n).map(move |i| NodeSpec { name: format!("{prefix}{i}"), kind, late: false })
        };
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
    /// Follows a primary.
    Backup,
    /// Is on the way to another view.
    Changing,
    /// Leads a view.
    Primary,
    /// Has its proposal prepared.
    Preparing,
    /// Has its proposal accepted.
    Proposing,
    /// Runs, and is in no configuration of the cluster.
    Outside,
    /// Does not count, and heard from a leader of this term, which gives it what the others have.
    Learner,
}

impl Role {
    /// Those that have a name.
    pub const NAMED: [Role; 10] = [
        Role::Follower,
        Role::Candidate,
        Role::Leader,
        Role::Backup,
        Role::Changing,
        Role::Primary,
        Role::Preparing,
        Role::Proposing,
        Role::Outside,
        Role::Learner,
    ];

    /// The same part, whatever the paper calls it: plain, or one of those who follow, who want to lead and who lead.
    pub const fn like(self) -> Role {
        match self {
            Role::Plain | Role::Outside => Role::Plain,
            Role::Follower | Role::Backup | Role::Learner => Role::Follower,
            Role::Candidate | Role::Changing | Role::Preparing => Role::Candidate,
            Role::Leader | Role::Primary | Role::Proposing => Role::Leader,
        }
    }

    /// The role as a word; empty where there is none.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Plain => "",
            Role::Follower => "follower",
            Role::Candidate => "candidate",
            Role::Leader => "leader",
            Role::Backup => "backup",
            Role::Changing => "changing view",
            Role::Primary => "primary",
            Role::Preparing => "preparing",
            Role::Proposing => "proposing",
            Role::Outside => "outside",
            Role::Learner => "learner",
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

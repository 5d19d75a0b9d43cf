//! Single-decree Paxos: one value is chosen, once and for ever, whoever fails.
//!
//! # The lesson
//!
//! Several processes may propose values; one value is to be chosen, and who asks shall learn it. If one server decided,
//! its crash would end everything; so a value is *chosen* when a majority of *acceptors* has accepted it. Any two
//! majorities share an acceptor, and from that all follows.
//!
//! *Why numbers.* An acceptor must accept the first proposal that it gets: it might be the only one. So acceptors may be
//! split between values, and have to be able to accept more than one proposal. Proposals are therefore numbered, and
//! many may be chosen, as long as all that are chosen have one value. It is enough that, once a proposal with value v is
//! chosen, every proposal issued with a higher number has value v, too (the paper's P2b).
//!
//! *Why two phases.* A proposer that wants to issue number n cannot know what will be accepted below n. So it does not
//! guess, it forbids: it asks acceptors to *promise* that they accept nothing below n any more, and to say what they have
//! accepted. If a quorum promises, the past below n is closed there, and the proposer takes the value of the
//! highest-numbered proposal that was reported. Had any value been chosen below n, a quorum would have accepted it; it
//! shares an acceptor with the quorum that promised; and by induction the highest-numbered report has that value. If
//! nothing was reported, the proposer is free.
//!
//! *Learning.* Acceptors tell the learners what they accept. A value can be chosen without anyone knowing: messages get
//! lost, or an acceptor fails of which nobody knows whether it was the one that completed the majority. A learner that
//! must know has a proposer issue a proposal: what is chosen then is what was chosen before, if anything was.
//!
//! *Progress.* Two proposers can outbid each other for ever. That no value is chosen twice never depends on time; that
//! one is chosen does: somebody has to be left alone for long enough.
//!
//! `proposer.rs`, `acceptor.rs` and `learner.rs` are the three kinds of agents of §2.1. A server plays any of them; a
//! message between two agents of one server is handled in the same step. `invariants.rs` watches the three requirements
//! of §2.1, and P2b.
//!
//! # Departures from the paper
//!
//! - *An acceptor that accepts a proposal raises its promise to it.* The paper only asks that it accepts nothing below
//!   a number that it promised. The specification in TLA+ by the same author raises it, too; nothing is lost, and the
//!   last proposal accepted is the highest.
//! - *Requests go to all acceptors*, not to a majority of them: one that is down then costs nothing.
//! - *A proposal is given up after a while without a quorum*, and the next one has a higher number. The paper leaves open
//!   when a proposer tries again. Instead of electing a distinguished proposer (§2.4) proposers back off.
//! - *Proposers learn what became of their own proposals*, so that they can answer clients, who are not in the paper.
//! - *A proposer that a learner asked has nothing to propose if nothing was reported*: it then gives up after phase 1.
//! - *Quorums* are any so many acceptors (H. Howard, D. Malkhi, A. Spiegelman: Flexible Paxos, 2016): those of phase 1
//!   and of phase 2 have to meet, and need not be majorities. Sizes that do not meet can be set, to see what breaks.

mod acceptor;
mod card;
mod config;
mod inspect;
mod invariants;
mod learner;
mod message;
mod proposer;
mod rules;
mod state;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config, Placement, Retrying};
pub use invariants::Ghost;
pub use message::{Message, Timer};
pub use rules::Rule;
pub use state::{Acceptor, Attempt, Ballot, Learner, Proposal, Proposer, Value, Votes};

use crate::{
    Ability, About, Assumptions, Bound, Call, ConfigError, Ctx, Delivery, Form, Invariant, Key, Micros, NodeId,
    NodeSet, NodeSpec, Order, Protocol, Redirecting, Role, StepSeen,
    services::Consensus,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A server, with the agents that live in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Paxos {
    /// The acceptor's part.
    pub acceptor: Acceptor,
    /// The proposer's part.
    pub proposer: Proposer,
    /// The learner's part.
    pub learner: Learner,
}

impl Protocol for Paxos {
    const ABOUT: About = About {
        id: "paxos",
        title: "Paxos",
        revision: 1,
        summary: "Proposers, acceptors and learners choose one value, once and for ever.",
        references: &[
            "L. Lamport: Paxos Made Simple, 2001",
            "L. Lamport: The Part-Time Parliament, 1998",
            "H. Howard, D. Malkhi, A. Spiegelman: Flexible Paxos: Quorum Intersection Revisited, 2016",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "one proposer is left alone for long enough, with a quorum that answers in time",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Redirecting<Consensus>;
    type Message = Message;
    type Timer = Timer;
    type Stimulus = ();
    type Rule = Rule;
    type Ghost = Ghost;

    fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
        config::setup(config)
    }

    fn form() -> Form {
        config::form()
    }

    fn client(config: &Config) -> Self::Client {
        config::client(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        ctx.rule(Rule::Begin, |ctx| {
            let (me, parts) = (ctx.name(ctx.me()), ctx.config().parts(ctx.me()).join(", "));
            format!("{me} begins as {parts}, with nothing promised, accepted or learned")
        });
        Paxos::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let mut paxos = persisted.unwrap_or_default().persistent();
        match ctx.config().bug {
            Bug::ForgetPromise => paxos.acceptor.promised = None,
            Bug::ReuseBallot => paxos.proposer.round = 0,
            _ => {}
        }
        ctx.rule(Rule::Restart, |ctx| {
            let promised = paxos.acceptor.promised.map_or("nothing".into(), |ballot| ballot.to_string());
            format!("{} comes back, with {promised} promised", ctx.name(ctx.me()))
        });
        // What it would have learned meanwhile it has to ask for.
        if ctx.config().learners().contains(ctx.me()) {
            ctx.set_timer(Timer::Learn, ctx.config().ask);
        }
        paxos
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        self.handle(ctx, from, message);
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Retry => self.prepare(ctx),
            Timer::Learn => self.ask(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Call<Consensus>) {
        self.on_call(ctx, client, request);
    }

    fn lie(message: &Message) -> Option<Message> {
        // It has accepted nothing.
        match message {
            Message::Promise { ballot, accepted: Some(_) } => {
                Some(Message::Promise { ballot: *ballot, accepted: None })
            }
            _ => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.key()
    }

    fn role(&self) -> Role {
        match &self.proposer.attempt {
            Some(Attempt { value: Some(_), .. }) => Role::Proposing,
            Some(_) => Role::Preparing,
            None => Role::Plain,
        }
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn interchangeable(config: &Config) -> NodeSet {
        config::interchangeable(config)
    }

    fn unsound(config: &Config) -> Option<String> {
        config::unsound(config)
    }

    fn timely(config: &Config, longest: Micros) -> Result<(), String> {
        config::timely(config, longest)
    }

    fn able(config: &Config, reachable: NodeSet) -> Option<Ability> {
        Some(config::able(config, reachable))
    }

    fn badge(&self) -> String {
        inspect::badge(self)
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, _names: &[NodeSpec]) -> MessageView {
        inspect::message(message)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }

    fn record(ghost: &Ghost, names: &[NodeSpec]) -> Option<Table> {
        ghost.table(names)
    }
}

impl Paxos {
    fn handle(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Prepare { ballot } => self.on_prepare(ctx, from, ballot),
            Message::Promise { ballot, accepted } => self.on_promise(ctx, from, ballot, accepted),
            Message::Accept(proposal) => self.on_accept(ctx, from, proposal),
            Message::Accepted(proposal) => self.on_accepted(ctx, from, proposal),
            Message::Refused { ballot, promised } => self.on_refused(ctx, from, ballot, promised),
            Message::Ask => self.on_ask(ctx, from),
            Message::Chosen { value } => self.on_chosen(ctx, from, value),
        }
    }

    /// Sends a message, or handles it in this step if its receiver lives in this server.
    fn deliver(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId, message: Message) {
        if to == ctx.me() {
            self.handle(ctx, to, message);
        } else {
            ctx.send(to, message);
        }
    }
}

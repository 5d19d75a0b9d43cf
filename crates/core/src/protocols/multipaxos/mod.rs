//! Multi-Paxos: a log of which every place is decided by Paxos, under a leader that asks for promises once.
//!
//! # The lesson
//!
//! Single-decree Paxos chooses one value. A service needs a sequence of them: the commands that every server executes in
//! the same order. So there is one instance of Paxos for each place of the log, the *slot*. If each took both phases,
//! each command would cost two round trips, and proposers would outbid each other again and again.
//!
//! *One phase 1 for all slots.* Phase 1 speaks of numbers, not of values: who asks for promises need not know yet what it
//! will propose. So one message asks for promises for infinitely many slots at once, and one answer gives them, with
//! what was accepted in the few slots where anything was. Who holds promises of a quorum is the *leader*, and from then
//! on a command costs one round trip: phase 2 alone. That is all that leadership means; that there is one leader is a
//! matter of progress, and never of safety: two leaders have two numbers, and the acceptors know which is higher.
//!
//! *Taking over.* Of each slot a new leader learns what single-decree Paxos would tell it. Where something was reported it
//! has no choice: it proposes the command of the highest-numbered report, for that may be chosen. Where nothing was,
//! nothing is chosen, and it is free.
//!
//! *Gaps.* A leader does not wait for slot 4 to be chosen before it proposes for slot 5. So slot 5 can be chosen and slot
//! 4 lost with the old leader. Commands are executed in order: slot 5 waits for 4. The new leader fills the gap with a
//! *no-op*, a command that does nothing.
//!
//! *Clients* number their commands, since one that hears nothing asks again, and its command may be chosen in two slots.
//! It is executed in the first of them only.
//!
//! `acceptor.rs` is phases 1(b) and 2(b), `leader.rs` phases 1(a) and 2(a), `replica.rs` the learner with its state machine
//! and clients. `invariants.rs` watches what Paxos guarantees, slot by slot.
//!
//! # Departures from the papers
//!
//! - *Every server is acceptor, learner, and a possible leader*, as in §3. Messages of a server to itself are handled in
//!   the same step.
//! - *Phase 1 is asked for all slots from the first unknown one on*; the paper leaves out those beyond that the new leader
//!   happens to know. It hears of them again, and does not propose there.
//! - *A number is written down as the proposer's own promise*, which is on its disk before anyone hears of it.
//! - *An acceptor that accepts raises its promise*, as the specification in TLA+ does.
//! - *Election* is left open in the paper. Here a server that hears of no leader for a while, drawn from a range, tries
//!   to lead; leaders send heartbeats ("Paxos Made Live" §5 and "Paxos Made Moderately Complex" §3 leave it to timeouts
//!   likewise). A heartbeat goes along with all proposals that lack a quorum, which makes good what was lost.
//! - *Acceptors answer the leader alone*, which tells the others what is chosen (§2.3: a distinguished learner). A
//!   server that lacks something hears from heartbeats how far the leader is, and asks.
//! - *A leader runs ahead of what is chosen without bound.* The paper's bound α serves changes of membership, which are
//!   left out, as are snapshots ("Live" §5.1) and leases for reads (§5.2): reads are commands in the log.
//! - *What is chosen is not on the disk*: a server that comes back learns it anew.
//! - *Quorums* are any so many servers (Flexible Paxos): those of phase 1 and of phase 2 have to meet. Sizes that do not
//!   can be set, to see what breaks.
//! - *A client's session never ends*, and servers that do not lead send clients on.

mod acceptor;
mod card;
mod config;
mod inspect;
mod invariants;
mod leader;
mod message;
mod replica;
mod rules;
mod state;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::{Ghost, Issued};
pub use message::{Message, Timer};
pub use rules::Rule;
pub use state::{Ballot, Candidate, Leader, Open, Part, Proposal, Report};

use crate::{
    Ability, About, Assumptions, Bound, Call, ConfigError, Ctx, Delivery, Form, Invariant, Key, Micros, NodeId,
    NodeSet, NodeSpec, Order, Protocol, Redirecting, Role, Sorted, Span, StepSeen,
    replicated::{Command, StateMachine},
    services::KeyValue,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MultiPaxos {
    // The acceptor, durable.
    /// The highest number promised, for all slots: it accepts nothing numbered less.
    pub promised: Option<Ballot>,
    /// By slot, the highest-numbered proposal that it has accepted.
    pub accepted: Sorted<u64, Proposal>,

    // The learner.
    /// By slot, what it knows to be chosen.
    pub chosen: Sorted<u64, Command>,
    /// The last slot executed.
    pub applied: u64,
    /// What the commands were applied to.
    pub machine: Rc<StateMachine>,

    // The proposer.
    /// Whether it leads, or wants to.
    pub part: Part,
    /// Who leads, as far as it knows.
    pub leader: Option<NodeId>,
    /// The highest number that it has heard of.
    pub heard: Option<Ballot>,
}

impl Protocol for MultiPaxos {
    const ABOUT: About = About {
        id: "multi-paxos",
        title: "Multi-Paxos",
        revision: 1,
        summary: "A leader that asked for promises once has a log of commands chosen, one round trip for each.",
        references: &[
            "L. Lamport: Paxos Made Simple, 2001",
            "R. van Renesse, D. Altinbuken: Paxos Made Moderately Complex, 2015",
            "T. Chandra, R. Griesemer, J. Redstone: Paxos Made Live, 2007",
            "H. Howard, D. Malkhi, A. Spiegelman: Flexible Paxos: Quorum Intersection Revisited, 2016",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "messages take much less time than election timeouts, and a quorum is up for longer than those",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Redirecting<KeyValue>;
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
        ctx.rule(Rule::Begin, |ctx| format!("{} begins with nothing promised or accepted", ctx.name(ctx.me())));
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        MultiPaxos::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let mut server = persisted.unwrap_or_default().persistent();
        ctx.rule(Rule::Restart, |ctx| {
            let promised = server.promised.map_or("nothing".into(), |ballot| ballot.to_string());
            let (me, slots) = (ctx.name(ctx.me()), server.accepted.len());
            format!("{me} comes back with {promised} promised, and something accepted in {slots} slots")
        });
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        if let Some(ballot) = server.promised.filter(|ballot| ballot.leader == ctx.me())
            && ctx.config().bug == Bug::ReuseBallot
        {
            server.part = Part::Leader(Leader { ballot, next: 1, open: Vec::new() });
            server.leader = Some(ctx.me());
            ctx.cancel_timer(Timer::Election);
            ctx.set_timer(Timer::Heartbeat, Span::exactly(ctx.config().heartbeat));
        }
        server
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Prepare { ballot, first } => self.on_prepare(ctx, from, ballot, first),
            Message::Promise { ballot, accepted } => self.on_promise(ctx, from, ballot, accepted),
            Message::Refused { ballot, promised } => self.on_refused(ctx, ballot, promised),
            Message::Accept { slot, proposal } => self.on_accept(ctx, from, slot, proposal),
            Message::Accepted { ballot, slot } => self.on_accepted(ctx, from, ballot, slot),
            Message::Chosen { first, commands } => self.on_chosen(ctx, from, first, &commands),
            Message::Heartbeat { ballot, applied } => self.on_heartbeat(ctx, from, ballot, applied),
            Message::Ask { first } => self.on_ask(ctx, from, first),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Election => self.prepare(ctx),
            Timer::Heartbeat => self.send_heartbeats(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Call<KeyValue>) {
        self.on_call(ctx, client, request);
    }

    fn lie(message: &Message) -> Option<Message> {
        // It has accepted nothing.
        match message {
            Message::Promise { ballot, accepted } if !accepted.is_empty() => {
                Some(Message::Promise { ballot: *ballot, accepted: Rc::default() })
            }
            _ => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.key()
    }

    fn role(&self) -> Role {
        match self.part {
            Part::Follower => Role::Follower,
            Part::Candidate(_) => Role::Candidate,
            Part::Leader(_) => Role::Leader,
        }
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
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
}

//! Registers that every server emulates: reads and writes of one memory, though there is none, as long as a majority is
//! there.
//!
//! # The lesson
//!
//! Every server has a copy of each register. One that wrote to all would wait for ever for one that is down, and one that
//! read a single copy might read an old one. So both ask *all* and wait for *most*: any two majorities share a server, and
//! so a reader always hears of the last write. No server leads, nobody is elected, nothing is timed, and nothing has to be
//! agreed upon: registers need less than consensus.
//!
//! *Tags.* A reader gets several copies, and must know which is the latest. The writer numbers its writes, and a server
//! takes no copy with a lower number than its own. Where many write, a writer first asks a majority which number is the
//! highest, and takes the next. Two that ask at once may find the same, and so a tag is a number and the writer's name.
//!
//! *The write-back.* While a write is under way some servers have it and others do not. A reader that hears of it may
//! answer with the new value, and one that asks after that, of another majority, may hear of it from nobody and answer
//! with the old one: time would run backwards. (Lamport calls registers that allow this *regular*.) So a reader does for
//! the writer what the writer may not have done yet: before it answers, it has a majority take the value that it will
//! tell. A read writes, too.
//!
//! *A writer that dies in the middle* leaves a value with a few servers. It may be found by a reader or not; once it was
//! read, it stays.
//!
//! *Beside the quorum stores.* A store that answers when R or W servers have, with no second phase of reads and no order of
//! writes, has quorums that meet as well, and yet allows all that the write-back forbids.
//!
//! `steps.rs` is the paper's procedure of the writer, of the reader and of the processors that answer them; `invariants.rs`
//! watches the tags, from which atomicity follows.
//!
//! # Departures from the papers
//!
//! - *The tags are unbounded*, as in the first of the two algorithms of the paper. The second has labels of bounded size.
//! - *Clients are not in the paper*, where processors read and write for themselves. Each client has its server, which does
//!   for it what the paper's processor does. A write that is not answered is asked for at the same server again, since a
//!   second one would write it a second time; a read is asked for at the next one.
//! - *Messages may be lost*, and what was not answered is sent again. The paper's links lose nothing.
//! - *Servers come back* with their disk, and go on with what they were at; in the paper who fails is gone. What a server
//!   says is on its disk before it says it.
//! - *Many writers* are not in the paper's algorithm, which builds them from single-writer registers. That a writer asks
//!   for the highest tag first is from N. Lynch and A. Shvartsman (1997); reconfiguration is left out.
//! - *Quorums* are any so many servers; those that tell and those that take have to meet. Sizes that do not can be set, to
//!   see what breaks.
//! - *An answer names the tag of its value*, for people and for the observer. No client looks at it.

mod card;
mod config;
mod inspect;
mod invariants;
mod message;
mod rules;
mod steps;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config, Writers};
pub use invariants::Ghost;
pub use message::{Message, Timer, Told};
pub use rules::Rule;

use crate::{
    About, Assumptions, Bound, Call, ConfigError, Ctx, Delivery, Form, Invariant, Key, NodeId, NodeMap, NodeSet,
    NodeSpec, OpId, Order, Protocol, Role, Sorted, Steady, StepSeen,
    services::{RegisterOp, Registers, Text},
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Register {
    /// Its copy of each register that was ever written.
    pub copies: Sorted<Text, Tagged>,
    /// For each client the operation that it is doing.
    pub doing: NodeMap<Doing>,
    /// For each client the last answer.
    pub answers: NodeMap<Told>,
}

/// Which write a value is of. Tags have an order, in which writes take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// The writer's count, from 1; 0 where nothing was written.
    pub count: u64,
    /// The server that wrote.
    pub writer: NodeId,
}

impl Default for Tag {
    /// Where nothing was written.
    fn default() -> Self {
        Tag { count: 0, writer: NodeId(0) }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            0 => f.write_str("0"),
            count => write!(f, "{count}.{}", self.writer.0 + 1),
        }
    }
}

/// A value with its tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tagged {
    /// Which write it is of.
    pub tag: Tag,
    /// The value; none where nothing was written.
    pub value: Option<Text>,
}

impl fmt::Display for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", self.value.as_deref().unwrap_or("nothing"), self.tag)
    }
}

/// An operation that a server is doing for a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Doing {
    /// Whose it is, and its serial number there.
    pub id: OpId,
    /// The operation.
    pub op: RegisterOp,
    /// How far it is.
    pub phase: Phase,
}

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// Servers are asked for their copies.
    Ask {
        /// Who has told.
        heard: NodeSet,
        /// The copy with the highest tag among those.
        highest: Tagged,
    },
    /// Servers are to take a copy.
    Store {
        /// The copy.
        copy: Tagged,
        /// Who has it, or a later one.
        taken: NodeSet,
    },
}

impl Protocol for Register {
    const ABOUT: About = About {
        id: "register",
        title: "Atomic registers",
        revision: 2,
        summary: "Majorities of servers emulate registers that all can read and write, without a leader.",
        references: &[
            "H. Attiya, A. Bar-Noy, D. Dolev: Sharing Memory Robustly in Message-Passing Systems, Journal of the ACM, 1995",
            "N. Lynch, A. Shvartsman: Robust Emulation of Shared Memory Using Dynamic Quorum-Acknowledged Broadcasts, 1997",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none: who reaches a majority goes on",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Steady<Registers, Told>;
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
        // Two servers would write a write twice, under two tags; a read can be done anywhere.
        Steady::new(config.patience).with_reads_anywhere()
    }

    fn start(_: &mut Ctx<'_, Self>) -> Self {
        Register::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let persisted = persisted.filter(|_| ctx.config().bug != Bug::Forget);
        let mut server = persisted.unwrap_or_default();
        server.go_on(ctx);
        server.repeat(ctx, Rule::Resume);
        server
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Query { id, key } => self.on_query(ctx, from, id, &key),
            Message::Reply { id, copy } => self.on_reply(ctx, from, id, copy),
            Message::Store { id, key, copy } => self.on_store(ctx, from, id, &key, copy),
            Message::Ack { id, tag } => self.on_ack(ctx, from, id, tag),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Repeat: Timer) {
        self.repeat(ctx, Rule::Repeat);
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Call<Registers>) {
        self.on_call(ctx, client, request);
    }

    fn lie(message: &Message) -> Option<Message> {
        // It has nothing.
        match message {
            Message::Reply { id, .. } => Some(Message::Reply { id: *id, copy: Tagged::default() }),
            _ => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.key()
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

    fn role(&self) -> Role {
        let mut phases = self.doing.values().map(|doing| &doing.phase);
        match phases.next() {
            None => Role::Plain,
            Some(Phase::Ask { .. }) => Role::Preparing,
            Some(Phase::Store { .. }) => Role::Proposing,
        }
    }

    fn badge(&self) -> String {
        inspect::badge(self)
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, names: &[NodeSpec]) -> MessageView {
        inspect::message(message, names)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }

    fn record(ghost: &Ghost, names: &[NodeSpec]) -> Option<Table> {
        ghost.table(names)
    }
}

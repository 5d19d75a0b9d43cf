//! Replicas that hold a conflict-free replicated data type, and two ways to let them meet.
//!
//! # The lesson
//!
//! A shopping list on three phones cannot ask for a majority in a cellar. Here every replica takes every change at once,
//! by itself, whomever it can reach. What makes them come to one value all the same is no agreement but the data itself:
//! `crates/core/src/crdt` has seven types of it, each with its lesson. Whoever has seen the same changes shows the same
//! value, whatever happened on the way: *strong eventual consistency*. There are no conflicts to roll back and nobody to
//! wait for. The price is paid in what the data can mean. Of an add and a remove that did not know of each other one has to
//! win by rule, whatever the two people wanted; and no such type keeps a number from falling below zero.
//!
//! *States* are the robust way. A replica sends all that it has to another, now and then, and that one merges it with its
//! own. Messages may be lost, come twice or in any order: merging is made for it. But states are large.
//!
//! *Operations* are small, and the way in which they are handed over has to do what merging did: each once, and none before
//! what its author had seen. So every operation is numbered, carries how many of each replica its author had, and waits
//! where something of that is lacking; and it is sent again until it is acknowledged. *Raw* delivery leaves the numbers
//! alone. It shows which types can bear that: those whose operations commute with all and change nothing the second time.
//!
//! # Departures from the papers
//!
//! - *Only who is not known to have everything is sent a state*, as counts of what each has seen tell, so that a group
//!   with nothing to do is quiet. The papers send for ever. Beside that the counts tell whether a state that arrives is to be
//!   written to the disk; to merge, nobody looks at them.
//! - *One state serves both ways*: counters keep an entry for each replica under operations, too, where a number would do.
//! - *The broadcast that operations need is written out here*: numbers and vectors, as in causal broadcast. The papers take
//!   it for granted.
//! - *Servers give their last answer to a client again* when it asks again; a repeated request would count twice otherwise.
//!   A client asks its own server until that answers.
//! - *Tombstones of letters stay*; Roh et al. purge them once everyone has them.

mod bugs;
mod card;
mod config;
mod inspect;
mod invariants;
mod rules;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config, Delivery};
pub use invariants::Ghost;
pub use rules::Rule;

use crate::{
    About, Assumptions, Bound, Breach, Call, ConfigError, Ctx, Flavour, Form, Invariant, Key, Kind, NodeId, NodeMap,
    NodeSet, NodeSpec, OpId, Order, Protocol, Reply, Steady, StepSeen,
    crdt::{Crdt, Update},
    service::Mix,
    services::{Shared, SharedOp},
    versions::{Counts, Dot},
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A server with a replica.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Replica {
    /// What it holds.
    pub data: Crdt,
    /// How many operations of each replica it has taken.
    pub seen: Counts,
    /// Operations that arrived before something that they had seen.
    pub held: Vec<Operation>,
    /// Its own operations that are not acknowledged by all, and by whom not.
    pub unacked: Vec<(Operation, NodeSet)>,
    /// Where states are sent: how many operations of each replica the others are known to have.
    pub known: NodeMap<Counts>,
    /// The last answer to each client.
    pub answers: NodeMap<Reply<Shared>>,
}

/// An operation on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Operation {
    /// Whose it is, and its number there.
    pub dot: Dot,
    /// How many operations of each replica its author had taken before.
    pub past: Counts,
    /// What it does.
    pub update: Update,
}

impl Operation {
    /// An operation that its author had taken and that is not among these.
    fn lacks(&self, seen: &Counts) -> Option<Dot> {
        let mut past = (0..).map(NodeId).zip(self.past.as_slice());
        let (node, _) = past.find(|(node, count)| **count > seen.of(*node))?;
        Some(Dot { node, count: seen.of(node) + 1 })
    }
}

/// What replicas send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// All that the sender has.
    State {
        /// What it holds.
        data: Crdt,
        /// How many operations of each replica went into that.
        seen: Counts,
    },
    /// The sender has merged a state, and has so many operations of each replica.
    Seen(Counts),
    /// An operation of the sender.
    Operation(Operation),
    /// The sender has the operation of this number.
    Got(u64),
}

/// The timer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to send the state, or again what was not acknowledged.
    Send,
}

static STATE: Kind = Kind::new("State", Flavour::Carry, &[]);
static SEEN: Kind = Kind::new("Seen", Flavour::Grant, &[]);
// Numbers are not in their keys: an operation more would rename all later ones of its replica.
static OPERATION: Kind = Kind::new("Operation", Flavour::Carry, &[]);
static GOT: Kind = Kind::new("Got", Flavour::Grant, &[]);

impl Protocol for Replica {
    const ABOUT: About = About {
        id: "crdt",
        title: "Conflict-free replicated data types",
        revision: 2,
        summary: "Counters, sets, registers and texts that every replica changes at once, and that come to one value.",
        references: &[
            "M. Shapiro, N. Preguiça, C. Baquero, M. Zawirski: Conflict-free Replicated Data Types, SSS 2011; A \
             Comprehensive Study of Convergent and Commutative Replicated Data Types, INRIA RR-7506, 2011",
            "H.-G. Roh, M. Jeon, J.-S. Kim, J. Lee: Replicated Abstract Data Types: Building Blocks for Collaborative \
             Applications, 2011",
            "A. Bieniusa et al.: An Optimized Conflict-free Replicated Set, INRIA RR-8083, 2012",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: crate::Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none: what is repeated arrives in the end",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Steady<Shared>;
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

    fn client(config: &Config) -> Steady<Shared> {
        Steady::new(config.patience)
    }

    fn refuses(config: &Config, op: &SharedOp) -> Option<String> {
        config::refuses(config, op)
    }

    fn few(config: &Config, id: OpId) -> Vec<SharedOp> {
        SharedOp::few(config.which, id)
    }

    fn sample(config: &Config, draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> SharedOp {
        SharedOp::sample(config.which, draw, mix, serial)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        Replica {
            data: Crdt::new(ctx.config().which),
            seen: Counts::default(),
            held: Vec::new(),
            unacked: Vec::new(),
            known: NodeMap::new(),
            answers: NodeMap::new(),
        }
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let replica = persisted.unwrap_or_else(|| Self::start(ctx));
        replica.arm(ctx, true);
        replica
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::State { data, seen } => self.on_state(ctx, from, &data, &seen),
            Message::Seen(seen) => self.on_seen(ctx, from, &seen),
            Message::Operation(operation) => self.on_operation(ctx, from, operation),
            Message::Got(count) => self.on_got(ctx, from, count),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Send: Timer) {
        self.on_time(ctx);
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, call: Call<Shared>) {
        let last = self.answers.get(client).filter(|last| last.id.serial >= call.id.serial).cloned();
        match last {
            None => self.on_call(ctx, client, &call),
            Some(last) if last.id == call.id => {
                ctx.rule(Rule::Again, |ctx| format!("{} answered {} before", ctx.name(ctx.me()), ctx.name(client)));
                ctx.respond(client, last);
            }
            Some(_) => {}
        }
    }

    fn lie(message: &Message) -> Option<Message> {
        // All that it has is nothing, and its operation does nothing.
        match message {
            Message::State { data, seen } => Some(Message::State { data: Crdt::new(data.which()), seen: seen.clone() }),
            Message::Operation(operation) => {
                Some(Message::Operation(Operation { update: Update::Up(0), ..operation.clone() }))
            }
            Message::Seen(_) | Message::Got(_) => None,
        }
    }

    fn key(message: &Message) -> Key {
        match message {
            Message::State { .. } => STATE.key(),
            Message::Seen(_) => SEEN.key(),
            Message::Operation(_) => OPERATION.key(),
            Message::Got(_) => GOT.key(),
        }
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn owed(nodes: &[Option<&Self>], _: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        invariants::owed(nodes, liars, specs)
    }

    fn unsound(config: &Config) -> Option<String> {
        config::unsound(config)
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
}

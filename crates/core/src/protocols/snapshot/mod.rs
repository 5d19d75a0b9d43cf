//! Chandy and Lamport's snapshot: a picture of a system that never stands still.
//!
//! # The lesson
//!
//! Processes send each other money, and somebody wants to know where all of it is. Nobody can look at all processes at
//! once. If each writes down what it has when it is asked, money that travels meanwhile is counted twice or not at all.
//!
//! What is wanted is a *consistent cut*: for each process a moment, so that nothing was received before the cut that was
//! sent after it. What was sent before it and received after it is *in transit*, and belongs to the state of a channel.
//!
//! Markers find such a cut, while everything goes on. Whoever records its state sends a marker along every channel
//! before anything else. Whoever gets its first marker records its own state at once. As channels keep the order of
//! sending, what came before a marker was sent before the sender's cut, and what comes after it was sent after. So the
//! money that a process receives along a channel after its own cut, and before the marker there, is what was in transit.
//! When a marker has come along every channel, the process has done its part.
//!
//! The state that is put together in this way may never have been the state of the system at any instant. But it could
//! have been: of the events that nobody can order, some only have to happen in another order. That is enough to find
//! out all that stays true once it is true: that a computation has ended, that some wait for each other for ever, or, as
//! here, that no money is lost.
//!
//! # Departures from the paper
//!
//! - *The computation is money that changes hands.* With one coin it is the token of example 2.1; with one coin at each
//!   of two processes, it is the computation of example 2.2. Every process has a channel to every other.
//! - *Markers carry a name*: who started the snapshot, and its number there. The paper speaks of one snapshot; several
//!   run side by side, each for itself.
//! - *What was recorded stays with its process.* How it is gathered (§3.3) is left out; the table and the observer put it
//!   together.
//! - *Money carries a number* that only the observer looks at.
//! - *A process that crashes starts again with the money that it had at the start*: the paper knows no crashes.

mod card;
mod config;
mod inspect;
mod invariants;
mod rules;
mod state;
mod steps;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::Ghost;
pub use rules::Rule;
pub use state::{Act, Channel, Message, Money, Recording, SnapshotId, Timer};

use crate::{
    About, Assumptions, Bound, Breach, ConfigError, Ctx, Delivery, Form, Invariant, Key, NoClient, NodeId, NodeSet,
    NodeSpec, Order, Protocol, Sorted, StepSeen, Stimulus,
    view::{Cut, FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The money that it has.
    pub money: u64,
    /// How many times it has paid.
    pub paid: u64,
    /// How many snapshots it has started.
    pub started: u64,
    /// What it has recorded for each snapshot that it knows of.
    pub recordings: Sorted<SnapshotId, Recording>,
    /// How many times more it pays by itself.
    pub payments: u64,
    /// How many snapshots more it starts by itself.
    pub snapshots: u64,
}

impl Protocol for Snapshot {
    const ABOUT: About = About {
        id: "snapshot",
        title: "Chandy-Lamport snapshots",
        revision: 1,
        summary: "Markers find a consistent picture of processes and of what travels between them, while all goes on.",
        references: &[
            "K. M. Chandy, L. Lamport: Distributed Snapshots: Determining Global States of Distributed Systems, 1985",
        ],
        assumptions: Assumptions {
            order: Order::Fifo,
            delivery: Delivery::Reliable,
            disk_survives: true,
            crashes: Bound::None,
            lies: Bound::None,
            timing: "none",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = NoClient;
    type Message = Message;
    type Timer = Timer;
    type Stimulus = Act;
    type Rule = Rule;
    type Ghost = Ghost;

    fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
        config::setup(config)
    }

    fn form() -> Form {
        config::form()
    }

    fn client(_: &Config) -> NoClient {
        NoClient
    }

    fn stimuli(config: &Config) -> Vec<Stimulus<Act>> {
        config::stimuli(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let (config, me) = (ctx.config(), ctx.me());
        let snapshots = if me == NodeId(0) { config.snapshots } else { 0 };
        let process =
            Snapshot { money: config.money_of(me), payments: config.payments, snapshots, ..Snapshot::default() };
        process.arm_payment(ctx);
        process.arm_snapshot(ctx);
        process
    }

    fn restart(_: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        Self::start(ctx)
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Money(money) => self.on_money(ctx, from, money),
            Message::Marker(id) => self.on_marker(ctx, from, id),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Pay => self.chatter(ctx),
            Timer::Snapshot => {
                self.snapshots -= 1;
                self.arm_snapshot(ctx);
                self.begin(ctx);
            }
            Timer::Markers(id) => self.send_markers(ctx, id),
        }
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        match act {
            Act::Snapshot => self.begin(ctx),
            Act::Pay(to) => self.pay(ctx, to, 1),
        }
    }

    fn lie(message: &Message) -> Option<Message> {
        // It pays with a coin more than it gives away.
        match message {
            Message::Money(money) => Some(Message::Money(Money { amount: money.amount + 1, ..*money })),
            Message::Marker(_) => None,
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

    fn owed(nodes: &[Option<&Self>], ghost: &Ghost, _: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        invariants::owed(nodes, ghost, specs)
    }

    fn cuts(ghost: &Ghost, servers: &[NodeSpec]) -> Vec<Cut> {
        ghost.cuts(servers)
    }

    fn badge(&self) -> String {
        format!("has {}", self.money)
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

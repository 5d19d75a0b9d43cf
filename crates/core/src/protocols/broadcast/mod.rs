//! Broadcast: one message to all, and in which order they get it.
//!
//! # The lesson
//!
//! To tell all the same is easy where links are reliable and nobody crashes: send it to each. What is hard is the order.
//! One process asks a question, and another one answers it. A third may get the answer first: the links between others
//! are quicker than its own. Four orders can be promised, each with its price:
//!
//! - *Unordered*: a message is delivered when it arrives.
//! - *FIFO*: what one process broadcast is delivered in the order in which it did. Each numbers its messages, and who
//!   gets number 3 before number 2 holds it back. The answer can still come before the question: they have different
//!   senders.
//! - *Causal*: if a process could know of a message when it broadcast another, everyone delivers them in that order.
//!   Every message carries how many messages of each process its sender had delivered. Who has delivered fewer holds it
//!   back. Messages that nobody can order are delivered as they come, here in one order and there in another.
//! - *Total*: everyone delivers everything in one order. Timestamps of Lamport's clocks give one; but a process may
//!   deliver a message only once it knows that nothing earlier can come. So every message is acknowledged to all, and it
//!   waits until something later was heard from everyone.
//!
//! To receive a message and to *deliver* it to those who use it are two things. All the orders are made between the two,
//! in the queue of what is held back. Run the same messages under two orders and compare.
//!
//! # Departures from the papers
//!
//! - *Links are reliable and nobody crashes*, so that to send to each is enough. The papers repeat and relay messages,
//!   and change the group when somebody is gone.
//! - *Links need not keep the order.* Total order by timestamps asks for it; it is made here by the numbers that FIFO
//!   order uses, over all that a process sends, acknowledgements included.
//! - *A sender delivers its own message at once*, and under total order when it is that message's turn.
//! - *CBCAST of several groups* (§6 of the paper) and the total order by a token-holder (§5.2) are left out.
//! - *Messages are news, questions and answers*, so that people can tell them apart. Nobody looks at that.
//! - *A process that crashes starts again with nothing*: no order is promised then.

mod card;
mod config;
mod hold;
mod inspect;
mod invariants;
mod rules;
mod state;
mod steps;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config, Guarantee};
pub use invariants::Ghost;
pub use rules::Rule;
pub use state::{Delivered, Held, Message, MessageId, Queued, Timer, What, Word};

use crate::{
    About, Assumptions, Bound, Breach, ConfigError, Ctx, Delivery, Form, Invariant, Key, Log, NoClient, NodeId,
    NodeMap, NodeSet, NodeSpec, Order, Protocol, Stamp, StepSeen, Stimulus,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Broadcast {
    /// What was delivered here, in order.
    pub delivered: Log<Delivered>,
    /// What arrived and has to wait for something else to arrive.
    pub held: Vec<Held>,
    /// How many messages it has broadcast.
    pub broadcasts: u64,
    /// How many packets it has sent to all, acknowledgements included.
    pub sent: u64,
    /// Under FIFO and total order: how many packets of each other process it has taken in order.
    pub taken: NodeMap<u64>,
    /// Under causal order: how many messages of each process were delivered here.
    pub counts: Vec<u64>,
    /// Under total order: the clock of its latest event.
    pub clock: u64,
    /// Under total order: what was taken and is not delivered, by timestamp.
    pub queue: Vec<Queued>,
    /// Under total order: the latest timestamp from each other process.
    pub heard: NodeMap<u64>,
    /// How many times more it broadcasts by itself.
    pub left: u64,
}

impl Protocol for Broadcast {
    const ABOUT: About = About {
        id: "broadcast",
        title: "Ordered broadcast",
        revision: 1,
        summary: "One message to all: unordered, FIFO, causal or total order, and what each holds back for it.",
        references: &[
            "K. Birman, A. Schiper, P. Stephenson: Lightweight Causal and Atomic Group Multicast, 1991",
            "Leslie Lamport: Time, Clocks, and the Ordering of Events in a Distributed System, 1978",
            "V. Hadzilacos, S. Toueg: A Modular Approach to Fault-Tolerant Broadcasts and Related Problems, 1994",
        ],
        assumptions: Assumptions {
            order: Order::Any,
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
    type Stimulus = Word;
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

    fn stimuli(config: &Config) -> Vec<Stimulus<Word>> {
        config::stimuli(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let causal = ctx.config().order == Guarantee::Causal;
        let counts = if causal { vec![0; ctx.servers().len()] } else { Vec::new() };
        let process = Broadcast { counts, left: ctx.config().broadcasts, ..Broadcast::default() };
        process.arm(ctx);
        process
    }

    fn restart(_: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        Self::start(ctx)
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        self.receive(ctx, from, message);
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Broadcast: Timer) {
        self.left -= 1;
        self.arm(ctx);
        self.broadcast(ctx, Word::News);
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, word: Word) {
        self.broadcast(ctx, word);
    }

    fn lie(message: &Message) -> Option<Message> {
        // It calls the same message another one.
        match &message.what {
            What::Broadcast { number, word, counts } => {
                let what = What::Broadcast { number: number + 1, word: *word, counts: counts.clone() };
                Some(Message { what, ..message.clone() })
            }
            What::Acknowledgement => None,
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
        ghost.owed(nodes, specs)
    }

    fn stamp(&self) -> Option<Stamp> {
        // Vectors of causal order count messages, not events; they are no timestamps of events.
        (self.clock > 0).then_some(Stamp::Number(self.clock))
    }

    fn badge(&self) -> String {
        inspect::badge(self)
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, _: &[NodeSpec]) -> MessageView {
        inspect::message(message)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}

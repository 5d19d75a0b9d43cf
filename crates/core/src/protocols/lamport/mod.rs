//! Lamport's logical clocks: an order of events without a common clock.
//!
//! # The lesson
//!
//! Processes on different machines have no common time. What they have is cause and effect: an event *happened before*
//! another if it came earlier at the same process, or if it sent the message that the other received, or through a
//! chain of such steps. Two events with no chain between them are *concurrent*: nobody can say which was first.
//!
//! A logical clock is a counter at each process that respects this order: whenever `a` happened before `b`, the clock
//! of `a` is less than the clock of `b` (the *clock condition*). Two rules are enough. Every event moves its process's
//! counter on; and every message carries the counter of its sending, above which the receiver puts its own.
//!
//! The other direction does not hold: a smaller clock does not mean that an event happened before. Still, the clocks
//! give one *total order* that all can agree on and that contradicts no cause: sort by clock, and where two events have
//! the same clock, by process. The table shows it: read column by column, and each column downwards.
//!
//! # Departures from the paper
//!
//! - *The receipt of a message is an event*, so that it moves the clock on (IR1) as well as above the timestamp
//!   (IR2 (b)). The paper lets the receiver advance its clock just before the event.
//! - *The total order breaks ties by the number of the process*; the paper asks for any order of the processes.
//! - *The mutual exclusion algorithm that the paper builds upon the total order, and its physical clocks, are left
//!   out*: they are lessons of their own.
//! - *A process that crashes starts again at 0*: the paper knows no crashes, and so nothing is written to a disk.
//! - *Processes can join* (`late`), with their clock at 0. Until then, what is sent to them is lost.
//! - *Processes make events by themselves* (`chatter`), because without any there is nothing to see.
//! - *Each process remembers its events*, for the table only: the rules look at the counter alone.

mod card;
mod config;
mod inspect;
mod invariants;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::Ghost;

use crate::{
    About, Assumptions, Bound, ConfigError, Ctx, Delivery, Flavour, Form, Invariant, Key, Kind, Log, NoClient, NodeId,
    NodeSpec, Order, Protocol, Stamp, StepSeen, Stimulus,
    acts::{self, Act, What},
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lamport {
    /// The counter `C`, which is the clock of the latest event.
    pub clock: u64,
    /// What happened here, in order.
    pub events: Log<Event>,
}

/// An event at a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// Its clock.
    pub clock: u64,
    /// What it was.
    pub what: What,
}

/// A message, which carries nothing but its timestamp, and for the observer the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// The clock of the event that sent it.
    pub timestamp: u64,
    /// The same, of whoever does not lie. No process looks at it.
    pub truly: u64,
}

/// The timer of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time for an event.
    Chatter,
}

crate::rules! {
    /// The rules of the paper.
    pub enum Rule in "Lamport 1978" {
        Tick => "IR1", "tick",
            "Each process moves its clock on between any two of its events.";
        Stamp => "IR2 (a)", "timestamp",
            "A message carries the clock of the event that sent it.";
        CatchUp => "IR2 (b)", "catch up",
            "Whoever receives a message puts its clock above the timestamp, and never back.";
    }
}

static MESSAGE: Kind = Kind::new("Message", Flavour::Carry, &[]);

impl Lamport {
    /// An event happens here (IR1).
    fn happen(&mut self, ctx: &mut Ctx<'_, Self>, what: What) {
        let before = self.clock;
        self.clock += 1;
        self.events.push(Event { clock: self.clock, what });
        let clock = self.clock;
        ctx.rule(Rule::Tick, |ctx| format!("{} moves its clock on from {before} to {clock}", ctx.name(ctx.me())));
    }

    fn act(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        match act {
            Act::Local => self.happen(ctx, What::Local),
            Act::Send(to) => self.send(ctx, to),
        }
    }

    /// A message is sent, which is an event (IR2 a).
    fn send(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId) {
        self.happen(ctx, What::Send(to));
        let timestamp = self.clock;
        ctx.rule(Rule::Stamp, |ctx| {
            format!("{} sends a message to {} with its clock, {timestamp}", ctx.name(ctx.me()), ctx.name(to))
        });
        ctx.send(to, Message { timestamp, truly: timestamp });
    }

    /// A message is received, which is an event (IR2 b).
    fn receive(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: Message) {
        let bug = ctx.config().bug;
        let behind = bug == Bug::SetBack || self.clock < m.timestamp;
        let behind = ctx.guard(Rule::CatchUp, behind, |ctx| {
            let (me, clock) = (ctx.name(ctx.me()), self.clock);
            format!("{me} need not catch up: its clock, {clock}, is not behind the timestamp, {}", m.timestamp)
        });
        if behind && bug != Bug::IgnoreTimestamp {
            let clock = self.clock;
            self.clock = m.timestamp;
            ctx.rule(Rule::CatchUp, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} sets its clock from {clock} to {}, the timestamp of {from}", m.timestamp)
            });
        }
        self.happen(ctx, What::Receive(from));
    }

    fn begin(ctx: &mut Ctx<'_, Self>) -> Self {
        if ctx.config().chatter {
            ctx.set_timer(Timer::Chatter, ctx.config().pace);
        }
        Lamport::default()
    }
}

impl Protocol for Lamport {
    const ABOUT: About = About {
        id: "lamport",
        title: "Lamport clocks",
        revision: 2,
        summary: "Counters and timestamps that order events by cause, without a common clock.",
        references: &["Leslie Lamport: Time, Clocks, and the Ordering of Events in a Distributed System, 1978"],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::Lossy,
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
        acts::setup(config.processes, config.late, config.pace)
    }

    fn form() -> Form {
        config::form()
    }

    fn client(_: &Config) -> NoClient {
        NoClient
    }

    fn stimuli(config: &Config) -> Vec<Stimulus<Act>> {
        acts::stimuli(config.processes)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        Self::begin(ctx)
    }

    fn restart(_: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        Self::begin(ctx)
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        self.receive(ctx, from, message);
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Chatter: Timer) {
        ctx.set_timer(Timer::Chatter, ctx.config().pace);
        let act = acts::next(ctx);
        self.act(ctx, act);
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        self.act(ctx, act);
    }

    fn lie(message: &Message) -> Option<Message> {
        // As if nothing had ever happened here.
        Some(Message { timestamp: 0, ..*message })
    }

    fn key(_: &Message) -> Key {
        MESSAGE.key()
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn stamp(&self) -> Option<Stamp> {
        Some(Stamp::Number(self.clock))
    }

    fn badge(&self) -> String {
        format!("clock {}", self.clock)
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

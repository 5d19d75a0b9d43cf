//! Vector clocks: timestamps that tell exactly what could have caused what.
//!
//! # The lesson
//!
//! A Lamport clock respects cause and effect, but it tells less than there is: of two events with different clocks it
//! cannot say whether one caused the other or whether they are *concurrent*. What it forgets is *whose* events were
//! counted. So each process keeps a counter for every process: how many events of each it can know of, its own
//! included.
//!
//! Two rules are enough again. Every event counts one more of its own process. Every message carries the whole vector
//! of its sending, and the receiver takes, process by process, the greater count, before it counts the receipt.
//!
//! Then an event `a` happened before `b` *exactly if* the vector of `a` is less: nowhere greater, and somewhere
//! smaller. If each is greater somewhere, the two are concurrent: that is an answer of its own, and not "equal". One
//! look at two timestamps replaces the search for a chain of messages between the events. For the same reason a vector
//! is a *cut* through the diagram: up to there a process could know.
//!
//! The price is one number for each process in every message, and it cannot be had for less (Charron-Bost 1991).
//! Beside its vector each process keeps a Lamport clock here, so that both can be compared: where the vectors say
//! "concurrent", the Lamport clocks order the events all the same, and nobody can see it from them.
//!
//! # Departures from the papers
//!
//! - *The receipt of a message is an event of its own*, and counted (Mattern, §5). Fidge counts it in the same way.
//! - *The number of processes is known* and fixed, as in both papers; those that join late (`late`) have their place
//!   from the start, with nothing counted.
//! - *A process that crashes starts again with nothing counted*: the papers know no crashes, and nothing is written to
//!   a disk. Its vectors then repeat old ones, and tell nothing any more.
//! - *Processes make events by themselves* (`chatter`), because without any there is nothing to see.
//! - *Each process remembers its events*, for the table only: the rules look at the counters alone.

mod card;
mod config;
mod inspect;
mod invariants;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::Ghost;

use crate::{
    About, Assumptions, Bound, ConfigError, Ctx, Delivery, Flavour, Form, Invariant, Key, Kind, LieCtx, Log, NoClient,
    NodeId, NodeSpec, Order, Protocol, Stamp, StepSeen, Stimulus,
    acts::{self, Act, What},
    versions::Counts,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Vector {
    /// The vector, which is the timestamp of the latest event.
    pub counts: Counts,
    /// The Lamport clock beside it.
    pub clock: u64,
    /// What happened here, in order.
    pub events: Log<Event>,
}

/// An event at a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// Its vector.
    pub counts: Counts,
    /// Its Lamport clock.
    pub clock: u64,
    /// What it was.
    pub what: What,
}

/// A message, which carries nothing but the timestamps of its sending.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// The vector of the event that sent it.
    pub counts: Counts,
    /// The Lamport clock of that event.
    pub clock: u64,
}

/// The timer of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time for an event.
    Chatter,
}

crate::rules! {
    /// The rules of the papers.
    pub enum Rule in "Mattern 1989" {
        Tick => "§5, rule 1", "tick",
            "Each process counts one more event of its own for every event.";
        Stamp => "§5, rule 2", "timestamp",
            "A message carries the vector of the event that sent it.";
        Merge => "§5, rule 2 (receipt)", "take the greater",
            "Whoever receives a message takes for each process the greater of both counts.";
    }
}

static MESSAGE: Kind = Kind::new("Message", Flavour::Carry, &[]);

impl Vector {
    /// An event happens here.
    fn happen(&mut self, ctx: &mut Ctx<'_, Self>, what: What) {
        let whose = match (ctx.config().bug, what) {
            (Bug::NoTickOnReceive, What::Receive(_)) => None,
            (Bug::CountForSender, What::Receive(from)) => Some(from),
            _ => Some(ctx.me()),
        };
        if let Some(whose) = whose {
            self.counts.tick(whose);
            let count = self.counts.of(whose);
            ctx.rule(Rule::Tick, |ctx| {
                let (me, vector) = (ctx.me(), self.counts.words(ctx.servers().len()));
                let owner = if whose == me { "its own" } else { ctx.name(whose) };
                format!("{} counts event {count} of {owner}: {vector}", ctx.name(me))
            });
        }
        self.clock += 1;
        self.events.push(Event { counts: self.counts.clone(), clock: self.clock, what });
    }

    fn act(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        match act {
            Act::Local => self.happen(ctx, What::Local),
            Act::Send(to) => self.send(ctx, to),
        }
    }

    /// A message is sent, which is an event.
    fn send(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId) {
        self.happen(ctx, What::Send(to));
        ctx.rule(Rule::Stamp, |ctx| {
            let vector = self.counts.words(ctx.servers().len());
            format!("{} sends a message to {} with its vector, {vector}", ctx.name(ctx.me()), ctx.name(to))
        });
        ctx.send(to, Message { counts: self.counts.clone(), clock: self.clock });
    }

    /// A message is received, which is an event.
    fn receive(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        let news = ctx.guard(Rule::Merge, !message.counts.is_within(&self.counts), |ctx| {
            format!(
                "{} learns of no event: all that {} knew of, it knew of already",
                ctx.name(ctx.me()),
                ctx.name(from)
            )
        });
        if news && ctx.config().bug != Bug::NoMaximum {
            ctx.rule(Rule::Merge, |ctx| {
                let [mine, theirs] = [&self.counts, &message.counts].map(|counts| counts.words(ctx.servers().len()));
                format!(
                    "{} takes the greater counts of its {mine} and of {theirs} from {}",
                    ctx.name(ctx.me()),
                    ctx.name(from)
                )
            });
            self.counts.take(&message.counts);
        }
        self.clock = self.clock.max(message.clock);
        self.happen(ctx, What::Receive(from));
    }

    fn begin(ctx: &mut Ctx<'_, Self>) -> Self {
        if ctx.config().chatter {
            ctx.set_timer(Timer::Chatter, ctx.config().pace);
        }
        Vector::default()
    }
}

impl Protocol for Vector {
    const ABOUT: About = About {
        id: "vector",
        title: "Vector clocks",
        revision: 1,
        summary: "Timestamps that tell exactly which events could have caused which, and which are concurrent.",
        references: &[
            "F. Mattern: Virtual Time and Global States of Distributed Systems, 1989",
            "C. J. Fidge: Timestamps in Message-Passing Systems That Preserve the Partial Ordering, 1988",
        ],
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

    fn lies(&self, ctx: &LieCtx<'_, Self>, _: NodeId, honest: Option<&Message>) -> Vec<Message> {
        // As if it had never heard of anybody.
        let alone = |message: &Message| {
            let mut counts = Counts::default();
            counts.raise(ctx.me(), message.counts.of(ctx.me()));
            Message { counts, clock: message.clock }
        };
        honest.map(alone).into_iter().collect()
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
        Some(Stamp::Vector(self.counts.as_slice().to_vec()))
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

//! Lamport's mutual exclusion: a lock that nobody hands out.
//!
//! # The lesson
//!
//! Several processes share one thing, which only one may hold at a time. A server could hand it out in the order in
//! which requests arrive. That order can be wrong: of two requests the one that caused the other may arrive later. And
//! there need be no server: logical clocks give an order of all requests that everybody can work out alone.
//!
//! Each process keeps a queue of requests, ordered by their timestamps, and by process where those are equal. Who wants
//! the lock tells all others, and waits until two things hold, which it sees without asking anyone:
//!
//! - its own request is the first in its queue, and
//! - from every other process it has heard something with a later timestamp.
//!
//! The second is why it works. Links keep the order of sending. So a process from which something later was heard has
//! no earlier request under way: all that could stand before the own request is in the queue already. That is also why
//! every request is acknowledged, by processes that want nothing themselves.
//!
//! So no two hold the lock; it is granted in the order of the requests, which agrees with cause and effect; and if
//! whoever holds it releases it, every request is granted. The price is `3(n - 1)` messages for each turn, and that
//! *everybody* must take part: one process that is gone stops all.
//!
//! # Departures from the paper
//!
//! - *What a process sends to all others is one event with one timestamp*, and so are the receipt of a request and the
//!   acknowledgement that answers it: one step, one moment of the clock.
//! - *Every request is acknowledged.* The paper spares the acknowledgement where something later was sent already.
//! - *A process has one request at a time*: one that asks again while it waits or holds the lock is not heard.
//! - *A process that crashes starts again with an empty queue and its clock at 0*: the paper knows no crashes, and
//!   promises nothing then.
//! - *Processes ask by themselves* (`wishes`), because without any request there is nothing to see.

mod card;
mod config;
mod inspect;
mod invariants;
mod message;
mod rules;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::Ghost;
pub use message::{Act, Message, Request, Says, Timer};
pub use rules::Rule;

use crate::{
    About, Assumptions, Bound, Breach, ConfigError, Ctx, Delivery, Form, Invariant, Key, NoClient, NodeId, NodeMap,
    NodeSet, NodeSpec, Order, Protocol, Stamp, StepSeen, Stimulus,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mutex {
    /// The clock of its latest event.
    pub clock: u64,
    /// The requests that it knows of, in their order.
    pub queue: Vec<Request>,
    /// The latest timestamp from each other process.
    pub heard: NodeMap<u64>,
    /// The timestamp of its own request, until it releases the lock.
    pub asked: Option<u64>,
    /// Whether it holds the lock.
    pub holds: bool,
    /// How many times more it asks by itself.
    pub wishes: u64,
}

impl Mutex {
    /// An event happens here (IR1): something is received (IR2), or it happens by itself.
    fn happen(&mut self, ctx: &mut Ctx<'_, Self>, received: Option<(NodeId, Message)>) {
        let before = self.clock;
        self.clock = before.max(received.map_or(0, |(_, message)| message.timestamp)) + 1;
        let clock = self.clock;
        ctx.rule(Rule::Tick, |ctx| {
            let me = ctx.name(ctx.me());
            let heard = received.map_or_else(String::new, |(from, message)| {
                format!("has the {} of {} at {}, and ", message.what.words(), ctx.name(from), message.timestamp)
            });
            format!("{me} {heard}moves its clock on from {before} to {clock}")
        });
    }

    /// Wants the lock (rule 1).
    fn ask(&mut self, ctx: &mut Ctx<'_, Self>) {
        let free = ctx.guard(Rule::Request, self.asked.is_none(), |ctx| {
            format!("{} cannot ask: its last request is not over", ctx.name(ctx.me()))
        });
        if !free {
            return;
        }
        self.happen(ctx, None);
        let timestamp = self.clock;
        self.asked = Some(timestamp);
        self.enqueue(Request { timestamp, process: ctx.me() });
        ctx.rule(Rule::Request, |ctx| format!("{} asks all others for the lock at {timestamp}", ctx.name(ctx.me())));
        ctx.broadcast(&Message { what: Says::Request, timestamp });
        self.look(ctx);
    }

    /// Another one wants the lock (rule 2).
    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, request: Request) {
        self.enqueue(request);
        let timestamp = self.clock;
        ctx.rule(Rule::Acknowledge, |ctx| {
            let (me, other) = (ctx.name(ctx.me()), ctx.name(request.process));
            format!("{me} puts the request of {other} at {} into its queue, and says so", request.timestamp)
        });
        ctx.send(request.process, Message { what: Says::Acknowledge, timestamp });
    }

    /// Has held the lock for long enough (rule 3).
    fn release(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.happen(ctx, None);
        (self.holds, self.asked) = (false, None);
        self.forget(ctx.me());
        ctx.rule(Rule::Release, |ctx| format!("{} releases the lock", ctx.name(ctx.me())));
        if ctx.config().bug != Bug::SilentRelease {
            ctx.broadcast(&Message { what: Says::Release, timestamp: self.clock });
        }
        self.wish(ctx);
    }

    /// Another one no longer holds the lock (rule 4).
    fn on_release(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId) {
        self.forget(from);
        ctx.rule(Rule::Forget, |ctx| {
            format!("{} takes the request of {} out of its queue", ctx.name(ctx.me()), ctx.name(from))
        });
    }

    /// Looks whether the lock is its own now (rule 5).
    fn look(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Some(timestamp) = self.asked.filter(|_| !self.holds) else { return };
        let mine = Request { timestamp, process: ctx.me() };
        let before = self.before(mine, ctx.config().bug);
        let first = ctx.guard(Rule::Grant, before.is_none(), |ctx| {
            let words = before.map_or_else(String::new, |it| format!("{} at {}", ctx.name(it.process), it.timestamp));
            format!("{} has not got the lock: the request of {words} stands before its own", ctx.name(ctx.me()))
        });
        let silent = self.silent(ctx);
        let heard = ctx.guard(Rule::Grant, silent.is_empty(), |ctx| {
            let (me, silent) = (ctx.name(ctx.me()), ctx.names(silent));
            format!("{me} has not got the lock: it has heard nothing later than {timestamp} from {silent}")
        });
        if first && (heard || ctx.config().bug == Bug::GrantEarly) {
            self.holds = true;
            ctx.rule(Rule::Grant, |ctx| {
                let me = ctx.name(ctx.me());
                format!(
                    "{me} holds the lock: its request at {timestamp} is the first, and nobody can have an earlier one"
                )
            });
            ctx.set_timer(Timer::Release, ctx.config().hold);
        }
    }

    /// A request that stands before this one.
    fn before(&self, mine: Request, bug: Bug) -> Option<Request> {
        let earlier = |other: &Request| match bug {
            Bug::NoTieBreak => other.timestamp < mine.timestamp,
            _ => *other < mine,
        };
        self.queue.iter().copied().find(earlier)
    }

    /// From whom it has heard nothing later than its own request.
    fn silent(&self, ctx: &Ctx<'_, Self>) -> NodeSet {
        let heard = |other: &NodeId| self.heard.get(*other).copied() > self.asked;
        ctx.peers().iter().filter(|other| !heard(other)).collect()
    }

    fn enqueue(&mut self, request: Request) {
        let place = self.queue.partition_point(|other| *other < request);
        self.queue.insert(place, request);
    }

    fn forget(&mut self, process: NodeId) {
        self.queue.retain(|request| request.process != process);
    }

    /// Wants the lock again after a while, if it is to.
    fn wish(&self, ctx: &mut Ctx<'_, Self>) {
        if self.wishes > 0 {
            ctx.set_timer(Timer::Wish, ctx.config().pace);
        }
    }
}

impl Protocol for Mutex {
    const ABOUT: About = About {
        id: "mutex",
        title: "Lamport's mutual exclusion",
        revision: 1,
        summary: "A lock without a server: timestamps put all requests in one order that everyone can work out.",
        references: &["Leslie Lamport: Time, Clocks, and the Ordering of Events in a Distributed System, 1978"],
        assumptions: Assumptions {
            order: Order::Fifo,
            delivery: Delivery::Reliable,
            disk_survives: true,
            crashes: Bound::None,
            lies: Bound::None,
            timing: "whoever holds the lock releases it at some time",
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
        let mutex = Mutex { wishes: ctx.config().wishes, ..Mutex::default() };
        mutex.wish(ctx);
        mutex
    }

    fn restart(_: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        Self::start(ctx)
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        let Message { what, timestamp } = message;
        self.happen(ctx, Some((from, message)));
        self.heard.insert(from, timestamp);
        match what {
            Says::Request => self.on_request(ctx, Request { timestamp, process: from }),
            Says::Acknowledge => {}
            Says::Release => self.on_release(ctx, from),
        }
        self.look(ctx);
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Wish if self.asked.is_none() => {
                self.wishes -= 1;
                self.ask(ctx);
            }
            // It wants the lock again once its present request is over.
            Timer::Wish => {}
            Timer::Release => self.release(ctx),
        }
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        match act {
            Act::Local => self.happen(ctx, None),
            Act::Ask => self.ask(ctx),
        }
    }

    fn lie(message: &Message) -> Option<Message> {
        // It says that it asked before everybody else.
        match message.what {
            Says::Request => Some(Message { timestamp: 0, ..*message }),
            Says::Acknowledge | Says::Release => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.what.kind().key()
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn owed(nodes: &[Option<&Self>], _: &Ghost, _: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        invariants::owed(nodes, specs)
    }

    fn stamp(&self) -> Option<Stamp> {
        Some(Stamp::Number(self.clock))
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

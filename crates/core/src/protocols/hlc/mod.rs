//! Hybrid logical clocks: timestamps that respect cause and effect, and stay near the time of the wall.
//!
//! # The lesson
//!
//! Machines have clocks, and nobody would order events by counters if clocks agreed. They do not: they stand apart by up
//! to some ε, and so a message can arrive, by the receiver's clock, before it was sent. Lamport's clocks never get that
//! wrong, but they say nothing of the time: nobody can ask what there was at ten past two.
//!
//! A hybrid clock is both. Its first part `l` is the greatest physical clock that a process has seen or heard of; its
//! second part `c` counts on where `l` stands still. A timestamp is greater if its `l` is, or else its `c`. Every event
//! gets a greater one than all that happened before it, as with Lamport's clocks.
//!
//! And `l` stays near: it is never behind the process's own clock, and since it is what some clock really showed, it is
//! never ahead by more than ε. As soon as the own clock has caught up, `l` follows it, and `c` is 0 again. So `c` stays
//! small, and both parts fit where programs keep a time anyway.
//!
//! The clock condition needs no clock to be right. The bound does: the table shows how far each `l` is ahead.
//!
//! # Departures from the paper
//!
//! - *A physical clock is read in whole ticks* (`tick`), so that several events can fall into one; ε is rounded up to
//!   whole ticks.
//! - *Physical clocks never go back*; they may stand apart, drift, and be set forward. The paper's rules would bear it.
//! - *A clock that stands at 0 is one that was never read*, as in the paper: the first event counts on from (0, 0).
//! - *A process that crashes starts again at (0, 0)*: the paper lets it wait until its clock is past what it said.
//! - *The receipt of a message is an event*; processes make events by themselves (`chatter`), and can join late.
//! - *The compact form, snapshots, and what to do about clocks far ahead* are left out.
//! - *Each process remembers its events*, for people only.

mod card;
mod config;
mod inspect;
mod invariants;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::Ghost;

use crate::{
    About, Assumptions, Bound, Clocks, ConfigError, Ctx, Delivery, Flavour, Form, Invariant, Key, Kind, Log, Micros,
    NoClient, NodeId, NodeSpec, Order, Protocol, Stamp, StepSeen, Stimulus,
    acts::{self, Act, What},
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A timestamp. Those of earlier causes are less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time {
    /// The greatest physical clock known, in ticks.
    pub l: u64,
    /// Counts on where `l` stands still.
    pub c: u64,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.l, self.c)
    }
}

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hlc {
    /// The timestamp of the latest event.
    pub time: Time,
    /// What the physical clock showed then, in ticks.
    pub pt: u64,
    /// How far any two physical clocks may stand apart, in ticks.
    pub epsilon: u64,
    /// What happened here, in order.
    pub events: Log<Event>,
}

/// An event at a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// Its timestamp.
    pub time: Time,
    /// What it was.
    pub what: What,
}

/// The timer of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time for an event.
    Chatter,
}

crate::rules! {
    /// The rules of the paper.
    pub enum Rule in "Kulkarni et al. 2014" {
        Clock => "Figure 5 (l)", "take the clock",
            "If the physical clock is ahead of all that is known, l becomes what it shows, and c is 0.";
        Count => "Figure 5 (c)", "count",
            "Where the clock brings nothing new, l stays, and c counts on.";
        Message => "Figure 5 (receive)", "take the timestamp",
            "If the timestamp of a message is ahead, l becomes its l, and c counts on from its c.";
        Stamp => "Figure 5 (send)", "timestamp",
            "A message carries the timestamp of the event that sent it.";
    }
}

static MESSAGE: Kind = Kind::new("Message", Flavour::Carry, &[]);

impl Hlc {
    /// How far `l` is ahead of the physical clock, in ticks.
    pub fn ahead(&self) -> u64 {
        self.time.l.saturating_sub(self.pt)
    }

    /// The timestamp of the next event, by the clock, by what was, and by the message that arrives, if one does.
    fn advance(&mut self, bug: Bug, pt: u64, message: Option<Time>) -> Rule {
        let (own, heard) = (self.time, message.filter(|_| bug != Bug::IgnoreTimestamp));
        let known = heard.map_or(own.l, |heard| heard.l.max(own.l));
        let l = pt.max(if bug == Bug::Naive { known + 1 } else { known });
        let of = |time: Time| (time.l == l).then_some(time.c);
        let counted = match (of(own), heard.and_then(of)) {
            (Some(mine), _) if bug == Bug::OwnCount => Some(mine),
            (mine, theirs) => mine.max(theirs),
        };
        let c = match counted {
            Some(count) if bug == Bug::NoCount => count,
            Some(count) => count + 1,
            None if bug == Bug::KeepCount => own.c + 1,
            None => 0,
        };
        (self.time, self.pt) = (Time { l, c }, pt);
        let counts = counted.is_some() || l > pt;
        match message {
            Some(message) if counts && message > own => Rule::Message,
            _ if counts => Rule::Count,
            _ => Rule::Clock,
        }
    }

    /// An event happens here.
    fn happen(&mut self, ctx: &mut Ctx<'_, Self>, what: What, message: Option<Time>) {
        let pt = ctx.local_clock().0 / ctx.config().tick.0;
        let before = self.time;
        let rule = self.advance(ctx.config().bug, pt, message);
        let time = self.time;
        self.events.push(Event { time, what });
        explain(ctx, rule, (before, time), pt, message);
        ctx.rule(rule, |ctx| {
            let me = ctx.name(ctx.me());
            match (rule, message) {
                (Rule::Clock, _) => format!("{me} takes {pt} from its clock: {time}"),
                (_, Some(message)) => format!("{me}, whose clock shows {pt}, receives {message}: {time}"),
                _ => format!("{me} counts on, for its clock shows {pt}: {time}"),
            }
        });
    }

    fn act(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        match act {
            Act::Local => self.happen(ctx, What::Local, None),
            Act::Send(to) => {
                self.happen(ctx, What::Send(to), None);
                let time = self.time;
                ctx.rule(Rule::Stamp, |ctx| {
                    format!("{} sends {} a message at {time}", ctx.name(ctx.me()), ctx.name(to))
                });
                ctx.send(to, time);
            }
        }
    }

    fn begin(ctx: &mut Ctx<'_, Self>) -> Self {
        if ctx.config().chatter {
            ctx.set_timer(Timer::Chatter, ctx.config().pace);
        }
        Hlc { epsilon: ctx.config().epsilon(), ..Hlc::default() }
    }
}

/// Why it did not go by its clock, or by the message that arrived.
fn explain(ctx: &mut Ctx<'_, Hlc>, rule: Rule, (before, after): (Time, Time), pt: u64, message: Option<Time>) {
    ctx.guard(Rule::Clock, rule == Rule::Clock, |ctx| {
        format!("{} does not take its clock: it shows {pt}, and l is {} by then", ctx.name(ctx.me()), after.l)
    });
    let Some(message) = message else { return };
    ctx.guard(Rule::Message, rule == Rule::Message, |ctx| {
        let me = ctx.name(ctx.me());
        if rule == Rule::Clock {
            format!("{me} does not take {message}: its clock, {pt}, is ahead")
        } else {
            format!("{me} does not take {message}: its own timestamp, {before}, is not behind")
        }
    });
}

impl Protocol for Hlc {
    const ABOUT: About = About {
        id: "hlc",
        title: "Hybrid logical clocks",
        revision: 1,
        summary: "Timestamps that respect cause and effect and stay near the time of the wall.",
        references: &["S. S. Kulkarni, M. Demirbas, D. Madappa, B. Avva, M. Leone: Logical Physical Clocks, 2014"],
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
    type Message = Time;
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
        acts::stimuli(config.processes)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        Self::begin(ctx)
    }

    fn restart(_: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        Self::begin(ctx)
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Time) {
        self.happen(ctx, What::Receive(from), Some(message));
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Chatter: Timer) {
        ctx.set_timer(Timer::Chatter, ctx.config().pace);
        let act = acts::next(ctx);
        self.act(ctx, act);
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, act: Act) {
        self.act(ctx, act);
    }

    fn lie(time: &Time) -> Option<Time> {
        // As if somebody's clock stood far ahead.
        Some(Time { l: time.l + 1_000, ..*time })
    }

    fn key(_: &Time) -> Key {
        MESSAGE.key()
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn skew(config: &Config) -> Option<Micros> {
        Some(config.skew)
    }

    fn clocks(_: &Config) -> Clocks {
        Clocks::Instants
    }

    fn stamp(&self) -> Option<Stamp> {
        Some(Stamp::Hybrid(self.time.l, self.time.c))
    }

    fn badge(&self) -> String {
        self.time.to_string()
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Time, _: &[NodeSpec]) -> MessageView {
        inspect::message(*message)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}

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

impl Snapshot {
    /// Sends money to another process.
    fn pay(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId, amount: u64) {
        let has = ctx.guard(Rule::Pay, amount > 0 && self.money >= amount, |ctx| {
            format!("{} cannot pay: it has {}", ctx.name(ctx.me()), self.money)
        });
        if !has {
            return;
        }
        self.money -= amount;
        self.paid += 1;
        ctx.rule(Rule::Pay, |ctx| format!("{} pays {amount} to {}", ctx.name(ctx.me()), ctx.name(to)));
        ctx.send(to, Message::Money(Money { amount, number: self.paid }));
    }

    /// Money arrives. Where its channel is being recorded, it was in transit.
    fn on_money(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, money: Money) {
        let amount = money.amount;
        self.money += amount;
        ctx.rule(Rule::Receive, |ctx| format!("{} has {amount} from {}", ctx.name(ctx.me()), ctx.name(from)));
        if ctx.config().bug == Bug::NoChannels {
            return;
        }
        for (id, recording) in self.recordings.iter_mut() {
            let Some(channel) = recording.channels.get_mut(from).filter(|channel| channel.open) else { continue };
            channel.money.push(money);
            ctx.rule(Rule::InTransit, |ctx| {
                let (from, snapshot) = (ctx.name(from), id.words(ctx.name(id.by)));
                format!("{amount} from {from} was in transit, for snapshot {snapshot}: no marker came from there yet")
            });
        }
    }

    /// Starts a snapshot: any process can, at any time.
    fn begin(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.started += 1;
        let id = SnapshotId { by: ctx.me(), number: self.started };
        ctx.rule(Rule::Start, |ctx| format!("{} starts snapshot {}", ctx.name(id.by), id.words(ctx.name(id.by))));
        self.record(ctx, id, None);
    }

    /// Records the own state, and sends a marker along every channel before anything else (the marker-sending rule).
    fn record(&mut self, ctx: &mut Ctx<'_, Self>, id: SnapshotId, marked: Option<NodeId>) {
        let channel = |from: NodeId| (from, Channel { open: Some(from) != marked, money: Vec::new() });
        let recording = Recording { money: self.money, channels: ctx.peers().iter().map(channel).collect() };
        self.recordings.insert(id, recording);
        match ctx.config().bug {
            Bug::LateMarkers => ctx.set_timer(Timer::Markers(id), ctx.config().pace),
            Bug::NoRelay if marked.is_some() => {}
            _ => self.send_markers(ctx, id),
        }
        self.look(ctx, id);
    }

    fn send_markers(&self, ctx: &mut Ctx<'_, Self>, id: SnapshotId) {
        let money = self.recordings.get(&id).map_or(0, |recording| recording.money);
        ctx.rule(Rule::SendMarkers, |ctx| {
            let (me, snapshot) = (ctx.name(ctx.me()), id.words(ctx.name(id.by)));
            format!("{me} has recorded {money} for snapshot {snapshot}, and sends a marker to all others")
        });
        ctx.broadcast(&Message::Marker(id));
    }

    /// A marker comes along a channel (the marker-receiving rule).
    fn on_marker(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: SnapshotId) {
        let Some(recording) = self.recordings.get_mut(&id) else {
            ctx.rule(Rule::FirstMarker, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} records its state, {}, and that nothing is in transit from {from}", self.money)
            });
            return self.record(ctx, id, Some(from));
        };
        let Some(channel) = recording.channels.get_mut(from) else { return };
        channel.open = false;
        let sum = channel.sum();
        ctx.rule(Rule::LaterMarker, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} has recorded what was in transit from {from}: {sum}")
        });
        self.look(ctx, id);
    }

    /// Whether a marker has come along every channel.
    fn look(&self, ctx: &mut Ctx<'_, Self>, id: SnapshotId) {
        let Some(recording) = self.recordings.get(&id) else { return };
        let open = recording.open();
        let done = ctx.guard(Rule::Complete, open.is_empty(), |ctx| {
            let (me, open) = (ctx.name(ctx.me()), ctx.names(open));
            format!("{me} has not done its part of the snapshot: no marker has come from {open}")
        });
        if done {
            ctx.rule(Rule::Complete, |ctx| {
                let (me, snapshot) = (ctx.name(ctx.me()), id.words(ctx.name(id.by)));
                let (state, transit) = (recording.money, recording.sum() - recording.money);
                format!(
                    "{me} has done its part of snapshot {snapshot}: it had {state}, and {transit} was in transit to it"
                )
            });
        }
    }

    /// Pays somebody something by itself, and goes on if it is to.
    fn chatter(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.payments -= 1;
        self.arm_payment(ctx);
        let others = ctx.peers();
        let Ok(n) = u32::try_from(others.len()) else { return };
        let most = u32::try_from(self.money.min(MOST_AT_ONCE)).unwrap_or(0);
        if n == 0 || most == 0 {
            return;
        }
        let to = others.iter().nth(ctx.choose("receiver", n) as usize).expect("one choice for each other process");
        let amount = 1 + u64::from(ctx.choose("amount", most));
        self.pay(ctx, to, amount);
    }

    fn arm_payment(&self, ctx: &mut Ctx<'_, Self>) {
        if self.payments > 0 {
            ctx.set_timer(Timer::Pay, ctx.config().pace);
        }
    }

    fn arm_snapshot(&self, ctx: &mut Ctx<'_, Self>) {
        if self.snapshots > 0 {
            ctx.set_timer(Timer::Snapshot, ctx.config().every);
        }
    }
}

/// A process that pays by itself pays so much at most.
const MOST_AT_ONCE: u64 = 3;

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

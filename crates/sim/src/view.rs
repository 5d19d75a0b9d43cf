//! A run as plain data for pictures and panels: times, places, words. No protocol type appears here.

use lightcone_core::{
    Ability, Flavour, Micros, NodeId, NodeKind, NodeSet, Note, Role,
    view::{FieldView, MessageView, Table, Value},
};
use serde::Serialize;

/// A stretch of virtual time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Where it starts.
    pub from: Micros,
    /// Where it ends.
    pub to: Micros,
}

/// All that is drawn in a window of the diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// One for each participant, by [`NodeId`].
    pub lanes: Vec<Lane>,
    /// The events, in order.
    pub events: Vec<EventMark>,
    /// The messages that fly at some instant of the window, in order of sending.
    pub arrows: Vec<ArrowMark>,
    /// The roles that servers play.
    pub strips: Vec<StripMark>,
    /// The operations of clients.
    pub bars: Vec<BarMark>,
    /// Where participants are down.
    pub downs: Vec<DownMark>,
    /// Partitions and cuts.
    pub cuts: Vec<CutMark>,
    /// Everything else that lasts for some time: pauses, clogged links, Byzantine servers.
    pub spells: Vec<SpellMark>,
    /// The words that arrows share.
    pub labels: Vec<String>,
}

/// A participant's lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Who.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// Whether it serves or asks.
    pub kind: NodeKind,
}

/// What kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A participant starts for the first time.
    Start,
    /// A participant starts again.
    Restart,
    /// A participant crashes.
    Crash,
    /// A message arrives.
    Deliver,
    /// A timer fires.
    Timer,
    /// A client is asked for an operation.
    Invoke,
    /// A local event is caused.
    Local,
    /// A participant leaves for good.
    Leave,
    /// A Byzantine server says something unasked.
    Lie,
}

/// An event on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventMark {
    /// Its place in the run, from 0.
    pub index: usize,
    /// Where.
    pub node: NodeId,
    /// When.
    pub at: Micros,
    /// What.
    pub kind: EventKind,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is under way at the end of the run.
    Flying,
    /// It is parked at a partition at the end of the run.
    Parked,
    /// It has arrived and waits until its receiver is free.
    Waiting,
    /// It was handled by this event.
    Delivered(usize),
    /// It was lost.
    Lost(Loss),
}

impl Fate {
    /// Whether the message reached its receiver, which was up: it was handled, waits, or found no place to wait.
    pub fn arrived(self) -> bool {
        matches!(self, Fate::Delivered(_) | Fate::Waiting | Fate::Lost(Loss::InboxFull | Loss::InCrash))
    }
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Loss {
    /// The link loses messages at random.
    Chance,
    /// A partition or cut: the id of the intervention.
    Cut(u32),
    /// Someone dropped it: the id of the intervention.
    Dropped(u32),
    /// The receiver was down.
    ReceiverDown,
    /// A fault loses messages at random: the id of the intervention.
    Lossy(u32),
    /// Too many waited before the link.
    LinkFull,
    /// Too many waited at the receiver.
    InboxFull,
    /// It waited at its receiver, which crashed.
    InCrash,
}

/// A message on the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrowMark {
    /// Its place among the messages of the run, from 0.
    pub index: usize,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrives, was lost, or would arrive.
    pub end: Micros,
    /// Until when it waited at its receiver, which was busy or paused; `end` if it did not wait.
    pub handled: Micros,
    /// The event that sent it.
    pub sent_by: usize,
    /// What became of it.
    pub fate: Fate,
    /// What kind of message it is.
    pub flavour: Flavour,
    /// Whether a fault made it, as a copy of another.
    pub copy: bool,
    /// Its words: an index into [`Marks::labels`].
    pub label: usize,
}

/// A role that a server plays for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripMark {
    /// Where.
    pub node: NodeId,
    /// From when.
    pub from: Micros,
    /// Until when; the end of the run if it still plays it.
    pub to: Micros,
    /// Which.
    pub role: Role,
}

/// A client's operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarMark {
    /// The client.
    pub node: NodeId,
    /// The event by which it was asked.
    pub event: usize,
    /// When it was asked.
    pub from: Micros,
    /// When it had its answer, if it had one.
    pub to: Option<Micros>,
    /// What was asked: `put x 3`.
    pub op: String,
    /// What it was told.
    pub ret: Option<String>,
}

/// A participant that is down, or takes no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownMark {
    /// Who.
    pub node: NodeId,
    /// From when.
    pub from: Micros,
    /// Until when, if it starts again.
    pub to: Option<Micros>,
    /// Why.
    pub why: Absence,
    /// The intervention that crashed it, or let it leave or join; 0 if there is none.
    pub by: u32,
}

/// Why a participant does nothing for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Absence {
    /// It crashed.
    Crashed,
    /// It left.
    Left,
    /// It has not joined yet.
    NotYet,
}

/// A partition or a cut link, from its start until it heals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutMark {
    /// The intervention.
    pub id: u32,
    /// From when.
    pub from: Micros,
    /// Until when, if it heals.
    pub to: Option<Micros>,
    /// What is apart.
    pub what: CutKind,
    /// Whether messages across are held rather than lost.
    pub held: bool,
}

/// Something other than a partition or cut that lasts: what it is done to, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpellMark {
    /// The intervention.
    pub id: u32,
    /// From when.
    pub from: Micros,
    /// Until when, if it ends.
    pub to: Option<Micros>,
    /// What it is.
    pub kind: SpellKind,
    /// The participants that it is done to.
    pub nodes: NodeSet,
    /// The directed links that it is done to.
    pub links: Vec<(NodeId, NodeId)>,
    /// What it is in words: `n2 pauses`.
    pub words: String,
}

/// What lasts, other than a partition or cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpellKind {
    /// A participant does nothing.
    Pause,
    /// Nothing moves unless it is told to.
    Hold,
    /// A clock was set forward, or runs fast or slow.
    Clock,
    /// A server is Byzantine.
    Byzantine,
    /// Messages fly longer.
    Slow,
    /// Messages are lost at random.
    Lossy,
    /// Messages come twice.
    Copying,
    /// Only so many messages pass.
    Clog,
    /// Messages come out of order.
    Reorder,
}

/// What a cut keeps apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CutKind {
    /// A complete partition into groups. Whoever is in no group is with the first.
    Partition(Vec<NodeSet>),
    /// One direction of one link.
    OneWay(NodeId, NodeId),
}

/// What an event could know of and what it can influence, as lengths of lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cone {
    /// The event.
    pub event: usize,
    /// By lane: the last event of it that this event could know of.
    pub past: Vec<Option<Reach>>,
    /// By lane: the first event of it that this event could influence.
    pub future: Vec<Option<Reach>>,
    /// The messages inside the past.
    pub past_arrows: Vec<usize>,
    /// The messages inside the future.
    pub future_arrows: Vec<usize>,
}

/// How far a cone reaches on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The event at its edge.
    pub event: usize,
    /// When.
    pub at: Micros,
}

/// The cluster at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// When.
    pub at: Micros,
    /// Everyone, by [`NodeId`].
    pub nodes: Vec<StageNode>,
    /// The messages under way.
    pub flights: Vec<Flight>,
    /// The partitions and cuts in force.
    pub cuts: Vec<CutMark>,
    /// What else lasts just now.
    pub spells: Vec<SpellMark>,
    /// Who can reach whom both ways, directly: one for each side of the partitions in force (one side if there is none).
    pub sides: Vec<Side>,
    /// The directed links that let nothing through.
    pub broken: Vec<(NodeId, NodeId)>,
}

/// A participant at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageNode {
    /// Who.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// Whether it serves or asks.
    pub kind: NodeKind,
    /// Whether it is up.
    pub up: bool,
    /// Whether it takes part: not before it joins, nor after it left.
    pub there: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether it is Byzantine.
    pub liar: bool,
    /// Its role.
    pub role: Role,
    /// The line under its name: `term 2`.
    pub badge: String,
    /// Its armed timers.
    pub timers: Vec<TimerMark>,
    /// What it shows of its log or other short sequence, last entries last.
    pub log: Vec<lightcone_core::view::LogCell>,
    /// A client's operation under way.
    pub asking: Option<String>,
}

/// An armed timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerMark {
    /// Its name.
    pub label: String,
    /// When it was armed.
    pub armed: Micros,
    /// When it fires.
    pub fires: Micros,
}

/// A message under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its place among the messages of the run.
    pub index: usize,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrives, or would.
    pub end: Micros,
    /// Its words.
    pub label: String,
    /// What kind of message it is.
    pub flavour: Flavour,
    /// Whether it is parked at a partition.
    pub parked: bool,
    /// Whether and why it is about to be lost.
    pub loss: Option<Loss>,
}

/// One side of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Who is on it.
    pub members: NodeSet,
    /// What its servers can do, in the protocol's own words.
    pub ability: Option<Ability>,
}

/// Why an event happened, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The event.
    pub event: EventMark,
    /// Its causal name.
    pub name: u64,
    /// What happened, in a sentence.
    pub headline: String,
    /// The rules that it followed and the guards that failed, in order. The headline's rule is the last that fired.
    pub notes: Vec<Note>,
    /// What led to it, earliest first; the event itself is the last.
    pub chain: Vec<ChainLink>,
    /// The message that was handled, if one was.
    pub message: Option<MessageSeen>,
    /// What it sent, armed, wrote or completed, in words.
    pub effects: Vec<String>,
    /// The participant's state, field by field.
    pub fields: Vec<FieldDiff>,
    /// The cluster after the event, in one table.
    pub table: Option<Table>,
}

/// A message with its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageSeen {
    /// Its place among the messages of the run.
    pub index: usize,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrived, was lost, or would arrive.
    pub end: Micros,
    /// What became of it.
    pub fate: Fate,
    /// How it is addressed in a scenario: `RequestVote term 2 from n1 to n3`.
    pub selector: String,
    /// Its causal name.
    pub name: u64,
    /// Its fields.
    pub view: MessageView,
}

/// How one event led to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainKind {
    /// The later event could know of it.
    Knew,
    /// Nothing came, and this is why.
    NothingCame,
}

/// One link of a causal chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// The event, if it is one.
    pub event: Option<usize>,
    /// How it led to the next.
    pub kind: ChainKind,
    /// When.
    pub at: Micros,
    /// In words.
    pub words: String,
}

/// A field before and after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDiff {
    /// The field after the event.
    pub field: FieldView,
    /// What it held before, where that differs.
    pub before: Option<Value>,
}

/// One event as a line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventLine {
    /// Its place in the run.
    pub index: usize,
    /// When, in microseconds.
    pub at: u64,
    /// Where.
    pub node: String,
    /// What kind.
    pub kind: EventKind,
    /// Its causal name.
    pub name: String,
    /// The message that was handled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageLine>,
    /// The timer that fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<String>,
    /// The intervention that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervention: Option<u32>,
    /// The rules that it followed.
    pub rules: Vec<&'static str>,
    /// What happened, in a sentence.
    pub words: String,
}

/// A message on a line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageLine {
    /// What it is called.
    pub key: String,
    /// The sender.
    pub from: String,
    /// The receiver.
    pub to: String,
    /// When it was sent, in microseconds.
    pub sent: u64,
    /// The event that sent it.
    pub sent_by: usize,
}

/// What has been seen of the guarantees up to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// How many events were looked at.
    pub events: usize,
    /// One for each invariant.
    pub safety: Vec<SafetyVerdict>,
    /// The assumptions that were broken, with the instant: `links are no longer FIFO`.
    pub assumptions: Vec<(Micros, String)>,
    /// The operations that wait for an answer.
    pub waiting: Vec<Waiting>,
}

/// What has been seen of one invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyVerdict {
    /// Its name.
    pub name: String,
    /// What it says.
    pub words: String,
    /// Where the paper states it.
    pub place: String,
    /// The first event that broke it, and how.
    pub breach: Option<(usize, String)>,
    /// Since when it is void, because something that it rests on was broken, and what.
    pub void: Option<(Micros, String)>,
}

/// An operation that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The client.
    pub client: NodeId,
    /// What it asked.
    pub op: String,
    /// Since when.
    pub since: Micros,
    /// For how long at the instant asked about.
    pub waited: Micros,
    /// The server that was asked last, if any.
    pub on: Option<NodeId>,
    /// Whether an answer is promised in the present circumstances, and why or why not.
    pub promised: Promise,
}

/// Whether progress is promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// It is: a group that can make progress is within reach.
    Promised(String),
    /// It is not, and why.
    NotHere(String),
}

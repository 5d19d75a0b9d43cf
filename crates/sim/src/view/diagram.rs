//! What is drawn in a window of the diagram.

use lightcone_core::{Flavour, Micros, NodeId, NodeKind, NodeSet, Role, Stamp};
use serde::Serialize;

/// A stretch of virtual time, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// The timestamps that logical clocks gave to events, in the order of these.
    pub stamps: Vec<StampMark>,
    /// The cuts that the protocol has made through the run, such as those of its snapshots.
    pub slices: Vec<SliceMark>,
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

/// The timestamp of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampMark {
    /// The event, by its place in the run.
    pub event: usize,
    /// Where.
    pub node: NodeId,
    /// When.
    pub at: Micros,
    /// The timestamp.
    pub stamp: Stamp,
}

/// A cut through the run: for each server the first event after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceMark {
    /// What people call it.
    pub name: String,
    /// By server that it has come to: the first event after it, and when that is.
    pub after: Vec<(NodeId, usize, Micros)>,
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
    /// The event by which it began.
    pub event: usize,
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
    /// What it was told; none if it has no answer yet, or failed.
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

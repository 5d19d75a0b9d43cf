//! Why something happened, and what has been seen of the guarantees.

use super::{EventKind, EventMark, Fate};
use lightcone_core::{
    Cite, Micros, NodeId, Note,
    view::{FieldView, MessageView, Ring, Table, Value},
};
use serde::Serialize;

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
    /// Where the keys of a store lie after the event, if a ring places them.
    pub ring: Option<Ring>,
    /// What no server knows by itself, as the observer remembers it after the event.
    pub record: Option<Table>,
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
    /// The intervention that removed what would have come, if there is one.
    pub fault: Option<u32>,
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

/// Why a participant did not follow a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// The participant.
    pub node: NodeId,
    /// The rule.
    pub rule: Cite,
    /// The last event at which it followed the rule, if there is one.
    pub followed: Option<EventMark>,
    /// The last event since then at which a guard of the rule failed, and why; none if nothing came to the rule.
    pub failed: Option<(EventMark, String)>,
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

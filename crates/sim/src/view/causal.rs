//! Who could know of what.

use lightcone_core::{Claim, Micros, NodeId, Stamp};

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

/// A lane as one event divides it, in numbers of events: first those that the event could know of, then those that are
/// concurrent with it, then those that it can influence. On its own lane the event counts with its past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// How many lie in the past. They alone could have mattered.
    pub past: usize,
    /// How many are concurrent.
    pub concurrent: usize,
    /// How many lie in the future.
    pub future: usize,
}

/// How one event stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The other could know of it.
    Before,
    /// It could know of the other.
    After,
    /// Neither could know of the other.
    Concurrent,
    /// They are one event.
    Same,
}

/// What its timestamp tells of an event beside all others, and how these stand to it in truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Its timestamp.
    pub stamp: Stamp,
    /// How many of the others stand to it like this, in truth and by the timestamps.
    pub counts: Vec<(Relation, Claim, usize)>,
}

/// One link of a causal chain from one event to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CausalLink {
    /// The event.
    pub event: usize,
    /// How it leads to the next; nothing for the last.
    pub next: Option<Along>,
}

/// How one event of a causal chain leads to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// They are on the lane of this participant.
    Lane(NodeId),
    /// By a message: its place among the messages of the run.
    Message(usize),
}

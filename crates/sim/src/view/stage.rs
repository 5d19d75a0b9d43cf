//! The cluster at one instant.

use super::{CutMark, Loss, SpellMark};
use lightcone_core::{Ability, Flavour, Micros, NodeId, NodeKind, NodeSet, Role};

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

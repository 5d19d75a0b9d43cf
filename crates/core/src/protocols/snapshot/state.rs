//! What a process records, and what travels.

use crate::{Flavour, Key, Kind, NodeId, NodeMap, NodeSet};
use serde::{Deserialize, Serialize};

/// The name of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SnapshotId {
    /// Who started it.
    pub by: NodeId,
    /// Its number there, from 1.
    pub number: u64,
}

impl SnapshotId {
    /// What people call it: `n1 #2`.
    pub fn words(self, by: &str) -> String {
        format!("{by} #{}", self.number)
    }
}

/// What a process has recorded for a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recording {
    /// Its own state: the money that it had.
    pub money: u64,
    /// The channel from each other process.
    pub channels: NodeMap<Channel>,
}

impl Recording {
    /// The channels along which no marker has come yet.
    pub fn open(&self) -> NodeSet {
        self.channels.iter().filter(|(_, channel)| channel.open).map(|(from, _)| from).collect()
    }

    /// All the money that it speaks of.
    pub fn sum(&self) -> u64 {
        self.money + self.channels.values().map(Channel::sum).sum::<u64>()
    }
}

/// What was recorded of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Channel {
    /// Whether it is still being recorded: no marker has come along it.
    pub open: bool,
    /// What was in transit.
    pub money: Vec<Money>,
}

impl Channel {
    /// How much was in transit.
    pub fn sum(&self) -> u64 {
        self.money.iter().map(|money| money.amount).sum()
    }
}

/// A payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// How much.
    pub amount: u64,
    /// Which payment of its sender it is, from 1, for the observer.
    pub number: u64,
}

/// What processes send each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// A message of the computation.
    Money(Money),
    /// The sender has recorded its state.
    Marker(SnapshotId),
}

static MONEY: Kind = Kind::new("Money", Flavour::Carry, &[]);
static MARKER: Kind = Kind::new("Marker", Flavour::Ask, &["number", "by"]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Money(_) => MONEY.key(),
            Message::Marker(id) => MARKER.key2(id.number, u64::from(id.by.0) + 1),
        }
    }
}

/// The timers of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// It pays somebody.
    Pay,
    /// It starts a snapshot.
    Snapshot,
    /// It sends the markers of a snapshot, which it should have done at once.
    Markers(SnapshotId),
}

/// What a person can make a process do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Start a snapshot.
    Snapshot,
    /// Pay 1.
    Pay(NodeId),
}

//! A register that keeps the write with the greatest timestamp (LWW-Register; RR-7506 §3.2.1, specs 8 and 9).
//!
//! Timestamps put all writes in one order, so that of any two one is the last, and everyone keeps that. Two things are
//! asked of them: that a write gets a greater one than all that its replica had seen, and that no two are equal. A count
//! that goes on from the greatest seen gives the first; the name of the replica breaks ties. Of two writes that did not
//! know of each other one is lost, and nobody is told.
//!
//! The greater timestamp wins in whatever order, and how often, writes come.

use crate::{NodeId, services::Text};
use serde::{Deserialize, Serialize};

/// A timestamp: counts first, and among equal ones the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// One more than its replica had seen.
    pub count: u64,
    /// The replica.
    pub node: NodeId,
}

/// The write with the greatest timestamp, if there was any.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lww<T = Text>(pub Option<(Stamp, T)>);

impl<T> Default for Lww<T> {
    fn default() -> Self {
        Lww(None)
    }
}

impl<T: Clone> Lww<T> {
    /// The timestamp of the next write at a replica.
    pub fn next(&self, me: NodeId) -> Stamp {
        Stamp { count: self.0.as_ref().map_or(0, |(stamp, _)| stamp.count) + 1, node: me }
    }

    /// Takes a write, unless a later one is here.
    pub fn write(&mut self, stamp: Stamp, value: &T) {
        if self.0.as_ref().is_none_or(|(known, _)| *known < stamp) {
            self.0 = Some((stamp, value.clone()));
        }
    }

    /// The later of two writes.
    pub fn merge(&mut self, other: &Lww<T>) {
        if let Some((stamp, value)) = &other.0 {
            self.write(*stamp, value);
        }
    }
}

impl Lww {
    /// The value.
    pub fn value(&self) -> Option<&str> {
        self.0.as_ref().map(|(_, value)| &**value)
    }
}

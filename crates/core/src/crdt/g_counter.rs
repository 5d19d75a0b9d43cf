//! A counter that only grows (G-Counter; RR-7506 §3.1.2, spec 6).
//!
//! One number that every replica raises would lose counts when two states meet: is 1 beside 1 the same one, or two? So each
//! replica counts its own in an entry of its own, which nobody else raises. Of two counts of one replica the greater is the
//! later, and merging takes it. The value is the sum.
//!
//! As operations (spec 5) an increment adds wherever it arrives, in any order, and once: the numbers are not told apart.

use crate::{NodeId, versions::Counts};
use serde::{Deserialize, Serialize};

/// How much each replica has counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GCounter(pub Counts);

impl GCounter {
    /// A replica counts so many more.
    pub fn add(&mut self, origin: NodeId, by: u64) {
        self.0.raise(origin, self.0.of(origin).saturating_add(by));
    }

    /// The greater count of each replica.
    pub fn merge(&mut self, other: &GCounter) {
        self.0.take(&other.0);
    }

    /// What all have counted.
    pub fn value(&self) -> u64 {
        self.0.as_slice().iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

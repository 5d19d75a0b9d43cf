//! A counter that grows and shrinks (PN-Counter; RR-7506 §3.1.3, spec 7).
//!
//! To merge by the greater count works because counts only grow; one that was lowered would come back. So what is taken
//! away is counted, too: two counters that grow, and the value is what lies between them.

use super::GCounter;
use serde::{Deserialize, Serialize};

/// What was counted up and down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PnCounter {
    /// What was added.
    pub up: GCounter,
    /// What was taken away.
    pub down: GCounter,
}

impl PnCounter {
    /// Both counters, merged.
    pub fn merge(&mut self, other: &PnCounter) {
        self.up.merge(&other.up);
        self.down.merge(&other.down);
    }

    /// What was added without what was taken away.
    pub fn value(&self) -> i128 {
        i128::from(self.up.value()) - i128::from(self.down.value())
    }
}

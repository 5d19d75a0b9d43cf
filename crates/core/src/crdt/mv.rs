//! A register that keeps all writes of which none had seen another (MV-Register; RR-7506 §3.2.2, spec 10).
//!
//! Nothing is lost without being told: a write replaces what its replica had, and writes that did not know of each other
//! stand side by side until somebody writes again. It is no set: what was replaced does not count, even if an equal value
//! is there.
//!
//! The versions are those of `crates/core/src/versions.rs`, each with a dot and what it had seen; the paper has plain
//! vectors, and one entry more for each write. Whether a version had seen another one can be told in any order, so that
//! operations may come as they like.

use crate::{
    NodeId,
    services::Text,
    versions::{Siblings, Version},
};
use serde::{Deserialize, Serialize};

/// The values that stand side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MvRegister(pub Siblings<Text>);

impl MvRegister {
    /// The version of the next write at a replica, which has seen all that is there.
    pub fn next(&self, me: NodeId) -> Version {
        Version::dotted(self.0.next_dot(me), self.0.context())
    }

    /// Takes a write, in place of those that it had seen.
    pub fn write(&mut self, version: &Version, value: &Text) {
        self.0.put(version.clone(), value.clone());
    }

    /// Of both, what the other had not seen.
    pub fn merge(&mut self, other: &MvRegister) {
        self.0.sync(&other.0);
    }

    /// The values, in order; several writes of one value count once each.
    pub fn values(&self) -> Vec<Text> {
        let mut values: Vec<Text> = self.0.iter().map(|(_, value)| value.clone()).collect();
        crate::order::sort(&mut values);
        values
    }
}

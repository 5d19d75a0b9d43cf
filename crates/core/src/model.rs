//! Anything that moves by choices: a cluster, a hash ring, a history drawn by hand.

use std::{fmt::Debug, hash::Hash};

/// A state machine with choices. A cluster is one; things that are not nodes with messages implement it directly.
///
/// Equal states have equal hashes, and states that go on differently have, as far as 64 bits allow, different ones.
pub trait Model: Clone + Hash {
    /// One way to go on.
    type Choice: Clone + Debug;

    /// Every way to go on from here; none at the end.
    fn choices(&self) -> Vec<Self::Choice>;
    /// Goes on.
    fn apply(&mut self, choice: &Self::Choice);
    /// A number that this state shares with those that a search may take for one with it, because they go on alike; none
    /// to take each for itself.
    fn class(&self) -> Option<u64> {
        None
    }
    /// Hashes of the parts that this state consists of, for a search that looks first at states with parts that never met
    /// before; empty if every state is worth a look.
    fn parts(&self) -> Vec<u64> {
        Vec::new()
    }
    /// What is broken in this state, if anything is.
    fn violation(&self) -> Option<String>;
    /// A choice that can be made here, in words.
    fn label(&self, choice: &Self::Choice) -> String;
}

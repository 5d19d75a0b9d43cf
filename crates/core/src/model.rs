//! Anything that moves by choices: a cluster, a hash ring, a history drawn by hand.

use crate::Value;

/// A state machine with choices. A cluster is one; things that are not nodes with messages implement it directly.
pub trait Model: Value {
    /// One way to go on.
    type Choice: Value;

    /// Every way to go on from here; none at the end.
    fn choices(&self) -> Vec<Self::Choice>;
    /// Goes on.
    fn apply(&mut self, choice: &Self::Choice);
    /// What is broken in this state, if anything is.
    fn violation(&self) -> Option<String>;
    /// A choice in words.
    fn label(choice: &Self::Choice) -> String;
}

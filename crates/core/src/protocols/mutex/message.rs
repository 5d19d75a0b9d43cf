//! What processes ask for, tell each other and wait for.

use crate::{Flavour, Kind, NodeId};
use serde::{Deserialize, Serialize};

/// A request, in the order of which the lock is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Request {
    /// The clock of the event that made it.
    pub timestamp: u64,
    /// Whose it is.
    pub process: NodeId,
}

/// What a process tells another, with its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// What it says.
    pub what: Says,
    /// The clock of the event that sent it.
    pub timestamp: u64,
}

/// The kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Says {
    /// The sender wants the lock.
    Request,
    /// The sender knows of the receiver's request.
    Acknowledge,
    /// The sender no longer holds the lock.
    Release,
}

/// The timers of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// It wants the lock.
    Wish,
    /// It has held the lock for long enough.
    Release,
}

/// What a person can make a process do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// An event that has nothing to do with the lock, but moves the clock on.
    Local,
    /// Ask for the lock.
    Ask,
}

static REQUEST: Kind = Kind::new("Request", Flavour::Ask, &[]);
static ACKNOWLEDGE: Kind = Kind::new("Acknowledge", Flavour::Grant, &[]);
static RELEASE: Kind = Kind::new("Release", Flavour::Carry, &[]);

impl Says {
    pub(super) fn kind(self) -> &'static Kind {
        match self {
            Says::Request => &REQUEST,
            Says::Acknowledge => &ACKNOWLEDGE,
            Says::Release => &RELEASE,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Says::Request => "request",
            Says::Acknowledge => "acknowledgement",
            Says::Release => "release",
        }
    }
}

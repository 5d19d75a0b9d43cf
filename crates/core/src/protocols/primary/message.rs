//! What servers send each other.

use super::View;
use crate::{Flavour, Key, Kind, Log, replicated::Command};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A message between replicas, or between a replica and the view service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// A replica is there.
    Ping {
        /// The number of its view.
        view: u64,
        /// Whether it is primary of that view, and all its backups have its state.
        confirmed: bool,
    },
    /// The view service tells the view.
    View(View),
    /// The primary gives a backup all that it has.
    State {
        /// The view.
        view: View,
        /// The log.
        log: Log<Command>,
    },
    /// The primary sends operations.
    Update {
        /// The number of its view.
        view: u64,
        /// How many operations come before these.
        after: u64,
        /// The operations.
        entries: Rc<[Command]>,
    },
    /// A backup says how many operations it has; none of the view if it lacks the state.
    Ack {
        /// The number of its view.
        view: u64,
        /// How many.
        has: Option<u64>,
    },
    /// The receiver's view is over.
    Refused {
        /// The number of the sender's view.
        view: u64,
    },
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to show that it is there. Replicas have it.
    Ping,
    /// Time to look who was heard. The view service has it.
    Check,
}

static PING: Kind = Kind::new("Ping", Flavour::Periodic, &["view"]);
static VIEW: Kind = Kind::new("View", Flavour::Carry, &["view"]);
static STATE: Kind = Kind::new("State", Flavour::Carry, &["view"]);
// How many operations there are is not in their keys: one more would rename all that follow.
static UPDATE: Kind = Kind::new("Update", Flavour::Carry, &["view"]);
static ACK: Kind = Kind::new("Ack", Flavour::Grant, &["view"]);
static REFUSED: Kind = Kind::new("Refused", Flavour::Refuse, &["view"]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Ping { view, .. } => PING.key1(*view),
            Message::View(view) => VIEW.key1(view.number),
            Message::State { view, .. } => STATE.key1(view.number),
            Message::Update { view, .. } => UPDATE.key1(*view),
            Message::Ack { view, .. } => ACK.key1(*view),
            Message::Refused { view } => REFUSED.key1(*view),
        }
    }
}

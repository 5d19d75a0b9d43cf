//! What replicas send each other (§4, §5.2).

use super::state::{Memory, Vote};
use crate::{Flavour, Key, Kind, Log, replicated::Command};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A message between replicas.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// The primary asks the backups to take an operation into their logs.
    Prepare {
        /// The view.
        view: u64,
        /// The operation's number.
        op_number: u64,
        /// The operation.
        command: Command,
        /// How many operations are committed.
        commit_number: u64,
    },
    /// A backup has it, and all before.
    PrepareOk {
        /// The view.
        view: u64,
        /// The number of the latest operation in its log.
        op_number: u64,
    },
    /// The primary says how far operations are committed, and that it is there.
    Commit {
        /// The view.
        view: u64,
        /// How many operations are committed.
        commit_number: u64,
    },
    /// A replica wants a new view.
    StartViewChange {
        /// Which one.
        view: u64,
    },
    /// A replica gives its part to the primary of the new view.
    DoViewChange {
        /// Which one.
        view: u64,
        /// What it brings.
        vote: Vote,
    },
    /// The new primary begins the view.
    StartView {
        /// Which one.
        view: u64,
        /// Its log.
        log: Log<Command>,
        /// How many operations are committed.
        commit_number: u64,
    },
    /// A replica that was started again asks for what it lost.
    Recovery {
        /// What tells this start from all others of the replica.
        nonce: u64,
        /// The view in which it took part. An addition.
        view: u64,
    },
    /// The answer.
    RecoveryResponse {
        /// The nonce asked with.
        nonce: u64,
        /// What the replica remembers.
        memory: Memory,
    },
    /// A replica lacks operations.
    GetState {
        /// The view that it has heard of.
        view: u64,
        /// It has all operations up to this one.
        op_number: u64,
    },
    /// The answer.
    NewState {
        /// The view.
        view: u64,
        /// The number of the operation before these.
        after: u64,
        /// The operations that follow it.
        entries: Rc<[Command]>,
        /// How many operations are committed.
        commit_number: u64,
    },
}

/// The timers of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// The primary was not heard of for too long, or a view change takes too long.
    ViewChange,
    /// Time for a primary to show that it is there.
    Commit,
    /// Time to ask again for what was lost.
    Recovery,
}

static PREPARE: Kind = Kind::new("Prepare", Flavour::Carry, &["view", "op"]);
static PREPARE_OK: Kind = Kind::new("PrepareOk", Flavour::Grant, &["view", "op"]);
static COMMIT: Kind = Kind::new("Commit", Flavour::Periodic, &["view"]);
static START_VIEW_CHANGE: Kind = Kind::new("StartViewChange", Flavour::Ask, &["view"]);
static DO_VIEW_CHANGE: Kind = Kind::new("DoViewChange", Flavour::Grant, &["view"]);
static START_VIEW: Kind = Kind::new("StartView", Flavour::Carry, &["view"]);
static RECOVERY: Kind = Kind::new("Recovery", Flavour::Ask, &["nonce"]);
static RESPONSE: Kind = Kind::new("RecoveryResponse", Flavour::Grant, &["nonce"]);
static GET_STATE: Kind = Kind::new("GetState", Flavour::Ask, &["view"]);
static NEW_STATE: Kind = Kind::new("NewState", Flavour::Carry, &["view"]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Prepare { view, op_number, .. } => PREPARE.key2(*view, *op_number),
            Message::PrepareOk { view, op_number } => PREPARE_OK.key2(*view, *op_number),
            Message::Commit { view, .. } => COMMIT.key1(*view),
            Message::StartViewChange { view } => START_VIEW_CHANGE.key1(*view),
            Message::DoViewChange { view, .. } => DO_VIEW_CHANGE.key1(*view),
            Message::StartView { view, .. } => START_VIEW.key1(*view),
            Message::Recovery { nonce, .. } => RECOVERY.key1(*nonce),
            Message::RecoveryResponse { nonce, .. } => RESPONSE.key1(*nonce),
            Message::GetState { view, .. } => GET_STATE.key1(*view),
            Message::NewState { view, .. } => NEW_STATE.key1(*view),
        }
    }
}

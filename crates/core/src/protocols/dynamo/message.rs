//! What servers send each other.

use super::{Request, Write};
use crate::{
    Flavour, Key, Kind, NodeId, NodeSet, OpId,
    services::Text,
    versions::{Counts, Siblings},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A message between servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// A client's request goes to a replica, which is to coordinate it.
    Forward {
        /// The request.
        request: Request,
        /// Who has handed it on, and cannot coordinate it.
        passed: NodeSet,
    },
    /// Versions of a key, to be kept.
    Store {
        /// The key.
        key: Text,
        /// All that the sender holds of it.
        held: Siblings<Write>,
        /// Why they are sent.
        why: Why,
    },
    /// They are on the sender's disk.
    Stored {
        /// The key.
        key: Text,
        /// Why they were sent.
        why: Why,
        /// What they had seen.
        seen: Counts,
    },
    /// A coordinator asks for what is held of a key.
    Read {
        /// For whose operation.
        id: OpId,
        /// The key.
        key: Text,
    },
    /// What is held.
    Found {
        /// For whose operation.
        id: OpId,
        /// The versions.
        held: Siblings<Write>,
    },
    /// Hashes of a tree over the keys that both servers are to hold.
    Tree {
        /// How far below the root.
        level: u8,
        /// The place in that level, and the hash, of each.
        hashes: Vec<(u8, u64)>,
    },
    /// The receiver's tree was as this.
    Agree {
        /// The root of the sender's tree.
        root: u64,
    },
    /// All keys in which the trees may differ.
    Keys {
        /// The leaves of the tree, a bit for each.
        leaves: u16,
        /// What the sender holds of the keys there.
        held: Vec<(Text, Siblings<Write>)>,
        /// Whether the receiver is to do the same.
        back: bool,
    },
}

/// Why versions are sent to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Why {
    /// A client writes.
    Write(OpId),
    /// A client writes, and this server does not answer: the receiver is to keep them for it.
    Hint(OpId, NodeId),
    /// The sender kept them for the receiver.
    Handoff,
    /// The receiver answered a read with less.
    Repair,
}

/// The timers of a server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// An operation has waited long enough for replicas.
    Late(OpId),
    /// Time to hand over what is held for others.
    Handoff,
    /// Time to compare trees.
    Compare,
}

// By hand, since people address timers by these words.
impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Timer::Late(OpId { client, serial }) => write!(f, "Late {}.{serial}", client.0),
            Timer::Handoff => f.write_str("Handoff"),
            Timer::Compare => f.write_str("Compare"),
        }
    }
}

static FORWARD: Kind = Kind::new("Forward", Flavour::Carry, &["serial"]);
static WRITE: Kind = Kind::new("Write", Flavour::Carry, &["serial"]);
static HINT: Kind = Kind::new("Hint", Flavour::Carry, &["serial"]);
static HANDOFF: Kind = Kind::new("Handoff", Flavour::Carry, &[]);
static REPAIR: Kind = Kind::new("Repair", Flavour::Carry, &[]);
static STORED: Kind = Kind::new("Stored", Flavour::Grant, &[]);
static READ: Kind = Kind::new("Read", Flavour::Ask, &["serial"]);
static FOUND: Kind = Kind::new("Found", Flavour::Grant, &["serial"]);
static TREE: Kind = Kind::new("Tree", Flavour::Periodic, &["level"]);
static AGREE: Kind = Kind::new("Agree", Flavour::Grant, &[]);
static KEYS: Kind = Kind::new("Keys", Flavour::Carry, &[]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Forward { request, .. } => FORWARD.key1(request.id.serial),
            Message::Store { why: Why::Write(id), .. } => WRITE.key1(id.serial),
            Message::Store { why: Why::Hint(id, _), .. } => HINT.key1(id.serial),
            Message::Store { why: Why::Handoff, .. } => HANDOFF.key(),
            Message::Store { why: Why::Repair, .. } => REPAIR.key(),
            Message::Stored { .. } => STORED.key(),
            Message::Read { id, .. } => READ.key1(id.serial),
            Message::Found { id, .. } => FOUND.key1(id.serial),
            Message::Tree { level, .. } => TREE.key1(u64::from(*level)),
            Message::Agree { .. } => AGREE.key(),
            Message::Keys { .. } => KEYS.key(),
        }
    }
}

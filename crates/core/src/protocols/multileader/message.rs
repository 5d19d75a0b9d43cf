//! What leaders send each other.

use super::Entry;
use crate::{Flavour, Key, Kind, versions::Counts};
use serde::{Deserialize, Serialize};

/// A message between leaders.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// A write, sent as soon as the sender has applied it.
    Write(Entry),
    /// All of the sender's log that the receiver is not known to have.
    Again(Vec<Entry>),
    /// The sender has applied, and has on its disk, so many writes of each leader.
    Has(Counts),
}

// The number of a write is not in its key: one more would rename all later ones of its leader.
static WRITE: Kind = Kind::new("Write", Flavour::Carry, &["origin"]);
static AGAIN: Kind = Kind::new("Again", Flavour::Carry, &[]);
static HAS: Kind = Kind::new("Has", Flavour::Grant, &[]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Write(entry) => WRITE.key1(u64::from(entry.dot.node.0) + 1),
            Message::Again(_) => AGAIN.key(),
            Message::Has(_) => HAS.key(),
        }
    }

    /// The same with other values: what was never written is said to be.
    pub(super) fn lie(&self) -> Option<Message> {
        let forged = |entry: &Entry| {
            let mut entry = entry.clone();
            entry.write.value = entry.write.value.map(|_| "forged".into());
            entry
        };
        match self {
            Message::Write(entry) => Some(Message::Write(forged(entry))),
            Message::Again(entries) => Some(Message::Again(entries.iter().map(forged).collect())),
            Message::Has(_) => None,
        }
    }
}

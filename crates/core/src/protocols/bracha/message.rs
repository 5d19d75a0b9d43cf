//! What servers say to each other: the paper's initial, echo and ready.

use crate::{Flavour, Key, Kind, NodeId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What can be broadcast. Two values are enough to disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// `a`.
    A,
    /// `b`.
    B,
}

impl Word {
    /// Both.
    pub const ALL: [Word; 2] = [Word::A, Word::B];

    /// The one that this is not.
    pub const fn other(self) -> Word {
        match self {
            Word::A => Word::B,
            Word::B => Word::A,
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Word::A => "a",
            Word::B => "b",
        })
    }
}

/// One broadcast: whose, and its number there, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BroadcastId {
    /// Who broadcasts.
    pub origin: NodeId,
    /// The origin's own count of its broadcasts.
    pub number: u64,
}

/// What servers send each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    /// `(initial, v)`: I broadcast `word`. Whose broadcast it is, the link says: nobody can begin one in another's
    /// name.
    Initial {
        /// The sender's count of its broadcasts.
        number: u64,
        /// What it broadcasts.
        word: Word,
    },
    /// `(echo, v)`: this is what the origin told me.
    Echo {
        /// Which broadcast.
        id: BroadcastId,
        /// What was told.
        word: Word,
    },
    /// `(ready, v)`: enough servers vouch for this, and I will see it delivered.
    Ready {
        /// Which broadcast.
        id: BroadcastId,
        /// What is to be delivered.
        word: Word,
    },
}

// An initial asks everybody to vouch for it, an echo does so, and readies are what deliveries are made of.
static INITIAL: Kind = Kind::new("Initial", Flavour::Ask, &["number"]);
static ECHO: Kind = Kind::new("Echo", Flavour::Grant, &["origin", "number"]);
static READY: Kind = Kind::new("Ready", Flavour::Carry, &["origin", "number"]);

impl Message {
    /// The message for another word: what a liar says instead.
    pub fn with(self, word: Word) -> Message {
        match self {
            Message::Initial { number, .. } => Message::Initial { number, word },
            Message::Echo { id, .. } => Message::Echo { id, word },
            Message::Ready { id, .. } => Message::Ready { id, word },
        }
    }

    /// The word that it is about.
    pub fn word(self) -> Word {
        match self {
            Message::Initial { word, .. } | Message::Echo { word, .. } | Message::Ready { word, .. } => word,
        }
    }

    /// What it is called. The word is not part of it: a server says one word in this place, and one that lies says
    /// another one there. Servers are counted from 1, as their names are.
    pub(super) fn key(self) -> Key {
        let origin = |id: BroadcastId| u64::from(id.origin.0) + 1;
        match self {
            Message::Initial { number, .. } => INITIAL.key1(number),
            Message::Echo { id, .. } => ECHO.key2(origin(id), id.number),
            Message::Ready { id, .. } => READY.key2(origin(id), id.number),
        }
    }
}

//! What the origin and the servers send each other.

use super::{Held, place::Seat};
use crate::{Flavour, Key, Kind, services::Text};
use serde::{Deserialize, Serialize};

/// A message between a server and the origin, or between servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// A server asks the origin for the value of a key.
    Fetch {
        /// The key.
        key: Text,
    },
    /// The origin's value of a key.
    Fill {
        /// The key.
        key: Text,
        /// The value, with its version.
        held: Held,
        /// How long the origin's log was: the value stood at that moment.
        as_of: u64,
    },
    /// Entries of the origin's log.
    News {
        /// The life of the server for which they are.
        life: u64,
        /// They come after so many others.
        after: u64,
        /// What happened.
        entries: Vec<News>,
    },
    /// A server has followed the log so far.
    Seen {
        /// In this life of the server.
        life: u64,
        /// So many entries.
        seen: u64,
    },
    /// A server has started again and knows nothing, or hears that it was taken off the ring and is there.
    Hello {
        /// The server's life.
        life: u64,
    },
    /// Where the log is, and who is on the ring.
    Welcome {
        /// The life of the server that asked.
        life: u64,
        /// The length of the log.
        seen: u64,
        /// The entry that made the ring.
        number: u64,
        /// The ring.
        seats: Vec<Seat>,
    },
    /// Copies that are the receiver's to hold now.
    Handover {
        /// How far the sender had followed the log: nothing that it had seen replaced these.
        as_of: u64,
        /// The copies.
        copies: Vec<(Text, Held)>,
    },
    /// The receiver of a hand-over has these, or later ones.
    Taken {
        /// The keys, and the versions that were sent.
        keys: Vec<(Text, u64)>,
    },
}

/// An entry of the log, as servers hear of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum News {
    /// A key was written: what anybody has of it is old.
    Written(Text),
    /// The ring has changed.
    Ring(Vec<Seat>),
    /// Something that is not for this server. Only a mistake of the origin sends it.
    Nothing,
}

static FETCH: Kind = Kind::new("Fetch", Flavour::Ask, &[]);
static FILL: Kind = Kind::new("Fill", Flavour::Carry, &[]);
// How many writes there were is not in their keys: one more would rename all that follow.
static NEWS: Kind = Kind::new("News", Flavour::Carry, &[]);
static SEEN: Kind = Kind::new("Seen", Flavour::Grant, &[]);
static HELLO: Kind = Kind::new("Hello", Flavour::Ask, &["life"]);
static WELCOME: Kind = Kind::new("Welcome", Flavour::Grant, &["life"]);
static HANDOVER: Kind = Kind::new("Handover", Flavour::Carry, &[]);
static TAKEN: Kind = Kind::new("Taken", Flavour::Grant, &[]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Fetch { .. } => FETCH.key(),
            Message::Fill { .. } => FILL.key(),
            Message::News { .. } => NEWS.key(),
            Message::Seen { .. } => SEEN.key(),
            Message::Hello { life } => HELLO.key1(*life),
            Message::Welcome { life, .. } => WELCOME.key1(*life),
            Message::Handover { .. } => HANDOVER.key(),
            Message::Taken { .. } => TAKEN.key(),
        }
    }
}

//! What travels, and what waits.

use crate::{Flavour, Key, Kind, NodeId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Word {
    /// Nothing in particular.
    News,
    /// It asks for an answer.
    Question,
    /// It answers.
    Answer,
}

impl Word {
    pub(super) const ALL: [Word; 3] = [Word::News, Word::Question, Word::Answer];

    /// What a person can make a process do.
    pub(super) const fn act(self) -> &'static str {
        match self {
            Word::News => "broadcast news",
            Word::Question => "broadcast a question",
            Word::Answer => "broadcast an answer",
        }
    }

    /// The message of this number of a process, in words.
    pub(super) fn of(self, origin: &str, number: u64) -> String {
        format!("{self} {number} of {origin}")
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Word::News => "news",
            Word::Question => "question",
            Word::Answer => "answer",
        })
    }
}

/// Which message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId {
    /// Who broadcast it.
    pub origin: NodeId,
    /// Its number there, from 1.
    pub number: u64,
}

/// A message that was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivered {
    /// Which one.
    pub id: MessageId,
    /// What it says.
    pub word: Word,
}

/// A message that waits for its turn, in the order of the turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Queued {
    /// The clock of the event that broadcast it.
    pub clock: u64,
    /// Which one.
    pub id: MessageId,
    /// What it says.
    pub word: Word,
}

/// Something that arrived, and whom it is from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Held {
    /// Who sent it.
    pub from: NodeId,
    /// What it is.
    pub message: Message,
}

impl Held {
    /// What it is, in words.
    pub(super) fn words(&self, from: &str) -> String {
        match &self.message.what {
            What::Broadcast { number, word, .. } => word.of(from, *number),
            What::Acknowledgement => format!("an acknowledgement of {from}"),
        }
    }
}

/// What a process sends to all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Its number among all that its sender sent to all, from 1.
    pub packet: u64,
    /// Under total order, the clock of the event that sent it.
    pub clock: u64,
    /// What it is.
    pub what: What,
}

/// The kinds of messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum What {
    /// Something to be delivered.
    Broadcast {
        /// Its number among the broadcasts of its sender, from 1.
        number: u64,
        /// What it says.
        word: Word,
        /// Under causal order, how many messages of each process its sender had delivered, itself included.
        counts: Vec<u64>,
    },
    /// Under total order: the sender has got something, and tells its clock.
    Acknowledgement,
}

static NEWS: Kind = Kind::new("News", Flavour::Carry, &[]);
static QUESTION: Kind = Kind::new("Question", Flavour::Carry, &[]);
static ANSWER: Kind = Kind::new("Answer", Flavour::Carry, &[]);
static ACKNOWLEDGE: Kind = Kind::new("Acknowledge", Flavour::Grant, &[]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self.what {
            What::Broadcast { word: Word::News, .. } => NEWS.key(),
            What::Broadcast { word: Word::Question, .. } => QUESTION.key(),
            What::Broadcast { word: Word::Answer, .. } => ANSWER.key(),
            What::Acknowledgement => ACKNOWLEDGE.key(),
        }
    }
}

/// The timer of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to broadcast something.
    Broadcast,
}

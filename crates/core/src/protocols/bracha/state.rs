//! What a server knows of one broadcast.

use super::{BroadcastId, Word};
use crate::{NodeId, NodeSet};
use serde::{Deserialize, Serialize};

/// One broadcast, as one server sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Instance {
    /// The word that the server echoed.
    pub echoed: Option<Word>,
    /// The word that the server is ready for.
    pub readied: Option<Word>,
    /// The word that the server delivered.
    pub delivered: Option<Word>,
    /// Whose echoes it has, its own included.
    pub echoes: Tally,
    /// Whose readies it has, its own included.
    pub readies: Tally,
}

/// Who said which word. Each server counts once for a word, however often it says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tally {
    a: NodeSet,
    b: NodeSet,
}

impl Tally {
    /// Who said `word`.
    pub const fn of(&self, word: Word) -> NodeSet {
        match word {
            Word::A => self.a,
            Word::B => self.b,
        }
    }

    /// How many said `word`.
    pub const fn count(&self, word: Word) -> u64 {
        self.of(word).len() as u64
    }

    /// `node` said `word`; true if it had not said so before.
    pub fn add(&mut self, word: Word, node: NodeId) -> bool {
        match word {
            Word::A => self.a.insert(node),
            Word::B => self.b.insert(node),
        }
    }
}

/// A broadcast that a server delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivered {
    /// Which broadcast.
    pub id: BroadcastId,
    /// What was delivered.
    pub word: Word,
}

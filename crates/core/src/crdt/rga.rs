//! A text as a replicated growable array (RGA; Roh, Jeon, Kim, Lee 2011 §4; RR-7506 §3.5, spec 19).
//!
//! Places are no names: where two write into one text, the third letter of one is the fifth of the other. So every letter
//! has a name, and is put to the right of the letter that its writer saw to its left. If several were put there by people
//! who did not know of each other, the name decides: the greater one stands further left. Names are counts that go on from
//! the greatest seen, so that a letter's name is greater than its left neighbour's; who walks to the right past all greater
//! names therefore passes whole runs of letters, and never stops within one.
//!
//! A letter that is taken away leaves a tombstone, since others may yet put something to its right.
//!
//! As operations, letters have to come after the one that they are put beside, and the taking away of a letter after it;
//! what comes again finds its work done. What is promised is one order of all letters, in which everyone's insertions stand
//! where they put them; not that the words of two writers are never mixed.

use crate::{NodeId, versions::Dot};
use serde::{Deserialize, Serialize};

/// A letter, seen or gone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Letter {
    /// Its name.
    pub id: Dot,
    /// The letter that its writer saw to its left, if it was not the first.
    pub after: Option<Dot>,
    /// What it is.
    pub letter: char,
    /// Whether it was taken away.
    pub gone: bool,
}

/// The letters from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rga(pub Vec<Letter>);

/// By what names are ordered: by count, and among equal ones by replica.
fn rank(id: Dot) -> (u64, NodeId) {
    (id.count, id.node)
}

impl Rga {
    /// The name of the next letter that is written at a replica.
    pub fn fresh(&self, me: NodeId) -> Dot {
        Dot { node: me, count: self.0.iter().map(|letter| letter.id.count).max().unwrap_or(0) + 1 }
    }

    fn seen(&self) -> impl Iterator<Item = &Letter> {
        self.0.iter().filter(|letter| !letter.gone)
    }

    /// The letter at a place, from 1.
    pub fn at(&self, place: u64) -> Option<Dot> {
        (1..).zip(self.seen()).find(|(nth, _)| *nth == place).map(|(_, letter)| letter.id)
    }

    /// The letter to the left of a place; the last one if the place is behind the end.
    pub fn before(&self, place: u64) -> Option<Dot> {
        (1..place).zip(self.seen()).last().map(|(_, letter)| letter.id)
    }

    /// Where a letter stands.
    pub fn place(&self, id: Dot) -> Option<usize> {
        self.0.iter().position(|letter| letter.id == id)
    }

    /// Puts a letter where it belongs, unless it is there. If its neighbour is not, it goes to the front.
    fn put(&mut self, new: Letter) {
        if self.place(new.id).is_some() {
            return;
        }
        let left = new.after.and_then(|after| self.place(after)).map_or(0, |place| place + 1);
        let passed = self.0[left..].iter().take_while(|other| rank(other.id) > rank(new.id)).count();
        self.0.insert(left + passed, new);
    }

    /// Puts letters to the right of one, or at the front. `first` is the name of the first; the others count on.
    pub fn insert(&mut self, after: Option<Dot>, first: Dot, letters: &str) {
        let (mut after, mut id) = (after, first);
        for letter in letters.chars() {
            self.put(Letter { id, after, letter, gone: false });
            (after, id) = (Some(id), Dot { count: id.count + 1, ..id });
        }
    }

    /// Takes a letter away, if it is there.
    pub fn delete(&mut self, id: Dot) {
        if let Some(place) = self.place(id) {
            self.0[place].gone = true;
        }
    }

    /// All letters of both; one that is gone in either is gone.
    pub fn merge(&mut self, other: &Rga) {
        for letter in &other.0 {
            // From left to right, so that the neighbour is here before.
            self.put(letter.clone());
            if letter.gone {
                self.delete(letter.id);
            }
        }
    }

    /// The letters that are not gone.
    pub fn text(&self) -> String {
        self.seen().map(|letter| letter.letter).collect()
    }
}

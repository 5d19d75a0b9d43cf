//! A set from which whoever removes an element removes what it has observed (OR-Set; RR-7506 §3.3.5, spec 15).
//!
//! Somebody adds an element while another one removes it. Which of the two holds? Here every addition gets a tag of its own,
//! and to remove an element is to remove the tags of it that are there. A tag that the remover could not know stays: of an
//! addition and a removal that did not know of each other, the addition wins.
//!
//! As operations a removal names the tags. It has to come after the additions that it names, or it finds nothing; and an
//! addition that comes again after it would bring its tag back.
//!
//! The state-based form is the one without tombstones (Bieniusa et al. 2012): a tag is a dot, and a count for each replica
//! tells which dots were ever seen. Where two states meet, a tag that only one has is new if the other has never seen its
//! dot, and was removed if it has.

use crate::{
    NodeId,
    services::Text,
    versions::{Counts, Dot},
};
use serde::{Deserialize, Serialize};

/// The elements under their tags.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrSet<T = Text> {
    /// The tags that are in, in order, each with its element.
    pub tagged: Vec<(Dot, T)>,
    /// How many tags of each replica were ever seen.
    pub seen: Counts,
}

impl<T> Default for OrSet<T> {
    fn default() -> Self {
        OrSet { tagged: Vec::new(), seen: Counts::default() }
    }
}

impl<T: Clone> OrSet<T> {
    /// The next tag of a replica.
    pub fn fresh(&self, me: NodeId) -> Dot {
        Dot { node: me, count: self.seen.of(me) + 1 }
    }

    fn place(&self, tag: Dot) -> Result<usize, usize> {
        self.tagged.binary_search_by(|(known, _)| known.cmp(&tag))
    }

    /// Puts an element in under a tag.
    pub fn add(&mut self, tag: Dot, element: &T) {
        self.seen.raise(tag.node, tag.count);
        if let Err(place) = self.place(tag) {
            self.tagged.insert(place, (tag, element.clone()));
        }
    }

    /// Takes tags out.
    pub fn remove(&mut self, tags: &[Dot]) {
        self.tagged.retain(|(known, _)| !tags.contains(known));
    }

    /// What both have, and what one has and the other has never seen.
    pub fn merge(&mut self, other: &OrSet<T>) {
        let seen = self.seen.clone();
        self.tagged.retain(|(tag, _)| tag.count > other.seen.of(tag.node) || other.place(*tag).is_ok());
        for (tag, element) in &other.tagged {
            if tag.count > seen.of(tag.node) {
                self.add(*tag, element);
            }
        }
        self.seen.take(&other.seen);
    }
}

impl OrSet {
    /// The tags of an element.
    pub fn tags(&self, element: &Text) -> Vec<Dot> {
        self.tagged.iter().filter(|(_, known)| known == element).map(|(tag, _)| *tag).collect()
    }

    /// The elements, in order.
    pub fn elements(&self) -> Vec<Text> {
        let mut elements: Vec<Text> = self.tagged.iter().map(|(_, element)| element.clone()).collect();
        crate::order::sort(&mut elements);
        elements.dedup();
        elements
    }
}

//! What a replica or a process can know of, as counts: version vectors, which are vector clocks by another name, and
//! dotted version vectors, which tell writes apart that version vectors with an entry for each server cannot.
//!
//! A [`Version`] names a write and what it had seen. [`Siblings`] are the versions of one object of which none had seen
//! another: a write puts one there and takes away what it had seen, and two replicas agree by putting theirs together.

use crate::NodeId;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A count for each participant: of its events, or of its writes. Participants beyond its end have none counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counts(Vec<u64>);

impl Counts {
    /// How many of a participant are counted.
    pub fn of(&self, node: NodeId) -> u64 {
        self.0.get(node.index()).copied().unwrap_or(0)
    }

    /// Counts so many of a participant, unless more are counted already.
    pub fn raise(&mut self, node: NodeId, count: u64) {
        if self.of(node) < count {
            let long = self.0.len().max(node.index() + 1);
            self.0.resize(long, 0);
            self.0[node.index()] = count;
        }
    }

    /// One more of a participant.
    pub fn tick(&mut self, node: NodeId) {
        self.raise(node, self.of(node) + 1);
    }

    /// The greater count of each participant.
    pub fn take(&mut self, other: &Counts) {
        for (node, count) in (0..).map(NodeId).zip(&other.0) {
            self.raise(node, *count);
        }
    }

    /// Whether nothing is counted more often here than there.
    pub fn is_within(&self, other: &Counts) -> bool {
        self.0.iter().zip((0..).map(NodeId)).all(|(count, node)| *count <= other.of(node))
    }

    /// The counts of the first `n` participants.
    pub fn first(&self, n: usize) -> impl Iterator<Item = u64> {
        (0..n).map(|place| self.0.get(place).copied().unwrap_or(0))
    }

    /// The counts up to the last participant that has any.
    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }

    /// The counts of so many participants as people write them: `(1,0,2)`.
    pub fn words(&self, n: usize) -> String {
        let counts: Vec<String> = self.first(n).map(|count| count.to_string()).collect();
        format!("({})", counts.join(","))
    }
}

impl FromIterator<u64> for Counts {
    fn from_iter<I: IntoIterator<Item = u64>>(counts: I) -> Self {
        let mut all = Counts::default();
        (0..).map(NodeId).zip(counts).for_each(|(node, count)| all.raise(node, count));
        all
    }
}

impl PartialOrd for Counts {
    /// Which of two happened before the other; `None` if they are concurrent.
    fn partial_cmp(&self, other: &Counts) -> Option<Ordering> {
        match (self.is_within(other), other.is_within(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Less),
            (false, true) => Some(Ordering::Greater),
            (false, false) => None,
        }
    }
}

/// One write among all: the how manyth it was at which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dot {
    /// The server.
    pub node: NodeId,
    /// Its count, from 1.
    pub count: u64,
}

/// Which write it was and what that had seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The write itself, if it stands apart. Otherwise it is counted in `past`.
    pub dot: Option<Dot>,
    /// What it had seen; without a dot, the write itself as well.
    pub past: Counts,
}

impl Version {
    /// A plain version vector, which counts the write itself.
    pub fn plain(past: Counts) -> Self {
        Version { dot: None, past }
    }

    /// A dotted version vector.
    pub fn dotted(dot: Dot, past: Counts) -> Self {
        Version { dot: Some(dot), past }
    }

    /// Whether a write of the other version had seen this one.
    pub fn is_seen_by(&self, other: &Version) -> bool {
        match (self.dot, other.dot) {
            (Some(dot), _) => dot.count <= other.past.of(dot.node),
            (None, Some(_)) => self.past.is_within(&other.past),
            (None, None) => self.past.partial_cmp(&other.past) == Some(Ordering::Less),
        }
    }

    /// The version as people write it: `(1,0)`, or `n2's 3rd after (1,0)` as `2.3 (1,0)`.
    pub fn words(&self, n: usize) -> String {
        match self.dot {
            Some(Dot { node, count }) => format!("{}.{count} {}", node.0 + 1, self.past.words(n)),
            None => self.past.words(n),
        }
    }
}

/// The versions of one object of which none had seen another, each with what was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Siblings<T>(Vec<(Version, T)>);

impl<T> Default for Siblings<T> {
    fn default() -> Self {
        Siblings(Vec::new())
    }
}

impl<T: Clone> Siblings<T> {
    /// The versions, with what was written.
    pub fn iter(&self) -> impl Iterator<Item = (&Version, &T)> {
        self.0.iter().map(|(version, written)| (version, written))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What whoever reads all of them has seen.
    pub fn context(&self) -> Counts {
        let mut all = Counts::default();
        for (version, _) in &self.0 {
            all.take(&version.past);
            if let Some(Dot { node, count }) = version.dot {
                all.raise(node, count);
            }
        }
        all
    }

    /// The dot of the next write at a server: one more than it has seen of itself.
    pub fn next_dot(&self, node: NodeId) -> Dot {
        Dot { node, count: self.context().of(node) + 1 }
    }

    /// Whether it stays out because it is there already, or somebody here had seen it.
    fn has(&self, version: &Version) -> bool {
        self.0.iter().any(|(known, _)| known == version || version.is_seen_by(known))
    }

    /// Puts a version to the others, unless one had seen it, and takes away those that it had seen. True if it is new.
    pub fn put(&mut self, version: Version, written: T) -> bool {
        if self.has(&version) {
            return false;
        }
        self.0.retain(|(known, _)| !known.is_seen_by(&version));
        let place = self.0.partition_point(|(known, _)| place(known) <= place(&version));
        self.0.insert(place, (version, written));
        true
    }

    /// Puts those of another replica to these. True if any was new.
    pub fn sync(&mut self, other: &Siblings<T>) -> bool {
        other.0.iter().fold(false, |new, (version, written)| self.put(version.clone(), written.clone()) || new)
    }
}

/// By what siblings are ordered, so that equal sets are equal values.
fn place(version: &Version) -> (Option<Dot>, &[u64]) {
    (version.dot, version.past.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[u64]) -> Counts {
        counts.iter().copied().collect()
    }

    #[test]
    fn vectors_are_less_greater_equal_or_concurrent() {
        assert_eq!(counts(&[1, 2]).partial_cmp(&counts(&[1, 3])), Some(Ordering::Less));
        assert_eq!(counts(&[2, 2]).partial_cmp(&counts(&[1, 2])), Some(Ordering::Greater));
        assert_eq!(counts(&[1, 2]).partial_cmp(&counts(&[2, 1])), None, "concurrent is an answer of its own");
        assert_eq!(counts(&[1]).partial_cmp(&counts(&[1, 0, 0])), Some(Ordering::Equal));
        assert_eq!(counts(&[1]).partial_cmp(&counts(&[1, 1])), Some(Ordering::Less));
    }

    const SERVERS: u8 = 3;

    /// What was written, and, as nobody in the store could know, all that it had truly seen.
    type Truth = (usize, Vec<usize>);

    /// Three replicas that writes and exchanges reach in an order drawn from `seed`; each write has read some replica,
    /// then or earlier.
    fn replicas(seed: u64) -> Vec<Siblings<Truth>> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut draw = |n: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 16) % n
        };
        let mut all: Vec<Siblings<Truth>> = vec![Siblings::default(); usize::from(SERVERS)];
        let mut read = vec![Siblings::default(); 2];
        for serial in 0..8 + draw(8) as usize {
            let (one, other, client) = (draw(3) as usize, draw(3) as usize, draw(2) as usize);
            match draw(3) {
                0 => {
                    let from = all[other].clone();
                    all[one].sync(&from);
                }
                1 => read[client] = all[one].clone(),
                _ => {
                    let dot = all[one].next_dot(NodeId(one as u8));
                    let seen = read[client].iter().flat_map(|(_, (id, past))| past.iter().chain([id])).copied();
                    let written = (serial, seen.collect());
                    assert!(all[one].put(Version::dotted(dot, read[client].context()), written), "a dot is new");
                }
            }
        }
        all
    }

    #[test]
    fn replicas_agree_in_whatever_order_they_meet() {
        for seed in 1..2_000 {
            let all = replicas(seed);
            let joined = |order: [usize; 3]| {
                let mut sum = all[order[0]].clone();
                sum.sync(&all[order[1]]);
                sum.sync(&all[order[2]]);
                assert!(!sum.clone().sync(&all[order[1]]), "what was taken is nothing new");
                sum
            };
            let sum = joined([0, 1, 2]);
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                assert_eq!(joined(order), sum, "seed {seed}, {order:?}");
            }
        }
    }

    #[test]
    fn a_dotted_version_has_seen_exactly_what_its_write_had_seen() {
        let (mut pairs, mut concurrent) = (0, 0);
        for seed in 1..2_000 {
            let all = replicas(seed);
            let versions = || all.iter().flat_map(Siblings::iter);
            for (one, (id, _)) in versions() {
                for (other, (_, past)) in versions() {
                    assert_eq!(one.is_seen_by(other), past.contains(id), "seed {seed}: {one:?} and {other:?}");
                    pairs += 1;
                    concurrent += usize::from(one != other && !past.contains(id));
                }
            }
        }
        assert!(pairs > 10_000 && concurrent > 1_000, "{concurrent} of {pairs} pairs are concurrent");
    }

    /// The example for which dots were made: two writes through one server, by clients that had seen the same.
    #[test]
    fn plain_vectors_take_the_second_write_through_a_server_for_one_that_has_seen_the_first() {
        let server = NodeId(0);
        let mut plain = Siblings::default();
        for written in ["first", "second"] {
            let mut vector = Counts::default();
            vector.raise(server, plain.context().of(server) + 1);
            plain.put(Version::plain(vector), written);
        }
        assert_eq!(plain.iter().map(|(_, written)| *written).collect::<Vec<_>>(), ["second"]);
        let mut dotted = Siblings::default();
        for written in ["first", "second"] {
            dotted.put(Version::dotted(dotted.next_dot(server), Counts::default()), written);
        }
        assert_eq!(dotted.iter().map(|(_, written)| *written).collect::<Vec<_>>(), ["first", "second"]);
    }
}

//! Which parts of states met before.
//!
//! What goes wrong in a cluster mostly takes few servers in some states at one time, and hardly ever what else is under way.
//! So a search that goes on only where two or three parts are together for the first time drops nearly all states and few of
//! the ways that matter.

use super::visited::{Visited, hash_of};

/// The groups of so many parts that were together in some state.
#[derive(Clone, Debug)]
pub(super) struct Meetings {
    known: Visited,
    /// How many make a group: two or three.
    size: usize,
}

impl Meetings {
    /// Groups of two or of three.
    pub fn new(three: bool) -> Self {
        Meetings { known: Visited::default(), size: if three { 3 } else { 2 } }
    }

    /// Whether some group of these parts is together for the first time, all of them where they are fewer, or where the
    /// state has no parts.
    pub fn brings_news(&mut self, parts: &[u64]) -> bool {
        if parts.len() < self.size {
            return parts.is_empty() || self.known.insert(hash_of(parts));
        }
        let mut news = false;
        for (place, a) in parts.iter().enumerate() {
            for (next, b) in parts.iter().enumerate().skip(place + 1) {
                if self.size == 2 {
                    news |= self.known.insert(hash_of(&[*a, *b]));
                    continue;
                }
                for c in &parts[next + 1..] {
                    news |= self.known.insert(hash_of(&[*a, *b, *c]));
                }
            }
        }
        news
    }

    /// So many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.known.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_brings_news_if_any_three_of_its_parts_are_new_together() {
        let mut met = Meetings::new(true);
        assert!(met.brings_news(&[1, 2, 3, 4]));
        assert!(!met.brings_news(&[1, 2, 3, 4]));
        assert!(!met.brings_news(&[1, 3, 4]), "these three were among the four");
        assert!(met.brings_news(&[1, 2, 3, 5]));
        assert!(met.brings_news(&[1, 2]) && !met.brings_news(&[1, 2]));
        assert!(met.brings_news(&[]) && met.brings_news(&[]));
        let mut pairs = Meetings::new(false);
        assert!(pairs.brings_news(&[1, 2, 3]) && pairs.brings_news(&[1, 2, 4]));
        assert!(!pairs.brings_news(&[1, 3]) && pairs.brings_news(&[3, 4]));
    }
}

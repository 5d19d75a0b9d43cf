//! Which parts of states met before.
//!
//! What goes wrong in a cluster mostly takes few servers in some states at one time, and hardly ever what else is under way.
//! So a search that goes on only where three parts are together for the first time drops nearly all states and few of the
//! ways that matter.

use super::visited::{Visited, hash_of};

/// The triples of parts that were together in some state.
#[derive(Clone, Debug)]
pub(super) struct Meetings(Visited);

impl Meetings {
    pub fn new() -> Self {
        Meetings(Visited::new())
    }

    /// Whether some three of these parts are together for the first time, all of them where they are fewer, or where the
    /// state has no parts.
    pub fn brings_news(&mut self, parts: &[u64]) -> bool {
        if parts.len() < 3 {
            return parts.is_empty() || self.0.insert(hash_of(parts));
        }
        let mut news = false;
        for (place, a) in parts.iter().enumerate() {
            for (next, b) in parts.iter().enumerate().skip(place + 1) {
                for c in &parts[next + 1..] {
                    news |= self.0.insert(hash_of(&[*a, *b, *c]));
                }
            }
        }
        news
    }

    /// So many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_brings_news_if_any_three_of_its_parts_are_new_together() {
        let mut met = Meetings::new();
        assert!(met.brings_news(&[1, 2, 3, 4]));
        assert!(!met.brings_news(&[1, 2, 3, 4]));
        assert!(!met.brings_news(&[1, 3, 4]), "these three were among the four");
        assert!(met.brings_news(&[1, 2, 3, 5]));
        assert!(met.brings_news(&[1, 2]) && !met.brings_news(&[1, 2]));
        assert!(met.brings_news(&[]) && met.brings_news(&[]));
    }
}

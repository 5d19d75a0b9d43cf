//! How disturbed the machine is: a fixed piece of work, timed before and after each sample.
//!
//! Others share this machine's cores and caches, for seconds or minutes on end. Of what several passes measured, the
//! sample counts whose yardsticks took least. They do not know what is measured, so no sample is chosen for its result.

use std::hint::black_box;

/// Entries of the table. It fills half of a core's own cache, so that a walk through it is slow when somebody else works on
/// the same core.
const ENTRIES: u32 = 1 << 16;

/// The fixed piece of work: a walk through a table that is in the cache if nobody drove it out.
pub struct Yardstick {
    table: Vec<u32>,
    place: u32,
}

impl Yardstick {
    /// With its table filled.
    pub fn new() -> Self {
        // A full cycle through all entries, by jumps that no prefetcher follows.
        let next = |entry: u32| entry.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % ENTRIES;
        Yardstick { table: (0..ENTRIES).map(next).collect(), place: 0 }
    }

    /// Walks by every entry once. The first walk after other work only brings the table back.
    pub fn walk(&mut self) {
        self.place = (0..ENTRIES).fold(self.place, |place, _| black_box(&self.table)[place as usize]);
    }
}

impl Default for Yardstick {
    fn default() -> Self {
        Yardstick::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_walk_comes_by_every_entry() {
        let Yardstick { table, mut place } = Yardstick::new();
        let mut step = || {
            place = table[place as usize];
            place
        };
        let seen: BTreeSet<u32> = table.iter().map(|_| step()).collect();
        assert_eq!(seen.len(), table.len());
    }
}

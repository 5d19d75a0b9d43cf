//! Going to a point of a run: the cluster after an event.

use crate::{
    Workload,
    engine::{self, Raft5, Watch},
};
use std::hint::black_box;

/// Points in a run.
pub struct Seek {
    run: Raft5,
    events: usize,
}

impl Seek {
    /// A run of so many events.
    pub fn new(events: usize) -> Self {
        let mut run = engine::endless(Watch::On);
        engine::advance_to(&mut run, events);
        Seek { run, events }
    }

    /// Points all over the run, in no order: steps by the golden section never come close to one another.
    fn point(&self, nth: u32) -> usize {
        const GOLDEN: u64 = 0x9E37_79B9;
        let share = u64::from(nth + 1) * GOLDEN % (1 << 32);
        usize::try_from((share * self.events as u64) >> 32).unwrap_or(0)
    }
}

impl Workload for Seek {
    fn sample(&mut self, nth: u32) -> u32 {
        black_box(self.run.at(self.point(nth)));
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_spread_over_the_run() {
        let seek = Seek { run: engine::endless(Watch::On), events: 100_000 };
        let mut points: Vec<usize> = (0..64).map(|nth| seek.point(nth)).collect();
        points.sort_unstable();
        assert!(points[0] < 3_000 && points[63] > 97_000, "{points:?}");
        assert!(points.windows(2).all(|pair| pair[1] - pair[0] < 4_000), "{points:?}");
    }
}

//! Integers: windows, stretches of time, percentiles and shares.

use lightcone_core::Micros;
use serde::Serialize;

/// Many numbers in five: how many they are, percentiles by nearest rank, and the greatest; zeros if there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// Half of them are at most this.
    pub p50: u64,
    /// 90 per cent of them are at most this.
    pub p90: u64,
    /// 99 per cent of them are at most this.
    pub p99: u64,
    /// The greatest.
    pub max: u64,
}

impl Spread {
    /// The spread of some numbers.
    pub fn of(numbers: impl IntoIterator<Item = u64>) -> Self {
        let mut sorted: Vec<u64> = numbers.into_iter().collect();
        lightcone_core::order::sort(&mut sorted);
        let Some(max) = sorted.last().copied() else { return Spread::default() };
        // The least number that so many per cent do not exceed.
        let rank = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100) - 1];
        Spread { count: sorted.len() as u64, p50: rank(50), p90: rank(90), p99: rank(99), max }
    }
}

/// A share in per mille, rounded down; of nothing it is nothing.
pub(super) fn per_mille(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    u64::try_from(u128::from(part) * 1_000 / u128::from(whole)).expect("a part is not much more than the whole")
}

/// A window, both ends included.
#[derive(Clone, Copy)]
pub(super) struct Within {
    pub from: u64,
    pub to: u64,
}

/// A stretch of time from an instant to a later one.
pub(super) type Stretch = (u64, u64);

impl Within {
    pub fn contains(self, at: Micros) -> bool {
        self.from <= at.0 && at.0 <= self.to
    }

    pub fn length(self) -> u64 {
        self.to - self.from
    }

    /// The part of a list in order of time that lies within.
    pub fn of<T>(self, all: &[T], at: impl Fn(&T) -> Micros) -> &[T] {
        let first = all.partition_point(|one| at(one).0 < self.from);
        let beyond = all.partition_point(|one| at(one).0 <= self.to);
        &all[first..beyond.max(first)]
    }

    /// The stretches within, those that overlap or touch as one, in order.
    pub fn union(self, stretches: impl IntoIterator<Item = Stretch>) -> Vec<Stretch> {
        let inside = |(from, to): Stretch| (from.max(self.from), to.min(self.to));
        let mut sorted: Vec<Stretch> = stretches.into_iter().map(inside).filter(|(from, to)| from < to).collect();
        lightcone_core::order::sort(&mut sorted);
        let mut union: Vec<Stretch> = Vec::new();
        for (from, to) in sorted {
            match union.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => union.push((from, to)),
            }
        }
        union
    }
}

/// How long stretches are together.
pub(super) fn together(stretches: &[Stretch]) -> u64 {
    stretches.iter().map(|(from, to)| to - from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        assert_eq!(Spread::of([]), Spread::default());
        assert_eq!(Spread::of([7]), Spread { count: 1, p50: 7, p90: 7, p99: 7, max: 7 });
        // The example that textbooks give: 15, 20, 35, 40, 50 have the median 35.
        let spread = Spread::of([50, 15, 40, 20, 35]);
        assert_eq!(spread, Spread { count: 5, p50: 35, p90: 50, p99: 50, max: 50 });
        let spread = Spread::of(1..=200);
        assert_eq!(spread, Spread { count: 200, p50: 100, p90: 180, p99: 198, max: 200 });
    }

    #[test]
    fn stretches_are_cut_to_the_window_and_joined() {
        let within = Within { from: 10, to: 100 };
        let union = within.union([(50, 60), (0, 20), (20, 30), (55, 70), (90, 200), (200, 300), (5, 10)]);
        assert_eq!(union, [(10, 30), (50, 70), (90, 100)]);
        assert_eq!(together(&union), 50);
        assert_eq!((per_mille(together(&union), within.length()), per_mille(1, 0)), (555, 0));
    }
}

//! Many numbers in a few.

use lightcone_core::order;

/// What many runs came to, by nearest rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many runs there are.
    pub runs: u64,
    /// How many of them have no number.
    pub none: u64,
    /// The numbers that 0, 25, 50, 75, 95 and 100 per cent of them do not exceed: of all runs if those without a number come
    /// after all others, and else of those that have one. None where that is no number.
    pub ranks: [Option<u64>; 6],
}

impl Summary {
    /// What these runs came to, each a number or nothing: what is more than any number if it is `never`.
    pub fn of(runs: &[Option<u64>], never: bool) -> Self {
        let mut sorted: Vec<u64> = runs.iter().flatten().copied().collect();
        order::sort(&mut sorted);
        let ranked = if never { runs.len() } else { sorted.len() };
        let rank = |percent: usize| sorted.get((ranked * percent).div_ceil(100).max(1) - 1).copied();
        let ranks = [0, 25, 50, 75, 95, 100].map(rank);
        Summary { runs: runs.len() as u64, none: (runs.len() - sorted.len()) as u64, ranks }
    }

    /// The quarter, the half and three quarters of them, if all are numbers.
    pub fn quartiles(&self) -> Option<[u64; 3]> {
        let [_, first, median, third, ..] = self.ranks;
        Some([first?, median?, third?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest_and_what_has_no_number_is_counted_apart() {
        let summary = Summary::of(&[Some(50), None, Some(15), Some(40), Some(20), Some(35)], false);
        assert_eq!(summary, Summary { runs: 6, none: 1, ranks: [15, 20, 35, 40, 50, 50].map(Some) });
        for never in [false, true] {
            assert_eq!(Summary::of(&[None, None], never), Summary { runs: 2, none: 2, ranks: [None; 6] });
            let all: Vec<Option<u64>> = (1..=200).map(Some).collect();
            assert_eq!(Summary::of(&all, never).ranks, [1, 50, 100, 150, 190, 200].map(Some));
        }
    }

    #[test]
    fn who_never_gets_there_makes_no_median_smaller() {
        let summary = Summary::of(&[Some(10), None, Some(20), None, None], true);
        assert_eq!(summary, Summary { runs: 5, none: 3, ranks: [Some(10), Some(20), None, None, None, None] });
    }
}

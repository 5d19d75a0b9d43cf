//! Many numbers in a few.

use lightcone_core::order;

/// What many runs came to, by nearest rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many runs there are.
    pub runs: u64,
    /// How many of them have no number.
    pub none: u64,
    /// The numbers that 0, 25, 50, 75, 95 and 100 per cent of the others do not exceed; nothing if there are none.
    pub ranks: Option<[u64; 6]>,
}

impl Summary {
    /// What these runs came to, each a number or nothing.
    pub fn of(runs: &[Option<u64>]) -> Self {
        let mut sorted: Vec<u64> = runs.iter().flatten().copied().collect();
        order::sort(&mut sorted);
        let rank = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1];
        let ranks = (!sorted.is_empty()).then(|| [0, 25, 50, 75, 95, 100].map(rank));
        Summary { runs: runs.len() as u64, none: (runs.len() - sorted.len()) as u64, ranks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest_and_what_has_no_number_is_counted_apart() {
        let summary = Summary::of(&[Some(50), None, Some(15), Some(40), Some(20), Some(35)]);
        assert_eq!(summary, Summary { runs: 6, none: 1, ranks: Some([15, 20, 35, 40, 50, 50]) });
        assert_eq!(Summary::of(&[None, None]), Summary { runs: 2, none: 2, ranks: None });
        let all: Vec<Option<u64>> = (1..=200).map(Some).collect();
        assert_eq!(Summary::of(&all).ranks, Some([1, 50, 100, 150, 190, 200]));
    }
}

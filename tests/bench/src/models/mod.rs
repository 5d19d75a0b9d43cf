//! Models that are searched: the same ones are handed to other searchers, whose states they are as well.

pub mod paxos;
pub mod two_phase;

use crate::Workload;
use lightcone_check::explore::{Exploration, Limits, Outcome};
use lightcone_core::Model;

/// A model, searched to the end again and again.
pub struct Searched<M> {
    start: M,
    states: u64,
}

impl<M: Model> Searched<M> {
    /// A search from this state, which sees so many.
    pub fn new(start: M, states: u64) -> Self {
        Searched { start, states }
    }
}

impl<M: Model> Workload for Searched<M> {
    fn sample(&mut self, _nth: u32) -> u32 {
        let mut search = Exploration::new(vec![self.start.clone()], Limits::default());
        search.finish();
        assert!(matches!(search.outcome(), Some(Outcome::Exhausted)));
        assert_eq!(search.seen().distinct, self.states, "all states are seen");
        u32::try_from(self.states).expect("there are fewer than four billion states")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_the_states_that_are_written_down() {
        for (managers, states) in [(3, 288), (5, 8_832), (7, 296_448)] {
            assert_eq!(Searched::new(two_phase::TwoPhase::new(managers), states).sample(0), states as u32);
        }
        for (clients, states) in paxos::STATES {
            assert_eq!(Searched::new(paxos::Paxos::new(clients), states).sample(0), states as u32);
        }
    }
}

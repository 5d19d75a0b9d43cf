//! Walks at random: where even scouts see too little, because very much can happen and much of it must.

use super::{Counterexample, visited::hash_of};
use lightcone_core::Model;

/// Walks at random from a state, for as long as anyone lets them: in one piece, or in slices. The same numbers always give
/// the same walks.
pub struct Wander<M: Model> {
    start: M,
    /// How many walks are still to be gone, and which is next.
    walks: u64,
    walk: u64,
    /// The longest walk that is of interest: one step shorter than what was found.
    steps: usize,
    found: Option<Counterexample<M::Choice>>,
    states: u64,
}

impl<M: Model> Wander<M> {
    /// So many walks, of so many steps each.
    pub fn new(start: M, walks: u64, steps: usize) -> Self {
        Wander { start, walks, walk: 0, steps, found: None, states: 0 }
    }

    /// Walks until about so many states were passed. True while there is more to do.
    pub fn advance(&mut self, states: usize) -> bool {
        let end = self.states + states as u64;
        while self.walk < self.walks && self.states < end {
            self.go();
            self.walk += 1;
        }
        self.walk < self.walks
    }

    /// How many states were passed.
    pub fn states(&self) -> u64 {
        self.states
    }

    /// The shortest way on which something broke, if any did.
    pub fn found(&self) -> Option<&Counterexample<M::Choice>> {
        self.found.as_ref()
    }

    fn go(&mut self) {
        let (mut state, mut choices) = (self.start.clone(), Vec::new());
        while choices.len() < self.steps {
            let mut all = state.choices();
            if all.is_empty() {
                return;
            }
            let drawn = hash_of(&(self.walk, choices.len() as u64)) % all.len() as u64;
            let choice = all.swap_remove(usize::try_from(drawn).expect("it is below a length"));
            state.apply(&choice);
            choices.push(choice);
            self.states += 1;
            if let Some(words) = state.violation() {
                self.steps = choices.len() - 1;
                self.found = Some(Counterexample { start: 0, choices, words });
                return;
            }
        }
    }
}

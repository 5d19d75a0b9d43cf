//! Walks at random: where even scouts see too little, because very much can happen and much of it must.

use super::{Counterexample, visited::hash_of};
use lightcone_core::Model;

/// What came of walks at random.
pub struct Wandered<C> {
    /// A way to a violation, if one was met.
    pub found: Option<Counterexample<C>>,
    /// How many states were passed.
    pub states: u64,
}

/// Walks so many times from a state, so many steps each, and brings back the shortest way on which something broke. The
/// same numbers always give the same walks.
pub fn wander<M: Model>(start: &M, walks: u64, steps: usize) -> Wandered<M::Choice> {
    let (mut steps, mut wandered) = (steps, Wandered { found: None, states: 0 });
    for walk in 0..walks {
        let (mut state, mut choices) = (start.clone(), Vec::new());
        while choices.len() < steps {
            let mut all = state.choices();
            if all.is_empty() {
                break;
            }
            let drawn = hash_of(&(walk, choices.len() as u64)) % all.len() as u64;
            let choice = all.swap_remove(usize::try_from(drawn).expect("it is below a length"));
            state.apply(&choice);
            choices.push(choice);
            wandered.states += 1;
            if let Some(words) = state.violation() {
                steps = choices.len() - 1;
                wandered.found = Some(Counterexample { start: 0, choices, words });
                break;
            }
        }
    }
    wandered
}

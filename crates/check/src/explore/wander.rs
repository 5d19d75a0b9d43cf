//! Walks at random: where even scouts see too little, because very much can happen and much of it must.

use super::{
    Counterexample, Seen,
    visited::{Visited, hash_of},
};
use lightcone_core::Model;

/// Walks at random from a state, for as long as anyone lets them: in one piece, or in slices. The same numbers always give
/// the same walks.
pub struct Wander<M: Model> {
    start: M,
    /// How many walks are still to be gone, and which is next.
    walks: u64,
    walk: u64,
    /// So many turns each of them takes.
    turns: u64,
    /// The longest walk that is of interest: one step shorter than what was found.
    steps: usize,
    found: Option<Counterexample<M::Choice>>,
    /// Where anyone was.
    states: Visited,
    seen: Seen,
}

impl<M: Model> Wander<M> {
    /// So many walks, of so many turns each: those that lead back are no steps.
    pub fn new(start: M, walks: u64, steps: usize) -> Self {
        let (states, seen) = (Visited::default(), Seen::default());
        let mut wander = Wander { start, walks, walk: 0, turns: steps as u64, steps, found: None, states, seen };
        wander.pass(hash_of(&wander.start), 0);
        wander
    }

    /// Walks until about so many states were passed. True while there is more to do.
    pub fn advance(&mut self, states: usize) -> bool {
        let end = self.seen.generated + states as u64;
        while self.walk < self.walks && self.seen.generated < end {
            self.go();
            self.walk += 1;
        }
        self.walk < self.walks
    }

    /// How many states differ among those that were passed, how many were passed, and how many steps the longest way has.
    pub fn seen(&self) -> Seen {
        self.seen
    }

    fn pass(&mut self, state: u64, steps: usize) {
        self.seen.distinct += u64::from(self.states.insert(state));
        self.seen.generated += 1;
        self.seen.depth = self.seen.depth.max(u32::try_from(steps).unwrap_or(u32::MAX));
    }

    /// The shortest way on which something broke, if any did.
    pub fn found(&self) -> Option<&Counterexample<M::Choice>> {
        self.found.as_ref()
    }

    fn go(&mut self) {
        let (mut state, mut choices) = (self.start.clone(), Vec::new());
        let mut passed = vec![hash_of(&state)];
        for turn in 0..self.turns {
            let mut all = state.choices();
            if all.is_empty() || choices.len() == self.steps {
                return;
            }
            let drawn = hash_of(&(self.walk, turn)) % all.len() as u64;
            let choice = all.swap_remove(usize::try_from(drawn).expect("it is below a length"));
            state.apply(&choice);
            choices.push(choice);
            let hash = hash_of(&state);
            self.pass(hash, choices.len());
            if let Some(words) = state.violation() {
                self.steps = choices.len() - 1;
                self.found = Some(Counterexample { start: 0, choices, words });
                return;
            }
            // Who comes back to where he was has gone nowhere, and a choice that makes no difference is no step.
            passed.push(hash);
            let first = passed.iter().position(|other| *other == hash).expect("it is there");
            choices.truncate(first);
            passed.truncate(first + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up and down from 0, or nowhere; 3 is too high.
    #[derive(Clone, Hash)]
    struct Height(i32);

    impl Model for Height {
        type Choice = i32;

        fn choices(&self) -> Vec<i32> {
            vec![-1, 0, 1]
        }

        fn apply(&mut self, by: &i32) {
            self.0 += by;
        }

        fn violation(&self) -> Option<String> {
            (self.0 == 3).then(|| "too high".into())
        }

        fn label(&self, by: &i32) -> String {
            by.to_string()
        }
    }

    #[test]
    fn what_leads_nowhere_is_no_step_of_the_way() {
        for walk in 0..50 {
            let mut wander = Wander::new(Height(0), 1, 200);
            wander.walk = walk;
            wander.walks = walk + 1;
            while wander.advance(1) {}
            if let Some(found) = wander.found() {
                assert_eq!(found.choices, [1, 1, 1]);
            }
        }
        let mut wander = Wander::new(Height(0), 50, 200);
        while wander.advance(1) {}
        assert!(wander.found().is_some());
        // Up to the one that is too high, and down again as far as 200 turns lead.
        let Seen { distinct, generated, .. } = wander.seen();
        assert!((4..=204).contains(&distinct) && generated > distinct, "{distinct} of {generated}");
    }
}

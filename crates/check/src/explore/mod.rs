//! Exhaustive search: every state of a [`Model`] that its choices lead to, breadth first, so that what is found first is
//! shortest.
//!
//! States are counted as TLC counts them: `distinct` ones; `generated` ones, which are the initial states and every
//! result of every choice; and the `depth`, which is the number of levels, that of the initial states included.
//!
//! A state that was seen is remembered as a hash of 64 bits. That two of them fall together is possible and unlikely: with
//! ten million states about once in 370,000 searches. How a state was reached is remembered as its parent and a choice, and
//! told by going that way again.
//!
//! Two-phase commit, action by action as in the specification TwoPhase of the TLA+ examples:
//!
//! ```
//! use lightcone_check::explore::{Exploration, Limits, Outcome};
//! use lightcone_core::Model;
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
//! enum Rm { Working, Prepared, Committed, Aborted }
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
//! enum Tm { Init, Committed, Aborted }
//!
//! #[derive(Clone, Debug, PartialEq, Eq, Hash)]
//! struct TwoPhase {
//!     rms: Vec<Rm>,
//!     tm: Tm,
//!     tm_prepared: Vec<bool>,
//!     sent_prepared: Vec<bool>,
//!     sent_commit: bool,
//!     sent_abort: bool,
//! }
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
//! enum Action {
//!     TmCommit, TmAbort, TmRcvPrepared(usize),
//!     RmPrepare(usize), RmChooseToAbort(usize), RmRcvCommit(usize), RmRcvAbort(usize),
//! }
//! use Action::*;
//!
//! impl Model for TwoPhase {
//!     type Choice = Action;
//!
//!     fn choices(&self) -> Vec<Action> {
//!         let mut all = Vec::new();
//!         if self.tm == Tm::Init && self.tm_prepared.iter().all(|prepared| *prepared) {
//!             all.push(TmCommit);
//!         }
//!         if self.tm == Tm::Init {
//!             all.push(TmAbort);
//!         }
//!         for rm in 0..self.rms.len() {
//!             let working = self.rms[rm] == Rm::Working;
//!             let can = [
//!                 (TmRcvPrepared(rm), self.tm == Tm::Init && self.sent_prepared[rm]),
//!                 (RmPrepare(rm), working),
//!                 (RmChooseToAbort(rm), working),
//!                 (RmRcvCommit(rm), self.sent_commit),
//!                 (RmRcvAbort(rm), self.sent_abort),
//!             ];
//!             all.extend(can.into_iter().filter(|(_, can)| *can).map(|(action, _)| action));
//!         }
//!         all
//!     }
//!
//!     fn apply(&mut self, action: &Action) {
//!         match *action {
//!             TmCommit => (self.tm, self.sent_commit) = (Tm::Committed, true),
//!             TmAbort => (self.tm, self.sent_abort) = (Tm::Aborted, true),
//!             TmRcvPrepared(rm) => self.tm_prepared[rm] = true,
//!             RmPrepare(rm) => (self.rms[rm], self.sent_prepared[rm]) = (Rm::Prepared, true),
//!             RmChooseToAbort(rm) | RmRcvAbort(rm) => self.rms[rm] = Rm::Aborted,
//!             RmRcvCommit(rm) => self.rms[rm] = Rm::Committed,
//!         }
//!     }
//!
//!     fn violation(&self) -> Option<String> {
//!         let has = |state| self.rms.contains(&state);
//!         (has(Rm::Committed) && has(Rm::Aborted)).then(|| "one manager commits and another aborts".into())
//!     }
//!
//!     fn label(&self, action: &Action) -> String {
//!         format!("{action:?}")
//!     }
//! }
//!
//! let start = TwoPhase {
//!     rms: vec![Rm::Working; 3],
//!     tm: Tm::Init,
//!     tm_prepared: vec![false; 3],
//!     sent_prepared: vec![false; 3],
//!     sent_commit: false,
//!     sent_abort: false,
//! };
//! let mut search = Exploration::new(vec![start], Limits::default());
//! search.finish();
//! assert_eq!(search.outcome(), Some(&Outcome::Exhausted));
//! // TLC reports the same numbers.
//! let seen = search.seen();
//! assert_eq!((seen.distinct, seen.generated, seen.depth), (288, 1146, 11));
//! ```

pub mod cluster;
#[cfg(not(target_arch = "wasm32"))]
mod cores;
mod meetings;
mod visited;
mod wander;

#[cfg(not(target_arch = "wasm32"))]
pub use cores::on_cores;
use lightcone_core::Model;
use meetings::Meetings;
use visited::Visited;
pub use visited::hash_of;
pub use wander::Wander;

/// After so many states memory is looked at.
const LOOK: usize = 256;

/// How far a search goes at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// So many distinct states.
    pub states: u64,
    /// So many levels, that of the initial states included.
    pub depth: u32,
    /// So many bytes of memory.
    pub bytes: u64,
    /// How many bytes the program uses. Where nobody can tell, and this says 0, what is remembered of states counts, without
    /// what they hold on the heap.
    pub used: fn() -> u64,
}

impl Default for Limits {
    /// As far as numbers go.
    fn default() -> Self {
        Limits { states: u64::from(u32::MAX), depth: u32::MAX, bytes: u64::MAX, used: || 0 }
    }
}

/// What was seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many states differ.
    pub distinct: u64,
    /// How many there were with repetitions: the initial ones, and each result of a choice.
    pub generated: u64,
    /// From how many levels it went on: from all that there are, once it is exhausted.
    pub depth: u32,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<C> {
    /// Every state was seen, and none is a violation.
    Exhausted,
    /// This is a shortest way to a violation.
    Violated(Counterexample<C>),
    /// It reached a limit. What was seen is no violation.
    Stopped(Limit),
}

/// What stopped a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// There are more states.
    States,
    /// There are states beyond the last level.
    Depth,
    /// It takes too much memory.
    Bytes,
}

/// A way to a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample<C> {
    /// Which of the initial states it begins with.
    pub start: usize,
    /// What was chosen, in order.
    pub choices: Vec<C>,
    /// What is broken, in words.
    pub words: String,
}

/// A search that goes on for as long as anyone lets it: in one piece, or in slices.
pub struct Exploration<M: Model> {
    starts: Vec<M>,
    limits: Limits,
    visited: Visited,
    /// Which parts met before, if only new meetings count.
    met: Option<Meetings>,
    /// How each state was reached.
    reached: Vec<Reached>,
    /// The states of this level that are still to be gone on from, the next one last.
    level: Vec<(u32, M)>,
    /// Those of the next level, in the order in which they were reached.
    next: Vec<(u32, M)>,
    seen: Seen,
    /// How many states it went on from since memory was last looked at.
    unweighed: usize,
    outcome: Option<Outcome<M::Choice>>,
}

/// The parent and the place of the choice among those of the parent; an initial state has itself as parent.
#[derive(Clone, Copy, PartialEq)]
struct Reached {
    parent: u32,
    choice: u32,
}

impl<M: Model> Exploration<M> {
    /// A search from some initial states.
    pub fn new(starts: Vec<M>, limits: Limits) -> Self {
        Exploration::begin(starts, limits, None)
    }

    /// A search that goes on only from states in which two parts meet that never met before, or `three`. It sees few states of many,
    /// and often finds what breaks in seconds where all states would take hours; what it does not find may well be there,
    /// and what it finds may not be shortest. When it is exhausted, that says nothing.
    pub fn scout(starts: Vec<M>, limits: Limits, three: bool) -> Self {
        Exploration::begin(starts, limits, Some(Meetings::new(three)))
    }

    fn begin(starts: Vec<M>, limits: Limits, met: Option<Meetings>) -> Self {
        let mut search = Exploration {
            starts: starts.clone(),
            limits,
            visited: Visited::default(),
            met,
            reached: Vec::new(),
            level: Vec::new(),
            next: Vec::new(),
            seen: Seen::default(),
            unweighed: 0,
            outcome: None,
        };
        for (place, state) in (0..).zip(starts) {
            let id = search.id();
            search.meet(state, Reached { parent: id, choice: place });
        }
        search
    }

    /// What was seen so far.
    pub fn seen(&self) -> Seen {
        self.seen
    }

    /// How it ended, once it did.
    pub fn outcome(&self) -> Option<&Outcome<M::Choice>> {
        self.outcome.as_ref()
    }

    /// Goes on from so many states, or fewer if it ends before. True while there is more to do.
    pub fn advance(&mut self, states: usize) -> bool {
        for _ in 0..states {
            if self.outcome.is_some() {
                return false;
            }
            match self.level.pop() {
                Some((id, state)) => self.expand(id, state),
                None => self.descend(),
            }
            self.unweighed += 1;
            if self.unweighed == LOOK {
                self.weigh();
            }
        }
        self.outcome.is_none()
    }

    /// Goes on to the end.
    pub fn finish(&mut self) {
        while self.advance(1 << 16) {}
    }

    /// Ends if it takes too much memory.
    fn weigh(&mut self) {
        self.unweighed = 0;
        if self.outcome.is_none() && self.bytes() > self.limits.bytes {
            self.outcome = Some(Outcome::Stopped(Limit::Bytes));
        }
    }

    /// So many bytes are used: by the program if that is known, and at least to remember states.
    pub fn bytes(&self) -> u64 {
        (self.limits.used)().max(self.remembered())
    }

    /// So many bytes are used to remember states, without what they hold on the heap.
    fn remembered(&self) -> u64 {
        let held = (self.level.capacity() + self.next.capacity()) * size_of::<(u32, M)>();
        let met = self.met.as_ref().map_or(0, Meetings::bytes);
        (self.visited.bytes() + met + self.reached.capacity() * size_of::<Reached>() + held) as u64
    }

    /// On to the next level, if there is one.
    fn descend(&mut self) {
        if self.next.is_empty() {
            self.outcome = Some(Outcome::Exhausted);
        } else if self.seen.depth >= self.limits.depth {
            self.outcome = Some(Outcome::Stopped(Limit::Depth));
        } else {
            self.seen.depth += 1;
            std::mem::swap(&mut self.level, &mut self.next);
            self.level.reverse();
            self.weigh();
        }
    }

    fn expand(&mut self, id: u32, state: M) {
        let choices = state.choices();
        let Some((last, before)) = choices.split_last() else { return };
        for (place, choice) in (0..).zip(before) {
            let mut next = state.clone();
            next.apply(choice);
            self.meet(next, Reached { parent: id, choice: place });
        }
        let mut next = state;
        next.apply(last);
        self.meet(next, Reached { parent: id, choice: small(before.len()) });
    }

    /// A state is reached, perhaps not for the first time.
    fn meet(&mut self, state: M, reached: Reached) {
        self.seen.generated += 1;
        if self.outcome.is_some() || !self.visited.insert(state.class().unwrap_or_else(|| hash_of(&state))) {
            return;
        }
        let violation = state.violation();
        let known = self.met.as_mut().is_some_and(|met| !met.brings_news(&state.parts()));
        if known && violation.is_none() {
            return;
        }
        if self.seen.distinct >= self.limits.states {
            self.outcome = Some(Outcome::Stopped(Limit::States));
            return;
        }
        let id = self.id();
        self.reached.push(reached);
        self.seen.distinct += 1;
        if let Some(words) = violation {
            self.outcome = Some(Outcome::Violated(self.way_to(id, words)));
        }
        self.next.push((id, state));
    }

    fn id(&self) -> u32 {
        small(self.reached.len())
    }

    fn way_to(&self, id: u32, words: String) -> Counterexample<M::Choice> {
        let mut places = Vec::new();
        let mut here = id;
        let start = loop {
            let Reached { parent, choice } = self.reached[here as usize];
            if parent == here {
                break choice as usize;
            }
            places.push(choice as usize);
            here = parent;
        };
        let mut state = self.starts[start].clone();
        let follow = |place: usize| {
            let choice = state.choices().swap_remove(place);
            state.apply(&choice);
            choice
        };
        Counterexample { start, choices: places.into_iter().rev().map(follow).collect(), words }
    }
}

fn small(place: usize) -> u32 {
    u32::try_from(place).expect("there are fewer than four billion states")
}

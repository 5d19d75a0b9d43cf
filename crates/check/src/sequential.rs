//! Sequential consistency (Lamport 1979): whether some order of the operations explains every answer and keeps the order
//! in which each client did its own. Unlike linearizability it asks nothing of the time at which others act, and it has to
//! be judged for all parts of the object at once: two parts may each have an order, and both together none.
//!
//! An operation without an answer may take effect anywhere after those that its client had the answers of, or never.

use crate::{
    history::{Operation, spans, tells},
    linear::{self, Linearity},
    program::Program,
    search::{Tried, share},
    witness::needed,
};
use lightcone_core::{NodeSpec, Service};

/// A verdict on a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sequential<S: Service> {
    /// There is an order that explains every answer.
    Holds,
    /// There is none.
    Broken(Blocked<S>),
    /// The search took more than the steps that it was given.
    Undecided,
}

/// Why there is no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked<S: Service> {
    /// The longest order found.
    pub order: Vec<Operation<S>>,
    /// The operations that could come next by the order of their clients, with what each would be answered.
    pub next: Vec<(Operation<S>, S::Ret)>,
}

/// Judges a history, which is in the order of asking. The search takes at most `steps` steps.
pub fn check<S: Service>(history: &[Operation<S>], steps: u64) -> Sequential<S> {
    look(history, steps).0
}

/// Judges a history, and tells the order if there is one: by the events that asked for the operations.
pub fn look<S: Service>(history: &[Operation<S>], steps: u64) -> (Sequential<S>, Vec<u32>) {
    // What has an order in real time has one that keeps each client's, and is found sooner.
    if let (Linearity::Holds, order) = linear::look(history, steps / 2) {
        return (Sequential::Holds, order.iter().map(|placed| placed.asked).collect());
    }
    let ops: Vec<Operation<S>> = history.iter().filter(|op| tells(op)).cloned().collect();
    let mut order = Vec::new();
    let verdict = Search::new(&ops).run(steps - steps / 2, &mut order);
    (verdict, order)
}

/// Of the operations of a history without an order those whose answers no order explains together, though it would without
/// any one of them. Where `steps` are not enough there may be more of them.
pub fn witness<S: Service>(history: &[Operation<S>], steps: u64) -> Vec<Operation<S>> {
    let told = history.iter().filter(|op| tells(op)).cloned().collect();
    // Each try has its share: they are about twice as many as operations at most.
    let share = steps / (2 * history.len() as u64).max(1);
    needed(told, &mut |ops| matches!(Search::new(ops).run(share, &mut Vec::new()), Sequential::Broken(_)))
}

struct Search<'a, S: Service> {
    ops: &'a [Operation<S>],
    program: Program,
    /// How many operations of each strand were taken.
    taken: Box<[usize]>,
    /// The object after them.
    state: S,
    /// What was taken, in order, each with the object before it and the strands that are to be tried in its place.
    path: Vec<(usize, S, usize)>,
    /// How many operations with an answer are still to be taken.
    unanswered: usize,
    /// The sum of the hashes of what was taken.
    set: u128,
    tried: Tried,
}

impl<'a, S: Service> Search<'a, S> {
    fn new(ops: &'a [Operation<S>]) -> Self {
        let program = Program::new(&spans(ops));
        Search {
            ops,
            taken: vec![0; program.strands.len()].into(),
            program,
            state: S::default(),
            path: Vec::new(),
            unanswered: ops.iter().filter(|op| op.told.is_some()).count(),
            set: 0,
            tried: Tried::default(),
        }
    }

    /// Looks for an order, which is put into `order` if there is one.
    fn run(mut self, steps: u64, order: &mut Vec<u32>) -> Sequential<S> {
        let mut longest: Option<Blocked<S>> = None;
        let mut from = 0;
        for _ in 0..steps {
            if self.unanswered == 0 {
                return self.found(order);
            }
            if let Some((op, then)) = self.step(from) {
                self.take(op, then);
                from = if self.tried.is_news(self.set, &self.state) { 0 } else { self.give_back() };
                continue;
            }
            if longest.as_ref().is_none_or(|longest| self.path.len() > longest.order.len()) {
                longest = Some(self.blocked());
            }
            if self.path.is_empty() {
                return Sequential::Broken(longest.expect("it was set a moment ago, if not before"));
            }
            from = self.give_back();
        }
        if self.unanswered == 0 { self.found(order) } else { Sequential::Undecided }
    }

    fn found(&self, order: &mut Vec<u32>) -> Sequential<S> {
        order.extend(self.path.iter().map(|(op, ..)| self.ops[*op].asked.event));
        Sequential::Holds
    }

    /// An operation that can come next, of a strand from `from` on, and the strand to go on with if that leads nowhere.
    ///
    /// A read whose answer fits can always come at once, since it changes nothing: nothing else need be tried for it.
    fn step(&self, from: usize) -> Option<(usize, usize)> {
        let strands = self.program.strands.len();
        if from == 0 {
            let read = (0..strands).filter_map(|strand| self.next_of(strand));
            if let Some(op) = read.filter(|op| S::is_read(&self.ops[*op].op)).find(|op| self.fits(*op)) {
                return Some((op, strands));
            }
        }
        (from..strands).find_map(|strand| {
            let op = self.next_of(strand)?;
            self.fits(op).then_some((op, strand + 1))
        })
    }

    /// The next operation of a strand, if those before it in its client's other strands were taken.
    fn next_of(&self, strand: usize) -> Option<usize> {
        let op = *self.program.strands[strand].get(self.taken[strand])?;
        let is_taken = |before: &usize| {
            let (strand, place) = self.program.places[*before];
            place < self.taken[strand]
        };
        self.program.before[op].iter().all(is_taken).then_some(op)
    }

    fn fits(&self, op: usize) -> bool {
        self.ops[op].told.as_ref().is_none_or(|(_, told)| self.would_answer(op) == *told)
    }

    fn would_answer(&self, op: usize) -> S::Ret {
        self.state.clone().apply(&self.ops[op].op)
    }

    fn take(&mut self, op: usize, then: usize) {
        self.path.push((op, self.state.clone(), then));
        self.state.apply(&self.ops[op].op);
        self.set ^= share(op);
        self.taken[self.program.places[op].0] += 1;
        self.unanswered -= usize::from(self.ops[op].told.is_some());
    }

    /// Takes the last operation back, and returns the strand to go on with.
    fn give_back(&mut self) -> usize {
        let (op, before, then) = self.path.pop().expect("something was taken");
        self.state = before;
        self.set ^= share(op);
        self.taken[self.program.places[op].0] -= 1;
        self.unanswered += usize::from(self.ops[op].told.is_some());
        then
    }

    fn blocked(&self) -> Blocked<S> {
        let next = (0..self.program.strands.len()).filter_map(|strand| self.next_of(strand));
        let answered = next.filter(|op| self.ops[*op].told.is_some());
        Blocked {
            order: self.path.iter().map(|(op, ..)| self.ops[*op].clone()).collect(),
            next: answered.map(|op| (self.ops[op].clone(), self.would_answer(op))).collect(),
        }
    }
}

impl<S: Service> Blocked<S> {
    /// Why there is no order, in a sentence.
    pub fn words(&self, specs: &[NodeSpec]) -> String {
        let next = self.next.iter();
        let next: Vec<String> =
            next.map(|(op, ret)| format!("{} would have to be `{}`", op.words(specs), S::ret_words(ret))).collect();
        let after = match self.order.last() {
            Some(last) => format!("after {} operations, {} the last, ", self.order.len(), last.words(specs)),
            None => "at the beginning ".into(),
        };
        format!("no order that keeps each client's own explains all answers: {after}{}", next.join(" and "))
    }
}

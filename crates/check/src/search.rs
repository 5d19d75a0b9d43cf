//! The search for an order of operations: Wing and Gong's, with Lowe's memory of what was tried.
//!
//! An operation can come next if it was asked before any operation that is still to be ordered was answered. The
//! search takes such operations one after the other, goes back where an answer does not fit, and never looks twice at
//! the same set of operations with the same state of the object.

use crate::history::Operation;
use lightcone_core::Service;
use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
};
use xxhash_rust::xxh3::Xxh3Default;

/// How a search ended.
pub(crate) enum Outcome {
    /// There is an order.
    Found,
    /// There is none. The longest one that was found, and the operation whose answer it cannot explain next.
    None { order: Vec<usize>, stuck: usize },
    /// The steps ran out.
    OutOfSteps,
}

/// Looks for an order of `ops` that explains every answer. Takes what it needs off `steps`.
pub(crate) fn search<S: Service>(ops: &[Operation<S>], steps: &mut u64) -> Outcome {
    let mut search = Search::new(ops);
    let mut entry = search.marks.next[HEAD];
    let mut best: Option<(Vec<usize>, usize)> = None;
    while search.unanswered > 0 {
        assert!(entry != HEAD, "an operation that has its answer ends before the list does");
        match search.marks.what(entry) {
            Mark::Asked(op) => {
                if *steps == 0 {
                    return Outcome::OutOfSteps;
                }
                *steps -= 1;
                entry = if search.take(op) { search.marks.next[HEAD] } else { search.marks.next[entry] };
            }
            Mark::Told(op) => {
                if best.as_ref().is_none_or(|(order, _)| search.taken.len() > order.len()) {
                    best = Some((search.order(), op));
                }
                let Some(last) = search.give_back() else {
                    let (order, stuck) = best.expect("it was set a moment ago, if not before");
                    return Outcome::None { order, stuck };
                };
                entry = search.marks.next[last];
            }
        }
    }
    Outcome::Found
}

struct Search<'a, S: Service> {
    ops: &'a [Operation<S>],
    marks: Marks,
    /// The object after what was taken.
    state: S,
    /// What was taken, in order, each with the object before it.
    taken: Vec<(usize, S)>,
    /// The same as a set.
    set: Box<[u64]>,
    /// How many operations with an answer are still to be taken.
    unanswered: usize,
    tried: Tried<S>,
}

/// Sets of operations, each with a state of the object after them, by a hash of both.
type Tried<S> = BTreeMap<u64, Vec<(Box<[u64]>, S)>>;

impl<'a, S: Service> Search<'a, S> {
    fn new(ops: &'a [Operation<S>]) -> Self {
        Search {
            ops,
            marks: Marks::new(ops),
            state: S::default(),
            taken: Vec::new(),
            set: vec![0; ops.len().div_ceil(64)].into(),
            unanswered: ops.iter().filter(|op| op.told.is_some()).count(),
            tried: BTreeMap::new(),
        }
    }

    /// Takes an operation as the next one, if its answer fits and this was not tried before.
    fn take(&mut self, op: usize) -> bool {
        let mut state = self.state.clone();
        let ret = state.apply(&self.ops[op].op);
        if self.ops[op].told.as_ref().is_some_and(|(_, told)| *told != ret) {
            return false;
        }
        self.set[op / 64] ^= 1 << (op % 64);
        if !self.is_news(&state) {
            self.set[op / 64] ^= 1 << (op % 64);
            return false;
        }
        let before = std::mem::replace(&mut self.state, state);
        self.taken.push((op, before));
        self.unanswered -= usize::from(self.ops[op].told.is_some());
        self.marks.lift(op);
        true
    }

    /// Gives the last one back, and returns the mark at which it was asked.
    fn give_back(&mut self) -> Option<usize> {
        let (op, before) = self.taken.pop()?;
        self.state = before;
        self.set[op / 64] ^= 1 << (op % 64);
        self.unanswered += usize::from(self.ops[op].told.is_some());
        self.marks.put_back(op);
        Some(asked(op))
    }

    fn is_news(&mut self, state: &S) -> bool {
        let mut hasher = Xxh3Default::new();
        self.set.hash(&mut hasher);
        state.hash(&mut hasher);
        let known = self.tried.entry(hasher.finish()).or_default();
        let news = known.iter().all(|(set, known)| *set != self.set || known != state);
        if news {
            known.push((self.set.clone(), state.clone()));
        }
        news
    }

    fn order(&self) -> Vec<usize> {
        self.taken.iter().map(|(op, _)| *op).collect()
    }
}

/// The moments at which operations that are not taken were asked and told, in order: a list with links both ways.
struct Marks {
    next: Vec<usize>,
    previous: Vec<usize>,
    /// Which operations have an answer.
    answered: Vec<bool>,
}

/// What a mark stands for.
enum Mark {
    Asked(usize),
    Told(usize),
}

/// The mark before the first and after the last.
const HEAD: usize = 0;

fn asked(op: usize) -> usize {
    1 + 2 * op
}

fn told(op: usize) -> usize {
    2 + 2 * op
}

impl Marks {
    fn new<S: Service>(ops: &[Operation<S>]) -> Self {
        let mut order = Vec::new();
        for (place, op) in ops.iter().enumerate() {
            order.push((op.asked.event, false, asked(place)));
            order.extend(op.told.as_ref().map(|(moment, _)| (moment.event, true, told(place))));
        }
        lightcone_core::order::sort(&mut order);
        let count = 1 + 2 * ops.len();
        let answered = ops.iter().map(|op| op.told.is_some()).collect();
        let mut marks = Marks { next: vec![HEAD; count], previous: vec![HEAD; count], answered };
        let mut last = HEAD;
        for (_, _, mark) in order {
            (marks.next[last], marks.previous[mark]) = (mark, last);
            last = mark;
        }
        (marks.next[last], marks.previous[HEAD]) = (HEAD, last);
        marks
    }

    fn what(&self, mark: usize) -> Mark {
        if mark % 2 == 1 { Mark::Asked(mark / 2) } else { Mark::Told(mark / 2 - 1) }
    }

    fn unlink(&mut self, mark: usize) {
        let (next, previous) = (self.next[mark], self.previous[mark]);
        (self.next[previous], self.previous[next]) = (next, previous);
    }

    fn link(&mut self, mark: usize) {
        let (next, previous) = (self.next[mark], self.previous[mark]);
        (self.next[previous], self.previous[next]) = (mark, mark);
    }

    fn lift(&mut self, op: usize) {
        self.unlink(asked(op));
        if self.answered[op] {
            self.unlink(told(op));
        }
    }

    fn put_back(&mut self, op: usize) {
        if self.answered[op] {
            self.link(told(op));
        }
        self.link(asked(op));
    }
}

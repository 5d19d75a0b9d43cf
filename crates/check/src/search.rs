//! The search for an order of operations: Wing and Gong's, with Lowe's memory of what was tried.
//!
//! An operation can come next if it was asked before any operation that is still to be ordered was answered. The
//! search takes such operations one after the other, goes back where an answer does not fit, and never looks twice at
//! the same set of operations with the same state of the object.

use crate::{
    fifo::Fifo,
    history::{Operation, Span, spans},
    unseen::unseen,
};
use lightcone_core::Service;
use std::{collections::BTreeSet, hash::Hash};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

/// How a search ended.
pub(crate) enum Outcome {
    /// There is this order. What has no answer may be missing.
    Found(Vec<usize>),
    /// There is none. The longest one that was found, and the operation whose answer it cannot explain next.
    None { order: Vec<usize>, stuck: usize },
    /// The steps ran out.
    OutOfSteps,
}

/// From so many dead ends nobody goes on who knows that there is no order.
const ENDS: usize = 100;

/// Whether no order explains every answer, if that can be told in so many steps.
pub(crate) fn is_impossible<S: Service>(ops: &[Operation<S>], steps: &mut u64) -> Option<bool> {
    let fifo = Fifo::new(ops);
    if fifo.as_ref().is_some_and(|fifo| fifo.contradiction) {
        return Some(true);
    }
    match run(ops, fifo, false, steps) {
        Outcome::Found(_) => Some(false),
        Outcome::None { .. } => Some(true),
        Outcome::OutOfSteps => None,
    }
}

/// Looks for an order of `ops` that explains every answer. Takes what it needs off `steps`.
pub(crate) fn search<S: Service>(ops: &[Operation<S>], steps: &mut u64) -> Outcome {
    let fifo = Fifo::new(ops);
    let hopeless = fifo.as_ref().is_some_and(|fifo| fifo.contradiction);
    // What the other answers say leads to the one that is wrong.
    let fifo = if hopeless { Fifo::new(&without_the_last_answer(ops)) } else { fifo };
    run(ops, fifo, hopeless, steps)
}

/// The same, with what is known ahead; where it is known that there is no order, soon with the longest one so far.
fn run<S: Service>(ops: &[Operation<S>], fifo: Option<Fifo>, hopeless: bool, steps: &mut u64) -> Outcome {
    let mut search = Search::new(ops, fifo);
    let mut entry = search.take_reads();
    let mut best: Option<(Vec<usize>, usize)> = None;
    let mut ends = 0;
    let unseen = unseen(ops);
    while search.unanswered > 0 {
        assert!(entry != HEAD, "an operation that has its answer ends before the list does");
        match search.marks.what(entry) {
            // If a read fitted, it would have been taken.
            Mark::Asked(op) if S::is_read(&ops[op].op) || unseen[op] => entry = search.marks.next[entry],
            Mark::Asked(op) => {
                if *steps == 0 {
                    return Outcome::OutOfSteps;
                }
                *steps -= 1;
                entry = if search.take(op) { search.take_reads() } else { search.marks.next[entry] };
            }
            Mark::Told(op) => {
                ends += 1;
                if best.as_ref().is_none_or(|(order, _)| search.taken.len() > order.len()) && !search.explains(op) {
                    best = Some((search.order(), op));
                }
                let last = if hopeless && ends > ENDS { None } else { search.give_back() };
                let Some(last) = last else {
                    let (order, stuck) = best.unwrap_or_else(|| dead_end(ops));
                    return Outcome::None { order, stuck };
                };
                entry = search.marks.next[last];
            }
        }
    }
    Outcome::Found(search.order())
}

/// Where one comes to an end who takes what fits and never looks ahead.
fn dead_end<S: Service>(ops: &[Operation<S>]) -> (Vec<usize>, usize) {
    let mut search = Search::new(ops, None);
    let mut entry = search.take_reads();
    loop {
        match search.marks.what(entry) {
            Mark::Asked(op) if !S::is_read(&ops[op].op) && search.take(op) => entry = search.take_reads(),
            Mark::Asked(_) => entry = search.marks.next[entry],
            Mark::Told(op) => return (search.order(), op),
        }
    }
}

fn without_the_last_answer<S: Service>(ops: &[Operation<S>]) -> Vec<Operation<S>> {
    let mut ops = ops.to_vec();
    let last = ops.iter().filter_map(|op| op.told.as_ref().map(|(moment, _)| *moment)).max();
    for op in &mut ops {
        op.told.take_if(|(moment, _)| Some(*moment) == last);
    }
    ops
}

struct Search<'a, S: Service> {
    ops: &'a [Operation<S>],
    marks: Marks,
    /// The object after what was taken.
    state: S,
    /// What was taken, in order, each with the object before it.
    taken: Vec<(usize, S)>,
    /// The sum of the hashes of what was taken.
    set: u128,
    /// How many operations with an answer are still to be taken.
    unanswered: usize,
    tried: Tried,
    /// What is known ahead, if it is a queue.
    fifo: Option<Fifo>,
}

/// Where a search was before: sets of operations with the object after them, by a hash of 128 bits. That two of some million
/// fall together is less likely than a fault of the machine.
#[derive(Default)]
pub(crate) struct Tried(BTreeSet<u128>);

impl Tried {
    /// Whether a search is for the first time at a set of operations, given by its sum, with this object.
    pub fn is_news(&mut self, set: u128, state: &impl Hash) -> bool {
        let mut hasher = Xxh3Default::new();
        state.hash(&mut hasher);
        self.0.insert(set ^ hasher.digest128())
    }
}

/// What an operation adds to the sum of its set.
pub(crate) fn share(op: usize) -> u128 {
    xxh3_128(&(op as u64).to_le_bytes())
}

impl<'a, S: Service> Search<'a, S> {
    fn new(ops: &'a [Operation<S>], fifo: Option<Fifo>) -> Self {
        Search {
            ops,
            marks: Marks::new(&spans(ops)),
            state: S::default(),
            taken: Vec::new(),
            set: 0,
            unanswered: ops.iter().filter(|op| op.told.is_some()).count(),
            tried: Tried::default(),
            fifo,
        }
    }

    /// Whether the answer of an operation would fit here.
    fn explains(&self, op: usize) -> bool {
        self.fits(op, &self.state.clone().apply(&self.ops[op].op))
    }

    /// Takes an operation as the next one, if its answer fits and this was not tried before.
    fn take(&mut self, op: usize) -> bool {
        if self.fifo.as_ref().is_some_and(|fifo| !fifo.allows(op)) {
            return false;
        }
        let mut state = self.state.clone();
        let ret = state.apply(&self.ops[op].op);
        if !self.fits(op, &ret) || !self.tried.is_news(self.set ^ share(op), &state) {
            return false;
        }
        self.lift(op, state);
        true
    }

    /// Takes every read that can come next and whose answer fits: whatever order there is with it later, there is one with
    /// it here, since it changes nothing. Returns the first mark that is left.
    fn take_reads(&mut self) -> usize {
        let mut entry = self.marks.next[HEAD];
        while entry != HEAD {
            let Mark::Asked(op) = self.marks.what(entry) else { break };
            let is_read = S::is_read(&self.ops[op].op);
            if is_read && self.explains(op) {
                self.lift(op, self.state.clone());
                // Its end may have been what held the others up.
                entry = self.marks.next[HEAD];
            } else {
                entry = self.marks.next[entry];
            }
        }
        self.marks.next[HEAD]
    }

    fn fits(&self, op: usize, ret: &S::Ret) -> bool {
        self.ops[op].told.as_ref().is_none_or(|(_, told)| told == ret)
    }

    fn lift(&mut self, op: usize, after: S) {
        let before = std::mem::replace(&mut self.state, after);
        self.set ^= share(op);
        self.taken.push((op, before));
        self.unanswered -= usize::from(self.ops[op].told.is_some());
        self.marks.lift(op);
        if let Some(fifo) = &mut self.fifo {
            fifo.lift(op);
        }
    }

    /// Gives the last one that is no read back, with the reads after it, and returns the mark at which it was asked.
    fn give_back(&mut self) -> Option<usize> {
        loop {
            let (op, before) = self.taken.pop()?;
            self.state = before;
            self.set ^= share(op);
            self.unanswered += usize::from(self.ops[op].told.is_some());
            self.marks.put_back(op);
            if let Some(fifo) = &mut self.fifo {
                fifo.put_back(op);
            }
            if !S::is_read(&self.ops[op].op) {
                return Some(asked(op));
            }
        }
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
    fn new(ops: &[Span]) -> Self {
        let mut order = Vec::new();
        for (place, op) in ops.iter().enumerate() {
            order.push((op.asked.event, false, asked(place)));
            order.extend(op.told.map(|moment| (moment.event, true, told(place))));
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

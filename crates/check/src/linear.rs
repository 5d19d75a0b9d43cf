//! Linearizability: whether some order of the operations explains every answer, each taking effect at one instant
//! between its being asked and answered.
//!
//! An operation without an answer may take effect at any time after it was asked, or never. Where the object has
//! independent parts (keys), each is judged by itself: an object is linearizable exactly if its parts are.

use crate::{
    history::{Moment, Operation, tells},
    search::{Outcome, search},
};
use lightcone_core::{Micros, NodeSpec, Service, Sorted, order};

/// A verdict on a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linearity<S: Service> {
    /// There is an order that explains every answer.
    Holds,
    /// There is none.
    Broken(Anomaly<S>),
    /// The search took more than the steps that it was given.
    Undecided,
}

/// Why there is no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly<S: Service> {
    /// The part of the object that it is about, if it has parts.
    pub part: Option<String>,
    /// The answer with which it happened: before it there was an order.
    pub at: Moment,
    /// The operation that was answered so.
    pub answered: Operation<S>,
    /// The longest order found.
    pub order: Vec<Operation<S>>,
    /// The operation that cannot come next though it must. Often it is the one just answered.
    pub stuck: Operation<S>,
}

/// An operation in an order that explains answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    /// When it may have taken effect: between its being asked and answered, and after what precedes it.
    pub at: Micros,
    /// The event by which it was asked.
    pub asked: u32,
}

/// Judges a history. The search takes at most `steps` steps. There is nothing to break where the service promises no order.
pub fn check<S: Service>(history: &[Operation<S>], steps: u64) -> Linearity<S> {
    look(history, steps).0
}

/// Judges a history, and tells an order: of all operations that took effect if there is one, and else the longest one found
/// of the part in which there is none.
pub fn look<S: Service>(history: &[Operation<S>], steps: u64) -> (Linearity<S>, Vec<Placed>) {
    let mut orders = Vec::new();
    let verdict = judge(history, steps, &mut orders);
    if let Linearity::Broken(anomaly) = &verdict {
        let order: Vec<&Operation<S>> = anomaly.order.iter().collect();
        let placed = placed(&order);
        return (verdict, placed);
    }
    let mut all: Vec<(Micros, usize, u32)> =
        orders.iter().enumerate().map(|(place, placed)| (placed.at, place, placed.asked)).collect();
    order::sort(&mut all);
    (verdict, all.into_iter().map(|(at, _, asked)| Placed { at, asked }).collect())
}

/// When the operations of an order may have taken effect: amid the instants at which each could have.
fn placed<S: Service>(order: &[&Operation<S>]) -> Vec<Placed> {
    let mut after = Micros::ZERO;
    let mut placed: Vec<Placed> = Vec::with_capacity(order.len());
    for op in order {
        after = after.max(op.asked.at);
        placed.push(Placed { at: after, asked: op.asked.event });
    }
    let mut before: Option<Micros> = None;
    for (op, placed) in order.iter().zip(&mut placed).rev() {
        let told = op.told.as_ref().map(|(told, _)| told.at);
        let bound = before.into_iter().chain(told).min();
        // An end that there is not leaves it, and what precedes it, where it can be first.
        let bound = bound.unwrap_or(placed.at).max(placed.at);
        before = Some(bound);
        placed.at = Micros(u64::midpoint(placed.at.0, bound.0));
    }
    placed
}

fn judge<S: Service>(history: &[Operation<S>], steps: u64, orders: &mut Vec<Placed>) -> Linearity<S> {
    let mut left = steps;
    let mut verdict = Linearity::Holds;
    if !S::promises_an_order() {
        return verdict;
    }
    for (part, ops) in parts(history) {
        match anomaly(part, &ops, &mut left, orders) {
            Linearity::Holds => {}
            Linearity::Undecided if matches!(verdict, Linearity::Broken(_)) => {}
            Linearity::Undecided => verdict = Linearity::Undecided,
            Linearity::Broken(found) => {
                let earlier = |known: &Anomaly<S>| known.at < found.at;
                if !matches!(&verdict, Linearity::Broken(known) if earlier(known)) {
                    verdict = Linearity::Broken(found);
                }
            }
        }
    }
    verdict
}

/// The history by parts, or in one piece if some operation touches more than one part.
fn parts<S: Service>(history: &[Operation<S>]) -> Sorted<Option<String>, Vec<Operation<S>>> {
    let parted = history.iter().all(|op| S::part(&op.op).is_some());
    let mut parts: Sorted<Option<String>, Vec<Operation<S>>> = Sorted::new();
    for op in history {
        if tells(op) {
            let part = if parted { S::part(&op.op).map(String::from) } else { None };
            parts.get_or_insert_with(part, Vec::new).push(op.clone());
        }
    }
    parts
}

/// Judges one part, and finds the first answer that cannot be explained.
fn anomaly<S: Service>(
    part: Option<String>,
    ops: &[Operation<S>],
    left: &mut u64,
    orders: &mut Vec<Placed>,
) -> Linearity<S> {
    let mut broken = match search(ops, left) {
        Outcome::Found(order) => {
            let order: Vec<&Operation<S>> = order.iter().map(|op| &ops[*op]).collect();
            orders.extend(placed(&order));
            return Linearity::Holds;
        }
        Outcome::OutOfSteps => return Linearity::Undecided,
        Outcome::None { order, stuck } => pick(ops, &order, stuck),
    };
    let mut answers: Vec<Moment> = ops.iter().filter_map(|op| op.told.as_ref().map(|(moment, _)| *moment)).collect();
    order::sort(&mut answers);
    // A history that has an order has one at every earlier moment too, so the first moment without one can be halved
    // for.
    let (mut good, mut bad) = (0, answers.len() - 1);
    while good < bad {
        let middle = usize::midpoint(good, bad);
        let before = until(ops, answers[middle]);
        match search(&before, left) {
            Outcome::None { order, stuck } => {
                broken = pick(&before, &order, stuck);
                bad = middle;
            }
            Outcome::Found(_) | Outcome::OutOfSteps => good = middle + 1,
        }
    }
    let at = answers[bad];
    let told_then = |op: &&Operation<S>| op.told.as_ref().is_some_and(|(moment, _)| *moment == at);
    let answered = ops.iter().find(told_then).expect("the moment is that of an answer").clone();
    let (order, stuck) = broken;
    Linearity::Broken(Anomaly { part, at, answered, order, stuck })
}

fn pick<S: Service>(ops: &[Operation<S>], order: &[usize], stuck: usize) -> (Vec<Operation<S>>, Operation<S>) {
    (order.iter().map(|op| ops[*op].clone()).collect(), ops[stuck].clone())
}

/// What had been seen of a history at some moment.
fn until<S: Service>(ops: &[Operation<S>], moment: Moment) -> Vec<Operation<S>> {
    let mut before: Vec<Operation<S>> = ops.iter().filter(|op| op.asked <= moment).cloned().collect();
    for op in &mut before {
        op.told.take_if(|(told, _)| *told > moment);
    }
    before.retain(tells);
    before
}

impl<S: Service> Anomaly<S> {
    /// The anomaly as a sentence or two.
    pub fn words(&self, specs: &[NodeSpec]) -> String {
        self.words_at(&self.at.at.to_string(), specs)
    }

    /// The same, with other words for its moment.
    pub fn words_at(&self, when: &str, specs: &[NodeSpec]) -> String {
        let what = self.part.as_ref().map_or("the operations".into(), |part| format!("the operations on {part}"));
        let (answered, stuck) = (self.answered.words(specs), self.stuck.words(specs));
        let mut words = format!("no order of {what} explains the answer to {answered} at {when}");
        let mut state = S::default();
        for op in &self.order {
            state.apply(&op.op);
        }
        let ret = S::ret_words(&state.apply(&self.stuck.op));
        let subject = if self.stuck.asked == self.answered.asked { "it".into() } else { stuck };
        let after = match self.order.last() {
            Some(last) => format!("after {} in the longest order found", last.words(specs)),
            None => "at the beginning".into(),
        };
        words.push_str(&format!(": {subject} would have to be `{ret}` {after}"));
        words
    }
}

impl<S: Service> Linearity<S> {
    /// Whether an order was found.
    pub fn holds(&self) -> bool {
        matches!(self, Linearity::Holds)
    }
}

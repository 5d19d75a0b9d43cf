//! Linearizability: whether some order of the operations explains every answer, each taking effect at one instant
//! between its being asked and answered.
//!
//! An operation without an answer may take effect at any time after it was asked, or never. Where the object has
//! independent parts (keys), each is judged by itself: an object is linearizable exactly if its parts are.

use crate::{
    history::{Moment, Operation, Span, spans, tells},
    search::{Outcome, is_impossible, search},
    witness::needed,
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
    /// The answer with which it happened.
    pub at: Moment,
    /// Whether it is known that there was an order before it: to look for the first such answer may take too many steps.
    pub first: bool,
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
        let placed = placed(&spans(&anomaly.order));
        return (verdict, placed);
    }
    let mut all: Vec<(Micros, usize, u32)> =
        orders.iter().enumerate().map(|(place, placed)| (placed.at, place, placed.asked)).collect();
    order::sort(&mut all);
    (verdict, all.into_iter().map(|(at, _, asked)| Placed { at, asked }).collect())
}

/// When the operations of an order may have taken effect: amid the instants at which each could have.
fn placed(order: &[Span]) -> Vec<Placed> {
    let mut after = Micros::ZERO;
    let mut placed: Vec<Placed> = Vec::with_capacity(order.len());
    for op in order {
        after = after.max(op.asked.at);
        placed.push(Placed { at: after, asked: op.asked.event });
    }
    let mut before: Option<Micros> = None;
    for (op, placed) in order.iter().zip(&mut placed).rev() {
        let told = op.told.map(|told| told.at);
        let bound = before.into_iter().chain(told).min();
        // An end that there is not leaves it, and what precedes it, where it can be first.
        let bound = bound.unwrap_or(placed.at).max(placed.at);
        before = Some(bound);
        placed.at = Micros(u64::midpoint(placed.at.0, bound.0));
    }
    placed
}

fn judge<S: Service>(history: &[Operation<S>], steps: u64, orders: &mut Vec<Placed>) -> Linearity<S> {
    let mut verdict = Linearity::Holds;
    if !S::promises_an_order() {
        return verdict;
    }
    for (of, placed) in each(history, steps, &mut anomaly) {
        orders.extend(placed);
        match of {
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

/// A part of the object, if it has parts, and what was done to it.
type Part<S> = (Option<String>, Vec<Operation<S>>);

/// Judges each part, in their order. The smallest is judged first, so that one that is hard does not take the steps of all.
fn each<S: Service, T>(history: &[Operation<S>], steps: u64, judge: &mut dyn FnMut(&Part<S>, &mut u64) -> T) -> Vec<T> {
    let parts: Vec<Part<S>> = parts(history).into_iter().collect();
    let mut smallest: Vec<usize> = (0..parts.len()).collect();
    order::sort_by_key(&mut smallest, |place| parts[*place].1.len());
    let (mut left, mut still) = (steps, parts.len() as u64);
    let mut came: Vec<Option<T>> = parts.iter().map(|_| None).collect();
    for place in smallest {
        let mut share = left / still;
        (left, still) = (left - share, still - 1);
        came[place] = Some(judge(&parts[place], &mut share));
        left += share;
    }
    came.into_iter().flatten().collect()
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

/// Judges one part, and finds the first answer that cannot be explained. To find it may take as many steps again.
fn anomaly<S: Service>((part, ops): &Part<S>, left: &mut u64) -> (Linearity<S>, Vec<Placed>) {
    let again = *left;
    let whole = match search(ops, left) {
        Outcome::Found(order) => {
            let order: Vec<Span> = order.iter().map(|op| ops[*op].span()).collect();
            return (Linearity::Holds, placed(&order));
        }
        Outcome::OutOfSteps => None,
        Outcome::None { order, stuck } => Some(pick(ops, &order, stuck)),
    };
    let answers = answers(ops);
    let (good, bad) = first_wrong(ops, &answers, whole, again);
    let Some((bad, (order, stuck))) = bad else { return (Linearity::Undecided, Vec::new()) };
    let at = answers[bad - 1];
    let told_then = |op: &&Operation<S>| op.told.as_ref().is_some_and(|(moment, _)| *moment == at);
    let answered = ops.iter().find(told_then).expect("the moment is that of an answer").clone();
    (Linearity::Broken(Anomaly { part: part.clone(), at, first: good + 1 == bad, answered, order, stuck }), Vec::new())
}

/// The moments of all answers, in order.
fn answers<S: Service>(ops: &[Operation<S>]) -> Vec<Moment> {
    let mut answers: Vec<Moment> = ops.iter().filter_map(|op| op.told.as_ref().map(|(moment, _)| *moment)).collect();
    order::sort(&mut answers);
    answers
}

/// So many answers have no order, and which the longest and the operation are that show it.
type Wrong<S> = (usize, (Vec<Operation<S>>, Operation<S>));

/// After how many answers there is an order, and after how many more there is none, as far as the steps go. `whole` tells why
/// all have none, if that is known. A history that has an order has one at every earlier moment too.
fn first_wrong<S: Service>(
    ops: &[Operation<S>],
    answers: &[Moment],
    whole: Option<(Vec<Operation<S>>, Operation<S>)>,
    mut steps: u64,
) -> (usize, Option<Wrong<S>>) {
    let (mut good, mut bad) = (0, whole.map(|whole| (answers.len(), whole)));
    loop {
        let end = bad.as_ref().map_or(answers.len(), |(bad, _)| *bad);
        // Short ones are judged sooner: those that are twice as long each time first, then those between.
        let next = (good * 2).max(1).min(usize::midpoint(good, end));
        if next <= good {
            return (good, bad);
        }
        let before = until(ops, answers[next - 1]);
        match search(&before, &mut steps) {
            Outcome::Found(_) => good = next,
            Outcome::None { order, stuck } => bad = Some((next, pick(&before, &order, stuck))),
            Outcome::OutOfSteps => return (good, bad),
        }
    }
}

/// A part of a history that was not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Which, if the object has parts.
    pub part: Option<String>,
    /// How many answers it has.
    pub answers: usize,
    /// So many of these have an order, up to the last one's moment.
    pub ordered: Option<(usize, Moment)>,
}

/// The parts of a history that are not decided within so many steps, and how many are there in all.
pub fn open<S: Service>(history: &[Operation<S>], steps: u64) -> (Vec<Open>, usize) {
    let of = each(history, steps, &mut |(part, ops), left| {
        let again = *left;
        let Outcome::OutOfSteps = search(ops, left) else { return None };
        let answers = answers(ops);
        let (good, bad) = first_wrong(ops, &answers, None, again);
        let ordered = (good > 0).then(|| (good, answers[good - 1]));
        bad.is_none().then(|| Open { part: part.clone(), answers: answers.len(), ordered })
    });
    let parts = of.len();
    (of.into_iter().flatten().collect(), parts)
}

/// The operations that show together that there is no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together<S: Service> {
    /// No order explains the answers of these.
    pub operations: Vec<Operation<S>>,
    /// Whether an order would explain them without any one of these. It may take too many steps to find that out.
    pub least: bool,
}

/// Of the operations until an anomaly those whose answers no order explains together.
pub fn witness<S: Service>(history: &[Operation<S>], anomaly: &Anomaly<S>, steps: u64) -> Together<S> {
    let parts = parts(history);
    let ops = parts.get(&anomaly.part).map_or(&[][..], Vec::as_slice);
    let (mut left, mut least) = (steps, true);
    let operations = needed(until(ops, anomaly.at), &mut |ops| {
        // Who tries in vain leaves something for the others.
        let mut share = left / 4;
        left -= share;
        let came = is_impossible(ops, &mut share);
        left += share;
        least &= came.is_some();
        came == Some(true)
    });
    Together { operations, least }
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
        let answers = if self.first { "the answer to" } else { "the answers until that to" };
        let mut words = format!("no order of {what} explains {answers} {answered} at {when}");
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

//! What clients saw of a run, judged, without type parameters.

use lightcone_check::{Linearity, history, linear};
use lightcone_core::{Micros, NodeId, Service};
use lightcone_sim::Run;
use std::any::TypeId;

/// A history whose judgement takes more steps than this is left undecided, so that the page stays quick.
const STEPS: u64 = 200_000;

/// A client history judged for linearizability. Operations are given by the events that asked for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Whether nothing is wrong with it. What could not be decided is not wrong.
    pub holds: bool,
    /// The verdict as a sentence.
    pub words: String,
    /// An order that explains every answer; or else the longest that was found, of the operations that ought to have one.
    /// Each with an instant at which it may have taken effect.
    pub order: Vec<(usize, Micros)>,
    /// The operations whose answers no order explains together, though it would without any one of them.
    pub stuck: Vec<usize>,
    /// The event with whose answer it went wrong.
    pub error: Option<usize>,
}

/// What clients of the service `S` saw of the first `events` events of a run, judged. Nothing where no order is
/// promised. It is the same code for all protocols of a service, and hardly any for those without clients.
pub fn judge<S: Service>(run: &Run, events: usize) -> Option<Judged> {
    if TypeId::of::<S>() == TypeId::of::<()>() || !S::promises_an_order() {
        return None;
    }
    let history = history::<S>(run.trace(), events);
    if history.is_empty() {
        return None;
    }
    let (verdict, order) = linear::look(&history, STEPS);
    let answered = history.iter().filter(|op| op.told.is_some()).count();
    let order = order.into_iter().map(|placed| (placed.asked as usize, placed.at)).collect();
    let mut judged = Judged { holds: true, words: String::new(), order, stuck: Vec::new(), error: None };
    match verdict {
        Linearity::Holds => judged.words = format!("linearizable so far: {answered} answers, in some one order"),
        Linearity::Undecided => {
            judged.words = format!("undecided: {answered} answers leave too many orders to try");
            judged.order.clear();
        }
        Linearity::Broken(anomaly) => {
            judged.holds = false;
            judged.words = anomaly.words(run.setup().specs());
            let witness = linear::witness(&history, &anomaly, STEPS / 4);
            judged.stuck = witness.operations.iter().map(|op| op.asked.event as usize).collect();
            judged.error = Some(anomaly.at.event as usize);
        }
    }
    Some(judged)
}

/// So many wrong answers are told apart at most: each one takes a judgement of the whole history.
const MOST_WRONG: usize = 1_000;

/// The events of the reads that misled a client, in order, and who that was. The first answer that no order of the
/// operations explains is found; it is left out, and the rest is judged again. Writes among these answers are left out
/// likewise, and not told.
pub fn misled<S: Service>(run: &Run) -> Vec<(u32, NodeId)> {
    if TypeId::of::<S>() == TypeId::of::<()>() || !S::promises_an_order() {
        return Vec::new();
    }
    let trace = run.trace();
    let mut history = history::<S>(trace, trace.events.len());
    let mut misled = Vec::new();
    for _ in 0..MOST_WRONG {
        let Linearity::Broken(anomaly) = linear::check(&history, STEPS) else { break };
        if let Some(op) = history.iter_mut().find(|op| op.asked == anomaly.answered.asked) {
            if S::is_read(&op.op) {
                misled.push((anomaly.at.event, NodeId(op.client as u8)));
            }
            op.told = None;
        }
    }
    lightcone_core::order::sort(&mut misled);
    misled
}

//! What the paper asks of mutual exclusion, watched from outside.

use super::{Mutex, Request};
use crate::{Breach, Invariant, NodeId, NodeSpec, Sight, StepSeen};
use serde::{Deserialize, Serialize};

/// What the observer remembers: the requests that were made and how they were granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The requests that are not granted yet.
    waiting: Vec<Request>,
    /// The request that was granted last.
    last: Option<Request>,
    /// The request that should have been granted at another time than it was, if the last step was a grant that says so.
    overtaken: Option<Request>,
}

/// The request that the step granted.
fn granted(step: &StepSeen<'_, Mutex>) -> Option<Request> {
    let timestamp = step.after.asked.filter(|_| step.after.holds)?;
    let held = step.before.is_some_and(|before| before.holds);
    (!held).then_some(Request { timestamp, process: step.node })
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Mutex>) {
        let process = step.node;
        if step.input.is_none() {
            self.waiting.retain(|request| request.process != process);
        }
        let asked = step.before.and_then(|before| before.asked);
        if let Some(timestamp) = step.after.asked.filter(|now| asked != Some(*now)) {
            self.waiting.push(Request { timestamp, process });
        }
        let Some(now) = granted(step) else { return };
        self.waiting.retain(|request| *request != now);
        let earlier = self.waiting.iter().copied().find(|request| *request < now);
        self.overtaken = earlier.or(self.last.filter(|last| now < *last));
        self.last = Some(now);
    }
}

pub(super) const ALL: &[Invariant<Mutex>] = &[
    Invariant {
        name: "Mutual Exclusion",
        words: "No two processes hold the lock at once.",
        place: "Lamport 1978, condition (I)",
        check: one_holds,
    },
    Invariant {
        name: "Order of Requests",
        words: "The lock is granted in the order of the requests: by timestamp, and by process where those are equal.",
        place: "Lamport 1978, condition (II)",
        check: granted_in_order,
    },
];

fn one_holds(sight: &Sight<'_, Mutex>) -> Result<(), Breach> {
    if granted(sight.step).is_none() {
        return Ok(());
    }
    let node = sight.step.node;
    let others = (0..sight.specs.len() as u8).map(NodeId).filter(|other| *other != node);
    let Some(other) = others.into_iter().find(|other| (sight.nodes)(*other).is_some_and(|other| other.holds)) else {
        return Ok(());
    };
    let words = format!("{} takes the lock while {} holds it", sight.name(node), sight.name(other));
    Breach::found(&[other, node], words)
}

fn granted_in_order(sight: &Sight<'_, Mutex>) -> Result<(), Breach> {
    let Some(now) = granted(sight.step) else { return Ok(()) };
    let Some(other) = sight.ghost.overtaken else { return Ok(()) };
    let words = |request: Request| format!("the request of {} at {}", sight.name(request.process), request.timestamp);
    let (now_words, other_words) = (words(now), words(other));
    let words = if other < now {
        format!("{now_words} is granted, and {other_words} is not yet")
    } else {
        format!("{now_words} is granted after {other_words}")
    };
    Breach::found(&[now.process, other.process], words)
}

/// Every request is granted in the end (condition (III)): who waits when nothing is under way any more, waits for ever.
pub(super) fn owed(nodes: &[Option<&Mutex>], specs: &[NodeSpec]) -> Vec<Breach> {
    let up = (0..).map(NodeId).zip(nodes).filter_map(|(id, node)| Some((id, (*node)?)));
    let debt = |(id, process): (NodeId, &Mutex)| {
        let timestamp = process.asked?;
        let words = format!("the request of {} at {timestamp} is never granted", specs[id.index()].name);
        Some(Breach { nodes: vec![id], words })
    };
    up.filter_map(debt).collect()
}

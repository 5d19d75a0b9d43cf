//! What vector clocks promise, watched from outside: the clock condition, and its converse.

use super::Vector;
use crate::{Breach, Input, Invariant, Log, NodeId, Packet, Sight, Sorted, StepSeen, versions::Counts};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What the observer remembers: every event with its timestamp, and what truly happened before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The events of each process, in order.
    events: Sorted<NodeId, Log<Happened>>,
    /// By sender and its own count there, which no two of its messages share: the number of the event that sent it.
    sent: Sorted<(NodeId, u64), u64>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Happened {
    /// The timestamp that it was given.
    stamp: Counts,
    /// How many events of each process happened before it, itself included: counted by the observer.
    past: Counts,
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Vector>) {
        let Some(input) = step.input else { return };
        let mine = self.events.get(&step.node).and_then(Log::last);
        let mut past = mine.map_or_else(Counts::default, |last| last.past.clone());
        if let Input::Packet { from, packet: Packet::Message(message) } = input {
            let sending = self.sent.get(&(*from, message.counts.of(*from)));
            if let Some(sending) = sending.and_then(|number| self.event(*from, *number)) {
                past.take(&sending.past);
            }
        }
        past.tick(step.node);
        let stamp = step.after.counts.clone();
        let number = self.events.get_or_insert_with(step.node, Log::new).push(Happened { stamp, past });
        for (_, message) in step.sends() {
            self.sent.insert((step.node, message.counts.of(step.node)), number);
        }
    }

    /// The event of this number, from 1.
    fn event(&self, node: NodeId, number: u64) -> Option<&Happened> {
        self.events.get(&node)?.get(number)
    }
}

pub(super) const ALL: &[Invariant<Vector>] = &[
    Invariant {
        name: "Clock Condition",
        words: "What happened before an event has a lesser vector.",
        place: "Mattern 1989, §5; Lamport 1978",
        check: what_happened_before_is_less,
    },
    Invariant {
        name: "Converse",
        words: "What has a lesser vector than an event happened before it.",
        place: "Mattern 1989, §5, theorem 10",
        check: what_is_less_happened_before,
    },
];

/// The event of this step, with its process.
fn now<'a>(sight: &'a Sight<'_, Vector>) -> Option<(NodeId, &'a Happened)> {
    sight.step.input?;
    let node = sight.step.node;
    Some((node, sight.ghost.events.get(&node)?.last()?))
}

/// Of each process the last event that happened before: what is before that, is less than it.
fn what_happened_before_is_less(sight: &Sight<'_, Vector>) -> Result<(), Breach> {
    let Some((node, event)) = now(sight) else { return Ok(()) };
    for other in sight.ghost.events.keys().copied() {
        // Of its own process that is the event before this one.
        let count = event.past.of(other) - u64::from(other == node);
        let Some(before) = sight.ghost.event(other, count) else { continue };
        if before.stamp.partial_cmp(&event.stamp) != Some(Ordering::Less) {
            return breach(sight, other, "happened before, and has no lesser vector", before, event);
        }
    }
    Ok(())
}

/// Of each process the first event that did not happen before: what comes after that, is greater than it.
fn what_is_less_happened_before(sight: &Sight<'_, Vector>) -> Result<(), Breach> {
    let Some((_, event)) = now(sight) else { return Ok(()) };
    for other in sight.ghost.events.keys().copied() {
        let Some(apart) = sight.ghost.event(other, event.past.of(other) + 1) else { continue };
        if apart.stamp <= event.stamp {
            return breach(sight, other, "did not happen before, and has no greater vector", apart, event);
        }
    }
    Ok(())
}

fn breach(
    sight: &Sight<'_, Vector>,
    other: NodeId,
    what: &str,
    one: &Happened,
    event: &Happened,
) -> Result<(), Breach> {
    let (node, n) = (sight.step.node, sight.specs.len());
    let [one, now] = [&one.stamp, &event.stamp].map(|stamp| stamp.words(n));
    let words = format!("the event {one} of {} {what}: {} has {now}", sight.name(other), sight.name(node));
    Err(Breach { nodes: vec![other, node], words })
}

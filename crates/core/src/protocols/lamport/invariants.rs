//! The clock condition, watched from outside.

use super::Lamport;
use crate::{Breach, Input, Invariant, NodeMap, Packet, Sight, StepSeen};
use serde::{Deserialize, Serialize};

/// What the observer remembers: for each process the clocks of its last two events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost(NodeMap<LastTwo>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct LastTwo {
    before: u64,
    last: u64,
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Lamport>) {
        if step.input.is_some() {
            let before = self.0.get(step.node).map_or(0, |seen| seen.last);
            self.0.insert(step.node, LastTwo { before, last: step.after.clock });
        }
    }
}

pub(super) const ALL: &[Invariant<Lamport>] = &[
    Invariant {
        name: "Clock Condition C1",
        words: "Of two events at one process, the later one has the greater clock.",
        place: "Lamport 1978, C1",
        check: events_ascend,
    },
    Invariant {
        name: "Clock Condition C2",
        words: "The receipt of a message has a greater clock than its sending.",
        place: "Lamport 1978, C2",
        check: receipts_follow_sendings,
    },
];

fn events_ascend(sight: &Sight<'_, Lamport>) -> Result<(), Breach> {
    let node = sight.step.node;
    let Some(seen) = sight.ghost.0.get(node).filter(|_| sight.step.input.is_some()) else { return Ok(()) };
    if seen.last > seen.before {
        return Ok(());
    }
    let (me, last, before) = (sight.name(node), seen.last, seen.before);
    Err(Breach { nodes: vec![node], words: format!("{me} has an event at clock {last} after one at clock {before}") })
}

fn receipts_follow_sendings(sight: &Sight<'_, Lamport>) -> Result<(), Breach> {
    let (node, clock) = (sight.step.node, sight.step.after.clock);
    if let Some((to, sent)) = sight.step.sends().find(|(_, sent)| sent.timestamp != clock) {
        let (me, other, said) = (sight.name(node), sight.name(to), sent.timestamp);
        let words = format!("{me} sent {other} a message at clock {clock}, but the message says {said}");
        return Err(Breach { nodes: vec![node, to], words });
    }
    match sight.step.input {
        Some(Input::Packet { from, packet: Packet::Message(m) }) if clock <= m.truly => {
            let (me, other) = (sight.name(node), sight.name(*from));
            let words = format!("{me} received at clock {clock} what {other} sent at clock {}", m.truly);
            Err(Breach { nodes: vec![*from, node], words })
        }
        _ => Ok(()),
    }
}

//! What a message that has arrived waits for.

use super::{Broadcast, Bug, Config, Guarantee, Held, Queued, What};
use crate::{NodeId, NodeSet};

/// Something that has to arrive first: the message of this number of a process.
pub(super) type Wait = (NodeId, u64);

/// What is waited for, in words.
pub(super) fn words(waits: &[Wait], name: impl Fn(NodeId) -> String) -> String {
    let words: Vec<String> =
        waits.iter().map(|(node, number)| format!("message {number} of {}", name(*node))).collect();
    words.join(", ")
}

impl Broadcast {
    /// What has to be taken here before this, by the order that is promised.
    pub(super) fn waits_for(&self, config: &Config, held: &Held) -> Vec<Wait> {
        match (config.order, config.bug) {
            (Guarantee::Unordered, _) | (_, Bug::NoHoldBack) => Vec::new(),
            (Guarantee::Causal, Bug::SenderOnly) => {
                let mut waits = self.lacks(held);
                waits.retain(|(node, _)| *node == held.from);
                waits
            }
            _ => self.lacks(held),
        }
    }

    /// What has to be taken here before this, as the message itself says.
    pub(super) fn lacks(&self, held: &Held) -> Vec<Wait> {
        match &held.message.what {
            What::Broadcast { counts, .. } if !counts.is_empty() => self.not_delivered(held.from, counts),
            _ => {
                let taken = self.taken.get(held.from).copied().unwrap_or(0);
                (taken + 1..held.message.packet).map(|number| (held.from, number)).collect()
            }
        }
    }

    /// What the sender of a message had delivered and is not delivered here: of its own messages, those before this one.
    fn not_delivered(&self, from: NodeId, counts: &[u64]) -> Vec<Wait> {
        let nodes = (0..).map(NodeId).zip(counts.iter().zip(&self.counts));
        let lacking = nodes.flat_map(|(node, (theirs, mine))| {
            let wanted = theirs - u64::from(node == from).min(*theirs);
            (mine + 1..=wanted).map(move |number| (node, number))
        });
        lacking.collect()
    }

    /// From whom something could still come whose turn is before this.
    pub(super) fn silent(&self, one: Queued, others: NodeSet) -> NodeSet {
        let later = |other: &NodeId| {
            let heard = self.heard.get(*other).copied().unwrap_or(0);
            (heard, *other) >= (one.clock, one.id.origin)
        };
        others.iter().filter(|other| !later(other)).collect()
    }
}

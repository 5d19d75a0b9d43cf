//! What the paper proves of the recorded state, watched from outside.
//!
//! The observer counts the inputs that each process has handled. So it can say of every payment whether it was sent and
//! received before or after a cut, which is a number of inputs for each process.

use super::{Message, Money, Recording, Snapshot, SnapshotId};
use crate::{
    Breach, Input, Invariant, NodeId, NodeMap, NodeSpec, Packet, Sight, Sorted, StepSeen,
    view::{Cut, name},
};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// How many inputs each process has handled.
    inputs: NodeMap<u64>,
    /// By sender and number, every payment.
    payments: Sorted<(NodeId, u64), Payment>,
    /// For each snapshot, how many inputs each process had handled when it recorded its state.
    cuts: Sorted<SnapshotId, NodeMap<u64>>,
}

/// A payment as the observer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Payment {
    to: NodeId,
    money: Money,
    /// Which input of the sender made it pay.
    sent: u64,
    /// Which input of the receiver it was.
    received: Option<u64>,
}

/// The snapshots that are recorded after the step and were not before.
fn newly_recorded<'a>(step: &'a StepSeen<'_, Snapshot>) -> impl Iterator<Item = (SnapshotId, &'a Recording)> {
    let known = |id: &SnapshotId| step.before.is_some_and(|before| before.recordings.get(id).is_some());
    step.after.recordings.iter().filter(move |(id, _)| !known(id)).map(|(id, recording)| (*id, recording))
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Snapshot>) {
        let (node, Some(input)) = (step.node, step.input) else { return };
        let handled = self.inputs.get(node).copied().unwrap_or(0);
        for (id, _) in newly_recorded(step) {
            self.cuts.get_or_insert_with(id, NodeMap::new).insert(node, handled);
        }
        let now = handled + 1;
        self.inputs.insert(node, now);
        if let Input::Packet { from, packet: Packet::Message(Message::Money(money)) } = input
            && let Some(payment) = self.payments.get_mut(&(*from, money.number))
        {
            payment.received.get_or_insert(now);
        }
        for (to, message) in step.sends() {
            if let Message::Money(money) = *message {
                self.payments.insert((node, money.number), Payment { to, money, sent: now, received: None });
            }
        }
    }

    pub(super) fn cuts(&self, servers: &[NodeSpec]) -> Vec<Cut> {
        let inputs = |cut: &NodeMap<u64>| (0..).map(NodeId).zip(servers).map(|(id, _)| cut.get(id).copied()).collect();
        let cut = |(id, cut): (&SnapshotId, &NodeMap<u64>)| Cut {
            name: id.words(&name(servers, id.by)),
            inputs: inputs(cut),
        };
        self.cuts.iter().map(cut).collect()
    }

    /// When a process recorded its state for a snapshot.
    fn cut(&self, id: SnapshotId, node: NodeId) -> Option<u64> {
        self.cuts.get(&id)?.get(node).copied()
    }

    /// The payments to a process.
    fn payments_to(&self, node: NodeId) -> impl Iterator<Item = (NodeId, Payment)> {
        let payments = self.payments.iter().filter(move |(_, payment)| payment.to == node);
        payments.map(|((from, _), payment)| (*from, *payment))
    }
}

pub(super) const ALL: &[Invariant<Snapshot>] = &[
    Invariant {
        name: "Consistent Cut",
        words: "Nothing is received before a cut that was sent after it.",
        place: "Chandy, Lamport 1985 §4",
        check: consistent,
    },
    Invariant {
        name: "Channel State",
        words: "What is recorded of a channel is what was sent before the sender's cut and received after the receiver's.",
        place: "Chandy, Lamport 1985 §3.1",
        check: channels,
    },
    Invariant {
        name: "Conservation",
        words: "A snapshot has all the money: no coin is missing, and none is counted twice.",
        place: "Chandy, Lamport 1985 §2, example 2.1",
        check: conservation,
    },
];

/// When the receiver records its state, all that it received before was sent already: a sender that records its state
/// later cannot have sent any of it after its own cut.
fn consistent(sight: &Sight<'_, Snapshot>) -> Result<(), Breach> {
    let node = sight.step.node;
    for (id, _) in newly_recorded(sight.step) {
        let Some(cut) = sight.ghost.cut(id, node) else { continue };
        let early = sight.ghost.payments_to(node).find(|(from, payment)| {
            let after = sight.ghost.cut(id, *from).is_some_and(|cut| payment.sent > cut);
            after && payment.received.is_some_and(|received| received <= cut)
        });
        if let Some((from, payment)) = early {
            let (snapshot, me, other) = (id.words(sight.name(id.by)), sight.name(node), sight.name(from));
            let amount = payment.money.amount;
            let words = format!(
                "{me} had received {amount} when it recorded its state for {snapshot}, and {other} had not sent it"
            );
            return Breach::found(&[from, node], words);
        }
    }
    Ok(())
}

fn channels(sight: &Sight<'_, Snapshot>) -> Result<(), Breach> {
    let node = sight.step.node;
    for (id, recording) in sight.step.after.recordings.iter() {
        let before = sight.step.before.and_then(|before| before.recordings.get(id));
        for (from, channel) in recording.channels.iter().filter(|(_, channel)| !channel.open) {
            let was_open = before.and_then(|before| before.channels.get(from)).is_none_or(|channel| channel.open);
            let (Some(theirs), Some(mine)) = (sight.ghost.cut(*id, from), sight.ghost.cut(*id, node)) else { continue };
            if !was_open {
                continue;
            }
            let in_transit =
                |payment: &Payment| payment.sent <= theirs && payment.received.is_none_or(|received| received > mine);
            let payments = sight.ghost.payments_to(node).filter(|(by, payment)| *by == from && in_transit(payment));
            let wanted: Vec<Money> = payments.map(|(_, payment)| payment.money).collect();
            if wanted != channel.money {
                let (snapshot, me, other) = (id.words(sight.name(id.by)), sight.name(node), sight.name(from));
                let (has, sum) = (channel.sum(), wanted.iter().map(|money| money.amount).sum::<u64>());
                let words = format!("{me} recorded {has} in transit from {other} for {snapshot}, and it was {sum}");
                return Breach::found(&[from, node], words);
            }
        }
    }
    Ok(())
}

fn conservation(sight: &Sight<'_, Snapshot>) -> Result<(), Breach> {
    let node = sight.step.node;
    for (id, recording) in sight.step.after.recordings.iter() {
        let before = sight.step.before.and_then(|before| before.recordings.get(id));
        let done = before.is_some_and(|before| before.open().is_empty());
        if done || !recording.open().is_empty() {
            continue;
        }
        let others = (0..sight.specs.len() as u8).map(NodeId);
        let recorded = others.map(|other| {
            let recording = (sight.nodes)(other)?.recordings.get(id)?;
            recording.open().is_empty().then(|| recording.sum())
        });
        let Some(sum) = recorded.sum::<Option<u64>>() else { continue };
        let total = sight.config.total();
        if sum != total {
            let words = format!("snapshot {} has {sum} of {total}", id.words(sight.name(id.by)));
            return Breach::found(&[node], words);
        }
    }
    Ok(())
}

/// Every snapshot that was started is done in the end, everywhere (§3.3).
pub(super) fn owed(nodes: &[Option<&Snapshot>], ghost: &Ghost, specs: &[NodeSpec]) -> Vec<Breach> {
    let up = || (0..).map(NodeId).zip(nodes).filter_map(|(id, node)| Some((id, (*node)?)));
    let debts = |id: &SnapshotId| {
        let id = *id;
        up().filter_map(move |(node, process)| {
            let (me, snapshot) = (name(specs, node), id.words(&name(specs, id.by)));
            let words = match process.recordings.get(&id) {
                None => format!("{me} never records its state for snapshot {snapshot}"),
                Some(recording) if recording.open().is_empty() => return None,
                Some(recording) => {
                    let open = crate::view::all(specs, recording.open());
                    format!("{me} is never done with snapshot {snapshot}: no marker comes from {open}")
                }
            };
            Some(Breach { nodes: vec![node], words })
        })
    };
    ghost.cuts.keys().flat_map(debts).collect()
}

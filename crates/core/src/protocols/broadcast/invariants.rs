//! What each order promises, watched from outside.

use super::{Broadcast, Delivered, Guarantee, MessageId, Word};
use crate::{Breach, Invariant, Log, NodeId, NodeSpec, Sight, Sorted, StepSeen};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// Every message, with what it says, and how many messages its origin had delivered when it broadcast it.
    messages: Sorted<MessageId, (Word, u64)>,
    /// What each process delivered, in order.
    delivered: Sorted<NodeId, Log<MessageId>>,
    /// Where among its deliveries a process first delivered a message, from 1.
    places: Sorted<(NodeId, MessageId), u64>,
    /// What was delivered first as the first, as the second, and so on.
    order: Log<MessageId>,
    /// A message that the last step delivered again.
    again: Option<MessageId>,
}

/// What the step delivered.
fn newly<'a>(step: &'a StepSeen<'_, Broadcast>) -> impl Iterator<Item = &'a Delivered> {
    let had = step.before.map_or(0, |before| before.delivered.len());
    step.after.delivered.iter_from(had + 1)
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Broadcast>) {
        let node = step.node;
        self.again = None;
        let log = self.delivered.get_or_insert_with(node, Log::new);
        if let Some(before) = step.before.filter(|before| before.broadcasts < step.after.broadcasts) {
            let id = MessageId { origin: node, number: before.broadcasts + 1 };
            let own = newly(step).find(|one| one.id == id).map(|one| one.word);
            let queued = step.after.queue.iter().find(|one| one.id == id).map(|one| one.word);
            self.messages.insert(id, (own.or(queued).unwrap_or(Word::News), log.len()));
        }
        for Delivered { id, .. } in newly(step) {
            let place = log.push(*id);
            if place > self.order.len() {
                self.order.push(*id);
            }
            if self.places.get(&(node, *id)).is_some() {
                self.again = Some(*id);
            }
            self.places.get_or_insert_with((node, *id), || place);
        }
    }

    /// How many messages its origin had delivered when it broadcast this.
    fn past(&self, id: MessageId) -> u64 {
        self.messages.get(&id).map_or(0, |(_, past)| *past)
    }

    /// Whether a process delivered one message before another.
    fn is_before(&self, node: NodeId, one: MessageId, other: MessageId) -> bool {
        let place = |id| self.places.get(&(node, id));
        place(one).is_some_and(|one| place(other).is_none_or(|other| one < other))
    }

    /// Everyone delivers what anyone broadcast (validity and agreement): what is not delivered when nothing is under way
    /// any more, never is.
    pub(super) fn owed(&self, nodes: &[Option<&Broadcast>], specs: &[NodeSpec]) -> Vec<Breach> {
        let up = || (0..).map(NodeId).zip(nodes).filter(|(_, node)| node.is_some()).map(|(id, _)| id);
        let debt = |(id, (word, _)): (&MessageId, &(Word, u64))| {
            let lacking: Vec<NodeId> = up().filter(|node| self.places.get(&(*node, *id)).is_none()).collect();
            let names = crate::view::all(specs, lacking.iter().copied().collect());
            let what = word.of(&specs[id.origin.index()].name, id.number);
            (!lacking.is_empty()).then(|| Breach { words: format!("{names} never delivers {what}"), nodes: lacking })
        };
        self.messages.iter().filter_map(debt).collect()
    }
}

pub(super) const ALL: &[Invariant<Broadcast>] = &[
    Invariant {
        name: "Integrity",
        words: "A message is delivered once at most by each process, and only if it was broadcast.",
        place: "Hadzilacos, Toueg 1994",
        check: integrity,
    },
    Invariant {
        name: "FIFO Order",
        words: "If FIFO order or more is promised: what a process broadcast is delivered in the order in which it did.",
        place: "Hadzilacos, Toueg 1994",
        check: fifo,
    },
    Invariant {
        name: "Causal Order",
        words: "If causal order or more is promised: what a process had delivered before it broadcast a message is \
                delivered before it everywhere.",
        place: "Birman, Schiper, Stephenson 1991 §5.1",
        check: causal,
    },
    Invariant {
        name: "Total Order",
        words: "If total order is promised: all deliver the same in the same order.",
        place: "Hadzilacos, Toueg 1994; Lamport 1978",
        check: total,
    },
];

type Seen<'a> = Sight<'a, Broadcast>;

fn called(sight: &Seen<'_>, id: MessageId) -> String {
    let word = sight.ghost.messages.get(&id).map_or(Word::News, |(word, _)| *word);
    word.of(sight.name(id.origin), id.number)
}

/// The messages that this step delivered, if so much is promised.
fn promised<'a>(sight: &'a Seen<'_>, least: Guarantee) -> impl Iterator<Item = MessageId> + 'a {
    newly(sight.step).filter(move |_| sight.config.order >= least).map(|one| one.id)
}

fn integrity(sight: &Seen<'_>) -> Result<(), Breach> {
    let node = sight.step.node;
    if let Some(id) = sight.ghost.again {
        return Breach::found(&[node], format!("{} delivers {} again", sight.name(node), called(sight, id)));
    }
    let unknown = promised(sight, Guarantee::Unordered).find(|id| sight.ghost.messages.get(id).is_none());
    let Some(id) = unknown else { return Ok(()) };
    let words = format!(
        "{} delivers message {} of {}, who broadcast none such",
        sight.name(node),
        id.number,
        sight.name(id.origin)
    );
    Breach::found(&[node, id.origin], words)
}

/// A message that should have been delivered before another, and was not.
fn early(sight: &Seen<'_>, id: MessageId, missing: MessageId) -> Result<(), Breach> {
    let node = sight.step.node;
    let (what, other) = (called(sight, id), called(sight, missing));
    Breach::found(&[node, id.origin], format!("{} delivers {what} before {other}", sight.name(node)))
}

fn fifo(sight: &Seen<'_>) -> Result<(), Breach> {
    for id in promised(sight, Guarantee::Fifo).filter(|id| id.number > 1) {
        let before = MessageId { number: id.number - 1, ..id };
        if !sight.ghost.is_before(sight.step.node, before, id) {
            return early(sight, id, before);
        }
    }
    Ok(())
}

/// What the origin had delivered since its last broadcast; what it had delivered earlier comes before that one, which
/// comes before this one.
fn causal(sight: &Seen<'_>) -> Result<(), Breach> {
    for id in promised(sight, Guarantee::Causal) {
        let Some(theirs) = sight.ghost.delivered.get(&id.origin) else { continue };
        let since = if id.number > 1 { sight.ghost.past(MessageId { number: id.number - 1, ..id }) } else { 0 };
        let causes = (since + 1..=sight.ghost.past(id)).filter_map(|place| theirs.get(place).copied());
        let missing = causes.into_iter().find(|cause| !sight.ghost.is_before(sight.step.node, *cause, id));
        if let Some(missing) = missing {
            return early(sight, id, missing);
        }
    }
    Ok(())
}

fn total(sight: &Seen<'_>) -> Result<(), Breach> {
    let node = sight.step.node;
    for id in promised(sight, Guarantee::Total) {
        let Some(place) = sight.ghost.places.get(&(node, id)) else { continue };
        let Some(first) = sight.ghost.order.get(*place).filter(|first| **first != id) else { continue };
        let (me, what, other) = (sight.name(node), called(sight, id), called(sight, *first));
        let words = format!("{me} delivers {what} as number {place}, where another one delivered {other}");
        return Breach::found(&[node], words);
    }
    Ok(())
}

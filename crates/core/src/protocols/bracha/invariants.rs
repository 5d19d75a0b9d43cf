//! What honest servers never do to each other, watched from outside.

use super::{Bracha, BroadcastId, Delivered, Tally, Word};
use crate::{Breach, Invariant, NodeId, NodeMap, NodeSet, Sight, Sorted, StepSeen};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// What each server broadcast, by number.
    broadcasts: NodeMap<Vec<Word>>,
    /// Who was ready for what and who delivered what, by origin and number.
    said: NodeMap<Sorted<u64, Said>>,
    /// Who started.
    started: NodeSet,
    /// Who started more than once, and so was down for a while.
    restarted: NodeSet,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Said {
    readied: Tally,
    delivered: Tally,
}

/// What a step delivered.
fn delivered<'a>(step: &StepSeen<'a, Bracha>) -> impl Iterator<Item = Delivered> + use<'a> {
    let before = step.before.map_or(0, |before| before.delivered.last_index());
    // A server that starts again delivers nothing: it finds on its disk what it delivered earlier.
    let after = step.left().filter(|_| step.input.is_some());
    let last = after.map_or(0, |after| after.delivered.last_index());
    (before + 1..=last).filter_map(move |index| after?.delivered.get(index).copied())
}

/// What a step was ready for.
fn readied(step: &StepSeen<'_, Bracha>) -> Option<(BroadcastId, Word)> {
    step.sends().find_map(|(_, message)| match message {
        super::Message::Ready { id, word } => Some((*id, *word)),
        _ => None,
    })
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Bracha>) {
        if step.input.is_none() && !self.started.insert(step.node) {
            self.restarted.insert(step.node);
        }
        let Some(after) = step.left() else { return };
        if self.broadcasts.get(step.node).is_none() {
            self.broadcasts.insert(step.node, Vec::new());
        }
        let known = self.broadcasts.get_mut(step.node).expect("it was made if it was not there");
        known.extend(
            (known.len() as u64 + 1..=after.broadcasts.last_index())
                .map(|number| *after.broadcasts.get(number).expect("a log has all entries up to its last")),
        );
        for one in delivered(step) {
            self.said(one.id).delivered.add(one.word, step.node);
        }
        if let Some((id, word)) = readied(step) {
            self.said(id).readied.add(word, step.node);
        }
    }

    fn said(&mut self, id: BroadcastId) -> &mut Said {
        if self.said.get(id.origin).is_none() {
            self.said.insert(id.origin, Sorted::new());
        }
        self.said
            .get_mut(id.origin)
            .expect("it was made if it was not there")
            .get_or_insert_with(id.number, Said::default)
    }

    fn heard(&self, id: BroadcastId) -> Said {
        self.said.get(id.origin).and_then(|numbers| numbers.get(&id.number)).copied().unwrap_or_default()
    }

    fn broadcast(&self, id: BroadcastId) -> Option<Word> {
        let number = usize::try_from(id.number).ok()?.checked_sub(1)?;
        self.broadcasts.get(id.origin)?.get(number).copied()
    }

    /// Who was down for a while, and came back.
    pub(super) fn restarted(&self) -> NodeSet {
        self.restarted
    }
}

pub(super) const ALL: &[Invariant<Bracha>] = &[
    Invariant {
        name: "Agreement",
        words: "No two honest servers deliver different values in one broadcast.",
        place: "Bracha 1987, broadcast",
        check: agreement,
    },
    Invariant {
        name: "Integrity",
        words: "An honest server delivers a broadcast once at most, and of an honest origin only what it broadcast.",
        place: "Bracha 1987, broadcast",
        check: integrity,
    },
    Invariant {
        name: "One Ready",
        words: "No two honest servers are ready for different values in one broadcast.",
        place: "Bracha 1987, the proof of the broadcast",
        check: one_ready,
    },
];

fn breach(sight: &Sight<'_, Bracha>, nodes: &[NodeId], id: BroadcastId, words: String) -> Result<(), Breach> {
    let words = format!("{words} in {}'s broadcast {}", sight.name(id.origin), id.number);
    Err(Breach { nodes: nodes.to_vec(), words })
}

/// An honest server other than `me` among those who said the other word.
fn at_odds(sight: &Sight<'_, Bracha>, said: Tally, word: Word) -> Option<NodeId> {
    said.of(word.other()).difference(sight.liars).iter().next()
}

fn agreement(sight: &Sight<'_, Bracha>) -> Result<(), Breach> {
    let me = sight.step.node;
    for Delivered { id, word } in delivered(sight.step).filter(|_| sight.honest(me)) {
        if let Some(other) = at_odds(sight, sight.ghost.heard(id).delivered, word).filter(|other| *other != me) {
            let words =
                format!("{} delivers {word} and {} delivered {}", sight.name(me), sight.name(other), word.other());
            return breach(sight, &[other, me], id, words);
        }
    }
    Ok(())
}

fn integrity(sight: &Sight<'_, Bracha>) -> Result<(), Breach> {
    let me = sight.step.node;
    let before = |id| sight.step.before.and_then(|before| before.instance(id)).and_then(|seen| seen.delivered);
    for Delivered { id, word } in delivered(sight.step).filter(|_| sight.honest(me)) {
        if let Some(earlier) = before(id) {
            let words = format!("{} delivered {earlier} and delivers {word} again", sight.name(me));
            return breach(sight, &[me], id, words);
        }
        let said = sight.ghost.broadcast(id);
        if sight.honest(id.origin) && said != Some(word) {
            let said = said.map_or("nothing".into(), |said| said.to_string());
            let words = format!("{} delivers {word} and {} said {said}", sight.name(me), sight.name(id.origin));
            return breach(sight, &[id.origin, me], id, words);
        }
    }
    Ok(())
}

fn one_ready(sight: &Sight<'_, Bracha>) -> Result<(), Breach> {
    let me = sight.step.node;
    let Some((id, word)) = readied(sight.step).filter(|_| sight.honest(me)) else { return Ok(()) };
    match at_odds(sight, sight.ghost.heard(id).readied, word) {
        Some(other) => {
            let words =
                format!("{} is ready for {word} and {} for {}", sight.name(me), sight.name(other), word.other());
            breach(sight, &[other, me], id, words)
        }
        None => Ok(()),
    }
}

//! What the observer remembers: each write, what it had truly seen, and what was answered.

use super::{Conflicts, Leader, Request, Write};
use crate::{
    Effect, Input, NodeId, OpId, Packet, Sorted, StepSeen,
    crdt::Stamp,
    services::Text,
    versions::{Counts, Dot},
};
use serde::{Deserialize, Serialize};

/// A write by what no server looks at: the client's operation, and the leader that took it.
pub(super) type Id = (OpId, NodeId);

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// Every write that came to a disk.
    pub(super) made: Sorted<Id, Made>,
    /// For each answer the writes that it told of, and what those had seen.
    told: Sorted<Id, Vec<Id>>,
    /// How many of its own writes each leader has acknowledged.
    pub(super) answered: Counts,
}

/// A write, as the observer knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Made {
    /// Its number at its leader.
    pub dot: Dot,
    /// The key.
    pub key: Text,
    /// The value, or that there is none any more.
    pub value: Option<Text>,
    /// Its timestamp, where the last writer wins.
    pub stamp: Option<Stamp>,
    /// The writes to that key that it had seen: its client, where versions are kept, or its leader, if it removes.
    pub seen: Vec<Id>,
    /// How many writes of each leader its leader had applied before.
    pub past: Counts,
}

/// The name of a write for the observer.
pub(super) fn id(write: &Write) -> Id {
    (write.by, write.at)
}

/// The writes that are held of a key, in order.
pub(super) fn held(leader: &Leader, key: &str) -> Vec<Id> {
    let writes = leader.keys.get(key).map(|held| held.writes()).unwrap_or_default();
    let mut ids: Vec<Id> = writes.into_iter().map(id).collect();
    crate::order::sort(&mut ids);
    ids
}

/// The write that the leader took from a client in this step, and its number.
fn taken<'a>(step: &'a StepSeen<'_, Leader>) -> Option<(&'a Request, Dot)> {
    let Some(Input::Packet { packet: Packet::Request(request), .. }) = step.input else { return None };
    let number = |leader: &Leader| leader.seen.of(step.node);
    let count = number(step.after);
    (step.before.map(number) != Some(count)).then_some((request, Dot { node: step.node, count }))
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Leader>) {
        let taken = taken(step);
        let persists = step.effects.iter().any(|effect| matches!(effect, Effect::Persist(_)));
        if let Some((request, dot)) = taken.filter(|_| persists) {
            self.takes(step, request, dot);
        }
        for (_, told) in step.responses() {
            let super::Outcome::Done { writes, .. } = &told.outcome else { continue };
            let mut seen: Vec<Id> =
                writes.iter().flat_map(|write| [id(write)].into_iter().chain(self.seen(id(write)))).collect();
            crate::order::sort(&mut seen);
            seen.dedup();
            self.told.insert((told.id, step.node), seen);
            if let Some((_, dot)) = taken {
                self.answered.raise(dot.node, dot.count);
            }
        }
    }

    fn takes(&mut self, step: &StepSeen<'_, Leader>, request: &Request, dot: Dot) {
        let (key, before) = (request.op.key(), step.before);
        let value = request.op.written().flatten().cloned();
        let mut seen: Vec<Id> = match step.config.conflicts {
            Conflicts::Merge if value.is_some() => Vec::new(),
            Conflicts::Merge => before.map(|leader| held(leader, key)).unwrap_or_default(),
            _ => {
                let answer = request.context.answer.map(|(server, serial)| (OpId { serial, ..request.id }, server));
                answer.and_then(|answer| self.told.get(&answer)).cloned().unwrap_or_default()
            }
        };
        let mut stamp = None;
        if step.config.conflicts == Conflicts::LastWriter {
            stamp = Some(Stamp { count: step.after.last, node: step.node });
        }
        crate::order::sort(&mut seen);
        seen.dedup();
        let past = before.map(|leader| leader.seen.clone()).unwrap_or_default();
        self.made.insert((request.id, step.node), Made { dot, key: key.clone(), value, stamp, seen, past });
    }

    fn seen(&self, id: Id) -> Vec<Id> {
        self.made.get(&id).map(|made| made.seen.clone()).unwrap_or_default()
    }

    /// The writes to a key that a leader has applied which has so many of each.
    pub(super) fn applied(&self, key: &str, seen: &Counts) -> Vec<(Id, &Made)> {
        let of = |made: &Made| *made.key == *key && made.dot.count <= seen.of(made.dot.node);
        self.made.iter().filter(|(_, made)| of(made)).map(|(id, made)| (*id, made)).collect()
    }
}

/// What writes to a key come to by definition: the last one; those that no other had seen; or what was put and not removed.
pub(super) fn outcome(conflicts: Conflicts, applied: &[(Id, &Made)]) -> Vec<Id> {
    let unseen = |id: &Id| applied.iter().all(|(_, other)| !other.seen.contains(id));
    match conflicts {
        Conflicts::LastWriter => {
            let last = applied.iter().map(|(id, made)| (made.stamp, *id)).max();
            last.map(|(_, id)| id).into_iter().collect()
        }
        Conflicts::Vectors => applied.iter().map(|(id, _)| *id).filter(unseen).collect(),
        Conflicts::Merge => {
            applied.iter().filter(|(_, made)| made.value.is_some()).map(|(id, _)| *id).filter(unseen).collect()
        }
    }
}

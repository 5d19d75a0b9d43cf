//! What a leader holds of a key, and what a write makes of it: one way for each way to deal with conflicts.

use super::{Bug, Conflicts, Entry, Mark, Write};
use crate::{
    NodeId,
    crdt::{Lww, OrSet, Stamp},
    services::Text,
    versions::{Counts, Siblings, Version},
};
use serde::{Deserialize, Serialize};

/// What a leader holds of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Held {
    /// The write with the greatest timestamp, a tombstone if it was a delete.
    Last(Lww<Write>),
    /// The versions of which none had seen another, tombstones among them.
    Versions(Siblings<Write>),
    /// The elements that were added and not removed, each under the name of the write that added it.
    Set(OrSet<Write>),
}

impl Held {
    /// Nothing.
    pub(super) fn new(conflicts: Conflicts) -> Self {
        match conflicts {
            Conflicts::LastWriter => Held::Last(Lww::default()),
            Conflicts::Vectors => Held::Versions(Siblings::default()),
            Conflicts::Merge => Held::Set(OrSet::default()),
        }
    }

    /// A write has its effect. One that is marked for another way to deal with conflicts has none.
    pub(super) fn apply(&mut self, entry: &Entry, bug: Bug) {
        let write = &entry.write;
        match (&mut *self, &entry.mark) {
            (Held::Last(last), Mark::At(stamp)) => keep_last(last, *stamp, write, bug),
            (Held::Versions(siblings), Mark::Seen(seen)) => {
                let version = Version::dotted(entry.dot, seen.clone());
                let new = siblings.put(version.clone(), write.clone());
                if new && bug == Bug::DropSiblings {
                    *siblings = Siblings::default();
                    siblings.put(version, write.clone());
                }
            }
            (Held::Set(set), Mark::Adds) => set.add(entry.dot, write),
            (Held::Set(set), Mark::Removes(_)) if bug == Bug::RemoveUnseen => set.tagged.clear(),
            (Held::Set(set), Mark::Removes(tags)) => set.remove(tags),
            _ => {}
        }
        if bug == Bug::ForgetTombstone {
            self.forget();
        }
    }

    /// Forgets that there was anything if all that is left is tombstones.
    fn forget(&mut self) {
        let dead = self.writes().iter().all(|write| write.value.is_none());
        match self {
            Held::Last(last) if dead => *last = Lww::default(),
            Held::Versions(siblings) if dead => *siblings = Siblings::default(),
            _ => {}
        }
    }

    /// The writes that are held.
    pub fn writes(&self) -> Vec<&Write> {
        match self {
            Held::Last(last) => last.0.iter().map(|(_, write)| write).collect(),
            Held::Versions(siblings) => siblings.iter().map(|(_, write)| write).collect(),
            Held::Set(set) => set.tagged.iter().map(|(_, write)| write).collect(),
        }
    }

    /// What a client is told: of a set each element once.
    pub(super) fn told(&self) -> Vec<Write> {
        let mut writes: Vec<Write> = self.writes().into_iter().cloned().collect();
        if matches!(self, Held::Set(_)) {
            crate::order::sort_by_key(&mut writes, |write| write.value.clone());
            writes.dedup_by(|one, other| one.value == other.value);
        }
        writes
    }

    /// What a client that is told this has seen, which counts where versions are kept.
    pub(super) fn context(&self) -> Counts {
        match self {
            Held::Versions(siblings) => siblings.context(),
            _ => Counts::default(),
        }
    }

    /// What a write that is asked for now is marked with: the time, what its client has read, or what it removes.
    pub(super) fn mark(&self, stamp: Stamp, seen: &Counts, value: Option<&Text>) -> Mark {
        match self {
            Held::Last(_) => Mark::At(stamp),
            Held::Versions(_) => Mark::Seen(seen.clone()),
            Held::Set(_) if value.is_some() => Mark::Adds,
            Held::Set(set) => Mark::Removes(set.tagged.iter().map(|(tag, _)| *tag).collect()),
        }
    }

    /// Whether nothing that a leader may not forget is gone since: the time is no earlier, what is gone was seen by what
    /// is there, and what was removed is not back.
    pub(super) fn follows(&self, before: &Held) -> bool {
        match (before, self) {
            (Held::Last(old), Held::Last(new)) => {
                let time = |last: &Lww<Write>| last.0.as_ref().map(|(stamp, _)| *stamp);
                time(old) <= time(new)
            }
            (Held::Versions(old), Held::Versions(new)) => {
                let kept = |version: &Version| new.iter().any(|(now, _)| now == version || version.is_seen_by(now));
                old.iter().all(|(version, _)| kept(version))
            }
            (Held::Set(old), Held::Set(new)) => {
                let there = |set: &OrSet<Write>, tag| set.tagged.iter().any(|(known, _)| *known == tag);
                new.tagged.iter().all(|(tag, _)| tag.count > old.seen.of(tag.node) || there(old, *tag))
            }
            _ => false,
        }
    }
}

/// Of two writes the one with the greater timestamp stays: the later one, and of equal times that of the later name.
fn keep_last(last: &mut Lww<Write>, stamp: Stamp, write: &Write, bug: Bug) {
    let known = last.0.as_ref().map(|(known, _)| known.count);
    let by_arrival = match bug {
        Bug::NoClock => true,
        Bug::NoTieBreak => known == Some(stamp.count),
        _ => false,
    };
    if by_arrival {
        last.0 = Some((stamp, write.clone()));
    } else {
        last.write(stamp, write);
    }
}

/// The timestamp of the next write of a leader whose clock shows `time`: it gives none twice.
pub(super) fn next_stamp(me: NodeId, time: u64, last: u64) -> Stamp {
    Stamp { count: time.max(last + 1), node: me }
}

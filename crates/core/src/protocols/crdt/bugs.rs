//! What the planted bugs make of a merge or of an effect.

use super::{Bug, Operation};
use crate::{
    crdt::{Crdt, GCounter, Letter, Lww, Stamp, Update},
    services::Text,
    versions::{Counts, Dot, Siblings},
};

fn sum(one: &mut GCounter, other: &GCounter) {
    let long = one.0.as_slice().len().max(other.0.as_slice().len());
    one.0 = one.0.first(long).zip(other.0.first(long)).map(|(one, other)| one + other).collect::<Counts>();
}

/// The write that arrives stays unless it has a smaller count.
fn overwrite(register: &mut Lww, stamp: Stamp, value: &Text) {
    if register.0.as_ref().is_none_or(|(known, _)| known.count <= stamp.count) {
        register.0 = Some((stamp, value.clone()));
    }
}

/// Puts letters right beside their neighbour.
fn beside(letters: &mut Vec<Letter>, after: Option<Dot>, first: Dot, text: &str) {
    let place = after.and_then(|after| letters.iter().position(|letter| letter.id == after));
    let mut after = after;
    for (nth, letter) in text.chars().enumerate() {
        let id = Dot { count: first.count + nth as u64, ..first };
        letters.insert(place.map_or(0, |place| place + 1) + nth, Letter { id, after, letter, gone: false });
        after = Some(id);
    }
}

/// Merges as the bug does. False if it has nothing to say here.
pub(super) fn merge(bug: Bug, data: &mut Crdt, theirs: &Crdt) -> bool {
    match (bug, data, theirs) {
        (Bug::AddCounts, Crdt::GCounter(one), Crdt::GCounter(other)) => sum(one, other),
        (Bug::AddCounts, Crdt::PnCounter(one), Crdt::PnCounter(other)) => {
            sum(&mut one.up, &other.up);
            sum(&mut one.down, &other.down);
        }
        (Bug::TakeOver, data, theirs) => *data = theirs.clone(),
        (Bug::NoTieBreak, Crdt::Lww(register), Crdt::Lww(Lww(Some((stamp, value))))) => {
            overwrite(register, *stamp, value);
        }
        _ => return false,
    }
    true
}

/// Gives an operation the effect that it has with the bug. False if the bug has nothing to say here.
pub(super) fn effect(bug: Bug, data: &mut Crdt, operation: &Operation) -> bool {
    match (bug, data, &operation.update) {
        (Bug::RemoveUnseen, Crdt::OrSet(set), Update::Untag(element, _)) => {
            set.tagged.retain(|(_, known)| known != element);
        }
        (Bug::NoTieBreak, Crdt::Lww(register), Update::Stamped(stamp, value)) => overwrite(register, *stamp, value),
        (Bug::KeepOne, Crdt::Mv(register), Update::Version(version, value)) => {
            if register.0.put(version.clone(), value.clone()) {
                register.0 = Siblings::default();
                register.0.put(version.clone(), value.clone());
            }
        }
        (Bug::ByArrival, Crdt::Rga(text), Update::Insert(after, first, letters)) => {
            beside(&mut text.0, *after, *first, letters);
        }
        _ => return false,
    }
    true
}

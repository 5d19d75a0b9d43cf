//! What each type promises: the value that a set of operations comes to, said without replicas, states, arrival, or any
//! stamp that a replica made. What is looked at is what was asked for, what whoever asked had seen, and, of two that did not
//! know of each other, which replica stands later in the order of replicas.

use super::invariants::Made;
use crate::{
    NodeId, Sorted,
    crdt::{Edit, Type},
    versions::{Counts, Dot},
};

/// An operation, and what the observer knows of it.
pub(super) type Known<'a> = (Dot, &'a Made);

/// A letter: the operation that wrote it, and its place among the letters of that, from 0.
pub(super) type LetterId = (Dot, u64);

/// The value that these operations come to.
pub(super) fn value(which: Type, all: &[Known<'_>]) -> String {
    match which {
        Type::GCounter | Type::PnCounter => sum(all).to_string(),
        Type::GSet | Type::OrSet => joined(staying(all), " "),
        Type::MvRegister => joined(unreplaced(all), " | "),
        Type::LwwRegister => latest(all),
        Type::Rga => letters(all).into_iter().map(|(_, letter)| letter).collect(),
    }
}

/// The height of the next operation of a replica that has taken these: one more than theirs. Each letter has one of its
/// own, so that a later one stands above all that its writer saw.
pub(super) fn height(taken: &[Known<'_>]) -> u64 {
    let top = |(_, made): &Known<'_>| match &made.edit {
        Edit::Set(_) => made.height,
        Edit::Insert(_, text) => made.height + text.chars().count() as u64 - 1,
        _ => 0,
    };
    taken.iter().map(top).max().unwrap_or(0) + 1
}

/// The letter that somebody who sees what these come to means: the one to the left of what is written, or the one that is
/// taken away.
pub(super) fn meant(edit: &Edit, taken: &[Known<'_>]) -> Option<LetterId> {
    let nth = match edit {
        Edit::Insert(place, _) => place.saturating_sub(1),
        Edit::Delete(place) => *place,
        _ => return None,
    };
    let seen = letters(taken);
    let nth = if matches!(edit, Edit::Insert(..)) { nth.min(seen.len() as u64) } else { nth };
    let place = usize::try_from(nth.checked_sub(1)?).ok()?;
    seen.get(place).map(|(id, _)| *id)
}

/// Each increment and each decrement counts once.
fn sum(all: &[Known<'_>]) -> i128 {
    let by = |(_, made): &Known<'_>| match made.edit {
        Edit::Inc(by) => i128::from(by),
        Edit::Dec(by) => -i128::from(by),
        _ => 0,
    };
    all.iter().map(by).sum()
}

fn is_within(dot: Dot, seen: &Counts) -> bool {
    dot.count <= seen.of(dot.node)
}

/// The additions of elements of which no removal of that element had seen them.
fn staying<'a>(all: &'a [Known<'a>]) -> impl Iterator<Item = &'a Made> {
    let mut removers = Sorted::<&str, Counts>::new();
    for (_, made) in all {
        if let Edit::Remove(element) = &made.edit {
            removers.get_or_insert_with(&**element, Counts::default).take(&made.past);
        }
    }
    let stays = move |(dot, made): &&Known<'_>| match &made.edit {
        Edit::Add(element) => removers.get(&**element).is_none_or(|seen| !is_within(*dot, seen)),
        _ => false,
    };
    all.iter().filter(stays).map(|(_, made)| *made)
}

/// The writes that no other had seen.
fn unreplaced<'a>(all: &'a [Known<'a>]) -> impl Iterator<Item = &'a Made> {
    let mut seen = Counts::default();
    all.iter().for_each(|(_, made)| seen.take(&made.past));
    all.iter().filter(move |(dot, _)| !is_within(*dot, &seen)).map(|(_, made)| *made)
}

/// What these wrote or added, in order; elements are named once.
fn joined<'a>(made: impl Iterator<Item = &'a Made>, apart: &str) -> String {
    let words = made.filter_map(|made| match &made.edit {
        Edit::Add(word) | Edit::Set(word) => Some(word.clone()),
        _ => None,
    });
    let mut words: Vec<_> = words.collect();
    crate::order::sort(&mut words);
    if apart == " " {
        words.dedup();
    }
    words.join(apart)
}

/// The highest write, and of equal ones that of the later replica.
fn latest(all: &[Known<'_>]) -> String {
    let writes = all.iter().filter_map(|(dot, made)| match &made.edit {
        Edit::Set(value) => Some(((made.height, dot.node), value)),
        _ => None,
    });
    writes.max_by_key(|(rank, _)| *rank).map(|(_, value)| value.to_string()).unwrap_or_default()
}

/// A letter as it hangs at the one that its writer saw to its left, and what ranks it among those that hang there.
type Hung = (Option<LetterId>, (u64, NodeId), LetterId, char);

/// The letters that stand, from left to right. They are a tree: first a letter, then what hangs at it, higher ones first.
fn letters(all: &[Known<'_>]) -> Vec<(LetterId, char)> {
    let (mut hung, mut gone) = (Vec::<Hung>::new(), Vec::new());
    for (dot, made) in all {
        match &made.edit {
            Edit::Insert(_, text) => {
                for (letter, nth) in text.chars().zip(0..) {
                    let left = if nth == 0 { made.meant } else { Some((*dot, nth - 1)) };
                    hung.push((left, (made.height + nth, dot.node), (*dot, nth), letter));
                }
            }
            Edit::Delete(_) => gone.extend(made.meant),
            _ => {}
        }
    }
    crate::order::sort(&mut hung);
    crate::order::sort(&mut gone);
    let at = |left: Option<LetterId>| {
        let first = hung.partition_point(|(other, ..)| *other < left);
        let count = hung[first..].partition_point(|(other, ..)| *other == left);
        &hung[first..first + count]
    };
    // What is put on the stack last is taken first.
    let mut open: Vec<&Hung> = at(None).iter().collect();
    let mut standing = Vec::new();
    while let Some((_, _, id, letter)) = open.pop() {
        if gone.binary_search(id).is_err() {
            standing.push((*id, *letter));
        }
        open.extend(at(Some(*id)));
    }
    standing
}

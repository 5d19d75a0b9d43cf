//! What each type promises: the value that a set of operations comes to, said without replicas, states or arrival. Two
//! things alone are looked at: what was asked for, and what whoever asked had seen.

use super::invariants::Made;
use crate::{
    crdt::{Edit, Type, Update},
    versions::Dot,
};

/// An operation, and what the observer knows of it.
pub(super) type Known<'a> = (Dot, &'a Made);

/// The value that these operations come to.
pub(super) fn value(which: Type, all: &[Known<'_>]) -> String {
    match which {
        Type::GCounter | Type::PnCounter => sum(all).to_string(),
        Type::GSet | Type::OrSet => joined(all.iter().filter(|one| stays(one, all)).map(|(_, made)| made), " "),
        Type::MvRegister => joined(all.iter().filter(|one| !is_replaced(one, all)).map(|(_, made)| made), " | "),
        Type::LwwRegister => latest(all),
        Type::Rga => text(all),
    }
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

/// Whether it adds an element and no removal of that element had seen it.
fn stays((dot, made): &Known<'_>, all: &[Known<'_>]) -> bool {
    let Edit::Add(element) = &made.edit else { return false };
    let removes = |other: &Made| matches!(&other.edit, Edit::Remove(gone) if gone == element);
    !all.iter().any(|(_, other)| removes(other) && other.past.contains(dot))
}

/// Whether another write had seen this one.
fn is_replaced((dot, _): &Known<'_>, all: &[Known<'_>]) -> bool {
    all.iter().any(|(_, other)| other.past.contains(dot))
}

/// What these wrote or added, in order; elements are named once.
fn joined<'a>(made: impl Iterator<Item = &'a &'a Made>, apart: &str) -> String {
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

/// The value under the greatest timestamp.
fn latest(all: &[Known<'_>]) -> String {
    let stamped = all.iter().filter_map(|(_, made)| match &made.update {
        Update::Stamped(stamp, value) => Some((*stamp, value)),
        _ => None,
    });
    stamped.max_by_key(|(stamp, _)| *stamp).map(|(_, value)| value.to_string()).unwrap_or_default()
}

/// The letters as a tree, in which each hangs at the one that its writer saw to its left: first a letter, then what hangs
/// at it, greater names first.
fn text(all: &[Known<'_>]) -> String {
    let mut letters: Vec<(u64, Dot, Option<Dot>, char)> = Vec::new();
    let mut gone = Vec::new();
    for (_, made) in all {
        match &made.update {
            Update::Insert(after, first, text) => {
                let mut after = *after;
                for (letter, count) in text.chars().zip(first.count..) {
                    let id = Dot { count, ..*first };
                    letters.push((count, id, after, letter));
                    after = Some(id);
                }
            }
            Update::Delete(id) => gone.push(*id),
            _ => {}
        }
    }
    // What is put on the stack last is taken first.
    crate::order::sort(&mut letters);
    let at = |left: Option<Dot>| letters.iter().filter(move |(_, _, after, _)| *after == left);
    let mut open: Vec<_> = at(None).collect();
    let mut text = String::new();
    while let Some((_, id, _, letter)) = open.pop() {
        if !gone.contains(id) {
            text.push(*letter);
        }
        open.extend(at(Some(*id)));
    }
    text
}

//! What a placement comes to: who holds how much, and what a change moves.

use super::{Member, Placement};
use crate::Sorted;

/// How many of `keys` each member holds, in the order of the list.
pub fn loads(placement: &Placement, keys: &[u64]) -> Vec<u64> {
    let mut loads = vec![0; placement.members().len()];
    placement.assign(keys).into_iter().for_each(|owner| loads[owner as usize] += 1);
    loads
}

/// How far loads are from what weights say: the standard deviation of what each member holds as a part of what it should,
/// over those that should hold something. 0 if all is as it should be, or nobody holds anything.
pub fn unevenness(members: &[Member], loads: &[u64]) -> f64 {
    let weight: u64 = members.iter().map(|member| u64::from(member.weight)).sum();
    let each = loads.iter().sum::<u64>() as f64 / weight.max(1) as f64;
    let due = members.iter().zip(loads).filter(|(member, _)| member.weight > 0 && each > 0.0);
    let off = due.map(|(member, load)| *load as f64 / (each * f64::from(member.weight)) - 1.0);
    let (count, squares) = off.fold((0_u32, 0.0), |(count, sum), off| (count + 1, sum + off * off));
    (squares / f64::from(count.max(1))).sqrt()
}

/// What changed hands between two placements.
#[derive(Clone, Debug, PartialEq)]
pub struct Moves {
    /// How many keys are with somebody else.
    pub moved: u64,
    /// How many have to move at least, so that each member holds what its weight says: k / n for the n-th member that joins.
    pub ideal: f64,
    /// From whom to whom, by name, and how many.
    pub flows: Sorted<(String, String), u64>,
}

/// Compares who holds `keys` before and after a change. Members are the same if their names are.
pub fn moves(before: &Placement, after: &Placement, keys: &[u64]) -> Moves {
    let name = |placement: &Placement, owner: u32| placement.members()[owner as usize].name.clone();
    // By place first, as there are far fewer pairs of places than keys.
    let mut counts: Sorted<(u32, u32), u64> = Sorted::new();
    for pair in before.assign(keys).into_iter().zip(after.assign(keys)) {
        *counts.get_or_insert_with(pair, || 0) += 1;
    }
    let named = counts.into_iter().map(|((from, to), count)| ((name(before, from), name(after, to)), count));
    let flows: Sorted<_, _> = named.filter(|((from, to), _)| from != to).collect();
    let moved = flows.values().sum();
    Moves { moved, ideal: needed(before, after) * keys.len() as f64, flows }
}

/// The part of all keys by which the shares of some members grow.
fn needed(before: &Placement, after: &Placement) -> f64 {
    let share = |placement: &Placement, name: &str| {
        let weight = |wanted: Option<&str>| {
            let members = placement.members().iter().filter(|member| wanted.is_none_or(|name| member.name == name));
            members.map(|member| f64::from(member.weight)).sum::<f64>()
        };
        weight(Some(name)) / weight(None)
    };
    let grown = |name: &str| (share(after, name) - share(before, name)).max(0.0);
    after.members().iter().map(|member| grown(&member.name)).sum()
}

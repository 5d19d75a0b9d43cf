//! Who led, and how long nobody did.

use super::numbers::{Within, per_mille, together};
use crate::trace::Trace;
use lightcone_core::{Micros, NodeId, NodeSet, Role};
use serde::Serialize;

/// Who led in a window. A server leads while it holds itself for the leader and is up, whatever the others think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Leadership {
    /// How many times someone began to lead.
    pub began: u64,
    /// How many of these times it was not the one that had begun last.
    pub changes: u64,
    /// How long nobody led, in microseconds.
    pub without: u64,
    /// The share of the window in which nobody led, in per mille.
    pub without_per_mille: u64,
    /// How long several led at once, in microseconds.
    pub several: u64,
}

pub(super) fn leadership(trace: &Trace, within: Within) -> Option<Leadership> {
    trace.roles.iter().find(|change| change.role.map(Role::like) == Some(Role::Leader))?;
    let mut leaders = NodeSet::new();
    let mut last: Option<NodeId> = None;
    let (mut began, mut changes) = (0, 0);
    let (mut without, mut several) = (Vec::new(), Vec::new());
    let mut since = Micros::ZERO;
    let mut pass = |leaders: NodeSet, from: Micros, to: u64| match leaders.len() {
        0 => without.push((from.0, to)),
        1 => {}
        _ => several.push((from.0, to)),
    };
    for change in &trace.roles {
        pass(leaders, since, change.at.0);
        since = change.at;
        if change.role.map(Role::like) != Some(Role::Leader) {
            leaders.remove(change.node);
            continue;
        }
        leaders.insert(change.node);
        if within.contains(change.at) {
            began += 1;
            changes += u64::from(last.is_some_and(|last| last != change.node));
        }
        last = Some(change.node);
    }
    pass(leaders, since, u64::MAX);
    let without = together(&within.union(without));
    let without_per_mille = per_mille(without, within.length());
    Some(Leadership { began, changes, without, without_per_mille, several: together(&within.union(several)) })
}

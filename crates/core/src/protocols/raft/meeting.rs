//! Whether majorities of two configurations meet: what all changes of membership rest on (§6, dissertation §4.1).

use super::{
    invariants::{Seen, begins_to_lead},
    membership::label,
    state::Role,
};
use crate::{
    Breach, NodeSet,
    quorum::{Joint, majority},
};

/// Whether any majority of one set shares a member with any majority of the other.
fn meet(a: NodeSet, b: NodeSet) -> bool {
    let both = a.intersection(b).len();
    // A majority with as few of those in both as can be.
    let needed = |set: NodeSet, other: NodeSet| majority(set.len()).saturating_sub(set.difference(other).len());
    needed(a, b) + needed(b, a) > both
}

/// Whether any quorums of the two share a member: that of a change is a majority of each of its sets.
fn quorums_meet(a: Joint, b: Joint) -> bool {
    let sets = |joint: Joint| [Some(joint.new), joint.is_changing().then_some(joint.old)].into_iter().flatten();
    sets(a).any(|a| sets(b).any(|b| meet(a, b)))
}

/// Looks at who begins to lead, or goes by another configuration as a leader.
pub(super) fn majorities_meet(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after, config) = (sight.step, sight.step.after, sight.config);
    let mine = after.voters(config);
    let same = step.before.is_some_and(|before| before.voters(config) == mine);
    // Whoever crashed within the step leads no more.
    if step.cut || after.role != Role::Leader || same && !begins_to_lead(step) {
        return Ok(());
    }
    let known = || sight.ghost.configurations.iter();
    let earlier = known().filter(|(_, term, _)| *term < after.current_term).max_by_key(|(index, ..)| *index);
    let last = earlier.map_or_else(|| config.first(), |(_, _, voters)| *voters);
    // What it committed itself was one step after another.
    let others = known().any(|(_, term, _)| *term == after.current_term);
    if others || quorums_meet(mine, last) {
        return Ok(());
    }
    let (me, term) = (sight.name(step.node), after.current_term);
    let words = format!(
        "{me} leads term {term} and goes by {}, though {} is committed: majorities of the two need not meet",
        label(mine),
        label(last)
    );
    Breach::found(&[step.node], words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NodeId;

    #[test]
    fn majorities_meet_if_no_two_of_them_are_disjoint() {
        let subsets =
            || (0..1_u64 << 5).map(|bits| (0..5).filter(|place| bits >> place & 1 == 1).map(NodeId).collect());
        let mut seen = [0, 0];
        for a in subsets() {
            for b in subsets() {
                let quorums = |of: NodeSet| subsets().filter(move |set: &NodeSet| Joint::of(of).is_quorum(*set));
                let by_hand = quorums(a).all(|x| quorums(b).all(|y| !x.intersection(y).is_empty()));
                assert_eq!(meet(a, b), by_hand, "{a:?} {b:?}");
                seen[usize::from(by_hand)] += 1;
            }
        }
        assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
    }

    #[test]
    fn any_step_of_a_change_meets_the_one_before() {
        let set = |nodes: &[u8]| nodes.iter().map(|node| NodeId(*node)).collect::<NodeSet>();
        let (old, new) = (set(&[0, 1, 2]), set(&[3, 4]));
        let joint = Joint { new, old };
        assert!(quorums_meet(Joint::of(old), joint) && quorums_meet(joint, Joint::of(new)));
        assert!(!quorums_meet(Joint::of(old), Joint::of(new)));
    }
}

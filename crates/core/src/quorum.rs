//! Quorums as pure functions: majorities of one set of voters, and joint majorities of two.
//!
//! Consensus rests on sets of servers of which any two share a member. A majority of one set is such; while a cluster
//! changes from one set of voters to another, a majority of *each* is (Raft §6). What is decided by counting is always the
//! same: whether a vote is won, and up to which index a log is held by enough. Nothing here knows a protocol.

use crate::{NodeId, NodeSet};

/// What became of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ballot {
    /// Enough have said no: whatever the others say, it cannot be won.
    Lost,
    /// Those who have not answered decide.
    Pending,
    /// Enough have said yes.
    Won,
}

/// How many of so many voters are the smallest majority. There is none of no voters: 1 is more than there are.
#[must_use]
pub const fn majority(voters: usize) -> usize {
    voters / 2 + 1
}

/// What became of a vote among `voters` when `yes` and `no` have answered. Whoever is not a voter does not count; one who
/// is in both sets has said yes. Nobody can win a vote of no voters.
///
/// ```
/// use lightcone_core::{NodeId, NodeSet, quorum::{Ballot, vote}};
/// let five = NodeSet::first(5);
/// let two = NodeSet::first(2);
/// assert_eq!(vote(five, two, NodeSet::new()), Ballot::Pending);
/// assert_eq!(vote(five, NodeSet::first(3), NodeSet::new()), Ballot::Won);
/// assert_eq!(vote(five, two, five.difference(two)), Ballot::Lost);
/// ```
#[must_use]
pub const fn vote(voters: NodeSet, yes: NodeSet, no: NodeSet) -> Ballot {
    let need = majority(voters.len());
    let yes = yes.intersection(voters);
    let no = no.intersection(voters).difference(yes);
    if yes.len() >= need {
        Ballot::Won
    } else if voters.len() - no.len() < need {
        Ballot::Lost
    } else {
        Ballot::Pending
    }
}

/// The largest index that a majority of `voters` is known to have reached, where `reached` says how far each of them is
/// known to be. Whoever is unknown (`None`) counts as not having begun, so that the answer can only grow as more becomes
/// known. It is 0 where no majority is known to have reached anything, and where there are no voters.
///
/// ```
/// use lightcone_core::{NodeSet, quorum::committed};
/// let known = [Some(7), Some(5), None];
/// assert_eq!(committed(NodeSet::first(3), |node| known[node.index()]), 5);
/// ```
#[must_use]
pub fn committed(voters: NodeSet, reached: impl Fn(NodeId) -> Option<u64>) -> u64 {
    let there = |index: u64| voters.iter().filter(|node| reached(*node).is_some_and(|far| far >= index)).count();
    let indices = voters.iter().filter_map(&reached);
    indices.filter(|index| there(*index) >= majority(voters.len())).max().unwrap_or(0)
}

/// Two sets of voters that decide together (Raft §6): nothing is decided unless a majority of each decides it. Outside of
/// a change there is one set, and the other is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Joint {
    /// The voters, or while they change, those of the new configuration.
    pub new: NodeSet,
    /// While voters change, those of the old configuration; else nobody.
    pub old: NodeSet,
}

impl Joint {
    /// One set of voters, that no change is under way for.
    #[must_use]
    pub const fn of(voters: NodeSet) -> Self {
        Joint { new: voters, old: NodeSet::new() }
    }

    /// Whether voters are being changed.
    #[must_use]
    pub const fn is_changing(self) -> bool {
        !self.old.is_empty()
    }

    /// Everyone who votes in either.
    #[must_use]
    pub const fn voters(self) -> NodeSet {
        self.new.union(self.old)
    }

    /// What became of a vote: won if both sets have won it, lost if one has lost it.
    #[must_use]
    pub fn vote(self, yes: NodeSet, no: NodeSet) -> Ballot {
        let new = vote(self.new, yes, no);
        if self.is_changing() { new.min(vote(self.old, yes, no)) } else { new }
    }

    /// Whether these servers are a quorum: a majority of each set.
    #[must_use]
    pub fn is_quorum(self, nodes: NodeSet) -> bool {
        self.vote(nodes, NodeSet::new()) == Ballot::Won
    }

    /// The largest index that a majority of each set is known to have reached; see [`committed`].
    #[must_use]
    pub fn committed(self, reached: impl Fn(NodeId) -> Option<u64>) -> u64 {
        let new = committed(self.new, &reached);
        if self.is_changing() { new.min(committed(self.old, reached)) } else { new }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subsets(of: usize) -> impl Iterator<Item = NodeSet> + Clone {
        (0..1_u64 << of).map(move |bits| (0..of as u8).filter(|place| bits >> place & 1 == 1).map(NodeId).collect())
    }

    /// Lets everyone who is silent answer in every way, and looks at who wins.
    fn by_hand(joint: Joint, yes: NodeSet, no: NodeSet) -> Ballot {
        let silent = joint.voters().difference(yes).difference(no);
        let wins = |all: NodeSet| {
            let more = |voters: NodeSet| all.intersection(voters).len() > voters.len() - all.intersection(voters).len();
            more(joint.new) && (joint.old.is_empty() || more(joint.old))
        };
        let outcomes: Vec<bool> =
            subsets(6).filter(|late| late.difference(silent).is_empty()).map(|late| wins(yes.union(late))).collect();
        match (outcomes.iter().all(|won| *won), outcomes.iter().any(|won| *won)) {
            (true, _) => Ballot::Won,
            (false, true) => Ballot::Pending,
            (false, false) => Ballot::Lost,
        }
    }

    #[test]
    fn a_vote_is_decided_when_no_answer_can_change_it() {
        for voters in subsets(6).filter(|voters| voters.iter().all(|node| usize::from(node.0) < voters.len())) {
            for yes in subsets(6) {
                for no in subsets(6).filter(|no| no.intersection(yes).is_empty()) {
                    let joint = Joint::of(voters);
                    assert_eq!(vote(voters, yes, no), by_hand(joint, yes, no), "{voters:?} {yes:?} {no:?}");
                    assert_eq!(joint.vote(yes, no), vote(voters, yes, no));
                }
            }
        }
    }

    #[test]
    fn a_joint_vote_needs_both_majorities() {
        let mut seen = [0; 3];
        for (new, old) in subsets(4).flat_map(|new| subsets(4).map(move |old| (new, old))) {
            for yes in subsets(4) {
                for no in subsets(4).filter(|no| no.intersection(yes).is_empty()) {
                    let joint = Joint { new, old };
                    let ballot = joint.vote(yes, no);
                    // A vote of nobody is lost by hand as well, for nobody is more than nobody.
                    assert_eq!(ballot, by_hand(joint, yes, no), "{joint:?} {yes:?} {no:?}");
                    assert_eq!(joint.is_quorum(yes), ballot == Ballot::Won);
                    seen[ballot as usize] += 1;
                }
            }
        }
        assert!(seen.iter().all(|count| *count > 1_000), "{seen:?}");
    }

    #[test]
    fn any_two_quorums_of_a_change_meet() {
        for (new, old) in subsets(4).flat_map(|new| subsets(4).map(move |old| (new, old))) {
            let joint = Joint { new, old };
            let quorums: Vec<NodeSet> = subsets(4).filter(|set| joint.is_quorum(*set)).collect();
            assert!(quorums.iter().all(|a| quorums.iter().all(|b| !a.intersection(*b).is_empty())), "{joint:?}");
        }
    }

    /// The largest index such that those known to be there or farther are a majority of each set.
    fn index_by_hand(joint: Joint, known: &[Option<u64>]) -> u64 {
        let there =
            |index: u64| (0..known.len() as u8).map(NodeId).filter(|n| known[n.index()] >= Some(index)).collect();
        (1..=3).rev().find(|index| joint.is_quorum(there(*index))).unwrap_or(0)
    }

    #[test]
    fn an_index_is_committed_when_a_majority_of_each_set_is_there() {
        // All tables of four servers, each unknown or at an index from 0 to 3.
        let digit = |table: u64, place: u32| (table / 5_u64.pow(place) % 5).checked_sub(1);
        let tables = (0..5_u64.pow(4)).map(|table| [0, 1, 2, 3].map(|place| digit(table, place)));
        let mut moved = 0;
        for known in tables {
            for (new, old) in subsets(4).flat_map(|new| subsets(4).map(move |old| (new, old))) {
                let joint = Joint { new, old };
                let found = joint.committed(|node| known[node.index()]);
                assert_eq!(found, index_by_hand(joint, &known), "{joint:?} {known:?}");
                moved += u64::from(found > 0);
            }
        }
        assert!(moved > 10_000, "{moved}");
    }

    #[test]
    fn what_becomes_known_takes_nothing_back() {
        let known = [Some(4), None, Some(2), None, Some(9)];
        let now = committed(NodeSet::first(5), |node| known[node.index()]);
        assert_eq!(now, 2);
        for later in 0..12 {
            let then = committed(NodeSet::first(5), |node| known[node.index()].or(Some(later)));
            assert!(then >= now, "{later}");
        }
        assert_eq!((committed(NodeSet::new(), |_| Some(7)), majority(0), majority(4), majority(5)), (0, 1, 3, 3));
    }
}

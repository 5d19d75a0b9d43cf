//! What a group of servers could do, as an observer sees it who knows what they remember.

use super::{
    Raft,
    config::{Config, Membership},
    membership::share,
    state::Role,
};
use crate::{Ability, NodeSet, quorum::Joint};

/// A quorum of the configuration in force can elect a leader, and a leader with a quorum can commit.
pub(super) fn able(config: &Config, nodes: &[Option<&Raft>], reachable: NodeSet) -> Ability {
    let voters = in_force(config, nodes, reachable);
    let enough = voters.is_quorum(reachable);
    let disturbing = if enough { disturbing(config, nodes, reachable, voters) } else { NodeSet::new() };
    let what = match (enough, disturbing.is_empty()) {
        (true, true) => "could elect and commit",
        (true, false) => "disturbed by a server outside",
        (false, _) => "can do neither",
    };
    Ability {
        able: enough && disturbing.is_empty(),
        words: format!("{what}: {} up and reachable", share(voters, reachable.intersection(voters.voters()))),
    }
}

/// The configuration of whoever leads among them, else of the one whose log is the most up to date.
fn in_force(config: &Config, nodes: &[Option<&Raft>], reachable: NodeSet) -> Joint {
    if config.membership == Membership::Off {
        return config.first();
    }
    let there = reachable.iter().filter_map(|node| nodes.get(node.index()).copied().flatten());
    let rank = |raft: &&Raft| {
        let leads = if raft.role == Role::Leader { raft.current_term } else { 0 };
        (leads, raft.last_log_term(), raft.last_index())
    };
    there.max_by_key(rank).map_or_else(|| config.first(), |raft| raft.voters(config))
}

/// Those outside the configuration who do not know it, be they removed or never in it, where nothing keeps them from
/// beginning elections (§6).
fn disturbing(config: &Config, nodes: &[Option<&Raft>], reachable: NodeSet, voters: Joint) -> NodeSet {
    if config.membership == Membership::Off || config.remembers_leaders() {
        return NodeSet::new();
    }
    let begins = |raft: &Raft, node| raft.is_needed(config, node);
    let outside = reachable.difference(voters.voters());
    outside
        .iter()
        .filter(|node| nodes.get(node.index()).copied().flatten().is_some_and(|raft| begins(raft, *node)))
        .collect()
}

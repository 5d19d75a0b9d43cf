//! What an agent remembers, and how proposals are numbered.

use super::Paxos;
use crate::{Ctx, NodeId, NodeMap, NodeSet, OpId, Sorted, services::Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is decided about.
pub type Value = Text;

/// The number of a proposal: rounds first, then the proposer, so that different proposers choose from disjoint sets of
/// numbers (§2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// The proposer's count, from 1.
    pub round: u64,
    /// Whose number it is.
    pub proposer: NodeId,
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.round, self.proposer.0 + 1)
    }
}

/// A proposal: a number and a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number.
    pub ballot: Ballot,
    /// Its value.
    pub value: Value,
}

/// A proposal that a proposer is trying to issue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attempt {
    /// Its number.
    pub ballot: Ballot,
    /// Who promised, and what each reported as accepted.
    pub promises: NodeMap<Option<Proposal>>,
    /// Its value, once a quorum has promised.
    pub value: Option<Value>,
}

/// What a learner knows of one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Votes {
    /// Its value.
    pub value: Value,
    /// Who is known to have accepted it.
    pub acceptors: NodeSet,
}

/// What the acceptor in a server remembers. All of it is durable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Acceptor {
    /// The highest number promised: it accepts nothing numbered less.
    pub promised: Option<Ballot>,
    /// The highest-numbered proposal that it has accepted.
    pub accepted: Option<Proposal>,
}

/// What the proposer in a server remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proposer {
    /// The highest round in which it has tried to issue a proposal. Durable.
    pub round: u64,
    /// The highest number that it has heard of.
    pub heard: Option<Ballot>,
    /// What it proposes if it is free to choose: the value of the first client that asked.
    pub wish: Option<Value>,
    /// The proposal under way.
    pub attempt: Option<Attempt>,
    /// Whose calls wait for the decision.
    pub calls: Vec<OpId>,
    /// Learners that asked for it.
    pub askers: NodeSet,
}

/// What the learner in a server knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Learner {
    /// Who accepted what, by number.
    pub votes: Sorted<Ballot, Votes>,
    /// What it has learned to be chosen.
    pub learned: Option<Value>,
}

impl Paxos {
    /// Writes what must survive, and nothing else, to the disk (§2.5).
    pub(super) fn persist(&self, ctx: &mut Ctx<'_, Paxos>) {
        ctx.persist(&self.persistent());
    }

    /// A server that remembers what the disk holds, and nothing else.
    pub(super) fn persistent(&self) -> Paxos {
        Paxos {
            acceptor: self.acceptor.clone(),
            proposer: Proposer { round: self.proposer.round, ..Proposer::default() },
            learner: Learner::default(),
        }
    }
}

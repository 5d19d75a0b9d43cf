//! What a server remembers, and how ballots are numbered.

use super::MultiPaxos;
use crate::{Ctx, NodeId, NodeMap, NodeSet, replicated::Command};
use serde::{Deserialize, Serialize};
use std::{fmt, rc::Rc};

/// A proposal number: rounds first, then the server, so that servers choose from disjoint sets of numbers (§2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// The count of attempts to lead, from 1.
    pub round: u64,
    /// Whose number it is.
    pub leader: NodeId,
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.round, self.leader.0 + 1)
    }
}

/// A proposal for one slot: a number and a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number.
    pub ballot: Ballot,
    /// Its command.
    pub command: Command,
}

/// What an acceptor reports: its proposals of the slots asked for, by slot.
pub type Report = Rc<[(u64, Proposal)]>;

/// The part that a server plays beside that of an acceptor and of a learner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// Waits for a leader's messages.
    #[default]
    Follower,
    /// In phase 1.
    Candidate(Candidate),
    /// Done with phase 1, for all slots.
    Leader(Leader),
}

/// What a server remembers that is in phase 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Candidate {
    /// Its number.
    pub ballot: Ballot,
    /// The first slot that it asked about.
    pub first: u64,
    /// Who promised, and what each reported.
    pub promises: NodeMap<Report>,
}

/// What a leader remembers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leader {
    /// Its number.
    pub ballot: Ballot,
    /// The first slot for which it has proposed nothing.
    pub next: u64,
    /// The slots for which it has proposed something of which it does not know yet that it is chosen, in order.
    pub open: Vec<Open>,
}

/// A slot in phase 2.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Open {
    /// Which slot.
    pub slot: u64,
    /// Who accepted what the leader proposed there.
    pub acceptors: NodeSet,
}

impl MultiPaxos {
    /// The leader's record, of a leader.
    pub(super) const fn lead(&self) -> Option<&Leader> {
        match &self.part {
            Part::Leader(leader) => Some(leader),
            _ => None,
        }
    }

    /// The number under which the server leads or wants to lead.
    pub(super) const fn ballot(&self) -> Option<Ballot> {
        match &self.part {
            Part::Follower => None,
            Part::Candidate(Candidate { ballot, .. }) | Part::Leader(Leader { ballot, .. }) => Some(*ballot),
        }
    }

    /// Writes the acceptor's state, and nothing else, to the disk (§2.5).
    pub(super) fn persist(&self, ctx: &mut Ctx<'_, MultiPaxos>) {
        ctx.persist(&self.persistent());
    }

    /// A server that remembers what the disk holds, and nothing else.
    pub(super) fn persistent(&self) -> MultiPaxos {
        MultiPaxos { promised: self.promised, accepted: self.accepted.clone(), ..MultiPaxos::default() }
    }
}

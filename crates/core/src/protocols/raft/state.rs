//! What a server remembers: the state box of the paper's Figure 2.

use super::{Raft, membership};
use crate::{
    Ctx, Micros, NodeId, NodeSet, OpId,
    quorum::Joint,
    replicated::{Command, Session, StateMachine},
    services::{KvOp, Text},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The parts that a server can play (§5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Answers leaders and candidates.
    #[default]
    Follower,
    /// Asks for votes.
    Candidate,
    /// Takes requests and replicates its log.
    Leader,
    /// Asks if it would get votes, before it begins a term (dissertation §9.6).
    PreCandidate,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The term in which a leader created it.
    pub term: u64,
    /// What the state machines shall do.
    pub command: Command,
    /// The voters from here on, if the entry says who they are (§6); its command is to do nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Box<Joint>>,
}

impl Entry {
    /// A command.
    pub const fn new(term: u64, command: Command) -> Self {
        Entry { term, command, configuration: None }
    }

    /// A configuration.
    pub fn of_voters(term: u64, voters: Joint) -> Self {
        Entry { term, command: Command::NoOp, configuration: Some(Box::new(voters)) }
    }

    /// The entry, short enough for a cell: `x=3`, `conf 123→12345`.
    pub fn label(&self) -> String {
        self.configuration.as_ref().map_or_else(|| self.command.label(), |voters| membership::label(**voters))
    }
}

/// A read that waits until its leader is sure to lead still (§8).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Read {
    /// Whose it is, and its serial number there.
    pub id: OpId,
    /// The operation.
    pub op: KvOp,
    /// The round of heartbeats that began when the read came.
    pub round: u64,
}

/// What a leader may answer by itself (dissertation §6.4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lease {
    /// Until its clock shows this.
    pub until: Micros,
    /// The rounds of heartbeats that no majority has answered yet, and what its clock showed when it sent them.
    pub sent: Vec<(u64, Micros)>,
    /// Whether it let another begin an election, so that promises count no more in this term.
    pub void: bool,
}

/// A leader hands over (dissertation §3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Transfer {
    /// To whom.
    pub to: NodeId,
    /// Whether that server was told to begin.
    pub told: bool,
}

/// What takes the place of the first entries of a log (§7).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last entry that it stands for.
    pub last_included_index: u64,
    /// The term of that entry.
    pub last_included_term: u64,
    /// The state that those entries gave, with the sessions of the clients.
    pub machine: StateMachine,
    /// The latest configuration among those entries, if there was one; else it is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Joint>,
}

/// A part of a snapshot, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Item {
    /// A key and its value.
    Pair(Text, Text),
    /// The last operation of a client that was applied.
    Session(NodeId, Session),
}

/// A snapshot that is sent to another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sending {
    /// It may be older than the leader's own by now.
    pub snapshot: Rc<Snapshot>,
    /// How many of its items are there.
    pub received: u64,
}

/// The first pieces of a snapshot that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Arriving {
    /// The term of the leader that sent the last piece.
    pub term: u64,
    /// The last entry that it stands for.
    pub last_included_index: u64,
    /// The term of that entry.
    pub last_included_term: u64,
    /// What is there of it.
    pub items: Vec<Item>,
}

/// A leader brings new servers up to date before they count (dissertation §4.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatchUp {
    /// The voters that someone wants.
    pub wanted: NodeSet,
    /// Those among them that are no voters yet.
    pub learners: NodeSet,
    /// The number of this round.
    pub round: u64,
    /// The last entry when it began: it is over when all of them hold that.
    pub goal: u64,
    /// What the leader's clock showed then.
    pub began: Micros,
    /// How far they had come in all when the leader last looked whether they get on.
    pub seen: (u64, u64),
}

impl Raft {
    /// The last entry that was folded into the snapshot; 0 if there is none.
    pub fn base(&self) -> u64 {
        self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last_included_index)
    }

    /// The entry at `index`, if the log holds one there: not if it was folded.
    pub fn entry(&self, index: u64) -> Option<&Entry> {
        self.log.get(index.checked_sub(self.base())?)
    }

    /// The index of the last entry, folded ones included; 0 if there is none.
    pub fn last_index(&self) -> u64 {
        self.base() + self.log.last_index()
    }

    /// The term of the entry at `index`; 0 if there is none, or if it was folded and others after it.
    pub fn log_term(&self, index: u64) -> u64 {
        match &self.snapshot {
            Some(snapshot) if snapshot.last_included_index == index => snapshot.last_included_term,
            _ => self.entry(index).map_or(0, |entry| entry.term),
        }
    }

    /// The term of the last entry; 0 if there is none.
    pub fn last_log_term(&self) -> u64 {
        self.log_term(self.last_index())
    }

    /// The servers whose log is known to hold the leader's entry at `index`; the leader `me` is one of them.
    pub fn holders(&self, me: NodeId, index: u64) -> NodeSet {
        let others = self.match_index.iter().filter(|(_, held)| **held >= index).map(|(node, _)| node);
        others.chain([me]).collect()
    }

    /// The servers that answered the leader `me` in `round` or later.
    pub fn confirmers(&self, me: NodeId, round: u64) -> NodeSet {
        let others = self.acked_round.iter().filter(|(_, acked)| **acked >= round).map(|(node, _)| node);
        others.chain([me]).collect()
    }

    /// Writes the persistent state, and nothing else, to the disk.
    pub(super) fn persist(&self, ctx: &mut Ctx<'_, Raft>) {
        ctx.persist(&self.persistent());
    }

    /// A server that remembers what the disk holds, and nothing else.
    pub(super) fn persistent(&self) -> Raft {
        Raft {
            current_term: self.current_term,
            voted_for: self.voted_for,
            log: self.log.clone(),
            snapshot: self.snapshot.clone(),
            ..Raft::default()
        }
    }

    /// A server that remembers what the disk holds, and begins with the state that its snapshot gives.
    pub(super) fn recovered(&self) -> Raft {
        let mut raft = self.persistent();
        if let Some(snapshot) = &raft.snapshot {
            raft.machine = Rc::new(snapshot.machine.clone());
            (raft.commit_index, raft.last_applied) = (raft.base(), raft.base());
        }
        raft.find_configurations();
        raft
    }
}

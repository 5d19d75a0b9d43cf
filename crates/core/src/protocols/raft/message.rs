//! What servers send each other: the calls of the paper's Figures 2 and 13 and those that the dissertation adds, each with its
//! reply.

use super::state::{Entry, Item};
use crate::{Flavour, Key, Kind, NodeId, quorum::Joint};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A message between servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// A candidate asks for a vote.
    RequestVote(RequestVote),
    /// The answer.
    RequestVoteReply(RequestVoteReply),
    /// A leader replicates entries, or shows that it leads.
    AppendEntries(AppendEntries),
    /// The answer.
    AppendEntriesReply(AppendEntriesReply),
    /// A server asks if it would get a vote, before it begins a term (dissertation §9.6).
    PreVote(RequestVote),
    /// The answer.
    PreVoteReply(PreVoteReply),
    /// A leader that hands over lets its successor begin an election at once (dissertation §3.10).
    TimeoutNow(TimeoutNow),
    /// A leader sends a piece of its snapshot to a follower that lacks entries which are in no log any more (§7).
    InstallSnapshot(InstallSnapshot),
    /// The answer.
    InstallSnapshotReply(InstallSnapshotReply),
}

/// A candidate asks for a vote (§5.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestVote {
    /// The candidate's term.
    pub term: u64,
    /// Who asks.
    pub candidate_id: NodeId,
    /// The index of the candidate's last entry (§5.4).
    pub last_log_index: u64,
    /// The term of the candidate's last entry (§5.4).
    pub last_log_term: u64,
    /// Whether the leader asked for this election, so that who hears from it may vote all the same (dissertation §4.2.3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transfer: bool,
}

/// The answer to a [`RequestVote`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestVoteReply {
    /// The voter's term.
    pub term: u64,
    /// Whether the candidate has the vote.
    pub vote_granted: bool,
}

/// A leader replicates entries, or shows that it leads (§5.2, §5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AppendEntries {
    /// The leader's term.
    pub term: u64,
    /// Who leads, so that followers can send clients there.
    pub leader_id: NodeId,
    /// The index of the entry just before the new ones.
    pub prev_log_index: u64,
    /// The term of that entry.
    pub prev_log_term: u64,
    /// The new entries; none in a heartbeat.
    pub entries: Rc<[Entry]>,
    /// How far the leader has committed.
    pub leader_commit: u64,
    /// The leader's latest round of heartbeats for reads. An addition.
    pub round: u64,
}

impl AppendEntries {
    /// The index of the last entry that the leader and a follower that accepts this message have in common.
    pub fn last_new_index(&self) -> u64 {
        self.prev_log_index + self.entries.len() as u64
    }
}

/// The answer to an [`AppendEntries`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AppendEntriesReply {
    /// The follower's term.
    pub term: u64,
    /// Whether the follower had the entry before the new ones.
    pub success: bool,
    /// `prev_log_index` of the message answered; 0 if its term was over. An addition.
    pub prev_log_index: u64,
    /// How far the two logs are now known to match; 0 without success. An addition.
    pub match_index: u64,
    /// `round` of the message answered; 0 if its term was over. An addition.
    pub round: u64,
    /// Where the follower's log goes another way, if refusals say so (§5.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
}

/// Where a follower's log goes another way than its leader's (§5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conflict {
    /// The term of the entry in conflict; 0 if the follower has none there.
    pub term: u64,
    /// The first index that the follower holds of that term; if it has none there, the one after its last.
    pub first_index: u64,
}

/// The answer to a pre-vote (dissertation §9.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PreVoteReply {
    /// The voter's term.
    pub term: u64,
    /// The term that the candidate would begin.
    pub next_term: u64,
    /// Whether it would get the vote.
    pub vote_granted: bool,
}

/// A leader lets its successor begin an election (dissertation §3.10).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeoutNow {
    /// The leader's term.
    pub term: u64,
}

/// A piece of a snapshot (Figure 13).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InstallSnapshot {
    /// The leader's term.
    pub term: u64,
    /// Who leads.
    pub leader_id: NodeId,
    /// The last entry that the snapshot stands for.
    pub last_included_index: u64,
    /// The term of that entry.
    pub last_included_term: u64,
    /// How many items come before this piece.
    pub offset: u64,
    /// The items of this piece.
    pub data: Rc<[Item]>,
    /// Whether it is the last piece.
    pub done: bool,
    /// The latest configuration among the entries that it stands for, if there was one (§7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Joint>,
}

/// The answer to an [`InstallSnapshot`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InstallSnapshotReply {
    /// The follower's term.
    pub term: u64,
    /// `last_included_index` of the message answered; 0 if its term was over. An addition.
    pub last_included_index: u64,
    /// How many items of it are there. An addition.
    pub received: u64,
    /// Whether the follower holds all that the snapshot stands for. An addition.
    pub done: bool,
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// No leader was heard of for too long. Followers and candidates have it.
    Election,
    /// Time to show that one leads. Leaders have it.
    Heartbeat,
    /// The shortest election timeout has passed since a leader was heard of. Whoever remembers leaders has it.
    Quiet,
    /// Time to count who has answered. Leaders have it that check their quorum.
    Quorum,
    /// The successor has not taken over in time. Leaders that hand over have it.
    Transfer,
    /// Time to send the commands that were collected. Leaders that collect have it.
    Batch,
    /// A snapshot is written. Whoever has begun one has it.
    Snapshot,
    /// Time to see whether learners get on. Leaders have it that bring some up to date.
    CatchUp,
}

static REQUEST_VOTE: Kind = Kind::new("RequestVote", Flavour::Ask, &["term"]);
static VOTE: Kind = Kind::new("RequestVoteReply", Flavour::Grant, &["term"]);
static NO_VOTE: Kind = Kind::new("RequestVoteReply", Flavour::Refuse, &["term"]);
static APPEND_ENTRIES: Kind = Kind::new("AppendEntries", Flavour::Carry, &["term"]);
// The same name as above, and so the same code: a heartbeat that happens to carry an entry keeps its causal name.
static HEARTBEAT: Kind = Kind::new("AppendEntries", Flavour::Periodic, &["term"]);
static APPENDED: Kind = Kind::new("AppendEntriesReply", Flavour::Grant, &["term"]);
static NOT_APPENDED: Kind = Kind::new("AppendEntriesReply", Flavour::Refuse, &["term"]);
static PRE_VOTE: Kind = Kind::new("PreVote", Flavour::Ask, &["term"]);
static WOULD_VOTE: Kind = Kind::new("PreVoteReply", Flavour::Grant, &["term"]);
static WOULD_NOT: Kind = Kind::new("PreVoteReply", Flavour::Refuse, &["term"]);
static TIMEOUT_NOW: Kind = Kind::new("TimeoutNow", Flavour::Ask, &["term"]);

static INSTALL_SNAPSHOT: Kind = Kind::new("InstallSnapshot", Flavour::Carry, &["term"]);
static INSTALLED: Kind = Kind::new("InstallSnapshotReply", Flavour::Grant, &["term"]);

impl Message {
    /// The sender's term, which every message carries (§5.1). A pre-vote speaks of a term that may never be, and moves
    /// nobody to another.
    pub fn term(&self) -> u64 {
        match self {
            Message::RequestVote(m) => m.term,
            Message::RequestVoteReply(m) => m.term,
            Message::AppendEntries(m) => m.term,
            Message::AppendEntriesReply(m) => m.term,
            Message::PreVote(_) => 0,
            Message::PreVoteReply(m) => m.term,
            Message::TimeoutNow(m) => m.term,
            Message::InstallSnapshot(m) => m.term,
            Message::InstallSnapshotReply(m) => m.term,
        }
    }

    pub(super) fn key(&self) -> Key {
        let kind = match self {
            Message::RequestVote(_) => &REQUEST_VOTE,
            Message::RequestVoteReply(m) if m.vote_granted => &VOTE,
            Message::RequestVoteReply(_) => &NO_VOTE,
            Message::AppendEntries(m) if m.entries.is_empty() => &HEARTBEAT,
            Message::AppendEntries(_) => &APPEND_ENTRIES,
            Message::AppendEntriesReply(m) if m.success => &APPENDED,
            Message::AppendEntriesReply(_) => &NOT_APPENDED,
            Message::PreVote(m) => return PRE_VOTE.key1(m.term),
            Message::PreVoteReply(m) if m.vote_granted => return WOULD_VOTE.key1(m.next_term),
            Message::PreVoteReply(m) => return WOULD_NOT.key1(m.next_term),
            Message::TimeoutNow(_) => &TIMEOUT_NOW,
            Message::InstallSnapshot(_) => &INSTALL_SNAPSHOT,
            Message::InstallSnapshotReply(_) => &INSTALLED,
        };
        kind.key1(self.term())
    }
}

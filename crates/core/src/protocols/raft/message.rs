//! What servers send each other: the two calls of the paper's Figure 2, each with its reply.

use super::state::Entry;
use crate::{Flavour, Key, Kind, NodeId};
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
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// No leader was heard of for too long. Followers and candidates have it.
    Election,
    /// Time to show that one leads. Leaders have it.
    Heartbeat,
}

static REQUEST_VOTE: Kind = Kind::new("RequestVote", Flavour::Ask, &["term"]);
static VOTE: Kind = Kind::new("RequestVoteReply", Flavour::Grant, &["term"]);
static NO_VOTE: Kind = Kind::new("RequestVoteReply", Flavour::Refuse, &["term"]);
static APPEND_ENTRIES: Kind = Kind::new("AppendEntries", Flavour::Carry, &["term"]);
// The same name as above, and so the same code: a heartbeat that happens to carry an entry keeps its causal name.
static HEARTBEAT: Kind = Kind::new("AppendEntries", Flavour::Periodic, &["term"]);
static APPENDED: Kind = Kind::new("AppendEntriesReply", Flavour::Grant, &["term"]);
static NOT_APPENDED: Kind = Kind::new("AppendEntriesReply", Flavour::Refuse, &["term"]);

impl Message {
    /// The sender's term, which every message carries (§5.1).
    pub fn term(&self) -> u64 {
        match self {
            Message::RequestVote(m) => m.term,
            Message::RequestVoteReply(m) => m.term,
            Message::AppendEntries(m) => m.term,
            Message::AppendEntriesReply(m) => m.term,
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
        };
        kind.key1(self.term())
    }
}

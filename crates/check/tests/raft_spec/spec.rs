//! Raft as one project specifies it in TLA+ (see `main.rs` for which), action by action, with its additions turned off.
//!
//! It differs from our own servers in more than detail: a RequestVote names no receiver and is taken by one server, the
//! candidate itself perhaps; an answer to AppendEntries names none either; terms begin at 0; no leader opens its term with
//! an entry. So its states are counted beside its own checker, and not compared with ours step by step.

use lightcone_core::Model;
use std::{collections::BTreeSet, rc::Rc};

/// What bounds the states: MaxTerm, MaxLogLen, Values, MessageBound.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub nodes: usize,
    pub max_term: u8,
    pub max_log: usize,
    pub values: u8,
    /// A state with more messages under way breaks the constraint.
    pub messages: usize,
}

/// An entry: its term and its value.
pub type Entry = (u8, u8);

/// A message; two that are equal are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    RequestVote { term: u8, candidate: u8, last: u8, last_term: u8 },
    RequestVoteResponse { term: u8, granted: bool, voter: u8, to: u8 },
    AppendEntries { term: u8, leader: u8, prev: u8, prev_term: u8, entries: Vec<Entry>, commit: u8 },
    AppendEntriesResponse { term: u8, success: bool, follower: u8, matched: u8 },
}

impl Message {
    fn term(&self) -> u8 {
        match self {
            Message::RequestVote { term, .. }
            | Message::RequestVoteResponse { term, .. }
            | Message::AppendEntries { term, .. }
            | Message::AppendEntriesResponse { term, .. } => *term,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Role {
    #[default]
    Follower,
    Candidate,
    Leader,
}

/// What the specification keeps of a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    term: u8,
    voted_for: Option<u8>,
    log: Vec<Entry>,
    role: Role,
    commit: u8,
    next: Vec<u8>,
    matched: Vec<u8>,
    votes: BTreeSet<u8>,
}

impl Node {
    fn last(&self) -> (u8, u8) {
        (self.log.last().map_or(0, |entry| entry.0), len(&self.log))
    }

    /// Where a newer term leaves it.
    fn follow(&mut self, term: u8) {
        self.term = term;
        self.voted_for = None;
        self.role = Role::Follower;
    }

    /// The term at an index, 0 where there is none.
    fn term_at(&self, index: u8) -> u8 {
        index.checked_sub(1).and_then(|place| self.log.get(usize::from(place))).map_or(0, |entry| entry.0)
    }
}

fn len(entries: &[Entry]) -> u8 {
    u8::try_from(entries.len()).expect("logs are short")
}

/// A state of the specification.
#[derive(Clone, Debug)]
pub struct Spec {
    nodes: Vec<Node>,
    messages: BTreeSet<Message>,
    /// Whether it breaks the constraint. The checker counts such a state as generated, not as one more that differs, and
    /// goes on from none; here all of them are one state, and the end.
    outside: bool,
    scope: Rc<Scope>,
}

impl std::hash::Hash for Spec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        if !self.outside {
            (&self.nodes, &self.messages).hash(state);
        }
    }
}

/// An action, with what its quantifiers stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    StartElection(usize),
    BecomeLeader(usize),
    /// The leader's commit index becomes this.
    AdvanceCommitIndex(usize, u8),
    /// A server learns this term from a message that it leaves where it is.
    StepDown(usize, u8),
    ClientRequest(usize, u8),
    AppendEntries(usize, usize),
    /// A server takes a message.
    Handle(usize, Message),
}

impl Spec {
    pub fn new(scope: Scope) -> Spec {
        let node = Node {
            term: 0,
            voted_for: None,
            log: Vec::new(),
            role: Role::Follower,
            commit: 0,
            next: vec![1; scope.nodes],
            matched: vec![0; scope.nodes],
            votes: BTreeSet::new(),
        };
        let nodes = vec![node; scope.nodes];
        Spec { nodes, messages: BTreeSet::new(), outside: false, scope: Rc::new(scope) }
    }

    fn majority(&self) -> usize {
        self.nodes.len() / 2 + 1
    }

    /// Whether so many servers, the leader among them, are known to hold the log up to `index`.
    fn agreed(&self, leader: usize, index: u8) -> bool {
        let others = self.nodes[leader].matched.iter().enumerate().filter(|(peer, _)| *peer != leader);
        1 + others.filter(|(_, matched)| **matched >= index).count() >= self.majority()
    }

    /// Whether a server can take a message.
    fn takes(&self, place: usize, message: &Message) -> bool {
        let node = &self.nodes[place];
        match message {
            Message::RequestVote { .. } => true,
            Message::RequestVoteResponse { term, to, .. } => {
                usize::from(*to) == place && (*term != node.term || node.role == Role::Candidate)
            }
            Message::AppendEntries { leader, .. } => usize::from(*leader) != place,
            Message::AppendEntriesResponse { term, .. } => node.role == Role::Leader && *term >= node.term,
        }
    }

    fn own_actions(&self, place: usize, all: &mut Vec<Action>) {
        let (node, scope) = (&self.nodes[place], &self.scope);
        if node.role != Role::Leader && node.term < scope.max_term {
            all.push(Action::StartElection(place));
        }
        if node.role == Role::Candidate && node.votes.len() >= self.majority() {
            all.push(Action::BecomeLeader(place));
        }
        let newer = self.messages.iter().filter(|message| message.term() > node.term);
        all.extend(newer.map(|message| Action::StepDown(place, message.term())));
        if node.role != Role::Leader {
            return;
        }
        let own = |index: &u8| node.term_at(*index) == node.term && self.agreed(place, *index);
        let committed = (node.commit + 1..=len(&node.log)).filter(own);
        all.extend(committed.map(|index| Action::AdvanceCommitIndex(place, index)));
        if node.log.len() < scope.max_log {
            all.extend((0..scope.values).map(|value| Action::ClientRequest(place, value)));
        }
        let peers = (0..self.nodes.len()).filter(|peer| *peer != place);
        all.extend(peers.map(|peer| Action::AppendEntries(place, peer)));
    }

    fn handle(&mut self, place: usize, message: &Message) {
        self.messages.remove(message);
        let me = u8::try_from(place).expect("there are few servers");
        let node = &mut self.nodes[place];
        match message {
            Message::RequestVote { term, candidate, last, last_term } => {
                if *term > node.term {
                    node.follow(*term);
                }
                let free = node.voted_for.is_none_or(|other| other == *candidate);
                let granted = *term >= node.term && free && (*last_term, *last) >= node.last();
                if granted {
                    node.voted_for = Some(*candidate);
                }
                let term = node.term;
                self.messages.insert(Message::RequestVoteResponse { term, granted, voter: me, to: *candidate });
            }
            Message::RequestVoteResponse { term, granted, voter, .. } => {
                if *term > node.term {
                    node.follow(*term);
                    node.votes.clear();
                } else if *term == node.term && *granted {
                    node.votes.insert(*voter);
                }
            }
            Message::AppendEntries { .. } => self.append(place, message),
            Message::AppendEntriesResponse { term, success, follower, matched } => {
                let peer = usize::from(*follower);
                if *term > node.term {
                    node.follow(*term);
                } else if *success {
                    node.matched[peer] = node.matched[peer].max(*matched);
                    node.next[peer] = node.matched[peer] + 1;
                } else {
                    node.next[peer] = (node.next[peer] - 1).max(1);
                }
            }
        }
    }

    /// A follower takes entries, or refuses them.
    fn append(&mut self, place: usize, message: &Message) {
        let Message::AppendEntries { term, prev, prev_term, entries, commit, .. } = message else { return };
        let node = &mut self.nodes[place];
        let there = *prev == 0 || (*prev <= len(&node.log) && node.term_at(*prev) == *prev_term);
        let success = *term >= node.term && there;
        if *term > node.term {
            node.follow(*term);
        } else if *term == node.term {
            node.role = Role::Follower;
        }
        if success && !entries.is_empty() {
            let from = usize::from(*prev);
            let held = node.log[from..].len().min(entries.len());
            let differs = node.log[from..].iter().zip(entries).any(|(mine, theirs)| mine.0 != theirs.0);
            if differs {
                node.log.truncate(from);
                node.log.extend(entries);
            } else {
                node.log.extend(&entries[held..]);
            }
        }
        if success && *commit > node.commit {
            node.commit = (*commit).min(len(&node.log));
        }
        let matched = if success { prev + len(entries) } else { 0 };
        let (term, follower) = (node.term, u8::try_from(place).expect("there are few servers"));
        self.messages.insert(Message::AppendEntriesResponse { term, success, follower, matched });
    }
}

impl Model for Spec {
    type Choice = Action;

    fn choices(&self) -> Vec<Action> {
        let mut all = Vec::new();
        if self.outside {
            return all;
        }
        for place in 0..self.nodes.len() {
            self.own_actions(place, &mut all);
            let taken = self.messages.iter().filter(|message| self.takes(place, message));
            all.extend(taken.map(|message| Action::Handle(place, message.clone())));
        }
        all
    }

    fn apply(&mut self, action: &Action) {
        let name = |place: usize| u8::try_from(place).expect("there are few servers");
        match action {
            Action::StartElection(place) => {
                let node = &mut self.nodes[*place];
                node.term += 1;
                node.voted_for = Some(name(*place));
                node.role = Role::Candidate;
                node.votes = BTreeSet::from([name(*place)]);
                let ((last_term, last), term) = (node.last(), node.term);
                self.messages.insert(Message::RequestVote { term, candidate: name(*place), last, last_term });
            }
            Action::BecomeLeader(place) => {
                let node = &mut self.nodes[*place];
                node.role = Role::Leader;
                node.next.fill(len(&node.log) + 1);
                node.matched.fill(0);
            }
            Action::AdvanceCommitIndex(place, index) => self.nodes[*place].commit = *index,
            Action::StepDown(place, term) => self.nodes[*place].follow(*term),
            Action::ClientRequest(place, value) => {
                let node = &mut self.nodes[*place];
                node.log.push((node.term, *value));
            }
            Action::AppendEntries(place, peer) => {
                let node = &self.nodes[*place];
                let prev = node.next[*peer] - 1;
                let entries = node.log.get(usize::from(prev)..).unwrap_or_default().to_vec();
                let (term, leader, prev_term, commit) = (node.term, name(*place), node.term_at(prev), node.commit);
                self.messages.insert(Message::AppendEntries { term, leader, prev, prev_term, entries, commit });
            }
            Action::Handle(place, message) => self.handle(*place, message),
        }
        self.outside = self.messages.len() > self.scope.messages;
    }

    fn violation(&self) -> Option<String> {
        if self.outside {
            return None;
        }
        for (place, one) in self.nodes.iter().enumerate() {
            for (other_place, other) in self.nodes.iter().enumerate() {
                let leads = one.role == Role::Leader;
                if leads && other.role == Role::Leader && one.term == other.term && place != other_place {
                    return Some(format!("{place} and {other_place} lead term {}", one.term));
                }
                let committed = &other.log[..usize::from(other.commit)];
                let shared = usize::from(one.commit.min(other.commit));
                if one.log[..shared] != committed[..shared] {
                    return Some(format!("{place} and {other_place} committed different entries"));
                }
                let lacks = |(index, entry): (usize, &Entry)| entry.0 < one.term && one.log.get(index) != Some(entry);
                if leads && committed.iter().enumerate().any(lacks) {
                    return Some(format!("{place} leads and lacks what {other_place} committed"));
                }
            }
        }
        None
    }

    fn label(&self, action: &Action) -> String {
        format!("{action:?}")
    }
}

//! The properties of the paper's Figure 3, watched from outside.
//!
//! The observer keeps, for each term, its first leader and that leader's log; since a leader only appends, this is
//! every entry of the term as its leader wrote it. What a step does to a log is compared with that, so a check costs as
//! much as the step changed. An entry is looked up by index and term alone where Log Matching, checked beside it, says
//! that this is enough.

use super::{
    Message, Raft, meeting,
    rules::entries,
    state::{Entry, Role},
};
use crate::{Breach, Effect, Input, Invariant, Log, NodeId, NodeKind, Packet, Sight, Sorted, StepSeen, quorum::Joint};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// By term, its first leader.
    pub reigns: Sorted<u64, Reign>,
    /// By index, what was first committed there by a leader.
    pub committed: Log<Committed>,
    /// By index, what was first applied there.
    pub applied: Log<Applied>,
    /// The configurations that leaders committed: the index of each, the term in which it was, and who votes. One that the
    /// leaders of several terms committed is there for each of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configurations: Vec<(u64, u64, Joint)>,
}

/// A leader, and its log as it is now or was when it ceased to lead.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reign {
    /// Who led.
    pub leader: NodeId,
    /// The last entry that it had folded into a snapshot when it was first seen to lead.
    pub base: u64,
    /// Its log after that.
    pub log: Log<Entry>,
}

impl Reign {
    fn entry(&self, index: u64) -> Option<&Entry> {
        self.log.get(index.checked_sub(self.base)?)
    }

    /// What the leader has appended since; it may have folded entries in the meantime.
    fn follow(&mut self, raft: &Raft) {
        if raft.base() == self.base {
            if !self.log.same_as(&raft.log) {
                self.log = raft.log.clone();
            }
            return;
        }
        for index in self.base + self.log.last_index() + 1..=raft.last_index() {
            let Some(entry) = raft.entry(index) else { return };
            self.log.push(entry.clone());
        }
    }
}

/// An entry that a leader committed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Committed {
    /// The entry's term.
    pub term: u64,
    /// The term in which it was committed.
    pub in_term: u64,
}

/// An entry that a server applied.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Applied {
    /// The first to apply it.
    pub by: NodeId,
    /// The entry.
    pub entry: Entry,
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Raft>) {
        let after = step.after;
        if after.role == Role::Leader {
            self.see_leader(step.node, after);
        }
        if !is_kept(step) {
            return;
        }
        // A leader that is removed steps down as it commits.
        let led = |before: &Raft| before.role == Role::Leader && before.current_term == after.current_term;
        if after.role == Role::Leader || step.before.is_some_and(led) {
            self.see_configurations(step.before.map_or(0, |before| before.commit_index), after);
            for index in self.committed.last_index() + 1..=after.commit_index {
                self.committed.push(Committed { term: after.log_term(index), in_term: after.current_term });
            }
        }
        for index in self.applied.last_index() + 1..=after.last_applied {
            let Some(entry) = after.entry(index).cloned() else { return };
            self.applied.push(Applied { by: step.node, entry });
        }
    }

    fn see_configurations(&mut self, known: u64, leader: &Raft) {
        for index in known + 1..=leader.commit_index {
            let Some(voters) = leader.entry(index).and_then(|entry| entry.configuration.as_deref()) else { continue };
            let one = (index, leader.current_term, *voters);
            if !self.configurations.contains(&one) {
                self.configurations.push(one);
            }
        }
    }

    fn see_leader(&mut self, leader: NodeId, raft: &Raft) {
        let first = || Reign { leader, base: raft.base(), log: raft.log.clone() };
        let reign = self.reigns.get_or_insert_with(raft.current_term, first);
        if reign.leader == leader {
            reign.follow(raft);
        }
    }
}

/// Whether the disk holds what the step did to the log. A crash within the step can prevent that: then it is as if the
/// step had not been, even if a server alone had committed and applied in it.
fn is_kept(step: &StepSeen<'_, Raft>) -> bool {
    let (after, log) = (step.after, &step.after.log);
    let written = |effect: &Effect<Raft>| matches!(effect, Effect::Persist(disk) if disk.log == *log && disk.base() == after.base());
    let as_it_was = |before: &Raft| before.log.same_as(log) && before.base() == after.base();
    step.before.is_none_or(as_it_was) || step.effects.iter().any(written)
}

/// Up to which index two states of one server hold the same entries, folded ones included.
fn common(before: &Raft, after: &Raft) -> u64 {
    if before.base() == after.base() {
        return before.base() + before.log.common_prefix(&after.log);
    }
    let mut index = before.base().max(after.base());
    while before.entry(index + 1).is_some_and(|entry| after.entry(index + 1) == Some(entry)) {
        index += 1;
    }
    index
}

/// Whether a log holds an entry of this term at this index, or has folded it. What was folded is watched when it is
/// applied or installed.
fn holds(raft: &Raft, index: u64, term: u64) -> bool {
    index < raft.base() || raft.log_term(index) == term
}

pub(super) const ALL: &[Invariant<Raft>] = &[
    Invariant {
        name: "Election Safety",
        words: "A term has at most one leader.",
        place: "Raft §5.2",
        check: election_safety,
    },
    Invariant {
        name: "Leader Append-Only",
        words: "A leader never overwrites or removes entries of its own log.",
        place: "Raft §5.3",
        check: leader_append_only,
    },
    Invariant {
        name: "Log Matching",
        words: "Two logs that hold an entry of the same index and term are equal up to that entry.",
        place: "Raft §5.3",
        check: log_matching,
    },
    Invariant {
        name: "Leader Completeness",
        words: "An entry committed in a term is in the log of the leader of every later term.",
        place: "Raft §5.4",
        check: leader_completeness,
    },
    Invariant {
        name: "State Machine Safety",
        words: "No two servers apply different entries at the same index.",
        place: "Raft §5.4.3",
        check: state_machine_safety,
    },
    Invariant {
        name: "Undisturbed Leader",
        words: "Where servers remember leaders, one that hears from its leader helps nobody to depose it.",
        place: "Raft dissertation §4.2.3, §9.6",
        check: undisturbed_leader,
    },
    Invariant {
        name: "Meeting Majorities",
        words: "What a leader can decide alone and what was decided by the configuration committed last share a server.",
        place: "Raft §6, dissertation §4.1",
        check: meeting::majorities_meet,
    },
];

pub(super) type Seen<'a> = Sight<'a, Raft>;

/// Whether this step makes its server the leader of a term.
pub(super) fn begins_to_lead(step: &StepSeen<'_, Raft>) -> bool {
    let led = |before: &Raft| before.role == Role::Leader && before.current_term == step.after.current_term;
    step.after.role == Role::Leader && !step.before.is_some_and(led)
}

fn election_safety(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    if !begins_to_lead(sight.step) {
        return Ok(());
    }
    match sight.ghost.reigns.get(&after.current_term) {
        Some(first) if first.leader != node => {
            let (me, other, term) = (sight.name(node), sight.name(first.leader), after.current_term);
            Breach::found(&[first.leader, node], format!("term {term} has two leaders: {other}, and now {me}"))
        }
        _ => Ok(()),
    }
}

fn leader_append_only(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    let Some(before) = sight.step.before else { return Ok(()) };
    let leads = |raft: &Raft| raft.role == Role::Leader && raft.current_term == after.current_term;
    let index = common(before, after) + 1;
    if !leads(before) || !leads(after) || index > before.last_index() {
        return Ok(());
    }
    let (me, term) = (sight.name(node), after.current_term);
    Breach::found(&[node], format!("{me} leads term {term} and changed entry {index} of its own log"))
}

/// What the step put into the log is what the leader of each entry's term wrote there, and follows what it followed.
fn log_matching(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    let Some(before) = sight.step.before else { return Ok(()) };
    for index in common(before, after) + 1..=after.last_index() {
        let Some(mine) = after.entry(index) else { continue };
        let Some(reign) = sight.ghost.reigns.get(&mine.term) else { continue };
        let (me, leader, term) = (sight.name(node), sight.name(reign.leader), mine.term);
        let nodes = [reign.leader, node];
        if index <= reign.base {
            continue;
        }
        let Some(theirs) = reign.entry(index).filter(|entry| entry.term == term) else {
            let words = format!(
                "{me} holds entry {index} of term {term}, which {leader}, the leader of that term, never wrote"
            );
            return Breach::found(&nodes, words);
        };
        if theirs != mine {
            let (a, b) = (mine.label(), theirs.label());
            return Breach::found(&nodes, format!("entry {index} of term {term} is {a} at {me} and {b} at {leader}"));
        }
        let (a, b) = (after.log_term(index - 1), reign.entry(index - 1).map_or(0, |entry| entry.term));
        if a != b && index - 1 > reign.base {
            let what = format!("{me} and {leader} agree on entry {index} of term {term}");
            let words = format!("{what}, but the one before is of term {a} at {me} and {b} at {leader}");
            return Breach::found(&nodes, words);
        }
    }
    Ok(())
}

fn leader_completeness(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    if after.role != Role::Leader {
        return Ok(());
    }
    if begins_to_lead(step) {
        new_leader_is_complete(sight)?;
    }
    let committed_before = step.before.map_or(0, |before| before.commit_index);
    if after.commit_index > committed_before { later_leaders_are_complete(sight) } else { Ok(()) }
}

/// The new leader holds the last entry committed in an earlier term, and by Log Matching all before.
fn new_leader_is_complete(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after, committed) = (sight.step.node, sight.step.after, &sight.ghost.committed);
    let earlier = |index: &u64| committed.get(*index).is_some_and(|entry| entry.in_term < after.current_term);
    let Some(index) = (1..=committed.last_index()).rev().find(earlier) else { return Ok(()) };
    let Some(entry) = committed.get(index).filter(|entry| !holds(after, index, entry.term)) else { return Ok(()) };
    let (me, now) = (sight.name(node), after.current_term);
    let words = format!(
        "{me} leads term {now} without entry {index} of term {}, which was committed in term {}",
        entry.term, entry.in_term
    );
    Breach::found(&[node], words)
}

/// The leaders of later terms hold the last entry that this step committed, and by Log Matching all before.
fn later_leaders_are_complete(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    let (index, term) = (after.commit_index, after.log_term(after.commit_index));
    for (later, reign) in sight.ghost.reigns.from(&(after.current_term + 1)) {
        if index > reign.base && reign.entry(index).is_none_or(|entry| entry.term != term) {
            let (me, other, now) = (sight.name(node), sight.name(reign.leader), after.current_term);
            let what = format!("{me} committed entry {index} of term {term} in term {now}");
            return Breach::found(&[node, reign.leader], format!("{what}, but {other} leads term {later} without it"));
        }
    }
    Ok(())
}

fn state_machine_safety(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    installed_is_what_others_applied(sight)?;
    let applied_before = sight.step.before.map_or(0, |before| before.last_applied);
    for index in applied_before + 1..=after.last_applied {
        let (Some(mine), Some(first)) = (after.entry(index), sight.ghost.applied.get(index)) else { continue };
        if *mine != first.entry {
            let (me, other) = (sight.name(node), sight.name(first.by));
            let (a, b) = (entry_words(mine), entry_words(&first.entry));
            let what = entries(index, index);
            return Breach::found(&[first.by, node], format!("{me} applied {a} as {what}, where {other} applied {b}"));
        }
    }
    Ok(())
}

/// A snapshot from another server ends with the entry that was applied there, and gives the state that every server has
/// that has applied just as much.
fn installed_is_what_others_applied(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    let applied_before = sight.step.before.map_or(0, |before| before.last_applied);
    let Some(snapshot) = after.snapshot.as_deref().filter(|taken| taken.last_included_index > applied_before) else {
        return Ok(());
    };
    let (index, term, me) = (snapshot.last_included_index, snapshot.last_included_term, sight.name(node));
    if let Some(first) = sight.ghost.applied.get(index).filter(|first| first.entry.term != term) {
        let (other, theirs) = (sight.name(first.by), first.entry.term);
        let words = format!(
            "{me} takes a snapshot up to entry {index} of term {term}, where {other} applied one of term {theirs}"
        );
        return Breach::found(&[first.by, node], words);
    }
    let differs = |raft: &Raft| raft.last_applied == index && raft.machine != after.machine;
    for (spec, other) in sight.specs.iter().zip((0..).map(NodeId)) {
        if spec.kind == NodeKind::Server && sight.honest(other) && (sight.nodes)(other).is_some_and(differs) {
            let words = format!(
                "{me} takes a snapshot up to entry {index} whose state is not that of {} there",
                sight.name(other)
            );
            return Breach::found(&[other, node], words);
        }
    }
    Ok(())
}

/// Who was led before the step gave no pre-vote in it, and with CheckQuorum no vote, unless the leader asked for it.
fn undisturbed_leader(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, config) = (sight.step, sight.config);
    let Some(before) = step.before.filter(|_| config.remembers_leaders()) else { return Ok(()) };
    if !before.heard && before.role != Role::Leader {
        return Ok(());
    }
    let asked = matches!(step.input, Some(Input::Packet { packet: Packet::Message(Message::RequestVote(m)), .. })
        if m.transfer);
    for (to, message) in step.sends() {
        let what = match message {
            Message::PreVoteReply(m) if m.vote_granted => "pre-vote",
            Message::RequestVoteReply(m) if m.vote_granted && config.check_quorum && !asked => "vote",
            _ => continue,
        };
        let (me, to_name) = (sight.name(step.node), sight.name(to));
        let led = if before.role == Role::Leader { "leads itself" } else { "hears from its leader" };
        return Breach::found(&[step.node, to], format!("{me} gives its {what} to {to_name}, though it {led}"));
    }
    Ok(())
}

fn entry_words(entry: &Entry) -> String {
    format!("{} of term {}", entry.label(), entry.term)
}

//! What people see of a server and of the cluster.

use super::{
    Raft,
    membership::share,
    state::{Entry, Role},
};
use crate::{
    NodeId, NodeMap, NodeSpec,
    view::{Cell, FieldView, LogCell, Row, Table, Tone, Value, all, name},
};

/// How many of the last indices the table of logs shows.
const WINDOW: u64 = 40;

fn one(names: &[NodeSpec], node: Option<NodeId>) -> String {
    node.map_or("none".into(), |node| name(names, node))
}

/// A table that only leaders have.
fn by_node<T>(raft: &Raft, field: &str, names: &[NodeSpec], table: &NodeMap<T>, words: fn(&T) -> String) -> FieldView {
    if raft.role != Role::Leader {
        return FieldView::text(field, "does not lead");
    }
    FieldView::new(field, Value::Vector(table.iter().map(|(node, value)| (name(names, node), words(value))).collect()))
}

pub(super) fn log_cell(entry: &Entry, tone: Tone) -> LogCell {
    LogCell { term: entry.term, label: entry.label(), tone }
}

/// The state of a server, in the order of Figure 2.
pub(super) fn fields(raft: &Raft, names: &[NodeSpec]) -> Vec<FieldView> {
    let settled = |index: u64| if index <= raft.commit_index { Tone::Settled } else { Tone::Plain };
    let folded = (0..raft.base()).map(|_| LogCell { term: 0, label: "folded".into(), tone: Tone::Settled });
    let kept = (raft.base() + 1..).zip(raft.log.iter()).map(|(index, entry)| log_cell(entry, settled(index)));
    let log = folded.chain(kept).collect();
    let reads = raft.reads.iter().map(|read| {
        (format!("{} #{}", name(names, read.id.client), read.id.serial), format!("waits for round {}", read.round))
    });
    let [store, sessions] = raft.machine.fields(names, "stateMachine", "sessions");
    let mut fields = vec![
        FieldView::text("currentTerm", raft.current_term),
        FieldView::text("votedFor", one(names, raft.voted_for)),
        FieldView::new("log", Value::Log(log)),
        FieldView::text("commitIndex", raft.commit_index),
        FieldView::text("lastApplied", raft.last_applied),
        by_node(raft, "nextIndex", names, &raft.next_index, u64::to_string),
        by_node(raft, "matchIndex", names, &raft.match_index, u64::to_string),
        FieldView::text("role", crate::Protocol::role(raft).name()),
        FieldView::text("leader", one(names, raft.leader)),
        FieldView::text("votes", all(names, raft.votes)),
        store,
        sessions,
        FieldView::text("round", raft.round),
        by_node(raft, "ackedRound", names, &raft.acked_round, u64::to_string),
        FieldView::new("reads", Value::Vector(reads.collect())),
    ];
    fields.extend(additions(raft, names));
    fields
}

/// What the dissertation adds to the state, where there is something of it.
fn additions(raft: &Raft, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields = Vec::new();
    if let Some(snapshot) = &raft.snapshot {
        let (index, term) = (snapshot.last_included_index, snapshot.last_included_term);
        let [store, sessions] = snapshot.machine.fields(names, "snapshot", "snapshotSessions");
        fields.extend([FieldView::text("lastIncluded", format!("entry {index} of term {term}")), store, sessions]);
    }
    fields.extend(membership(raft, names));
    if raft.writing {
        fields.push(FieldView::text("nextSnapshot", "is being written"));
    }
    if let Some(arriving) = &raft.arriving {
        let words = format!("{} items of the one up to entry {}", arriving.items.len(), arriving.last_included_index);
        fields.push(FieldView::text("arriving", words));
    }
    if !raft.offsets.is_empty() {
        fields.push(by_node(raft, "offsets", names, &raft.offsets, u64::to_string));
    }
    if raft.heard {
        fields.push(FieldView::text("heardOfLeader", "within the shortest election timeout"));
    }
    if !raft.active.is_empty() {
        fields.push(FieldView::text("active", all(names, raft.active)));
    }
    if raft.collecting {
        fields.push(FieldView::text("batch", "waits to be sent"));
    }
    if let Some(transfer) = raft.transfer {
        let told = if transfer.told { "was told to begin" } else { "is brought up to date" };
        fields.push(FieldView::text("transfer", format!("{} {told}", name(names, transfer.to))));
    }
    if let Some(lease) = &raft.lease {
        let until = if lease.void { "void in this term".into() } else { format!("until {}", lease.until) };
        fields.push(FieldView::text("lease", until));
    }
    fields
}

/// Who votes, where a configuration is in the log or was folded, and how far a change has come.
fn membership(raft: &Raft, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields = Vec::new();
    let folded = raft.snapshot.as_ref().and_then(|snapshot| snapshot.configuration).map(|voters| (raft.base(), voters));
    if let Some((index, voters)) = raft.configurations.last().copied().or(folded) {
        let sides = if voters.is_changing() {
            format!("{} (old) and {} (new)", all(names, voters.old), all(names, voters.new))
        } else {
            all(names, voters.new)
        };
        fields.push(FieldView::text("configuration", sides));
        if let Some(me) = raft.leader.filter(|_| raft.role == Role::Leader && index > raft.commit_index) {
            fields.push(FieldView::text("configurationIsOn", share(voters, raft.holders(me, index))));
        }
    }
    if let Some(catching) = &raft.catching_up {
        let words =
            format!("{}, round {} up to entry {}", all(names, catching.learners), catching.round, catching.goal);
        fields.push(FieldView::text("catchingUp", words));
    }
    fields
}

/// All logs, aligned by index, and how far the newest leader believes each of them to reach.
pub(super) fn table(nodes: &[Option<&Raft>], names: &[NodeSpec]) -> Table {
    let up = || nodes.iter().flatten().copied();
    let leader = up().filter(|raft| raft.role == Role::Leader).max_by_key(|raft| raft.current_term);
    let last = up().map(|raft| raft.last_index()).max().unwrap_or(0);
    let first = last.saturating_sub(WINDOW) + 1;
    let heads = ["", "term", "commit", "match", "next"].map(String::from);
    let rows = (0..).zip(nodes).map(|(id, raft)| row(NodeId(id), *raft, leader, first..=last, names));
    Table {
        title: if first > 1 { format!("Logs, from entry {first} on") } else { "Logs".into() },
        columns: heads.into_iter().chain((first..=last).map(|index| index.to_string())).collect(),
        rows: rows.collect(),
    }
}

fn plain(text: impl ToString) -> Cell {
    Cell { text: text.to_string(), tone: Tone::Plain }
}

fn row(
    node: NodeId,
    raft: Option<&Raft>,
    leader: Option<&Raft>,
    indices: std::ops::RangeInclusive<u64>,
    names: &[NodeSpec],
) -> Row {
    let believed = |table: fn(&Raft) -> &NodeMap<u64>| {
        plain(leader.and_then(|leader| table(leader).get(node)).map_or(String::new(), u64::to_string))
    };
    let (term, commit) = match raft {
        Some(raft) => (plain(raft.current_term), plain(raft.commit_index)),
        None => (plain("down"), Cell::default()),
    };
    let heads = [term, commit, believed(|raft| &raft.match_index), believed(|raft| &raft.next_index)];
    let cells = indices.map(|index| raft.map_or_else(Cell::default, |raft| entry_cell(raft, leader, index)));
    Row { name: name(names, node), cells: heads.into_iter().chain(cells).collect() }
}

/// One entry: settled if the server knows it to be committed, a warning if the leader has another one there or none.
fn entry_cell(raft: &Raft, leader: Option<&Raft>, index: u64) -> Cell {
    if index <= raft.base() {
        let text = if index == raft.base() { "snapshot" } else { "folded" };
        return Cell { text: text.into(), tone: Tone::Settled };
    }
    let Some(entry) = raft.entry(index) else { return Cell::default() };
    let differs = leader.is_some_and(|leader| index > leader.base() && leader.log_term(index) != entry.term);
    let tone = match () {
        () if differs => Tone::Warning,
        () if index <= raft.commit_index => Tone::Settled,
        () => Tone::Plain,
    };
    Cell { text: format!("t{} {}", entry.term, entry.label()), tone }
}

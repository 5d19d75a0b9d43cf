//! What people see of a message.

use super::{
    inspect::log_cell,
    membership::label,
    message::{AppendEntriesReply, InstallSnapshot, Message, RequestVote},
    state::Item,
};
use crate::{
    NodeSpec,
    view::{FieldView, MessageView, Tone, Value, name},
};

/// A message and its fields.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    match message {
        Message::RequestVote(m) => {
            let mut fields = vote_request(m, names);
            if m.transfer {
                fields.push(FieldView::text("transfer", "the leader asked for it"));
            }
            MessageView { label: format!("RequestVote t{}", m.term), fields }
        }
        Message::RequestVoteReply(m) => MessageView {
            label: format!("vote t{} {}", m.term, yes(m.vote_granted)),
            fields: vec![FieldView::text("term", m.term), FieldView::text("voteGranted", yes(m.vote_granted))],
        },
        Message::AppendEntries(m) => MessageView {
            label: format!("{} t{}", if m.entries.is_empty() { "heartbeat" } else { "AppendEntries" }, m.term),
            fields: vec![
                FieldView::text("term", m.term),
                FieldView::text("leaderId", name(names, m.leader_id)),
                FieldView::text("prevLogIndex", m.prev_log_index),
                FieldView::text("prevLogTerm", m.prev_log_term),
                FieldView::new("entries", Value::Log(m.entries.iter().map(|e| log_cell(e, Tone::Plain)).collect())),
                FieldView::text("leaderCommit", m.leader_commit),
                FieldView::text("round", m.round),
            ],
        },
        Message::AppendEntriesReply(m) => append_reply(m),
        Message::PreVote(m) => MessageView { label: format!("PreVote t{}", m.term), fields: vote_request(m, names) },
        Message::PreVoteReply(m) => MessageView {
            label: format!("pre-vote t{} {}", m.next_term, yes(m.vote_granted)),
            fields: vec![
                FieldView::text("term", m.term),
                FieldView::text("nextTerm", m.next_term),
                FieldView::text("voteGranted", yes(m.vote_granted)),
            ],
        },
        Message::InstallSnapshot(m) => install_snapshot(m, names),
        Message::InstallSnapshotReply(m) => MessageView {
            label: format!("snapshot {} t{}", if m.done { "arrived" } else { "piece" }, m.term),
            fields: vec![
                FieldView::text("term", m.term),
                FieldView::text("lastIncludedIndex", m.last_included_index),
                FieldView::text("received", m.received),
                FieldView::text("done", yes(m.done)),
            ],
        },
        Message::TimeoutNow(m) => {
            MessageView { label: format!("TimeoutNow t{}", m.term), fields: vec![FieldView::text("term", m.term)] }
        }
    }
}

const fn yes(granted: bool) -> &'static str {
    if granted { "yes" } else { "no" }
}

fn vote_request(m: &RequestVote, names: &[NodeSpec]) -> Vec<FieldView> {
    vec![
        FieldView::text("term", m.term),
        FieldView::text("candidateId", name(names, m.candidate_id)),
        FieldView::text("lastLogIndex", m.last_log_index),
        FieldView::text("lastLogTerm", m.last_log_term),
    ]
}

fn append_reply(m: &AppendEntriesReply) -> MessageView {
    let mut fields = vec![
        FieldView::text("term", m.term),
        FieldView::text("success", yes(m.success)),
        FieldView::text("prevLogIndex", m.prev_log_index),
        FieldView::text("matchIndex", m.match_index),
        FieldView::text("round", m.round),
    ];
    if let Some(conflict) = &m.conflict {
        fields.push(FieldView::text("conflictTerm", conflict.term));
        fields.push(FieldView::text("firstIndexOfTerm", conflict.first_index));
    }
    MessageView { label: format!("{} t{}", if m.success { "appended" } else { "refused" }, m.term), fields }
}

fn install_snapshot(m: &InstallSnapshot, names: &[NodeSpec]) -> MessageView {
    let item = |item: &Item| match item {
        Item::Pair(key, value) => (key.to_string(), value.to_string()),
        Item::Session(client, session) => (name(names, *client), format!("#{}", session.serial)),
    };
    MessageView {
        label: format!("InstallSnapshot t{}", m.term),
        fields: vec![
            FieldView::text("term", m.term),
            FieldView::text("leaderId", name(names, m.leader_id)),
            FieldView::text("lastIncludedIndex", m.last_included_index),
            FieldView::text("lastIncludedTerm", m.last_included_term),
            FieldView::text("offset", m.offset),
            FieldView::new("data", Value::Vector(m.data.iter().map(item).collect())),
            FieldView::text("done", yes(m.done)),
            FieldView::text("configuration", m.configuration.map_or("the first".into(), label)),
        ],
    }
}

//! What people see of a replica, of a message and of the group.

use super::{
    Vr,
    message::Message,
    state::{Memory, Status},
};
use crate::{
    Log, NodeId, NodeMap, NodeSpec,
    replicated::Command,
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, all, name},
};

/// How many of the last op-numbers the table shows.
const WINDOW: u64 = 40;

impl Status {
    /// The status as the paper calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Status::Normal => "normal",
            Status::ViewChange => "view-change",
            Status::Recovering => "recovering",
        }
    }
}

fn cells<'a>(log: impl Iterator<Item = &'a Command>, committed: u64) -> Value {
    let cell = |(number, command): (u64, &Command)| {
        let tone = if number <= committed { Tone::Settled } else { Tone::Plain };
        LogCell { term: number, label: command.label(), tone }
    };
    Value::Log((1..).zip(log).map(cell).collect())
}

fn by_node<T>(field: &str, names: &[NodeSpec], table: &NodeMap<T>, words: fn(&T) -> String) -> FieldView {
    FieldView::new(field, Value::Vector(table.iter().map(|(node, value)| (name(names, node), words(value))).collect()))
}

fn memory(memory: &Memory) -> String {
    match &memory.state {
        Some((log, commit)) => format!("view {}, {} ops, {commit} committed", memory.view, log.len()),
        None => format!("view {}", memory.view),
    }
}

/// The state of a replica, in the order of the paper's Figure 2.
pub(super) fn fields(replica: &Vr, names: &[NodeSpec]) -> Vec<FieldView> {
    let [store, table] = replica.machine.fields(names, "service", "client-table");
    vec![
        FieldView::text("view-number", replica.view),
        FieldView::text("status", replica.status.name()),
        FieldView::text("op-number", replica.op_number()),
        FieldView::new("log", cells(replica.log.iter(), replica.commit_number)),
        FieldView::text("commit-number", replica.commit_number),
        table,
        FieldView::text("last normal view", replica.last_normal),
        store,
        by_node("prepared", names, &replica.acked, u64::to_string),
        FieldView::text("StartViewChange from", all(names, replica.starters)),
        by_node("DoViewChange from", names, &replica.votes, |vote| {
            format!("normal in view {}, {} ops, {} committed", vote.last_normal, vote.log.len(), vote.commit_number)
        }),
        by_node("RecoveryResponse from", names, &replica.memories, memory),
        FieldView::text("starts", replica.starts),
    ]
}

/// A message and its fields.
pub(super) fn message(message: &Message) -> MessageView {
    let number = |name: &str, value: u64| FieldView::text(name, value);
    let log = |log: &Log<Command>, commit: u64| FieldView::new("log", cells(log.iter(), commit));
    let (label, fields) = match message {
        Message::Prepare { view, op_number, command, commit_number } => {
            let label = command.label();
            let fields = vec![
                number("view", *view),
                number("op-number", *op_number),
                FieldView::text("request", label.clone()),
                number("commit-number", *commit_number),
            ];
            (format!("Prepare {op_number}: {label}"), fields)
        }
        Message::PrepareOk { view, op_number } => {
            (format!("PrepareOk {op_number}"), vec![number("view", *view), number("op-number", *op_number)])
        }
        Message::Commit { view, commit_number } => {
            (format!("Commit {commit_number}"), vec![number("view", *view), number("commit-number", *commit_number)])
        }
        Message::StartViewChange { view } => (format!("StartViewChange {view}"), vec![number("view", *view)]),
        Message::DoViewChange { view, vote } => {
            let fields = vec![
                number("view", *view),
                log(&vote.log, vote.commit_number),
                number("last normal view", vote.last_normal),
                number("commit-number", vote.commit_number),
            ];
            (format!("DoViewChange {view}"), fields)
        }
        Message::StartView { view, log: ops, commit_number } => {
            let fields = vec![number("view", *view), log(ops, *commit_number), number("commit-number", *commit_number)];
            (format!("StartView {view}"), fields)
        }
        Message::Recovery { nonce, view } => {
            (format!("Recovery {nonce}"), vec![number("nonce", *nonce), number("view", *view)])
        }
        Message::RecoveryResponse { nonce, memory } => {
            let mut fields = vec![number("nonce", *nonce), number("view", memory.view)];
            fields.extend(memory.state.iter().map(|(ops, commit)| log(ops, *commit)));
            (format!("RecoveryResponse {nonce}"), fields)
        }
        Message::GetState { view, op_number } => {
            (format!("GetState {op_number}"), vec![number("view", *view), number("op-number", *op_number)])
        }
        Message::NewState { view, after, entries, commit_number } => {
            let fields = vec![
                number("view", *view),
                number("after", *after),
                FieldView::new("log", cells(entries.iter(), 0)),
                number("commit-number", *commit_number),
            ];
            (format!("NewState {view}"), fields)
        }
    };
    MessageView { label, fields }
}

/// All logs, aligned by op-number.
pub(super) fn table(nodes: &[Option<&Vr>], names: &[NodeSpec]) -> Table {
    let last = nodes.iter().flatten().map(|replica| replica.op_number()).max().unwrap_or_default();
    let first = last.saturating_sub(WINDOW) + 1;
    let row = |(id, replica): (u8, &Option<&Vr>)| {
        let plain = |text: String| Cell { text, tone: Tone::Plain };
        let heads = match replica {
            Some(replica) => [
                plain(replica.view.to_string()),
                plain(replica.status.name().into()),
                plain(replica.commit_number.to_string()),
            ],
            None => [plain("down".into()), Cell::default(), Cell::default()],
        };
        let cell = |number: u64| {
            let Some((replica, command)) = replica.and_then(|it| Some((it, it.log.get(number)?))) else {
                return Cell::default();
            };
            let tone = if number <= replica.commit_number { Tone::Settled } else { Tone::Plain };
            Cell { text: command.label(), tone }
        };
        Row { name: name(names, NodeId(id)), cells: heads.into_iter().chain((first..=last).map(cell)).collect() }
    };
    let heads = ["", "view", "status", "commit"].map(String::from);
    Table {
        title: if first > 1 { format!("Logs, from op {first} on") } else { "Logs".into() },
        columns: heads.into_iter().chain((first..=last).map(|number| number.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

//! What people see of a server, of a message and of the group.

use super::{Message, Part, PrimaryBackup, View};
use crate::{
    NodeId, NodeSpec,
    replicated::Command,
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, all, name},
};

/// How many of the last operations the table shows.
const WINDOW: u64 = 40;

fn cells<'a>(log: impl Iterator<Item = &'a Command>, first: u64, executed: u64) -> Value {
    let cell = |(number, command): (u64, &Command)| {
        let tone = if number <= executed { Tone::Settled } else { Tone::Plain };
        LogCell { term: number, label: command.label(), tone }
    };
    Value::Log((first..).zip(log).map(cell).collect())
}

fn words(view: &View, names: &[NodeSpec]) -> String {
    match view.number {
        0 => "none".into(),
        number => format!("{number}: {} with {}", name(names, view.primary), all(names, view.backups)),
    }
}

/// The state of a replica, or of the view service.
pub(super) fn fields(server: &PrimaryBackup, names: &[NodeSpec]) -> Vec<FieldView> {
    let view = FieldView::text("view", words(&server.view, names));
    let yes = |is: bool| if is { "yes" } else { "no" };
    if server.part == Part::Service {
        return vec![
            view,
            FieldView::text("confirmed", yes(server.confirmed)),
            FieldView::text("heard since it looked", all(names, server.heard)),
        ];
    }
    let acked = server.acked.iter().map(|(backup, has)| (name(names, backup), has.to_string()));
    let [store, sessions] = server.machine.fields(names, "store", "last answers");
    vec![
        view,
        FieldView::text("has the state", yes(server.has_state)),
        FieldView::new("log", cells(server.log.iter(), 1, server.executed)),
        FieldView::text("executed", server.executed),
        FieldView::new("backups have", Value::Vector(acked.collect())),
        store,
        sessions,
    ]
}

/// A message and its fields.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let number = |value: u64| FieldView::text("view", value);
    let (label, fields) = match message {
        Message::Ping { view, confirmed } => {
            let label = if *confirmed { "Ping, confirmed" } else { "Ping" };
            (label.into(), vec![number(*view)])
        }
        Message::View(view) => (format!("View {}", view.number), vec![FieldView::text("view", words(view, names))]),
        Message::State { view, log } => (
            format!("State up to {}", log.len()),
            vec![FieldView::text("view", words(view, names)), FieldView::new("log", cells(log.iter(), 1, 0))],
        ),
        Message::Update { view, after, entries } => {
            let label = match &entries[..] {
                [one] => format!("{}: {}", after + 1, one.label()),
                more => format!("{} to {}", after + 1, after + more.len() as u64),
            };
            (label, vec![number(*view), FieldView::new("operations", cells(entries.iter(), after + 1, 0))])
        }
        Message::Ack { view, has } => {
            let has = has.map_or("lacks the state".into(), |has| format!("has {has}"));
            (has, vec![number(*view)])
        }
        Message::Refused { view } => (format!("refused: view {view}"), vec![number(*view)]),
    };
    MessageView { label, fields }
}

/// All logs, side by side.
pub(super) fn table(nodes: &[Option<&PrimaryBackup>], names: &[NodeSpec]) -> Table {
    let last = nodes.iter().flatten().map(|server| server.log.last_index()).max().unwrap_or_default();
    let first = last.saturating_sub(WINDOW) + 1;
    let row = |(id, server): (u8, &Option<&PrimaryBackup>)| {
        let plain = |text: String| Cell { text, tone: Tone::Plain };
        let part = |server: &PrimaryBackup| match server.part {
            Part::Service => "view service",
            Part::Primary => "primary",
            Part::Backup if server.has_state => "backup",
            Part::Backup => "waits for the state",
            Part::Apart => "apart",
        };
        let heads = match server {
            Some(server) => [plain(server.view.number.to_string()), plain(part(server).into())],
            None => [plain("down".into()), Cell::default()],
        };
        let cell = |number: u64| {
            let Some((server, command)) = server.and_then(|server| Some((server, server.log.get(number)?))) else {
                return Cell::default();
            };
            let tone = if number <= server.executed { Tone::Settled } else { Tone::Plain };
            Cell { text: command.label(), tone }
        };
        Row { name: name(names, NodeId(id)), cells: heads.into_iter().chain((first..=last).map(cell)).collect() }
    };
    let heads = ["", "view", "part"].map(String::from);
    Table {
        title: "Logs".into(),
        columns: heads.into_iter().chain((first..=last).map(|number| number.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

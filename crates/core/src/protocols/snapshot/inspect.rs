//! What people see of a process, of a message and of the group.

use super::{Message, Recording, Snapshot, SnapshotId};
use crate::{
    NodeId, NodeSpec, Sorted,
    view::{Cell, FieldView, MessageView, Row, Table, Tone, Value, name},
};

/// How many of the last snapshots the table shows.
const WINDOW: usize = 6;

fn called(names: &[NodeSpec], id: SnapshotId) -> String {
    id.words(&name(names, id.by))
}

/// The money, and what was recorded for each snapshot.
pub(super) fn fields(process: &Snapshot, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields = vec![FieldView::text("money", process.money)];
    for (id, recording) in process.recordings.iter() {
        let own = ("state".to_string(), recording.money.to_string());
        let channels = recording.channels.iter().map(|(from, channel)| {
            let money: Vec<String> = channel.money.iter().map(|money| money.amount.to_string()).collect();
            let money = if money.is_empty() { "empty".into() } else { money.join(", ") };
            let words = if channel.open { format!("{money} (no marker yet)") } else { money };
            (format!("from {}", name(names, from)), words)
        });
        let channels = std::iter::once(own).chain(channels).collect();
        fields.push(FieldView::new(&format!("snapshot {}", called(names, *id)), Value::Vector(channels)));
    }
    fields
}

/// Money is its amount, and a marker its snapshot.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    match message {
        Message::Money(money) => {
            MessageView { label: money.amount.to_string(), fields: vec![FieldView::text("amount", money.amount)] }
        }
        Message::Marker(id) => {
            let snapshot = called(names, *id);
            MessageView { label: format!("Marker {snapshot}"), fields: vec![FieldView::text("snapshot", snapshot)] }
        }
    }
}

/// What each process recorded, snapshot by snapshot, and the sums.
pub(super) fn table(nodes: &[Option<&Snapshot>], names: &[NodeSpec]) -> Table {
    let known: Sorted<SnapshotId, ()> =
        nodes.iter().flatten().flat_map(|process| process.recordings.keys().map(|id| (*id, ()))).collect();
    let ids: Vec<SnapshotId> = known.keys().copied().skip(known.len().saturating_sub(WINDOW)).collect();
    let row = |(id, process): (u8, &Option<&Snapshot>)| {
        let head = process.map_or("down".into(), |process| process.money.to_string());
        let head = Cell { text: head, tone: Tone::Plain };
        let recorded =
            ids.iter().map(|id| process.and_then(|it| it.recordings.get(id)).map_or_else(Cell::default, cell));
        Row { name: name(names, NodeId(id)), cells: std::iter::once(head).chain(recorded).collect() }
    };
    let column = |id: &SnapshotId| match sum(nodes, *id) {
        Some(sum) => format!("{}: {sum} in all", called(names, *id)),
        None => called(names, *id),
    };
    Table {
        title: "Money now, and what was recorded for each snapshot: state + in transit".into(),
        columns: ["".into(), "now".into()].into_iter().chain(ids.iter().map(column)).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

/// What a process recorded: its state, and what was in transit to it.
fn cell(recording: &Recording) -> Cell {
    let transit = recording.sum() - recording.money;
    let text = if transit > 0 { format!("{} + {transit}", recording.money) } else { recording.money.to_string() };
    let tone = if recording.open().is_empty() { Tone::Settled } else { Tone::Plain };
    Cell { text, tone }
}

/// The money of a snapshot that everybody has done with.
fn sum(nodes: &[Option<&Snapshot>], id: SnapshotId) -> Option<u64> {
    let recorded = nodes.iter().map(|process| {
        let recording = process.as_ref()?.recordings.get(&id)?;
        recording.open().is_empty().then(|| recording.sum())
    });
    recorded.sum()
}

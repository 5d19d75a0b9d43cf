//! What people see of a process, of a message and of the group.

use super::{Event, Lamport, Message};
use crate::{
    NodeId, NodeSpec,
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, name},
};

/// How many of the last clock values the table shows.
const WINDOW: u64 = 40;

/// The counter, and the events that it was moved by.
pub(super) fn fields(process: &Lamport, names: &[NodeSpec]) -> Vec<FieldView> {
    let cell = |event: &Event| LogCell { term: event.clock, label: event.what.label(names), tone: Tone::Plain };
    vec![
        FieldView::text("C", process.clock),
        FieldView::new("events", Value::Log(process.events.iter().map(cell).collect())),
    ]
}

/// A message is its timestamp.
pub(super) fn message(message: &Message) -> MessageView {
    MessageView {
        label: format!("T{}", message.timestamp),
        fields: vec![FieldView::text("timestamp", message.timestamp)],
    }
}

/// All events by clock: column by column, and each column downwards, they stand in the total order.
pub(super) fn table(nodes: &[Option<&Lamport>], names: &[NodeSpec]) -> Table {
    let last = nodes.iter().flatten().map(|process| process.clock).max().unwrap_or(0);
    let first = last.saturating_sub(WINDOW) + 1;
    let row = |(id, process): (u8, &Option<&Lamport>)| {
        let clock = process.map_or("down".into(), |process| process.clock.to_string());
        let events = (first..=last).map(|clock| Cell { text: at(*process, clock, names), tone: Tone::Plain });
        let head = Cell { text: clock, tone: Tone::Plain };
        Row { name: name(names, NodeId(id)), cells: std::iter::once(head).chain(events).collect() }
    };
    Table {
        title: "Events by clock: column by column, downwards, is the total order".into(),
        columns: ["".into(), "C".into()].into_iter().chain((first..=last).map(|clock| clock.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

fn at(process: Option<&Lamport>, clock: u64, names: &[NodeSpec]) -> String {
    let Some(process) = process else { return String::new() };
    // Clocks ascend by at least one for each event, so the event at `clock` is not after index `clock`.
    let event = (1..=clock.min(process.events.last_index())).rev().find_map(|index| {
        let event = process.events.get(index)?;
        (event.clock <= clock).then_some(event)
    });
    event.filter(|event| event.clock == clock).map_or(String::new(), |event| event.what.label(names))
}

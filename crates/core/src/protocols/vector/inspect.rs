//! What people see of a process, of a message and of the group.

use super::{Message, Vector};
use crate::{
    NodeId, NodeSpec,
    view::{Cell, FieldView, MessageView, Row, Table, Tone, Value},
};
use std::cmp::Ordering;

/// How many of the last events the inspector shows.
const WINDOW: u64 = 12;

/// The vector, as far as it is known who there is.
pub(super) fn badge(process: &Vector) -> String {
    process.counts.words(process.counts.as_slice().len())
}

/// The counts, the Lamport clock beside them, and the events that both were moved by.
pub(super) fn fields(process: &Vector, names: &[NodeSpec]) -> Vec<FieldView> {
    let counts = names.iter().zip(process.counts.first(names.len()));
    let counts = counts.map(|(spec, count)| (spec.name.clone(), count.to_string())).collect();
    let skipped = process.events.len().saturating_sub(WINDOW);
    let event = |(number, event): (u64, &super::Event)| {
        (format!("#{number}"), format!("{} {}", event.counts.words(names.len()), event.what.label(names)))
    };
    let events = (skipped + 1..).zip(process.events.iter_from(skipped + 1)).map(event).collect();
    vec![
        FieldView::new("vector", Value::Vector(counts)),
        FieldView::text("Lamport clock", process.clock),
        FieldView::new("events", Value::Vector(events)),
    ]
}

/// A message is its timestamps.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let counts = message.counts.words(names.len());
    MessageView {
        label: counts.clone(),
        fields: vec![FieldView::text("vector", counts), FieldView::text("Lamport clock", message.clock)],
    }
}

/// How the latest events of all processes stand to each other, by their vectors, and what their Lamport clocks say.
pub(super) fn table(nodes: &[Option<&Vector>], names: &[NodeSpec]) -> Table {
    let name = |node: u8| names.get(usize::from(node)).map_or_else(String::new, |spec| spec.name.clone());
    let cell = |text: String| Cell { text, tone: Tone::Plain };
    let row = |(me, process): (u8, &Option<&Vector>)| {
        let Some(process) = process else { return Row { name: name(me), cells: vec![cell("down".into())] } };
        let own = [process.counts.words(names.len()), process.clock.to_string()].map(cell);
        let others = (0..).zip(nodes).map(|(other, they)| {
            let text = match they {
                Some(they) if other != me => stands(process, they, NodeId(me), NodeId(other)),
                _ => String::new(),
            };
            cell(text)
        });
        Row { name: name(me), cells: own.into_iter().chain(others).collect() }
    };
    let columns = ["", "vector", "Lamport"].map(String::from).into_iter();
    Table {
        title: "The latest events: which happened before which".into(),
        columns: columns.chain(names.iter().take(nodes.len()).map(|spec| spec.name.clone())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

/// How the latest event of one process stands to that of another, and, where the vectors say that neither could know of
/// the other, which the Lamport clocks put first all the same.
fn stands(one: &Vector, other: &Vector, me: NodeId, they: NodeId) -> String {
    match one.counts.partial_cmp(&other.counts) {
        Some(Ordering::Less) => "before".into(),
        Some(Ordering::Greater) => "after".into(),
        Some(Ordering::Equal) => "equal".into(),
        None if (one.clock, me) < (other.clock, they) => "concurrent, Lamport: before".into(),
        None => "concurrent, Lamport: after".into(),
    }
}

//! What people see of a process, of a message and of the group.

use super::{Broadcast, Delivered, Message, Queued, What, hold};
use crate::{
    NodeId, NodeSpec,
    view::{Cell, FieldView, MessageView, Row, Table, Tone, Value, all, name},
};

/// How many of the last deliveries the table shows.
const WINDOW: u64 = 20;

/// How many messages it has delivered, and how many wait.
pub(super) fn badge(process: &Broadcast) -> String {
    let waiting = process.held.len() + process.queue.len();
    let got = format!("got {}", process.delivered.len());
    if waiting > 0 { format!("{got} +{waiting}") } else { got }
}

fn called(one: &Delivered, names: &[NodeSpec]) -> String {
    one.word.of(&name(names, one.id.origin), one.id.number)
}

/// What was delivered, what waits, and for what.
pub(super) fn fields(process: &Broadcast, names: &[NodeSpec]) -> Vec<FieldView> {
    let delivered =
        (1..).zip(process.delivered.iter()).map(|(place, one): (u64, _)| (place.to_string(), called(one, names)));
    let held = process.held.iter().map(|held| {
        let waits = hold::words(&process.lacks(held), |node| name(names, node));
        (held.words(&name(names, held.from)), format!("waits for {waits}"))
    });
    let mut fields = vec![
        FieldView::new("delivered", Value::Vector(delivered.collect())),
        FieldView::new("held back", Value::Vector(held.collect())),
    ];
    if !process.counts.is_empty() {
        let counts = names.iter().zip(&process.counts).map(|(spec, count)| (spec.name.clone(), count.to_string()));
        fields.push(FieldView::new("VT", Value::Vector(counts.collect())));
    }
    if process.clock > 0 {
        fields.push(FieldView::text("C", process.clock));
        fields.push(FieldView::new("queue", Value::Vector(queue(process, names))));
    }
    fields
}

/// The queue of total order: each message with its timestamp, and from whom something earlier could come.
fn queue(process: &Broadcast, names: &[NodeSpec]) -> Vec<(String, String)> {
    let others = (0..names.len() as u8).map(NodeId).filter(|node| process.heard.get(*node).is_some()).collect();
    let waits = |one: &Queued| {
        let what = one.word.of(&name(names, one.id.origin), one.id.number);
        let silent = process.silent(*one, others);
        let words = if silent.is_empty() { String::new() } else { format!(", waits for {}", all(names, silent)) };
        (what, format!("at {}{words}", one.clock))
    };
    process.queue.iter().map(waits).collect()
}

/// A message is what it says and what it carries for the order.
pub(super) fn message(message: &Message) -> MessageView {
    let kind = message.key().kind.name;
    let mut fields = vec![FieldView::text("packet", message.packet)];
    let mut label = kind.to_string();
    if message.clock > 0 {
        label = format!("{kind} {}", message.clock);
        fields.push(FieldView::text("timestamp", message.clock));
    }
    if let What::Broadcast { number, counts, .. } = &message.what {
        fields.push(FieldView::text("number", number));
        if !counts.is_empty() {
            let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
            let vector = format!("({})", counts.join(","));
            label = format!("{kind} {vector}");
            fields.push(FieldView::text("VT", vector));
        }
    }
    MessageView { label, fields }
}

/// What each process delivered, in its order.
pub(super) fn table(nodes: &[Option<&Broadcast>], names: &[NodeSpec]) -> Table {
    let last = nodes.iter().flatten().map(|process| process.delivered.len()).max().unwrap_or(0);
    let first = last.saturating_sub(WINDOW) + 1;
    let row = |(id, process): (u8, &Option<&Broadcast>)| {
        let head = process.map_or("down".into(), badge);
        let head = Cell { text: head, tone: Tone::Plain };
        let delivered = (first..=last).map(|place| {
            let one = process.and_then(|process| process.delivered.get(place));
            one.map_or_else(Cell::default, |one| Cell { text: called(one, names), tone: Tone::Settled })
        });
        Row { name: name(names, NodeId(id)), cells: std::iter::once(head).chain(delivered).collect() }
    };
    Table {
        title: "What each process delivered, in its order".into(),
        columns: ["".into(), "".into()].into_iter().chain((first..=last).map(|place| place.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

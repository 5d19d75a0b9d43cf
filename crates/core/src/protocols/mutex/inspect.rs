//! What people see of a process, of a message and of the group.

use super::{Message, Mutex, Request};
use crate::{
    NodeId, NodeSpec,
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, name},
};

/// Whether it holds the lock or waits for it, and its clock.
pub(super) fn badge(process: &Mutex) -> String {
    let what = match (process.holds, process.asked) {
        (true, _) => "holds",
        (false, Some(_)) => "waits",
        (false, None) => "clock",
    };
    format!("{what} {}", process.clock)
}

fn tone(process: &Mutex, request: &Request) -> Tone {
    if process.holds && process.asked == Some(request.timestamp) && process.queue.first() == Some(request) {
        return Tone::Settled;
    }
    Tone::Plain
}

/// The clock, the queue, and what was heard from whom.
pub(super) fn fields(process: &Mutex, names: &[NodeSpec]) -> Vec<FieldView> {
    let cell = |request: &Request| LogCell {
        term: request.timestamp,
        label: name(names, request.process),
        tone: tone(process, request),
    };
    let heard = process.heard.iter().map(|(other, clock)| (name(names, other), clock.to_string()));
    let lock = match (process.holds, process.asked) {
        (true, Some(at)) => format!("held; asked for at {at}"),
        (false, Some(at)) => format!("asked for at {at}"),
        _ => "not wanted".into(),
    };
    vec![
        FieldView::text("C", process.clock),
        FieldView::text("lock", lock),
        FieldView::new("queue", Value::Log(process.queue.iter().map(cell).collect())),
        FieldView::new("last heard", Value::Vector(heard.collect())),
    ]
}

/// A message is its kind and its timestamp.
pub(super) fn message(message: &Message) -> MessageView {
    let what = message.what.kind().name;
    MessageView {
        label: format!("{what} {}", message.timestamp),
        fields: vec![FieldView::text("timestamp", message.timestamp)],
    }
}

/// All queues side by side.
pub(super) fn table(nodes: &[Option<&Mutex>], names: &[NodeSpec]) -> Table {
    let longest = nodes.iter().flatten().map(|process| process.queue.len()).max().unwrap_or(0);
    let cell = |text: String, tone| Cell { text, tone };
    let row = |(id, process): (u8, &Option<&Mutex>)| {
        let head = process.map_or("down".into(), badge);
        let request = |process: &Mutex, request: &Request| {
            let text = format!("{} at {}", name(names, request.process), request.timestamp);
            cell(text, tone(process, request))
        };
        let queue = process.iter().flat_map(|process| process.queue.iter().map(|it| request(process, it)));
        let queue = queue.chain(std::iter::repeat_with(Cell::default)).take(longest);
        Row { name: name(names, NodeId(id)), cells: std::iter::once(cell(head, Tone::Plain)).chain(queue).collect() }
    };
    Table {
        title: "The queues of requests".into(),
        columns: ["".into(), "lock".into()].into_iter().chain((1..=longest).map(|place| place.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

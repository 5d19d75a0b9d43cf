//! What people see of a process, of a message and of the group.

use super::{Event, Hlc, Time};
use crate::{
    NodeId, NodeSpec,
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, name},
};

/// How far `l` is ahead of the physical clock, beside what it may be.
fn ahead(process: &Hlc) -> String {
    format!("{} of at most {}", process.ahead(), process.epsilon)
}

/// The clocks, the bound, and the events.
pub(super) fn fields(process: &Hlc, names: &[NodeSpec]) -> Vec<FieldView> {
    let cell = |event: &Event| LogCell {
        term: event.time.l,
        label: format!("{} {}", event.time, event.what.label(names)),
        tone: Tone::Plain,
    };
    vec![
        FieldView::text("pt", process.pt),
        FieldView::text("l", process.time.l),
        FieldView::text("c", process.time.c),
        FieldView::text("l - pt", ahead(process)),
        FieldView::new("events", Value::Log(process.events.iter().map(cell).collect())),
    ]
}

/// A message is its timestamp.
pub(super) fn message(time: Time) -> MessageView {
    let fields = vec![FieldView::text("l", time.l), FieldView::text("c", time.c)];
    MessageView { label: time.to_string(), fields }
}

/// The clocks of all processes at their latest events.
pub(super) fn table(nodes: &[Option<&Hlc>], names: &[NodeSpec]) -> Table {
    let row = |(id, process): (u8, &Option<&Hlc>)| {
        let cell = |text: String| Cell { text, tone: Tone::Plain };
        let cells = match process {
            None => vec![cell("down".into())],
            Some(process) => {
                let tone = if process.ahead() > process.epsilon { Tone::Warning } else { Tone::Settled };
                let clocks = [process.pt, process.time.l, process.time.c].map(|clock| cell(clock.to_string()));
                clocks.into_iter().chain([Cell { text: ahead(process), tone }]).collect()
            }
        };
        Row { name: name(names, NodeId(id)), cells }
    };
    Table {
        title: "Clocks at the latest events: l is ahead of pt by no more than clocks stand apart".into(),
        columns: ["", "pt", "l", "c", "l - pt"].map(String::from).into(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

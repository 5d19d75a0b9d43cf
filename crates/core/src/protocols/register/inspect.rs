//! What people see of a server, of a message and of the registers.

use super::{Message, Phase, Register, Tag};
use crate::{
    NodeId, NodeSet, NodeSpec, OpId, Service,
    services::{Registers, Text},
    view::{Cell, FieldView, MessageView, Row, Table, Tone, all, name},
};

/// The first register's value and its tag's number, in few letters: `b 2.1`.
pub(super) fn badge(server: &Register) -> String {
    let Some((_, copy)) = server.copies.iter().next() else { return String::new() };
    let value = copy.value.as_deref().unwrap_or_default();
    if value.chars().count() > 4 { copy.tag.to_string() } else { format!("{value} {}", copy.tag) }
}

/// Each copy, and the operations under way.
pub(super) fn fields(server: &Register, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields: Vec<FieldView> = server.copies.iter().map(|(key, copy)| FieldView::text(key, copy)).collect();
    for doing in server.doing.values() {
        let op = format!("{} of {}", Registers::op_words(&doing.op), name(names, doing.id.client));
        let phase = match &doing.phase {
            Phase::Ask { heard, highest } => format!("told by {}; highest {highest}", all(names, *heard)),
            Phase::Store { copy, taken } => format!("{copy} taken by {}", all(names, *taken)),
        };
        fields.push(FieldView::text(&op, phase));
    }
    fields
}

/// A message between servers.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let (label, id, what) = match message {
        Message::Query { id, key } => (format!("{key}?"), id, FieldView::text("register", key)),
        Message::Reply { id, copy } => (copy.to_string(), id, FieldView::text("copy", copy)),
        Message::Store { id, key, copy } => (format!("{key} = {copy}"), id, FieldView::text(key, copy)),
        Message::Ack { id, tag } => (format!("has {tag}"), id, FieldView::text("tag", tag)),
    };
    MessageView { label, fields: vec![what, FieldView::text("for", operation(*id, names))] }
}

fn operation(id: OpId, names: &[NodeSpec]) -> String {
    format!("operation {} of {}", id.serial, name(names, id.client))
}

/// All copies by register: the highest tag is marked.
pub(super) fn table(nodes: &[Option<&Register>], names: &[NodeSpec]) -> Table {
    let mut keys: Vec<Text> = nodes.iter().flatten().flat_map(|server| server.copies.keys().cloned()).collect();
    crate::order::sort(&mut keys);
    keys.dedup();
    let highest = |key: &Text| nodes.iter().flatten().map(|server| server.copy(key).tag).max();
    let cell = |server: &Register, key: &Text| match server.copies.get(key) {
        Some(copy) => {
            let tone = if Some(copy.tag) == highest(key) { Tone::Settled } else { Tone::Plain };
            Cell { text: copy.to_string(), tone }
        }
        None => Cell::default(),
    };
    let row = |(id, server): (u8, &Option<&Register>)| {
        let cells = match server {
            Some(server) => keys.iter().map(|key| cell(server, key)).collect(),
            None => vec![Cell { text: "down".into(), tone: Tone::Plain }],
        };
        Row { name: name(names, NodeId(id)), cells }
    };
    Table {
        title: "Copies, with their tags".into(),
        columns: [String::new()].into_iter().chain(keys.iter().map(|key| key.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

/// A write, as the observer knows it.
pub(super) struct Write<'a> {
    pub key: &'a Text,
    pub tag: Tag,
    pub value: &'a str,
    pub held: NodeSet,
    pub is_done: bool,
}

/// Every write, and who has it or a later one.
pub(super) fn record(writes: Vec<Write<'_>>, names: &[NodeSpec]) -> Option<Table> {
    let cell = |text: String, tone| Cell { text, tone };
    let row = |write: &Write<'_>| {
        let (words, tone) = if write.is_done { ("answered", Tone::Settled) } else { ("", Tone::Plain) };
        let written = cell(format!("{} = {}", write.key, write.value), Tone::Plain);
        Row {
            name: write.tag.to_string(),
            cells: vec![written, cell(all(names, write.held), tone), cell(words.into(), tone)],
        }
    };
    let rows: Vec<Row> = writes.iter().map(row).collect();
    let columns = ["tag", "write", "at or above it", "outcome"].map(String::from).into();
    (!rows.is_empty()).then(|| Table { title: "Every write, and who has it or a later one".into(), columns, rows })
}

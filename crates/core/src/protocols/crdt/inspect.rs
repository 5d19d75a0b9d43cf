//! What people see of a replica, of a message and of the group.

use super::{Message, Operation, Replica};
use crate::{
    NodeId, NodeKind, NodeSpec,
    crdt::{Crdt, GCounter, Update},
    versions::{Counts, Dot},
    view::{Cell, FieldView, MessageView, Row, Table, Tone, Value, all, name},
};

/// So many letters find room in a circle.
const ROOM: usize = 8;

/// A value as people read it.
pub(super) fn shown(value: &str) -> String {
    if value.is_empty() { "nothing".into() } else { value.into() }
}

/// The value, or its beginning.
pub(super) fn badge(replica: &Replica) -> String {
    let value = replica.data.value();
    if value.chars().count() <= ROOM {
        return value;
    }
    value.chars().take(ROOM - 1).chain(['…']).collect()
}

/// The name of an operation, of a tag or of a letter: `2.3` is the third of the second replica.
fn called(dot: Dot) -> String {
    format!("{}.{}", dot.node.0 + 1, dot.count)
}

fn call_all(dots: &[Dot]) -> String {
    dots.iter().map(|dot| called(*dot)).collect::<Vec<_>>().join(", ")
}

/// What an operation does.
pub(super) fn update(update: &Update) -> String {
    match update {
        Update::Up(by) => format!("+{by}"),
        Update::Down(by) => format!("-{by}"),
        Update::Add(element) => format!("add {element}"),
        Update::Tag(tag, element) => format!("add {element} as {}", called(*tag)),
        Update::Untag(element, tags) => format!("remove {element}: {}", call_all(tags)),
        Update::Stamped(stamp, value) => format!("set {value} at {}.{}", stamp.count, stamp.node.0 + 1),
        Update::Version(version, value) => format!("set {value} as {}", version.words(version.past.as_slice().len())),
        Update::Insert(Some(after), first, text) => format!("{text} as {}, after {}", called(*first), called(*after)),
        Update::Insert(None, first, text) => format!("{text} as {}, in front", called(*first)),
        Update::Delete(letter) => format!("delete {}", called(*letter)),
    }
}

/// What the data is made of, by name.
fn parts(data: &Crdt, names: &[NodeSpec]) -> Vec<(String, String)> {
    let counts = |sign: &str, counter: &GCounter| {
        let each = (0..).map(NodeId).zip(counter.0.as_slice()).filter(|(_, count)| **count > 0);
        each.map(|(node, count)| (name(names, node), format!("{sign}{count}"))).collect::<Vec<_>>()
    };
    match data {
        Crdt::GCounter(counter) => counts("+", counter),
        Crdt::PnCounter(counter) => [counts("+", &counter.up), counts("-", &counter.down)].concat(),
        Crdt::GSet(_) => Vec::new(),
        Crdt::OrSet(set) => set.tagged.iter().map(|(tag, element)| (called(*tag), element.to_string())).collect(),
        Crdt::Lww(register) => {
            let written = register.0.iter();
            written.map(|(stamp, value)| (format!("{}.{}", stamp.count, stamp.node.0 + 1), value.to_string())).collect()
        }
        Crdt::Mv(register) => {
            let values = register.0.iter();
            values.map(|(one, value)| (one.words(one.past.as_slice().len()), value.to_string())).collect()
        }
        Crdt::Rga(text) => {
            let letters = text.0.iter();
            let words = |letter: char, gone: bool| if gone { format!("{letter}, gone") } else { letter.into() };
            letters.map(|one| (called(one.id), words(one.letter, one.gone))).collect()
        }
    }
}

fn counted(seen: &Counts, names: &[NodeSpec]) -> Value {
    let servers = (0..).map(NodeId).zip(names).filter(|(_, spec)| spec.kind == NodeKind::Server);
    Value::Vector(servers.map(|(node, spec)| (spec.name.clone(), seen.of(node).to_string())).collect())
}

/// The value and what it is made of, what was taken, what waits, and who may lack what.
pub(super) fn fields(replica: &Replica, names: &[NodeSpec]) -> Vec<FieldView> {
    let listed = |title, list: Vec<(String, String)>| FieldView::new(title, Value::Vector(list));
    let held = replica.held.iter().map(|one| (called(one.dot), update(&one.update)));
    let unacked = replica.unacked.iter().map(|(one, behind)| (called(one.dot), all(names, *behind)));
    vec![
        FieldView::text("value", shown(&replica.data.value())),
        listed("made of", parts(&replica.data, names)),
        FieldView::new("operations taken", counted(&replica.seen, names)),
        listed("held back", held.collect()),
        listed("not acknowledged by", unacked.collect()),
    ]
}

/// A message is the value that it carries, or what it does.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let view = |label: String, fields| MessageView { label, fields };
    match message {
        Message::State { data, seen } => view(
            shown(&data.value()),
            vec![
                FieldView::new("made of", Value::Vector(parts(data, names))),
                FieldView::new("operations taken", counted(seen, names)),
            ],
        ),
        Message::Seen(seen) => view("has that".into(), vec![FieldView::new("operations taken", counted(seen, names))]),
        Message::Operation(Operation { dot, past, update: what }) => view(
            update(what),
            vec![FieldView::text("operation", called(*dot)), FieldView::new("after", counted(past, names))],
        ),
        Message::Got(count) => view(format!("has {count}"), vec![FieldView::text("operation", count)]),
    }
}

/// The value of each replica, and what it has taken.
pub(super) fn table(nodes: &[Option<&Replica>], names: &[NodeSpec]) -> Table {
    let up = || nodes.iter().flatten();
    let plain = |text: String| Cell { text, tone: Tone::Plain };
    let row = |(id, replica): (u8, &Option<&Replica>)| {
        let cells = replica.map_or_else(
            || vec![plain("down".into())],
            |replica| {
                let value = replica.data.value();
                let alike = up().all(|other| other.data.value() == value);
                let odd = up().any(|other| other.seen == replica.seen && other.data.value() != value);
                let tone = if odd {
                    Tone::Warning
                } else if alike {
                    Tone::Settled
                } else {
                    Tone::Plain
                };
                let counts = replica.seen.first(nodes.len()).map(|count| plain(count.to_string()));
                let waits = plain(replica.held.len().to_string());
                [Cell { text: shown(&value), tone }].into_iter().chain(counts).chain([waits]).collect()
            },
        );
        Row { name: name(names, NodeId(id)), cells }
    };
    let heads = (0..).map(NodeId).take(nodes.len()).map(|node| format!("of {}", name(names, node)));
    let columns = ["".into(), "value".into()].into_iter().chain(heads).chain(["held back".into()]);
    Table {
        title: "Values, and how many operations of each replica were taken".into(),
        columns: columns.collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

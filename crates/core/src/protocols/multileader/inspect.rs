//! What people see of a leader, of a message and of the group.

use super::{Entry, Held, Leader, Mark, Message};
use crate::{
    Ctx, NodeId, NodeKind, NodeSpec,
    crdt::Stamp,
    services::Text,
    versions::{Counts, Dot, Version},
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, all, name},
};

/// So many letters find room in a circle.
const ROOM: usize = 8;

fn value(value: Option<&Text>) -> &str {
    value.map_or("∅", |value| &**value)
}

/// What is held: `a|b`, with `∅` for what was deleted.
pub(super) fn values(held: &Held) -> String {
    let mut values: Vec<&str> = held.writes().into_iter().map(|write| value(write.value.as_ref())).collect();
    if matches!(held, Held::Set(_)) {
        crate::order::sort(&mut values);
        values.dedup();
    }
    if values.is_empty() { "nothing".into() } else { values.join("|") }
}

/// A timestamp as people read it: ticks of the clock, and whose.
fn stamped(stamp: Stamp) -> String {
    format!("{} by n{}", stamp.count, stamp.node.0 + 1)
}

/// What is held, and what decides: `a = 1.1 (0,0,0)`, or `a at 30 by n1`.
fn held(held: &Held, n: usize) -> String {
    let each: Vec<String> = match held {
        Held::Last(last) => last
            .0
            .iter()
            .map(|(stamp, write)| format!("{} at {}", value(write.value.as_ref()), stamped(*stamp)))
            .collect(),
        Held::Versions(siblings) => {
            let one =
                |(of, write): (&Version, &super::Write)| format!("{} = {}", value(write.value.as_ref()), of.words(n));
            siblings.iter().map(one).collect()
        }
        Held::Set(set) => {
            let one =
                |(tag, write): &(Dot, super::Write)| format!("{} as {}", value(write.value.as_ref()), dotted(*tag));
            set.tagged.iter().map(one).collect()
        }
    };
    if each.is_empty() { "nothing".into() } else { each.join(", ") }
}

/// The name of a write: `2.3` is the third of the second leader.
fn dotted(dot: Dot) -> String {
    format!("{}.{}", dot.node.0 + 1, dot.count)
}

/// A write by leader and number: `write 3 of n2`.
pub(super) fn named(ctx: &Ctx<'_, Leader>, dot: Dot) -> String {
    format!("write {} of {}", dot.count, ctx.name(dot.node))
}

/// What a write writes: `x = a`.
pub(super) fn entry(entry: &Entry) -> String {
    match &entry.mark {
        Mark::Adds => format!("{} + {}", entry.key, value(entry.write.value.as_ref())),
        Mark::Removes(tags) => {
            let tags: Vec<String> = tags.iter().map(|tag| dotted(*tag)).collect();
            let tags = if tags.is_empty() { "nothing".into() } else { tags.join(", ") };
            format!("{} without {tags}", entry.key)
        }
        Mark::At(_) | Mark::Seen(_) => format!("{} = {}", entry.key, value(entry.write.value.as_ref())),
    }
}

fn counted(seen: &Counts, names: &[NodeSpec]) -> Value {
    let servers = (0..).map(NodeId).zip(names).filter(|(_, spec)| spec.kind == NodeKind::Server);
    Value::Vector(servers.map(|(node, spec)| (spec.name.clone(), seen.of(node).to_string())).collect())
}

fn servers(names: &[NodeSpec]) -> usize {
    names.iter().filter(|spec| spec.kind == NodeKind::Server).count()
}

/// What the first key holds, or how much.
pub(super) fn badge(leader: &Leader) -> String {
    let Some((_, held)) = leader.keys.iter().next() else { return String::new() };
    let values = values(held);
    if values.chars().count() <= ROOM { values } else { format!("{} values", held.writes().len()) }
}

/// What is held of each key, what was applied, what is to be sent to whom, and what waits.
pub(super) fn fields(leader: &Leader, names: &[NodeSpec]) -> Vec<FieldView> {
    let n = servers(names);
    let mut fields: Vec<FieldView> = leader.keys.iter().map(|(key, of)| FieldView::text(key, held(of, n))).collect();
    fields.push(FieldView::new("applied", counted(&leader.seen, names)));
    let listed = |title, list: Vec<(String, String)>| FieldView::new(title, Value::Vector(list));
    if !leader.log.is_empty() {
        let one = |(of, to): &(Entry, _)| (format!("{}: {}", dotted(of.dot), entry(of)), all(names, *to));
        fields.push(listed("log, and who may lack it", leader.log.iter().map(one).collect()));
    }
    if !leader.waiting.is_empty() {
        let one = |(from, of): &(NodeId, Entry)| (format!("{}: {}", dotted(of.dot), entry(of)), name(names, *from));
        fields.push(listed("held back, and from whom", leader.waiting.iter().map(one).collect()));
    }
    fields
}

/// A message between leaders.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    match message {
        Message::Write(of) => {
            let mut fields = vec![FieldView::text("leader and number", dotted(of.dot))];
            fields.push(FieldView::new("its leader had applied", counted(&of.past, names)));
            match &of.mark {
                Mark::At(stamp) => fields.push(FieldView::text("timestamp", stamped(*stamp))),
                Mark::Seen(seen) => fields.push(FieldView::new("its client had seen", counted(seen, names))),
                Mark::Adds | Mark::Removes(_) => {}
            }
            MessageView { label: format!("{} {}", dotted(of.dot), entry(of)), fields }
        }
        Message::Again(entries) => {
            let cell = |of: &Entry| LogCell { term: of.dot.count, label: entry(of), tone: Tone::Plain };
            let label = match &entries[..] {
                [one] => format!("again {}", dotted(one.dot)),
                more => format!("again {} writes", more.len()),
            };
            MessageView {
                label,
                fields: vec![FieldView::new("writes", Value::Log(entries.iter().map(cell).collect()))],
            }
        }
        Message::Has(seen) => MessageView {
            label: format!("has {}", seen.words(servers(names))),
            fields: vec![FieldView::new("applied", counted(seen, names))],
        },
    }
}

/// What each leader has applied and holds. Where it lacks what another one up has applied, or several values stand side by
/// side, somebody has yet to see to it.
pub(super) fn table(nodes: &[Option<&Leader>], names: &[NodeSpec]) -> Table {
    let mut keys: Vec<&Text> = nodes.iter().flatten().flat_map(|leader| leader.keys.keys()).collect();
    crate::order::sort(&mut keys);
    keys.dedup();
    let n = servers(names);
    let up = || nodes.iter().flatten();
    let cell = |leader: &Leader, key: &Text| {
        let Some(of) = leader.keys.get(key) else { return Cell::default() };
        let differ = up().any(|other| other.keys.get(key) != Some(of));
        let aside = matches!(of, Held::Versions(siblings) if siblings.len() > 1);
        let tone = if aside {
            Tone::Warning
        } else if differ {
            Tone::Plain
        } else {
            Tone::Settled
        };
        Cell { text: held(of, n), tone }
    };
    let row = |(id, leader): (u8, &Option<&Leader>)| {
        let cells = match leader {
            Some(leader) => {
                let behind = up().any(|other| !other.seen.is_within(&leader.seen));
                let tone = if behind { Tone::Warning } else { Tone::Settled };
                let applied = Cell { text: leader.seen.words(n), tone };
                [applied].into_iter().chain(keys.iter().map(|key| cell(leader, key))).collect()
            }
            None => vec![Cell { text: "down".into(), tone: Tone::Plain }],
        };
        Row { name: name(names, NodeId(id)), cells }
    };
    let heads = [String::new(), "applied".into()];
    Table {
        title: "What each leader has applied, and holds".into(),
        columns: heads.into_iter().chain(keys.iter().map(|key| key.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

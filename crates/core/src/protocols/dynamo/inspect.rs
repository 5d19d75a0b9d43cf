//! What people see of a server, of a message and of the store.

use super::{Config, Dynamo, Message, Why, Write, place};
use crate::{
    NodeId, NodeKind, NodeSpec, Service,
    services::{Store, Text},
    versions::{Siblings, Version},
    view::{Cell, FieldView, KeyOnRing, MessageView, Ring, Row, Table, Tone, all, name},
};

/// So many letters find room in a circle.
const ROOM: usize = 8;

/// The values of siblings: `a|b`, with `∅` for what was deleted.
pub(super) fn values(siblings: &Siblings<Write>) -> String {
    let values: Vec<&str> = siblings.iter().map(|(_, write)| write.value.as_deref().unwrap_or("∅")).collect();
    if values.is_empty() { "nothing".into() } else { values.join("|") }
}

/// A version as people read it: `n2's 3rd after (1,0,0)` as `2.3 (1,0,0)`, and a timestamp as that.
pub(super) fn version(version: &Version, n: usize) -> String {
    match version.dot {
        // A timestamp has seen all earlier ones. So has the latest of many writes, one after the other; of those there are
        // fewer than a clock counts in its first millisecond.
        Some(dot) if dot.count > 999 && version.past.first(n).all(|seen| seen + 1 >= dot.count) => {
            format!("{} by n{}", crate::Micros(dot.count - 1).words(), dot.node.0 + 1)
        }
        _ => version.words(n),
    }
}

/// Siblings with their versions: `a = 1.1 (0,0,0), b = 2.1 (0,0,0)`.
fn versions(siblings: &Siblings<Write>, names: &[NodeSpec]) -> String {
    let servers = names.iter().filter(|spec| spec.kind == NodeKind::Server).count();
    let one = |(of, write): (&Version, &Write)| {
        format!("{} = {}", write.value.as_deref().unwrap_or("∅"), version(of, servers))
    };
    let each: Vec<String> = siblings.iter().map(one).collect();
    if each.is_empty() { "nothing".into() } else { each.join(", ") }
}

/// The values of the first key, or how many there are.
pub(super) fn badge(server: &Dynamo) -> String {
    let Some((_, siblings)) = server.keys.iter().next() else { return String::new() };
    let values = values(siblings);
    if values.chars().count() <= ROOM { values } else { format!("{} values", siblings.len()) }
}

/// Each key with its siblings and their versions, what is kept for others, what is under way, and who is suspected.
pub(super) fn fields(server: &Dynamo, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields: Vec<FieldView> =
        server.keys.iter().map(|(key, siblings)| FieldView::text(key, versions(siblings, names))).collect();
    for ((replica, key), siblings) in server.hints.iter() {
        let words = format!("{key}: {}", versions(siblings, names));
        fields.push(FieldView::text(&format!("kept for {}", name(names, *replica)), words));
    }
    for (id, call) in server.calls.iter() {
        let what = if call.writes { "write of" } else { "read of" };
        let done = if call.told { "; answered" } else { "" };
        let words = format!("{}, {} answered: {}{done}", call.key, call.answered.len(), all(names, call.answered));
        fields.push(FieldView::text(&format!("{what} {}", name(names, id.client)), words));
    }
    for (what, nodes) in [("suspected", server.suspected), ("to compare with", server.unlike)] {
        if !nodes.is_empty() {
            fields.push(FieldView::text(what, all(names, nodes)));
        }
    }
    fields
}

/// A message between servers.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let mut fields = Vec::new();
    let mut field = |name: &str, value: String| fields.push(FieldView::text(name, value));
    let label = match message {
        Message::Forward { request, .. } => Store::op_words(&request.op),
        Message::Store { key, held, why } => {
            if let Why::Hint(_, replica) = why {
                field("for", name(names, *replica));
            }
            field("versions", versions(held, names));
            format!("{key}={}", values(held))
        }
        Message::Stored { key, why, .. } => {
            if let Why::Hint(_, replica) = why {
                field("for", name(names, *replica));
            }
            format!("has {key}")
        }
        Message::Read { key, .. } => format!("{key}?"),
        Message::Found { held, .. } => {
            field("versions", versions(held, names));
            values(held)
        }
        Message::Tree { level, hashes } => {
            hashes.iter().for_each(|(place, hash)| field(&format!("hash {place}"), format!("{:08x}", hash >> 32)));
            format!("tree level {level}")
        }
        Message::Agree { .. } => "same tree".into(),
        Message::Keys { held, .. } => {
            held.iter().for_each(|(key, siblings)| field(key, versions(siblings, names)));
            format!("{} keys", held.len())
        }
    };
    MessageView { label, fields }
}

/// All keys that some server holds, in order.
fn keys(nodes: &[Option<&Dynamo>]) -> Vec<Text> {
    let mut keys: Vec<Text> = nodes.iter().flatten().flat_map(|server| server.keys.keys().cloned()).collect();
    crate::order::sort(&mut keys);
    keys.dedup();
    keys
}

/// Whether a server lacks a version of a key that another one up has.
fn lacks(nodes: &[Option<&Dynamo>], held: Option<&Siblings<Write>>, key: &str) -> bool {
    let mut held = held.cloned().unwrap_or_default();
    nodes.iter().flatten().filter_map(|other| other.keys.get(key)).any(|other| held.sync(other))
}

/// The ring, with each key and its replicas.
pub(super) fn ring(config: &Config, nodes: &[Option<&Dynamo>]) -> Ring {
    let copy = |node: NodeId, key: &Text| {
        let tone = match nodes.get(node.index()).copied().flatten() {
            None => Tone::Plain,
            Some(server) if lacks(nodes, server.keys.get(key), key) => Tone::Warning,
            Some(_) => Tone::Settled,
        };
        (node, tone)
    };
    let key = |key: Text| {
        let replicas = place::order(nodes.len(), &key).into_iter().take(config.n as usize);
        let copies = replicas.map(|node| copy(node, &key)).collect();
        KeyOnRing { hash: place::hash(key.as_bytes()), name: key.to_string(), copies }
    };
    Ring { points: place::points(nodes.len()), keys: keys(nodes).into_iter().map(key).collect() }
}

/// What each server holds by key. Where it lacks what another one up has, or several values stand side by side, somebody
/// has yet to see to it.
pub(super) fn table(nodes: &[Option<&Dynamo>], names: &[NodeSpec]) -> Table {
    let keys = keys(nodes);
    let cell = |server: &Dynamo, key: &Text| {
        let Some(siblings) = server.keys.get(key) else { return Cell::default() };
        let others = nodes.iter().flatten().filter(|other| other.keys.get(key).is_some()).count();
        let tone = match (lacks(nodes, Some(siblings), key) || siblings.len() > 1, others) {
            (true, _) => Tone::Warning,
            (false, 1) => Tone::Plain,
            (false, _) => Tone::Settled,
        };
        Cell { text: versions(siblings, names), tone }
    };
    let row = |(id, server): (u8, &Option<&Dynamo>)| {
        let cells = match server {
            Some(server) => keys.iter().map(|key| cell(server, key)).collect(),
            None => vec![Cell { text: "down".into(), tone: Tone::Plain }],
        };
        Row { name: name(names, NodeId(id)), cells }
    };
    Table {
        title: "Siblings by key, with their versions".into(),
        columns: [String::new()].into_iter().chain(keys.iter().map(|key| key.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

//! What people see of a server, of a message and of the store.

use super::{Message, Versions, Write};
use crate::{
    NodeKind, NodeSpec,
    services::Text,
    versions::Siblings,
    view::{Cell, FieldView, MessageView, Row, Table, Tone, all, name},
};

/// So many letters find room in a circle.
const ROOM: usize = 8;

/// The values of siblings: `a|b`.
pub(super) fn values(siblings: &Siblings<Write>) -> String {
    let values: Vec<&str> = siblings.iter().map(|(_, write)| &*write.value).collect();
    values.join("|")
}

/// The values of the first key, or how many there are.
pub(super) fn badge(server: &Versions) -> String {
    let Some((_, siblings)) = server.keys.iter().next() else { return String::new() };
    let values = values(siblings);
    if values.chars().count() <= ROOM { values } else { format!("{} values", siblings.len()) }
}

/// Each key with its siblings and their versions, and who may lack them.
pub(super) fn fields(server: &Versions, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields: Vec<FieldView> =
        server.keys.iter().map(|(key, siblings)| FieldView::text(key, versions(siblings, names))).collect();
    for (key, behind) in server.behind.iter().filter(|(_, behind)| !behind.is_empty()) {
        fields.push(FieldView::text("not known to have it", format!("{key}: {}", all(names, *behind))));
    }
    fields
}

/// Siblings as people read them: `a = 1.2 (1,0), b = 2.1 (1,0)`.
fn versions(siblings: &Siblings<Write>, names: &[NodeSpec]) -> String {
    let counted = |version: &crate::versions::Version| {
        // A vector with an entry for each client goes on after the servers.
        let servers = names.iter().filter(|spec| spec.kind == NodeKind::Server).count();
        version.words(servers.max(version.past.as_slice().len()))
    };
    let each: Vec<String> =
        siblings.iter().map(|(version, write)| format!("{} = {}", write.value, counted(version))).collect();
    each.join(", ")
}

/// A message between servers.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    match message {
        Message::Sync { key, siblings } => MessageView {
            label: format!("{key}: {}", values(siblings)),
            fields: vec![FieldView::text("key", key), FieldView::text("siblings", versions(siblings, names))],
        },
        Message::Synced { key, seen } => {
            let seen = seen.words(seen.as_slice().len());
            MessageView {
                label: format!("has {key}"),
                fields: vec![FieldView::text("key", key), FieldView::text("has seen", seen)],
            }
        }
    }
}

/// All servers by key: where several values stand side by side, somebody has yet to decide.
pub(super) fn table(nodes: &[Option<&Versions>], names: &[NodeSpec]) -> Table {
    let mut keys: Vec<Text> = nodes.iter().flatten().flat_map(|server| server.keys.keys().cloned()).collect();
    crate::order::sort(&mut keys);
    keys.dedup();
    let cell = |server: &Versions, key: &Text| {
        let Some(siblings) = server.keys.get(key) else { return Cell::default() };
        let agreed = nodes.iter().all(|other| other.is_some_and(|other| other.keys.get(key) == Some(siblings)));
        let tone = match (siblings.len() > 1, agreed) {
            (true, _) => Tone::Warning,
            (false, true) => Tone::Settled,
            (false, false) => Tone::Plain,
        };
        Cell { text: versions(siblings, names), tone }
    };
    let row = |(id, server): (u8, &Option<&Versions>)| {
        let cells = match server {
            Some(server) => keys.iter().map(|key| cell(server, key)).collect(),
            None => vec![Cell { text: "down".into(), tone: Tone::Plain }],
        };
        Row { name: name(names, crate::NodeId(id)), cells }
    };
    Table {
        title: "Siblings by key, with their versions".into(),
        columns: [String::new()].into_iter().chain(keys.iter().map(|key| key.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

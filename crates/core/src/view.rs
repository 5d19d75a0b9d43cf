//! What a protocol shows of itself: meaning, never colour or position.

use crate::{NodeId, NodeSet, NodeSpec};
use serde::Serialize;

/// A value as a view shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Value {
    /// A word or a number.
    Text(String),
    /// A log, entry by entry.
    Log(Vec<LogCell>),
    /// A vector or table: a value for each name.
    Vector(Vec<(String, String)>),
}

/// One field of a node or of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// The paper's name.
    pub name: String,
    /// What it holds.
    pub value: Value,
}

impl FieldView {
    /// A field.
    pub fn new(name: &str, value: Value) -> Self {
        FieldView { name: name.into(), value }
    }

    /// A field that is a word or a number.
    pub fn text(name: &str, value: impl ToString) -> Self {
        FieldView::new(name, Value::Text(value.to_string()))
    }
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct LogCell {
    /// The entry's term, or what stands for it.
    pub term: u64,
    /// The command, short.
    pub label: String,
    /// How settled it is.
    pub tone: Tone,
}

/// How settled something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Tone {
    /// Nothing to say.
    #[default]
    Plain,
    /// Committed, chosen or delivered.
    Settled,
    /// At odds with the others.
    Warning,
}

/// A message as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// A few words: `AppendEntries t2`.
    pub label: String,
    /// Its fields, under the paper's names.
    pub fields: Vec<FieldView>,
}

/// The cluster in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What is shown.
    pub title: String,
    /// Column heads, the first one for the row names.
    pub columns: Vec<String>,
    /// One row for each server.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The server's name.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// One cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How settled it is.
    pub tone: Tone,
}

/// A ring of hashes, and the keys of a store on it, as the observer sees all servers at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ring {
    /// Up to which hash each server owns the ring, in order; whoever is first also owns what is beyond the last.
    pub points: Vec<(u64, NodeId)>,
    /// The keys that some server holds, in order of their names.
    pub keys: Vec<KeyOnRing>,
}

/// A key on a ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyOnRing {
    /// The key.
    pub name: String,
    /// Where it lies.
    pub hash: u64,
    /// Who is to hold it, in order, and how that stands: settled where a server has all that any other that is up has, a
    /// warning where it lacks some of it, plain where it is down.
    pub copies: Vec<(NodeId, Tone)>,
}

/// A cut through the lanes of a run: for each server a moment of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// What people call it.
    pub name: String,
    /// For each server, by id, how many inputs it had handled before the cut: messages, timers and local events, but not
    /// its start. `None` where the cut has not come yet.
    pub inputs: Vec<Option<u64>>,
}

/// What people call a participant.
pub fn name(names: &[NodeSpec], node: NodeId) -> String {
    names.get(node.index()).map_or_else(|| format!("node {}", node.0), |spec| spec.name.clone())
}

/// What people call some participants: `n1, n3`, or `none`.
pub fn all(names: &[NodeSpec], nodes: NodeSet) -> String {
    let list: Vec<String> = nodes.iter().map(|node| name(names, node)).collect();
    if list.is_empty() { "none".into() } else { list.join(", ") }
}

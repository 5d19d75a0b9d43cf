//! What replicated logs have in common: commands, and the machine that applies each client's command once.

use crate::{
    Answer, NodeMap, NodeSpec, OpId, Outcome, Service,
    services::{KeyValue, KvOp, KvRet},
    view::{FieldView, Value, name},
};
use serde::{Deserialize, Serialize};

/// What an entry of the log asks of the state machines.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Nothing: it fills a place of the log.
    NoOp,
    /// A client's operation, with the client's serial number for it.
    Op {
        /// Whose it is, and its serial number there.
        id: OpId,
        /// The operation.
        op: KvOp,
    },
}

impl Command {
    /// The command, short enough for a cell: `x=3`.
    pub fn label(&self) -> String {
        match self {
            Command::NoOp => "no-op".into(),
            Command::Op { op, .. } => op_label(op),
        }
    }
}

/// An operation, short enough for a cell: `x=3`.
pub fn op_label(op: &KvOp) -> String {
    match op {
        KvOp::Put(key, value) => format!("{key}={value}"),
        KvOp::Append(key, value) => format!("{key}+={value}"),
        KvOp::Cas(key, expected, new) => format!("{key}:{expected}→{new}"),
        KvOp::Get(key) => format!("{key}?"),
    }
}

/// What a log is replicated for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StateMachine {
    /// What clients read and write.
    pub store: KeyValue,
    /// For each client the last operation applied, so that none is applied twice.
    pub sessions: NodeMap<Session>,
}

/// The last operation of a client that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    /// Its serial number.
    pub serial: u64,
    /// What the client is told, however often it asks.
    pub ret: KvRet,
}

impl StateMachine {
    /// Whether this operation was not applied yet, as far as its client's session tells.
    pub fn is_new(&self, id: OpId) -> bool {
        self.sessions.get(id.client).is_none_or(|session| id.serial > session.serial)
    }

    /// Applies an operation, and remembers what its client is told.
    pub fn apply(&mut self, id: OpId, op: &KvOp) {
        let ret = self.store.apply(op);
        self.sessions.insert(id.client, Session { serial: id.serial, ret });
    }

    /// What the client of an operation is told, unless it has gone on to another since, or this one was not applied.
    pub fn answer(&self, id: OpId) -> Option<Answer<KeyValue>> {
        let session = self.sessions.get(id.client).filter(|session| session.serial == id.serial)?;
        Some(Answer { id, outcome: Outcome::Done(session.ret.clone()) })
    }

    /// The pairs of the store, and the sessions of the clients, as fields of these names.
    pub fn fields(&self, names: &[NodeSpec], store: &str, sessions: &str) -> [FieldView; 2] {
        let pairs = self.store.iter().map(|(key, value)| (key.to_string(), value.to_string()));
        let session = |(client, session): (_, &Session)| {
            (name(names, client), format!("#{}: {}", session.serial, KeyValue::ret_words(&session.ret)))
        };
        let clients = self.sessions.iter().map(session);
        [
            FieldView::new(store, Value::Vector(pairs.collect())),
            FieldView::new(sessions, Value::Vector(clients.collect())),
        ]
    }
}

//! What servers send each other, and tell their clients.

use super::{Tag, Tagged};
use crate::{
    Flavour, Key, Kind, OpId, Service,
    client::Returned,
    services::{RegisterRet, Registers, Text},
};
use serde::{Deserialize, Serialize};

/// The answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The operation.
    pub id: OpId,
    /// What became of it.
    pub ret: RegisterRet,
    /// The tag of the value that was read or written.
    pub tag: Tag,
}

impl Returned<Registers> for Told {
    fn id(&self) -> OpId {
        self.id
    }

    fn ret(&self) -> &RegisterRet {
        &self.ret
    }

    fn words(&self) -> String {
        match self.ret {
            RegisterRet::Refused => "refused: only the clients of the first server write".into(),
            _ => Registers::ret_words(&self.ret),
        }
    }
}

/// What servers send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// Asks for a copy.
    Query {
        /// For which operation.
        id: OpId,
        /// The register.
        key: Text,
    },
    /// Tells a copy.
    Reply {
        /// For which operation.
        id: OpId,
        /// The copy.
        copy: Tagged,
    },
    /// A copy is to be taken, unless there is a later one.
    Store {
        /// For which operation.
        id: OpId,
        /// The register.
        key: Text,
        /// The copy.
        copy: Tagged,
    },
    /// The copy was taken, or a later one is there.
    Ack {
        /// For which operation.
        id: OpId,
        /// The tag of the copy.
        tag: Tag,
    },
}

/// The timer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to send again what was not answered.
    Repeat,
}

static QUERY: Kind = Kind::new("Query", Flavour::Ask, &["client", "serial"]);
static REPLY: Kind = Kind::new("Reply", Flavour::Grant, &["client", "serial"]);
static STORE: Kind = Kind::new("Store", Flavour::Carry, &["client", "serial"]);
static ACK: Kind = Kind::new("Ack", Flavour::Grant, &["client", "serial"]);

impl Message {
    pub(super) fn key(&self) -> Key {
        let (kind, id) = match self {
            Message::Query { id, .. } => (&QUERY, id),
            Message::Reply { id, .. } => (&REPLY, id),
            Message::Store { id, .. } => (&STORE, id),
            Message::Ack { id, .. } => (&ACK, id),
        };
        kind.key2(id.client.0.into(), id.serial)
    }
}

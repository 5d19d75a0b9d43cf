//! The settings of a store.

use crate::{ConfigError, Field, FieldKind, Form, NodeSpec, Span, form};
use serde::{Deserialize, Serialize};

/// The settings of a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are, each of which holds everything.
    pub servers: u64,
    /// How many clients.
    pub clients: u64,
    /// How versions are told apart.
    pub versioning: Versioning,
    /// Whether a client asks another server each time. Otherwise each has its own.
    pub wander: bool,
    /// How long a client waits before it asks the same server again.
    pub patience: Span,
    /// How long a server waits before it sends again what another is not known to have.
    pub repair: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 2,
            clients: 3,
            versioning: Versioning::Dotted,
            wander: false,
            patience: Span::ms(100, 150),
            repair: Span::ms(80, 120),
            bug: Bug::None,
        }
    }
}

/// How versions are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versioning {
    /// A dot for the write, and a vector with an entry for each server for what it had seen.
    #[default]
    Dotted,
    /// A vector with an entry for each server.
    Servers,
    /// A vector with an entry for each client.
    Clients,
}

const VERSIONINGS: [(&str, &str); 3] = [
    ("dotted", "dotted version vectors"),
    ("servers", "version vectors, an entry for each server"),
    ("clients", "version vectors, an entry for each client"),
];

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the papers.
    #[default]
    None,
    /// What another server sends replaces all siblings, as if it had seen them.
    DropSiblings,
    /// A dot is counted on from what the client has read, not from what the server holds.
    ReuseDot,
    /// A write forgets what its client had read.
    IgnoreContext,
    /// What is lost on its way to another server is not sent again.
    SendOnce,
}

const BUGS: [(&str, &str); 5] = [
    ("none", "none: as in the papers"),
    ("drop-siblings", "what arrives replaces all siblings"),
    ("reuse-dot", "a dot counts on from what the client read"),
    ("ignore-context", "a write forgets what its client read"),
    ("send-once", "what is lost is not sent again"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    form::within("servers", config.servers, 1, 5)?;
    form::within("clients", config.clients, 0, 6)?;
    form::ordered("patience", config.patience)?;
    form::ordered("repair", config.repair)?;
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("servers", "servers", "How many servers there are. Each holds everything.", number(1, 5)),
            field("clients", "clients", "How many clients there are.", number(0, 6)),
            field("versioning", "versions", "How versions are told apart.", FieldKind::Choice(VERSIONINGS.into())),
            field("wander", "wandering clients", "Whether a client asks any server each time.", FieldKind::Switch),
            field("patience", "patience", "How long a client waits before it asks again.", FieldKind::Range),
            field("repair", "repair", "How long a server waits before it sends again.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

pub(super) fn unsound(config: &Config) -> Option<String> {
    (config.versioning == Versioning::Servers).then(|| {
        "a vector with an entry for each server cannot tell two writes through one server apart: the second replaces the \
         first, though it never saw it"
            .into()
    })
}

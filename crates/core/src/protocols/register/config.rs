//! The settings of a group: who may write, how large quorums are, and the deliberate mistakes.

use crate::{ConfigError, Field, FieldKind, Form, NodeSpec, Span, form};
use serde::{Deserialize, Serialize};

const MOST: u64 = 7;

/// The settings of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are, each of which has a copy. An even number is legal: 4 bear one crash, like 3.
    pub servers: u64,
    /// How many clients. Each has its server, in turn.
    pub clients: u64,
    /// Who may write.
    pub writers: Writers,
    /// How many servers must tell their copies; 0 stands for a majority.
    pub read_quorum: u64,
    /// How many servers must have taken a copy; 0 stands for a majority.
    pub write_quorum: u64,
    /// How long a client waits before it asks again.
    pub patience: Span,
    /// How long a server waits before it sends again what was not answered.
    pub repeat: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 3,
            clients: 3,
            writers: Writers::Many,
            read_quorum: 0,
            write_quorum: 0,
            patience: Span::ms(250, 300),
            repeat: Span::ms(120, 150),
            bug: Bug::None,
        }
    }
}

/// Who may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writers {
    /// The clients of the first server.
    One,
    /// All.
    #[default]
    Many,
}

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the papers.
    #[default]
    None,
    /// A read answers without its second phase.
    NoWriteBack,
    /// One of many writers counts on from its own copy instead of asking.
    OwnCount,
    /// Tags are counts alone, so that two writers can choose the same.
    NoWriterId,
    /// An operation is over when one server less than needed has the value.
    OneShort,
    /// A server takes whatever it is sent, older or not.
    OlderTags,
    /// A server comes back with an empty disk.
    Forget,
}

const BUGS: [(&str, &str); 7] = [
    ("none", "none: as in the papers"),
    ("no-write-back", "a read does not write back"),
    ("own-count", "a writer does not ask for the highest tag"),
    ("no-writer-id", "tags do not name the writer"),
    ("one-short", "answers when one server less than needed has it"),
    ("older-tags", "a server takes older tags, too"),
    ("forget", "a server comes back with an empty disk"),
];

impl Config {
    /// How many servers must tell their copies.
    pub const fn read_quorum(&self) -> u64 {
        if self.read_quorum == 0 { self.servers / 2 + 1 } else { self.read_quorum }
    }

    /// How many servers must have taken a copy.
    pub const fn write_quorum(&self) -> u64 {
        if self.write_quorum == 0 { self.servers / 2 + 1 } else { self.write_quorum }
    }
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    form::within("servers", config.servers, 1, MOST)?;
    form::within("clients", config.clients, 0, 6)?;
    for (field, quorum) in [("read_quorum", config.read_quorum), ("write_quorum", config.write_quorum)] {
        if quorum > config.servers {
            let wrong = format!("a quorum of {quorum} is larger than the group of {} servers", config.servers);
            return Err(ConfigError::new(field, wrong));
        }
    }
    form::ordered("patience", config.patience)?;
    form::ordered("repeat", config.repeat)?;
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let writers = vec![("one", "the clients of n1"), ("many", "everybody")];
    let quorum = "0 stands for a majority. Those that tell and those that take have to meet.";
    Form {
        fields: vec![
            field("servers", "servers", "How many servers there are. Each has a copy.", number(1, MOST)),
            field("clients", "clients", "How many clients there are. Each has its server.", number(0, 6)),
            field("writers", "writers", "Who may write.", FieldKind::Choice(writers)),
            field("read_quorum", "must tell", quorum, number(0, MOST)),
            field("write_quorum", "must take", quorum, number(0, MOST)),
            field("patience", "patience", "How long a client waits before it asks again.", FieldKind::Range),
            field("repeat", "repeat", "How long a server waits before it sends again.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

pub(super) fn unsound(config: &Config) -> Option<String> {
    let (tell, take, all) = (config.read_quorum(), config.write_quorum(), config.servers);
    (tell + take <= all).then(|| {
        format!("{tell} servers that tell and {take} that take need not meet among {all}: a read can miss a write")
    })
}

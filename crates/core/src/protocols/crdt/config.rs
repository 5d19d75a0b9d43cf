//! The settings of a group of replicas.

use crate::{ConfigError, Field, FieldKind, Form, NodeSpec, Span, crdt::Type, form, services::SharedOp};
use serde::{Deserialize, Serialize};

/// The settings of a group of replicas.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are, each with a replica.
    pub servers: u64,
    /// How many clients. The first asks the first server, the second the second, and so on.
    pub clients: u64,
    /// Which type the data is of.
    #[serde(rename = "type")]
    pub which: Type,
    /// What replicas send each other, and when it is handed over.
    pub delivery: Delivery,
    /// How long a replica waits before it sends its state to another, or an operation again.
    pub interval: Span,
    /// How long a client waits before it asks the same server again.
    pub patience: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 3,
            clients: 3,
            which: Type::OrSet,
            delivery: Delivery::State,
            interval: Span::ms(40, 60),
            patience: Span::ms(100, 150),
            bug: Bug::None,
        }
    }
}

const TYPES: [(&str, &str); 7] = [
    ("g-counter", "G-Counter: a counter that only grows"),
    ("pn-counter", "PN-Counter: a counter"),
    ("g-set", "G-Set: a set that only grows"),
    ("or-set", "OR-Set: a set, a concurrent add wins"),
    ("lww-register", "LWW-Register: the last writer wins"),
    ("mv-register", "MV-Register: several values at once"),
    ("rga", "RGA: a text"),
];

/// What replicas send each other, and when it is handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// All that one has, to another, at intervals; it is merged.
    #[default]
    State,
    /// Each operation to all others, handed over once, after all that it had seen.
    Causal,
    /// Each operation to all others, handed over as it arrives.
    Raw,
}

const DELIVERIES: [(&str, &str); 3] = [
    ("state", "states, at intervals"),
    ("causal", "operations, once and causes first"),
    ("raw", "operations, as they arrive"),
];

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the papers.
    #[default]
    None,
    /// To merge counters, counts are added up.
    AddCounts,
    /// A state that arrives takes the place of what is there.
    TakeOver,
    /// An operation that arrives again has its effect again.
    DeliverTwice,
    /// The removal of an element takes away whatever is there under its name.
    RemoveUnseen,
    /// Of two writes with one count, that which arrives later stays.
    NoTieBreak,
    /// Of several values at once, that which arrived last stays.
    KeepOne,
    /// A letter goes right beside its neighbour, whatever else was put there.
    ByArrival,
    /// What is lost on its way is not sent again.
    SendOnce,
}

const BUGS: [(&str, &str); 9] = [
    ("none", "none: as in the papers"),
    ("add-counts", "counters are merged by adding (states)"),
    ("take-over", "a state that arrives replaces what is there (states)"),
    ("deliver-twice", "what arrives again has its effect again (causal operations)"),
    ("remove-unseen", "a removal takes away what it had not seen (operations)"),
    ("no-tie-break", "of equal timestamps the later arrival wins"),
    ("keep-one", "of several values one is kept (operations)"),
    ("by-arrival", "letters stand in the order of arrival (operations)"),
    ("send-once", "what is lost is not sent again"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    form::within("servers", config.servers, 1, 5)?;
    form::within("clients", config.clients, 0, 6)?;
    form::ordered("interval", config.interval)?;
    form::ordered("patience", config.patience)?;
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("servers", "replicas", "How many servers there are, each with a replica.", number(1, 5)),
            field("clients", "clients", "How many clients there are. Each asks a server of its own.", number(0, 6)),
            field("type", "type", "What the replicas hold.", FieldKind::Choice(TYPES.into())),
            field("delivery", "delivery", "What replicas send each other.", FieldKind::Choice(DELIVERIES.into())),
            field("interval", "interval", "How long until a state is sent, or something again.", FieldKind::Range),
            field("patience", "patience", "How long a client waits before it asks again.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// What the type needs and raw delivery does not give.
pub(super) fn unsound(config: &Config) -> Option<String> {
    let needs = config.which.needs();
    let lacks = match (needs.once, needs.causal) {
        (false, false) => return None,
        (true, false) => "what arrives twice is handed over twice",
        (false, true) => "what had not arrived when an operation was asked for may be handed over after it",
        (true, true) => "operations are handed over twice, or before what they had seen",
    };
    (config.delivery == Delivery::Raw).then(|| format!("{} cannot bear that {lacks}", config.which.name()))
}

pub(super) fn refuses(config: &Config, op: &SharedOp) -> Option<String> {
    let SharedOp::Edit(edit) = op else { return None };
    let which = config.which;
    (!which.takes(edit)).then(|| format!("the replicas hold {}: write {} or `read`", which.name(), which.edits()))
}

//! The settings of a group of processes.

use super::Word;
use crate::{
    ConfigError, Field, FieldKind, Form, NodeId, NodeSpec, Span, Stimulus,
    form::{ordered, within},
};
use serde::{Deserialize, Serialize};

/// So many processes at most: more lanes teach nothing.
const MOST: u64 = 9;
/// So many messages of each process at most.
const MOST_MESSAGES: u64 = 50;

/// The settings of a group of processes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many processes there are.
    pub processes: u64,
    /// In which order messages are delivered.
    pub order: Guarantee,
    /// How many messages each broadcasts by itself.
    pub broadcasts: u64,
    /// How long each waits before that.
    pub pace: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config { processes: 3, order: Guarantee::Causal, broadcasts: 2, pace: Span::ms(20, 80), bug: Bug::None }
    }
}

/// The order in which messages are delivered; each promises what those before it do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guarantee {
    /// As they arrive.
    #[default]
    Unordered,
    /// Those of one process in its order.
    Fifo,
    /// What could have been a cause first.
    Causal,
    /// All in one order.
    Total,
}

const ORDERS: [(&str, &str); 4] = [
    ("unordered", "unordered: as they arrive"),
    ("fifo", "FIFO: those of one process in its order"),
    ("causal", "causal: what could be a cause comes first"),
    ("total", "total: all in one order"),
];

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the papers.
    #[default]
    None,
    /// Nothing is held back.
    NoHoldBack,
    /// Under causal order, only the sender's own count is looked at.
    SenderOnly,
    /// Under total order, nobody waits until something later was heard from all.
    DeliverEarly,
    /// What is held back is not looked at again.
    NoRecheck,
}

const BUGS: [(&str, &str); 5] = [
    ("none", "none: as in the papers"),
    ("no-hold-back", "nothing is held back"),
    ("sender-only", "causal order looks at the sender's own count only"),
    ("deliver-early", "total order does not wait to hear from all"),
    ("no-recheck", "what is held back is not looked at again"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    within("processes", config.processes, 1, MOST)?;
    within("broadcasts", config.broadcasts, 0, MOST_MESSAGES)?;
    ordered("pace", config.pace)?;
    Ok(NodeSpec::cluster(config.processes, 0))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let order = FieldKind::Choice(ORDERS.into());
    Form {
        fields: vec![
            field("processes", "processes", "How many processes there are.", number(1, MOST)),
            field("order", "order", "In which order messages are delivered.", order),
            field("broadcasts", "messages", "How many messages each broadcasts by itself.", number(0, MOST_MESSAGES)),
            field("pace", "pace", "How long each process waits before each of them.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every process.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// Each process can broadcast each kind of message.
pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Word>> {
    let all = (0..config.processes.min(MOST) as u8).map(NodeId);
    all.flat_map(|node| Word::ALL.map(|what| Stimulus { node, label: what.act().into(), what })).collect()
}

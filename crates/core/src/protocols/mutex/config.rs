//! The settings of a group of processes.

use super::Act;
use crate::{
    ConfigError, Field, FieldKind, Form, NodeId, NodeSpec, Span, Stimulus,
    form::{ordered, within},
};
use serde::{Deserialize, Serialize};

/// So many processes at most: more lanes teach nothing.
const MOST: u64 = 9;
/// So many requests of each process at most.
const MOST_WISHES: u64 = 20;

/// The settings of a group of processes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many processes there are.
    pub processes: u64,
    /// How many times each of them asks for the lock by itself.
    pub wishes: u64,
    /// How long each of them waits before it asks.
    pub pace: Span,
    /// How long it holds the lock.
    pub hold: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config { processes: 3, wishes: 2, pace: Span::ms(10, 80), hold: Span::ms(20, 40), bug: Bug::None }
    }
}

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// Who stands first in its own queue takes the lock without waiting for the others.
    GrantEarly,
    /// Requests with equal timestamps are not ordered by process.
    NoTieBreak,
    /// Nobody is told that the lock is released.
    SilentRelease,
}

const BUGS: [(&str, &str); 4] = [
    ("none", "none: as in the paper"),
    ("grant-early", "the lock is taken without waiting for all others"),
    ("no-tie-break", "equal timestamps are not ordered by process"),
    ("silent-release", "nobody is told that the lock is released"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    within("processes", config.processes, 1, MOST)?;
    within("wishes", config.wishes, 0, MOST_WISHES)?;
    ordered("pace", config.pace)?;
    ordered("hold", config.hold)?;
    Ok(NodeSpec::cluster(config.processes, 0))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("processes", "processes", "How many processes there are.", number(1, MOST)),
            field("wishes", "requests", "How many times each asks for the lock by itself.", number(0, MOST_WISHES)),
            field("pace", "pace", "How long each process waits before it asks.", FieldKind::Range),
            field("hold", "hold", "How long a process holds the lock.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every process.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// Each process can ask, and have an event that has nothing to do with the lock.
pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Act>> {
    let all = (0..config.processes.min(MOST) as u8).map(NodeId);
    let acts = [(Act::Local, "local event"), (Act::Ask, "ask for the lock")];
    all.flat_map(|node| acts.map(|(what, label)| Stimulus { node, label: label.into(), what })).collect()
}

//! The settings of a group of processes.

use crate::{ConfigError, Field, FieldKind, Form, Micros, NodeSpec, Span, acts};
use serde::{Deserialize, Serialize};

/// The settings of a group of processes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many processes there are.
    pub processes: u64,
    /// How many of them, the last ones, are not there at the start and join later.
    pub late: u64,
    /// Whether they make events by themselves.
    pub chatter: bool,
    /// How long each of them waits for its next event then.
    pub pace: Span,
    /// The paper's ε: how far any two clocks may stand apart.
    pub skew: Micros,
    /// How often a physical clock moves on.
    pub tick: Micros,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            processes: 3,
            late: 0,
            chatter: true,
            pace: Span::ms(20, 60),
            skew: Micros::ms(30),
            tick: Micros::ms(1),
            bug: Bug::None,
        }
    }
}

impl Config {
    /// The paper's ε in ticks, begun ones included.
    pub fn epsilon(&self) -> u64 {
        self.skew.0.div_ceil(self.tick.0)
    }
}

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// Receivers do not take the maximum with the timestamp.
    IgnoreTimestamp,
    /// The counter stands still while `l` does.
    NoCount,
    /// A receiver counts on from its own counter, whatever the timestamp's is.
    OwnCount,
    /// The counter is not set back to 0 where the clock is ahead.
    KeepCount,
    /// `l` itself counts on where the clock is not ahead: the algorithm that the paper shows first, and refutes.
    Naive,
}

const BUGS: [(&str, &str); 6] = [
    ("none", "none: as in the paper"),
    ("ignore-timestamp", "receivers do not look at the timestamp"),
    ("no-count", "c stands still while l does"),
    ("own-count", "receivers do not look at the timestamp's c"),
    ("keep-count", "c counts on even where l takes the clock"),
    ("naive", "l itself counts on, and there is no c"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    if config.tick == Micros::ZERO {
        return Err(ConfigError::new("tick", "0ms is too short: a clock would never move on"));
    }
    acts::setup(config.processes, config.late, config.pace)
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let own = [
        field("skew", "clocks apart", "How far any two clocks may stand apart: the paper's ε.", FieldKind::Duration),
        field("tick", "tick", "How often a physical clock moves on.", FieldKind::Duration),
        field("bug", "planted bug", "A deliberate mistake in every process.", FieldKind::Choice(BUGS.into())),
    ];
    Form { fields: acts::fields().into_iter().chain(own).collect() }
}

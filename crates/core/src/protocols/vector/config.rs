//! The settings of a group of processes.

use crate::{Field, FieldKind, Form, Span, acts};
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
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config { processes: 3, late: 0, chatter: true, pace: Span::ms(20, 60), bug: Bug::None }
    }
}

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: the clocks as they should be.
    #[default]
    None,
    /// A receipt is not counted.
    NoTickOnReceive,
    /// Receivers do not take the greater counts.
    NoMaximum,
    /// A receipt is counted as an event of the sender.
    CountForSender,
}

const BUGS: [(&str, &str); 4] = [
    ("none", "none: as in the papers"),
    ("no-tick-on-receive", "a receipt is not counted"),
    ("no-maximum", "receivers do not take the greater counts"),
    ("count-for-sender", "a receipt is counted as an event of the sender"),
];

pub(super) fn form() -> Form {
    let words = "A deliberate mistake in every process.";
    let bug = Field { name: "bug", label: "planted bug", words, kind: FieldKind::Choice(BUGS.into()) };
    Form { fields: acts::fields().into_iter().chain([bug]).collect() }
}

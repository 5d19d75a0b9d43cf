//! The settings of a group of processes.

use super::Act;
use crate::{ConfigError, Field, FieldKind, Form, Micros, NodeId, NodeSpec, Span, Stimulus};
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
    /// Receivers do not look at the timestamp.
    IgnoreTimestamp,
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    if config.processes < 1 {
        return Err(ConfigError::new("processes", "0 is less than 1"));
    }
    if config.processes > 9 {
        return Err(ConfigError::new("processes", format!("{} is more than 9", config.processes)));
    }
    if config.late >= config.processes {
        let (late, all) = (config.late, config.processes);
        return Err(ConfigError::new("late", format!("{late} is not less than {all}, the number of processes")));
    }
    if config.pace.min > config.pace.max {
        return Err(ConfigError::new("pace", format!("{} ends before it starts", config.pace)));
    }
    if config.pace.min == Micros::ZERO {
        return Err(ConfigError::new("pace", format!("{} is too short: time would stand still", config.pace)));
    }
    let mut specs = NodeSpec::cluster(config.processes, 0);
    specs.iter_mut().rev().zip(0..config.late).for_each(|(spec, _)| spec.late = true);
    Ok(specs)
}

const LATE: FieldKind = FieldKind::Number { min: 0, max: 8 };

pub(super) fn form() -> Form {
    let bugs = vec![("none", "none: as in the paper"), ("ignore-timestamp", "receivers do not look at the timestamp")];
    let field = |name, label, words, kind| Field { name, label, words, kind };
    Form {
        fields: vec![
            field("processes", "processes", "How many processes there are.", FieldKind::Number { min: 1, max: 9 }),
            field("late", "join later", "How many of them, the last ones, are not there at the start.", LATE),
            field("chatter", "chatter", "Whether processes make events by themselves.", FieldKind::Switch),
            field("pace", "pace", "How long each process waits for its next event then.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every process.", FieldKind::Choice(bugs)),
        ],
    }
}

/// For each process a local event, and a message to each other.
pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Act>> {
    let processes = || (0..config.processes.min(9) as u8).map(NodeId);
    let sends = |node| processes().filter(move |to| *to != node).map(Act::Send);
    let acts = |node| std::iter::once(Act::Local).chain(sends(node)).map(move |what| (node, what));
    let label = |what| match what {
        Act::Local => "local event".into(),
        Act::Send(to) => format!("send to n{}", to.0 + 1),
    };
    processes().flat_map(acts).map(|(node, what)| Stimulus { node, label: label(what), what }).collect()
}

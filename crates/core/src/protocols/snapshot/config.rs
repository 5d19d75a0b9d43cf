//! The settings of a group of processes.

use super::Act;
use crate::{
    ConfigError, Field, FieldKind, Form, NodeId, NodeSpec, Span, Stimulus,
    form::{ordered, within},
};
use serde::{Deserialize, Serialize};

/// So many processes at most: more lanes teach nothing.
const MOST: u64 = 9;
/// So much money at each process at most.
const MOST_MONEY: u64 = 1_000;
/// So many payments of each process, and snapshots, at most.
const MOST_TIMES: u64 = 50;

/// The settings of a group of processes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many processes there are.
    pub processes: u64,
    /// How much money each has at the start.
    pub money: u64,
    /// Whether `n1` alone has money at the start.
    pub token: bool,
    /// How many times each pays by itself.
    pub payments: u64,
    /// How long each waits between payments.
    pub pace: Span,
    /// How many snapshots `n1` starts by itself.
    pub snapshots: u64,
    /// How long it waits before each.
    pub every: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            processes: 3,
            money: 10,
            token: false,
            payments: 8,
            pace: Span::ms(10, 50),
            snapshots: 1,
            every: Span::ms(80, 120),
            bug: Bug::None,
        }
    }
}

impl Config {
    /// How much money a process has at the start.
    pub fn money_of(&self, process: NodeId) -> u64 {
        if self.token && process != NodeId(0) { 0 } else { self.money }
    }

    /// How much money there is.
    pub fn total(&self) -> u64 {
        if self.token { self.money } else { self.money * self.processes }
    }
}

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// Markers are sent some time after the state was recorded, and payments go before them.
    LateMarkers,
    /// What is in transit is not recorded.
    NoChannels,
    /// Only who started the snapshot sends markers.
    NoRelay,
}

const BUGS: [(&str, &str); 4] = [
    ("none", "none: as in the paper"),
    ("late-markers", "markers are sent late, and payments go before them"),
    ("no-channels", "what is in transit is not recorded"),
    ("no-relay", "only who started the snapshot sends markers"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    within("processes", config.processes, 1, MOST)?;
    within("money", config.money, 0, MOST_MONEY)?;
    within("payments", config.payments, 0, MOST_TIMES)?;
    ordered("pace", config.pace)?;
    within("snapshots", config.snapshots, 0, MOST_TIMES)?;
    ordered("every", config.every)?;
    Ok(NodeSpec::cluster(config.processes, 0))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("processes", "processes", "How many processes there are.", number(1, MOST)),
            field("money", "money", "How much money each has at the start.", number(0, MOST_MONEY)),
            field("token", "only n1 has it", "Whether n1 alone has money at the start.", FieldKind::Switch),
            field("payments", "payments", "How many times each pays by itself.", number(0, MOST_TIMES)),
            field("pace", "pace", "How long each process waits between payments.", FieldKind::Range),
            field("snapshots", "snapshots", "How many snapshots n1 starts by itself.", number(0, MOST_TIMES)),
            field("every", "every", "How long n1 waits before each snapshot.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every process.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// Each process can start a snapshot, and pay each other.
pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Act>> {
    let all = || (0..config.processes.min(MOST) as u8).map(NodeId);
    let pays = |node| all().filter(move |to| *to != node).map(Act::Pay);
    let acts = |node| std::iter::once(Act::Snapshot).chain(pays(node)).map(move |what| (node, what));
    let label = |what| match what {
        Act::Snapshot => "start a snapshot".into(),
        Act::Pay(to) => format!("pay 1 to n{}", to.0 + 1),
    };
    all().flat_map(acts).map(|(node, what)| Stimulus { node, label: label(what), what }).collect()
}

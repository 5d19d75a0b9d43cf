//! The settings of a group of servers, and the thresholds that follow from them.

use super::Word;
use crate::{Ability, ConfigError, Field, FieldKind, Form, NodeId, NodeSet, NodeSpec, Stimulus};
use serde::{Deserialize, Serialize};

const MOST_SERVERS: u64 = 16;
const MOST_FAULTY: u64 = 15;

/// The settings of a group of servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are: the paper's `n`.
    pub servers: u64,
    /// How many faulty ones they expect: the `f` of the thresholds (the paper's `t`). The guarantees ask for `n > 3f`,
    /// but anything can be set, to see what breaks.
    pub faulty: u64,
    /// Whether `n1` broadcasts `a` at the start.
    pub auto: bool,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config { servers: 4, faulty: 1, auto: true, bug: Bug::None }
    }
}

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// Every initial of a broadcast is echoed, not only the first.
    EchoEvery,
    /// Nobody echoes or gets ready because f + 1 others are ready.
    NoAmplification,
    /// f + 1 readies are enough to deliver.
    DeliverEarly,
    /// One ready is enough to deliver.
    DeliverOnOne,
    /// What was delivered is delivered again with each further ready.
    DeliverAgain,
}

const BUGS: [(&str, &str); 6] = [
    ("none", "none: as in the paper"),
    ("echo-every", "every initial is echoed, not only the first"),
    ("no-amplification", "f + 1 readies move nobody to join in"),
    ("deliver-early", "f + 1 readies are enough to deliver"),
    ("deliver-on-one", "one ready is enough to deliver"),
    ("deliver-again", "each further ready delivers again"),
];

impl Config {
    /// The number of echoes that make a server ready: the least above `(n + f) / 2`. Any two sets of so many servers
    /// have more than `f` in common, and so an honest one, which echoed one value only.
    pub const fn echoes_to_get_ready(&self) -> u64 {
        (self.servers + self.faulty) / 2 + 1
    }

    /// The number of readies that make a server join in: an honest one is among them.
    pub const fn readies_to_join(&self) -> u64 {
        self.faulty + 1
    }

    /// The number of readies that a server delivers on: enough honest ones are among them to make all others join in.
    pub const fn readies_to_deliver(&self) -> u64 {
        match self.bug {
            Bug::DeliverEarly => self.faulty + 1,
            Bug::DeliverOnOne => 1,
            _ => 2 * self.faulty + 1,
        }
    }
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    if config.servers < 1 {
        return Err(ConfigError::new("servers", "0 is less than 1"));
    }
    if config.servers > MOST_SERVERS {
        return Err(ConfigError::new("servers", format!("{} is more than {MOST_SERVERS}", config.servers)));
    }
    if config.faulty > MOST_FAULTY {
        return Err(ConfigError::new("faulty", format!("{} is more than {MOST_FAULTY}", config.faulty)));
    }
    Ok(NodeSpec::cluster(config.servers, 0))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("servers", "servers (n)", "How many servers there are.", number(1, MOST_SERVERS)),
            field("faulty", "faulty (f)", "How many faulty servers they reckon with.", number(0, MOST_FAULTY)),
            field("auto", "broadcast at start", "Whether n1 broadcasts a at the start.", FieldKind::Switch),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.to_vec())),
        ],
    }
}

fn servers(config: &Config) -> NodeSet {
    (0..config.servers.min(MOST_SERVERS) as u8).map(NodeId).collect()
}

/// Each server can broadcast either word.
pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Word>> {
    let each = |node| Word::ALL.map(|what| Stimulus { node, label: format!("broadcast {what}"), what });
    servers(config).iter().flat_map(each).collect()
}

/// Only `n1` differs, if it begins.
pub(super) fn interchangeable(config: &Config) -> NodeSet {
    servers(config).iter().filter(|node| !config.auto || *node != NodeId(0)).collect()
}

/// A broadcast goes through among servers that can give each other enough echoes and enough readies.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let (all, up) = (servers(config), reachable.intersection(servers(config)));
    let needed = config.echoes_to_get_ready().max(config.readies_to_deliver());
    let able = up.len() as u64 >= needed;
    let what = if able { "could deliver" } else { "cannot deliver" };
    Ability { able, words: format!("{what}: {} of {} up and reachable, {needed} needed", up.len(), all.len()) }
}

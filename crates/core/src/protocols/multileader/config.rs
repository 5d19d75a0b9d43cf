//! The settings of a group of leaders: who sends to whom, what becomes of conflicts, and the deliberate bugs.

use crate::{Ability, ConfigError, Field, FieldKind, Form, Micros, NodeId, NodeSet, NodeSpec, Span, form};
use serde::{Deserialize, Serialize};

const MOST: u64 = 5;

/// The settings of a group of leaders.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are, each a leader.
    pub servers: u64,
    /// How many clients there are.
    pub clients: u64,
    /// Who sends writes to whom.
    pub topology: Topology,
    /// What becomes of writes to one key that did not know of each other.
    pub conflicts: Conflicts,
    /// Whether a write waits, wherever it arrives, for those that its leader had applied before it.
    pub causal: bool,
    /// Whether a client asks any leader each time. Otherwise each has its own, and others only if that does not answer.
    pub wander: bool,
    /// How often a clock moves on, where the last writer wins.
    pub tick: Micros,
    /// How long a leader waits before it sends again what others are not known to have.
    pub resend: Span,
    /// How long a client waits for a leader.
    pub patience: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 3,
            clients: 3,
            topology: Topology::All,
            conflicts: Conflicts::Vectors,
            causal: true,
            wander: false,
            tick: Micros::ms(1),
            resend: Span::ms(60, 80),
            patience: Span::ms(250, 300),
            bug: Bug::None,
        }
    }
}

/// Who sends writes to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topology {
    /// Every leader sends its own writes to every other.
    #[default]
    All,
    /// Every leader sends its own writes, and those that it gets, to the next one.
    Ring,
    /// The first leader passes on to all others what one of them sends it.
    Star,
}

impl Topology {
    /// To whom one of so many leaders sends.
    pub fn targets(self, me: NodeId, servers: usize) -> NodeSet {
        let all = NodeSet::first(servers);
        let to = match self {
            Topology::All => all,
            Topology::Ring => NodeSet::from_iter([NodeId((me.0 + 1) % servers as u8)]),
            Topology::Star if me == NodeId(0) => all,
            Topology::Star => NodeSet::from_iter([NodeId(0)]),
        };
        to.difference(NodeSet::from_iter([me]))
    }

    /// Whether what came from another is passed on.
    pub fn relays(self) -> bool {
        self != Topology::All
    }
}

/// What becomes of writes to one key that did not know of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conflicts {
    /// By the clocks of their leaders the last one stays.
    LastWriter,
    /// They stay side by side until a client that has read them writes.
    #[default]
    Vectors,
    /// A key holds a set: to put is to add, to delete is to remove what the leader has, and there are no conflicts.
    Merge,
}

/// A deliberate mistake in every leader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None.
    #[default]
    None,
    /// Of two writes with one time, that which arrives later stays.
    NoTieBreak,
    /// Of any two writes, that which arrives later stays.
    NoClock,
    /// What is passed on is taken for a write of the leader that passes it on.
    Echo,
    /// Of several versions that had not seen each other, that which arrived last stays.
    DropSiblings,
    /// A tombstone is removed at once.
    ForgetTombstone,
    /// A delete removes what is there when it arrives, seen or not.
    RemoveUnseen,
    /// A write is applied whatever its number.
    AnyOrder,
    /// A client is answered before the write is on the disk.
    AnswerFirst,
    /// What is lost on its way is not sent again.
    SendOnce,
}

const BUGS: [(&str, &str); 10] = [
    ("none", "none"),
    ("no-tie-break", "of equal times the later arrival wins"),
    ("no-clock", "the later arrival wins, whatever the clocks say"),
    ("echo", "what is passed on loses its origin"),
    ("drop-siblings", "of several versions one is kept"),
    ("forget-tombstone", "a tombstone is removed at once"),
    ("remove-unseen", "a delete removes what it had not seen"),
    ("any-order", "a write is applied whatever its number"),
    ("answer-first", "a client is answered before the disk has it"),
    ("send-once", "what is lost is not sent again"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    form::within("servers", config.servers, 1, MOST)?;
    form::within("clients", config.clients, 0, 5)?;
    form::ordered("resend", config.resend)?;
    form::ordered("patience", config.patience)?;
    if config.tick == Micros::ZERO {
        return Err(ConfigError::new("tick", "0ms is too short: a clock would never move on"));
    }
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let topologies = vec![("all", "all to all"), ("ring", "a ring (circular)"), ("star", "a star around n1")];
    let conflicts = vec![
        ("last-writer", "the last writer wins, by the clock"),
        ("vectors", "version vectors: siblings until a client resolves them"),
        ("merge", "merged as sets (CRDT)"),
    ];
    Form {
        fields: vec![
            field("servers", "leaders", "How many servers there are, each a leader.", number(1, MOST)),
            field("clients", "clients", "How many clients there are.", number(0, 5)),
            field("topology", "topology", "Who sends writes to whom.", FieldKind::Choice(topologies)),
            field("conflicts", "conflicts", "What becomes of concurrent writes.", FieldKind::Choice(conflicts)),
            field("causal", "causes first", "Whether a write waits for what its leader had.", FieldKind::Switch),
            field("wander", "wandering clients", "Whether a client asks any leader each time.", FieldKind::Switch),
            field("tick", "tick", "How often a clock moves on.", FieldKind::Duration),
            field("resend", "send again", "How long until something is sent again.", FieldKind::Range),
            field("patience", "patience", "How long a client waits for a leader.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every leader.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// What takes the ground from the guarantees: writes that overtake what they rest on.
pub(super) fn unsound(config: &Config) -> Option<String> {
    (!config.causal && config.servers > 2)
        .then(|| "writes of several leaders may overtake each other: one may arrive before what it rests on".into())
}

/// Those among some leaders that get the writes of one of them, if no other is there.
fn reached(config: &Config, from: NodeId, there: NodeSet) -> NodeSet {
    let servers = usize::try_from(config.servers).expect("there are few");
    let mut reached = NodeSet::from_iter([from]);
    loop {
        let next = reached.iter().fold(reached, |all, node| all.union(config.topology.targets(node, servers)));
        let next = next.intersection(there);
        if next == reached {
            return reached;
        }
        reached = next;
    }
}

/// Every leader answers by itself. Whether their writes come to each other is another matter.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let stuck = reachable.iter().find(|node| reached(config, *node, reachable).len() < reachable.len());
    let spread = match stuck {
        Some(node) => format!("not all of them get what n{} takes", node.0 + 1),
        None if reachable.len() < 2 => "nobody else gets what it takes".into(),
        None => "writes come to all of them".into(),
    };
    let words = format!("could read and write: {} of {}; {spread}", reachable.len(), config.servers);
    Ability { able: !reachable.is_empty(), words }
}

//! The settings of a cache: how keys are placed, on how many servers, and what becomes of those that change hands.

use crate::{Ability, ConfigError, Field, FieldKind, Form, NodeId, NodeKind, NodeSet, NodeSpec, Span, Stimulus, form};
use serde::{Deserialize, Serialize};

const MOST_SERVERS: u64 = 6;
const MOST_POINTS: u64 = 160;
const HEAVIEST: u32 = 3;

/// The settings of a cache.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many cache servers there are, those that stand by included.
    pub servers: u64,
    /// How many of them, the first ones, are on the ring at the start.
    pub members: u64,
    /// How many clients there are.
    pub clients: u64,
    /// How keys are placed.
    pub placement: Scheme,
    /// Virtual nodes for each unit of weight, on a ring.
    pub points: u64,
    /// How many servers hold each key: its owner and the next ones.
    pub replicas: u64,
    /// Whether a server sends on what it is no longer to hold. Otherwise it drops it.
    pub handover: bool,
    /// Whether a server that does not answer a client is taken off the ring.
    pub eject: bool,
    /// Whether a client takes a newer ring that it is told.
    pub refresh: bool,
    /// How long a client waits before it asks the origin.
    pub patience: Span,
    /// How long a server or the origin waits before it sends again what was not answered.
    pub repeat: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 4,
            members: 3,
            clients: 2,
            placement: Scheme::Ring,
            points: 8,
            replicas: 1,
            handover: true,
            eject: true,
            refresh: true,
            patience: Span::ms(150, 200),
            repeat: Span::ms(100, 120),
            bug: Bug::None,
        }
    }
}

/// How keys are placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// The ring with virtual nodes.
    #[default]
    Ring,
    /// The ring as libketama lays it out.
    Ketama,
    /// The remainder of the hash.
    Modulo,
    /// The highest bid.
    Rendezvous,
    /// Jump consistent hash.
    Jump,
    /// Maglev's lookup table.
    Maglev,
}

const SCHEMES: [(&str, &str); 6] = [
    ("ring", "the ring with virtual nodes"),
    ("ketama", "the ring as libketama lays it out"),
    ("modulo", "modulo: the remainder of the hash"),
    ("rendezvous", "rendezvous: the highest bid"),
    ("jump", "jump consistent hash"),
    ("maglev", "Maglev's table"),
];

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None.
    #[default]
    None,
    /// A server goes on holding what was its own before the ring changed.
    KeepOwners,
    /// A server takes what is handed over, however little its sender had followed.
    OldHandover,
    /// A server keeps what it was sent by the origin, though it was replaced meanwhile.
    LateFill,
    /// Only the owners of a key are told that it was written.
    OwnersOnly,
    /// Who is told that a key was written takes its copy for the new one.
    Relabel,
    /// A server answers with any copy that it has.
    IgnoreFloor,
    /// What is handed over is sent once.
    SendOnce,
}

const BUGS: [(&str, &str); 8] = [
    ("none", "none"),
    ("keep-owners", "a server holds on to what was its own"),
    ("old-handover", "a server takes what is handed over unseen"),
    ("late-fill", "a server keeps what was replaced meanwhile"),
    ("owners-only", "only the owners hear of a write"),
    ("relabel", "an old copy is taken for the new one"),
    ("ignore-floor", "a server answers with any copy"),
    ("send-once", "what is handed over is sent once"),
];

impl Config {
    /// The origin.
    pub fn origin(&self) -> NodeId {
        NodeId(self.servers as u8)
    }
}

/// What a person can do to the ring, at the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Change {
    /// A server joins.
    Join(NodeId),
    /// A server leaves for good.
    Leave(NodeId),
    /// A member gets a weight.
    Weigh(NodeId, u32),
}

pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Change>> {
    let at_origin = |label, what| Stimulus { node: config.origin(), label, what };
    let all = |place: u8| {
        let (node, n) = (NodeId(place), place + 1);
        let weigh =
            (1..=HEAVIEST).map(move |weight| (format!("n{n} has weight {weight}"), Change::Weigh(node, weight)));
        let moves = [(format!("n{n} joins"), Change::Join(node)), (format!("n{n} leaves"), Change::Leave(node))];
        moves.into_iter().chain(weigh)
    };
    (0..config.servers as u8).flat_map(all).map(|(label, what)| at_origin(label, what)).collect()
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    form::within("servers", config.servers, 1, MOST_SERVERS)?;
    form::within("members", config.members, 1, MOST_SERVERS)?;
    if config.members > config.servers {
        let wrong = format!("{} of {} servers cannot be on the ring", config.members, config.servers);
        return Err(ConfigError::new("members", wrong));
    }
    form::within("clients", config.clients, 0, 5)?;
    form::within("points", config.points, 1, MOST_POINTS)?;
    form::within("replicas", config.replicas, 1, MOST_SERVERS)?;
    form::ordered("patience", config.patience)?;
    form::ordered("repeat", config.repeat)?;
    let mut specs = NodeSpec::cluster(config.servers, config.clients);
    let origin = NodeSpec { name: "db".into(), kind: NodeKind::Server, late: false };
    specs.insert(config.servers as usize, origin);
    Ok(specs)
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("servers", "servers", "How many cache servers there are.", number(1, MOST_SERVERS)),
            field("members", "on the ring", "How many of them are on the ring at the start.", number(1, MOST_SERVERS)),
            field("clients", "clients", "How many clients there are.", number(0, 5)),
            field("placement", "placement", "How keys are placed.", FieldKind::Choice(SCHEMES.into())),
            field("points", "virtual nodes", "Points on the ring for each unit of weight.", number(1, MOST_POINTS)),
            field("replicas", "replicas", "How many servers hold each key.", number(1, MOST_SERVERS)),
            field("handover", "hand-over", "Whether keys that change hands are sent on.", FieldKind::Switch),
            field("eject", "eject", "Whether a silent server is taken off the ring.", FieldKind::Switch),
            field("refresh", "clients refresh", "Whether a client takes a newer ring.", FieldKind::Switch),
            field("patience", "patience", "How long a client waits before it asks the origin.", FieldKind::Range),
            field("repeat", "repeat", "How long before what was not answered is sent again.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// Clients that go by the first ring for ever ask servers that do not have their keys.
pub(super) fn unsound(config: &Config) -> Option<String> {
    (!config.refresh)
        .then(|| "a client that takes no newer ring asks a server for ever that holds its key no longer".into())
}

/// Who reaches the origin is served; a server alone answers what it has.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let able = reachable.contains(config.origin());
    let words =
        if able { "could answer everything: the origin is there" } else { "could answer only what it has cached" };
    Ability { able, words: words.into() }
}

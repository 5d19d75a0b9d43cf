//! The settings of a store: N, R and W, what is done about replicas that do not answer, and the deliberate bugs.

use crate::{Ability, ConfigError, Field, FieldKind, Form, NodeSet, NodeSpec, Span, form};
use serde::{Deserialize, Serialize};

pub(super) const MOST_SERVERS: u64 = 7;
const MOST_REPLICAS: u64 = 5;

/// The settings of a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are.
    pub servers: u64,
    /// N: how many of them hold each key.
    pub n: u64,
    /// R: how many have to answer a read.
    pub r: u64,
    /// W: how many have to keep a write.
    pub w: u64,
    /// How many clients there are.
    pub clients: u64,
    /// How versions are told apart.
    pub versions: Versioning,
    /// Whether a client asks any server each time. Otherwise each has its own, and others only if that does not answer.
    pub wander: bool,
    /// Whether other servers stand in for those that do not answer.
    pub sloppy: bool,
    /// Whether replicas compare what they hold.
    pub anti_entropy: bool,
    /// How long a coordinator waits for replicas.
    pub timeout: Span,
    /// How long a client waits for a server.
    pub patience: Span,
    /// How long a server waits before it tries to hand over what it holds for another.
    pub handoff: Span,
    /// How long after a change a server compares what it holds with the other replicas.
    pub compare: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 3,
            n: 3,
            r: 2,
            w: 2,
            clients: 2,
            versions: Versioning::Vectors,
            wander: true,
            sloppy: false,
            anti_entropy: true,
            timeout: Span::ms(60, 80),
            patience: Span::ms(250, 300),
            handoff: Span::ms(150, 200),
            compare: Span::ms(300, 400),
            bug: Bug::None,
        }
    }
}

/// How versions are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versioning {
    /// By dotted version vectors: what was written without knowing of each other stays side by side.
    #[default]
    Vectors,
    /// By the clock of the coordinator: the last writer wins.
    LastWriter,
}

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// The coordinator of a write counts its own copy twice.
    CountTwice,
    /// The coordinator of a read counts its own answer twice.
    ReadTwice,
    /// A dot counts on from what the client has read, not from what the server holds.
    ReuseDot,
    /// A write is made as if its client had read nothing.
    BlindWrite,
    /// A server comes back with an empty disk, and counts its dots anew.
    ForgetDots,
    /// Read repair is off.
    NoRepair,
    /// What is held for another is dropped when it was sent, not when it has arrived.
    DropHints,
    /// A tombstone is removed at once.
    DropTombstone,
    /// Servers take their trees for equal without a look.
    BlindCompare,
}

const BUGS: [(&str, &str); 10] = [
    ("none", "none: as in the paper"),
    ("count-twice", "a write counts the coordinator's copy twice"),
    ("read-twice", "a read counts the coordinator's answer twice"),
    ("reuse-dot", "a dot counts on from what the client read"),
    ("blind-write", "a write is made as if its client had read nothing"),
    ("forget-dots", "who comes back has no disk, and counts anew"),
    ("no-repair", "read repair is off"),
    ("drop-hints", "a hint is dropped when it was sent"),
    ("drop-tombstone", "a tombstone is removed at once"),
    ("blind-compare", "trees are taken for equal without a look"),
];

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    form::within("servers", config.servers, 1, MOST_SERVERS)?;
    form::within("n", config.n, 1, MOST_REPLICAS)?;
    if config.n > config.servers {
        let wrong = format!("{} replicas need as many servers, and there are {}", config.n, config.servers);
        return Err(ConfigError::new("n", wrong));
    }
    for (field, quorum) in [("r", config.r), ("w", config.w)] {
        form::within(field, quorum, 1, MOST_REPLICAS)?;
        if quorum > config.n {
            let wrong = format!("{quorum} of {} replicas cannot answer", config.n);
            return Err(ConfigError::new(field, wrong));
        }
    }
    form::within("clients", config.clients, 0, 5)?;
    let spans = [
        ("timeout", config.timeout),
        ("patience", config.patience),
        ("handoff", config.handoff),
        ("compare", config.compare),
    ];
    spans.into_iter().try_for_each(|(field, span)| form::ordered(field, span))?;
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let versions = vec![("vectors", "dotted version vectors"), ("last-writer", "the last writer wins, by the clock")];
    Form {
        fields: vec![
            field("servers", "servers", "How many servers there are.", number(1, MOST_SERVERS)),
            field("n", "N, replicas", "How many servers hold each key.", number(1, MOST_REPLICAS)),
            field("r", "R, to read", "How many replicas have to answer a read.", number(1, MOST_REPLICAS)),
            field("w", "W, to write", "How many replicas have to keep a write.", number(1, MOST_REPLICAS)),
            field("clients", "clients", "How many clients there are.", number(0, 5)),
            field("versions", "versions", "How versions are told apart.", FieldKind::Choice(versions)),
            field("wander", "wandering clients", "Whether a client asks any server each time.", FieldKind::Switch),
            field("sloppy", "sloppy quorums", "Whether others stand in for replicas, with a hint.", FieldKind::Switch),
            field("anti_entropy", "anti-entropy", "Whether replicas compare hash trees.", FieldKind::Switch),
            field("timeout", "timeout", "How long a coordinator waits for replicas.", FieldKind::Range),
            field("patience", "patience", "How long a client waits for a server.", FieldKind::Range),
            field("handoff", "hand-off", "How long a server waits to hand over a hint.", FieldKind::Range),
            field("compare", "compare after", "How long after a change trees are compared.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// Whether each read meets each write, and each write each other, in words.
pub(super) fn meeting(config: &Config) -> String {
    let Config { n, r, w, .. } = config;
    let sum = r + w;
    let reads = if sum > *n { "> N: reads meet writes" } else { "≤ N: a read can miss a write" };
    let writes = if 2 * w > *n { "> N/2: writes meet" } else { "≤ N/2: writes can miss each other" };
    format!("N = {n}, R + W = {sum} {reads}; W = {w} {writes}")
}

/// What takes the ground from the guarantees: quorums that need not meet, and clocks in place of versions.
pub(super) fn unsound(config: &Config) -> Option<String> {
    let Config { n, r, w, .. } = config;
    if r + w <= *n {
        return Some(format!("{r} that answer a read need not be among the {w} of {n} that keep a write: R + W ≤ N"));
    }
    if config.versions == Versioning::LastWriter {
        return Some(
            "the last writer wins by a clock: of two writes one is lost, and not always the earlier one".into(),
        );
    }
    config.sloppy.then(|| "with sloppy quorums others keep a write: a read may ask replicas that do not have it".into())
}

/// A side of a partition that has lost so many servers has at least the others of each key's replicas. With sloppy quorums
/// all on that side can stand in, but a replica has to coordinate a write.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let Config { servers, n, r, w, sloppy, .. } = *config;
    let there = reachable.len() as u64;
    let replicas = (n + there).saturating_sub(servers);
    let count = if sloppy { there.min(n) } else { replicas };
    let (reads, writes) = (count >= r, count >= w && replicas > 0);
    let can = match (reads, writes) {
        (true, true) => "could read and write",
        (true, false) => "could read, not write",
        (false, true) => "could write, not read",
        (false, false) => "could neither read nor write",
    };
    let of = if n == servers { "" } else { " for every key" };
    let words = format!("{can}{of}: {there} of {servers}, R = {r}, W = {w}");
    Ability { able: reads && writes, words }
}

//! The settings of a group: how many replicas, when a primary answers, how fast failures are suspected.

use super::PrimaryBackup;
use crate::{
    ConfigError, Field, FieldKind, Form, Micros, NodeId, NodeSet, NodeSpec, Protocol, Redirecting, Span,
    client::Retry,
    form::{ordered, within},
};
use serde::{Deserialize, Serialize};

const MOST: u64 = 5;

/// The settings of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many replicas there are, the first primary among them.
    pub replicas: u64,
    /// How many clients.
    pub clients: u64,
    /// When a primary answers.
    pub acks: Acks,
    /// How many backups must have an operation where some are enough.
    pub enough: u64,
    /// How often a replica shows the view service that it is there, and sends again what a backup lacks.
    pub ping: Span,
    /// How long the view service listens before it takes those for dead of whom it heard nothing.
    pub dead_after: Span,
    /// How long a client waits for an answer before it asks another replica.
    pub client_timeout: Span,
    /// How long a client waits before it asks again when no primary was known.
    pub client_pause: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            replicas: 3,
            clients: 2,
            acks: Acks::All,
            enough: 1,
            ping: Span::ms(30, 40),
            dead_after: Span::ms(110, 130),
            client_timeout: Span::ms(150, 200),
            client_pause: Span::ms(40, 60),
            bug: Bug::None,
        }
    }
}

/// When a primary answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acks {
    /// At once: asynchronous replication.
    None,
    /// When some backups have the operation: semi-synchronous replication.
    Some,
    /// When all backups of the view have it: synchronous replication.
    #[default]
    All,
}

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None.
    #[default]
    None,
    /// The view service makes any replica primary, one that was no backup as well.
    PromoteAny,
    /// The view service replaces a primary that has not confirmed its view.
    EarlyView,
    /// A primary answers reads from its own state without asking its backups.
    LocalRead,
    /// A primary takes it that its backups have its state.
    NoTransfer,
    /// A primary that hears of a later view leads in that, instead of stepping back.
    KeepLeading,
    /// What is lost on its way to a backup is not sent again.
    SendOnce,
}

const BUGS: [(&str, &str); 7] = [
    ("none", "none"),
    ("promote-any", "makes one primary that was no backup"),
    ("early-view", "replaces a primary that has not confirmed its view"),
    ("local-read", "answers reads without asking the backups"),
    ("no-transfer", "begins a view without giving backups its state"),
    ("keep-leading", "a primary that is replaced leads in the later view, too"),
    ("send-once", "what is lost is not sent again"),
];

impl Config {
    /// Who replicates.
    pub fn replicas(&self) -> NodeSet {
        NodeSet::first(usize::try_from(self.replicas).expect("there are few"))
    }

    /// The view service.
    pub fn service(&self) -> NodeId {
        NodeId(u8::try_from(self.replicas).expect("there are few"))
    }

    /// How many of so many backups must have an operation before it is answered.
    pub fn needed(&self, backups: usize) -> usize {
        match self.acks {
            Acks::None => 0,
            Acks::Some => backups.min(usize::try_from(self.enough).expect("it is small")),
            Acks::All => backups,
        }
    }
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    within("replicas", config.replicas, 1, MOST)?;
    within("clients", config.clients, 0, 4)?;
    within("enough", config.enough, 1, MOST - 1)?;
    ordered("ping", config.ping)?;
    ordered("dead_after", config.dead_after)?;
    ordered("client_timeout", config.client_timeout)?;
    ordered("client_pause", config.client_pause)?;
    let mut specs = NodeSpec::cluster(config.replicas + 1, config.clients);
    specs[config.service().index()].name = "vs".into();
    Ok(specs)
}

pub(super) fn client(config: &Config) -> <PrimaryBackup as Protocol>::Client {
    Redirecting::new(Retry { timeout: config.client_timeout, pause: config.client_pause }).among(config.replicas())
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let acks = vec![
        ("none", "at once (asynchronous)"),
        ("some", "when some backups have it (semi-synchronous)"),
        ("all", "when all backups have it (synchronous)"),
    ];
    Form {
        fields: vec![
            field("replicas", "replicas", "How many replicas there are.", number(1, MOST)),
            field("clients", "clients", "How many clients there are.", number(0, 4)),
            field("acks", "answers", "When a primary answers.", FieldKind::Choice(acks)),
            field("enough", "some are", "How many backups are enough, where some are.", number(1, MOST - 1)),
            field("ping", "pings", "How often a replica shows that it is there.", FieldKind::Range),
            field(
                "dead_after",
                "dead after",
                "How long silence lasts until a replica is taken for dead.",
                FieldKind::Range,
            ),
            field("client_timeout", "client timeout", "How long a client waits for an answer.", FieldKind::Range),
            field(
                "client_pause",
                "client pause",
                "How long a client waits when no primary is known.",
                FieldKind::Range,
            ),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.into())),
        ],
    }
}

/// What was answered survives a failover only if whoever becomes primary has it, and that can be any backup of the view.
pub(super) fn unsound(config: &Config) -> Option<String> {
    let backups = usize::try_from(config.replicas).expect("there are few") - 1;
    let needed = config.needed(backups);
    (needed < backups)
        .then(|| format!("a primary answers when {needed} of {backups} backups have an operation, and one of the others can follow it"))
}

/// Who is there must be heard in time.
pub(super) fn timely(config: &Config, longest: Micros) -> Result<(), String> {
    let (most, least) = (config.ping.max.plus(longest), config.dead_after.min);
    match most < least {
        true => Ok(()),
        false => Err(format!("a ping can take {most} to come, and whoever is silent for {least} is taken for dead")),
    }
}

//! The settings of a group, and the deliberate bugs.

use super::Vr;
use crate::form::{ordered, within};
use crate::{
    Ability, ConfigError, Field, FieldKind, Form, Micros, NodeSet, NodeSpec, Protocol, Redirecting, Span, client::Retry,
};
use serde::{Deserialize, Serialize};

const FEWEST_SERVERS: u64 = 3;
const MOST_SERVERS: u64 = 9;

/// The settings of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many replicas there are.
    pub servers: u64,
    /// How many clients there are.
    pub clients: u64,
    /// How long a backup waits for the primary, and how long a view change may take.
    pub view_timeout: Span,
    /// How often a primary shows that it is there.
    pub commit_every: Micros,
    /// How long a replica that recovers waits before it asks again.
    pub recovery_timeout: Span,
    /// Whether a replica writes its view-number to its disk. The paper says that it need not.
    pub view_on_disk: bool,
    /// How long a client waits for an answer before it asks another server.
    pub client_timeout: Span,
    /// How long a client waits when a server knew of no primary.
    pub client_pause: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 3,
            clients: 2,
            view_timeout: Span::ms(150, 300),
            commit_every: Micros::ms(50),
            recovery_timeout: Span::ms(60, 90),
            view_on_disk: true,
            client_timeout: Span::ms(400, 600),
            client_pause: Span::ms(40, 80),
            bug: Bug::None,
        }
    }
}

/// A deliberate mistake in every replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// A new primary takes the longest log, whatever the view in which it was normal, and of several the first.
    LogByLength,
    /// A replica recovers without an answer of the primary.
    NoPrimary,
    /// A new primary begins its view with f logs instead of f + 1.
    FewVotes,
    /// A backup prepares operations for a primary whose view is over.
    OldView,
    /// A replica begins a view though it knows of a later one.
    BackToView,
}

const BUGS: [(&str, &str); 6] = [
    ("none", "none: as in the paper"),
    ("log-by-length", "takes the longest log, whatever its view"),
    ("no-primary", "recovers without an answer of the primary"),
    ("few-votes", "begins a view with one log too few"),
    ("old-view", "prepares operations of a view that is over"),
    ("back-to-view", "begins a view though it knows of a later one"),
];

impl Config {
    /// The paper's f + 1: a majority.
    pub const fn quorum(&self) -> u64 {
        self.servers / 2 + 1
    }

    fn check(&self) -> Result<(), ConfigError> {
        within("servers", self.servers, FEWEST_SERVERS, MOST_SERVERS)?;
        within("clients", self.clients, 0, 4)?;
        ordered("view_timeout", self.view_timeout)?;
        ordered("recovery_timeout", self.recovery_timeout)?;
        ordered("client_timeout", self.client_timeout)?;
        ordered("client_pause", self.client_pause)?;
        if self.commit_every == Micros::ZERO {
            return Err(ConfigError::new("commit_every", "0ms is too short: time would stand still"));
        }
        if self.commit_every >= self.view_timeout.min {
            let (every, least) = (self.commit_every, self.view_timeout.min);
            let wrong = format!("{every} is not shorter than the shortest view timeout, {least}");
            return Err(ConfigError::new("commit_every", wrong));
        }
        Ok(())
    }
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    config.check()?;
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn client(config: &Config) -> <Vr as Protocol>::Client {
    Redirecting::new(Retry { timeout: config.client_timeout, pause: config.client_pause })
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    Form {
        fields: vec![
            field("servers", "replicas", "How many replicas there are.", number(FEWEST_SERVERS, MOST_SERVERS)),
            field("clients", "clients", "How many clients there are.", number(0, 4)),
            field(
                "view_timeout",
                "view timeout",
                "How long a backup waits for the primary, and how long a view change may take.",
                FieldKind::Range,
            ),
            field(
                "commit_every",
                "commit messages",
                "How often a primary shows that it is there.",
                FieldKind::Duration,
            ),
            field(
                "recovery_timeout",
                "recovery timeout",
                "How long a replica that recovers waits before it asks again.",
                FieldKind::Range,
            ),
            field(
                "view_on_disk",
                "view on disk",
                "Whether a replica writes its view-number to its disk. The paper says that it need not.",
                FieldKind::Switch,
            ),
            field(
                "client_timeout",
                "client timeout",
                "How long a client waits for an answer before it asks another replica.",
                FieldKind::Range,
            ),
            field(
                "client_pause",
                "client pause",
                "How long a client waits when a replica knew of no primary.",
                FieldKind::Range,
            ),
            field("bug", "planted bug", "A deliberate mistake in every replica.", FieldKind::Choice(BUGS.to_vec())),
        ],
    }
}

/// Without its view-number a replica that recovers breaks what it told the primary of a later view.
pub(super) fn unsound(config: &Config) -> Option<String> {
    let words = "a replica that recovers does not know into which view it was on the way: what it has sent there can \
                 arrive later, and lose operations";
    (!config.view_on_disk).then(|| words.into())
}

/// A backup must hear from the primary before its timeout elapses, and a view change is four messages long.
pub(super) fn timely(config: &Config, longest: Micros) -> Result<(), String> {
    let least = config.view_timeout.min;
    let (round_trip, silence) = (longest.plus(longest), config.commit_every.plus(longest));
    let change = round_trip.plus(round_trip);
    if change.max(silence) < least {
        return Ok(());
    }
    Err(format!(
        "view timeouts start at {least}, and must be longer than a view change of up to {change}, and than the \
         {silence} between two messages of the primary at worst"
    ))
}

/// A majority can change the view and commit.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let servers = NodeSet::first(usize::try_from(config.servers.min(MOST_SERVERS)).unwrap_or_default());
    let count = reachable.intersection(servers).len();
    let able = count as u64 >= config.quorum();
    let what = if able { "could change the view and commit" } else { "can do neither" };
    Ability { able, words: format!("{what}: {count} of {} up and reachable", servers.len()) }
}

//! The settings of a cluster: what can be set, what is refused, and the deliberate bugs.

use super::Raft;
use crate::form::{ordered, within};
use crate::{
    Ability, ConfigError, Field, FieldKind, Form, Micros, NodeSet, NodeSpec, Protocol, Redirecting, Span, client::Retry,
};
use serde::{Deserialize, Serialize};

/// The settings of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are.
    pub servers: u64,
    /// How many clients there are.
    pub clients: u64,
    /// How long a follower waits for a leader (§5.2).
    pub election_timeout: Span,
    /// How often a leader shows that it leads.
    pub heartbeat: Micros,
    /// How many entries one AppendEntries carries at most.
    pub max_entries: u64,
    /// How long a client waits for an answer before it asks another server.
    pub client_timeout: Span,
    /// How long a client waits when a server knew of no leader.
    pub client_pause: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 5,
            clients: 1,
            election_timeout: Span::ms(150, 300),
            heartbeat: Micros::ms(50),
            max_entries: 16,
            client_timeout: Span::ms(400, 600),
            client_pause: Span::ms(40, 80),
            bug: Bug::None,
        }
    }
}

/// A deliberate mistake: each one breaks one rule, and shows what that rule is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: the protocol as it should be.
    #[default]
    None,
    /// Votes for whoever asks, though it has voted in this term.
    VoteTwice,
    /// Forgets its vote in a crash.
    ForgetVote,
    /// Votes without a look at the candidate's log.
    VoteWithoutLog,
    /// Takes the longer log for the more up-to-date one, whatever the terms.
    VoteByLength,
    /// Commits entries of earlier terms by counting who holds them.
    CommitOldTerm,
    /// Commits as far as the leader has, beyond what the leader's message has shown to match.
    CommitBeyond,
    /// Cuts its log at every AppendEntries, conflict or not.
    TruncateAlways,
    /// Lets any message put off its election timeout.
    ResetOnAnyMessage,
    /// Answers reads without making sure that it still leads.
    StaleRead,
    /// Applies a command again when the client has repeated it.
    ApplyTwice,
}

const BUGS: [(&str, &str); 11] = [
    ("none", "none: as in the paper"),
    ("vote-twice", "votes more than once in a term"),
    ("forget-vote", "forgets its vote in a crash"),
    ("vote-without-log", "votes without a look at the candidate's log"),
    ("vote-by-length", "takes the longer log for the better one"),
    ("commit-old-term", "commits entries of earlier terms by counting"),
    ("commit-beyond", "commits beyond what is known to match"),
    ("truncate-always", "cuts its log at every AppendEntries"),
    ("reset-on-any-message", "any message puts off the election timeout"),
    ("stale-read", "answers reads without making sure that it leads"),
    ("apply-twice", "applies a repeated command again"),
];

impl Config {
    fn check(&self) -> Result<(), ConfigError> {
        within("servers", self.servers, 1, 9)?;
        within("clients", self.clients, 0, 4)?;
        within("max_entries", self.max_entries, 1, 100)?;
        ordered("election_timeout", self.election_timeout)?;
        ordered("client_timeout", self.client_timeout)?;
        ordered("client_pause", self.client_pause)?;
        if self.heartbeat == Micros::ZERO {
            return Err(ConfigError::new("heartbeat", "0ms is too short: time would stand still"));
        }
        if self.heartbeat >= self.election_timeout.min {
            let (beat, least) = (self.heartbeat, self.election_timeout.min);
            let wrong = format!("{beat} is not shorter than the shortest election timeout, {least}");
            return Err(ConfigError::new("heartbeat", wrong));
        }
        Ok(())
    }
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    config.check()?;
    Ok(NodeSpec::cluster(config.servers, config.clients))
}

pub(super) fn client(config: &Config) -> <Raft as Protocol>::Client {
    Redirecting::new(Retry { timeout: config.client_timeout, pause: config.client_pause })
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    Form {
        fields: vec![
            field("servers", "servers", "How many servers there are.", FieldKind::Number { min: 1, max: 9 }),
            field("clients", "clients", "How many clients there are.", FieldKind::Number { min: 0, max: 4 }),
            field(
                "election_timeout",
                "election timeout",
                "How long a follower waits for a leader; drawn anew each time, so that votes seldom split.",
                FieldKind::Range,
            ),
            field("heartbeat", "heartbeat", "How often a leader shows that it leads.", FieldKind::Duration),
            field(
                "max_entries",
                "entries per message",
                "How many entries one AppendEntries carries at most.",
                FieldKind::Number { min: 1, max: 100 },
            ),
            field(
                "client_timeout",
                "client timeout",
                "How long a client waits for an answer before it asks another server.",
                FieldKind::Range,
            ),
            field(
                "client_pause",
                "client pause",
                "How long a client waits when a server knew of no leader.",
                FieldKind::Range,
            ),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.to_vec())),
        ],
    }
}

/// A follower must hear from its leader, and a candidate from its voters, before its election timeout elapses (§5.6).
pub(super) fn timely(config: &Config, longest: Micros) -> Result<(), String> {
    let (least, round_trip) = (config.election_timeout.min, longest.plus(longest));
    if round_trip >= least {
        return Err(format!(
            "election timeouts start at {least}, and must be longer than a round trip of up to {round_trip}"
        ));
    }
    let silence = config.heartbeat.plus(longest);
    if silence >= least {
        return Err(format!(
            "election timeouts start at {least}, and must be longer than the {silence} between two heartbeats at worst"
        ));
    }
    Ok(())
}

/// A majority can elect a leader, and a leader with a majority can commit.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let servers: NodeSet = (0..config.servers.min(9) as u8).map(crate::NodeId).collect();
    let count = reachable.intersection(servers).len();
    let able = reachable.is_majority_of(servers);
    let what = if able { "could elect and commit" } else { "can do neither" };
    Ability { able, words: format!("{what}: {count} of {} up and reachable", servers.len()) }
}

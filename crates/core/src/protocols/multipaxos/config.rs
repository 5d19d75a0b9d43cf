//! The settings of a group: how many servers, how large quorums are, and the deliberate bugs.

use super::MultiPaxos;
use crate::form::{ordered, within};
use crate::{
    Ability, ConfigError, Field, FieldKind, Form, Micros, NodeSet, NodeSpec, Protocol, Redirecting, Span, client::Retry,
};
use serde::{Deserialize, Serialize};

const MOST_SERVERS: u64 = 9;

/// The settings of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers there are.
    pub servers: u64,
    /// How many clients there are.
    pub clients: u64,
    /// How many servers must promise; 0 stands for a majority.
    pub prepare_quorum: u64,
    /// How many servers must accept; 0 stands for a majority.
    pub accept_quorum: u64,
    /// How long a server waits for a leader, or for promises.
    pub election_timeout: Span,
    /// How often a leader shows that it leads.
    pub heartbeat: Micros,
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
            servers: 3,
            clients: 2,
            prepare_quorum: 0,
            accept_quorum: 0,
            election_timeout: Span::ms(150, 300),
            heartbeat: Micros::ms(50),
            client_timeout: Span::ms(400, 600),
            client_pause: Span::ms(40, 80),
            bug: Bug::None,
        }
    }
}

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// A new leader leaves gaps, and all servers execute what comes after one.
    SkipGaps,
    /// A new leader takes no notice of what was reported, and proposes commands of its own.
    OwnValues,
    /// An acceptor reports only the last slot that it accepted.
    ReportLast,
    /// A leader that comes back goes on under its old number.
    ReuseBallot,
    /// A command is executed again when its client has repeated it.
    ApplyTwice,
}

const BUGS: [(&str, &str); 6] = [
    ("none", "none: as in the paper"),
    ("skip-gaps", "passes over gaps instead of filling them"),
    ("own-values", "a new leader proposes its own commands, whatever was reported"),
    ("report-last", "reports only the last slot accepted"),
    ("reuse-ballot", "a leader that comes back goes on under its old number"),
    ("apply-twice", "executes a repeated command again"),
];

impl Config {
    /// How many servers must promise.
    pub const fn prepare_quorum(&self) -> u64 {
        if self.prepare_quorum == 0 { self.servers / 2 + 1 } else { self.prepare_quorum }
    }

    /// How many servers must accept.
    pub const fn accept_quorum(&self) -> u64 {
        if self.accept_quorum == 0 { self.servers / 2 + 1 } else { self.accept_quorum }
    }

    fn check(&self) -> Result<(), ConfigError> {
        within("servers", self.servers, 1, MOST_SERVERS)?;
        within("clients", self.clients, 0, 4)?;
        for (field, quorum) in [("prepare_quorum", self.prepare_quorum), ("accept_quorum", self.accept_quorum)] {
            if quorum > self.servers {
                let wrong = format!("a quorum of {quorum} is larger than the group of {} servers", self.servers);
                return Err(ConfigError::new(field, wrong));
            }
        }
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

pub(super) fn client(config: &Config) -> <MultiPaxos as Protocol>::Client {
    Redirecting::new(Retry { timeout: config.client_timeout, pause: config.client_pause })
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let quorum = "0 stands for a majority. The quorums of both phases have to meet.";
    Form {
        fields: vec![
            field("servers", "servers", "How many servers there are.", number(1, MOST_SERVERS)),
            field("clients", "clients", "How many clients there are.", number(0, 4)),
            field("prepare_quorum", "promises needed", quorum, number(0, MOST_SERVERS)),
            field("accept_quorum", "acceptances needed", quorum, number(0, MOST_SERVERS)),
            field(
                "election_timeout",
                "election timeout",
                "How long a server waits for a leader, or for promises.",
                FieldKind::Range,
            ),
            field("heartbeat", "heartbeat", "How often a leader shows that it leads.", FieldKind::Duration),
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

/// What was chosen is found by the next leader only where the quorums of both phases meet.
pub(super) fn unsound(config: &Config) -> Option<String> {
    let (prepare, accept, all) = (config.prepare_quorum(), config.accept_quorum(), config.servers);
    (prepare + accept <= all).then(|| {
        format!("quorums of {prepare} that promise and {accept} that accept need not meet among {all} servers")
    })
}

/// A follower must hear from its leader, and a candidate from a quorum, before its timeout elapses.
pub(super) fn timely(config: &Config, longest: Micros) -> Result<(), String> {
    let (least, round_trip) = (config.election_timeout.min, longest.plus(longest));
    let silence = config.heartbeat.plus(longest);
    if round_trip.max(silence) < least {
        return Ok(());
    }
    Err(format!(
        "election timeouts start at {least}, and must be longer than a round trip of up to {round_trip}, and than the \
         {silence} between two heartbeats at worst"
    ))
}

/// Both phases need their quorum: one to elect a leader, the other to have commands chosen.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let servers = NodeSet::first(usize::try_from(config.servers.min(MOST_SERVERS)).unwrap_or_default());
    let count = reachable.intersection(servers).len() as u64;
    let (elect, choose) = (count >= config.prepare_quorum(), count >= config.accept_quorum());
    let what = match (elect, choose) {
        (true, true) => "could elect and choose",
        (true, false) => "could elect, but not choose",
        (false, true) => "could choose, but not elect",
        (false, false) => "can do neither",
    };
    Ability { able: elect && choose, words: format!("{what}: {count} of {} up and reachable", config.servers) }
}

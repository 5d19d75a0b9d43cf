//! The settings of a cluster: what can be set, and what is refused.

use super::{Raft, bug::Bug};
use crate::form::{ordered, within};
use crate::{ConfigError, Each, Micros, NodeSet, NodeSpec, Protocol, Redirecting, Span, client::Retry, quorum::Joint};
use serde::{Deserialize, Serialize};

/// The settings of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many servers the first configuration has.
    pub servers: u64,
    /// How many clients there are.
    pub clients: u64,
    /// How long a follower waits for a leader (§5.2).
    pub election_timeout: Span,
    /// The ranges that single servers have for themselves.
    pub timeouts: Each<Span>,
    /// How often a leader shows that it leads.
    pub heartbeat: Micros,
    /// How many entries one AppendEntries carries at most.
    pub max_entries: u64,
    /// How long a client waits for an answer before it asks another server.
    pub client_timeout: Span,
    /// How long a client waits when a server knew of no leader.
    pub client_pause: Span,
    /// Whether a server asks if it could win before it begins a term (dissertation §9.6).
    pub pre_vote: bool,
    /// Whether a leader that no majority answers steps down (dissertation §6.2), and a server that hears from a leader
    /// gives no votes (§4.2.3).
    pub check_quorum: bool,
    /// How a leader makes sure that a read does not answer from the past.
    pub reads: Reads,
    /// By how many millionths a clock may run fast or slow: leases reckon with that (dissertation §6.4.1).
    pub clock_drift: u64,
    /// Whether a refusal names the term in conflict, so that the leader passes over all of it (§5.3).
    pub skip_terms: bool,
    /// Whether a leader sends on without waiting for answers (dissertation §10.2.1).
    pub pipelining: bool,
    /// How long a leader collects commands before it sends them (dissertation §10.2.2); at 0 it sends each at once.
    pub batching: Micros,
    /// By how much each server is more patient than the one before it: the first is preferred as leader.
    pub stagger: Micros,
    /// Who is preferred as leader: those of lower priority wait an election timeout longer for each higher one.
    pub priorities: Each<u64>,
    /// Whether someone may ask a leader to hand over to another server (dissertation §3.10).
    pub transfers: bool,
    /// After how many applied entries a server folds them into a snapshot (§7); at 0 it never does.
    pub snapshot_after: u64,
    /// How many items of a snapshot one InstallSnapshot carries at most: pairs of the store, and sessions.
    pub chunk: u64,
    /// How the servers of the cluster may change (§6, dissertation chapter 4).
    pub membership: Membership,
    /// How many machines run besides and are in no configuration at first.
    pub spares: u64,
    /// Whether new servers catch up before they count (dissertation §4.2.1).
    pub learners: bool,
    /// A deliberate mistake.
    pub bug: Bug,
}

/// How a leader makes sure that a read does not answer from the past (dissertation §6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// It notes what is committed, and hears from a majority before it answers.
    #[default]
    ReadIndex,
    /// It answers by itself as long as no other can have been elected, if clocks can be trusted.
    Lease,
    /// It puts the read into the log like any command.
    Log,
}

pub(super) const READS: [(&str, &str); 3] = [
    ("read-index", "read index: hear from a majority first"),
    ("lease", "lease: trust the clocks"),
    ("log", "through the log"),
];

/// How the servers of the cluster may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Membership {
    /// They do not.
    #[default]
    Off,
    /// One at a time (dissertation §4.1).
    SingleServer,
    /// From any set to any other, by joint consensus (§6).
    Joint,
}

pub(super) const MEMBERSHIPS: [(&str, &str); 3] = [
    ("off", "off: the servers stay the same"),
    ("single-server", "one server at a time"),
    ("joint", "joint consensus: any set to any other"),
];

impl Default for Config {
    fn default() -> Self {
        Config {
            servers: 5,
            clients: 1,
            election_timeout: Span::ms(150, 300),
            timeouts: Each::default(),
            heartbeat: Micros::ms(50),
            max_entries: 16,
            client_timeout: Span::ms(400, 600),
            client_pause: Span::ms(40, 80),
            pre_vote: false,
            check_quorum: false,
            reads: Reads::ReadIndex,
            clock_drift: 50_000,
            skip_terms: false,
            pipelining: false,
            batching: Micros::ZERO,
            stagger: Micros::ZERO,
            priorities: Each::default(),
            transfers: false,
            snapshot_after: 0,
            chunk: 8,
            membership: Membership::Off,
            spares: 0,
            learners: true,
            bug: Bug::None,
        }
    }
}

impl Config {
    fn check(&self) -> Result<(), ConfigError> {
        within("servers", self.servers, 1, 9)?;
        within("clients", self.clients, 0, 4)?;
        within("spares", self.spares, 0, MOST_SPARES)?;
        if self.machines() > MOST_MACHINES {
            let wrong = format!("with {} servers there are more than {MOST_MACHINES} machines", self.servers);
            return Err(ConfigError::new("spares", wrong));
        }
        if self.spares > 0 && self.membership == Membership::Off {
            let wrong = "machines besides the servers need membership: nothing could ever add them";
            return Err(ConfigError::new("spares", wrong));
        }
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
        self.check_patience()?;
        within("snapshot_after", self.snapshot_after, 0, MOST_KEPT)?;
        within("chunk", self.chunk, 1, MOST_ITEMS)?;
        within("clock_drift", self.clock_drift, 0, MOST_DRIFT)?;
        if self.reads == Reads::Lease && !self.check_quorum {
            let wrong = "a lease needs check_quorum: without it a server that hears from the leader may elect another";
            return Err(ConfigError::new("reads", wrong));
        }
        Ok(())
    }

    /// How many machines there are.
    pub(super) fn machines(&self) -> u64 {
        self.servers.saturating_add(self.spares)
    }

    /// All machines.
    pub(super) fn everyone(&self) -> NodeSet {
        NodeSet::first(usize::try_from(self.machines()).unwrap_or_default())
    }

    /// The configuration that stands before the first entry of every log.
    pub(super) fn first(&self) -> Joint {
        Joint::of(NodeSet::first(usize::try_from(self.servers).unwrap_or_default()))
    }

    /// Whether a server remembers for a while that it heard from a leader.
    pub(super) fn remembers_leaders(&self) -> bool {
        self.pre_vote || self.check_quorum
    }

    /// For how long a leader may answer by itself on its own clock, counted from when it sent what a majority answered.
    /// Followers keep their promise for the shortest election timeout on their clocks, less the microsecond that may have
    /// begun when they looked. If that of a follower is as fast as may be, and that of the leader as slow, the lease is over
    /// when the first promise is.
    pub(super) fn lease(&self) -> Micros {
        let promise = self.shortest();
        if self.bug == Bug::LeaseWithoutDrift {
            return promise;
        }
        // Clocks that run exactly alike are in step, and so is what they round off.
        let kept = promise.0.saturating_sub(u64::from(self.clock_drift > 0));
        Micros(kept.saturating_mul(MILLION - self.clock_drift) / (MILLION + self.clock_drift))
    }

    /// By how many millionths clocks may run wrong, if safety rests on that.
    pub(super) fn drift(&self) -> Option<u64> {
        (self.reads == Reads::Lease).then_some(self.clock_drift)
    }
}

/// How many applied entries a log that is folded holds at most.
pub(super) const MOST_KEPT: u64 = 10_000;
/// How many items one InstallSnapshot carries at most.
pub(super) const MOST_ITEMS: u64 = 100;
/// How many machines can run besides the servers.
pub(super) const MOST_SPARES: u64 = 4;
const MOST_MACHINES: u64 = 9;
const MILLION: u64 = 1_000_000;
/// Clocks that run wrong by more than half are of no use.
pub(super) const MOST_DRIFT: u64 = 500_000;

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    config.check()?;
    Ok(NodeSpec::cluster(config.machines(), config.clients))
}

pub(super) fn client(config: &Config) -> <Raft as Protocol>::Client {
    Redirecting::new(Retry { timeout: config.client_timeout, pause: config.client_pause })
}

/// A follower must hear from its leader, and a candidate from its voters, before its election timeout elapses (§5.6).
pub(super) fn timely(config: &Config, longest: Micros) -> Result<(), String> {
    let (least, round_trip) = (config.shortest(), longest.plus(longest));
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
    let (most, answered) = (config.election_timeout.max, config.heartbeat.plus(round_trip));
    if config.check_quorum && answered >= most {
        return Err(format!(
            "leaders count answers every {most}, and that must be longer than the {answered} between two at worst"
        ));
    }
    Ok(())
}

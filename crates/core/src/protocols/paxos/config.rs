//! The settings of a group: who plays which part, how large quorums are, and the deliberate bugs.

use super::Paxos;
use crate::form::{ordered, within};
use crate::{
    Ability, ConfigError, Field, FieldKind, Form, Micros, NodeId, NodeKind, NodeSet, NodeSpec, Protocol, Redirecting,
    Span, client::Retry,
};
use serde::{Deserialize, Serialize};

const MOST_PROPOSERS: u64 = 5;
const MOST_ACCEPTORS: u64 = 9;
const MOST_LEARNERS: u64 = 5;

/// The settings of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many proposers there are.
    pub proposers: u64,
    /// How many acceptors there are. An even number is legal: 4 bear one crash, like 3.
    pub acceptors: u64,
    /// How many learners there are.
    pub learners: u64,
    /// Whether a server plays several parts.
    pub placement: Placement,
    /// How many clients there are.
    pub clients: u64,
    /// How many acceptors must promise; 0 stands for a majority.
    pub prepare_quorum: u64,
    /// How many acceptors must accept; 0 stands for a majority.
    pub accept_quorum: u64,
    /// Whether an acceptor says so if it has promised a higher number.
    pub refusals: bool,
    /// What a proposer does that was refused.
    pub retrying: Retrying,
    /// How long a refused proposer waits if it backs off.
    pub back_off: Span,
    /// How long a proposer waits for a quorum before it tries a higher number.
    pub timeout: Span,
    /// How long a learner that heard something waits before it asks what is chosen.
    pub ask: Span,
    /// A deliberate mistake.
    pub bug: Bug,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            proposers: 2,
            acceptors: 3,
            learners: 1,
            placement: Placement::Apart,
            clients: 2,
            prepare_quorum: 0,
            accept_quorum: 0,
            refusals: true,
            retrying: Retrying::BackOff,
            back_off: Span::ms(10, 60),
            timeout: Span::ms(60, 90),
            ask: Span::ms(150, 200),
            bug: Bug::None,
        }
    }
}

/// Where the agents live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// Each in a server of its own.
    #[default]
    Apart,
    /// The first proposer, acceptor and learner in one server, the second ones in the next, and so on.
    Together,
}

/// What a refused proposer does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retrying {
    /// It waits for a while.
    #[default]
    BackOff,
    /// It tries a higher number in the same step.
    AtOnce,
}

/// A deliberate mistake in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: as in the paper.
    #[default]
    None,
    /// An acceptor that accepts does not raise its promise.
    AcceptWithoutPromise,
    /// An acceptor forgets its promise in a crash.
    ForgetPromise,
    /// A proposer takes the value that was reported most often, not that of the highest number.
    MostFrequent,
    /// A late promise makes a proposer send a second value under the same number.
    LatePromise,
    /// A proposer that comes back uses its numbers again.
    ReuseBallot,
    /// A learner counts equal values under different numbers together.
    CountValues,
    /// An acceptor that has accepted nothing reports the value that its memory begins with.
    ReportNothing,
}

const BUGS: [(&str, &str); 8] = [
    ("none", "none: as in the paper"),
    ("accept-without-promise", "accepts without raising its promise"),
    ("forget-promise", "forgets its promise in a crash"),
    ("most-frequent", "takes the value reported most often"),
    ("late-promise", "sends a second value after a late promise"),
    ("reuse-ballot", "uses its numbers again after a crash"),
    ("count-values", "counts equal values of different numbers together"),
    ("report-nothing", "reports null where nothing is accepted"),
];

/// The first of a row, so many of them.
fn row(from: u64, count: u64) -> NodeSet {
    (from..from + count).map(|place| NodeId(u8::try_from(place).expect("there are at most 19 servers"))).collect()
}

impl Config {
    /// Who proposes.
    pub fn proposers(&self) -> NodeSet {
        row(0, self.proposers)
    }

    /// Who accepts.
    pub fn acceptors(&self) -> NodeSet {
        row(if self.placement == Placement::Apart { self.proposers } else { 0 }, self.acceptors)
    }

    /// Who learns, whoever proposed.
    pub fn learners(&self) -> NodeSet {
        row(if self.placement == Placement::Apart { self.proposers + self.acceptors } else { 0 }, self.learners)
    }

    /// How many acceptors must promise.
    pub const fn prepare_quorum(&self) -> u64 {
        if self.prepare_quorum == 0 { self.acceptors / 2 + 1 } else { self.prepare_quorum }
    }

    /// How many acceptors must accept.
    pub const fn accept_quorum(&self) -> u64 {
        if self.accept_quorum == 0 { self.acceptors / 2 + 1 } else { self.accept_quorum }
    }

    /// The parts that a server plays, in words.
    pub fn parts(&self, node: NodeId) -> Vec<&'static str> {
        let parts = [(self.proposers(), "proposer"), (self.acceptors(), "acceptor"), (self.learners(), "learner")];
        parts.into_iter().filter(|(who, _)| who.contains(node)).map(|(_, part)| part).collect()
    }

    fn servers(&self) -> u64 {
        match self.placement {
            Placement::Apart => self.proposers + self.acceptors + self.learners,
            Placement::Together => self.proposers.max(self.acceptors).max(self.learners),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        within("proposers", self.proposers, 1, MOST_PROPOSERS)?;
        within("acceptors", self.acceptors, 1, MOST_ACCEPTORS)?;
        within("learners", self.learners, 0, MOST_LEARNERS)?;
        within("clients", self.clients, 0, 4)?;
        for (field, quorum) in [("prepare_quorum", self.prepare_quorum), ("accept_quorum", self.accept_quorum)] {
            if quorum > self.acceptors {
                let wrong = format!("a quorum of {quorum} is larger than the group of {} acceptors", self.acceptors);
                return Err(ConfigError::new(field, wrong));
            }
        }
        ordered("back_off", self.back_off)?;
        ordered("timeout", self.timeout)?;
        ordered("ask", self.ask)
    }
}

pub(super) fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
    config.check()?;
    let mut specs = NodeSpec::cluster(config.servers(), config.clients);
    if config.placement == Placement::Apart {
        let named = |prefix: char, count: u64| (1..=count).map(move |n| format!("{prefix}{n}"));
        let names = named('p', config.proposers).chain(named('a', config.acceptors)).chain(named('l', config.learners));
        let servers = specs.iter_mut().filter(|spec| spec.kind == NodeKind::Server);
        servers.zip(names).for_each(|(spec, name)| spec.name = name);
    }
    Ok(specs)
}

/// Clients ask proposers. One that was outbid needs more time than a client's patience would allow otherwise.
pub(super) fn client(config: &Config) -> <Paxos as Protocol>::Client {
    let patience =
        Span { min: config.timeout.max.plus(config.timeout.max), max: config.timeout.max.plus(config.ask.max) };
    let timeout = Span { min: patience.min.min(patience.max), max: patience.min.max(patience.max) };
    Redirecting::new(Retry { timeout, pause: config.back_off }).among(config.proposers())
}

pub(super) fn form() -> Form {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let number = |min, max| FieldKind::Number { min, max };
    let placements = vec![("apart", "each agent by itself"), ("together", "several agents in one server")];
    let retrying = vec![("back-off", "waits for a while"), ("at-once", "tries a higher number at once")];
    let quorum = "0 stands for a majority. The quorums of both phases have to meet.";
    Form {
        fields: vec![
            field("proposers", "proposers", "How many proposers there are.", number(1, MOST_PROPOSERS)),
            field("acceptors", "acceptors", "How many acceptors there are.", number(1, MOST_ACCEPTORS)),
            field("learners", "learners", "How many learners there are.", number(0, MOST_LEARNERS)),
            field("placement", "placement", "Whether a server plays several parts.", FieldKind::Choice(placements)),
            field("clients", "clients", "How many clients there are.", number(0, 4)),
            field("prepare_quorum", "promises needed", quorum, number(0, MOST_ACCEPTORS)),
            field("accept_quorum", "acceptances needed", quorum, number(0, MOST_ACCEPTORS)),
            field("refusals", "refusals", "Whether acceptors tell a proposer that it was outbid.", FieldKind::Switch),
            field("retrying", "when refused", "What a proposer does that was outbid.", FieldKind::Choice(retrying)),
            field("back_off", "back-off", "How long a proposer waits that was outbid.", FieldKind::Range),
            field("timeout", "timeout", "How long a proposer waits for a quorum.", FieldKind::Range),
            field("ask", "learners ask after", "How long a learner waits before it asks.", FieldKind::Range),
            field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.to_vec())),
        ],
    }
}

/// The largest set of servers that are acceptors and no proposers, and are all learners or none: numbers hold the names
/// of proposers, and nobody else's name matters.
pub(super) fn interchangeable(config: &Config) -> NodeSet {
    let acceptors = config.acceptors().difference(config.proposers());
    let learners = acceptors.intersection(config.learners());
    let others = acceptors.difference(learners);
    if learners.len() > others.len() { learners } else { others }
}

/// What was chosen is found by the next proposer only where the quorums of both phases meet.
pub(super) fn unsound(config: &Config) -> Option<String> {
    let (prepare, accept, all) = (config.prepare_quorum(), config.accept_quorum(), config.acceptors);
    (prepare + accept <= all).then(|| {
        format!("quorums of {prepare} that promise and {accept} that accept need not meet among {all} acceptors")
    })
}

/// Each phase is a round trip. Where nobody backs off, two proposers can outbid each other for ever (§2.4).
pub(super) fn timely(config: &Config, longest: Micros) -> Result<(), String> {
    let (least, round_trip) = (config.timeout.min, longest.plus(longest));
    if round_trip >= least {
        return Err(format!(
            "proposers wait {least} for a quorum at least, and must wait longer than a round trip of up to {round_trip}"
        ));
    }
    if config.proposers > 1 && config.retrying == Retrying::AtOnce {
        return Err("two proposers that try again at once can outbid each other for ever".into());
    }
    Ok(())
}

/// A proposer with enough acceptors for both phases can have a value chosen.
pub(super) fn able(config: &Config, reachable: NodeSet) -> Ability {
    let (proposers, acceptors) =
        (reachable.intersection(config.proposers()).len(), reachable.intersection(config.acceptors()).len());
    let needed = config.prepare_quorum().max(config.accept_quorum());
    let able = proposers > 0 && acceptors as u64 >= needed;
    let what = if able { "could choose" } else { "cannot choose" };
    let words =
        format!("{what}: {acceptors} of {} acceptors, {needed} needed, and {proposers} proposers", config.acceptors);
    Ability { able, words }
}

//! What is measured of the runs of a sweep: one whole number of each.

use crate::{ScenarioError, find};
use lightcone_core::{Micros, NodeId};
use lightcone_sim::{Awaited, Condition, Run, metrics::Spread, view::Fate};
use std::{fmt, str::FromStr};

/// What is measured of a run. No measure knows a protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The time until something happens for the first time.
    Until(Condition),
    /// How often something happens.
    Count(Condition),
    /// One of [`MEASURES`], by its place.
    Named(usize),
}

/// In what a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds.
    Time,
    /// Whole things.
    Count,
}

/// The measures that have a name: the name, what it is called on the page, and the unit.
pub const MEASURES: [(&str, &str, Unit); 10] = [
    ("messages", "messages sent", Unit::Count),
    ("lost", "messages lost", Unit::Count),
    ("latency", "median time of a request until its answer", Unit::Time),
    ("worst-latency", "longest time of a request until its answer", Unit::Time),
    ("unanswered", "requests without an answer", Unit::Count),
    ("stale-reads", "reads that no order of the operations explains", Unit::Count),
    ("missed-writes", "reads that miss a write acknowledged before", Unit::Count),
    ("lost-writes", "acknowledged writes that no read sees in the end", Unit::Count),
    ("unavailable", "time in which clients waited and none was answered", Unit::Time),
    ("leaderless", "time in which nobody led", Unit::Time),
];

const UNTIL: &str = "until ";
const COUNT: &str = "count ";

impl FromStr for Measure {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        let wrong = |wrong: String| ScenarioError::field("measure", wrong);
        if let Some(condition) = text.strip_prefix(UNTIL) {
            return condition.parse().map(Measure::Until).map_err(wrong);
        }
        if let Some(condition) = text.strip_prefix(COUNT) {
            return condition.parse().map(Measure::Count).map_err(wrong);
        }
        let place = MEASURES.iter().position(|(name, ..)| *name == text);
        place.map(Measure::Named).ok_or_else(|| {
            let known = MEASURES.map(|(name, ..)| name).join(", ");
            wrong(format!("`{text}` cannot be measured; there are {known}, `until CONDITION` and `count CONDITION`"))
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Measure::Until(condition) => write!(f, "{UNTIL}{condition}"),
            Measure::Count(condition) => write!(f, "{COUNT}{condition}"),
            Measure::Named(place) => f.write_str(MEASURES[*place].0),
        }
    }
}

impl Measure {
    /// In what it is.
    pub fn unit(&self) -> Unit {
        match self {
            Measure::Until(_) => Unit::Time,
            Measure::Count(_) => Unit::Count,
            Measure::Named(place) => MEASURES[*place].2,
        }
    }

    /// What it is, in words.
    pub fn words(&self) -> String {
        match self {
            Measure::Until(condition) => format!("time until {condition}"),
            Measure::Count(condition) => format!("how often {condition}"),
            Measure::Named(place) => MEASURES[*place].1.into(),
        }
    }

    /// A number of it with its unit.
    pub fn written(&self, number: u64) -> String {
        match self.unit() {
            Unit::Time => Micros(number).to_string(),
            Unit::Count => number.to_string(),
        }
    }

    /// Whether it is a time.
    pub(super) fn is_time(&self) -> bool {
        self.unit() == Unit::Time
    }

    /// What it means that a run has no number.
    pub fn none(&self) -> &'static str {
        match self {
            Measure::Until(_) => "not in time",
            Measure::Count(_) => "none",
            Measure::Named(place) if MEASURES[*place].2 == Unit::Time => "no answer",
            Measure::Named(_) => "cannot be told",
        }
    }

    fn condition(&self) -> Option<&Condition> {
        match self {
            Measure::Until(condition) | Measure::Count(condition) => Some(condition),
            Measure::Named(_) => None,
        }
    }

    /// Whether the whole run has to be there before anything can be told.
    pub(super) fn looks_back(&self) -> bool {
        self.condition().is_some_and(Condition::looks_back)
    }

    /// What looks for its condition in a run, if it has one.
    pub(super) fn awaited(&self, run: &Run, misled: Vec<(u32, NodeId)>) -> Result<Option<Awaited>, ScenarioError> {
        let begin = |condition| Awaited::new(run, condition, misled);
        self.condition().map(begin).transpose().map_err(|wrong| ScenarioError::field("measure", wrong))
    }

    /// Whether enough is known.
    pub(super) fn has(&self, awaited: &Awaited) -> bool {
        matches!(self, Measure::Until(_)) && !awaited.found().is_empty()
    }

    /// What came of looking for the condition.
    pub(super) fn of_awaited(&self, awaited: &Awaited) -> Option<u64> {
        match self {
            Measure::Count(_) => Some(awaited.found().len() as u64),
            _ => awaited.found().first().map(|first| first.at.0),
        }
    }

    /// What it is of a run that is computed to its end.
    pub(super) fn of(&self, protocol: &str, run: &Run) -> Option<u64> {
        let Measure::Named(place) = self else { return None };
        let trace = run.trace();
        let answered = || trace.ops.iter().filter_map(|op| op.done.as_ref().map(|(_, at, _)| at.minus(op.at).0));
        let latency =
            |of: fn(&Spread) -> u64| Some(Spread::of(answered())).filter(|all| all.count > 0).map(|all| of(&all));
        match MEASURES[*place].0 {
            "messages" => Some(trace.messages.len() as u64),
            "lost" => Some(trace.messages.iter().filter(|one| matches!(one.fate, Fate::Lost(_))).count() as u64),
            "latency" => latency(|all| all.p50),
            "worst-latency" => latency(|all| all.max),
            "unanswered" => Some(trace.ops.iter().filter(|op| op.done.is_none()).count() as u64),
            "stale-reads" => find(protocol).ok().map(|entry| (entry.misled)(run).len() as u64),
            "missed-writes" => find(protocol).ok().map(|entry| (entry.ledger)(run).stale),
            "lost-writes" => find(protocol).ok().and_then(|entry| (entry.ledger)(run).lost),
            "unavailable" => Some(run.availability().out),
            _ => Some(run.leadership().map_or(run.scenario().until.0, |all| all.without)),
        }
    }
}

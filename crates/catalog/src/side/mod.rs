//! Replication side by side: one situation, which is who asks for what and when, and what happens to servers and links, under
//! several protocols, and what it comes to for clients.
//!
//! Nobody is told what to do about it: each protocol gets the same requests at the same instants, the same latencies and
//! the same faults, under its own usual settings. What differs is theirs.

mod situations;

pub use lightcone_check::Ledger;
pub use situations::{SITUATIONS, Situation};

use crate::{Scenario, ScenarioError};
use serde_json::{Map, Value};

/// A protocol that takes part, with its settings.
#[derive(Clone, Copy, Debug)]
pub struct Contender {
    /// What it is called.
    pub name: &'static str,
    /// The protocol's id.
    pub protocol: &'static str,
    /// What of its settings is not as usual.
    settings: &'static [(&'static str, Setting)],
}

#[derive(Clone, Copy, Debug)]
enum Setting {
    Word(&'static str),
    Number(u64),
    Switch(bool),
}

use Setting::{Number, Switch, Word};

/// THE list of those who are compared, from those that answer soonest to those that ask the most first.
pub static CONTENDERS: [Contender; 11] = [
    Contender {
        name: "Multi-leader, last writer wins",
        protocol: "multi-leader",
        settings: &[("servers", Number(3)), ("clients", Number(3)), ("conflicts", Word("last-writer"))],
    },
    Contender {
        name: "Multi-leader, version vectors",
        protocol: "multi-leader",
        settings: &[("servers", Number(3)), ("clients", Number(3)), ("conflicts", Word("vectors"))],
    },
    Contender {
        name: "Multi-leader, merged sets (CRDT)",
        protocol: "multi-leader",
        settings: &[("servers", Number(3)), ("clients", Number(3)), ("conflicts", Word("merge"))],
    },
    Contender {
        name: "Primary-backup, asynchronous",
        protocol: "primary-backup",
        settings: &[("replicas", Number(3)), ("clients", Number(3)), ("acks", Word("none"))],
    },
    Contender {
        name: "Primary-backup, semi-synchronous",
        protocol: "primary-backup",
        settings: &[("replicas", Number(3)), ("clients", Number(3)), ("acks", Word("some"))],
    },
    Contender {
        name: "Primary-backup, synchronous",
        protocol: "primary-backup",
        settings: &[("replicas", Number(3)), ("clients", Number(3)), ("acks", Word("all"))],
    },
    Contender {
        name: "Quorum store, R = W = 1",
        protocol: "dynamo",
        settings: &[
            ("servers", Number(3)),
            ("clients", Number(3)),
            ("r", Number(1)),
            ("w", Number(1)),
            ("wander", Switch(true)),
        ],
    },
    Contender {
        name: "Quorum store, R = W = 2",
        protocol: "dynamo",
        settings: &[
            ("servers", Number(3)),
            ("clients", Number(3)),
            ("r", Number(2)),
            ("w", Number(2)),
            ("wander", Switch(true)),
        ],
    },
    Contender {
        name: "Quorum store, last writer wins",
        protocol: "dynamo",
        settings: &[
            ("servers", Number(3)),
            ("clients", Number(3)),
            ("versions", Word("last-writer")),
            ("wander", Switch(true)),
        ],
    },
    Contender {
        name: "Atomic register",
        protocol: "register",
        settings: &[("servers", Number(3)), ("clients", Number(3))],
    },
    Contender { name: "Raft", protocol: "raft", settings: &[("servers", Number(3)), ("clients", Number(3))] },
];

impl Contender {
    /// A scenario under this protocol: with its settings, and all else as it is.
    pub fn scenario(&self, base: &Scenario) -> Scenario {
        let value = |setting: Setting| match setting {
            Word(word) => Value::from(word),
            Number(number) => number.into(),
            Switch(on) => on.into(),
        };
        let settings: Map<String, Value> =
            self.settings.iter().map(|(name, setting)| ((*name).to_string(), value(*setting))).collect();
        Scenario {
            protocol: self.protocol.into(),
            revision: crate::find(self.protocol).map_or(1, |entry| entry.about.revision),
            title: format!("{}: {}", self.name, base.title),
            settings,
            captions: Vec::new(),
            run: base.run.clone(),
        }
    }
}

/// What a scenario comes to for its clients.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn ledger(scenario: &Scenario) -> Result<Ledger, ScenarioError> {
    let mut run = crate::start(scenario)?;
    run.finish();
    Ok((crate::find(&scenario.protocol)?.ledger)(&run))
}

/// The heads of a ledger's columns, and what they mean.
pub const COLUMNS: [(&str, &str); 8] = [
    ("lost writes", "acknowledged writes that no read sees once everything is over"),
    ("stale reads", "reads that miss a write which had been acknowledged before they began"),
    ("refused", "requests that were refused, or whose client was told that the outcome is not known"),
    ("unanswered", "requests without any answer at the end"),
    ("read", "the median time of a read until it is answered"),
    ("write", "the median time of a write until it is answered"),
    ("slowest", "the longest time of a request until it is answered"),
    ("messages", "messages for each request, those of clients included"),
];

/// The cells of a ledger's row, as [`COLUMNS`] name them.
pub fn cells(ledger: &Ledger) -> [String; COLUMNS.len()] {
    let time = |micros: u64, count: u64| match count {
        0 => "–".to_string(),
        _ => format!("{}.{} ms", micros / 1_000, micros / 100 % 10),
    };
    let slowest = ledger.reads.max.max(ledger.writes.max);
    let each = ledger.messages * 10 / ledger.asked.max(1);
    [
        ledger.lost.map_or("–".into(), |lost| lost.to_string()),
        ledger.stale.to_string(),
        ledger.refused.to_string(),
        ledger.open.to_string(),
        time(ledger.reads.p50, ledger.reads.count),
        time(ledger.writes.p50, ledger.writes.count),
        time(slowest, ledger.served),
        format!("{}.{}", each / 10, each % 10),
    ]
}

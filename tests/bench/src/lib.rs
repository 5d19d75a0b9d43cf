//! What the engine costs, as workloads that know no clock. A driver times them: `main.rs` natively, and
//! `tests/browser/bench/engine.mjs` in the browser. Each figure gets a process or a page of its own, so that no figure
//! stands in the memory that another one left behind.

mod edit;
mod engine;
pub mod judge;
pub mod models;
mod peer;
pub mod placed;
mod seek;
mod whole;
pub mod yardstick;

use serde_json::{Value, json};

/// One figure of the table.
pub struct Figure {
    /// What it is called.
    pub name: &'static str,
    /// What the name does not say.
    pub note: &'static str,
    /// What is measured.
    pub measure: Measure,
    /// How many samples are taken.
    pub samples: u32,
    /// How many are taken in a round of warming up; there are rounds until [`WARM_AFTER`].
    pub warmup: u32,
    /// Makes what is measured. This, too, does not count.
    pub make: fn() -> Box<dyn Workload>,
}

/// Warming up takes at least so many milliseconds: the browser compiles what runs often a second time meanwhile.
pub const WARM_AFTER: u32 = 1_500;

/// What is measured of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How much of its work is done in a second.
    Rate,
    /// How long a piece of its work takes.
    Time,
    /// The same, and the longest as well.
    WorstTime,
    /// How much memory it takes at most.
    Memory,
}

impl Measure {
    /// Its name for the drivers and for the table.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Rate => "rate",
            Measure::Time => "time",
            Measure::WorstTime => "worst-time",
            Measure::Memory => "memory",
        }
    }
}

/// Something that can be done again and again.
pub trait Workload {
    /// Brings about what the sample starts from. This does not count.
    fn prepare(&mut self, _nth: u32) {}

    /// What is measured; returns how many pieces of work it was.
    fn sample(&mut self, nth: u32) -> u32;
}

impl Figure {
    /// What the drivers and the table must know of it.
    pub fn about(&self) -> Value {
        json!({
            "name": self.name,
            "part": if self.name.starts_with("placement") { "placement" } else { "engine" },
            "note": self.note,
            "measure": self.measure.name(),
            "count": self.samples,
            "warmup": self.warmup,
            "warm_after": WARM_AFTER,
        })
    }
}

/// A figure as it is written below.
const fn figure(
    name: &'static str,
    note: &'static str,
    (measure, warmup, samples): (Measure, u32, u32),
    make: fn() -> Box<dyn Workload>,
) -> Figure {
    Figure { name, note, measure, samples, warmup, make }
}

use Measure::{Memory, Rate, Time, WorstTime};

/// Every figure.
pub const FIGURES: &[Figure] = &[
    figure("heap: bare event loop", "pings among 5 nodes: the upper bound", (Rate, 3, 11), || {
        Box::new(peer::Pings::new())
    }),
    figure("raft-5: events, traced", engine::UNWATCHED, (Rate, 3 * whole::STRETCHES, 11 * whole::STRETCHES), || {
        Box::new(whole::Minute::new(engine::Watch::Off))
    }),
    figure(
        "raft-5: events, traced, invariants",
        engine::UNWATCHED,
        (Rate, 3 * whole::STRETCHES, 11 * whole::STRETCHES),
        || Box::new(whole::Minute::new(engine::Watch::On)),
    ),
    figure("raft-5: an event of 10,000", "with invariants", (Time, 5, 25), || Box::new(whole::Long::new(10_000))),
    figure("raft-5: an event of 100,000", "with invariants", (Time, 3, 11), || Box::new(whole::Long::new(100_000))),
    figure("raft-5: an event of 1,000,000", "with invariants", (Time, 1, 9), || Box::new(whole::Long::new(1_000_000))),
    figure("raft-5: memory of 100,000 events", "with checkpoints, at most", (Memory, 0, 1), || {
        Box::new(whole::Long::new(100_000))
    }),
    figure("raft-5: memory of 1,000,000 events", "with checkpoints, at most", (Memory, 0, 1), || {
        Box::new(whole::Long::new(1_000_000))
    }),
    figure("raft-5: seek in 100,000 events", "the cluster after an event", (WorstTime, 16, 64), || {
        Box::new(seek::Seek::new(100_000))
    }),
    figure("raft-5: drop amid 100,000 events", "until the next 300 ms are drawn", (WorstTime, 8, 40), || {
        Box::new(edit::Edits::new(edit::Kind::Drop, 100_000))
    }),
    figure("raft-5: cut amid 100,000 events", "until the next 300 ms are drawn", (WorstTime, 8, 40), || {
        Box::new(edit::Edits::new(edit::Kind::Cut, 100_000))
    }),
    figure("search: two-phase commit, 7 managers", "296,448 unique states", (Rate, 1, 7), || {
        Box::new(models::Searched::new(models::two_phase::TwoPhase::new(7), 296_448))
    }),
    figure("history: 10,000 operations judged", "10 clients, 5 keys, linearizable", (Time, 3, 21), || {
        Box::new(judge::Judged::new(10_000))
    }),
    figure("placement: a lookup on the ring", placed::LOOKUP, (Time, 3, 21), || Box::new(placed::Lookups::new())),
    figure("placement: a join, ring", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(0))),
    figure("placement: a join, ketama", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(1))),
    figure("placement: a join, modulo", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(2))),
    figure("placement: a join, rendezvous", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(3))),
    figure("placement: a join, jump", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(4))),
    figure("placement: a join, maglev", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(5))),
    figure("placement: a join, bounded", placed::JOIN, (WorstTime, 3, 21), || Box::new(placed::Joined::new(6))),
];

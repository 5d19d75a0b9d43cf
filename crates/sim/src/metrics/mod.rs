//! A run in numbers: plain data for the page and the terminal, in integers only.
//!
//! Lengths and instants of time are in whole microseconds, shares in per mille, percentiles by nearest rank. Everything
//! is taken from the trace, which knows messages and answers, and not what they mean: it does not know how many log
//! entries a message holds, nor whether an answer is a refusal.

mod availability;
mod between;
mod leadership;
mod messages;
mod numbers;
mod operations;
mod participants;
mod requests;
mod table;

pub use availability::{Availability, Outage, Patience};
pub use leadership::Leadership;
pub use messages::{KindCount, Losses, Messages, Tally};
pub use numbers::Spread;
pub use operations::{Errors, Group, KindSpread, Operations, Throughput};
pub use participants::Participant;
pub use requests::{Request, RequestKind};

use crate::run::Run;
use lightcone_core::Micros;
use numbers::Within;
use serde::Serialize;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// From when until when, both included; all that is computed if nothing is said.
    pub window: Option<(Micros, Micros)>,
    /// The length of one step of the throughput; at least 1 µs.
    pub every: Micros,
    /// How long an operation may wait before it counts as kept waiting.
    pub patience: Micros,
}

impl Default for Measure {
    fn default() -> Self {
        Measure { window: None, every: Micros::ms(100), patience: Micros::ms(200) }
    }
}

/// A run, or a window of it, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// Where the window starts, in microseconds.
    pub from: u64,
    /// Where it ends, in microseconds.
    pub to: u64,
    /// How many events lie in it.
    pub events: u64,
    /// The messages that were sent in it.
    pub messages: Messages,
    /// The operations that were asked for in it.
    pub operations: Operations,
    /// Each of them, in the order of asking.
    pub requests: Vec<Request>,
    /// The answers that came in it.
    pub throughput: Throughput,
    /// What went wrong for clients.
    pub errors: Errors,
    /// Who was kept waiting in it.
    pub availability: Availability,
    /// Who led in it; nothing if nobody leads in the whole run.
    pub leadership: Option<Leadership>,
    /// Everyone, by [`NodeId`](lightcone_core::NodeId).
    pub participants: Vec<Participant>,
    /// How long messages waited at receivers before they were handled, service included, in microseconds.
    pub waits: Spread,
}

impl Run {
    /// The run in numbers: all that is computed, or a window of it, both ends included.
    pub fn metrics(&self, window: Option<(Micros, Micros)>) -> Metrics {
        self.measured(Measure { window, ..Measure::default() })
    }

    /// The run in numbers, as finely as is asked for.
    pub fn measured(&self, measure: Measure) -> Metrics {
        let within = self.within(measure.window);
        let trace = self.trace();
        let events = within.of(&trace.events, |event| event.at);
        let requests = requests::requests(self, within);
        Metrics {
            from: within.from,
            to: within.to,
            events: events.len() as u64,
            messages: messages::messages(trace, within),
            operations: operations::operations(&requests),
            throughput: operations::throughput(trace, within, measure.every),
            errors: operations::errors(self, within, &requests),
            availability: availability::availability(self, within, measure.patience),
            leadership: leadership::leadership(trace, within),
            participants: participants::participants(self, within),
            waits: participants::waits(trace, events),
            requests,
        }
    }

    /// Who was kept waiting in all that is computed, and when nobody was answered.
    pub fn availability(&self) -> Availability {
        availability::availability(self, self.within(None), Measure::default().patience)
    }

    /// Who led in all that is computed; nothing if nobody did.
    pub fn leadership(&self) -> Option<Leadership> {
        leadership::leadership(self.trace(), self.within(None))
    }

    fn within(&self, window: Option<(Micros, Micros)>) -> Within {
        let end = if self.is_finished() { self.scenario().until } else { self.world().now };
        let (from, to) = window.unwrap_or((Micros::ZERO, end));
        let to = to.min(end);
        Within { from: from.min(to).0, to: to.0 }
    }
}

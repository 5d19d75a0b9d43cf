//! All verdicts on one run.

use crate::{
    Linearity, Progress,
    history::{ServiceOf, history},
    linear, progress,
};
use lightcone_core::{Micros, NodeSpec, Protocol, Service};
use lightcone_sim::Run;

/// How far the judges go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many steps the search for an order of the operations may take.
    pub steps: u64,
    /// Within what time of the end of the faults an operation has to be done: several election timeouts.
    pub bound: Micros,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 1_000_000, bound: Micros::ms(1_500) }
    }
}

/// An invariant that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Its name.
    pub invariant: &'static str,
    /// The first event that broke it.
    pub event: usize,
    /// When.
    pub at: Micros,
    /// How, in words.
    pub words: String,
}

/// All verdicts on a finished run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<S: Service> {
    /// The invariants that were broken, each for the first time.
    pub broken: Vec<Breach>,
    /// Whether what clients saw has an order.
    pub linear: Linearity<S>,
    /// Whether clients were served after the faults.
    pub progress: Progress,
}

/// Judges a finished run of the protocol `P`.
///
/// # Panics
/// If it is a run of another protocol.
pub fn judge<P: Protocol>(run: &Run, limits: Limits) -> Report<ServiceOf<P>> {
    let (trace, invariants) = (run.trace(), run.setup().actors.invariants());
    let broken = trace.broken.iter().map(|broken| Breach {
        invariant: invariants[broken.invariant].name,
        event: broken.event as usize,
        at: trace.events[broken.event as usize].at,
        words: broken.words.clone(),
    });
    Report {
        broken: broken.collect(),
        linear: linear::check(&history::<ServiceOf<P>>(trace, trace.events.len()), limits.steps),
        progress: progress(run, limits.bound),
    }
}

impl<S: Service> Report<S> {
    /// Whether nothing is wrong. A history that could not be judged is not wrong.
    pub fn is_clean(&self) -> bool {
        let stalled = matches!(self.progress, Progress::Stalled { .. });
        self.broken.is_empty() && !matches!(self.linear, Linearity::Broken(_)) && !stalled
    }

    /// What is wrong, by name: invariants, `Linearizability`, `Progress`.
    pub fn wrong(&self) -> Vec<&'static str> {
        let mut wrong: Vec<&'static str> = self.broken.iter().map(|breach| breach.invariant).collect();
        if matches!(self.linear, Linearity::Broken(_)) {
            wrong.push("Linearizability");
        }
        if matches!(self.progress, Progress::Stalled { .. }) {
            wrong.push("Progress");
        }
        wrong
    }

    /// What is wrong, in sentences.
    pub fn words(&self, specs: &[NodeSpec]) -> Vec<String> {
        let broken = self.broken.iter();
        let mut words: Vec<String> =
            broken.map(|breach| format!("{} at {}: {}", breach.invariant, breach.at, breach.words)).collect();
        if let Linearity::Broken(anomaly) = &self.linear {
            words.push(format!("Linearizability: {}", anomaly.words(specs)));
        }
        if self.progress.is_stalled() {
            words.extend(self.progress.words().iter().map(|words| format!("Progress: {words}")));
        }
        words
    }
}

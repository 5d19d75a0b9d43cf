//! Sweeps: one scenario with many seeds and several values of one setting, and one number of each run.

mod knob;
mod measure;
mod summary;

pub use knob::Knob;
pub use measure::{MEASURES, Measure, Unit};
pub use summary::Summary;

use crate::{Scenario, ScenarioError, raw::LARGEST_SEED};
use lightcone_sim::{Awaited, Run};
use std::ops::Range;

/// What is swept.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The scenario with each of the values.
    scenarios: Vec<Scenario>,
    /// What is turned, and to what.
    pub knob: Knob,
    /// What is measured.
    pub measure: Measure,
    /// The seeds; never empty.
    pub seeds: Range<u64>,
}

/// A run of a sweep that goes on for as long as anyone lets it.
pub struct Trial {
    run: Run,
    protocol: String,
    measure: Measure,
    awaited: Option<Awaited>,
}

impl Sweep {
    /// A sweep of a scenario, with everything checked that can be wrong with it.
    ///
    /// # Errors
    /// The setting that there is not, the value that it cannot hold, or what cannot be measured in such a run.
    pub fn new(base: &Scenario, knob: Knob, measure: Measure, seeds: Range<u64>) -> Result<Self, ScenarioError> {
        if seeds.is_empty() {
            return Err(ScenarioError::field("seeds", format!("{}..{} holds no seed", seeds.start, seeds.end)));
        }
        if seeds.end - 1 > LARGEST_SEED {
            return Err(ScenarioError::field("seeds", format!("{} is more than {LARGEST_SEED}", seeds.end - 1)));
        }
        let with = |value: &String| knob.turn(base, value);
        let scenarios = knob.values.iter().map(with).collect::<Result<Vec<_>, _>>()?;
        for scenario in &scenarios {
            measure.awaited(&crate::start(scenario)?, Vec::new())?;
        }
        Ok(Sweep { scenarios, knob, measure, seeds })
    }

    /// How many runs there are.
    pub fn runs(&self) -> u64 {
        (self.seeds.end - self.seeds.start).saturating_mul(self.scenarios.len() as u64)
    }

    /// The place of the value and the seed of a run. All values of one seed come before the next seed.
    pub fn place(&self, run: u64) -> (usize, u64) {
        let values = self.scenarios.len() as u64;
        ((run % values) as usize, self.seeds.start + run / values)
    }

    /// The scenario of a run.
    pub fn scenario(&self, run: u64) -> Scenario {
        let (value, seed) = self.place(run);
        let mut scenario = self.scenarios[value].clone();
        scenario.run.seed = seed;
        scenario
    }

    /// Begins a run.
    ///
    /// # Errors
    /// What in it cannot be run.
    pub fn begin(&self, run: u64) -> Result<Trial, ScenarioError> {
        Trial::new(&self.scenario(run), self.measure.clone())
    }

    /// What is measured of a run; nothing if there is nothing to measure, such as an instant that never comes.
    ///
    /// # Errors
    /// What in it cannot be run.
    pub fn measured(&self, run: u64) -> Result<Option<u64>, ScenarioError> {
        let mut trial = self.begin(run)?;
        while trial.advance(100_000) {}
        Ok(trial.measured())
    }

    /// What all runs that are measured came to, by value: run 0 first, as many as there are.
    pub fn by_value(&self, measured: &[Option<u64>]) -> Vec<Vec<(u64, Option<u64>)>> {
        let mut by_value = vec![Vec::new(); self.scenarios.len()];
        for (run, measured) in (0..).zip(measured) {
            by_value[self.place(run).0].push((run, *measured));
        }
        by_value
    }

    /// A run and what is measured of it, in words.
    pub fn told(&self, run: u64, measured: Option<u64>) -> String {
        let (value, seed) = self.place(run);
        let came = measured.map_or_else(|| self.measure.none().to_string(), |number| self.measure.written(number));
        format!("{} {}, seed {seed}: {came}", self.knob.name, self.knob.values[value])
    }

    /// What the runs with one value came to. Who never got there took longer than all others.
    pub fn summary(&self, runs: &[(u64, Option<u64>)]) -> Summary {
        Summary::of(&runs.iter().map(|(_, number)| *number).collect::<Vec<_>>(), self.measure.is_time())
    }

    /// The same in words.
    pub fn summed(&self, summary: &Summary) -> String {
        let runs = if summary.runs == 1 { "1 run".into() } else { format!("{} runs", summary.runs) };
        let median = |median: u64| format!(", median {}", self.measure.written(median));
        let none = if summary.none > 0 { format!(", {} {}", summary.none, self.measure.none()) } else { String::new() };
        runs + &summary.ranks[2].map(median).unwrap_or_default() + &none
    }
}

impl Trial {
    /// A run of a scenario of which something is measured.
    ///
    /// # Errors
    /// What in it cannot be run or measured.
    pub fn new(scenario: &Scenario, measure: Measure) -> Result<Self, ScenarioError> {
        let mut run = crate::start(scenario)?;
        // Invariants take time, and who waits for one to be broken looks for himself.
        run.observe(false);
        let awaited = measure.awaited(&run, Vec::new())?;
        let awaited = if measure.looks_back() { None } else { awaited };
        Ok(Trial { run, protocol: scenario.protocol.clone(), measure, awaited })
    }

    /// Goes on for about so many events. True while there is more to do.
    pub fn advance(&mut self, events: usize) -> bool {
        match &mut self.awaited {
            Some(awaited) => awaited.advance(&self.run, events) && !self.measure.has(awaited),
            None if !self.run.advance(events) => true,
            None if self.measure.looks_back() => {
                let misled = crate::find(&self.protocol).map_or_else(|_| Vec::new(), |entry| (entry.misled)(&self.run));
                self.awaited = self.measure.awaited(&self.run, misled).ok().flatten();
                self.awaited.is_some()
            }
            None => false,
        }
    }

    /// What came of it, once it is over.
    pub fn measured(&self) -> Option<u64> {
        match &self.awaited {
            Some(awaited) => self.measure.of_awaited(awaited),
            None => self.measure.of(&self.protocol, &self.run),
        }
    }
}

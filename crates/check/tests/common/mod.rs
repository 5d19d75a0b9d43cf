//! Scenarios of Raft, and chaos upon them.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod text;

use lightcone_check::{Chaos, Limits, Report, judge};
use lightcone_core::{
    Micros, Span,
    protocols::raft::{Config, Raft},
};
use lightcone_sim::{Intervention, Network, Run, Scenario, Workload, setup::Setup};

/// A scenario without faults: two clients that write and read few keys all the time.
pub fn scenario(config: Config, seed: u64) -> Scenario<Config> {
    Scenario {
        config: Config { clients: 2, ..config },
        seed,
        until: Micros::ms(5_000),
        network: Network::default(),
        workload: Some(Workload {
            start: Micros::ms(200),
            pause: Span::ms(5, 60),
            operations: 200,
            reads: 40,
            keys: 2,
        }),
        clocks: Default::default(),
        interventions: Vec::new(),
    }
}

/// The faults that a seed draws for a scenario.
pub fn faults(scenario: &Scenario<Config>, count: u32, seed: u64) -> Vec<Intervention> {
    let setup = Setup::<Raft>::new(scenario).unwrap();
    Chaos::of(&setup, scenario.until, count).faults(seed)
}

/// The whole run of a scenario.
pub fn run(scenario: Scenario<Config>) -> Run<Raft> {
    let mut run = Run::new(scenario).unwrap();
    run.finish();
    run
}

/// The verdicts on the whole run of a scenario.
pub fn verdict(scenario: Scenario<Config>) -> Report<Raft> {
    judge(&run(scenario), Limits::default())
}

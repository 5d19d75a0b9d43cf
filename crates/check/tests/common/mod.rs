//! Scenarios of Raft, and chaos upon them.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod survive;
pub mod tally;
pub mod text;

use lightcone_check::{ChaosSettings, chaos};
use lightcone_core::{
    Micros, Span,
    protocols::raft::{Config, Raft},
};
use lightcone_sim::{Intervention, Network, Pace, Run, Scenario, Workload, setup::Setup, typed::Typed};
use std::rc::Rc;

/// A cluster of Raft and what surrounds it.
#[derive(Clone, Debug)]
pub struct Case {
    pub config: Config,
    pub scenario: Scenario,
}

/// A case without faults: two clients that write and read few keys all the time.
pub fn case(config: Config, seed: u64) -> Case {
    let workload = Workload {
        start: Micros::ms(200),
        pace: Pace::Pause(Span::ms(5, 60)),
        operations: 200,
        reads: 40,
        keys: 2,
        skew: 0,
    };
    let scenario = Scenario { seed, until: Micros::ms(5_000), workload: Some(workload), ..Scenario::default() };
    Case { config: Config { clients: 2, ..config }, scenario }
}

impl Case {
    /// The same with other links.
    pub fn on(mut self, network: Network) -> Self {
        self.scenario.network = network;
        self
    }

    /// The same with these interventions.
    pub fn with(mut self, interventions: Vec<Intervention>) -> Self {
        self.scenario.interventions = interventions;
        self
    }

    /// The same with the faults that its seed draws.
    pub fn chaotic(self, settings: &ChaosSettings) -> Self {
        let setup = Setup::new(Rc::new(Typed::<Raft>::new(self.config.clone()).unwrap()), &self.scenario);
        let faults = chaos(&setup, settings, self.scenario.seed, self.scenario.until, 1);
        self.with(faults)
    }

    /// The whole run.
    pub fn run(self) -> Run {
        let mut run = Run::new::<Raft>(self.config, self.scenario).unwrap();
        run.finish();
        run
    }
}

/// Every rate so many times as high, in tenths.
pub fn denser(settings: &ChaosSettings, tenths: u32) -> ChaosSettings {
    let more = |rate: u32| rate * tenths / 10;
    ChaosSettings {
        partitions: more(settings.partitions),
        one_way: more(settings.one_way),
        crashes: more(settings.crashes),
        disk: more(settings.disk),
        pauses: more(settings.pauses),
        slow: more(settings.slow),
        lossy: more(settings.lossy),
        copying: more(settings.copying),
        clogged: more(settings.clogged),
        reorder: more(settings.reorder),
        clocks: more(settings.clocks),
        lies: more(settings.lies),
        joins: more(settings.joins),
        requests: more(settings.requests),
        ..settings.clone()
    }
}

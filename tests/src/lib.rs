//! What the tests of the workspace as a whole share. The tests themselves are in `tests/tests/`.

use lightcone_catalog::{Lab, Scenario};
use lightcone_check::ChaosSettings;
use std::path::{Path, PathBuf};

/// The top of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The scene of a protocol with faults drawn from a seed, those included that break what the protocol rests on.
///
/// # Panics
/// If the scene cannot be run.
pub fn beyond_assumptions(protocol: &str, seed: u64) -> Scenario {
    let mut scenario = lightcone_catalog::default_scenario(protocol);
    scenario.run.seed = seed;
    let lab = lightcone_catalog::open(scenario.clone()).expect("a scene can be run");
    scenario.run.interventions.extend(lab.chaos(&ChaosSettings { beyond: true, ..ChaosSettings::default() }, seed));
    scenario
}

/// A scenario run to its end.
///
/// # Panics
/// If it cannot be run.
pub fn computed(scenario: Scenario) -> Box<dyn Lab> {
    let title = scenario.title.clone();
    let mut lab = lightcone_catalog::open(scenario).unwrap_or_else(|wrong| panic!("{title}: {wrong}"));
    while !lab.advance(10_000) {}
    lab
}

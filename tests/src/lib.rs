//! What the tests of the workspace as a whole share. The tests themselves are in `tests/tests/`.

use lightcone_catalog::{Lab, Scenario};
use std::path::{Path, PathBuf};

/// The top of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
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

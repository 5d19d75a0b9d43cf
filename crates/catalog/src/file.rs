//! Scenario files: TOML that people write by hand.

use crate::{
    Scenario, ScenarioError,
    raw::{self, RawScenario},
};
use lightcone_sim::Fault;

/// Reads a scenario file.
///
/// # Errors
/// The line that is not TOML or holds an unknown field, or the field or intervention that holds what it cannot hold.
pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    parse_lenient(text).and_then(raw::strictly)
}

/// Reads a scenario file, all but the interventions, clocks and loads that cannot be: what is wrong with each of these
/// stands beside the rest.
///
/// # Errors
/// What makes it no scenario at all.
pub fn parse_lenient(text: &str) -> Result<(Scenario, Vec<ScenarioError>), ScenarioError> {
    let raw: RawScenario = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        ScenarioError::Line { line, wrong: error.message().replace('\n', "; ") }
    })?;
    raw.check()
}

/// Reads a scenario that is written as JSON, as it is in links.
pub(crate) fn of_json(text: &str) -> Result<Scenario, ScenarioError> {
    let wrong = |error: serde_json::Error| ScenarioError::Line { line: error.line(), wrong: error.to_string() };
    // From bytes, as links are: one reader serves both.
    let raw: RawScenario = serde_json::from_slice(text.as_bytes()).map_err(wrong)?;
    raw.check().and_then(raw::strictly)
}

/// Writes a scenario file. An intervention that cannot happen in this run is marked `idle`, and so can be read again.
///
/// # Panics
/// Never: every scenario has a text form.
pub fn print(scenario: &Scenario) -> String {
    toml::to_string(&RawScenario::of(scenario)).expect("every scenario has a text form")
}

/// The field that names a fault: `crash`.
pub fn kind(fault: &Fault) -> String {
    raw::kind(fault)
}

/// The fields that name faults, for every kind of fault that there is.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    raw::kinds()
}

//! Scenario files: TOML that people write by hand.

use crate::{Scenario, ScenarioError, raw::RawScenario};

/// Reads a scenario file.
///
/// # Errors
/// The line that is not TOML or holds an unknown field, or the field that holds what it cannot hold.
pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    let raw: RawScenario = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        ScenarioError::Line { line, wrong: error.message().replace('\n', "; ") }
    })?;
    raw.check()
}

/// Writes a scenario file.
///
/// # Panics
/// Never: every scenario has a text form.
pub fn print(scenario: &Scenario) -> String {
    toml::to_string(&RawScenario::of(scenario)).expect("every scenario has a text form")
}

//! The calls into the catalogue, in one place.

use lightcone_catalog::{
    ChaosSettings, Lab, PROTOCOLS, Scenario, ScenarioError, Sketch,
    card::{self, Section},
    file, link,
};
use lightcone_core::Form;
use serde_json::{Map, Value};

/// Starts a run.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn open(scenario: Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
    lightcone_catalog::open(scenario)
}

/// The scene that a protocol opens with.
pub fn default_scenario(protocol: &str) -> Scenario {
    lightcone_catalog::default_scenario(protocol)
}

/// What could be read of a fragment.
///
/// # Errors
/// What makes it no scenario at all.
pub fn decode(fragment: &str) -> Result<link::Lenient, ScenarioError> {
    link::decode_lenient(fragment)
}

/// The fragment of a scenario.
pub fn encode(scenario: &Scenario, fingerprint: Option<u64>) -> String {
    link::encode(scenario, fingerprint)
}

/// The fragment of a drawn history.
pub fn encode_sketch(sketch: &Sketch) -> String {
    link::encode_sketch(sketch)
}

/// How chaos draws faults where nothing is said.
pub fn chaos_defaults() -> ChaosSettings {
    ChaosSettings::default()
}

/// The settings of chaos, described.
pub fn chaos_form() -> Form {
    ChaosSettings::form()
}

/// The file of a scenario.
pub fn print(scenario: &Scenario) -> String {
    file::print(scenario)
}

/// The protocols that can be opened: id and title.
pub fn protocols() -> Vec<(String, String)> {
    PROTOCOLS.iter().map(|entry| (entry.about.id.into(), entry.about.title.into())).collect()
}

/// The fidelity card of a protocol.
pub fn card(protocol: &str) -> Vec<Section> {
    lightcone_catalog::find(protocol).map(card::card).unwrap_or_default()
}

/// What the settings of a protocol are where a scenario says nothing.
pub fn defaults(protocol: &str) -> Map<String, Value> {
    lightcone_catalog::find(protocol).map(|entry| (entry.defaults)()).unwrap_or_default()
}

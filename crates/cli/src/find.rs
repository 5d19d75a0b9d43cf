//! What a person means: a protocol, a scene, a link or a file.

use crate::Failure;
use lightcone_catalog::{PROTOCOLS, SCENES, Scenario, ScenarioError, default_scenario, file, link};
use lightcone_core::Micros;
use std::path::Path;

/// What was found.
pub struct Found {
    /// The scenario, without what cannot be.
    pub scenario: Scenario,
    /// The fingerprint that a link carries.
    pub recorded: Option<u64>,
    /// What is wrong with each intervention, clock or load that was left out.
    pub wrong: Vec<ScenarioError>,
}

impl Found {
    fn whole(scenario: Scenario) -> Self {
        Found { scenario, recorded: None, wrong: Vec::new() }
    }

    /// The same with another seed and another end, within the bounds of files and links.
    pub fn with(mut self, seed: Option<u64>, until: Option<Micros>) -> Result<Self, Failure> {
        if seed.is_none() && until.is_none() {
            return Ok(self);
        }
        let run = &mut self.scenario.run;
        (run.seed, run.until) = (seed.unwrap_or(run.seed), until.unwrap_or(run.until));
        Ok(Found { scenario: file::parse(&file::print(&self.scenario))?, recorded: None, ..self })
    }
}

/// A scenario by protocol, scene, link or file.
pub fn find(what: &str) -> Result<Found, Failure> {
    if PROTOCOLS.iter().any(|entry| entry.about.id == what) {
        return Ok(Found::whole(default_scenario(what)));
    }
    if let Some(scene) = SCENES.iter().find(|scene| scene.id == what) {
        return Ok(Found::whole(scene.scenario()));
    }
    if what.contains('#') || what.starts_with(|c: char| c.is_ascii_digit()) && !Path::new(what).exists() {
        let link::Lenient { scenario, fingerprint, wrong } = link::decode_lenient(what)?;
        return Ok(Found { scenario, recorded: fingerprint, wrong });
    }
    let text = std::fs::read_to_string(what).map_err(|wrong| {
        Failure::Input(format!("{what}: neither a protocol, a scene, a link nor a file that can be read ({wrong})"))
    })?;
    let in_file = |wrong: ScenarioError| Failure::Input(format!("{what}: {wrong}"));
    let (scenario, wrong) = file::parse_lenient(&text).map_err(in_file)?;
    Ok(Found { scenario, recorded: None, wrong })
}

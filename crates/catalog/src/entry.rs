//! The entries of the catalogue: protocols, and scenes that show them.

use crate::{Cast, Scenario, ScenarioError, file, run_lab, settings};
use lightcone_core::{About, Form, Protocol};
use lightcone_sim::Run;
use serde_json::{Map, Value};

/// A protocol of the catalogue, without its type.
pub struct Entry {
    /// What it is.
    pub about: About,
    /// Its settings, described.
    pub form: fn() -> Form,
    /// What its settings are where a scenario says nothing.
    pub defaults: fn() -> Map<String, Value>,
    /// Who takes part in a run with these settings.
    pub cast: fn(&Map<String, Value>) -> Result<Cast, ScenarioError>,
    pub(crate) judge: fn(&Run, usize) -> Option<(bool, String)>,
}

impl Entry {
    /// The entry of a protocol.
    pub const fn of<P: Protocol>() -> Self {
        Entry {
            about: P::ABOUT,
            form: P::form,
            defaults: settings::defaults::<P>,
            cast: Cast::of::<P>,
            judge: run_lab::judge::<P>,
        }
    }
}

/// A scenario that comes with Lightcone.
pub struct Scene {
    /// Its permanent name.
    pub id: &'static str,
    /// The protocol that it shows.
    pub protocol: &'static str,
    /// Its text, as a file holds it.
    pub text: &'static str,
}

impl Scene {
    /// The scenario.
    ///
    /// # Panics
    /// If the text is not a scenario; a test reads them all.
    pub fn scenario(&self) -> Scenario {
        file::parse(self.text).unwrap_or_else(|wrong| panic!("the scene {} is broken: {wrong}", self.id))
    }
}

/// THE list of scenes. The first one of a protocol is what it opens with.
pub static SCENES: [Scene; 4] = [
    Scene { id: "raft-election", protocol: "raft", text: include_str!("../scenes/raft-election.toml") },
    Scene { id: "raft-leader-cut-off", protocol: "raft", text: include_str!("../scenes/raft-leader-cut-off.toml") },
    Scene { id: "lamport-clocks", protocol: "lamport", text: include_str!("../scenes/lamport-clocks.toml") },
    Scene { id: "bracha-two-faced", protocol: "bracha", text: include_str!("../scenes/bracha-two-faced.toml") },
];

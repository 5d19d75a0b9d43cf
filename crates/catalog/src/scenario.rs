//! A scenario of any protocol: the value behind a file and a link.

use lightcone_core::Micros;
use serde_json::{Map, Value};

/// Everything that a run depends on, with the protocol by its name and the settings as data.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The protocol's id.
    pub protocol: String,
    /// The protocol's revision when this was written.
    pub revision: u32,
    /// What people call it.
    pub title: String,
    /// The protocol's settings; those that are missing have their defaults.
    pub settings: Map<String, Value>,
    /// What is written beside the run for those who read it, in order of time.
    pub captions: Vec<Caption>,
    /// The surroundings: chance, links, clocks, load, and what is done to the run.
    pub run: lightcone_sim::Scenario,
}

/// Words at an instant of a run, which they do not change; without words it is a bookmark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// When; at most the end of the run.
    pub at: Micros,
    /// One line, at most [`LONGEST_CAPTION`] letters.
    pub words: String,
}

/// So many letters can be read at a glance.
pub const LONGEST_CAPTION: usize = 120;

impl Scenario {
    /// An id that no intervention of this scenario has.
    pub fn next_id(&self) -> u32 {
        self.run.interventions.iter().map(|one| one.id).max().map_or(1, |id| id + 1)
    }
}

/// A scenario that cannot be run or read: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// A file that is not in the format, by line.
    #[error("line {line}: {wrong}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        wrong: String,
    },
    /// A field that holds what it cannot hold.
    #[error("{field}: {wrong}")]
    Field {
        /// The field, such as `settings.servers`.
        field: String,
        /// What is wrong with it.
        wrong: String,
    },
    /// A link that cannot be opened.
    #[error("this link {0}")]
    Link(String),
}

impl ScenarioError {
    /// Something is wrong with `field`.
    pub fn field(field: impl Into<String>, wrong: impl Into<String>) -> Self {
        ScenarioError::Field { field: field.into(), wrong: wrong.into() }
    }
}

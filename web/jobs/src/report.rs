//! What a search or a shrinking says of itself: all of it in words, so that the page need only show them.

use serde::{Deserialize, Serialize};

/// How far something is, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it does, or what it came to, one sentence after the other.
    pub words: Vec<String>,
    /// How far it is: a name and a number each.
    pub facts: Vec<(String, String)>,
    /// The steps of what was found.
    pub steps: Vec<String>,
    /// What was found as a scenario: the fragment of a link.
    pub scenario: Option<String>,
    /// The scenarios that the picture can open, as fragments of links.
    #[serde(default)]
    pub opens: Vec<String>,
    /// All of it as SVG; what was there before stays where there is none.
    pub picture: Option<String>,
}

impl Report {
    /// As a line of JSON.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("words and numbers have a form in JSON")
    }
}

/// A fact: its name and a number.
pub fn fact(name: &str, number: impl Into<String>) -> (String, String) {
    (name.into(), number.into())
}

/// Time in seconds, to a tenth: `12.3 s`.
pub fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}

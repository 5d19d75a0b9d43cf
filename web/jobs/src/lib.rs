//! The page's long work: whatever would take longer than a frame.
//!
//! A [`Job`] is made from a line of JSON, goes on slice by slice for as long as anyone lets it, and reports how far it is
//! as a line of JSON. Who drives it may drop it between any two slices. Nothing here knows a browser or a clock.

mod report;
mod search;
mod smaller;
mod swept;

pub use report::Report;

use serde::Deserialize;

/// A piece of long work.
trait Task {
    /// Goes on for about so many states, or events of a run. True while there is more to do.
    fn step(&mut self, budget: usize) -> Result<bool, String>;
    /// How far it is after so many ms, as JSON.
    fn report(&self, millis: u64) -> String;
}

/// What is asked for, by its kind.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Wanted {
    /// The shortest way to break a protocol.
    Search(search::Wanted),
    /// One number of each of many runs.
    Sweep(swept::Wanted),
    /// A run that breaks something, as small as it can be.
    Shrink(smaller::Wanted),
}

/// A piece of long work that is under way.
pub struct Job(Box<dyn Task>);

impl Job {
    /// Begins what a line of JSON asks for.
    ///
    /// # Errors
    /// What cannot be done about it, in words.
    pub fn new(wanted: &str) -> Result<Job, String> {
        let wanted: Wanted = serde_json::from_str(wanted).map_err(|wrong| wrong.to_string())?;
        let task = match wanted {
            Wanted::Search(wanted) => search::begin(wanted)?,
            Wanted::Sweep(wanted) => swept::begin(&wanted)?,
            Wanted::Shrink(wanted) => smaller::begin(&wanted)?,
        };
        Ok(Job(task))
    }

    /// Goes on for about so many states, or events of a run. True while there is more to do.
    ///
    /// # Errors
    /// What it failed of. It goes on no more.
    pub fn step(&mut self, budget: usize) -> Result<bool, String> {
        self.0.step(budget)
    }

    /// How far it is after so many ms, as a line of JSON. Whoever drives it has the clock.
    pub fn report(&self, millis: u64) -> String {
        self.0.report(millis)
    }
}

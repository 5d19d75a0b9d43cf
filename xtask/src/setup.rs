//! `cargo xtask setup`: everything that the other commands need, installed ahead of time.

use crate::project::Project;
use crate::{Outcome, host, tools};

/// Installs what is missing, for the page and for its tests.
pub fn setup(project: &Project) -> Outcome {
    tools::ensure(project)?;
    host::ensure_all(project)?;
    eprintln!("Everything is there.");
    Ok(())
}

//! `cargo xtask serve`: from a fresh clone to the running page.

use std::ffi::OsString;

use xshell::cmd;

use crate::project::Project;
use crate::{Outcome, tools};

/// Installs what trunk needs and hands over to it. This needs neither Node.js nor a browser's driver.
pub fn serve(project: &Project, options: &[OsString]) -> Outcome {
    tools::ensure(project)?;
    let sh = &project.shell;
    cmd!(sh, "trunk serve {options...}").run()?;
    Ok(())
}

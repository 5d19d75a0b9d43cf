//! `cargo xtask build`: the optimised page.

use std::path::Path;

use xshell::cmd;

use crate::project::Project;
use crate::{Outcome, host, tools};

/// Builds dist/ as it is published.
pub fn build(project: &Project) -> Outcome {
    build_into(project, &project.root.join("dist"))
}

/// Builds the same page into another folder.
pub fn build_into(project: &Project, folder: &Path) -> Outcome {
    tools::ensure(project)?;
    // wasm-opt comes with the npm packages; without it trunk would fetch a program by itself.
    host::ensure_node(project)?;
    let sh = &project.shell;
    cmd!(sh, "trunk build --release --dist {folder}").run()?;
    Ok(())
}

//! The tools of the page: the wasm target, trunk and the wasm-bindgen program.

use xshell::cmd;

use crate::Outcome;
use crate::project::{self, Project};

/// What rustc calls the browser.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The release of trunk that is installed where none is found; any other 0.21 serves as well.
const TRUNK: &str = "0.21.14";
const TRUNK_SERIES: &str = "0.21.";

/// A program that comes from the crate registry.
struct Tool<'a> {
    /// The program and its package, which have different names for wasm-bindgen.
    program: &'a str,
    package: &'a str,
    version: &'a str,
    /// What `cargo install` is told besides.
    options: &'a [&'a str],
}

/// Makes sure of everything that `trunk serve` needs; says what it installs, and is silent when all is there.
pub fn ensure(project: &Project) -> Outcome {
    ensure_target(project)?;
    ensure_trunk(project)?;
    ensure_bindgen(project)?;
    if let Some(folder) = project::cargo_bin().filter(|folder| !project::is_on_path(folder)) {
        eprintln!("note: add {} to PATH to start `trunk serve` by hand.", folder.display());
    }
    Ok(())
}

/// Adds the wasm target to a toolchain that lacks it.
pub fn ensure_target(project: &Project) -> Outcome {
    let sh = &project.shell;
    let libraries = cmd!(sh, "rustc --print target-libdir --target {WASM}").quiet().read()?;
    if sh.path_exists(libraries.trim()) {
        return Ok(());
    }
    if project.find("rustup").is_none() {
        return Err(format!("rustc cannot build for {WASM}: install that target, or rustup, which adds it.").into());
    }
    cmd!(sh, "rustup target add {WASM}").run()?;
    Ok(())
}

fn ensure_trunk(project: &Project) -> Outcome {
    if installed(project, "trunk").is_some_and(|version| version.starts_with(TRUNK_SERIES)) {
        return Ok(());
    }
    // Trunk's own lock file is the set of versions it was released with.
    let tool = Tool { program: "trunk", package: "trunk", version: TRUNK, options: &["--locked"] };
    install(project, &tool)
}

/// Installs the program that makes JavaScript modules of wasm, unless the right one is there.
pub fn ensure_bindgen(project: &Project) -> Outcome {
    // The program must be the twin of the library, to the last digit.
    let version = project.locked_version("wasm-bindgen")?;
    if installed(project, "wasm-bindgen").is_some_and(|found| found == version) {
        return Ok(());
    }
    // Without --locked: its lock file names a crate version that not every registry mirror still has.
    let tool = Tool { program: "wasm-bindgen", package: "wasm-bindgen-cli", version: &version, options: &[] };
    install(project, &tool)
}

/// The version that an installed program reports: the second word of `name 1.2.3 (...)`.
fn installed(project: &Project, program: &str) -> Option<String> {
    project.find(program)?;
    let sh = &project.shell;
    let output = cmd!(sh, "{program} --version").quiet().ignore_stderr().read().ok()?;
    output.split_whitespace().nth(1).map(str::to_owned)
}

/// Fetches a ready-made program where cargo-binstall is at hand, and compiles it otherwise.
fn install(project: &Project, tool: &Tool) -> Outcome {
    let sh = &project.shell;
    let &Tool { program, package, version, options } = tool;
    if project.find("cargo-binstall").is_some() {
        eprintln!("{program} {version} is missing: fetching it with cargo-binstall.");
        if cmd!(sh, "cargo binstall --no-confirm {package}@{version}").run().is_ok() {
            return Ok(());
        }
    }
    eprintln!(
        "{program} {version} is missing: compiling it once for this machine, which takes 2 to 6 minutes. \
         (cargo-binstall, where it is installed, needs seconds.)"
    );
    // An unoptimised build takes a third of the time and is fast enough for what it does here.
    cmd!(sh, "cargo install {package} --version ={version} {options...} --debug --force").run()?;
    Ok(())
}

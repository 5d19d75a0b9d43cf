//! The stages of `cargo xtask test`, in the order in which they run. Each makes sure of its own tools, so that
//! `cargo xtask test host` needs nothing but Rust.

use std::fs;
use std::path::PathBuf;

use xshell::{Cmd, cmd};

use crate::project::Project;
use crate::tally::{self, Tally};
use crate::tools::WASM;
use crate::{Outcome, build, host, stream, tools};

/// One stage.
pub struct Stage {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it checks.
    pub what: &'static str,
    /// Runs it. An error, such as a missing tool, counts as one failure.
    pub run: fn(&Project) -> Outcome<Tally>,
}

/// Every stage: the quick ones first.
pub const ALL: &[Stage] = &[
    Stage { name: "format", what: "rustfmt has nothing to change", run: format },
    Stage { name: "lint", what: "clippy has nothing to say, natively", run: lint },
    Stage { name: "lint-wasm", what: "clippy has nothing to say about what runs in the browser", run: lint_wasm },
    Stage { name: "host", what: "every native test of the workspace", run: native },
    Stage { name: "wasm", what: "tests compiled to WebAssembly, in a headless browser", run: wasm },
    Stage { name: "build", what: "the optimised page", run: page },
    Stage { name: "size", what: "the page is small enough to load at once", run: size },
    Stage { name: "journeys", what: "whole journeys through the built page", run: journeys },
];

/// Integration tests that run in a browser: a package, and a pattern for the names of its files in `tests/`.
/// The folder of the package holds a `webdriver.json`, which wasm-bindgen's runner reads.
struct InBrowser {
    package: &'static str,
    tests: &'static str,
}

const IN_BROWSER: &[InBrowser] = &[
    InBrowser { package: "lightcone-tests", tests: "fingerprints" },
    InBrowser { package: "lightcone-web", tests: "*" },
];

/// Seconds for one test program in the browser; the runner's own limit of 20 is too short on a busy machine.
const WASM_LIMIT: &str = "300";

fn format(project: &Project) -> Outcome<Tally> {
    let sh = &project.shell;
    Ok(check(cmd!(sh, "cargo fmt --all --check")))
}

fn lint(project: &Project) -> Outcome<Tally> {
    let sh = &project.shell;
    Ok(check(cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings")))
}

fn lint_wasm(project: &Project) -> Outcome<Tally> {
    tools::ensure_target(project)?;
    let sh = &project.shell;
    let mut tally = Tally::default();
    for InBrowser { package, tests } in IN_BROWSER {
        let targets = ["--lib", "--bins", "--test", tests];
        tally += check(cmd!(sh, "cargo clippy --target {WASM} -p {package} {targets...} -- -D warnings"));
    }
    for package in ["lightcone-bench", "lightcone-jobs"] {
        tally += check(cmd!(sh, "cargo clippy --target {WASM} -p {package} -- -D warnings"));
    }
    Ok(tally)
}

fn native(project: &Project) -> Outcome<Tally> {
    let sh = &project.shell;
    stream::count(cmd!(sh, "cargo test --workspace --no-fail-fast"), tally::of_cargo)
}

fn wasm(project: &Project) -> Outcome<Tally> {
    tools::ensure(project)?;
    let browser = host::ensure_browser(project)?;
    let sh = &project.shell;
    let _driver = sh.push_env("CHROMEDRIVER", &browser.driver);
    let _limit = sh.push_env("WASM_BINDGEN_TEST_TIMEOUT", WASM_LIMIT);
    let mut tally = Tally::default();
    for InBrowser { package, tests } in IN_BROWSER {
        let test = cmd!(sh, "cargo test --target {WASM} -p {package} --test {tests} --no-fail-fast");
        tally += stream::count(test, tally::of_cargo)?;
    }
    Ok(tally)
}

fn page(project: &Project) -> Outcome<Tally> {
    // Away with the old page first: if the build fails, no later stage may pass on yesterday's.
    let folder = page_folder(project);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    build::build_into(project, &folder)?;
    Ok(Tally::PASS)
}

fn size(project: &Project) -> Outcome<Tally> {
    host::ensure_node(project)?;
    let (sh, folder) = (&project.shell, built_page(project)?);
    Ok(check(cmd!(sh, "node tests/browser/size.mjs {folder}")))
}

fn journeys(project: &Project) -> Outcome<Tally> {
    host::ensure_node(project)?;
    let browser = host::ensure_browser(project)?;
    let sh = &project.shell;
    let _page = sh.push_env("LIGHTCONE_PAGE", built_page(project)?);
    let _chromium = sh.push_env("CHROMIUM", &browser.chromium);
    // Some journeys compare the page with the terminal.
    cmd!(sh, "cargo build --package lightcone-cli").run()?;
    let _terminal = sh.push_env("LIGHTCONE_CLI", project.target().join("debug/lightcone"));
    let mut files = sh.read_dir(project.browser_tests().join("journeys"))?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    stream::count(cmd!(sh, "node --test --test-reporter=spec {files...}"), tally::of_node)
}

/// Where the tested page is built: not in dist/, which belongs to a `trunk serve` that may be running.
fn page_folder(project: &Project) -> PathBuf {
    project.target().join("page")
}

fn built_page(project: &Project) -> Outcome<PathBuf> {
    let folder = page_folder(project);
    match folder.join("index.html").exists() {
        true => Ok(folder),
        false => Err("the page is not built: run `cargo xtask test build` first.".into()),
    }
}

/// A command that is one check: it holds if the command succeeds.
fn check(command: Cmd) -> Tally {
    match command.run() {
        Ok(()) => Tally::PASS,
        Err(error) => {
            eprintln!("error: {error}");
            Tally::FAIL
        }
    }
}

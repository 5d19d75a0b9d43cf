//! `cargo xtask bench`: the benchmarks, and one table of what they measured.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;
use xshell::cmd;

use crate::project::Project;
use crate::table::Table;
use crate::tools::WASM;
use crate::{Outcome, build, host, searches, tools};

/// The package of the engine's workloads, and its program.
const ENGINE: &str = "lightcone-bench";
/// The package of what others do for the same work, and its program.
const PEERS: &str = "lightcone-peers";
/// How they are built, natively and for the browser: for speed.
const PROFILE: &str = "fast";

/// A part of the table. It is measured by programs that print one JSON object for each figure; searches have a table of
/// their own.
struct Part {
    name: &'static str,
    measure: fn(&Project, &mut Table) -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "engine", measure: |project, table| workloads(project, table, "engine") },
    Part { name: "page", measure: page },
    Part { name: "history", measure: history },
    Part { name: "states", measure: states },
    Part { name: "placement", measure: placement },
    Part { name: "search", measure: |project, _| searches::search(project) },
];

/// Measures the parts named, or all of them, and prints the table.
pub fn bench(project: &Project, names: &[OsString]) -> Outcome {
    if let Some(stray) = names.iter().find(|name| PARTS.iter().all(|part| *name != part.name)) {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("there is no benchmark `{}`; there are: {}.", stray.display(), known.join(", ")).into());
    }
    let mut table = Table::default();
    let wanted = |part: &&Part| names.is_empty() || names.iter().any(|name| name == part.name);
    let done = PARTS.iter().filter(wanted).try_for_each(|part| (part.measure)(project, &mut table));
    // What was measured before something failed is worth seeing, too.
    print!("{table}");
    done
}

/// The workloads of a part, natively and in Chromium.
fn workloads(project: &Project, table: &mut Table, part: &str) -> Outcome {
    let sh = &project.shell;
    // Both are built before either is measured, so that the two are measured close together.
    let page = workloads_in_page(project)?;
    cmd!(sh, "cargo build --profile {PROFILE} -p {ENGINE}").run()?;
    let browser = host::ensure_browser(project)?;
    let _native = sh.push_env("LIGHTCONE_NATIVE", project.target().join(PROFILE).join(ENGINE));
    let _page = sh.push_env("LIGHTCONE_BENCH", page);
    let _chromium = sh.push_env("CHROMIUM", &browser.chromium);
    let _part = sh.push_env("LIGHTCONE_PART", part);
    eprintln!("Measuring the {part} natively and in the browser.");
    add(table, &cmd!(sh, "node tests/browser/bench/engine.mjs").read()?)
}

/// Builds the workloads for the browser, and an empty page in which a script can load them.
fn workloads_in_page(project: &Project) -> Outcome<PathBuf> {
    tools::ensure_target(project)?;
    tools::ensure_bindgen(project)?;
    host::ensure_node(project)?;
    let sh = &project.shell;
    cmd!(sh, "cargo build --profile {PROFILE} --target {WASM} -p {ENGINE}").run()?;
    let module = project.target().join(WASM).join(PROFILE).join(ENGINE).with_extension("wasm");
    let folder = project.target().join("bench");
    cmd!(sh, "wasm-bindgen --target web --no-typescript --out-dir {folder} {module}").run()?;
    sh.write_file(folder.join("index.html"), "<!doctype html><title>Lightcone</title>\n")?;
    Ok(folder)
}

/// The built page in Chromium.
fn page(project: &Project, table: &mut Table) -> Outcome {
    let browser = host::ensure_browser(project)?;
    host::ensure_node(project)?;
    let folder = project.target().join("page");
    build::build_into(project, &folder)?;
    let sh = &project.shell;
    let _page = sh.push_env("LIGHTCONE_PAGE", folder);
    let _chromium = sh.push_env("CHROMIUM", &browser.chromium);
    eprintln!("Measuring the page.");
    for script in ["frame", "scale", "worker"] {
        add(table, &cmd!(sh, "node tests/browser/bench/{script}.mjs").read()?)?;
    }
    Ok(())
}

/// Judges of histories beside those of others, natively.
fn history(project: &Project, table: &mut Table) -> Outcome {
    let sh = &project.shell;
    cmd!(sh, "cargo build --profile {PROFILE} -p {PEERS}").run()?;
    eprintln!("Measuring judges of histories.");
    let program = project.target().join(PROFILE).join(PEERS);
    add(table, &cmd!(sh, "{program}").read()?)
}

/// Exhaustive searches beside those of others, natively; what memory takes is measured in a process of its own.
fn states(project: &Project, table: &mut Table) -> Outcome {
    let sh = &project.shell;
    cmd!(sh, "cargo build --profile {PROFILE} -p {PEERS}").run()?;
    eprintln!("Measuring exhaustive searches.");
    let program = project.target().join(PROFILE).join(PEERS);
    ["search", "memory"].iter().try_for_each(|part| add(table, &cmd!(sh, "{program} {part}").read()?))
}

/// Lookups beside those of others, natively; and what a join costs, natively and in Chromium.
fn placement(project: &Project, table: &mut Table) -> Outcome {
    let sh = &project.shell;
    cmd!(sh, "cargo build --profile {PROFILE} -p {PEERS}").run()?;
    eprintln!("Measuring lookups.");
    let program = project.target().join(PROFILE).join(PEERS);
    add(table, &cmd!(sh, "{program} lookup").read()?)?;
    workloads(project, table, "placement")
}

fn add(table: &mut Table, printed: &str) -> Outcome {
    for line in printed.lines() {
        let figure: Value = serde_json::from_str(line).map_err(|wrong| format!("{wrong} in {line}"))?;
        table.add(&figure)?;
    }
    Ok(())
}

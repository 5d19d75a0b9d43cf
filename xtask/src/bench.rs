//! `cargo xtask bench`: the benchmarks, and one table of what they measured.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use xshell::cmd;

use crate::project::Project;
use crate::{Outcome, build, host};

/// A benchmark file: its package and its name in that package's `benches/`.
struct Bench {
    package: &'static str,
    name: &'static str,
}

/// Every benchmark of the workspace.
const BENCHES: &[Bench] = &[Bench { package: "lightcone-sim", name: "events" }];

/// One line of the table.
struct Row {
    name: String,
    median_ns: f64,
    /// What one iteration works through, and what it is counted in.
    work: Option<(f64, &'static str)>,
    /// What was measured, where the name does not say it all.
    note: String,
}

/// Runs every benchmark with criterion and prints the table.
pub fn bench(project: &Project) -> Outcome {
    let sh = &project.shell;
    let results = project.target().join("criterion");
    // Results of benchmarks that were renamed or removed since would stay in the table.
    sh.remove_path(&results)?;
    for Bench { package, name } in BENCHES {
        cmd!(sh, "cargo bench -p {package} --bench {name}").run()?;
    }
    let mut folders = Vec::new();
    find_results(&results, &mut folders)?;
    let mut rows = folders.iter().map(|folder| row(folder)).collect::<Outcome<Vec<Row>>>()?;
    rows.extend(page(project)?);
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    print(&rows);
    Ok(())
}

/// The built page in Chromium: the script prints one JSON object for each figure.
fn page(project: &Project) -> Outcome<Vec<Row>> {
    let browser = host::ensure_browser(project)?;
    host::ensure_node(project)?;
    let folder = project.target().join("page");
    build::build_into(project, &folder)?;
    let sh = &project.shell;
    let _page = sh.push_env("LIGHTCONE_PAGE", folder);
    let _chromium = sh.push_env("CHROMIUM", &browser.chromium);
    let printed = cmd!(sh, "node tests/browser/bench/frame.mjs").read()?;
    printed.lines().map(figure).collect()
}

fn figure(line: &str) -> Outcome<Row> {
    let figure: Value = serde_json::from_str(line)?;
    let text = |field: &str| figure[field].as_str().map(str::to_owned).ok_or_else(|| format!("no {field} in {line}"));
    let median_ns = figure["median_ns"].as_f64().ok_or_else(|| format!("no median in {line}"))?;
    Ok(Row { name: text("name")?, median_ns, work: None, note: text("note")? })
}

/// Criterion leaves the latest numbers of each benchmark in a folder named `new`.
fn find_results(folder: &Path, found: &mut Vec<PathBuf>) -> Outcome {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with("new") && path.join("estimates.json").exists() {
            found.push(path);
        } else {
            find_results(&path, found)?;
        }
    }
    Ok(())
}

fn row(folder: &Path) -> Outcome<Row> {
    let about = json(&folder.join("benchmark.json"))?;
    let estimates = json(&folder.join("estimates.json"))?;
    let name = about["full_id"].as_str().ok_or("criterion left a result without a name.")?;
    let median_ns = estimates["median"]["point_estimate"]
        .as_f64()
        .ok_or_else(|| format!("criterion left no median for {name}."))?;
    Ok(Row { name: name.to_owned(), median_ns, work: work(&about["throughput"]), note: String::new() })
}

fn json(file: &Path) -> Outcome<Value> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn work(throughput: &Value) -> Option<(f64, &'static str)> {
    let amount = |unit: &str| throughput[unit].as_f64();
    amount("Elements").map(|n| (n, "elements")).or_else(|| amount("Bytes").map(|n| (n, "bytes")))
}

fn print(rows: &[Row]) {
    println!("{:<48} {:>12}  throughput", "benchmark", "median");
    for Row { name, median_ns, work, note } in rows {
        let rate = work.map(|(amount, unit)| format!("{:.0} {unit}/s", amount * 1e9 / median_ns));
        println!("{name:<48} {:>12}  {}", duration(*median_ns), rate.unwrap_or_else(|| note.clone()));
    }
}

fn duration(nanoseconds: f64) -> String {
    let (divisor, unit) = match nanoseconds {
        n if n < 1e3 => (1.0, "ns"),
        n if n < 1e6 => (1e3, "µs"),
        n if n < 1e9 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    format!("{:.2} {unit}", nanoseconds / divisor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn durations_are_read_in_a_fitting_unit() {
        assert_eq!(duration(12.0), "12.00 ns");
        assert_eq!(duration(16_000_000.0), "16.00 ms");
    }

    #[test]
    fn throughput_is_optional() {
        assert_eq!(work(&json!({ "Elements": 500 })), Some((500.0, "elements")));
        assert_eq!(work(&Value::Null), None);
    }
}

//! `cargo xtask bench search`: the searches for planted bugs, and what came of each.

#![allow(clippy::disallowed_types, reason = "this is the stopwatch")]

use std::time::Instant;

use serde_json::Value;
use xshell::cmd;

use crate::Outcome;
use crate::project::Project;

/// The list of searches, with what came of them when this was last run.
const LIST: &str = "tests/searches.txt";
/// What stands before the list.
const HEAD: &str = "\
# The planted bugs, each with a story in tests/stories, and how `lightcone explore` finds them on one core.
#
# Those of safety by search: the steps and faults of the way that was found; whether nothing shorter exists, or none is
# known; whether the story also happens with natural timing; how many states scouts and searches looked at; and after how
# many seconds the bug was found, and all was done.
#
# Those of progress by seeded chaos that heals: how many interventions are left of it, what is broken, after which runs it
# was found, and after how many seconds the first of them was as small as it can be.
#
# Written by `cargo xtask bench search`, which runs what stands in the last column.
";

/// Runs every search of the list, prints the results, and keeps them in the list.
pub fn search(project: &Project) -> Outcome {
    let sh = &project.shell;
    cmd!(sh, "cargo build --profile fast -p lightcone-cli").run()?;
    let program = project.target().join("fast").join("lightcone");
    let list = sh.read_file(LIST)?;
    let mut text = String::from(HEAD);
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let (Some(story), Some(asked)) = (columns.first(), columns.last()) else { continue };
        let args: Vec<&str> = asked.split_whitespace().collect();
        let is_sweep = args.contains(&"--seeds");
        let how: &[&str] = if is_sweep { &["--shrunk", "--first"] } else { &["--natural", "--json"] };
        let start = Instant::now();
        let told = cmd!(sh, "{program} explore {args...} {how...}").quiet().ignore_status().read()?;
        let took = start.elapsed().as_secs_f64();
        let line = if is_sweep { sweep_row(story, &told, took, asked)? } else { row(story, &told, asked)? };
        println!("{line}");
        text.push_str(&format!("{line}\n"));
    }
    sh.write_file(LIST, text)?;
    Ok(())
}

fn seconds(seconds: Option<f64>) -> String {
    format!("{:>8}", format!("{:.2} s", seconds.unwrap_or_default()))
}

/// What came of a search.
fn row(story: &str, told: &str, asked: &str) -> Outcome<String> {
    let told: Value = serde_json::from_str(told)?;
    let verdict = &told["verdict"];
    let steps = verdict["steps"].as_array().map_or(0, Vec::len);
    let faults = verdict["faults"].as_u64().unwrap_or_default();
    let short = if verdict["shortest"] == true { "shortest" } else { "none shorter known" };
    let timing = if verdict["natural"] == true { "natural" } else { "held" };
    let columns = [
        format!("{story:<31}"),
        format!("{:>8}, {:<8}", counted(steps as u64, "step"), counted(faults, "fault")),
        format!("{short:<18}"),
        format!("{timing:<7}"),
        format!("{:>9} states", told["states_in_all"].to_string()),
        seconds(told["scouted"].as_f64()),
        seconds(told["seconds"].as_f64()),
        asked.to_owned(),
    ];
    Ok(columns.join(" | "))
}

/// What came of many runs: their lines, of which the last is about all of them.
fn sweep_row(story: &str, told: &str, took: f64, asked: &str) -> Outcome<String> {
    let lines: Vec<Value> = told.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let [found, end] = &lines[..] else { return Err(format!("{story}: nothing is found by {asked}").into()) };
    let columns = [
        format!("{story:<31}"),
        format!("{} interventions", found["interventions"]),
        found["broken"].as_str().unwrap_or_default().to_owned(),
        format!("{} runs", end["runs"]),
        seconds(Some(took)),
        asked.to_owned(),
    ];
    Ok(columns.join(" | "))
}

/// So many things: `1 fault`, `2 faults`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_ends_with_what_was_asked() {
        let told = json!({
            "states_in_all": 12, "scouted": 0.5, "seconds": 1.25,
            "verdict": { "steps": ["a", "b"], "faults": 1, "shortest": true, "natural": false },
        });
        let row = row("found-it", &told.to_string(), "raft --crashes 1").unwrap();
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let wanted =
            ["found-it", "2 steps, 1 fault", "shortest", "held", "12 states", "0.50 s", "1.25 s", "raft --crashes 1"];
        assert_eq!(columns, wanted);
    }
    #[test]
    fn a_sweep_that_finds_nothing_is_an_error() {
        let end = json!({ "runs": 12 }).to_string();
        let found = json!({ "seed": 11, "broken": "Progress", "interventions": 3 }).to_string();
        let row = sweep_row("found-it", &format!("{found}\n{end}"), 0.5, "raft --seeds 0..50").unwrap();
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(columns, ["found-it", "3 interventions", "Progress", "12 runs", "0.50 s", "raft --seeds 0..50"]);
        assert!(sweep_row("found-it", &end, 0.5, "raft --seeds 0..50").is_err());
    }
}

//! `cargo xtask bench search`: the searches for planted bugs, and what came of each.

use serde_json::Value;
use xshell::cmd;

use crate::Outcome;
use crate::project::Project;

/// The list of searches, with what came of them when this was last run.
const LIST: &str = "tests/searches.txt";
/// What stands before the list.
const HEAD: &str = "\
# The planted bugs of safety, each with a story in tests/stories, and how `lightcone explore` finds them on one core:
# the steps and faults of the way that was found; whether nothing shorter exists, or none is known; whether the story
# also happens with natural timing; how many states scouts and searches looked at; and after how many seconds the bug
# was found, and all was done. Written by `cargo xtask bench search`, which runs what stands in the last column.
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
        let told = cmd!(sh, "{program} explore {args...} --natural --json").quiet().ignore_status().read()?;
        let line = row(story, &serde_json::from_str(&told)?, asked);
        println!("{line}");
        text.push_str(&format!("{line}\n"));
    }
    sh.write_file(LIST, text)?;
    Ok(())
}

fn row(story: &str, told: &Value, asked: &str) -> String {
    let verdict = &told["verdict"];
    let seconds = |field: &str| format!("{:.2} s", told[field].as_f64().unwrap_or_default());
    let steps = verdict["steps"].as_array().map_or(0, Vec::len);
    let faults = verdict["faults"].as_u64().unwrap_or_default();
    let short = if verdict["shortest"] == true { "shortest" } else { "none shorter known" };
    let timing = if verdict["natural"] == true { "natural" } else { "held" };
    let columns = [
        format!("{story:<30}"),
        format!("{:>8}, {:<8}", counted(steps as u64, "step"), counted(faults, "fault")),
        format!("{short:<18}"),
        format!("{timing:<7}"),
        format!("{:>9} states", told["states_in_all"].to_string()),
        format!("{:>8}", seconds("scouted")),
        format!("{:>8}", seconds("seconds")),
        asked.to_owned(),
    ];
    columns.join(" | ")
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
        let row = row("found-it", &told, "raft --crashes 1");
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let wanted =
            ["found-it", "2 steps, 1 fault", "shortest", "held", "12 states", "0.50 s", "1.25 s", "raft --crashes 1"];
        assert_eq!(columns, wanted);
    }
}

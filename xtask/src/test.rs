//! `cargo xtask test`: every check, counted, with one line at the end that says how many passed and failed.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::project::Project;
use crate::stages::{self, Stage};
use crate::tally::Tally;

/// What one stage came to.
struct Report {
    name: &'static str,
    tally: Tally,
    time: Duration,
}

/// Runs the stages named, or all of them. A stage that fails does not keep the others from running: whoever reads
/// the output wants to know everything that is wrong.
pub fn test(project: &Project, names: &[OsString]) -> Outcome<ExitCode> {
    let stages = chosen(names)?;
    let reports: Vec<Report> = stages.into_iter().map(|stage| run(project, stage)).collect();
    let mut total = Tally::default();
    eprintln!();
    for Report { name, tally, time } in &reports {
        total += *tally;
        eprintln!("{name:<10} {tally:<24} {:>6.1} s", time.as_secs_f64());
    }
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(project: &Project, stage: &'static Stage) -> Report {
    eprintln!("\n== {}: {}", stage.name, stage.what);
    let start = Instant::now();
    let tally = (stage.run)(project).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        Tally::FAIL
    });
    Report { name: stage.name, tally, time: start.elapsed() }
}

fn chosen(names: &[OsString]) -> Outcome<Vec<&'static Stage>> {
    if names.is_empty() {
        return Ok(stages::ALL.iter().collect());
    }
    names.iter().map(|name| named(name)).collect()
}

fn named(name: &OsString) -> Outcome<&'static Stage> {
    stages::ALL.iter().find(|stage| name == stage.name).ok_or_else(|| {
        let known: Vec<String> =
            stages::ALL.iter().map(|stage| format!("  {:<10} {}", stage.name, stage.what)).collect();
        format!("there is no stage `{}`; the stages are:\n{}", name.display(), known.join("\n")).into()
    })
}

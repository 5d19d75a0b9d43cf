//! `lightcone run`.

use crate::{
    Failure,
    args::{Format, RunOptions},
    check,
    find::{Found, find},
};
use lightcone_catalog::{Lab, Scenario};
use lightcone_sim::view::EventLine;
use std::io::Write;

/// Runs a scenario to its end and shows it. What of it cannot be is left out, named, and makes the command fail in the end.
pub fn run(options: &RunOptions, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let Found { scenario, recorded, wrong } = find(&options.what)?.with(options.seed, options.until)?;
    let lab = computed(scenario)?;
    let fingerprint = lab.fingerprint();
    match options.format {
        Format::Fingerprint => writeln!(out, "{fingerprint:016x}")?,
        Format::Text => text(&*lab, out)?,
        Format::JsonLines => json_lines(&*lab, out)?,
        Format::Metrics => write!(out, "{}", lab.run().metrics(None).table())?,
    }
    for (id, reason) in lab.idle() {
        writeln!(err, "lightcone: intervention {id} did nothing: {reason}")?;
    }
    if !wrong.is_empty() {
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        return Err(Failure::Input(format!("{}: left out: {}", options.what, wrong.join("; "))));
    }
    match recorded.filter(|recorded| *recorded != fingerprint) {
        Some(recorded) => Err(Failure::Input(format!(
            "this build replays the link differently: {fingerprint:016x}, recorded as {recorded:016x}"
        ))),
        None => Ok(()),
    }
}

/// The whole run of a scenario.
pub fn computed(scenario: Scenario) -> Result<Box<dyn Lab>, Failure> {
    let mut lab = lightcone_catalog::open(scenario)?;
    while !lab.advance(100_000) {}
    Ok(lab)
}

/// A readable trace with the verdicts on it.
pub fn text(lab: &dyn Lab, out: &mut dyn Write) -> Result<(), Failure> {
    head(lab, out)?;
    let mut written = Ok(());
    lab.narrate(&mut |line| {
        if written.is_ok() {
            written = text_line(out, &line);
        }
    });
    written?;
    writeln!(out)?;
    check::verdicts(lab, out)?;
    writeln!(out, "fingerprint {:016x}", lab.fingerprint())?;
    Ok(())
}

/// What is run.
pub fn head(lab: &dyn Lab, out: &mut dyn Write) -> Result<(), Failure> {
    let scenario = lab.scenario();
    writeln!(out, "{} · {} · seed {}", lab.about().title, scenario.title, scenario.run.seed)?;
    for one in &scenario.run.interventions {
        writeln!(out, "  {}", one.words())?;
    }
    Ok(())
}

/// An event as a readable line.
pub fn text_line(out: &mut dyn Write, line: &EventLine) -> std::io::Result<()> {
    let (ms, us) = (line.at / 1_000, line.at % 1_000);
    writeln!(out, "{ms:>7}.{us:03} ms  {:<4}{}", line.node, line.words)
}

/// An event as a JSON object.
pub fn json_line(out: &mut dyn Write, line: &EventLine) -> std::io::Result<()> {
    writeln!(out, "{}", serde_json::to_string(line).expect("a line is plain data"))
}

fn json_lines(lab: &dyn Lab, out: &mut dyn Write) -> Result<(), Failure> {
    let mut written = Ok(());
    lab.narrate(&mut |line| {
        if written.is_ok() {
            written = json_line(out, &line);
        }
    });
    Ok(written?)
}

//! `lightcone run`.

use crate::{
    Failure,
    args::{Format, RunOptions},
};
use lightcone_catalog::{Lab, PROTOCOLS, SCENES, Scenario, default_scenario, file, link};
use std::io::Write;

/// Runs a scenario to its end and shows it.
pub fn run(options: &RunOptions, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let (mut scenario, recorded) = find(&options.what)?;
    let as_recorded = options.seed.is_none() && options.until.is_none();
    scenario.seed = options.seed.unwrap_or(scenario.seed);
    scenario.until = options.until.unwrap_or(scenario.until);
    // The terminal takes the same bounds as files and links.
    let scenario = file::parse(&file::print(&scenario))?;
    let mut lab = lightcone_catalog::open(scenario)?;
    while !lab.advance(100_000) {}
    let fingerprint = lab.fingerprint();
    match options.format {
        Format::Fingerprint => writeln!(out, "{fingerprint:016x}")?,
        Format::Text => text(&*lab, fingerprint, out)?,
        Format::JsonLines => json_lines(&*lab, out)?,
    }
    for (id, reason) in lab.idle() {
        writeln!(err, "lightcone: intervention {id} did nothing: {reason}")?;
    }
    match recorded.filter(|recorded| as_recorded && *recorded != fingerprint) {
        Some(recorded) => Err(Failure::Input(format!(
            "this build replays the link differently: {fingerprint:016x}, recorded as {recorded:016x}"
        ))),
        None => Ok(()),
    }
}

/// A scenario by protocol, scene, link or file, with the fingerprint that a link carries.
fn find(what: &str) -> Result<(Scenario, Option<u64>), Failure> {
    if PROTOCOLS.iter().any(|entry| entry.about.id == what) {
        return Ok((default_scenario(what), None));
    }
    if let Some(scene) = SCENES.iter().find(|scene| scene.id == what) {
        return Ok((scene.scenario(), None));
    }
    if what.contains('#') || what.starts_with(|c: char| c.is_ascii_digit()) && !std::path::Path::new(what).exists() {
        return Ok(link::decode(what)?);
    }
    let text = std::fs::read_to_string(what).map_err(|wrong| {
        Failure::Input(format!("{what}: neither a protocol, a scene, a link nor a file that can be read ({wrong})"))
    })?;
    let scenario = file::parse(&text).map_err(|wrong| Failure::Input(format!("{what}: {wrong}")))?;
    Ok((scenario, None))
}

fn text(lab: &dyn Lab, fingerprint: u64, out: &mut dyn Write) -> Result<(), Failure> {
    let scenario = lab.scenario();
    writeln!(out, "{} · {} · seed {}", lab.about().title, scenario.title, scenario.seed)?;
    let mut written = Ok(());
    lab.narrate(&mut |line| {
        if written.is_ok() {
            let (ms, us) = (line.at / 1_000, line.at % 1_000);
            written = writeln!(out, "{ms:>7}.{us:03} ms  {:<4}{}", line.node, line.words);
        }
    });
    written?;
    let verdicts = lab.verdicts(lab.len(), scenario.until);
    writeln!(out)?;
    for verdict in verdicts.safety {
        let seen = verdict.breach.map_or_else(
            || format!("not violated in this run of {} events", lab.len()),
            |(event, words)| format!("VIOLATED by event {event}: {words}"),
        );
        writeln!(out, "{}: {seen}", verdict.name)?;
    }
    if let Some((_, sentence)) = lab.history(lab.len()) {
        writeln!(out, "{sentence}")?;
    }
    for waiting in verdicts.waiting {
        let client = &lab.participants()[waiting.client.index()].name;
        writeln!(out, "{client} still waits for {}, for {} now", waiting.op, waiting.waited)?;
    }
    writeln!(out, "fingerprint {fingerprint:016x}")?;
    Ok(())
}

fn json_lines(lab: &dyn Lab, out: &mut dyn Write) -> Result<(), Failure> {
    let mut written = Ok(());
    lab.narrate(&mut |line| {
        if written.is_ok() {
            let json = serde_json::to_string(&line).expect("a line is plain data");
            written = writeln!(out, "{json}");
        }
    });
    Ok(written?)
}

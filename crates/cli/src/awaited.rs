//! `lightcone run --until-when`: a run until something happens.

use crate::{
    Failure,
    args::{Format, RunOptions},
    find::{Found, find},
    run::{computed, head, json_line, text_line},
};
use lightcone_catalog::{
    Lab, Scenario,
    sweep::{Measure, Trial},
};
use lightcone_core::Micros;
use lightcone_sim::{Awaited, Condition, Sighting, view::EventLine};
use std::{io::Write, ops::Range};

/// Shows a run until something happens, and says when that was; whether it happened.
pub fn run(options: &RunOptions, out: &mut dyn Write) -> Result<bool, Failure> {
    let Some(when) = &options.when else { return Ok(false) };
    let Found { scenario, wrong, .. } = find(&options.what)?.with(options.seed, options.until)?;
    if let Some(wrong) = wrong.first() {
        return Err(Failure::Input(format!("{}: {wrong}", options.what)));
    }
    if let Some(seeds) = &options.seeds {
        return first_seed(options, &scenario, seeds, out);
    }
    let lab = computed(scenario)?;
    let met = met(&*lab, when)?;
    let events = met.map_or(lab.len(), |met| met.events as usize);
    match options.format {
        Format::Metrics => {
            let to = met.map_or(lab.scenario().run.until, |met| met.at);
            write!(out, "{}", lab.run().metrics(Some((Micros::ZERO, to))).table())?;
        }
        Format::JsonLines => told(&*lab, events, out, &json_line)?,
        Format::Text | Format::Fingerprint => {
            head(&*lab, out)?;
            told(&*lab, events, out, &text_line)?;
        }
    }
    match met {
        _ if options.format == Format::JsonLines => {}
        Some(met) => writeln!(out, "\n{when}: at {}, after {events} events", met.at)?,
        None => writeln!(out, "\n{when}: does not happen until {}, in {events} events", lab.scenario().run.until)?,
    }
    Ok(met.is_some())
}

/// The first events of a run, a line for each.
fn told(
    lab: &dyn Lab,
    events: usize,
    out: &mut dyn Write,
    line: &dyn Fn(&mut dyn Write, &EventLine) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let (mut written, mut left) = (Ok(()), events);
    lab.narrate(&mut |one| {
        if left > 0 && written.is_ok() {
            left -= 1;
            written = line(out, &one);
        }
    });
    Ok(written?)
}

/// Where a condition is met for the first time.
fn met(lab: &dyn Lab, when: &Condition) -> Result<Option<Sighting>, Failure> {
    let misled = if when.looks_back() { lab.misled() } else { Vec::new() };
    let awaited = Awaited::new(lab.run(), when, misled);
    let mut awaited = awaited.map_err(|wrong| Failure::Input(format!("--until-when: {wrong}")))?;
    while awaited.found().is_empty() && awaited.advance(lab.run(), 1_000) {}
    Ok(awaited.found().first().copied())
}

/// Says with which seed it happens first.
fn first_seed(options: &RunOptions, base: &Scenario, seeds: &Range<u64>, out: &mut dyn Write) -> Result<bool, Failure> {
    let Some(when) = &options.when else { return Ok(false) };
    for seed in seeds.clone() {
        let mut scenario = base.clone();
        scenario.run.seed = seed;
        let mut trial = Trial::new(&scenario, Measure::Until(when.clone()))?;
        while trial.advance(100_000) {}
        if let Some(at) = trial.measured() {
            writeln!(out, "{when}: first with seed {seed}, at {}", Micros(at))?;
            writeln!(out, "look at it with `lightcone run {} --seed {seed} --until-when \"{when}\"`", options.what)?;
            return Ok(true);
        }
    }
    let until = base.run.until;
    writeln!(out, "{when}: does not happen until {until} with any seed of {}..{}", seeds.start, seeds.end)?;
    Ok(false)
}

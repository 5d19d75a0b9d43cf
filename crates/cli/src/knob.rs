//! `lightcone sweep`: one scenario with many seeds and several values of one setting, one number of each run.

use crate::{
    Failure,
    args::KnobOptions,
    find::{self, Found},
    jobs::in_order,
};
use lightcone_catalog::{
    Scenario, link,
    sweep::{Knob, Summary, Sweep},
};
use lightcone_diagram::{Dot, Frame, STYLESHEET, Strip, THEME_DARK, THEME_LIGHT, strips};
use serde_json::{Value, json};
use std::{io::Write, ops::ControlFlow};

/// More runs than that are no sweep of one machine.
const MOST: u64 = 10_000_000;
/// How wide a picture is, in px.
const WIDTH: u64 = 900;

/// Sweeps, and shows what the runs came to.
pub fn sweep(options: &KnobOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let base = base(options)?;
    let (name, values) = &options.knob;
    let sweep = Sweep::new(&base, Knob::new(&base, name, values)?, options.measure.parse()?, options.seeds.clone())?;
    if sweep.runs() > MOST {
        return Err(Failure::Input(format!("--seeds: {} runs are more than {MOST}", sweep.runs())));
    }
    let look = |run: u64| Ok(sweep.measured(run)?);
    let mut measured = Vec::new();
    in_order(options.jobs, sweep.runs(), &look, &mut |run, number| {
        measured.push(number);
        if options.json {
            writeln!(out, "{}", line(&sweep, run, number))?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if options.json {
        writeln!(out, "{}", json!({ "sweep": about(&sweep, &base, &measured) }))?;
    } else {
        table(&sweep, &base, &measured, out)?;
    }
    if let Some(file) = &options.output {
        let theme = if options.dark { THEME_DARK } else { THEME_LIGHT };
        let text = picture(&sweep, &measured, &format!("{theme}{STYLESHEET}"));
        std::fs::write(file, text).map_err(|wrong| Failure::unwritten(file, &wrong))?;
    }
    Ok(())
}

/// The scenario that is run again and again.
fn base(options: &KnobOptions) -> Result<Scenario, Failure> {
    let Found { mut scenario, wrong, .. } = find::find(&options.what)?.with(None, options.until)?;
    if let Some(wrong) = wrong.first() {
        return Err(Failure::Input(format!("{}: {wrong}", options.what)));
    }
    for (name, value) in &options.set {
        scenario = Knob::new(&scenario, name, value)?.turn(&scenario, value)?;
    }
    Ok(scenario)
}

/// A run as a line. The link is one for `lightcone run`, and after `#` one for the page.
fn line(sweep: &Sweep, run: u64, number: Option<u64>) -> Value {
    let (value, seed) = sweep.place(run);
    let link = link::encode(&sweep.scenario(run), None);
    json!({ "value": sweep.knob.values[value], "seed": seed, "measured": number, "link": link })
}

/// What each value came to, in order.
fn summaries(sweep: &Sweep, measured: &[Option<u64>]) -> Vec<Summary> {
    sweep.by_value(measured).iter().map(|runs| sweep.summary(runs)).collect()
}

fn about(sweep: &Sweep, base: &Scenario, measured: &[Option<u64>]) -> Value {
    let of = |(value, summary): (&String, &Summary)| {
        let [min, p25, median, p75, p95, max] = summary.ranks;
        json!({
            "value": value, "runs": summary.runs, "none": summary.none,
            "min": min, "p25": p25, "median": median, "p75": p75, "p95": p95, "max": max,
        })
    };
    let values: Vec<Value> = sweep.knob.values.iter().zip(&summaries(sweep, measured)).map(of).collect();
    json!({
        "protocol": base.protocol,
        "scenario": base.title,
        "knob": sweep.knob.name,
        "measure": sweep.measure.to_string(),
        "seeds": format!("{}..{}", sweep.seeds.start, sweep.seeds.end),
        "values": values,
    })
}

fn table(sweep: &Sweep, base: &Scenario, measured: &[Option<u64>], out: &mut dyn Write) -> Result<(), Failure> {
    let (measure, seeds) = (&sweep.measure, &sweep.seeds);
    writeln!(out, "{} · {} · seeds {}..{}", base.title, measure.words(), seeds.start, seeds.end)?;
    let head = [&*sweep.knob.name, "runs", measure.none(), "min", "median", "p95", "max"];
    let mut rows = vec![head.map(String::from)];
    for (value, summary) in sweep.knob.values.iter().zip(summaries(sweep, measured)) {
        let rank = |place: usize| summary.ranks[place].map_or("-".into(), |number| measure.written(number));
        let counts = [summary.runs, summary.none].map(|count| count.to_string());
        let [runs, none] = counts;
        rows.push([value.clone(), runs, none, rank(0), rank(2), rank(4), rank(5)]);
    }
    let widths =
        [0, 1, 2, 3, 4, 5, 6].map(|column| rows.iter().map(|row: &[String; 7]| row[column].chars().count()).max());
    for row in &rows {
        for (place, (cell, width)) in row.iter().zip(widths).enumerate() {
            let width = width.unwrap_or(0);
            if place == 0 { write!(out, "{cell:<width$}")? } else { write!(out, "  {cell:>width$}")? }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The same as dots.
fn picture(sweep: &Sweep, measured: &[Option<u64>], stylesheet: &str) -> String {
    let strip = |(value, runs): (&String, Vec<(u64, Option<u64>)>)| {
        let summary = sweep.summary(&runs);
        let dot = |(run, number): (u64, Option<u64>)| Dot { run, number, words: sweep.told(run, number) };
        Strip {
            name: format!("{} {value}", sweep.knob.name),
            words: sweep.summed(&summary),
            dots: runs.into_iter().map(dot).collect(),
            quartiles: summary.quartiles(),
        }
    };
    let all: Vec<Strip> = sweep.knob.values.iter().zip(sweep.by_value(measured)).map(strip).collect();
    let written = |number| sweep.measure.written(number);
    let (title, none) = (sweep.measure.words(), sweep.measure.none());
    strips(&all, &Frame { title: &title, none, written: &written, width: WIDTH, stylesheet })
}

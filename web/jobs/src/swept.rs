//! A sweep: one scenario with several values of one setting and many seeds, one number of each run, and all of them drawn.

use crate::{
    Task,
    report::{Report, fact, seconds},
};
use lightcone_catalog::{
    ScenarioError,
    explore::words::grouped,
    link,
    sweep::{Knob, Sweep, Trial},
};
use lightcone_diagram::{Dot, Frame, Strip, strips};
use serde::Deserialize;
use std::cell::Cell;

/// What is swept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The fragment of a link.
    scenario: String,
    /// The setting.
    knob: String,
    /// What it is turned to, with commas between.
    values: String,
    measure: String,
    /// The seeds are all whole numbers from 0 up to this one.
    seeds: u64,
    /// How wide the picture is, in px.
    width: u64,
}

/// More runs than that cannot be told apart in a picture.
const MOST: u64 = 3_000;
/// How wide a picture can be, in px.
const WIDTH: (u64, u64) = (200, 4_000);

/// Begins a sweep.
pub fn begin(wanted: &Wanted) -> Result<Box<dyn Task>, String> {
    let begun = || {
        let (base, _) = link::decode(&wanted.scenario)?;
        let knob = Knob::new(&base, &wanted.knob, &wanted.values)?;
        let sweep = Sweep::new(&base, knob, wanted.measure.parse()?, 0..wanted.seeds)?;
        if sweep.runs() > MOST {
            let wrong = format!("{} runs are more than {MOST}: the terminal can do more", sweep.runs());
            return Err(ScenarioError::field("seeds", wrong));
        }
        let width = wanted.width.clamp(WIDTH.0, WIDTH.1);
        Ok(Sweeping { sweep, width, measured: Vec::new(), trial: None, drawn: Cell::new(0) })
    };
    begun().map(|sweeping| Box::new(sweeping) as Box<dyn Task>).map_err(|wrong: ScenarioError| wrong.to_string())
}

struct Sweeping {
    sweep: Sweep,
    width: u64,
    measured: Vec<Option<u64>>,
    trial: Option<Trial>,
    /// How many runs there were when they were last drawn.
    drawn: Cell<usize>,
}

impl Sweeping {
    fn is_over(&self) -> bool {
        self.measured.len() as u64 == self.sweep.runs()
    }

    /// The runs so far. A crowd is drawn anew only once it has grown by a part of itself.
    fn picture(&self) -> Option<String> {
        let (now, before) = (self.measured.len(), self.drawn.get());
        if now == before || (now < before + before / 16 && !self.is_over()) {
            return None;
        }
        self.drawn.set(now);
        let Sweep { knob, measure, .. } = &self.sweep;
        let strip = |(value, runs): (&String, Vec<(u64, Option<u64>)>)| {
            let summary = self.sweep.summary(&runs);
            let dot = |(run, number): (u64, Option<u64>)| Dot { run, number, words: self.sweep.told(run, number) };
            Strip {
                name: format!("{} {value}", knob.name),
                words: self.sweep.summed(&summary),
                dots: runs.into_iter().map(dot).collect(),
                quartiles: summary.quartiles(),
            }
        };
        let all: Vec<Strip> = knob.values.iter().zip(self.sweep.by_value(&self.measured)).map(strip).collect();
        let (title, written) = (measure.words(), |number| measure.written(number));
        let frame = Frame { title: &title, none: measure.none(), written: &written, width: self.width, stylesheet: "" };
        Some(strips(&all, &frame))
    }
}

impl Task for Sweeping {
    fn step(&mut self, budget: usize) -> Result<bool, String> {
        if self.is_over() {
            return Ok(false);
        }
        let begin = || self.sweep.begin(self.measured.len() as u64);
        let mut trial = self.trial.take().map_or_else(begin, Ok).map_err(|wrong| wrong.to_string())?;
        if trial.advance(budget) {
            self.trial = Some(trial);
        } else {
            self.measured.push(trial.measured());
        }
        Ok(!self.is_over())
    }

    fn report(&self, millis: u64) -> String {
        let (done, all) = (grouped(self.measured.len() as u64), grouped(self.sweep.runs()));
        let words = match self.is_over() {
            true => format!("{all} runs: {}, by {}.", self.sweep.measure.words(), self.sweep.knob.name),
            false => format!("{done} of {all} runs."),
        };
        let picture = self.picture();
        // What a dot opens is one of these with its seed.
        let of = |value: u64| link::encode(&self.sweep.scenario(value), None);
        let opens = picture.iter().flat_map(|_| (0..self.sweep.knob.values.len() as u64).map(of)).collect();
        let facts = vec![fact("runs", done), fact("time", seconds(millis))];
        Report { words: vec![words], facts, opens, picture, ..Report::default() }.line()
    }
}

//! Sweeps as the page sees them: one setting turned to several values, many seeds, one number of each run. The runs are
//! computed by a program of its own, which also draws them; a dot of its picture opens its run.

use super::{Came, Draft, Effect, Order, Report, Studio, Whose, settings::whole};
use crate::engine;
use lightcone_catalog::sweep::{Knob, MEASURES};
use lightcone_core::{Field, FieldKind, Micros, Role, Sorted, Span};
use lightcone_sim::Latency;
use serde_json::{Map, Value};

/// What is swept, and what came of it.
#[derive(Default)]
pub struct Sweeps {
    /// What was written in the form when it was last used.
    texts: Sorted<String, String>,
    /// The scene with each of the values, as fragments of links.
    opens: Vec<String>,
    /// Whether it goes on.
    pub runs: bool,
    /// What it says of itself.
    pub report: Report,
    /// The runs so far as SVG.
    pub picture: String,
}

/// Something that happens to a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepMsg {
    /// It is to begin.
    Begin,
    /// It is to end.
    Stop,
    /// Something came of it.
    Came(Came),
    /// A run of it is to be opened.
    Pick(u64),
}

/// The fields of the form: what is turned, to what, how often, what is measured, and what is waited for.
pub const KNOB: &str = "sweep.knob";
/// The values.
pub const VALUES: &str = "sweep.values";
/// How many runs there are with each value.
pub const SEEDS: &str = "sweep.seeds";
/// What is measured.
pub const MEASURE: &str = "sweep.measure";
/// What is waited for or counted, where that is measured.
pub const CONDITION: &str = "sweep.condition";

/// So many seeds at most. More is for the terminal.
const MOST: u64 = 500;
/// How wide the picture is, in px, at most and at least.
const WIDTH: (f64, f64) = (300.0, 780.0);
/// What stands beside the picture in its dialog, in px.
const BESIDE: f64 = 72.0;

/// Whether a measure has a condition.
pub fn has_condition(measure: &str) -> bool {
    matches!(measure, "until" | "count")
}

/// The measures: the name and what it is called.
pub fn measures() -> Vec<(&'static str, &'static str)> {
    let named = MEASURES.iter().map(|(name, words, _)| (*name, *words));
    [("until", "time until something happens"), ("count", "how often something happens")]
        .into_iter()
        .chain(named)
        .collect()
}

impl Studio {
    /// What can be turned: its name in files and on the page. What has but one value as long as others are as they are is
    /// none of it.
    pub fn knobs(&self) -> Vec<(&'static str, &'static str)> {
        let turns = |(knob, _): &(&str, &str)| self.values_for(knob).contains(',');
        let own = self.lab.form().fields.into_iter().map(|field| (field.name, field.label)).filter(turns);
        own.chain([("network.latency", "Latency"), ("network.loss", "Loss")]).collect()
    }

    /// What stands in the form when it opens.
    pub(super) fn sweep_draft(&self) -> Draft {
        let leads = self.lab.run().trace().roles.iter().any(|change| change.role.map(Role::like) == Some(Role::Leader));
        let measure = if leads { "until" } else { "messages" };
        let mut texts = Sorted::new();
        for (name, text) in [(KNOB, "network.latency"), (SEEDS, "50"), (MEASURE, measure)] {
            texts.insert(name.to_string(), text.to_string());
        }
        texts.insert(CONDITION.into(), "someone becomes leader".into());
        texts.extend(self.sweeps.texts.clone());
        let known = |knob: &str| self.knobs().iter().any(|(name, _)| *name == knob);
        let mut draft = Draft { texts, wrong: None };
        if !known(draft.text(KNOB)) {
            draft.texts.insert(KNOB.into(), "network.latency".into());
            draft.texts.insert(VALUES.into(), String::new());
        }
        if draft.text(VALUES).is_empty() {
            let values = self.values_for(draft.text(KNOB));
            draft.texts.insert(VALUES.into(), values);
        }
        draft
    }

    /// Values to begin with, about what the run that is open has.
    pub(super) fn values_for(&self, knob: &str) -> String {
        let now = Draft::of(self.lab.as_ref());
        let fields = self.lab.form().fields;
        let wider = |span: Span, by: u64| Span { min: Micros(span.min.0 * by), max: Micros(span.max.0 * by) };
        let all = match fields.iter().find(|field| field.name == knob) {
            Some(field) => values_of(field, now.text(&format!("settings.{knob}"))),
            None if knob == "network.loss" => "0,10,30".into(),
            None => {
                let span = self.scenario().run.network.latency.span;
                listed([1, 2, 4].map(|by| Latency::span(wider(span, by)).to_string()))
            }
        };
        // Some values may ask for another setting that this run has not.
        let base = self.scenario();
        let fits = |value: &&str| Knob::new(base, knob, value).is_ok_and(|knob| knob.turn(base, value).is_ok());
        let fitting: Vec<&str> = all.split(',').filter(fits).collect();
        if fitting.is_empty() { now.text(&format!("settings.{knob}")).into() } else { fitting.join(",") }
    }

    pub(super) fn sweep(&mut self, msg: SweepMsg) -> Vec<Effect> {
        match msg {
            SweepMsg::Begin => return self.begin_sweep(),
            SweepMsg::Stop if self.sweeps.runs => return vec![Effect::Job(Whose::Sweep, Order::Stop)],
            SweepMsg::Stop => {}
            SweepMsg::Came(came) => return self.swept(came),
            SweepMsg::Pick(run) => self.open_run(run),
        }
        Vec::new()
    }

    fn begin_sweep(&mut self) -> Vec<Effect> {
        let seeds = match whole(self.draft.text(SEEDS), 1, MOST) {
            Ok(seeds) => seeds,
            Err(wrong) => {
                self.draft.wrong = Some((SEEDS.into(), wrong));
                return Vec::new();
            }
        };
        let (measure, condition) = (self.draft.text(MEASURE), self.draft.text(CONDITION));
        let measure = if has_condition(measure) { format!("{measure} {condition}") } else { measure.into() };
        let mut task = Map::new();
        let width = (self.stage_size.width - BESIDE).clamp(WIDTH.0, WIDTH.1) as u64;
        task.insert("kind".into(), "sweep".into());
        task.insert("scenario".into(), engine::encode(self.scenario(), None).into());
        task.insert("knob".into(), self.draft.text(KNOB).into());
        task.insert("values".into(), self.draft.text(VALUES).into());
        task.insert("measure".into(), measure.into());
        task.insert("seeds".into(), seeds.into());
        task.insert("width".into(), width.into());
        self.draft.wrong = None;
        let report = Report { words: vec!["Running…".into()], ..Report::default() };
        let texts = self.draft.texts.clone();
        self.sweeps = Sweeps { texts, opens: Vec::new(), runs: true, report, picture: String::new() };
        self.say("the runs begin");
        vec![Effect::Job(Whose::Sweep, Order::Begin(Value::Object(task).to_string()))]
    }

    fn swept(&mut self, came: Came) -> Vec<Effect> {
        if !self.sweeps.runs {
            return Vec::new();
        }
        match came {
            Came::Report(line) => {
                self.show_sweep(&line);
                return Vec::new();
            }
            Came::Over(line) => {
                self.show_sweep(&line);
                self.say(self.sweeps.report.words.join(" "));
            }
            Came::Wrong(wrong) => {
                let field = if wrong.starts_with("measure") { CONDITION } else { VALUES };
                self.sweeps.report = Report::default();
                self.say(wrong.clone());
                self.draft.wrong = Some((field.into(), wrong));
            }
            Came::Stopped => {
                self.sweeps.report.words.insert(0, "Cancelled. So far:".into());
                self.say("the sweep is cancelled");
            }
        }
        self.sweeps.runs = false;
        vec![Effect::Job(Whose::Sweep, Order::Leave)]
    }

    fn show_sweep(&mut self, line: &str) {
        let mut report = Report::read(line);
        if let Some(picture) = report.picture.take() {
            self.sweeps.picture = picture;
            self.sweeps.opens = std::mem::take(&mut report.opens);
        }
        self.sweeps.report = report;
    }

    /// Opens a run of the sweep as it was, which can be taken back like any other scene.
    fn open_run(&mut self, run: u64) {
        let values = self.sweeps.opens.len();
        let Some(link) = self.sweeps.opens.get(run as usize % values.max(1)) else { return };
        let opened = engine::decode(link).and_then(|mut read| {
            read.scenario.run.seed = run / values as u64;
            engine::open(read.scenario)
        });
        match opened {
            Ok(lab) => {
                self.remember("a run of the sweep");
                self.replace_lab(lab);
                self.changed();
                self.dialog = None;
                self.say(format!("the run with seed {} is open", self.scenario().run.seed));
            }
            Err(error) => self.refuse(&error),
        }
    }
}

/// Values of a setting about the present one.
fn values_of(field: &Field, now: &str) -> String {
    match &field.kind {
        FieldKind::Number { min, max } => {
            let now = now.parse().unwrap_or(*min);
            listed([now.saturating_sub(2).max(*min), now, (now + 2).min(*max)].map(|number| number.to_string()))
        }
        FieldKind::Duration => now.parse().map_or_else(
            |_: String| now.to_string(),
            |time: Micros| match time {
                Micros::ZERO => listed([0, 5, 20].map(|ms| Micros::ms(ms).to_string())),
                time => listed([1, 2, 4].map(|by| Micros(time.0 * by / 2).to_string())),
            },
        ),
        FieldKind::Range => now.parse().map_or_else(
            |_: String| now.to_string(),
            |span: Span| {
                let (min, width) = (span.min.0, span.max.0 - span.min.0);
                let wide = |by: u64| match width {
                    0 => min + min.max(1_000) * (by - 1),
                    _ => min + width * by,
                };
                listed([1, 2, 4].map(|by| Span { min: span.min, max: Micros(wide(by)) }.to_string()))
            },
        ),
        FieldKind::Ranges => beside(now, ["n1=200ms..300ms", "n1=400ms..600ms"].map(String::from)),
        FieldKind::Numbers { max, .. } => beside(now, [format!("n1={max}"), format!("n2={max}")]),
        FieldKind::Switch => "false,true".into(),
        FieldKind::Choice(choices) => listed(choices.iter().map(|(name, _)| name.to_string())),
    }
}

/// What is there, if anything, and others.
fn beside(now: &str, others: [String; 2]) -> String {
    let now = Some(now.to_string()).filter(|now| !now.is_empty());
    listed(now.into_iter().chain(others))
}

/// With commas between, each once.
fn listed(all: impl IntoIterator<Item = String>) -> String {
    let mut list: Vec<String> = all.into_iter().collect();
    list.dedup();
    list.join(",")
}

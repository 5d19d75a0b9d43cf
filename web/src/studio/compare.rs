//! Two runs at once, in lock-step: one window and one playhead for both.

use super::{Beside, ChartMsg, Effect, RoamMsg, Studio, Veil};
use crate::engine;
use lightcone_catalog::{Lab, Scenario, ScenarioError};
use lightcone_core::{Micros, view::Tone};
use lightcone_diagram::{Difference, Point};
use lightcone_sim::{
    Fault, Intervention,
    compare::{Comparison, compare as compare_by_name},
};
use std::rc::Rc;

/// What the run is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum With {
    /// The future before the last edit.
    Previous,
    /// The same scene with another seed.
    Seed,
    /// The same scene with other settings, as they stand in the form.
    Settings,
    /// Another protocol under the same faults and the same workload.
    Protocol(String),
}

/// Something about the comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum CompareMsg {
    /// It begins.
    With(With),
    /// It ends.
    Close,
    /// The other run is shown, or this one, where there is no room for both.
    Switch,
    /// The pointer is at a point of the second diagram.
    Aim(Option<Point>),
    /// A pointer goes down there: it pans both.
    Down(i32, Point),
    /// It goes up there.
    Up(i32, Point),
    /// The keyboard is on the second diagram.
    Roam(RoamMsg),
}

/// A second run beside the first.
pub struct Compare {
    /// What it is, in words.
    pub title: String,
    /// What of the scene does nothing in it, and why.
    pub left_out: Vec<String>,
    /// What was done to it and did nothing, and why.
    pub idle: Vec<String>,
    /// How the two differ, in one sentence, where they can be told apart event by event.
    pub words: String,
    /// The two in numbers.
    pub ledger: Rc<Vec<Entry>>,
    /// Its diagram.
    pub seen: Beside,
    /// Whether the second run is seen where there is no room for both.
    pub second: bool,
    with: With,
    pub(super) lab: Box<dyn Lab>,
    done: bool,
    /// What was done to this run when the other one was last told.
    base: Vec<Intervention>,
    /// Which state of this run, and how far the other was computed, when they were compared.
    compared: Option<(u64, usize)>,
    pub(super) differs: (Difference, Difference),
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is counted.
    pub what: &'static str,
    /// In this run, in the other one, and the difference, each in words.
    pub cells: [String; 3],
}

/// Events of the other run that are computed in one frame.
const BUDGET: usize = 2_000;

impl Studio {
    pub(super) fn comparison(&mut self, msg: CompareMsg) -> Vec<Effect> {
        match msg {
            CompareMsg::With(with) => self.compare_with(with),
            CompareMsg::Close => {
                self.compare = None;
                self.reading.seen += 1;
            }
            CompareMsg::Switch => {
                if let Some(compare) = &mut self.compare {
                    compare.second = !compare.second;
                }
            }
            CompareMsg::Aim(at) => self.aim_beside(at),
            CompareMsg::Roam(msg) => return self.roam_beside(msg),
            CompareMsg::Down(id, at) => {
                self.compare.as_mut().into_iter().for_each(|compare| compare.seen.pressed = Some(at));
                self.pan_from(id, at);
            }
            CompareMsg::Up(id, at) => {
                self.chart(ChartMsg::Up(id, at));
                self.up_beside(at);
            }
        }
        Vec::new()
    }

    fn compare_with(&mut self, with: With) {
        if self.causality.veil != Veil::None {
            return self.say("this would tell what is hidden");
        }
        let mut left_out = Vec::new();
        let opened = match &with {
            With::Previous => match &self.previous {
                Some(previous) => Ok((previous.branch(), "the future before the last edit".into())),
                None => return self.say("nothing was edited yet, so there is no previous future"),
            },
            With::Seed => self.with_another_seed(),
            With::Settings => {
                self.draft.scenario(self.lab.as_ref()).and_then(engine::open).map(|lab| (lab, "other settings".into()))
            }
            With::Protocol(id) => self.with_protocol(id, &mut left_out),
        };
        let (lab, title) = match opened {
            Ok(opened) => opened,
            Err(error) if with == With::Settings => return self.refuse_beside(error),
            Err(error) => return self.refuse(&error),
        };
        self.dialog = None;
        self.say(format!("beside this run: {title}"));
        self.compare = Some(Compare {
            title,
            left_out,
            idle: Vec::new(),
            words: String::new(),
            ledger: Rc::default(),
            seen: Beside::default(),
            second: false,
            with,
            lab,
            done: false,
            base: self.scenario().run.interventions.clone(),
            compared: None,
            differs: Default::default(),
        });
        self.compute_other();
    }

    fn with_another_seed(&self) -> Result<(Box<dyn Lab>, String), ScenarioError> {
        let mut scenario = self.scenario().clone();
        scenario.run.seed = super::time::another(scenario.run.seed);
        let title = format!("seed {}", scenario.run.seed);
        Ok((engine::open(scenario)?, title))
    }

    /// The same faults and workload in another protocol. What it cannot be asked for is left out and said.
    fn with_protocol(&self, id: &str, left_out: &mut Vec<String>) -> Result<(Box<dyn Lab>, String), ScenarioError> {
        let mut scenario: Scenario = engine::default_scenario(id);
        scenario.run = self.scenario().run.clone();
        if !scenario.run.clocks.is_empty() || !scenario.run.load.is_empty() {
            let fits = engine::open(scenario.clone()).is_ok();
            if !fits {
                (scenario.run.clocks, scenario.run.load) = Default::default();
                left_out.push("clocks and loads: its participants have other names".into());
            }
        }
        loop {
            let error = match engine::open(scenario.clone()) {
                Ok(lab) => return Ok((lab, title_of(id))),
                Err(error) => error,
            };
            // A request in the words of one protocol need not mean anything to another.
            let interventions = &mut scenario.run.interventions;
            let asks = |fault: &Fault| matches!(fault, Fault::Request { .. } | Fault::Local { .. });
            let Some(place) = interventions.iter().position(|one| asks(&one.fault)) else { return Err(error) };
            left_out.push(format!("{}: {error}", interventions.remove(place).words()));
        }
    }

    /// Goes on computing the other run, and keeps it in step with this one.
    pub(super) fn compute_other(&mut self) {
        self.keep_step();
        let until = self.until();
        let Some(compare) = &mut self.compare else { return };
        if compare.lab.scenario().run.until < until {
            compare.lab.set_until(until);
            compare.done = false;
        }
        if !compare.done {
            compare.done = compare.lab.advance(BUDGET);
        }
        if self.done && compare.done && compare.compared != Some((self.version, compare.lab.len())) {
            compare.compared = Some((self.version, compare.lab.len()));
            self.settle_accounts();
        }
    }

    /// What was done to this run since is done to the other one, too; the previous future is another after each edit.
    fn keep_step(&mut self) {
        let Some(compare) = &mut self.compare else { return };
        let now = &self.lab.scenario().run.interventions;
        if compare.base == *now {
            return;
        }
        compare.base.clone_from(now);
        compare.seen.forget();
        match (&compare.with, &self.previous) {
            (With::Previous, Some(previous)) => (compare.lab, compare.done) = (previous.branch(), false),
            (With::Protocol(_), _) => {
                let with = compare.with.clone();
                self.compare_with(with);
            }
            _ => compare.done = compare.lab.edit(now.clone()).is_err(),
        }
    }

    /// Whether there is something left to compute.
    pub(super) fn compares(&self) -> bool {
        self.compare.as_ref().is_some_and(|compare| !compare.done)
    }

    fn settle_accounts(&mut self) {
        let Some(compare) = &mut self.compare else { return };
        compare.ledger = Rc::new(ledger(self.lab.as_ref(), compare.lab.as_ref()));
        compare.idle =
            compare.lab.run().idle().into_iter().map(|(id, why)| idle_words(compare.lab.as_ref(), id, &why)).collect();
        let marked = matches!(compare.with, With::Previous | With::Settings);
        if marked {
            let comparison = compare_by_name(compare.lab.run(), self.lab.run());
            compare.differs = sides(&comparison);
            compare.words = comparison.words;
        }
        self.reading.seen += 1;
    }

    /// What the first diagram marks as different from the second.
    pub(super) fn differing(&self) -> Option<&Difference> {
        self.compare.as_ref().filter(|compare| !compare.words.is_empty()).map(|compare| &compare.differs.1)
    }
}

fn idle_words(lab: &dyn Lab, id: u32, why: &str) -> String {
    let one = lab.run().intervention(id).map(Intervention::words).unwrap_or_default();
    format!("{one}: {why}")
}

fn title_of(id: &str) -> String {
    engine::protocols().into_iter().find(|(known, _)| known == id).map(|(_, title)| title).unwrap_or_default()
}

/// What differs, to be marked in the old run and in the new one. Neither is drawn as a ghost: both are seen.
fn sides(comparison: &Comparison) -> (Difference, Difference) {
    let side = |events: Vec<usize>, arrows: Vec<usize>| Difference {
        new_events: events,
        new_arrows: arrows,
        ..Difference::default()
    };
    let (old_events, new_events) = comparison.events.sides();
    let (old_arrows, new_arrows) = comparison.messages.sides();
    (side(old_events, old_arrows), side(new_events, new_arrows))
}

/// Both runs in numbers.
fn ledger(one: &dyn Lab, other: &dyn Lab) -> Vec<Entry> {
    let (one, other) = (figures(one), figures(other));
    let lines = one.into_iter().zip(other);
    lines.map(|((what, unit, one), (_, _, other))| Entry { what, cells: cells(unit, one, other) }).collect()
}

/// What a figure counts.
#[derive(Clone, Copy)]
enum Unit {
    Things,
    Time,
}

fn figures(lab: &dyn Lab) -> [(&'static str, Unit, Option<u64>); 11] {
    let seen = lab.run().metrics(None);
    let settled =
        |cells: &[lightcone_core::view::LogCell]| cells.iter().filter(|cell| cell.tone == Tone::Settled).count() as u64;
    let entries = lab.stage(lab.scenario().run.until).nodes.iter().map(|node| settled(&node.log)).max();
    let operations = &seen.operations.all;
    // Nobody waits where nobody asks.
    let asked = operations.asked > 0;
    let answered = operations.latency.count > 0;
    let lost = seen.messages.total.lost.total();
    let leaders = seen.leadership;
    [
        ("events", Unit::Things, Some(seen.events)),
        ("messages sent", Unit::Things, Some(seen.messages.total.sent)),
        ("messages lost", Unit::Things, Some(lost)),
        ("entries settled", Unit::Things, entries),
        ("operations asked", Unit::Things, Some(operations.asked)),
        ("operations answered", Unit::Things, Some(operations.latency.count)),
        ("latency, median", Unit::Time, answered.then_some(operations.latency.p50)),
        ("latency, longest", Unit::Time, answered.then_some(operations.latency.max)),
        ("rounds, median", Unit::Things, answered.then_some(operations.rounds.p50)),
        ("nobody answered for", Unit::Time, asked.then_some(seen.availability.out)),
        ("nobody led for", Unit::Time, leaders.map(|leaders| leaders.without)),
    ]
}

fn cells(unit: Unit, one: Option<u64>, other: Option<u64>) -> [String; 3] {
    let words = |figure: u64| match unit {
        Unit::Things => figure.to_string(),
        Unit::Time => super::words::time(Micros(figure)),
    };
    let cell = |figure: Option<u64>| figure.map_or_else(|| "–".into(), words);
    let difference = match (one, other) {
        (Some(one), Some(other)) if other > one => format!("+{}", words(other - one)),
        (Some(one), Some(other)) if other < one => format!("−{}", words(one - other)),
        (Some(_), Some(_)) => "same".into(),
        _ => String::new(),
    };
    [cell(one), cell(other), difference]
}

//! Making a run that breaks something small: as it is, and where it is held, with natural timing as well.

use crate::{
    Task,
    report::{Report, fact, seconds},
};
use lightcone_catalog::{
    Scenario, ScenarioError,
    explore::{beyond, first_broken, words::grouped},
    link,
    shrink::{Shrinking, freed},
};
use lightcone_sim::Fault;
use serde::Deserialize;

/// What is to become smaller.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The fragment of a link.
    scenario: String,
}

/// Begins to make a run smaller.
pub fn begin(wanted: &Wanted) -> Result<Box<dyn Task>, String> {
    let begun = || {
        let (scenario, _) = link::decode(&wanted.scenario)?;
        let name = first_broken(&scenario)?;
        let name = name.ok_or_else(|| ScenarioError::field("scenario", "nothing is broken in this run"))?;
        Ok(Smaller::new(scenario, name))
    };
    begun().map(|smaller| Box::new(smaller) as Box<dyn Task>).map_err(|wrong: ScenarioError| wrong.to_string())
}

/// A run that becomes smaller.
pub struct Smaller {
    name: String,
    /// How many interventions there were.
    before: usize,
    stage: Stage,
    /// The smallest when the stage began.
    least: Scenario,
    tries: u64,
    /// How the smallest leaves what the protocol assumes, once it is known that it does.
    beyond: Option<String>,
}

enum Stage {
    As(Shrinking),
    Freed(Shrinking),
    /// It is as small as it can be, and breaks the same with natural timing or not.
    Over(Option<bool>),
}

/// Whether only what is listed happens, from some instant on.
fn is_held(scenario: &Scenario) -> bool {
    scenario.run.held || scenario.run.interventions.iter().any(|one| one.fault == Fault::Hold)
}

impl Smaller {
    /// Nothing was tried yet.
    pub fn new(scenario: Scenario, name: &str) -> Smaller {
        let stage = Stage::As(Shrinking::new(scenario.clone(), name));
        let before = scenario.run.interventions.len();
        Smaller { name: name.into(), before, stage, least: scenario, tries: 0, beyond: None }
    }

    /// Goes on for about so many events. True while there is more to do.
    pub fn advance(&mut self, events: usize) -> Result<bool, ScenarioError> {
        match &mut self.stage {
            Stage::As(shrinking) => {
                if shrinking.advance(events)? {
                    return Ok(true);
                }
                self.least = shrinking.least().clone();
                self.tries = shrinking.tries();
                let free = is_held(&self.least).then(|| freed(&self.least, &self.name)).transpose()?;
                self.stage = free.map_or(Stage::Over(None), Stage::Freed);
            }
            Stage::Freed(shrinking) => match shrinking.advance(events) {
                Ok(true) => return Ok(true),
                Ok(false) => {
                    self.least = shrinking.least().clone();
                    self.end(true);
                }
                // That it breaks nothing any more is an answer.
                Err(_) => self.end(false),
            },
            Stage::Over(_) => {}
        }
        let over = matches!(self.stage, Stage::Over(_));
        if over {
            self.beyond = beyond(&self.least, &self.name)?;
        }
        Ok(!over)
    }

    fn end(&mut self, natural: bool) {
        self.tries = self.tries();
        self.stage = Stage::Over(Some(natural));
    }

    /// How many runs were tried.
    pub fn tries(&self) -> u64 {
        match &self.stage {
            Stage::As(shrinking) | Stage::Freed(shrinking) => self.tries + shrinking.tries(),
            Stage::Over(_) => self.tries,
        }
    }

    /// How far it is, and what is to be known of what is left, in words.
    pub fn words(&self) -> Vec<String> {
        std::iter::once(self.size()).chain(self.beyond.clone()).collect()
    }

    fn size(&self) -> String {
        let least = &self.least().run;
        let (left, until) = (least.interventions.len(), least.until);
        let size = format!("{left} of {} interventions are left, and {until} of time", self.before);
        match self.stage {
            Stage::As(_) => format!("Making it smaller: {size}."),
            Stage::Freed(_) => "Trying it with natural timing.".into(),
            Stage::Over(None) => format!("{size}: nothing more can be left out."),
            Stage::Over(Some(true)) => "It happens with natural timing, too. Nothing more can be left out.".into(),
            Stage::Over(Some(false)) => {
                "With natural timing it does not happen: only what is listed happens in it. Nothing more can be left out.".into()
            }
        }
    }

    /// The smallest so far.
    fn least(&self) -> &Scenario {
        match &self.stage {
            Stage::As(shrinking) => shrinking.least(),
            Stage::Freed(_) | Stage::Over(_) => &self.least,
        }
    }

    /// The same as the fragment of a link.
    pub fn link(&self) -> String {
        link::encode(self.least(), None)
    }
}

impl Task for Smaller {
    fn step(&mut self, budget: usize) -> Result<bool, String> {
        self.advance(budget).map_err(|wrong| wrong.to_string())
    }

    fn report(&self, millis: u64) -> String {
        Report {
            words: [vec![format!("Violated: {}", self.name)], self.words()].concat(),
            facts: vec![fact("attempts", grouped(self.tries())), fact("time", seconds(millis))],
            steps: Vec::new(),
            scenario: Some(self.link()),
            opens: Vec::new(),
            picture: None,
        }
        .line()
    }
}

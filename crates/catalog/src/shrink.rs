//! Making a scenario that breaks a guarantee as small as it can be while it still breaks the same one.

mod natural;
mod smaller;

pub use natural::{freed, natural};

use crate::{Scenario, ScenarioError, explore::all_broken};
use lightcone_check::Fewer;
use lightcone_sim::Run;
use smaller::{numbers, paced, until, with_fewer_participants, with_interventions, with_less_work};

/// A scenario without all that it can do without and still break the guarantee of this name: interventions, participants,
/// what clients ask, and time. None of what is left can be left out alone.
///
/// # Errors
/// If it cannot be run, or does not break that.
pub fn shrunk(scenario: &Scenario, name: &str) -> Result<Scenario, ScenarioError> {
    let mut shrinking = Shrinking::new(scenario.clone(), name);
    while shrinking.advance(100_000)? {}
    Ok(shrinking.least)
}

/// A scenario that becomes smaller for as long as anyone lets it: in one piece, or in slices.
pub struct Shrinking {
    least: Scenario,
    /// What it was when this round of attempts began.
    before: Scenario,
    /// What all of them must break.
    name: String,
    /// Whether they may do so in a run that breaks what the guarantees rest on: if it was so to begin with.
    anyway: bool,
    stage: Stage,
    /// Which stage of a round it is.
    place: usize,
    trial: Option<Trial>,
    tries: u64,
}

/// What is tried.
enum Stage {
    /// Whether it breaks anything at all.
    Whole,
    /// The first of these that still breaks it.
    First(std::vec::IntoIter<Scenario>),
    /// To end sooner: between an end that breaks nothing and one that does, by whole milliseconds. What is safe and broken
    /// stays so, and this is the first such end; of progress it is one without whose last millisecond all is well.
    Sooner(u64, u64),
    /// To leave out interventions.
    Fewer(Fewer),
}

/// An attempt.
struct Trial {
    scenario: Scenario,
    /// The run of it, if there is one.
    run: Option<Run>,
}

impl Shrinking {
    /// Nothing is tried yet.
    pub fn new(scenario: Scenario, name: &str) -> Shrinking {
        Shrinking {
            before: scenario.clone(),
            least: scenario,
            name: name.into(),
            anyway: true,
            stage: Stage::Whole,
            place: 0,
            trial: None,
            tries: 0,
        }
    }

    /// The smallest so far.
    pub fn least(&self) -> &Scenario {
        &self.least
    }

    /// How many runs were tried.
    pub fn tries(&self) -> u64 {
        self.tries
    }

    /// Goes on for about so many events of runs. True while there is more to do.
    ///
    /// # Errors
    /// If what there is to begin with cannot be run, or does not break it.
    pub fn advance(&mut self, events: usize) -> Result<bool, ScenarioError> {
        let Some(mut trial) = self.trial.take().map_or_else(|| self.next(), |trial| Ok(Some(trial)))? else {
            return Ok(false);
        };
        if trial.run.as_mut().is_some_and(|run| !run.advance(events)) {
            self.trial = Some(trial);
            return Ok(true);
        }
        self.tries += 1;
        let breaks = |run: &Run| all_broken(&trial.scenario.protocol, run).contains(&&*self.name);
        let breaks = trial.run.as_ref().is_some_and(breaks);
        let rests = trial.run.as_ref().is_some_and(|run| run.void_since(run.scenario().until).is_none());
        self.answer(trial.scenario, breaks && (self.anyway || rests), rests)?;
        Ok(true)
    }

    /// What to try next. None once nothing can be left out.
    fn next(&mut self) -> Result<Option<Trial>, ScenarioError> {
        loop {
            let scenario = match &mut self.stage {
                Stage::Whole => return Ok(Some(Trial::new(self.least.clone())?)),
                Stage::First(candidates) => candidates.next(),
                Stage::Sooner(good, bad) => {
                    let (good, bad) = (*good, *bad);
                    (good < bad).then(|| until(&self.least, u64::midpoint(good, bad)))
                }
                Stage::Fewer(fewer) => fewer.next().map(|few| with_interventions(&self.least, few)),
            };
            if let Some(scenario) = scenario {
                // What cannot be run breaks nothing.
                return Ok(Some(Trial { run: crate::start(&scenario).ok(), scenario }));
            }
            if !self.enter() {
                return Ok(None);
            }
        }
    }

    /// On to the next stage. False if a whole round changed nothing.
    fn enter(&mut self) -> bool {
        if let Stage::Sooner(_, end) = self.stage {
            let candidates = vec![until(&self.least, end)];
            self.stage = Stage::First(candidates.into_iter());
            return true;
        }
        let numbers = numbers(&self.least);
        self.stage = match self.place {
            0 if self.least.run.held => Stage::First(vec![paced(&self.least)].into_iter()),
            0 => Stage::Sooner(0, self.least.run.until.0 / 1_000),
            1 => Stage::Fewer(Fewer::new(self.least.run.interventions.clone())),
            place if place < numbers.len() + 2 => {
                Stage::First(with_fewer_participants(&self.least, numbers[place - 2]).into_iter())
            }
            place if place == numbers.len() + 2 => Stage::First(with_less_work(&self.least).into_iter()),
            _ if self.least == self.before => return false,
            _ => {
                self.before = self.least.clone();
                self.place = 0;
                return self.enter();
            }
        };
        self.place += 1;
        true
    }

    fn answer(&mut self, tried: Scenario, breaks: bool, rests: bool) -> Result<(), ScenarioError> {
        match &mut self.stage {
            Stage::Whole if !breaks => {
                let wrong = "is not broken in this run, so there is nothing to shrink";
                return Err(ScenarioError::field(&self.name, wrong));
            }
            Stage::Whole => {
                self.anyway = !rests;
                self.stage = Stage::First(Vec::new().into_iter());
            }
            Stage::First(_) if breaks => {
                self.least = tried;
                self.stage = Stage::First(Vec::new().into_iter());
            }
            Stage::First(_) => {}
            Stage::Sooner(good, bad) => {
                let middle = u64::midpoint(*good, *bad);
                if breaks { *bad = middle } else { *good = middle + 1 }
            }
            Stage::Fewer(fewer) => {
                if breaks {
                    self.least = tried.clone();
                }
                fewer.answer(tried.run.interventions, breaks);
            }
        }
        Ok(())
    }
}

impl Trial {
    fn new(scenario: Scenario) -> Result<Trial, ScenarioError> {
        Ok(Trial { run: Some(crate::start(&scenario)?), scenario })
    }
}

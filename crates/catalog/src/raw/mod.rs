//! A scenario as it is written, in TOML or inside a link: every field a word or a number, checked one by one.

mod bounds;
mod caption;
mod clock;
mod fault;
mod fields;
mod fit;
mod intervention;
mod load;
mod network;
mod workload;
mod written;

pub use fit::stands_for_someone;
pub use written::kind;

use crate::{Cast, Scenario, ScenarioError};
use bounds::LONGEST;
pub use bounds::{LARGEST_SEED, latency, read};
use clock::RawClock;
use fields::RawIntervention;
use fit::Fit;
use lightcone_core::{Micros, Sorted};
use load::RawLoad;
use network::RawNetwork;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use workload::RawWorkload;

/// The fields that name a fault.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    fault::KINDS.iter().map(|(name, _)| *name)
}

/// A scenario as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    protocol: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<RawNetwork>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    settings: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<RawWorkload>,
    #[serde(default, skip_serializing_if = "Sorted::is_empty")]
    clock: Sorted<String, RawClock>,
    #[serde(default, skip_serializing_if = "Sorted::is_empty")]
    load: Sorted<String, RawLoad>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    captions: Vec<RawIntervention>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    intervention: Vec<RawIntervention>,
}

/// A scenario that was read, and what was left out of it because it cannot be.
pub type Lenient = (Scenario, Vec<ScenarioError>);

/// Whether a run can end then.
pub fn check_end(until: Micros) -> Result<(), ScenarioError> {
    if until > LONGEST || until == Micros::ZERO {
        let wrong = format!("{until} is not a length: runs last more than nothing and at most {LONGEST}");
        return Err(ScenarioError::field("until", wrong));
    }
    Ok(())
}

/// The scenario if nothing had to be left out of it.
pub fn strictly((scenario, mut wrong): Lenient) -> Result<Scenario, ScenarioError> {
    if wrong.is_empty() { Ok(scenario) } else { Err(wrong.swap_remove(0)) }
}

impl RawScenario {
    /// Checks every field. Missing ones have their defaults. Interventions, clocks, loads and captions that cannot be are
    /// left out, and the reason is said.
    pub fn check(self) -> Result<Lenient, ScenarioError> {
        let entry = crate::find(&self.protocol)?;
        let until = self.until()?;
        let seed = self.seed.unwrap_or(lightcone_sim::Scenario::default().seed);
        if seed > LARGEST_SEED {
            return Err(ScenarioError::field("seed", format!("{seed} is more than {LARGEST_SEED}")));
        }
        let network = self.network.unwrap_or_default().check(entry.about.assumptions.order)?;
        let workload = self.workload.map(RawWorkload::check).transpose()?;
        let cast = (entry.cast)(&self.settings)?;
        let mut wrong = Vec::new();
        let clocks = sound(self.clock, &mut wrong, |name, raw| cast.check_clock(name).and_then(|()| raw.check(name)));
        let load = sound(self.load, &mut wrong, |name, raw| cast.check_load(name).and_then(|()| raw.check(name)));
        let (interventions, broken) = intervention::read(self.intervention, &Fit { end: until, cast: &cast });
        wrong.extend(broken);
        let captions = caption::read(self.captions, until, &mut wrong);
        let held = self.held;
        let run = lightcone_sim::Scenario { seed, until, network, workload, clocks, load, held, interventions };
        let scenario = Scenario {
            protocol: self.protocol,
            revision: self.revision.unwrap_or(entry.about.revision),
            title: self.title.unwrap_or_else(|| entry.about.title.into()),
            settings: self.settings,
            captions,
            run,
        };
        Ok((scenario, wrong))
    }

    fn until(&self) -> Result<Micros, ScenarioError> {
        let Some(text) = &self.until else { return Ok(lightcone_sim::Scenario::default().until) };
        let until = read("until", text)?;
        check_end(until).map(|()| until)
    }

    /// A scenario as it is written. What is as it would be if nothing were said is left out.
    pub fn of(scenario: &Scenario) -> Self {
        let (run, plain) = (&scenario.run, lightcone_sim::Scenario::default());
        let entry = crate::find(&scenario.protocol).ok();
        let about = entry.map(|entry| entry.about);
        let network = RawNetwork::of(run.network, about.map_or(plain.network.order, |about| about.assumptions.order));
        RawScenario {
            protocol: scenario.protocol.clone(),
            revision: Some(scenario.revision),
            title: about.is_none_or(|about| about.title != scenario.title).then(|| scenario.title.clone()),
            seed: (run.seed != plain.seed).then_some(run.seed),
            until: (run.until != plain.until).then(|| run.until.to_string()),
            held: run.held,
            network: (!network.is_empty()).then_some(network),
            settings: scenario.settings.clone(),
            workload: run.workload.map(RawWorkload::of),
            clock: run.clocks.iter().map(|(name, clock)| (name.clone(), RawClock::of(*clock))).collect(),
            load: run.load.iter().map(|(name, load)| (name.clone(), RawLoad::of(*load))).collect(),
            captions: scenario.captions.iter().map(caption::write).collect(),
            intervention: written_interventions(scenario, entry),
        }
    }
}

fn written_interventions(scenario: &Scenario, entry: Option<&'static crate::Entry>) -> Vec<RawIntervention> {
    let (end, all) = (scenario.run.until, &scenario.run.interventions);
    let cast: Option<Cast> = entry.and_then(|entry| (entry.cast)(&scenario.settings).ok());
    let fits = |one| cast.as_ref().is_none_or(|cast| Fit { end, cast }.check(one).is_ok());
    let numbered = (1..).zip(all).any(|(id, one)| one.id != id);
    all.iter().map(|one| RawIntervention::of(one, numbered, fits(one))).collect()
}

/// The values of a table that are sound; what is wrong with the others goes to `wrong`.
fn sound<R, T>(
    raw: Sorted<String, R>,
    wrong: &mut Vec<ScenarioError>,
    check: impl Fn(&str, R) -> Result<T, ScenarioError>,
) -> Sorted<String, T> {
    let checked = raw.into_iter().map(|(name, raw)| check(&name, raw).map(|value| (name, value)));
    checked.filter_map(|one| one.map_err(|error| wrong.push(error)).ok()).collect()
}

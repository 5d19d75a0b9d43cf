//! The same scenario with less of something.

use crate::{Scenario, find};
use lightcone_core::{Field, FieldKind, Micros};
use lightcone_sim::{Intervention, Until, When};
use serde_json::Value;

/// Where everything is held: from one thing that is done to the next.
pub const PACE: Micros = Micros::ms(10);

/// With these interventions alone.
pub fn with_interventions(scenario: &Scenario, interventions: Vec<Intervention>) -> Scenario {
    let mut other = scenario.clone();
    other.run.interventions = interventions;
    other
}

/// The settings that are numbers: the name and the least of each.
pub fn numbers(scenario: &Scenario) -> Vec<(&'static str, u64)> {
    let number = |field: Field| match field.kind {
        FieldKind::Number { min, .. } => Some((field.name, min)),
        _ => None,
    };
    find(&scenario.protocol)
        .map_or_else(|_| Vec::new(), |entry| (entry.form)().fields.into_iter().filter_map(number).collect())
}

/// Where a number among the settings makes for fewer participants: with each smaller one, smallest first, and without the
/// interventions, clocks and loads of whoever is gone.
pub fn with_fewer_participants(scenario: &Scenario, (name, min): (&'static str, u64)) -> Vec<Scenario> {
    let Ok(entry) = find(&scenario.protocol) else { return Vec::new() };
    let defaults = (entry.defaults)();
    let known = scenario.settings.get(name).or(defaults.get(name)).and_then(Value::as_u64);
    let with = |count: u64| {
        let mut other = scenario.clone();
        other.settings.insert(name.into(), count.into());
        if let Ok(cast) = (entry.cast)(&other.settings) {
            other.run.interventions.retain(|one| cast.check(one).is_ok());
            other.run.clocks =
                other.run.clocks.into_iter().filter(|(name, _)| cast.check_clock(name).is_ok()).collect();
            other.run.load = other.run.load.into_iter().filter(|(name, _)| cast.check_load(name).is_ok()).collect();
        }
        other
    };
    let participants = |scenario: &Scenario| (entry.cast)(&scenario.settings).map(|cast| cast.participants().len());
    let fewer = |other: &Scenario| matches!((participants(other), participants(scenario)), (Ok(a), Ok(b)) if a < b);
    (min..known.unwrap_or(min)).map(with).filter(fewer).filter(fits).collect()
}

/// Whether all that the scenario names is there.
fn fits(scenario: &Scenario) -> bool {
    let cast = find(&scenario.protocol).and_then(|entry| (entry.cast)(&scenario.settings));
    cast.is_ok_and(|cast| cast.check_names(scenario).is_ok())
}

/// What clients ask by themselves is left out or becomes less.
pub fn with_less_work(scenario: &Scenario) -> Vec<Scenario> {
    let Some(work) = scenario.run.workload else { return Vec::new() };
    let with = |workload| {
        let mut other = scenario.clone();
        other.run.workload = workload;
        other
    };
    let halves = std::iter::successors(Some(1), |few| Some(few * 2)).take_while(|few| *few < work.operations);
    // Powers of two go first, so that much work shrinks quickly.
    let one_less = work.operations.checked_sub(1).filter(|few| !few.is_power_of_two());
    let fewer = halves.chain(one_less).map(|operations| Some(lightcone_sim::Workload { operations, ..work }));
    std::iter::once(None).chain(fewer).map(with).collect()
}

/// The run ends after so many ms.
pub fn until(scenario: &Scenario, millis: u64) -> Scenario {
    let end = Micros::ms(millis);
    let mut other = scenario.clone();
    other.run.until = end;
    other.run.interventions.retain(|one| one.start().is_none_or(|at| at <= end));
    for one in &mut other.run.interventions {
        if let Until::At(at) = &mut one.until {
            *at = (*at).min(end);
        }
    }
    other.run.interventions.retain(|one| !matches!((one.start(), one.until), (Some(at), Until::At(end)) if end <= at));
    other
}

/// A held scenario in which things are done at an even pace. It ends one pace after the last of them, so that the diagram
/// has room for what that one sent.
pub fn paced(scenario: &Scenario) -> Scenario {
    let mut instants: Vec<Micros> = scenario.run.interventions.iter().filter_map(Intervention::start).collect();
    lightcone_core::order::sort(&mut instants);
    instants.dedup();
    let place = |at: Micros| {
        let place = instants.iter().position(|known| *known == at).unwrap_or_default() as u64;
        Micros(PACE.0 * (place + 1))
    };
    let mut other = scenario.clone();
    for one in &mut other.run.interventions {
        if let When::At(at) = &mut one.when {
            let before = std::mem::replace(at, place(*at));
            if let Until::At(end) = &mut one.until {
                *end = at.plus(end.minus(before));
            }
        }
    }
    other.run.until = Micros(PACE.0 * (instants.len() as u64 + 1));
    other
}

//! Making a scenario that breaks a guarantee as small as it can be while it still breaks the same one.

use crate::{Lab, Scenario, ScenarioError, explore::is_broken, find};
use lightcone_check::shrink;
use lightcone_core::{Delivery, FieldKind, Micros};
use lightcone_sim::{Fault, Intervention, Selected, Selector, Until, When, trace::Cause};
use serde_json::Value;

/// Where everything is held: from one thing that is done to the next.
const PACE: Micros = Micros::ms(10);

/// A scenario without all that it can do without and still break the guarantee of this name: interventions, participants,
/// what clients ask, and time. None of what is left can be left out alone.
///
/// # Errors
/// If it cannot be run, or does not break that.
pub fn shrunk(scenario: &Scenario, name: &str) -> Result<Scenario, ScenarioError> {
    if !is_broken(scenario, name)? {
        return Err(ScenarioError::field(name, "is not broken in this run, so there is nothing to shrink"));
    }
    let goal = Goal { name, anyway: !rests_on_what_it_should(scenario)? };
    let mut least = scenario.clone();
    loop {
        let before = least.clone();
        least = sooner(least, goal);
        least = with_fewer_interventions(least, goal);
        least = with_fewer_participants(least, goal);
        least = with_less_work(least, goal);
        if least == before {
            return Ok(least);
        }
    }
}

/// Whether a scenario breaks it, and nothing that its guarantees rest on unless that is so `anyway`.
fn breaks(scenario: &Scenario, Goal { name, anyway }: Goal<'_>) -> bool {
    let kept = |scenario| rests_on_what_it_should(scenario).unwrap_or(false);
    is_broken(scenario, name).unwrap_or(false) && (anyway || kept(scenario))
}

/// What a smaller scenario must do as well.
#[derive(Clone, Copy)]
struct Goal<'a> {
    /// Break this.
    name: &'a str,
    /// Whether it may be in a run that breaks what the guarantees rest on: if it was so to begin with.
    anyway: bool,
}

/// Whether a run keeps everything that its guarantees rest on.
fn rests_on_what_it_should(scenario: &Scenario) -> Result<bool, ScenarioError> {
    let mut lab = crate::open(scenario.clone())?;
    while !lab.advance(100_000) {}
    Ok(lab.run().trace().violations.is_empty())
}

/// The first of these that still breaks it, smallest first; else what there was.
fn taken(scenario: Scenario, smaller: impl IntoIterator<Item = Scenario>, goal: Goal<'_>) -> Scenario {
    smaller.into_iter().find(|one| breaks(one, goal)).unwrap_or(scenario)
}

fn with_interventions(scenario: &Scenario, interventions: &[Intervention]) -> Scenario {
    let mut other = scenario.clone();
    other.run.interventions = interventions.to_vec();
    other
}

fn with_fewer_interventions(scenario: Scenario, goal: Goal<'_>) -> Scenario {
    let fails = |interventions: &[Intervention]| breaks(&with_interventions(&scenario, interventions), goal);
    let few = shrink(&scenario.run.interventions, fails);
    with_interventions(&scenario, &few)
}

/// Whatever number among the settings makes for fewer participants is made as small as it can be.
fn with_fewer_participants(mut scenario: Scenario, goal: Goal<'_>) -> Scenario {
    let Ok(entry) = find(&scenario.protocol) else { return scenario };
    let defaults = (entry.defaults)();
    for field in (entry.form)().fields {
        let FieldKind::Number { min, .. } = field.kind else { continue };
        let known = scenario.settings.get(field.name).or(defaults.get(field.name)).and_then(Value::as_u64);
        let with = |count: u64| {
            let mut other = scenario.clone();
            other.settings.insert(field.name.into(), count.into());
            other
        };
        let participants = |scenario: &Scenario| (entry.cast)(&scenario.settings).map(|cast| cast.participants().len());
        let fewer =
            |other: &Scenario| matches!((participants(other), participants(&scenario)), (Ok(a), Ok(b)) if a < b);
        let smaller: Vec<Scenario> = (min..known.unwrap_or(min)).map(with).filter(fewer).filter(fits).collect();
        scenario = taken(scenario.clone(), smaller, goal);
    }
    scenario
}

/// Whether all that the scenario names is there.
fn fits(scenario: &Scenario) -> bool {
    let cast = find(&scenario.protocol).and_then(|entry| (entry.cast)(&scenario.settings));
    cast.is_ok_and(|cast| cast.check_names(scenario).is_ok())
}

/// What clients ask by themselves is left out or becomes less.
fn with_less_work(scenario: Scenario, goal: Goal<'_>) -> Scenario {
    let Some(work) = scenario.run.workload else { return scenario };
    let with = |workload| {
        let mut other = scenario.clone();
        other.run.workload = workload;
        other
    };
    let halves = std::iter::successors(Some(1), |few| Some(few * 2)).take_while(|few| *few < work.operations);
    let fewer = halves.map(|operations| Some(lightcone_sim::Workload { operations, ..work }));
    let smaller: Vec<Scenario> = std::iter::once(None).chain(fewer).map(with).collect();
    taken(scenario, smaller, goal)
}

/// The run ends when it is broken; where everything is held, nothing waits for longer than it must.
fn sooner(scenario: Scenario, goal: Goal<'_>) -> Scenario {
    if scenario.run.held {
        let paced = paced(&scenario);
        return taken(scenario, [paced], goal);
    }
    let until = |end: u64| {
        let mut other = scenario.clone();
        other.run.until = Micros(end);
        other.run.interventions.retain(|one| one.start().is_none_or(|at| at <= Micros(end)));
        for one in &mut other.run.interventions {
            if let Until::At(at) = &mut one.until {
                *at = (*at).min(Micros(end));
            }
        }
        other
            .run
            .interventions
            .retain(|one| !matches!((one.start(), one.until), (Some(at), Until::At(end)) if end <= at));
        other
    };
    // What is broken stays so: the end can be halved for, by whole milliseconds.
    let (mut good, mut bad) = (0, scenario.run.until.0 / 1_000);
    while good < bad {
        let middle = u64::midpoint(good, bad);
        if breaks(&until(middle * 1_000), goal) { bad = middle } else { good = middle + 1 }
    }
    taken(scenario.clone(), [until(bad * 1_000)], goal)
}

/// A held scenario in which things are done at an even pace.
fn paced(scenario: &Scenario) -> Scenario {
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

/// The same with natural timing: nothing is held, and messages and timers take as long as they took until they were
/// delivered and fired; what was not is lost or comes after the end. Then it is shrunk. None if that does not break it.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn natural(scenario: &Scenario, name: &str) -> Result<Option<Scenario>, ScenarioError> {
    let mut lab = crate::open(scenario.clone())?;
    while !lab.advance(100_000) {}
    let mut free = scenario.clone();
    free.run.held = false;
    free.run.interventions.retain(|one| !matches!(one.fault, Fault::Deliver { .. } | Fault::Fire { .. } | Fault::Hold));
    let since = held_since(scenario);
    let timed = of_messages(&*lab, since).into_iter().chain(of_timers(&*lab, since));
    let timed = (scenario.next_id()..).zip(timed).map(|(id, (selector, fault))| Intervention::on(id, selector, fault));
    free.run.interventions.extend(timed);
    let goal = Goal { name, anyway: !rests_on_what_it_should(scenario)? };
    if breaks(&free, goal) { shrunk(&free, name).map(Some) } else { Ok(None) }
}

/// Since when everything is held: what was over before took its natural time.
fn held_since(scenario: &Scenario) -> Micros {
    let held = scenario.run.interventions.iter().filter(|one| one.fault == Fault::Hold).filter_map(Intervention::start);
    if scenario.run.held { Micros::ZERO } else { held.min().unwrap_or(scenario.run.until) }
}

/// When all is over.
fn late(lab: &dyn Lab) -> Micros {
    lab.scenario().run.until.plus(PACE)
}

/// How long each message took. What never came is lost, or where nothing is, under way for longer than all goes on.
fn of_messages(lab: &dyn Lab, since: Micros) -> Vec<(Selector, Fault)> {
    let lossy = lab.about().assumptions.delivery == Delivery::FairLossy;
    let trace = lab.run().trace();
    let came = |place: usize| {
        let event = trace.events.iter().find(|event| event.cause == Cause::Message(place as u32));
        event.map(|event| event.at)
    };
    let natural = |(place, message): (usize, &lightcone_sim::trace::Message)| {
        let selector = lab.message(place).selector.parse().ok()?;
        let fault = match came(place) {
            None if lossy => Fault::Drop,
            at => Fault::Move { to: at.unwrap_or(late(lab)).minus(message.sent) },
        };
        Some((selector, fault))
    };
    let of_interest = |(_, message): &(usize, &lightcone_sim::trace::Message)| !message.copy && message.end >= since;
    trace.messages.iter().enumerate().filter(of_interest).filter_map(natural).collect()
}

/// How long each timer ran; what did not fire would do so later.
fn of_timers(lab: &dyn Lab, since: Micros) -> Vec<(Selector, Fault)> {
    let (run, mut all) = (lab.run(), Vec::new());
    let trace = run.trace();
    for (place, arming) in trace.armings.iter().enumerate() {
        let fired = trace.events.iter().find(|event| event.name == arming.name).map(|event| event.at);
        if fired.is_some_and(|at| at < since) {
            continue;
        }
        let like = |other: &&lightcone_sim::trace::Arming| (other.timer, other.node) == (arming.timer, arming.node);
        let nth = trace.armings[..=place].iter().filter(like).count() as u32;
        let timer = trace.timers[usize::from(arming.timer)].1.clone();
        let what = Selected::Arming { timer, node: lab.participants()[arming.node.index()].name.clone() };
        let armed = trace.events[arming.event as usize].at;
        let to = fired.unwrap_or(late(lab)).minus(armed);
        all.push((Selector { what, nth }, Fault::Move { to }));
    }
    all
}

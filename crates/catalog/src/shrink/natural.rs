//! From a held run to one with natural timing.

use super::{Shrinking, smaller::PACE};
use crate::{Scenario, ScenarioError, explore::ended};
use lightcone_core::{Delivery, Micros};
use lightcone_sim::{Fault, Intervention, Run, Selected, Selector, trace::Cause};

/// The same with natural timing, shrunk; none if that does not break it.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn natural(scenario: &Scenario, name: &str) -> Result<Option<Scenario>, ScenarioError> {
    let mut shrinking = freed(scenario, name)?;
    loop {
        match shrinking.advance(100_000) {
            Ok(true) => {}
            Ok(false) => return Ok(Some(shrinking.least)),
            // It does not break it, and that is an answer.
            Err(_) => return Ok(None),
        }
    }
}

/// The same with natural timing, to be shrunk: nothing is held, and messages and timers take as long as they took until
/// they were delivered and fired; what was not is lost or comes after the end. It may break nothing any more.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn freed(scenario: &Scenario, name: &str) -> Result<Shrinking, ScenarioError> {
    let run = ended(scenario)?;
    let mut free = scenario.clone();
    free.run.held = false;
    free.run.interventions.retain(|one| !matches!(one.fault, Fault::Deliver { .. } | Fault::Fire { .. } | Fault::Hold));
    let since = held_since(scenario);
    let timed = of_messages(&run, since).into_iter().chain(of_timers(&run, since));
    let timed = (scenario.next_id()..).zip(timed).map(|(id, (selector, fault))| Intervention::on(id, selector, fault));
    free.run.interventions.extend(timed);
    // Natural timing alone is no reason to break what the guarantees rest on.
    let anyway = run.void_since(scenario.run.until).is_some();
    Ok(Shrinking { anyway, ..Shrinking::new(free, name) })
}

/// Since when everything is held: what was over before took its natural time.
fn held_since(scenario: &Scenario) -> Micros {
    let held = scenario.run.interventions.iter().filter(|one| one.fault == Fault::Hold).filter_map(Intervention::start);
    if scenario.run.held { Micros::ZERO } else { held.min().unwrap_or(scenario.run.until) }
}

/// When all is over.
fn late(run: &Run) -> Micros {
    run.scenario().until.plus(PACE)
}

/// How long each message took. What never came is lost, or where nothing is, under way for longer than all goes on.
fn of_messages(run: &Run, since: Micros) -> Vec<(Selector, Fault)> {
    let lossy = run.setup().actors.about().assumptions.delivery != Delivery::Reliable;
    let trace = run.trace();
    let came = |place: usize| {
        let event = trace.events.iter().find(|event| event.cause == Cause::Message(place as u32));
        event.map(|event| event.at)
    };
    let natural = |(place, message): (usize, &lightcone_sim::trace::Message)| {
        let selector = run.message(place).selector.parse().ok()?;
        let fault = match came(place) {
            None if lossy => Fault::Drop,
            at => Fault::Move { to: at.unwrap_or(late(run)).minus(message.sent) },
        };
        Some((selector, fault))
    };
    let of_interest = |(_, message): &(usize, &lightcone_sim::trace::Message)| !message.copy && message.end >= since;
    trace.messages.iter().enumerate().filter(of_interest).filter_map(natural).collect()
}

/// How long each timer ran; what did not fire would do so later.
fn of_timers(run: &Run, since: Micros) -> Vec<(Selector, Fault)> {
    let mut all = Vec::new();
    let trace = run.trace();
    for (place, arming) in trace.armings.iter().enumerate() {
        let fired = trace.events.iter().find(|event| event.name == arming.name).map(|event| event.at);
        if fired.is_some_and(|at| at < since) {
            continue;
        }
        let like = |other: &&lightcone_sim::trace::Arming| (other.timer, other.node) == (arming.timer, arming.node);
        let nth = trace.armings[..=place].iter().filter(like).count() as u32;
        let timer = trace.timers[usize::from(arming.timer)].1.clone();
        let what = Selected::Arming { timer, node: run.setup().name(arming.node).to_string() };
        let armed = trace.events[arming.event as usize].at;
        let to = fired.unwrap_or(late(run)).minus(armed);
        all.push((Selector { what, nth }, Fault::Move { to }));
    }
    all
}

//! Which nodes an edit touches first, and which events of two runs it can have changed: the light-cone law.

use crate::{
    Fault, Intervention, Run, When,
    setup::{Act, Plan, Target},
    trace::{Cause, Trace},
};
use lightcone_core::{Micros, NodeId, Protocol};

/// For each participant, the earliest instant at which its input can differ.
pub type Footprint = Vec<Option<Micros>>;

/// The footprint of the edit that leads from one run to another.
///
/// Each intervention that is in only one of them counts with all that it can do: a cut with every receiver behind it
/// from its start, or from the earlier end if only its end differs; a crash, start, request or local event with its
/// participant at its instant; a dropped message with its receiver at its arrival; a crash within a step with its
/// participant when the step is taken.
pub fn footprint<P: Protocol>(old: &Run<P>, new: &Run<P>) -> Footprint {
    let mut print = vec![None; old.setup().cluster.specs.len()];
    let (a, b) = (&old.scenario().interventions, &new.scenario().interventions);
    for one in a.iter().filter(|one| !b.contains(one)) {
        add(&mut print, old, one, b);
    }
    for one in b.iter().filter(|one| !a.contains(one)) {
        add(&mut print, new, one, a);
    }
    print
}

fn touch(print: &mut Footprint, node: NodeId, at: Micros) {
    let place = &mut print[node.index()];
    *place = Some(place.map_or(at, |known| known.min(at)));
}

fn add<P: Protocol>(print: &mut Footprint, run: &Run<P>, one: &Intervention, others: &[Intervention]) {
    if matches!(one.fault, Fault::Heal) {
        // It ends every cut in force, so every receiver behind one is touched, from the instant of the heal.
        if let When::At(at) = one.when {
            run.setup().everyone().iter().for_each(|node| touch(print, node, at));
        }
        return;
    }
    let Ok(plan) = Plan::new(run.setup(), std::slice::from_ref(one)) else { return };
    for entry in &plan.entries {
        match &entry.act {
            Act::Cut(_, blocks) => {
                let from = end_that_differs(one, others).unwrap_or(entry.at);
                blocks.iter().flat_map(|receivers| receivers.iter()).for_each(|node| touch(print, node, from));
            }
            Act::Mend => {}
            Act::Crash(node) | Act::Restart(node) | Act::Invoke(node, _) | Act::Local(node, _) => {
                touch(print, *node, entry.at);
            }
        }
    }
    for watch in &plan.watches {
        let at = first_match(run, &watch.target, watch.nth);
        let node = match watch.target {
            Target::Message { to, .. } => to,
            Target::Timer { node, .. } => node,
        };
        if let Some(at) = at {
            touch(print, node, at);
        }
    }
}

/// If only the ends of a lasting intervention differ between two runs, the earlier end.
fn end_that_differs(one: &Intervention, others: &[Intervention]) -> Option<Micros> {
    let twin = others.iter().find(|other| other.id == one.id)?;
    let (mut a, mut b) = (one.clone(), twin.clone());
    let (ends, ended) = (a.fault.until(), b.fault.until());
    a.fault.set_until(None);
    b.fault.set_until(None);
    if a == b { [ends, ended].into_iter().flatten().min() } else { None }
}

/// When the selected message reaches its receiver, or would, or when the selected timer fires.
fn first_match<P: Protocol>(run: &Run<P>, target: &Target, nth: u32) -> Option<Micros> {
    let trace = run.trace();
    let skip = nth.saturating_sub(1) as usize;
    match target {
        Target::Message { key, from, to } => {
            let likes = trace.messages.iter().filter(|m| (m.from, m.to) == (*from, *to));
            likes.filter(|m| m.key.to_string() == *key).nth(skip).map(|m| m.end)
        }
        Target::Timer { label, node } => {
            let fired = trace.events.iter().filter(|e| e.node == *node && matches!(e.cause, Cause::Armed(_)));
            fired.filter(|e| trace.timers[e.timer as usize].1 == *label).nth(skip).map(|e| e.at)
        }
    }
}

/// The causal future of an edit: for each participant the instant from which its lane can differ, along lanes and then
/// along messages of either run. A message that arrives in one run only is a difference, wherever it is missing.
pub fn future<P: Protocol>(old: &Run<P>, new: &Run<P>) -> Footprint {
    let mut touched = footprint(old, new);
    let mut arrivals: Vec<Arrival> = arrivals(old.trace()).chain(arrivals(new.trace())).collect();
    // A message flies for some time, so what is inside at its sending is settled before its arrival is looked at.
    arrivals.sort_unstable_by_key(|arrival| arrival.at);
    for arrival in arrivals {
        if is_inside(&touched, arrival.from, arrival.sent) {
            touch(&mut touched, arrival.to, arrival.at);
        }
    }
    touched
}

/// Whether what happens at a participant at some instant lies within a future.
pub fn is_inside(future: &Footprint, node: NodeId, at: Micros) -> bool {
    future[node.index()].is_some_and(|from| from <= at)
}

/// A message that was handled.
struct Arrival {
    at: Micros,
    to: NodeId,
    sent: Micros,
    from: NodeId,
}

fn arrivals<P: Protocol>(trace: &Trace<P>) -> impl Iterator<Item = Arrival> {
    trace.events.iter().filter_map(|event| match event.cause {
        Cause::Message(message) => {
            let message = &trace.messages[message as usize];
            Some(Arrival { at: event.at, to: event.node, sent: message.sent, from: message.from })
        }
        _ => None,
    })
}

/// The light-cone law for an edit: every event outside its future is in both runs, the same in name, time and content.
///
/// # Errors
/// The first event that breaks the law.
pub fn light_cone_law<P: Protocol>(old: &Run<P>, new: &Run<P>) -> Result<(), String> {
    let future = future(old, new);
    let outside = |run: &Run<P>| {
        let events = run.trace().events.iter().filter(|event| !is_inside(&future, event.node, event.at));
        let mut outside: Vec<_> = events.map(|e| (e.at, e.node, e.name, e.content)).collect();
        outside.sort_unstable();
        outside
    };
    let (before, after) = (outside(old), outside(new));
    if before == after {
        return Ok(());
    }
    let place = before.iter().zip(&after).position(|(a, b)| a != b).unwrap_or(before.len().min(after.len()));
    Err(format!("{:?} became {:?}; future {future:?}", before.get(place), after.get(place)))
}

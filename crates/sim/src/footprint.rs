//! Which nodes an edit touches first, and which events of two runs it can have changed: the light-cone law.

use crate::{
    Fault, Intervention, Selected, Selector, When,
    act::{Act, Bound, Lasting, Moment, act},
    plan::{Does, Plan, Target, reads},
    rerun::only_end_differs,
    run::Run,
    trace::{Cause, Trace},
    trigger::{Count, Place},
};
use lightcone_core::{Micros, NodeId};

/// For each participant, the earliest instant at which its input can differ.
pub type Footprint = Vec<Option<Micros>>;

/// The footprint of the edit that leads from one run to another.
///
/// Each intervention that is in only one of them counts with all that it can do: what closes or disturbs links with every
/// receiver behind them from its start, or from the earlier end if only its end differs; what is done to a participant
/// with that participant at its instant; what is done to a message with its receiver at the earlier of its two arrivals;
/// what is done to a timer with its owner at the earlier of its two firings; what happens on a condition with all that from
/// the instant at which the condition was met.
pub fn footprint(old: &Run, new: &Run) -> Footprint {
    let mut print = vec![None; old.setup().specs().len()];
    let (a, b) = (&old.scenario().interventions, &new.scenario().interventions);
    for one in a.iter().filter(|one| !b.contains(one)) {
        add(&mut print, (old, new), one, b);
    }
    for one in b.iter().filter(|one| !a.contains(one)) {
        add(&mut print, (new, old), one, a);
    }
    print
}

fn touch(print: &mut Footprint, node: NodeId, at: Micros) -> bool {
    let place = &mut print[node.index()];
    let earlier = place.is_none_or(|known| at < known);
    if earlier {
        *place = Some(at);
    }
    earlier
}

fn add(print: &mut Footprint, (run, other): (&Run, &Run), one: &Intervention, others: &[Intervention]) {
    let Ok(plan) = Plan::new(run.setup(), std::slice::from_ref(one)) else { return };
    let earlier_end = others.iter().find(|other| other.id == one.id).and_then(|twin| only_end_differs(one, twin));
    for entry in &plan.entries {
        affect(print, run, (&one.fault, &entry.act), earlier_end.unwrap_or(entry.at));
    }
    for watch in plan.watches.iter().filter(|watch| watch.does != Does::Mark) {
        touch_selected(print, run, other, &watch.target, watch.nth);
    }
    if let When::If(_) = one.when {
        affect_on_condition(print, run, one);
    }
}

/// What an act changes first, from an instant on.
fn affect(print: &mut Footprint, run: &Run, (fault, act): (&Fault, &Act), at: Micros) -> bool {
    let everyone = run.setup().everyone();
    let mut touched = false;
    let mut touch = |node: NodeId| touched |= touch(print, node, at);
    match act {
        Act::Lasting(lasting) => match &**lasting {
            Lasting::Cut(_, links, _) | Lasting::Slow(links, _) | Lasting::Lossy(links, _) => {
                links.iter().flat_map(|receivers| receivers.iter()).for_each(touch);
            }
            Lasting::Copying(links, _) | Lasting::Clog(links, _) | Lasting::Reorder(links, _) => {
                links.iter().flat_map(|receivers| receivers.iter()).for_each(touch);
            }
            // What others hear of a Byzantine server leaves its lane, in one run or the other.
            Lasting::Pause(node) | Lasting::Clock(node, ..) | Lasting::Liar(node, _) => touch(*node),
            Lasting::Hold => everyone.iter().for_each(touch),
        },
        Act::Moment(moment) => match moment {
            Moment::Heal => everyone.iter().for_each(touch),
            Moment::Crash(node, ..) | Moment::Restart(node) | Moment::Join(node) | Moment::Leave(node) => touch(*node),
            Moment::Invoke(node, _) | Moment::Local(node, _) | Moment::Fire(node, _) => touch(*node),
            Moment::Deliver => receiver(run, fault).into_iter().for_each(touch),
        },
    }
    touched
}

/// Whoever delivers a message has its receiver in mind, whichever message that is.
fn receiver(run: &Run, fault: &Fault) -> Option<NodeId> {
    match fault {
        Fault::Deliver { message: Selector { what: Selected::Message { to, .. }, .. } } => run.setup().find(to),
        _ => None,
    }
}

/// When a conditional intervention was carried out, and by whom its condition was met.
fn met(run: &Run, id: u32) -> Option<(Micros, Bound)> {
    run.trace().counts.iter().find_map(|count| Some((count.at, count.met.filter(|_| count.id == id)?)))
}

fn affect_on_condition(print: &mut Footprint, run: &Run, one: &Intervention) {
    if let Some((at, bound)) = met(run, one.id)
        && let Ok(act) = act(run.setup(), &one.fault, bound)
    {
        affect(print, run, (&one.fault, &act), at);
    }
}

/// The receiver of a selected message from the earlier of its arrivals in the two runs; the owner of a selected timer
/// from the earlier of its firings.
fn touch_selected(print: &mut Footprint, run: &Run, other: &Run, target: &Target, nth: u32) {
    let skip = nth.saturating_sub(1) as usize;
    match target {
        Target::Message { key, from, to } => {
            let find = |run: &Run| {
                let like = run.trace().messages.iter().filter(|m| (m.from, m.to) == (*from, *to) && !m.copy);
                like.filter(|m| reads(&m.key, key)).nth(skip).copied()
            };
            for message in [find(run), find(other)].into_iter().flatten() {
                touch(print, *to, message.end);
                touch_copies(print, run, &message);
                touch_copies(print, other, &message);
            }
        }
        Target::Firing { label, node } => {
            let trace = run.trace();
            let fired = trace.events.iter().filter(|e| e.node == *node && matches!(e.cause, Cause::Armed(_)));
            if let Some(event) = fired.filter(|e| trace.timers[e.timer as usize].1 == *label).nth(skip) {
                touch(print, *node, event.at);
            }
        }
        Target::Arming { label, node } => {
            // What the timer's owner does with another firing lies after the earlier one; its arming is before both.
            for run in [run, other] {
                let trace = run.trace();
                let armed = trace.armings.iter().filter(|a| a.node == *node);
                let armed = armed.filter(|a| trace.timers[usize::from(a.timer)].1 == *label).nth(skip);
                let fires = armed.and_then(|armed| trace.events.iter().find(|event| event.name == armed.name));
                if let Some(event) = fires {
                    touch(print, *node, event.at);
                }
            }
        }
    }
}

fn touch_copies(print: &mut Footprint, run: &Run, message: &crate::trace::Message) {
    let sent = run.trace().sent_by(message.sent_by as usize);
    let copies = run.trace().messages[sent].iter().filter(|m| m.copy && m.key == message.key && m.to == message.to);
    for copy in copies {
        touch(print, copy.to, copy.end);
    }
}

/// The causal future of an edit: for each participant the instant from which its lane can differ, along lanes, along
/// messages of either run, and along conditions that steps inside it counted towards. A message that arrives in one run
/// only is a difference, wherever it is missing.
pub fn future(old: &Run, new: &Run) -> Footprint {
    let mut touched = footprint(old, new);
    let mut arrivals: Vec<Arrival> = arrivals(old.trace()).chain(arrivals(new.trace())).collect();
    // A message flies for some time, so what is inside at its sending is settled before its arrival is looked at.
    lightcone_core::order::sort_by_key(&mut arrivals, |arrival| arrival.at);
    let conditional =
        |one: &&Intervention| matches!(one.when, When::If(_)) && new.scenario().interventions.contains(one);
    let conditional: Vec<&Intervention> = old.scenario().interventions.iter().filter(conditional).collect();
    loop {
        for arrival in &arrivals {
            if is_inside(&touched, arrival.from, arrival.sent) {
                touch(&mut touched, arrival.to, arrival.at);
            }
        }
        // Each is looked at, however many of them make the future grow.
        let grew = conditional.iter().filter(|one| along_condition(&mut touched, (old, new), one)).count();
        if grew == 0 {
            return touched;
        }
    }
}

/// If anything that counted towards a condition, in either run, lies inside: all that its fault changes, from the earlier
/// of the two instants at which it was carried out.
fn along_condition(touched: &mut Footprint, runs: (&Run, &Run), one: &Intervention) -> bool {
    let inside = |count: &Count| match count.place {
        Place::Lane(node) => is_inside(touched, node, count.at),
        Place::Flight(from, sent, to, end) => {
            // It may be lost on its way, or where it waits.
            is_inside(touched, from, sent) || is_inside(touched, to, end.max(count.at))
        }
        Place::Everyone => touched.iter().any(|from| from.is_some_and(|from| from <= count.at)),
    };
    let counts = |run: &Run| run.trace().counts.iter().any(|count| count.id == one.id && inside(count));
    if !counts(runs.0) && !counts(runs.1) {
        return false;
    }
    let both = [met(runs.0, one.id), met(runs.1, one.id)];
    let Some(first) = both.iter().flatten().map(|(at, _)| *at).min() else { return false };
    let mut grew = false;
    for (_, bound) in both.into_iter().flatten() {
        if let Ok(act) = act(runs.0.setup(), &one.fault, bound) {
            grew |= affect(touched, runs.0, (&one.fault, &act), first);
        }
    }
    grew
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

fn arrivals(trace: &Trace) -> impl Iterator<Item = Arrival> {
    let arrived = trace.messages.iter().filter(|message| message.fate.arrived());
    arrived.map(|m| Arrival { at: m.end, to: m.to, sent: m.sent, from: m.from })
}

/// The light-cone law for an edit: every event outside its future is in both runs, the same in name, time and content.
///
/// # Errors
/// The first event that breaks the law.
pub fn light_cone_law(old: &Run, new: &Run) -> Result<(), String> {
    let future = future(old, new);
    let outside = |run: &Run| {
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

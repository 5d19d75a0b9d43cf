//! When it is done: on a message, a timer or a condition of a run.

use super::{Dice, faults::name};
use lightcone_core::Role;
use lightcone_sim::{
    Condition, Name, Run, Selected, Selector, When,
    condition::{Clause, Happening, Passage, Who},
    trace::{Arming, Event, Message},
    view::EventKind,
};

/// Something that happened in a run, or might have.
pub(super) fn condition(dice: &mut Dice, run: &Run) -> Condition {
    let mut clauses = vec![clause(dice, run)];
    if dice.below(5) == 0 {
        clauses.push(clause(dice, run));
    }
    Condition { clauses }
}

pub(super) fn clause(dice: &mut Dice, run: &Run) -> Clause {
    let trace = run.trace();
    let who = if dice.below(2) == 0 { Who::Someone } else { Who::Named(name(dice, run)) };
    let passages = [Passage::Sent, Passage::Delivered, Passage::Lost];
    let role = dice.one_of(&[Role::Leader, Role::Candidate, Role::Follower]).name().to_string();
    let what = match dice.below(10) {
        0 if !trace.roles.is_empty() => Happening::Are(1 + dice.below(3) as u32, role),
        1 if !trace.roles.is_empty() => Happening::Becomes(who, role),
        2 if !trace.timers.is_empty() => {
            let (_, label) = &trace.timers[dice.below(trace.timers.len())];
            Happening::Fires(label.clone(), who)
        }
        3 => Happening::Crashes(who),
        4 => Happening::Starts(who),
        5 => Happening::Asks(who),
        6 => Happening::Answered(who),
        7 => Happening::Broken(None),
        _ if !trace.messages.is_empty() => {
            let key = trace.messages[dice.below(trace.messages.len())].key;
            let key = if dice.below(2) == 0 { key.kind.name.to_string() } else { key.to_string() };
            Happening::Message { key, from: who, to: Who::Someone, passage: dice.one_of(&passages) }
        }
        _ => {
            let rules = run.setup().actors.rules();
            Happening::Does(who, rules[dice.below(rules.len())].name.to_string())
        }
    };
    Clause { what, nth: 1 + dice.below(3) as u32 }
}

pub(super) fn on(dice: &mut Dice, selector: Selector, name: Name) -> When {
    When::On { selector, name: (dice.below(2) == 0).then_some(name) }
}

pub(super) fn on_message(dice: &mut Dice, run: &Run) -> When {
    let (setup, messages) = (run.setup(), &run.trace().messages);
    let sent: Vec<_> = messages.iter().filter(|m| !m.copy).collect();
    if sent.is_empty() {
        let what = Selected::Message { key: "Nothing".into(), from: "n1".into(), to: "n1".into() };
        return When::On { selector: Selector { what, nth: 1 }, name: None };
    }
    let place = dice.below(sent.len());
    let m = sent[place];
    let like = |other: &&&Message| (other.from, other.to, other.key) == (m.from, m.to, m.key);
    let nth = sent[..=place].iter().filter(like).count() as u32;
    let (from, to) = (setup.name(m.from).into(), setup.name(m.to).into());
    on(dice, Selector { what: Selected::Message { key: m.key.to_string(), from, to }, nth }, m.name)
}

pub(super) fn on_timer(dice: &mut Dice, run: &Run) -> When {
    let trace = run.trace();
    let timers: Vec<_> = trace.events.iter().filter(|event| event.kind == EventKind::Timer).collect();
    let Some(last) = timers.len().checked_sub(1) else { return on_message(dice, run) };
    let place = dice.below(last + 1);
    let label = |event: &Event| (event.node, trace.timers[event.timer as usize].1.clone());
    let (node, timer) = label(timers[place]);
    let nth = timers[..=place].iter().filter(|event| label(event) == (node, timer.clone())).count() as u32;
    let node = run.setup().name(node).into();
    on(dice, Selector { what: Selected::Timer { timer, node }, nth }, timers[place].name)
}

pub(super) fn on_arming(dice: &mut Dice, run: &Run) -> When {
    let trace = run.trace();
    let Some(last) = trace.armings.len().checked_sub(1) else { return on_message(dice, run) };
    let place = dice.below(last + 1);
    let label = |a: &Arming| (a.node, trace.timers[usize::from(a.timer)].1.clone());
    let (node, timer) = label(&trace.armings[place]);
    let nth = trace.armings[..=place].iter().filter(|a| label(a) == (node, timer.clone())).count() as u32;
    let node = run.setup().name(node).into();
    on(dice, Selector { what: Selected::Arming { timer, node }, nth }, trace.armings[place].name)
}

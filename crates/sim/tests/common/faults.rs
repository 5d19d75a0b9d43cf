//! Random interventions of every kind.

use super::{Dice, Subject};
use lightcone_core::Micros;
use lightcone_sim::{
    Across, Bandwidth, Disk, Fault, Intervention, Latency, Links, Manner, Name, Run, Selected, Selector, Until, When,
    view::EventKind,
};

/// Any intervention, on something that happens in `run` where it needs that.
pub fn intervention<P: Subject>(dice: &mut Dice, run: &Run, id: u32) -> Intervention {
    let until = until(dice, run);
    let (when, fault) = match dice.below(20) {
        0 | 1 => (on_message(dice, run), done_to_message(dice)),
        2 => (on_timer(dice, run), Fault::Crash { node: "it".into(), disk: Disk::Kept, after: Some(dice.below(6) as u32) }),
        3 => (on_arming(dice, run), Fault::Move { to: dice.time(Micros::ms(400)) }),
        6 => deliver_early(dice, run),
        4 | 5 => (When::If(dice.one_of(P::CONDITIONS).parse().unwrap()), on_condition::<P>(dice, run)),
        _ => (When::At(dice.time(run.scenario().until)), fault::<P>(dice, run)),
    };
    Intervention { id, when, until, fault }
}

/// A message delivered while it is under way.
fn deliver_early(dice: &mut Dice, run: &Run) -> (When, Fault) {
    let When::On { selector, name } = on_message(dice, run) else { unreachable!("it is on something") };
    let found = run.trace().messages.iter().find(|m| name.is_some_and(|name| name == m.name));
    let at = found.map_or(run.scenario().until, |m| Micros(m.sent.0 + dice.below((m.end.0 - m.sent.0).max(1) as usize) as u64));
    (When::At(at), Fault::Deliver { message: selector })
}

fn until(dice: &mut Dice, run: &Run) -> Until {
    match dice.below(4) {
        0 => Until::End,
        1 => Until::For(dice.time(Micros::ms(500))),
        _ => Until::At(dice.time(run.scenario().until)),
    }
}

fn name(dice: &mut Dice, run: &Run) -> String {
    let specs = run.setup().specs();
    specs[dice.below(specs.len())].name.clone()
}

fn links(dice: &mut Dice, run: &Run) -> Links {
    let both = dice.below(3) == 0;
    let star = dice.below(4);
    let from = if star == 0 { "*".into() } else { name(dice, run) };
    let to = if star == 1 { "*".into() } else { name(dice, run) };
    Links { from, to, both }
}

fn done_to_message(dice: &mut Dice) -> Fault {
    match dice.below(5) {
        0 => Fault::Drop,
        1 => Fault::Duplicate,
        2 => Fault::Lie { nth: 1 },
        3 => Fault::Crash { node: "it".into(), disk: disk(dice), after: Some(dice.below(6) as u32) },
        _ => Fault::Move { to: dice.time(Micros::ms(200)) },
    }
}

fn disk(dice: &mut Dice) -> Disk {
    dice.one_of(&[Disk::Kept, Disk::LastWriteLost, Disk::Lost])
}

/// What can be done at an instant.
fn fault<P: Subject>(dice: &mut Dice, run: &Run) -> Fault {
    let node = name(dice, run);
    match dice.below(10) {
        0..=3 => on_links(dice, run),
        4 => Fault::Heal,
        5 => Fault::Crash { node, disk: disk(dice), after: None },
        6 => Fault::Restart { node },
        7 => P::ask(dice),
        8 => at_node(dice, node),
        _ => held(dice, run),
    }
}

fn on_links(dice: &mut Dice, run: &Run) -> Fault {
    let links = links(dice, run);
    let across = dice.one_of(&[Across::Lost, Across::Held]);
    let percent = dice.one_of(&[10, 50, 100]);
    match dice.below(8) {
        0 | 1 => {
            let count = 2 + dice.below(2);
            let mut groups = vec![Vec::new(); count];
            run.setup().specs().iter().for_each(|spec| groups[dice.below(count)].push(spec.name.clone()));
            Fault::Partition { groups, across }
        }
        2 => Fault::Cut { links, across },
        3 => Fault::Slow { links, by: dice.one_of(&["10ms", "5ms..80ms", "1ms..9ms tail 200ms"]).parse().unwrap() },
        4 => Fault::Lossy { links, percent },
        5 => Fault::Copying { links, percent },
        6 => {
            let bandwidth = Bandwidth { each: dice.time(Micros::ms(20)).plus(Micros(1)), queue: dice.one_of(&[None, Some(2)]) };
            Fault::Clog { links, bandwidth }
        }
        _ => Fault::Reorder { links, by: dice.time(Micros::ms(60)) },
    }
}

fn at_node(dice: &mut Dice, node: String) -> Fault {
    let manners = [Manner::Silent, Manner::Equivocating, Manner::Lying, Manner::Delaying, Manner::Unasked];
    match dice.below(5) {
        0 | 1 => Fault::Pause { node },
        2 => Fault::Clock { node, ahead: dice.time(Micros::ms(50)), drift: dice.one_of(&[-300_000, 0, 400_000]) },
        3 => Fault::Byzantine { node, manner: dice.one_of(&manners) },
        _ => dice.one_of(&[Fault::Join { node: node.clone() }, Fault::Leave { node }]),
    }
}

fn held(dice: &mut Dice, run: &Run) -> Fault {
    let of = |when: When| match when {
        When::On { selector, .. } => selector,
        _ => unreachable!("it is on something"),
    };
    match dice.below(4) {
        0 => Fault::Hold,
        1 => Fault::Fire { timer: of(on_timer(dice, run)) },
        _ => Fault::Deliver { message: of(on_message(dice, run)) },
    }
}

/// What can be done on a condition, often to whoever met it.
fn on_condition<P: Subject>(dice: &mut Dice, run: &Run) -> Fault {
    let it = || "it".to_string();
    match dice.below(8) {
        0 => Fault::Partition { groups: vec![vec![], vec![it()]], across: Across::Lost },
        1 => Fault::Crash { node: it(), disk: disk(dice), after: None },
        2 => Fault::Pause { node: it() },
        3 => Fault::Slow { links: Links { from: it(), to: "*".into(), both: true }, by: Latency::span(lightcone_core::Span::ms(5, 50)) },
        4 => Fault::Restart { node: name(dice, run) },
        5 => Fault::Crash { node: name(dice, run), disk: Disk::Kept, after: None },
        _ => fault::<P>(dice, run),
    }
}

fn on(dice: &mut Dice, selector: Selector, name: Name) -> When {
    When::On { selector, name: (dice.below(2) == 0).then_some(name) }
}

fn on_message(dice: &mut Dice, run: &Run) -> When {
    let (setup, messages) = (run.setup(), &run.trace().messages);
    let sent: Vec<_> = messages.iter().filter(|m| !m.copy).collect();
    if sent.is_empty() {
        let what = Selected::Message { key: "Nothing".into(), from: "n1".into(), to: "n1".into() };
        return When::On { selector: Selector { what, nth: 1 }, name: None };
    }
    let place = dice.below(sent.len());
    let m = sent[place];
    let like = |other: &&&lightcone_sim::trace::Message| (other.from, other.to, other.key) == (m.from, m.to, m.key);
    let nth = sent[..=place].iter().filter(like).count() as u32;
    let (from, to) = (setup.name(m.from).into(), setup.name(m.to).into());
    on(dice, Selector { what: Selected::Message { key: m.key.to_string(), from, to }, nth }, m.name)
}

fn on_timer(dice: &mut Dice, run: &Run) -> When {
    let trace = run.trace();
    let timers: Vec<_> = trace.events.iter().filter(|event| event.kind == EventKind::Timer).collect();
    let Some(last) = timers.len().checked_sub(1) else { return on_message(dice, run) };
    let place = dice.below(last + 1);
    let label = |event: &lightcone_sim::trace::Event| (event.node, trace.timers[event.timer as usize].1.clone());
    let (node, timer) = label(timers[place]);
    let nth = timers[..=place].iter().filter(|event| label(event) == (node, timer.clone())).count() as u32;
    let node = run.setup().name(node).into();
    on(dice, Selector { what: Selected::Timer { timer, node }, nth }, timers[place].name)
}

fn on_arming(dice: &mut Dice, run: &Run) -> When {
    let trace = run.trace();
    let Some(last) = trace.armings.len().checked_sub(1) else { return on_message(dice, run) };
    let place = dice.below(last + 1);
    let label = |a: &lightcone_sim::trace::Arming| (a.node, trace.timers[usize::from(a.timer)].1.clone());
    let (node, timer) = label(&trace.armings[place]);
    let nth = trace.armings[..=place].iter().filter(|a| label(a) == (node, timer.clone())).count() as u32;
    let node = run.setup().name(node).into();
    on(dice, Selector { what: Selected::Arming { timer, node }, nth }, trace.armings[place].name)
}

/// Other interventions in place of those of `run`: some added, removed, moved in time or in their end.
pub fn edited<P: Subject>(dice: &mut Dice, run: &Run) -> Vec<Intervention> {
    let mut new = run.scenario().interventions.clone();
    for change in 0..=dice.below(2) {
        let place = dice.below(new.len().max(1));
        match dice.below(6) {
            0 if !new.is_empty() => {
                new.remove(place);
            }
            1 | 2 if !new.is_empty() => new[place].until = until(dice, run),
            3 if !new.is_empty() && matches!(new[place].when, When::At(_)) => {
                new[place].when = When::At(dice.time(run.scenario().until));
            }
            _ => new.push(intervention::<P>(dice, run, 100 + change as u32)),
        }
    }
    new
}

//! What is done: a fault of any kind.

use super::{
    Dice,
    events::{on_message, on_timer},
};
use lightcone_core::{Micros, NodeKind, Span, service::Mix};
use lightcone_sim::{Across, Bandwidth, Disk, Fault, Latency, Links, Manner, Run, When};

pub(super) fn name(dice: &mut Dice, run: &Run) -> String {
    let specs = run.setup().specs();
    specs[dice.below(specs.len())].name.clone()
}

pub(super) fn slower(dice: &mut Dice) -> Latency {
    let tail = Latency { span: Span::ms(1, 9), tail: Some(Micros::ms(200)) };
    dice.one_of(&[Latency::span(Span::ms(10, 10)), Latency::span(Span::ms(5, 80)), tail])
}

/// An operation of a client, or a local event where there are no clients.
pub(super) fn ask(dice: &mut Dice, run: &Run) -> Fault {
    let setup = run.setup();
    let clients: Vec<_> = setup.specs().iter().filter(|spec| spec.kind == NodeKind::Client).collect();
    let causes = setup.actors.stimuli();
    if clients.is_empty() && !causes.is_empty() {
        let cause = &causes[dice.below(causes.len())];
        return Fault::Local { node: setup.name(cause.node).into(), what: cause.label.clone() };
    }
    let Some(last) = clients.len().checked_sub(1) else { return Fault::Heal };
    let client = clients[dice.below(last + 1)].name.clone();
    let serial = dice.below(100) as u64;
    let mut draw = |n: u32| dice.below(n as usize) as u32;
    let op = setup.actors.sample(&mut draw, Mix { reads: 40, keys: 2, skew: 0 }, serial);
    Fault::Request { client, op: setup.actors.op_words(&op) }
}

pub(super) fn links(dice: &mut Dice, run: &Run) -> Links {
    let both = dice.below(3) == 0;
    let star = dice.below(4);
    let from = if star == 0 { "*".into() } else { name(dice, run) };
    let to = if star == 1 { "*".into() } else { name(dice, run) };
    Links { from, to, both }
}

pub(super) fn done_to_message(dice: &mut Dice) -> Fault {
    match dice.below(5) {
        0 => Fault::Drop,
        1 => Fault::Duplicate,
        2 => Fault::Lie { nth: 1 },
        3 => Fault::Crash { node: "it".into(), disk: disk(dice), after: Some(dice.below(6) as u32) },
        _ => Fault::Move { to: dice.time(Micros::ms(200)) },
    }
}

pub(super) fn disk(dice: &mut Dice) -> Disk {
    dice.one_of(&[Disk::Kept, Disk::LastWriteLost, Disk::Lost])
}

/// What can be done at an instant.
pub(super) fn fault(dice: &mut Dice, run: &Run) -> Fault {
    let node = name(dice, run);
    match dice.below(10) {
        0..=3 => on_links(dice, run),
        4 => Fault::Heal,
        5 => Fault::Crash { node, disk: disk(dice), after: None },
        6 => Fault::Restart { node },
        7 => ask(dice, run),
        8 => at_node(dice, run, node),
        _ => held(dice, run),
    }
}

/// The same, and a crash may wait for the next step, to fall in the middle of it.
pub(super) fn at_instant(dice: &mut Dice, run: &Run) -> Fault {
    match fault(dice, run) {
        Fault::Crash { node, disk, .. } => {
            Fault::Crash { node, disk, after: dice.one_of(&[None, Some(0), Some(1), Some(3)]) }
        }
        other => other,
    }
}

pub(super) fn on_links(dice: &mut Dice, run: &Run) -> Fault {
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
        3 => Fault::Slow { links, by: slower(dice) },
        4 => Fault::Lossy { links, percent },
        5 => Fault::Copying { links, percent },
        6 => {
            let bandwidth =
                Bandwidth { each: dice.time(Micros::ms(20)).plus(Micros(1)), queue: dice.one_of(&[None, Some(2)]) };
            Fault::Clog { links, bandwidth }
        }
        _ => Fault::Reorder { links, by: dice.time(Micros::ms(60)) },
    }
}

pub(super) fn at_node(dice: &mut Dice, run: &Run, node: String) -> Fault {
    let late = run.setup().specs().iter().find(|spec| spec.late).map(|spec| spec.name.clone());
    let manners = [Manner::Silent, Manner::Equivocating, Manner::Lying, Manner::Delaying, Manner::Unasked];
    match dice.below(5) {
        0 | 1 => Fault::Pause { node },
        2 => Fault::Clock { node, ahead: dice.time(Micros::ms(50)), drift: dice.one_of(&[-300_000, 0, 400_000]) },
        3 => Fault::Byzantine { node, manner: dice.one_of(&manners) },
        _ if late.is_some() || dice.below(2) == 0 => Fault::Join { node: late.unwrap_or(node) },
        _ => Fault::Leave { node },
    }
}

pub(super) fn held(dice: &mut Dice, run: &Run) -> Fault {
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
pub(super) fn on_condition(dice: &mut Dice, run: &Run) -> Fault {
    let it = || "it".to_string();
    match dice.below(8) {
        0 => Fault::Partition { groups: vec![vec![], vec![it()]], across: Across::Lost },
        1 => Fault::Crash { node: it(), disk: disk(dice), after: None },
        2 => Fault::Pause { node: it() },
        3 => {
            Fault::Slow { links: Links { from: it(), to: "*".into(), both: true }, by: Latency::span(Span::ms(5, 50)) }
        }
        4 => Fault::Restart { node: name(dice, run) },
        5 => Fault::Crash { node: name(dice, run), disk: Disk::Kept, after: None },
        _ => fault(dice, run),
    }
}

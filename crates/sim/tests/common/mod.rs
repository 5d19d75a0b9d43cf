//! Random scenarios of every protocol, and random edits of their interventions.

#![allow(dead_code, reason = "each test file uses its own part")]

use lightcone_core::{
    Micros, NodeId, Protocol, Span,
    protocols::{bracha::Bracha, lamport::Lamport, raft::Raft},
};
use lightcone_sim::{Pace, Run, Scenario, Workload, trace::Cause, view::EventKind};

#[allow(unused_imports, reason = "each test file uses its own part")]
pub use lightcone_check::any::{Dice, clocks, edited, intervention, load, network};

/// What a test needs to know of a protocol in order to run it.
pub trait Subject: Protocol {
    fn config(dice: &mut Dice) -> Self::Config;
    fn workload(_: &mut Dice) -> Option<Workload> {
        None
    }
}

impl Subject for Raft {
    fn config(dice: &mut Dice) -> Self::Config {
        let (servers, max_entries) = (dice.one_of(&[1, 3, 3, 4, 5]), dice.one_of(&[1, 3, 16]));
        Self::Config { servers, clients: 2, max_entries, client_timeout: Span::ms(100, 200), ..Self::Config::default() }
    }

    fn workload(dice: &mut Dice) -> Option<Workload> {
        let span = Span::ms(5, 60);
        let pace = if dice.below(3) == 0 { Pace::Every(span) } else { Pace::Pause(span) };
        let (start, skew) = (Micros::ms(150), dice.one_of(&[0, 70]));
        Some(Workload { start, pace, operations: dice.one_of(&[0, 5, 50]), reads: 40, keys: 2, skew })
    }
}

impl Subject for Lamport {
    fn config(dice: &mut Dice) -> Self::Config {
        Self::Config { processes: 4, late: dice.one_of(&[0, 1]), pace: Span::ms(5, 40), ..Self::Config::default() }
    }
}

impl Subject for Bracha {
    fn config(dice: &mut Dice) -> Self::Config {
        let (servers, faulty) = dice.one_of(&[(4, 1), (7, 2), (3, 1)]);
        Self::Config { servers, faulty, ..Self::Config::default() }
    }
}

/// A scenario of a test case, with up to `most` interventions.
pub fn scenario<P: Subject>(dice: &mut Dice, most: usize) -> (P::Config, Scenario) {
    let config = P::config(dice);
    let bare = Scenario {
        seed: dice.below(1 << 40) as u64,
        until: Micros::ms(1_200),
        network: network(dice),
        workload: P::workload(dice),
        load: load(dice),
        held: dice.below(25) == 0,
        ..Scenario::default()
    };
    let base = finished::<P>(config.clone(), bare.clone());
    let clocks = if dice.below(2) == 0 { clocks(dice, &base) } else { Default::default() };
    let count = if most == 0 { 0 } else { dice.below(most + 1) };
    let interventions = (1..).take(count).map(|id| intervention(dice, &base, id)).collect();
    (config, Scenario { clocks, interventions, ..bare })
}

/// The whole run of a scenario.
pub fn finished<P: Protocol>(config: P::Config, scenario: Scenario) -> Run {
    let mut run = Run::new::<P>(config, scenario).unwrap();
    run.finish();
    run
}

/// A run of the same protocol and settings with another scenario.
pub fn again<P: Protocol>(run: &Run, scenario: Scenario) -> Run {
    finished::<P>(run.config::<P>().clone(), scenario)
}

/// Everything that a run says of itself, in a form in which two runs can be compared.
pub fn facts(run: &Run) -> Vec<String> {
    let trace = run.trace();
    let label = |event: &lightcone_sim::trace::Event| match event.kind {
        EventKind::Timer => trace.timers[event.timer as usize].1.as_str(),
        _ => "",
    };
    let mut facts = vec![format!("fingerprint {:x}", run.world().fingerprint)];
    facts.extend(trace.events.iter().map(|e| {
        // Labels are numbered as they come up, and an edited run remembers those of before.
        let cause = match e.cause {
            Cause::Armed(by) => format!("armed by {by}"),
            other => format!("{other:?}"),
        };
        format!("{} {} {} {:x} {cause} {:?} {:?} {}", e.name, e.at, e.rules, e.content, e.node, e.kind, label(e))
    }));
    facts.extend(trace.messages.iter().map(|message| format!("{message:?}")));
    let actors = &run.setup().actors;
    facts.extend(trace.ops.iter().map(|op| {
        let done = op.done.as_ref().map(|(event, at, ret)| (event, at, actors.ret_words(ret)));
        format!("{:?} {} {} {} {done:?}", op.id, actors.op_words(&op.op), op.event, op.at)
    }));
    facts.extend(trace.lanes.iter().map(|lane| format!("{lane:?}")));
    facts.extend(
        trace
            .armings
            .iter()
            .map(|a| format!("{} {} {} {:?}", a.name, a.event, trace.timers[usize::from(a.timer)].1, a.node)),
    );
    facts.extend(trace.spells.iter().map(|spell| format!("{spell:?}")));
    facts.extend(trace.counts.iter().map(|count| format!("{count:?}")));
    facts.extend(trace.violations.iter().map(|violation| format!("{violation:?}")));
    facts.extend(trace.roles.iter().map(|role| format!("{role:?}")));
    facts.extend(trace.broken.iter().map(|broken| format!("{broken:?}")));
    facts.extend(trace.put_off.iter().map(|put_off| format!("{put_off:?}")));
    facts.extend(trace.remarks.iter().map(|remark| format!("{remark:?}")));
    facts.extend(run.idle().iter().map(|idle| format!("{idle:?}")));
    facts.extend(states(run, run.trace().events.len()));
    facts
}

/// The cluster after some events: states, disks, armed timers and messages under way.
pub fn states(run: &Run, events: usize) -> Vec<String> {
    let world = run.at(events);
    let actors = &run.setup().actors;
    let shown = |state: &Option<lightcone_sim::actors::Datum>| state.as_ref().map(|state| actors.debug(state));
    let slot = |node: NodeId| {
        let slot = world.slot(node);
        format!("{node:?} {:?} {:?} {:?} {:?}", shown(&slot.machine), shown(&slot.disk), slot.timers, slot.clock)
    };
    let flight = |f: &lightcone_sim::InFlight| {
        format!("{} {} {:?} {} {:?} {:?}", f.name, f.record, f.to, f.arrives, f.parked, actors.packet(&f.parcel.packet))
    };
    let mut flights: Vec<String> = world.flights().map(flight).collect();
    flights.sort();
    run.setup().everyone().iter().map(slot).chain(flights).collect()
}

/// The first fact in which two lists differ.
pub fn assert_same(a: &[String], b: &[String], what: &str) {
    let place = a.iter().zip(b).position(|(a, b)| a != b);
    let place = place.or_else(|| (a.len() != b.len()).then_some(a.len().min(b.len())));
    if let Some(place) = place {
        panic!("{what}: fact {place} is\n{:?}\nhere and\n{:?}\nthere", a.get(place), b.get(place));
    }
}

//! Each order of broadcast under a thousand seeds of every fault that it is meant to survive: nothing comes before what it
//! must follow, and everyone delivers everything in the end.

use lightcone_check::{ChaosSettings, Limits, Progress, chaos, judge};
use lightcone_core::{
    Micros,
    protocols::broadcast::{Broadcast, Bug, Config, Guarantee},
};
use lightcone_sim::{Run, Scenario};

const HORIZON: Micros = Micros::ms(6_000);
const ORDERS: [Guarantee; 4] = [Guarantee::Unordered, Guarantee::Fifo, Guarantee::Causal, Guarantee::Total];

fn run(order: Guarantee, bug: Bug, seed: u64) -> Run {
    let config = Config { processes: 2 + seed % 4, order, broadcasts: 1 + seed % 6, bug, ..Config::default() };
    let scenario = Scenario { seed, until: HORIZON, ..Scenario::default() };
    let mut run = Run::new::<Broadcast>(config, scenario).unwrap();
    let settings = ChaosSettings { requests: 20, calm: 40, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

/// How many times a rule was followed.
fn followed(run: &Run, name: &str) -> usize {
    let rules = run.setup().actors.rules();
    let rule = rules.iter().position(|rule| rule.name == name).unwrap();
    run.trace().events.iter().filter(|event| event.rules & 1 << rule != 0).count()
}

fn survive(order: Guarantee) {
    let (mut events, mut broadcasts, mut held, mut at_rest) = (0, 0, 0, 0);
    for seed in 0..1_000 {
        let run = run(order, Bug::None, seed);
        let report = judge::<Broadcast>(&run, Limits::default());
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "{order:?}, seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(run.trace().violations.is_empty(), "{order:?}, seed {seed}: {:?}", run.trace().violations);
        events += run.trace().events.len();
        broadcasts += followed(&run, "broadcast");
        held += followed(&run, "hold back");
        at_rest += usize::from(matches!(report.progress, Progress::AtRest { .. }));
    }
    println!("{order:?}: {events} events, {broadcasts} broadcasts, {held} held back; {at_rest} came to rest");
    assert!(broadcasts > 10_000, "{order:?}: there were {broadcasts} broadcasts only");
    assert_eq!(held > 1_000, order > Guarantee::Unordered, "{order:?}: {held} were held back");
    assert!(at_rest > 900, "{order:?}: {at_rest} seeds came to rest only");
}

#[test]
fn unordered_and_fifo_broadcast_survive() {
    survive(Guarantee::Unordered);
    survive(Guarantee::Fifo);
}

#[test]
fn causal_and_total_broadcast_survive() {
    survive(Guarantee::Causal);
    survive(Guarantee::Total);
}

/// The same faults, and nothing but the order differs: what is promised can be seen.
#[test]
fn no_two_orders_always_deliver_alike() {
    for pair in ORDERS.windows(2) {
        let differs = (0..200).any(|seed| {
            let [weak, strict] = [pair[0], pair[1]].map(|order| run(order, Bug::None, seed));
            let delivered = |run: &Run| {
                let states = run.setup().servers().iter().map(|node| run.world().slot(node).machine.clone());
                states.map(|state| run.setup().actors.fields(&state.expect("it is up"))[0].clone()).collect::<Vec<_>>()
            };
            delivered(&weak) != delivered(&strict)
        });
        assert!(differs, "{pair:?} always deliver the same in the same order");
    }
}

#[test]
fn planted_bugs_are_found() {
    for (order, bug, caught_by) in [
        (Guarantee::Fifo, Bug::NoHoldBack, "FIFO Order"),
        (Guarantee::Causal, Bug::NoHoldBack, "Causal Order"),
        (Guarantee::Total, Bug::NoHoldBack, "Total Order"),
        (Guarantee::Causal, Bug::SenderOnly, "Causal Order"),
        (Guarantee::Total, Bug::DeliverEarly, "Total Order"),
        (Guarantee::Causal, Bug::NoRecheck, "Progress"),
    ] {
        let found = (0..500)
            .find(|seed| judge::<Broadcast>(&run(order, bug, *seed), Limits::default()).wrong().contains(&caught_by));
        println!("{bug:?} under {order:?} breaks {caught_by} in seed {found:?}");
        assert!(found.is_some(), "{bug:?} under {order:?} is not found");
    }
}

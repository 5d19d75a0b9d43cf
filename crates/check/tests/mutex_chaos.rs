//! Mutual exclusion under a thousand seeds of every fault that it is meant to survive: nobody shares the lock, and every
//! request is granted in the end.

use lightcone_check::{ChaosSettings, Limits, Progress, chaos, judge};
use lightcone_core::{
    Micros, Order,
    protocols::mutex::{Bug, Config, Mutex},
};
use lightcone_sim::{Network, Run, Scenario};

const HORIZON: Micros = Micros::ms(6_000);

fn run(bug: Bug, order: Order, seed: u64) -> Run {
    let config = Config { processes: 2 + seed % 4, wishes: seed % 3, bug, ..Config::default() };
    let network = Network { order, ..Network::default() };
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<Mutex>(config, scenario).unwrap();
    let settings = ChaosSettings { requests: 20, calm: 40, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

/// How many times the lock was granted.
fn grants(run: &Run) -> usize {
    let rules = run.setup().actors.rules();
    let grant = rules.iter().position(|rule| rule.name == "grant").unwrap();
    run.trace().events.iter().filter(|event| event.rules & 1 << grant != 0).count()
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut events, mut granted, mut at_rest) = (0, 0, 0);
    let count = usize::try_from(seeds.end - seeds.start).unwrap();
    for seed in seeds {
        let run = run(Bug::None, Order::Fifo, seed);
        let report = judge::<Mutex>(&run, Limits::default());
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(run.trace().violations.is_empty(), "seed {seed}: {:?}", run.trace().violations);
        events += run.trace().events.len();
        granted += grants(&run);
        at_rest += usize::from(matches!(report.progress, Progress::AtRest { .. }));
    }
    println!("{count} seeds, {events} events, {granted} grants; {at_rest} came to rest");
    assert!(granted > 5 * count, "the lock was granted {granted} times only");
    assert!(at_rest * 10 > count * 9, "{at_rest} of {count} seeds came to rest only");
}

#[test]
fn the_first_five_hundred_seeds_share_nothing() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_share_nothing() {
    survive(500..1_000);
}

#[test]
fn planted_bugs_are_found_and_so_is_the_lack_of_order() {
    for (bug, order, caught_by) in [
        (Bug::GrantEarly, Order::Fifo, "Mutual Exclusion"),
        (Bug::NoTieBreak, Order::Fifo, "Mutual Exclusion"),
        (Bug::SilentRelease, Order::Fifo, "Progress"),
        (Bug::None, Order::Any, "Mutual Exclusion"),
    ] {
        let found = (0..500)
            .find(|seed| judge::<Mutex>(&run(bug, order, *seed), Limits::default()).wrong().contains(&caught_by));
        println!("{bug:?} with {order:?} order breaks {caught_by} in seed {found:?}");
        assert!(found.is_some(), "{bug:?} with {order:?} order is not found");
    }
}

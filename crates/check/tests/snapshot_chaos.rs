//! Snapshots under a thousand seeds of every fault that they are meant to survive: every cut is consistent, no money is
//! missing, and every snapshot ends.

use lightcone_check::{ChaosSettings, Limits, Progress, chaos, judge};
use lightcone_core::{
    Micros, Order,
    protocols::snapshot::{Bug, Config, Snapshot},
};
use lightcone_sim::{Network, Run, Scenario};

const HORIZON: Micros = Micros::ms(6_000);

fn run(bug: Bug, order: Order, seed: u64) -> Run {
    let (processes, token) = (2 + seed % 4, seed.is_multiple_of(7));
    let config = Config { processes, token, payments: 10 + seed % 20, snapshots: seed % 3, bug, ..Config::default() };
    let network = Network { order, ..Network::default() };
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<Snapshot>(config, scenario).unwrap();
    let settings = ChaosSettings { requests: 20, calm: 40, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

/// The cuts at the end, and how many of the processes' steps put money down that was in transit.
fn tally(run: &Run) -> (usize, usize) {
    let rules = run.setup().actors.rules();
    let transit = rules.iter().position(|rule| rule.name == "in transit").unwrap();
    let cuts = run.setup().actors.cuts(&run.world().ghost);
    assert!(cuts.iter().all(|cut| cut.inputs.iter().all(Option::is_some)), "{cuts:?}");
    (cuts.len(), run.trace().events.iter().filter(|event| event.rules & 1 << transit != 0).count())
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut events, mut snapshots, mut transits, mut at_rest) = (0, 0, 0, 0);
    let count = usize::try_from(seeds.end - seeds.start).unwrap();
    for seed in seeds {
        let run = run(Bug::None, Order::Fifo, seed);
        let report = judge::<Snapshot>(&run, Limits::default());
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(run.trace().violations.is_empty(), "seed {seed}: {:?}", run.trace().violations);
        let (cuts, in_transit) = tally(&run);
        events += run.trace().events.len();
        snapshots += cuts;
        transits += in_transit;
        at_rest += usize::from(matches!(report.progress, Progress::AtRest { .. }));
    }
    println!(
        "{count} seeds, {events} events, {snapshots} snapshots, {transits} times in transit; {at_rest} came to rest"
    );
    assert!(snapshots > 2 * count, "there were {snapshots} snapshots only");
    assert!(transits > count, "{transits} times something was in transit only");
    assert!(at_rest * 10 > count * 9, "{at_rest} of {count} seeds came to rest only");
}

#[test]
fn the_first_five_hundred_seeds_lose_no_money() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_lose_no_money() {
    survive(500..1_000);
}

#[test]
fn planted_bugs_are_found_and_so_is_the_lack_of_order() {
    for (bug, order, caught_by) in [
        (Bug::LateMarkers, Order::Fifo, "Consistent Cut"),
        (Bug::NoChannels, Order::Fifo, "Channel State"),
        (Bug::NoChannels, Order::Fifo, "Conservation"),
        (Bug::NoRelay, Order::Fifo, "Progress"),
        (Bug::None, Order::Any, "Consistent Cut"),
        (Bug::None, Order::Any, "Channel State"),
    ] {
        let found = (0..500)
            .find(|seed| judge::<Snapshot>(&run(bug, order, *seed), Limits::default()).wrong().contains(&caught_by));
        println!("{bug:?} with {order:?} order breaks {caught_by} in seed {found:?}");
        assert!(found.is_some(), "{bug:?} with {order:?} order is not found");
    }
}

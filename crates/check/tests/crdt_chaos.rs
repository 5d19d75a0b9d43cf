//! Replicas under a thousand seeds of every fault that they are meant to survive, with every type and both ways to meet: they
//! show what the operations that they have taken come to, everyone is served, and at rest all agree.

mod common;

use lightcone_check::{ChaosSettings, chaos, debts};
use lightcone_core::{
    Micros,
    crdt::Type,
    protocols::crdt::{Config, Delivery, Replica},
};
use lightcone_sim::{Network, Run, Scenario};

const HORIZON: Micros = Micros::ms(3_000);

/// Few and many replicas and clients, of every type, with every delivery that the type can bear.
fn config(seed: u64) -> Config {
    let which = Type::ALL[usize::try_from(seed % 7).unwrap()];
    let needs = which.needs();
    let delivery = match seed / 7 % 3 {
        0 => Delivery::State,
        1 if !needs.once && !needs.causal => Delivery::Raw,
        _ => Delivery::Causal,
    };
    Config { servers: 2 + seed / 21 % 3, clients: 2 + seed % 3, which, delivery, ..Config::default() }
}

fn run(config: Config, seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed / 11 % 3 * 4).unwrap(), ..Network::default() };
    let mut run =
        Run::new::<Replica>(config, Scenario { seed, until: HORIZON, network, ..Scenario::default() }).unwrap();
    let settings = ChaosSettings { requests: 50, copying: 10, calm: 50, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

#[derive(Debug, Default)]
struct Tally {
    events: usize,
    operations: u64,
    answered: usize,
    at_rest: usize,
    held_back: usize,
    due: usize,
}

/// How many operations were made, as the replica that has seen the most knows.
fn operations(run: &Run) -> u64 {
    let servers = run.setup().servers();
    let seen = servers.iter().filter_map(|node| run.world().node::<Replica>(node));
    seen.map(|replica| replica.seen.as_slice().iter().sum()).max().unwrap_or(0)
}

fn rule(run: &Run, name: &str) -> bool {
    let place = run.setup().actors.rules().iter().position(|rule| rule.name == name).expect("there is such a rule");
    run.trace().events.iter().any(|event| event.rules & (1 << place) != 0)
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    let due = common::survive::survive::<Replica>(
        seeds,
        |seed| run(config(seed), seed),
        |run| {
            tally.events += run.trace().events.len();
            tally.operations += operations(run);
            tally.answered += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
            tally.at_rest += usize::from(debts(run).is_ok());
            tally.held_back += usize::from(rule(run, "hold back"));
        },
    );
    tally.due += due;
    println!("{count} seeds, {tally:?}");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
    assert!(tally.at_rest * 10 > count * 8, "{tally:?} came to rest, where all replicas agree");
    assert!(tally.operations > count as u64 * 3, "{tally:?}");
    assert!(tally.held_back * 20 > count, "operations overtake each other in too few of {count} runs: {tally:?}");
}

#[test]
fn the_first_five_hundred_seeds_agree_in_the_end() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_agree_in_the_end() {
    survive(500..1_000);
}

/// Raw delivery breaks each type that needs more, under the same faults.
#[test]
fn raw_delivery_breaks_the_types_that_need_more() {
    for which in Type::ALL {
        let needs = which.needs();
        let broken = (0..60).filter(|seed| {
            let raw = Config { which, delivery: Delivery::Raw, ..config(*seed) };
            !run(raw, *seed).trace().broken.is_empty()
        });
        let broken = broken.count();
        assert_eq!(broken > 0, needs.once || needs.causal, "{which:?} is broken in {broken} of 60 runs");
    }
}

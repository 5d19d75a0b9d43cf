//! A store that takes writes anywhere under a thousand seeds of every fault that it is meant to survive: no write is lost,
//! no sibling is false, everyone is served, and at rest all servers agree.

mod common;

use lightcone_check::{ChaosSettings, chaos, debts};
use lightcone_core::{
    Micros,
    protocols::versions::{Config, Versioning, Versions},
};
use lightcone_sim::{Network, Run, Scenario};

const HORIZON: Micros = Micros::ms(4_000);

/// Few and many servers and clients, which stay or wander, with the two kinds of versions that are exact.
fn config(seed: u64) -> Config {
    Config {
        servers: 2 + seed % 3,
        clients: 2 + seed / 3 % 4,
        versioning: if seed % 4 == 3 { Versioning::Clients } else { Versioning::Dotted },
        wander: seed.is_multiple_of(2),
        ..Config::default()
    }
}

fn run(config: Config, seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed / 11 % 3 * 4).unwrap(), ..Network::default() };
    let mut run =
        Run::new::<Versions>(config, Scenario { seed, until: HORIZON, network, ..Scenario::default() }).unwrap();
    let settings = ChaosSettings { requests: 80, copying: 10, calm: 50, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

#[derive(Debug, Default)]
struct Tally {
    events: usize,
    answered: usize,
    siblings: usize,
    at_rest: usize,
    due: usize,
}

/// The most siblings of a key that a server holds at the end.
fn siblings(run: &Run) -> usize {
    let servers = run.setup().servers();
    let held = servers.iter().filter_map(|node| run.world().node::<Versions>(node));
    held.flat_map(|server| server.keys.values().map(|siblings| siblings.len()).collect::<Vec<_>>()).max().unwrap_or(0)
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    let due = common::survive::survive::<Versions>(
        seeds,
        |seed| run(config(seed), seed),
        |run| {
            tally.events += run.trace().events.len();
            tally.answered += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
            tally.siblings += usize::from(siblings(run) > 1);
            tally.at_rest += usize::from(debts(run).is_ok());
        },
    );
    tally.due += due;
    println!("{count} seeds, {tally:?}");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
    assert!(tally.at_rest * 10 > count * 9, "{tally:?} came to rest, where all servers agree");
    assert!(tally.siblings * 2 > count, "siblings are left in too few of {count} runs: {tally:?}");
    assert!(tally.answered > count * 5, "{tally:?}");
}

#[test]
fn the_first_five_hundred_seeds_lose_no_write_and_agree_in_the_end() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_lose_no_write_and_agree_in_the_end() {
    survive(500..1_000);
}

/// With an entry for each server the same clients lose writes.
#[test]
fn an_entry_for_each_server_loses_writes() {
    let lost = (0..100).filter(|seed| {
        let run = run(Config { versioning: Versioning::Servers, ..config(*seed) }, *seed);
        let names = run.setup().actors.invariants();
        run.trace().broken.iter().any(|broken| names[broken.invariant].name == "No Lost Write")
    });
    let lost = lost.count();
    assert!(lost > 50, "writes were lost in {lost} of 100 runs");
}

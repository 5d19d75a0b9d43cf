//! Multi-leader replication under a thousand seeds of every fault that it is meant to survive: no write is lost, everyone is
//! served, and at rest all leaders hold the same, in every topology, with versions or merged. Where the last writer wins,
//! writes are dropped, and all leaders agree on which.

mod common;

use lightcone_check::{ChaosSettings, chaos, debts};
use lightcone_core::{
    Micros, Rule as _,
    protocols::multileader::{Config, Conflicts, Leader, Rule, Topology},
};
use lightcone_sim::{Network, Run, Scenario};

const HORIZON: Micros = Micros::ms(4_000);

/// One to five leaders in every topology, with every way to deal with conflicts, clients that stay or wander.
fn config(seed: u64) -> Config {
    let pick = |by: u64, of: usize| usize::try_from(seed / by % of as u64).unwrap();
    Config {
        servers: [3, 2, 4, 3, 5, 1][pick(1, 6)],
        topology: [Topology::All, Topology::Ring, Topology::Star][pick(6, 3)],
        conflicts: [Conflicts::Vectors, Conflicts::Merge, Conflicts::LastWriter][pick(18, 3)],
        wander: pick(54, 2) > 0,
        ..Config::default()
    }
}

fn run(config: Config, seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed % 4 * 4).unwrap(), ..Network::default() };
    let mut run =
        Run::new::<Leader>(config, Scenario { seed, until: HORIZON, network, ..Scenario::default() }).unwrap();
    let settings = ChaosSettings { requests: 80, crashes: 20, copying: 10, calm: 50, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

/// What happened in many runs.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    answered: usize,
    siblings: usize,
    removals: usize,
    dropped: usize,
    held_back: usize,
    passed_on: usize,
    again: usize,
    at_rest: usize,
    due: usize,
}

impl Tally {
    fn count(&mut self, run: &Run) {
        let trace = run.trace();
        let followed = |rule: Rule| trace.events.iter().filter(|event| event.rules & 1 << rule.index() != 0).count();
        self.events += trace.events.len();
        self.answered += trace.ops.iter().filter(|op| op.done.is_some()).count();
        self.siblings += followed(Rule::Siblings);
        self.removals += followed(Rule::Remove);
        self.dropped += followed(Rule::Earlier);
        self.held_back += followed(Rule::Wait);
        self.passed_on += followed(Rule::PassOn);
        self.again += followed(Rule::Resend);
        self.at_rest += usize::from(debts(run).is_ok());
    }
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    let due = common::survive::survive::<Leader>(seeds, |seed| run(config(seed), seed), |run| tally.count(run));
    tally.due += due;
    println!("{count} seeds, {tally:?}");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
    assert!(tally.at_rest * 10 > count * 9, "{tally:?} came to rest, where all leaders agree");
    assert!(tally.answered > count * 5, "{tally:?}");
    let least = tally.siblings.min(tally.held_back).min(tally.passed_on).min(tally.again);
    assert!(least > count / 2 && tally.removals.min(tally.dropped) > count / 10, "{tally:?}");
}

#[test]
fn the_first_five_hundred_seeds_lose_no_write_and_agree_in_the_end() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_lose_no_write_and_agree_in_the_end() {
    survive(500..1_000);
}

/// In how many of some runs each invariant is broken, by name; nothing may be owed.
fn broken(seeds: std::ops::Range<u64>, change: impl Fn(&mut Config)) -> Vec<(&'static str, usize)> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for seed in seeds {
        let mut config = config(seed);
        change(&mut config);
        let merges = config.conflicts == Conflicts::Merge && !config.causal;
        let run = run(config, seed);
        let names = run.setup().actors.invariants();
        for broken in &run.trace().broken {
            let name = names[broken.invariant].name;
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => found.push((name, 1)),
            }
        }
        assert!(merges || debts(&run).unwrap_or_default().is_empty(), "seed {seed}: {:?}", debts(&run));
    }
    found
}

/// Where writes need not wait for what they rest on, they are overtaken; versions bear that, merged sets do not.
#[test]
fn without_causes_first_merged_sets_go_apart_and_versions_do_not() {
    let change = |conflicts| move |config: &mut Config| (config.conflicts, config.causal) = (conflicts, false);
    let found = broken(0..200, change(Conflicts::Vectors));
    println!("versions: {found:?} of 200 runs");
    assert!(matches!(found[..], [("Causes First", count)] if count > 40), "{found:?}");
    let found = broken(0..200, change(Conflicts::Merge));
    println!("merged: {found:?} of 200 runs");
    let count = |name| found.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
    assert!(count("Causes First") > 40 && count("Resolution") > 0, "{found:?}");
}

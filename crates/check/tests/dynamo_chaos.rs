//! The quorum store under a thousand seeds of every fault that it is meant to survive: no acknowledged write is lost, reads
//! meet writes, and at rest all replicas agree.

mod common;

use lightcone_check::{ChaosSettings, chaos, debts, history};
use lightcone_core::{
    Micros, Rule as _,
    protocols::dynamo::{Bug, Config, Dynamo, Rule},
    services::Store,
};
use lightcone_sim::{Disk, Fault, Intervention, Network, Run, Scenario, Until, When, trace::Premise};

const HORIZON: Micros = Micros::ms(5_000);

/// As many servers as replicas and more, quorums of several sizes that meet, clients that stay or wander.
fn config(seed: u64) -> Config {
    let pick = |by: u64, of: usize| usize::try_from(seed / by % of as u64).unwrap();
    let (n, r, w) = [(3, 2, 2), (3, 1, 3), (3, 3, 1), (2, 2, 1), (4, 2, 3), (1, 1, 1)][pick(1, 6)];
    Config { servers: (n + seed / 6 % 3).max(2), n, r, w, clients: 3, wander: pick(2, 3) > 0, ..Config::default() }
}

fn run(config: Config, seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed / 11 % 3 * 4).unwrap(), ..Network::default() };
    let mut run =
        Run::new::<Dynamo>(config, Scenario { seed, until: HORIZON, network, ..Scenario::default() }).unwrap();
    let settings = ChaosSettings { requests: 200, copying: 10, calm: 40, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

/// What happened in many runs.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    known: usize,
    unknown: usize,
    repairs: usize,
    siblings: usize,
    exchanges: usize,
    forwards: usize,
    stand_ins: usize,
    deliveries: usize,
    at_rest: usize,
    due: usize,
}

impl Tally {
    fn count(&mut self, run: &Run) {
        let trace = run.trace();
        let followed = |rule: Rule| trace.events.iter().filter(|event| event.rules & 1 << rule.index() != 0).count();
        let answers = trace.ops.iter().filter(|op| op.done.is_some()).count();
        let known = history::<Store>(trace, trace.events.len()).iter().filter(|op| op.told.is_some()).count();
        self.events += trace.events.len();
        self.known += known;
        self.unknown += answers - known;
        self.repairs += followed(Rule::Repair);
        self.siblings += followed(Rule::Siblings);
        self.exchanges += followed(Rule::Exchange);
        self.forwards += followed(Rule::Forward);
        self.stand_ins += followed(Rule::Hint);
        self.deliveries += followed(Rule::Delivered);
        self.at_rest += usize::from(debts(run).is_ok());
    }
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    let due = common::survive::survive::<Dynamo>(seeds, |seed| run(config(seed), seed), |run| tally.count(run));
    tally.due += due;
    println!("{count} seeds, {tally:?}");
    assert!(tally.at_rest * 10 > count * 9, "{tally:?} came to rest, where all replicas agree");
    assert!(tally.known > count * 10 && tally.unknown > count / 10, "{tally:?}");
    assert!(tally.repairs.min(tally.siblings).min(tally.exchanges).min(tally.forwards) > count / 2, "{tally:?}");
}

#[test]
fn the_first_five_hundred_seeds_lose_no_acknowledged_write_and_agree_in_the_end() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_lose_no_acknowledged_write_and_agree_in_the_end() {
    survive(500..1_000);
}

/// With sloppy quorums reads may miss writes; no write is lost, and what was kept for others arrives.
#[test]
fn sloppy_quorums_lose_no_write_and_hand_over_what_they_kept() {
    let (mut tally, mut missed) = (Tally::default(), 0);
    for seed in 0..200 {
        let run = run(Config { servers: 5, sloppy: true, clients: 3, ..Config::default() }, seed);
        let names = run.setup().actors.invariants();
        let broken = |name: &str| run.trace().broken.iter().find(|broken| names[broken.invariant].name == name);
        for name in ["No Lost Write", "Monotone Versions", "No False Siblings", "Read Repair"] {
            assert_eq!(broken(name), None, "seed {seed}");
        }
        missed += usize::from(broken("Reads Meet Writes").is_some());
        assert_eq!(debts(&run).unwrap_or_default(), Vec::new(), "seed {seed}");
        tally.count(&run);
    }
    println!("{tally:?}; a read missed a write in {missed}");
    assert!(tally.stand_ins > 200 && tally.deliveries > 200 && tally.at_rest > 180, "{tally:?}");
    assert!(missed > 0, "no read missed a write");
}

/// The settings of a seed with lost disks: W - 1 servers, always the same, lose theirs now and then.
fn forgetful(seed: u64, bug: Bug) -> Run {
    let config = Config { bug, ..config(seed) };
    let (servers, lost) = (config.servers, config.w - 1);
    let network = Network { loss: u8::try_from(seed / 11 % 3 * 4).unwrap(), ..Network::default() };
    let mut run =
        Run::new::<Dynamo>(config, Scenario { seed, until: HORIZON, network, ..Scenario::default() }).unwrap();
    // With the mistake each crash is a lost disk, and no others are to be.
    let crashes = if bug == Bug::None { 6 } else { 0 };
    let settings = ChaosSettings { crashes, requests: 200, copying: 10, calm: 40, ..ChaosSettings::default() };
    let mut faults = chaos(run.setup(), &settings, seed, HORIZON, 1);
    let calm = settings.calm_at(HORIZON).0;
    for nth in 0..lost * 3 {
        let node = format!("n{}", 1 + (seed + nth % lost) % servers);
        let at = Micros(calm / (lost * 3) * nth + seed * 7_919 % (calm / (lost * 3) / 2));
        let up = at.plus(Micros::ms(20 + seed % 7 * 20));
        let crash = Fault::Crash { node: node.clone(), disk: Disk::Lost, after: None };
        for (id, at, fault) in [(0, at, crash), (1, up, Fault::Restart { node })] {
            let id = 50_000 + u32::try_from(nth).unwrap() * 2 + id;
            faults.push(Intervention { id, when: When::At(at), until: Until::End, fault });
        }
    }
    run.edit(faults).unwrap();
    run.finish();
    run
}

/// The invariants that are promised while fewer than W disks are lost, those of them that a run broke.
fn lost_writes(run: &Run) -> Vec<&'static str> {
    let names = run.setup().actors.invariants();
    let broken = run.trace().broken.iter().map(|broken| names[broken.invariant].name);
    broken.filter(|name| ["No Lost Write", "Monotone Versions", "No False Siblings"].contains(name)).collect()
}

fn forget(seeds: std::ops::Range<u64>) {
    let (mut tally, mut disks, mut forgot) = (Tally::default(), 0, 0);
    let count = usize::try_from(seeds.end - seeds.start).unwrap();
    for seed in seeds {
        let run = forgetful(seed, Bug::None);
        assert_eq!(lost_writes(&run), Vec::<&str>::new(), "seed {seed}: {:#?}", run.scenario().interventions);
        assert_eq!(debts(&run).unwrap_or_default(), Vec::new(), "seed {seed}");
        disks += run.trace().violations.iter().filter(|one| one.premise == Premise::Disk).count();
        let rule = Rule::Forget.index();
        forgot += run.trace().events.iter().filter(|event| event.rules & 1 << rule != 0).count();
        tally.count(&run);
    }
    println!("{count} seeds, disks were lost in {disks} runs, {forgot} servers came back without memory, {tally:?}");
    assert!(disks > count / 3 && forgot > count && tally.known > count * 10, "{disks}, {forgot}, {tally:?}");
}

/// What was acknowledged outlives fewer than W lost disks.
#[test]
fn five_hundred_seeds_with_fewer_than_w_lost_disks_lose_no_acknowledged_write() {
    forget(0..500);
}

#[test]
fn five_hundred_more_seeds_with_fewer_than_w_lost_disks_lose_no_acknowledged_write() {
    forget(500..1_000);
}

#[test]
fn who_counts_its_dots_anew_loses_acknowledged_writes_in_some() {
    let lost =
        (0..200).filter(|seed| lost_writes(&forgetful(*seed, Bug::ForgetDots)).contains(&"No Lost Write")).count();
    println!("an acknowledged write is lost in {lost} of 200 runs");
    assert!(lost > 5, "{lost} of 200 runs");
}

/// With R + W <= N reads miss writes though nothing else goes wrong.
#[test]
fn quorums_that_need_not_meet_read_old_values() {
    let missed = (0..100).filter(|seed| {
        let run = run(Config { r: 1, w: 1, clients: 3, ..Config::default() }, *seed);
        let names = run.setup().actors.invariants();
        run.trace().broken.iter().any(|broken| names[broken.invariant].name == "Reads Meet Writes")
    });
    let missed = missed.count();
    assert!(missed > 10, "reads missed writes in {missed} of 100 runs");
}

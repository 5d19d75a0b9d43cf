//! Atomic registers under a thousand seeds of every fault that they are meant to survive: all histories have an order, and
//! everyone is served. Without the write-back of reads, some later reads find older values.

use lightcone_check::{ChaosSettings, Limits, Linearity, Progress, Report, chaos, judge};
use lightcone_core::{
    Micros, Span,
    protocols::register::{Bug, Config, Register, Writers},
    services::{RegisterRet, Registers},
};
use lightcone_sim::{Network, Pace, Run, Scenario, Workload, trace::Premise};

const HORIZON: Micros = Micros::ms(4_000);

/// Groups of even and odd numbers, quorums of several sizes that meet, one writer and many.
fn config(seed: u64, bug: Bug) -> Config {
    let servers = 2 + seed % 4;
    let (read_quorum, write_quorum) = [(0, 0), (1, servers), (servers, 1)][usize::try_from(seed / 4 % 3).unwrap()];
    let writers = if seed.is_multiple_of(5) { Writers::One } else { Writers::Many };
    // Whatever is lost at random, a client asks often enough to be answered in time.
    let patience = Span::ms(100, 150);
    Config { servers, clients: 4, writers, read_quorum, write_quorum, patience, bug, ..Config::default() }
}

fn run(config: Config, network: Network, seed: u64, settings: &ChaosSettings) -> (Run, Report<Registers>) {
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<Register>(config, scenario).unwrap();
    run.edit(chaos(run.setup(), settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    let report = judge::<Register>(&run, Limits::default());
    (run, report)
}

#[derive(Default)]
struct Tally {
    events: usize,
    answered: usize,
    refused: usize,
    due: usize,
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    for seed in seeds {
        let settings = ChaosSettings { requests: 60, crashes: 25, ..ChaosSettings::default() };
        let network = Network { loss: u8::try_from(seed / 11 % 4 * 3).unwrap(), ..Network::default() };
        let (run, report) = run(config(seed, Bug::None), network, seed, &settings);
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(!matches!(report.linear, Linearity::Undecided), "seed {seed}");
        let voids: Vec<_> = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing).collect();
        assert!(voids.is_empty(), "seed {seed}: {voids:?}");
        let told = run.trace().ops.iter().filter_map(|op| op.done.as_ref()).map(|(_, _, ret)| ret);
        let refused = told.clone().filter(|ret| ret.downcast_ref() == Some(&RegisterRet::Refused)).count();
        tally.events += run.trace().events.len();
        tally.answered += told.count() - refused;
        tally.refused += refused;
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    let Tally { events, answered, refused, due } = tally;
    println!("{count} seeds, {events} events, {answered} answers, {refused} refusals; progress was due in {due}");
    assert!(answered > count * 8, "{answered} answers in {count} seeds");
    assert!(refused > count / 10, "{refused} refusals in {count} seeds");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
}

#[test]
fn the_first_five_hundred_seeds_are_linearizable() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_are_linearizable() {
    survive(500..1_000);
}

#[test]
fn without_the_write_back_a_later_read_finds_an_older_value_in_some() {
    // Links are cut and messages sent again late, so that writes are under way for long, and many read meanwhile.
    let settings = ChaosSettings { requests: 900, one_way: 100, partitions: 60, ..ChaosSettings::default() };
    let (writers, repeat) = (Writers::One, Span::ms(500, 600));
    let inverted = |seed: &u64, bug: Bug| {
        let config = Config { servers: 5, clients: 5, writers, repeat, bug, ..Config::default() };
        let (_, report) = run(config, Network::default(), *seed, &settings);
        report.broken.iter().any(|breach| breach.invariant == "Order of Tags")
    };
    let found: Vec<u64> = (0..300).filter(|seed| inverted(seed, Bug::NoWriteBack)).collect();
    println!("a later read finds an older value in {} of 300 runs", found.len());
    assert!(!found.is_empty());
    assert!(found.iter().all(|seed| !inverted(seed, Bug::None)), "with the write-back none does");
}

/// What clients see breaks, too: messages get lost and are sent again late, so that a write stays half done while all read
/// the one register.
#[test]
fn without_the_write_back_some_histories_have_no_order() {
    let settings = ChaosSettings { partitions: 10, one_way: 20, requests: 20, ..ChaosSettings::default() };
    let judged = |seed: u64, bug: Bug| {
        let (writers, repeat) = (Writers::One, Span::ms(700, 900));
        let config =
            Config { servers: 5, clients: 6, writers, repeat, patience: Span::ms(100, 130), bug, ..Config::default() };
        let network = Network { loss: 20, ..Network::default() };
        let pace = Pace::Pause(Span::ms(5, 40));
        let workload = Workload { start: Micros::ms(20), pace, operations: 200, reads: 80, keys: 1, skew: 0 };
        let scenario = Scenario { seed, until: HORIZON, network, workload: Some(workload), ..Scenario::default() };
        let mut run = Run::new::<Register>(config, scenario).unwrap();
        run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
        run.finish();
        judge::<Register>(&run, Limits::default())
    };
    let broken = |report: &Report<Registers>| matches!(report.linear, Linearity::Broken(_));
    let (mut found, mut inverted) = (0, 0);
    for seed in 0..1_000 {
        let without = judged(seed, Bug::NoWriteBack);
        found += usize::from(broken(&without));
        inverted += usize::from(without.broken.iter().any(|breach| breach.invariant == "Order of Tags"));
        let with = judged(seed, Bug::None);
        assert!(matches!(with.linear, Linearity::Holds) && with.broken.is_empty(), "seed {seed}: {:?}", with.wrong());
    }
    println!("without the write-back {found} of 1,000 histories have no order, and in {inverted} runs tags went back");
    assert!(found > 50, "{found} of 1,000 histories");
}

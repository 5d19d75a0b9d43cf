//! Primary-backup replication under a thousand seeds of every fault that it is meant to survive: nothing that was answered
//! is lost, and everyone is served. Where the primary waits for nobody, answers are lost in some.

use lightcone_check::{ChaosSettings, Limits, Linearity, Progress, Report, chaos, judge};
use lightcone_core::{
    Micros,
    protocols::primary::{Acks, Config, PrimaryBackup},
    services::KeyValue,
};
use lightcone_sim::{Network, Run, Scenario, trace::Premise};

const HORIZON: Micros = Micros::ms(4_000);

fn run(config: Config, seed: u64) -> (Run, Report<KeyValue>) {
    let network = Network { loss: u8::try_from(seed % 4 * 3).unwrap(), ..Network::default() };
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<PrimaryBackup>(config, scenario).unwrap();
    let settings = ChaosSettings { requests: 40, crashes: 25, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    let report = judge::<PrimaryBackup>(&run, Limits::default());
    (run, report)
}

#[derive(Default)]
struct Tally {
    events: usize,
    answered: usize,
    views: u64,
    due: usize,
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    for seed in seeds {
        let config = Config { replicas: 1 + seed % 4, clients: 3, ..Config::default() };
        let service = config.service();
        let (run, report) = run(config, seed);
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(!matches!(report.linear, Linearity::Undecided), "seed {seed}");
        let voids: Vec<_> = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing).collect();
        assert!(voids.is_empty(), "seed {seed}: {voids:?}");
        let state = run.world().node::<PrimaryBackup>(service);
        tally.views += state.map_or(0, |state| state.view.number);
        tally.events += run.trace().events.len();
        tally.answered += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    let Tally { events, answered, views, due } = tally;
    println!("{count} seeds, {events} events, {answered} answers, {views} views; progress was due in {due}");
    assert!(answered > count * 5, "{answered} answers in {count} seeds");
    assert!(views > count as u64 * 3, "{views} views in {count} seeds");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
}

#[test]
fn the_first_five_hundred_seeds_lose_nothing() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_lose_nothing() {
    survive(500..1_000);
}

#[test]
fn where_nobody_waits_for_backups_answers_are_lost_in_some() {
    for acks in [Acks::None, Acks::Some] {
        let lost = |seed: &u64| {
            let (_, report) = run(Config { acks, ..Config::default() }, *seed);
            report.broken.iter().any(|breach| breach.invariant == "Answered Survives")
        };
        let found = (0..200).filter(lost).count();
        println!("{acks:?}: answers are lost in {found} of 200 runs");
        assert!(found > 0, "{acks:?}");
    }
}

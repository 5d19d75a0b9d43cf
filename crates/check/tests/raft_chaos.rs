//! Raft under a thousand seeds of partitions, cuts, crashes, restarts and loss.

mod common;

use common::{faults, run, scenario};
use lightcone_check::{Limits, Linearity, Progress, judge};
use lightcone_core::{Micros, Span, protocols::raft::Config};
use lightcone_sim::Network;

/// What a batch of seeds came to.
#[derive(Default)]
struct Tally {
    events: usize,
    operations: usize,
    due: usize,
    undecided: usize,
}

fn survive(seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        // Loss and the number of faults differ from seed to seed.
        let loss = u8::try_from(seed % 4 * 3).unwrap();
        let mut chaotic = scenario(Config { client_timeout: Span::ms(100, 200), ..Config::default() }, seed);
        chaotic.network = Network { loss, ..Network::default() };
        chaotic.interventions = faults(&chaotic, 4 + u32::try_from(seed % 7).unwrap() * 2, seed);
        let run = run(chaotic);
        let report = judge(&run, Limits { bound: Micros::ms(1_450), ..Limits::default() });
        let words = report.words(&run.setup().cluster.specs);
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        tally.events += run.trace().events.len();
        tally.operations += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
        tally.undecided += usize::from(matches!(report.linear, Linearity::Undecided));
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    tally
}

fn check(seeds: std::ops::Range<u64>) {
    let count = usize::try_from(seeds.end - seeds.start).unwrap();
    let Tally { events, operations, due, undecided } = survive(seeds);
    println!("{count} seeds, {events} events, {operations} operations answered; progress was due in {due}");
    assert_eq!(undecided, 0);
    assert!(due * 10 > count * 9, "progress was due in {due} of {count} seeds only");
    assert!(operations > count * 20, "{operations} operations in {count} seeds are too few to mean anything");
}

#[test]
fn the_first_five_hundred_seeds_are_safe_and_make_progress() {
    check(0..500);
}

#[test]
fn the_second_five_hundred_seeds_are_safe_and_make_progress() {
    check(500..1_000);
}

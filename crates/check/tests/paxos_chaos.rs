//! Paxos under a thousand seeds of every fault that it is meant to survive: one value at most, and one in the end.

use lightcone_check::{ChaosSettings, Limits, Linearity, Progress, chaos, judge};
use lightcone_core::{
    Micros,
    protocols::paxos::{Config, Paxos, Placement, Retrying},
};
use lightcone_sim::{Network, Run, Scenario, trace::Premise};

const HORIZON: Micros = Micros::ms(4_000);

/// Groups of several shapes: roles apart and together, even and odd numbers, quorums of several sizes that meet.
fn config(seed: u64) -> Config {
    let pick = |by: u64, of: u64| seed / by % of;
    let acceptors = [3, 4, 5, 3][usize::try_from(pick(1, 4)).unwrap()];
    let (prepare_quorum, accept_quorum) =
        [(0, 0), (acceptors, 1), (acceptors - 1, 2)][usize::try_from(pick(4, 3)).unwrap()];
    Config {
        proposers: 1 + pick(12, 3),
        acceptors,
        learners: 1 + pick(36, 2),
        placement: [Placement::Apart, Placement::Together][usize::try_from(pick(2, 2)).unwrap()],
        clients: 3,
        prepare_quorum,
        accept_quorum,
        refusals: pick(5, 4) > 0,
        retrying: if pick(7, 8) == 0 { Retrying::AtOnce } else { Retrying::BackOff },
        ..Config::default()
    }
}

fn run(seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed % 5 * 4).unwrap(), ..Network::default() };
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<Paxos>(config(seed), scenario).unwrap();
    let settings = ChaosSettings { requests: 20, crashes: 25, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

#[derive(Default)]
struct Tally {
    events: usize,
    answered: usize,
    decided: usize,
    due: usize,
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    for seed in seeds {
        let run = run(seed);
        let report = judge::<Paxos>(&run, Limits::default());
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(!matches!(report.linear, Linearity::Undecided), "seed {seed}");
        let voids: Vec<_> = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing).collect();
        assert!(voids.is_empty(), "seed {seed}: {voids:?}");
        let answered = run.trace().ops.iter().filter(|op| op.done.is_some()).count();
        tally.events += run.trace().events.len();
        tally.answered += answered;
        tally.decided += usize::from(answered > 0);
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    let Tally { events, answered, decided, due } = tally;
    println!("{count} seeds, {events} events, {answered} answers, a decision in {decided}; progress was due in {due}");
    assert!(decided * 10 > count * 9, "something was decided in {decided} of {count} seeds only");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
}

#[test]
fn the_first_five_hundred_seeds_choose_one_value() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_choose_one_value() {
    survive(500..1_000);
}

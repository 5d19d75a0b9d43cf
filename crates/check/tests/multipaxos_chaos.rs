//! Multi-Paxos under a thousand seeds of every fault that it is meant to survive: one log, and clients that are answered.

use lightcone_check::{ChaosSettings, Limits, Linearity, Progress, chaos, judge};
use lightcone_core::{
    Micros, Rule as _, Span,
    protocols::multipaxos::{Config, MultiPaxos, Rule},
};
use lightcone_sim::{Network, Run, Scenario, trace::Premise};

const HORIZON: Micros = Micros::ms(4_000);

/// Groups of several shapes: even and odd numbers, quorums of several sizes that meet.
fn config(seed: u64) -> Config {
    let pick = |by: u64, of: u64| seed / by % of;
    let servers = [3, 4, 5, 3][usize::try_from(pick(1, 4)).unwrap()];
    let (prepare_quorum, accept_quorum) = [(0, 0), (servers - 1, 2), (0, 0)][usize::try_from(pick(4, 3)).unwrap()];
    Config {
        servers,
        clients: 3,
        prepare_quorum,
        accept_quorum,
        client_timeout: Span::ms(100, 200),
        ..Config::default()
    }
}

fn run(seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed % 3 * 3).unwrap(), ..Network::default() };
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<MultiPaxos>(config(seed), scenario).unwrap();
    let settings = ChaosSettings { requests: 100, crashes: 25, ..ChaosSettings::default() };
    run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
    run.finish();
    run
}

#[derive(Default)]
struct Tally {
    events: usize,
    answered: usize,
    due: usize,
    filled: usize,
    taken: usize,
    asked: usize,
}

impl Tally {
    fn count(&mut self, run: &Run) {
        self.events += run.trace().events.len();
        self.answered += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
        let followed =
            |rule: Rule| run.trace().events.iter().filter(|event| event.rules >> rule.index() & 1 == 1).count();
        self.filled += followed(Rule::FillGap);
        self.taken += followed(Rule::TakeOver);
        self.asked += followed(Rule::AskForChosen);
    }
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    for seed in seeds {
        let run = run(seed);
        let report = judge::<MultiPaxos>(&run, Limits { bound: Micros::ms(1_450), ..Limits::default() });
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(!matches!(report.linear, Linearity::Undecided), "seed {seed}");
        let voids: Vec<_> = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing).collect();
        assert!(voids.is_empty(), "seed {seed}: {voids:?}");
        tally.count(&run);
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    let Tally { events, answered, due, filled, taken, asked } = tally;
    println!(
        "{count} seeds, {events} events, {answered} answers, {asked} catch-ups; \
         leaders filled gaps {filled} times and took over {taken} times; progress was due in {due}"
    );
    assert!(answered > count * 10, "{answered} answers in {count} seeds are too few to mean anything");
    assert!(asked.min(taken) > count, "laggards and new leaders had too little to do to mean anything");
    assert!(due * 10 > count * 8, "progress was due in {due} of {count} seeds only");
}

#[test]
fn the_first_five_hundred_seeds_have_one_log() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_have_one_log() {
    survive(500..1_000);
}

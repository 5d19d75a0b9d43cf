//! Viewstamped Replication under a thousand seeds of every fault that it is meant to survive, with logs in memory alone.

use lightcone_check::{ChaosSettings, Limits, Linearity, Progress, chaos, judge};
use lightcone_core::{
    Micros, Rule as _, Span,
    protocols::vr::{Config, Rule, Vr},
};
use lightcone_sim::{Network, Run, Scenario, trace::Premise};

const HORIZON: Micros = Micros::ms(4_000);

fn config(seed: u64) -> Config {
    let servers = [3, 5, 3, 4][usize::try_from(seed % 4).unwrap()];
    Config { servers, clients: 3, client_timeout: Span::ms(100, 200), ..Config::default() }
}

fn run(seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed % 3 * 3).unwrap(), ..Network::default() };
    let scenario = Scenario { seed, until: HORIZON, network, ..Scenario::default() };
    let mut run = Run::new::<Vr>(config(seed), scenario).unwrap();
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
    /// Runs in which more replicas were down or recovering at once than may be.
    void: usize,
    recovered: usize,
    views: usize,
    asked: usize,
}

impl Tally {
    fn count(&mut self, run: &Run) {
        self.events += run.trace().events.len();
        self.answered += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
        let followed =
            |rule: Rule| run.trace().events.iter().filter(|event| event.rules >> rule.index() & 1 == 1).count();
        self.recovered += followed(Rule::Recovered);
        self.views += followed(Rule::BeginView);
        self.asked += followed(Rule::AskForState);
    }
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    for seed in seeds {
        let run = run(seed);
        let report = judge::<Vr>(&run, Limits { bound: Micros::ms(1_590), ..Limits::default() });
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(!matches!(report.linear, Linearity::Undecided), "seed {seed}");
        let mut voids = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing);
        let beyond = voids.any(|one| one.premise == Premise::Crashes);
        assert!(beyond || voids.next().is_none(), "seed {seed}");
        tally.void += usize::from(beyond);
        tally.count(&run);
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    let Tally { events, answered, due, void, recovered, views, asked } = tally;
    println!(
        "{count} seeds, {events} events, {answered} answers, {views} views, {recovered} recoveries, {asked} catch-ups; \
         {void} void; progress was due in {due}"
    );
    assert!(answered > count * 10, "{answered} answers in {count} seeds are too few to mean anything");
    assert!(recovered.min(asked) > count && views > count / 2, "too little happened to mean anything");
    assert!(void * 10 < count, "chaos went beyond what the protocol bears in {void} of {count} seeds");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
}

#[test]
fn the_first_five_hundred_seeds_have_one_log_in_memory() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_have_one_log_in_memory() {
    survive(500..1_000);
}

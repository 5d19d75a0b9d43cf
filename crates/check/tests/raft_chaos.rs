//! Raft under a thousand seeds of partitions, cuts, crashes, restarts and loss.

mod common;

use common::{faults, run, scenario};
use lightcone_check::{Limits, Linearity, Progress, judge};
use lightcone_core::{
    Micros, Order, Span,
    protocols::raft::{Config, Raft},
};
use lightcone_sim::{
    Fault, Intervention, Network, Run, Scenario, Selected, Selector, When,
    name::Seed,
    trace::Message,
    view::{EventKind, Fate},
};

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

/// Clusters of other sizes, with short batches, slow links and links that keep the order. Progress takes longer there.
#[test]
fn other_settings_are_safe() {
    let mut tally = Tally::default();
    for seed in 0..400_u64 {
        let pick = |n: u64| usize::try_from(seed / n).unwrap();
        let (servers, max_entries) = ([1, 2, 3, 4, 7][pick(1) % 5], [1, 2, 16][pick(5) % 3]);
        let config = Config { servers, max_entries, client_timeout: Span::ms(100, 200), ..Config::default() };
        let latency = [Span::ms(5, 20), Span::ms(1, 100), Span::exactly(Micros(1))][pick(15) % 3];
        let order = [Order::Any, Order::Fifo][pick(45) % 2];
        let mut chaotic = scenario(config, seed);
        chaotic.network = Network { latency, order, loss: 5 };
        chaotic.interventions = faults(&chaotic, 12, seed);
        safe(chaotic, &mut tally);
    }
    println!("{} events, {} operations answered", tally.events, tally.operations);
}

/// Servers crash between two effects of a step, such as before a write to the disk or in the middle of a broadcast.
#[test]
fn crashes_within_steps_are_safe() {
    let (mut tally, mut crashes) = (Tally::default(), 0);
    for seed in 0..300_u64 {
        let servers = [1, 3, 5][usize::try_from(seed % 3).unwrap()];
        let mut cut = scenario(Config { servers, client_timeout: Span::ms(100, 200), ..Config::default() }, seed);
        cut.network.loss = 3;
        let calm = run(cut.clone());
        cut.interventions = (0..8).flat_map(|nth| crash_within_a_step(&calm, Seed(seed), nth)).collect();
        crashes += safe(cut, &mut tally);
    }
    println!("{crashes} crashes, {} events, {} operations answered", tally.events, tally.operations);
    assert!(crashes > 600, "only {crashes} crashes came about");
}

/// Some message to a server is handled up to some effect, and the server comes back later.
fn crash_within_a_step(calm: &Run<Raft>, seed: Seed, nth: u32) -> Vec<Intervention> {
    let setup = calm.setup();
    let delivered = |m: &&Message| matches!(m.fate, Fate::Delivered(_)) && setup.cluster.servers.contains(m.to);
    let messages: Vec<&Message> = calm.trace().messages.iter().filter(delivered).collect();
    let draw = |what, n: usize| usize::try_from(seed.outside(what, nth.into(), n as u64)).unwrap();
    let m = messages[draw("message", messages.len() / 2)];
    let like = |other: &&Message| (other.from, other.to, other.key) == (m.from, m.to, m.key) && other.sent < m.sent;
    let repetition = calm.trace().messages.iter().filter(like).count() + 1;
    let selector = Selector {
        what: Selected::Message {
            key: m.key.to_string(),
            from: setup.name(m.from).into(),
            to: setup.name(m.to).into(),
        },
        nth: u32::try_from(repetition).unwrap(),
    };
    let node = String::from(setup.name(m.to));
    let crash = Fault::Crash { node: node.clone(), after: Some(u32::try_from(draw("effects", 7)).unwrap()) };
    let back = m.end.plus(Micros(1 + draw("down", 200_000) as u64));
    vec![
        Intervention { id: nth * 2 + 1, when: When::On { selector, name: None }, fault: crash },
        Intervention { id: nth * 2 + 2, when: When::At(back), fault: Fault::Restart { node } },
    ]
}

/// Runs a scenario in which nothing may be wrong but progress; returns how many crashes came about.
fn safe(scenario: Scenario<Config>, tally: &mut Tally) -> usize {
    let run = run(scenario);
    let report = judge(&run, Limits::default());
    let wrong: Vec<&str> = report.wrong().into_iter().filter(|wrong| *wrong != "Progress").collect();
    let (words, scenario) = (report.words(&run.setup().cluster.specs), run.scenario());
    assert!(wrong.is_empty(), "{words:#?}\n{scenario:?}");
    assert_ne!(report.linear, Linearity::Undecided);
    tally.events += run.trace().events.len();
    tally.operations += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
    run.trace().events.iter().filter(|event| event.kind == EventKind::Crash).count()
}

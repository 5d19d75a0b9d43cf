//! Raft under a thousand seeds of every fault that it is meant to survive, and under a few that it is not.

mod common;

use common::{Case, case, denser};
use lightcone_check::{ChaosSettings, Limits, Linearity, Progress, judge};
use lightcone_core::{
    Micros, Order, Span,
    protocols::raft::{Config, Raft},
};
use lightcone_sim::{
    Across, Disk, Fault, Intervention, Latency, Links, Network, Run, Selected, Selector, Until,
    intervention::IT,
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

fn quick(servers: u64) -> Config {
    Config { servers, client_timeout: Span::ms(100, 200), ..Config::default() }
}

fn survive(seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        // Loss and the number of faults differ from seed to seed.
        let network = Network { loss: u8::try_from(seed % 4 * 3).unwrap(), ..Network::default() };
        let settings = denser(&ChaosSettings::default(), 4 + u32::try_from(seed % 7).unwrap() * 2);
        let run = case(quick(5), seed).on(network).chaotic(&settings).run();
        let report = judge::<Raft>(&run, Limits { bound: Micros::ms(1_450), ..Limits::default() });
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(run.trace().violations.is_empty(), "seed {seed}: {:?}", run.trace().violations);
        tally.count(&run);
        tally.undecided += usize::from(matches!(report.linear, Linearity::Undecided));
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
    }
    tally
}

impl Tally {
    fn count(&mut self, run: &Run) {
        self.events += run.trace().events.len();
        self.operations += run.trace().ops.iter().filter(|op| op.done.is_some()).count();
    }
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
        let config = Config { max_entries, ..quick(servers) };
        let latency = ["5ms..20ms", "1ms..100ms", "1us", "2ms..10ms tail 1s"][pick(15) % 4].parse::<Latency>().unwrap();
        let order = [Order::Any, Order::Fifo][pick(60) % 2];
        let network = Network { latency, order, loss: 5, bandwidth: None };
        safe(case(config, seed).on(network).chaotic(&ChaosSettings::default()), &mut tally);
    }
    println!("{} events, {} operations answered", tally.events, tally.operations);
}

/// Servers crash between two effects of a step, such as before a write to the disk or in the middle of a broadcast.
#[test]
fn crashes_within_steps_are_safe() {
    let (mut tally, mut crashes) = (Tally::default(), 0);
    for seed in 0..300_u64 {
        let servers = [1, 3, 5][usize::try_from(seed % 3).unwrap()];
        let mut cut = case(quick(servers), seed);
        cut.scenario.network.loss = 3;
        let calm = cut.clone().run();
        let faults = (0..8).flat_map(|nth| crash_within_a_step(&calm, Seed(seed), nth)).collect();
        crashes += crashed(&safe(cut.with(faults), &mut tally));
    }
    println!("{crashes} crashes, {} events, {} operations answered", tally.events, tally.operations);
    assert!(crashes > 600, "only {crashes} crashes came about");
}

/// Some message to a server is handled up to some effect, and the server comes back later.
fn crash_within_a_step(calm: &Run, seed: Seed, nth: u32) -> Vec<Intervention> {
    let setup = calm.setup();
    let delivered = |m: &&Message| matches!(m.fate, Fate::Delivered(_)) && setup.servers().contains(m.to);
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
    let after = Some(u32::try_from(draw("effects", 7)).unwrap());
    let crash = Fault::Crash { node: node.clone(), disk: Disk::Kept, after };
    let back = m.end.plus(Micros(1 + draw("down", 200_000) as u64));
    vec![Intervention::on(nth * 2 + 1, selector, crash), Intervention::at(nth * 2 + 2, back, Fault::Restart { node })]
}

fn crashed(run: &Run) -> usize {
    run.trace().events.iter().filter(|event| event.kind == EventKind::Crash).count()
}

/// Runs a case in which nothing may be wrong but progress.
fn safe(case: Case, tally: &mut Tally) -> Run {
    let run = case.run();
    let report = judge::<Raft>(&run, Limits::default());
    let wrong: Vec<&str> = report.wrong().into_iter().filter(|wrong| *wrong != "Progress").collect();
    let (words, scenario) = (report.words(run.setup().specs()), run.scenario());
    assert!(wrong.is_empty(), "{words:#?}\n{scenario:?}");
    assert_ne!(report.linear, Linearity::Undecided);
    tally.count(&run);
    run
}

/// Whoever becomes leader, for the first to the sixth time, is cut off for 300 ms in both directions.
#[test]
fn leaders_that_are_cut_off_do_no_harm() {
    let (mut tally, mut cut) = (Tally::default(), 0);
    for seed in 0..200_u64 {
        let faults = (1..=6).map(|nth| {
            let condition = format!("someone becomes leader #{nth}").parse().unwrap();
            let across = if seed % 2 == 0 { Across::Lost } else { Across::Held };
            let links = Links { both: true, ..Links::one_way(IT, "*") };
            Intervention::when(nth, condition, Fault::Cut { links, across }).until(Until::For(Micros::ms(300)))
        });
        let run = safe(case(quick(5), seed).with(faults.collect()), &mut tally);
        cut += run.trace().spells.len();
        assert!(
            run.trace()
                .spells
                .iter()
                .all(|spell| { spell.to.is_none_or(|(to, _)| to.minus(spell.from) == Micros::ms(300)) })
        );
    }
    println!("{cut} leaders cut off, {} events, {} operations answered", tally.events, tally.operations);
    assert!(cut > 600, "only {cut} leaders were cut off");
}

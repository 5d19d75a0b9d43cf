//! Reliable broadcast among liars: within the bound nothing breaks and nothing is owed; at `n = 3f` one liar is enough
//! to break validity and totality, while agreement stands.

use lightcone_check::{ChaosSettings, Limits, Progress, chaos, debts, judge};
use lightcone_core::{
    Micros,
    protocols::bracha::{Bracha, Bug, Config},
};
use lightcone_sim::{Fault, Intervention, Links, Manner, Run, Scenario, Until, trace::Premise};
use std::collections::BTreeMap;

const HORIZON: Micros = Micros::ms(4_000);
const MANNERS: [Manner; 5] = [Manner::Silent, Manner::Equivocating, Manner::Lying, Manner::Delaying, Manner::Unasked];

/// A run with the faults of a seed after some others.
fn run(config: Config, settings: &ChaosSettings, seed: u64, first: Vec<Intervention>) -> Run {
    let scenario = Scenario { seed, until: HORIZON, ..Scenario::default() };
    let mut run = Run::new::<Bracha>(config, scenario).unwrap();
    let drawn = chaos(run.setup(), settings, seed, HORIZON, 1 + u32::try_from(first.len()).unwrap());
    run.edit([first, drawn].concat()).unwrap();
    run.finish();
    run
}

/// Few broadcasts, faults one after the other, and much time to come to rest.
fn settings() -> ChaosSettings {
    ChaosSettings { lies: 15, crashes: 4, requests: 12, calm: 40, ..ChaosSettings::default() }
}

#[derive(Debug, Default)]
struct Tally {
    events: usize,
    broadcasts: usize,
    liars: BTreeMap<String, usize>,
    crashes: usize,
    unrest: Vec<u64>,
}

/// Nothing breaks and nothing is owed.
fn survive(servers: u64, faulty: u64, seeds: u64) -> Tally {
    let mut tally = Tally::default();
    for seed in 0..seeds {
        let run = run(Config { servers, faulty, ..Config::default() }, &settings(), seed, Vec::new());
        let report = judge::<Bracha>(&run, Limits::default());
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        assert!(run.trace().violations.is_empty(), "seed {seed}: {:?}", run.trace().violations);
        tally.events += run.trace().events.len();
        for one in &run.scenario().interventions {
            match &one.fault {
                Fault::Byzantine { manner, .. } => *tally.liars.entry(format!("{manner:?}")).or_default() += 1,
                Fault::Local { .. } => tally.broadcasts += 1,
                Fault::Crash { .. } => tally.crashes += 1,
                _ => {}
            }
        }
        if !matches!(report.progress, Progress::AtRest { .. }) {
            tally.unrest.push(seed);
        }
    }
    println!("{servers} servers of which {faulty} may be faulty, {seeds} seeds: {tally:?}");
    assert_eq!(tally.liars.len(), 5, "every manner of lying is drawn");
    assert!(tally.unrest.is_empty(), "these seeds did not come to rest: {:?}", tally.unrest);
    tally
}

#[test]
fn four_servers_survive_one_liar() {
    survive(4, 1, 500);
}

#[test]
fn seven_servers_survive_two_liars() {
    survive(7, 2, 500);
}

/// One of three lies, and the links delay what they like: validity and totality break, agreement never does.
#[test]
fn three_servers_do_not_survive_one_liar() {
    const SEEDS: u64 = 2_500;
    let calm = ChaosSettings { lies: 0, crashes: 0, ..settings() };
    let mut broken: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for seed in 0..SEEDS {
        let node = format!("n{}", 1 + seed % 3);
        let manner = MANNERS[usize::try_from(seed / 3 % 5).unwrap()];
        let liar = Intervention::at(1, Micros::ZERO, Fault::Byzantine { node, manner }).until(Until::End);
        let run = run(Config { servers: 3, faulty: 1, ..Config::default() }, &calm, seed, vec![liar]);
        let report = judge::<Bracha>(&run, Limits::default());
        let owed = debts(&run).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        let names = owed.iter().map(|breach| breach.words.split(':').next().unwrap().to_owned());
        let mut names: Vec<String> = names.chain(report.wrong().into_iter().map(String::from)).collect();
        names.sort();
        names.dedup();
        names.into_iter().for_each(|name| broken.entry(name).or_default().push(seed));
        // The verdict blames nobody: one liar of three is more than the protocol reckons with.
        let Progress::NotDue(words) = &report.progress else { panic!("seed {seed}: {:?}", report.progress) };
        assert!(words.starts_with("void since 0ms: 1 of 3"), "{words}");
        assert!(run.trace().violations.iter().any(|violation| violation.premise == Premise::Liars));
    }
    for (name, seeds) in &broken {
        println!("{name}: broken in {} of {SEEDS} seeds, first in seed {}", seeds.len(), seeds[0]);
    }
    assert!(broken.contains_key("Validity") && broken.contains_key("Totality"));
    assert!(!broken.contains_key("Agreement"), "{:?}", broken["Agreement"]);
}

/// Reliable links deliver each message once: a copy is as much against the assumptions as a loss.
#[test]
fn a_copy_voids_what_reliable_links_promise() {
    let copying = Fault::Copying { links: Links::one_way("n1", "n2"), percent: 100 };
    let copying = Intervention::at(1, Micros::ZERO, copying).until(Until::At(Micros::ms(100)));
    let run = run(Config::default(), &ChaosSettings::none(), 1, vec![copying]);
    let words: Vec<&str> = run.trace().violations.iter().map(|violation| violation.words.as_str()).collect();
    assert_eq!(words, ["Initial number 1 from n1 is delivered twice"]);
    assert_eq!(run.trace().violations[0].premise, Premise::Delivery);
}

/// Chaos within the bound finds the planted bugs, each by the right judge.
#[test]
fn planted_bugs_are_found() {
    for (bug, caught_by) in [
        (Bug::EchoEvery, "One Ready"),
        (Bug::NoAmplification, "Progress"),
        // Rare: a liar has to begin a broadcast, and to whisper to one server only, three times.
        (Bug::DeliverEarly, "Progress"),
        (Bug::DeliverOnOne, "Agreement"),
        (Bug::DeliverAgain, "Integrity"),
    ] {
        let found = (0..5_000).find(|seed| {
            let run = run(Config { bug, ..Config::default() }, &settings(), *seed, Vec::new());
            judge::<Bracha>(&run, Limits::default()).wrong().contains(&caught_by)
        });
        println!("{bug:?} breaks {caught_by} in seed {found:?}");
        assert!(found.is_some(), "{bug:?} is not found");
    }
}

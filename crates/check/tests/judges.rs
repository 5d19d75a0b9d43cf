//! What is said of progress, and when nothing is promised.

mod common;

use common::{Case, case, text};
use lightcone_check::{ChaosSettings, Limits, Progress, Report, Wait, chaos, judge, progress};
use lightcone_core::{
    Micros,
    protocols::{
        lamport::{self, Lamport},
        raft::Config,
    },
};
use lightcone_sim::{Run, Scenario};

fn quiet(config: Config) -> Case {
    let mut quiet = case(config, 0);
    quiet.scenario.workload = None;
    quiet
}

fn verdict(faults: &[&str]) -> Progress {
    progress(&quiet(Config::default()).with(text::read(faults)).run(), Micros::ms(1_000))
}

fn reason(verdict: Progress) -> String {
    match verdict {
        Progress::NotDue(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn stalled(verdict: Progress) -> (Micros, Vec<Wait>, Vec<u8>) {
    match verdict {
        Progress::Stalled { calm, waits, leaders, .. } => {
            (calm, waits, leaders.expect("servers have roles").iter().map(|node| node.0).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn progress_is_due_when_the_faults_are_over() {
    let calm = |faults: &[&str]| match verdict(faults) {
        Progress::Made { calm, operations } => (calm, operations),
        other => panic!("{other:?}"),
    };
    assert_eq!(calm(&["500ms ask c1: put x 1"]), (Micros::ZERO, 1));
    let ended = ["500ms ask c1: put x 1", "1s..2s split n1 n2 n3 n4 n5 c1 | c2", "1.5s ask c2: get x"];
    assert_eq!(calm(&ended), (Micros::ms(2_000), 2));
    assert_eq!(calm(&["500ms ask c1: put x 1", "600ms crash n4", "1.5s restart n4"]), (Micros::ms(1_500), 1));
    assert_eq!(calm(&["500ms ask c1: put x 1", "600ms crash n4"]).0, Micros::ms(600), "four of five can serve");
}

#[test]
fn every_fault_that_lasts_puts_progress_off() {
    let faults = ["split n1 n2 n3 n4 n5 c1 | c2", "cut n1 -> n2", "pause n4", "clock n4", "hold"];
    for fault in faults {
        let lasting = format!("1s..2s {fault}");
        let Progress::Made { calm, operations } = verdict(&["500ms ask c1: put x 1", &lasting]) else {
            panic!("`{fault}` is over")
        };
        assert_eq!(operations, 1);
        // What a hold parked is on its way for a little longer.
        assert!(calm >= Micros::ms(2_000) && calm < Micros::ms(2_020), "{fault}: {calm}");
    }
    let healed = ["500ms ask c1: put x 1", "1s..4s cut n1 -> n2", "1.7s heal"];
    assert!(matches!(verdict(&healed), Progress::Made { calm, .. } if calm == Micros::ms(1_700)));
}

#[test]
fn messages_that_a_fault_delayed_are_waited_for() {
    for (fault, delay) in [("slow * -> *", 100), ("clog * -> *", 20)] {
        let lasting = format!("1s..2s {fault}");
        let Progress::Made { calm, .. } = verdict(&["500ms ask c1: put x 1", &lasting]) else { panic!("`{fault}`") };
        assert!(calm > Micros::ms(2_000) && calm < Micros::ms(2_020 + delay), "{fault}: {calm}");
    }
}

#[test]
fn nothing_is_due_while_faults_last() {
    let reason = |faults: &[&str]| reason(verdict(faults));
    assert_eq!(reason(&[]), "no operation was due");
    assert_eq!(reason(&["4.5s ask c1: put x 1"]), "no operation was due");
    let lasting = |fault: &str| reason(&["500ms ask c1: put x 1", &format!("1s..9s {fault}")]);
    assert_eq!(lasting("split n1 n2 n3 n4 | n5 c1"), "`partition n1 n2 n3 n4 | n5 c1` lasts to the end");
    assert_eq!(lasting("slow n1 <-> n2"), "`link n1 ↔ n2 slower by 100ms` lasts to the end");
    assert_eq!(lasting("clock n3"), "`clock of n3 gaining 100000 ppm` lasts to the end");
    assert_eq!(lasting("hold"), "`nothing moves unless it is told to` lasts to the end");
    let down = ["1s crash n1", "1s crash n2", "1s crash n3", "500ms ask c1: put x 1"];
    assert!(reason(&down).starts_with("those that are up could not go on: can do neither"), "{}", reason(&down));
    let asleep = ["1s crash n1", "1s..9s pause n2", "1s leave n3", "500ms ask c1: put x 1"];
    assert!(reason(&asleep).starts_with("those that are up could not go on: can do neither"), "{}", reason(&asleep));
    // A client that goes down takes its question with it, and one that sleeps waits for nobody.
    assert_eq!(reason(&["10ms ask c1: put x 1", "11ms crash c1", "1s restart c1"]), "no operation was due");
    assert_eq!(reason(&["10ms ask c1: put x 1", "11ms..9s pause c1"]), "no operation was due");
}

#[test]
fn one_sleeper_of_five_stops_nobody() {
    for fault in ["1s..9s pause n2", "1s crash n2", "1s leave n2"] {
        let Progress::Made { calm, .. } = verdict(&["500ms ask c1: put x 1", fault]) else { panic!("{fault}") };
        assert_eq!(calm, Micros::ms(1_000), "{fault}");
    }
}

#[test]
fn nothing_is_promised_where_the_timing_is_not_given() {
    let on = |latency: &str, loss: u8, config: Config| {
        let mut slow = quiet(config).with(text::read(&["500ms ask c1: put x 1"]));
        slow.scenario.network.latency = latency.parse().unwrap();
        slow.scenario.network.loss = loss;
        progress(&slow.run(), Micros::ms(1_000))
    };
    let words = "messages take up to 200ms: election timeouts start at 150ms, and must be longer than a round trip of \
                 up to 400ms";
    assert_eq!(reason(on("1ms..200ms", 0, Config::default())), words);
    assert_eq!(reason(on("1ms..5ms tail 200ms", 0, Config::default())), words);
    let words = "messages take up to 60ms: election timeouts start at 150ms, and must be longer than the 180ms between \
                 two heartbeats at worst";
    assert_eq!(reason(on("60ms", 0, Config { heartbeat: Micros::ms(120), ..Config::default() })), words);
    let words = "links lose 11 % of all messages: what is repeated arrives in the end, but nobody can say when";
    assert_eq!(reason(on("5ms..20ms", 11, Config::default())), words);
    assert!(!matches!(on("5ms..20ms", 10, Config::default()), Progress::NotDue(_)));
    let mut held = quiet(Config::default());
    held.scenario.held = true;
    let words = "the scenario is held: nothing moves unless it is told to";
    assert_eq!(reason(progress(&held.run(), Micros::ms(1_000))), words);
}

#[test]
fn nothing_is_promised_once_an_assumption_is_broken() {
    let reason = |faults: &[&str]| reason(verdict(faults));
    let amnesia = ["500ms ask c1: put x 1", "600ms amnesia n4", "1.5s restart n4"];
    assert_eq!(reason(&amnesia), "void since 600ms: n4 lost what it had written to its disk");
    let silence = ["500ms ask c1: put x 1", "700ms..800ms silence n2"];
    assert_eq!(reason(&silence), "void since 700ms: 1 of 5 servers is faulty (n2), and at most 0 may be");
}

#[test]
fn whoever_waits_too_long_is_named() {
    // Loss is a setting and no fault that ends. One message of ten may be lost, and the bound is short.
    let mut lossy = quiet(Config::default()).with(text::read(&["500ms ask c1: put x 1"]));
    lossy.scenario.network.loss = 10;
    lossy.scenario.until = Micros::ms(700);
    let lost = |seed: u64| {
        let mut lossy = lossy.clone();
        lossy.scenario.seed = seed;
        match progress(&lossy.run(), Micros::ms(50)) {
            Progress::Stalled { calm, waits, .. } => Some((calm, waits)),
            _ => None,
        }
    };
    let stalls: Vec<(Micros, Vec<Wait>)> = (0..60).filter_map(lost).collect();
    assert!(stalls.iter().all(|(calm, waits)| (*calm, waits.len()) == (Micros::ZERO, 1)));
    let words: Vec<&str> = stalls.iter().map(|(_, waits)| waits[0].words.as_str()).collect();
    println!("{words:#?}");
    let start = "c1 waited since 500ms for the answer to `put x 1`, which was due at 550ms; it last asked n";
    assert!(words.iter().any(|words| words.starts_with(start) && words.ends_with(": the request was lost")));
    let follower =
        |words: &&str| words.contains(": the request arrived; at the end n") && words.contains("follower (term");
    assert!(words.iter().any(follower));
}

/// What was asked while another operation was under way waits for that one, and is not blamed beside it.
#[test]
fn a_queue_of_operations_is_judged_from_its_head() {
    let mut asks: Vec<String> = (0..40).map(|nth| format!("{}ms ask c1: put x {nth}", 500 + nth)).collect();
    let bound = |asks: &[String], bound: u64| {
        let lines: Vec<&str> = asks.iter().map(String::as_str).collect();
        progress(&quiet(Config::default()).with(text::read(&lines)).run(), Micros::ms(bound))
    };
    // Forty in a row take two seconds and more, each of them not even 100 ms.
    assert!(matches!(bound(&asks, 150), Progress::Made { operations: 40, .. }), "{:?}", bound(&asks, 150));
    asks.truncate(3);
    let (calm, waits, leaders) = stalled(bound(&asks, 1));
    assert_eq!((calm, waits.len(), leaders.len()), (Micros::ZERO, 3, 1));
    assert!(waits[0].words.contains(" and had it at "), "{}", waits[0].words);
}

/// What is wrong with Lamport clocks under chaos.
fn clocks(bug: lamport::Bug, seed: u64) -> Report<()> {
    let config = lamport::Config { bug, late: 1, ..lamport::Config::default() };
    let scenario = Scenario { seed, until: Micros::ms(2_000), ..Scenario::default() };
    let mut run = Run::new::<Lamport>(config, scenario).unwrap();
    let faults = chaos(run.setup(), &ChaosSettings::default(), seed, Micros::ms(2_000), 1);
    run.edit(faults).unwrap();
    run.finish();
    assert!(run.trace().violations.is_empty(), "seed {seed}: {:?}", run.trace().violations);
    judge::<Lamport>(&run, Limits::default())
}

#[test]
fn a_protocol_without_clients_is_judged_too() {
    let mut broken = 0;
    for seed in 0..100 {
        let report = clocks(lamport::Bug::None, seed);
        assert!(report.is_clean() && report.linear.holds(), "seed {seed}: {:?}", report.wrong());
        let Progress::NotDue(words) = report.progress else { panic!("processes never rest") };
        assert!(words.contains("under way") || words.contains("never comes to rest"), "{words}");
        broken += usize::from(clocks(lamport::Bug::IgnoreTimestamp, seed).wrong() == ["Clock Condition C2"]);
    }
    assert!(broken > 90, "receivers that ignore timestamps are caught in {broken} of 100 runs");
}

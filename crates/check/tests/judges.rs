//! What chaos draws, and what is said of progress.

mod common;

use common::{run, scenario, text};
use lightcone_check::{Chaos, Limits, Progress, Report, judge, progress};
use lightcone_core::{
    Assumptions, Delivery, Micros, Order, Protocol,
    protocols::{
        lamport::{self, Lamport},
        raft::{Config, Raft},
    },
};
use lightcone_sim::{Across, Fault, Intervention, Network, Run, Scenario, When};

fn chaos(assumptions: Assumptions, faults: u32) -> Chaos {
    let names = |prefix: char, n: u32| (1..=n).map(|i| format!("{prefix}{i}")).collect();
    Chaos { servers: names('n', 5), clients: names('c', 2), assumptions, horizon: Micros::ms(5_000), faults }
}

const RAFT: Assumptions = Raft::ABOUT.assumptions;

fn all(chaos: &Chaos) -> Vec<Intervention> {
    (0..200).flat_map(|seed| chaos.faults(seed)).collect()
}

#[test]
fn chaos_is_over_by_the_calm_instant_and_knows_many_faults() {
    let chaos = chaos(RAFT, 10);
    let faults = all(&chaos);
    for one in &faults {
        let When::At(at) = one.when else { panic!("chaos is drawn without knowing any message") };
        assert!(at <= chaos.calm() && one.fault.until().is_none_or(|end| at < end && end <= chaos.calm()));
        if let Fault::Partition { groups, .. } = &one.fault {
            assert!(groups.iter().all(|group| !group.is_empty()), "{}", one.fault.words());
            assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), 7, "{}", one.fault.words());
        }
    }
    let count = |pick: fn(&Fault) -> bool| faults.iter().filter(|one| pick(&one.fault)).count();
    let kinds: [fn(&Fault) -> bool; 8] = [
        |fault| matches!(fault, Fault::Partition { groups, .. } if groups.len() == 3),
        |fault| matches!(fault, Fault::Partition { groups, .. } if groups.iter().any(|group| group.len() == 1)),
        |fault| matches!(fault, Fault::Partition { across: Across::Held, .. }),
        |fault| matches!(fault, Fault::Partition { across: Across::Lost, .. }),
        |fault| matches!(fault, Fault::Cut { from, .. } if from.starts_with('c')),
        |fault| matches!(fault, Fault::Cut { to, .. } if to.starts_with('c')),
        |fault| matches!(fault, Fault::Crash { .. }),
        |fault| matches!(fault, Fault::Restart { .. }),
    ];
    for (nth, kind) in kinds.into_iter().enumerate() {
        assert!(count(kind) > 50, "kind {nth}: {}", count(kind));
    }
    assert_eq!(count(kinds[6]), count(kinds[7]), "who crashes comes back");
}

#[test]
fn chaos_respects_what_a_protocol_assumes() {
    let reliable = Assumptions { delivery: Delivery::Reliable, order: Order::Fifo, ..RAFT };
    let lost = |one: &Intervention| {
        matches!(one.fault, Fault::Partition { across: Across::Lost, .. } | Fault::Cut { across: Across::Lost, .. })
    };
    assert!(!all(&chaos(reliable, 10)).iter().any(lost));
    let standing = Assumptions { crashes: false, ..RAFT };
    let boots = |one: &Intervention| matches!(one.fault, Fault::Crash { .. } | Fault::Restart { .. });
    assert!(!all(&chaos(standing, 10)).iter().any(boots));
    let forgetful = chaos(Assumptions { disk_survives: false, ..RAFT }, 40);
    for seed in 0..50 {
        let faults = forgetful.faults(seed);
        assert!(!faults.iter().any(|one| matches!(one.fault, Fault::Restart { .. })), "nobody comes back");
        assert!(faults.iter().filter(|one| boots(one)).count() <= 2, "a minority crashes");
    }
}

#[test]
fn a_longer_list_of_faults_begins_with_the_shorter_one() {
    for seed in 0..50 {
        let (few, many) = (chaos(RAFT, 4).faults(seed), chaos(RAFT, 12).faults(seed));
        assert_eq!(few, many[..few.len()]);
        assert_ne!(many, chaos(RAFT, 12).faults(seed + 1));
    }
}

fn verdict(faults: &[&str]) -> Progress {
    let bare = Scenario { workload: None, ..scenario(Config::default(), 0) };
    progress(&run(Scenario { interventions: text::read(faults), ..bare }), Micros::ms(1_000))
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
fn nothing_is_due_while_faults_last() {
    let reason = |faults: &[&str]| match verdict(faults) {
        Progress::NotDue(reason) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(&[]), "no operation was due");
    assert_eq!(reason(&["4.5s ask c1: put x 1"]), "no operation was due");
    let lasting = ["500ms ask c1: put x 1", "1s..9s split n1 n2 n3 n4 | n5 c1"];
    assert_eq!(reason(&lasting), "`partition n1 n2 n3 n4 | n5 c1` lasts to the end");
    let down = ["1s crash n1", "1s crash n2", "1s crash n3", "500ms ask c1: put x 1"];
    assert!(reason(&down).starts_with("too few servers are up: can do neither"), "{}", reason(&down));
    // A client that goes down takes its question with it.
    assert_eq!(reason(&["10ms ask c1: put x 1", "11ms crash c1", "1s restart c1"]), "no operation was due");
}

#[test]
fn whoever_waits_too_long_is_named() {
    // Loss is a setting and no fault that ends.
    let mut lossy = Scenario { workload: None, ..scenario(Config::default(), 0) };
    lossy.network.loss = 100;
    lossy.interventions = text::read(&["500ms ask c1: put x 1"]);
    let Progress::Stalled { calm, waits, leaders } = progress(&run(lossy), Micros::ms(1_000)) else {
        panic!("nothing arrives")
    };
    assert_eq!((calm, waits.len(), leaders.len()), (Micros::ZERO, 1, 0));
    let words = "c1 waited since 500ms for the answer to `put x 1`, which was due at 1.5s; it last asked n";
    assert!(waits[0].words.starts_with(words), "{}", waits[0].words);
    assert!(waits[0].words.ends_with("the request was lost"), "{}", waits[0].words);
}

/// What is wrong with Lamport clocks under chaos.
fn clocks(bug: lamport::Bug, seed: u64) -> Report<Lamport> {
    let config = lamport::Config { bug, ..lamport::Config::default() };
    let until = Micros::ms(2_000);
    let (network, clocks, interventions) = (Network::default(), Default::default(), Vec::new());
    let bare = Scenario { config, seed, until, network, workload: None, clocks, interventions };
    let mut run = Run::<Lamport>::new(bare).unwrap();
    run.edit(Chaos::of(run.setup(), until, 8).faults(seed)).unwrap();
    run.finish();
    judge(&run, Limits::default())
}

#[test]
fn a_protocol_without_clients_is_judged_too() {
    for seed in 0..100 {
        let report = clocks(lamport::Bug::None, seed);
        assert!(report.is_clean() && report.linear.holds(), "seed {seed}: {:?}", report.wrong());
        assert_eq!(report.progress, Progress::NotDue("no operation was due".into()));
    }
    assert_eq!(clocks(lamport::Bug::IgnoreTimestamp, 0).wrong(), ["Clock Condition C2"]);
}

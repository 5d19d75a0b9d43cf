//! Chaos beyond the assumptions: whatever breaks then was announced, and nobody is blamed for it.

mod common;

use common::case;
use lightcone_check::{ChaosSettings, Limits, Progress, chaos, judge};
use lightcone_core::{
    Micros, Protocol, Span,
    protocols::{
        bracha::{self, Bracha},
        lamport::{self, Lamport},
        raft::{self, Raft},
    },
};
use lightcone_sim::{
    Across, Fault, Intervention, Run, Scenario,
    trace::{Cause, Premise},
};

fn beyond() -> ChaosSettings {
    ChaosSettings { beyond: true, disk: 20, ..ChaosSettings::default() }
}

/// Whether a run broke an assumption, and an invariant: the latter only after one of `causes`, or any if none is named.
fn announced<P: Protocol>(run: &Run, seed: u64, causes: &[Premise]) -> (bool, bool) {
    let report = judge::<P>(run, Limits::default());
    // Safety does not rest on timing.
    let violations = run.trace().violations.iter().filter(|violation| violation.premise != Premise::Timing);
    let violations: Vec<_> = violations.collect();
    let breach = report.broken.iter().map(|breach| breach.event).min();
    if let Some(event) = breach {
        let at = run.trace().events[event].at;
        let before = violations.iter().filter(|violation| violation.at <= at);
        let fits =
            before.map(|violation| violation.premise).any(|premise| causes.is_empty() || causes.contains(&premise));
        assert!(fits, "seed {seed}: {:?} though only {violations:?}", report.broken);
    }
    let void = |words: &str| words.starts_with("void since");
    let blamed = !matches!(&report.progress, Progress::NotDue(words) if void(words));
    assert!(violations.is_empty() || !blamed, "seed {seed}: {:?}", report.progress);
    (!violations.is_empty(), breach.is_some())
}

fn count(runs: impl Iterator<Item = (bool, bool)>) -> (usize, usize) {
    runs.fold((0, 0), |(all, bad), (violated, broken)| (all + usize::from(violated), bad + usize::from(broken)))
}

/// Raft needs its disks, and servers that keep their word: what breaks it is the loss of one, or a lie.
#[test]
fn raft_breaks_only_after_it_lost_a_disk_or_somebody_lied() {
    let config = raft::Config { servers: 3, client_timeout: Span::ms(100, 200), ..raft::Config::default() };
    let (violated, broken) = count((0..300).map(|seed| {
        let run = case(config.clone(), seed).chaotic(&beyond()).run();
        announced::<Raft>(&run, seed, &[Premise::Disk, Premise::Liars])
    }));
    println!("Raft: of 300 runs {violated} broke an assumption and {broken} an invariant");
    assert!(broken > 20, "only {broken} runs broke an invariant");
}

fn run<P: Protocol>(config: P::Config, seed: u64) -> Run {
    let until = Micros::ms(5_000);
    let mut run = Run::new::<P>(config, Scenario { seed, until, ..Scenario::default() }).unwrap();
    let faults = chaos(run.setup(), &ChaosSettings { requests: 12, lies: 15, ..beyond() }, seed, until, 1);
    run.edit(faults).unwrap();
    run.finish();
    run
}

#[test]
fn broadcast_breaks_only_after_too_many_were_faulty() {
    let (violated, broken) =
        count((0..300).map(|seed| announced::<Bracha>(&run::<Bracha>(bracha::Config::default(), seed), seed, &[])));
    println!("Bracha: of 300 runs {violated} broke an assumption and {broken} an invariant");
    assert!(violated > 290 && broken > 5, "{violated} and {broken} of 300");
}

#[test]
fn clocks_break_only_after_a_crash_or_a_lie() {
    let crash = &[Premise::Crashes, Premise::Liars];
    let (violated, broken) = count(
        (0..300).map(|seed| announced::<Lamport>(&run::<Lamport>(lamport::Config::default(), seed), seed, crash)),
    );
    println!("Lamport: of 300 runs {violated} broke an assumption and {broken} an invariant");
    assert!(violated > 290 && broken > 290, "{violated} and {broken} of 300");
}

/// Leases rest on how long servers wait at least, not on how long they happen to.
#[test]
fn a_timer_that_fires_by_hand_breaks_an_assumption_only_where_it_could_not_have_fired_by_itself() {
    let config = raft::Config {
        servers: 3,
        check_quorum: true,
        reads: raft::Reads::Lease,
        clock_drift: 100_000,
        ..raft::Config::default()
    };
    let groups = vec![vec!["n1".into()], vec!["n2".into()], vec!["n3".into()]];
    let apart = Intervention::at(1, Micros::ms(1_000), Fault::Partition { groups, across: Across::Lost });
    let run = |more: Option<Intervention>| {
        let interventions = std::iter::once(apart.clone()).chain(more).collect();
        let scenario = Scenario { seed: 4, until: Micros::ms(1_500), interventions, ..Scenario::default() };
        let mut run = Run::new::<Raft>(config.clone(), scenario).unwrap();
        run.finish();
        run
    };
    let calm = run(None);
    assert_eq!(calm.void_since(Micros::ms(1_500)), None);
    let least = config.election_timeout.min;
    let later = least.plus(Micros::ms(5));
    let events = &calm.trace().events;
    let waited = events.iter().find_map(|event| match event.cause {
        Cause::Armed(by) if calm.trace().timers[usize::from(event.timer)].1 == "Election" => {
            let armed = events[by as usize].at;
            (armed > Micros::ms(900) && event.at > armed.plus(later)).then_some((event.node, armed))
        }
        _ => None,
    });
    let (node, armed) = waited.expect("a server waits in vain for its leader, and not for as short as can be");
    let name = calm.setup().name(node).to_string();
    let fired = |after: Micros| {
        let timer = format!("timer Election of {name}").parse().expect("it is a timer");
        run(Some(Intervention::at(2, armed.plus(after), Fault::Fire { timer }))).void_since(Micros::ms(1_500))
    };
    assert_eq!(fired(later), None, "it might have fired then");
    assert_eq!(fired(least), None);
    let (_, words) = fired(least.minus(Micros(1))).expect("nothing is promised");
    assert_eq!(
        words,
        format!("the timer Election of {name} ends after {}, and {least} are assumed at least", least.minus(Micros(1)))
    );
}

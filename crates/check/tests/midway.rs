//! A search that starts from a moment of a run: it starts from what the run came to, and what it finds is told as that run,
//! held from then on.

mod common;

use common::{Case, case, text};
use lightcone_check::explore::{
    Exploration, Limits, Outcome,
    cluster::{Bounds, Choice, Hunt, Retelling, Snapshot, Verdict, cluster, cluster_at, name_of, wrong},
};
use lightcone_core::{
    Micros, Model, NodeId,
    protocols::raft::{Bug, Config, Raft},
};
use lightcone_sim::{Fault, Intervention, Network, Run, Scenario, When, trace::Cause};

fn raft(bug: Bug) -> Config {
    Config { bug, servers: 3, ..Config::default() }
}

/// A run with trouble in it: who is down, who is cut off, what is late, what is lost by chance.
fn troubled(bug: Bug) -> Case {
    let faults = text::read(&["300ms..2s split n1 c1 c2 | n2 n3", "400ms pause n3", "620ms crash n2", "900ms heal"]);
    let network = Network { loss: 10, ..Network::default() };
    case(raft(bug), 7).on(network).with(faults)
}

fn snapshot(case: &Case, at: u64) -> Snapshot<Raft> {
    Snapshot::of(case.config.clone(), &case.scenario, Micros::ms(at)).expect("nothing is broken there")
}

fn bounds(timeouts: u32) -> Bounds {
    Bounds { timeouts, ..Bounds::default() }
}

#[test]
fn it_starts_from_what_the_run_came_to() {
    let case = troubled(Bug::None);
    let run = case.clone().run();
    for at in [1, 150, 310, 450, 640, 899, 1_500, 4_000] {
        let state = cluster_at(case.config.clone(), bounds(1), false, &snapshot(&case, at)).expect("it can be run");
        let world = run.at(run.trace().events_until(Micros::ms(at)));
        for node in (0..3).map(NodeId) {
            let paused = world.slot(node).paused > 0;
            // Who was paused takes at once what came meanwhile.
            assert!(paused || state.node(node) == world.node::<Raft>(node), "{node:?} after {at} ms");
        }
        let back = state.choices().iter().filter(|choice| matches!(choice, Choice::Restart(_))).count();
        assert_eq!(back, (0..3).filter(|node| world.node::<Raft>(NodeId(*node)).is_none()).count(), "after {at} ms");
    }
}

#[test]
fn from_the_first_moment_it_sees_what_a_search_from_the_beginning_sees() {
    let config = raft(Bug::None);
    let scenario = Scenario { until: Micros::ms(100), ..Scenario::default() };
    let from = Snapshot::<Raft>::of(config.clone(), &scenario, Micros::ZERO).expect("nothing is broken there");
    let seen = |start| {
        let mut search = Exploration::new(vec![start], Limits { states: 100_000, ..Limits::default() });
        search.finish();
        (search.outcome().cloned(), search.seen())
    };
    let begun = seen(cluster(config.clone(), bounds(1), true).expect("it can be run"));
    assert_eq!(begun.0, Some(Outcome::Exhausted));
    assert_eq!(seen(cluster_at(config, bounds(1), true, &from).expect("it can be run")), begun);
}

/// Searches from a moment, and tells what is found as a run.
fn found(case: &Case, at: u64, bounds: Bounds) -> (String, Scenario, Run) {
    let from = Some(snapshot(case, at));
    let limits = Limits { states: 200_000, ..Limits::default() };
    let hunt = Hunt { config: case.config.clone(), bounds, limits, reduced: true, from };
    let scouted = hunt.scout().expect("it can be run").came;
    let Verdict::Violated(way) = hunt.search(scouted).expect("it can be run").came else { panic!("nothing is found") };
    let start = hunt.start(way.bounds).expect("it can be run");
    let name = name_of(&way.words).to_owned();
    let mut retelling = Retelling::new(start, way.choices, &name).expect("it can be run");
    let told = std::iter::from_fn(|| retelling.advance()).flatten().next();
    let told = told.expect("what happened before picked all that is picked");
    let run = Case { config: case.config.clone(), scenario: told.clone() }.run();
    (name, told, run)
}

#[test]
fn what_is_found_is_told_as_the_run_until_then_and_held_from_there() {
    let (at, mut case) = (850, troubled(Bug::VoteTwice));
    case.scenario.seed = 9;
    let before = Case { scenario: Scenario { until: Micros::ms(at), ..case.scenario.clone() }, ..case.clone() }.run();
    assert_eq!(wrong::<Raft>(&before), [""; 0], "nothing is broken until then");
    let (name, told, run) = found(&case, at, bounds(3));
    assert_eq!(name, "Election Safety");
    assert!(wrong::<Raft>(&run).contains(&"Election Safety"));
    // Until then it is the same run, event by event.
    let events = before.trace().events.len();
    assert!(events > 50, "{events} events");
    assert_eq!(run.trace().events_until(Micros::ms(at)), events);
    let same =
        |run: &Run| run.trace().events[..events].iter().map(|event| (event.name, event.content)).collect::<Vec<_>>();
    assert_eq!(same(&run), same(&before));
    // After that nothing happens but what is listed.
    let since = Micros::ms(at).plus(Micros(1));
    assert!(told.interventions.iter().any(|one| one.when == When::At(since) && one.fault == Fault::Hold));
    let later = told.interventions.iter().filter(|one| one.start().is_some_and(|start| start > since)).count();
    let happened = run.trace().events.iter().filter(|event| event.at > since).count();
    assert!(happened > 0 && happened <= later, "{happened} events of {later} things that were done");
}

#[test]
fn a_crash_that_waits_for_a_step_at_that_moment_does_not_happen_after_it() {
    let at = 850;
    let mut case = troubled(Bug::VoteTwice);
    case.scenario.seed = 9;
    let until = Micros::ms(at);
    let whole = case.clone().run();
    let trace = whole.trace();
    let steps = |node: u8| trace.events.iter().filter(move |event| event.node == NodeId(node) && event.at <= until);
    // Between its last step and that moment it is told to crash in its next one.
    let node = (0..3).find(|node| steps(*node).next_back().is_some_and(|last| last.at.plus(Micros(1)) < until));
    let node = node.expect("somebody rests at that moment");
    let since = steps(node).next_back().expect("it made a step").at.plus(Micros(1));
    let crash = Fault::Crash { node: format!("n{}", node + 1), disk: lightcone_sim::Disk::Kept, after: Some(0) };
    case.scenario.interventions.push(Intervention::at(77, since, crash.clone()));
    let doomed = case.clone().run();
    let is_crash = |run: &Run| run.trace().events.iter().any(|event| event.cause == Cause::Intervention(77));
    assert!(is_crash(&doomed), "it crashes later");
    let (name, told, run) = found(&case, at, bounds(3));
    assert_eq!(name, "Election Safety");
    assert!(told.interventions.iter().all(|one| one.fault != crash), "it is over like all that lasts");
    assert!(!is_crash(&run));
    assert!(wrong::<Raft>(&run).contains(&"Election Safety"));
}

#[test]
fn what_clients_saw_before_counts_afterwards() {
    // The deposed leader n2 answers from what it knows.
    let faults = text::read(&["500ms ask c1: put x 1", "900ms ask c2: put x 2"]);
    let mut case = case(raft(Bug::StaleRead), 4).with(faults);
    case.scenario.workload = None;
    let (name, _, run) = found(&case, 1_500, Bounds { requests: 2, ..bounds(2) });
    assert_eq!(name, "Linearizability");
    assert!(run.trace().ops.iter().any(|op| op.at < Micros::ms(1_500)), "operations of before are part of it");
    assert!(wrong::<Raft>(&run).contains(&"Linearizability"));
}

#[test]
fn a_moment_that_cannot_be_searched_from_says_why() {
    let refused = |case: &Case, at: u64| {
        Snapshot::<Raft>::of(case.config.clone(), &case.scenario, Micros::ms(at)).expect_err("it cannot").to_string()
    };
    let case = troubled(Bug::None);
    assert_eq!(refused(&case, 5_001), "at: the run ends at 5s");
    let words = refused(&troubled(Bug::VoteTwice), 850);
    assert!(words.starts_with("at: Election Safety is broken there already, since "), "{words}");
    let mut amnesia = case.clone();
    amnesia.scenario.interventions.extend(text::read(&["1s amnesia n3"]).into_iter().map(|mut one| {
        one.id = 99;
        one
    }));
    let words = refused(&amnesia, 1_200);
    assert!(words.starts_with("at: nothing is promised there any more: since 1s, "), "{words}");
    let mut loaded = case;
    let load = lightcone_sim::Load { workers: 1, queue: None, service: lightcone_core::Span::ms(1, 2) };
    loaded.scenario.load.insert("n1".into(), load);
    assert_eq!(refused(&loaded, 200), "from: its servers have a load, and how long work takes is not searched");
}

//! Searches as jobs: what is asked for in JSON, slice by slice, and what comes of it in words.

mod common;

use common::finish;
use lightcone_catalog::{explore, link};
use lightcone_jobs::{Job, Report};
use serde_json::{Value, json};

fn fact(report: &Report, name: &str) -> u64 {
    let (_, number) = report.facts.iter().find(|fact| fact.0 == name).expect("the fact is told");
    number.replace(',', "").parse().expect("it is a number")
}

#[test]
fn a_planted_bug_is_found_told_and_can_be_opened() {
    let wanted = json!({ "kind": "search", "protocol": "raft", "settings": { "bug": "vote-twice" }, "nodes": 3, "timeouts": 2, "states": 100_000 });
    let (_, report) = finish(&wanted, 64);
    assert!(report.words[0].starts_with("Violated: Election Safety"), "{:?}", report.words);
    assert!(report.words[2].starts_with("Nothing shorter"), "{:?}", report.words);
    assert!(!report.steps.is_empty());
    let (scenario, _) = link::decode(&report.scenario.expect("it is told as a scenario")).expect("it can be opened");
    assert!(explore::is_broken(&scenario, "Election Safety").expect("it can be run"));
}

#[test]
fn what_is_exhausted_says_its_scope_and_is_the_same_in_any_slices() {
    let wanted =
        json!({ "kind": "search", "protocol": "raft", "nodes": 3, "timeouts": 1, "crashes": 1, "states": 1_000_000 });
    let (seen, fine) = finish(&wanted, 100);
    let (_, coarse) = finish(&wanted, 1_000_000);
    assert!(fine.words[0].starts_with("Impossible at this scope: 3 nodes, 1 crash, 1 timeout"), "{:?}", fine.words);
    assert_eq!(fine, coarse);
    let states: Vec<u64> = seen.iter().map(|report| fact(report, "states in all")).collect();
    assert!(states.is_sorted() && states.len() > 2, "it tells how far it is");
}

#[test]
fn a_search_that_reaches_its_limit_says_what_it_saw() {
    let wanted =
        json!({ "kind": "search", "protocol": "raft", "nodes": 3, "timeouts": 4, "crashes": 2, "states": 500 });
    let (_, report) = finish(&wanted, 64);
    assert!(report.words[0].starts_with("Not found within 500 states"), "{:?}", report.words);
    assert!(fact(&report, "states in all") >= 500);
}

#[test]
fn what_cannot_be_searched_is_refused_in_words() {
    let refused = |wanted: Value| Job::new(&wanted.to_string()).err().expect("it is refused");
    let wrong = refused(json!({ "kind": "search", "protocol": "raft", "lies": 1, "states": 10 }));
    assert!(wrong.contains("lies") && wrong.contains("do not lie"), "{wrong}");
    let wrong = refused(json!({ "kind": "search", "protocol": "abacus", "states": 10 }));
    assert!(wrong.contains("abacus"), "{wrong}");
    assert!(Job::new("nonsense").is_err());
}

#[test]
fn a_run_that_breaks_something_becomes_smaller() {
    let wanted = json!({ "kind": "search", "protocol": "raft", "settings": { "bug": "vote-twice" }, "nodes": 3, "timeouts": 2, "states": 100_000 });
    let (_, found) = finish(&wanted, 1_000);
    let (mut scenario, _) = link::decode(&found.scenario.expect("it is told as a scenario")).expect("it can be opened");
    let least = scenario.run.interventions.len();
    scenario.run.until = lightcone_core::Micros(scenario.run.until.0 * 3);
    let wanted = json!({ "kind": "shrink", "scenario": link::encode(&scenario, None) });
    let (_, report) = finish(&wanted, 64);
    let (small, _) = link::decode(&report.scenario.expect("there is one")).expect("it can be opened");
    assert!(explore::is_broken(&small, "Election Safety").expect("it can be run"));
    assert!(small.run.until < scenario.run.until && small.run.interventions.len() <= least);
}

#[test]
fn what_breaks_nothing_cannot_become_smaller() {
    let sound = lightcone_catalog::default_scenario("raft");
    let wanted = json!({ "kind": "shrink", "scenario": link::encode(&sound, None) });
    let wrong = Job::new(&wanted.to_string()).err().expect("it is refused");
    assert!(wrong.contains("nothing is broken"), "{wrong}");
}

#[test]
fn a_search_from_a_moment_goes_on_from_the_run_that_is_open() {
    let mut scenario = lightcone_catalog::default_scenario("raft");
    scenario.settings.insert("bug".into(), "vote-twice".into());
    let wanted = json!({ "kind": "search", "protocol": "raft", "from": link::encode(&scenario, None), "at": 100_000, "timeouts": 2, "states": 100_000 });
    let (_, report) = finish(&wanted, 64);
    assert!(report.words[0].starts_with("Violated: Election Safety"), "{:?}", report.words);
    let (found, _) = link::decode(&report.scenario.expect("it is told as a scenario")).expect("it can be opened");
    assert!(explore::is_broken(&found, "Election Safety").expect("it can be run"));
}

#[test]
fn what_breaks_something_beyond_what_is_assumed_says_so() {
    let wanted =
        json!({ "kind": "search", "protocol": "lamport", "nodes": 3, "timeouts": 2, "crashes": 1, "states": 100_000 });
    let (_, report) = finish(&wanted, 1_000);
    assert!(report.words[0].starts_with("Violated: Clock Condition"), "{:?}", report.words);
    assert!(report.words.contains(&"It goes beyond what lamport assumes: n1 crashed.".into()), "{:?}", report.words);
}

//! The search for what breaks a run, as the page sees it: what it asks for, what it shows, and what can be opened.

use super::*;
use serde_json::{Value, json};

/// The task that an effect begins.
fn task(effects: &[Effect]) -> Value {
    match effects {
        [Effect::Job(Whose::Search, Order::Begin(task))] => serde_json::from_str(task).expect("a task is JSON"),
        other => panic!("no search begins: {other:?}"),
    }
}

fn came(studio: &mut Studio, came: Came) -> Vec<Effect> {
    studio.update(HuntMsg::Came(came).into())
}

fn begun() -> (Studio, Value) {
    let mut studio = studio();
    studio.update(PageMsg::Open(Dialog::Hunt).into());
    studio.update(PageMsg::Write("hunt.crashes".into(), "2".into()).into());
    let effects = studio.update(HuntMsg::Begin.into());
    (studio, task(&effects))
}

#[test]
fn a_search_is_of_the_settings_that_are_open_within_what_was_written() {
    let (studio, task) = begun();
    assert_eq!((&task["kind"], &task["protocol"]), (&json!("search"), &json!("raft")));
    assert_eq!(task["settings"], Value::Object(studio.scenario().settings.clone()));
    assert_eq!((&task["crashes"], &task["nodes"]), (&json!(2), &json!(3)));
    assert!(task.get("lies").is_none(), "nobody lies in this protocol");
    assert!(studio.hunt.runs);
}

#[test]
fn a_bound_that_is_no_number_is_refused_beside_its_field() {
    let mut studio = studio();
    studio.update(PageMsg::Open(Dialog::Hunt).into());
    studio.update(PageMsg::Write("hunt.timeouts".into(), "many".into()).into());
    assert!(studio.update(HuntMsg::Begin.into()).is_empty());
    let (field, wrong) = studio.draft.wrong.clone().expect("it is refused");
    assert_eq!(field, "hunt.timeouts");
    assert!(wrong.contains("many"), "{wrong}");
    assert!(!studio.hunt.runs);
}

#[test]
fn what_was_found_opens_as_a_scene_and_can_be_taken_back() {
    let (mut studio, _) = begun();
    let before = studio.scenario().clone();
    let mut found = before.clone();
    found.title = "found".into();
    let report = json!({ "words": ["Violated"], "facts": [["states", "12"]], "steps": ["a", "b"], "scenario": crate::engine::encode(&found, None) });
    let effects = came(&mut studio, Came::Over(report.to_string()));
    assert_eq!(effects, [Effect::Job(Whose::Search, Order::Leave)], "its memory is given back");
    assert_eq!(studio.hunt.report.steps, ["a", "b"]);
    studio.update(HuntMsg::Load.into());
    assert_eq!(studio.scenario().title, "found");
    assert_eq!(studio.dialog, None);
    studio.update(EditMsg::Undo.into());
    assert_eq!(*studio.scenario(), before);
}

#[test]
fn a_search_that_is_cancelled_keeps_what_it_saw() {
    let (mut studio, _) = begun();
    let report = json!({ "words": ["Searching"], "facts": [["states", "41,210"]], "steps": [], "scenario": null });
    came(&mut studio, Came::Report(report.to_string()));
    assert_eq!(studio.hunting(), Some("Searching: 41,210 states".into()));
    assert_eq!(studio.update(HuntMsg::Stop.into()), [Effect::Job(Whose::Search, Order::Stop)]);
    came(&mut studio, Came::Stopped);
    assert!(!studio.hunt.runs && studio.hunt.report.words[0].starts_with("Cancelled"));
    assert_eq!(studio.hunt.report.facts, [("states".to_string(), "41,210".to_string())]);
    let late = came(&mut studio, Came::Over("{}".into()));
    assert!(late.is_empty() && !studio.hunt.report.words.is_empty(), "what comes after the end is not heard");
}

#[test]
fn a_run_is_handed_over_whole_to_become_smaller() {
    let mut studio = studio();
    let effects = studio.update(HuntMsg::Shrink.into());
    let task = task(&effects);
    assert_eq!(task["kind"], "shrink");
    let read = crate::engine::decode(task["scenario"].as_str().expect("a fragment")).expect("it can be read");
    assert_eq!(read.scenario, *studio.scenario());
    assert_eq!(studio.dialog, Some(Dialog::Hunt));
}

#[test]
fn a_search_may_start_from_the_moment_that_is_shown() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(250)).into());
    studio.update(PageMsg::Open(Dialog::Hunt).into());
    studio.update(PageMsg::Write(FROM.into(), "moment".into()).into());
    let task = task(&studio.update(HuntMsg::Begin.into()));
    assert_eq!(task["at"], 250_000);
    let read = crate::engine::decode(task["from"].as_str().expect("a fragment")).expect("it can be read");
    assert_eq!(read.scenario, *studio.scenario());
    assert!(task.get("nodes").is_none(), "its servers are there already");
}

#[test]
fn what_a_search_said_is_gone_with_its_scene() {
    let over = json!({ "words": ["Impossible at this scope"], "facts": [] }).to_string();
    let (mut studio, _) = begun();
    came(&mut studio, Came::Over(over.clone()));
    assert_eq!(studio.hunting(), Some("Impossible at this scope".into()));
    studio.update(PageMsg::Protocol("lamport".into()).into());
    assert_eq!(studio.hunting(), None);
    // One that goes on behind says how far it is, but what it comes to is not of this scene.
    let (mut studio, _) = begun();
    studio.update(PageMsg::Protocol("lamport".into()).into());
    let report = json!({ "words": ["Searching"], "facts": [["states", "7"]] });
    came(&mut studio, Came::Report(report.to_string()));
    assert_eq!(studio.hunting(), Some("Searching: 7 states".into()));
    came(&mut studio, Came::Over(over));
    assert_eq!(studio.hunting(), None);
    assert_eq!(studio.hunt.report.words, ["Impossible at this scope"], "its own form still says it");
}

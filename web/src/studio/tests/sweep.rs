//! One setting over many runs, as the page sees it: what it asks for, what it shows, and which run a dot opens.

use super::*;
use lightcone_catalog::sweep::Knob;
use serde_json::{Value, json};

fn task(effects: &[Effect]) -> Value {
    match effects {
        [Effect::Job(Whose::Sweep, Order::Begin(task))] => serde_json::from_str(task).expect("a task is JSON"),
        other => panic!("no sweep begins: {other:?}"),
    }
}

fn write(studio: &mut Studio, name: &str, text: &str) {
    studio.update(PageMsg::Write(name.into(), text.into()).into());
}

fn opened() -> Studio {
    let mut studio = studio();
    studio.update(PageMsg::Open(Dialog::Sweep).into());
    studio
}

fn begun() -> (Studio, Value) {
    let mut studio = opened();
    write(&mut studio, KNOB, "election_timeout");
    write(&mut studio, VALUES, "150ms..160ms,150ms..300ms");
    write(&mut studio, SEEDS, "20");
    let effects = studio.update(SweepMsg::Begin.into());
    (studio, task(&effects))
}

fn came(studio: &mut Studio, came: Came) -> Vec<Effect> {
    studio.update(SweepMsg::Came(came).into())
}

#[test]
fn a_sweep_is_of_the_scene_that_is_open() {
    let (studio, task) = begun();
    assert_eq!((&task["kind"], &task["knob"]), (&json!("sweep"), &json!("election_timeout")));
    assert_eq!(task["values"], "150ms..160ms,150ms..300ms");
    assert_eq!((&task["measure"], &task["seeds"]), (&json!("until someone becomes leader"), &json!(20)));
    let read = crate::engine::decode(task["scenario"].as_str().expect("a fragment")).expect("it can be read");
    assert_eq!(read.scenario, *studio.scenario());
    assert!(studio.sweeps.runs);
}

#[test]
fn there_are_values_to_begin_with_for_whatever_is_turned() {
    let mut studio = opened();
    let fields = studio.lab.form().fields;
    let is_missing = |name: &&str| !studio.knobs().iter().any(|(knob, _)| knob == name);
    let missing: Vec<&str> = fields.iter().map(|field| field.name).filter(is_missing).collect();
    assert_eq!(missing, ["spares"], "no machine can join where no configuration changes");
    for (knob, _) in studio.knobs() {
        write(&mut studio, KNOB, knob);
        let values = studio.draft.text(VALUES).to_string();
        assert!(values.split(',').count() > 1, "{knob}: {values}");
        let base = studio.scenario();
        let of = Knob::new(base, knob, &values)
            .and_then(|knob| knob.values.iter().try_for_each(|one| knob.turn(base, one).map(drop)));
        assert_eq!(of, Ok(()), "{knob}: {values}");
    }
}

#[test]
fn what_cannot_be_swept_is_refused_beside_its_field() {
    for text in ["none", "0", "501", "-3"] {
        let mut studio = opened();
        write(&mut studio, SEEDS, text);
        assert!(studio.update(SweepMsg::Begin.into()).is_empty(), "{text}");
        let wrong = format!("`{text}` is not a whole number from 1 to 500");
        assert_eq!(studio.draft.wrong, Some((SEEDS.to_string(), wrong)));
    }
    for (wrong, field) in [("measure: `n1 sings` is no condition", CONDITION), ("settings.servers: 99 is not", VALUES)]
    {
        let (mut studio, _) = begun();
        assert_eq!(came(&mut studio, Came::Wrong(wrong.into())), [Effect::Job(Whose::Sweep, Order::Leave)]);
        assert_eq!(studio.draft.wrong, Some((field.to_string(), wrong.to_string())));
        assert!(!studio.sweeps.runs && studio.sweeps.report.words.is_empty());
    }
}

#[test]
fn a_dot_opens_its_run_and_undo_brings_back_what_was_open() {
    let (mut studio, _) = begun();
    let before = studio.scenario().clone();
    let with = |value: &str| {
        let mut scenario = before.clone();
        scenario.settings.insert("election_timeout".into(), value.into());
        crate::engine::encode(&scenario, None)
    };
    let opens = [with("150ms..160ms"), with("150ms..300ms")];
    let report = json!({ "words": ["40 runs"], "facts": [], "opens": opens, "picture": "<svg/>" });
    assert_eq!(came(&mut studio, Came::Over(report.to_string())), [Effect::Job(Whose::Sweep, Order::Leave)]);
    assert_eq!(studio.sweeps.picture, "<svg/>");
    // Two values take turns: run 15 is the second value with seed 7.
    studio.update(SweepMsg::Pick(15).into());
    assert_eq!(studio.dialog, None);
    assert_eq!(studio.scenario().run.seed, 7);
    assert_eq!(studio.scenario().settings["election_timeout"], "150ms..300ms");
    assert_eq!(studio.sweeps.picture, "<svg/>", "the others can still be opened");
    studio.update(SweepMsg::Pick(0).into());
    assert_eq!(studio.scenario().run.seed, 0);
    assert_eq!(studio.scenario().settings["election_timeout"], "150ms..160ms");
    studio.update(EditMsg::Undo.into());
    studio.update(EditMsg::Undo.into());
    assert_eq!(*studio.scenario(), before);
}

#[test]
fn a_sweep_that_is_cancelled_keeps_what_it_saw() {
    let (mut studio, _) = begun();
    let report = json!({ "words": ["3 of 40 runs."], "picture": "<svg>3</svg>" });
    came(&mut studio, Came::Report(report.to_string()));
    came(&mut studio, Came::Report(json!({ "words": ["4 of 40 runs."] }).to_string()));
    assert_eq!(studio.sweeps.picture, "<svg>3</svg>", "the last picture stays until there is another");
    assert_eq!(studio.update(SweepMsg::Stop.into()), [Effect::Job(Whose::Sweep, Order::Stop)]);
    came(&mut studio, Came::Stopped);
    assert!(!studio.sweeps.runs);
    assert_eq!(studio.sweeps.report.words, ["Cancelled. So far:", "4 of 40 runs."]);
    assert!(came(&mut studio, Came::Over("{}".into())).is_empty(), "what comes after the end is not heard");
    assert_eq!(studio.sweeps.picture, "<svg>3</svg>");
}

#[test]
fn a_protocol_without_that_setting_opens_with_another() {
    let (mut studio, _) = begun();
    studio.update(PageMsg::Protocol("lamport".into()).into());
    studio.update(PageMsg::Open(Dialog::Sweep).into());
    let knob = studio.draft.text(KNOB).to_string();
    assert!(studio.knobs().iter().any(|(name, _)| *name == knob), "{knob}");
    assert!(!studio.draft.text(VALUES).is_empty());
}

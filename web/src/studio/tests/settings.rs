//! Settings, requests and protocols.

use super::*;
use crate::engine;

#[test]
fn another_seed_can_be_taken_back_too() {
    let mut studio = studio();
    let seed = studio.scenario().run.seed;
    studio.update(TimeMsg::AnotherRun.into());
    assert_ne!(studio.scenario().run.seed, seed);
    studio.update(EditMsg::Undo.into());
    assert_eq!(studio.scenario().run.seed, seed);
}

#[test]
fn bad_settings_are_refused_beside_their_field() {
    let mut studio = studio();
    let before = studio.lab.fingerprint();
    for (field, text) in [
        ("settings.servers", "99"),
        ("settings.servers", "0"),
        ("network.latency", "-5ms"),
        ("network.loss", "101"),
        ("seed", "x"),
        ("until", "soon"),
    ] {
        studio.update(PageMsg::Open(Dialog::Settings).into());
        studio.update(PageMsg::Write(field.into(), text.into()).into());
        studio.update(PageMsg::Apply.into());
        let wrong = studio.draft.wrong.clone();
        assert!(wrong.as_ref().is_some_and(|(at, _)| at == field), "{field} = {text}: {wrong:?}");
        assert_eq!(studio.dialog, Some(Dialog::Settings));
        assert_eq!(studio.lab.fingerprint(), before);
    }
}

#[test]
fn new_settings_keep_what_was_done() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1"]);
    studio.update(PageMsg::Open(Dialog::Settings).into());
    studio.update(PageMsg::Write("settings.servers".into(), "3".into()).into());
    studio.update(PageMsg::Apply.into());
    assert_eq!(studio.dialog, None, "{:?}", studio.draft.wrong);
    assert_eq!(studio.scenario().run.interventions.len(), 1);
    assert_eq!(studio.lab.participants().len(), 4);
}

#[test]
fn a_bad_request_is_refused_and_changes_nothing() {
    let mut studio = studio();
    let client = studio.clients()[0];
    studio.update(PageMsg::Ask(client).into());
    studio.update(PageMsg::Draft(RequestDraft { client, key: String::new(), ..RequestDraft::default() }).into());
    studio.update(PageMsg::Send.into());
    assert!(studio.scenario().run.interventions.is_empty());
    assert!(studio.banner.is_some());
}

#[test]
fn everything_is_drawn_for_every_protocol() {
    for (id, _) in engine::protocols() {
        let mut studio = studio();
        studio.update(PageMsg::Protocol(id.clone()).into());
        let mut studio = at_rest(studio);
        assert_eq!(studio.lab.about().id, id);
        for share in [0.0, 0.3, 0.7, 1.0] {
            studio.update(TimeMsg::SeekShare(share).into());
            assert!(!studio.views.chart_svg.is_empty());
            assert!(studio.views.focus.why.is_some());
            assert_eq!(studio.views.picture.people.len(), studio.lab.participants().len());
        }
    }
}

#[test]
fn chaos_is_written_into_the_scene_and_drawn_anew_in_its_place() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1"]);
    studio.update(PageMsg::Open(Dialog::Chaos).into());
    studio.update(PageMsg::Write("chaos.crashes".into(), "many".into()).into());
    studio.update(PageMsg::Unleash.into());
    assert!(studio.draft.wrong.as_ref().is_some_and(|(field, _)| field == "chaos.crashes"), "{:?}", studio.draft.wrong);
    studio.update(PageMsg::Write("chaos.crashes".into(), "40".into()).into());
    studio.update(PageMsg::Unleash.into());
    assert_eq!(studio.dialog, None);
    let drawn = studio.scenario().run.interventions.clone();
    assert!(drawn.iter().filter(|one| matches!(one.fault, Fault::Crash { .. })).count() > 2, "{drawn:?}");
    let mut studio = at_rest(studio);
    studio.update(PageMsg::Open(Dialog::Chaos).into());
    assert_eq!(studio.draft.text("chaos.crashes"), "40", "the form stays as it was used");
    studio.update(PageMsg::Write("chaos.seed".into(), "2".into()).into());
    studio.update(PageMsg::Unleash.into());
    let again = &studio.scenario().run.interventions;
    assert_eq!(again[0], drawn[0], "what a person did stays");
    assert!(drawn[1..].iter().all(|old| again.iter().all(|new| new.id != old.id)));
}

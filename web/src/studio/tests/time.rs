//! Playing, stepping and scrubbing.

use super::*;

#[test]
fn what_is_seen_stays_when_something_is_done() {
    let mut studio = studio();
    let event = studio.lab.len() / 2;
    studio.update(TimeMsg::Visit(event).into());
    let before = studio.lab.explain(event).name;
    split(&mut studio, &["n1", "n2"]);
    assert_eq!(studio.lab.explain(event).name, before);
}

#[test]
fn steps_visit_every_event_and_stop_at_both_ends() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(Micros::ZERO).into());
    studio.update(TimeMsg::Visit(0).into());
    for event in 1..20 {
        studio.update(TimeMsg::Next.into());
        assert_eq!(studio.present(), Some(event));
    }
    for event in (0..19).rev() {
        studio.update(TimeMsg::Previous.into());
        assert_eq!(studio.present(), Some(event));
    }
    studio.update(TimeMsg::Previous.into());
    assert_eq!(studio.present(), Some(0));
}

#[test]
fn scrubbing_stays_within_the_run() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(99_000_000)).into());
    assert_eq!(studio.clock.playhead, studio.until());
    studio.update(TimeMsg::SeekShare(-3.0).into());
    assert_eq!(studio.clock.playhead, Micros::ZERO);
    studio.update(TimeMsg::Nudge(-5).into());
    assert_eq!(studio.clock.playhead, Micros::ZERO);
}

#[test]
fn playing_believes_no_long_frame_and_carries_the_run_on() {
    let mut studio = studio();
    let until = studio.until();
    studio.update(TimeMsg::Toggle.into());
    studio.update(TimeMsg::Speed(1_000_000).into());
    studio.update(TimeMsg::Frame(1_000.0).into());
    studio.update(TimeMsg::Frame(901_000.0).into());
    assert_eq!(studio.clock.playhead, at(100), "a quarter of an hour counts as a tenth of a second");
    studio.clock.playhead = until;
    studio.update(TimeMsg::Frame(901_010.0).into());
    assert!(studio.until() > until);
    assert!(studio.clock.playing);
}

#[test]
fn the_inspector_is_not_made_anew_for_each_slice_of_a_run() {
    let mut studio = studio();
    // A slice is computed at an instant of the browser's clock; whether the inspector was made anew.
    let slice = |studio: &mut Studio, now: f64| {
        let before = studio.views.focus.clone();
        (studio.done, studio.version, studio.clock.last_frame) = (false, studio.version + 1, Some(now));
        studio.refresh();
        !std::rc::Rc::ptr_eq(&before, &studio.views.focus)
    };
    assert!(slice(&mut studio, 1_000.0));
    assert_eq!([1_016.0, 1_032.0, 1_048.0].map(|now| slice(&mut studio, now)), [false; 3]);
    assert!(slice(&mut studio, 1_400.0), "it follows a few times in a second");
    let before = studio.views.focus.clone();
    studio.update(Selected::Node(NodeId(2)).into());
    assert!(!std::rc::Rc::ptr_eq(&before, &studio.views.focus), "what is selected is shown at once");
}

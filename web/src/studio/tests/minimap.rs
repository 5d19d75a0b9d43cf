//! The strip that shows which part of the run the diagram shows.

use super::*;
use crate::keys::{Place, Press, command};
use lightcone_diagram::Minimap;

const REACH: f64 = 8.0;

/// The frame on the strip, in px.
fn frame(studio: &Studio) -> (f64, f64) {
    let (until, window, width) = (studio.until(), studio.shown_window(), studio.strip);
    Minimap { until, window, found: &[], captions: &[], width, height: MAP_HEIGHT }.frame()
}

/// The page with a window in the middle of its run.
fn in_the_middle() -> Studio {
    let mut studio = studio();
    studio.chart.show(Window { from: at(600), to: at(1_000) }, studio.until());
    studio.refresh();
    studio
}

fn drag(studio: &mut Studio, from: f64, to: f64) {
    studio.update(MapMsg::Down(1, from, REACH).into());
    studio.update(MapMsg::Move(1, to).into());
    studio.update(MapMsg::Up(1).into());
    // Nothing is held any more.
    let shown = studio.shown_window();
    studio.update(MapMsg::Move(1, 0.0).into());
    assert_eq!(studio.shown_window(), shown);
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1.0
}

#[test]
fn the_frame_is_dragged_and_made_longer_or_shorter_at_its_edges() {
    let mut studio = in_the_middle();
    let (start, end) = frame(&studio);
    let span = studio.chart.span();
    drag(&mut studio, (start + end) / 2.0, (start + end) / 2.0 + 60.0);
    let (later, later_end) = frame(&studio);
    assert!(near(later, start + 60.0) && near(later_end, end + 60.0), "{start} {end} {later} {later_end}");
    assert_eq!(studio.chart.span(), span);
    drag(&mut studio, later, later - 40.0);
    let (longer, still) = frame(&studio);
    assert!(near(longer, later - 40.0) && near(still, later_end));
    drag(&mut studio, still, still - 30.0);
    assert!(near(frame(&studio).0, longer) && near(frame(&studio).1, still - 30.0));
    // An edge that is pulled beyond the other one stops before it.
    drag(&mut studio, longer, 10_000.0);
    assert!(studio.chart.span() >= 2_000);
    assert!(near(studio.shown_window().to.0 as f64 / 1_000.0, studio.chart.window.to.0 as f64 / 1_000.0));
}

#[test]
fn elsewhere_the_frame_comes_to_the_pointer_and_goes_on_with_it() {
    let mut studio = in_the_middle();
    let (playhead, span) = (studio.clock.playhead, studio.chart.span());
    studio.update(MapMsg::Down(1, 60.0, REACH).into());
    let (start, end) = frame(&studio);
    assert!(near((start + end) / 2.0, 60.0) || start < 10.0, "{start} {end}");
    studio.update(MapMsg::Move(2, 300.0).into());
    assert_eq!(frame(&studio), (start, end), "another pointer holds nothing");
    studio.update(MapMsg::Move(1, 200.0).into());
    let (start, end) = frame(&studio);
    assert!(near((start + end) / 2.0, 200.0), "{start} {end}");
    assert_eq!((studio.clock.playhead, studio.chart.span()), (playhead, span), "only what is shown moves");
}

#[test]
fn keys_move_the_frame() {
    let mut studio = in_the_middle();
    let before = studio.shown_window();
    let key = |name: &str| Press { key: name.into(), place: Place::Map, ..Press::default() };
    let press = |studio: &mut Studio, name: &str| {
        let msg = command(&key(name), studio).expect("it means something");
        studio.update(msg);
        studio.shown_window()
    };
    let later = press(&mut studio, "ArrowRight");
    assert!(later.from > before.from);
    assert_eq!(press(&mut studio, "ArrowLeft").from, before.from);
    let wider = press(&mut studio, "ArrowUp");
    assert!(wider.to.minus(wider.from) > before.to.minus(before.from));
    assert_eq!(press(&mut studio, "Home").from, Micros::ZERO);
    let end = press(&mut studio, "End");
    assert!(end.from <= studio.until() && studio.until() <= end.to);
}

#[test]
fn what_is_found_and_captions_lie_on_the_strip_also_in_causal_order() {
    let mut studio = in_the_middle();
    assert!(!studio.map.svg.contains("map-found") && !studio.map.svg.contains("\"flag\""));
    studio.update(ReadingMsg::Search("timer".into()).into());
    while studio.reading.search.is_running() {
        studio.update(TimeMsg::Frame(0.0).into());
    }
    studio.update(ReadingMsg::Caption.into());
    assert!(studio.map.svg.contains("map-found") && studio.map.svg.contains("\"flag\""), "{}", studio.map.svg);
    studio.update(EditMsg::Undo.into());
    assert!(!studio.map.svg.contains("\"flag\""));
    studio.update(ReadingMsg::Causal(true).into());
    let (start, end) = frame(&studio);
    drag(&mut studio, (start + end) / 2.0, (start + end) / 2.0 + 50.0);
    assert!(frame(&studio).0 > start + 10.0);
}

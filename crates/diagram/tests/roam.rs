//! The keyboard reaches whatever is seen, and has words for it.

#[path = "scene/random.rs"]
mod random;
#[path = "scene/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod scene;

use std::collections::BTreeSet;

use lightcone_core::Micros;
use lightcone_diagram::{
    Axis, Drawing, Highlight, Hit, Orientation, Shape, Stop, Stops, Viewport, describe, describe_on, draw, ring,
};
use lightcone_sim::view::{EventKind, Fate, Marks, Window};

/// Everywhere that the keyboard comes from the first stop.
fn reached(stops: &Stops) -> BTreeSet<Hit> {
    let mut been = BTreeSet::new();
    let mut ahead: Vec<(Stop, Option<usize>)> =
        stops.nearest(0, Micros::ZERO).map(|stop| (stop, None)).into_iter().collect();
    while let Some((here, event)) = ahead.pop() {
        let event = stops.event_of(here.hit, event);
        if !been.insert((here.hit, event)) {
            continue;
        }
        let ways = [false, true]
            .map(|on| [stops.along(here, on), stops.across(here, on, event), stops.around(here, on, event)])
            .concat();
        ahead.extend(ways.into_iter().flatten().filter_map(|hit| Some((stops.find(hit)?, event))));
    }
    been.into_iter().map(|(hit, _)| hit).collect()
}

#[test]
fn every_mark_that_is_seen_is_reached_and_shown_and_has_words() {
    let (mut messages, mut roles) = (0, 0);
    for seed in 0..300 {
        let mut dice = random::Dice::new(seed);
        let size = random::Size { lanes: 1 + dice.below(14), arrows: dice.below(60), until: 1_000_000 };
        let marks = random::marks(&mut dice, &size);
        let drawing = seen(&marks);
        let stops = Stops::of(&drawing, &marks);
        let reached = reached(&stops);
        for hit in drawing.hits() {
            assert!(reached.contains(&hit), "seed {seed}: no key leads to {hit}");
            assert!(describe(&marks, hit).is_some(), "seed {seed}: {hit} has no words");
            assert!(!ring(&drawing, hit).marks.is_empty(), "seed {seed}: nothing shows that the keyboard is at {hit}");
            messages += usize::from(matches!(hit, Hit::Arrow(_)));
            roles += usize::from(matches!(hit, Hit::Role(_)));
        }
    }
    assert!(messages > 500 && roles > 50, "{messages} messages and {roles} roles");
}

fn seen(marks: &Marks) -> Drawing {
    let window = Window { from: Micros::ZERO, to: Micros::ms(980) };
    let (orientation, playhead, until) = (Orientation::Across, Micros::ms(512), Micros::ms(980));
    let view = Viewport { width: 1100.0, height: 460.0, window, orientation, playhead, until, axis: Axis::Time };
    draw(marks, &view, &Highlight::default())
}

#[test]
fn along_a_lane_go_later_marks_and_around_an_event_its_messages() {
    let marks = scene::marks();
    let drawing = seen(&marks);
    let stops = Stops::of(&drawing, &marks);
    let event = marks.events.iter().find(|event| event.kind == EventKind::Timer).expect("a timer fires");
    let here = stops.find(Hit::Event(event.index)).expect("it is seen");
    let mut walk = Some(here);
    let mut times = Vec::new();
    while let Some(stop) = walk {
        times.push(stop.at);
        assert_eq!(stop.lane, here.lane);
        walk = stops.along(stop, true).and_then(|hit| stops.find(hit));
    }
    assert!(times.len() > 3 && times.is_sorted());
    let below = stops.across(here, true, None).and_then(|hit| stops.find(hit)).expect("there are more lanes");
    assert_eq!(stops.node(below.lane).map(|node| node.index()), stops.node(here.lane).map(|node| node.index() + 1));
    // Around: the event, and each message that it handled or sent, once.
    let own = |arrow: &&lightcone_sim::view::ArrowMark| {
        arrow.sent_by == event.index || arrow.fate == Fate::Delivered(event.index)
    };
    let messages: BTreeSet<Hit> = marks.arrows.iter().filter(own).map(|arrow| Hit::Arrow(arrow.index)).collect();
    assert!(messages.len() > 1);
    let (mut found, mut at) = (BTreeSet::new(), here);
    for _ in 0..messages.len() {
        let next = stops.around(at, false, Some(event.index)).expect("it goes around");
        found.insert(next);
        at = stops.find(next).expect("it is seen");
    }
    assert_eq!(found, messages);
    assert_eq!(stops.around(at, false, Some(event.index)), Some(here.hit));
    // A message leads to the event that handles it, and back to the one that sent it.
    let Hit::Arrow(place) = at.hit else { panic!("{} is a message", at.hit) };
    let arrow = marks.arrows.iter().find(|arrow| arrow.index == place).expect("it is there");
    assert_eq!(stops.along(at, false), Some(Hit::Event(arrow.sent_by)));
    if let Fate::Delivered(by) = arrow.fate {
        assert_eq!(stops.along(at, true), Some(Hit::Event(by)));
    }
}

#[test]
fn beside_steps_no_word_tells_of_a_time() {
    let marks = scene::marks();
    for hit in seen(&marks).hits() {
        let (timed, plain) = (describe(&marks, hit), describe_on(&marks, hit, Axis::Steps).expect("it has words"));
        assert!(!plain.contains(" ms"), "{hit}: {plain}");
        assert!(timed.is_some_and(|words| words.contains(" ms")), "{hit} has a time");
    }
}

#[test]
fn a_message_is_traced_and_what_lasts_is_framed() {
    let marks = scene::marks();
    let drawing = seen(&marks);
    let shape = |hit| ring(&drawing, hit).marks.pop().expect("something is shown").shape;
    let arrow = drawing.hits().into_iter().find(|hit| matches!(hit, Hit::Arrow(_))).expect("messages are seen");
    assert!(matches!(shape(arrow), Shape::Arrow(_)));
    let cut = Hit::Cut(marks.cuts[0].id);
    let frame = shape(cut).bounds();
    for mark in drawing.marks.iter().filter(|mark| mark.hit == Some(cut)) {
        let own = mark.shape.bounds();
        assert!(frame.x <= own.x && frame.x + frame.width >= own.x + own.width);
    }
}

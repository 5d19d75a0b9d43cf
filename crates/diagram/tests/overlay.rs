//! What is laid over a picture: chains, why nothing came, and what another run does otherwise.

#[path = "scene/mod.rs"]
mod scene;

use lightcone_core::Micros;
use lightcone_diagram::{Absent, Axis, Difference, Drawing, Highlight, Hit, Orientation, Viewport, draw};
use lightcone_sim::view::{Along, CausalLink, Marks, Window};

fn view(orientation: Orientation, to: u64) -> Viewport {
    let window = Window { from: Micros::ZERO, to: Micros::ms(to) };
    let (playhead, until) = (Micros::ZERO, Micros::ms(980));
    Viewport { width: 1_100.0, height: 700.0, window, orientation, playhead, until, axis: Axis::Time }
}

fn count(drawing: &Drawing, name: &str) -> usize {
    drawing.marks.iter().filter(|mark| mark.class.names().next() == Some(name)).count()
}

/// A message with the events at its ends, and a later event on the receiver's lane.
fn chain(marks: &Marks) -> Vec<CausalLink> {
    let arrived = |arrow: &lightcone_sim::view::ArrowMark| match arrow.fate {
        lightcone_sim::view::Fate::Delivered(by) => Some((arrow.index, arrow.sent_by, by, arrow.to)),
        _ => None,
    };
    let (message, from, by, to) = marks.arrows.iter().find_map(arrived).expect("something arrives");
    let later = marks.events.iter().find(|event| event.node == to && event.index > by).expect("it goes on");
    vec![
        CausalLink { event: from, next: Some(Along::Message(message)) },
        CausalLink { event: by, next: Some(Along::Lane(to)) },
        CausalLink { event: later.index, next: None },
    ]
}

#[test]
fn a_chain_goes_along_its_message_and_its_lane() {
    let marks = scene::marks();
    let chain = chain(&marks);
    for orientation in [Orientation::Across, Orientation::Down] {
        let second = Some(Hit::Event(chain[2].event));
        let cone = scene::cone(&marks);
        let highlight = Highlight { second, chain: &chain, cone: Some(&cone), ..Highlight::default() };
        let drawing = draw(&marks, &view(orientation, 980), &highlight);
        assert_eq!(count(&drawing, "chain"), 5, "two ways and three events");
        assert_eq!(count(&drawing, "ring"), 1, "and where it ends");
    }
    assert_eq!(count(&draw(&marks, &view(Orientation::Across, 980), &Highlight::default()), "chain"), 0);
}

#[test]
fn a_chain_that_leaves_the_window_is_drawn_as_far_as_it_goes() {
    let mut marks = scene::marks();
    let chain = chain(&marks);
    marks.events.retain(|event| event.index != chain[2].event);
    let highlight = Highlight { chain: &chain, ..Highlight::default() };
    let view = view(Orientation::Across, 980);
    let drawing = draw(&marks, &view, &highlight);
    let right = drawing.marks.iter().filter(|mark| mark.class.names().next() == Some("chain"));
    let right = right.map(|mark| mark.shape.bounds()).map(|area| area.x + area.width).fold(0.0, f64::max);
    assert_eq!(right, view.plot().1, "the lane goes on to the edge");
}

#[test]
fn a_chain_passes_through_a_window_in_which_neither_end_lies() {
    let mut marks = scene::marks();
    let (node, all) = (marks.arrows[0].to, marks.events.clone());
    let own = |event: &&lightcone_sim::view::EventMark| event.node == node;
    let (first, last) = (all.iter().find(own).expect("it starts"), all.iter().rfind(own).expect("it goes on"));
    let next = Some(Along::Lane(node));
    let chain = [CausalLink { event: first.index, next }, CausalLink { event: last.index, next: None }];
    marks.events.retain(|event| first.index < event.index && event.index < last.index);
    let view = view(Orientation::Across, 980);
    let drawn = |marks: &Marks, chain: &[CausalLink]| {
        let drawing = draw(marks, &view, &Highlight { chain, ..Highlight::default() });
        let ways = drawing.marks.into_iter().filter(|mark| mark.class.names().next() == Some("chain"));
        ways.map(|mark| mark.shape.bounds()).map(|area| (area.x, area.x + area.width)).collect::<Vec<_>>()
    };
    assert_eq!(drawn(&marks, &chain), [view.plot()]);
    // One that is over before the window does not touch it.
    let before = [CausalLink { event: 0, next }, CausalLink { event: first.index, next: None }];
    assert_eq!(drawn(&marks, &before), []);
}

#[test]
fn what_another_run_does_otherwise_is_drawn_in_its_own_way() {
    let marks = scene::marks();
    let (event, arrow) = (marks.events[8].index, marks.arrows[3].index);
    let difference = Difference {
        old: marks.clone(),
        old_events: vec![event],
        old_arrows: vec![arrow],
        new_events: vec![marks.events[9].index],
        new_arrows: vec![marks.arrows[4].index],
    };
    let highlight = Highlight { difference: Some(&difference), ..Highlight::default() };
    let drawing = draw(&marks, &view(Orientation::Across, 980), &highlight);
    assert_eq!((count(&drawing, "otherwise"), count(&drawing, "differs")), (2, 2));
    let ghosts = drawing.marks.iter().filter(|mark| mark.class.names().next() == Some("otherwise"));
    assert!(ghosts.clone().all(|mark| mark.hit.is_none()), "what is not there cannot be selected");
}

#[test]
fn why_nothing_came_lies_beside_the_lane_up_to_the_event() {
    let marks = scene::marks();
    let event = scene::election(&marks);
    let mark = marks.events.iter().find(|mark| mark.index == event).expect("it is there");
    let absent = Some(Absent { event, from: mark.at.minus(Micros::ms(60)) });
    let view = view(Orientation::Across, 980);
    let drawing = draw(&marks, &view, &Highlight { absent, ..Highlight::default() });
    assert_eq!(count(&drawing, "absent"), 3, "the time, the event, and where it began");
    // An event outside of the picture is no trouble.
    let absent = Some(Absent { event: 100_000, from: Micros::ZERO });
    assert_eq!(count(&draw(&marks, &view, &Highlight { absent, ..Highlight::default() }), "absent"), 0);
}

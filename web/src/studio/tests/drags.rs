//! Dragging on the diagram: what it means as data, what is seen meanwhile, and what stays.

use super::*;
use lightcone_diagram::Hit;
use lightcone_sim::{Until, When, view::Fate};

/// Presses the pointer at a point of the diagram and drags it by so many px, without letting go.
fn drag_by(studio: &mut Studio, from: Point, dx: f64, dy: f64) -> Point {
    let to = Point { x: from.x + dx, y: from.y + dy };
    studio.update(ChartMsg::Down(1, from, 8.0).into());
    studio.update(ChartMsg::Move(1, Point { x: from.x + dx / 2.0, y: from.y + dy / 2.0 }).into());
    studio.update(ChartMsg::Move(1, to).into());
    studio.update(TimeMsg::Frame(16.0).into());
    to
}

/// Where an instant of a participant is on the diagram.
fn point(studio: &Studio, at: Micros, node: NodeId) -> Point {
    let order = lightcone_diagram::lane_order(&studio.views.marks);
    let slot = order.iter().position(|other| *other == node).expect("it has a lane");
    studio.viewport().point(at, order.len(), slot)
}

/// A point at an instant, or up to so many px later, where nothing but this mark is under the pointer.
fn free_point(studio: &Studio, at: Micros, hit: Hit, later: u32) -> Point {
    let (x, below_axis) = (studio.viewport().place(at), 60);
    let height = studio.chart.size.height as u32 - below_axis;
    let mut points =
        (0..later * height).map(|i| Point { x: x + f64::from(i / height), y: f64::from(below_axis + i % height) });
    points.find(|at| studio.drawing().hit(at.x, at.y) == Some(hit)).expect("it can be pointed at")
}

/// The middle of a mark.
fn middle(studio: &Studio, hit: Hit) -> Point {
    let mark = studio.drawing().marks.iter().find(|mark| mark.hit == Some(hit));
    mark.expect("it is drawn").shape.bounds().centre()
}

/// A message that arrives within the window, in the middle of it.
fn a_message(studio: &Studio) -> usize {
    let arrows = studio.views.marks.arrows.iter();
    let mut delivered = arrows.filter(|arrow| matches!(arrow.fate, Fate::Delivered(_)) && arrow.end > at(200));
    delivered.next().expect("a message arrives").index
}

/// The fingerprint of the present scene, computed from its beginning.
fn afresh(studio: &Studio) -> u64 {
    let mut lab = crate::engine::open(studio.scenario().clone()).expect("it is being run");
    while !lab.advance(10_000) {}
    lab.fingerprint()
}

#[test]
fn an_arrowhead_is_dragged_and_the_future_follows() {
    let mut studio = studio();
    let before = studio.lab.fingerprint();
    let place = a_message(&studio);
    let message = studio.lab.run().trace().messages[place];
    let head = point(&studio, message.end, message.to);
    let to = drag_by(&mut studio, head, 40.0, 0.0);
    let preview = studio.drag.preview().expect("it is being dragged");
    let moved = preview.lab.run().trace().messages[place];
    assert!(moved.end > message.end.plus(at(20)), "{} became {}", message.end, moved.end);
    assert_eq!(studio.lab.fingerprint(), before, "the run itself waits");
    assert!(studio.change.contains("(+"), "{}", studio.change);
    assert!(studio.change.contains("outside the link's 8 to 22 ms"), "{}", studio.change);
    studio.update(ChartMsg::Up(1, to).into());
    studio = at_rest(studio);
    assert_eq!(studio.scenario().run.interventions.len(), 1);
    assert_eq!(studio.lab.run().trace().messages[place].end, moved.end);
    assert_eq!(studio.lab.fingerprint(), afresh(&studio));
    assert_eq!(studio.selected, Selected::Message(place));
    assert!(studio.change.contains("first difference at"), "{}", studio.change);
    assert!(!studio.change.contains("in view"), "it is about all of the run: {}", studio.change);
    studio.update(EditMsg::Undo.into());
    studio = at_rest(studio);
    assert_eq!((studio.lab.fingerprint(), studio.scenario().run.interventions.len()), (before, 0));
}

#[test]
fn escape_lets_go_and_leaves_nothing_behind() {
    let mut studio = studio();
    let (before, scene) = (studio.lab.fingerprint(), studio.scenario().clone());
    let message = studio.lab.run().trace().messages[a_message(&studio)];
    let (head, undoable) = (point(&studio, message.end, message.to), studio.edits.undoable().map(String::from));
    drag_by(&mut studio, head, 60.0, 0.0);
    let svg = studio.views.chart_svg.clone();
    studio.update(PageMsg::Escape.into());
    assert!(studio.drag.preview().is_none());
    assert_ne!(studio.views.chart_svg, svg, "the old future is drawn again");
    studio.update(ChartMsg::Up(1, head).into());
    assert_eq!(studio.lab.fingerprint(), before);
    assert_eq!((studio.scenario(), studio.edits.undoable().map(String::from)), (&scene, undoable));
    assert!(studio.previous.is_none());
}

#[test]
fn a_drag_that_ends_where_it_began_is_no_edit() {
    let mut studio = studio();
    let message = studio.lab.run().trace().messages[a_message(&studio)];
    let head = point(&studio, message.end, message.to);
    drag_by(&mut studio, head, 60.0, 0.0);
    studio.update(ChartMsg::Move(1, head).into());
    studio.update(ChartMsg::Up(1, head).into());
    assert!(studio.drag.preview().is_none());
    assert!(studio.scenario().run.interventions.is_empty());
    assert_eq!(studio.edits.undoable(), None);
}

#[test]
fn an_arrow_pulled_off_its_lane_is_dropped() {
    let mut studio = studio();
    let place = a_message(&studio);
    let message = studio.lab.run().trace().messages[place];
    let head = point(&studio, message.end, message.to);
    let to = drag_by(&mut studio, head, 4.0, 70.0);
    assert!(studio.change.contains("dropped"), "{}", studio.change);
    studio.update(ChartMsg::Up(1, to).into());
    let [one] = &studio.scenario().run.interventions[..] else { panic!("one edit") };
    assert_eq!(one.fault, Fault::Drop);
    assert!(matches!(studio.lab.run().trace().messages[place].fate, Fate::Lost(_)));
    // Drawn back onto its lane it arrives again: what was done to it is changed, not piled up.
    let head = middle(&studio, Hit::Arrow(place));
    let to = drag_by(&mut studio, head, 30.0, 0.0);
    studio.update(ChartMsg::Up(1, to).into());
    let [one] = &studio.scenario().run.interventions[..] else { panic!("still one edit") };
    assert!(matches!(one.fault, Fault::Move { .. }), "{one:?}");
}

#[test]
fn a_message_that_was_moved_is_moved_again_by_the_same_intervention() {
    let mut studio = studio();
    let place = a_message(&studio);
    studio.update(Msg::Select(Selected::Message(place)));
    let flight = |studio: &Studio| {
        let message = studio.lab.run().trace().messages[place];
        message.end.minus(message.sent)
    };
    let first = flight(&studio);
    for by in [1, 2] {
        studio.update(DragMsg::Nudge(10_000).into());
        studio.update(DragMsg::Keep.into());
        assert_eq!(flight(&studio), first.plus(at(10 * by)));
        assert_eq!(studio.selected, Selected::Message(place));
    }
    assert_eq!(studio.scenario().run.interventions.len(), 1);
    studio.update(DragMsg::Nudge(-1_000_000).into());
    studio.update(DragMsg::Keep.into());
    assert_eq!(flight(&studio), Micros(1), "never before it was sent");
}

#[test]
fn a_timer_fires_earlier_and_later() {
    let mut studio = studio();
    let event = studio.views.marks.events.iter().find(|event| event.kind == lightcone_sim::view::EventKind::Timer);
    let event = *event.expect("a timer fires");
    let name = studio.lab.run().trace().events[event.index].name;
    for (by, ms) in [(-60.0, -30), (40.0, 20)] {
        let fires = |studio: &Studio| {
            let events = &studio.lab.run().trace().events;
            events.iter().find(|event| event.name == name).map(|event| event.at)
        };
        let old = fires(&studio).expect("it fires");
        let from = point(&studio, old, event.node);
        let to = drag_by(&mut studio, from, by, 0.0);
        studio.update(ChartMsg::Up(1, to).into());
        studio = at_rest(studio);
        let new = fires(&studio).expect("it still fires");
        let moved = new.0 as i64 - old.0 as i64;
        assert!(if ms < 0 { moved < ms * 1_000 } else { moved > ms * 1_000 }, "{old} became {new}");
        let [one] = &studio.scenario().run.interventions[..] else { panic!("one edit") };
        assert!(matches!(&one.when, When::On { .. }), "{one:?}");
        assert_eq!(studio.lab.fingerprint(), afresh(&studio));
    }
}

#[test]
fn a_partition_is_dragged_by_its_edges_and_as_a_whole() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(300)).into());
    split(&mut studio, &["n1", "n2"]);
    let id = studio.scenario().run.interventions[0].id;
    let ends = |studio: &Studio| {
        let one = &studio.scenario().run.interventions[0];
        (one.start().expect("an instant"), one.until)
    };
    let start = ends(&studio).0;
    let from = free_point(&studio, start, Hit::Cut(id), 6);
    let to = drag_by(&mut studio, from, 50.0, 0.0);
    studio.update(ChartMsg::Up(1, to).into());
    let later = ends(&studio).0;
    assert!(later > start.plus(at(20)), "{start} became {later}");
    assert_eq!(ends(&studio).1, Until::End);
    studio.update(Msg::Select(Selected::Fault(id)));
    for _ in 0..2 {
        studio.update(DragMsg::Part.into());
    }
    studio.update(DragMsg::Nudge(-1_000_000).into());
    studio.update(DragMsg::Keep.into());
    let until = ends(&studio).1;
    assert!(matches!(until, Until::At(end) if end > later && end < studio.until()), "{until:?}");
    let middle = free_point(&studio, studio.chart.window.from.plus(at(40)), Hit::Cut(id), 300);
    let to = drag_by(&mut studio, middle, -60.0, 0.0);
    studio.update(ChartMsg::Up(1, to).into());
    let (Until::At(old), Until::At(new)) = (until, ends(&studio).1) else { panic!("an end") };
    assert_eq!(old.minus(new), later.minus(ends(&studio).0), "both ends move by as much");
    studio = at_rest(studio);
    assert_eq!(studio.lab.fingerprint(), afresh(&studio));
}

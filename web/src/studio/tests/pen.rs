//! Drawing events and messages on the diagram.

use super::*;
use lightcone_diagram::{Hit, lane_order};
use lightcone_sim::{trace::Cause, view::Fate};

/// Processes that do nothing by themselves.
fn blank() -> Studio {
    let mut scenario = crate::engine::default_scenario("lamport");
    scenario.settings.insert("chatter".into(), false.into());
    scenario.run.interventions.clear();
    let mut studio = studio();
    studio.replace_lab(crate::engine::open(scenario).expect("it can be run"));
    let mut studio = at_rest(studio);
    studio.update(PenMsg::Toggle.into());
    assert!(studio.pen.on);
    studio
}

fn point(studio: &Studio, node: u8, ms: u64) -> Point {
    let order = lane_order(&studio.views.marks);
    let slot = order.iter().position(|other| *other == NodeId(node)).expect("it has a lane");
    studio.viewport().point(at(ms), order.len(), slot)
}

/// Goes down at one place and up at another.
fn line(studio: &mut Studio, from: (u8, u64), to: (u8, u64)) {
    let (from, to) = (point(studio, from.0, from.1), point(studio, to.0, to.1));
    studio.update(ChartMsg::Down(1, from, 8.0).into());
    studio.update(ChartMsg::Move(1, Point { x: (from.x + to.x) / 2.0, y: (from.y + to.y) / 2.0 }).into());
    studio.update(ChartMsg::Move(1, to).into());
    studio.update(ChartMsg::Up(1, to).into());
    while !studio.done {
        studio.update(TimeMsg::Frame(0.0).into());
    }
}

#[test]
fn a_line_from_lane_to_lane_is_a_message_that_arrives_where_it_ends() {
    let mut studio = blank();
    let events = studio.lab.len();
    line(&mut studio, (0, 100), (1, 240));
    let run = studio.lab.run();
    assert_eq!(run.trace().messages.len(), 1, "{}", studio.change);
    let message = run.trace().messages[0];
    assert_eq!((message.from, message.to), (NodeId(0), NodeId(1)));
    let near = |instant: Micros, ms: u64| instant.0.abs_diff(at(ms).0) < 3_000;
    assert!(near(message.sent, 100) && near(message.end, 240), "{} to {}", message.sent, message.end);
    assert!(matches!(message.fate, Fate::Delivered(_)));
    assert_eq!(studio.lab.len(), events + 2);
    assert_eq!(studio.selected, Selected::Event(message.sent_by as usize));
    // A second one that is sent earlier and overtaken leaves the first as it is.
    line(&mut studio, (0, 60), (1, 300));
    let first = studio.lab.run().trace().messages.iter().find(|one| one.name == message.name).copied();
    assert_eq!(first.map(|first| (first.sent, first.end)), Some((message.sent, message.end)));
    assert_eq!(studio.lab.run().trace().messages.len(), 2);
    for _ in 0..2 {
        studio.update(EditMsg::Undo.into());
    }
    assert!(studio.scenario().run.interventions.is_empty(), "each line is one edit");
}

#[test]
fn a_tap_on_a_lane_is_a_local_event() {
    let mut studio = blank();
    line(&mut studio, (2, 150), (2, 150));
    let trace = studio.lab.run().trace();
    let event = trace.events.iter().find(|event| matches!(event.cause, Cause::Intervention(_))).expect("it happened");
    assert_eq!(event.node, NodeId(2));
    assert!(trace.messages.is_empty());
    // Elsewhere a pointer does what it always does.
    let order = lane_order(&studio.views.marks);
    let between = point(&studio, order[0].0, 400).y / 2.0 + point(&studio, order[1].0, 400).y / 2.0;
    let empty = Point { x: studio.viewport().place(at(400)), y: between };
    studio.update(ChartMsg::Down(1, empty, 8.0).into());
    assert_eq!(studio.pen.line, None);
    studio.update(ChartMsg::Up(1, empty).into());
}

#[test]
fn what_cannot_be_drawn_is_said_and_nothing_changes() {
    let mut studio = blank();
    line(&mut studio, (0, 300), (1, 120));
    assert!(studio.change.contains("forwards in time"), "{}", studio.change);
    line(&mut studio, (0, 300), (0, 420));
    assert!(studio.change.contains("another lane"), "{}", studio.change);
    assert!(studio.scenario().run.interventions.is_empty());
    studio.update(PageMsg::Escape.into());
    assert!(!studio.pen.on, "Escape puts the pen away");
    let mut raft = super::studio();
    raft.update(PenMsg::Toggle.into());
    assert!(!raft.pen.on && raft.change.contains("nothing can be drawn"), "{}", raft.change);
}

#[test]
fn a_line_is_seen_while_it_is_drawn() {
    let mut studio = blank();
    let (from, to) = (point(&studio, 0, 100), point(&studio, 1, 240));
    studio.update(ChartMsg::Down(1, from, 8.0).into());
    studio.update(ChartMsg::Move(1, to).into());
    assert!(studio.views.needle_svg.contains("pen"), "{}", studio.views.needle_svg);
    assert!(studio.change.contains("n1 sends to n2"), "{}", studio.change);
    studio.update(ChartMsg::Leave.into());
    assert!(!studio.views.needle_svg.contains("pen"));
    assert_eq!(studio.hovered, None::<Hit>);
}

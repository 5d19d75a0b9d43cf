//! Partitions, cuts, crashes, drops, undo and redo.

use super::*;
use lightcone_sim::When;

#[test]
fn a_stroke_across_parts_everyone() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    // n1 and n5 sit left of n2 and n4, and the client left of all.
    draw_between(&mut studio, 0, 1);
    assert_eq!(groups(&studio, 0), [vec!["n1", "n5", "c1"], vec!["n2", "n3", "n4"]]);
    assert!(studio.apart());
    assert_eq!(studio.views.picture.walls.len(), 1);
    assert_eq!(studio.views.readout[0].members, "n1 n5 c1");
    assert!(studio.said.starts_with("partition n1 n5 c1 | n2 n3 n4"), "{}", studio.said);
}

#[test]
fn a_slip_of_the_hand_parts_nobody() {
    let mut studio = studio();
    studio.update(StageMsg::Take(Tool::Split).into());
    studio.update(StageMsg::Down(Point { x: 400.0, y: 100.0 }).into());
    studio.update(StageMsg::Up(Point { x: 403.0, y: 101.0 }).into());
    assert!(studio.scenario().interventions.is_empty());
}

#[test]
fn healing_ends_what_is_in_force_and_no_more() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1", "n2"]);
    studio.update(EditMsg::Cut(NodeId(2), NodeId(3)).into());
    studio.update(TimeMsg::Seek(at(900)).into());
    studio.update(EditMsg::Heal.into());
    let ends: Vec<Option<Micros>> = studio.scenario().interventions.iter().map(|i| i.fault.until()).collect();
    assert!(ends.iter().all(|end| end.is_some_and(|end| end >= at(900) && end <= at(901))), "{ends:?}");
    assert!(!studio.apart());
    studio.update(TimeMsg::Seek(at(700)).into());
    assert!(studio.apart(), "it is still in force before");
}

#[test]
fn healing_at_the_start_of_a_partition_takes_it_away() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(Micros(500_123)).into());
    split(&mut studio, &["n1"]);
    studio.update(EditMsg::Heal.into());
    assert!(studio.scenario().interventions.is_empty());
}

#[test]
fn edits_are_taken_back_and_made_again() {
    let mut studio = studio();
    let before = studio.lab.fingerprint();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1", "n2"]);
    studio = at_rest(studio);
    let split_once = studio.lab.fingerprint();
    assert_ne!(before, split_once);
    studio.update(EditMsg::Undo.into());
    studio = at_rest(studio);
    assert_eq!(studio.lab.fingerprint(), before);
    studio.update(EditMsg::Redo.into());
    studio = at_rest(studio);
    assert_eq!(studio.lab.fingerprint(), split_once);
}

#[test]
fn ids_are_never_used_again() {
    let mut studio = studio();
    split(&mut studio, &["n1"]);
    let first = studio.scenario().interventions[0].id;
    studio.update(EditMsg::Undo.into());
    split(&mut studio, &["n2"]);
    assert_ne!(studio.scenario().interventions[0].id, first);
}

#[test]
fn carrying_someone_over_the_wall_changes_sides_from_now_on() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    draw_between(&mut studio, 0, 1);
    studio.update(TimeMsg::Seek(at(800)).into());
    studio.update(StageMsg::Take(Tool::Select).into());
    let seats = studio.seats();
    let (from, to) = (seats.at[1], Point { x: seats.at[0].x, y: (seats.at[0].y + seats.at[4].y) / 2.0 });
    studio.update(StageMsg::Down(from).into());
    studio.update(StageMsg::Move(to).into());
    studio.update(StageMsg::Up(to).into());
    assert_eq!(studio.scenario().interventions.len(), 2, "the old partition ends and another one begins");
    assert!(studio.scenario().interventions[0].fault.until().is_some_and(|end| end >= at(800)));
    assert_eq!(groups(&studio, 1), [vec!["n1", "n2", "n5", "c1"], vec!["n3", "n4"]]);
}

#[test]
fn scissors_cut_one_way_along_the_drag() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    studio.update(StageMsg::Take(Tool::Scissors).into());
    let seats = studio.seats();
    studio.update(StageMsg::Down(seats.at[0]).into());
    studio.update(StageMsg::Move(seats.at[2]).into());
    studio.update(StageMsg::Up(seats.at[2]).into());
    let Fault::Cut { from, to, .. } = &studio.scenario().interventions[0].fault else { panic!("no cut") };
    assert_eq!((from.as_str(), to.as_str()), ("n1", "n3"));
}

#[test]
fn crash_and_restart_by_the_same_click() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    studio.update(StageMsg::Take(Tool::Crash).into());
    studio.update(StageMsg::Use(NodeId(1)).into());
    assert!(!studio.views.stage.nodes[1].up, "it is down at once, at the playhead");
    studio.update(TimeMsg::Seek(at(700)).into());
    studio.update(StageMsg::Use(NodeId(1)).into());
    assert!(studio.views.stage.nodes[1].up);
    let ids: Vec<u32> = studio.scenario().interventions.iter().map(|i| i.id).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_message_in_flight_is_dropped_by_its_name() {
    let mut studio = studio();
    let first = studio.views.marks.arrows[0].index;
    studio.update(Msg::Select(Selected::Message(first)));
    assert!(studio.views.focus.can_drop);
    studio.update(EditMsg::Drop(first).into());
    let drop = &studio.scenario().interventions[0];
    assert!(matches!(drop.when, When::On { .. }), "{drop:?}");
    assert!(studio.lab.idle().is_empty(), "it drops something: {:?}", studio.lab.idle());
}

#[test]
fn an_event_selected_on_the_diagram_has_a_cone() {
    let mut studio = studio();
    let event = studio.views.marks.events[8].index;
    studio.update(Msg::Select(Selected::Event(event)));
    assert!(studio.views.chart_svg.contains("cone"));
    assert_eq!(studio.views.focus.why.as_ref().map(|why| why.event.index), Some(event));
    studio.update(PageMsg::Escape.into());
    assert_eq!(studio.selected, Selected::Nothing);
}

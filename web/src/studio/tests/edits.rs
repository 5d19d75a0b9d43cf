//! Partitions, cuts, crashes, drops, undo and redo.

use super::*;
use lightcone_sim::{Disk, Until, When};

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
    assert!(studio.scenario().run.interventions.is_empty());
}

#[test]
fn healing_ends_what_is_in_force_and_no_more() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1", "n2"]);
    studio.update(EditMsg::Cut(NodeId(2), NodeId(3)).into());
    studio.update(TimeMsg::Seek(at(900)).into());
    studio.update(EditMsg::Heal.into());
    let ends: Vec<Until> = studio.scenario().run.interventions.iter().map(|i| i.until).collect();
    assert_eq!(ends.len(), 2);
    assert!(ends.iter().all(|end| matches!(end, Until::At(end) if *end >= at(900) && *end <= at(901))), "{ends:?}");
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
    assert!(studio.scenario().run.interventions.is_empty());
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
    let first = studio.scenario().run.interventions[0].id;
    studio.update(EditMsg::Undo.into());
    split(&mut studio, &["n2"]);
    assert_ne!(studio.scenario().run.interventions[0].id, first);
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
    assert_eq!(studio.scenario().run.interventions.len(), 2, "the old partition ends and another one begins");
    assert!(matches!(studio.scenario().run.interventions[0].until, Until::At(end) if end >= at(800)));
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
    let Fault::Cut { links, .. } = &studio.scenario().run.interventions[0].fault else { panic!("no cut") };
    assert_eq!(links.to_string(), "n1 -> n3");
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
    let ids: Vec<u32> = studio.scenario().run.interventions.iter().map(|i| i.id).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_message_in_flight_is_dropped_by_its_name() {
    let mut studio = studio();
    let first = studio.views.marks.arrows[0].index;
    studio.update(Msg::Select(Selected::Message(first)));
    assert!(studio.views.focus.can_drop);
    studio.update(EditMsg::To(first, Fault::Drop).into());
    let drop = &studio.scenario().run.interventions[0];
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

/// Presses an item of the menu that is open.
fn press(studio: &mut Studio, words: &str) {
    let menu = studio.menu_view().expect("a menu is open");
    let item = menu.items.iter().find(|item| item.words == words);
    let msg = item.unwrap_or_else(|| panic!("no `{words}` in {:?}", menu.items)).msg.clone();
    studio.update(msg);
}

fn last(studio: &Studio) -> &Intervention {
    studio.scenario().run.interventions.last().expect("something was done")
}

#[test]
fn a_pause_is_ended_from_the_same_menu() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    studio.update(StageMsg::Use(NodeId(1)).into());
    press(&mut studio, "Pause");
    assert_eq!(studio.menu, None, "what is chosen closes the menu");
    assert!(studio.views.stage.nodes[1].paused);
    let mut studio = at_rest(studio);
    studio.update(TimeMsg::Seek(at(700)).into());
    studio.update(StageMsg::Use(NodeId(1)).into());
    press(&mut studio, "Resume");
    assert!(!studio.views.stage.nodes[1].paused);
    assert_eq!(studio.scenario().run.interventions.len(), 1, "its end is set, nothing is added");
    assert!(matches!(last(&studio).until, Until::At(end) if end >= at(700) && end <= at(701)), "{:?}", last(&studio));
}

#[test]
fn the_menu_of_a_node_offers_what_the_protocol_reckons_with() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    studio.update(StageMsg::Use(NodeId(0)).into());
    press(&mut studio, "More…");
    let words: Vec<String> = studio.menu_view().unwrap().items.into_iter().map(|item| item.words).collect();
    assert!(words.iter().any(|words| words == "Crash, disk lost"), "{words:?}");
    assert!(!words.iter().any(|words| words.contains("Byzantine")), "this protocol knows no liars: {words:?}");
    press(&mut studio, "Crash, disk lost");
    assert!(matches!(last(&studio).fault, Fault::Crash { disk: Disk::Lost, .. }));
    studio.update(PageMsg::Protocol("bracha".into()).into());
    let mut studio = at_rest(studio);
    studio.update(TimeMsg::Seek(at(20)).into());
    studio.update(StageMsg::Use(NodeId(2)).into());
    press(&mut studio, "More…");
    press(&mut studio, "Byzantine: lies");
    assert!(studio.views.stage.nodes[2].liar);
    assert!(studio.views.focus.verdicts.is_some());
}

#[test]
fn a_link_is_slowed_and_heals_alone() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    studio.update(EditMsg::Cut(NodeId(3), NodeId(4)).into());
    studio.update(StageMsg::Menu(Sheet::Link(NodeId(0), NodeId(1))).into());
    press(&mut studio, "Slower by 50ms");
    assert_eq!(last(&studio).fault.words(), "link n1 ↔ n2 slower by 50ms");
    let ailing = |studio: &Studio| studio.views.picture.links.iter().filter(|link| link.label == Some("slow")).count();
    let mut studio = at_rest(studio);
    assert_eq!(ailing(&studio), 1);
    studio.update(TimeMsg::Seek(at(600)).into());
    studio.update(StageMsg::Menu(Sheet::Link(NodeId(1), NodeId(0))).into());
    press(&mut studio, "Heal");
    assert_eq!(ailing(&studio), 0);
    assert!(studio.apart(), "the cut of another link lasts");
    let mut studio = at_rest(studio);
    studio.update(EditMsg::Heal.into());
    assert!(!studio.apart());
}

#[test]
fn the_menu_closes_when_something_else_is_done_and_gives_the_keyboard_back() {
    let mut studio = studio();
    studio.update(StageMsg::Use(NodeId(1)).into());
    assert!(studio.menu.is_some());
    let effects = studio.update(PageMsg::Escape.into());
    assert_eq!((studio.menu, effects), (None, vec![Effect::Focus("node-n2".into())]));
    let seat = studio.seats().at[1];
    for open in [true, false] {
        studio.update(StageMsg::Down(seat).into());
        studio.update(StageMsg::Up(seat).into());
        assert_eq!(studio.menu.is_some(), open, "a second click closes it");
    }
    studio.update(StageMsg::Menu(Sheet::Links(NodeId(1))).into());
    studio.update(TimeMsg::Toggle.into());
    assert_eq!(studio.menu, None);
}

#[test]
fn a_message_is_duplicated_moved_and_delivered_and_stays_selected() {
    let mut studio = studio();
    let sent = studio.views.marks.arrows[0].sent;
    let first = studio.views.marks.arrows[0].index;
    studio.update(TimeMsg::Seek(sent).into());
    studio.update(Msg::Select(Selected::Message(first)));
    assert!(studio.views.focus.under_way);
    studio.update(EditMsg::To(first, Fault::Duplicate).into());
    assert_eq!(studio.selected, Selected::Message(first));
    let mut studio = at_rest(studio);
    assert_eq!(studio.views.marks.arrows.iter().filter(|arrow| arrow.copy).count(), 1);
    studio.update(EditMsg::To(first, Fault::Move { to: at(33) }).into());
    assert_eq!(studio.views.focus.message.as_ref().map(|seen| seen.end), Some(sent.plus(at(33))));
    let mut studio = at_rest(studio);
    studio.update(TimeMsg::Seek(sent.plus(at(5))).into());
    studio.update(EditMsg::Deliver(first).into());
    let studio = at_rest(studio);
    assert!(studio.lab.idle().is_empty(), "{:?}", studio.lab.idle());
    let seen = studio.lab.message(first);
    assert!(seen.end <= sent.plus(at(6)), "it is there at once: {:?}", seen.end);
}

#[test]
fn what_was_done_is_told_with_its_time_and_why_it_did_nothing() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    studio.update(EditMsg::Do(Fault::Restart { node: "n1".into() }).into());
    let studio = &mut at_rest(studio);
    studio.update(TimeMsg::Seek(Micros::ZERO).into());
    let line = studio.views.focus.faults[0].clone();
    assert!(line.words.starts_with("at 500"), "{}", line.words);
    assert!(line.words.ends_with("n1 restarts") && line.idle.is_some(), "{line:?}");
    studio.update(TimeMsg::VisitFault(line.id).into());
    assert!(studio.clock.playhead >= at(500) && studio.selected == Selected::Fault(line.id));
    studio.update(EditMsg::Remove(line.id).into());
    assert!(studio.views.focus.faults.is_empty());
}

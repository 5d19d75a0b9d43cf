//! The diagram by keyboard.

use super::*;
use crate::keys::{Place, Press, command};
use lightcone_sim::view::Fate;

fn key(name: &str) -> Press {
    Press { key: name.into(), place: Place::Diagram, ..Press::default() }
}

/// Presses a key on the diagram.
fn press(studio: &mut Studio, press: Press) {
    let msg = command(&press, studio).unwrap_or_else(|| panic!("{press:?} means nothing"));
    studio.update(msg);
}

fn stands_at(studio: &Studio) -> Hit {
    studio.roam.mark.expect("the keyboard stands somewhere")
}

/// The page with the keyboard on an event that sent messages.
fn on_a_sender() -> (Studio, usize) {
    let mut studio = studio();
    let trace = studio.lab.run().trace();
    let sent = trace.messages.iter().find(|message| matches!(message.fate, Fate::Delivered(_))).expect("one arrives");
    let event = sent.sent_by as usize;
    studio.update(Selected::Event(event).into());
    studio.update(RoamMsg::Enter.into());
    (studio, event)
}

#[test]
fn the_keyboard_comes_to_the_selection_and_tells_it() {
    let (studio, event) = on_a_sender();
    assert_eq!(stands_at(&studio), Hit::Event(event));
    assert!(studio.said.ends_with(&studio.lab.headline(event)), "{}", studio.said);
    assert_eq!(studio.hint(), Some(studio.said.clone()));
    assert!(studio.roam.svg.contains("roam"));
}

#[test]
fn a_lane_goes_on_where_the_window_ends() {
    let (mut studio, event) = on_a_sender();
    let node = studio.lab.event(event).node;
    let before = studio.chart.window;
    let mut events = vec![event];
    for _ in 0..4_000 {
        press(&mut studio, key("ArrowRight"));
        match stands_at(&studio) {
            Hit::Event(event) if events.last() != Some(&event) => events.push(event),
            _ => {}
        }
    }
    assert!(studio.chart.window.from > before.from, "the window went along");
    let lane: Vec<usize> = studio.lab.run().trace().lanes[node.index()].iter().map(|event| *event as usize).collect();
    let first = lane.iter().position(|one| *one == event).expect("it is on its lane");
    assert_eq!(events, lane[first..], "all that follows on the lane, and nothing else");
    for _ in 0..4_000 {
        press(&mut studio, key("ArrowLeft"));
    }
    assert_eq!(studio.lab.event(lane[0]).at, Micros::ZERO);
    assert_eq!(stands_at(&studio), Hit::Event(lane[0]));
}

#[test]
fn a_message_is_gone_to_selected_moved_and_dropped() {
    let (mut studio, event) = on_a_sender();
    press(&mut studio, key("a"));
    let mut steps = 0;
    let message = loop {
        match stands_at(&studio) {
            Hit::Arrow(message) if studio.lab.run().trace().messages[message].sent_by as usize == event => {
                break message;
            }
            _ => press(&mut studio, key("a")),
        }
        steps += 1;
        assert!(steps < 50, "no message of the event is reached");
    };
    assert!(studio.said.contains(" from ") && studio.said.contains("sent at"), "{}", studio.said);
    // It is moved without being selected first; Escape lets go.
    press(&mut studio, Press { alt: true, ..key("ArrowRight") });
    assert!(studio.drag.preview().is_some());
    assert_eq!(studio.selected, Selected::Message(message));
    press(&mut studio, key("Escape"));
    assert!(studio.drag.preview().is_none() && studio.scenario().run.interventions.is_empty());
    studio.update(Selected::Nothing.into());
    press(&mut studio, key("Enter"));
    assert_eq!(studio.selected, Selected::Message(message));
    studio.update(Selected::Nothing.into());
    press(&mut studio, key("Delete"));
    assert_eq!(studio.scenario().run.interventions[0].fault, Fault::Drop);
    let Fate::Lost(_) = studio.lab.run().trace().messages[message].fate else { panic!("it is not lost") };
}

#[test]
fn from_a_message_one_goes_to_both_its_ends() {
    let (mut studio, event) = on_a_sender();
    press(&mut studio, key("a"));
    let Hit::Arrow(message) = stands_at(&studio) else { panic!("it has messages") };
    let record = studio.lab.run().trace().messages[message];
    press(&mut studio, key("ArrowRight"));
    if let Fate::Delivered(by) = record.fate {
        assert_eq!(stands_at(&studio), Hit::Event(by));
    }
    studio.update(RoamMsg::Leave.into());
    assert_eq!((studio.roam.mark, studio.hint()), (None, None));
    studio.update(Selected::Message(message).into());
    studio.update(RoamMsg::Enter.into());
    press(&mut studio, key("ArrowLeft"));
    assert_eq!(stands_at(&studio), Hit::Event(event));
}

#[test]
fn after_a_click_the_arrows_step_through_the_run_until_they_go_up_or_down() {
    let mut studio = studio();
    assert_eq!(command(&key("ArrowRight"), &studio), Some(TimeMsg::Next.into()));
    press(&mut studio, key("ArrowDown"));
    assert_eq!(command(&key("ArrowRight"), &studio), Some(RoamMsg::Along(true).into()));
    assert_eq!(command(&Press { place: Place::Page, ..key("ArrowRight") }, &studio), Some(TimeMsg::Next.into()));
    assert_eq!(command(&Press { place: Place::Page, ..key("ArrowDown") }, &studio), None);
}

#[test]
fn faults_are_reached_and_taken_away() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(400)).into());
    split(&mut studio, &["n1", "n2"]);
    let mut studio = at_rest(studio);
    studio.update(RoamMsg::Enter.into());
    let mut steps = 0;
    while !matches!(stands_at(&studio), Hit::Cut(_)) {
        press(&mut studio, key("ArrowUp"));
        steps += 1;
        assert!(steps < 20, "no key leads to the partition");
    }
    assert!(studio.said.contains("partition n1 n2"), "{}", studio.said);
    press(&mut studio, key("Delete"));
    assert!(studio.scenario().run.interventions.is_empty());
    // What it stood at is gone: it goes on from there.
    press(&mut studio, key("ArrowRight"));
    assert!(!matches!(stands_at(&studio), Hit::Cut(_)));
}

#[test]
fn in_causal_order_no_time_is_told() {
    let (mut studio, event) = on_a_sender();
    studio.update(TimeMsg::Visit(event).into());
    studio.update(ReadingMsg::Causal(true).into());
    studio.update(RoamMsg::Enter.into());
    assert_eq!(stands_at(&studio), Hit::Event(event));
    press(&mut studio, key("a"));
    assert!(!studio.said.contains(" ms"), "{}", studio.said);
}

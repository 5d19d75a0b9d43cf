//! Two runs at once.

use super::*;
use crate::keys::{Place, Press, command};

fn beside(studio: &mut Studio, with: With) {
    studio.update(CompareMsg::With(with).into());
    while studio.compares() {
        studio.update(TimeMsg::Frame(0.0).into());
    }
    studio.update(TimeMsg::Frame(0.0).into());
}

fn cell<'a>(studio: &'a Studio, what: &str) -> &'a [String; 3] {
    let ledger = &studio.compare.as_ref().expect("two runs").ledger;
    &ledger.iter().find(|entry| entry.what == what).expect("it is counted").cells
}

#[test]
fn without_an_edit_there_is_no_previous_future() {
    let mut studio = studio();
    beside(&mut studio, With::Previous);
    assert!(studio.compare.is_none() && studio.said.contains("no previous future"), "{}", studio.said);
}

#[test]
fn the_previous_future_is_the_run_before_the_edit_and_what_differs_is_marked() {
    let mut studio = studio();
    let (events, edge) = (studio.lab.len(), at(400));
    studio.update(TimeMsg::Seek(edge).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    studio = at_rest(studio);
    beside(&mut studio, With::Previous);
    let now = studio.lab.len();
    assert_eq!(
        *cell(&studio, "events"),
        [
            now.to_string(),
            events.to_string(),
            format!("{}{}", if events > now { "+" } else { "−" }, events.abs_diff(now))
        ]
    );
    let marked = studio.differing().expect("something differs").new_events.clone();
    assert!(!marked.is_empty());
    assert!(marked.iter().all(|event| studio.lab.event(*event).at >= edge), "nothing differs before the edit");
    // Undo brings the first future back, and the one beside it is now that with the crash.
    studio.update(EditMsg::Undo.into());
    studio = at_rest(studio);
    studio.update(TimeMsg::Frame(0.0).into());
    while studio.compares() {
        studio.update(TimeMsg::Frame(0.0).into());
    }
    assert_eq!(cell(&studio, "events")[..2], [events.to_string(), now.to_string()]);
}

#[test]
fn another_seed_goes_in_step_with_every_edit() {
    let mut studio = studio();
    beside(&mut studio, With::Seed);
    let title = studio.compare.as_ref().expect("two runs").title.clone();
    assert_ne!(title, format!("seed {}", studio.scenario().run.seed));
    assert!(studio.differing().is_none(), "chance decides everything anew, so nothing is marked");
    let before = cell(&studio, "messages lost")[1].clone();
    assert_eq!(before, "0");
    studio.update(TimeMsg::Seek(at(400)).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    studio = at_rest(studio);
    beside_again(&mut studio);
    assert_ne!(cell(&studio, "messages lost")[1], before, "the crash is in both runs");
    studio.update(CompareMsg::Close.into());
    assert!(studio.compare.is_none());
}

fn beside_again(studio: &mut Studio) {
    studio.update(TimeMsg::Frame(0.0).into());
    while studio.compares() {
        studio.update(TimeMsg::Frame(0.0).into());
    }
}

#[test]
fn another_protocol_says_what_it_cannot_be_asked_for() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(400)).into());
    let client = studio.clients()[0];
    studio.update(EditMsg::Request(client, "put x 3".into()).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    studio = at_rest(studio);
    beside(&mut studio, With::Protocol("bracha".into()));
    let both = studio.compare.as_ref().expect("two runs");
    assert!(!both.seen.svg.is_empty());
    let told = both.left_out.join("\n");
    assert!(told.contains("put x 3"), "{told}");
    assert!(!told.contains("crash"), "a crash happens in both: {told}");
    assert_eq!(cell(&studio, "nobody led for")[1], "–");
}

#[test]
fn other_settings_are_refused_beside_their_field() {
    let mut studio = studio();
    studio.update(PageMsg::Open(Dialog::OtherSettings).into());
    studio.update(PageMsg::Write("settings.servers".into(), "99".into()).into());
    beside(&mut studio, With::Settings);
    assert!(studio.compare.is_none());
    assert_eq!(studio.draft.wrong.as_ref().expect("it is refused").0, "settings.servers");
    studio.update(PageMsg::Write("settings.servers".into(), "3".into()).into());
    beside(&mut studio, With::Settings);
    assert_eq!(studio.dialog, None);
    assert!(studio.compare.is_some());
    assert_eq!(studio.lab.participants().len(), 6, "this run stays as it is");
}

/// Clicks on a mark of the second diagram.
fn click(studio: &mut Studio, hit: Hit) {
    let drawing = &studio.compare.as_ref().expect("two runs").seen.drawing;
    let mark = drawing.marks.iter().find(|mark| mark.hit == Some(hit)).expect("it is drawn");
    let at = mark.shape.bounds().centre();
    assert_eq!(drawing.hit(at.x, at.y), Some(hit), "nothing else lies there");
    studio.update(CompareMsg::Down(1, at).into());
    studio.update(CompareMsg::Up(1, at).into());
}

#[test]
fn what_is_selected_in_the_second_diagram_is_selected_in_this_run_if_it_has_it() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(400)).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    studio = at_rest(studio);
    beside(&mut studio, With::Previous);
    studio.update(ChartMsg::Zoom(0.3).into());
    let other = studio.compare.as_ref().expect("two runs");
    let events =
        || other.seen.marks.events.iter().filter(|event| other.seen.drawing.hits().contains(&Hit::Event(event.index)));
    let (both, alone) = (
        events().find(|event| event.at < at(400)),
        events().find(|event| event.node == NodeId(1) && event.at > at(400)),
    );
    let (both, alone) = (both.expect("before the crash").index, alone.expect("only the other goes on").index);
    click(&mut studio, Hit::Event(both));
    assert_eq!(studio.selected, Selected::Event(both), "up to the edit both are one run");
    assert!(studio.compare.as_ref().expect("two runs").seen.svg.contains("selected"));
    click(&mut studio, Hit::Event(alone));
    assert_eq!(studio.selected, Selected::Event(both));
    assert!(studio.said.starts_with("only the other run has it: "), "{}", studio.said);
}

#[test]
fn both_diagrams_follow_into_causal_order() {
    let mut studio = studio();
    beside(&mut studio, With::Seed);
    studio.update(TimeMsg::Seek(at(300)).into());
    let svg = |studio: &Studio| studio.compare.as_ref().expect("two runs").seen.svg.clone();
    let timed = svg(&studio);
    studio.update(ReadingMsg::Causal(true).into());
    let causal = svg(&studio);
    assert_ne!(timed, causal);
    assert_ne!(studio.other_needle(), "".into());
    studio.update(ChartMsg::Pan(0.5).into());
    assert_ne!(svg(&studio), causal);
    studio.update(ReadingMsg::Causal(false).into());
    assert_eq!(studio.other_needle(), studio.views.needle_svg);
}

/// Presses a key on the second diagram.
fn press(studio: &mut Studio, name: &str) {
    let press = Press { key: name.into(), place: Place::Beside, ..Press::default() };
    let msg = command(&press, studio).unwrap_or_else(|| panic!("{name} means nothing there"));
    studio.update(msg);
}

fn stands_at(studio: &Studio) -> Hit {
    studio.compare.as_ref().and_then(|compare| compare.seen.roam.mark).expect("the keyboard stands somewhere")
}

/// Two runs of one scene, and the keyboard on the second diagram.
fn roaming() -> Studio {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(400)).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    let mut studio = at_rest(studio);
    beside(&mut studio, With::Previous);
    studio.update(CompareMsg::Roam(RoamMsg::Enter).into());
    studio
}

#[test]
fn the_keyboard_goes_along_a_lane_of_the_second_diagram_to_its_end() {
    for causal in [false, true] {
        let mut studio = roaming();
        studio.update(ReadingMsg::Causal(causal).into());
        let Hit::Event(first) = stands_at(&studio) else { panic!("it begins at the playhead") };
        let lane = |studio: &Studio| {
            let trace = studio.compare.as_ref().expect("two runs").lab.run().trace();
            let lane = &trace.lanes[trace.events[first].node.index()];
            lane.iter().map(|event| *event as usize).skip_while(|event| *event != first).collect::<Vec<_>>()
        };
        let mut events = vec![first];
        for _ in 0..4_000 {
            press(&mut studio, "ArrowRight");
            match stands_at(&studio) {
                Hit::Event(event) if events.last() != Some(&event) => events.push(event),
                _ => {}
            }
            assert!(studio.compare.as_ref().expect("two runs").seen.roam.svg.contains("roam"), "it is in sight");
        }
        assert_eq!(events, lane(&studio));
    }
}

#[test]
fn what_the_keyboard_finds_beside_is_told_and_acted_on_here_only_where_this_run_has_it() {
    let mut studio = roaming();
    let Hit::Event(event) = stands_at(&studio) else { panic!("it begins at the playhead") };
    assert_eq!(studio.at_keyboard(), Selected::Event(event), "before the crash both are one run");
    let seen = &studio.compare.as_ref().expect("two runs").seen;
    assert!(seen.hint.contains(": "), "{}", seen.hint);
    press(&mut studio, "Enter");
    assert_eq!(studio.selected, Selected::Event(event));
    // What crashed here goes on there.
    let compare = studio.compare.as_mut().expect("two runs");
    let trace = compare.lab.run().trace();
    let alone = trace.lanes[1].iter().find(|event| trace.events[**event as usize].at > at(400)).expect("it goes on");
    compare.seen.roam.mark = Some(Hit::Event(*alone as usize));
    assert_eq!(studio.at_keyboard(), Selected::Nothing);
    let before = studio.selected;
    press(&mut studio, "Enter");
    assert_eq!(studio.selected, before);
    assert!(studio.said.starts_with("only the other run has it: "), "{}", studio.said);
    studio.update(CompareMsg::Roam(RoamMsg::Leave).into());
    assert_eq!(studio.at_keyboard(), before);
}

//! Search, jumping, what is left out, causal order, captions.

use super::*;
use lightcone_sim::view::{EventKind, Fate};

fn search(studio: &mut Studio, text: &str) {
    studio.update(ReadingMsg::Search(text.into()).into());
    while studio.reading.search.is_running() {
        studio.update(TimeMsg::Frame(0.0).into());
    }
}

fn found(studio: &mut Studio, text: &str) -> Vec<Hit> {
    search(studio, text);
    assert_eq!(studio.reading.search.wrong, None, "{text}");
    studio.reading.search.found.iter().map(|found| found.hit).collect()
}

fn refused(studio: &mut Studio, text: &str) -> String {
    search(studio, text);
    studio.reading.search.wrong.clone().expect("it is refused")
}

/// The run with n2 crashed at 400 ms and messages lost to it.
fn crashed() -> Studio {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(400)).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    at_rest(studio)
}

#[test]
fn messages_are_found_where_they_are_handled_or_lost() {
    let mut studio = crashed();
    let votes = found(&mut studio, "RequestVote");
    let all = &studio.lab.run().trace().messages;
    let ends = |fate| matches!(fate, Fate::Delivered(_) | Fate::Lost(_));
    let sent = all.iter().filter(|message| message.key.kind.name == "RequestVote" && ends(message.fate)).count();
    assert!(sent > 0);
    assert_eq!(votes.len(), sent);
    let to_n2 = found(&mut studio, "* -> n2 lost");
    assert!(!to_n2.is_empty());
    for hit in to_n2 {
        let Hit::Arrow(message) = hit else { panic!("{hit} was lost") };
        let message = &studio.lab.run().trace().messages[message];
        assert_eq!((message.to, matches!(message.fate, Fate::Lost(_))), (NodeId(1), true));
    }
    let trace = studio.lab.run().trace();
    let beat = trace.messages.iter().find(|message| message.key.kind.name == "AppendEntries").expect("someone leads");
    let link = format!("n{} -> n{}", beat.from.0 + 1, beat.to.0 + 1);
    let all = found(&mut studio, &link);
    let some = found(&mut studio, &format!("{link} AppendEntries"));
    assert!(!some.is_empty() && some.iter().all(|hit| all.contains(hit)));
    assert!(all.len() < found(&mut studio, "* -> *").len());
}

#[test]
fn kinds_of_events_are_found_at_anyone_or_at_one() {
    let mut studio = crashed();
    let crash = found(&mut studio, "crash");
    assert_eq!(crash, found(&mut studio, "n2 crashes"));
    assert_eq!(crash, found(&mut studio, "crash n2"));
    assert_eq!(crash.len(), 1);
    assert_eq!(found(&mut studio, "crash n1"), []);
    assert_eq!(studio.reading.search.count(), "none found");
    let mut events = (0..studio.lab.len()).map(|event| studio.lab.event(event));
    let node = events.find(|event| event.kind == EventKind::Timer).expect("a timer fires").node;
    let timers = found(&mut studio, &format!("timer n{}", node.0 + 1));
    for hit in &timers {
        let Hit::Event(event) = *hit else { panic!("{hit} is an event") };
        assert_eq!((studio.lab.event(event).kind, studio.lab.event(event).node), (EventKind::Timer, node));
    }
    assert!(!timers.is_empty());
}

#[test]
fn a_state_is_found_where_it_comes_about() {
    let mut studio = crashed();
    let leaders = found(&mut studio, "role = leader");
    assert!(!leaders.is_empty());
    assert_eq!(leaders, found(&mut studio, "someone becomes leader"));
    let terms = found(&mut studio, "term = 1");
    // Everyone comes to term 1 once.
    assert_eq!(terms.len(), 5);
    let messages = found(&mut studio, "RequestVote term = 1");
    assert!(!messages.is_empty() && messages.iter().all(|hit| !terms.contains(hit) || found_vote(&studio, *hit)));
}

fn found_vote(studio: &Studio, hit: Hit) -> bool {
    let Hit::Event(event) = hit else { return false };
    studio.lab.explain(event).message.is_some_and(|message| message.selector.starts_with("RequestVote term 1"))
}

#[test]
fn conditions_name_what_happens_and_how_often() {
    let mut studio = crashed();
    let all = found(&mut studio, "RequestVote is delivered");
    assert_eq!(found(&mut studio, "RequestVote is delivered #2"), [all[1]]);
    let sent = found(&mut studio, "AppendEntries is sent");
    assert!(sent.windows(2).all(|two| two[0] != two[1]), "a step that sends to many is one place");
    let lost = found(&mut studio, "AppendEntries is lost");
    assert!(lost.iter().all(|hit| matches!(hit, Hit::Arrow(_))));
    assert_eq!(found(&mut studio, "something is broken"), []);
    assert_eq!(found(&mut studio, "c1 is answered #9999"), []);
}

#[test]
fn a_run_goes_until_something_happens_or_says_that_it_does_not() {
    let mut studio = studio();
    studio.update(PageMsg::Address(fragment_of("raft-leader-cut-off")).into());
    let mut studio = at_rest(studio);
    search(&mut studio, "until 2 servers are leader");
    studio.update(ReadingMsg::Go(false).into());
    let leaders = |studio: &Studio| {
        let stage = studio.lab.stage(studio.clock.playhead);
        stage.nodes.iter().filter(|node| node.role == lightcone_core::Role::Leader).count()
    };
    assert_eq!((leaders(&studio), studio.reading.search.count()), (2, "1 of 1".into()));
    let both = studio.clock.playhead;
    search(&mut studio, "until 2 servers are leader, then c1 is answered");
    studio.update(ReadingMsg::Go(false).into());
    assert!(studio.clock.playhead > both, "it comes after what comes first");
    search(&mut studio, "until c1 reads a stale value");
    let before = studio.clock.playhead;
    studio.update(ReadingMsg::Go(false).into());
    let end = studio.until();
    assert_eq!((studio.clock.playhead, &studio.said), (before, &format!("does not happen until {end}")));
    assert!(refused(&mut studio, "until c1 sings").starts_with("`c1 sings` is no condition"));
    assert_eq!(refused(&mut studio, "until 9 servers are leader"), "9 servers cannot be leader: there are 5");
}

fn fragment_of(id: &str) -> String {
    let scene = lightcone_catalog::SCENES.iter().find(|scene| scene.id == id).expect("there is such a scene");
    crate::engine::encode(&scene.scenario(), None)
}

#[test]
fn what_this_run_does_not_know_is_said() {
    let mut studio = studio();
    assert_eq!(refused(&mut studio, "n1 -> n17"), "nobody in this run is called `n17`");
    assert_eq!(refused(&mut studio, "banana"), "nothing in this run is called `banana`");
    assert_eq!(refused(&mut studio, "trem = 3"), "no state and no message of this run has a field `trem`");
    assert_eq!(refused(&mut studio, "n9 crashes"), "n9 is not in this cluster");
    assert_eq!(refused(&mut studio, "n1 does dance"), "`dance` is no rule of this protocol");
    let past = refused(&mut studio, "500 s");
    assert!(past.starts_with("the run ends before 500s"), "{past}");
    search(&mut studio, "");
    assert!(studio.reading.search.wrong.is_none() && studio.reading.search.found.is_empty());
}

#[test]
fn one_goes_from_place_to_place_and_around() {
    let mut studio = crashed();
    let places = found(&mut studio, "RequestVote");
    studio.update(TimeMsg::Seek(Micros::ZERO).into());
    for (place, hit) in places.iter().enumerate() {
        studio.update(ReadingMsg::Go(false).into());
        assert_eq!(studio.reading.search.count(), format!("{} of {}", place + 1, places.len()));
        assert_eq!(studio.selected_mark(), Some(*hit));
        assert_eq!(studio.clock.playhead, studio.reading.search.found[place].at);
    }
    studio.update(ReadingMsg::Go(false).into());
    assert_eq!(studio.reading.search.current, Some(0), "around");
    studio.update(ReadingMsg::Go(true).into());
    assert_eq!(studio.reading.search.current, Some(places.len() - 1));
    // From where the playhead was put, it goes on from there.
    studio.update(TimeMsg::Seek(studio.until()).into());
    studio.update(ReadingMsg::Go(true).into());
    assert_eq!(studio.reading.search.current, Some(places.len() - 1));
    search(&mut studio, "512 ms");
    studio.update(ReadingMsg::Go(false).into());
    assert_eq!(studio.clock.playhead, at(512));
}

#[test]
fn a_search_follows_an_edit() {
    let mut studio = studio();
    assert_eq!(found(&mut studio, "crash"), []);
    studio.update(TimeMsg::Seek(at(400)).into());
    studio.update(EditMsg::CrashOrRestart(NodeId(1)).into());
    studio = at_rest(studio);
    studio.update(TimeMsg::Frame(0.0).into());
    assert_eq!(studio.reading.search.found.len(), 1);
    assert!(studio.views.flags_svg.contains("found") || !studio.chart.window.to.gt(&at(400)));
}

#[test]
fn kinds_messages_and_lanes_are_left_out_and_one_lane_stays() {
    let mut studio = studio();
    let whole = studio.views.marks.clone();
    studio.update(ReadingMsg::Kind(EventKind::Timer).into());
    studio.update(ReadingMsg::Message("RequestVote".into()).into());
    studio.update(ReadingMsg::Lane(NodeId(0)).into());
    let less = studio.views.marks.clone();
    assert_eq!(less.lanes.len() + 1, whole.lanes.len());
    assert!(less.events.iter().all(|event| event.kind != EventKind::Timer && event.node != NodeId(0)));
    assert!(less.arrows.iter().all(|arrow| !less.labels[arrow.label].starts_with("RequestVote ")));
    for node in 0..6 {
        studio.update(ReadingMsg::Lane(NodeId(node)).into());
    }
    assert!(!studio.views.marks.lanes.is_empty(), "one lane stays");
    studio.update(ReadingMsg::All.into());
    assert_eq!(studio.views.marks.events, whole.events);
}

#[test]
fn causal_order_keeps_selection_and_playhead_and_drags_nothing() {
    let mut studio = studio();
    let event = studio.lab.len() / 3;
    studio.update(TimeMsg::Visit(event).into());
    let playhead = studio.clock.playhead;
    studio.update(ReadingMsg::Causal(true).into());
    assert!(studio.said.contains("causal order"));
    assert_eq!((studio.clock.playhead, studio.present()), (playhead, Some(event)));
    let shown = studio.chart.window;
    let column = studio.placed(playhead);
    assert!(shown.from <= column && column <= shown.to, "{column} is in {shown:?}");
    // A click on the axis goes to an instant of the run, not to a number of columns.
    let view = studio.viewport();
    studio.update(ChartMsg::Down(1, Point { x: view.place(column), y: 10.0 }, 8.0).into());
    studio.update(ChartMsg::Up(1, Point { x: view.place(column), y: 10.0 }).into());
    assert!(studio.clock.playhead.0.abs_diff(playhead.0) < 20_000, "{}", studio.clock.playhead);
    studio.update(Selected::Event(event).into());
    studio.update(DragMsg::Nudge(1_000).into());
    assert!(studio.drag.preview().is_none() && studio.said.contains("causal order"));
    studio.update(ReadingMsg::Causal(false).into());
    assert!(studio.chart.window.from <= playhead && playhead <= studio.chart.window.to);
}

#[test]
fn captions_are_written_found_taken_back_and_change_no_run() {
    let mut studio = studio();
    let print = studio.lab.fingerprint();
    studio.update(TimeMsg::Seek(at(300)).into());
    let effects = studio.update(ReadingMsg::Caption.into());
    assert!(effects.contains(&Effect::Focus("caption-0".into())));
    studio.update(TimeMsg::Seek(at(100)).into());
    studio.update(ReadingMsg::Caption.into());
    studio.update(ReadingMsg::Caption.into());
    let times: Vec<Micros> = studio.scenario().captions.iter().map(|caption| caption.at).collect();
    assert_eq!(times, [at(100), at(300)], "one for each instant, in order");
    studio.update(ReadingMsg::Write(1, format!("nobody leads\n{}", "x".repeat(500))).into());
    assert_eq!(studio.scenario().captions[1].words, "nobody leads");
    assert_eq!((studio.lab.fingerprint(), studio.clock.playhead), (print, at(100)));
    let link = studio.fragment();
    let opened = Studio::open(Options { still: true, ..Options::default() }, &link);
    assert_eq!(opened.scenario().captions, studio.scenario().captions);
    studio.update(ReadingMsg::Visit(1).into());
    assert_eq!(studio.clock.playhead, at(300));
    assert!(studio.views.flags_svg.contains("nobody leads"));
    studio.update(ReadingMsg::Remove(0).into());
    assert_eq!(studio.scenario().captions.len(), 1);
    studio.update(EditMsg::Undo.into());
    assert_eq!((studio.scenario().captions.len(), studio.clock.playhead), (2, at(300)));
    studio.update(EditMsg::Redo.into());
    assert_eq!(studio.scenario().captions.len(), 1);
}

#[test]
fn where_time_runs_down_the_last_caption_stands_below_the_diagram() {
    let mut studio = studio();
    assert_eq!(studio.caption_below(), None);
    for (ms, words) in [(100, "nobody leads"), (200, ""), (300, "n1 leads")] {
        studio.update(TimeMsg::Seek(at(ms)).into());
        studio.update(ReadingMsg::Caption.into());
        let place = studio.scenario().captions.len() - 1;
        studio.update(ReadingMsg::Write(place, words.into()).into());
    }
    assert_eq!(studio.caption_below(), None, "there is room beside the axis");
    studio.update(PageMsg::ChartSize(Size { width: 360.0, height: 400.0 }).into());
    assert!(!studio.views.flags_svg.contains("leads") && studio.views.flags_svg.contains("flag"));
    for (ms, words) in [(50, ""), (100, "nobody leads"), (250, "nobody leads"), (300, "n1 leads")] {
        studio.update(TimeMsg::Seek(at(ms)).into());
        assert_eq!(studio.caption_below().as_deref(), Some(words), "at {ms} ms");
    }
}

#[test]
fn one_jumps_to_the_next_of_a_kind_that_is_chosen_from_a_list() {
    let mut studio = crashed();
    let offers = studio.bar().offers;
    assert!(
        ["crash", "timer", "RequestVote"].iter().all(|kind| offers.iter().any(|offer| offer == kind)),
        "{offers:?}"
    );
    studio.update(TimeMsg::Seek(at(100)).into());
    studio.update(ReadingMsg::Jump("crash".into()).into());
    assert_eq!(studio.clock.playhead, at(400));
    assert_eq!(studio.bar().count, "1 of 1");
}

//! Past, future and concurrent; chains; what if; what is hidden.

use super::*;
use lightcone_catalog::{SCENES, link};
use lightcone_sim::{
    trace::Cause,
    view::{Explanation, Fate},
};

/// Who could know of what, by vector clocks: for each event, how many events of each lane are in its past, itself
/// included. It knows nothing of how the engine finds it.
fn clocks(studio: &Studio) -> Vec<Vec<usize>> {
    let trace = studio.lab.run().trace();
    let mut latest = vec![vec![0; trace.lanes.len()]; trace.lanes.len()];
    let mut all: Vec<Vec<usize>> = Vec::new();
    for event in &trace.events {
        let lane = event.node.index();
        let mut clock = latest[lane].clone();
        if let Cause::Message(message) = event.cause {
            let sender = &all[trace.messages[message as usize].sent_by as usize];
            clock.iter_mut().zip(sender).for_each(|(own, other)| *own = (*own).max(*other));
        }
        clock[lane] += 1;
        latest[lane] = clock.clone();
        all.push(clock);
    }
    all
}

/// The events that an event could know of, itself included, by the clocks.
fn known_to(studio: &Studio, clocks: &[Vec<usize>], event: usize) -> Vec<bool> {
    let trace = studio.lab.run().trace();
    let mut seen = vec![0; trace.lanes.len()];
    let known = trace.events.iter().map(|other| {
        let lane = other.node.index();
        seen[lane] += 1;
        seen[lane] <= clocks[event][lane]
    });
    known.collect()
}

/// The scene with a partition from 300 ms on, at an instant.
fn parted(ms: u64) -> Studio {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(300)).into());
    split(&mut studio, &["n1", "n2"]);
    let mut studio = at_rest(studio);
    studio.update(TimeMsg::Seek(at(ms)).into());
    studio
}

#[test]
fn what_one_participant_knows_is_all_that_is_told() {
    for (ms, node) in [(0, 0), (250, 2), (420, 0), (700, 3), (1_300, 4), (2_500, 1), (2_900, 5)] {
        let mut studio = parted(ms);
        let clocks = clocks(&studio);
        studio.update(CausalMsg::Veil(Veil::Knows(NodeId(node))).into());
        studio.update(ChartMsg::Zoom(8.0).into());
        let trace = studio.lab.run().trace();
        let lane = &trace.lanes[usize::from(node)];
        let latest = *lane.iter().rfind(|e| trace.events[**e as usize].at <= at(ms)).expect("it has started") as usize;
        let known = known_to(&studio, &clocks, latest);
        let marks = &studio.views.marks;
        assert!(marks.events.iter().all(|event| known[event.index]), "{ms}: an event on the diagram");
        assert!(
            marks.arrows.iter().all(|arrow| matches!(arrow.fate, Fate::Delivered(by) if known[by])),
            "{ms}: an arrow"
        );
        assert!(marks.cuts.is_empty() && marks.spells.is_empty() && marks.downs.is_empty(), "{ms}: a fault");
        let stage = &studio.views.stage;
        assert!(stage.flights.is_empty() && stage.cuts.is_empty() && stage.sides.len() == 1, "{ms}: the network");
        for other in &stage.nodes {
            let last = trace.lanes[other.node.index()].iter().rfind(|event| known[**event as usize]);
            let Some(last) = last.map(|event| *event as usize) else {
                assert_eq!((other.badge.as_str(), other.log.len()), ("unheard of", 0), "{ms}: nothing was heard of it");
                continue;
            };
            // Its badge and log are those right after the last event of it that is known.
            let then = studio.lab.explain(last);
            assert_eq!(then.event.node, other.node);
            let until = trace.events.partition_point(|event| event.at <= trace.events[last].at);
            if trace.lanes[other.node.index()].iter().all(|e| (*e as usize) <= last || *e as usize >= until) {
                let as_it_was = studio.lab.stage(trace.events[last].at);
                let as_it_was = &as_it_was.nodes[other.node.index()];
                assert_eq!((&other.badge, &other.log, other.role), (&as_it_was.badge, &as_it_was.log, as_it_was.role));
            }
        }
        let focus = &studio.views.focus;
        assert!(focus.faults.is_empty() && focus.verdicts.is_none() && focus.history.is_none(), "{ms}: the inspector");
        let why = focus.why.as_ref().expect("it explains what is known");
        assert!(known[why.event.index] && why.table.is_none(), "{ms}: an explanation");
        assert!(why.chain.iter().all(|link| link.event.is_some_and(|event| known[event])), "{ms}: a cause");
        let count = known.iter().filter(|known| **known).count();
        assert!(studio.event_words().ends_with(&format!("knows {count} events")), "{}", studio.event_words());
        assert!(!studio.apart() && studio.views.picture.walls.is_empty(), "{ms}: a partition");
    }
}

#[test]
fn what_the_observer_alone_sees_is_not_shown_to_one_who_knows_less() {
    let told = |why: &Explanation| [why.table.is_some(), why.record.is_some(), why.ring.is_some()];
    for (id, shows) in [("paxos-duel", [true, true, false]), ("dynamo-partition", [true; 3])] {
        let scene = SCENES.iter().find(|scene| scene.id == id).expect("it is a scene").scenario();
        let mut studio =
            at_rest(Studio::open(Options { still: true, ..Options::default() }, &link::encode(&scene, None)));
        studio.update(TimeMsg::Seek(at(300)).into());
        studio.update(Msg::Select(Selected::Node(NodeId(0))));
        let why = studio.views.focus.why.as_ref().expect("it explains what happened last");
        assert_eq!(told(why), shows, "{id}: table, record and ring");
        studio.update(CausalMsg::Veil(Veil::Knows(NodeId(0))).into());
        let why = studio.views.focus.why.as_ref().expect("it explains what is known");
        assert_eq!(told(why), [false; 3], "{id}: to n1");
    }
}

#[test]
fn whoever_steps_through_what_one_knows_stays_on_its_lane() {
    let mut studio = parted(400);
    studio.update(CausalMsg::Veil(Veil::Knows(NodeId(2))).into());
    for msg in [TimeMsg::Next, TimeMsg::Next, TimeMsg::Previous, TimeMsg::Next] {
        studio.update(msg.into());
        let present = studio.present().expect("there are events");
        assert_eq!(studio.lab.event(present).node, NodeId(2));
        assert_eq!(studio.views.focus.why.as_ref().map(|why| why.event.index), Some(present));
    }
}

#[test]
fn a_curtain_hides_what_comes_later_from_every_view() {
    for ms in [0, 310, 505, 1_200] {
        let mut studio = parted(ms);
        studio.update(EditMsg::Heal.into());
        let mut studio = at_rest(studio);
        studio.update(CausalMsg::Curtain.into());
        let now = studio.clock.playhead;
        let marks = &studio.views.marks;
        assert!(marks.events.iter().all(|event| event.at <= now));
        assert!(marks.arrows.iter().all(|arrow| arrow.sent <= now && arrow.end <= now && arrow.handled <= now));
        assert!(marks.cuts.iter().all(|cut| cut.from <= now && cut.to.is_none_or(|to| to <= now)));
        let stage = &studio.views.stage;
        let ahead = studio.scenario().run.network.latency.max();
        assert!(stage.flights.iter().all(|flight| flight.loss.is_none() && flight.end == now.plus(ahead)));
        assert!(stage.cuts.iter().all(|cut| cut.to.is_none()));
        assert!(
            studio.views.focus.faults.iter().all(|fault| fault.at.is_some_and(|at| at <= now) && fault.idle.is_none())
        );
        assert!(!studio.event_words().contains(" of "), "{}", studio.event_words());
        // What is under way can be selected, and says nothing of its fate.
        if let Some(flight) = stage.flights.first().map(|flight| flight.index) {
            studio.update(Msg::Select(Selected::Message(flight)));
            let focus = &studio.views.focus;
            assert!(focus.hidden && focus.under_way);
            assert!(focus.why.as_ref().is_none_or(|why| why.event.at <= now));
            assert!(focus.stands.as_ref().is_some_and(|stands| stands.rest.is_none()), "its future is not counted");
            assert_eq!(focus.what_if, None, "what if would tell");
        }
    }
}

#[test]
fn a_selection_behind_the_curtain_is_let_go() {
    let mut studio = parted(900);
    let last = studio.lab.len() - 1;
    studio.update(Msg::Select(Selected::Event(last)));
    studio.update(CausalMsg::Curtain.into());
    assert_eq!(studio.selected, Selected::Nothing);
    studio.update(CausalMsg::Curtain.into());
    assert_eq!(studio.causality.veil, Veil::None, "the same key takes it away");
}

#[test]
fn the_counts_are_those_of_vector_clocks() {
    let mut studio = parted(300);
    let clocks = clocks(&studio);
    for event in [40, 120, 333] {
        studio.update(Msg::Select(Selected::Event(event)));
        let trace = studio.lab.run().trace();
        let past = clocks[event].iter().sum::<usize>() - 1;
        let lane = trace.events[event].node.index();
        let future =
            (event + 1..trace.events.len()).filter(|later| clocks[*later][lane] >= clocks[event][lane]).count();
        let stands = studio.views.focus.stands.clone().expect("an event is selected");
        assert_eq!((stands.past, stands.rest), (past, Some((trace.events.len() - 1 - past - future, future))));
    }
}

#[test]
fn hiding_what_could_not_have_mattered_leaves_past_and_future() {
    let mut studio = parted(600);
    let clocks = clocks(&studio);
    let event = studio.views.marks.events[studio.views.marks.events.len() / 2].index;
    let all = studio.views.marks.events.len();
    studio.update(Msg::Select(Selected::Event(event)));
    studio.update(CausalMsg::Narrow.into());
    let marks = &studio.views.marks;
    let trace = studio.lab.run().trace();
    let before =
        |a: usize, b: usize| clocks[b][trace.events[a].node.index()] >= clocks[a][trace.events[a].node.index()];
    assert!(marks.events.iter().all(|e| before(e.index, event) || before(event, e.index)));
    assert!(marks.events.len() < all, "a partition makes something concurrent");
    studio.update(CausalMsg::Narrow.into());
    assert_eq!(studio.views.marks.events.len(), all);
}

#[test]
fn the_stage_tells_by_weight_who_could_have_mattered() {
    let mut studio = parted(600);
    let clocks = clocks(&studio);
    let event = studio.lab.events_until(at(400)) - 1;
    studio.update(Msg::Select(Selected::Event(event)));
    let trace = studio.lab.run().trace();
    for person in &studio.views.picture.people {
        let lane = &trace.lanes[person.node.index()];
        let latest = *lane.iter().rfind(|e| trace.events[**e as usize].at <= at(600)).expect("it has started") as usize;
        let before =
            |a: usize, b: usize| clocks[b][trace.events[a].node.index()] >= clocks[a][trace.events[a].node.index()];
        let wanted = match (before(latest, event), before(event, latest)) {
            (true, _) => Standing::Past,
            (false, true) => Standing::Future,
            (false, false) => Standing::Concurrent,
        };
        assert_eq!(person.standing, Some(wanted), "{}", person.name);
        assert!(person.words.ends_with(wanted.words()), "{}", person.words);
    }
    studio.update(PageMsg::Escape.into());
    assert!(studio.views.picture.people.iter().all(|person| person.standing.is_none()));
}

#[test]
fn a_second_selection_shows_the_chain_or_says_that_there_is_none() {
    let mut studio = parted(600);
    let clocks = clocks(&studio);
    let trace = studio.lab.run().trace();
    let (mut chains, mut apart) = (0, 0);
    let pairs: Vec<(usize, usize)> =
        (20..trace.events.len()).step_by(23).flat_map(|b| [(b / 2, b), (b, b / 3)]).collect();
    for (one, other) in pairs {
        studio.update(Msg::Select(Selected::Event(one)));
        studio.update(CausalMsg::Aim(true).into());
        studio.update(Msg::Select(Selected::Event(other)));
        assert_eq!(studio.selected, Selected::Event(one), "the first stays");
        let chain =
            studio.views.focus.stands.as_ref().and_then(|stands| stands.chain.clone()).expect("there is a second one");
        let (early, late) = (one.min(other), one.max(other));
        let lane = studio.lab.event(early).node.index();
        if clocks[late][lane] >= clocks[early][lane] {
            chains += 1;
            assert_eq!((chain.first().map(|(e, _)| *e), chain.last().map(|(e, _)| *e)), (Some(early), Some(late)));
        } else {
            apart += 1;
            assert!(chain.is_empty());
            assert_eq!(studio.said, CONCURRENT);
        }
        studio.update(Msg::Select(Selected::Nothing));
        assert_eq!(studio.causality.second, None);
    }
    assert!(chains > 0 && apart > 0, "both were seen: {chains}, {apart}");
}

/// Asks what if, and waits until the branch is known.
fn ask(studio: &mut Studio) {
    studio.update(CausalMsg::WhatIf.into());
    while studio.wants_frame() {
        studio.update(TimeMsg::Frame(0.0).into());
    }
}

#[test]
fn what_if_changes_nothing_until_it_is_kept() {
    let mut studio = parted(600);
    let event =
        (0..studio.lab.len()).find(|event| studio.lab.event(*event).kind == lightcone_sim::view::EventKind::Timer);
    let message =
        studio.views.marks.arrows.iter().find(|arrow| matches!(arrow.fate, Fate::Delivered(_))).map(|a| a.index);
    let fault = studio.scenario().run.interventions[0].id;
    let asked = [Selected::Event(event.unwrap()), Selected::Message(message.unwrap()), Selected::Fault(fault)];
    for selected in asked {
        let (scene, fingerprint) = (studio.scenario().clone(), studio.lab.fingerprint());
        studio.update(PageMsg::AddressNow.into());
        studio.update(Msg::Select(selected));
        ask(&mut studio);
        let (without, outcome) = studio.views.focus.outcome.clone().expect("it is answered");
        assert!(without.starts_with("without") && outcome.contains("first difference"), "{without}: {outcome}");
        assert_eq!((studio.scenario(), studio.lab.fingerprint()), (&scene, fingerprint), "nothing changed");
        assert!(!studio.dirty, "the address stays");
        studio.update(CausalMsg::Back.into());
        assert_eq!((studio.views.focus.outcome.clone(), studio.scenario()), (None, &scene));
        ask(&mut studio);
        studio.update(CausalMsg::Keep.into());
        studio = at_rest(studio);
        assert_ne!(studio.lab.fingerprint(), fingerprint, "{without}");
        assert!(studio.what_if.is_none());
        studio.update(EditMsg::Undo.into());
        studio = at_rest(studio);
        assert_eq!((studio.scenario(), studio.lab.fingerprint()), (&scene, fingerprint), "and it can be taken back");
    }
}

#[test]
fn what_if_without_an_event_is_the_run_without_it() {
    let mut studio = parted(600);
    let timer =
        (0..studio.lab.len()).find(|event| studio.lab.event(*event).kind == lightcone_sim::view::EventKind::Timer);
    let name = studio.lab.run().trace().events[timer.unwrap()].name;
    studio.update(Msg::Select(Selected::Event(timer.unwrap())));
    ask(&mut studio);
    studio.update(CausalMsg::Keep.into());
    let studio = at_rest(studio);
    assert!(studio.lab.run().trace().events.iter().all(|event| event.name != name), "the timer does not fire");
    assert!(studio.lab.idle().is_empty(), "{:?}", studio.lab.idle());
}

#[test]
fn what_cannot_be_taken_out_says_why() {
    let mut studio = parted(600);
    studio.update(Msg::Select(Selected::Event(0)));
    studio.update(CausalMsg::WhatIf.into());
    assert_eq!((studio.what_if.is_some(), studio.said.as_str()), (false, "everyone has to start"));
    studio.update(Msg::Select(Selected::Nothing));
    studio.update(CausalMsg::WhatIf.into());
    assert!(studio.what_if.is_none() && studio.said.contains("select"), "{}", studio.said);
}

#[test]
fn by_keys_the_chain_goes_from_what_was_selected_to_what_was_stepped_to() {
    let mut studio = parted(600);
    studio.update(CausalMsg::Take(false).into());
    let Selected::Event(first) = studio.selected else { panic!("the event at the playhead is selected") };
    for _ in 0..5 {
        studio.update(TimeMsg::Next.into());
    }
    let second = studio.present().expect("there are events");
    studio.update(CausalMsg::Take(true).into());
    assert_eq!((studio.selected, studio.causality.second), (Selected::Event(first), Some(Selected::Event(second))));
    // What was selected in another run is not taken up.
    studio.update(TimeMsg::Next.into());
    studio.update(EditMsg::Undo.into());
    studio.update(CausalMsg::Take(true).into());
    assert_eq!(studio.causality.second, None);
}

/// All that is seen, in one piece of text.
fn seen(studio: &Studio) -> String {
    let views = &studio.views;
    let parts = [&views.chart_svg, &views.needle_svg, &views.scrub_svg].map(|svg| svg.to_string());
    let rest = format!("{:?}\n{:?}\n{:?}", views.picture, views.readout, views.focus);
    [parts.join("\n"), rest, studio.event_words(), studio.told_change(), format!("{:?}", studio.menu_view())].join("\n")
}

/// The same scene at the same instant, with something else done to it.
fn with(ms: u64, veil: Veil, at_us: u64, fault: Fault) -> Studio {
    let mut studio = parted(ms);
    let mut all = studio.scenario().run.interventions.clone();
    all.push(Intervention::at(99, Micros(at_us), fault));
    assert!(studio.intervene(all, "something else", Micros(at_us)));
    veiled(at_rest(studio), ms, veil)
}

fn veiled(mut studio: Studio, ms: u64, veil: Veil) -> Studio {
    studio.update(TimeMsg::Seek(at(ms)).into());
    studio.update(CausalMsg::Veil(veil).into());
    studio.update(ChartMsg::Zoom(3.0).into());
    studio
}

#[test]
fn what_is_hidden_makes_no_difference_to_anything_that_is_seen() {
    let crash = |node: &str| Fault::Crash { node: node.into(), disk: lightcone_sim::Disk::Kept, after: None };
    for ms in [450, 801, 1_505, 2_222] {
        // Nothing is quicker than 5 ms, so that n3 cannot know what befell n5 one millisecond ago.
        for (veil, from) in [(Veil::Knows(NodeId(2)), ms * 1_000 - 1_000), (Veil::Curtain, ms * 1_000 + 1)] {
            let wanted = seen(&veiled(parted(ms), ms, veil));
            for fault in [crash("n5"), crash("n1"), Fault::Heal, Fault::Pause { node: "n4".into() }] {
                let other = with(ms, veil, from, fault.clone());
                let open = veiled(with(ms, Veil::None, from, fault.clone()), ms, Veil::None);
                assert_ne!(seen(&open), seen(&veiled(parted(ms), ms, Veil::None)), "without a veil it is seen");
                let other = seen(&other);
                let place = wanted.bytes().zip(other.bytes()).position(|(a, b)| a != b);
                let around =
                    |text: &str, at: usize| text.chars().skip(at.saturating_sub(160)).take(260).collect::<String>();
                if let Some(at) = place {
                    panic!("{ms} {veil:?} {fault:?}:\n{}\nbut\n{}", around(&wanted, at), around(&other, at));
                }
                assert_eq!(wanted.len(), other.len());
            }
        }
    }
}

#[test]
fn what_is_hidden_is_not_found_nor_compared_nor_counted_in_columns() {
    for veil in [Veil::Curtain, Veil::Knows(NodeId(2))] {
        let mut studio = parted(700);
        studio.update(ReadingMsg::Search("lost".into()).into());
        let mut studio = at_rest(studio);
        assert!(!studio.reading.search.found.is_empty(), "the partition loses messages");
        studio.update(ReadingMsg::Causal(true).into());
        studio.update(CompareMsg::With(With::Seed).into());
        assert!(studio.compare.is_some() && studio.chart.causal);
        studio.update(CausalMsg::Veil(veil).into());
        assert!(studio.compare.is_none() && !studio.chart.causal && studio.reading.search.found.is_empty());
        let before = studio.clock.playhead;
        studio.update(ReadingMsg::Search("crash".into()).into());
        studio.update(ReadingMsg::Go(false).into());
        studio.update(ReadingMsg::Causal(true).into());
        studio.update(CompareMsg::With(With::Seed).into());
        assert!(studio.reading.search.text.is_empty() && studio.clock.playhead == before);
        assert!(studio.compare.is_none() && !studio.chart.causal && studio.bar().messages.is_empty());
        studio.update(CausalMsg::Veil(Veil::None).into());
        studio.update(ReadingMsg::Search("lost".into()).into());
        assert!(!at_rest(studio).reading.search.found.is_empty(), "nothing is hidden any more");
    }
}

#[test]
fn what_was_stepped_to_gets_its_cone_when_it_is_selected() {
    let mut studio = studio();
    studio.update(TimeMsg::Next.into());
    let event = studio.present().expect("one happened");
    assert!(!studio.views.chart_svg.contains("cone-lane"));
    studio.update(CausalMsg::Take(false).into());
    assert_eq!(studio.selected, Selected::Event(event));
    assert!(studio.views.chart_svg.contains("cone-lane"));
    studio.update(Selected::Nothing.into());
    assert!(!studio.views.chart_svg.contains("cone-lane"));
}

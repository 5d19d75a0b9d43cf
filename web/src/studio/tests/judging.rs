//! What judges say: a witness and an order on the diagram, the first error, and why a rule was not followed.

use super::*;
use crate::engine;
use lightcone_catalog::file;

/// A story of the test suite, at rest at its end.
fn story(text: &str) -> Studio {
    let mut studio = studio();
    let scenario = file::parse(text).expect("stories can be read");
    studio.replace_lab(engine::open(scenario).expect("stories can be run"));
    let mut studio = at_rest(studio);
    studio.update(TimeMsg::End.into());
    studio
}

fn stale_read() -> Studio {
    story(include_str!("../../../../tests/stories/found-raft-stale-read.toml"))
}

#[test]
fn what_clients_saw_and_has_no_order_is_drawn_on_their_bars() {
    let mut studio = stale_read();
    let seen = studio.views.focus.history.clone().expect("clients asked");
    let error = seen.judged.error.expect("the read is stale");
    assert!(!seen.judged.holds && !seen.stuck.is_empty());
    assert!(seen.stuck.iter().any(|(_, words)| words.contains("get x")), "{:?}", seen.stuck);
    for class in ["stuck pattern", "stuck cross", "class=\"point\""] {
        assert!(studio.judging.svg.contains(class), "{class}");
    }
    studio.update(TimeMsg::Visit(error - 1).into());
    assert!(studio.views.focus.history.as_ref().is_none_or(|seen| seen.judged.holds));
    assert!(!studio.judging.svg.contains("stuck"), "nothing was wrong yet");
}

#[test]
fn the_first_error_is_found_from_anywhere_and_said() {
    let mut studio = stale_read();
    let error = studio.views.focus.history.as_ref().and_then(|seen| seen.judged.error);
    studio.update(TimeMsg::Seek(Micros::ZERO).into());
    studio.update(JudgeMsg::FirstError.into());
    assert_eq!(studio.clock.event, error);
    assert!(studio.said.contains("get x"), "{}", studio.said);
    let mut calm = super::studio();
    let before = calm.clock.playhead;
    calm.update(JudgeMsg::FirstError.into());
    assert_eq!(calm.clock.playhead, before);
    assert!(calm.said.contains("nothing wrong was seen"), "{}", calm.said);
}

#[test]
fn behind_a_curtain_no_error_of_the_future_is_told() {
    let mut studio = stale_read();
    studio.update(TimeMsg::Seek(at(60)).into());
    studio.update(CausalMsg::Curtain.into());
    studio.update(JudgeMsg::FirstError.into());
    assert!(studio.clock.playhead <= at(60));
    assert!(studio.said.contains("nothing wrong"), "{}", studio.said);
}

#[test]
fn an_order_is_shown_on_demand() {
    let mut studio = studio();
    studio.update(TimeMsg::End.into());
    let answered = studio.views.focus.history.clone().expect("a client asks in the default scene");
    assert!(answered.judged.holds && answered.order.is_empty() && studio.judging.svg.is_empty());
    studio.update(JudgeMsg::Order.into());
    let seen = studio.views.focus.history.clone().expect("it still does");
    assert_eq!(seen.before + seen.order.len(), seen.judged.order.len());
    assert!(studio.judging.svg.contains("on-point"));
    studio.update(JudgeMsg::Order.into());
    assert!(studio.judging.svg.is_empty());
}

#[test]
fn an_event_that_broke_an_invariant_is_marked_with_all_who_are_involved() {
    let mut studio = story(include_str!("../../../../tests/stories/found-raft-vote-twice.toml"));
    let broken = studio.lab.run().trace().broken[0].clone();
    studio.update(JudgeMsg::FirstError.into());
    assert_eq!(studio.clock.event, Some(broken.event as usize));
    assert_eq!(studio.judging.svg.matches("breach cross").count(), 1);
    let involved = studio.judging.svg.matches("breach ring").count();
    assert!(involved >= broken.nodes.len().max(1), "{involved} of {:?}", broken.nodes);
    studio.update(TimeMsg::Seek(Micros::ZERO).into());
    assert!(!studio.judging.svg.contains("breach"));
}

#[test]
fn a_rule_that_was_not_followed_says_which_guard_failed() {
    let mut studio = studio();
    let rules = studio.lab.rules();
    let wins = rules.iter().position(|rule| rule.name.contains("win")).expect("somebody can win");
    studio.update(TimeMsg::End.into());
    let mut failed = None;
    for node in (0..5).map(NodeId) {
        for event in (0..studio.lab.len()).step_by(9) {
            let answer = studio.lab.why_not(node, wins, event);
            failed = failed.or(answer.failed);
        }
    }
    let (mark, why) = failed.expect("an election takes more than one vote");
    studio.update(TimeMsg::Visit(mark.index).into());
    studio.update(JudgeMsg::WhyNot(Some(wins)).into());
    let doubt = studio.views.focus.doubt.clone().expect("servers follow rules");
    let (words, event) = doubt.words(&studio.views.focus.names).expect("it was asked");
    assert!(words.starts_with(&why), "{words}");
    assert_eq!(event, Some(mark.index));
    let notes = &studio.lab.explain(mark.index).notes;
    assert!(notes.iter().any(|note| !note.fired && note.why == why), "the event says the same of itself");
}

#[test]
fn a_rule_that_nothing_came_to_says_so() {
    let mut studio = studio();
    let wins = studio.lab.rules().iter().position(|rule| rule.name.contains("win")).unwrap();
    studio.update(JudgeMsg::WhyNot(Some(wins)).into());
    studio.update(TimeMsg::Visit(0).into());
    let focus = studio.views.focus.clone();
    let (words, event) = focus.doubt.as_ref().and_then(|doubt| doubt.words(&focus.names)).expect("it was asked");
    assert!(event.is_none() && words.contains("came to this rule"), "{words}");
}

#[test]
fn the_links_of_the_journeys_are_those_of_the_stories() {
    let links = include_str!("../../../../tests/browser/lib/scenes.mjs");
    for text in [
        include_str!("../../../../tests/stories/found-raft-stale-read.toml"),
        include_str!("../../../../tests/stories/found-raft-vote-twice.toml"),
    ] {
        let link = story(text).fragment();
        assert!(links.contains(&format!("\"#{link}\"")), "#{link}");
    }
}

#[test]
fn what_clients_saw_is_judged_by_all_models_as_it_is_here() {
    use lightcone_catalog::{Stance, history, link};
    let mut studio = stale_read();
    let effects = studio.update(JudgeMsg::Models.into());
    let [Effect::Go(address)] = effects.as_slice() else { panic!("{effects:?}") };
    let sketch = link::decode_sketch(address).expect("it is a history").expect("it is whole");
    assert_eq!(sketch.acts.len(), studio.lab.run().trace().ops.len());
    let judgement = history::judge(&sketch).expect("every operation means something");
    assert_eq!(judgement.opinions[0].stance, Stance::Broken);
    let mut calm = super::studio();
    calm.update(TimeMsg::End.into());
    let effects = calm.update(JudgeMsg::Models.into());
    let [Effect::Go(address)] = effects.as_slice() else { panic!("{effects:?}") };
    let judgement = history::judge(&link::decode_sketch(address).unwrap().unwrap()).unwrap();
    assert_eq!(judgement.opinions[0].stance, Stance::Holds);
}

#[test]
fn a_comparison_that_failed_is_drawn_with_its_answer() {
    let mut studio = story(
        r#"
protocol = "raft"
title = "A comparison that fails"
seed = 3
until = "3s"

[settings]
clients = 1
servers = 3

[[intervention]]
id = 1
at = "1s"
request = "put x 1"
client = "c1"

[[intervention]]
id = 2
at = "2s"
request = "cas x 2 3"
client = "c1"
"#,
    );
    let effects = studio.update(JudgeMsg::Models.into());
    let [Effect::Go(address)] = effects.as_slice() else { panic!("{effects:?}") };
    let sketch = lightcone_catalog::link::decode_sketch(address).unwrap().unwrap();
    let cas = sketch.acts.iter().find(|act| act.words == "cas x 2 3").expect("it is drawn");
    assert_eq!((cas.end, cas.answer.as_str()), (lightcone_catalog::sketch::End::Told, "differs"));
    let judgement = lightcone_catalog::history::judge(&sketch).expect("it can be judged");
    assert_eq!(judgement.opinions[0].stance, lightcone_catalog::Stance::Holds);
}

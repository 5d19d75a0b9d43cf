//! Links, their promise, and the address.

use super::*;
use crate::engine;

#[test]
fn a_link_opens_the_same_run_and_says_so() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1", "n2"]);
    let studio = at_rest(studio);
    let other = at_rest(Studio::open(Options::default(), &studio.fragment()));
    assert_eq!(other.lab.fingerprint(), studio.lab.fingerprint());
    assert_eq!(other.proof, Proof::Matches);
    assert!(other.banner.is_none());
}

#[test]
fn a_link_that_replays_differently_is_told_apart() {
    let studio = studio();
    let lied = engine::encode(studio.scenario(), Some(studio.lab.fingerprint() ^ 1));
    let other = at_rest(Studio::open(Options::default(), &lied));
    assert_eq!(other.proof, Proof::Differs);
    assert!(other.banner.expect("a banner").words.contains("differently"));
}

#[test]
fn a_broken_link_says_why_and_opens_the_default_scene() {
    let studio = Studio::open(Options::default(), "1.broken");
    assert!(
        studio.banner.as_ref().is_some_and(|b| b.words.starts_with("This link ") && b.words.contains("default scene")),
        "{:?}",
        studio.banner
    );
    assert_eq!(*studio.scenario(), engine::default_scenario(FIRST));
}

#[test]
fn a_broken_link_leaves_what_is_open() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    split(&mut studio, &["n1"]);
    let before = studio.scenario().clone();
    studio.update(PageMsg::Address("7.future".into()).into());
    assert_eq!(*studio.scenario(), before);
    assert!(studio.banner.as_ref().is_some_and(|b| b.words.contains("stays")), "{:?}", studio.banner);
}

#[test]
fn the_address_follows_once_the_run_is_over() {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(500)).into());
    let names = vec!["n1".to_string()];
    assert!(studio.update(EditMsg::Split(names).into()).contains(&Effect::AddressLater));
    let mut studio = at_rest(studio);
    let effects = studio.update(PageMsg::AddressNow.into());
    assert_eq!(effects, [Effect::Address(studio.fragment())]);
    assert_eq!(studio.update(PageMsg::AddressNow.into()), []);
}

#[test]
fn what_cannot_be_is_left_out_and_told_and_the_rest_is_open() {
    let mut scenario = engine::default_scenario(FIRST);
    let crash = |node: &str| Fault::Crash { node: node.into(), disk: lightcone_sim::Disk::Kept, after: None };
    scenario.run.interventions.push(Intervention::at(1, at(300), crash("n2")));
    scenario.run.interventions.push(Intervention::at(2, at(400), crash("n77")));
    // What is idle only because the run was changed is kept; this one was never possible.
    let text = engine::print(&scenario).replace("idle = true\n", "");
    let fragment = lightcone_catalog::file::parse_lenient(&text).expect("it is a scenario");
    assert_eq!(fragment.1.len(), 1, "{:?}", fragment.1);
    let (packed, wrong) = (engine::encode(&fragment.0, None), fragment.1);
    let mut studio = at_rest(Studio::open(Options::default(), &packed));
    assert_eq!(studio.scenario().run.interventions.len(), 1);
    assert!(studio.banner.is_none());
    studio.left_out(&wrong);
    let banner = studio.banner.clone().expect("a banner");
    assert!(banner.words.contains("left out") && banner.lines[0].contains("n77"), "{banner:?}");
}

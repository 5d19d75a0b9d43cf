//! Fidelity cards: every protocol has one, and what it says of searches is so.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{PROTOCOLS, card::card};
use lightcone_core::Explored;
use serde_json::Value;

/// What `lightcone explore` says of a protocol within some bounds.
fn explored(protocol: &str, one: &Explored) -> Value {
    let args = ["explore", protocol].into_iter().chain(one.bounds.split_whitespace()).chain(["--json"]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    lightcone_cli::launch(args.map(Into::into), &mut out, &mut err);
    let told = String::from_utf8_lossy(&out);
    assert!(err.is_empty(), "{protocol} {}: {}", one.bounds, String::from_utf8_lossy(&err));
    serde_json::from_str(told.lines().last().unwrap_or_default()).expect("it is one JSON object")
}

#[test]
fn every_search_of_a_card_comes_to_its_end_with_as_many_states_as_it_says() {
    for entry in &PROTOCOLS {
        let id = entry.about.id;
        assert!(!entry.about.card.explored.is_empty(), "the card of {id} tells of no search");
        for one in entry.about.card.explored {
            let told = explored(id, one);
            assert_eq!(told["verdict"], "impossible", "{id} {}: {told}", one.bounds);
            assert_eq!(told["states"], one.states, "{id} {}", one.bounds);
        }
    }
}

#[test]
fn every_card_is_whole() {
    for entry in &PROTOCOLS {
        let titles: Vec<&str> = card(entry).iter().map(|section| section.title).collect();
        assert_eq!(titles.len(), 8, "the card of {} has only {titles:?}", entry.about.id);
    }
}

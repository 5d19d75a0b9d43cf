//! Fidelity cards: every protocol has one, and nothing is missing from it.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{PROTOCOLS, card::card};

#[test]
fn every_card_is_whole() {
    for entry in &PROTOCOLS {
        let titles: Vec<&str> = card(entry).iter().map(|section| section.title).collect();
        assert_eq!(titles.len(), 8, "the card of {} has only {titles:?}", entry.about.id);
    }
}

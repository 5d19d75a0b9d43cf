//! Where the keys of a store lie, as the observer sees it after each event.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Lab, PROTOCOLS, SCENES, default_scenario, open};
use lightcone_core::view::{Ring, Tone};

fn ring(lab: &dyn Lab, event: usize) -> Ring {
    lab.explain(event).ring.expect("a ring places the keys")
}

#[test]
fn a_replica_that_was_cut_off_lacks_a_write_until_it_is_repaired() {
    let scene = SCENES.iter().find(|scene| scene.id == "dynamo-partition").expect("it is a scene");
    let mut lab = open(scene.scenario()).expect("it runs");
    while !lab.advance(1_000) {}
    let rings: Vec<Ring> = (0..lab.len()).map(|event| ring(&*lab, event)).collect();
    assert!(rings[0].keys.is_empty());
    assert_eq!(rings[0].points.len(), 3 * 8, "three servers with eight points each");
    assert!(rings[0].points.is_sorted());
    let lacking = |ring: &&Ring| ring.keys.iter().any(|key| key.copies.iter().any(|(_, tone)| *tone == Tone::Warning));
    assert!(rings.iter().filter(lacking).count() > 5, "of {}", rings.len());
    let last = &ring(&*lab, lab.len() - 1).keys;
    assert_eq!(last.len(), 1);
    let mut holders: Vec<u8> = last[0].copies.iter().map(|(node, _)| node.0).collect();
    holders.sort_unstable();
    assert_eq!((last[0].name.as_str(), holders.as_slice()), ("x", &[0, 1, 2][..]));
}

#[test]
fn only_those_show_a_ring_that_place_keys_on_one() {
    let placed = PROTOCOLS.iter().filter(|entry| {
        let mut lab = open(default_scenario(entry.about.id)).expect("every protocol runs as it is");
        lab.advance(50);
        lab.explain(lab.len() - 1).ring.is_some()
    });
    assert_eq!(placed.map(|entry| entry.about.id).collect::<Vec<_>>(), ["dynamo", "cache"]);
}

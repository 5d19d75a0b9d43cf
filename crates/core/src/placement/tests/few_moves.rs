//! What a change moves, beside the least that it must.

use super::{
    super::{Member, Placement, Scheme, measure},
    SCHEMES, keys, numbered, placement,
};
use proptest::prelude::*;

const KEYS: usize = 100_000;

/// The keys that the eleventh member takes, as a part of those that it should take; and whether others moved as well.
fn joined(scheme: Scheme) -> (f64, bool) {
    let (ten, eleven) = (placement(scheme, &numbered(10)), placement(scheme, &numbered(11)));
    let moves = measure::moves(&ten, &eleven, &keys(KEYS));
    (moves.moved as f64 / moves.ideal, moves.flows.keys().any(|(_, to)| to != "n10"))
}

#[test]
fn rendezvous_and_jump_move_what_must_move() {
    for scheme in [Scheme::Rendezvous, Scheme::Jump] {
        let (part, others) = joined(scheme);
        assert!((0.95..1.05).contains(&part) && !others, "{}: {part}", scheme.name());
    }
}

#[test]
fn rings_move_what_must_move_in_the_mean() {
    let rings = (0..100).map(|seed| joined(Scheme::Ring { seed, points: 160 }));
    let parts: Vec<f64> = rings.map(|(part, others)| if others { f64::INFINITY } else { part }).collect();
    let mean = parts.iter().sum::<f64>() / parts.len() as f64;
    assert!((0.95..1.05).contains(&mean), "{mean}");
    assert!(parts.iter().any(|part| !(0.95..1.05).contains(part)), "a single ring may well be further off");
}

#[test]
fn modulo_moves_nearly_everything() {
    let (part, others) = joined(Scheme::Modulo);
    // Ten of eleven keys, where one of eleven must.
    assert!((9.5..10.5).contains(&part) && others, "{part}");
}

#[test]
fn one_successor_takes_all_from_a_leaver_without_virtual_nodes() {
    let heirs = |points| {
        let scheme = Scheme::Ring { seed: 7, points };
        let (ten, nine) = (placement(scheme, &numbered(10)), placement(scheme, &numbered(9)));
        let moves = measure::moves(&ten, &nine, &keys(10_000));
        assert!(moves.flows.keys().all(|(from, _)| from == "n9"));
        moves.flows.len()
    };
    assert_eq!((heirs(1), heirs(160)), (1, 9));
}

#[test]
fn a_join_told_as_such_is_the_same() {
    let (ten, eleven) = (numbered(10), numbered(11));
    for scheme in SCHEMES {
        let mut owners = placement(scheme, &ten).assign(&keys(5_000));
        let after = placement(scheme, &eleven);
        after.join(&keys(5_000), &mut owners);
        assert_eq!(owners, after.assign(&keys(5_000)), "{}", scheme.name());
    }
}

#[test]
fn weights_are_shares() {
    let mut list = numbered(5);
    list.iter_mut().zip([1, 2, 3, 0, 4]).for_each(|(member, weight)| member.weight = weight);
    for scheme in SCHEMES {
        let loads = measure::loads(&placement(scheme, &list), &keys(KEYS));
        for (member, load) in list.iter().zip(loads) {
            let fair = (member.weight as usize * KEYS / 10) as u64;
            assert!(load.abs_diff(fair) <= fair / 4, "{}: {load} of {fair}", scheme.name());
        }
    }
}

#[test]
fn deviation_is_that_of_the_textbook() {
    let alike = numbered(8);
    let off = measure::unevenness(&alike, &[2, 4, 4, 4, 5, 5, 7, 9]);
    assert!((off - 0.4).abs() < 1e-12, "the deviation is 2 of 5: {off}");
    let members = [1, 2, 0].map(|weight| Member { weight, ..Member::new("a", 0) });
    assert_eq!(measure::unevenness(&members, &[10, 20, 0]), 0.0, "each holds what its weight says");
    let off = measure::unevenness(&members, &[15, 15, 0]);
    assert!((off * off - 0.156_25).abs() < 1e-12, "half more and a quarter less: {off}");
    assert_eq!(measure::unevenness(&[], &[]), 0.0);
}

fn lists() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0_u32..4, 2..9)
        .prop_filter("somebody has a weight", |weights| weights[1..].iter().any(|w| *w > 0))
}

fn weighed(weights: &[u32]) -> Vec<Member> {
    let weigh = |(member, weight): (Member, &u32)| Member { weight: *weight, ..member };
    numbered(weights.len()).into_iter().zip(weights).map(weigh).collect()
}

/// The names of the owners.
fn owners(placement: &Placement, keys: &[u64]) -> Vec<String> {
    keys.iter().map(|key| placement.members()[placement.owner(*key)].name.clone()).collect()
}

proptest! {
    #[test]
    fn a_change_moves_keys_from_or_to_who_changed(weights in lists(), seed: u64, heavier in 1_u32..4) {
        for scheme in [Scheme::Ring { seed, points: 8 }, Scheme::Rendezvous] {
            let keys = keys(300);
            let all = weighed(&weights);
            let before = owners(&placement(scheme, &all), &keys);
            let left = owners(&placement(scheme, &all[1..]), &keys);
            prop_assert!(before.iter().zip(&left).all(|(old, new)| old == new || *old == all[0].name));
            let mut more = all.clone();
            more[0].weight += heavier;
            let raised = owners(&placement(scheme, &more), &keys);
            prop_assert!(before.iter().zip(&raised).all(|(old, new)| old == new || *new == all[0].name));
        }
    }

    #[test]
    fn the_ring_finds_what_a_plain_search_finds(weights in lists(), seed: u64, hash: u64) {
        let all = weighed(&weights);
        let placement = placement(Scheme::Ring { seed, points: 5 }, &all);
        let ring = placement.ring().expect("it is a ring");
        let points: Vec<(u64, usize)> = ring.points().collect();
        prop_assert!(points.is_sorted_by_key(|(at, _)| *at));
        for hash in [hash, 0, u64::MAX, points[0].0, points[0].0 + 1, points[points.len() - 1].0] {
            let (_, owner) = points.iter().find(|(at, _)| *at >= hash).unwrap_or(&points[0]);
            prop_assert_eq!(ring.owner(hash), *owner);
        }
    }
}

//! The light-cone law: what an edit cannot have influenced is the same in both runs, in name, time and content.

mod common;

use common::{Dice, Subject, edited, finished, scenario};
use lightcone_core::protocols::{lamport::Lamport, raft::Raft};
use lightcone_sim::{
    Scenario,
    footprint::{future, is_inside, light_cone_law},
};

/// Edits random scenarios; returns how many events lay outside the cones, and how many there were.
fn hold<P: Subject>(cases: u64) -> (usize, usize) {
    let (mut outside, mut all) = (0, 0);
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let old = finished::<P>(scenario::<P>(dice, 4));
        for _ in 0..4 {
            let interventions = edited(dice, &old);
            let new = finished::<P>(Scenario { interventions, ..old.scenario().clone() });
            if let Err(broken) = light_cone_law(&old, &new) {
                let (a, b) = (&old.scenario().interventions, &new.scenario().interventions);
                panic!("case {case} of {}: {broken}\n{a:?}\nbecame\n{b:?}", P::ABOUT.id);
            }
            let (future, events) = (future(&old, &new), &old.trace().events);
            outside += events.iter().filter(|event| !is_inside(&future, event.node, event.at)).count();
            all += events.len();
        }
    }
    (outside, all)
}

#[test]
fn the_law_holds_for_raft() {
    let (outside, all) = hold::<Raft>(1_000);
    println!("{outside} of {all} events lay outside");
    assert!(outside * 5 > all, "{outside} of {all} events lay outside, too few to mean anything");
}

#[test]
fn the_law_holds_for_lamport_clocks() {
    let (outside, all) = hold::<Lamport>(1_000);
    println!("{outside} of {all} events lay outside");
    assert!(outside * 5 > all, "{outside} of {all} events lay outside, too few to mean anything");
}

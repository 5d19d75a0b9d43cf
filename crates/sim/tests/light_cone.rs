//! The light-cone law: what an edit cannot have influenced is the same in both runs, in name, time and content.

mod common;

use common::{Dice, Subject, again, edited, finished, scenario};
use lightcone_core::protocols::{bracha::Bracha, lamport::Lamport, raft::Raft};
use lightcone_sim::{
    Scenario,
    footprint::{future, is_inside, light_cone_law},
};

/// Edits random scenarios; returns how many events lay outside the cones, and how many there were.
fn hold<P: Subject>(cases: u64) -> (usize, usize) {
    let (mut outside, mut all) = (0, 0);
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let (config, scenario) = scenario::<P>(dice, 4);
        let old = finished::<P>(config, scenario);
        for _ in 0..4 {
            let interventions = edited(dice, &old);
            let new = again::<P>(&old, Scenario { interventions, ..old.scenario().clone() });
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

fn law<P: Subject>(cases: u64) {
    let (outside, all) = hold::<P>(cases);
    println!("{}: {outside} of {all} events lay outside", P::ABOUT.id);
    assert!(outside * 5 > all, "{outside} of {all} events lay outside, too few to mean anything");
}

#[test]
fn the_law_holds_for_raft() {
    law::<Raft>(1_000);
}

#[test]
fn the_law_holds_for_lamport_clocks() {
    law::<Lamport>(1_000);
}

#[test]
fn the_law_holds_for_reliable_broadcast() {
    law::<Bracha>(2_000);
}

/// What random scenarios did, by kind of fault: how often it took effect, and how often it was idle.
#[test]
fn every_kind_of_fault_takes_effect() {
    let mut kinds = std::collections::BTreeMap::<String, (u32, u32)>::new();
    for case in 0..600 {
        let dice = &mut Dice::new(case);
        let (config, scenario) = scenario::<Raft>(dice, 6);
        count_kinds(&finished::<Raft>(config, scenario), &mut kinds);
        let (config, scenario) = common::scenario::<Bracha>(dice, 6);
        count_kinds(&finished::<Bracha>(config, scenario), &mut kinds);
        let (config, scenario) = common::scenario::<Lamport>(dice, 6);
        count_kinds(&finished::<Lamport>(config, scenario), &mut kinds);
    }
    for (kind, (effective, idle)) in &kinds {
        println!("{kind}: {effective} took effect, {idle} idle");
        assert!(*effective >= 5, "{kind}: {effective} took effect, {idle} were idle");
    }
    assert_eq!(kinds.len(), 27, "every kind of fault, and each way in which one is addressed");
}

fn count_kinds(run: &lightcone_sim::Run, kinds: &mut std::collections::BTreeMap<String, (u32, u32)>) {
    let idle = run.idle();
    for one in &run.scenario().interventions {
        let fault = format!("{:?}", one.fault);
        let kind = fault.split([' ', '(', '{']).next().unwrap_or_default();
        let when = match one.when {
            lightcone_sim::When::At(_) => "at",
            lightcone_sim::When::On { .. } => "on",
            lightcone_sim::When::If(_) => "if",
        };
        let is_idle = idle.iter().any(|(id, _)| *id == one.id);
        for name in [kind.to_string(), format!("({when})")] {
            let count = kinds.entry(name).or_default();
            if is_idle { count.1 += 1 } else { count.0 += 1 }
        }
    }
}

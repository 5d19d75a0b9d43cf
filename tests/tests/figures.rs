//! The logs of the Raft paper's Figures 7 and 8, in the stories that draw them.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Lab, file};
use lightcone_core::{Micros, NodeId, Protocol as _, protocols::raft::Raft};
use lightcone_tests::{computed, root};

fn story(name: &str) -> Box<dyn Lab> {
    let path = root().join("tests/stories").join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
    computed(file::parse(&text).unwrap_or_else(|wrong| panic!("{name}: {wrong}")))
}

/// The terms of all entries of each server that is up, just before an instant.
fn logs(lab: &dyn Lab, before: Micros) -> Vec<Option<Vec<u64>>> {
    let run = lab.run();
    let events = run.trace().events.iter().filter(|event| event.at < before).count();
    let world = run.at(events);
    let log = |raft: &Raft| raft.log.iter().map(|entry| entry.term).collect();
    (0..run.config::<Raft>().servers).map(|place| world.node::<Raft>(name(place)).map(log)).collect()
}

fn name(place: u64) -> NodeId {
    NodeId(u8::try_from(place).expect("there are few servers"))
}

/// Who was elected in which term, in that order.
fn leaders(lab: &dyn Lab) -> Vec<(u64, u64)> {
    let run = lab.run();
    let mut all = Vec::new();
    for role in run.trace().roles.iter().filter(|one| one.role == Some(lightcone_core::Role::Leader)) {
        let raft = run.at(role.event as usize + 1).node::<Raft>(role.node).map(|raft| raft.current_term);
        all.push((raft.expect("whoever leads is up"), u64::from(role.node.0) + 1));
    }
    all
}

#[test]
fn the_logs_of_figure_7_come_about_and_are_brought_together() {
    let figure: [&[u64]; 7] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    for name in ["raft-figure-7", "raft-figure-7-by-terms"] {
        let lab = story(name);
        assert!(lab.run().trace().broken.is_empty(), "{name}");
        assert_eq!(leaders(&*lab), [(1, 1), (2, 7), (3, 7), (4, 6), (5, 2), (6, 4), (7, 5), (8, 1)], "{name}");
        let drawn = figure.map(|log| Some(log.to_vec())).to_vec();
        assert_eq!(logs(&*lab, Micros::ms(1_375)), drawn, "{name}");
        let whole = [figure[0], &[8]].concat();
        assert_eq!(logs(&*lab, Micros(u64::MAX)), vec![Some(whole); 7], "{name}");
    }
}

#[test]
fn what_a_majority_holds_in_figure_8_is_committed_only_without_the_rule() {
    for (name, broken) in
        [("raft-figure-8", vec![]), ("raft-figure-8-counted", vec!["Leader Completeness", "State Machine Safety"])]
    {
        let lab = story(name);
        assert_eq!(leaders(&*lab), [(1, 1), (2, 1), (3, 5), (4, 1), (5, 5)], "{name}");
        // Just before n1 crashes for good; n5 is down, with an entry 2 of term 3.
        let held = [Some(vec![1, 2, 4]), Some(vec![1, 2, 4]), Some(vec![1, 2]), Some(vec![1]), None];
        assert_eq!(logs(&*lab, Micros::ms(230)), held, "{name}");
        assert_eq!(logs(&*lab, Micros(u64::MAX)), vec![Some(vec![1, 3, 5]); 5], "{name}");
        let names: Vec<&str> =
            lab.run().trace().broken.iter().map(|one| Raft::invariants()[one.invariant].name).collect();
        assert_eq!(names, broken, "{name}");
    }
}

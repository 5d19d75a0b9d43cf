//! Randomness hangs on causal names, so that a harmless change elsewhere leaves everyone's luck as it was.

mod common;

use common::finished;
use lightcone_core::{
    Micros, NodeId, Role,
    protocols::raft::{Config, Raft},
};
use lightcone_sim::{Disk, Fault, Intervention, Name, Run, Scenario, compare::compare, view::EventKind};
use std::collections::BTreeMap;

const CRASH: Micros = Micros::ms(2_000);

fn with(seed: u64, interventions: Vec<Intervention>) -> Run {
    let until = Micros::ms(3_500);
    finished::<Raft>(Config::default(), Scenario { seed, until, interventions, ..Scenario::default() })
}

/// Who led first after an instant, and when that began.
fn next_leader(run: &Run, after: Micros) -> Option<(NodeId, Micros)> {
    let roles = run.trace().roles.iter();
    roles.filter(|change| change.at > after).find(|c| c.role == Some(Role::Leader)).map(|c| (c.node, c.at))
}

/// The last server that took the lead before the crash.
fn leader_before(run: &Run) -> NodeId {
    let roles = run.trace().roles.iter().rev();
    roles.filter(|change| change.at < CRASH).find(|c| c.role == Some(Role::Leader)).expect("2 s suffice").node
}

/// How long the messages of a run flew, by name.
fn flights(run: &Run) -> BTreeMap<Name, Micros> {
    run.trace().messages.iter().map(|message| (message.name, message.end.minus(message.sent))).collect()
}

#[test]
fn one_more_request_does_not_change_who_leads_next() {
    let (mut moved, mut redrawn) = (Vec::new(), 0);
    let (mut kept, mut all) = (0, 0);
    for seed in 0..2_000 {
        let leader = leader_before(&with(seed, Vec::new()));
        let crash = Fault::Crash { node: format!("n{}", leader.0 + 1), disk: Disk::Kept, after: None };
        let crash = Intervention::at(1, CRASH, crash);
        let plain = with(seed, vec![crash.clone()]);
        let put = Fault::Request { client: "c1".into(), op: "put x 3".into() };
        let asked = with(seed, vec![crash, Intervention::at(2, Micros::ms(1_000), put)]);
        let answered = asked.trace().ops[0].done.as_ref().map(|(_, at, _)| *at);
        assert!(answered.is_some_and(|at| at < Micros::ms(1_900)), "seed {seed}: answered at {answered:?}");
        assert!(asked.trace().events.len() > plain.trace().events.len());
        let next = next_leader(&plain, CRASH);
        assert!(next.is_some(), "seed {seed}: nobody led after the crash");
        if next != next_leader(&asked, CRASH) {
            moved.push(seed);
        }
        // What is called the same in both runs flew equally long: no dice fell anew.
        let (before, after) = (flights(&plain), flights(&asked));
        redrawn += before.iter().filter(|(name, flew)| after.get(name).is_some_and(|now| now != *flew)).count();
        let events = compare(&plain, &asked).events;
        (kept, all) = (kept + events.same, all + plain.trace().events.len());
    }
    println!("{kept} of {all} events are the same after one more request; {redrawn} flights were drawn anew");
    assert_eq!(moved, [0; 0], "the next leader, or the instant of its election, changed");
    assert_eq!(redrawn, 0);
    // The others change by mechanism: from the request on every heartbeat speaks of a longer log.
    assert!(kept * 2 > all, "{kept} of {all} events are the same");
}

#[test]
fn draws_differ_from_seed_to_seed() {
    let first = |seed| next_leader(&with(seed, Vec::new()), Micros::ZERO).expect("3.5 s suffice");
    let mut leaders: Vec<u8> = (0..60).map(|seed| first(seed).0.0).collect();
    leaders.sort_unstable();
    leaders.dedup();
    assert_eq!(leaders, [0, 1, 2, 3, 4], "each of five servers leads first for some seed");
    let events = with(1, Vec::new()).trace().events.iter().filter(|e| e.kind == EventKind::Start).count();
    assert_eq!(events, 6);
}

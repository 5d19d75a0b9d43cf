//! Protocols side by side: everybody can take part, and what is promised shows in the numbers.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{
    file,
    side::{CONTENDERS, Contender, Ledger, SITUATIONS, Situation, ledger},
};

fn contender(name: &str) -> &'static Contender {
    CONTENDERS.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("{name} takes no part"))
}

fn of(situation: &str, name: &str, seed: u64) -> Ledger {
    let base = Situation::named(situation).expect("it is a situation").scenario(seed);
    ledger(&contender(name).scenario(&base)).unwrap_or_else(|wrong| panic!("{name}: {wrong}"))
}

#[test]
fn every_situation_can_be_run_and_kept_in_a_file_under_every_protocol() {
    for situation in &SITUATIONS {
        for contender in &CONTENDERS {
            let scenario = contender.scenario(&situation.scenario(1));
            let what = format!("{} under {}", situation.id, contender.name);
            let written = file::parse(&file::print(&scenario)).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
            assert_eq!(written, scenario, "{what}");
            let found = ledger(&scenario).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
            assert!(found.asked > 60 && found.served > 0, "{what}: {found:?}");
            assert_eq!(found.asked, found.served + found.refused + found.open, "{what}");
        }
    }
}

#[test]
fn where_nothing_goes_wrong_all_are_served_and_nothing_is_lost() {
    for contender in &CONTENDERS {
        let found = of("calm", contender.name, 1);
        assert_eq!((found.open, found.lost), (0, Some(0)), "{}: {found:?}", contender.name);
    }
}

#[test]
fn who_promises_one_copy_misses_and_loses_nothing_whatever_happens() {
    for name in ["Raft", "Atomic register", "Primary-backup, synchronous"] {
        for situation in &SITUATIONS {
            for seed in 1..=10 {
                let found = of(situation.id, name, seed);
                assert_eq!((found.stale, found.lost.unwrap_or(0)), (0, 0), "{name}, {}, seed {seed}", situation.id);
            }
        }
    }
}

#[test]
fn who_answers_at_once_is_sooner_and_pays_for_it() {
    let sum = |situation, name, of_it: fn(&Ledger) -> u64| {
        (1..=10).map(|seed| of_it(&of(situation, name, seed))).sum::<u64>()
    };
    let stale = |situation, name| sum(situation, name, |found| found.stale);
    assert!(stale("partition", "Quorum store, R = W = 1") > 0);
    let slowest = |name| sum("partition", name, |found| found.reads.max.max(found.writes.max));
    assert!(slowest("Raft") > slowest("Quorum store, R = W = 1"), "a minority waits for one copy");
    let wait = |name| sum("far", name, |found| found.writes.p50);
    assert!(wait("Primary-backup, asynchronous") < wait("Primary-backup, synchronous"));
    let lost = |situation, name| sum(situation, name, |found| found.lost.unwrap_or(0));
    assert!(lost("clock", "Quorum store, last writer wins") > lost("clock", "Quorum store, R = W = 2"));
    assert_eq!(lost("clock", "Quorum store, R = W = 2"), 0);
}

/// Leaders answer whatever happens to the others. The last writer loses what was acknowledged, where a clock is fast;
/// versions and merged sets lose nothing anywhere.
#[test]
fn leaders_answer_at_once_and_lose_writes_by_the_clock_alone() {
    let last = "Multi-leader, last writer wins";
    let lost = |situation: &str, name| {
        (1..=10).map(|seed| of(situation, name, seed).lost.expect("all is read once more")).sum::<u64>()
    };
    for situation in &SITUATIONS {
        for name in ["Multi-leader, version vectors", "Multi-leader, merged sets (CRDT)"] {
            assert_eq!(lost(situation.id, name), 0, "{name}, {}", situation.id);
        }
        assert_eq!(lost(situation.id, last) > 0, situation.id == "clock", "{last}, {}", situation.id);
    }
    for seed in 1..=10 {
        let found = of("partition", last, seed);
        assert_eq!((found.refused, found.open), (0, 0), "both sides are served");
        assert!(found.stale > 0, "and neither knows of the other");
        let wait = |name| of("far", name, seed).writes.p50;
        assert!(wait(last) < wait("Primary-backup, synchronous") && wait(last) < wait("Quorum store, R = W = 2"));
    }
}

//! Conditions looked for in a run: they are met where the engine says so, and bad ones are refused in words.

use lightcone_catalog::{Lab, SCENES, Scenario, default_scenario, file, open};
use lightcone_sim::{Awaited, Condition, Fault, Intervention, Sighting};

fn computed(scenario: Scenario) -> Box<dyn Lab> {
    let mut lab = open(scenario).expect("it can be run");
    while !lab.advance(1_000) {}
    lab
}

fn scene(id: &str) -> Scenario {
    SCENES.iter().find(|scene| scene.id == id).expect("there is such a scene").scenario()
}

fn story(name: &str) -> Scenario {
    let path = format!("{}/../../tests/stories/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    file::parse(&std::fs::read_to_string(path).expect("it can be read")).expect("it is a scenario")
}

/// Everywhere a condition is met, looked for in slices of so many events.
fn sightings(lab: &dyn Lab, condition: &str, slice: usize) -> Result<Vec<Sighting>, String> {
    let condition: Condition = condition.parse().expect("it is a condition");
    let misled = if condition.looks_back() { lab.misled() } else { Vec::new() };
    let mut awaited = Awaited::new(lab.run(), &condition, misled)?;
    while awaited.advance(lab.run(), slice) {}
    Ok(awaited.found().to_vec())
}

/// When the engine itself finds a condition met, by a fault that waits for it.
fn met(scenario: &Scenario, condition: &str) -> Option<lightcone_core::Micros> {
    let mut scenario = scenario.clone();
    let id = scenario.next_id();
    let condition = condition.parse().expect("it is a condition");
    scenario.run.interventions.push(Intervention::when(id, condition, Fault::Heal));
    let lab = computed(scenario);
    lab.run().trace().counts.iter().find(|count| count.id == id && count.met.is_some()).map(|count| count.at)
}

const CONDITIONS: [&str; 14] = [
    "someone becomes leader",
    "someone becomes leader #2",
    "n2 becomes candidate",
    "2 servers are leader",
    "3 servers are follower #2",
    "someone does win election",
    "someone becomes leader, then AppendEntries is lost #3",
    "timer Election fires #2",
    "RequestVote from n2 is delivered",
    "RequestVote term 1 to n1 is sent",
    "c1 asks #2",
    "c1 is answered, then 2 servers are leader",
    "n3 starts",
    "something is broken",
];

#[test]
fn a_condition_is_met_where_a_fault_would_come_of_it() {
    let mut seen = 0;
    for scenario in [scene("raft-leader-cut-off"), scene("raft-election"), story("found-raft-vote-twice")] {
        let lab = computed(scenario.clone());
        for condition in CONDITIONS {
            let Ok(found) = sightings(&*lab, condition, 7) else { continue };
            assert_eq!(found.first().map(|first| first.at), met(&scenario, condition), "{condition}");
            assert_eq!(
                found,
                sightings(&*lab, condition, 1_000).expect("it can be looked for"),
                "slices decide nothing"
            );
            seen += found.len().min(1);
        }
    }
    assert!(seen > 20, "most of them happen somewhere, but only {seen} did");
}

#[test]
fn what_happens_for_the_first_time_is_found_each_time_and_what_is_counted_once() {
    let lab = computed(scene("raft-leader-cut-off"));
    let all = sightings(&*lab, "someone becomes leader", 50).expect("it can be looked for");
    assert!(all.len() > 1 && all.is_sorted_by_key(|one| one.events));
    assert_eq!(sightings(&*lab, "someone becomes leader #2", 50), Ok(vec![all[1]]));
    let lost = sightings(&*lab, "AppendEntries is lost", 50).expect("it can be looked for");
    assert!(!lost.is_empty() && lost.iter().all(|one| one.lost.is_some()), "no event tells of what is lost");
}

#[test]
fn two_servers_lead_only_while_both_do() {
    let lab = computed(scene("raft-leader-cut-off"));
    let [both] = sightings(&*lab, "2 servers are leader", 50).expect("it can be looked for")[..] else {
        panic!("it is once that two lead");
    };
    let leaders = |events: u32| {
        let at = lab.event(events as usize - 1).at;
        lab.stage(at).nodes.iter().filter(|node| node.role == lightcone_core::Role::Leader).count()
    };
    assert_eq!((leaders(both.events - 1), leaders(both.events)), (1, 2));
}

#[test]
fn a_stale_read_is_found_where_the_judge_finds_it() {
    let scenario = story("found-raft-stale-read");
    let lab = computed(scenario.clone());
    let error = lab.history(lab.len()).and_then(|judged| judged.error).expect("it is broken");
    let found = sightings(&*lab, "c2 reads a stale value", 50).expect("it can be looked for");
    assert_eq!(found.iter().map(|one| one.events as usize - 1).collect::<Vec<_>>(), [error]);
    assert_eq!(sightings(&*lab, "c1 reads a stale value", 50), Ok(Vec::new()), "the other client was told the truth");
    let mut sound = scenario;
    sound.settings.remove("bug");
    assert!(computed(sound).misled().is_empty());
}

#[test]
fn what_cannot_be_is_said_in_words() {
    let lab = computed(default_scenario("raft"));
    for (condition, words) in [
        ("n9 crashes", "n9 is not in this cluster"),
        ("someone does nothing", "`nothing` is no rule of this protocol"),
        ("Peace is broken", "`Peace` is no invariant of this protocol"),
        (
            "someone becomes dictator",
            "`dictator` is no role; there are follower, candidate, leader, backup, changing view, primary, preparing, proposing, outside, learner",
        ),
        ("9 servers are leader", "9 servers cannot be leader: there are 5"),
    ] {
        assert_eq!(sightings(&*lab, condition, 50), Err(words.into()));
    }
    let text = "protocol = \"raft\"\n[[intervention]]\nwhen = \"c1 reads a stale value\"\nheal = true\n";
    let wrong = file::parse(text).expect_err("only who looks back can tell").to_string();
    assert!(wrong.contains("no fault can wait for `c1 reads a stale value`"), "{wrong}");
}

//! Paxos beside its specification in TLA+: the sizes of that one's state space, and each step of ours a step of it.

#[path = "../common/draw.rs"]
mod draw;
mod spec;
mod world;

use draw::Draw;
use lightcone_check::explore::{Exploration, Limits, Outcome};
use lightcone_core::{
    Model,
    protocols::paxos::{Bug, Config, Placement},
};
use spec::{Scope, Spec};
use world::{Budget, World};

/// All states of the specification: how many differ, how many there are with repetitions, and the depth.
fn size(acceptors: usize, ballots: u64, values: usize) -> (u64, u64, u32) {
    let names = ["v", "w", "x"];
    let values = names[..values].iter().map(ToString::to_string).collect();
    let scope = Scope { ballots: (0..ballots).collect(), values, quorums: (acceptors / 2 + 1, acceptors / 2 + 1) };
    let mut search = Exploration::new(vec![Spec::new(acceptors, scope)], Limits::default());
    search.finish();
    assert_eq!(search.outcome(), Some(&Outcome::Exhausted));
    let seen = search.seen();
    (seen.distinct, seen.generated, seen.depth)
}

#[test]
fn the_specification_has_as_many_states_as_published() {
    assert_eq!(size(1, 2, 1), (25, 82, 9));
}

#[test]
fn larger_configurations_have_the_sizes_that_were_found() {
    assert_eq!(size(1, 2, 2), (45, 158, 9));
    assert_eq!(size(2, 2, 1), (81, 326, 13));
    assert_eq!(size(2, 3, 1), (729, 3_859, 19));
    assert_eq!(size(3, 2, 1), (1_681, 9_903, 17));
    assert_eq!(size(3, 2, 2), (3_921, 23_563, 17));
}

/// A small group.
fn group(proposers: u64, acceptors: u64, placement: Placement, bug: Bug) -> Config {
    Config { proposers, acceptors, learners: 0, clients: 1, placement, bug, ..Config::default() }
}

const NONE: Budget = Budget { values: 1, timeouts: 0, crashes: 0, copies: 0 };

/// All that a group can do: how many states differ.
fn all(proposers: u64, acceptors: u64, placement: Placement, budget: Budget) -> u64 {
    let start = World::new(group(proposers, acceptors, placement, Bug::None), budget);
    let mut search = Exploration::new(vec![start], Limits::default());
    search.finish();
    assert_eq!(search.outcome().map(|outcome| format!("{outcome:?}")), Some("Exhausted".into()));
    search.seen().distinct
}

#[test]
fn each_step_of_a_small_group_is_a_step_of_the_specification() {
    use Placement::{Apart, Together};
    assert_eq!(all(1, 3, Apart, NONE), 324);
    assert_eq!(all(2, 2, Apart, NONE), 756);
    assert_eq!(all(2, 2, Apart, Budget { crashes: 1, ..NONE }), 8_198);
    assert_eq!(all(2, 2, Together, Budget { timeouts: 1, crashes: 1, ..NONE }), 40_735);
}

/// A walk through what a larger group can do; what no step of the specification explains, if there is such a thing.
fn walk(placement: Placement, bug: Bug, seed: u64) -> Option<String> {
    let budget = Budget { values: 2, timeouts: 8, crashes: 4, copies: 4 };
    let (proposers, acceptors) = (2 + seed % 2, 3 + seed / 2 % 3);
    // Majorities, or quorums of two sizes that meet.
    let (prepare_quorum, accept_quorum) = [(0, 0), (1, acceptors), (acceptors, 1)][usize::try_from(seed % 3).unwrap()];
    let config = Config { prepare_quorum, accept_quorum, ..group(proposers, acceptors, placement, bug) };
    let mut world = World::new(config, budget);
    let mut draw = Draw::new(seed + 1);
    for _ in 0..150 {
        let choices = world.choices();
        let Some(count) = u64::try_from(choices.len()).ok().filter(|count| *count > 0) else { break };
        let choice = choices[usize::try_from(draw.below(count)).expect("it is below their number")];
        world.apply(&choice);
        if world.violation().is_some() {
            return world.violation();
        }
    }
    None
}

#[test]
fn each_step_of_a_larger_group_is_a_step_of_the_specification() {
    for seed in 0..1_000 {
        for placement in [Placement::Apart, Placement::Together] {
            assert_eq!(walk(placement, Bug::None, seed), None, "seed {seed}, {placement:?}");
        }
    }
}

#[test]
fn what_a_planted_bug_does_is_no_step_of_the_specification() {
    // Counting equal values together is a mistake of learners, of whom the specification says nothing.
    for bug in [Bug::AcceptWithoutPromise, Bug::ForgetPromise, Bug::MostFrequent, Bug::LatePromise, Bug::ReuseBallot] {
        let noticed = (0..2_000).any(|seed| walk(Placement::Apart, bug, seed).is_some());
        assert!(noticed, "nothing that {bug:?} does is noticed");
    }
}

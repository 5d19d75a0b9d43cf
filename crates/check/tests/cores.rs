//! A search on several cores says what one on a single core says: the states, the counts, the outcome, the way.

use lightcone_check::explore::{
    Exploration, Limit, Limits, Outcome, Seen,
    cluster::{Bounds, cluster},
    on_cores,
};
use lightcone_core::{
    Model,
    protocols::raft::{Bug, Config, Raft},
};
use proptest::prelude::*;
use std::rc::Rc;

/// Wheels that turn one notch at a time, and some settings of them that are forbidden. It cannot leave its thread.
#[derive(Clone, Debug)]
struct Lock {
    wheels: Rc<Vec<u8>>,
    notches: u8,
    /// The wheels look alike from behind.
    alike: bool,
    forbidden: Rc<Vec<u64>>,
}

impl std::hash::Hash for Lock {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.wheels.hash(state);
    }
}

impl Model for Lock {
    type Choice = usize;

    fn choices(&self) -> Vec<usize> {
        (0..self.wheels.len()).filter(|wheel| self.wheels[*wheel] < self.notches).collect()
    }

    fn apply(&mut self, wheel: &usize) {
        Rc::make_mut(&mut self.wheels)[*wheel] += 1;
    }

    fn class(&self) -> Option<u64> {
        let mut wheels = self.wheels.to_vec();
        wheels.sort_unstable();
        self.alike.then(|| lightcone_check::explore::hash_of(&wheels))
    }

    fn violation(&self) -> Option<String> {
        let mut wheels: Vec<u64> = self.wheels.iter().map(|wheel| u64::from(*wheel)).collect();
        wheels.sort_unstable();
        let setting = wheels.iter().fold(0, |setting, wheel| setting * 10 + wheel);
        self.forbidden.contains(&setting).then(|| format!("{setting} is forbidden"))
    }

    fn label(&self, wheel: &usize) -> String {
        format!("wheel {wheel}")
    }
}

fn lock(wheels: usize, notches: u8, alike: bool, forbidden: &[u64]) -> Lock {
    Lock { wheels: Rc::new(vec![0; wheels]), notches, alike, forbidden: Rc::new(forbidden.to_vec()) }
}

type Came<C> = (Option<Outcome<C>>, Seen);

fn alone<M: Model>(start: M, limits: Limits) -> Came<M::Choice> {
    let mut search = Exploration::new(vec![start], limits);
    search.finish();
    (search.outcome().cloned(), search.seen())
}

fn together<M: Model>(jobs: usize, start: impl Fn() -> M + Sync, limits: Limits) -> Came<M::Choice> {
    let search = on_cores(jobs, || vec![start()], limits);
    (search.outcome().cloned(), search.seen())
}

#[test]
fn every_state_is_counted_once() {
    for jobs in [1, 2, 3, 5] {
        let (outcome, seen) = together(jobs, || lock(6, 6, false, &[]), Limits::default());
        assert_eq!(outcome, Some(Outcome::Exhausted));
        // Seven settings of each of six wheels; each wheel can be turned on in six of seven states.
        assert_eq!((seen.distinct, seen.generated, seen.depth), (117_649, 1 + 6 * 117_649 * 6 / 7, 37));
    }
}

#[test]
fn a_way_is_the_first_in_the_order_of_one_core() {
    for forbidden in [555_555, 123_456, 1, 44_444, 333_333] {
        let one = alone(lock(6, 6, false, &[forbidden]), Limits::default());
        assert!(matches!(one.0, Some(Outcome::Violated(_))));
        for jobs in [2, 3] {
            assert_eq!(together(jobs, || lock(6, 6, false, &[forbidden]), Limits::default()), one);
        }
    }
}

#[test]
fn a_budget_that_ends_in_the_middle_leaves_what_was_seen_so_far() {
    for limits in [
        Limits { states: 50_000, ..Limits::default() },
        Limits { states: 117_648, ..Limits::default() },
        Limits { depth: 12, ..Limits::default() },
    ] {
        let one = alone(lock(6, 6, false, &[]), limits);
        assert!(matches!(one.0, Some(Outcome::Stopped(_))), "{one:?}");
        assert_eq!(together(2, || lock(6, 6, false, &[]), limits), one);
    }
    // As many as there are is no budget that ends.
    let enough = Limits { states: 117_649, ..Limits::default() };
    let one = alone(lock(6, 6, false, &[]), enough);
    assert_eq!((&one.0, one.1.distinct), (&Some(Outcome::Exhausted), 117_649));
    assert_eq!(together(2, || lock(6, 6, false, &[]), enough), one);
    let (outcome, seen) = together(2, || lock(6, 6, false, &[]), Limits { bytes: 100_000, ..Limits::default() });
    assert_eq!(outcome, Some(Outcome::Stopped(Limit::Bytes)));
    assert!(seen.distinct > 100 && seen.distinct < 100_000, "{seen:?}");
}

#[test]
fn a_cluster_whose_states_share_parts_is_searched_by_several_threads() {
    let bounds = Bounds { timeouts: 2, crashes: 1, ..Bounds::default() };
    for (bug, states) in [(Bug::None, 30_000), (Bug::ForgetVote, 200_000)] {
        let start = || {
            let config = Config { bug, servers: 3, clients: 0, ..Config::default() };
            cluster::<Raft>(config, bounds, true).expect("it can be run")
        };
        let limits = Limits { states, ..Limits::default() };
        let one = alone(start(), limits);
        assert_eq!(matches!(one.0, Some(Outcome::Violated(_))), bug == Bug::ForgetVote, "{one:?}");
        assert_eq!(together(2, start, limits), one);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn several_cores_come_to_what_one_comes_to(
        wheels in 4_usize..=7,
        notches in 2_u8..=5,
        alike: bool,
        forbidden in prop::collection::vec(0_u64..5_555_555, 0..60),
        states in prop::option::of(1_u64..40_000),
        jobs in 2_usize..=4,
    ) {
        let limits = Limits { states: states.unwrap_or(u64::from(u32::MAX)), ..Limits::default() };
        let start = || lock(wheels, notches, alike, &forbidden);
        prop_assert_eq!(together(jobs, start, limits), alone(start(), limits));
    }
}

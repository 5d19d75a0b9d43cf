//! Exhaustive search: against an obviously right reference on random graphs, and on clusters with planted bugs.

use lightcone_check::explore::{
    Counterexample, Exploration, Limit, Limits, Outcome, Seen,
    cluster::{Bounds, Choice, State, cluster},
};
use lightcone_core::{
    Model, Protocol,
    protocols::{
        mutex,
        raft::{Bug, Config, Raft},
        snapshot,
    },
};
use proptest::prelude::*;
use std::{cell::Cell, collections::BTreeSet, hash, rc::Rc};

/// A walk through a graph; some places are forbidden.
#[derive(Clone, Debug)]
struct Walk {
    graph: Rc<Graph>,
    here: usize,
}

#[derive(Clone, Debug)]
struct Graph {
    ways: Vec<Vec<usize>>,
    forbidden: BTreeSet<usize>,
}

impl hash::Hash for Walk {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.here.hash(state);
    }
}

impl Model for Walk {
    type Choice = usize;

    fn choices(&self) -> Vec<usize> {
        self.graph.ways[self.here].clone()
    }

    fn apply(&mut self, to: &usize) {
        self.here = *to;
    }

    fn violation(&self) -> Option<String> {
        self.graph.forbidden.contains(&self.here).then(|| format!("{} is forbidden", self.here))
    }

    fn label(&self, to: &usize) -> String {
        format!("from {} to {to}", self.here)
    }
}

fn graphs() -> impl Strategy<Value = Graph> {
    (1_usize..14).prop_flat_map(|places| {
        let ways = prop::collection::vec(prop::collection::vec(0..places, 0..4), places);
        let forbidden = prop::collection::btree_set(0..places, 0..2);
        (ways, forbidden).prop_map(|(ways, forbidden)| Graph { ways, forbidden })
    })
}

/// The levels of a graph from its first place: sets of places that were in none before. It stops after a level with a
/// forbidden place.
fn levels(graph: &Graph) -> Vec<BTreeSet<usize>> {
    let mut levels = vec![BTreeSet::from([0])];
    loop {
        let last = &levels[levels.len() - 1];
        if last.iter().any(|place| graph.forbidden.contains(place)) {
            return levels;
        }
        let reached = last.iter().flat_map(|place| graph.ways[*place].iter().copied());
        let new: BTreeSet<usize> = reached.filter(|place| levels.iter().all(|level| !level.contains(place))).collect();
        if new.is_empty() {
            return levels;
        }
        levels.push(new);
    }
}

proptest! {
    #[test]
    fn the_search_sees_what_a_plain_closure_sees(graph in graphs(), slice in 1_usize..5) {
        let levels = levels(&graph);
        let graph = Rc::new(graph);
        let start = Walk { graph: graph.clone(), here: 0 };
        let mut search = Exploration::new(vec![start.clone()], Limits::default());
        while search.advance(slice) {}
        let last = levels.last().expect("there is the first level");
        match search.outcome().expect("it is at its end") {
            Outcome::Violated(Counterexample { choices, words, .. }) => {
                prop_assert_eq!(choices.len() + 1, levels.len());
                let mut end = start;
                for choice in choices {
                    prop_assert!(end.choices().contains(choice));
                    end.apply(choice);
                }
                prop_assert!(last.contains(&end.here));
                prop_assert_eq!(&end.violation(), &Some(words.clone()));
            }
            Outcome::Exhausted => {
                let all: Vec<usize> = levels.iter().flatten().copied().collect();
                prop_assert!(all.iter().all(|place| !graph.forbidden.contains(place)));
                let ways: usize = all.iter().map(|place| graph.ways[*place].len()).sum();
                let (distinct, generated) = (all.len() as u64, 1 + ways as u64);
                prop_assert_eq!(search.seen(), Seen { distinct, generated, depth: levels.len() as u32 });
            }
            Outcome::Stopped(limit) => prop_assert!(false, "{:?} is no limit", limit),
        }
    }
}

#[test]
fn a_search_stops_at_its_limits_and_says_at_which() {
    let graph =
        Rc::new(Graph { ways: (1..=9).map(|next| vec![next]).chain([vec![]]).collect(), forbidden: BTreeSet::new() });
    let stopped = |limits| {
        let mut search = Exploration::new(vec![Walk { graph: graph.clone(), here: 0 }], limits);
        search.finish();
        (search.outcome().cloned(), search.seen())
    };
    let (outcome, seen) = stopped(Limits { states: 4, ..Limits::default() });
    assert_eq!((outcome, seen.distinct), (Some(Outcome::Stopped(Limit::States)), 4));
    let (outcome, seen) = stopped(Limits { depth: 3, ..Limits::default() });
    assert_eq!((outcome, seen.depth), (Some(Outcome::Stopped(Limit::Depth)), 3));
    let (outcome, _) = stopped(Limits { bytes: 1, ..Limits::default() });
    assert_eq!(outcome, Some(Outcome::Stopped(Limit::Bytes)));
}

thread_local! {
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

#[test]
fn a_budget_of_memory_ends_in_the_middle_of_a_level() {
    let wide = vec![(1..=2_000).collect()].into_iter().chain(vec![vec![0]; 2_000]).collect();
    let graph = Rc::new(Graph { ways: wide, forbidden: BTreeSet::new() });
    let ended = |bytes| {
        LOOKS.set(0);
        // Each look finds a megabyte more.
        let used = || LOOKS.replace(LOOKS.get() + 1) * 1_000_000;
        let limits = Limits { bytes, used, ..Limits::default() };
        let mut search = Exploration::new(vec![Walk { graph: graph.clone(), here: 0 }], limits);
        search.finish();
        (search.outcome().cloned(), search.seen())
    };
    let (outcome, seen) = ended(4_000_000);
    assert_eq!(outcome, Some(Outcome::Stopped(Limit::Bytes)));
    assert!(seen.depth == 2 && (2_002..3_500).contains(&seen.generated), "{seen:?}");
    let (outcome, seen) = ended(100_000_000);
    assert_eq!((outcome, seen.generated), (Some(Outcome::Exhausted), 4_001));
}

/// A bug of Raft, in what bounds it shows among three servers, and which invariant it breaks.
const FOUND: [(Bug, Bounds, &str); 4] = [
    (Bug::VoteTwice, Bounds { timeouts: 2, ..NOTHING }, "Election Safety"),
    (Bug::ForgetVote, Bounds { timeouts: 2, crashes: 1, ..NOTHING }, "Election Safety"),
    (Bug::VoteWithoutLog, Bounds { timeouts: 2, ..NOTHING }, "Leader Completeness"),
    (Bug::TruncateAlways, Bounds { timeouts: 2, requests: 1, ..NOTHING }, "Leader Completeness"),
];

const NOTHING: Bounds = Bounds { crashes: 0, losses: 0, copies: 0, timeouts: 0, requests: 0, stimuli: 0, lies: 0 };

fn raft(bug: Bug, bounds: Bounds, reduced: bool) -> State<Raft> {
    let clients = u64::from(bounds.requests > 0);
    cluster(Config { bug, servers: 3, clients, ..Config::default() }, bounds, reduced).expect("it can be run")
}

fn searched(start: &State<Raft>, states: u64) -> (Outcome<Choice>, Seen) {
    let mut search = Exploration::new(vec![start.clone()], Limits { states, ..Limits::default() });
    search.finish();
    (search.outcome().cloned().expect("it is at its end"), search.seen())
}

#[test]
fn planted_bugs_are_found_with_and_without_reductions_in_as_few_steps() {
    for (bug, bounds, invariant) in FOUND {
        let found = [false, true].map(|reduced| {
            let (outcome, seen) = searched(&raft(bug, bounds, reduced), 500_000);
            let Outcome::Violated(found) = outcome else { panic!("{bug:?} is not found: {outcome:?}") };
            assert!(found.words.starts_with(invariant), "{bug:?}: {}", found.words);
            (found, seen)
        });
        let [(plain, all), (reduced, classes)] = found;
        assert_eq!(plain.choices.len(), reduced.choices.len(), "{bug:?}");
        assert!(bounds.crashes > 0 || classes.distinct * 2 < all.distinct, "{bug:?}: {classes:?} of {all:?}");
        // What was found with reductions happens without them, too.
        let mut state = raft(bug, bounds, false);
        for choice in &reduced.choices {
            assert!(state.choices().contains(choice), "{}", state.label(choice));
            state.apply(choice);
        }
        assert_eq!(state.violation(), Some(reduced.words));
    }
}

/// Two processes that ask once and release once have four timers to fire, and each fires once.
#[test]
fn a_timer_fires_once_for_each_time_that_it_is_armed() {
    let config = mutex::Config { processes: 2, wishes: 1, ..mutex::Config::default() };
    let all = [4, 9].map(|timeouts| {
        let bounds = Bounds { timeouts, ..NOTHING };
        let start = cluster::<mutex::Mutex>(config.clone(), bounds, false).expect("it can be run");
        let mut search = Exploration::new(vec![start], Limits::default());
        search.finish();
        (search.outcome().cloned(), search.seen().depth)
    });
    // Beside the timers, two requests, their acknowledgements and two releases arrive, after the first level.
    assert_eq!(all, [(Some(Outcome::Exhausted), 11), (Some(Outcome::Exhausted), 11)]);
}

/// A process that has one other to pay chooses how much, and not whom.
#[test]
fn a_choice_of_one_is_none() {
    let config = snapshot::Config { processes: 2, payments: 1, snapshots: 0, ..snapshot::Config::default() };
    let bounds = Bounds { timeouts: 1, ..NOTHING };
    let start = cluster::<snapshot::Snapshot>(config, bounds, false).expect("it can be run");
    let mut state = start.clone();
    state.apply(&start.choices()[0]);
    assert_eq!(state.choices().len(), 3, "1, 2 or 3 of ten");
}

#[test]
fn without_its_bug_raft_is_exhausted_in_small_bounds() {
    let bounds = Bounds { timeouts: 1, ..NOTHING };
    let counts = [false, true].map(|reduced| {
        let (outcome, seen) = searched(&raft(Bug::None, bounds, reduced), 1_000_000);
        assert_eq!(outcome, Outcome::Exhausted);
        seen
    });
    println!("{}: {counts:?}", Raft::ABOUT.title);
    assert!(counts[1].depth <= counts[0].depth && counts[1].distinct < counts[0].distinct);
}

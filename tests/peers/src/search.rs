//! Exhaustive searches by the crate stateright, of the same models with the same states, and ours on one core and on
//! two. Beside them stand two searches of ours that know nothing of each other, at once: two cores of this machine can
//! hardly do more.

use lightcone_bench::models::{paxos::Paxos, two_phase::TwoPhase};
use lightcone_check::explore::{Limits, Outcome, on_cores};
use lightcone_core::Model;
use serde_json::json;
use stateright::{Checker, Model as Theirs, Property};
use std::{fmt::Debug, hash::Hash, thread, time::Instant};

/// So many times each is searched, in turns.
const ROUNDS: usize = 7;
/// And so many times before that, without a stopwatch: memory that a program touches for the first time costs what the
/// system takes to find it, which differs more from time to time than what is compared here.
const BEFORE: usize = 2;

/// A model as stateright wants it.
trait Plain: Model<Choice = Self::Action> + Debug + Eq + Hash + Send + Sync + 'static {
    type Action: Copy + Debug + PartialEq + Send + Sync + 'static;
    fn all(&self, all: &mut Vec<Self::Action>);
    fn consistent(&self) -> bool;
}

impl Plain for TwoPhase {
    type Action = <TwoPhase as Model>::Choice;

    fn all(&self, all: &mut Vec<Self::Action>) {
        self.actions(all);
    }

    fn consistent(&self) -> bool {
        self.is_consistent()
    }
}

impl Plain for Paxos {
    type Action = <Paxos as Model>::Choice;

    fn all(&self, all: &mut Vec<Self::Action>) {
        self.actions(all);
    }

    fn consistent(&self) -> bool {
        self.is_consistent()
    }
}

#[derive(Clone)]
struct Wrapped<M>(M);

impl<M: Plain> Theirs for Wrapped<M> {
    type State = M;
    type Action = M::Action;

    fn init_states(&self) -> Vec<M> {
        vec![self.0.clone()]
    }

    fn actions(&self, state: &M, actions: &mut Vec<M::Action>) {
        state.all(actions);
    }

    fn next_state(&self, state: &M, action: M::Action) -> Option<M> {
        let mut next = state.clone();
        next.apply(&action);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |_, state: &M| state.consistent())]
    }
}

fn ours<M: Plain>(start: &M, jobs: usize) -> u64 {
    let search = on_cores(jobs, || vec![start.clone()], Limits::default());
    assert!(matches!(search.outcome(), Some(Outcome::Exhausted)));
    search.seen().distinct
}

/// Two searches at once; each sees so many.
fn apart<M: Plain>(start: &M) -> u64 {
    thread::scope(|scope| {
        let other = scope.spawn(|| ours(start, 1));
        ours(start, 1).min(other.join().expect("a search does not panic"))
    })
}

fn theirs<M: Plain + Clone>(start: &M, threads: usize) -> u64 {
    Wrapped(start.clone()).checker().threads(threads).spawn_bfs().join().unique_state_count() as u64
}

/// Whose it is, how many searches it makes at once, and it itself: it tells how many states there are.
type Searcher<'a> = (&'a str, u64, &'a dyn Fn() -> u64);

/// Searches of both models, by all, in turns.
pub fn search() {
    compared("two-phase commit, 8 managers", &TwoPhase::new(8));
    compared("Paxos, 3 clients", &Paxos::new(3));
}

/// Ours in turns and then theirs, so that what one leaves behind in the allocator does not weigh on the other.
fn compared<M: Plain + Clone>(model: &str, start: &M) {
    let (ours, seen) = in_turns(
        model,
        [
            ("Lightcone, one core", 1, &|| ours(start, 1)),
            ("Lightcone, two cores", 1, &|| ours(start, 2)),
            ("Lightcone, two searches apart", 2, &|| apart(start)),
        ],
    );
    let [one, two, apart] = &ours;
    for (what, times) in [("two cores beside one", two), ("two searches apart beside one", apart)] {
        // What disturbs a machine lasts longer than a round.
        let samples: Vec<f64> = one.iter().zip(times).map(|(one, time)| one / time).collect();
        print(&format!("search: {model}, Lightcone, {what}"), "median of the rounds", "ratio", &samples);
    }
    let (_, known) = in_turns(
        model,
        [("stateright, one core", 1, &|| theirs(start, 1)), ("stateright, two cores", 1, &|| theirs(start, 2))],
    );
    assert_eq!(seen, known, "{model}: both search the same states");
}

/// Nanoseconds for each state, for each searcher and round; and how many states all of them saw.
fn in_turns<const N: usize>(model: &str, searchers: [Searcher; N]) -> ([Vec<f64>; N], u64) {
    let mut samples = [const { Vec::new() }; N];
    let mut states = 0;
    for round in 0..BEFORE + ROUNDS {
        for (of, (whose, times, search)) in samples.iter_mut().zip(&searchers) {
            let start = Instant::now();
            let seen = search();
            if round >= BEFORE {
                of.push(start.elapsed().as_nanos() as f64 / (seen * times) as f64);
            }
            assert!(states == 0 || states == seen, "{whose} saw {seen} states, and others {states}");
            states = seen;
        }
    }
    for (samples, (whose, ..)) in samples.iter().zip(&searchers) {
        print(&format!("search: {model}, {whose}"), &format!("{states} unique states"), "rate", samples);
    }
    (samples, states)
}

fn print(name: &str, note: &str, measure: &str, samples: &[f64]) {
    println!("{}", json!({ "name": name, "note": note, "measure": measure, "side": "native", "samples": samples }));
}

/// How much memory ten million states take: the largest extent of this process, if the system tells.
pub fn memory() {
    let states = ours(&TwoPhase::new(9), 1);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    let samples: Vec<f64> = kilobytes.map(|kilobytes| kilobytes * 1024.0).into_iter().collect();
    let (name, note) = ("search: two-phase commit, 9 managers, memory", format!("{states} unique states, one core"));
    print(name, &note, "memory", &samples);
}

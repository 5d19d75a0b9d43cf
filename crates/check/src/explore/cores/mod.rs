//! The same search on several cores.
//!
//! It finds what one core finds: the same states in the same order, the same counterexample. States never leave the thread
//! that made them, so that they may share what only one thread can share. The first levels are searched by every thread
//! for itself; then each keeps its share of the states, and their successors. A piece of a level is searched in turns:
//!
//! 1. *Expand*: each thread makes the successors of its own states and drops those that were met before the piece.
//! 2. *Resolve*: of equal ones that several threads came upon, the first in the order of one core counts. Each thread
//!    decides for its share of the hashes, and remembers them.
//! 3. *Settle*: those that count are numbered in the order of one core.

mod worker;

use super::{Exploration, Limit, Limits, Outcome, visited::Visited};
use lightcone_core::Model;
use std::{
    sync::{
        RwLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};
use worker::{Answer, Ask, Expanded, Settled, Worker};

/// So many states of a level make a piece, for each thread: all wait for each other several times in each.
const PIECE: u64 = 65_536;
/// So many at least, however few states there may be more.
const LEAST: u64 = 1_024;
/// So many states for each thread have to be there before they are shared out.
const SHARE: usize = 64;

/// What all threads see.
struct Shared {
    /// The states that were met, by the share of the hashes that each thread answers for.
    visited: Vec<RwLock<Visited>>,
    /// The first state so far after which something is broken: what comes after it need not be searched.
    stop: AtomicU32,
}

/// A thread, from outside.
struct Line {
    ask: Sender<Ask>,
    answer: Receiver<Answer>,
}

impl Line {
    fn ask(&self, ask: Ask) {
        self.ask.send(ask).expect("a thread listens until its search is over");
    }

    fn answer(&self) -> Answer {
        self.answer.recv().expect("a thread answers unless the model panicked there")
    }
}

/// Searches on so many cores what `starts` gives, each time the same, from one end to the other: with the same states, the
/// same counts and the same outcome as on one. Only where a budget of memory ends may differ.
///
/// # Panics
/// If the model does.
pub fn on_cores<M: Model>(jobs: usize, starts: impl Fn() -> Vec<M> + Sync, limits: Limits) -> Exploration<M> {
    let mut search = Exploration::new(starts(), limits);
    if jobs < 2 || !search.goes_on_until(jobs * SHARE) {
        search.finish();
        return search;
    }
    let shared =
        Shared { visited: (0..jobs).map(|_| RwLock::new(Visited::new())).collect(), stop: AtomicU32::new(u32::MAX) };
    thread::scope(|scope| {
        let line = |own: usize| {
            let (ask, asked) = channel();
            let (answers, answer) = channel();
            let (starts, shared) = (&starts, &shared);
            scope.spawn(move || {
                let mut search = Exploration::new(starts(), limits);
                search.goes_on_until(jobs * SHARE);
                Worker::new(search, own, shared).work(&asked, &answers);
            });
            Line { ask, answer }
        };
        let lines = (0..jobs).map(line).collect();
        Leader::new(&mut search, &shared, lines).lead();
    });
    search
}

/// The share of a hash.
fn share_of(hash: u64, shares: usize) -> usize {
    // The high bits say where it is in a table; these are as good.
    (((hash & u64::from(u32::MAX)) * shares as u64) >> 32) as usize
}

/// Who tells the threads what to do.
struct Leader<'a, M: Model> {
    /// What one core would have.
    search: &'a mut Exploration<M>,
    shared: &'a Shared,
    lines: Vec<Line>,
    /// The numbers of the states of this level that are still to be gone on from: from this one, and before that one.
    level: (u32, u32),
}

impl<'a, M: Model> Leader<'a, M> {
    fn new(search: &'a mut Exploration<M>, shared: &'a Shared, lines: Vec<Line>) -> Self {
        let first = search.level.last().map_or(0, |(id, _)| *id);
        let end = search.id();
        (search.level, search.visited) = (Vec::new(), Visited::new());
        // Those that share the states out are done with what they met before that.
        lines.iter().for_each(|line| drop(line.answer()));
        Leader { search, shared, lines, level: (first, end) }
    }

    fn lead(mut self) {
        while self.search.outcome.is_none() {
            let (from, end) = self.level;
            if from == end {
                self.descend();
                continue;
            }
            // Where few states are left to a limit, few are gone on from.
            let left = (self.search.limits.states - self.search.seen.distinct).max(LEAST);
            let most = left.min(PIECE * self.lines.len() as u64);
            let to = u64::from(end).min(u64::from(from) + most) as u32;
            self.piece(to);
            self.level.0 = to;
        }
    }

    /// On to the next level, if there is one.
    fn descend(&mut self) {
        let (_, end) = self.level;
        let next = self.search.id();
        let (seen, limits) = (self.search.seen, self.search.limits);
        self.search.outcome = if next == end {
            Some(Outcome::Exhausted)
        } else if seen.depth >= limits.depth {
            Some(Outcome::Stopped(Limit::Depth))
        } else if self.bytes() > limits.bytes {
            Some(Outcome::Stopped(Limit::Bytes))
        } else {
            self.search.seen.depth += 1;
            self.level = (end, next);
            self.lines.iter().for_each(|line| line.ask(Ask::Descend));
            None
        };
    }

    fn bytes(&self) -> u64 {
        let table = |shard: &RwLock<Visited>| shard.read().map_or(0, |visited| visited.bytes());
        let held = (self.search.id() - self.level.1) as usize * size_of::<(u32, M)>();
        let tables: usize = self.shared.visited.iter().map(table).sum();
        self.search.bytes() + (held + tables) as u64
    }

    /// Goes on from the states of this level with numbers below this one.
    fn piece(&mut self, to: u32) {
        self.lines.iter().for_each(|line| line.ask(Ask::Expand(to)));
        let mut expanded: Vec<Expanded> = self.answers(|answer| match answer {
            Answer::Expanded(expanded) => Some(expanded),
            _ => None,
        });
        for (share, line) in self.lines.iter().enumerate() {
            line.ask(Ask::Resolve(expanded.iter_mut().map(|of| std::mem::take(&mut of.found[share])).collect()));
        }
        let mut beaten: Vec<Vec<Vec<u32>>> = self.answers(|answer| match answer {
            Answer::Beaten(beaten) => Some(beaten),
            _ => None,
        });
        for (own, line) in self.lines.iter().enumerate() {
            line.ask(Ask::Settle(beaten.iter_mut().map(|of| std::mem::take(&mut of[own])).collect()));
        }
        let settled: Vec<Settled> = self.answers(|answer| match answer {
            Answer::Settled(settled) => Some(settled),
            _ => None,
        });
        self.number(&settled, &expanded);
    }

    fn answers<T>(&self, of: impl Fn(Answer) -> Option<T>) -> Vec<T> {
        self.lines.iter().map(|line| of(line.answer()).expect("a thread answers what it was asked")).collect()
    }

    /// Numbers the new states in the order of one core, and ends where one core would.
    fn number(&mut self, settled: &[Settled], expanded: &[Expanded]) {
        let mut places = vec![0; settled.len()];
        let mut ids: Vec<Vec<u32>> = vec![Vec::new(); settled.len()];
        let mut last = u32::MAX;
        loop {
            let next = |own: &usize| settled[*own].new.get(places[*own]).map(|reached| (reached.parent, *own));
            let Some((parent, own)) = (0..settled.len()).filter_map(|own| next(&own)).min() else { break };
            let reached = settled[own].new[places[own]];
            let id = self.search.id();
            self.search.reached.push(reached);
            self.search.seen.distinct += 1;
            let broken = settled[own].broken.as_ref().filter(|(place, _)| *place == places[own]);
            if let Some((_, words)) = broken {
                self.search.outcome = Some(Outcome::Violated(self.search.way_to(id, words.clone())));
            } else if self.search.seen.distinct >= self.search.limits.states {
                self.search.outcome = Some(Outcome::Stopped(Limit::States));
            }
            if self.search.outcome.is_some() {
                last = parent;
                break;
            }
            ids[own].push(id);
            places[own] += 1;
        }
        let made = expanded.iter().flat_map(|of| &of.generated).filter(|(parent, _)| *parent <= last);
        self.search.seen.generated += made.map(|(_, count)| u64::from(*count)).sum::<u64>();
        for (line, ids) in self.lines.iter().zip(ids) {
            line.ask(Ask::Keep(ids));
        }
    }
}

impl Shared {
    /// Something is broken after the state of this number.
    fn stop_at(&self, parent: u32) {
        self.stop.fetch_min(parent, Ordering::Relaxed);
    }

    /// Whether the state of this number comes after one after which something is broken.
    fn is_over(&self, parent: u32) -> bool {
        parent > self.stop.load(Ordering::Relaxed)
    }
}

impl<M: Model> Exploration<M> {
    /// Goes on until a level has so many states, or to the end. True if it came to such a level.
    fn goes_on_until(&mut self, states: usize) -> bool {
        while self.advance(1) {
            if self.next.is_empty() && self.level.len() >= states {
                return true;
            }
        }
        false
    }
}

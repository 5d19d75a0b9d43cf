//! The same search on several cores.
//!
//! It finds what one core finds: the same states in the same order, the same counterexample. States never leave the thread
//! that made them, so that they may share what only one thread can share. The first levels are searched by every thread
//! for itself; then each keeps its share of the states, and their successors. A level is searched in turns:
//!
//! 1. *Expand*: each thread makes the successors of its own states, and notes in a table that all share how it reached
//!    them. Of equal ones that several threads come upon the first in the order of one core counts; each is kept as long as
//!    nobody came upon it earlier.
//! 2. *Settle*: each thread drops what another one came upon earlier after all.
//! 3. *Keep*: what is left is numbered in the order of one core.

mod table;
mod worker;

use super::{Exploration, Limit, Limits, Outcome, visited::Visited};
use lightcone_core::Model;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};
use table::{Table, buckets_for, chunk};
use worker::{AHEAD, Answer, Ask, Settled, Taken, Worker};

/// So many states of a level are gone on from at least, however few there may be more.
const LEAST: u64 = 1_024;
/// Where a limit is near, a level is searched in pieces: one for each of so many that would reach it with one new state
/// after each state.
const PIECES: u64 = 4;
/// Where there is a budget of memory, no more states are gone on from at once than would take what is left of it if each
/// brought so many, as large as states are on the whole; and these at least.
const BROUGHT: u64 = 16;
const FEWEST: u64 = 512;
/// So many states for each thread have to be there before they are shared out.
const SHARE: usize = 512;

/// What all threads see, beside the table.
struct Shared {
    jobs: usize,
    /// So many hashes are in the table, or may be added by a thread without asking.
    taken: AtomicUsize,
    /// The first state so far after which something is broken: what comes after it need not be searched.
    stop: AtomicU32,
    /// By so many states a thread that waits for others may go ahead.
    ahead: AtomicUsize,
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
    let met = search.visited.hashes().count();
    let chunks = jobs.next_power_of_two();
    let table = Table::of((0..chunks).map(|_| chunk(buckets_for(met) / chunks)).collect());
    search.visited.hashes().for_each(|hash| table.put(hash));
    let table = Arc::new(table);
    let shared =
        Shared { jobs, taken: AtomicUsize::new(met), stop: AtomicU32::new(u32::MAX), ahead: AtomicUsize::new(AHEAD) };
    thread::scope(|scope| {
        let line = |own: usize| {
            let (ask, asked) = channel();
            let (answers, answer) = channel();
            let (starts, shared, table) = (&starts, &shared, table.clone());
            scope.spawn(move || {
                // It comes as far as the first did, whatever memory is taken by now.
                let mut search = Exploration::new(starts(), Limits { bytes: u64::MAX, ..limits });
                search.goes_on_until(jobs * SHARE);
                Worker::new(search, own, shared, table).work(&asked, &answers);
            });
            Line { ask, answer }
        };
        let lines = (0..jobs).map(line).collect();
        Leader::new(&mut search, &shared, table.clone(), lines).lead();
    });
    search
}

/// Who tells the threads what to do.
struct Leader<'a, M: Model> {
    /// What one core would have.
    search: &'a mut Exploration<M>,
    shared: &'a Shared,
    table: Arc<Table>,
    lines: Vec<Line>,
    /// The numbers of the states of this level that are still to be gone on from: from this one, and before that one.
    level: (u32, u32),
}

impl<'a, M: Model> Leader<'a, M> {
    fn new(search: &'a mut Exploration<M>, shared: &'a Shared, table: Arc<Table>, lines: Vec<Line>) -> Self {
        let first = search.level.last().map_or(0, |(id, _)| *id);
        let end = search.id();
        (search.level, search.visited) = (Vec::new(), Visited::default());
        lines.iter().for_each(|line| drop(line.answer()));
        Leader { search, shared, table, lines, level: (first, end) }
    }

    fn lead(mut self) {
        while self.search.outcome.is_none() {
            let (from, end) = self.level;
            if from == end {
                self.descend();
                continue;
            }
            // Where few states are left to a limit, few are gone on from.
            let left = self.search.limits.states - self.search.seen.distinct;
            let near = left < u64::from(end - from) * PIECES;
            let most = if near { (left / PIECES).max(LEAST) } else { left };
            let most = most.min(self.room());
            let to = u64::from(end).min(u64::from(from) + most) as u32;
            let taken = self.expand(to);
            self.number(taken);
            self.level.0 = to;
            if self.search.outcome.is_none() && self.bytes() > self.search.limits.bytes {
                self.search.outcome = Some(Outcome::Stopped(Limit::Bytes));
            }
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
        } else {
            self.search.seen.depth += 1;
            self.level = (end, next);
            self.lines.iter().for_each(|line| line.ask(Ask::Descend));
            None
        };
    }

    /// So many states there is memory to go on from at once.
    fn room(&self) -> u64 {
        let budget = self.search.limits.bytes;
        if budget == u64::MAX {
            return u64::MAX;
        }
        let (taken, states) = (self.bytes(), self.search.seen.distinct.max(1));
        let room = (budget.saturating_sub(taken) / (taken / states * BROUGHT).max(1)).max(FEWEST);
        self.shared.ahead.store(AHEAD.min(usize::try_from(room).unwrap_or(AHEAD)), Relaxed);
        room
    }

    fn bytes(&self) -> u64 {
        let held = (self.search.id() - self.level.1) as usize * size_of::<(u32, M)>();
        (self.search.limits.used)().max(self.search.remembered() + (held + self.table.bytes()) as u64)
    }

    /// Goes on from the states of this level with numbers below this one. What each thread took from others is told.
    fn expand(&mut self, to: u32) -> Vec<Taken> {
        let mut taken = Vec::new();
        loop {
            let mut need = 0;
            for (by, answer) in self.ask_all(|| Ask::Expand(to), |answer| answer).into_iter().enumerate() {
                match answer {
                    Answer::Expanded(hashes) => taken.push(Taken { by, hashes }),
                    Answer::Full(states) => need += states,
                    _ => {}
                }
            }
            if need == 0 {
                return taken;
            }
            self.grow(need);
        }
    }

    /// Makes room for so many hashes more.
    fn grow(&mut self, hashes: usize) {
        let chunks = self.lines.len().next_power_of_two();
        let buckets = self.table.larger(self.shared.taken.load(Relaxed) + hashes) / chunks;
        let ask = |place: usize| self.lines[place % self.lines.len()].ask(Ask::Make(buckets));
        (0..chunks).for_each(ask);
        let made = |place: usize| match self.lines[place % self.lines.len()].answer() {
            Answer::Made(chunk) => chunk,
            _ => chunk(buckets),
        };
        self.table = Arc::new(Table::of((0..chunks).map(made).collect()));
        self.ask_all(|| Ask::Grow(self.table.clone()), drop);
    }

    fn ask_all<T>(&self, ask: impl Fn() -> Ask, of: impl Fn(Answer) -> T) -> Vec<T> {
        self.lines.iter().for_each(|line| line.ask(ask()));
        self.lines.iter().map(|line| of(line.answer())).collect()
    }

    /// Numbers the new states in the order of one core, and ends where one core would.
    fn number(&mut self, taken: Vec<Taken>) {
        let taken = Arc::new(taken);
        let settled: Vec<Settled> = self.ask_all(
            || Ask::Settle(taken.clone()),
            |answer| match answer {
                Answer::Settled(settled) => settled,
                _ => Settled::default(),
            },
        );
        let mut ids: Vec<Vec<u32>> = settled.iter().map(|of| Vec::with_capacity(of.new.len())).collect();
        let mut last = u32::MAX;
        while let Some((parent, own)) = next_of(&settled, &ids) {
            if self.search.seen.distinct >= self.search.limits.states {
                (self.search.outcome, last) = (Some(Outcome::Stopped(Limit::States)), parent);
                break;
            }
            let (of, id) = (&settled[own], self.search.id());
            let place = ids[own].len();
            self.search.reached.push(of.new[place]);
            self.search.seen.distinct += 1;
            if let Some((_, words)) = of.broken.as_ref().filter(|(broken, _)| *broken == place) {
                let way = self.search.way_to(id, words.clone());
                (self.search.outcome, last) = (Some(Outcome::Violated(way)), parent);
                break;
            }
            ids[own].push(id);
        }
        let made = settled.iter().flat_map(|of| &of.generated).filter(|(parent, _)| *parent <= last);
        self.search.seen.generated += made.map(|(_, count)| u64::from(*count)).sum::<u64>();
        for (line, ids) in self.lines.iter().zip(ids) {
            line.ask(Ask::Keep(ids));
        }
    }
}

/// Which new state comes next in the order of one core: after which state, and of which thread.
fn next_of(settled: &[Settled], ids: &[Vec<u32>]) -> Option<(u32, usize)> {
    let mut next = None;
    for (own, (of, ids)) in settled.iter().zip(ids).enumerate() {
        if let Some(reached) = of.new.get(ids.len())
            && next.is_none_or(|(parent, _)| reached.parent < parent)
        {
            next = Some((reached.parent, own));
        }
    }
    next
}

impl Shared {
    /// Takes room for so many hashes, if there is room for no more than so many in all.
    fn takes(&self, hashes: usize, room: usize) -> bool {
        let fits = self.taken.fetch_add(hashes, Relaxed) + hashes <= room;
        if !fits {
            self.taken.fetch_sub(hashes, Relaxed);
        }
        fits
    }

    /// Something is broken after the state of this number.
    fn stop_at(&self, parent: u32) {
        self.stop.fetch_min(parent, Relaxed);
    }

    /// Whether the state of this number comes after one after which something is broken.
    fn is_over(&self, parent: u32) -> bool {
        parent > self.stop.load(Relaxed)
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

//! A thread of a search: its own states, and its share of the hashes.

use super::{
    super::{Exploration, Reached, hash_of, small, visited::Visited},
    Shared, share_of,
};
use lightcone_core::Model;
use std::{
    collections::VecDeque,
    sync::mpsc::{Receiver, Sender},
};

/// What a thread is to do.
pub(super) enum Ask {
    /// Go on from its own states with numbers below this one.
    Expand(u32),
    /// Decide which of these count, by the thread that came upon them.
    Resolve(Vec<Vec<Found>>),
    /// Drop those that another thread came upon first.
    Settle(Vec<Vec<u32>>),
    /// Keep the new ones under these numbers, as far as they go.
    Keep(Vec<u32>),
    /// On to the next level.
    Descend,
}

/// What came of it.
pub(super) enum Answer {
    /// It has its share of the states.
    Ready,
    Expanded(Expanded),
    /// Those that do not count, by the thread that came upon them and their place there.
    Beaten(Vec<Vec<u32>>),
    Settled(Settled),
}

/// States that were not met before.
pub(super) struct Expanded {
    /// By the share of their hash.
    pub found: Vec<Vec<Found>>,
    /// How many successors each state had.
    pub generated: Vec<(u32, u32)>,
}

/// A state that was not met before: its hash, how it was reached, and its place among those of its thread.
#[derive(Clone, Copy)]
pub(super) struct Found {
    hash: u64,
    reached: Reached,
    place: u32,
}

/// The new states of a thread.
pub(super) struct Settled {
    pub new: Vec<Reached>,
    /// The first of them in which something is broken.
    pub broken: Option<(usize, String)>,
}

pub(super) struct Worker<'a, M: Model> {
    own: usize,
    shared: &'a Shared,
    /// Its states of this level, the next one first.
    level: VecDeque<(u32, M)>,
    next: Vec<(u32, M)>,
    /// What it came upon in this piece; nothing in place of what does not count.
    pending: Vec<Option<(Reached, M)>>,
    /// Where in that something is broken.
    broken: Vec<(u32, String)>,
}

impl<'a, M: Model> Worker<'a, M> {
    /// Keeps its share of what was met and of the states of the level.
    pub fn new(search: Exploration<M>, own: usize, shared: &'a Shared) -> Self {
        let shares = shared.visited.len();
        let mut visited = shared.visited[own].write().expect("no thread panicked");
        search.visited.hashes().filter(|hash| share_of(*hash, shares) == own).for_each(|hash| {
            visited.insert(hash);
        });
        let level = search.level.into_iter().rev().filter(|(id, _)| *id as usize % shares == own).collect();
        Worker { own, shared, level, next: Vec::new(), pending: Vec::new(), broken: Vec::new() }
    }

    /// Does what it is asked until nobody asks any more.
    pub fn work(mut self, asked: &Receiver<Ask>, answers: &Sender<Answer>) {
        let mut answer = Some(Answer::Ready);
        loop {
            if let Some(answer) = answer.take()
                && answers.send(answer).is_err()
            {
                return;
            }
            let Ok(ask) = asked.recv() else { return };
            answer = match ask {
                Ask::Expand(to) => Some(Answer::Expanded(self.expand(to))),
                Ask::Resolve(found) => Some(Answer::Beaten(self.resolve(&found))),
                Ask::Settle(beaten) => Some(Answer::Settled(self.settle(&beaten))),
                Ask::Keep(ids) => {
                    self.keep(ids);
                    None
                }
                Ask::Descend => {
                    self.level = std::mem::take(&mut self.next).into();
                    None
                }
            };
        }
    }

    fn expand(&mut self, to: u32) -> Expanded {
        let shared = self.shared;
        let visited: Vec<_> = shared.visited.iter().map(|shard| shard.read().expect("no thread panicked")).collect();
        let mut known = Visited::new();
        let mut expanded = Expanded { found: vec![Vec::new(); visited.len()], generated: Vec::new() };
        while let Some((id, state)) = self.level.pop_front_if(|(id, _)| *id < to) {
            if shared.is_over(id) {
                continue;
            }
            let choices = state.choices();
            expanded.generated.push((id, small(choices.len())));
            let (mut state, last) = (Some(state), choices.len());
            for (choice, chosen) in (1..).zip(&choices) {
                // The last successor takes the place of the state itself.
                let taken = if choice == last { state.take() } else { state.clone() };
                let Some(mut next) = taken else { break };
                let choice = small(choice - 1);
                next.apply(chosen);
                let hash = Visited::key(next.class().unwrap_or_else(|| hash_of(&next)));
                let share = share_of(hash, visited.len());
                if visited[share].contains(hash) || !known.insert(hash) {
                    continue;
                }
                let (place, reached) = (small(self.pending.len()), Reached { parent: id, choice });
                if let Some(words) = next.violation() {
                    shared.stop_at(id);
                    self.broken.push((place, words));
                }
                expanded.found[share].push(Found { hash, reached, place });
                self.pending.push(Some((reached, next)));
            }
        }
        expanded
    }

    /// Of equal ones the first in the order of one core counts.
    fn resolve(&self, found: &[Vec<Found>]) -> Vec<Vec<u32>> {
        let mut visited = self.shared.visited[self.own].write().expect("no thread panicked");
        let mut beaten = vec![Vec::new(); found.len()];
        let mut order = Firsts::new(found.iter().map(Vec::len).sum());
        for (own, all) in found.iter().enumerate() {
            for one in all {
                if let Some((loser, place)) = order.meet(own, one) {
                    beaten[loser].push(place);
                } else {
                    visited.insert(one.hash);
                }
            }
        }
        beaten
    }

    fn settle(&mut self, beaten: &[Vec<u32>]) -> Settled {
        for place in beaten.iter().flatten() {
            self.pending[*place as usize] = None;
        }
        let broken = self.broken.drain(..).find(|(place, _)| self.pending[*place as usize].is_some());
        // From its place among all to its place among those that count.
        let place = |(place, words): (u32, String)| (self.pending[..place as usize].iter().flatten().count(), words);
        let broken = broken.map(place);
        Settled { new: self.pending.iter().flatten().map(|(reached, _)| *reached).collect(), broken }
    }

    fn keep(&mut self, ids: Vec<u32>) {
        let new = self.pending.drain(..).flatten().map(|(_, state)| state);
        self.next.extend(ids.into_iter().zip(new));
        self.pending.clear();
    }
}

/// For each hash the first state with it.
struct Firsts {
    slots: Vec<Option<(usize, Found)>>,
}

impl Firsts {
    /// For so many states.
    fn new(states: usize) -> Self {
        Firsts { slots: vec![None; (states * 2).next_power_of_two()] }
    }

    /// A state of a thread; returns which of two equal ones does not count, by its thread and place.
    fn meet(&mut self, own: usize, one: &Found) -> Option<(usize, u32)> {
        let mask = self.slots.len() - 1;
        let mut place = (one.hash >> 32) as usize & mask;
        loop {
            match &mut self.slots[place] {
                slot @ None => {
                    *slot = Some((own, *one));
                    return None;
                }
                Some((of, known)) if known.hash == one.hash => {
                    let order = |reached: Reached| (reached.parent, reached.choice);
                    if order(one.reached) < order(known.reached) {
                        let loser = (*of, known.place);
                        (*of, *known) = (own, *one);
                        return Some(loser);
                    }
                    return Some((own, one.place));
                }
                Some(_) => place = (place + 1) & mask,
            }
        }
    }
}

//! A thread of a search, and its own states.

use super::{
    super::{Exploration, Reached, hash_of, small, visited::Visited},
    Shared,
    table::{Chunk, Met, Table, chunk},
};
use lightcone_core::Model;
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, TryRecvError},
    },
};

/// A thread asks for room for so many states at once, so that threads seldom ask.
const ROOM: usize = 256;
/// A thread that waits for others goes ahead by so many states at most: what it makes has to be held.
const AHEAD: usize = 1 << 14;

/// What a thread is to do.
pub(super) enum Ask {
    /// Go on from its own states with numbers below this one.
    Expand(u32),
    /// Make a part of a larger table, of so many buckets.
    Make(usize),
    /// Move on to a larger table: take its share over.
    Grow(Arc<Table>),
    /// Drop those that another thread came upon first; these are the hashes of all such, and perhaps of others.
    Settle(Arc<Vec<Taken>>),
    /// Keep the new ones under these numbers, as far as they go.
    Keep(Vec<u32>),
    /// On to the next level.
    Descend,
}

/// What came of it.
pub(super) enum Answer {
    /// It is done, or has its share of the states.
    Ready,
    /// It went on from its states, and took these from others since it last told.
    Expanded(Visited),
    /// The table is too full for what it comes to next, which may be so many states.
    Full(usize),
    Made(Chunk),
    Settled(Settled),
}

/// What a thread took from others: it came upon it later, but one core would have come upon it there first.
pub(super) struct Taken {
    pub by: usize,
    pub hashes: Visited,
}

/// The new states of a thread.
#[derive(Default)]
pub(super) struct Settled {
    /// In order.
    pub new: Vec<Reached>,
    /// The first of them in which something is broken.
    pub broken: Option<(usize, String)>,
    /// How many successors each state had that it went on from.
    pub generated: Vec<(u32, u32)>,
}

/// A state, or its successors with their hashes, where a thread went ahead.
enum Held<M> {
    State(M),
    Made(Vec<(M, u64)>),
}

/// States, and something about each, in the same order.
struct Group<T, M> {
    about: VecDeque<T>,
    states: VecDeque<Held<M>>,
}

pub(super) struct Worker<'a, M: Model> {
    own: usize,
    shared: &'a Shared,
    table: Arc<Table>,
    /// It may add so many hashes to the table.
    room: usize,
    /// Its states of this level.
    level: Group<u32, M>,
    next: Group<u32, M>,
    /// What it came upon and nobody earlier so far, by hash.
    found: Group<(u64, Reached), M>,
    /// For so many of these, from the first on, it went ahead.
    ahead: usize,
    /// What it took from others, and has not told yet.
    taken: Visited,
    /// Where in what it found something is broken.
    broken: Vec<(Reached, String)>,
    generated: Vec<(u32, u32)>,
    /// The successors of a state, with their hashes and what is at their place in the table.
    fresh: Vec<(M, u64, u64)>,
}

impl<'a, M: Model> Worker<'a, M> {
    /// Keeps its share of the states of the level.
    pub fn new(search: Exploration<M>, own: usize, shared: &'a Shared, table: Arc<Table>) -> Self {
        let level = search.level.into_iter().rev().filter(|(id, _)| *id as usize % shared.jobs == own);
        let (about, states) = level.map(|(id, state)| (id, Held::State(state))).unzip();
        Worker {
            own,
            shared,
            table,
            room: 0,
            level: Group { about, states },
            next: Group::new(),
            found: Group::new(),
            ahead: 0,
            taken: Visited::default(),
            broken: Vec::new(),
            generated: Vec::new(),
            fresh: Vec::new(),
        }
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
            let Some(ask) = self.next_of(asked) else { return };
            answer = match ask {
                Ask::Expand(to) => Some(self.expand(to)),
                Ask::Make(buckets) => Some(Answer::Made(chunk(buckets))),
                Ask::Grow(table) => {
                    table.take(&self.table, self.own, self.shared.jobs);
                    self.table = table;
                    Some(Answer::Ready)
                }
                Ask::Settle(taken) => Some(Answer::Settled(self.settle(&taken))),
                Ask::Keep(ids) => {
                    self.keep(ids);
                    None
                }
                Ask::Descend => {
                    std::mem::swap(&mut self.level, &mut self.next);
                    None
                }
            };
        }
    }

    /// What it is asked next; nothing once nobody asks any more. Until then it goes ahead.
    fn next_of(&mut self, asked: &Receiver<Ask>) -> Option<Ask> {
        loop {
            match asked.try_recv() {
                Err(TryRecvError::Empty) if self.goes_ahead() => {}
                Err(TryRecvError::Empty) => return asked.recv().ok(),
                ask => return ask.ok(),
            }
        }
    }

    /// Makes the successors of one more state that it found, though somebody may take that yet.
    fn goes_ahead(&mut self) -> bool {
        if self.ahead == AHEAD || !self.next.states.is_empty() {
            return false;
        }
        let Some(held) = self.found.states.get_mut(self.ahead) else { return false };
        if let Held::State(state) = held {
            let choices = state.choices();
            *held = Held::Made(successors(state.clone(), &choices).collect());
        }
        self.ahead += 1;
        true
    }

    fn expand(&mut self, to: u32) -> Answer {
        while let Some(id) = self.level.about.pop_front_if(|id| *id < to) {
            let Some(held) = self.level.states.pop_front() else { break };
            if self.shared.is_over(id) {
                continue;
            }
            let choices = if let Held::State(state) = &held { state.choices() } else { Vec::new() };
            let successors = if let Held::Made(made) = &held { made.len() } else { choices.len() };
            if !self.has_room(successors) {
                self.level.about.push_front(id);
                self.level.states.push_front(held);
                return Answer::Full(successors.max(ROOM));
            }
            self.generated.push((id, small(successors)));
            self.make(held, &choices);
            self.meet(id);
        }
        Answer::Expanded(std::mem::take(&mut self.taken))
    }

    /// Whether so many states may be added to the table.
    fn has_room(&mut self, states: usize) -> bool {
        if self.room < states {
            let more = states.max(ROOM);
            if !self.shared.takes(more, self.table.room()) {
                return false;
            }
            self.room += more;
        }
        true
    }

    /// Makes the successors of a state, unless they are there.
    fn make(&mut self, held: Held<M>, choices: &[M::Choice]) {
        match held {
            Held::State(state) => self.fresh.extend(successors(state, choices).map(|(next, hash)| (next, hash, 0))),
            Held::Made(made) => self.fresh.extend(made.into_iter().map(|(next, hash)| (next, hash, 0))),
        }
        for (_, hash, glance) in &mut self.fresh {
            *glance = self.table.glance(*hash);
        }
    }

    /// Keeps those successors that were not met before.
    fn meet(&mut self, parent: u32) {
        for (choice, (state, hash, glance)) in (0..).zip(self.fresh.drain(..)) {
            let reached = Reached { parent, choice };
            match self.table.meet(hash, glance, reached) {
                Met::Later => continue,
                Met::New => self.room -= 1,
                Met::Earlier => _ = self.taken.insert(hash),
            }
            if let Some(words) = state.violation() {
                self.shared.stop_at(parent);
                self.broken.push((reached, words));
            }
            self.found.push((hash, reached), state);
        }
    }

    fn settle(&mut self, taken: &[Taken]) -> Settled {
        // Few were taken: to ask for those alone is quicker than to ask the table, which is large, for all.
        let is_own = |hash| taken.iter().all(|taken| taken.by == self.own || !taken.hashes.has(hash));
        let is_first = |(hash, reached): &(u64, Reached)| is_own(*hash) || self.table.is_first(*hash, *reached);
        let first: Vec<bool> = self.found.about.iter().map(is_first).collect();
        self.found.keep(&first);
        self.ahead = first.iter().take(self.ahead).filter(|first| **first).count();
        let new: Vec<Reached> = self.found.about.drain(..).map(|(_, reached)| reached).collect();
        let place = |(reached, words)| Some((new.iter().position(|new| *new == reached)?, words));
        let broken = self.broken.drain(..).find_map(place);
        Settled { new, broken, generated: std::mem::take(&mut self.generated) }
    }

    fn keep(&mut self, ids: Vec<u32>) {
        self.ahead = 0;
        self.found.states.truncate(ids.len());
        self.next.about.extend(ids);
        if self.next.states.is_empty() {
            std::mem::swap(&mut self.next.states, &mut self.found.states);
        }
        self.next.states.append(&mut self.found.states);
    }
}

/// The successors of a state, with their hashes.
fn successors<M: Model>(state: M, choices: &[M::Choice]) -> impl Iterator<Item = (M, u64)> {
    let (mut state, last) = (Some(state), choices.len());
    (1..).zip(choices).map_while(move |(place, choice)| {
        // The last successor takes the place of the state itself.
        let mut next = if place == last { state.take() } else { state.clone() }?;
        next.apply(choice);
        let hash = Visited::key(next.class().unwrap_or_else(|| hash_of(&next)));
        Some((next, hash))
    })
}

impl<T, M> Group<T, M> {
    fn new() -> Self {
        Group { about: VecDeque::new(), states: VecDeque::new() }
    }

    fn push(&mut self, about: T, state: M) {
        self.about.push_back(about);
        self.states.push_back(Held::State(state));
    }

    /// Keeps those that are marked.
    fn keep(&mut self, marked: &[bool]) {
        let mut marks = marked.iter();
        self.about.retain(|_| marks.next() == Some(&true));
        let mut marks = marked.iter();
        self.states.retain(|_| marks.next() == Some(&true));
    }
}

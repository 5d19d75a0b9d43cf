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
        atomic::Ordering::Relaxed,
        mpsc::{Receiver, Sender, TryRecvError},
    },
};

/// A thread asks for room for so many states at once, so that threads seldom ask.
const ROOM: usize = 256;
/// A thread that waits for others goes ahead by so many states at most: what it makes has to be held.
pub(super) const AHEAD: usize = 1 << 14;

/// So many successors or more are looked up at once: places in memory that are asked for in a row are fetched side by side.
const AT_ONCE: usize = 8;

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

enum Held<M> {
    State(M),
    /// Its successors with their hashes, where a thread went ahead.
    Made(Vec<(M, u64)>),
    /// Another thread came upon it first.
    Gone,
}

/// States, and something about each that is not gone, in the same order.
struct Group<T, M> {
    about: VecDeque<T>,
    states: VecDeque<Held<M>>,
}

/// A successor, and how it was reached.
struct Fresh<M> {
    state: M,
    hash: u64,
    reached: Reached,
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
    /// Successors whose hashes are not looked up yet.
    fresh: Vec<Fresh<M>>,
    /// What is at the place of each of them in the table.
    glances: Vec<u64>,
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
            glances: Vec::new(),
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
                    // What is left there is gone.
                    self.level.states.clear();
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
        if self.ahead >= self.shared.ahead.load(Relaxed) || !self.next.states.is_empty() {
            return false;
        }
        let Some(held) = self.found.states.get_mut(self.ahead) else { return false };
        if let Held::State(state) = held {
            let choices = state.choices();
            let mut made = Vec::with_capacity(choices.len());
            successors(state.clone(), &choices, |state, hash| made.push((state, hash)));
            *held = Held::Made(made);
        }
        self.ahead += 1;
        true
    }

    fn expand(&mut self, to: u32) -> Answer {
        while let Some(id) = self.level.about.pop_front_if(|id| *id < to) {
            let Some(held) = self.level.next() else { break };
            if self.shared.is_over(id) {
                continue;
            }
            let choices = if let Held::State(state) = &held { state.choices() } else { Vec::new() };
            let successors = if let Held::Made(made) = &held { made.len() } else { choices.len() };
            if !self.has_room(self.fresh.len() + successors) {
                self.meet();
                self.level.about.push_front(id);
                self.level.states.push_front(held);
                return Answer::Full(successors.max(ROOM));
            }
            self.generated.push((id, small(successors)));
            self.make(id, held, &choices);
            if self.fresh.len() >= AT_ONCE {
                self.meet();
            }
        }
        self.meet();
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
    fn make(&mut self, parent: u32, held: Held<M>, choices: &[M::Choice]) {
        let mut reached = Reached { parent, choice: 0 };
        let mut push = |state, hash| {
            self.fresh.push(Fresh { state, hash, reached });
            reached.choice += 1;
        };
        match held {
            Held::State(state) => successors(state, choices, push),
            Held::Made(made) => made.into_iter().for_each(|(state, hash)| push(state, hash)),
            Held::Gone => {}
        }
    }

    /// Keeps those successors that were not met before.
    fn meet(&mut self) {
        self.glances.extend(self.fresh.iter().map(|fresh| self.table.glance(fresh.hash)));
        for (Fresh { state, hash, reached }, glance) in self.fresh.drain(..).zip(self.glances.drain(..)) {
            match self.table.meet(hash, glance, reached) {
                Met::Later => continue,
                Met::New => self.room -= 1,
                Met::Earlier => _ = self.taken.insert(hash),
            }
            if let Some(words) = state.violation() {
                self.shared.stop_at(reached.parent);
                self.broken.push((reached, words));
            }
            self.found.push((hash, reached), state);
        }
    }

    fn settle(&mut self, taken: &[Taken]) -> Settled {
        // Few were taken: to ask for those alone is quicker than to ask the table, which is large, for all.
        let is_own = |hash| taken.iter().all(|taken| taken.by == self.own || !taken.hashes.has(hash));
        let is_first = |(hash, reached): &(u64, Reached)| is_own(*hash) || self.table.is_first(*hash, *reached);
        let mut new = Vec::with_capacity(self.found.about.len());
        for (held, about) in self.found.states.iter_mut().zip(self.found.about.drain(..)) {
            if is_first(&about) {
                new.push(about.1);
            } else {
                *held = Held::Gone;
            }
        }
        let place = |(reached, words)| Some((new.iter().position(|new| *new == reached)?, words));
        let broken = self.broken.drain(..).find_map(place);
        Settled { new, broken, generated: std::mem::take(&mut self.generated) }
    }

    fn keep(&mut self, ids: Vec<u32>) {
        self.ahead = 0;
        self.next.about.extend(ids);
        if self.next.states.is_empty() {
            std::mem::swap(&mut self.next.states, &mut self.found.states);
        }
        self.next.states.append(&mut self.found.states);
    }
}

/// Makes the successors of a state, with their hashes.
fn successors<M: Model>(state: M, choices: &[M::Choice], mut made: impl FnMut(M, u64)) {
    let Some((last, before)) = choices.split_last() else { return };
    let mut after = |mut next: M, choice| {
        next.apply(choice);
        let hash = Visited::key(next.class().unwrap_or_else(|| hash_of(&next)));
        made(next, hash);
    };
    for choice in before {
        after(state.clone(), choice);
    }
    // The last successor takes the place of the state itself.
    after(state, last);
}

impl<T, M> Group<T, M> {
    fn new() -> Self {
        Group { about: VecDeque::new(), states: VecDeque::new() }
    }

    fn push(&mut self, about: T, state: M) {
        self.about.push_back(about);
        self.states.push_back(Held::State(state));
    }

    /// Takes the next one out that is not gone.
    fn next(&mut self) -> Option<Held<M>> {
        loop {
            match self.states.pop_front()? {
                Held::Gone => {}
                held => return Some(held),
            }
        }
    }
}

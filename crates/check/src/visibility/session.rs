//! The four session guarantees of Terry et al. (1994), as far as answers show them, for given sources of the reads.
//!
//! A guarantee holds if the writes of each key have an order with which all answers agree. *Read your writes*: a read is
//! told of nothing older than what its client wrote before. *Monotonic reads*: of nothing older than what it was told
//! before. The other two say in which order others come to know of writes, *monotonic writes* of one client's writes, which
//! all keep that client's order, and *writes follow reads* of what a client was told and what it wrote then. Only somebody
//! who does not go back can see that order, so they are judged together with monotonic reads, and cannot be told where that
//! is broken. Of writes follow reads no order is given beforehand: who is told of the later write must know of the earlier
//! one, so that each read that could show the wrong order gives the right one itself.

use super::{
    Finding, Model, Pattern,
    accesses::{Accesses, Source},
    graph::{Clock, Graph, Reason, join},
};
use lightcone_core::order;

/// Judges one of the four.
pub(crate) fn guarantee(model: Model, accesses: &Accesses, sources: &[Source], steps: &mut u64) -> Finding {
    let clients = Graph::of_clients(accesses).clocks(accesses).expect("each client's order has no cycle");
    let session = Session { accesses, sources, clients };
    if model == Model::ReadYourWrites {
        return session.ordered(|read| session.own_writes(read), steps);
    }
    let monotonic = session.ordered(|read| session.told_before(read), steps);
    if model == Model::MonotonicReads {
        return monotonic;
    }
    match monotonic {
        Finding::Holds => {}
        Finding::Undecided => return Finding::Undecided,
        Finding::Broken(_) | Finding::Hidden => return Finding::Hidden,
    }
    if model == Model::MonotonicWrites {
        return session.ordered_after(session.own_order(), |read| session.written_before(read), steps);
    }
    if !super::spend(steps, accesses.len() * accesses.len() / 64) {
        return Finding::Undecided;
    }
    let known = session.known_to_writes();
    session.ordered(|read| session.followed(read, &known), steps)
}

struct Session<'a> {
    accesses: &'a Accesses,
    sources: &'a [Source],
    /// For each operation those that its client did before it.
    clients: Vec<Clock>,
}

impl Session<'_> {
    /// Whether the writes have an order such that each read was told of the last one among those that it must know of.
    fn ordered(&self, must_know: impl Fn(usize) -> Vec<usize>, steps: &mut u64) -> Finding {
        self.ordered_after(Graph::empty(self.accesses), must_know, steps)
    }

    /// The same where the writes must come in an order already.
    fn ordered_after(&self, mut graph: Graph, must_know: impl Fn(usize) -> Vec<usize>, steps: &mut u64) -> Finding {
        let mut earlier = Vec::new();
        for ((read, _), source) in self.accesses.reads().zip(self.sources) {
            let known = must_know(read);
            if !super::spend(steps, known.len()) {
                return Finding::Undecided;
            }
            for write in known.into_iter().filter(|write| Some(*write) != *source) {
                let Some(source) = source else { return Finding::Broken(Pattern::Missed { write, read }) };
                earlier.push((*source, write, read));
            }
        }
        order::sort(&mut earlier);
        earlier.dedup_by_key(|(source, write, _)| (*source, *write));
        earlier.into_iter().for_each(|(source, write, read)| graph.add(write, source, Reason::Seen(read)));
        graph.order().map_or_else(|cycle| Finding::Broken(Pattern::Cycle(cycle)), |_| Finding::Holds)
    }

    /// The order of each client's writes to each key.
    fn own_order(&self) -> Graph {
        let mut graph = Graph::empty(self.accesses);
        for write in (0..self.accesses.len()).filter(|op| self.accesses.writes(*op, self.key(*op))) {
            let before = self.accesses.writes_within(&self.clients[write], self.key(write));
            let before: Vec<usize> = before.filter(|before| *before != write).collect();
            // Those of one strand follow one another: the last of each is enough.
            let strand = |op: usize| self.accesses.program.places[op].0;
            let last = |nth: usize| before.get(nth + 1).is_none_or(|next| strand(*next) != strand(before[nth]));
            (0..before.len()).filter(|nth| last(*nth)).for_each(|nth| graph.add(before[nth], write, Reason::Client));
        }
        graph
    }

    fn key(&self, op: usize) -> usize {
        self.accesses.all[op].key
    }

    /// What the client of `read` wrote to its key before.
    fn own_writes(&self, read: usize) -> Vec<usize> {
        self.accesses.writes_within(&self.clients[read], self.key(read)).collect()
    }

    /// The reads of a client up to `read`, with what they were told of.
    fn reads_until(&self, read: usize) -> impl Iterator<Item = (usize, Source)> {
        let reads = self.accesses.reads().zip(self.sources);
        let until = reads.filter(move |((before, _), _)| self.accesses.is_within(*before, &self.clients[read]));
        until.map(|((read, _), source)| (read, *source))
    }

    /// What the client was told of that key before.
    fn told_before(&self, read: usize) -> Vec<usize> {
        let alike = self.reads_until(read).filter(|(before, _)| self.key(*before) == self.key(read));
        alike.filter_map(|(_, source)| source).collect()
    }

    /// What whoever wrote what the client was told of so far had written to this key before that.
    fn written_before(&self, read: usize) -> Vec<usize> {
        let mut view = vec![0; self.accesses.program.strands.len()];
        self.reads_until(read).filter_map(|(_, source)| source).for_each(|write| join(&mut view, &self.clients[write]));
        let mut known: Vec<usize> = self.accesses.writes_within(&view, self.key(read)).collect();
        known.extend(self.told_before(read));
        known
    }

    /// For each write the writes that its client had been told of before, and so on from those.
    fn known_to_writes(&self) -> Vec<Bits> {
        let n = self.accesses.len();
        let mut known = vec![Bits::new(n); n];
        let is_write = |op: &usize| self.accesses.writes(*op, self.key(*op));
        let told: Vec<(usize, Vec<usize>)> = (0..n)
            .filter(is_write)
            .map(|write| (write, self.reads_until(write).filter_map(|(_, source)| source).collect()))
            .collect();
        loop {
            let mut more = false;
            for (write, sources) in &told {
                let mut grown = known[*write].clone();
                for source in sources {
                    grown.add(*source);
                    grown.join(&known[*source]);
                }
                more |= grown != known[*write];
                known[*write] = grown;
            }
            if !more {
                return known;
            }
        }
    }

    /// The writes of this key that what the client was told of so far had followed.
    fn followed(&self, read: usize, known: &[Bits]) -> Vec<usize> {
        let mut view = Bits::new(self.accesses.len());
        for source in self.reads_until(read).filter_map(|(_, source)| source) {
            view.add(source);
            view.join(&known[source]);
        }
        view.iter().filter(|write| self.accesses.writes(*write, self.key(read))).collect()
    }
}

/// A set of operations.
#[derive(Clone, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(n: usize) -> Self {
        Bits(vec![0; n.div_ceil(64)])
    }

    fn add(&mut self, op: usize) {
        self.0[op / 64] |= 1 << (op % 64);
    }

    fn join(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit))
    }
}

//! Orders of writes that are forced, until nothing more is: of those to a register, and of appends to a list that nobody
//! read.
//!
//! A write that leads to another write of the same object, over what a level keeps, comes before it; and a write that
//! leads to a read of another write comes before that one, else the read would have seen something older than it must
//! (Biswas and Enea, "On the Complexity of Checking Transactional Consistency", OOPSLA 2019, give the rule for each level as
//! "visible to the reader"). From each order follow anti-dependencies of those who read the earlier write, and these force
//! more. What leads to what differs between levels, so each is done by itself; a weaker level's orders hold at the stronger.
//!
//! This takes no case apart: where one order of two writes breaks something and the other something else, both remain
//! possible here. To find out would be to search (the problem is NP-hard, Papadimitriou 1979).

use super::{
    graph::{Builder, End, Graph, Order, Scope},
    index::NONE,
    kinds::Reach,
    walk::{ANY, Components, Pattern, SESSION, SESSION_SNAPSHOT, SNAPSHOT, STRICT, after},
};
use std::collections::BTreeSet;

/// Writers of an object, and who read from which of them, sorted by writer.
pub(super) struct Object {
    pub(super) writers: Vec<End>,
    pub(super) readers: Vec<(usize, End)>,
}

impl Object {
    fn readers_of(&self, writer: usize) -> impl Iterator<Item = End> {
        let from = self.readers.partition_point(|(other, _)| *other < writer);
        self.readers[from..].iter().take_while(move |(other, _)| *other == writer).map(|(_, reader)| *reader)
    }
}

/// What each level keeps, the weaker ones first.
const LEVELS: [(Scope, &Pattern); 5] = [
    (Scope { serial: false, reach: Reach::Data }, SNAPSHOT),
    (Scope { serial: false, reach: Reach::Session }, SESSION_SNAPSHOT),
    (Scope { serial: true, reach: Reach::Data }, ANY),
    (Scope { serial: true, reach: Reach::Session }, SESSION),
    (Scope { serial: true, reach: Reach::RealTime }, STRICT),
];

/// What leads where a scope allows it.
pub(super) fn pattern(scope: Scope) -> &'static Pattern {
    LEVELS.iter().find(|(known, _)| *known == scope).expect("each scope is that of a level").1
}

/// So many words of sets are joined for a level before it takes what it has, which can only miss something.
const WORK: usize = 1 << 30;
/// So many words of sets are kept at once; an object that needs more is left out.
const ROOM: usize = 1 << 24;
/// About so many writers are looked at together.
const TOGETHER: usize = 1024;

/// Adds what is forced. A level that is broken already, or implies one that is, is left alone.
pub(super) fn infer(graph: &mut Builder, objects: &[Object]) {
    let mut broken: Vec<Scope> = Vec::new();
    for (scope, pattern) in LEVELS.iter().filter(|_| !objects.is_empty()) {
        if !broken.iter().any(|broken| scope.includes(*broken)) && !force(graph, objects, *scope, pattern) {
            broken.push(*scope);
        }
    }
}

/// Adds what is forced at a level, and whether nothing contradicts it.
fn force(graph: &mut Builder, objects: &[Object], scope: Scope, pattern: &'static Pattern) -> bool {
    let known = graph.orders.iter().filter(|order| scope.includes(order.scope)).map(Order::key);
    let (mut known, mut work): (BTreeSet<_>, usize) = (known.collect(), 0);
    while work < WORK {
        let plain = graph.within(scope, NONE);
        let components = Components::new(&plain, pattern);
        if !components.are_single() {
            return false;
        }
        let round = Round { graph: &plain, pattern, order: components.order(), scope, number: graph.rounds };
        let mut found = Vec::new();
        for block in blocks(objects) {
            work += round.look(block, &mut found);
        }
        found.retain(|found: &Found| !known.contains(&found.order.key()));
        // An order of two writes tells more plainly why than what was read between them.
        if found.iter().any(|found| found.order.reader == NONE) {
            found.retain(|found| found.order.reader == NONE);
        }
        known.extend(found.iter().map(|found| found.order.key()));
        if found.is_empty() {
            return true;
        }
        found.into_iter().for_each(|found| {
            graph.infer(found.order, found.is_new.then_some(found.ends), &found.readers, found.ends.1);
        });
        graph.rounds += 1;
    }
    true
}

/// Objects, parted such that each part has about as many writers.
fn blocks(objects: &[Object]) -> Vec<&[Object]> {
    let (mut blocks, mut start, mut count) = (Vec::new(), 0, 0);
    for (place, object) in objects.iter().enumerate() {
        count += object.writers.len();
        if count >= TOGETHER || place + 1 == objects.len() {
            blocks.push(&objects[start..=place]);
            (start, count) = (place + 1, 0);
        }
    }
    blocks
}

/// An order that is forced, and what follows.
struct Found {
    order: Order,
    /// The earlier write and the later one.
    ends: (End, End),
    /// Whether the one does not lead to the other already as a dependency of writes would.
    is_new: bool,
    /// Who read the earlier one.
    readers: Vec<End>,
}

/// What leads where, as far as it is known in one round.
struct Round<'a> {
    graph: &'a Graph,
    pattern: &'static Pattern,
    /// All nodes in all states, each after what leads to it.
    order: Vec<usize>,
    scope: Scope,
    number: usize,
}

/// For each node in each state the writers that lead there, as bits.
struct Rows {
    words: usize,
    states: usize,
    bits: Vec<u64>,
}

impl Rows {
    fn row(&self, node: usize, state: usize) -> &[u64] {
        let from = (node * self.states + state) * self.words;
        &self.bits[from..from + self.words]
    }

    fn has(&self, node: usize, state: usize, bit: usize) -> bool {
        self.row(node, state)[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// The writers that lead to a node in any state, among these.
    fn all(&self, node: usize, from: usize, to: usize) -> Bits {
        let rows: Vec<&[u64]> = (0..self.states).map(|state| self.row(node, state)).collect();
        Bits::new(&rows, from, to)
    }
}

/// A set of some of the bits of a row.
struct Bits {
    /// The place of the first word.
    first: usize,
    words: Vec<u64>,
}

impl Bits {
    fn new(rows: &[&[u64]], from: usize, to: usize) -> Self {
        let first = from / 64;
        let word = |place: usize| {
            let all = rows.iter().fold(0, |all, row| all | row[place]);
            let low = if place * 64 < from { u64::MAX << (from - place * 64) } else { u64::MAX };
            let high = if to - place * 64 < 64 { (1 << (to - place * 64)) - 1 } else { u64::MAX };
            all & low & high
        };
        Bits { first, words: (first..to.div_ceil(64)).map(word).collect() }
    }

    fn remove(&mut self, bit: usize) {
        self.words[bit / 64 - self.first] &= !(1 << (bit % 64));
    }

    fn without(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    fn last(&self) -> Option<usize> {
        let place = self.words.iter().rposition(|word| *word != 0)?;
        Some((self.first + place) * 64 + self.words[place].ilog2() as usize)
    }
}

impl Round<'_> {
    /// Looks for what is forced in some objects; returns how much work it was.
    fn look(&self, objects: &[Object], found: &mut Vec<Found>) -> usize {
        let mut place = vec![NONE; self.graph.nodes()];
        self.order.iter().enumerate().for_each(|(nth, spot)| {
            if spot % self.pattern.len() == 0 {
                place[spot / self.pattern.len()] = nth;
            }
        });
        let mut writers: Vec<End> = Vec::new();
        let mut starts = Vec::new();
        for object in objects {
            starts.push(writers.len());
            let mut sorted = object.writers.clone();
            lightcone_core::order::sort_by_key(&mut sorted, |(transaction, _)| place[*transaction]);
            writers.extend(sorted);
        }
        if self.order.len() * writers.len().div_ceil(64) > ROOM {
            return 0;
        }
        // Where a level minds what came last, dependencies of writes are asked for on both sides of a way.
        let last = self.pattern.len() - 1;
        let any = self.rows(&writers, 0);
        let strict = if last == 0 { None } else { Some(self.rows(&writers, last)) };
        let strict = strict.as_ref().unwrap_or(&any);
        for (object, start) in objects.iter().zip(starts) {
            let part = Part { round: self, object, start, writers: &writers, any: &any, strict };
            part.writes_to_writes(found);
            part.writes_to_reads(found);
        }
        (self.graph.edges.len() + self.order.len()) * any.words * self.pattern.len()
    }

    /// Follows the graph from the writers, which begin in a state.
    fn rows(&self, writers: &[End], begin: usize) -> Rows {
        let (words, states) = (writers.len().div_ceil(64), self.pattern.len());
        let mut bits = vec![0_u64; self.order.len() * words];
        for (bit, (writer, _)) in writers.iter().enumerate() {
            bits[(writer * states + begin) * words + bit / 64] |= 1 << (bit % 64);
        }
        let mut row = vec![0; words];
        for spot in &self.order {
            row.copy_from_slice(&bits[spot * words..(spot + 1) * words]);
            if row.iter().all(|word| *word == 0) {
                continue;
            }
            for edge in self.graph.from(spot / states) {
                let edge = &self.graph.edges[edge];
                if let Some(state) = after(self.pattern, spot % states, edge) {
                    let target = (edge.to * states + state) * words;
                    bits[target..target + words].iter_mut().zip(&row).for_each(|(word, more)| *word |= more);
                }
            }
        }
        Rows { words, states, bits }
    }
}

/// An object in a round.
struct Part<'a> {
    round: &'a Round<'a>,
    object: &'a Object,
    /// The bit of its first writer.
    start: usize,
    /// By bit.
    writers: &'a [End],
    /// Who leads where.
    any: &'a Rows,
    /// Who leads where with a dependency that is none on a read at both ends.
    strict: &'a Rows,
}

impl Part<'_> {
    fn bits(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.object.writers.len()
    }

    /// The writers of it that come before one of them.
    fn before(&self, bit: usize) -> Bits {
        let mut before = self.any.all(self.writers[bit].0, self.bits().start, self.bits().end);
        before.remove(bit);
        before
    }

    fn order(&self, earlier: usize, later: usize, reader: usize) -> Order {
        let (earlier, later) = (self.writers[earlier].1, self.writers[later].1);
        Order { earlier, later, reader, scope: self.round.scope, round: self.round.number }
    }

    /// A writer that leads to another is earlier. Only the last ones before each are of interest.
    fn writes_to_writes(&self, found: &mut Vec<Found>) {
        for later in self.bits() {
            let mut before = self.before(later);
            while let Some(earlier) = before.last() {
                before.remove(earlier);
                before.without(&self.before(earlier));
                let ends = (self.writers[earlier], self.writers[later]);
                let is_new = !self.strict.has(ends.1.0, 0, earlier);
                let readers: Vec<End> =
                    self.object.readers_of(ends.0.0).filter(|reader| reader.0 != ends.1.0).collect();
                if is_new || !readers.is_empty() {
                    found.push(Found { order: self.order(earlier, later, NONE), ends, is_new, readers });
                }
            }
        }
    }

    /// A writer that leads to the read of another write is earlier than that.
    fn writes_to_reads(&self, found: &mut Vec<Found>) {
        for later in self.bits() {
            let before = self.before(later);
            for (reader, op) in self.object.readers_of(self.writers[later].0) {
                let mut earlier = Bits::new(&[self.strict.row(reader, 0)], self.bits().start, self.bits().end);
                earlier.without(&before);
                earlier.remove(later);
                while let Some(bit) = earlier.last() {
                    earlier.remove(bit);
                    if self.writers[bit].0 != reader {
                        earlier.without(&self.before(bit));
                        let ends = (self.writers[bit], self.writers[later]);
                        let order = self.order(bit, later, op);
                        found.push(Found { order, ends, is_new: true, readers: Vec::new() });
                    }
                }
            }
        }
    }
}

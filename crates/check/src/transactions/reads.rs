//! What reads tell: who took part, which version each read saw, and what no order of transactions could explain.

use super::{
    End, Micro, Seen,
    index::{Index, NONE, Sort},
    kinds::Kind,
    report::{Found, Place},
};
use lightcone_core::order;
use std::rc::Rc;

/// A version of an object, by what wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// What is there at first.
    Initial,
    /// A write.
    Of(usize),
    /// Of a value that nobody wrote.
    Garbage,
}

/// A read of what other transactions wrote, by a transaction that took part.
pub(super) struct Reading {
    /// The operation.
    pub(super) op: usize,
    pub(super) version: Version,
    /// How many values the list had.
    pub(super) length: usize,
}

/// What is known of the order of a list.
#[derive(Default)]
pub(super) struct Chain<'a> {
    list: &'a [Rc<str>],
    /// The read of the longest list.
    pub(super) read: usize,
    /// The writes of its values, or [`NONE`].
    pub(super) writes: Vec<usize>,
    /// Whether there are reads that no single order explains.
    pub(super) torn: bool,
}

pub(super) struct Reads<'a> {
    index: &'a Index<'a>,
    pub(super) found: Found,
    pub(super) readings: Vec<Reading>,
    /// Which transactions took part: those that committed, and those that were read from.
    pub(super) present: Vec<bool>,
    /// The transactions that took part, as they were found out.
    queue: Vec<usize>,
    /// By object.
    pub(super) chains: Vec<Chain<'a>>,
    /// The place of each write in its chain.
    pub(super) places: Vec<usize>,
}

/// Reads everything that transactions that took part have read.
pub(super) fn read<'a>(index: &'a Index<'a>) -> Reads<'a> {
    let committed = |transaction: &usize| matches!(index.history[*transaction].end, End::Committed(_));
    let queue: Vec<usize> = (0..index.history.len()).filter(committed).collect();
    let mut reads = Reads {
        index,
        found: Found::default(),
        readings: Vec::new(),
        present: (0..index.history.len()).map(|transaction| committed(&transaction)).collect(),
        queue,
        chains: index.keys.iter().map(|_| Chain::default()).collect(),
        places: vec![NONE; index.writes.len()],
    };
    let mut next = 0;
    while let Some(transaction) = reads.queue.get(next) {
        index.ops_of(*transaction).for_each(|op| reads.take(op));
        next += 1;
    }
    reads
}

impl<'a> Reads<'a> {
    fn take(&mut self, op: usize) {
        let Micro::Read { seen, .. } = self.index.micro(op) else { return };
        match (seen, self.index.keys[self.index.ops[op].key].sort) {
            (Seen::Untold, _) | (_, Sort::Unsure(_)) => {}
            (Seen::List(list), _) => self.list(op, list),
            (_, Sort::List) => self.list(op, &[]),
            (Seen::Value(value), _) => self.register(op, Some(value)),
            (Seen::Nothing, _) => self.register(op, None),
        }
    }

    fn register(&mut self, op: usize, seen: Option<&'a Rc<str>>) {
        let (index, place) = (self.index, &self.index.ops[op]);
        let version = seen.map_or(Version::Initial, |value| self.look_up(op, value));
        let is_own = |write: usize| index.writer(write) == place.place.transaction;
        if place.below != NONE {
            if version != Version::Of(index.ops[place.below].write) {
                self.spot(Kind::Internal, &[op, place.below], seen);
            }
            return;
        }
        if let Version::Of(write) = version
            && is_own(write)
        {
            return self.spot(Kind::Internal, &[op, index.writes[write].op], seen);
        }
        let differs = |before: &usize| match index.micro(*before) {
            Micro::Read { seen: Seen::Value(value), .. } => Some(value) != seen,
            _ => seen.is_some(),
        };
        if Some(place.before).filter(|before| *before != NONE).is_some_and(|before| differs(&before)) {
            self.spot(Kind::UnrepeatableRead, &[op, place.before], seen);
        }
        self.readings.push(Reading { op, version, length: 0 });
    }

    fn list(&mut self, op: usize, whole: &'a [Rc<str>]) {
        let place = &self.index.ops[op];
        let Some(list) = self.without_own(op, whole) else { return };
        let mut own = place.top;
        while own != NONE {
            let value = self.index.micro(own).written();
            if value.is_some_and(|value| list.contains(value)) {
                self.spot(Kind::Internal, &[op, own], value);
            }
            own = self.index.ops[own].below;
        }
        if place.before != NONE && self.differs(place.before, list) {
            self.spot(Kind::UnrepeatableRead, &[op, place.before], None);
        }
        self.extend(op, list);
        let version = match list.last() {
            None => Version::Initial,
            Some(value) => self.index.find(place.key, value).map_or(Version::Garbage, Version::Of),
        };
        self.readings.push(Reading { op, version, length: list.len() });
    }

    /// A list that was read without what the transaction had appended itself, which is to stand at its end.
    fn without_own(&mut self, op: usize, whole: &'a [Rc<str>]) -> Option<&'a [Rc<str>]> {
        let (mut list, mut own) = (whole, self.index.ops[op].below);
        while own != NONE {
            let value = self.index.micro(own).written();
            match list.split_last() {
                Some((last, rest)) if Some(last) == value => list = rest,
                _ => {
                    self.spot(Kind::Internal, &[op, own], value);
                    return None;
                }
            }
            own = self.index.ops[own].below;
        }
        Some(list)
    }

    /// Whether an earlier read of the transaction saw another list, own appends apart.
    fn differs(&self, before: usize, list: &[Rc<str>]) -> bool {
        let Micro::Read { seen: Seen::List(whole), .. } = self.index.micro(before) else { return !list.is_empty() };
        let (mut count, mut own) = (0, self.index.ops[before].below);
        while own != NONE {
            count += 1;
            own = self.index.ops[own].below;
        }
        whole.get(..whole.len().saturating_sub(count)) != Some(list)
    }

    /// Compares a list with the longest one, and makes it that one if it is longer.
    fn extend(&mut self, op: usize, list: &'a [Rc<str>]) {
        let key = self.index.ops[op].key;
        let (known, read) = (self.chains[key].list, self.chains[key].read);
        let shared = known.iter().zip(list).take_while(|(one, other)| one == other).count();
        if shared < known.len().min(list.len()) {
            self.spot(Kind::IncompatibleOrder, &[op, read], None);
            self.chains[key].torn = true;
            self.twice(op, list);
            for value in &list[shared..] {
                self.look_up(op, value);
            }
            return;
        }
        for (place, value) in list.iter().enumerate().skip(known.len()) {
            let Version::Of(write) = self.look_up(op, value) else {
                self.chains[key].writes.push(NONE);
                continue;
            };
            if self.places[write] == NONE {
                self.places[write] = place;
            } else {
                self.spot(Kind::DuplicateElement, &[op, self.index.writes[write].op], Some(value));
                self.chains[key].torn = true;
            }
            self.chains[key].writes.push(write);
        }
        if list.len() > known.len() {
            (self.chains[key].list, self.chains[key].read) = (list, op);
        }
    }

    /// Looks for a value that a list has twice.
    fn twice(&mut self, op: usize, list: &'a [Rc<str>]) {
        let mut values: Vec<&Rc<str>> = list.iter().collect();
        order::sort(&mut values);
        if let Some(pair) = values.windows(2).find(|pair| pair[0] == pair[1]) {
            let appended = self.index.find(self.index.ops[op].key, pair[0]).map(|write| self.index.writes[write].op);
            let ops: Vec<usize> = [op].into_iter().chain(appended).collect();
            self.spot(Kind::DuplicateElement, &ops, Some(pair[0]));
        }
    }

    /// Finds out who wrote a value that was read, and that they took part.
    fn look_up(&mut self, op: usize, value: &'a Rc<str>) -> Version {
        let Some(write) = self.index.find(self.index.ops[op].key, value) else {
            self.spot(Kind::GarbageRead, &[op], Some(value));
            return Version::Garbage;
        };
        if self.index.is_aborted(write) {
            self.spot(Kind::AbortedRead, &[op, self.index.writes[write].op], Some(value));
        } else if !std::mem::replace(&mut self.present[self.index.writer(write)], true) {
            self.queue.push(self.index.writer(write));
        }
        Version::Of(write)
    }

    pub(super) fn spot(&mut self, kind: Kind, ops: &[usize], value: Option<&Rc<str>>) {
        let places: Vec<Place> = ops.iter().map(|op| self.index.ops[*op].place).collect();
        self.found.spot(kind, &places, value);
    }

    /// Whether the writer of a version took part, and wrote it.
    pub(super) fn is_present(&self, write: usize) -> bool {
        write != NONE && self.present[self.index.writer(write)]
    }
}

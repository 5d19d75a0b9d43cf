//! Who did what to which object: names as numbers, and the writer of each value.

use super::{
    End, Micro, Seen, Transaction,
    report::{Place, Unordered, Unsure},
};
use lightcone_core::order;
use std::{collections::BTreeMap, rc::Rc};

/// No operation, write or transaction.
pub(super) const NONE: usize = usize::MAX;

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Nothing was ever seen in it or written.
    Empty,
    List,
    Register,
    /// It cannot be judged.
    Unsure(Unsure),
}

pub(super) struct Key<'a> {
    pub(super) name: &'a Rc<str>,
    pub(super) sort: Sort,
    /// Where its writes begin in [`Index::writes`].
    first: usize,
}

/// An operation among those of all transactions.
pub(super) struct Op {
    pub(super) place: Place,
    pub(super) key: usize,
    /// The write that it is.
    pub(super) write: usize,
    /// The last write before it by the same transaction to the same object, as an operation.
    pub(super) below: usize,
    /// The last read before it whose answer is known, likewise.
    pub(super) before: usize,
    /// The last write of all by the same transaction to the same object, likewise.
    pub(super) top: usize,
}

/// A value that was written.
pub(super) struct Write<'a> {
    key: usize,
    pub(super) value: &'a Rc<str>,
    /// The operation.
    pub(super) op: usize,
}

/// Who did what to which object.
pub(super) struct Index<'a> {
    pub(super) history: &'a [Transaction],
    pub(super) keys: Vec<Key<'a>>,
    pub(super) ops: Vec<Op>,
    /// Where the operations of each transaction begin, and where the last ones end.
    starts: Vec<usize>,
    /// By object and value.
    pub(super) writes: Vec<Write<'a>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(history: &'a [Transaction]) -> Self {
        let mut index = Index { history, keys: Vec::new(), ops: Vec::new(), starts: vec![0], writes: Vec::new() };
        for (transaction, record) in history.iter().enumerate() {
            for op in 0..record.ops.len() {
                let place = Place { transaction, op };
                index.ops.push(Op { place, key: NONE, write: NONE, below: NONE, before: NONE, top: NONE });
            }
            index.starts.push(index.ops.len());
        }
        index.name();
        index.link();
        index.collect();
        index
    }

    /// Finds the objects, in the order in which they are first named.
    fn name(&mut self) {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for op in 0..self.ops.len() {
            let micro = self.micro(op);
            let place = *known.entry(micro.key()).or_insert(self.keys.len());
            if place == self.keys.len() {
                self.keys.push(Key { name: micro.key(), sort: Sort::Empty, first: 0 });
            }
            self.ops[op].key = place;
            let known = &mut self.keys[place].sort;
            *known = match (*known, sort(micro)) {
                (known, None) => known,
                (Sort::Empty, Some(new)) => new,
                (known, Some(new)) if known == new => known,
                _ => Sort::Unsure(Unsure::Mixed),
            };
        }
    }

    /// Links the operations of a transaction on the same object.
    fn link(&mut self) {
        let mut below = vec![NONE; self.keys.len()];
        let mut before = below.clone();
        for transaction in 0..self.history.len() {
            let ops = self.starts[transaction]..self.starts[transaction + 1];
            for op in ops.clone() {
                let key = self.ops[op].key;
                (self.ops[op].below, self.ops[op].before) = (below[key], before[key]);
                match self.micro(op) {
                    Micro::Read { seen: Seen::Untold, .. } => {}
                    Micro::Read { .. } => before[key] = op,
                    _ => below[key] = op,
                }
            }
            for op in ops.clone() {
                self.ops[op].top = below[self.ops[op].key];
            }
            for op in ops {
                (below[self.ops[op].key], before[self.ops[op].key]) = (NONE, NONE);
            }
        }
    }

    /// Finds the writer of each value.
    fn collect(&mut self) {
        for (place, op) in self.ops.iter().enumerate() {
            if let Some(value) = self.history[op.place.transaction].ops[op.place.op].written() {
                self.writes.push(Write { key: op.key, value, op: place });
            }
        }
        order::sort_by(&mut self.writes, |one, other| (one.key, one.value).cmp(&(other.key, other.value)));
        for (place, write) in self.writes.iter().enumerate() {
            self.ops[write.op].write = place;
        }
        for pair in self.writes.windows(2) {
            if (pair[0].key, pair[0].value) == (pair[1].key, pair[1].value) {
                let sort = &mut self.keys[pair[0].key].sort;
                if !matches!(sort, Sort::Unsure(_)) {
                    *sort = Sort::Unsure(Unsure::Repeated);
                }
            }
        }
        let mut first = 0;
        for (place, key) in self.keys.iter_mut().enumerate() {
            key.first = first;
            first += self.writes[first..].iter().take_while(|write| write.key == place).count();
        }
    }

    pub(super) fn micro(&self, op: usize) -> &'a Micro {
        let place = self.ops[op].place;
        &self.history[place.transaction].ops[place.op]
    }

    pub(super) fn transaction(&self, op: usize) -> usize {
        self.ops[op].place.transaction
    }

    /// The operations of a transaction.
    pub(super) fn ops_of(&self, transaction: usize) -> std::ops::Range<usize> {
        self.starts[transaction]..self.starts[transaction + 1]
    }

    /// The transaction that wrote.
    pub(super) fn writer(&self, write: usize) -> usize {
        self.transaction(self.writes[write].op)
    }

    pub(super) fn is_aborted(&self, write: usize) -> bool {
        matches!(self.history[self.writer(write)].end, End::Aborted(_))
    }

    /// Whether it is the last write of its transaction to the object.
    pub(super) fn is_last(&self, write: usize) -> bool {
        let op = self.writes[write].op;
        self.ops[op].top == op
    }

    /// The writes to an object.
    pub(super) fn writes_to(&self, key: usize) -> std::ops::Range<usize> {
        self.keys[key].first..self.keys.get(key + 1).map_or(self.writes.len(), |next| next.first)
    }

    /// The write of a value.
    pub(super) fn find(&self, key: usize, value: &str) -> Option<usize> {
        let writes = self.writes_to(key);
        let place = self.writes[writes.clone()].binary_search_by(|write| (**write.value).cmp(value)).ok()?;
        Some(writes.start + place)
    }

    /// The objects that cannot be judged.
    pub(super) fn unsure(&self) -> Vec<Unordered> {
        let unsure = self.keys.iter().filter_map(|key| match key.sort {
            Sort::Unsure(why) => Some(Unordered { key: key.name.clone(), why }),
            _ => None,
        });
        unsure.collect()
    }
}

/// What an operation shows its object to be.
fn sort(micro: &Micro) -> Option<Sort> {
    match micro {
        Micro::Append { .. } | Micro::Read { seen: Seen::List(_), .. } => Some(Sort::List),
        Micro::Write { .. } | Micro::Read { seen: Seen::Value(_), .. } => Some(Sort::Register),
        Micro::Read { .. } => None,
    }
}

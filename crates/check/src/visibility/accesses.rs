//! A history as plain reads and writes, and which write each read may have been told of.

use super::Unfit;
use crate::{
    history::{Operation, Span, spans},
    program::Program,
};
use lightcone_core::{Service, Sorted, service::Access};

/// The reads and writes of a history.
pub(crate) struct Accesses {
    /// The order of each client.
    pub program: Program,
    /// Whose each is.
    pub owners: Vec<u32>,
    /// What each did.
    pub all: Vec<Done>,
    /// For each strand and key the places of the writes on it, in order.
    writes: Vec<Sorted<usize, Vec<usize>>>,
}

/// What an operation did, and to which key.
pub(crate) struct Done {
    pub key: usize,
    pub what: What,
}

/// What an operation did.
pub(crate) enum What {
    Write,
    /// It was told of one of these writes, or none was told of: that nothing was ever written.
    Read(Vec<Source>),
}

/// What a read was told of: a write, or that there was none.
pub(crate) type Source = Option<usize>;

impl Accesses {
    /// The reads and writes that `ops` are, which are in the order of asking.
    pub fn new<S: Service>(ops: &[Operation<S>]) -> Result<Self, Unfit> {
        let mut accesses = Vec::new();
        for Operation { op, told, .. } in ops {
            let access = S::access(op, told.as_ref().map(|(_, ret)| ret));
            let unfit = || Unfit { operation: S::op_words(op) };
            accesses.push((S::part(op).unwrap_or(""), access.ok_or_else(unfit)?));
        }
        Ok(Accesses::of(&accesses, &spans(ops)))
    }

    /// These accesses, each with its key.
    fn of(accesses: &[(&str, Access<'_>)], spans: &[Span]) -> Self {
        let mut keys: Sorted<&str, usize> = Sorted::new();
        let mut plain = Vec::new();
        for (key, access) in accesses {
            let next = keys.len();
            plain.push((*keys.get_or_insert_with(*key, || next), access));
        }
        let mut writers: Sorted<(usize, &str), Vec<Source>> = Sorted::new();
        for (op, (key, access)) in plain.iter().enumerate() {
            if let Access::Write(value) = access {
                writers.get_or_insert_with((*key, *value), Vec::new).push(Some(op));
            }
        }
        let what = |(key, access): &(usize, &Access<'_>)| match access {
            Access::Write(_) => What::Write,
            Access::Read(None) => What::Read(vec![None]),
            Access::Read(Some(value)) => What::Read(writers.get(&(*key, value)).cloned().unwrap_or_default()),
        };
        let all: Vec<Done> = plain.iter().map(|plain| Done { key: plain.0, what: what(plain) }).collect();
        let program = Program::new(spans);
        let writes = writes(&program, &all);
        Accesses { program, owners: spans.iter().map(|span| span.client).collect(), all, writes }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The reads, each with what it may have been told of.
    pub fn reads(&self) -> impl Iterator<Item = (usize, &[Source])> {
        self.all.iter().enumerate().filter_map(|(op, done)| match &done.what {
            What::Read(sources) => Some((op, &**sources)),
            What::Write => None,
        })
    }

    /// Whether `op` is a write of this key.
    pub fn writes(&self, op: usize, key: usize) -> bool {
        self.all[op].key == key && matches!(self.all[op].what, What::Write)
    }

    /// The clients.
    pub fn clients(&self) -> Vec<u32> {
        let mut clients = self.owners.clone();
        lightcone_core::order::sort(&mut clients);
        clients.dedup();
        clients
    }

    /// For each strand the last write of `key` among its first operations, as many as `clock` says.
    pub fn last_writes(&self, clock: &[usize], key: usize) -> impl Iterator<Item = usize> {
        clock.iter().enumerate().filter_map(move |(strand, count)| {
            let places = self.writes[strand].get(&key)?;
            let last = places.partition_point(|place| place < count).checked_sub(1)?;
            Some(self.program.strands[strand][places[last]])
        })
    }

    /// The writes of `key` among what `clock` counts.
    pub fn writes_within(&self, clock: &[usize], key: usize) -> impl Iterator<Item = usize> {
        clock.iter().enumerate().flat_map(move |(strand, count)| {
            let places = self.writes[strand].get(&key).map_or(&[][..], |places| places);
            let within = places.partition_point(|place| place < count);
            places[..within].iter().map(move |place| self.program.strands[strand][*place])
        })
    }

    /// Whether `op` is among what `clock` counts.
    pub fn is_within(&self, op: usize, clock: &[usize]) -> bool {
        let (strand, place) = self.program.places[op];
        place < clock[strand]
    }
}

fn writes(program: &Program, all: &[Done]) -> Vec<Sorted<usize, Vec<usize>>> {
    let of_strand = |strand: &Vec<usize>| {
        let mut writes: Sorted<usize, Vec<usize>> = Sorted::new();
        for (place, op) in strand.iter().enumerate() {
            if matches!(all[*op].what, What::Write) {
                writes.get_or_insert_with(all[*op].key, Vec::new).push(place);
            }
        }
        writes
    };
    program.strands.iter().map(of_strand).collect()
}

//! The order of the versions of a register: what transactions show that read it before they wrote it. What follows from
//! other dependencies is added when all of these are known (`saturate`).

use super::{
    dependencies::Inference,
    graph::End,
    index::NONE,
    kinds::Kind,
    reads::Version,
    report::{Relation, Unsure},
    saturate::Object,
};
use lightcone_core::order;

/// A transaction that wrote a register after it had read it.
struct Update {
    /// Who wrote what it read.
    source: usize,
    /// It, and its last write.
    end: End,
    /// The operation that read.
    read: usize,
}

/// Infers the dependencies over a register.
pub(super) fn infer(inference: &mut Inference<'_>, key: usize, readings: &[usize]) {
    let mut updates = updates(inference, readings);
    order::sort_by_key(&mut updates, |update| update.end.0);
    if let Some(reads) = circle(&updates) {
        inference.reads.spot(Kind::CyclicVersions, &reads, None);
        return;
    }
    let writers = writers(inference, key);
    let mut readers = readers(inference, readings);
    let (initial, others): (Vec<_>, Vec<_>) = readers.drain(..).partition(|(writer, _)| *writer == NONE);
    let first: Vec<(Relation, End)> = initial.into_iter().map(|(_, reader)| (Relation::Rw, reader)).collect();
    inference.graph.fan(&first, &writers);
    let is_read = !others.is_empty();
    let links = successors(inference, updates, &writers, &others);
    if writers.len() > 1 && links + 1 != writers.len() {
        inference.unsure(key, if is_read { Unsure::Blind } else { Unsure::Unread });
    }
    if writers.len() > 1 {
        inference.objects.push(Object { writers, readers: others });
    }
}

/// Everyone who read what a transaction wrote comes before those who read it and wrote then. Returns how many writers have
/// one writer that comes next.
fn successors(
    inference: &mut Inference<'_>,
    mut updates: Vec<Update>,
    writers: &[End],
    readers: &[(usize, End)],
) -> usize {
    order::sort_by_key(&mut updates, |update| (update.source, update.end));
    let mut links = 0;
    for group in updates.chunk_by(|one, other| one.source == other.source) {
        let source = group[0].source;
        let later: Vec<End> = group.iter().map(|update| update.end).collect();
        links += usize::from(later.len() == 1);
        let from = readers.partition_point(|(writer, _)| *writer < source);
        let readers = readers[from..].iter().take_while(|(writer, _)| *writer == source);
        let mut earlier: Vec<(Relation, End)> = readers.map(|(_, reader)| (Relation::Rw, *reader)).collect();
        let own = writers.binary_search_by_key(&source, |(writer, _)| *writer);
        earlier.extend(own.ok().map(|own| (Relation::Ww, writers[own])));
        inference.graph.fan(&earlier, &later);
    }
    links
}

/// The transactions that read what another one wrote, and wrote then.
fn updates(inference: &mut Inference<'_>, readings: &[usize]) -> Vec<Update> {
    let mut updates = Vec::new();
    for place in readings {
        let reading = &inference.reads.readings[*place];
        let (read, Version::Of(write)) = (reading.op, reading.version) else { continue };
        let top = inference.index.ops[read].top;
        if !inference.is_update(read) {
            continue;
        }
        if inference.reads.is_present(write) {
            updates.push(Update { source: inference.index.writer(write), end: inference.end(top), read });
        } else {
            inference.reads.spot(Kind::DirtyUpdate, &[top, inference.index.writes[write].op], None);
        }
    }
    updates
}

/// The reads by which updates, sorted by transaction, come after one another in a circle.
fn circle(updates: &[Update]) -> Option<Vec<usize>> {
    let before = |update: &Update| updates.binary_search_by_key(&update.source, |update| update.end.0).ok();
    // The walk on which each update was met.
    let mut met = vec![NONE; updates.len()];
    for start in 0..updates.len() {
        let mut here = Some(start);
        while let Some(place) = here.filter(|place| met[*place] == NONE) {
            met[place] = start;
            here = before(&updates[place]);
        }
        let Some(place) = here.filter(|place| met[*place] == start) else { continue };
        let mut reads = vec![updates[place].read];
        let mut next = before(&updates[place]);
        while let Some(other) = next.filter(|other| *other != place) {
            reads.push(updates[other].read);
            next = before(&updates[other]);
        }
        return Some(reads);
    }
    None
}

/// The transactions that took part and wrote a register, each with its last write.
fn writers(inference: &Inference<'_>, key: usize) -> Vec<End> {
    let (index, reads) = (inference.index, &inference.reads);
    let writes = index.writes_to(key).filter(|write| index.is_last(*write) && reads.is_present(*write));
    let mut writers: Vec<End> = writes.map(|write| inference.end(index.writes[write].op)).collect();
    order::sort(&mut writers);
    writers
}

/// Who read from whom, sorted; those who read nothing from no one.
fn readers(inference: &Inference<'_>, readings: &[usize]) -> Vec<(usize, End)> {
    let readings = readings.iter().map(|place| &inference.reads.readings[*place]);
    let mut readers: Vec<(usize, End)> = Vec::new();
    for reading in readings {
        let reader = inference.end(reading.op);
        match reading.version {
            Version::Initial => readers.push((NONE, reader)),
            Version::Of(write) => readers.push((inference.index.writer(write), reader)),
            Version::Garbage => {}
        }
    }
    order::sort(&mut readers);
    readers
}

//! The order of the versions of a list: what was read shows it.

use super::{
    dependencies::Inference,
    graph::End,
    index::NONE,
    kinds::Kind,
    report::{Relation, Unsure},
    saturate::Object,
};
use lightcone_core::order;

/// Infers the dependencies over a list.
pub(super) fn infer(inference: &mut Inference<'_>, key: usize, readings: &[usize]) {
    let chain = &mut inference.reads.chains[key];
    if chain.torn {
        return;
    }
    let (writes, read) = (std::mem::take(&mut chain.writes), chain.read);
    out_of_order(inference, &writes, read);
    let last = writes_in_order(inference, &writes);
    // The first write from each place on whose transaction took part.
    let mut next = vec![NONE; writes.len() + 1];
    for place in (0..writes.len()).rev() {
        next[place] = if inference.reads.is_present(writes[place]) { writes[place] } else { next[place + 1] };
    }
    let mut earlier: Vec<(Relation, End)> = last.map(|op| (Relation::Ww, inference.end(op))).into_iter().collect();
    for place in readings {
        let reading = &inference.reads.readings[*place];
        let reader = inference.end(reading.op);
        match next[reading.length] {
            NONE => earlier.push((Relation::Rw, reader)),
            write => {
                let writer = inference.end(inference.index.writes[write].op);
                inference.graph.link(Relation::Rw, reader, writer);
            }
        }
    }
    let unread = unread(inference, key);
    inference.graph.fan(&earlier, &unread);
    if unread.len() > 1 {
        inference.unsure(key, Unsure::Unread);
        inference.objects.push(Object { writers: unread, readers: Vec::new() });
    }
}

/// Looks for appends that stand in the list that was read without, or before, what their transactions appended earlier.
fn out_of_order(inference: &mut Inference<'_>, writes: &[usize], read: usize) {
    let index = inference.index;
    for write in writes.iter().filter(|write| **write != NONE) {
        let op = index.writes[*write].op;
        let below = index.ops[op].below;
        let is_before = |below: usize| inference.reads.places[index.ops[below].write] < inference.reads.places[*write];
        if below != NONE && !is_before(below) {
            inference.reads.spot(Kind::IncompatibleOrder, &[read, op, below], None);
        }
    }
}

/// Links writes that were read, one after the other, and returns the last operation of them.
fn writes_in_order(inference: &mut Inference<'_>, writes: &[usize]) -> Option<usize> {
    let (mut last, mut aborted) = (None, None);
    for write in writes.iter().filter(|write| **write != NONE) {
        let op = inference.index.writes[*write].op;
        if inference.index.is_aborted(*write) {
            aborted = Some(op);
            continue;
        }
        if let Some(aborted) = aborted {
            inference.reads.spot(Kind::DirtyUpdate, &[op, aborted], None);
        }
        if let Some(before) = last {
            inference.graph.link(Relation::Ww, inference.end(before), inference.end(op));
        }
        last = Some(op);
    }
    last
}

/// The first append of each transaction that took part but that nobody read of, by transaction.
fn unread(inference: &Inference<'_>, key: usize) -> Vec<End> {
    let index = inference.index;
    let unread = |write: &usize| inference.reads.places[*write] == NONE && inference.reads.is_present(*write);
    let mut ops: Vec<usize> = index.writes_to(key).filter(unread).map(|write| index.writes[write].op).collect();
    order::sort(&mut ops);
    let mut ends: Vec<End> = ops.into_iter().map(|op| inference.end(op)).collect();
    ends.dedup_by_key(|(transaction, _)| *transaction);
    ends
}

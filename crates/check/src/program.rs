//! The order in which each client did its operations.
//!
//! One operation of a client comes before another if its answer was there when the other was asked. A client may have
//! several under way, and one without an answer is under way for ever. So a client's operations are dealt out to
//! *strands*, in each of which one ends before the next begins.

use crate::history::Span;
use lightcone_core::Sorted;

/// The operations of a history by client, in their order.
pub(crate) struct Program {
    /// The operations of each strand, in order.
    pub strands: Vec<Vec<usize>>,
    /// Where each operation is: its strand, and its place there.
    pub places: Vec<(usize, usize)>,
    /// For each operation the last ones before it, at most one for each strand of its client.
    pub before: Vec<Vec<usize>>,
}

impl Program {
    /// The order of operations, which are in the order of asking.
    pub fn new(ops: &[Span]) -> Self {
        let mut program = Program { strands: Vec::new(), places: Vec::new(), before: Vec::new() };
        let mut clients: Sorted<u32, Vec<usize>> = Sorted::new();
        for (op, now) in ops.iter().enumerate() {
            let ended = |before: &usize| ops[*before].told.is_some_and(|told| told < now.asked);
            let own = clients.get_or_insert_with(now.client, Vec::new);
            let last_ended = |strand: &Vec<usize>| strand.iter().rev().copied().find(ended);
            program.before.push(own.iter().filter_map(|strand| last_ended(&program.strands[*strand])).collect());
            let is_free = |strand: &&usize| program.strands[**strand].last().is_none_or(ended);
            let strand = own.iter().find(is_free).copied().unwrap_or_else(|| {
                own.push(program.strands.len());
                program.strands.push(Vec::new());
                program.strands.len() - 1
            });
            program.places.push((strand, program.strands[strand].len()));
            program.strands[strand].push(op);
        }
        program
    }
}

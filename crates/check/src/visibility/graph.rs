//! What must come before what, and why.

use super::accesses::{Accesses, Source};
use std::collections::VecDeque;

/// Why one operation must come before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// One client did both, the other when it had the answer to the one.
    Client,
    /// The other was told what the one wrote.
    Told,
    /// This read comes after the one, and was told what the other wrote: so that was written later.
    Seen(usize),
}

/// What must come before each operation, and why.
#[derive(Clone)]
pub(crate) struct Graph(Vec<Vec<(usize, Reason)>>);

/// For each strand, how many of its operations come before an operation or are it.
pub(crate) type Clock = Vec<usize>;

impl Graph {
    /// The order of each client.
    pub fn of_clients(accesses: &Accesses) -> Self {
        let before = accesses.program.before.iter();
        Graph(before.map(|before| before.iter().map(|op| (*op, Reason::Client)).collect()).collect())
    }

    /// Causal order: that of each client, and from each write to the reads that were told of it.
    pub fn causal(accesses: &Accesses, sources: &[Source]) -> Self {
        let mut graph = Graph::of_clients(accesses);
        for ((read, _), source) in accesses.reads().zip(sources) {
            graph.0[read].extend(source.map(|write| (write, Reason::Told)));
        }
        graph
    }

    /// No order at all.
    pub fn empty(accesses: &Accesses) -> Self {
        Graph(vec![Vec::new(); accesses.len()])
    }

    /// `one` must come before `other`.
    pub fn add(&mut self, one: usize, other: usize, why: Reason) {
        self.0[other].push((one, why));
    }

    /// The clock of each operation, or a cycle.
    pub fn clocks(&self, accesses: &Accesses) -> Result<Vec<Clock>, Vec<(usize, Reason)>> {
        let order = self.order()?;
        let mut clocks = vec![Clock::new(); self.0.len()];
        for op in order {
            let mut clock = vec![0; accesses.program.strands.len()];
            for (before, _) in &self.0[op] {
                join(&mut clock, &clocks[*before]);
            }
            let (strand, place) = accesses.program.places[op];
            clock[strand] = clock[strand].max(place + 1);
            clocks[op] = clock;
        }
        Ok(clocks)
    }

    /// The operations such that each comes after what must come before it, or a cycle: each operation with the reason why
    /// it must come before the next one, and the last before the first.
    pub fn order(&self) -> Result<Vec<usize>, Vec<(usize, Reason)>> {
        let mut after = vec![Vec::new(); self.0.len()];
        for (op, before) in self.0.iter().enumerate() {
            before.iter().for_each(|(before, _)| after[*before].push(op));
        }
        let mut waits: Vec<usize> = self.0.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..self.0.len()).filter(|op| waits[*op] == 0).collect();
        let mut at = 0;
        while let Some(op) = order.get(at).copied() {
            at += 1;
            for next in &after[op] {
                waits[*next] -= 1;
                if waits[*next] == 0 {
                    order.push(*next);
                }
            }
        }
        if order.len() == self.0.len() { Ok(order) } else { Err(self.shortest_cycle(&waits)) }
    }

    /// A shortest cycle among the operations that wait for others.
    fn shortest_cycle(&self, waits: &[usize]) -> Vec<(usize, Reason)> {
        /// From so many operations it is looked for; in longer histories a short one will do.
        const STARTS: usize = 500;
        let waiting = (0..waits.len()).filter(|op| waits[*op] > 0);
        let cycles = waiting.take(STARTS).filter_map(|start| self.cycle_through(start)).map(without_idle);
        let found = cycles.min_by_key(Vec::len);
        found
            .or_else(|| (0..waits.len()).find_map(|start| self.cycle_through(start)).map(without_idle))
            .expect("what waits is on a cycle or after one")
    }

    /// The cycle through `start` of which the fewest operations are to be told, going back from it. What a client did only
    /// between two others is not told, so that it costs nothing.
    fn cycle_through(&self, start: usize) -> Option<Vec<(usize, Reason)>> {
        // Each operation counts twice: with whatever comes after it, and with what its client did next.
        let (first, end) = (2 * start, 2 * self.0.len());
        let mut least = vec![usize::MAX; end + 1];
        // For each reached: what it must come before on the way to `start`, and why.
        let mut toward: Vec<Option<(usize, Reason)>> = vec![None; end + 1];
        let mut queue = VecDeque::from([(first, 0)]);
        while let Some((here, told)) = queue.pop_front() {
            if here == end {
                return Some(way(start, end, &toward));
            }
            if told > least[here] {
                continue;
            }
            for (before, why) in &self.0[here / 2] {
                let is_client = *why == Reason::Client;
                let is_idle = is_client && here % 2 == 1;
                let next = if *before == start { end } else { 2 * before + usize::from(is_client) };
                let cost = told + usize::from(!is_idle);
                if cost < least[next] {
                    (least[next], toward[next]) = (cost, Some((here, *why)));
                    if is_idle { queue.push_front((next, cost)) } else { queue.push_back((next, cost)) }
                }
            }
        }
        None
    }
}

/// The way from `start`, which was reached again at `end`.
fn way(start: usize, end: usize, toward: &[Option<(usize, Reason)>]) -> Vec<(usize, Reason)> {
    let (mut way, mut here) = (Vec::new(), end);
    while here != 2 * start {
        let (next, why) = toward[here].expect("it was reached on the way");
        way.push((if here == end { start } else { here / 2 }, why));
        here = next;
    }
    way
}

/// The same cycle without the operations that a client only did between two others of it: its order leads over them.
fn without_idle(cycle: Vec<(usize, Reason)>) -> Vec<(usize, Reason)> {
    let before = |place: usize| cycle[(place + cycle.len() - 1) % cycle.len()].1;
    let idle = |place: usize| before(place) == Reason::Client && cycle[place].1 == Reason::Client;
    (0..cycle.len()).filter(|place| !idle(*place)).map(|place| cycle[place]).collect()
}

/// Counts what either counts.
pub(crate) fn join(clock: &mut Clock, other: &[usize]) {
    clock.iter_mut().zip(other).for_each(|(count, other)| *count = (*count).max(*other));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cycle_with_the_fewest_operations_to_tell_is_chosen() {
        // What one client did as 0 to 4 leads back from 4 to 0 by an answer. Each of these is on a cycle of three, too.
        let mut graph = Graph(vec![Vec::new(); 15]);
        (0..4).for_each(|op| graph.add(op, op + 1, Reason::Client));
        graph.add(4, 0, Reason::Told);
        for op in 0..5 {
            graph.add(op, 5 + 2 * op, Reason::Told);
            graph.add(5 + 2 * op, 6 + 2 * op, Reason::Told);
            graph.add(6 + 2 * op, op, Reason::Told);
        }
        let mut cycle = graph.order().expect_err("it has cycles");
        cycle.sort_by_key(|(op, _)| *op);
        assert_eq!(cycle, [(0, Reason::Client), (4, Reason::Told)]);
    }
}

//! Causal memory and causal convergence by their bad patterns (Bouajjani, Enea, Guerraoui and Hamza, POPL 2017, sections 3
//! and 5), for given sources of the reads.
//!
//! *Causal order* is the order of each client together with "this read was told of that write". Both models ask that no
//! read is told of something that it knows to be overwritten. *Causal memory* (Ahamad et al. 1995) asks that each client by
//! itself sees an order of all writes that keeps causal order. *Causal convergence* asks that all see one order of the
//! writes, of which a read knows a part: the last one that it knows of wins.

use super::{
    Finding, Pattern,
    accesses::{Accesses, Source},
    graph::{Clock, Graph, Reason},
};

/// What must not be in either model, else the clocks of causal order.
fn common(accesses: &Accesses, sources: &[Source], causal: &Graph) -> Result<Vec<Clock>, Pattern> {
    let clocks = causal.clocks(accesses).map_err(Pattern::Cycle)?;
    for ((read, _), source) in accesses.reads().zip(sources) {
        for write in others(accesses, &clocks[read], read, *source) {
            match source {
                None => return Err(Pattern::Missed { write, read }),
                Some(old) if accesses.is_within(*old, &clocks[write]) => {
                    return Err(Pattern::Overwritten { old: *old, new: write, read });
                }
                Some(_) => {}
            }
        }
    }
    Ok(clocks)
}

/// The last writes on each strand that `clock` counts, of what `read` read, but for what it was told of.
fn others(accesses: &Accesses, clock: &Clock, read: usize, source: Source) -> impl Iterator<Item = usize> {
    accesses.last_writes(clock, accesses.all[read].key).filter(move |write| Some(*write) != source)
}

/// Causal convergence: one order of the writes for all.
pub(crate) fn convergence(accesses: &Accesses, sources: &[Source], steps: &mut u64) -> Finding {
    let mut graph = Graph::causal(accesses, sources);
    let clocks = match common(accesses, sources, &graph) {
        Ok(clocks) => clocks,
        Err(pattern) => return Finding::Broken(pattern),
    };
    if !super::spend(steps, accesses.len()) {
        return Finding::Undecided;
    }
    for ((read, _), source) in accesses.reads().zip(sources) {
        let Some(source) = source else { continue };
        for write in others(accesses, &clocks[read], read, Some(*source)) {
            graph.add(write, *source, Reason::Seen(read));
        }
    }
    graph.order().map_or_else(|cycle| Finding::Broken(Pattern::Cycle(cycle)), |_| Finding::Holds)
}

/// Causal memory: an order of the writes for each client.
pub(crate) fn memory(accesses: &Accesses, sources: &[Source], steps: &mut u64) -> Finding {
    let causal = Graph::causal(accesses, sources);
    if let Err(pattern) = common(accesses, sources, &causal) {
        return Finding::Broken(pattern);
    }
    for client in accesses.clients() {
        match seen_by(client, accesses, sources, causal.clone(), steps) {
            Finding::Holds => {}
            other => return other,
        }
    }
    Finding::Holds
}

/// Whether there is an order of the writes for one client.
fn seen_by(client: u32, accesses: &Accesses, sources: &[Source], mut graph: Graph, steps: &mut u64) -> Finding {
    loop {
        if !super::spend(steps, accesses.len()) {
            return Finding::Undecided;
        }
        let clocks = match graph.clocks(accesses) {
            Ok(clocks) => clocks,
            Err(cycle) => return Finding::Broken(Pattern::Cycle(cycle)),
        };
        let mut more = false;
        for ((read, _), source) in
            accesses.reads().zip(sources).filter(|((read, _), _)| accesses.owners[*read] == client)
        {
            for write in others(accesses, &clocks[read], read, *source) {
                let Some(source) = source else { return Finding::Broken(Pattern::Missed { write, read }) };
                if !accesses.is_within(write, &clocks[*source]) {
                    graph.add(write, *source, Reason::Seen(read));
                    more = true;
                }
            }
        }
        if !more {
            return Finding::Holds;
        }
    }
}

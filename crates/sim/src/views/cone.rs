//! The past and the future of an event, and what leads from one event to another.

use crate::{
    Run,
    causality::{arrows_of_future, arrows_of_past, chain, future, past, relation},
    view::{CausalLink, Claims, Cone, Division, Reach, Relation},
};
use lightcone_core::Claim;

impl Run {
    /// What an event could know of and what it can influence.
    pub fn cone(&self, event: usize) -> Cone {
        let trace = self.trace();
        let (past, future) = (past(trace, event).edges, future(trace, event).edges);
        let reach = |place: &Option<usize>| place.map(|event| Reach { event, at: trace.events[event].at });
        Cone {
            event,
            past: past.iter().map(reach).collect(),
            future: future.iter().map(reach).collect(),
            past_arrows: arrows_of_past(trace, &past),
            future_arrows: arrows_of_future(trace, &future),
        }
    }

    /// Each lane as an event divides it into what it could know of, what is concurrent, and what it can influence.
    /// Events beyond the past of an event cannot have mattered to it.
    pub fn divisions(&self, event: usize) -> Vec<Division> {
        let trace = self.trace();
        let (past, future) = (past(trace, event).edges, future(trace, event).edges);
        let lanes = trace.lanes.iter().zip(past).zip(future);
        let divide = |((lane, past), future): ((&Vec<u32>, Option<usize>), Option<usize>)| {
            let past = past.map_or(0, |edge| lane.partition_point(|event| *event as usize <= edge));
            // On its own lane the event is in both.
            let from = future.map_or(lane.len(), |edge| lane.partition_point(|event| (*event as usize) < edge));
            let from = from.max(past);
            Division { past, concurrent: from - past, future: lane.len() - from }
        };
        lanes.map(divide).collect()
    }

    /// What the timestamp of an event tells of it beside all others that have one; nothing if it has none.
    pub fn claims(&self, event: usize) -> Option<Claims> {
        let trace = self.trace();
        let place = trace.stamps.binary_search_by_key(&event, |one| one.event as usize).ok()?;
        let own = &trace.stamps[place].stamp;
        let (past, future) = (past(trace, event).edges, future(trace, event).edges);
        let mut counts: Vec<(Relation, Claim, usize)> = Vec::new();
        for one in trace.stamps.iter().filter(|one| one.event as usize != event) {
            let other = one.event as usize;
            let lane = trace.events[other].node.index();
            let truth = match (past[lane], future[lane]) {
                (Some(edge), _) if other <= edge => Relation::Before,
                (_, Some(edge)) if other >= edge => Relation::After,
                _ => Relation::Concurrent,
            };
            let claim = one.stamp.beside(own);
            match counts.iter_mut().find(|(known, by, _)| (*known, *by) == (truth, claim)) {
                Some((.., count)) => *count += 1,
                None => counts.push((truth, claim, 1)),
            }
        }
        Some(Claims { stamp: own.clone(), counts })
    }

    /// How one event stands to another.
    pub fn relation(&self, one: usize, other: usize) -> Relation {
        relation(self.trace(), one, other).0
    }

    /// The chain of the fewest messages that leads from one event to a later one, earliest first; nothing if none does.
    pub fn chain_between(&self, from: usize, to: usize) -> Option<Vec<CausalLink>> {
        chain(self.trace(), from, to).map(|chain| chain.links)
    }
}

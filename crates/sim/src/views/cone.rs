//! The past and the future of an event, and what leads from one event to another.

use crate::{
    Run,
    causality::{arrows_of_future, arrows_of_past, chain, future, past, relation},
    view::{CausalLink, Cone, Division, Reach, Relation},
};

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

    /// Each lane as an event divides it into what it could know of, what is concurrent, and what it can influence. Events
    /// beyond the past of an event cannot have mattered to it.
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

    /// How one event stands to another.
    pub fn relation(&self, one: usize, other: usize) -> Relation {
        relation(self.trace(), one, other).0
    }

    /// The chain of the fewest messages that leads from one event to a later one, earliest first; nothing if none does.
    pub fn chain_between(&self, from: usize, to: usize) -> Option<Vec<CausalLink>> {
        chain(self.trace(), from, to).map(|chain| chain.links)
    }
}

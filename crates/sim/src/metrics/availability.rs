//! Who was kept waiting, and when nobody was answered.

use super::numbers::{Stretch, Within, per_mille, together};
use crate::{run::Run, trace::OpRecord, view::EventKind};
use lightcone_core::{Micros, NodeId};
use serde::Serialize;

/// Who was kept waiting in a window. An operation waits from when it is asked until its answer, or until its client
/// goes down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// How long an operation may wait before it counts as kept waiting, in microseconds.
    pub patience: u64,
    /// One for each client, by name.
    pub clients: Vec<Patience>,
    /// The stretches, longer than that, in which nobody was answered though someone waited all the while.
    pub outages: Vec<Outage>,
    /// How long they are together, in microseconds.
    pub out: u64,
    /// Their share of the window, in per mille.
    pub out_per_mille: u64,
}

/// How long one client waited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Patience {
    /// The client.
    pub client: String,
    /// How long some operation of it waited, in microseconds.
    pub waited: u64,
    /// How long some operation of it had waited longer than patience allows, in microseconds.
    pub kept: u64,
    /// The share of the window in which that was so, in per mille.
    pub kept_per_mille: u64,
}

/// A stretch of time in which nobody was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Outage {
    /// From when, in microseconds.
    pub from: u64,
    /// Until when, in microseconds.
    pub to: u64,
}

pub(super) fn availability(run: &Run, within: Within, patience: Micros) -> Availability {
    let waits: Vec<(NodeId, Stretch)> = run.trace().ops.iter().map(|op| (op.id.client, wait(run, op))).collect();
    let servers = run.setup().servers();
    let clients = run.setup().everyone().difference(servers);
    let clients: Vec<Patience> = clients.iter().map(|client| kept(run, within, patience, client, &waits)).collect();
    let outages = outages(run, within, patience, &waits);
    let out = outages.iter().map(|outage| outage.to - outage.from).sum();
    Availability { patience: patience.0, clients, outages, out, out_per_mille: per_mille(out, within.length()) }
}

/// From when until when an operation waited; to the end of time if nothing ended it.
fn wait(run: &Run, op: &OpRecord) -> Stretch {
    let trace = run.trace();
    if let Some((_, done, _)) = &op.done {
        return (op.at.0, done.0);
    }
    let lane = &trace.lanes[op.id.client.index()];
    let later = &lane[lane.partition_point(|event| *event <= op.event)..];
    let mut later = later.iter().map(|event| &trace.events[*event as usize]);
    let down = later.find(|event| matches!(event.kind, EventKind::Crash | EventKind::Leave));
    (op.at.0, down.map_or(u64::MAX, |event| event.at.0))
}

fn kept(run: &Run, within: Within, patience: Micros, client: NodeId, waits: &[(NodeId, Stretch)]) -> Patience {
    let mine = || waits.iter().filter(|(whose, _)| *whose == client).map(|(_, stretch)| *stretch);
    let late = mine().map(|(from, to)| (from.saturating_add(patience.0), to));
    let kept = together(&within.union(late));
    Patience {
        client: run.setup().name(client).to_string(),
        waited: together(&within.union(mine())),
        kept,
        kept_per_mille: per_mille(kept, within.length()),
    }
}

fn outages(run: &Run, within: Within, patience: Micros, waits: &[(NodeId, Stretch)]) -> Vec<Outage> {
    let mut answers: Vec<u64> =
        run.trace().ops.iter().filter_map(|op| op.done.as_ref().map(|(_, at, _)| at.0)).collect();
    lightcone_core::order::sort(&mut answers);
    let mut outages = Vec::new();
    for (mut from, to) in within.union(waits.iter().map(|(_, stretch)| *stretch)) {
        let first = answers.partition_point(|answer| *answer <= from);
        let here = answers[first..].iter().copied().take_while(|answer| *answer < to);
        for until in here.chain([to]) {
            if until - from > patience.0 {
                outages.push(Outage { from, to: until });
            }
            from = until;
        }
    }
    outages
}

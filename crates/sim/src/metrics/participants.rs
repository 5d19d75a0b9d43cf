//! Participants: downtime, pauses, load.

use super::numbers::{Spread, Stretch, Within, per_mille, together};
use crate::{
    act::Lasting,
    run::Run,
    trace::{Cause, Event, Trace},
    view::EventKind,
};
use lightcone_core::{NodeId, NodeKind};
use serde::Serialize;

/// One participant in a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Participant {
    /// Its name.
    pub name: String,
    /// Whether it serves rather than asks.
    pub is_server: bool,
    /// How many events it had.
    pub events: u64,
    /// How many messages it sent.
    pub sent: u64,
    /// How many messages it handled.
    pub handled: u64,
    /// How many times it crashed.
    pub crashes: u64,
    /// How long it was down after a crash, in microseconds. Before it joins and after it left it is not down.
    pub down: u64,
    /// The share of the window in which it was down, in per mille.
    pub down_per_mille: u64,
    /// How long a fault paused it, in microseconds.
    pub paused: u64,
    /// How long messages waited here before they were handled, service included, in microseconds.
    pub waits: Spread,
}

pub(super) fn participants(run: &Run, within: Within) -> Vec<Participant> {
    let trace = run.trace();
    let mut sent = vec![0; trace.lanes.len()];
    let messages = within.of(&trace.messages, |message| message.sent);
    messages.iter().filter(|message| !message.copy).for_each(|message| sent[message.from.index()] += 1);
    run.setup().everyone().iter().map(|node| participant(run, within, node, sent[node.index()])).collect()
}

fn participant(run: &Run, within: Within, node: NodeId, sent: u64) -> Participant {
    let trace = run.trace();
    let lane: Vec<Event> = trace.lanes[node.index()].iter().map(|event| trace.events[*event as usize]).collect();
    let events = within.of(&lane, |event| event.at);
    let count = |kind| events.iter().filter(|event| event.kind == kind).count() as u64;
    let down = together(&within.union(downs(&lane)));
    let pauses = trace.spells.iter().filter(|spell| matches!(*spell.what, Lasting::Pause(whom) if whom == node));
    let pauses = pauses.map(|spell| (spell.from.0, spell.to.map_or(u64::MAX, |(to, _)| to.0)));
    let spec = &run.setup().specs()[node.index()];
    Participant {
        name: spec.name.clone(),
        is_server: spec.kind == NodeKind::Server,
        events: events.len() as u64,
        sent,
        handled: count(EventKind::Deliver),
        crashes: count(EventKind::Crash),
        down,
        down_per_mille: per_mille(down, within.length()),
        paused: together(&within.union(pauses)),
        waits: waits(trace, events),
    }
}

/// From each crash on a lane to the start after it.
fn downs(lane: &[Event]) -> Vec<Stretch> {
    let mut downs = Vec::new();
    let mut since = None;
    for event in lane {
        match event.kind {
            EventKind::Crash => since = Some(event.at.0),
            EventKind::Start | EventKind::Restart => downs.extend(since.take().map(|from| (from, event.at.0))),
            _ => {}
        }
    }
    downs.extend(since.map(|from| (from, u64::MAX)));
    downs
}

/// How long the messages that these events handled had waited.
pub(super) fn waits<'a>(trace: &Trace, events: impl IntoIterator<Item = &'a Event>) -> Spread {
    let waited = events.into_iter().filter_map(|event| match event.cause {
        Cause::Message(message) => Some(event.at.minus(trace.messages[message as usize].end).0),
        _ => None,
    });
    Spread::of(waited)
}

//! The past and the future of an event, as lengths of lanes.

use crate::{
    Run,
    trace::{Cause, Trace},
    view::{Cone, Fate, Reach},
};

impl Run {
    /// What an event could know of and what it can influence.
    pub fn cone(&self, event: usize) -> Cone {
        let trace = self.trace();
        let lanes = self.setup().specs().len();
        let (past, future) = (past(trace, lanes, event), future(trace, lanes, event));
        let arrows = |inside: &dyn Fn(usize, usize) -> bool| {
            let delivered = trace.messages.iter().enumerate().filter_map(|(place, message)| match message.fate {
                Fate::Delivered(by) => Some((place, message, by)),
                _ => None,
            });
            let inside = delivered.filter(|(_, m, by)| inside(m.sent_by as usize, *by));
            inside.map(|(place, _, _)| place).collect()
        };
        let lane = |event: usize| trace.events[event].node.index();
        let past_arrows = arrows(&|_, by| past[lane(by)].is_some_and(|last| by <= last));
        let future_arrows = arrows(&|sent, _| future[lane(sent)].is_some_and(|first| sent >= first));
        let reach = |place: Option<usize>| place.map(|event| Reach { event, at: trace.events[event].at });
        Cone {
            event,
            past: past.iter().copied().map(reach).collect(),
            future: future.iter().copied().map(reach).collect(),
            past_arrows,
            future_arrows,
        }
    }
}

fn sender(trace: &Trace, event: usize) -> Option<usize> {
    match trace.events[event].cause {
        Cause::Message(message) => Some(trace.messages[message as usize].sent_by as usize),
        _ => None,
    }
}

/// By lane, the last event in the past. Backwards through the run, so that each event is seen after all that follow.
fn past(trace: &Trace, lanes: usize, event: usize) -> Vec<Option<usize>> {
    let mut last = vec![None; lanes];
    last[trace.events[event].node.index()] = Some(event);
    for place in (0..=event).rev() {
        let inside = last[trace.events[place].node.index()].is_some_and(|edge| place <= edge);
        if let (true, Some(sent)) = (inside, sender(trace, place)) {
            let edge = &mut last[trace.events[sent].node.index()];
            *edge = Some(edge.map_or(sent, |known| known.max(sent)));
        }
    }
    last
}

/// By lane, the first event in the future.
fn future(trace: &Trace, lanes: usize, event: usize) -> Vec<Option<usize>> {
    let mut first: Vec<Option<usize>> = vec![None; lanes];
    first[trace.events[event].node.index()] = Some(event);
    for place in event + 1..trace.events.len() {
        let Some(sent) = sender(trace, place) else { continue };
        if first[trace.events[sent].node.index()].is_some_and(|edge| sent >= edge) {
            first[trace.events[place].node.index()].get_or_insert(place);
        }
    }
    first
}

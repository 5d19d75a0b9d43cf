//! What leads from one event to another with the fewest messages: search by rounds of one message each.

use super::{Forwards, arrivals, handled};
use crate::{
    trace::Trace,
    view::{Along, CausalLink},
};

/// A chain of causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Its links, earliest first.
    pub links: Vec<CausalLink>,
    /// How many events were looked at: the cost.
    pub visited: usize,
}

/// The chain of the fewest messages that leads from one event to a later one, if one does. Of several, the one whose
/// last message is handled first; if they agree in that one, the one whose last but one is; and so on.
pub fn chain(trace: &Trace, from: usize, to: usize) -> Option<Chain> {
    let target = trace.events[to].node.index();
    let mut reached = vec![None; trace.lanes.len()];
    let mut rounds = Vec::new();
    let mut fresh = reached.clone();
    fresh[trace.events[from].node.index()] = Some(from);
    let mut visited = 0;
    loop {
        let here: Option<usize> = fresh[target];
        let sources = merge(&mut reached, &fresh);
        rounds.push(fresh);
        if here.is_some_and(|event| event <= to) {
            return Some(Chain { links: links(trace, &rounds, to), visited });
        }
        fresh = round(trace, sources, &reached, to, &mut visited);
        if fresh.iter().all(Option::is_none) {
            return None;
        }
    }
}

/// Takes newly reached events into what is reached; returns by lane the stretch that is new, its end excluded.
fn merge(reached: &mut [Option<usize>], fresh: &[Option<usize>]) -> Vec<Option<(usize, Option<usize>)>> {
    let lanes = reached.iter_mut().zip(fresh);
    lanes.map(|(known, fresh)| fresh.map(|event| (event, known.replace(event)))).collect()
}

/// By lane, the first event up to `to` that is reached by one message from these stretches and was not reached before.
fn round(
    trace: &Trace,
    sources: Vec<Option<(usize, Option<usize>)>>,
    reached: &[Option<usize>],
    to: usize,
    visited: &mut usize,
) -> Vec<Option<usize>> {
    let mut sweep = Forwards::new(trace);
    for (lane, source) in sources.iter().enumerate() {
        if let Some((first, _)) = source {
            sweep.start(lane, *first);
        }
    }
    let mut fresh: Vec<Option<usize>> = vec![None; trace.lanes.len()];
    let target = trace.events[to].node.index();
    while let Some((lane, event)) = sweep.next() {
        // Whatever is sent from here on is handled later than this.
        let is_final = |lane: usize| fresh[lane].or(reached[lane]).is_some_and(|known| known <= event);
        if event >= to || is_final(target) || (0..fresh.len()).all(is_final) {
            break;
        }
        if sources[lane].and_then(|(_, end)| end).is_some_and(|end| event >= end) {
            sweep.stop(lane);
            continue;
        }
        *visited += 1;
        for (_, by) in arrivals(trace, event).filter(|(_, by)| *by <= to) {
            let there = trace.events[by].node.index();
            if reached[there].is_none_or(|known| by < known) && fresh[there].is_none_or(|known| by < known) {
                fresh[there] = Some(by);
            }
        }
    }
    fresh
}

/// Follows the rounds back from `to`.
fn links(trace: &Trace, rounds: &[Vec<Option<usize>>], to: usize) -> Vec<CausalLink> {
    let mut links = vec![CausalLink { event: to, next: None }];
    for (messages, round) in rounds.iter().enumerate().rev() {
        let last = links.last().expect("it starts with the end").event;
        let entry = round[trace.events[last].node.index()].expect("a round reaches what the next one starts from");
        if entry != last {
            let lane = trace.events[entry].node;
            links.push(CausalLink { event: entry, next: Some(Along::Lane(lane)) });
        }
        if let Some(message) = handled(trace, entry).filter(|_| messages > 0) {
            let sent_by = trace.messages[message].sent_by as usize;
            links.push(CausalLink { event: sent_by, next: Some(Along::Message(message)) });
        }
    }
    links.reverse();
    links
}

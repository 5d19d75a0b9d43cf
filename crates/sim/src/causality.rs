//! Who could know of what, from the trace alone: along lanes, then along messages that were handled.
//!
//! A past is a prefix of every lane and a future is a suffix, so that each is one event for each lane: its edge. The walks
//! go from the event outwards, in the order of the run, and stop as soon as nothing further away can move an edge. A
//! timer depends on its arming, which lies on the same lane.

use crate::{
    trace::{Cause, Trace},
    view::{Along, CausalLink, Fate, Relation},
};

/// The edges of a past or of a future.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    /// By lane: the last event of it in the past, or the first in the future; the event itself counts.
    pub edges: Vec<Option<usize>>,
    /// How many events were looked at: the cost.
    pub visited: usize,
}

/// A chain of causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Its links, earliest first.
    pub links: Vec<CausalLink>,
    /// How many events were looked at: the cost.
    pub visited: usize,
}

/// What an event could know of.
pub fn past(trace: &Trace, event: usize) -> Frontier {
    // What lies before `next` can only tell of senders before it, so edges from there on are final.
    let final_at = |lane: &Vec<u32>, edge: Option<usize>, next: usize| {
        edge.is_some_and(|edge| edge >= next) || lane.first().is_none_or(|first| *first as usize >= next)
    };
    backwards(trace, event, |edges, next| trace.lanes.iter().zip(edges).all(|(lane, edge)| final_at(lane, *edge, next)))
}

/// What an event could know of that is not before `floor`: edges before it may be too early.
pub fn past_since(trace: &Trace, event: usize, floor: usize) -> Frontier {
    backwards(trace, event, |_, next| next <= floor)
}

/// What an event can influence.
pub fn future(trace: &Trace, event: usize) -> Frontier {
    let final_at = |lane: &Vec<u32>, edge: Option<usize>, next: usize| {
        edge.is_some_and(|edge| edge <= next) || lane.last().is_none_or(|last| *last as usize <= next)
    };
    forwards(trace, event, |edges, next| trace.lanes.iter().zip(edges).all(|(lane, edge)| final_at(lane, *edge, next)))
}

/// What an event can influence that is not after `ceiling`: edges after it may be too late.
pub fn future_until(trace: &Trace, event: usize, ceiling: usize) -> Frontier {
    forwards(trace, event, |_, next| next >= ceiling)
}

/// How `one` stands to `other`, and how many events were looked at.
pub fn relation(trace: &Trace, one: usize, other: usize) -> (Relation, usize) {
    if one == other {
        return (Relation::Same, 0);
    }
    let (early, late) = (one.min(other), one.max(other));
    let lane = trace.events[early].node.index();
    let knows = |edges: &[Option<usize>]| edges[lane].is_some_and(|edge| edge >= early);
    let found = backwards(trace, late, |edges, next| next <= early || knows(edges));
    let relation = match knows(&found.edges) {
        false => Relation::Concurrent,
        true if early == one => Relation::Before,
        true => Relation::After,
    };
    (relation, found.visited)
}

/// The messages inside a past with these edges, in order of sending.
pub fn arrows_of_past(trace: &Trace, edges: &[Option<usize>]) -> Vec<usize> {
    let lanes = trace.lanes.iter().zip(edges);
    let inside = lanes.flat_map(|(lane, edge)| edge.map_or(&lane[..0], |edge| &lane[..=place(lane, edge)]));
    let mut arrows: Vec<usize> = inside.filter_map(|event| handled(trace, *event as usize)).collect();
    arrows.sort_unstable();
    arrows
}

/// The messages inside a future with these edges, in order of sending.
pub fn arrows_of_future(trace: &Trace, edges: &[Option<usize>]) -> Vec<usize> {
    let lanes = trace.lanes.iter().zip(edges);
    let inside = lanes.flat_map(|(lane, edge)| edge.map_or(&lane[..0], |edge| &lane[place(lane, edge)..]));
    let mut arrows: Vec<usize> = inside.flat_map(|event| arrivals(trace, *event as usize).map(|(m, _)| m)).collect();
    arrows.sort_unstable();
    arrows
}

/// The chain of the fewest messages that leads from one event to a later one, if one does. Of several, the one whose last
/// message is handled first; if they agree in that one, the one whose last but one is; and so on.
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
            links.push(CausalLink { event: entry, next: Some(Along::Lane) });
        }
        if let Some(message) = handled(trace, entry).filter(|_| messages > 0) {
            let sent_by = trace.messages[message].sent_by as usize;
            links.push(CausalLink { event: sent_by, next: Some(Along::Message(message)) });
        }
    }
    links.reverse();
    links
}

/// The message that an event handled.
fn handled(trace: &Trace, event: usize) -> Option<usize> {
    match trace.events[event].cause {
        Cause::Message(message) => Some(message as usize),
        _ => None,
    }
}

/// The messages that an event sent and someone handled, each with the event that did.
fn arrivals(trace: &Trace, event: usize) -> impl Iterator<Item = (usize, usize)> {
    trace.sent_by(event).filter_map(|place| match trace.messages[place].fate {
        Fate::Delivered(by) => Some((place, by)),
        _ => None,
    })
}

/// The place of an event on its lane.
fn place(lane: &[u32], event: usize) -> usize {
    lane.partition_point(|other| (*other as usize) < event)
}

/// Walks a past, latest events first, until there is `enough`: it is asked with the edges and the next event.
fn backwards(trace: &Trace, event: usize, enough: impl Fn(&[Option<usize>], usize) -> bool) -> Frontier {
    let mut edges = vec![None; trace.lanes.len()];
    // By lane: how many events of it are still to be looked at, once it has an edge.
    let mut rest = vec![0; trace.lanes.len()];
    let home = trace.events[event].node.index();
    edges[home] = Some(event);
    rest[home] = place(&trace.lanes[home], event) + 1;
    let mut visited = 0;
    loop {
        let next = (0..rest.len()).filter(|lane| rest[*lane] > 0).map(|lane| trace.lanes[lane][rest[lane] - 1]).max();
        let Some(next) = next.map(|next| next as usize).filter(|next| !enough(&edges, *next)) else {
            return Frontier { edges, visited };
        };
        rest[trace.events[next].node.index()] -= 1;
        visited += 1;
        if let Some(message) = handled(trace, next) {
            let sent_by = trace.messages[message].sent_by as usize;
            let lane = trace.events[sent_by].node.index();
            if edges[lane].is_none_or(|known| known < sent_by) {
                edges[lane] = Some(sent_by);
                rest[lane] = place(&trace.lanes[lane], sent_by) + 1;
            }
        }
    }
}

/// Walks a future, earliest events first, until there is `enough`: it is asked with the edges and the next event.
fn forwards(trace: &Trace, event: usize, enough: impl Fn(&[Option<usize>], usize) -> bool) -> Frontier {
    let mut edges: Vec<Option<usize>> = vec![None; trace.lanes.len()];
    let home = trace.events[event].node.index();
    edges[home] = Some(event);
    let mut sweep = Forwards::new(trace);
    sweep.start(home, event);
    let mut visited = 0;
    while let Some((_, next)) = sweep.next().filter(|(_, next)| !enough(&edges, *next)) {
        visited += 1;
        for (_, by) in arrivals(trace, next) {
            let lane = trace.events[by].node.index();
            if edges[lane].is_none_or(|known| by < known) {
                edges[lane] = Some(by);
                sweep.start(lane, by);
            }
        }
    }
    Frontier { edges, visited }
}

/// Goes along several lanes at once, in the order of the run.
struct Forwards<'a> {
    trace: &'a Trace,
    /// By lane: the place of its next event.
    next: Vec<usize>,
}

impl<'a> Forwards<'a> {
    fn new(trace: &'a Trace) -> Self {
        Forwards { trace, next: trace.lanes.iter().map(Vec::len).collect() }
    }

    fn start(&mut self, lane: usize, event: usize) {
        self.next[lane] = place(&self.trace.lanes[lane], event);
    }

    fn stop(&mut self, lane: usize) {
        self.next[lane] = self.trace.lanes[lane].len();
    }
}

impl Iterator for Forwards<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let lanes = self.trace.lanes.iter().zip(&self.next).enumerate();
        let (event, lane) = lanes.filter_map(|(lane, (events, next))| Some((*events.get(*next)?, lane))).min()?;
        self.next[lane] += 1;
        Some((lane, event as usize))
    }
}

//! Who could know of what, from the trace alone: along lanes, then along messages that were handled.
//!
//! A past is a prefix of every lane and a future is a suffix, so that each is one event for each lane: its edge. The walks
//! go from the event outwards, in the order of the run, and stop as soon as nothing further away can move an edge. A
//! timer depends on its arming, which lies on the same lane.

mod chain;

pub use chain::{Chain, chain};

use crate::{
    trace::{Cause, Message, Trace},
    view::{Fate, Relation},
};

/// The edges of a past or of a future.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    /// By lane: the last event of it in the past, or the first in the future; the event itself counts.
    pub edges: Vec<Option<usize>>,
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
    let inside: Vec<&[u32]> =
        lanes.map(|(lane, edge)| edge.map_or(&lane[..0], |edge| &lane[..=place(lane, edge)])).collect();
    let stretch = edges.iter().flatten().max().map_or(0, |last| last + 1);
    if fills(&inside, stretch) {
        let sent = trace.messages.iter().take_while(|message| (message.sent_by as usize) < stretch);
        let is_inside =
            |message: &Message| matches!(message.fate, Fate::Delivered(by) if edges[message.to.index()] >= Some(by));
        return sent.enumerate().filter(|(_, message)| is_inside(message)).map(|(place, _)| place).collect();
    }
    let events = inside.into_iter().flatten();
    let mut arrows: Vec<usize> = events.filter_map(|event| handled(trace, *event as usize)).collect();
    arrows.sort_unstable();
    arrows
}

/// The messages inside a future with these edges, in order of sending.
pub fn arrows_of_future(trace: &Trace, edges: &[Option<usize>]) -> Vec<usize> {
    let lanes = trace.lanes.iter().zip(edges);
    let inside: Vec<&[u32]> =
        lanes.map(|(lane, edge)| edge.map_or(&lane[..0], |edge| &lane[place(lane, edge)..])).collect();
    let first = edges.iter().flatten().min().copied().unwrap_or(trace.events.len());
    if fills(&inside, trace.events.len() - first) {
        let start = trace.sent_by(first).start;
        let is_inside = |message: &Message| {
            let edge = edges[message.from.index()];
            edge.is_some_and(|edge| edge <= message.sent_by as usize) && matches!(message.fate, Fate::Delivered(_))
        };
        let sent = (start..).zip(&trace.messages[start..]);
        return sent.filter(|(_, message)| is_inside(message)).map(|(place, _)| place).collect();
    }
    let events = inside.into_iter().flatten();
    let mut arrows: Vec<usize> = events.flat_map(|event| arrivals(trace, *event as usize).map(|(m, _)| m)).collect();
    arrows.sort_unstable();
    arrows
}

/// Whether so much of a stretch of the run lies inside that it is quicker to go through all of the stretch.
fn fills(inside: &[&[u32]], stretch: usize) -> bool {
    inside.iter().map(|lane| lane.len()).sum::<usize>() * 8 >= stretch
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

//! What lies causally between an invocation and its answer: in the future of the one and in the past of the other.

use super::messages::order;
use crate::{
    causality::{future_until, past_since},
    trace::{Cause, Trace},
};
use lightcone_core::Kind;
use std::collections::BTreeMap;

/// The events between two, both included, and the messages among them.
pub(super) struct Between<'a> {
    trace: &'a Trace,
    /// In order.
    events: Vec<usize>,
}

/// The messages of one kind between two events.
pub(super) struct KindBetween {
    pub kind: &'static Kind,
    /// How many.
    pub messages: u64,
    /// The most of them that are in one causal chain.
    pub rounds: u64,
}

/// What directly led to an event: the message or the arming of the timer that it handled, and so on.
pub(super) struct Path {
    /// The kinds of the messages, earliest first.
    pub kinds: Vec<&'static str>,
    /// Whether it goes back all the way.
    pub is_whole: bool,
}

impl<'a> Between<'a> {
    pub fn new(trace: &'a Trace, from: usize, to: usize) -> Self {
        let first = future_until(trace, from, to).edges;
        let last = past_since(trace, to, from).edges;
        let mut events = Vec::new();
        for (lane, edges) in trace.lanes.iter().zip(first.into_iter().zip(last)) {
            if let (Some(first), Some(last)) = edges {
                let start = lane.partition_point(|event| (*event as usize) < first);
                let inside = lane[start..].iter().map(|event| *event as usize).take_while(|event| *event <= last);
                events.extend(inside);
            }
        }
        lightcone_core::order::sort(&mut events);
        Between { trace, events }
    }

    fn place(&self, event: usize) -> Option<usize> {
        self.events.binary_search(&event).ok()
    }

    /// The message that an event handled, if it was sent in between: its kind, and the place of its sender.
    fn handled(&self, event: usize) -> Option<(&'static Kind, usize)> {
        let Cause::Message(message) = self.trace.events[event].cause else { return None };
        let message = self.trace.messages[message as usize];
        Some((message.key.kind, self.place(message.sent_by as usize)?))
    }

    /// The kinds of the messages in between, by name.
    pub fn kinds(&self) -> Vec<KindBetween> {
        let mut counts: BTreeMap<_, (&'static Kind, u64)> = BTreeMap::new();
        for (kind, _) in self.events.iter().filter_map(|event| self.handled(*event)) {
            counts.entry(order(kind)).or_insert((kind, 0)).1 += 1;
        }
        let of = |(kind, messages)| KindBetween { kind, messages, rounds: self.longest(Some(kind)) };
        counts.into_values().map(of).collect()
    }

    /// The messages in the longest causal chain, of those of one kind or of any.
    pub fn longest(&self, only: Option<&Kind>) -> u64 {
        let mut depths: Vec<u64> = Vec::with_capacity(self.events.len());
        let mut lanes = vec![0; self.trace.lanes.len()];
        for event in &self.events {
            let lane = &mut lanes[self.trace.events[*event].node.index()];
            if let Some((kind, sender)) = self.handled(*event) {
                let counts = only.is_none_or(|only| order(only) == order(kind));
                *lane = depths[sender].saturating_add(counts.into()).max(*lane);
            }
            depths.push(*lane);
        }
        depths.last().copied().unwrap_or(0)
    }

    /// What directly led to the last event, as far as it lies in between.
    pub fn path(&self) -> Path {
        let mut kinds = Vec::new();
        let first = self.events.first().copied();
        let mut here = self.events.last().copied();
        let mut is_whole = false;
        while let Some(event) = here.filter(|event| self.place(*event).is_some()) {
            is_whole = Some(event) == first;
            here = match self.trace.events[event].cause {
                _ if is_whole => None,
                Cause::Message(_) => self.handled(event).map(|(kind, sender)| {
                    kinds.push(kind.name);
                    self.events[sender]
                }),
                Cause::Armed(by) => Some(by as usize),
                _ => None,
            };
        }
        kinds.reverse();
        Path { kinds, is_whole }
    }
}

//! Causal order without time, as in the classic papers.

use super::{Marks, SliceMark};
use crate::{Run, trace::Cause};
use lightcone_core::{Micros, NodeId};

/// What stands for one column where marks are placed by causal order: as if each lasted a millisecond.
pub const STEP: Micros = Micros(1_000);

/// The events of a run in columns that are evenly spaced. No event of a column could know of another one in it, and
/// the columns keep the order of the run. Where something that lasts begins or ends, a column does, too: so it still
/// lies between the events that it lay between.
///
/// With a cut, what is before it comes first, and then what is after it: an equivalent run, in which the state at the cut
/// did exist, as long as the cut is consistent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The place in the order of the first event of each column.
    firsts: Vec<usize>,
    /// The place of each event in the order.
    places: Vec<usize>,
    /// The events in the order.
    order: Vec<usize>,
    /// The cut that divides them, and the place in the order of the first event after it.
    divided: Option<(String, usize)>,
    /// When and on which lane each event happens.
    times: Vec<(Micros, NodeId)>,
}

impl Columns {
    /// The columns of the events computed so far, as they happened or as a cut divides them.
    pub fn of(run: &Run, cut: Option<&SliceMark>) -> Columns {
        let trace = run.trace();
        let is_before = |event: &usize| {
            let node = trace.events[*event].node;
            let after = cut.and_then(|cut| cut.after.iter().find(|(other, ..)| *other == node));
            after.is_none_or(|(_, first, _)| event < first)
        };
        let (mut order, mut rest): (Vec<usize>, Vec<usize>) = (0..trace.events.len()).partition(is_before);
        let divided = cut.map(|cut| (cut.name.clone(), order.len()));
        order.append(&mut rest);
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, event)| places[*event] = place);
        let firsts = firsts(run, &order, &places);
        Columns {
            firsts,
            places,
            order,
            divided,
            times: trace.events.iter().map(|event| (event.at, event.node)).collect(),
        }
    }

    /// Where an event stands.
    pub fn of_event(&self, event: usize) -> Micros {
        let place = self.places.get(event).copied().unwrap_or(event);
        let column = self.firsts.partition_point(|first| *first <= place);
        Micros(column as u64 * STEP.0)
    }

    /// Where an instant lies: at its last event, or between that one and the next.
    pub fn of_time(&self, at: Micros) -> Micros {
        let happened = self.times.partition_point(|(time, _)| *time <= at);
        let Some(last) = happened.checked_sub(1) else { return Micros(STEP.0 / 2) };
        if self.times[last].0 < at { self.after(last) } else { self.of_event(last) }
    }

    /// Where something begins or ends that lasts: before the events of its instant.
    fn of_edge(&self, at: Micros) -> Micros {
        let happened = self.times.partition_point(|(time, _)| *time < at);
        happened.checked_sub(1).map_or(Micros(STEP.0 / 2), |last| self.after(last))
    }

    /// Where an instant of a lane lies: at its event then, if there is one.
    fn of_lane(&self, node: NodeId, at: Micros) -> Micros {
        let happened = self.times.partition_point(|(time, _)| *time <= at);
        let mut then = (0..happened).rev().take_while(|event| self.times[*event].0 == at);
        let own = then.find(|event| self.times[*event].1 == node);
        own.map_or_else(|| self.of_time(at), |event| self.of_event(event))
    }

    fn after(&self, event: usize) -> Micros {
        Micros(self.of_event(event).0 + STEP.0 / 2)
    }

    /// The instant of what lies here: that of the last event of the column.
    pub fn time(&self, place: Micros) -> Micros {
        let column = (place.0 / STEP.0) as usize;
        let next = self.firsts.get(column).copied().unwrap_or(self.times.len());
        next.checked_sub(1).map_or(Micros::ZERO, |last| self.times[self.order[last]].0)
    }

    /// Where the last column ends.
    pub fn end(&self) -> Micros {
        Micros((self.firsts.len() as u64 + 1) * STEP.0)
    }

    /// Marks in their columns instead of at their times.
    pub fn place(&self, mut marks: Marks) -> Marks {
        use super::Fate;
        marks.events.iter_mut().for_each(|event| event.at = self.of_event(event.index));
        for slice in &mut marks.slices {
            let divides = self.divided.as_ref().filter(|(name, _)| *name == slice.name);
            let first = divides.and_then(|(_, place)| self.order.get(*place));
            slice.after.iter_mut().for_each(|(_, event, at)| *at = self.of_event(*first.unwrap_or(event)));
        }
        marks.stamps.iter_mut().for_each(|stamp| stamp.at = self.of_event(stamp.event));
        for arrow in &mut marks.arrows {
            let end = self.of_time(arrow.end);
            arrow.sent = self.of_event(arrow.sent_by);
            arrow.handled = match arrow.fate {
                Fate::Delivered(by) => self.of_event(by),
                _ => self.of_time(arrow.handled).max(Micros(arrow.sent.0 + STEP.0 / 2)),
            };
            let waited =
                matches!(arrow.fate, Fate::Delivered(by) if self.times.get(by).is_some_and(|(at, _)| *at > arrow.end));
            arrow.end = match arrow.fate {
                Fate::Delivered(_) if !waited => arrow.handled,
                _ => end.max(Micros(arrow.sent.0 + STEP.0 / 2)).min(arrow.handled),
            };
        }
        for strip in &mut marks.strips {
            (strip.from, strip.to) = (self.of_lane(strip.node, strip.from), self.of_lane(strip.node, strip.to));
        }
        for bar in &mut marks.bars {
            (bar.from, bar.to) = (self.of_event(bar.event), bar.to.map(|to| self.of_lane(bar.node, to)));
        }
        for down in &mut marks.downs {
            let on = |at| self.of_lane(down.node, at);
            (down.from, down.to) = (on(down.from), down.to.map(on));
        }
        for cut in &mut marks.cuts {
            (cut.from, cut.to) = (self.of_edge(cut.from), cut.to.map(|to| self.of_edge(to)));
        }
        for spell in &mut marks.spells {
            (spell.from, spell.to) = (self.of_edge(spell.from), spell.to.map(|to| self.of_edge(to)));
        }
        marks
    }
}

/// Where columns begin along an order of the events.
fn firsts(run: &Run, order: &[usize], places: &[usize]) -> Vec<usize> {
    let trace = run.trace();
    let mut firsts: Vec<usize> = Vec::new();
    // By lane: the place of the last event so far.
    let mut last: Vec<Option<usize>> = vec![None; trace.lanes.len()];
    let ends = trace.spells.iter().filter_map(|spell| spell.to.map(|(to, _)| to));
    let mut edges: Vec<u64> = trace.spells.iter().map(|spell| spell.from).chain(ends).map(|at| at.0).collect();
    lightcone_core::order::sort(&mut edges);
    let mut edges = edges.into_iter().peekable();
    for (place, event) in order.iter().enumerate() {
        let event = &trace.events[*event];
        let first = firsts.last().copied();
        let sender = match event.cause {
            Cause::Message(message) => Some(places[trace.messages[message as usize].sent_by as usize]),
            _ => None,
        };
        let lane = &mut last[event.node.index()];
        // At one instant what lasts begins and ends before the events.
        let mut divided = false;
        while edges.next_if(|edge| *edge <= event.at.0).is_some() {
            divided = true;
        }
        if divided || first.is_none_or(|first| sender.max(*lane) >= Some(first)) {
            firsts.push(place);
        }
        *lane = Some(place);
    }
    firsts
}

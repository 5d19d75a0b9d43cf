//! Causal order without time, as in the classic papers.

use super::Marks;
use crate::{Run, trace::Cause};
use lightcone_core::Micros;

/// What stands for one column where marks are placed by causal order: as if each lasted a millisecond.
pub const STEP: Micros = Micros(1_000);

/// The events of a run in columns that are evenly spaced. No event of a column could know of another one in it, and
/// the columns keep the order of the run, so that what lasts still lies between the events that it lay between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The first event of each column.
    firsts: Vec<usize>,
    /// When each event happens.
    times: Vec<Micros>,
}

impl Columns {
    /// The columns of the events computed so far.
    pub fn of(run: &Run) -> Columns {
        let trace = run.trace();
        let mut firsts: Vec<usize> = Vec::new();
        // By lane: the last event so far.
        let mut last: Vec<Option<usize>> = vec![None; trace.lanes.len()];
        for (index, event) in trace.events.iter().enumerate() {
            let first = firsts.last().copied();
            let sender = match event.cause {
                Cause::Message(message) => Some(trace.messages[message as usize].sent_by as usize),
                _ => None,
            };
            let lane = &mut last[event.node.index()];
            if first.is_none_or(|first| sender.max(*lane) >= Some(first)) {
                firsts.push(index);
            }
            *lane = Some(index);
        }
        Columns { firsts, times: trace.events.iter().map(|event| event.at).collect() }
    }

    /// Where an event stands.
    pub fn of_event(&self, event: usize) -> Micros {
        let column = self.firsts.partition_point(|first| *first <= event);
        Micros(column as u64 * STEP.0)
    }

    /// Where an instant lies: at its last event, or between that one and the next.
    pub fn of_time(&self, at: Micros) -> Micros {
        let happened = self.times.partition_point(|time| *time <= at);
        let Some(last) = happened.checked_sub(1) else { return Micros(STEP.0 / 2) };
        let between = if self.times[last] < at { STEP.0 / 2 } else { 0 };
        Micros(self.of_event(last).0 + between)
    }

    /// The instant of what lies here: that of the last event of the column.
    pub fn time(&self, place: Micros) -> Micros {
        let column = (place.0 / STEP.0) as usize;
        let next = self.firsts.get(column).copied().unwrap_or(self.times.len());
        next.checked_sub(1).map_or(Micros::ZERO, |last| self.times[last])
    }

    /// Where the last column ends.
    pub fn end(&self) -> Micros {
        Micros((self.firsts.len() as u64 + 1) * STEP.0)
    }

    /// Marks in their columns instead of at their times.
    pub fn place(&self, mut marks: Marks) -> Marks {
        use super::Fate;
        marks.events.iter_mut().for_each(|event| event.at = self.of_event(event.index));
        for arrow in &mut marks.arrows {
            let end = self.of_time(arrow.end);
            arrow.sent = self.of_event(arrow.sent_by);
            arrow.handled = match arrow.fate {
                Fate::Delivered(by) => self.of_event(by),
                _ => self.of_time(arrow.handled).max(Micros(arrow.sent.0 + STEP.0 / 2)),
            };
            let waited = matches!(arrow.fate, Fate::Delivered(by) if self.times[by] > arrow.end);
            arrow.end = match arrow.fate {
                Fate::Delivered(_) if !waited => arrow.handled,
                _ => end.clamp(Micros(arrow.sent.0 + STEP.0 / 2), arrow.handled),
            };
        }
        for strip in &mut marks.strips {
            (strip.from, strip.to) = (self.of_time(strip.from), self.of_time(strip.to));
        }
        for bar in &mut marks.bars {
            (bar.from, bar.to) = (self.of_event(bar.event), bar.to.map(|to| self.of_time(to)));
        }
        for down in &mut marks.downs {
            (down.from, down.to) = (self.of_time(down.from), down.to.map(|to| self.of_time(to)));
        }
        for cut in &mut marks.cuts {
            (cut.from, cut.to) = (self.of_time(cut.from), cut.to.map(|to| self.of_time(to)));
        }
        for spell in &mut marks.spells {
            (spell.from, spell.to) = (self.of_time(spell.from), spell.to.map(|to| self.of_time(to)));
        }
        marks
    }
}

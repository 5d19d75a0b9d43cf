//! Editing the past: from the edit until what comes next is right on the screen.

use crate::{
    Workload,
    engine::{self, Raft5, Watch},
};
use lightcone_core::Micros;
use lightcone_sim::{Intervention, view::Window};
use std::hint::black_box;

/// How much of virtual time is in view after the edit.
const VIEW: Micros = Micros::ms(300);
/// Events between one place and the next. It is no multiple of the distance of checkpoints, so that a place is now
/// just after one and now just before one.
const STEP: usize = 307;
/// Edits at one place: a drop and a cut come, and both go again.
const EDITS: u32 = 4;
/// Places around the middle, after which it starts over.
const PLACES: u32 = 12;

/// A complete run, and the next edit.
pub struct Edits {
    run: Raft5,
    events: usize,
    next: Option<(Micros, Vec<Intervention>)>,
}

impl Edits {
    /// A run of so many events.
    pub fn new(events: usize) -> Self {
        let mut run = engine::endless(Watch::On);
        engine::advance_to(&mut run, events);
        Edits { run, events, next: None }
    }

    /// The instant in the middle of the run at which this edit is.
    fn place(&self, nth: u32) -> Micros {
        let place = (nth / EDITS % PLACES) as usize * STEP;
        engine::time_of(&self.run, self.events / 2 + place - STEP * PLACES as usize / 2)
    }
}

impl Workload for Edits {
    fn prepare(&mut self, nth: u32) {
        engine::advance_to(&mut self.run, self.events);
        self.next = Some(match nth % EDITS {
            0 => {
                let (at, drop) = engine::drop_after(&self.run, self.place(nth));
                (at, vec![drop])
            }
            2 => (self.place(nth), vec![engine::cut_at(self.place(nth))]),
            _ => (self.place(nth), Vec::new()),
        });
    }

    fn sample(&mut self, _nth: u32) -> u32 {
        let (from, interventions) = self.next.take().expect("an edit was prepared");
        let window = Window { from, to: from.plus(VIEW) };
        self.run.edit(interventions).expect("no operation is asked for");
        while self.run.computed_until() <= window.to && !self.run.advance(64) {}
        black_box(self.run.marks(window));
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_is_felt_and_leaves_the_window_computed() {
        let mut edits = Edits::new(8_000);
        let fingerprint = |edits: &mut Edits| {
            engine::advance_to(&mut edits.run, edits.events);
            edits.run.world().fingerprint
        };
        let untouched = fingerprint(&mut edits);
        for nth in 0..EDITS * PLACES {
            edits.prepare(nth);
            let (from, _) = edits.next.clone().expect("it was prepared");
            edits.sample(nth);
            assert!(edits.run.computed_until() > from.plus(VIEW));
            assert_eq!(fingerprint(&mut edits) == untouched, nth % 2 == 1, "edit {nth}: {:?}", edits.run.idle());
        }
    }
}

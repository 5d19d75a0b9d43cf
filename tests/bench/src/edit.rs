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
/// Edits at one place: it comes, and it goes again.
const EDITS: u32 = 2;
/// Places around the middle, after which it starts over.
const PLACES: u32 = 20;

/// What is added and removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message is dropped.
    Drop,
    /// A link is cut for a while.
    Cut,
}

/// A complete run, and the next edit.
pub struct Edits {
    kind: Kind,
    run: Raft5,
    events: usize,
    next: Option<(Micros, Vec<Intervention>)>,
}

impl Edits {
    /// Edits of one kind in a run of so many events.
    pub fn new(kind: Kind, events: usize) -> Self {
        let mut run = engine::endless(Watch::On);
        engine::advance_to(&mut run, events);
        Edits { kind, run, events, next: None }
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
        let at = self.place(nth);
        self.next = Some(match self.kind {
            _ if nth % EDITS == 1 => (at, Vec::new()),
            Kind::Drop => {
                let (sent, drop) = engine::drop_after(&self.run, at);
                (sent, vec![drop])
            }
            Kind::Cut => (at, vec![engine::cut_at(at)]),
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

    fn fingerprint(edits: &mut Edits) -> u64 {
        engine::advance_to(&mut edits.run, edits.events);
        edits.run.world().fingerprint
    }

    fn assert_felt(kind: Kind) {
        let mut edits = Edits::new(kind, 10_000);
        let untouched = fingerprint(&mut edits);
        for nth in 0..EDITS * PLACES {
            edits.prepare(nth);
            let (from, _) = edits.next.clone().expect("it was prepared");
            edits.sample(nth);
            assert!(edits.run.computed_until() > from.plus(VIEW));
            let same = fingerprint(&mut edits) == untouched;
            assert_eq!(same, nth % EDITS == 1, "edit {nth}: {:?}", edits.run.idle());
        }
    }

    #[test]
    fn every_drop_is_felt_until_it_is_removed() {
        assert_felt(Kind::Drop);
    }

    #[test]
    fn every_cut_is_felt_until_it_is_removed() {
        assert_felt(Kind::Cut);
    }
}

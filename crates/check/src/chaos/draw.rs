//! The draws of one fault.

use lightcone_core::{Micros, Span};
use lightcone_sim::name::Seed;

/// The draws of one fault, by its kind and number.
#[derive(Clone, Copy)]
pub(super) struct Draw {
    pub seed: Seed,
    pub kind: u8,
    pub nth: u32,
}

impl Draw {
    /// A number below `n`.
    pub fn below(self, what: &str, n: u64) -> u64 {
        self.nth(what, 0, n)
    }

    /// The number below `n` at some place among those drawn for the same.
    pub fn nth(self, what: &str, place: u16, n: u64) -> u64 {
        let fault = u64::from(self.kind) << 48 | u64::from(self.nth);
        self.seed.outside(what, fault | u64::from(place) << 32, n.max(1))
    }

    pub fn within(self, what: &str, span: Span) -> Micros {
        Micros(span.min.0 + self.below(what, span.choices()))
    }

    pub fn small(self, what: &str, place: u16, n: usize) -> usize {
        usize::try_from(self.nth(what, place, n as u64)).expect("it is below a usize")
    }

    /// One of several; there is at least one.
    pub fn one_of<'a, T>(self, what: &str, all: &'a [T]) -> &'a T {
        &all[self.small(what, 0, all.len())]
    }

    /// One of several, if there are any.
    pub fn pick<'a, T>(self, what: &str, all: &'a [T]) -> Option<&'a T> {
        (!all.is_empty()).then(|| self.one_of(what, all))
    }
}

//! Whole runs, from the first event to the last.

use crate::{
    Workload,
    engine::{self, Raft5, Watch},
};
use lightcone_core::Micros;

/// A minute of virtual time, about 56,000 events.
pub struct Minute {
    watch: Watch,
    run: Option<Raft5>,
}

impl Minute {
    /// Watched or not.
    pub fn new(watch: Watch) -> Self {
        Minute { watch, run: None }
    }
}

impl Workload for Minute {
    fn prepare(&mut self, _nth: u32) {
        // To give the memory back does not count.
        self.run = None;
    }

    fn sample(&mut self, _nth: u32) -> u32 {
        let run = self.run.insert(engine::raft(self.watch, Micros::ms(60_000)));
        run.finish();
        u32::try_from(engine::events(run)).expect("a minute has fewer than four billion events")
    }
}

/// So many events, with the checkpoints among them.
pub struct Long {
    events: u32,
    run: Option<Raft5>,
}

impl Long {
    /// None of them is computed yet.
    pub fn new(events: u32) -> Self {
        Long { events, run: None }
    }
}

impl Workload for Long {
    fn prepare(&mut self, _nth: u32) {
        self.run = None;
    }

    fn sample(&mut self, _nth: u32) -> u32 {
        let run = self.run.insert(engine::endless(Watch::On));
        engine::advance_to(run, self.events as usize);
        self.events
    }
}

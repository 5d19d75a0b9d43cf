//! Whole runs, from the first event to the last.

use crate::{
    Workload,
    engine::{self, Raft5, Watch},
};

/// How many samples a run gives before the next one begins: each is short enough to lie between two disturbances.
pub const STRETCHES: u32 = 10;
/// About 6 s of virtual time.
const STRETCH: u32 = 5_600;

/// A minute of virtual time, a stretch of it for each sample.
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
    fn prepare(&mut self, nth: u32) {
        // To give the memory back does not count.
        if nth.is_multiple_of(STRETCHES) {
            self.run = None;
        }
    }

    fn sample(&mut self, _nth: u32) -> u32 {
        let run = self.run.get_or_insert_with(|| engine::endless(self.watch));
        run.advance(STRETCH as usize);
        STRETCH
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

//! What many runs come to: events, answers, and how often each rule was followed.

use lightcone_core::Rule;
use lightcone_sim::Run;

#[derive(Default)]
pub struct Tally {
    pub events: usize,
    pub operations: usize,
    followed: Vec<usize>,
}

impl Tally {
    pub fn count(&mut self, run: &Run) {
        let trace = run.trace();
        self.events += trace.events.len();
        self.operations += trace.ops.iter().filter(|op| op.done.is_some()).count();
        self.followed.resize(64, 0);
        for event in &trace.events {
            (0..64).filter(|rule| event.rules >> rule & 1 == 1).for_each(|rule| self.followed[rule] += 1);
        }
    }

    pub fn of(&self, rule: impl Rule) -> usize {
        self.followed[usize::from(rule.index())]
    }
}

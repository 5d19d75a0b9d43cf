//! The previous future: the run as it was before the last edit, and what that edit changed.

use super::Studio;
use lightcone_catalog::Lab;
use lightcone_sim::compare::compare;

impl Studio {
    /// Keeps a run as the previous future. What became of it is said once the present one is computed.
    pub(super) fn keep_future(&mut self, before: Box<dyn Lab>) {
        self.previous = Some(before);
        self.change.clear();
        self.untold = true;
    }

    /// Says what the last edit changed, once that is known.
    pub(super) fn tell_change(&mut self) {
        if let Some(before) = self.previous.as_ref().filter(|_| self.untold && self.done) {
            self.change = compare(before.run(), self.lab.run()).words;
            self.untold = false;
        }
    }
}

//! The states of a run, one after the other.

use crate::{Run, trace::Quiet, world::World};
use lightcone_core::view::FieldView;

impl Run {
    /// Carries a replay, begun by [`Run::at`], on until an event has happened, and reads the state of the event's
    /// participant, field by field; nothing for a client and for someone who is down.
    pub fn fields_after(&self, replay: &mut World, event: usize) -> Vec<FieldView> {
        while replay.events as usize <= event {
            let more = replay.next(self.site(), self.scenario().until, &mut Quiet);
            assert!(more, "a replay ends where the run did");
        }
        let machine = &replay.slot(self.trace().events[event].node).machine;
        machine.as_ref().map_or_else(Vec::new, |state| self.setup().actors.fields(state))
    }
}

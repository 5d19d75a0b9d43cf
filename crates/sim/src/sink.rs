//! Who is told what happens in a run.

use crate::{
    Name,
    actors::{Datum, Effect, TimerCode},
    trace::{Arming, Broken, Event, Message, OpRecord, Remark, RoleChange, Spell, Violation},
    trigger::{Count, Fact},
    view::Fate,
};
use lightcone_core::{Micros, Notes, OpId, Stamp};

/// Where a run is written down as it goes.
pub trait Sink {
    /// Whether bytes are hashed and the fingerprint is kept up.
    fn hashes(&self) -> bool {
        false
    }
    /// Whether the observer looks: its memory and the invariants are kept up.
    fn observes(&self) -> bool {
        false
    }
    /// An event was handled.
    fn event(&mut self, _event: Event) {}
    /// A message was sent.
    fn message(&mut self, _message: Message) {}
    /// Something became of a message, at an instant.
    fn fate(&mut self, _message: u32, _fate: Fate, _end: Micros) {}
    /// A server took on a role.
    fn role(&mut self, _change: RoleChange) {}
    /// A client was asked.
    fn invoked(&mut self, _op: OpRecord) {}
    /// A client has its answer.
    fn completed(&mut self, _op: OpId, _event: u32, _at: Micros, _ret: &Datum) {}
    /// An invariant does not hold. Only the first time is kept.
    fn broken(&mut self, _broken: Broken) {}
    /// Something is to be said of an intervention. Only the first time is kept.
    fn remark(&mut self, _remark: Remark) {}
    /// Something that lasts began.
    fn began(&mut self, _spell: Spell) {}
    /// It ended, at an instant and in a turn.
    fn ended(&mut self, _id: u32, _end: (Micros, u32)) {}
    /// A step counted towards a condition.
    fn counted(&mut self, _count: Count) {}
    /// Something happened to the step or message of this name that a condition can wait for. Told only where that was
    /// asked for.
    fn fact(&mut self, _name: Name, _fact: &Fact<'_>) {}
    /// Something was broken that guarantees rest on. Only the first time is kept.
    fn violated(&mut self, _violation: Violation) {}
    /// A timer was armed.
    fn armed(&mut self, _arming: Arming) {}
    /// A message put a timer off.
    fn put_off(&mut self, _event: u32, _message: u32, _timer: TimerCode) {}
    /// An event has this timestamp, if events have any.
    fn stamped(&mut self, _event: u32, _stamp: &dyn Fn() -> Option<Stamp>) {}
    /// The number of a timer's label.
    fn timer_label(&mut self, _code: TimerCode, _label: &dyn Fn() -> String) -> u16 {
        0
    }
    /// Where explanations go, if anyone asked.
    fn notes(&mut self) -> Option<&mut Notes> {
        None
    }
    /// What a step did, in order, as far as it came.
    fn effects(&mut self, _effects: &[Effect]) {}
}

/// Writes nothing down: for replays that only need the state.
pub struct Quiet;

impl Sink for Quiet {}

/// Writes nothing down, but keeps up what the observer remembers.
pub struct Watching;

impl Sink for Watching {
    fn observes(&self) -> bool {
        true
    }
}

/// Collects what one step says of itself.
#[derive(Default)]
pub struct Listener {
    /// Its rules and guards.
    pub notes: Notes,
    /// What it did.
    pub effects: Vec<Effect>,
}

impl Sink for Listener {
    fn notes(&mut self) -> Option<&mut Notes> {
        Some(&mut self.notes)
    }

    fn effects(&mut self, effects: &[Effect]) {
        self.effects = effects.to_vec();
    }
}

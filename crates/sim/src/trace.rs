//! What happened in a run, kept small: words, fields and state are rebuilt by replay when someone asks.

use crate::{
    Name,
    view::{EventKind, EventMark, Fate},
};
use lightcone_core::{Effect, Key, Micros, NodeId, Notes, Op, OpId, Protocol, Ret, Role};

/// What led to an event directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The run began.
    Begin,
    /// A message arrived.
    Message(u32),
    /// A timer fired that this event had armed.
    Armed(u32),
    /// Someone did it.
    Intervention(u32),
    /// The client's own workload.
    Workload(u32),
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its causal name: that of the input it handles.
    pub name: Name,
    /// When.
    pub at: Micros,
    /// The rules that it followed, one bit for each.
    pub rules: u64,
    /// A hash of all that it did, with the name and the time.
    pub content: u64,
    /// What led to it.
    pub cause: Cause,
    /// Where.
    pub node: NodeId,
    /// What.
    pub kind: EventKind,
    /// For a timer, its label in [`Trace::timers`].
    pub timer: u16,
}

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its causal name.
    pub name: Name,
    /// What it is called.
    pub key: Key,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrives or would arrive; for a message that a cut caught on its way, when it was caught.
    pub end: Micros,
    /// The event that sent it.
    pub sent_by: u32,
    /// What became of it.
    pub fate: Fate,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
}

/// One operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpRecord<P: Protocol> {
    /// Whose, and its serial number.
    pub id: OpId,
    /// What was asked.
    pub op: Op<P>,
    /// The event by which the client was asked.
    pub event: u32,
    /// When.
    pub at: Micros,
    /// The event by which it had its answer, when, and the answer.
    pub done: Option<(u32, Micros, Ret<P>)>,
}

/// A server takes on a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// By this event.
    pub event: u32,
    /// When.
    pub at: Micros,
    /// Who.
    pub node: NodeId,
    /// The role; none when it went down.
    pub role: Option<Role>,
}

/// An invariant that was broken for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its place in [`Protocol::invariants`].
    pub invariant: usize,
    /// The event that broke it.
    pub event: u32,
    /// The nodes involved.
    pub nodes: Vec<NodeId>,
    /// How, in words.
    pub words: String,
}

/// Something to say of an intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The intervention.
    pub id: u32,
    /// When.
    pub at: Micros,
    /// Nothing if it took effect; otherwise why it did not, or not as meant.
    pub trouble: Option<String>,
}

/// A message that put a timer off: it armed it again or disarmed it. Only the first of each kind is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutOff {
    /// The event that handled the message.
    pub event: u32,
    /// The code of the message's kind.
    pub kind: u64,
    /// The timer's code.
    pub timer: u64,
}

/// Where a run is written down as it goes.
pub trait Sink<P: Protocol> {
    /// Whether the ghost, the invariants and the fingerprint are kept up.
    const WATCH: bool;
    /// An event was handled.
    fn event(&mut self, _event: Event) {}
    /// A message was sent.
    fn message(&mut self, _message: Message) {}
    /// Something became of a message, at an instant.
    fn fate(&mut self, _message: u32, _fate: Fate, _end: Micros) {}
    /// A server took on a role.
    fn role(&mut self, _change: RoleChange) {}
    /// A client was asked.
    fn invoked(&mut self, _op: OpRecord<P>) {}
    /// A client has its answer.
    fn completed(&mut self, _op: OpId, _event: u32, _at: Micros, _ret: &Ret<P>) {}
    /// An invariant does not hold. Only the first time is kept.
    fn broken(&mut self, _broken: Broken) {}
    /// Something is to be said of an intervention.
    fn remark(&mut self, _remark: Remark) {}
    /// A message put a timer off.
    fn put_off(&mut self, _event: u32, _message: u32, _timer: u64) {}
    /// The number of a timer's label.
    fn timer_label(&mut self, _code: u64, _label: impl FnOnce() -> String) -> u16 {
        0
    }
    /// Where explanations go, if anyone asked.
    fn notes(&mut self) -> Option<&mut Notes> {
        None
    }
    /// What a step did, in order, as far as it came.
    fn effects(&mut self, _effects: &[Effect<P>]) {}
}

/// The record of a run.
#[derive(Clone, Debug)]
pub struct Trace<P: Protocol> {
    /// The events, in order.
    pub events: Vec<Event>,
    /// The messages, in order of sending.
    pub messages: Vec<Message>,
    /// The client history.
    pub ops: Vec<OpRecord<P>>,
    /// The roles.
    pub roles: Vec<RoleChange>,
    /// The first breach of each invariant.
    pub broken: Vec<Broken>,
    /// What became of the interventions.
    pub remarks: Vec<Remark>,
    /// The labels of timers, with their codes.
    pub timers: Vec<(u64, String)>,
    /// Which kinds of messages put which timers off.
    pub put_off: Vec<PutOff>,
}

impl<P: Protocol> Default for Trace<P> {
    fn default() -> Self {
        Trace {
            events: Vec::new(),
            messages: Vec::new(),
            ops: Vec::new(),
            roles: Vec::new(),
            broken: Vec::new(),
            remarks: Vec::new(),
            timers: Vec::new(),
            put_off: Vec::new(),
        }
    }
}

/// An index of the trace as the engine stores it.
pub(crate) fn small(index: usize) -> u32 {
    u32::try_from(index).expect("a run has fewer than 4 billion events")
}

impl<P: Protocol> Trace<P> {
    /// An event for views.
    pub fn mark(&self, index: usize) -> EventMark {
        let event = &self.events[index];
        EventMark { index, node: event.node, at: event.at, kind: event.kind }
    }

    /// How many events have happened when `at` is over.
    pub fn events_until(&self, at: Micros) -> usize {
        self.events.partition_point(|event| event.at <= at)
    }

    /// Forgets everything after the first `events` events and `messages` messages, at `now`, but for what became of older
    /// messages, which the caller restores.
    pub(crate) fn truncate(&mut self, events: u32, messages: u32, now: Micros) {
        self.events.truncate(events as usize);
        self.messages.truncate(messages as usize);
        self.ops.retain(|op| op.event < events);
        for op in &mut self.ops {
            op.done.take_if(|(event, _, _)| *event >= events);
        }
        self.roles.retain(|change| change.event < events);
        self.broken.retain(|broken| broken.event < events);
        self.remarks.retain(|remark| remark.at <= now);
        self.put_off.retain(|put_off| put_off.event < events);
    }
}

impl<P: Protocol> Sink<P> for Trace<P> {
    const WATCH: bool = true;

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    fn message(&mut self, message: Message) {
        self.messages.push(message);
    }

    fn fate(&mut self, message: u32, fate: Fate, end: Micros) {
        let record = &mut self.messages[message as usize];
        record.fate = fate;
        record.end = end;
    }

    fn role(&mut self, change: RoleChange) {
        self.roles.push(change);
    }

    fn invoked(&mut self, op: OpRecord<P>) {
        self.ops.push(op);
    }

    fn completed(&mut self, op: OpId, event: u32, at: Micros, ret: &Ret<P>) {
        if let Some(record) = self.ops.iter_mut().rev().find(|record| record.id == op) {
            record.done = Some((event, at, ret.clone()));
        }
    }

    fn broken(&mut self, broken: Broken) {
        if self.broken.iter().all(|known| known.invariant != broken.invariant) {
            self.broken.push(broken);
        }
    }

    fn remark(&mut self, remark: Remark) {
        if self.remarks.iter().all(|known| known.id != remark.id) {
            self.remarks.push(remark);
        }
    }

    fn put_off(&mut self, event: u32, message: u32, timer: u64) {
        let kind = self.messages[message as usize].key.kind.code;
        if self.put_off.iter().all(|known| (known.kind, known.timer) != (kind, timer)) {
            self.put_off.push(PutOff { event, kind, timer });
        }
    }

    fn timer_label(&mut self, code: u64, label: impl FnOnce() -> String) -> u16 {
        let place = self.timers.iter().position(|(known, _)| *known == code).unwrap_or_else(|| {
            self.timers.push((code, label()));
            self.timers.len() - 1
        });
        u16::try_from(place).expect("a protocol has few timers")
    }
}

/// Writes nothing down: for replays that only need the state.
pub struct Quiet;

impl<P: Protocol> Sink<P> for Quiet {
    const WATCH: bool = false;
}

/// Collects what one step says of itself.
pub struct Listener<P: Protocol> {
    /// Its rules and guards.
    pub notes: Notes,
    /// What it did.
    pub effects: Vec<Effect<P>>,
}

impl<P: Protocol> Sink<P> for Listener<P> {
    const WATCH: bool = false;

    fn notes(&mut self) -> Option<&mut Notes> {
        Some(&mut self.notes)
    }

    fn effects(&mut self, effects: &[Effect<P>]) {
        self.effects = effects.to_vec();
    }
}

//! What happened in a run, kept small: words, fields and state are rebuilt by replay when someone asks.

use crate::{
    Name,
    act::Lasting,
    actors::{Datum, TimerCode},
    trigger::Count,
    view::{EventKind, EventMark, Fate},
};
use lightcone_core::{Key, Micros, NodeId, OpId, Role, Stamp};
use std::rc::Rc;

pub use crate::sink::{Listener, Quiet, Sink, Watching};

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
    /// Whether a fault made it, as a copy of another.
    pub copy: bool,
}

/// One operation of a client.
#[derive(Clone)]
pub struct OpRecord {
    /// Whose, and its serial number.
    pub id: OpId,
    /// What was asked.
    pub op: Datum,
    /// The event by which the client was asked.
    pub event: u32,
    /// When.
    pub at: Micros,
    /// The event by which it had its answer, when, and the answer.
    pub done: Option<(u32, Micros, Datum)>,
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

/// A logical clock gave an event a timestamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The event.
    pub event: u32,
    /// Its timestamp.
    pub stamp: Stamp,
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
    /// The turn of the run.
    pub turn: u32,
    /// Nothing if it took effect; otherwise why it did not, or not as meant.
    pub trouble: Option<String>,
}

/// A lasting intervention from its start until its end.
#[derive(Clone, Debug)]
pub struct Spell {
    /// The intervention.
    pub id: u32,
    /// From when.
    pub from: Micros,
    /// The turn in which it began.
    pub turn: u32,
    /// Until when and in which turn, if it ended.
    pub to: Option<(Micros, u32)>,
    /// What lasts.
    pub what: Rc<Lasting>,
}

/// What a protocol's guarantees rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Premise {
    /// Messages of one link arrive in order.
    Order,
    /// Messages arrive, each once.
    Delivery,
    /// What was written to the disk is there after a crash.
    Disk,
    /// So many may be down.
    Crashes,
    /// So many may be Byzantine.
    Liars,
    /// Clocks stand no further apart than that.
    Clocks,
    /// Messages take at most so long. Progress alone rests on it.
    Timing,
}

/// The first time that something was broken which guarantees rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What.
    pub premise: Premise,
    /// When.
    pub at: Micros,
    /// The turn of the run.
    pub turn: u32,
    /// How, as a sentence.
    pub words: String,
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

/// A timer that was armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arming {
    /// Its causal name.
    pub name: Name,
    /// The event that armed it.
    pub event: u32,
    /// Its label in [`Trace::timers`].
    pub timer: u16,
    /// Whose.
    pub node: NodeId,
}

/// The record of a run.
#[derive(Clone, Default)]
pub struct Trace {
    /// Whether the observer looks.
    pub observed: bool,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The events of each participant, in order.
    pub lanes: Vec<Vec<u32>>,
    /// The messages, in order of sending.
    pub messages: Vec<Message>,
    /// The timers that were armed, in order.
    pub armings: Vec<Arming>,
    /// The client history.
    pub ops: Vec<OpRecord>,
    /// The roles.
    pub roles: Vec<RoleChange>,
    /// The timestamps of events, in order.
    pub stamps: Vec<Stamped>,
    /// The first breach of each invariant.
    pub broken: Vec<Broken>,
    /// What became of the interventions.
    pub remarks: Vec<Remark>,
    /// The lasting interventions that took effect.
    pub spells: Vec<Spell>,
    /// What counted towards conditions.
    pub counts: Vec<Count>,
    /// The assumptions that were broken.
    pub violations: Vec<Violation>,
    /// The labels of timers, with their codes.
    pub timers: Vec<(TimerCode, String)>,
    /// Which kinds of messages put which timers off.
    pub put_off: Vec<PutOff>,
}

/// A record begins with room for so many events, so that those of ordinary runs are not copied as they grow. Room that
/// is never used costs addresses, not memory.
const ROOM: usize = 1 << 16;

/// An index of the trace as the engine stores it.
pub(crate) fn small(index: usize) -> u32 {
    u32::try_from(index).expect("a run has fewer than 4 billion events")
}

/// How far a run had come at a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub events: u32,
    pub messages: u32,
    pub turns: u32,
}

impl Trace {
    /// An empty record of a run with so many participants.
    pub fn new(participants: usize) -> Self {
        Trace {
            observed: true,
            lanes: vec![Vec::new(); participants],
            events: Vec::with_capacity(ROOM),
            messages: Vec::with_capacity(ROOM),
            armings: Vec::with_capacity(ROOM),
            ..Trace::default()
        }
    }

    /// An event for views.
    pub fn mark(&self, index: usize) -> EventMark {
        let event = &self.events[index];
        EventMark { index, node: event.node, at: event.at, kind: event.kind }
    }

    /// How many events have happened when `at` is over.
    pub fn events_until(&self, at: Micros) -> usize {
        self.events.partition_point(|event| event.at <= at)
    }

    /// The messages that an event sent, by their places.
    pub fn sent_by(&self, event: usize) -> std::ops::Range<usize> {
        let first = self.messages.partition_point(|message| (message.sent_by as usize) < event);
        let sent = self.messages[first..].iter().take_while(|message| message.sent_by as usize == event).count();
        first..first + sent
    }

    /// The record until a checkpoint, but for what became of older messages, which the caller restores.
    pub(crate) fn until(&self, kept: Extent) -> Trace {
        let Extent { events, messages, .. } = kept;
        let lane = |lane: &Vec<u32>| lane[..lane.partition_point(|event| *event < events)].to_vec();
        let mut record = Trace {
            observed: self.observed,
            events: self.events[..events as usize].to_vec(),
            lanes: self.lanes.iter().map(lane).collect(),
            messages: self.messages[..messages as usize].to_vec(),
            armings: self.armings[..self.armings.partition_point(|arming| arming.event < events)].to_vec(),
            ops: self.ops[..self.ops.partition_point(|op| op.event < events)].to_vec(),
            roles: self.roles.clone(),
            stamps: self.stamps[..self.stamps.partition_point(|one| one.event < events)].to_vec(),
            broken: self.broken.clone(),
            remarks: self.remarks.clone(),
            spells: self.spells.clone(),
            counts: self.counts.clone(),
            violations: self.violations.clone(),
            timers: self.timers.clone(),
            put_off: self.put_off.clone(),
        };
        record.truncate(kept);
        record
    }

    /// Forgets everything after a checkpoint, but for what became of older messages, which the caller restores.
    pub(crate) fn truncate(&mut self, kept: Extent) {
        let Extent { events, messages, turns } = kept;
        self.events.truncate(events as usize);
        for lane in &mut self.lanes {
            lane.truncate(lane.partition_point(|event| *event < events));
        }
        self.messages.truncate(messages as usize);
        self.armings.truncate(self.armings.partition_point(|arming| arming.event < events));
        self.ops.truncate(self.ops.partition_point(|op| op.event < events));
        for op in &mut self.ops {
            op.done.take_if(|(event, _, _)| *event >= events);
        }
        self.roles.retain(|change| change.event < events);
        self.stamps.truncate(self.stamps.partition_point(|one| one.event < events));
        self.broken.retain(|broken| broken.event < events);
        self.remarks.retain(|remark| remark.turn <= turns);
        self.spells.retain(|spell| spell.turn <= turns);
        for spell in &mut self.spells {
            spell.to.take_if(|(_, turn)| *turn > turns);
        }
        self.counts.retain(|count| count.turn <= turns);
        self.violations.retain(|violation| violation.turn <= turns);
        self.put_off.retain(|put_off| put_off.event < events);
    }
}

impl Sink for Trace {
    fn hashes(&self) -> bool {
        true
    }

    fn observes(&self) -> bool {
        self.observed
    }

    fn event(&mut self, event: Event) {
        self.lanes[event.node.index()].push(small(self.events.len()));
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

    fn stamped(&mut self, event: u32, stamp: &dyn Fn() -> Option<Stamp>) {
        self.stamps.extend(stamp().map(|stamp| Stamped { event, stamp }));
    }

    fn invoked(&mut self, op: OpRecord) {
        self.ops.push(op);
    }

    fn completed(&mut self, op: OpId, event: u32, at: Micros, ret: &Datum) {
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

    fn began(&mut self, spell: Spell) {
        self.spells.push(spell);
    }

    fn ended(&mut self, id: u32, end: (Micros, u32)) {
        if let Some(spell) = self.spells.iter_mut().rev().find(|spell| spell.id == id) {
            spell.to = Some(end);
        }
    }

    fn counted(&mut self, count: Count) {
        self.counts.push(count);
    }

    fn violated(&mut self, violation: Violation) {
        if self.violations.iter().all(|known| known.premise != violation.premise) {
            self.violations.push(violation);
        }
    }

    fn armed(&mut self, arming: Arming) {
        self.armings.push(arming);
    }

    fn put_off(&mut self, event: u32, message: u32, timer: TimerCode) {
        let kind = self.messages[message as usize].key.kind.code;
        if self.put_off.iter().all(|known| (known.kind, known.timer) != (kind, timer)) {
            self.put_off.push(PutOff { event, kind, timer });
        }
    }

    fn timer_label(&mut self, code: TimerCode, label: &dyn Fn() -> String) -> u16 {
        let place = self.timers.iter().position(|(known, _)| *known == code).unwrap_or_else(|| {
            self.timers.push((code, label()));
            self.timers.len() - 1
        });
        u16::try_from(place).expect("a protocol has few timers")
    }
}

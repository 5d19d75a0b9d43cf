//! What is drawn in a window of the diagram.

use super::shown;
use crate::{
    Fault, Intervention, Run,
    trace::{Cause, Message, OpRecord, Stamped},
    view::{
        Absence, ArrowMark, BarMark, DownMark, EventKind, Fate, Lane, Loss, Marks, SliceMark, StampMark, StripMark,
        Window,
    },
};
use lightcone_core::{Key, Micros, NodeId};

impl Run {
    /// What is drawn in a window.
    pub fn marks(&self, window: Window) -> Marks {
        let (arrows, labels) = self.arrows(window);
        let first = self.trace().events.partition_point(|event| event.at < window.from);
        let last = self.trace().events_until(window.to);
        Marks {
            lanes: self.lanes(),
            events: (first..last.max(first)).map(|event| self.trace().mark(event)).collect(),
            arrows,
            strips: self.strips(window),
            slices: self.slices(),
            stamps: self.stamps(first..last.max(first)),
            bars: self.bars(window),
            downs: self.downs(window),
            cuts: self.cut_marks().into_iter().filter(|cut| meets(window, cut.from, cut.to)).collect(),
            spells: self.spells().into_iter().filter(|spell| meets(window, spell.from, spell.to)).collect(),
            labels,
        }
    }

    /// The faults of the whole run: partitions, cuts, crashes, what else lasts, and the messages that someone dropped.
    /// Other messages and all events are left out, so that this is quick however long the run is.
    pub fn faults(&self) -> Marks {
        let messages = self.trace().messages.iter().enumerate();
        let dropped = messages.filter(|(_, message)| matches!(message.fate, Fate::Lost(Loss::Dropped(_))));
        let arrows = dropped.map(|(index, message)| arrow(index, message, message.end, 0)).collect();
        let whole = Window { from: Micros::ZERO, to: self.scenario().until };
        Marks { arrows, downs: self.downs(whole), cuts: self.cut_marks(), spells: self.spells(), ..Marks::default() }
    }

    fn lanes(&self) -> Vec<Lane> {
        let lane = |(i, spec): (u8, &lightcone_core::NodeSpec)| Lane {
            node: NodeId(i),
            name: spec.name.clone(),
            kind: spec.kind,
        };
        (0..).zip(self.setup().specs()).map(lane).collect()
    }

    fn arrows(&self, window: Window) -> (Vec<ArrowMark>, Vec<String>) {
        let mut keys: Vec<Key> = Vec::new();
        let mut arrows = Vec::new();
        let trace = self.trace();
        let sent = trace.messages.partition_point(|message| message.sent <= window.to);
        let first = trace.events.partition_point(|event| event.at < window.from);
        for (index, message) in trace.messages[..sent].iter().enumerate() {
            let handled = match message.fate {
                // Most of a long run is over before the window: that shows without a look at the event.
                Fate::Delivered(event) if event < first => continue,
                Fate::Delivered(event) => trace.events[event].at.max(message.end),
                Fate::Waiting => self.computed_until().max(message.end),
                _ => message.end,
            };
            if handled < window.from {
                continue;
            }
            let label = keys.iter().rposition(|key| *key == message.key).unwrap_or_else(|| {
                keys.push(message.key);
                keys.len() - 1
            });
            arrows.push(arrow(index, message, handled, label));
        }
        (arrows, keys.iter().map(Key::to_string).collect())
    }

    fn strips(&self, window: Window) -> Vec<StripMark> {
        let roles = &self.trace().roles;
        let mut strips = Vec::new();
        for (place, change) in roles.iter().enumerate() {
            let Some(role) = shown(change.role) else { continue };
            let next = roles[place + 1..].iter().find(|later| later.node == change.node);
            let to = next.map_or(self.computed_until(), |later| later.at);
            if meets(window, change.at, Some(to)) {
                let event = change.event as usize;
                strips.push(StripMark { node: change.node, from: change.at, to, role, event });
            }
        }
        strips
    }

    /// The cuts that the protocol has made through the run so far.
    pub fn slices(&self) -> Vec<SliceMark> {
        let trace = self.trace();
        let handled = |event: &u32| {
            let kind = trace.events[*event as usize].kind;
            matches!(kind, EventKind::Deliver | EventKind::Timer | EventKind::Local)
        };
        let after = |(lane, inputs): (&Vec<u32>, Option<u64>)| {
            let event = *lane.iter().filter(|event| handled(event)).nth(usize::try_from(inputs?).ok()?)? as usize;
            Some((trace.events[event].node, event, trace.events[event].at))
        };
        let slice = |cut: lightcone_core::view::Cut| SliceMark {
            name: cut.name,
            after: trace.lanes.iter().zip(cut.inputs).filter_map(after).collect(),
        };
        self.setup().actors.cuts(&self.world().ghost).into_iter().map(slice).collect()
    }

    fn stamps(&self, events: std::ops::Range<usize>) -> Vec<StampMark> {
        let trace = self.trace();
        let first = trace.stamps.partition_point(|one| (one.event as usize) < events.start);
        let within = trace.stamps[first..].iter().take_while(|one| (one.event as usize) < events.end);
        let mark = |one: &Stamped| {
            let event = trace.events[one.event as usize];
            StampMark { event: one.event as usize, node: event.node, at: event.at, stamp: one.stamp.clone() }
        };
        within.map(mark).collect()
    }

    /// The instant up to which the run is computed.
    pub fn computed_until(&self) -> Micros {
        self.world().now.max(self.trace().events.last().map_or(Micros::ZERO, |event| event.at))
    }

    fn bars(&self, window: Window) -> Vec<BarMark> {
        let until = |op: &OpRecord| op.done.as_ref().map(|(_, at, _)| *at);
        let ops = self.trace().ops.iter().filter(|op| meets(window, op.at, until(op)));
        let bars = ops.map(|op| BarMark {
            node: op.id.client,
            event: op.event as usize,
            from: op.at,
            to: until(op),
            op: self.setup().actors.op_words(&op.op),
            ret: op.done.as_ref().map(|(_, _, ret)| self.setup().actors.ret_words(ret)),
        });
        bars.collect()
    }

    fn downs(&self, window: Window) -> Vec<DownMark> {
        // Nobody goes down by itself: most runs need not be looked through.
        let downs = |one: &Intervention| matches!(one.fault, Fault::Crash { .. } | Fault::Leave { .. });
        let looked_through =
            if self.scenario().interventions.iter().any(downs) { self.trace().events.len() } else { 0 };
        let events = self.trace().events[..looked_through].iter().enumerate();
        let gone = events.filter(|(_, event)| matches!(event.kind, EventKind::Crash | EventKind::Leave));
        let gone = gone.map(|(place, gone)| {
            let why = if gone.kind == EventKind::Crash { Absence::Crashed } else { Absence::Left };
            let back = self.comes(gone.node, place + 1).map(|(at, _)| at);
            let by = if let Cause::Intervention(id) = gone.cause { id } else { 0 };
            DownMark { node: gone.node, from: gone.at, to: back, why, by }
        });
        let late = (0..).map(NodeId).zip(self.setup().specs()).filter(|(_, spec)| spec.late).map(|(node, _)| {
            let joins = self.comes(node, 0);
            let (to, by) = (joins.map(|(at, _)| at), joins.map_or(0, |(_, by)| by));
            DownMark { node, from: Micros::ZERO, to, why: Absence::NotYet, by }
        });
        gone.chain(late).filter(|down| meets(window, down.from, down.to)).collect()
    }

    /// When a participant starts, from an event on, and the intervention that makes it.
    fn comes(&self, node: NodeId, from: usize) -> Option<(Micros, u32)> {
        let starts = |event: &&crate::trace::Event| {
            event.node == node && matches!(event.kind, EventKind::Start | EventKind::Restart)
        };
        let event = self.trace().events[from..].iter().find(starts)?;
        let by = if let Cause::Intervention(id) = event.cause { id } else { 0 };
        Some((event.at, by))
    }
}

fn arrow(index: usize, message: &Message, handled: Micros, label: usize) -> ArrowMark {
    ArrowMark {
        index,
        from: message.from,
        to: message.to,
        sent: message.sent,
        end: message.end,
        handled,
        sent_by: message.sent_by as usize,
        fate: message.fate,
        flavour: message.key.kind.flavour,
        copy: message.copy,
        label,
    }
}

fn meets(window: Window, from: Micros, to: Option<Micros>) -> bool {
    from <= window.to && to.is_none_or(|to| to >= window.from)
}

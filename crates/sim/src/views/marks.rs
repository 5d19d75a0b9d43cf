//! What is drawn in a window of the diagram.

use super::shown;
use crate::{
    Run,
    trace::Cause,
    view::{ArrowMark, BarMark, DownMark, EventKind, Lane, Marks, StripMark, Window},
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
            bars: self.bars(window),
            downs: self.downs(window),
            cuts: self.cut_marks().into_iter().filter(|cut| meets(window, cut.from, cut.to)).collect(),
            spells: self.spells().into_iter().filter(|spell| meets(window, spell.from, spell.to)).collect(),
            labels,
        }
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
        for (index, message) in trace.messages[..sent].iter().enumerate() {
            if message.end < window.from {
                continue;
            }
            let label = keys.iter().rposition(|key| *key == message.key).unwrap_or_else(|| {
                keys.push(message.key);
                keys.len() - 1
            });
            arrows.push(ArrowMark {
                index,
                from: message.from,
                to: message.to,
                sent: message.sent,
                end: message.end,
                sent_by: message.sent_by as usize,
                fate: message.fate,
                flavour: message.key.kind.flavour,
                label,
            });
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
                strips.push(StripMark { node: change.node, from: change.at, to, role });
            }
        }
        strips
    }

    /// The instant up to which the run is computed.
    pub fn computed_until(&self) -> Micros {
        self.world().now.max(self.trace().events.last().map_or(Micros::ZERO, |event| event.at))
    }

    fn bars(&self, window: Window) -> Vec<BarMark> {
        let ops = self.trace().ops.iter().map(|op| BarMark {
            node: op.id.client,
            event: op.event as usize,
            from: op.at,
            to: op.done.as_ref().map(|(_, at, _)| *at),
            op: self.setup().actors.op_words(&op.op),
            ret: op.done.as_ref().map(|(_, _, ret)| self.setup().actors.ret_words(ret)),
        });
        ops.filter(|bar| meets(window, bar.from, bar.to)).collect()
    }

    fn downs(&self, window: Window) -> Vec<DownMark> {
        let events = &self.trace().events;
        let crashes =
            events.iter().enumerate().filter(|(_, event)| matches!(event.kind, EventKind::Crash | EventKind::Leave));
        let downs = crashes.map(|(place, crash)| {
            let restarts = |event: &&crate::trace::Event| event.node == crash.node && event.kind == EventKind::Restart;
            let to = events[place..].iter().find(restarts).map(|event| event.at);
            let by = if let Cause::Intervention(id) = crash.cause { id } else { 0 };
            DownMark { node: crash.node, from: crash.at, to, by }
        });
        downs.filter(|down| meets(window, down.from, down.to)).collect()
    }
}

fn meets(window: Window, from: Micros, to: Option<Micros>) -> bool {
    from <= window.to && to.is_none_or(|to| to >= window.from)
}

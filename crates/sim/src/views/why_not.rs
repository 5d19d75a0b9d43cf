//! Why a participant did not follow a rule: the last guard that failed, rebuilt by replay.

use crate::{
    Run,
    trace::{Listener, Quiet, Sink},
    view::WhyNot,
};
use lightcone_core::NodeId;

impl Run {
    /// Why `node` did not follow a rule, by its place among the rules, in the first `events` events. What the guards say
    /// rests on the state of that node alone.
    ///
    /// # Panics
    /// If the protocol has no such rule.
    pub fn why_not(&self, node: NodeId, rule: usize, events: usize) -> WhyNot {
        let rule_words = self.setup().actors.rules()[rule];
        let events = events.min(self.trace().events.len());
        let mark = |event: u32| self.trace().mark(event as usize);
        let lane = &self.trace().lanes[node.index()];
        let lane = &lane[..lane.partition_point(|event| (*event as usize) < events)];
        let fired = |event: &&u32| self.trace().events[**event as usize].rules & (1 << rule) != 0;
        let followed = lane.iter().rev().find(fired).copied();
        // What failed before it was followed is no reason any more.
        let since = followed.map_or(0, |event| event + 1);
        let end = lane.last().map_or(0, |last| last + 1);
        let failed = self.last_failure(node, rule_words.name, since, end);
        WhyNot {
            node,
            rule: rule_words,
            followed: followed.map(mark),
            failed: failed.map(|(event, why)| (mark(event), why)),
        }
    }

    /// The last event of `node` from `since` on and before `end` at which a guard of the rule failed, and why. It is looked
    /// for from checkpoint to checkpoint, the last first.
    fn last_failure(&self, node: NodeId, rule: &str, since: u32, mut end: u32) -> Option<(u32, String)> {
        while end > since {
            let mut world = self.at(self.checkpoints.before(end - 1).events as usize);
            let (start, mut found) = (world.events, None);
            while world.events < end {
                let event = world.events;
                let heard = event >= since && self.trace().events[event as usize].node == node;
                let mut listener = Listener::default();
                let mut quiet = Quiet;
                let sink: &mut dyn Sink = if heard { &mut listener } else { &mut quiet };
                let more = world.next(self.site(), self.scenario().until, sink);
                assert!(more, "a replay ends where the run did");
                let failed = listener.notes.into_iter().rev().find(|note| !note.fired && note.rule.name == rule);
                found = failed.map(|note| (event, note.why)).or(found);
            }
            if found.is_some() {
                return found;
            }
            end = start;
        }
        None
    }
}

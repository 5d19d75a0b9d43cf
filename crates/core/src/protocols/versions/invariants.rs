//! What the store promises, watched from outside by one who knows what each write had truly seen.

use super::{Message, Request, Versions, Write};
use crate::{
    Breach, Effect, Input, Invariant, NodeId, NodeSet, NodeSpec, OpId, Packet, Sight, Sorted, StepSeen,
    services::{Text, VersionedOp},
    versions::Siblings,
    view::name,
};
use serde::{Deserialize, Serialize};

/// By key, which writes there are.
type Held = Sorted<Text, Vec<OpId>>;

/// What the observer remembers. Writes and answers are named by the client's operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// For each write, the writes that its client had seen, and what those had.
    pasts: Sorted<OpId, Vec<OpId>>,
    /// For each answer, the writes that it told of, and what those had seen.
    answers: Sorted<OpId, Vec<OpId>>,
    /// What each server held after its last step that reached the disk.
    held: Sorted<NodeId, Held>,
    /// What the server that moved held before.
    before: Held,
}

fn by(siblings: &Siblings<Write>) -> Vec<OpId> {
    siblings.iter().map(|(_, write)| write.by).collect()
}

fn held(server: &Versions) -> Held {
    server.keys.iter().map(|(key, siblings)| (key.clone(), by(siblings))).collect()
}

/// The write of this step, if a client asked for one that was not answered before.
fn written<'a>(step: &'a StepSeen<'_, Versions>) -> Option<(&'a Request, &'a Text)> {
    let Some(Input::Packet { packet: Packet::Request(request), .. }) = step.input else { return None };
    let VersionedOp::Put(key, _) = &request.op else { return None };
    let last = step.before.and_then(|server| server.answers.get(request.id.client));
    (last.is_none_or(|told| told.id.serial < request.id.serial)).then_some((request, key))
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Versions>) {
        if let Some((Request { id, context, .. }, _)) = written(step) {
            let answer = context.answer.map(|serial| OpId { client: id.client, serial });
            let seen = answer.and_then(|answer| self.answers.get(&answer)).cloned().unwrap_or_default();
            self.pasts.insert(*id, seen);
        }
        for (_, told) in step.responses() {
            let mut seen: Vec<OpId> = Vec::new();
            for write in &told.writes {
                seen.push(write.by);
                seen.extend(self.past(write.by));
            }
            crate::order::sort(&mut seen);
            seen.dedup();
            self.answers.insert(told.id, seen);
        }
        self.before = self.held.get(&step.node).cloned().unwrap_or_default();
        let persists = step.effects.iter().any(|effect| matches!(effect, Effect::Persist(_)));
        if persists || step.before.is_none() {
            self.held.insert(step.node, held(step.after));
        }
    }

    fn past(&self, write: OpId) -> &[OpId] {
        self.pasts.get(&write).map_or(&[], Vec::as_slice)
    }

    /// Whether a write is among these, or one of these had seen it.
    fn lives_in(&self, write: OpId, among: &[OpId]) -> bool {
        among.iter().any(|other| *other == write || self.past(*other).contains(&write))
    }
}

pub(super) const ALL: &[Invariant<Versions>] = &[
    Invariant {
        name: "No Lost Write",
        words: "A write that a server took or holds goes only when a write that had seen it takes its place.",
        place: "Preguiça et al. 2010",
        check: nothing_is_lost,
    },
    Invariant {
        name: "No False Siblings",
        words: "Of two siblings neither had seen the other.",
        place: "Preguiça et al. 2010",
        check: siblings_are_concurrent,
    },
];

fn nothing_is_lost(sight: &Sight<'_, Versions>) -> Result<(), Breach> {
    let (step, ghost) = (sight.step, sight.ghost);
    let now = |key: &Text| step.after.keys.get(key).map(by).unwrap_or_default();
    let lost = |key: &Text, writes: &[OpId]| {
        let now = now(key);
        writes.iter().copied().find(|write| !ghost.lives_in(*write, &now))
    };
    let breach = |key: &Text, write: OpId, how: &str| {
        let (me, who) = (sight.name(step.node), sight.name(write.client));
        let words =
            format!("{me} {how} write {} of {who} to {key}, and holds nothing whose writer had seen it", write.serial);
        Breach::found(&[step.node, write.client], words)
    };
    for (key, writes) in ghost.before.iter() {
        if let Some(write) = lost(key, writes) {
            return breach(key, write, "held");
        }
    }
    if let Some((request, key)) = written(step)
        && lost(key, &[request.id]).is_some()
    {
        return breach(key, request.id, "took");
    }
    if let Some(Input::Packet { packet: Packet::Message(Message::Sync { key, siblings }), .. }) = step.input
        && let Some(write) = lost(key, &by(siblings))
    {
        return breach(key, write, "was sent");
    }
    Ok(())
}

fn siblings_are_concurrent(sight: &Sight<'_, Versions>) -> Result<(), Breach> {
    for (key, siblings) in sight.step.after.keys.iter() {
        let writes = by(siblings);
        for write in &writes {
            if let Some(seen) = sight.ghost.past(*write).iter().find(|seen| writes.contains(seen)) {
                let (me, one, other) = (sight.name(sight.step.node), sight.name(write.client), sight.name(seen.client));
                let words = format!(
                    "{me} keeps write {} of {one} to {key} beside write {} of {other}, which its writer had seen",
                    write.serial, seen.serial
                );
                return Breach::found(&[sight.step.node], words);
            }
        }
    }
    Ok(())
}

/// At rest all servers hold the same.
pub(super) fn owed(nodes: &[Option<&Versions>], liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
    let up = (0..).map(NodeId).zip(nodes).filter_map(|(node, server)| Some((node, (*server)?)));
    let mut up = up.filter(|(node, _)| !liars.contains(*node));
    let Some((first, one)) = up.next() else { return Vec::new() };
    let differs = |(node, other): (NodeId, &Versions)| {
        let words = format!(
            "Convergence: {} and {} came to rest with different siblings",
            name(specs, first),
            name(specs, node)
        );
        (held(one) != held(other)).then(|| Breach { nodes: vec![first, node], words })
    };
    up.filter_map(differs).collect()
}

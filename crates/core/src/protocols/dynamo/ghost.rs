//! What the observer remembers: what each writer had truly seen, what is on which disk, and what was acknowledged.

use super::{Config, Dynamo, Message, Outcome, Request, Versioning, Write, config};
use crate::{
    Effect, Input, NodeId, NodeSet, NodeSpec, OpId, Packet, Sorted, StepSeen,
    services::Text,
    versions::Siblings,
    view::{Cell, Row, Table, Tone, all, name},
};
use serde::{Deserialize, Serialize};

/// A version by what no server looks at: the client's operation, and the coordinator that took it on.
pub(super) type Id = (OpId, NodeId);

/// By key, which versions there are.
type Held = Sorted<Text, Vec<Id>>;

/// The key of a version, and the versions that its writer had seen.
type Past = (Text, Vec<Id>);

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The settings, once there was a step.
    pub(super) config: Option<Config>,
    /// For each version those that its writer had seen, and what those had. Where the last writer wins, all that was
    /// acknowledged before counts as seen.
    pasts: Sorted<Id, Past>,
    /// For each answer the versions that it told of, and what those had seen.
    told: Sorted<Id, Vec<Id>>,
    /// The versions of each key that were acknowledged, without those that another of them had seen.
    pub(super) acknowledged: Held,
    /// What was acknowledged before a read began that is under way.
    begun: Sorted<Id, Vec<Id>>,
    /// The same, of the read that was answered in this step.
    pub(super) due: Vec<Id>,
    /// What is on each server's disk, as a replica or for others.
    disks: Sorted<NodeId, Held>,
    /// What was on disks that were lost.
    lost: Sorted<NodeId, Held>,
}

/// The versions among siblings.
pub(super) fn ids(siblings: &Siblings<Write>) -> Vec<Id> {
    siblings.iter().map(|(_, write)| (write.by, write.at)).collect()
}

fn held(server: &Dynamo) -> Held {
    let mut held: Held = server.keys.iter().map(|(key, siblings)| (key.clone(), ids(siblings))).collect();
    for ((_, key), siblings) in server.hints.iter() {
        let known = held.get_or_insert_with(key.clone(), Vec::new);
        for id in ids(siblings) {
            if !known.contains(&id) {
                known.push(id);
            }
        }
        crate::order::sort(known);
    }
    held
}

/// The request that the server took on in this step.
fn taken<'a>(step: &'a StepSeen<'_, Dynamo>) -> Option<&'a Request> {
    let Some(Input::Packet { packet, .. }) = step.input else { return None };
    let (Packet::Request(request) | Packet::Message(Message::Forward { request, .. })) = packet else { return None };
    let last = |server: &Dynamo| server.last.get(request.id.client).copied();
    (step.before.and_then(last) != last(step.after)).then_some(request)
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Dynamo>) {
        self.config.get_or_insert_with(|| step.config.clone());
        self.due.clear();
        if let Some(request) = taken(step) {
            self.begins(step, request);
        }
        let persisted = step.effects.iter().rev().find_map(|effect| match effect {
            Effect::Persist(state) => Some(&**state),
            _ => None,
        });
        if step.input.is_none() {
            self.comes_back(step);
        } else if let Some(state) = persisted {
            self.disks.insert(step.node, held(state));
        }
        for (_, told) in step.responses() {
            if let Outcome::Done { writes, .. } = &told.outcome {
                self.answers((told.id, step.node), writes);
            }
        }
    }

    fn begins(&mut self, step: &StepSeen<'_, Dynamo>, request: &Request) {
        let (id, key) = ((request.id, step.node), request.op.key());
        let acknowledged = self.acknowledged.get(key).cloned().unwrap_or_default();
        if request.op.written().is_none() {
            // A copy of the request that comes after a crash begins nothing for the client, who asked once: what replicas
            // answered before the crash counts.
            if self.told.get(&id).is_none() {
                self.begun.get_or_insert_with(id, || acknowledged);
            }
            return;
        }
        let answer = request.context.answer.map(|(server, serial)| (OpId { serial, ..request.id }, server));
        let mut past = answer.and_then(|answer| self.told.get(&answer)).cloned().unwrap_or_default();
        if step.config.versions == Versioning::LastWriter {
            past.extend(self.with_pasts(&acknowledged));
        }
        crate::order::sort(&mut past);
        past.dedup();
        self.pasts.insert(id, (key.clone(), past));
    }

    fn comes_back(&mut self, step: &StepSeen<'_, Dynamo>) {
        let now = held(step.after);
        if let Some(before) = self.disks.get(&step.node).filter(|before| **before != now) {
            let lost = self.lost.get_or_insert_with(step.node, Held::new);
            for (key, ids) in before.iter() {
                let known = lost.get_or_insert_with(key.clone(), Vec::new);
                known.extend(ids.iter().filter(|id| !known.contains(id)).copied().collect::<Vec<Id>>());
                crate::order::sort(known);
            }
        }
        self.disks.insert(step.node, now);
    }

    fn answers(&mut self, id: Id, writes: &[Write]) {
        let told: Vec<Id> = writes.iter().map(|write| (write.by, write.at)).collect();
        let mut seen = self.with_pasts(&told);
        crate::order::sort(&mut seen);
        seen.dedup();
        self.told.insert(id, seen);
        self.due = self.begun.remove(&id).unwrap_or_default();
        let Some((key, past)) = self.pasts.get(&id).cloned() else { return };
        let mut all = self.acknowledged.get(&key).cloned().unwrap_or_default();
        if !self.lives_in(id, &all) {
            all.retain(|other| !past.contains(other));
            all.push(id);
            crate::order::sort(&mut all);
            self.acknowledged.insert(key, all);
        }
    }

    fn with_pasts(&self, ids: &[Id]) -> Vec<Id> {
        ids.iter().flat_map(|id| self.past(*id).iter().chain([id])).copied().collect()
    }

    pub(super) fn past(&self, id: Id) -> &[Id] {
        self.pasts.get(&id).map_or(&[], |(_, past)| past)
    }

    /// Whether a version is among these, or the writer of one of these had seen it.
    pub(super) fn lives_in(&self, id: Id, among: &[Id]) -> bool {
        among.iter().any(|other| *other == id || self.past(*other).contains(&id))
    }

    /// On whose disks a version is, or what took its place.
    pub(super) fn holders(&self, key: &Text, id: Id) -> NodeSet {
        self.among(&self.disks, key, id)
    }

    /// On whose disks it was when they were lost.
    pub(super) fn losers(&self, key: &Text, id: Id) -> NodeSet {
        self.among(&self.lost, key, id)
    }

    fn among(&self, disks: &Sorted<NodeId, Held>, key: &Text, id: Id) -> NodeSet {
        let holds = |held: &Held| held.get(key).is_some_and(|among| self.lives_in(id, among));
        disks.iter().filter(|(_, held)| holds(held)).map(|(node, _)| *node).collect()
    }

    /// What was acknowledged and is not replaced, and on whose disks it is.
    pub(super) fn table(&self, names: &[NodeSpec]) -> Option<Table> {
        let config = self.config.as_ref()?;
        let row = |key: &Text, id: Id| {
            let holders = self.holders(key, id);
            let lost = (holders.len() as u64) < config.w;
            let tone = if lost { Tone::Warning } else { Tone::Settled };
            let write = format!("write {} of {}", id.0.serial, name(names, id.0.client));
            let cells = [(write, Tone::Plain), (all(names, holders), tone)];
            Row { name: key.to_string(), cells: cells.map(|(text, tone)| Cell { text, tone }).into() }
        };
        let rows: Vec<Row> =
            self.acknowledged.iter().flat_map(|(key, ids)| ids.iter().map(|id| row(key, *id))).collect();
        let columns = ["", "acknowledged", "on the disks of"].map(String::from).into();
        Some(Table { title: config::meeting(config), columns, rows })
    }
}

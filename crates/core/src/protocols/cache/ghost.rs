//! What the observer remembers: the origin's log as it was first written, and who answered how often.

use super::{Cache, Config, Entry, Held, Message, Request, Scheme, View, place::Plan};
use crate::{
    Input, Log, NodeId, NodeMap, NodeSpec, Packet, Sorted, StepSeen,
    services::Text,
    view::{Cell, Row, Table, Tone, name},
};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The settings, once there was a step.
    pub(super) config: Option<Config>,
    /// The origin's log. An entry stays as it was first written, whatever becomes of the origin.
    pub(super) log: Log<Entry>,
    /// By key, the entries that wrote it.
    pub(super) writes: Sorted<Text, Vec<u64>>,
    /// The ring, as the origin made it last.
    ring: Option<View>,
    /// What its last change moved: so many keys of so many.
    moved: Option<(u64, u64)>,
    /// How often each server answered a read with a copy that it had, and how often with what it had to ask for.
    answers: NodeMap<(u64, u64)>,
    /// For each client the serial number of its last request, and the version that it had seen.
    floors: NodeMap<(u64, u64)>,
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Cache>) {
        self.config.get_or_insert_with(|| step.config.clone());
        if let Some(Input::Packet { packet: Packet::Request(request), .. }) = step.input {
            self.asked(request);
        }
        if let Some(Cache::Origin(origin)) = step.left() {
            for index in self.log.last_index() + 1..=origin.log.last_index() {
                let entry = origin.log.get(index).expect("it is not beyond the last one");
                self.log.push(entry.clone());
                if let Entry::Write { key, .. } = entry {
                    self.writes.get_or_insert_with(key.clone(), Vec::new).push(index);
                }
            }
            self.look(step.config, &origin.ring);
        }
        let filled = matches!(step.input, Some(Input::Packet { packet: Packet::Message(Message::Fill { .. }), .. }));
        let reads = step.responses().filter(|(_, told)| told.held.is_some()).count() as u64;
        if reads > 0 && matches!(step.after, Cache::Server(_)) {
            let (hits, misses) = self.answers.get(step.node).copied().unwrap_or_default();
            let now = if filled { (hits, misses + reads) } else { (hits + reads, misses) };
            self.answers.insert(step.node, now);
        }
    }

    fn asked(&mut self, request: &Request) {
        let client = request.id.client;
        if self.floors.get(client).is_none_or(|(serial, _)| *serial <= request.id.serial) {
            self.floors.insert(client, (request.id.serial, request.floor));
        }
    }

    /// The version that a client had seen when it asked, if that is its last request.
    pub(super) fn floor(&self, client: NodeId, serial: u64) -> u64 {
        self.floors.get(client).filter(|(last, _)| *last == serial).map_or(0, |(_, floor)| *floor)
    }

    /// Counts what a change of the ring moved.
    fn look(&mut self, config: &Config, ring: &View) {
        let before = self.ring.replace(ring.clone());
        let Some(before) = before.filter(|before| before.number < ring.number) else { return };
        let plan = Plan::from(config);
        let moves = |key: &&Text| before.owners(plan, key).first() != ring.owners(plan, key).first();
        self.moved = Some((self.writes.keys().filter(moves).count() as u64, self.writes.len() as u64));
    }

    /// Whether the origin once had this: a value that an entry wrote, or none before the first.
    pub(super) fn is_true(&self, key: &Text, held: &Held) -> bool {
        match self.log.get(held.version) {
            Some(Entry::Write { key: of, value, .. }) => of == key && *value == held.value,
            Some(Entry::Ring(_)) => false,
            None => held.version == 0 && held.value.is_none(),
        }
    }

    /// The first entry after a version that wrote the key again.
    pub(super) fn replaced(&self, key: &Text, version: u64) -> Option<u64> {
        self.writes.get(key)?.iter().copied().find(|entry| *entry > version)
    }

    pub(super) fn table(&self, names: &[NodeSpec]) -> Option<Table> {
        let (config, ring) = (self.config.as_ref()?, self.ring.as_ref()?);
        let (plan, keys) = (Plan::from(config), self.writes.len() as u64);
        let shares = ring.shares(plan, self.writes.keys());
        let scheme = match config.placement {
            Scheme::Ring => format!("ring of {} points each", config.points),
            other => format!("{other:?}").to_lowercase(),
        };
        let moved = match self.moved {
            Some((moved, of)) => {
                let tenths = 10 * of / (ring.members().len() as u64).max(1);
                format!("the last change moved {moved} of {of} keys, and k/n is {}.{}", tenths / 10, tenths % 10)
            }
            None => format!("{keys} keys"),
        };
        let row = |node: NodeId| {
            let (hits, misses) = self.answers.get(node).copied().unwrap_or_default();
            let share = shares.get(&node).copied().unwrap_or_default();
            let most = shares.values().copied().max().unwrap_or_default();
            let tone = if share > 0 && share == most { Tone::Settled } else { Tone::Plain };
            let on = ring.members().contains(node);
            let share = if on { share.to_string() } else { "off the ring".into() };
            let cells = [(share, tone), (hits.to_string(), Tone::Plain), (misses.to_string(), Tone::Plain)];
            Row { name: name(names, node), cells: cells.map(|(text, tone)| Cell { text, tone }).into() }
        };
        let columns = ["", "owns keys", "hits", "misses"].map(String::from).into();
        let rows = (0..config.servers as u8).map(NodeId).map(row).collect();
        Some(Table { title: format!("{scheme}: {moved}"), columns, rows })
    }
}

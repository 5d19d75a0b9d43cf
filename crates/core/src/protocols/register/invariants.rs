//! What the tags promise, watched from outside. Atomicity follows from it: writes and reads have the order of their tags,
//! and that is one in which they could have happened at once.

use super::{
    Phase, Register, Tag, Told,
    inspect::{Write, record},
};
use crate::{
    Breach, Input, Invariant, NodeId, NodeSet, NodeSpec, OpId, Packet, Sight, Sorted, StepSeen,
    services::{RegisterOp, RegisterRet, Text},
    view::Table,
};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The tag of each server's copy, as it stands on its disk.
    held: Sorted<(Text, NodeId), Tag>,
    /// By register and tag, the value first seen under it.
    values: Sorted<(Text, Tag), Option<Text>>,
    /// By register and tag, the operation that wrote under it.
    writers: Sorted<(Text, Tag), OpId>,
    /// A register and a tag under which this step wrote though another operation had, and which one.
    again: Option<(Text, Tag, OpId)>,
    /// By register, the highest tag of which a client was told.
    told: Sorted<Text, Tag>,
    /// For each operation its register, and the highest tag of which a client was told before a server heard of it.
    floors: Sorted<OpId, (Text, Tag)>,
    /// What this step lowered: the register, and its tag before.
    lowered: Option<(Text, Tag)>,
}

/// The answers of this step, refusals apart.
fn answers<'a>(step: &'a StepSeen<'_, Register>) -> impl Iterator<Item = &'a Told> {
    step.responses().map(|(_, told)| told).filter(|told| told.ret != RegisterRet::Refused)
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Register>) {
        if let Some(Input::Packet { packet: Packet::Request(call), .. }) = step.input {
            let key = call.op.key();
            let floor = self.told.get(key).copied().unwrap_or_default();
            self.floors.get_or_insert_with(call.id, || (key.clone(), floor));
        }
        self.look(step);
        self.look_at_writes(step);
        for told in answers(step) {
            if let Some((key, _)) = self.floors.get(&told.id) {
                let highest = self.told.get_or_insert_with(key.clone(), Tag::default);
                *highest = told.tag.max(*highest);
            }
        }
    }

    /// Looks at the copies that the step left.
    fn look(&mut self, step: &StepSeen<'_, Register>) {
        self.lowered = None;
        let Some(left) = step.left() else { return };
        for ((key, _), tag) in self.held.iter_mut().filter(|((_, node), _)| *node == step.node) {
            let now = left.copy(key).tag;
            if now < *tag {
                self.lowered = Some((key.clone(), *tag));
            }
            *tag = now;
        }
        for (key, copy) in left.copies.iter() {
            self.held.insert((key.clone(), step.node), copy.tag);
            self.values.get_or_insert_with((key.clone(), copy.tag), || copy.value.clone());
        }
    }

    /// Looks which operations have got their tags, and whether another one had the same.
    fn look_at_writes(&mut self, step: &StepSeen<'_, Register>) {
        self.again = None;
        let doing = step.left().into_iter().flat_map(|left| left.doing.values());
        let under_way = doing.filter_map(|doing| match (&doing.op, &doing.phase) {
            (RegisterOp::Put(key, _), Phase::Store { copy, .. }) => Some((doing.id, key.clone(), copy.tag)),
            _ => None,
        });
        let done = answers(step).filter(|told| told.ret == RegisterRet::Done);
        let done = done.filter_map(|told| Some((told.id, self.floors.get(&told.id)?.0.clone(), told.tag)));
        let writes: Vec<(OpId, Text, Tag)> = under_way.chain(done).collect();
        for (id, key, tag) in writes {
            let first = *self.writers.get_or_insert_with((key.clone(), tag), || id);
            if first != id {
                self.again = Some((key, tag, first));
            }
        }
    }

    /// Who holds a tag or a higher one.
    fn holders(&self, key: &Text, tag: Tag) -> NodeSet {
        let of_key = self.held.iter().filter(|((of, _), held)| of == key && **held >= tag);
        of_key.map(|((_, node), _)| *node).collect()
    }

    pub(super) fn table(&self, names: &[NodeSpec]) -> Option<Table> {
        let write = |((key, tag), value): (&'_ (Text, Tag), &'_ Option<Text>)| {
            let is_done = self.told.get(key).is_some_and(|told| told >= tag);
            (key.clone(), *tag, value.clone(), self.holders(key, *tag), is_done)
        };
        let writes: Vec<_> = self.values.iter().map(write).collect();
        let shown = writes.iter().map(|(key, tag, value, held, is_done)| Write {
            key,
            tag: *tag,
            value: value.as_deref().unwrap_or_default(),
            held: *held,
            is_done: *is_done,
        });
        record(shown.collect(), names)
    }
}

pub(super) const ALL: &[Invariant<Register>] = &[
    Invariant {
        name: "Order of Tags",
        words: "Whoever begins after a client was told of a tag is told of no lower one, and a write gets a higher one.",
        place: "Attiya, Bar-Noy, Dolev 1995; Lynch, Distributed Algorithms, Lemma 13.16",
        check: order_of_tags,
    },
    Invariant {
        name: "One Value per Tag",
        words: "Two writes to a register have different tags.",
        place: "Attiya, Bar-Noy, Dolev 1995; Lynch, Shvartsman 1997",
        check: one_value,
    },
    Invariant {
        name: "Written to a Quorum",
        words: "When a write is answered, a quorum has it or a later one.",
        place: "Attiya, Bar-Noy, Dolev 1995",
        check: at_a_quorum,
    },
    Invariant {
        name: "Monotone Tags",
        words: "The tag of a copy never falls.",
        place: "Attiya, Bar-Noy, Dolev 1995",
        check: monotone,
    },
];

type Seen<'a> = Sight<'a, Register>;

fn order_of_tags(sight: &Seen<'_>) -> Result<(), Breach> {
    for told in answers(sight.step) {
        let Some((key, floor)) = sight.ghost.floors.get(&told.id) else { continue };
        let is_write = told.ret == RegisterRet::Done;
        if told.tag < *floor || is_write && told.tag == *floor {
            let (me, who) = (sight.name(sight.step.node), sight.name(told.id.client));
            let what = if is_write { "gave the write" } else { "answered the read" };
            let words = format!(
                "{me} {what} of {key} by {who} with tag {}, though a client had been told of {floor} before it began",
                told.tag
            );
            return Breach::found(&[sight.step.node, told.id.client], words);
        }
    }
    Ok(())
}

fn one_value(sight: &Seen<'_>) -> Result<(), Breach> {
    if let Some((key, tag, first)) = &sight.ghost.again {
        let who = sight.name(first.client);
        let words = format!("{key} is written under the tag {tag}, which operation {} of {who} had got", first.serial);
        return Breach::found(&[sight.step.node, first.client], words);
    }
    let Some(left) = sight.step.left() else { return Ok(()) };
    for (key, copy) in left.copies.iter() {
        let first = sight.ghost.values.get(&(key.clone(), copy.tag));
        if let Some(first) = first.filter(|first| **first != copy.value) {
            let (first, tag) = (first.as_deref().unwrap_or("nothing"), copy.tag);
            let words = format!("{key} was written as {first} under the tag {tag}, and now {copy}");
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

fn at_a_quorum(sight: &Seen<'_>) -> Result<(), Breach> {
    for told in answers(sight.step).filter(|told| told.ret == RegisterRet::Done) {
        let Some((key, _)) = sight.ghost.floors.get(&told.id) else { continue };
        let (have, need) = (sight.ghost.holders(key, told.tag), sight.config.write_quorum());
        if (have.len() as u64) < need {
            let names = crate::view::all(sight.specs, have);
            let words =
                format!("the write of {key} with tag {} is answered and at {names} alone: {need} are needed", told.tag);
            return Breach::found(&have.iter().collect::<Vec<_>>(), words);
        }
    }
    Ok(())
}

fn monotone(sight: &Seen<'_>) -> Result<(), Breach> {
    let Some((key, before)) = &sight.ghost.lowered else { return Ok(()) };
    let me = sight.step.node;
    let now = sight.ghost.held.get(&(key.clone(), me)).copied().unwrap_or_default();
    Breach::found(&[me], format!("the copy of {key} at {} had the tag {before}, and now {now}", sight.name(me)))
}

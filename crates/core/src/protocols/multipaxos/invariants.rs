//! What single-decree Paxos guarantees, for each slot, and the order in which commands are executed.
//!
//! The observer keeps every proposal that was issued, and who accepted it, over the whole history: what is chosen stays
//! chosen, whatever acceptors accept later.

use super::{
    Message, MultiPaxos,
    state::{Ballot, Leader, Part},
};
use crate::{
    Breach, Input, Invariant, NodeSet, OpId, Packet, Sight, Sorted, StepSeen, replicated::Command, services::KvOp,
};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// What clients asked for.
    asked: Sorted<OpId, KvOp>,
    /// By slot and number, the command first proposed, and who accepted it.
    issued: Sorted<(u64, Ballot), Issued>,
    /// By slot, what was chosen first.
    chosen: Sorted<u64, (Ballot, Command)>,
}

/// A proposal that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Issued {
    command: Command,
    acceptors: NodeSet,
}

/// The slots in which the step may have accepted something: that of the request, and those in which a leader proposed.
fn touched(step: &StepSeen<'_, MultiPaxos>) -> impl Iterator<Item = u64> {
    let asked = match step.input {
        Some(Input::Packet { packet: Packet::Message(Message::Accept { slot, .. }), .. }) => Some(*slot),
        _ => None,
    };
    let proposed = match &step.after.part {
        Part::Leader(Leader { ballot, next, .. }) if step.input.is_some() => {
            let before = step.before.map_or(0, |before| before.applied);
            let led = step.before.and_then(MultiPaxos::lead).filter(|lead| lead.ballot == *ballot);
            led.map_or(before + 1, |lead| lead.next)..*next
        }
        _ => 0..0,
    };
    proposed.chain(asked)
}

/// The proposals that the step accepted, each with its slot.
fn accepted<'a>(step: &StepSeen<'a, MultiPaxos>) -> Vec<(u64, Ballot, &'a Command)> {
    let Some(now) = step.left() else { return Vec::new() };
    let new = |slot: u64| {
        let it = now.accepted.get(&slot)?;
        let had = step.before.and_then(|before| before.accepted.get(&slot));
        (had != Some(it)).then_some((slot, it.ballot, &it.command))
    };
    touched(step).filter_map(new).collect()
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, MultiPaxos>) {
        if let Some(Input::Packet { packet: Packet::Request(call), .. }) = step.input {
            self.asked.get_or_insert_with(call.id, || call.op.clone());
        }
        for (slot, ballot, command) in accepted(step) {
            let new = || Issued { command: command.clone(), acceptors: NodeSet::new() };
            let issued = self.issued.get_or_insert_with((slot, ballot), new);
            if issued.command != *command {
                continue;
            }
            issued.acceptors.insert(step.node);
            if issued.acceptors.len() as u64 >= step.config.accept_quorum() {
                self.chosen.get_or_insert_with(slot, || (ballot, command.clone()));
            }
        }
    }
}

pub(super) const ALL: &[Invariant<MultiPaxos>] = &[
    Invariant {
        name: "Nontriviality",
        words: "Only commands that clients asked for are proposed, and no-ops.",
        place: "Paxos Made Simple §2.1, §3",
        check: nontriviality,
    },
    Invariant {
        name: "One Command per Slot and Number",
        words: "Different proposals for a slot have different numbers.",
        place: "Paxos Made Simple §2.2",
        check: one_command,
    },
    Invariant {
        name: "Consistency",
        words: "In each slot only one command is chosen.",
        place: "Paxos Made Simple §2.1, §3",
        check: consistency,
    },
    Invariant {
        name: "P2b",
        words: "Once a command is chosen in a slot, every proposal for it with a higher number has that command.",
        place: "Paxos Made Simple §2.2",
        check: p2b,
    },
    Invariant {
        name: "Learning",
        words: "Nobody learns that a command is chosen in a slot unless it is.",
        place: "Paxos Made Simple §2.1",
        check: learning,
    },
    Invariant {
        name: "Slot Order",
        words: "A command is executed when all commands of the slots before are, and not earlier.",
        place: "Paxos Made Simple §3",
        check: slot_order,
    },
];

type Seen<'a> = Sight<'a, MultiPaxos>;

fn nontriviality(sight: &Seen<'_>) -> Result<(), Breach> {
    for (slot, ballot, command) in accepted(sight.step) {
        let Command::Op { id, op } = command else { continue };
        if sight.ghost.asked.get(id) != Some(op) {
            let words =
                format!("{} is proposed as {ballot} in slot {slot}, and no client asked for it", command.label());
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

fn one_command(sight: &Seen<'_>) -> Result<(), Breach> {
    for (slot, ballot, command) in accepted(sight.step) {
        let Some(first) = sight.ghost.issued.get(&(slot, ballot)) else { continue };
        if first.command != *command {
            let (a, b) = (first.command.label(), command.label());
            let words = format!("in slot {slot}, {a} was proposed as {ballot}, and now {b} is");
            return Breach::found(&with(first.acceptors, sight), words);
        }
    }
    Ok(())
}

/// The node that moved, and others.
fn with(others: NodeSet, sight: &Seen<'_>) -> Vec<crate::NodeId> {
    others.union(NodeSet::from_iter([sight.step.node])).iter().collect()
}

fn consistency(sight: &Seen<'_>) -> Result<(), Breach> {
    for (slot, ballot, command) in accepted(sight.step) {
        let (Some((was, first)), Some(now)) = (sight.ghost.chosen.get(&slot), sight.ghost.issued.get(&(slot, ballot)))
        else {
            continue;
        };
        let chosen = now.command == *command && now.acceptors.len() as u64 >= sight.config.accept_quorum();
        if chosen && first != command {
            let (a, b) = (first.label(), command.label());
            let words = format!("in slot {slot}, {a} was chosen as {was}, and now {b} is chosen as {ballot}");
            return Breach::found(&with(now.acceptors, sight), words);
        }
    }
    Ok(())
}

/// The proposals that this step accepted are checked against what is chosen, and, if it made one chosen, those with
/// higher numbers for that slot against that one.
fn p2b(sight: &Seen<'_>) -> Result<(), Breach> {
    for (slot, ballot, command) in accepted(sight.step) {
        let Some((was, first)) = sight.ghost.chosen.get(&slot) else { continue };
        let start = (slot, *was);
        let later = sight.ghost.issued.from(&start).take_while(|((of, _), _)| *of == slot);
        let other = later.filter(|((_, number), it)| number > was && it.command != *first).map(|((_, n), it)| (n, it));
        let own = (ballot > *was && command != first).then_some((ballot, command));
        let found = own.or_else(|| other.map(|(number, it)| (*number, &it.command)).next());
        if let Some((number, wrong)) = found {
            let (a, b) = (first.label(), wrong.label());
            let words = format!("in slot {slot}, {a} is chosen as {was}, but {b} is proposed as {number}");
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

/// The slots of which the step learned something.
fn learned<'a>(sight: &'a Seen<'_>) -> impl Iterator<Item = (u64, &'a Command)> {
    let step = sight.step;
    let told = match step.input {
        Some(Input::Packet { packet: Packet::Message(Message::Chosen { first, commands }), .. }) => {
            *first..*first + commands.len() as u64
        }
        Some(Input::Packet { packet: Packet::Message(Message::Accepted { slot, .. }), .. }) => *slot..slot + 1,
        _ => 0..0,
    };
    let own = sight.step.before.map_or(0, |before| before.applied) + 1..=step.after.applied;
    let new = |slot: u64| {
        let known = step.before.and_then(|before| before.chosen.get(&slot)).is_some();
        step.after.chosen.get(&slot).filter(|_| !known).map(|command| (slot, command))
    };
    told.chain(own).filter_map(new)
}

fn learning(sight: &Seen<'_>) -> Result<(), Breach> {
    for (slot, command) in learned(sight) {
        match sight.ghost.chosen.get(&slot) {
            Some((_, chosen)) if chosen == command => {}
            // A crash cut the step off before its acceptance was on the disk: it is as if the step had not been.
            _ if sight.step.cut => {}
            chosen => {
                let what = chosen.map_or("nothing".into(), |(_, chosen)| chosen.label());
                let (me, label) = (sight.name(sight.step.node), command.label());
                let words = format!("{me} learned {label} for slot {slot}, where {what} is chosen");
                return Breach::found(&[sight.step.node], words);
            }
        }
    }
    Ok(())
}

fn slot_order(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    let before = step.before.map_or(0, |before| before.applied);
    for slot in before + 1..=after.applied {
        if after.chosen.get(&slot).is_none() {
            let (me, now) = (sight.name(step.node), after.applied);
            let words =
                format!("{me} executed slot {now} before slot {slot}, of which it does not know what is chosen");
            return Breach::found(&[step.node], words);
        }
    }
    Ok(())
}

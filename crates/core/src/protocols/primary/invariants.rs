//! What the approach promises, watched from outside.

use super::{Part, PrimaryBackup};
use crate::{Breach, Invariant, Log, NodeId, Outcome, Sight, Sorted, StepSeen, replicated::Command};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The operations that were answered, in their order, and what was executed before them.
    answered: Log<Command>,
    /// By view, who first was its primary.
    primaries: Sorted<u64, NodeId>,
}

/// Whether this step answered operations that it executed.
fn answers(step: &StepSeen<'_, PrimaryBackup>) -> bool {
    let before = step.before.map_or(0, |before| before.executed);
    let mut done = step.responses().filter(|(_, answer)| matches!(answer.outcome, Outcome::Done(_)));
    step.after.executed > before && done.next().is_some()
}

/// Whether this step made its server primary of a view.
fn becomes_primary(step: &StepSeen<'_, PrimaryBackup>) -> bool {
    let led = |before: &PrimaryBackup| before.part == Part::Primary && before.view.number == step.after.view.number;
    !step.cut && step.after.part == Part::Primary && step.input.is_some() && !step.before.is_some_and(led)
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, PrimaryBackup>) {
        if answers(step) {
            let new = step.after.log.iter_from(self.answered.last_index() + 1);
            let count = step.after.executed.saturating_sub(self.answered.last_index());
            let new: Vec<Command> = new.take(usize::try_from(count).unwrap_or(0)).cloned().collect();
            for command in new {
                self.answered.push(command);
            }
        }
        if becomes_primary(step) {
            self.primaries.get_or_insert_with(step.after.view.number, || step.node);
        }
    }
}

pub(super) const ALL: &[Invariant<PrimaryBackup>] = &[
    Invariant {
        name: "Answered Survives",
        words: "Whoever becomes primary has all operations that were answered, in their order.",
        place: "Alsberg, Day 1976; Budhiraja et al. 1993",
        check: survives,
    },
    Invariant {
        name: "One Order",
        words: "What is answered is answered in one order, whoever is primary.",
        place: "Budhiraja et al. 1993",
        check: one_order,
    },
    Invariant {
        name: "One Primary per View",
        words: "No view has two primaries.",
        place: "Budhiraja et al. 1993; MIT 6.824",
        check: one_primary,
    },
    Invariant {
        name: "Prefix",
        words: "What a backup has of a view is the beginning of what its primary has.",
        place: "Alsberg, Day 1976",
        check: prefix,
    },
];

type Seen<'a> = Sight<'a, PrimaryBackup>;

fn label(log: &Log<Command>, number: u64) -> String {
    log.get(number).map_or("nothing".into(), Command::label)
}

fn survives(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after, answered) = (sight.step, sight.step.after, &sight.ghost.answered);
    let same = answered.common_prefix(&after.log);
    if !becomes_primary(step) || same == answered.last_index() {
        return Ok(());
    }
    let (lost, has) = (label(answered, same + 1), label(&after.log, same + 1));
    let words = format!(
        "operation {}, {lost}, was answered, and {} becomes primary of view {} with {has} in its place",
        same + 1,
        sight.name(step.node),
        after.view.number
    );
    Breach::found(&[step.node], words)
}

fn one_order(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, answered) = (sight.step, &sight.ghost.answered);
    let same = answered.common_prefix(&step.after.log);
    if !answers(step) || same >= step.after.executed.min(answered.last_index()) {
        return Ok(());
    }
    let (first, now) = (label(answered, same + 1), label(&step.after.log, same + 1));
    let words = format!("operation {} was answered as {first}, and {} answers {now}", same + 1, sight.name(step.node));
    Breach::found(&[step.node], words)
}

fn one_primary(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, number) = (sight.step, sight.step.after.view.number);
    let first = sight.ghost.primaries.get(&number).copied().filter(|first| *first != step.node);
    match first {
        Some(first) if becomes_primary(step) => {
            let words = format!("{} and {} are primaries of view {number}", sight.name(first), sight.name(step.node));
            Breach::found(&[first, step.node], words)
        }
        _ => Ok(()),
    }
}

fn prefix(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    if step.cut || after.part != Part::Backup || !after.has_state {
        return Ok(());
    }
    let of_view = |primary: &&PrimaryBackup| primary.part == Part::Primary && primary.view.number == after.view.number;
    let Some(primary) = (sight.nodes)(after.view.primary).filter(of_view) else { return Ok(()) };
    let same = primary.log.common_prefix(&after.log);
    if same == after.log.last_index() {
        return Ok(());
    }
    let (theirs, own) = (label(&primary.log, same + 1), label(&after.log, same + 1));
    let words = format!(
        "operation {} of view {} is {theirs} at {}, the primary, and {own} at {}",
        same + 1,
        after.view.number,
        sight.name(after.view.primary),
        sight.name(step.node)
    );
    Breach::found(&[after.view.primary, step.node], words)
}

//! What the paper argues in §8, watched from outside.
//!
//! The observer keeps what each primary wrote in its view, and by op-number what was committed first. Nothing of a replica
//! outlives a crash but two numbers: a step that a crash cut off has changed nothing.

use super::{
    Vr,
    state::{Status, primary},
};
use crate::{Breach, Invariant, Log, NodeId, Sight, Sorted, StepSeen, replicated::Command};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// By view, the log of its primary, as long as it only grew.
    views: Sorted<u64, Log<Command>>,
    /// By op-number, what was committed first, and in which view.
    committed: Log<(Command, u64)>,
}

/// How many operations were committed before the step, at this replica.
fn had(step: &StepSeen<'_, Vr>) -> u64 {
    step.before.map_or(0, |before| before.commit_number)
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Vr>) {
        let after = step.after;
        if step.cut {
            return;
        }
        if after.primary {
            let written = self.views.get_or_insert_with(after.view, || after.log.clone());
            if written.common_prefix(&after.log) == written.len() && !written.same_as(&after.log) {
                *written = after.log.clone();
            }
        }
        for number in self.committed.last_index() + 1..=after.commit_number {
            let Some(command) = after.log.get(number) else { return };
            self.committed.push((command.clone(), after.view));
        }
    }
}

pub(super) const ALL: &[Invariant<Vr>] = &[
    Invariant {
        name: "One Operation per Viewstamp",
        words: "In a view, an op-number stands for one operation: the one that the primary gave it.",
        place: "VR Revisited §8.1",
        check: viewstamps,
    },
    Invariant {
        name: "Agreement",
        words: "No two replicas commit different operations under one op-number, in whichever views.",
        place: "VR Revisited §8.1",
        check: agreement,
    },
    Invariant {
        name: "View Completeness",
        words: "Every committed operation is in the log of the primary of every later view, in its place.",
        place: "VR Revisited §8.1",
        check: completeness,
    },
    Invariant {
        name: "Monotony",
        words: "A replica that is up never goes back to an earlier view, and never loses what it knows to be committed.",
        place: "VR Revisited §4",
        check: monotony,
    },
];

type Seen<'a> = Sight<'a, Vr>;

/// What the step put into the log of a replica in a normal view is what the primary of the view wrote there.
fn viewstamps(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    if step.cut || after.status != Status::Normal {
        return Ok(());
    }
    let Some(written) = sight.ghost.views.get(&after.view) else { return Ok(()) };
    let same = |before: &&Vr| before.status == Status::Normal && before.view == after.view;
    let from = step.before.filter(same).map_or(0, |before| before.log.common_prefix(&after.log));
    for number in from + 1..=after.op_number().min(written.len()) {
        let (Some(mine), Some(theirs)) = (after.log.get(number), written.get(number)) else { continue };
        if mine != theirs {
            let (me, view) = (sight.name(step.node), after.view);
            let (a, b) = (mine.label(), theirs.label());
            let of = primary(view, sight.config.servers);
            let words = format!("op {number} of view {view} is {a} at {me}, and {b} as {} wrote it", sight.name(of));
            return Breach::found(&[of, step.node], words);
        }
    }
    Ok(())
}

fn agreement(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    if step.cut {
        return Ok(());
    }
    for number in had(step) + 1..=after.commit_number {
        let (Some(mine), Some((first, view))) = (after.log.get(number), sight.ghost.committed.get(number)) else {
            continue;
        };
        if mine != first {
            let (me, a, b) = (sight.name(step.node), mine.label(), first.label());
            let words = format!("{me} commits {a} as op {number}, and {b} was committed there in view {view}");
            return Breach::found(&[step.node], words);
        }
    }
    Ok(())
}

fn completeness(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    if step.cut {
        return Ok(());
    }
    let led = |before: &Vr| before.primary && before.view == after.view;
    if after.primary && !step.before.is_some_and(led) {
        new_primary_is_complete(sight)?;
    }
    later_primaries_are_complete(sight)
}

fn new_primary_is_complete(sight: &Seen<'_>) -> Result<(), Breach> {
    let (node, after) = (sight.step.node, sight.step.after);
    for (number, (command, view)) in (1..).zip(sight.ghost.committed.iter()) {
        if *view < after.view && after.log.get(number) != Some(command) {
            return lost(sight, node, (number, command, *view), after.view);
        }
    }
    Ok(())
}

/// What this step committed is in the logs of later views that have begun already.
fn later_primaries_are_complete(sight: &Seen<'_>) -> Result<(), Breach> {
    let after = sight.step.after;
    for number in had(sight.step) + 1..=after.commit_number {
        let Some(command) = after.log.get(number) else { continue };
        for (later, log) in sight.ghost.views.from(&(after.view + 1)) {
            if log.get(number) != Some(command) {
                let of = primary(*later, sight.config.servers);
                return lost(sight, of, (number, command, after.view), *later);
            }
        }
    }
    Ok(())
}

fn lost(
    sight: &Seen<'_>,
    node: NodeId,
    (number, command, view): (u64, &Command, u64),
    later: u64,
) -> Result<(), Breach> {
    let (who, label) = (sight.name(node), command.label());
    let words = format!("{who} is primary of view {later} without op {number}, {label}, committed in view {view}");
    Breach::found(&[node], words)
}

fn monotony(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, after) = (sight.step, sight.step.after);
    let Some(before) = step.before.filter(|_| !step.cut) else { return Ok(()) };
    let me = sight.name(step.node);
    if after.view < before.view {
        let words = format!("{me} goes back from view {} to view {}", before.view, after.view);
        return Breach::found(&[step.node], words);
    }
    let kept = before.log.common_prefix(&after.log);
    if after.commit_number < before.commit_number || kept < before.commit_number {
        let words = format!("{me} knew op {} to be committed, and has lost it", before.commit_number.min(kept + 1));
        return Breach::found(&[step.node], words);
    }
    Ok(())
}

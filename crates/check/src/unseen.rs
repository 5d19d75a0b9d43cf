//! Writes without an answer whose values nobody was shown: an order with such a write explains no more than one without.
//!
//! Were it there, nobody would have read between it and the next write; and what was put into a queue and never came out, as
//! far as anybody tells, can be left out together with whoever took it untold. So the search need not try when it took
//! effect, and there may be many such operations: each could have been at any time.

use crate::history::Operation;
use lightcone_core::{Service, service::Shows};
use std::collections::BTreeSet;

/// What an operation shows: by its answer if it has one, and by what was asked alone; and what it leaves.
struct Traces<'a> {
    told: Option<Shows<'a>>,
    asked: Shows<'a>,
    leaves: Option<&'a str>,
}

/// Which operations a search can leave out.
pub(crate) fn unseen<S: Service>(ops: &[Operation<S>]) -> Vec<bool> {
    let mut traces = Vec::new();
    for Operation { op, told, .. } in ops {
        let told = told.as_ref().map(|(_, ret)| S::shows(op, Some(ret)));
        traces.push(Traces { told, asked: S::shows(op, None), leaves: S::leaves(op) });
    }
    unseen_of(&traces)
}

fn unseen_of(traces: &[Traces<'_>]) -> Vec<bool> {
    let mut shown: BTreeSet<&str> = BTreeSet::new();
    // What was answered took effect; the others may matter only if what they leave is shown, and then what they saw counts.
    let mut unseen: Vec<bool> = traces.iter().map(|op| op.told.is_none()).collect();
    for op in traces {
        match op.told.as_ref().unwrap_or(&op.asked) {
            Shows::More => return vec![false; traces.len()],
            Shows::Value(value) if op.told.is_some() => _ = shown.insert(value),
            Shows::Value(_) | Shows::Nothing => {}
        }
    }
    loop {
        let matters = |place: &usize| unseen[*place] && traces[*place].leaves.is_none_or(|value| shown.contains(value));
        let found: Vec<usize> = (0..traces.len()).filter(matters).collect();
        if found.is_empty() {
            return unseen;
        }
        for place in found {
            unseen[place] = false;
            if let Shows::Value(value) = traces[place].asked {
                shown.insert(value);
            }
        }
    }
}

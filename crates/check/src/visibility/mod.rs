//! Consistency of plain reads and writes: causal memory, causal convergence, and the session guarantees.
//!
//! Where values were written more than once it is not known which write a read was told of; then every possibility is
//! tried. A write without an answer that nobody was told of did not take effect, as far as anyone could see, and is left
//! out; one that somebody was told of is a write like others, but comes before nothing of its own client.

mod accesses;
mod causal;
mod graph;
mod session;
mod words;

use crate::history::{Operation, tells};
use accesses::{Accesses, Source};
pub use graph::Reason;
use lightcone_core::{Service, order, service::Access};

/// What a history can be judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Each client sees an order of all writes that keeps causal order (Ahamad et al. 1995).
    CausalMemory,
    /// All see one order of the writes that keeps causal order, each a part of it (Bouajjani et al. 2017).
    CausalConvergence,
    /// A client's reads know of its writes (Terry et al. 1994, like the next three).
    ReadYourWrites,
    /// A client's reads know of what its earlier ones were told of.
    MonotonicReads,
    /// Who knows of a write knows of what its client wrote before.
    MonotonicWrites,
    /// Who knows of a write knows of what its client had been told of before.
    WritesFollowReads,
}

impl Model {
    /// All of them.
    pub const ALL: [Model; 6] = [
        Model::CausalMemory,
        Model::CausalConvergence,
        Model::ReadYourWrites,
        Model::MonotonicReads,
        Model::MonotonicWrites,
        Model::WritesFollowReads,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Model::CausalMemory => "causal memory",
            Model::CausalConvergence => "causal convergence",
            Model::ReadYourWrites => "read your writes",
            Model::MonotonicReads => "monotonic reads",
            Model::MonotonicWrites => "monotonic writes",
            Model::WritesFollowReads => "writes follow reads",
        }
    }
}

/// An operation that these models do not speak of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{operation}` is neither a plain read nor a plain write, and {MODELS} speak of those alone")]
pub struct Unfit {
    /// It.
    pub operation: String,
}

/// Whom [`Unfit`] speaks of.
const MODELS: &str = "causal models and session guarantees";

/// A verdict on a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// All answers agree with the model.
    Holds,
    /// They do not.
    Broken(Pattern),
    /// It cannot be told: only monotonic reads would show it, and those are broken.
    Hidden,
    /// It took more than the steps that were given.
    Undecided,
}

/// What a model forbids. Operations are given by their places in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// A read was told of something that nobody wrote.
    ThinAir {
        /// It.
        read: usize,
    },
    /// A read was told that nothing was ever written, though it must know of a write.
    Missed {
        /// The write.
        write: usize,
        /// The read.
        read: usize,
    },
    /// A read was told of what it must know to be overwritten.
    Overwritten {
        /// What it was told of.
        old: usize,
        /// What it must know of.
        new: usize,
        /// The read.
        read: usize,
    },
    /// Each of these must come before the next one, and the last before the first.
    Cycle(Vec<(usize, Reason)>),
}

/// Judges a history, which is in the order of asking, by a model. It takes at most about `steps` steps.
///
/// # Errors
/// If an operation is neither a plain read nor a plain write.
pub fn check<S: Service>(history: &[Operation<S>], model: Model, steps: u64) -> Result<Finding, Unfit> {
    let ids = seen(history);
    let ops: Vec<Operation<S>> = ids.iter().map(|op| history[*op].clone()).collect();
    Ok(judge(&Accesses::new(&ops)?, model, steps).renamed(|op| ids[op]))
}

/// The places of the operations that somebody could see: all but reads without an answer, and writes without one that
/// nobody was told of.
fn seen<S: Service>(history: &[Operation<S>]) -> Vec<usize> {
    let key = |op: &Operation<S>, value: &str| (S::part(&op.op).map(String::from), String::from(value));
    let read = |op: &Operation<S>| match S::access(&op.op, op.told.as_ref().map(|(_, ret)| ret)) {
        Some(Access::Read(Some(value))) => Some(key(op, value)),
        _ => None,
    };
    let mut told: Vec<(Option<String>, String)> = history.iter().filter_map(read).collect();
    order::sort(&mut told);
    let is_seen = |op: &Operation<S>| match S::access(&op.op, None) {
        Some(Access::Write(value)) if op.told.is_none() => told.binary_search(&key(op, value)).is_ok(),
        _ => tells(op),
    };
    (0..history.len()).filter(|op| is_seen(&history[*op])).collect()
}

/// Judges with every possibility of what reads were told of, until one agrees with the model.
fn judge(accesses: &Accesses, model: Model, mut steps: u64) -> Finding {
    if let Some((read, _)) = accesses.reads().find(|(_, sources)| sources.is_empty()) {
        return Finding::Broken(Pattern::ThinAir { read });
    }
    let open: Vec<&[Source]> = accesses.reads().map(|(_, sources)| sources).collect();
    let mut chosen = vec![0; open.len()];
    let mut first = None;
    loop {
        if !spend(&mut steps, accesses.len()) {
            return Finding::Undecided;
        }
        let sources: Vec<Source> = open.iter().zip(&chosen).map(|(sources, at)| sources[*at]).collect();
        let finding = match model {
            Model::CausalMemory => causal::memory(accesses, &sources, &mut steps),
            Model::CausalConvergence => causal::convergence(accesses, &sources, &mut steps),
            _ => session::guarantee(model, accesses, &sources, &mut steps),
        };
        match finding {
            Finding::Holds | Finding::Undecided => return finding,
            Finding::Broken(_) | Finding::Hidden => first = first.or(Some(finding)),
        }
        let Some(turn) = (0..open.len()).rev().find(|at| chosen[*at] + 1 < open[*at].len()) else {
            return first.expect("one was judged");
        };
        chosen[turn] += 1;
        chosen[turn + 1..].fill(0);
    }
}

/// Takes `cost` off `steps`. False if there are not so many.
fn spend(steps: &mut u64, cost: usize) -> bool {
    let left = steps.checked_sub(cost as u64);
    *steps = left.unwrap_or(0);
    left.is_some()
}

impl Finding {
    /// The same, with other places of the operations.
    fn renamed(self, name: impl Fn(usize) -> usize) -> Self {
        let why = |why: Reason| match why {
            Reason::Seen(read) => Reason::Seen(name(read)),
            other => other,
        };
        let Finding::Broken(pattern) = self else { return self };
        Finding::Broken(match pattern {
            Pattern::ThinAir { read } => Pattern::ThinAir { read: name(read) },
            Pattern::Missed { write, read } => Pattern::Missed { write: name(write), read: name(read) },
            Pattern::Overwritten { old, new, read } => {
                Pattern::Overwritten { old: name(old), new: name(new), read: name(read) }
            }
            Pattern::Cycle(cycle) => Pattern::Cycle(cycle.into_iter().map(|(op, r)| (name(op), why(r))).collect()),
        })
    }
}

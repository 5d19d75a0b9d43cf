//! Findings in sentences.

use super::{Pattern, Reason};
use crate::history::Operation;
use lightcone_core::{NodeSpec, Service};

impl Pattern {
    /// The operations that it is about, by their places in the history, each once.
    pub fn operations(&self) -> Vec<usize> {
        let mut all = match self {
            Pattern::ThinAir { read } => vec![*read],
            Pattern::Missed { write, read } => vec![*write, *read],
            Pattern::Overwritten { old, new, read } => vec![*old, *new, *read],
            Pattern::Cycle(cycle) => cycle
                .iter()
                .flat_map(|(op, why)| match why {
                    Reason::Seen(read) => vec![*op, *read],
                    _ => vec![*op],
                })
                .collect(),
        };
        lightcone_core::order::sort(&mut all);
        all.dedup();
        all
    }

    /// Why it cannot be, in a sentence.
    pub fn words<S: Service>(&self, history: &[Operation<S>], specs: &[NodeSpec]) -> String {
        self.told(&|op| history[op].words(specs))
    }

    fn told(&self, name: &dyn Fn(usize) -> String) -> String {
        match self {
            Pattern::ThinAir { read } => format!("nobody wrote what {} was told", name(*read)),
            Pattern::Missed { write, read } => {
                format!("{} was told that nothing was written, though it must know of {}", name(*read), name(*write))
            }
            Pattern::Overwritten { old, new, read } => {
                let (old, new, read) = (name(*old), name(*new), name(*read));
                format!("{read} was told of {old}, though it must know of {new}, which came after that")
            }
            Pattern::Cycle(cycle) => {
                let next = cycle.iter().skip(1).chain(cycle.first()).map(|(op, _)| name(*op));
                let steps = cycle.iter().zip(next).map(|((op, why), next)| match why {
                    Reason::Client => format!("{} before {next} (one client did both)", name(*op)),
                    Reason::Told => format!("{} before {next} (which was told of it)", name(*op)),
                    Reason::Seen(read) => format!("{} before {next} ({} knew of both)", name(*op), name(*read)),
                });
                format!("each comes before the next, in a circle: {}", steps.collect::<Vec<_>>().join("; "))
            }
        }
    }
}

//! What clients saw of a run: operations with their beginnings and ends.

use lightcone_core::{Client, Micros, NodeSpec, Protocol, Service};
use lightcone_sim::{actors::Datum, trace::Trace};

/// The service that a protocol's clients ask about.
pub type ServiceOf<P> = <<P as Protocol>::Client as Client>::Service;

/// A moment of a run. Events are the exact clock: no two moments of different participants share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The event.
    pub event: u32,
    /// Its instant, for people.
    pub at: Micros,
}

/// An operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation<S: Service> {
    /// Whose: a place among the names.
    pub client: u32,
    /// What was asked.
    pub op: S::Op,
    /// When.
    pub asked: Moment,
    /// When the client was told what. Without it the operation may have taken effect at any time since, or not; so may
    /// one whose answer does not say what became of it.
    pub told: Option<(Moment, S::Ret)>,
}

/// Whose an operation is and when it was under way, whatever it was.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub client: u32,
    pub asked: Moment,
    pub told: Option<Moment>,
}

/// When operations were under way. What does not depend on the service is compiled once for all of them.
pub(crate) fn spans<S: Service>(ops: &[Operation<S>]) -> Vec<Span> {
    ops.iter().map(Operation::span).collect()
}

impl<S: Service> Operation<S> {
    pub(crate) fn span(&self) -> Span {
        Span { client: self.client, asked: self.asked, told: self.told.as_ref().map(|(told, _)| *told) }
    }

    /// The operation and its answer in words: ``c2's `get x` (`3`)``.
    pub fn words(&self, specs: &[NodeSpec]) -> String {
        let (client, op) = (&specs[self.client as usize].name, S::op_words(&self.op));
        match &self.told {
            Some((_, ret)) => format!("{client}'s `{op}` (`{}`)", S::ret_words(ret)),
            None => format!("{client}'s `{op}` (no answer yet)"),
        }
    }
}

/// What clients of the service `S` saw of the first `events` events of a run, in the order of asking.
///
/// # Panics
/// If it is a run of a protocol with another service.
pub fn history<S: Service>(trace: &Trace, events: usize) -> Vec<Operation<S>> {
    let seen = |event: u32| (event as usize) < events;
    let asked = trace.ops.iter().filter(|record| seen(record.event));
    asked
        .map(|record| Operation {
            client: record.id.client.0.into(),
            op: of::<S::Op>(&record.op),
            asked: Moment { event: record.event, at: record.at },
            told: record
                .done
                .as_ref()
                .filter(|(event, _, _)| seen(*event))
                .map(|(event, at, ret)| (Moment { event: *event, at: *at }, of::<S::Ret>(ret)))
                .filter(|(_, ret)| S::says_what_happened(ret)),
        })
        .collect()
}

pub(crate) fn of<T: Clone + 'static>(datum: &Datum) -> T {
    datum.downcast_ref::<T>().expect("it is a run with this service").clone()
}

/// Whether an operation bears on the others: a read that nobody had an answer to does not, nor one that was refused.
pub(crate) fn tells<S: Service>(op: &Operation<S>) -> bool {
    op.told.as_ref().map_or(!S::is_read(&op.op), |(_, ret)| !S::is_refusal(ret))
}

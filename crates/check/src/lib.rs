//! Judges of a run, and a source of trouble for it.
//!
//! The protocol's invariants are watched by the engine while it runs. What clients saw is judged afterwards: whether
//! some order of their operations explains every answer ([`linear`]), and whether everyone was served once the faults
//! were over ([`progress`](mod@progress)). [`judge`](mod@judge) asks all of them. Histories of [`transactions`] are judged
//! by cycles of dependencies. [`chaos`](mod@chaos) makes faults from a seed, and [`shrink`](mod@shrink) takes away those
//! that a failure does not need. [`explore`] looks at every state of a model, or of a cluster in small bounds.
//!
//! A verdict says no more than was seen: it is about one run, or about the bounds of a search.

pub mod any;
pub mod chaos;
pub mod explore;
mod fifo;
pub mod history;
pub mod judge;
mod ledger;
pub mod linear;
pub mod opinions;
mod program;
pub mod progress;
mod search;
pub mod sequential;
pub mod shrink;
pub mod transactions;
mod unseen;
pub mod visibility;
mod witness;

pub use chaos::{ChaosSettings, chaos};
pub use history::{Moment, Operation, ServiceOf, history};
pub use judge::{Limits, Report, judge};
pub use ledger::{Ledger, ledger};
pub use linear::{Anomaly, Linearity};
pub use progress::{Progress, Wait, debts, progress};
pub use shrink::{Fewer, shrink};

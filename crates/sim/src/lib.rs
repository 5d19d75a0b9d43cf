//! The engine of Lightcone: a cluster as one value, a seeded clock, faults as data, timeline and trace.
//!
//! A [`Run`] is a pure function of its [`Scenario`]: the same value gives the same run on every machine. Every draw is
//! a hash of the seed, its purpose and a *causal name* (see [`name`]), so that what an intervention cannot have
//! influenced stays as it was: the light-cone law.

mod clock;
pub mod condition;
pub mod edit;
pub mod intervention;
pub mod latency;
pub mod links;
pub mod name;
pub mod scenario;
pub mod selector;
mod words;

pub use clock::Clock;
pub use condition::Condition;
pub use edit::Edit;
pub use intervention::{Across, Disk, Fault, Intervention, Manner, Until, When};
pub use latency::Latency;
pub use links::Links;
pub use name::Name;
pub use scenario::{Bandwidth, Load, LocalClock, Network, Pace, Scenario, Workload};
pub use selector::{Selected, Selector};

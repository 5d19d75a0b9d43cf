//! The engine of Lightcone: a cluster as one value, a seeded clock, faults as data, timeline and trace.
//!
//! A [`Run`] is a pure function of its [`Scenario`]: the same value gives the same run on every machine. Every draw is
//! a hash of the seed, its purpose and a *causal name* (see [`name`]), so that what an intervention cannot have
//! influenced stays as it was: the light-cone law.

pub mod footprint;
mod handle;
pub mod intervention;
pub mod name;
mod network;
pub mod run;
pub mod scenario;
pub mod selector;
pub mod setup;
pub mod trace;
pub mod view;
mod views;
pub mod world;

pub use intervention::{Across, Fault, Intervention, When};
pub use name::Name;
pub use run::Run;
pub use scenario::{LocalClock, Network, Scenario, Workload};
pub use selector::{Selected, Selector};
pub use setup::SetupError;

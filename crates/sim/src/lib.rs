//! The engine of Lightcone: a cluster as one value, a seeded clock, faults as data, timeline and trace.
//!
//! A [`Run`] is a pure function of its [`Scenario`]: the same value gives the same run on every machine. Every draw is
//! a hash of the seed, its purpose and a *causal name* (see [`name`]), so that what an intervention cannot have
//! influenced stays as it was: the light-cone law.

mod act;
pub mod actors;
mod awaited;
pub mod causality;
mod checkpoints;
mod clock;
pub mod compare;
pub mod condition;
pub mod digest;
pub mod edit;
mod flights;
pub mod footprint;
mod handle;
mod inbox;
pub mod intervention;
mod lasting;
pub mod latency;
pub mod links;
mod lying;
pub mod metrics;
mod moments;
pub mod name;
mod network;
pub mod plan;
mod rerun;
pub mod run;
pub mod scenario;
pub mod selector;
pub mod setup;
mod sink;
pub mod trace;
mod trigger;
pub mod typed;
pub mod view;
mod views;
mod watched;
mod words;
mod work;
pub mod world;

pub use act::{Act, Bound, CutShape, Lasting, Moment};
pub use awaited::{Awaited, Sighting};
pub use clock::Clock;
pub use condition::Condition;
pub use edit::Edit;
pub use flights::InFlight;
pub use intervention::{Across, Disk, Fault, Intervention, Manner, Until, When};
pub use latency::Latency;
pub use links::Links;
pub use name::Name;
pub use run::Run;
pub use scenario::{Bandwidth, Load, LocalClock, Network, Pace, Scenario, Workload};
pub use selector::{Selected, Selector};
pub use setup::SetupError;
pub use trigger::{Count, Place, Trigger};

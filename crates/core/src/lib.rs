//! The contract of Lightcone, and every protocol as a pure state machine.
//!
//! A [`Protocol`] is the state of one node together with its handlers. A handler sees what a real node could see,
//! through its [`Ctx`], and answers with an ordered list of [`Effect`]s. [`step`] is the one function that changes a
//! node, whoever drives it: the seeded clock, a search, or a person's click.
//!
//! This crate knows no clock, no randomness, no network and no page.

pub mod about;
pub mod acts;
pub mod client;
pub mod crdt;
pub mod ctx;
pub mod each;
pub mod form;
pub mod id;
pub mod key;
pub mod lie;
pub mod log;
pub mod model;
pub mod order;
pub mod placement;
pub mod protocol;
pub mod protocols;
pub mod quorum;
pub mod replicated;
pub mod rule;
pub mod service;
pub mod services;
pub mod sight;
pub mod signed;
pub mod sorted;
pub mod stamp;
pub mod step;
pub mod time;
pub mod value;
pub mod versions;
pub mod view;

pub use about::{About, Assumptions, Bound, Card, Delivery, Explored, Order};
pub use client::{Answer, Call, Client, ClientCtx, NoClient, Outcome, Redirecting, Reply, Steady};
pub use ctx::{Choices, Cluster, Ctx, Effect, Env, Packet, TimerOf};
pub use each::Each;
pub use form::{ConfigError, Field, FieldKind, Form};
pub use id::{NodeId, NodeMap, NodeSet, OpId};
pub use key::{Flavour, Key, Kind};
pub use lie::LieCtx;
pub use log::Log;
pub use model::Model;
pub use protocol::{Ability, Clocks, NodeKind, NodeSpec, Protocol, Role, Stimulus};
pub use rule::{Cite, Note, Notes, Rule};
pub use service::{Op, Ret, Service};
pub use sight::{Breach, Invariant, Sight, StepSeen};
pub use signed::Signed;
pub use sorted::Sorted;
pub use stamp::{Claim, Stamp};
pub use step::{Boot, Input, Machine, boot, step};
pub use time::{Micros, Span};
pub use value::Value;

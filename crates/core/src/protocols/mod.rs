//! The protocols, one folder each.

pub mod bracha;
pub mod lamport;
pub mod raft;

//! The protocols, one folder each.

pub mod lamport;
pub mod raft;

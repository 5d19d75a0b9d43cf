//! The protocols, one folder each.

pub mod bracha;
pub mod broadcast;
pub mod cache;
pub mod crdt;
pub mod dynamo;
pub mod hlc;
pub mod lamport;
pub mod multileader;
pub mod multipaxos;
pub mod mutex;
pub mod paxos;
pub mod primary;
pub mod raft;
pub mod register;
pub mod snapshot;
#[cfg(test)]
mod testing;
pub mod vector;
pub mod versions;
pub mod vr;

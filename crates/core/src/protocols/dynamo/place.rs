//! Where a key lives: the ring of §4.2, by which everyone finds the same servers without asking.

use super::config::MOST_SERVERS;
use crate::{
    NodeId,
    placement::{self, Member, Ring},
};
use std::sync::OnceLock;

/// So many points on the ring for each server.
const POINTS: u32 = 8;

/// A hash that is the same on every machine.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    placement::key(bytes)
}

/// The ring of so many servers. It follows from their number, and is laid out once.
fn ring(servers: usize) -> &'static Ring {
    static RINGS: [OnceLock<Ring>; MOST_SERVERS as usize] = [const { OnceLock::new() }; MOST_SERVERS as usize];
    RINGS[servers - 1].get_or_init(|| {
        let members: Vec<Member> = (1..=servers as u32).map(|n| Member::new(format!("n{n}"), n)).collect();
        Ring::new(&members, 0, POINTS).expect("there are few servers, and each has some points")
    })
}

/// Up to which hash each server owns the ring of so many.
pub(super) fn points(servers: usize) -> Vec<(u64, NodeId)> {
    ring(servers).points().map(|(hash, place)| (hash, NodeId(place as u8))).collect()
}

/// All servers, in the order in which they are to hold a key: the first N are its replicas, and the others stand in for
/// them.
pub(super) fn order(servers: usize, key: &str) -> Vec<NodeId> {
    let mut order = Vec::with_capacity(servers);
    ring(servers).walk(hash(key.as_bytes()), &mut |place| {
        let node = NodeId(place as u8);
        if !order.contains(&node) {
            order.push(node);
        }
        order.len() < servers
    });
    order
}

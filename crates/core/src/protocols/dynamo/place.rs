//! Where a key lives: the ring of §4.2, by which everyone finds the same servers without asking.

use crate::NodeId;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// So many points on the ring for each server.
const POINTS: u64 = 8;

/// A hash that is the same on every machine.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// All servers, in the order in which they are to hold a key: the first N are its replicas, and the others stand in for
/// them.
pub(super) fn order(servers: usize, key: &str) -> Vec<NodeId> {
    let start = hash(key.as_bytes());
    let mut points: Vec<(u64, NodeId)> = Vec::new();
    for node in (0..servers as u8).map(NodeId) {
        let own = xxh3_64_with_seed(format!("n{}", node.0 + 1).as_bytes(), 0);
        points.extend((0..POINTS).map(|nth| {
            let at = xxh3_64_with_seed(&nth.to_le_bytes(), own);
            (at.wrapping_sub(start), node)
        }));
    }
    crate::order::sort(&mut points);
    let mut order = Vec::new();
    for (_, node) in points {
        if !order.contains(&node) {
            order.push(node);
        }
    }
    order
}

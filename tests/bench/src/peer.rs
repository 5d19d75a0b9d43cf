//! A peer in the same table: what an event loop costs that has no protocol, no names, no trace and no past.

use crate::Workload;
use std::{cmp::Reverse, collections::BinaryHeap};

const NODES: u64 = 5;
/// Messages under way at any instant: about as many things are due in a five-server cluster.
const UNDER_WAY: u64 = 16;
const EVENTS: u32 = 1_000_000;

/// Pings that hop from node to node.
pub struct Pings {
    due: BinaryHeap<Reverse<(u64, u64, u64)>>,
    handled: [u64; NODES as usize],
    sent: u64,
}

impl Pings {
    /// All of them at their start.
    pub fn new() -> Self {
        let due = (0..UNDER_WAY).map(|id| Reverse((id, id, id % NODES))).collect();
        Pings { due, handled: [0; NODES as usize], sent: UNDER_WAY }
    }
}

impl Workload for Pings {
    fn sample(&mut self, _nth: u32) -> u32 {
        for _ in 0..EVENTS {
            let Some(Reverse((at, id, node))) = self.due.pop() else { return 0 };
            self.handled[node as usize] += 1;
            // One multiplication scatters the bits well enough for a delay of 1 to 5 ms and a receiver.
            let drawn = (id ^ at).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
            self.due.push(Reverse((at + 1_000 + drawn % 4_001, self.sent, (node + 1 + drawn % (NODES - 1)) % NODES)));
            self.sent += 1;
        }
        EVENTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_its_share() {
        let mut pings = Pings::new();
        assert_eq!(pings.sample(0), EVENTS);
        let fair = u64::from(EVENTS) / NODES;
        assert!(pings.handled.iter().all(|count| count.abs_diff(fair) < fair / 10), "{:?}", pings.handled);
    }
}

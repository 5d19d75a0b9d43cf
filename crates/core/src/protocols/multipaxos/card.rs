//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "one phase 1 for all slots, gaps filled by no-ops, phase 2 for each slot (Paxos Made Simple §3)",
        "durable promises and accepted proposals; crashes between any two effects of a step",
        "election by heartbeats, laggards that catch up, sessions by which a repeated command is executed once",
        "quorums of any sizes (Flexible Paxos)",
    ],
    departures: &[
        "every server plays all parts; membership changes, snapshots and leases are left out",
        "there is no bound on how far a leader runs ahead of what is chosen",
        "the leader alone learns from acceptors, and tells the others",
        "reads are commands in the log",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive, in groups of several shapes, and linearizability of \
         what clients saw",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --requests 1 --timeouts 1", states: 13_253 },
        Explored { bounds: "--nodes 3 --requests 1 --timeouts 1 --crashes 1", states: 112_555 },
        Explored { bounds: "--nodes 2 --requests 1 --timeouts 2 --crashes 1", states: 65_744 },
    ],
};

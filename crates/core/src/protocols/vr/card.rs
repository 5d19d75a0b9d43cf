//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "normal operation (§4.1), view changes (§4.2), recovery (§4.3), and state transfer for laggards (§5.2)",
        "logs that are never on a disk: a replica that crashed recovers from the others, with a nonce",
        "the client table, by which a request that was sent twice is executed once",
    ],
    departures: &[
        "two numbers are on the disk: how often the replica started, which is its nonce, and its view-number; without \
         the second, recovery as published can lose an operation (Michael and others, 2017), and a switch shows it",
        "a laggard keeps its log until it has the new one; the paper has it drop the end first",
        "clients are sent on to the primary; reads are requests like all others",
        "reconfiguration (§7), checkpoints and the other optimizations (§5, §6) are left out",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive, and linearizability of what clients saw",
    ],
    explored: &[
        Explored { bounds: "--requests 1 --timeouts 1 --set clients=1", states: 76_113 },
        Explored { bounds: "--requests 1 --timeouts 0 --crashes 1 --set clients=1", states: 2_509 },
        Explored { bounds: "--requests 2 --timeouts 0 --set clients=2", states: 47_065 },
    ],
};

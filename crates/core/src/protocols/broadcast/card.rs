//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "unordered broadcast, FIFO order by numbers, causal order by vector timestamps (CBCAST), total order by Lamport \
         timestamps and acknowledgements",
        "the queue of what is held back, and what each message in it waits for",
    ],
    departures: &[
        "links are reliable and nobody crashes: nothing is relayed, and the group never changes",
        "total order makes its own FIFO links, by numbers over all that a process sends",
        "several groups, and total order by a token-holder, are left out",
    ],
    tested: &[
        "each rule by hand",
        "causal order against the deliveries that truly came before each broadcast",
        "1,000 runs of each order with every fault that it is meant to survive",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --set broadcasts=1 --timeouts 3", states: 2_851 },
        Explored { bounds: "--nodes 3 --set order=fifo --set broadcasts=1 --timeouts 3", states: 3_553 },
        Explored { bounds: "--nodes 2 --set order=total --timeouts 4", states: 7_092 },
        Explored { bounds: "--nodes 3 --set order=total --set broadcasts=1 --timeouts 2", states: 92_182 },
    ],
};

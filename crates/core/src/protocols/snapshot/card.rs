//! How faithful it is to its paper, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "the marker-sending and the marker-receiving rule, with the state of every channel",
        "any number of snapshots side by side, started by anyone",
    ],
    departures: &[
        "the computation is money that changes hands, between any two processes",
        "markers carry the name of their snapshot",
        "what was recorded is not gathered: it stays with its process",
        "a process that crashes starts again with the money of the start: the paper knows no crashes",
    ],
    tested: &[
        "each rule by hand, and both examples of the paper",
        "every recorded state and channel against an observer that sees all payments",
        "1,000 runs with every fault that it is meant to survive",
    ],
    explored: &[
        Explored { bounds: "--nodes 2 --set money=1 --set payments=2 --set snapshots=2 --timeouts 6", states: 19_882 },
        Explored { bounds: "--nodes 3 --set money=1 --set payments=1 --timeouts 4", states: 252_140 },
    ],
};

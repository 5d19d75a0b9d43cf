//! How faithful it is to its paper, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &["the five rules, on Lamport clocks, with ties broken by process"],
    departures: &[
        "what is sent to all others is one event, and so are a receipt and its acknowledgement",
        "every request is acknowledged, also where the paper spares it",
        "a process has one request at a time",
        "a process that crashes starts again with nothing: the paper knows no crashes",
    ],
    tested: &["each rule by hand", "1,000 runs with every fault that it is meant to survive"],
    explored: &[
        Explored { bounds: "--nodes 2 --timeouts 8", states: 1_538 },
        Explored { bounds: "--nodes 3 --set wishes=1 --timeouts 6", states: 763_552 },
    ],
};

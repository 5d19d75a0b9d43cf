//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &["the clock condition by IR1 and IR2, and the total order with ties broken by process"],
    departures: &[
        "the receipt of a message is an event of its own",
        "mutual exclusion and physical clocks are left out",
        "a process that crashes starts again at 0: the paper knows no crashes",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs on links that lose, copy, delay and reorder",
        "10,000 random diagrams: every clock is the length of the longest chain of events in the trace that ends there",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --timeouts 4", states: 43_425 },
        Explored { bounds: "--nodes 3 --timeouts 3 --duplicates 1", states: 13_035 },
    ],
};

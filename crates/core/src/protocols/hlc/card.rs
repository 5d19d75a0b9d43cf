//! How faithful it is to its paper, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "l and c by the rules of Figure 5, on clocks that stand apart and drift",
        "the bound of l by the physical clocks, and of c by the events since l was read",
    ],
    departures: &[
        "physical clocks never go back",
        "a process that crashes starts again at 0",
        "packing l and c into one word, and snapshots at a time, are left out",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with clocks that stand apart and drift within the bound, on links that lose, copy, delay and reorder",
        "10,000 random diagrams: l is the greatest physical clock of the causal past, and c the chain since it was read",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --timeouts 3", states: 53_821 },
        Explored { bounds: "--nodes 3 --timeouts 3 --duplicates 1", states: 262_819 },
    ],
};

//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &["the clock condition by IR1 and IR2, and the total order with ties broken by process"],
    departures: &[
        "the receipt of a message is an event of its own",
        "mutual exclusion and physical clocks are left out",
        "a process that crashes starts again at 0: the paper knows no crashes",
    ],
    tested: &["each rule by hand"],
    explored: &[
        Explored { bounds: "--nodes 3 --timeouts 3", states: 3_243 },
        Explored { bounds: "--nodes 3 --local 3 --timeouts 0", states: 2_628 },
    ],
};

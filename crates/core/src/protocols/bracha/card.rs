//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "the broadcast with its three kinds of messages and their thresholds",
        "Byzantine servers that say anything to anyone, but sign as themselves only",
    ],
    departures: &[
        "a server hears itself at once",
        "broadcasts carry a number, so that one origin can make several",
        "the values are a and b; the consensus built upon the broadcast is left out",
        "a server can come back from a crash, and counts as faulty then",
    ],
    tested: &[
        "each threshold by hand",
        "1,000 runs with fewer than a third faulty, and runs with one too many that break it",
    ],
    explored: &[Explored { bounds: "--nodes 3 --timeouts 0", states: 729 }],
};

//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "a primary, backups in any number, and a view service that numbers views",
        "asynchronous, semi-synchronous and synchronous acknowledgement",
        "failover, state transfer, replicas that come back, primaries that do not know that they were replaced",
    ],
    departures: &[
        "the view service is one server, with a disk, and nobody takes its place",
        "everything is on a disk, which the exercise does without",
        "backups execute operations when they become primary",
        "the state that is transferred is the whole log, which is never cut",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive; where nobody waits for backups, answers are lost in some",
    ],
    explored: &[
        Explored { bounds: "--set replicas=2 --set clients=2 --requests 2 --timeouts 1", states: 21_930 },
        Explored { bounds: "--set replicas=2 --set clients=1 --requests 1 --timeouts 2 --crashes 1", states: 9_984 },
    ],
};

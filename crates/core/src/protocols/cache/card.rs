//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "keys placed by a ring with virtual nodes and weights, by Ketama's, by modulo, rendezvous, jump or Maglev",
        "join, leave and another weight by hand, crashes that clients report, and the keys that move handed over",
        "clients with an old ring, which are told the new one; copies at the next servers; reads through the cache",
        "invalidation by the origin's log, which each server follows; sessions that go forward",
    ],
    departures: &[
        "the origin sends its log itself, ring changes in it, and never cuts it",
        "a late copy is told by its place in the log, where the paper of 2013 has leases",
        "all clients know one list of members, of whatever age; one origin makes it",
        "writes go past the cache, servers have room for everything, nothing expires",
        "bounded loads are left out",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive and a ring that changes, after which no copy is old",
    ],
    explored: &[
        Explored {
            bounds: "--set servers=2 --set members=2 --set clients=1 --requests 2 --local 1 --timeouts 0",
            states: 83_882,
        },
        Explored {
            bounds: "--set servers=2 --set members=1 --set clients=1 --requests 2 --timeouts 1",
            states: 10_490,
        },
        Explored {
            bounds: "--set servers=1 --set members=1 --set clients=1 --requests 1 --timeouts 1 --crashes 1",
            states: 675,
        },
    ],
};

//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "get and put with any N, R and W, the first R or W to answer, and writes whose outcome is unknown (§4.5)",
        "the preference list of the ring; requests that are handed on to a replica (§4.2, §4.3, §4.5)",
        "siblings and contexts (§4.4), or the last writer by clocks that may be wrong (§6); tombstones that stay",
        "read repair (§5), sloppy quorums with hinted hand-off (§4.6), trees of hashes (§4.7), local suspicion (§4.8.3)",
    ],
    departures: &[
        "versions are dotted version vectors, and all siblings travel together",
        "stand-ins make no versions: a side with none of the N takes no writes",
        "nobody joins or leaves; one tree for each pair of servers, made when it is needed",
        "trees are compared after changes until they are equal, not for ever",
        "a suspected replica is asked beside its stand-in",
        "the answer to a write tells the siblings; a client that hears nothing asks another server",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive, in groups of several shapes; in those that come to rest all \
         replicas agree",
        "200 runs with sloppy quorums, in which no write is lost and what was kept for others arrives",
        "a history that is not linearizable though R + W > N, judged as that of one register",
    ],
    explored: &[
        Explored { bounds: "--requests 2 --timeouts 0", states: 49_937 },
        Explored { bounds: "--requests 1 --timeouts 1 --set clients=1", states: 7_899 },
        Explored { bounds: "--requests 1 --timeouts 0 --crashes 1 --set clients=1", states: 669 },
    ],
};

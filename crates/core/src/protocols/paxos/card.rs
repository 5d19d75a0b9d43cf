//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "proposers, acceptors and learners, each on any server (§2.1 to §2.3)",
        "durable promises and accepted proposals; crashes between any two effects of a step",
        "refusals, back-off, and quorums of any sizes (Flexible Paxos)",
    ],
    departures: &[
        "an acceptor that accepts raises its promise, as the specification in TLA+ does",
        "proposers back off instead of electing a distinguished one (§2.4)",
        "proposers learn what became of their own proposals, to answer clients",
        "one value is chosen; a sequence of values is left out",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive, in groups of several shapes",
        "every step is a step, several or none of the specification in the TLA+ examples, whose published sizes are reproduced",
    ],
    explored: &[
        Explored { bounds: "--set learners=0 --requests 2 --timeouts 0", states: 97_865 },
        Explored { bounds: "--set learners=0 --set proposers=1 --requests 1 --crashes 1 --timeouts 0", states: 972 },
    ],
};

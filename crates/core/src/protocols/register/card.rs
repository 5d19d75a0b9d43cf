//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "the emulation of single-writer registers with unbounded tags: writer, reader with write-back, processors",
        "many writers, who ask for the highest tag first",
        "quorums of any sizes, those that do not meet among them",
    ],
    departures: &[
        "bounded labels are left out, and so is reconfiguration",
        "clients, each with its server, stand for the applications on the processors",
        "what is lost is sent again",
        "servers that crashed come back with their disk, and go on with what they were at",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs with every fault that it is meant to survive, all linearizable; without write-back, tags fall in some",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --set clients=2 --requests 2 --timeouts 0", states: 82_303 },
        Explored { bounds: "--nodes 3 --set clients=1 --requests 1 --timeouts 1 --crashes 1", states: 33_471 },
    ],
};

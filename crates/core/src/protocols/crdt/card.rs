//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "seven types: two counters, two sets, two registers and a text, each to be merged and as operations",
        "states that are sent to one other at intervals",
        "operations that are prepared at one replica and have their effect at all, once and causes first",
    ],
    departures: &[
        "a state goes to those alone that may lack some of it",
        "one state serves both ways",
        "the OR-Set has dots in place of tombstones",
        "servers give their last answer to a client again",
        "tombstones of letters are never collected",
    ],
    tested: &[
        "each rule by hand",
        "the laws of merging and of operations for every type, on drawn histories, and that they break without what a type \
         needs",
        "every value beside what the operations come to by definition",
        "1,000 runs of every type and both ways with crashes and every trouble of links; in those that come to \
         rest all replicas agree",
    ],
    explored: &[
        Explored { bounds: "--nodes 2 --set clients=2 --requests 2 --timeouts 3", states: 13_781 },
        Explored {
            bounds: "--nodes 2 --set clients=2 --set type=lww-register --requests 2 --timeouts 2 --crashes 1",
            states: 6_536,
        },
        Explored {
            bounds: "--nodes 2 --set clients=2 --set delivery=causal --requests 2 --timeouts 1 --crashes 1",
            states: 20_404,
        },
        Explored {
            bounds: "--nodes 3 --set clients=2 --set type=rga --set delivery=causal --requests 2 --timeouts 0",
            states: 5_193,
        },
        Explored {
            bounds: "--nodes 2 --set clients=2 --set type=mv-register --set delivery=raw --requests 2 --timeouts 1 \
                     --duplicates 1",
            states: 17_160,
        },
        Explored {
            bounds: "--nodes 2 --set clients=2 --set delivery=causal --requests 3 --timeouts 1",
            states: 275_381,
        },
    ],
};

//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "leaders that answer at once and send their writes afterwards, all to all, on a ring or around a star (Kleppmann)",
        "a log of numbered writes, sent again until acknowledged; one order for each leader, or causes first (Petersen et al.)",
        "three ways with conflicts: the last writer by clocks that may be wrong (RFC 677), version vectors (Parker et al.), \
         sets that merge (Shapiro et al.)",
        "clients of one leader, or of any",
    ],
    departures: &[
        "no procedures that merge, no order that is made final, and nothing is taken back (Bayou has these)",
        "leaders send; Bayou's servers ask each other in pairs",
        "versions have a dot beside their vector",
        "tombstones stay",
        "a leader gives its last answer to a client again; a client that hears nothing asks another leader",
        "leaders are known and stay the same",
    ],
    tested: &[
        "each rule by hand",
        "1,000 runs of every topology and every way with conflicts, with crashes and every trouble of links, after which all \
         leaders agree",
        "what each leader holds beside what the writes that it has applied come to by definition, after every step",
        "beside other protocols under the same requests, where the last writer loses acknowledged writes and the others none",
    ],
    explored: &[
        Explored { bounds: "--nodes 2 --set clients=2 --requests 2 --timeouts 1", states: 13_393 },
        Explored { bounds: "--nodes 2 --set clients=2 --requests 2 --timeouts 1 --crashes 1", states: 55_514 },
        Explored {
            bounds: "--nodes 2 --set clients=2 --set conflicts=merge --requests 3 --timeouts 0",
            states: 12_445,
        },
        Explored { bounds: "--nodes 3 --set clients=2 --requests 2 --timeouts 0", states: 2_797 },
        Explored { bounds: "--nodes 3 --set clients=2 --set topology=ring --requests 2 --timeouts 0", states: 1_809 },
    ],
};

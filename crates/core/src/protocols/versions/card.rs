//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "versions as a dot and a vector, with update and sync",
        "version vectors with an entry for each server, and with one for each client, beside them",
        "clients that hand back the context of what they read",
    ],
    departures: &[
        "every server holds every key; one answers alone",
        "the answer to a write tells the siblings, too",
        "servers give their last answer to a client again, so that a repeated request writes once",
        "whoever took a write sends it until all have it",
        "nothing is deleted",
    ],
    tested: &[
        "each rule by hand",
        "the versions by themselves, in 2,000 drawn histories beside all that each write had truly seen",
        "1,000 runs with crashes and every trouble of links, after which all servers agree",
    ],
    explored: &[
        Explored { bounds: "--nodes 2 --set clients=3 --requests 3 --timeouts 0", states: 60_407 },
        Explored { bounds: "--nodes 2 --set clients=2 --requests 2 --timeouts 1 --crashes 1", states: 17_552 },
    ],
};

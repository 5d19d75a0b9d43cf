//! How faithful it is to its papers, and how that is known.

use crate::Card;

pub(super) const CARD: Card = Card {
    modelled: &[
        "a count of events for each process at every event and on every message",
        "Lamport's clocks beside them",
    ],
    departures: &[
        "the receipt of a message is an event of its own",
        "the number of processes is known from the start, also of those that join late",
        "a process that crashes starts again with nothing counted: the papers know no crashes",
    ],
    tested: &[
        "each rule by hand",
        "the clock condition and its converse, against the causal past that the observer counts",
    ],
    explored: &[],
};

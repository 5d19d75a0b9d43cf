//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

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
        "1,000 runs on links that lose, copy, delay and reorder",
        "10,000 random diagrams: every vector is counted anew from the trace, and of every two events it tells what the \
         engine knows of cause and effect",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --timeouts 4", states: 44_232 },
        Explored { bounds: "--nodes 3 --timeouts 3 --duplicates 1", states: 13_623 },
    ],
};

//! How faithful it is to its papers, and how that is known.

use crate::Card;

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
        "1,000 runs of every type and both ways with crashes and every trouble of links, after which all replicas agree",
    ],
    explored: &[],
};

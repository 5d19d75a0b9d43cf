//! Histories of transactions, judged by cycles of dependencies.
//!
//! This is the manner of Adya ("Weak Consistency: A Generalized Theory and Optimistic Implementations for Distributed
//! Transactions", PhD thesis, MIT 1999) and of Elle (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from
//! Experimental Observations", VLDB 2020). Adya says what each level forbids, given the order in which the versions of each
//! object were installed. Elle says how to learn that order from what clients saw: each written value is written once, so
//! that a value read names its writer (traceability), and a list that grows at its end tells of all its versions at once
//! (recoverability).
//!
//! # What is inferred
//!
//! - A *list* (append, read) has the order of the longest list that was read; every other read is to be a beginning of it.
//!   An append that nobody read comes after all that were, as lists only grow; among those, what the dependencies force is
//!   added as for registers. What a transaction sees of its own appends is taken off a read first: it tells of the version
//!   below them.
//! - A *register* (write, read) begins as nothing, so that comes before every write. A transaction that read a value and
//!   then wrote comes directly after the one that wrote that value. Then all that the dependencies force is added, for each
//!   level what it keeps, until nothing more follows: a write that leads to another comes before it, and one that leads to a
//!   read of another comes before that other. [`Evidence::Cycle`] tells such orders with the ways that force them. Writes
//!   of which neither is forced to be first stay unordered; [`Report::unordered`] names the registers whose whole order was
//!   not read.
//! - A transaction without an answer took part if one that took part read from it, and then with all that it wrote.
//!   Otherwise it may be left out, and is.
//!
//! From the versions follow the dependencies of Adya's chapter 3: [`Relation::Ww`], [`Relation::Wr`] and [`Relation::Rw`].
//! For the variants that mind sessions or real time, there are [`Relation::Session`] and [`Relation::RealTime`] as well.
//!
//! # Which anomaly forbids which level
//!
//! [`Kind::breaks`] is the table. Adya's PL-2 (section 3.2.2) forbids G0 and G1a to G1c, and that is
//! [`Level::ReadCommitted`] here. Without predicates, PL-3 (3.2.3) and PL-2.99 (3.2.4) are the same: they forbid all cycles;
//! that is [`Level::Serializability`]. PL-SI (4.3) is defined there by the moments at which transactions start, which
//! clients do not see. [`Level::SnapshotIsolation`] is, as far as reads and writes tell, that no cycle is without two
//! adjacent anti-dependencies (Fekete and others, "Making Snapshot Isolation Serializable", TODS 2005).
//!
//! # Departures
//!
//! - The kinds of cycles do not overlap: G-single has exactly one anti-dependency, G-nonadjacent at least two of which none
//!   follow one another, G2-item some that do. Adya's G2-item is any of these.
//! - To read other than what one wrote oneself is forbidden at every level, as Adya's histories do not admit it (section
//!   3.1); to read twice and see a difference is not forbidden to read committed. Elle counts both as internal.
//! - Elle can be told to trust more about registers (that each key is linearizable, say). This takes nobody's word.
//! - Reads of transactions that aborted are not judged, as in Adya's definitions.

mod cycles;
mod dependencies;
mod explain;
mod graph;
mod index;
mod kinds;
mod levels;
mod lists;
mod reads;
mod registers;
mod report;
mod saturate;
mod walk;
mod words;

pub use kinds::{Kind, Level, Reach, Shape};
pub use levels::{LEVELS, opinions};
pub use report::{Anomaly, Evidence, Forced, Place, Reason, Relation, Report, Step, Unordered, Unsure, Verdict};

use crate::history::Moment;
use std::rc::Rc;

/// A transaction as its client saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Whose it is. Jepsen numbers processes on without end, so that the id of a node would be too narrow.
    pub process: u64,
    /// When it was asked for.
    pub asked: Moment,
    /// How it ended.
    pub end: End,
    /// What it did, in order.
    pub ops: Vec<Micro>,
}

/// How a transaction ended, as far as its client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was answered that it took effect.
    Committed(Moment),
    /// It was answered that it did not, and never will.
    Aborted(Moment),
    /// No answer came. It may take effect at any time since it was asked for, or never.
    Unknown,
}

/// One thing that a transaction did to one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Micro {
    /// Puts a value at the end of a list.
    Append {
        /// The list.
        key: Rc<str>,
        /// The value, which nothing else may append to this list.
        value: Rc<str>,
    },
    /// Gives a register a value.
    Write {
        /// The register.
        key: Rc<str>,
        /// The value, which nothing else may write to this register.
        value: Rc<str>,
    },
    /// Reads an object.
    Read {
        /// The list or the register.
        key: Rc<str>,
        /// What was there.
        seen: Seen,
    },
}

/// What a read saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nobody knows: the answer did not come.
    Untold,
    /// What is there at first: an empty list, or a register that was never written. Jepsen's `nil` in a transaction that
    /// committed; in one without an answer that is [`Seen::Untold`].
    Nothing,
    /// The value of a register.
    Value(Rc<str>),
    /// The values of a list, oldest first.
    List(Vec<Rc<str>>),
}

impl Micro {
    /// The object that it is about.
    pub fn key(&self) -> &Rc<str> {
        match self {
            Micro::Append { key, .. } | Micro::Write { key, .. } | Micro::Read { key, .. } => key,
        }
    }

    /// What it writes, if it writes.
    pub fn written(&self) -> Option<&Rc<str>> {
        match self {
            Micro::Append { value, .. } | Micro::Write { value, .. } => Some(value),
            Micro::Read { .. } => None,
        }
    }
}

/// Judges a history.
///
/// ```
/// # use lightcone_check::{Moment, transactions::{End, Kind, Level, Micro, Reach, Seen, Shape, Transaction, Verdict, judge}};
/// # use lightcone_core::Micros;
/// let moment = |event| Moment { event, at: Micros::ZERO };
/// let transaction = |process, ops| Transaction { process, asked: moment(0), end: End::Committed(moment(1)), ops };
/// let append = |key: &str, value: &str| Micro::Append { key: key.into(), value: value.into() };
/// let empty = |key: &str| Micro::Read { key: key.into(), seen: Seen::Nothing };
/// // Jepsen's `[[:r x nil] [:append y 5]]` and `[[:r y nil] [:append x 3]]`: write skew.
/// let history =
///     [transaction(0, vec![empty("x"), append("y", "5")]), transaction(1, vec![empty("y"), append("x", "3")])];
/// let report = judge(&history);
/// assert_eq!(report.verdict(Level::SnapshotIsolation), Verdict::Holds);
/// let Verdict::Broken(anomaly) = report.verdict(Level::Serializability) else { panic!("nobody was first") };
/// assert_eq!(anomaly.kind, Kind::Cycle(Shape::G2Item, Reach::Data));
/// assert_eq!(
///     anomaly.words(&history),
///     "T1 read x as nothing before T2's append 3 to x (rw), T2 read y as nothing before T1's append 5 to y (rw): each \
///      came before the other"
/// );
/// ```
///
/// Transactions are named by their places in it, whatever their order; where several anomalies of a kind
/// are equally small, it is the first that is found by those places.
///
/// It takes time in proportion to what is read and written, times a logarithm, unless many transactions hang together in
/// large cycles only: then the search for the smallest ends early, and [`Evidence::Cycle`] says so. Where objects are
/// written blindly it takes that for each 64 writes as well, up to a bound on all of it; what lies beyond is not inferred.
pub fn judge(history: &[Transaction]) -> Report {
    let index = index::Index::new(history);
    let reads = reads::read(&index);
    let (graph, mut found, unordered) = dependencies::infer(&index, reads);
    cycles::find(&graph, &index, &mut found);
    Report { anomalies: found.into_sorted(), unordered }
}

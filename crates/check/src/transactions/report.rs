//! What was found in a history, and the verdicts that follow.

use super::kinds::{Kind, Level};
use lightcone_core::order;
use std::rc::Rc;

/// Everything that was found in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The anomalies, at most one of each kind: the smallest cycle, or the first place.
    pub anomalies: Vec<Anomaly>,
    /// The objects of which not everything could be inferred.
    pub unordered: Vec<Unordered>,
}

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// Of what kind it is.
    pub kind: Kind,
    /// Where it is seen.
    pub evidence: Evidence,
}

/// Where an anomaly is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// In some operations.
    Places {
        /// The operations: first the one that is at fault, then those that it contradicts.
        places: Vec<Place>,
        /// The value that it is about, where the operations alone do not tell.
        value: Option<Rc<str>>,
    },
    /// In transactions each of which comes before the next, and the last before the first.
    Cycle {
        /// The dependencies, one for each transaction.
        steps: Vec<Step>,
        /// Whether it is known that no cycle of the kind has fewer transactions.
        smallest: bool,
        /// The orders of writes of registers that it rests on, and that these rest on, as far as they were inferred from
        /// other dependencies.
        orders: Vec<Forced>,
    },
}

/// An order of two writes of a register that other dependencies force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forced {
    /// The write that came first.
    pub earlier: Place,
    /// The other.
    pub later: Place,
    /// Who read the later one's version, if it is for this that the earlier one came first: the way leads to it. Else it
    /// leads to the later one.
    pub reader: Option<Place>,
    /// The way from the earlier one.
    pub way: Vec<Step>,
}

/// An operation of a transaction, each by its place in what was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The place of the transaction in the history.
    pub transaction: usize,
    /// The place of the operation in the transaction.
    pub op: usize,
}

/// One transaction comes before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place of the earlier transaction in the history.
    pub from: usize,
    /// The place of the later one.
    pub to: usize,
    /// Why.
    pub why: Reason,
}

/// Why a transaction comes before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The kind of dependency.
    pub relation: Relation,
    /// The operations that it is seen in, by their places in the earlier and in the later transaction. Sessions and real
    /// time are not seen in operations.
    pub ops: Option<(usize, usize)>,
}

/// How a transaction can depend on an earlier one (Adya's chapter 3; the last two are Elle's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It wrote a later version of an object that the earlier one wrote, too.
    Ww,
    /// It read what the earlier one wrote.
    Wr,
    /// It wrote a later version than the earlier one read: an anti-dependency.
    Rw,
    /// The same process asked for it after the earlier one was answered.
    Session,
    /// It was asked for after the earlier one was answered.
    RealTime,
}

/// An object of which not everything could be inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unordered {
    /// The object.
    pub key: Rc<str>,
    /// What is not known.
    pub why: Unsure,
}

/// What is not known about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsure {
    /// It is used as a list and as a register. It was left out.
    Mixed,
    /// A value was written twice, so that a read does not tell who wrote it. It was left out.
    Repeated,
    /// The order of writes that nobody read.
    Unread,
    /// The order of writes to a register some of which were read.
    Blind,
}

/// What a report says about a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Some execution of this level explains everything that clients saw.
    Holds,
    /// Nothing that was found breaks it. As [`Report::unordered`] says, not everything could be inferred.
    Unbroken,
    /// An anomaly that the level forbids: the one with the fewest transactions.
    Broken(&'a Anomaly),
}

impl Unsure {
    /// Whether a level could be broken by what is not known.
    pub fn leaves_open(self, level: Level) -> bool {
        match self {
            Unsure::Mixed | Unsure::Repeated => true,
            // Some order of them fits whatever else is inferred, unless it says that transactions did not overlap.
            Unsure::Unread => level.serial().is_some(),
            Unsure::Blind => level != Level::ReadCommitted,
        }
    }
}

impl Anomaly {
    /// The places of the transactions that take part, in the order of the history.
    pub fn transactions(&self) -> Vec<usize> {
        let mut transactions: Vec<usize> = match &self.evidence {
            Evidence::Cycle { steps, orders, .. } => {
                let ways = orders.iter().flat_map(Forced::transactions);
                steps.iter().map(|step| step.from).chain(ways).collect()
            }
            Evidence::Places { places, .. } => places.iter().map(|place| place.transaction).collect(),
        };
        order::sort(&mut transactions);
        transactions.dedup();
        transactions
    }

    /// How many transactions it takes to say it; of cycles, how many are on it.
    fn size(&self) -> usize {
        match &self.evidence {
            Evidence::Cycle { steps, .. } => steps.len(),
            Evidence::Places { .. } => self.transactions().len(),
        }
    }
}

impl Forced {
    /// The places of the transactions that it is about.
    fn transactions(&self) -> impl Iterator<Item = usize> {
        let ends = [Some(self.earlier), Some(self.later), self.reader].into_iter().flatten();
        ends.map(|place| place.transaction).chain(self.way.iter().map(|step| step.to))
    }
}

impl Report {
    /// What it says about a level.
    pub fn verdict(&self, level: Level) -> Verdict<'_> {
        let broken = self.anomalies.iter().filter(|anomaly| anomaly.kind.breaks(level));
        let leaves_open = |unordered: &Unordered| unordered.why.leaves_open(level);
        // One after the other, transactions do not overlap: an execution of a serial level is one of snapshots, too.
        let stronger = || level.serial().is_some_and(|serial| self.verdict(serial) == Verdict::Holds);
        match broken.min_by_key(|anomaly| (anomaly.size(), anomaly.kind)) {
            Some(anomaly) => Verdict::Broken(anomaly),
            None if self.unordered.iter().any(leaves_open) && !stronger() => Verdict::Unbroken,
            None => Verdict::Holds,
        }
    }

    /// The anomaly of a kind.
    pub fn anomaly(&self, kind: Kind) -> Option<&Anomaly> {
        self.anomalies.iter().find(|anomaly| anomaly.kind == kind)
    }
}

/// The anomalies found so far.
#[derive(Default)]
pub(crate) struct Found(Vec<Anomaly>);

impl Found {
    /// Notes an anomaly, unless one of its kind is known that is as small.
    pub(crate) fn note(&mut self, kind: Kind, evidence: Evidence) {
        let new = Anomaly { kind, evidence };
        match self.0.iter_mut().find(|known| known.kind == kind) {
            None => self.0.push(new),
            Some(known) if matches!(kind, Kind::Cycle(..)) && new.size() < known.size() => *known = new,
            Some(_) => {}
        }
    }

    /// Notes an anomaly that is seen in some operations.
    pub(crate) fn spot(&mut self, kind: Kind, places: &[Place], value: Option<&Rc<str>>) {
        self.note(kind, Evidence::Places { places: places.to_vec(), value: value.cloned() });
    }

    /// All of them, by kind.
    pub(crate) fn into_sorted(mut self) -> Vec<Anomaly> {
        order::sort_by_key(&mut self.0, |anomaly| anomaly.kind);
        self.0
    }
}

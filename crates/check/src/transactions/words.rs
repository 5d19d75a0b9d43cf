//! Reports in words.

use super::{
    Micro, Seen, Transaction,
    kinds::{Kind, Level},
    report::{Anomaly, Evidence, Forced, Place, Relation, Report, Step, Unsure, Verdict},
};
use lightcone_core::order;

/// The name of a transaction by its place: `T1` is the first.
fn name(transaction: usize) -> String {
    format!("T{}", transaction + 1)
}

/// An operation: `append 3 to x`.
fn op_words(micro: &Micro) -> String {
    match micro {
        Micro::Append { key, value } => format!("append {value} to {key}"),
        Micro::Write { key, value } => format!("write {value} to {key}"),
        Micro::Read { key, .. } => format!("read {key}"),
    }
}

/// What a read saw: `[1 2]`. Of a long list it is the end that tells.
fn seen_words(micro: &Micro) -> String {
    match micro {
        Micro::Read { seen: Seen::Value(value), .. } => value.to_string(),
        Micro::Read { seen: Seen::List(list), .. } if list.len() > 8 => {
            format!("[… {}, {} in all]", list[list.len() - 5..].join(" "), list.len())
        }
        Micro::Read { seen: Seen::List(list), .. } => format!("[{}]", list.join(" ")),
        _ => "nothing".into(),
    }
}

/// The first values at which two lists differ, and their place, from 1.
fn difference<'a>(one: &'a Micro, other: &'a Micro) -> Option<(&'a str, &'a str, usize)> {
    let (Micro::Read { seen: Seen::List(one), .. }, Micro::Read { seen: Seen::List(other), .. }) = (one, other) else {
        return None;
    };
    let place = one.iter().zip(other).position(|(one, other)| one != other)?;
    Some((&one[place], &other[place], place + 1))
}

struct Words<'a>(&'a [Transaction]);

impl Words<'_> {
    fn micro(&self, place: Place) -> &Micro {
        &self.0[place.transaction].ops[place.op]
    }

    /// `T2's append 3 to x`.
    fn op(&self, place: Place) -> String {
        format!("{}'s {}", name(place.transaction), op_words(self.micro(place)))
    }

    /// `T1 read x as [1 2]`.
    fn read(&self, place: Place) -> String {
        let micro = self.micro(place);
        format!("{} {} as {}", name(place.transaction), op_words(micro), seen_words(micro))
    }

    /// One transaction before another, as a clause.
    fn step(&self, step: &Step) -> String {
        let (from, to) = (name(step.from), name(step.to));
        let Some((earlier, later)) = step.why.ops else {
            return match step.why.relation {
                Relation::Session => format!("the same process asked for {to} after {from} was answered (session)"),
                _ => format!("{to} was asked for after {from} was answered (real time)"),
            };
        };
        let earlier = Place { transaction: step.from, op: earlier };
        let later = Place { transaction: step.to, op: later };
        match step.why.relation {
            Relation::Ww => format!("{} came after {} (ww)", self.op(later), self.op(earlier)),
            Relation::Wr => format!("{}, which holds {} (wr)", self.read(later), self.op(earlier)),
            _ => format!("{} before {} (rw)", self.read(earlier), self.op(later)),
        }
    }

    /// Why one write came before another, as a sentence without its end: `T1's write 1 to x came before T2's write 2 to x,
    /// as …`.
    fn forced(&self, forced: &Forced) -> String {
        let clauses: Vec<String> = forced.way.iter().map(|step| self.step(step)).collect();
        let (earlier, later, way) = (self.op(forced.earlier), self.op(forced.later), clauses.join(", "));
        match forced.reader {
            None => format!("{earlier} came before {later}, as one leads to the other: {way}"),
            Some(reader) => {
                format!("{earlier} came before {later}, as {} and comes after it: {way}", self.read(reader))
            }
        }
    }

    fn cycle(&self, steps: &[Step], smallest: bool, orders: &[Forced]) -> String {
        let clauses: Vec<String> = steps.iter().map(|step| self.step(step)).collect();
        let so = if steps.len() == 2 { "each came before the other" } else { "each came before the next, in a circle" };
        let hint = if smallest { "" } else { " (the search for a smaller circle was cut short)" };
        let orders: String = orders.iter().map(|forced| format!(". {}", self.forced(forced))).collect();
        format!("{}: {so}{hint}{orders}", clauses.join(", "))
    }

    fn places(&self, kind: Kind, places: &[Place], value: &str) -> String {
        let (first, last) = (places[0], places[places.len() - 1]);
        let read = || self.read(first);
        match kind {
            Kind::GarbageRead => format!("{}, but nobody wrote {value}", read()),
            Kind::DuplicateElement => format!("{}: it has {value} twice, which was appended once", read()),
            Kind::IncompatibleOrder if self.micro(last).written().is_some() => {
                format!("{}, where {} does not stand after {}", read(), self.op(places[1]), self.op(last))
            }
            Kind::IncompatibleOrder => {
                let both = format!("{} and {}", read(), self.read(last));
                let (one, other, place) =
                    difference(self.micro(first), self.micro(last)).expect("the lists are incompatible");
                format!("{both}: value {place} is {one} in one and {other} in the other, and lists only grow")
            }
            Kind::Internal if first.op < last.op => format!("{}, before {}", read(), self.op(last)),
            Kind::Internal => format!("{}, which does not fit {} before that", read(), self.op(last)),
            Kind::AbortedRead => format!("{}, with {}, which was aborted", read(), self.op(last)),
            Kind::IntermediateRead => {
                let (written, left) = (self.op(places[1]), op_words(self.micro(last)));
                format!("{}, with {written}, which went on to {left}", read())
            }
            Kind::DirtyUpdate => format!("{} was put on top of {}, which was aborted", self.op(first), self.op(last)),
            Kind::UnrepeatableRead => format!("{}, but {} before that", read(), self.read(last)),
            Kind::LostUpdate => self.lost_update(places),
            Kind::CyclicVersions => {
                let reads: Vec<String> = places.iter().map(|place| self.read(*place)).collect();
                format!("{}, and each wrote then what the one before it had read", reads.join(", "))
            }
            Kind::Cycle(..) => String::new(),
        }
    }

    /// Two reads of one version, each with the last write of the transaction.
    fn lost_update(&self, places: &[Place]) -> String {
        let one = |pair: &[Place]| {
            let then = if pair[0].op < pair[1].op { "then did" } else { "had done" };
            format!("{} and {then} {}", self.read(pair[0]), op_words(self.micro(pair[1])))
        };
        let both: Vec<String> = places.chunks(2).map(one).collect();
        format!("{}: whoever came second did not see the other's", both.join(", "))
    }
}

impl Anomaly {
    /// The anomaly as a sentence, without its name. Transactions are named by their places in the history: `T1` is the
    /// first.
    pub fn words(&self, history: &[Transaction]) -> String {
        match &self.evidence {
            Evidence::Cycle { steps, smallest, orders } => Words(history).cycle(steps, *smallest, orders),
            Evidence::Places { places, value } => {
                Words(history).places(self.kind, places, value.as_deref().unwrap_or_default())
            }
        }
    }
}

impl Transaction {
    /// What it did: `append 3 to x, read y as [1 2]`.
    pub fn words(&self) -> String {
        let ops = self.ops.iter().map(|micro| match micro {
            Micro::Read { seen: Seen::Untold, .. } => format!("{}, untold", op_words(micro)),
            Micro::Read { .. } => format!("{} as {}", op_words(micro), seen_words(micro)),
            _ => op_words(micro),
        });
        ops.collect::<Vec<String>>().join(", ")
    }
}

impl Verdict<'_> {
    /// The verdict on a level as a sentence.
    pub fn words(&self, level: Level) -> String {
        let level = level.name();
        match self {
            Verdict::Holds => format!("{level}: holds, as some execution explains everything that was seen"),
            Verdict::Unbroken => format!("{level}: holds as far as can be seen, but not every order is known"),
            Verdict::Broken(anomaly) => format!("{level}: broken by {}", anomaly.kind.name()),
        }
    }
}

impl Unsure {
    /// What is not known of an object, as a clause: `the order of its writes is not known`.
    pub fn words(self) -> &'static str {
        match self {
            Unsure::Mixed => "it is used as a list and as a register, and was left out",
            Unsure::Repeated => {
                "a value was written to it twice, so that reads do not tell who wrote it; it was left out"
            }
            Unsure::Unread => "the order of those writes to it that nobody read is not known",
            Unsure::Blind => "the order of its writes is not known: not each was made after a read of the one before",
        }
    }
}

impl Report {
    /// The report in sentences: a verdict for each level, the anomalies by kind, what the transactions of the anomalies
    /// did, and what is not known.
    pub fn words(&self, history: &[Transaction]) -> Vec<String> {
        self.words_with(history, |_| String::new())
    }

    /// The same, with more on where each transaction is found, such as ` (lines 3 to 5)`.
    pub fn words_with(&self, history: &[Transaction], found: impl Fn(&Transaction) -> String) -> Vec<String> {
        let verdicts = Level::ALL.iter().map(|level| self.verdict(*level).words(*level));
        let mut words: Vec<String> = verdicts.collect();
        for anomaly in &self.anomalies {
            words.push(format!("{}: {}", anomaly.kind.name(), anomaly.words(history)));
        }
        let mut shown: Vec<usize> = self.anomalies.iter().flat_map(Anomaly::transactions).collect();
        order::sort(&mut shown);
        shown.dedup();
        let one = |place: usize| {
            let transaction = &history[place];
            format!("{}{}: {}", name(place), found(transaction), transaction.words())
        };
        words.extend(shown.into_iter().map(one));
        for why in [Unsure::Mixed, Unsure::Repeated, Unsure::Unread, Unsure::Blind] {
            let same = self.unordered.iter().filter(|unordered| unordered.why == why);
            let keys: Vec<&str> = same.map(|unordered| &*unordered.key).collect();
            if !keys.is_empty() {
                words.push(format!("{}: {}", keys.join(", "), why.words()));
            }
        }
        words
    }
}

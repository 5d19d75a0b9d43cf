//! Two branches of a run, event by event and message by message, by their causal names.

use crate::{
    Name,
    run::Run,
    trace::{Event, Message},
    view::{Fate, Marks},
};
use lightcone_core::{Micros, NodeId};
use serde::Serialize;

/// How a run differs from another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The events. One has moved if its instant differs, and changed if at the same instant it did something else.
    pub events: Differences,
    /// The messages. One has changed if its fate differs, and moved if it was sent or arrives at another instant.
    pub messages: Differences,
    /// The first instant at which an event differs; if none does, the first at which a message does.
    pub first: Option<FirstDifference>,
    /// The comparison as one sentence.
    pub words: String,
}

/// What became of the events or of the messages, by their places in the two traces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// Only in the old run.
    pub gone: Vec<usize>,
    /// Only in the new run.
    pub new: Vec<usize>,
    /// In both, at another instant: old and new place.
    pub moved: Vec<(usize, usize)>,
    /// In both at the same instant, and yet not the same: old and new place.
    pub changed: Vec<(usize, usize)>,
    /// How many are the same in both.
    pub same: usize,
}

/// Where two runs part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FirstDifference {
    /// When, in microseconds.
    pub at: u64,
    /// At whom; the first of them if they are several.
    pub node: NodeId,
}

/// What is different in `new`. Where one of the two is not yet computed as far as the other, what the other does later
/// counts as neither gone nor new.
///
/// What both share at their beginning is only glanced at.
pub fn compare(old: &Run, new: &Run) -> Comparison {
    let known = (known_before(old), known_before(new));
    let (a, b) = (old.trace(), new.trace());
    let events = differences(&a.events, &b.events, known);
    let messages = differences(&a.messages, &b.messages, known);
    comparison(new, events, messages)
}

/// What is different of what is drawn of `new`: as [`compare`], and as quick as a window is small. What has left the
/// window counts as gone, and what has come into it as new.
pub fn compare_marks((old, from): (&Run, &Marks), (new, to): (&Run, &Marks)) -> Comparison {
    let known = (known_before(old), known_before(new));
    let (a, b) = (old.trace(), new.trace());
    let events = |marks: &Marks| marks.events.iter().map(|event| event.index).collect();
    let arrows = |marks: &Marks| marks.arrows.iter().map(|arrow| arrow.index).collect();
    let events = differences_of((&a.events, events(from)), (&b.events, events(to)), known);
    let messages = differences_of((&a.messages, arrows(from)), (&b.messages, arrows(to)), known);
    comparison(new, events, messages)
}

/// The differences of one kind, and the first of them.
type Found = (Differences, Option<FirstDifference>);

fn comparison(new: &Run, (events, first): Found, (messages, first_message): Found) -> Comparison {
    let first = first.or(first_message);
    let words = sentence(new, &events, &messages, first);
    Comparison { events, messages, first, words }
}

/// Everything before this instant is computed.
fn known_before(run: &Run) -> Micros {
    if run.is_finished() { run.scenario().until.plus(Micros(1)) } else { run.world().now }
}

impl Differences {
    /// Whether nothing differs.
    pub fn is_none(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty() && self.moved.is_empty() && self.changed.is_empty()
    }

    /// The places of what differs, in the old run and in the new one, sorted.
    pub fn sides(&self) -> (Vec<usize>, Vec<usize>) {
        let pairs = || self.moved.iter().chain(&self.changed);
        let mut old: Vec<usize> = self.gone.iter().copied().chain(pairs().map(|pair| pair.0)).collect();
        let mut new: Vec<usize> = self.new.iter().copied().chain(pairs().map(|pair| pair.1)).collect();
        old.sort_unstable();
        new.sort_unstable();
        (old, new)
    }

    /// `12 events are new, 9 gone, 31 moved`, without what there is none of.
    fn words(&self, what: &str) -> String {
        let counts = [(self.new.len(), "new"), (self.gone.len(), "gone"), (self.moved.len(), "moved")];
        let counts = counts.into_iter().chain([(self.changed.len(), "changed")]);
        let mut words = String::new();
        for (count, how) in counts.filter(|(count, _)| *count > 0) {
            words += &match words.is_empty() {
                true if count == 1 => format!("1 {what} is {how}"),
                true => format!("{count} {what}s are {how}"),
                false => format!(", {count} {how}"),
            };
        }
        words
    }
}

fn sentence(run: &Run, events: &Differences, messages: &Differences, first: Option<FirstDifference>) -> String {
    let Some(first) = first else { return "nothing differs".into() };
    // Messages follow events; by themselves they differ only where nobody handled them.
    let what = if events.is_none() { messages.words("message") } else { events.words("event") };
    let name = run.setup().specs().get(first.node.index()).map_or("", |spec| &spec.name);
    format!("{what}; first difference at {} at {name}", Micros(first.at).words())
}

/// Something with a causal name.
trait Named {
    fn name(&self) -> Name;
    /// When it comes about.
    fn at(&self) -> Micros;
    /// Where and when two of one name that are not the same first differ, or one that has no counterpart.
    fn differs(&self, other: Option<&Self>) -> FirstDifference;
    /// How one in the old run became one in the new; each run is known up to an instant.
    fn became(&self, new: &Self, known: (Micros, Micros)) -> Became;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    Same,
    Moved,
    Changed,
}

impl Named for Event {
    fn name(&self) -> Name {
        self.name
    }

    fn at(&self) -> Micros {
        self.at
    }

    fn differs(&self, other: Option<&Self>) -> FirstDifference {
        let here = FirstDifference { at: self.at.0, node: self.node };
        other.map_or(here, |other| here.min(FirstDifference { at: other.at.0, node: other.node }))
    }

    fn became(&self, new: &Self, _: (Micros, Micros)) -> Became {
        match (self.at == new.at, (self.node, self.content) == (new.node, new.content)) {
            (false, _) => Became::Moved,
            (true, false) => Became::Changed,
            (true, true) => Became::Same,
        }
    }
}

impl Named for Message {
    fn name(&self) -> Name {
        self.name
    }

    fn at(&self) -> Micros {
        self.sent
    }

    fn differs(&self, other: Option<&Self>) -> FirstDifference {
        match other {
            Some(other) if other.sent == self.sent => FirstDifference { at: self.end.min(other.end).0, node: self.to },
            Some(other) => FirstDifference { at: self.sent.min(other.sent).0, node: self.from },
            None => FirstDifference { at: self.sent.0, node: self.from },
        }
    }

    fn became(&self, new: &Self, (old_known, new_known): (Micros, Micros)) -> Became {
        if self.sent != new.sent {
            return Became::Moved;
        }
        // In the run that is not computed so far as the other it may still go the same way.
        let (behind, ahead, known) =
            if old_known < new_known { (self, new, old_known) } else { (new, self, new_known) };
        if old_known != new_known && !is_settled(behind.fate) && ahead.end >= known {
            return Became::Same;
        }
        match (same_fate(self.fate, new.fate), self.end == new.end) {
            (false, _) => Became::Changed,
            (true, false) => Became::Moved,
            (true, true) => Became::Same,
        }
    }
}

fn is_settled(fate: Fate) -> bool {
    matches!(fate, Fate::Delivered(_) | Fate::Lost(_))
}

fn same_fate(one: Fate, other: Fate) -> bool {
    match (one, other) {
        // The event that handled it has the message's name in both runs, wherever it stands.
        (Fate::Delivered(_), Fate::Delivered(_)) => true,
        _ => one == other,
    }
}

fn differences<T: Named>(old: &[T], new: &[T], known: (Micros, Micros)) -> Found {
    let same = |(a, b): &(&T, &T)| a.name() == b.name() && a.became(b, known) == Became::Same;
    let shared = old.iter().zip(new).take_while(same).count();
    let rest = |all: &[T]| (shared..all.len()).collect();
    let (mut found, first) = differences_of((old, rest(old)), (new, rest(new)), known);
    found.same += shared;
    (found, first)
}

/// The differences among some places of two traces.
fn differences_of<T: Named>(
    (old, from): (&[T], Vec<usize>),
    (new, to): (&[T], Vec<usize>),
    known: (Micros, Micros),
) -> Found {
    let mut found = Differences::default();
    let mut first: Option<FirstDifference> = None;
    let mut note = |here: FirstDifference| first = Some(first.map_or(here, |known| known.min(here)));
    for pair in paired(named(old, from), named(new, to)) {
        match pair {
            (Some(a), Some(b)) => {
                match old[a].became(&new[b], known) {
                    Became::Same => {
                        found.same += 1;
                        continue;
                    }
                    Became::Moved => found.moved.push((a, b)),
                    Became::Changed => found.changed.push((a, b)),
                }
                note(old[a].differs(Some(&new[b])));
            }
            (Some(a), None) if old[a].at() < known.1 => {
                found.gone.push(a);
                note(old[a].differs(None));
            }
            (None, Some(b)) if new[b].at() < known.0 => {
                found.new.push(b);
                note(new[b].differs(None));
            }
            _ => {}
        }
    }
    found.gone.sort_unstable();
    found.new.sort_unstable();
    found.moved.sort_unstable();
    found.changed.sort_unstable();
    (found, first)
}

/// The names of what is at some places, in order.
fn named<T: Named>(all: &[T], places: Vec<usize>) -> Vec<(Name, usize)> {
    let mut names: Vec<(Name, usize)> = places.into_iter().map(|place| (all[place].name(), place)).collect();
    names.sort_unstable();
    names
}

/// Pairs what has one name. Should a name come more than once, the first goes with the first.
fn paired(old: Vec<(Name, usize)>, new: Vec<(Name, usize)>) -> Vec<(Option<usize>, Option<usize>)> {
    let (mut a, mut b) = (old.iter().peekable(), new.iter().peekable());
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    loop {
        let pair = match (a.peek(), b.peek()) {
            (None, None) => return pairs,
            (Some((x, _)), Some((y, _))) if x == y => (a.next(), b.next()),
            (Some((x, _)), Some((y, _))) if x > y => (None, b.next()),
            (None, Some(_)) => (None, b.next()),
            (Some(_), _) => (a.next(), None),
        };
        pairs.push((pair.0.map(|(_, place)| *place), pair.1.map(|(_, place)| *place)));
    }
}

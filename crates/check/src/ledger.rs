//! The ledger of a run: what its clients lost and had to wait for, in numbers that mean the same whatever protocol served
//! them. It knows what clients asked, when, and what they were told, and nothing of servers.

use crate::history::of;
use lightcone_core::{Micros, Service, services::Text};
use lightcone_sim::{Run, metrics::Spread, view::EventKind};

/// What a run came to for its clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// How many operations were asked for.
    pub asked: u64,
    /// Those among them that were answered, and told what happened.
    pub served: u64,
    /// Those that were refused, or told that the outcome is not known.
    pub refused: u64,
    /// Those without any answer at the end.
    pub open: u64,
    /// Reads that missed a write that had been acknowledged before they were asked for.
    pub stale: u64,
    /// Acknowledged writes that all reads miss that were asked for after all was over. Nothing if that cannot be told: there
    /// are no such reads, or what they were told may come from more than plain writes.
    pub lost: Option<u64>,
    /// How long reads took until they were served, in microseconds.
    pub reads: Spread,
    /// How long writes took until they were served, in microseconds.
    pub writes: Spread,
    /// The messages that were sent, those of clients included.
    pub messages: u64,
}

/// A plain read or write of a run.
struct Entry {
    key: Text,
    what: What,
    asked: Micros,
    /// When it was served.
    served: Option<Micros>,
}

enum What {
    /// It wrote this value, or that there is none.
    Wrote(Option<Text>),
    /// It was told these values, none of which had replaced another.
    Told(Vec<Text>),
    /// It is not known what it was told.
    Asked,
    /// It wrote something that depends on what was there.
    Changed,
}

/// The ledger of a run with this service.
pub fn ledger<S: Service>(run: &Run) -> Ledger {
    let mut ledger = Ledger { messages: run.trace().messages.len() as u64, ..Ledger::default() };
    let (mut entries, mut reads, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    for record in &run.trace().ops {
        let op = of::<S::Op>(&record.op);
        let told = record.done.as_ref().map(|(_, at, ret)| (*at, of::<S::Ret>(ret)));
        ledger.asked += 1;
        let clear = told.as_ref().filter(|(_, ret)| S::says_what_happened(ret) && !S::is_refusal(ret));
        match (clear, &told) {
            (Some((at, _)), _) => {
                ledger.served += 1;
                if S::is_read(&op) { &mut reads } else { &mut writes }.push(at.minus(record.at).0);
            }
            (None, Some((_, ret))) => {
                ledger.refused += 1;
                if S::is_refusal(ret) {
                    continue;
                }
            }
            (None, None) => ledger.open += 1,
        }
        let Some(key) = S::part(&op) else { continue };
        let what = match (S::written(&op), clear) {
            (Some(value), _) => What::Wrote(value.map(Text::from)),
            (None, Some((_, ret))) if S::is_read(&op) => match S::read_values(&op, ret) {
                Some(values) => What::Told(values.into_iter().map(Text::from).collect()),
                None => What::Asked,
            },
            _ if S::is_read(&op) => What::Asked,
            _ => What::Changed,
        };
        entries.push(Entry { key: key.into(), what, asked: record.at, served: clear.map(|(at, _)| *at) });
    }
    (ledger.reads, ledger.writes) = (Spread::of(reads), Spread::of(writes));
    count(&mut ledger, &entries, over(run));
    ledger
}

/// When the last of what was done to a run was over; nothing if something lasts to the end.
fn over(run: &Run) -> Option<Micros> {
    let spells = run.trace().spells.iter().map(|spell| spell.to.map(|(at, _)| at));
    let moments = run
        .trace()
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Crash | EventKind::Restart | EventKind::Leave))
        .map(|event| Some(event.at));
    spells.chain(moments).try_fold(Micros::ZERO, |last, at| at.map(|at| last.max(at)))
}

fn count(ledger: &mut Ledger, entries: &[Entry], over: Option<Micros>) {
    let mut keys: Vec<&Text> = entries.iter().map(|entry| &entry.key).collect();
    lightcone_core::order::sort(&mut keys);
    keys.dedup();
    let (mut lost, mut read) = (over.map(|_| 0), false);
    for key in keys {
        let of_key = || entries.iter().filter(|entry| entry.key == *key);
        if of_key().any(|entry| matches!(entry.what, What::Changed)) {
            lost = None;
            continue;
        }
        let register = Register::new(of_key());
        ledger.stale += of_key().filter(|read| register.is_stale(read)).count() as u64;
        if let Some((sum, over)) = lost.zip(over) {
            let of_this = register.lost(of_key(), over);
            read |= of_this != Lost::Unread;
            lost = match of_this {
                Lost::Unread => lost,
                Lost::Writes(count) => Some(sum + count),
                Lost::Untold => None,
            };
        }
    }
    ledger.lost = lost.filter(|_| read);
}

/// A write that is over never: nothing comes after it.
const NEVER: u64 = u64::MAX;

/// What the last reads of a key say of the writes before.
#[derive(PartialEq)]
enum Lost {
    /// There are no such reads.
    Unread,
    /// They miss so many.
    Writes(u64),
    /// It cannot be said of which writes they were told.
    Untold,
}

/// The writes to one key.
struct Register<'a> {
    /// Each write with what it wrote, when it was asked for and when it was over, in the order of asking.
    writes: Vec<(Option<&'a Text>, u64, u64)>,
}

impl<'a> Register<'a> {
    fn new(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let write = |entry: &'a Entry| match &entry.what {
            What::Wrote(value) => Some((value.as_ref(), entry.asked.0, entry.served.map_or(NEVER, |at| at.0))),
            What::Told(_) | What::Asked | What::Changed => None,
        };
        Register { writes: entries.filter_map(write).collect() }
    }

    /// The instant such that a read which was told this misses every write that was asked for later: when the last of the
    /// writes was over of which it may have been told; the outer nothing if that cannot be said, and the inner one if that is
    /// before all writes.
    fn told(&self, values: &[Text], before: Micros) -> Option<Option<u64>> {
        let of = |value: Option<&'_ Text>| {
            let same = self.writes.iter().filter(move |(wrote, asked, _)| *wrote == value && *asked <= before.0);
            same.map(|(_, _, over)| *over).max()
        };
        let last = match values {
            // There was nothing at first, or what there was is deleted.
            [] => of(None),
            values => {
                values.iter().map(|value| of(Some(value))).try_fold(None, |last, over| Some(last.max(Some(over?))))?
            }
        };
        (last != Some(NEVER)).then_some(last)
    }

    /// Whether a read misses a write that had been acknowledged before: all that it was told was over when that began.
    fn is_stale(&self, read: &Entry) -> bool {
        let (What::Told(values), Some(at)) = (&read.what, read.served) else { return false };
        let Some(last) = self.told(values, at) else { return false };
        self.writes.iter().any(|(_, asked, over)| Some(*asked) > last && *over < read.asked.0)
    }

    /// How many acknowledged writes all reads miss that were asked for after everything.
    fn lost(&self, entries: impl Iterator<Item = &'a Entry>, over: Micros) -> Lost {
        let writes = self.writes.iter();
        let end = writes.map(|(_, asked, over)| if *over == NEVER { *asked } else { *over }).fold(over.0, u64::max);
        let mut last: Option<Option<u64>> = None;
        for read in entries.filter(|entry| entry.asked.0 > end) {
            let (What::Told(values), Some(at)) = (&read.what, read.served) else { continue };
            let Some(told) = self.told(values, at) else { return Lost::Untold };
            last = Some(last.flatten().max(told));
        }
        let Some(last) = last else { return Lost::Unread };
        let lost = self.writes.iter().filter(|(_, asked, over)| Some(*asked) > last && *over < NEVER);
        Lost::Writes(lost.count() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(value: &str, asked: u64, served: Option<u64>) -> Entry {
        Entry {
            key: "x".into(),
            what: What::Wrote(Some(value.into())),
            asked: Micros(asked),
            served: served.map(Micros),
        }
    }

    fn read(told: &[&str], asked: u64) -> Entry {
        let told = told.iter().map(|value| Text::from(*value)).collect();
        Entry { key: "x".into(), what: What::Told(told), asked: Micros(asked), served: Some(Micros(asked + 5)) }
    }

    fn counted(entries: &[Entry]) -> (u64, Option<u64>) {
        let mut ledger = Ledger::default();
        count(&mut ledger, entries, Some(Micros(100)));
        (ledger.stale, ledger.lost)
    }

    #[test]
    fn a_read_is_stale_if_all_that_it_was_told_was_over_before_an_acknowledged_write_began() {
        let writes = || vec![write("a", 10, Some(20)), write("b", 30, Some(40))];
        let with = |read: Entry| counted(&writes().into_iter().chain([read]).collect::<Vec<_>>()).0;
        assert_eq!(with(read(&["a"], 50)), 1);
        assert_eq!(with(read(&[], 50)), 1);
        assert_eq!(with(read(&["b"], 50)), 0);
        assert_eq!(with(read(&["a", "b"], 50)), 0, "siblings hold it");
        assert_eq!(with(read(&["a"], 35)), 0, "b was not acknowledged yet");
        assert_eq!(with(read(&["?"], 50)), 0, "nobody knows who wrote that");
    }

    #[test]
    fn concurrent_writes_may_come_in_either_order() {
        let writes = [write("a", 10, Some(40)), write("b", 20, Some(30)), read(&["a"], 50), read(&["b"], 60)];
        assert_eq!(counted(&writes).0, 0);
        let open = [write("a", 10, None), write("b", 20, Some(30)), read(&["a"], 50)];
        assert_eq!(counted(&open).0, 0, "what has no answer may take effect at any time");
    }

    #[test]
    fn what_may_come_from_several_writes_is_told_by_the_last_of_them() {
        let twice = [write("a", 10, Some(100)), write("a", 20, Some(30)), write("b", 40, Some(50)), read(&["a"], 110)];
        assert_eq!(counted(&twice).0, 0, "the first one may come after b");
        let deleted = |at, served| Entry { what: What::Wrote(None), ..write("", at, served) };
        let twice = [deleted(10, Some(60)), deleted(15, Some(20)), write("b", 30, Some(40)), read(&[], 70)];
        assert_eq!(counted(&twice).0, 0, "the first deletion may come after b");
        let first = [write("a", 0, Some(10)), read(&[], 20)];
        assert_eq!(counted(&first).0, 1, "a write at the very start is missed like any other");
    }

    #[test]
    fn nothing_is_said_of_keys_where_a_write_depends_on_what_was_there() {
        let changed = Entry { what: What::Changed, ..write("", 50, Some(60)) };
        let all = [write("a", 10, Some(20)), write("b", 30, Some(40)), changed, read(&["a"], 110)];
        assert_eq!(counted(&all), (0, None));
        let open = [write("a", 10, None), write("b", 30, Some(40)), read(&["a"], 110)];
        assert_eq!(counted(&open), (0, None), "a has no answer, and may come after b");
    }

    #[test]
    fn writes_are_lost_that_every_later_read_misses() {
        let writes = || vec![write("a", 10, Some(20)), write("b", 30, Some(40)), write("c", 50, Some(60))];
        let with = |reads: Vec<Entry>| counted(&writes().into_iter().chain(reads).collect::<Vec<_>>()).1;
        assert_eq!(with(vec![]), None);
        assert_eq!(with(vec![read(&["a"], 90)]), None, "the last fault was not over");
        assert_eq!(with(vec![read(&["c"], 110)]), Some(0));
        assert_eq!(with(vec![read(&["a"], 110)]), Some(2));
        assert_eq!(with(vec![read(&["a"], 110), read(&["b"], 120)]), Some(1), "one read has it");
        assert_eq!(with(vec![read(&[], 110)]), Some(3));
    }
}

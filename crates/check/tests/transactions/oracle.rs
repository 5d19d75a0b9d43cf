//! Obviously right, slow judges: they try every order.

use crate::store::{Op, Tx};
use lightcone_check::transactions::Level;

/// Two objects, each with its values as digits, the last one lowest.
type State = [u64; 2];

/// A transaction that may have taken part.
struct Tried {
    tx: Tx,
    /// What it does to which object: writes a value, or reads all of them.
    ops: Vec<(usize, Result<u64, Option<u64>>)>,
}

impl Tried {
    fn new(tx: &Tx) -> Self {
        let digits = |seen: &Vec<u32>| seen.iter().fold(0, |digits, value| add(false, digits, u64::from(*value)));
        let ops = tx.ops.iter().map(|op| match op {
            Op::Put(key, value) => (*key, Ok(u64::from(*value))),
            Op::Get(key, seen) => (*key, Err(seen.as_ref().map(digits))),
        });
        Tried { ops: ops.collect(), tx: tx.clone() }
    }

    fn writes(&self, key: usize) -> bool {
        self.ops.iter().any(|(written, op)| *written == key && op.is_ok())
    }
}

/// Puts a value into an object.
fn add(registers: bool, object: u64, value: u64) -> u64 {
    assert!(value < 16 && object < 1 << 60);
    if registers { value } else { object << 4 | value }
}

/// Whether some execution of a level explains a history of at most a few transactions over two objects.
pub fn explains(level: Level, history: &[Tx], registers: bool) -> bool {
    let txs: Vec<Tried> = history.iter().filter(|tx| tx.committed || tx.told.is_none()).map(Tried::new).collect();
    let oracle = Oracle { level, txs, registers };
    match level {
        Level::ReadCommitted => oracle.committed(&mut Vec::new(), &mut vec![State::default()]),
        Level::SnapshotIsolation | Level::SessionSnapshotIsolation => oracle.snapshots(&mut Snapshots::default()),
        _ => oracle.serial(&mut Vec::new(), &State::default()),
    }
}

struct Oracle {
    level: Level,
    txs: Vec<Tried>,
    registers: bool,
}

/// A transaction that has begun.
struct Begun {
    tx: usize,
    state: State,
    /// How many had committed before it began, and before it ended.
    began: usize,
    ended: Option<usize>,
}

#[derive(Default)]
struct Snapshots {
    begun: Vec<Begun>,
    state: State,
    commits: usize,
    /// The last thing done: whether it was a commit, and of which transaction.
    last: (bool, usize),
}

impl Oracle {
    /// Whether one transaction has to be over before another begins.
    fn must_precede(&self, one: &Tx, other: &Tx) -> bool {
        let before = one.told.is_some_and(|told| told <= other.asked);
        match self.level {
            Level::StrictSerializability => before,
            Level::SessionSerializability | Level::SessionSnapshotIsolation => before && one.process == other.process,
            _ => false,
        }
    }

    fn may_begin(&self, tx: usize, is_over: impl Fn(usize) -> bool) -> bool {
        (0..self.txs.len()).all(|other| is_over(other) || !self.must_precede(&self.txs[other].tx, &self.txs[tx].tx))
    }

    /// The state after a transaction, if its reads fit the one before.
    fn apply(&self, tx: usize, state: &State) -> Option<State> {
        let mut state = *state;
        for (key, op) in &self.txs[tx].ops {
            match op {
                Ok(value) => state[*key] = add(self.registers, state[*key], *value),
                Err(seen) if seen.is_none_or(|seen| seen == state[*key]) => {}
                Err(_) => return None,
            }
        }
        Some(state)
    }

    /// One after the other.
    fn serial(&self, done: &mut Vec<usize>, state: &State) -> bool {
        if self.is_enough(|tx| done.contains(&tx)) {
            return true;
        }
        for tx in 0..self.txs.len() {
            if done.contains(&tx) || !self.may_begin(tx, |other| done.contains(&other)) {
                continue;
            }
            if let Some(after) = self.apply(tx, state) {
                done.push(tx);
                if self.serial(done, &after) {
                    return true;
                }
                done.pop();
            }
        }
        false
    }

    fn is_enough(&self, is_over: impl Fn(usize) -> bool) -> bool {
        (0..self.txs.len()).all(|tx| is_over(tx) || !self.txs[tx].tx.committed)
    }

    /// Every order of beginnings and ends. Beginnings next to one another can be swapped, and so can ends: one order of
    /// them will do.
    fn snapshots(&self, all: &mut Snapshots) -> bool {
        let is_over = |all: &Snapshots, tx| all.begun.iter().any(|begun| begun.tx == tx && begun.ended.is_some());
        if self.is_enough(|tx| is_over(all, tx)) {
            return true;
        }
        for tx in 0..self.txs.len() {
            let again = all.begun.iter().any(|begun| begun.tx == tx) || (!all.last.0 && tx < all.last.1);
            if again || !self.may_begin(tx, |other| is_over(all, other)) {
                continue;
            }
            let Some(state) = self.apply(tx, &all.state) else { continue };
            let last = std::mem::replace(&mut all.last, (false, tx));
            all.begun.push(Begun { tx, state, began: all.commits, ended: None });
            if self.snapshots(all) {
                return true;
            }
            all.begun.pop();
            all.last = last;
        }
        (0..all.begun.len()).any(|place| self.end(all, place))
    }

    /// Commits one, if none that wrote the same has since it began.
    fn end(&self, all: &mut Snapshots, place: usize) -> bool {
        let tx = all.begun[place].tx;
        if all.begun[place].ended.is_some() || (all.last.0 && tx < all.last.1) {
            return false;
        }
        let writes = |tx: usize, key: usize| self.txs[tx].writes(key);
        let since = |other: &Begun| other.ended.is_some_and(|ended| ended >= all.begun[place].began);
        let clashes = |other: &Begun| since(other) && (0..2).any(|key| writes(other.tx, key) && writes(tx, key));
        if all.begun.iter().any(clashes) {
            return false;
        }
        let before = (all.state, all.last);
        for key in (0..2).filter(|key| writes(tx, *key)) {
            all.state[key] = all.begun[place].state[key];
        }
        all.begun[place].ended = Some(all.commits);
        all.commits += 1;
        all.last = (true, tx);
        if self.snapshots(all) {
            return true;
        }
        all.commits -= 1;
        all.begun[place].ended = None;
        (all.state, all.last) = before;
        false
    }

    /// One after the other, but each read may be of any earlier state of its object, with the own writes on top.
    fn committed(&self, done: &mut Vec<usize>, states: &mut Vec<State>) -> bool {
        if self.is_enough(|tx| done.contains(&tx)) {
            return true;
        }
        for tx in 0..self.txs.len() {
            if done.contains(&tx) || !self.reads_committed(tx, states) {
                continue;
            }
            let mut after = states[states.len() - 1];
            for (key, op) in &self.txs[tx].ops {
                after[*key] = op.map_or(after[*key], |value| add(self.registers, after[*key], value));
            }
            done.push(tx);
            states.push(after);
            if self.committed(done, states) {
                return true;
            }
            done.pop();
            states.pop();
        }
        false
    }

    fn reads_committed(&self, tx: usize, states: &[State]) -> bool {
        let ops = &self.txs[tx].ops;
        ops.iter().enumerate().all(|(place, (key, op))| {
            let Err(Some(seen)) = op else { return true };
            let own = |object: u64, (written, op): &(usize, Result<u64, Option<u64>>)| match op {
                Ok(value) if written == key => add(self.registers, object, *value),
                _ => object,
            };
            states.iter().any(|state| ops[..place].iter().fold(state[*key], own) == *seen)
        })
    }
}

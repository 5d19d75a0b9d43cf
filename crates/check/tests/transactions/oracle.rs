//! Obviously right, slow judges: they try every order.

use crate::store::{Op, Tx, put};
use lightcone_check::transactions::Level;

type State = [Vec<u32>; 2];

/// Whether some execution of a level explains a history of at most a few transactions over two objects.
pub fn explains(level: Level, history: &[Tx], registers: bool) -> bool {
    let txs: Vec<&Tx> = history.iter().filter(|tx| tx.committed || tx.told.is_none()).collect();
    let oracle = Oracle { level, txs, registers };
    match level {
        Level::ReadCommitted => oracle.committed(&mut Vec::new(), &mut vec![State::default()]),
        Level::SnapshotIsolation | Level::SessionSnapshotIsolation => oracle.snapshots(&mut Snapshots::default()),
        _ => oracle.serial(&mut Vec::new(), &State::default()),
    }
}

struct Oracle<'a> {
    level: Level,
    txs: Vec<&'a Tx>,
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

impl Oracle<'_> {
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
        (0..self.txs.len()).all(|other| is_over(other) || !self.must_precede(self.txs[other], self.txs[tx]))
    }

    /// The state after a transaction, if its reads fit the one before.
    fn apply(&self, tx: usize, state: &State) -> Option<State> {
        let mut state = state.clone();
        for op in &self.txs[tx].ops {
            match op {
                Op::Put(key, value) => put(self.registers, &mut state[*key], *value),
                Op::Get(key, seen) if seen.as_ref().is_none_or(|seen| *seen == state[*key]) => {}
                Op::Get(..) => return None,
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
        (0..self.txs.len()).all(|tx| is_over(tx) || !self.txs[tx].committed)
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
        let writes = |tx: usize, key: usize| self.txs[tx].ops.iter().any(|op| matches!(op, Op::Put(k, _) if *k == key));
        let since = |other: &Begun| other.ended.is_some_and(|ended| ended >= all.begun[place].began);
        let clashes = |other: &Begun| since(other) && (0..2).any(|key| writes(other.tx, key) && writes(tx, key));
        if all.begun.iter().any(clashes) {
            return false;
        }
        let before = (all.state.clone(), all.last);
        for key in (0..2).filter(|key| writes(tx, *key)) {
            all.state[key] = all.begun[place].state[key].clone();
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
            let mut after = states[states.len() - 1].clone();
            for op in &self.txs[tx].ops {
                if let Op::Put(key, value) = op {
                    put(self.registers, &mut after[*key], *value);
                }
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
        self.txs[tx].ops.iter().enumerate().all(|(place, op)| {
            let Op::Get(key, Some(seen)) = op else { return true };
            states.iter().any(|state| {
                let mut object = state[*key].clone();
                for before in &self.txs[tx].ops[..place] {
                    if let Op::Put(k, value) = before
                        && k == key
                    {
                        put(self.registers, &mut object, *value);
                    }
                }
                object == *seen
            })
        })
    }
}

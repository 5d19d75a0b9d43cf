//! Stores of several levels of isolation, run by clients that are interleaved at random.

use lightcone_check::{
    Moment,
    transactions::{End, Micro, Seen, Transaction},
};
use lightcone_core::Micros;

/// A source of numbers without a pattern (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap() % sides
    }
}

/// What a store does with what it reads and writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Store {
    /// Reads from a snapshot; commits if nothing that was read or written has changed since.
    Serializable,
    /// The same, but what only reads may read from any earlier snapshot.
    Stale,
    /// Reads from a snapshot; commits if nothing that was written has changed since.
    Snapshot,
    /// Reads what was committed last; commits always.
    Committed,
    /// Reads and writes what is there, committed or not, and takes nothing back.
    Dirty,
}

pub const STORES: [Store; 5] = [Store::Serializable, Store::Stale, Store::Snapshot, Store::Committed, Store::Dirty];

#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    Put(usize, u32),
    /// What was read, if it was told: values of a list, or at most one.
    Get(usize, Option<Vec<u32>>),
}

/// A transaction in a form that is quick to try.
#[derive(Clone, Debug)]
pub struct Tx {
    pub process: u64,
    pub asked: u32,
    pub told: Option<u32>,
    pub committed: bool,
    pub ops: Vec<Op>,
}

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub transactions: usize,
    pub clients: usize,
    pub ops: usize,
    pub keys: usize,
    pub registers: bool,
}

type State = Vec<Vec<u32>>;

/// A transaction that runs.
struct Open {
    tx: Tx,
    planned: Vec<Op>,
    snapshot: State,
    /// How much had been committed when it began.
    since: usize,
}

struct World {
    load: Load,
    store: Store,
    states: Vec<State>,
    /// How much had been committed when each key changed last.
    changed: Vec<usize>,
    /// The values of the dirty store.
    dirty: State,
    event: u32,
    value: u32,
}

/// Runs clients on a store.
pub fn run(store: Store, load: Load, dice: &mut Dice) -> Vec<Tx> {
    let empty = vec![Vec::new(); load.keys];
    let (states, changed) = (vec![empty.clone()], vec![0; load.keys]);
    let mut world = World { load, store, states, changed, dirty: empty, event: 0, value: 0 };
    let mut open: Vec<Option<Open>> = (0..load.clients).map(|_| None).collect();
    let mut processes: Vec<u64> = (0..).take(load.clients).collect();
    let (mut done, mut begun) = (Vec::new(), 0);
    while done.len() < load.transactions {
        let client = dice.roll(load.clients);
        world.event += 1;
        match &mut open[client] {
            None if begun == load.transactions => {}
            None => {
                begun += 1;
                open[client] = Some(world.begin(processes[client], dice));
            }
            Some(running) if running.tx.ops.len() < running.planned.len() => world.advance(running),
            Some(_) => {
                let tx = world.end(open[client].take().unwrap(), dice);
                if tx.told.is_none() {
                    processes[client] += load.clients as u64;
                }
                done.push(tx);
            }
        }
    }
    done
}

/// Puts a value into an object.
pub fn put(registers: bool, object: &mut Vec<u32>, value: u32) {
    if registers {
        object.clear();
    }
    object.push(value);
}

impl World {
    fn begin(&mut self, process: u64, dice: &mut Dice) -> Open {
        let mut planned = Vec::new();
        for _ in 0..=dice.roll(self.load.ops) {
            let key = dice.roll(self.load.keys);
            planned.push(if dice.roll(2) == 0 {
                Op::Get(key, None)
            } else {
                self.value += 1;
                Op::Put(key, self.value)
            });
        }
        let reads = planned.iter().all(|op| matches!(op, Op::Get(..)));
        let now = self.states.len() - 1;
        let since = if self.store == Store::Stale && reads { dice.roll(now + 1) } else { now };
        let tx = Tx { process, asked: self.event, told: None, committed: false, ops: Vec::new() };
        Open { tx, planned, snapshot: self.states[since].clone(), since }
    }

    fn advance(&mut self, running: &mut Open) {
        let registers = self.load.registers;
        let op = match running.planned[running.tx.ops.len()].clone() {
            Op::Put(key, value) => {
                put(registers, &mut self.dirty[key], value);
                Op::Put(key, value)
            }
            Op::Get(key, _) => Op::Get(key, Some(self.get(running, key))),
        };
        running.tx.ops.push(op);
    }

    fn get(&self, running: &Open, key: usize) -> Vec<u32> {
        let mut object = match self.store {
            Store::Dirty => return self.dirty[key].clone(),
            Store::Committed => self.states[self.states.len() - 1][key].clone(),
            _ => running.snapshot[key].clone(),
        };
        for op in &running.tx.ops {
            if let Op::Put(written, value) = op
                && *written == key
            {
                put(self.load.registers, &mut object, *value);
            }
        }
        object
    }

    fn end(&mut self, running: Open, dice: &mut Dice) -> Tx {
        let Open { mut tx, since, .. } = running;
        let reads = !tx.ops.iter().any(|op| matches!(op, Op::Put(..)));
        let stale = |op: &Op| match (op, self.store) {
            (_, Store::Committed | Store::Dirty) => false,
            (Op::Get(..), Store::Snapshot) => false,
            (Op::Get(..), Store::Stale) if reads => false,
            (Op::Put(key, _) | Op::Get(key, _), _) => self.changed[*key] > since,
        };
        let aborts = dice.roll(12) == 0 || tx.ops.iter().any(stale);
        let told = dice.roll(12) > 0;
        if !aborts && !reads {
            let mut state = self.states[self.states.len() - 1].clone();
            for op in &tx.ops {
                if let Op::Put(key, value) = op {
                    put(self.load.registers, &mut state[*key], *value);
                    self.changed[*key] = self.states.len();
                }
            }
            self.states.push(state);
        }
        tx.committed = told && !aborts;
        tx.told = told.then_some(self.event);
        if !told && dice.roll(2) == 0 {
            tx.ops.iter_mut().for_each(|op| drop(std::mem::replace(op, untold(op))));
        }
        tx
    }
}

fn untold(op: &Op) -> Op {
    match op {
        Op::Get(key, _) => Op::Get(*key, None),
        put => put.clone(),
    }
}

/// The transactions as the judge takes them.
pub fn transactions(history: &[Tx], registers: bool) -> Vec<Transaction> {
    let moment = |event: u32| Moment { event, at: Micros::ms(event.into()) };
    let key = |key: usize| ["x", "y", "z", "u", "v", "w", "p", "q", "r", "s"][key].into();
    let micro = |op: &Op| match op {
        Op::Put(written, value) if registers => Micro::Write { key: key(*written), value: value.to_string().into() },
        Op::Put(written, value) => Micro::Append { key: key(*written), value: value.to_string().into() },
        Op::Get(read, seen) => Micro::Read { key: key(*read), seen: saw(seen.as_deref(), registers) },
    };
    let transaction = |tx: &Tx| Transaction {
        process: tx.process,
        asked: moment(tx.asked),
        end: match tx.told {
            None => End::Unknown,
            Some(told) if tx.committed => End::Committed(moment(told)),
            Some(told) => End::Aborted(moment(told)),
        },
        ops: tx.ops.iter().map(micro).collect(),
    };
    history.iter().map(transaction).collect()
}

fn saw(seen: Option<&[u32]>, registers: bool) -> Seen {
    match seen {
        None => Seen::Untold,
        Some([]) => Seen::Nothing,
        Some([value]) if registers => Seen::Value(value.to_string().into()),
        Some(list) => Seen::List(list.iter().map(|value| value.to_string().into()).collect()),
    }
}

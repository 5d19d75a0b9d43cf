//! The judges of histories beside oracles that are obviously right and slow: 100,000 small random histories each.

#[path = "common/draw.rs"]
mod draw;

use draw::Draw;
use lightcone_check::{
    Linearity, Moment, Operation,
    linear::{self, Placed},
    sequential::{self, Sequential},
    visibility::{self, Finding, Model, Pattern, Reason},
};
use lightcone_core::{
    Micros, Service,
    service::Access,
    services::{KeyValue, Lock, Queue, Set},
};

const HISTORIES: u64 = 100_000;
const STEPS: u64 = 1_000_000;

type History<S> = Vec<Operation<S>>;

/// Up to seven operations of up to three clients. They take effect in a drawn order, and some answers come from before or
/// after their time; some operations have none. Where a text has `#`, the place of the operation stands.
fn history<S: Service>(seed: u64, texts: &[&str]) -> History<S> {
    let mut draw = Draw::new(seed);
    let clients = 1 + draw.below(3);
    let n = 1 + draw.below(7);
    let mut ops: Vec<(u64, S::Op, u64, u64)> = Vec::new();
    for nth in 0..n {
        let (client, asked, length) = (draw.below(clients), draw.below(20), 1 + draw.below(8));
        let text = texts[draw.below(texts.len() as u64) as usize].replace('#', &nth.to_string());
        ops.push((client, S::parse(&text).unwrap(), asked, asked + length));
    }
    ops.sort_by_key(|(_, _, asked, _)| *asked);
    let mut state = S::default();
    let mut states = vec![state.clone()];
    let mut order: Vec<usize> = (0..ops.len()).collect();
    order.sort_by_key(|op| (ops[*op].2 + draw.below(9), *op));
    let mut rets = vec![None; ops.len()];
    for op in order {
        rets[op] = Some(if draw.below(4) == 0 {
            let other = draw.below(states.len() as u64) as usize;
            states[other].clone().apply(&ops[op].1)
        } else {
            state.clone().apply(&ops[op].1)
        });
        state.apply(&ops[op].1);
        states.push(state.clone());
    }
    let done = ops.into_iter().zip(rets).enumerate().map(|(nth, ((client, op, asked, told), ret))| {
        // Moments of different operations are told apart by their last digit.
        let moment =
            |column: u64| Moment { event: (column * 8 + nth as u64) as u32, at: Micros(column * 8 + nth as u64) };
        let told = ret.filter(|_| draw.below(6) > 0).map(|ret| (moment(told), ret));
        Operation { client: client as u32, op, asked: moment(asked), told }
    });
    done.collect()
}

fn ended_before<S: Service>(one: &Operation<S>, other: &Operation<S>) -> bool {
    one.told.as_ref().is_some_and(|(told, _)| told.event < other.asked.event)
}

fn same_client<S: Service>(one: &Operation<S>, other: &Operation<S>) -> bool {
    one.client == other.client && ended_before(one, other)
}

/// Tries every order of every choice of unanswered operations that keeps `before`.
fn has_order<S: Service>(
    history: &History<S>,
    before: &dyn Fn(&Operation<S>, &Operation<S>) -> bool,
    taken: &mut Vec<usize>,
    state: &S,
) -> bool {
    let left: Vec<usize> = (0..history.len()).filter(|op| !taken.contains(op)).collect();
    if left.iter().all(|op| history[*op].told.is_none()) {
        return true;
    }
    left.iter().any(|next| {
        let mut state = state.clone();
        let ret = state.apply(&history[*next].op);
        if left.iter().any(|other| before(&history[*other], &history[*next]))
            || history[*next].told.as_ref().is_some_and(|(_, told)| *told != ret)
        {
            return false;
        }
        taken.push(*next);
        let found = has_order(history, before, taken, &state);
        taken.pop();
        found
    })
}

/// Whether an order explains every answer in it, with each operation at an instant between its beginning and end; all that
/// have an answer are in it if it is `whole`.
fn explains<S: Service>(history: &History<S>, order: &[Placed], whole: bool) -> Result<(), &'static str> {
    let mut state = S::default();
    let mut last = Micros::ZERO;
    for placed in order {
        let op =
            history.iter().find(|op| op.asked.event == placed.asked).ok_or("an operation that nobody asked for")?;
        let ret = state.apply(&op.op);
        if op.told.as_ref().is_some_and(|(told, answer)| *answer != ret || told.at < placed.at) {
            return Err("another answer, or an effect after it");
        }
        if placed.at < op.asked.at || placed.at < last {
            return Err("an effect before it was asked for, or before the one before");
        }
        last = placed.at;
    }
    let missing = |op: &Operation<S>| op.told.is_some() && order.iter().all(|placed| placed.asked != op.asked.event);
    if whole && history.iter().any(missing) { Err("an answer is not explained") } else { Ok(()) }
}

/// The history as it was when its first anomaly happened, if there is one: what was answered later had no answer yet.
fn seen<S: Service>(history: &History<S>, found: &Linearity<S>) -> History<S> {
    let mut seen = history.clone();
    if let Linearity::Broken(anomaly) = found {
        seen.iter_mut().for_each(|op| _ = op.told.take_if(|(told, _)| *told > anomaly.at));
    }
    seen
}

/// How many of the histories agree with a judge, which must say of each what trying every order says.
fn orders<S: Service>(texts: &[&str]) {
    let (mut linear_ones, mut sequential_ones) = (0, 0);
    for seed in 0..HISTORIES {
        let history: History<S> = history(seed, texts);
        let linear = has_order(&history, &ended_before, &mut Vec::new(), &S::default());
        let sequential = linear || has_order(&history, &same_client, &mut Vec::new(), &S::default());
        let (found, order) = linear::look(&history, STEPS);
        assert_eq!(matches!(found, Linearity::Holds), linear, "{seed}: {found:?} of {history:?}");
        let seen = seen(&history, &found);
        explains(&seen, &order, linear).unwrap_or_else(|wrong| panic!("{seed}: {wrong}: {order:?} of {seen:?}"));
        if let Linearity::Broken(anomaly) = &found {
            let mut state = S::default();
            anomaly.order.iter().for_each(|op| _ = state.apply(&op.op));
            let told = anomaly.stuck.told.as_ref().map(|(_, ret)| ret);
            assert!(told.is_some_and(|told| *told != state.apply(&anomaly.stuck.op)), "{seed}: {anomaly:?}");
        }
        let found = sequential::check(&history, STEPS);
        assert_eq!(matches!(found, Sequential::Holds), sequential, "{seed}: {found:?} of {history:?}");
        linear_ones += u64::from(linear);
        sequential_ones += u64::from(sequential);
    }
    assert!(linear_ones > HISTORIES / 10 && linear_ones < sequential_ones, "{linear_ones} and {sequential_ones}");
    assert!(sequential_ones < HISTORIES * 98 / 100, "{sequential_ones}");
}

#[test]
fn orders_of_a_store() {
    orders::<KeyValue>(&["get x", "get y", "put x 1", "put x 2", "put y 1", "append x 1", "cas x 1 2"]);
}

#[test]
fn orders_of_a_queue() {
    orders::<Queue>(&["enqueue 1", "enqueue 2", "dequeue", "dequeue"]);
}

#[test]
fn orders_of_a_queue_whose_elements_differ() {
    orders::<Queue>(&["enqueue #", "enqueue #", "dequeue", "dequeue"]);
}

#[test]
fn orders_of_a_register() {
    orders::<KeyValue>(&["get x", "get x", "put x #", "put x 1", "cas x 1 #", "cas x 1 2", "cas x 2 1"]);
}

#[test]
fn orders_of_a_set() {
    orders::<Set>(&["add 1", "add 2", "remove 1", "contains 1", "read", "read"]);
}

#[test]
fn orders_of_a_lock() {
    orders::<Lock>(&["acquire a", "acquire b", "release a", "release b"]);
}

/// Plain reads and writes, and every way in which reads may have been told of writes.
struct Plain {
    client: Vec<u32>,
    key: Vec<String>,
    is_write: Vec<bool>,
    /// Whether one operation of a client ended before another was asked.
    own: Vec<Vec<bool>>,
    sources: Vec<Vec<Option<usize>>>,
}

impl Plain {
    fn new(history: &[Operation<KeyValue>]) -> Self {
        let access = |op: &Operation<KeyValue>| KeyValue::access(&op.op, op.told.as_ref().map(|(_, ret)| ret)).map(own);
        let history: Vec<_> = history.iter().filter(|op| access(op).is_some()).collect();
        let key: Vec<String> = history.iter().map(|op| KeyValue::part(&op.op).unwrap().into()).collect();
        let accesses: Vec<_> = history.iter().map(|op| access(op).unwrap()).collect();
        let writers = |key: &String, value: &String, keys: &[String]| -> Vec<Option<usize>> {
            let wrote = |op: &usize| keys[*op] == *key && accesses[*op] == (true, Some(value.clone()));
            (0..accesses.len()).filter(wrote).map(Some).collect()
        };
        let sources = accesses.iter().zip(&key).map(|((is_write, value), of)| match (is_write, value) {
            (true, _) => Vec::new(),
            (false, None) => vec![None],
            (false, Some(value)) => writers(of, value, &key),
        });
        Plain {
            client: history.iter().map(|op| op.client).collect(),
            sources: sources.collect(),
            is_write: accesses.iter().map(|(is_write, _)| *is_write).collect(),
            own: history.iter().map(|one| history.iter().map(|other| same_client(one, other)).collect()).collect(),
            key,
        }
    }

    fn ops(&self) -> std::ops::Range<usize> {
        0..self.key.len()
    }

    /// Whether some choice of sources satisfies `agrees`.
    fn any(&self, read: usize, chosen: &mut Vec<Option<usize>>, agrees: &dyn Fn(&[Option<usize>]) -> bool) -> bool {
        if read == self.key.len() {
            return agrees(chosen);
        }
        let options = if self.is_write[read] { vec![None] } else { self.sources[read].clone() };
        options.into_iter().any(|source| {
            chosen.push(source);
            let found = self.any(read + 1, chosen, agrees);
            chosen.pop();
            found
        })
    }

    /// Causal order, closed; none if it has a cycle.
    fn causal(&self, sources: &[Option<usize>]) -> Option<Vec<Vec<bool>>> {
        let told = |one: usize, other: usize| !self.is_write[other] && sources[other] == Some(one);
        let direct = |one: usize| self.ops().map(|other| self.own[one][other] || told(one, other)).collect();
        let mut before: Vec<Vec<bool>> = self.ops().map(direct).collect();
        for via in self.ops() {
            for one in self.ops() {
                for other in self.ops() {
                    before[one][other] |= before[one][via] && before[via][other];
                }
            }
        }
        self.ops().all(|op| !before[op][op]).then_some(before)
    }

    /// Whether some order of `ops` keeps `before` and satisfies `agrees`.
    fn order(
        &self,
        ops: &[usize],
        before: &[Vec<bool>],
        so_far: &mut Vec<usize>,
        agrees: &dyn Fn(&[usize]) -> bool,
    ) -> bool {
        if so_far.len() == ops.len() {
            return true;
        }
        let left: Vec<usize> = ops.iter().copied().filter(|op| !so_far.contains(op)).collect();
        left.iter().any(|next| {
            if left.iter().any(|other| before[*other][*next]) {
                return false;
            }
            so_far.push(*next);
            let found = agrees(so_far) && self.order(ops, before, so_far, agrees);
            so_far.pop();
            found
        })
    }

    /// For a write without an answer that nobody was told of there is always the possibility that it never happened.
    fn happened(&self, sources: &[Option<usize>]) -> Vec<usize> {
        self.ops().filter(|op| self.is_write[*op] && sources.contains(&Some(*op))).collect()
    }

    fn memory(&self, sources: &[Option<usize>], answered: &[bool]) -> bool {
        let Some(before) = self.causal(sources) else { return false };
        let told = self.happened(sources);
        self.client.iter().all(|client| {
            let matters = |op: &usize| {
                if self.is_write[*op] { answered[*op] || told.contains(op) } else { self.client[*op] == *client }
            };
            let ops: Vec<usize> = self.ops().filter(matters).collect();
            self.order(&ops, &before, &mut Vec::new(), &|order| {
                let last = order[order.len() - 1];
                let mut writes =
                    order.iter().rev().filter(|op| self.is_write[**op] && self.key[**op] == self.key[last]);
                self.is_write[last] || writes.next().copied() == sources[last]
            })
        })
    }

    fn convergence(&self, sources: &[Option<usize>], answered: &[bool]) -> bool {
        let Some(before) = self.causal(sources) else { return false };
        let told = self.happened(sources);
        let writes: Vec<usize> =
            self.ops().filter(|op| self.is_write[*op] && (answered[*op] || told.contains(op))).collect();
        let agrees = |order: &[usize]| {
            order.len() < writes.len()
                || self.ops().filter(|op| !self.is_write[*op]).all(|read| {
                    let known = |write: &&usize| before[**write][read] && self.key[**write] == self.key[read];
                    order.iter().rev().find(known).copied() == sources[read]
                })
        };
        writes.is_empty() && agrees(&[]) || self.order(&writes, &before, &mut Vec::new(), &agrees)
    }

    /// Whether the writes have an order such that each read was told of the last one of those that it must know of; where
    /// one is given, in an order of those to one key.
    fn session(
        &self,
        sources: &[Option<usize>],
        given: &dyn Fn(usize, usize) -> bool,
        must_know: &dyn Fn(usize) -> Vec<usize>,
    ) -> bool {
        let writes: Vec<usize> = self.ops().filter(|op| self.is_write[*op]).collect();
        let alike = |one: usize, other: usize| one != other && self.key[one] == self.key[other] && given(one, other);
        let before: Vec<Vec<bool>> =
            self.ops().map(|one| self.ops().map(|other| alike(one, other)).collect()).collect();
        let reads = || self.ops().filter(|op| !self.is_write[*op]);
        let agrees = |order: &[usize]| {
            let place = |write: usize| order.iter().position(|op| *op == write);
            order.len() < writes.len()
                || reads().all(|read| {
                    let known = must_know(read).into_iter().filter(|write| self.key[*write] == self.key[read]);
                    known.map(place).max().flatten() <= sources[read].and_then(place)
                })
        };
        writes.is_empty() && agrees(&[]) || self.order(&writes, &before, &mut Vec::new(), &agrees)
    }

    fn reads_until(&self, read: usize) -> Vec<usize> {
        self.ops().filter(|op| !self.is_write[*op] && (*op == read || self.own[*op][read])).collect()
    }

    /// The writes that come with a write, itself included.
    fn with(&self, write: usize, sources: &[Option<usize>], model: Model, known: &mut Vec<usize>) {
        if known.contains(&write) {
            return;
        }
        known.push(write);
        let own = self.ops().filter(|op| self.own[*op][write]);
        let before: Vec<usize> = match model {
            Model::MonotonicWrites => own.filter(|op| self.is_write[*op]).collect(),
            Model::WritesFollowReads => own.filter(|op| !self.is_write[*op]).filter_map(|op| sources[op]).collect(),
            _ => Vec::new(),
        };
        before.into_iter().for_each(|write| self.with(write, sources, model, known));
    }

    /// Whether a model says that of two writes the one is ordered before the other.
    fn comes_first(&self, one: usize, other: usize, sources: &[Option<usize>], model: Model) -> bool {
        if !self.is_write[one] || !self.is_write[other] {
            return false;
        }
        let mut known = Vec::new();
        match model {
            Model::MonotonicWrites => return self.own[one][other],
            Model::WritesFollowReads => self.with(other, sources, model, &mut known),
            _ => {}
        }
        known.contains(&one)
    }

    fn holds(&self, model: Model, sources: &[Option<usize>], answered: &[bool]) -> bool {
        match model {
            Model::CausalMemory => self.memory(sources, answered),
            Model::CausalConvergence => self.convergence(sources, answered),
            Model::ReadYourWrites => self.session(sources, &|_, _| false, &|read| {
                self.ops().filter(|op| self.is_write[*op] && self.own[*op][read]).collect()
            }),
            _ => self.session(sources, &|one, other| self.comes_first(one, other, sources, model), &|read| {
                let mut known = Vec::new();
                for source in self.reads_until(read).into_iter().filter_map(|read| sources[read]) {
                    self.with(source, sources, model, &mut known);
                }
                known
            }),
        }
    }
}

fn own(access: Access<'_>) -> (bool, Option<String>) {
    match access {
        Access::Write(value) => (true, Some(value.into())),
        Access::Read(value) => (false, value.map(String::from)),
    }
}

#[test]
fn visibility_of_reads_and_writes() {
    let texts = ["get x", "get x", "get y", "put x 1", "put x 2", "put y 1", "put y 2"];
    let mut holding = [0_u64; Model::ALL.len()];
    for seed in 0..HISTORIES {
        let history: History<KeyValue> = history(seed, &texts);
        let plain = Plain::new(&history);
        let told: Vec<bool> = history
            .iter()
            .filter(|op| op.told.is_some() || !KeyValue::is_read(&op.op))
            .map(|op| op.told.is_some())
            .collect();
        for (model, count) in Model::ALL.into_iter().zip(&mut holding) {
            let expected = plain.any(0, &mut Vec::new(), &|sources| plain.holds(model, sources, &told));
            let found = visibility::check(&history, model, STEPS).expect("they are plain");
            assert_ne!(found, Finding::Undecided);
            if let Finding::Broken(Pattern::Cycle(cycle)) = &found {
                // What a client did between two operations of a cycle is not part of it.
                let next = |place: usize| &cycle[(place + 1) % cycle.len()].1;
                let idle = |place: usize| cycle[place].1 == Reason::Client && *next(place) == Reason::Client;
                assert!(!(0..cycle.len()).any(idle), "{seed} {}: {cycle:?}", model.name());
            }
            assert_eq!(found == Finding::Holds, expected, "{seed} {}: {found:?} of {history:?}", model.name());
            *count += u64::from(expected);
        }
    }
    for (model, count) in Model::ALL.into_iter().zip(holding) {
        assert!((HISTORIES / 10..HISTORIES - 200).contains(&count), "{}: {count}", model.name());
    }
}

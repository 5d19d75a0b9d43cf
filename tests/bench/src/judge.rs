//! A long history of many clients is judged for linearizability.

use crate::Workload;
use lightcone_check::{Linearity, Moment, Operation, linear};
use lightcone_core::{
    Micros, Service,
    services::{KeyValue, KvOp},
};

/// So many clients ask one operation after the other.
const CLIENTS: u32 = 10;
const KEYS: u64 = 5;
/// More than is ever needed here.
const STEPS: u64 = 1_000_000_000;

/// What clients of a linearizable store saw: half of it reads, a quarter appends, a quarter writes of few values.
pub fn history(operations: u32) -> Vec<Operation<KeyValue>> {
    let mut drawn = 1_u64;
    let mut below = |n: u64| {
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (drawn >> 33) % n
    };
    // Each operation is asked, takes effect and is told; a client asks the next one a little later.
    let mut free: Vec<u64> = (0..CLIENTS).map(|_| below(1_000)).collect();
    let mut asked = Vec::new();
    for _ in 0..operations {
        let client = (0..free.len()).min_by_key(|client| free[*client]).expect("there are clients");
        let (at, key, what, value) = (free[client], below(KEYS), below(4), below(7));
        let op = match what {
            0 => KvOp::Put(format!("k{key}").into(), format!("{value} ").into()),
            1 => KvOp::Append(format!("k{key}").into(), format!("{value} ").into()),
            _ => KvOp::Get(format!("k{key}").into()),
        };
        let effect = at + 1 + below(1_000);
        let told = effect + 1 + below(1_000);
        free[client] = told + 1 + below(200);
        asked.push((at, effect, told, client as u32, op));
    }
    let mut moments: Vec<(u64, usize)> =
        asked.iter().enumerate().flat_map(|(place, of)| [(of.0, place), (of.2, place)]).collect();
    moments.sort_unstable();
    let moment = |at: u64, place: usize| {
        let event = moments.binary_search(&(at, place)).expect("it is one of them") as u32;
        Moment { event, at: Micros(at) }
    };
    let mut order: Vec<usize> = (0..asked.len()).collect();
    order.sort_by_key(|place| (asked[*place].1, *place));
    let mut store = KeyValue::default();
    let mut told = vec![None; asked.len()];
    for place in order {
        told[place] = Some(store.apply(&asked[place].4));
    }
    let done = asked.into_iter().zip(told).enumerate().map(|(place, ((at, _, end, client, op), ret))| Operation {
        client,
        op,
        asked: moment(at, place),
        told: ret.map(|ret| (moment(end, place), ret)),
    });
    let mut history: Vec<Operation<KeyValue>> = done.collect();
    history.sort_by_key(|op| op.asked);
    history
}

/// The history, judged again and again.
pub struct Judged(Vec<Operation<KeyValue>>);

impl Judged {
    /// A history of so many operations.
    pub fn new(operations: u32) -> Self {
        Judged(history(operations))
    }
}

impl Workload for Judged {
    fn sample(&mut self, _nth: u32) -> u32 {
        let verdict = linear::check(&self.0, STEPS);
        assert!(matches!(verdict, Linearity::Holds), "the store is linearizable");
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_is_linearizable_until_an_answer_is_changed() {
        let mut history = history(1_000);
        assert!(linear::check(&history, STEPS).holds());
        let last = history.iter_mut().rev().find(|op| KeyValue::is_read(&op.op)).expect("half of them are reads");
        last.told.as_mut().expect("all have answers").1 = lightcone_core::services::KvRet::Value(Some("none".into()));
        assert!(!linear::check(&history, STEPS).holds());
    }
}

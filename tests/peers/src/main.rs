//! What others do for the same work, in the same process: judges of linearizability on the same histories as ours,
//! searches of the same models, and lookups on the same rings.
//!
//! Ours parts a history by keys itself; the others are handed each key's part by itself, and time goes on only while they
//! judge.

#![allow(clippy::disallowed_types, reason = "this is the stopwatch")]

mod lookup;
mod search;
mod stateright;
mod todc;

use lightcone_bench::judge;
use lightcone_check::{Operation, linear};
use lightcone_core::{Service, services::KeyValue};
use serde_json::json;
use std::{collections::BTreeMap, time::Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SAMPLES: usize = 11;
/// stateright's tester tries orders without remembering what it tried.
const FEW: u32 = 250;
const MANY: u32 = 10_000;

#[allow(unsafe_code, reason = "the promise of one thread")]
fn main() {
    // SAFETY: no other thread was started yet.
    unsafe { lightcone_alloc::keep_memory() };
    match std::env::args().nth(1).as_deref() {
        Some("search") => search::search(),
        Some("memory") => search::memory(),
        Some("lookup") => lookup::lookups(),
        _ => histories(),
    }
}

fn histories() {
    for operations in [FEW, MANY] {
        let history = judge::history(operations);
        let parts = parts(&history);
        report(operations, "Lightcone", &mut || linear::check(&history, u64::MAX).holds());
        report(operations, "todc-utils", &mut || parts.iter().all(|part| todc::is_linearizable(part)));
        if operations == FEW {
            report(operations, "stateright", &mut || parts.iter().all(|part| stateright::is_linearizable(part)));
        }
    }
}

fn report(operations: u32, whose: &str, judge: &mut dyn FnMut() -> bool) {
    let timed = |_| {
        let start = Instant::now();
        assert!(judge(), "{whose}: the history is linearizable");
        start.elapsed().as_nanos() as f64
    };
    let samples: Vec<f64> = (0..SAMPLES).map(timed).collect();
    let name = format!("history: {operations} operations, {whose}");
    println!(
        "{}",
        json!({ "name": name, "note": "10 clients, 5 keys", "measure": "time", "side": "native", "samples": samples })
    );
}

/// The operations on each key.
fn parts(history: &[Operation<KeyValue>]) -> Vec<Vec<&Operation<KeyValue>>> {
    let mut parts: BTreeMap<&str, Vec<&Operation<KeyValue>>> = BTreeMap::new();
    for op in history {
        parts.entry(KeyValue::part(&op.op).expect("each has a key")).or_default().push(op);
    }
    parts.into_values().collect()
}

/// What happened to the operations of a history, in order: each asked, and told.
fn moments<'a>(part: &[&'a Operation<KeyValue>]) -> Vec<(bool, &'a Operation<KeyValue>)> {
    let told = |op: &&'a Operation<KeyValue>| op.told.as_ref().expect("all have answers").0.event;
    let mut moments: Vec<(u32, bool, &Operation<KeyValue>)> =
        part.iter().flat_map(|op| [(op.asked.event, false, *op), (told(op), true, *op)]).collect();
    moments.sort_by_key(|(event, ..)| *event);
    moments.into_iter().map(|(_, is_told, op)| (is_told, op)).collect()
}

//! What the quorum store does not promise: its histories judged as those of a store that keeps one value of each key.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::file;
use lightcone_check::{Linearity, Operation, history, linear};
use lightcone_core::services::{KeyValue, KvOp, KvRet, Store, StoreOp, StoreRet};
use lightcone_sim::Run;
use lightcone_tests::{computed, root};

/// What clients of plain puts and gets saw, as of a store that keeps one value of each key.
fn as_one_store(run: &Run) -> Vec<Operation<KeyValue>> {
    let all = history::<Store>(run.trace(), run.trace().events.len());
    let op = |op: &StoreOp| match op {
        StoreOp::Get(key) => KvOp::Get(key.clone()),
        StoreOp::Put(key, value) => KvOp::Put(key.clone(), value.clone()),
        StoreOp::Delete(_) => panic!("a store of one value deletes nothing"),
    };
    let ret = |op: &StoreOp, ret: &StoreRet| match (op, ret) {
        (StoreOp::Put(..), StoreRet::Values(_)) => KvRet::Done,
        (_, StoreRet::Values(values)) if values.len() < 2 => KvRet::Value(values.first().cloned()),
        _ => panic!("{ret:?} is not the answer of a store of one value"),
    };
    let told = |one: &Operation<Store>| one.told.as_ref().map(|(when, told)| (*when, ret(&one.op, told)));
    all.iter().map(|one| Operation { client: one.client, op: op(&one.op), asked: one.asked, told: told(one) }).collect()
}

/// A read that meets a write under way, and a later one that misses it, are no answers of one register. Nothing that the
/// store promises is broken.
#[test]
fn quorums_that_meet_are_not_linearizable_by_themselves() {
    let path = root().join("tests/stories/dynamo-not-linearizable.toml");
    let lab = computed(file::parse(&std::fs::read_to_string(path).expect("it is a story")).expect("it is a scenario"));
    assert!(lab.run().trace().broken.is_empty() && lab.run().setup().actors.unsound().is_none());
    let history = as_one_store(lab.run());
    assert_eq!(history.iter().filter(|op| op.told.is_some()).count(), 4, "{history:?}");
    assert!(matches!(linear::check(&history, 100_000), Linearity::Broken(_)), "{history:?}");
}

//! The tester of the crate stateright.

use crate::moments;
use lightcone_check::Operation;
use lightcone_core::{
    Service,
    services::{KeyValue, KvOp, KvRet},
};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

#[derive(Clone, Default)]
struct Store(KeyValue);

impl SequentialSpec for Store {
    type Op = KvOp;
    type Ret = KvRet;

    fn invoke(&mut self, op: &KvOp) -> KvRet {
        self.0.apply(op)
    }
}

/// Its verdict on the operations on one key.
pub fn is_linearizable(part: &[&Operation<KeyValue>]) -> bool {
    let mut tester = LinearizabilityTester::new(Store::default());
    for (is_told, op) in moments(part) {
        let known = match (&op.told, is_told) {
            (Some((_, ret)), true) => tester.on_return(op.client, ret.clone()),
            _ => tester.on_invoke(op.client, op.op.clone()),
        };
        known.expect("a client does one thing after the other");
    }
    tester.is_consistent()
}

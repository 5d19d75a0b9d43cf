//! The checker of the crate todc-utils: Wing and Gong's search with Lowe's memory.

use crate::moments;
use lightcone_check::Operation;
use lightcone_core::{
    Service,
    services::{KeyValue, KvOp, KvRet},
};
use todc_utils::{
    Action::{Call, Response},
    History, Specification, WGLChecker,
};

struct Store;

impl Specification for Store {
    type State = KeyValue;
    type Operation = (KvOp, Option<KvRet>);

    fn init() -> KeyValue {
        KeyValue::default()
    }

    fn apply((op, told): &Self::Operation, state: &KeyValue) -> (bool, KeyValue) {
        let mut after = state.clone();
        let ret = after.apply(op);
        (told.as_ref() == Some(&ret), after)
    }
}

/// Its verdict on the operations on one key.
pub fn is_linearizable(part: &[&Operation<KeyValue>]) -> bool {
    let actions = moments(part).into_iter().map(|(is_told, op)| {
        let ret = op.told.as_ref().map(|(_, ret)| ret.clone());
        let action = if is_told { Response((op.op.clone(), ret)) } else { Call((op.op.clone(), None)) };
        (op.client as usize, action)
    });
    WGLChecker::<Store>::is_linearizable(History::from_actions(actions.collect()))
}

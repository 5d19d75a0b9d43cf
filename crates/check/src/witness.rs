//! The least that cannot be explained.

use crate::history::{Operation, tells};
use lightcone_core::Service;

/// Those of the operations whose answers cannot be explained together, though they could without any one of them. An
/// operation whose answer is left out may have taken effect at any time after it was asked, or never.
pub(crate) fn needed<S: Service>(
    mut ops: Vec<Operation<S>>,
    impossible: &mut dyn FnMut(&[Operation<S>]) -> bool,
) -> Vec<Operation<S>> {
    let answered: Vec<usize> = (0..ops.len()).filter(|op| ops[*op].told.is_some()).collect();
    leave_out(&mut ops, &answered, impossible);
    ops.retain(|op| op.told.is_some());
    ops
}

/// Leaves out as many of these answers as can be, the earliest first. An answer that is needed stays so however many others
/// are left out: so each is tried once, together with its neighbours if that does.
fn leave_out<S: Service>(
    ops: &mut Vec<Operation<S>>,
    these: &[usize],
    impossible: &mut dyn FnMut(&[Operation<S>]) -> bool,
) {
    let told: Vec<_> = these.iter().map(|op| ops[*op].told.take()).collect();
    let left: Vec<Operation<S>> = ops.iter().filter(|op| tells(op)).cloned().collect();
    if impossible(&left) {
        return;
    }
    for (op, told) in these.iter().zip(told) {
        ops[*op].told = told;
    }
    if these.len() > 1 {
        let (early, late) = these.split_at(these.len() / 2);
        leave_out(ops, early, impossible);
        leave_out(ops, late, impossible);
    }
}

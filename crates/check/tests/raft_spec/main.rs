//! Raft beside a specification in TLA+: the size of that one's state space, as its checker TLC printed it.
//!
//! The specification is specs/tla/Raft.tla of the repository Shadylukin/Neumann at commit 629f50c; its configuration is
//! Raft.cfg beside it, of commit c7022ee (three nodes, MaxTerm 2, MaxLogLen 1, one value, MessageBound 2, and its own
//! additions off); the result is in the table of README.md at commit 629f50c: 6,641,341 states generated, 1,338,669
//! distinct ones, depth 42. No symmetry is used there.

mod spec;

use lightcone_check::explore::{Exploration, Limits, Outcome};
use spec::{Scope, Spec};

/// All states within a scope: how many differ, how many there are with repetitions, and the depth.
fn size(scope: Scope) -> (u64, u64, u32) {
    let mut search = Exploration::new(vec![Spec::new(scope)], Limits::default());
    search.finish();
    assert_eq!(search.outcome(), Some(&Outcome::Exhausted));
    let seen = search.seen();
    // One of them stands for all that break the constraint.
    (seen.distinct - 1, seen.generated, seen.depth)
}

#[test]
fn the_specification_has_as_many_states_as_published() {
    let scope = Scope { nodes: 3, max_term: 2, max_log: 1, values: 1, messages: 2 };
    assert_eq!(size(scope), (1_338_669, 6_641_341, 42));
}

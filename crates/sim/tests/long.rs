//! A run of a million events: what is kept beside its record stays within a budget, and any event can be gone to.

mod common;

use lightcone_core::{Micros, Span, protocols::raft::Raft};
use lightcone_sim::{Network, Pace, Run, Scenario, Workload};

const EVENTS: usize = 1_000_000;

#[test]
fn a_million_events_need_few_checkpoints() {
    let workload = Workload {
        start: Micros::ms(400),
        pace: Pace::Pause(Span::ms(1, 5)),
        operations: u32::MAX,
        reads: 25,
        keys: 4,
        skew: 0,
    };
    let scenario = Scenario {
        until: Micros::ms(100_000_000),
        network: Network { latency: Span::ms(1, 5).into(), ..Network::default() },
        workload: Some(workload),
        ..Scenario::default()
    };
    let mut run = Run::new::<Raft>(Default::default(), scenario.clone()).unwrap();
    let mut early = None;
    let mut most = 0;
    while run.trace().events.len() < EVENTS {
        run.advance(50_000);
        most = most.max(run.checkpoints());
        early.get_or_insert_with(|| run.clone());
    }
    assert!(most <= Run::MOST_CHECKPOINTS, "{most} checkpoints at once");
    assert_eq!(run.trace().events.len(), EVENTS);
    assert!(run.trace().broken.is_empty(), "{:?}", run.trace().broken);
    // What was kept early gives the same cluster as what is kept now.
    let early = early.expect("it was computed in slices");
    for event in [1, 999, 25_000, 49_999] {
        assert_eq!(common::states(&run, event), common::states(&early, event), "after {event} events");
    }
    let end = run.at(EVENTS);
    assert_eq!((end.events, end.now), (run.world().events, run.world().now));
}

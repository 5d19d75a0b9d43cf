//! How the workloads drive the engine: the one place that makes runs, scenarios and interventions.

use lightcone_core::{Micros, Span, protocols::raft::Raft};
use lightcone_sim::{Across, Fault, Intervention, Links, Network, Pace, Run, Scenario, Until, Workload};

/// The run that is measured.
pub type Raft5 = Run;

/// Whether the invariants and the ghost history are kept up. Trace and fingerprint always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// What the table says of a run that is not watched.
pub const UNWATCHED: &str = "60 s of a client without pause";

/// Five servers with the default settings, and a client that works without pause; nothing is computed yet.
pub fn raft(watch: Watch, until: Micros) -> Raft5 {
    let scenario = Scenario {
        seed: 7,
        until,
        network: Network { latency: Span::ms(1, 5).into(), ..Network::default() },
        workload: Some(Workload {
            start: Micros::ms(400),
            pace: Pace::Pause(Span::ms(1, 5)),
            operations: u32::MAX,
            reads: 25,
            keys: 4,
            skew: 0,
        }),
        ..Scenario::default()
    };
    let mut run = Run::new::<Raft>(Default::default(), scenario).expect("the default settings can be run");
    run.observe(watch == Watch::On);
    run
}

/// A run that goes on for as long as anyone advances it.
pub fn endless(watch: Watch) -> Raft5 {
    raft(watch, Micros::ms(1_000_000_000))
}

/// How many events are computed.
pub fn events(run: &Raft5) -> usize {
    run.trace().events.len()
}

/// Computes on until there are so many events.
pub fn advance_to(run: &mut Raft5, count: usize) {
    run.advance(count.saturating_sub(events(run)));
}

/// When an event happened.
pub fn time_of(run: &Raft5, event: usize) -> Micros {
    run.trace().events[event].at
}

/// Drops the first message that is sent at or after `from`, and says when it was sent.
pub fn drop_after(run: &Raft5, from: Micros) -> (Micros, Intervention) {
    let message = run.trace().messages.partition_point(|message| message.sent < from);
    let selector = run.message(message).selector.parse().expect("the engine's own words can be read");
    let at = run.trace().messages[message].sent;
    (at, Intervention::on(1, selector, Fault::Drop))
}

/// Cuts one link for 30 ms.
pub fn cut_at(at: Micros) -> Intervention {
    let fault = Fault::Cut { links: Links::one_way("n1", "n2"), across: Across::Lost };
    Intervention::at(2, at, fault).until(Until::At(at.plus(Micros::ms(30))))
}

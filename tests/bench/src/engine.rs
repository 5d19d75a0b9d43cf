//! How the workloads drive the engine: the one place that makes runs, scenarios and interventions.

use lightcone_core::{Micros, Span, protocols::raft::Raft};
use lightcone_sim::{Across, Fault, Intervention, Network, Run, Scenario, When, Workload};

/// The run that is measured.
pub type Raft5 = Run<Raft>;

/// Whether the invariants and the ghost history are kept up. Trace and fingerprint always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// What the table says of a run that is not watched.
pub const UNWATCHED: &str = "60 s of a client; invariants cannot be switched off yet, so the same as below";

/// Five servers with the default settings, and a client that works without pause; nothing is computed yet.
pub fn raft(watch: Watch, until: Micros) -> Raft5 {
    let scenario = Scenario {
        config: Default::default(),
        seed: 7,
        until,
        network: Network { latency: Span::ms(1, 5), ..Network::default() },
        workload: Some(Workload {
            start: Micros::ms(400),
            pause: Span::ms(1, 5),
            operations: u32::MAX,
            reads: 25,
            keys: 4,
        }),
        clocks: Default::default(),
        interventions: Vec::new(),
    };
    let run = Run::new(scenario).expect("the default settings can be run");
    match watch {
        // The engine has no switch for this yet: both are measured with invariants, and UNWATCHED says so.
        Watch::On | Watch::Off => run,
    }
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
    (at, Intervention { id: 1, when: When::On { selector, name: None }, fault: Fault::Drop })
}

/// Cuts one link for 30 ms.
pub fn cut_at(at: Micros) -> Intervention {
    let until = Some(at.plus(Micros::ms(30)));
    let fault = Fault::Cut { from: "n1".into(), to: "n2".into(), across: Across::Lost, until };
    Intervention { id: 2, when: When::At(at), fault }
}

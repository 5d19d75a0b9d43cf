//! A server may crash between any two effects of a step. Wherever that is, everybody is answered once it is back.

use lightcone_check::{Limits, Progress, judge};
use lightcone_core::{Micros, Protocol, protocols};
use lightcone_sim::{Disk, Fault, Intervention, Run, Scenario, Selector, trace::Cause, view::EventKind};
use std::collections::BTreeMap;

const HORIZON: Micros = Micros::ms(4_000);
/// How long a server is down.
const DOWN: u64 = 60;

fn asked() -> Vec<Intervention> {
    let ask = |id, at, client: &str, op: &str| {
        Intervention::at(id, Micros::ms(at), Fault::Request { client: client.into(), op: op.into() })
    };
    vec![ask(1, 300, "c1", "put x 1"), ask(2, 340, "c2", "put x 2"), ask(3, 380, "c1", "get x")]
}

fn run<P: Protocol>(config: &P::Config, interventions: Vec<Intervention>) -> Run {
    let scenario = Scenario { seed: 5, until: HORIZON, interventions, ..Scenario::default() };
    let mut run = Run::new::<P>(config.clone(), scenario).expect("it can be run");
    run.finish();
    run
}

/// The messages that servers handle while requests are under way: their selectors, who handles them, and when.
fn handled(run: &Run) -> Vec<(Selector, String, Micros)> {
    let trace = run.trace();
    let mut counts = BTreeMap::new();
    let mut found = Vec::new();
    let end = trace.ops.iter().filter_map(|op| op.done.as_ref()).map(|(_, at, _)| *at).max().unwrap_or(HORIZON);
    for (place, message) in trace.messages.iter().enumerate() {
        let (from, to) = (run.setup().name(message.from), run.setup().name(message.to));
        let called = format!("{} from {from} to {to}", message.key);
        let count = counts.entry(called.clone()).or_insert(0);
        *count += 1;
        let cause = Cause::Message(u32::try_from(place).expect("there are few messages"));
        let at = trace.events.iter().find(|event| event.kind == EventKind::Deliver && event.cause == cause);
        let server = run.setup().servers().contains(message.to);
        if let Some(at) = at.map(|event| event.at).filter(|at| server && *at >= Micros::ms(300) && *at <= end) {
            found.push((format!("{called} #{count}").parse().expect("it is a selector"), to.to_string(), at));
        }
    }
    found
}

/// Crashes whoever handles a message after each of its first effects; tells how many crashes there were.
fn survives<P: Protocol>(config: P::Config) -> usize {
    let plain = run::<P>(&config, asked());
    let mut crashes = 0;
    for (selector, node, at) in handled(&plain) {
        for after in 1..=3 {
            let mut all = asked();
            let crash = Fault::Crash { node: node.clone(), disk: Disk::Kept, after: Some(after) };
            all.push(Intervention::on(4, selector.clone(), crash));
            let restart = Fault::Restart { node: node.clone() };
            all.push(Intervention::at(5, at.plus(Micros::ms(DOWN)), restart));
            let run = run::<P>(&config, all);
            crashes += run.trace().events.iter().filter(|event| event.kind == EventKind::Crash).count();
            let open = run.trace().ops.iter().filter(|op| op.done.is_none()).count();
            let what = format!("{}: {selector}, after {after} effects", P::ABOUT.id);
            assert_eq!(open, 0, "{what}: requests are open");
            let report = judge::<P>(&run, Limits::default());
            assert!(report.is_clean(), "{what}: {:#?}", report.words(run.setup().specs()));
            assert!(!matches!(report.progress, Progress::Stalled { .. }), "{what}");
        }
    }
    println!("{}: {crashes} crashes", P::ABOUT.id);
    crashes
}

#[test]
fn registers_go_on() {
    use protocols::register::{Config, Register};
    let of = |servers| survives::<Register>(Config { servers, clients: 2, ..Config::default() });
    assert!((1..=3).map(of).sum::<usize>() > 50);
}

#[test]
fn primaries_and_backups_go_on() {
    use protocols::primary::{Config, PrimaryBackup};
    let of = |replicas| survives::<PrimaryBackup>(Config { replicas, clients: 2, ..Config::default() });
    assert!((1..=3).map(of).sum::<usize>() > 50);
}

#[test]
fn logs_go_on() {
    let raft = protocols::raft::Config { servers: 3, clients: 2, ..Default::default() };
    let multi = protocols::multipaxos::Config { servers: 3, clients: 2, ..Default::default() };
    let vr = protocols::vr::Config { servers: 3, clients: 2, ..Default::default() };
    let crashes = [
        survives::<protocols::raft::Raft>(raft),
        survives::<protocols::multipaxos::MultiPaxos>(multi),
        survives::<protocols::vr::Vr>(vr),
    ];
    assert!(crashes.iter().all(|count| *count > 20), "{crashes:?}");
}

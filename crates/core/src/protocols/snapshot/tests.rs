//! The rules and the examples of the paper, by hand.

use super::*;
use crate::protocols::testing::Net;

fn net(processes: u64, money: u64, bug: Bug) -> Net<Snapshot> {
    Net::new(Config { processes, money, payments: 0, snapshots: 0, bug, ..Config::default() })
}

fn pay(net: &mut Net<Snapshot>, from: &str, to: &str) {
    let to = net.id(to);
    net.stimulate(from, Act::Pay(to));
}

/// What a process recorded for the first snapshot of n1: its state, and what was in transit to it.
fn recorded(net: &Net<Snapshot>, name: &str) -> (u64, u64) {
    let id = SnapshotId { by: NodeId(0), number: 1 };
    let recording = net.at(name).recordings.get(&id).expect("it is recorded");
    assert!(recording.open().is_empty(), "{recording:?}");
    (recording.money, recording.sum() - recording.money)
}

/// Example 2.1: one token, which is under way while the snapshot is taken.
#[test]
fn a_token_under_way_is_in_a_channel() {
    let mut net = Net::<Snapshot>::new(Config {
        processes: 2,
        money: 1,
        token: true,
        payments: 0,
        snapshots: 0,
        ..Config::default()
    });
    pay(&mut net, "n1", "n2");
    net.deliver("n1", "n2", "Money");
    pay(&mut net, "n2", "n1");
    net.stimulate("n1", Act::Snapshot);
    net.settle();
    assert_eq!((recorded(&net, "n1"), recorded(&net, "n2")), ((0, 1), (0, 0)));
    assert_eq!(net.breaches, Vec::<String>::new());
}

/// Example 2.2 and §4: the recorded state was never the state of the system, and it could have been.
#[test]
fn the_recorded_state_need_not_have_been() {
    let mut net = net(2, 1, Bug::None);
    net.stimulate("n1", Act::Snapshot);
    pay(&mut net, "n1", "n2");
    pay(&mut net, "n2", "n1");
    net.deliver("n2", "n1", "Money");
    net.settle();
    // n1 had paid before n2 did, and yet the snapshot has the coin of n1 at n1 and that of n2 under way.
    assert_eq!((recorded(&net, "n1"), recorded(&net, "n2")), ((1, 1), (0, 0)));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn snapshots_run_side_by_side() {
    let mut net = net(3, 5, Bug::None);
    net.stimulate("n1", Act::Snapshot);
    pay(&mut net, "n2", "n1");
    net.stimulate("n2", Act::Snapshot);
    net.stimulate("n1", Act::Snapshot);
    pay(&mut net, "n3", "n2");
    net.settle();
    assert!(["n1", "n2", "n3"].iter().all(|name| net.at(name).recordings.len() == 3));
    assert_eq!(net.breaches, Vec::<String>::new());
}

/// A cut is a number of inputs: what a process had handled before it recorded its state.
#[test]
fn a_cut_says_how_much_each_process_had_handled() {
    let mut net = net(3, 5, Bug::None);
    pay(&mut net, "n2", "n1");
    net.deliver("n2", "n1", "Money");
    net.stimulate("n1", Act::Snapshot);
    net.deliver("n1", "n2", "Marker");
    let specs = NodeSpec::cluster(3, 0);
    let cut = |inputs: [Option<u64>; 3]| Cut { name: "n1 #1".into(), inputs: inputs.into() };
    assert_eq!(Snapshot::cuts(&net.ghost, &specs), [cut([Some(1), Some(1), None])]);
    net.settle();
    assert_eq!(Snapshot::cuts(&net.ghost, &specs), [cut([Some(1), Some(1), Some(0)])]);
}

#[test]
fn nobody_pays_what_it_has_not() {
    let mut net = net(2, 1, Bug::None);
    pay(&mut net, "n1", "n2");
    pay(&mut net, "n1", "n2");
    assert_eq!((net.at("n1").money, net.flying.len()), (0, 1));
}

#[test]
fn a_payment_that_overtakes_the_marker_makes_the_cut_inconsistent() {
    let mut net = net(2, 5, Bug::None);
    net.stimulate("n1", Act::Snapshot);
    pay(&mut net, "n1", "n2");
    net.deliver("n1", "n2", "Money");
    net.settle();
    let wanted = [
        "Consistent Cut: n2 had received 1 when it recorded its state for n1 #1, and n1 had not sent it",
        "Conservation: snapshot n1 #1 has 11 of 10",
    ];
    assert_eq!(net.breaches, wanted);
}

#[test]
fn each_bug_breaks_what_it_should() {
    let mut late = net(2, 5, Bug::LateMarkers);
    late.stimulate("n1", Act::Snapshot);
    pay(&mut late, "n1", "n2");
    late.fire("n1", Timer::Markers(SnapshotId { by: NodeId(0), number: 1 }));
    late.settle();
    assert!(late.breaches[0].starts_with("Consistent Cut"), "{:?}", late.breaches);
    let mut empty = net(2, 5, Bug::NoChannels);
    pay(&mut empty, "n2", "n1");
    empty.stimulate("n1", Act::Snapshot);
    empty.settle();
    assert_eq!(
        empty.breaches,
        [
            "Channel State: n1 recorded 0 in transit from n2 for n1 #1, and it was 1",
            "Conservation: snapshot n1 #1 has 9 of 10"
        ]
    );
    let mut silent = net(2, 5, Bug::NoRelay);
    silent.stimulate("n1", Act::Snapshot);
    silent.settle();
    let nodes = [Some(silent.at("n1")), Some(silent.at("n2"))];
    let owed = Snapshot::owed(&nodes, &silent.ghost, NodeSet::new(), &NodeSpec::cluster(2, 0));
    assert_eq!(owed[0].words, "n1 is never done with snapshot n1 #1: no marker comes from n2");
}

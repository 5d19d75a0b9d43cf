//! Tests that follow the paper, on a network that is moved by hand.

use super::{Bug, Config, MultiPaxos, Timer};
use crate::{
    Call, Micros, NodeId, NodeSet, OpId, Outcome, Protocol, Role,
    protocols::testing::Net,
    replicated::Command,
    services::{KvOp, KvRet},
};

type Group = Net<MultiPaxos>;

fn with(bug: Bug, servers: u64) -> Group {
    Net::new(Config { bug, servers, ..Config::default() })
}

fn ask(net: &mut Group, client: &str, serial: u64, server: &str, op: KvOp) {
    let id = OpId { client: net.id(client), serial };
    net.request(client, server, Call { id, op });
}

fn put(net: &mut Group, client: &str, server: &str, value: &str) {
    ask(net, client, 1, server, KvOp::Put("x".into(), value.into()));
}

/// Phase 1 of a server with some others.
fn elect(net: &mut Group, leader: &str, voters: &[&str]) {
    net.fire(leader, Timer::Election);
    for voter in voters {
        net.deliver(leader, voter, "Prepare");
        net.deliver(voter, leader, "Promise");
    }
}

fn accepted(net: &Group, server: &str, slot: u64) -> String {
    let it = net.at(server).accepted.get(&slot);
    it.map_or(String::new(), |it| format!("{} as {}", it.command.label(), it.ballot))
}

fn chosen(net: &Group, server: &str) -> Vec<String> {
    net.at(server).chosen.values().map(Command::label).collect()
}

/// n1 leads. Slot 1 stays with it, slot 2 reaches n2, and then n1 is heard of no more.
fn gap(bug: Bug) -> Group {
    let mut net = with(bug, 3);
    elect(&mut net, "n1", &["n2"]);
    put(&mut net, "c1", "n1", "1");
    put(&mut net, "c2", "n1", "2");
    net.deliver("n1", "n2", "Accept round 1 slot 2");
    net
}

#[test]
fn a_stable_leader_needs_one_round_trip_for_each_command() {
    let mut net = with(Bug::None, 3);
    elect(&mut net, "n1", &["n2", "n3"]);
    assert_eq!(net.at("n1").role(), Role::Leader);
    for (serial, value) in [(1, "1"), (2, "2")] {
        ask(&mut net, "c1", serial, "n1", KvOp::Put("x".into(), value.into()));
        assert_eq!(net.rules, ["propose"]);
        net.deliver("n1", "n2", &format!("Accept round 1 slot {serial}"));
        net.deliver("n2", "n1", "Accepted");
        assert_eq!(net.rules, ["choose", "apply"]);
    }
    assert_eq!(net.answers.len(), 2);
    net.settle();
    assert_eq!(chosen(&net, "n3"), ["x=1", "x=2"]);
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_gap_is_filled_with_a_no_op_unless_the_bug_is_there() {
    for bug in [Bug::None, Bug::SkipGaps] {
        let mut net = gap(bug);
        elect(&mut net, "n2", &["n3"]);
        let wanted = if bug == Bug::None { "no-op as 2.2" } else { "" };
        assert_eq!(accepted(&net, "n2", 1), wanted);
        assert_eq!(accepted(&net, "n2", 2), "x=2 as 2.2");
        for slot in if bug == Bug::None { vec![2, 1] } else { vec![2] } {
            net.deliver("n2", "n3", &format!("Accept round 2 slot {slot}"));
            net.deliver("n3", "n2", "Accepted");
        }
        assert_eq!(net.at("n2").applied, 2);
        let found = net.breaches.iter().any(|breach| breach.starts_with("Slot Order"));
        assert_eq!(found, bug == Bug::SkipGaps, "{:?}", net.breaches);
    }
}

#[test]
fn commands_wait_for_those_before_them() {
    let mut net = with(Bug::None, 3);
    elect(&mut net, "n1", &["n2"]);
    put(&mut net, "c1", "n1", "1");
    put(&mut net, "c2", "n1", "2");
    net.deliver("n1", "n2", "Accept round 1 slot 2");
    net.deliver("n2", "n1", "Accepted round 1 slot 2");
    assert_eq!((net.at("n1").applied, net.answers.len()), (0, 0));
    net.deliver("n1", "n2", "Accept round 1 slot 1");
    net.deliver("n2", "n1", "Accepted round 1 slot 1");
    assert_eq!((net.at("n1").applied, net.answers.len()), (2, 2));
}

/// Slots 1 and 2 are chosen by n1 and n2; n3 leads with the promise of n2.
#[test]
fn a_new_leader_proposes_what_was_reported_unless_a_bug_is_there() {
    for (bug, broken) in [(Bug::None, false), (Bug::OwnValues, true), (Bug::ReportLast, true)] {
        let mut net = with(bug, 3);
        elect(&mut net, "n1", &["n2"]);
        put(&mut net, "c1", "n1", "1");
        put(&mut net, "c2", "n1", "2");
        for slot in 1..3 {
            net.deliver("n1", "n2", &format!("Accept round 1 slot {slot}"));
        }
        elect(&mut net, "n3", &["n2"]);
        // n3 knows of round 2 only when it is refused round 1.
        if bug == Bug::OwnValues {
            ask(&mut net, "c1", 2, "n3", KvOp::Get("x".into()));
        }
        assert_eq!(!net.breaches.is_empty(), broken, "{bug:?}: {:?}", net.breaches);
        assert!(net.breaches.iter().all(|breach| breach.starts_with("P2b")), "{:?}", net.breaches);
    }
}

#[test]
fn the_highest_numbered_report_counts() {
    let mut net = with(Bug::None, 5);
    elect(&mut net, "n1", &["n2", "n3"]);
    put(&mut net, "c1", "n1", "1");
    net.deliver("n1", "n2", "Accept");
    elect(&mut net, "n5", &["n3", "n4"]);
    put(&mut net, "c2", "n5", "2");
    net.deliver("n5", "n4", "Accept");
    elect(&mut net, "n3", &["n2", "n4"]);
    assert_eq!(accepted(&net, "n3", 1), "x=2 as 2.3");
}

#[test]
fn what_was_promised_away_is_refused_and_its_leader_steps_down() {
    let mut net = with(Bug::None, 3);
    elect(&mut net, "n1", &["n2"]);
    elect(&mut net, "n3", &["n2"]);
    put(&mut net, "c1", "n1", "1");
    net.deliver("n1", "n2", "Accept");
    assert_eq!(net.rules, ["refuse"]);
    net.deliver("n2", "n1", "Refused");
    assert_eq!(net.rules, ["step down"]);
    assert_eq!(net.at("n1").role(), Role::Follower);
    put(&mut net, "c2", "n1", "2");
    assert_eq!(net.answers.last().map(|(_, answer)| answer.outcome.clone()), Some(Outcome::NotLeader(None)));
    net.fire("n1", Timer::Election);
    assert_eq!(net.at("n1").promised.map(|ballot| ballot.round), Some(2));
}

#[test]
fn a_laggard_hears_how_far_the_leader_is_and_asks() {
    let mut net = with(Bug::None, 3);
    elect(&mut net, "n1", &["n2"]);
    put(&mut net, "c1", "n1", "1");
    net.deliver("n1", "n2", "Accept");
    net.deliver("n2", "n1", "Accepted");
    net.flying.retain(|(_, to, _)| *to != NodeId(2));
    net.fire("n1", Timer::Heartbeat);
    net.deliver("n1", "n3", "Heartbeat");
    assert_eq!(net.rules, ["follow", "ask"]);
    net.deliver("n3", "n1", "Ask");
    net.deliver("n1", "n3", "Chosen");
    assert_eq!(net.rules, ["learn", "apply"]);
    assert_eq!(chosen(&net, "n3"), ["x=1"]);
}

#[test]
fn a_heartbeat_repeats_what_has_no_quorum() {
    let mut net = with(Bug::None, 3);
    elect(&mut net, "n1", &["n2"]);
    put(&mut net, "c1", "n1", "1");
    net.flying.clear();
    net.fire("n1", Timer::Heartbeat);
    net.settle();
    assert_eq!((net.answers.len(), net.at("n1").applied), (1, 1));
}

#[test]
fn promises_and_acceptances_survive_a_crash_and_numbers_are_not_used_again() {
    for bug in [Bug::None, Bug::ReuseBallot] {
        let mut net = with(bug, 3);
        elect(&mut net, "n1", &["n2"]);
        put(&mut net, "c1", "n1", "1");
        net.deliver("n1", "n2", "Accept");
        let before = net.at("n2").accepted.clone();
        net.restart("n2");
        assert_eq!(net.at("n2").accepted, before);
        net.restart("n1");
        if bug == Bug::None {
            elect(&mut net, "n1", &["n2"]);
        }
        put(&mut net, "c2", "n1", "2");
        let found = net.breaches.iter().any(|breach| breach.starts_with("One Command per Slot"));
        assert_eq!(found, bug == Bug::ReuseBallot, "{:?}", net.breaches);
    }
}

#[test]
fn a_command_chosen_twice_is_executed_once() {
    for (bug, wanted) in [(Bug::None, "1"), (Bug::ApplyTwice, "11")] {
        let mut net = with(bug, 1);
        net.fire("n1", Timer::Election);
        for _ in 0..2 {
            ask(&mut net, "c1", 1, "n1", KvOp::Append("x".into(), "1".into()));
        }
        ask(&mut net, "c1", 2, "n1", KvOp::Get("x".into()));
        let told = net.answers.last().map(|(_, answer)| answer.outcome.clone());
        assert_eq!(told, Some(Outcome::Done(KvRet::Value(Some(wanted.into())))));
    }
    // Proposed twice, before the first is chosen.
    let mut net = with(Bug::None, 3);
    elect(&mut net, "n1", &["n2"]);
    for _ in 0..2 {
        ask(&mut net, "c1", 1, "n1", KvOp::Append("x".into(), "1".into()));
    }
    net.settle();
    assert_eq!(chosen(&net, "n3"), ["x+=1", "x+=1"]);
    assert_eq!(net.at("n3").machine.store.iter().collect::<Vec<_>>(), [("x", "1")]);
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_field() {
    let wrong = |config: Config| MultiPaxos::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    let large = Config { accept_quorum: 4, ..Config::default() };
    assert_eq!(wrong(large), "accept_quorum: a quorum of 4 is larger than the group of 3 servers");
    let slow = Config { heartbeat: Micros::ms(150), ..Config::default() };
    assert!(wrong(slow).starts_with("heartbeat: 150ms is not shorter"));
    assert!(MultiPaxos::setup(&Config { servers: 4, ..Config::default() }).is_ok());
}

#[test]
fn quorums_that_need_not_meet_are_unsound_and_both_are_needed_for_progress() {
    let with =
        |prepare_quorum, accept_quorum| Config { servers: 4, prepare_quorum, accept_quorum, ..Config::default() };
    assert!(MultiPaxos::unsound(&with(2, 2)).is_some());
    assert!(MultiPaxos::unsound(&with(3, 2)).is_none());
    let able = |count, config: Config| MultiPaxos::able(&config, NodeSet::first(count)).map(|it| it.able);
    assert_eq!((able(2, with(3, 2)), able(3, with(3, 2))), (Some(false), Some(true)));
}

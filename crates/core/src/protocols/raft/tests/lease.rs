//! Reads under a lease: dissertation §6.4.1. And reads through the log, §6.4.

use super::{super::*, *};

fn leased(bug: Bug) -> Config {
    let config = Config { reads: Reads::Lease, check_quorum: true, transfers: true, ..settings(3, bug) };
    Config { clock_drift: 200_000, ..config }
}

/// n1 leads, and heard from the group what it sent in its heartbeats when its clock showed 10 ms.
fn led_by_1(bug: Bug, group: &[u8]) -> Net {
    let mut net = Net::new(leased(bug));
    net.elect(1, &[1, 2, 3]);
    net.now = Micros::ms(10);
    net.timer(1, Timer::Heartbeat);
    net.now = Micros::ms(30);
    net.settle(group);
    net
}

fn until(net: &Net) -> Micros {
    net.at(1).lease.as_ref().map_or(Micros::ZERO, |lease| lease.until)
}

#[test]
fn a_lease_counts_from_when_the_heartbeats_were_sent_and_is_shorter_than_the_promise() {
    // 150 ms by a clock that is as slow as may be are 100 ms by one that is as fast as may be. And a microsecond may have
    // begun when the promise was given.
    assert_eq!(until(&led_by_1(Bug::None, &[1, 2])), Micros(109_999));
    assert_eq!(until(&led_by_1(Bug::LeaseWithoutDrift, &[1, 2])), Micros::ms(160));
    assert_eq!(until(&led_by_1(Bug::None, &[1])), Micros::ZERO, "nobody has promised anything");
}

#[test]
fn within_the_lease_a_read_is_answered_at_once_and_afterwards_by_heartbeats() {
    let mut net = led_by_1(Bug::None, &[1, 2, 3]);
    net.now = Micros(109_998);
    net.request(1, 1, "get x");
    assert!(net.said(true, "n1 answers c1 by itself: x is nothing. Its lease lasts until its clock shows 109.999ms"));
    assert_eq!((net.told().len(), net.flying.len()), (1, 0));
    net.now = Micros(109_999);
    net.request(1, 2, "get x");
    assert!(net.said(false, "n1 has no lease: it ended when its clock showed 109.999ms, and now it shows 109.999ms"));
    assert_eq!((net.told().len(), net.flying.len()), (0, 2));
    net.settle(&[1, 2, 3]);
    assert_eq!((net.told().len(), until(&net)), (1, Micros(209_998)), "that round renews the lease");
}

#[test]
fn a_lease_waits_for_the_first_commit_of_the_term() {
    let mut net = Net::new(leased(Bug::None));
    net.win(1, &[2]);
    net.timer(1, Timer::Heartbeat);
    net.flying.clear();
    let reply =
        AppendEntriesReply { term: 1, success: true, prev_log_index: 0, match_index: 0, round: 1, conflict: None };
    net.deliver(2, 1, Message::AppendEntriesReply(reply));
    assert_eq!(until(&net), Micros(99_999));
    net.request(1, 1, "get x");
    assert!(net.said(false, "n1 answers no read yet: no entry of term 1 is committed"));
    assert_eq!(net.told(), []);
}

#[test]
fn who_let_another_begin_has_no_lease_in_this_term_any_more() {
    let mut net = led_by_1(Bug::None, &[1, 2, 3]);
    net.step(1, Input::Stimulus(Admin::Transfer(n(3))));
    net.flying.clear();
    net.timer(1, Timer::Transfer);
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2, 3]);
    net.request(1, 1, "get x");
    assert!(net.said(false, "n1 has no lease in this term any more: it let another begin an election"));
    assert_eq!(net.told(), []);
}

#[test]
fn a_leader_that_steps_down_has_no_lease() {
    let mut net = led_by_1(Bug::None, &[1, 2, 3]);
    net.timer(1, Timer::Quorum);
    net.timer(1, Timer::Quorum);
    assert_eq!((net.at(1).role, &net.at(1).lease), (Role::Follower, &None));
}

#[test]
fn a_lease_without_promises_is_refused() {
    let config = Config { reads: Reads::Lease, ..Config::default() };
    let wrong = "reads: a lease needs check_quorum: without it a server that hears from the leader may elect another";
    assert_eq!(Raft::setup(&config).unwrap_err().to_string(), wrong);
    let config = Config { clock_drift: 600_000, ..Config::default() };
    assert_eq!(Raft::setup(&config).unwrap_err().to_string(), "clock_drift: 600000 is more than 500000");
    assert_eq!((Raft::drift(&Config::default()), Raft::drift(&leased(Bug::None))), (None, Some(200_000)));
}

#[test]
fn a_read_through_the_log_is_an_entry_like_others() {
    let mut net = Net::new(Config { reads: Reads::Log, ..settings(3, Bug::None) });
    net.elect(1, &[1, 2, 3]);
    net.request(1, 1, "put x 3");
    net.request(1, 2, "get x");
    assert_eq!((net.told(), net.at(1).log.len()), (vec![], 3));
    net.settle(&[1, 2]);
    assert_eq!(net.told(), [Outcome::Done(KvRet::Done), Outcome::Done(KvRet::Value(Some("3".into())))]);
}

//! A leader hands over: dissertation §3.10.

use super::{super::*, *};

fn led_by_1() -> Net {
    let config = Config { transfers: true, check_quorum: true, pre_vote: true, ..settings(3, Bug::None) };
    let mut net = Net::new(config);
    net.elect(1, &[1, 2, 3]);
    net
}

impl Net {
    fn hand_over(&mut self, from: u8, to: u8) -> Vec<Effect<Raft>> {
        self.step(from, Input::Stimulus(Admin::Transfer(n(to))))
    }
}

#[test]
fn a_successor_that_holds_the_log_begins_at_once_and_is_elected_though_all_hear_from_the_leader() {
    let mut net = led_by_1();
    net.hand_over(1, 3);
    assert!(net.said(true, "n1 hands over to n3, and takes no more requests"));
    assert!(net.said(true, "n1 lets n3 begin an election: n3 holds its whole log"));
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(3).role, net.at(3).current_term, net.at(1).role), (Role::Leader, 2, Role::Follower));
    assert_eq!((net.at(1).transfer, net.at(1).leader), (None, Some(n(3))));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn a_successor_that_lags_behind_gets_the_log_first() {
    let mut net = led_by_1();
    net.request(1, 1, "put x 3");
    net.settle(&[1, 2]);
    net.hand_over(1, 3);
    assert!(net.said(false, "n3 does not begin yet: it is known to hold 1 of 2 entries"));
    let sent = |net: &Net, wanted: fn(&Message) -> bool| net.flying.iter().any(|(_, to, m)| *to == 3 && wanted(m));
    assert!(sent(&net, |m| matches!(m, Message::AppendEntries(_))));
    assert!(!sent(&net, |m| matches!(m, Message::TimeoutNow(_))));
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(3).role, net.terms(3)), (Role::Leader, vec![1, 1, 2]));
}

#[test]
fn a_leader_that_hands_over_takes_no_requests_until_it_gives_up() {
    let mut net = led_by_1();
    net.hand_over(1, 3);
    net.flying.clear();
    net.request(1, 1, "put x 3");
    assert_eq!((net.told(), net.at(1).log.len()), (vec![Outcome::NotLeader(None)], 1));
    net.hand_over(1, 2);
    assert!(net.said(false, "n1 is handing over to n3 already"));
    net.timer(1, Timer::Transfer);
    assert!(net.said(true, "n1 leads on and takes requests again: n3 has not taken over in time"));
    net.request(1, 1, "put x 3");
    net.settle(&[1, 2, 3]);
    assert_eq!(net.told(), [Outcome::Done(KvRet::Done)]);
}

#[test]
fn a_request_to_take_over_that_comes_too_late_changes_nothing() {
    let mut net = led_by_1();
    net.deliver(1, 3, Message::TimeoutNow(TimeoutNow { term: 0 }));
    assert_eq!((net.at(3).role, net.at(3).current_term), (Role::Follower, 1));
    net.deliver(3, 1, Message::TimeoutNow(TimeoutNow { term: 1 }));
    assert_eq!(net.at(1).role, Role::Leader);
}

#[test]
fn a_server_that_does_not_lead_has_nothing_to_hand_over() {
    let mut net = led_by_1();
    assert_eq!(net.hand_over(2, 3), []);
    assert!(net.said(false, "n2 does not lead: it has nothing to hand over"));
    let labels: Vec<String> = Raft::stimuli(&net.cluster.config).into_iter().map(|one| one.label).collect();
    assert_eq!(labels.len(), 6);
    assert_eq!(labels[..2], ["transfer to n2", "transfer to n3"]);
    assert!(Raft::stimuli(&Config::default()).is_empty());
}

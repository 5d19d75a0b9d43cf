//! §8.

use super::{super::*, *};

fn led_by_1(bug: Bug) -> Net {
    let mut net = Net::new(settings(3, bug));
    net.elect(1, &[1, 2, 3]);
    net
}

fn value(text: &str) -> Outcome<KvRet> {
    Outcome::Done(KvRet::Value(Some(text.into())))
}

#[test]
fn a_command_is_answered_once_a_majority_holds_it() {
    let mut net = led_by_1(Bug::None);
    net.request(1, 1, "put x 3");
    assert_eq!(net.notes[0].why, "n1 appends x=3 of c1 to its log as entry 2 and sends it to all others");
    assert!(net.said(false, "n1 does not commit entry 2 yet: it is known to be on itself, 1 of 3"));
    assert_eq!(net.told(), []);
    net.settle(&[1, 2]);
    assert_eq!(net.told(), [Outcome::Done(KvRet::Done)]);
    assert!(net.said(true, "n1 commits entry 2: entry 2 of term 1 is on n2 and itself, a majority of 3"));
    assert!(net.said(true, "n1 applies entry 2 (x=3) and answers c1"));
    assert_eq!((net.at(2).commit_index, net.at(2).last_applied), (1, 1), "followers hear of it with the next message");
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(3).last_applied, &net.at(3).machine), (2, &net.at(1).machine));
}

#[test]
fn others_send_clients_on_to_the_leader() {
    let mut net = Net::new(settings(3, Bug::None));
    net.request(2, 1, "put x 3");
    net.elect(1, &[1, 2, 3]);
    net.request(2, 1, "put x 3");
    assert_eq!(net.told(), [Outcome::NotLeader(None), Outcome::NotLeader(Some(n(1)))]);
}

#[test]
fn a_repeated_command_is_applied_once() {
    for (bug, found) in [(Bug::None, "a"), (Bug::ApplyTwice, "aaa")] {
        let mut net = led_by_1(bug);
        net.request(1, 1, "append x a");
        net.request(1, 1, "append x a");
        net.settle(&[1, 2, 3]);
        assert_eq!(net.told(), vec![Outcome::Done(KvRet::Done); 2], "both are answered");
        net.request(1, 1, "append x a");
        net.settle(&[1, 2, 3]);
        net.request(1, 2, "get x");
        net.settle(&[1, 2, 3]);
        assert_eq!(net.told(), [Outcome::Done(KvRet::Done), value(found)], "{bug:?}");
    }
}

#[test]
fn a_leader_writes_behind_what_it_has_unless_the_bug_is_there() {
    for bug in [Bug::None, Bug::OverwriteUncommitted] {
        let mut net = led_by_1(bug);
        net.request(1, 1, "append x a");
        let had = net.at(1).last_index();
        net.request(1, 2, "append x b");
        let overwrites = bug == Bug::OverwriteUncommitted;
        assert_eq!(net.at(1).last_index(), if overwrites { had } else { had + 1 });
        let broken = net.breaches.iter().any(|breach| breach.starts_with("Leader Append-Only"));
        assert_eq!(broken, overwrites, "{:?}", net.breaches);
        net.settle(&[1, 2, 3]);
    }
}

#[test]
fn a_command_logged_twice_by_two_leaders_is_applied_once() {
    let mut net = led_by_1(Bug::None);
    net.request(1, 1, "append x a");
    net.settle(&[1, 2]);
    net.elect(2, &[2, 3]);
    net.request(2, 1, "append x a");
    net.settle(&[1, 2, 3]);
    net.request(2, 2, "get x");
    net.settle(&[1, 2, 3]);
    assert_eq!(net.told().last(), Some(&value("a")));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn a_read_waits_for_a_majority_and_is_not_logged() {
    let mut net = led_by_1(Bug::None);
    net.request(1, 1, "get x");
    let log = net.at(1).log.len();
    assert_eq!((net.told(), log), (vec![], 1));
    net.flying.clear();
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 3]);
    assert_eq!((net.told(), net.at(1).log.len()), (vec![Outcome::Done(KvRet::Value(None))], 1));
}

#[test]
fn answers_to_earlier_heartbeats_confirm_no_read() {
    let mut net = led_by_1(Bug::None);
    net.timer(1, Timer::Heartbeat);
    let earlier: Vec<_> = net.flying.drain(..).collect();
    net.request(1, 1, "get x");
    net.flying = earlier.into();
    net.settle(&[1, 2, 3]);
    assert_eq!(net.told(), []);
    assert!(net.said(false, "n1 answers no read yet: round 1 is confirmed by itself, 1 of 3"));
}

#[test]
fn a_read_waits_for_the_first_commit_of_the_term() {
    let mut net = Net::new(settings(3, Bug::None));
    net.win(1, &[2]);
    net.request(1, 1, "get x");
    assert!(net.said(false, "n1 answers no read yet: no entry of term 1 is committed"));
    let reply =
        AppendEntriesReply { term: 1, success: true, prev_log_index: 0, match_index: 0, round: 1, conflict: None };
    net.deliver(2, 1, Message::AppendEntriesReply(reply));
    assert_eq!((net.told(), net.at(1).reads.len()), (vec![], 1), "the round is confirmed, but nothing is committed");
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2]);
    assert_eq!(net.told(), [Outcome::Done(KvRet::Value(None))]);
}

#[test]
fn a_leader_that_was_cut_off_does_not_answer_from_the_past() {
    for (bug, told) in [(Bug::None, vec![]), (Bug::StaleRead, vec![Outcome::Done(KvRet::Value(None))])] {
        let mut net = led_by_1(bug);
        net.elect(2, &[2, 3]);
        net.request(2, 1, "put x 3");
        net.settle(&[2, 3]);
        net.answers.clear();
        net.request(1, 2, "get x");
        assert_eq!(net.told(), told, "{bug:?}");
        net.settle(&[1, 2, 3]);
        let sent_away = if bug == Bug::None { vec![Outcome::NotLeader(None)] } else { vec![] };
        assert_eq!(net.told(), sent_away, "{bug:?}: once it hears of the new leader");
    }
}

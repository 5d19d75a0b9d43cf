//! Log compaction: §7, dissertation chapter 5.

use super::{super::*, *};
use crate::replicated::StateMachine;

fn folding(servers: u64, bug: Bug) -> Config {
    Config { snapshot_after: 2, chunk: 1, ..settings(servers, bug) }
}

fn puts(net: &mut Net, to: u8, serials: std::ops::RangeInclusive<u64>, group: &[u8]) {
    for serial in serials {
        net.request(to, serial, &format!("append x {serial}"));
        net.settle(group);
    }
}

impl Net {
    fn fold(&mut self, me: u8) {
        self.timer(me, Timer::Snapshot);
    }
}

#[test]
fn what_was_applied_is_folded_once_there_is_enough_of_it() {
    let mut net = Net::new(folding(3, Bug::None));
    net.elect(1, &[1, 2, 3]);
    assert!(!net.at(1).writing, "one entry is not enough");
    puts(&mut net, 1, 1..=2, &[1, 2, 3]);
    let before = net.at(1).clone();
    assert!(before.writing);
    net.fold(1);
    assert!(net.said(true, "n1 folds entries 1 to 3 into a snapshot, and keeps 0 entries"));
    let after = net.at(1);
    assert_eq!((after.base(), after.last_index(), after.log.len(), after.last_log_term()), (3, 3, 0, 1));
    assert_eq!((after.entry(3), after.log_term(3), after.log_term(2)), (None, 1, 0));
    assert_eq!((&after.machine, after.commit_index), (&before.machine, 3));
    assert_eq!(after.snapshot.as_ref().unwrap().machine, *after.machine);
    puts(&mut net, 1, 3..=3, &[1, 2, 3]);
    assert_eq!((net.at(1).commit_index, net.at(2).log.len(), net.breaches.len()), (4, 4, 0), "followers have the rest");
}

#[test]
fn a_server_comes_back_with_its_snapshot_and_what_follows() {
    let mut net = Net::new(folding(1, Bug::None));
    net.timer(1, Timer::Election);
    puts(&mut net, 1, 1..=2, &[1]);
    net.fold(1);
    puts(&mut net, 1, 3..=3, &[1]);
    net.restart(1);
    assert_eq!((net.at(1).last_applied, net.at(1).last_index()), (3, 4));
    assert_eq!(net.at(1).machine.store.iter().collect::<Vec<_>>(), [("x", "12")]);
    net.timer(1, Timer::Election);
    assert_eq!(net.at(1).machine.store.iter().collect::<Vec<_>>(), [("x", "123")]);
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn who_lacks_what_is_in_no_log_any_more_gets_the_snapshot_piece_by_piece() {
    let mut net = Net::new(folding(3, Bug::None));
    net.elect(1, &[1, 2, 3]);
    puts(&mut net, 1, 1..=2, &[1, 2]);
    net.request(1, 3, "put y 7");
    net.settle(&[1, 2]);
    net.fold(1);
    net.request(1, 4, "put z 8");
    net.settle(&[1, 2]);
    let (mut pieces, mut answers) = (0, 0);
    net.timer(1, Timer::Heartbeat);
    while let Some((from, to, message)) = net.flying.pop_front() {
        pieces += usize::from(matches!(&message, Message::InstallSnapshot(m) if m.data.len() == 1 && to == 3));
        answers += usize::from(matches!(&message, Message::InstallSnapshotReply(m) if m.done));
        net.deliver(from, to, message);
    }
    assert_eq!((pieces, answers), (3, 1), "x, y and the session of the client");
    assert_eq!((net.at(3).base(), net.at(3).last_index(), net.at(3).commit_index), (4, 5, 5));
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2, 3]);
    assert_eq!((&net.at(3).machine, net.at(3).last_applied), (&net.at(1).machine, 5));
    assert_eq!(net.breaches, [""; 0]);
}

/// A piece of a snapshot up to entry 2 of term 1, in which x is 9.
fn piece(offset: u64, data: &[(&str, &str)], done: bool) -> Message {
    let data = data.iter().map(|(key, value)| Item::Pair((*key).into(), (*value).into())).collect();
    let (last_included_index, last_included_term, leader_id) = (2, 1, n(1));
    Message::InstallSnapshot(InstallSnapshot {
        term: 3,
        leader_id,
        last_included_index,
        last_included_term,
        offset,
        data,
        done,
        configuration: None,
    })
}

#[test]
fn pieces_that_come_twice_or_too_early_do_no_harm() {
    let mut net = Net::with_logs(folding(3, Bug::None), &[(3, &[1, 1]), (3, &[]), (3, &[])]);
    net.deliver(1, 2, piece(1, &[("y", "8")], true));
    assert_eq!(net.at(2).base(), 0, "the first piece is missing");
    net.deliver(1, 2, piece(0, &[("x", "9")], false));
    net.deliver(1, 2, piece(0, &[("x", "9")], false));
    assert_eq!(net.at(2).arriving.as_ref().map(|held| held.items.len()), Some(1));
    net.deliver(1, 2, piece(1, &[("y", "8")], true));
    assert_eq!((net.at(2).base(), net.at(2).arriving.as_ref()), (2, None));
    assert_eq!(net.at(2).machine.store.iter().collect::<Vec<_>>(), [("x", "9"), ("y", "8")]);
    let before = net.at(2).clone();
    net.deliver(1, 2, piece(0, &[("x", "9")], true));
    assert!(net.said(true, "n2 needs no snapshot up to entry 2: it knows that all up to entry 2 is committed"));
    assert_eq!(*net.at(2), before);
}

#[test]
fn the_suffix_stays_where_the_log_holds_the_last_entry_of_the_snapshot() {
    for (mine, bug, left) in [
        (&[1, 1, 2, 2][..], Bug::None, vec![2, 2]),
        (&[1, 1, 2, 2], Bug::DropSuffix, vec![]),
        (&[1, 2, 2, 2], Bug::None, vec![]),
        (&[1], Bug::None, vec![]),
    ] {
        let mut net = Net::with_logs(folding(3, bug), &[(3, &[1, 1]), (3, mine), (3, &[])]);
        net.deliver(1, 2, piece(0, &[("x", "9")], true));
        assert_eq!((net.terms(2), net.at(2).base(), net.at(2).last_index()), (left.clone(), 2, 2 + left.len() as u64));
        assert_eq!(net.at(2).commit_index, 2, "{bug:?}");
    }
}

#[test]
fn entries_that_were_folded_meanwhile_are_taken_for_what_they_are() {
    let mut net = Net::with_logs(folding(3, Bug::None), &[(3, &[1, 1]), (3, &[]), (3, &[])]);
    net.deliver(1, 2, piece(0, &[("x", "9")], true));
    net.flying.clear();
    let entries = [1, 1, 3].map(|term| Entry::new(term, Command::NoOp)).into();
    let (prev_log_index, prev_log_term, leader_id) = (0, 0, n(1));
    let m = AppendEntries { term: 3, leader_id, prev_log_index, prev_log_term, entries, leader_commit: 3, round: 0 };
    net.deliver(1, 2, Message::AppendEntries(m));
    assert_eq!((net.terms(2), net.at(2).last_index(), net.at(2).last_applied), (vec![3], 3, 3));
    match &net.flying[0].2 {
        Message::AppendEntriesReply(reply) => assert_eq!((reply.success, reply.match_index), (true, 3)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_snapshot_without_sessions_lets_a_command_be_applied_twice() {
    for (bug, found) in [(Bug::None, "1"), (Bug::SnapshotWithoutSessions, "11")] {
        let mut net = Net::new(folding(1, bug));
        net.timer(1, Timer::Election);
        puts(&mut net, 1, 1..=1, &[1]);
        net.fold(1);
        net.restart(1);
        net.timer(1, Timer::Election);
        net.request(1, 1, "append x 1");
        assert_eq!(net.at(1).machine.store.iter().collect::<Vec<_>>(), [("x", found)], "{bug:?}");
    }
}

#[test]
fn a_dropped_suffix_loses_a_committed_entry() {
    for bug in [Bug::None, Bug::DropSuffix] {
        let config = Config { snapshot_after: 1, ..settings(3, bug) };
        let mut net = Net::new(config);
        net.win(1, &[3]);
        net.timer(1, Timer::Heartbeat);
        let to_3 = net.flying.iter().find(|(_, to, _)| *to == 3).unwrap().2.clone();
        net.flying.clear();
        // n2 takes two entries and its answer is late; n1 commits the first one with n3, and folds it.
        net.request(1, 1, "put x 3");
        let to_2 = net.flying.iter().find(|(_, to, _)| *to == 2).unwrap().2.clone();
        net.flying.clear();
        net.deliver(1, 2, to_2);
        let late = net.flying.pop_back().unwrap().2;
        net.deliver(1, 3, to_3);
        let answer = net.flying.pop_back().unwrap().2;
        net.deliver(3, 1, answer);
        net.fold(1);
        net.flying.clear();
        net.timer(1, Timer::Heartbeat);
        let snapshot = net.flying.iter().find(|(_, to, _)| *to == 2).unwrap().2.clone();
        assert!(matches!(snapshot, Message::InstallSnapshot(_)));
        net.flying.clear();
        net.deliver(2, 1, late);
        assert_eq!(net.at(1).commit_index, 2, "two of three hold it");
        net.deliver(1, 2, snapshot);
        net.flying.clear();
        net.elect(3, &[2, 3]);
        let lost = net
            .breaches
            .iter()
            .any(|breach| breach.starts_with("Leader Completeness: n3 leads term 2 without entry 2"));
        assert_eq!(lost, bug == Bug::DropSuffix, "{bug:?}: {:?}", net.breaches);
    }
}

#[test]
fn a_snapshot_is_sent_as_items_and_is_whole_again() {
    let mut machine = StateMachine::default();
    for (serial, op) in (1..).zip(["put x 1", "put y 2", "append x 3"]) {
        machine.apply(OpId { client: NodeId(3), serial }, &KeyValue::parse(op).unwrap());
    }
    let snapshot = Snapshot { last_included_index: 3, last_included_term: 1, machine, configuration: None };
    assert_eq!(snapshot.items().len(), 3);
    assert_eq!(Item::whole(&snapshot.items()), snapshot.machine);
}

#[test]
fn a_leader_that_folds_again_sends_the_snapshot_that_it_began_to_its_end() {
    let mut net = Net::new(folding(3, Bug::None));
    net.elect(1, &[1, 2]);
    puts(&mut net, 1, 1..=2, &[1, 2]);
    net.fold(1);
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2]);
    let early = InstallSnapshotReply { term: 1, last_included_index: 3, received: 1, done: false };
    net.deliver(3, 1, Message::InstallSnapshotReply(early.clone()));
    let received = |net: &Net| net.at(1).sending.get(n(3)).map(|sending| sending.received);
    assert_eq!(received(&net), Some(1));
    net.flying.clear();
    puts(&mut net, 1, 3..=5, &[1, 2]);
    net.fold(1);
    assert_eq!((received(&net), net.at(1).base() > 3), (Some(1), true));
    net.deliver(3, 1, Message::InstallSnapshotReply(early));
    assert_eq!(received(&net), Some(1), "an answer that comes again adds nothing");
    let older = InstallSnapshotReply { term: 1, last_included_index: 2, received: 2, done: true };
    net.deliver(3, 1, Message::InstallSnapshotReply(older));
    assert_eq!(received(&net), Some(1), "that an older one has arrived ends nothing");
    net.flying.clear();
    for _ in 0..3 {
        net.timer(1, Timer::Heartbeat);
        net.settle(&[1, 2, 3]);
    }
    assert_eq!((net.at(3).base(), net.breaches.len()), (net.at(1).base(), 0));
}

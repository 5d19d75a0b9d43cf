//! §5.3, §5.4.2.

use super::{super::*, *};

/// The log of the leader of term 8 in Figure 7.
const LEADER: &[u64] = &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

#[test]
fn the_logs_of_figure_7_are_repaired() {
    let followers: [(u64, &[u64]); 6] = [
        (6, &[1, 1, 1, 4, 4, 5, 5, 6, 6]),
        (4, &[1, 1, 1, 4]),
        (6, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6]),
        (7, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]),
        (4, &[1, 1, 1, 4, 4, 4, 4]),
        (3, &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]),
    ];
    let mut logs = vec![(7, LEADER)];
    logs.extend(followers);
    let mut net = Net::with_logs(settings(7, Bug::None), &logs);
    net.elect(1, &[1, 2, 3, 4, 5, 6, 7]);
    assert_eq!((net.at(1).role, net.at(1).current_term), (Role::Leader, 8));
    let repaired: Vec<u64> = LEADER.iter().copied().chain([8]).collect();
    for (label, me) in "abcdef".chars().zip(2..) {
        assert_eq!(net.terms(me), repaired, "follower ({label})");
        assert_eq!(net.at(1).match_index.get(n(me)), Some(&11), "follower ({label})");
    }
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn the_voters_of_figure_7_are_those_whose_logs_are_not_better() {
    let logs: [(u64, &[u64]); 3] = [(7, LEADER), (6, &[1, 1, 1, 4]), (7, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7])];
    let mut net = Net::with_logs(settings(3, Bug::None), &logs);
    net.timer(1, Timer::Election);
    net.settle(&[1, 3]);
    assert_eq!(net.at(1).role, Role::Candidate, "(d) has a later term in its log and refuses");
}

fn append(term: u64, prev: (u64, u64), entries: &[u64], leader_commit: u64) -> Message {
    let entries = entries.iter().map(|term| Entry::new(*term, Command::NoOp)).collect();
    let (prev_log_index, prev_log_term) = prev;
    let leader_id = n(1);
    Message::AppendEntries(AppendEntries {
        term,
        leader_id,
        prev_log_index,
        prev_log_term,
        entries,
        leader_commit,
        round: 0,
    })
}

fn replied(net: &mut Net) -> (bool, u64) {
    match net.flying.pop_back() {
        Some((_, _, Message::AppendEntriesReply(m))) => (m.success, m.match_index),
        other => panic!("an AppendEntries is always answered, but {other:?} was sent"),
    }
}

#[test]
fn entries_are_refused_where_the_one_before_is_missing_or_of_another_term() {
    let mut net = Net::with_logs(settings(3, Bug::None), &[(1, &[]), (2, &[1, 1])]);
    net.deliver(1, 2, append(2, (3, 1), &[2], 0));
    assert!(net.said(true, "n2 refuses what follows entry 3 of term 1: it has no such entry"));
    assert_eq!(replied(&mut net), (false, 0));
    net.deliver(1, 2, append(2, (2, 2), &[2], 0));
    assert_eq!(replied(&mut net), (false, 0));
    net.deliver(1, 2, append(1, (2, 1), &[2], 0));
    assert_eq!(replied(&mut net), (false, 0), "term 1 is over");
    assert_eq!(net.terms(2), [1, 1]);
}

#[test]
fn what_follows_an_entry_of_another_term_is_refused() {
    for (bug, terms) in [(Bug::None, vec![1, 1]), (Bug::MatchByIndex, vec![1, 1, 2])] {
        let mut net = Net::with_logs(settings(3, bug), &[(1, &[]), (2, &[1, 1])]);
        net.deliver(1, 2, append(2, (2, 2), &[2], 0));
        assert_eq!((replied(&mut net).0, net.terms(2)), (bug != Bug::None, terms), "{bug:?}");
        net.deliver(1, 2, append(2, (4, 2), &[2], 0));
        assert!(!replied(&mut net).0, "nothing is there");
    }
}

#[test]
fn a_late_message_does_not_remove_what_came_after_it() {
    for (bug, left) in [(Bug::None, vec![1, 1, 1]), (Bug::TruncateAlways, vec![1, 1])] {
        let mut net = Net::with_logs(settings(3, bug), &[(1, &[]), (1, &[1])]);
        net.deliver(1, 2, append(1, (1, 1), &[1, 1], 0));
        net.deliver(1, 2, append(1, (1, 1), &[1], 0));
        assert_eq!((net.terms(2), replied(&mut net)), (left, (true, 2)), "{bug:?}");
    }
}

#[test]
fn a_conflict_removes_the_entry_and_all_that_follow() {
    let mut net = Net::with_logs(settings(3, Bug::None), &[(3, &[]), (3, &[1, 1, 2, 2, 2])]);
    net.deliver(1, 2, append(3, (1, 1), &[1, 3], 0));
    assert_eq!((net.terms(2), replied(&mut net)), (vec![1, 1, 3], (true, 3)));
    assert!(net.said(true, "n2 removes entries 3 to 5: entry 3 is of term 2, the leader's of term 3"));
    assert_eq!(net.disks[1].as_ref().unwrap().log, net.at(2).log);
}

#[test]
fn a_follower_commits_no_farther_than_the_last_new_entry() {
    for (bug, commit) in [(Bug::None, 2), (Bug::CommitBeyond, 3)] {
        let mut net = Net::with_logs(settings(3, bug), &[(2, &[]), (2, &[1, 1, 1])]);
        net.deliver(1, 2, append(2, (1, 1), &[1], 9));
        assert_eq!((net.at(2).commit_index, net.at(2).last_applied), (commit, commit), "{bug:?}");
        net.deliver(1, 2, append(2, (1, 1), &[], 1));
        assert_eq!(net.at(2).commit_index, commit, "a commit index never goes back");
    }
}

#[test]
fn old_and_doubled_replies_change_nothing() {
    let mut net = Net::with_logs(settings(3, Bug::None), &[(1, &[1, 1, 1]), (1, &[1]), (1, &[1])]);
    net.elect(1, &[1, 2]);
    let before = net.at(1).clone();
    let reply = |success, prev_log_index, match_index| {
        Message::AppendEntriesReply(AppendEntriesReply {
            term: 2,
            success,
            prev_log_index,
            match_index,
            round: 0,
            conflict: None,
        })
    };
    net.deliver(2, 1, reply(false, 2, 0));
    assert!(net.said(true, "n1 ignores that n2 refused what follows entry 2: entry 5 is next by now"));
    net.deliver(2, 1, reply(true, 1, 2));
    assert_eq!(*net.at(1), before);
}

#[test]
fn long_logs_travel_in_batches() {
    let config = Config { max_entries: 2, ..settings(3, Bug::None) };
    let mut net = Net::with_logs(config, &[(1, &[1, 1, 1, 1, 1, 1]), (1, &[]), (1, &[])]);
    net.timer(1, Timer::Election);
    let mut longest = 0;
    while let Some((from, to, message)) = net.flying.pop_front() {
        if let Message::AppendEntries(m) = &message {
            longest = longest.max(m.entries.len());
        }
        net.deliver(from, to, message);
    }
    assert_eq!((longest, net.terms(2), net.terms(3)), (2, net.terms(1), net.terms(1)));
}

/// Figure 8 (c): S1 leads term 4, and its entry of term 2 has come to a majority; its entry of term 4 has not.
fn figure_8(bug: Bug) -> Net {
    let config = Config { max_entries: 1, ..settings(5, bug) };
    let mut net = Net::with_logs(config, &[(3, &[1, 2]), (3, &[1, 2]), (3, &[1]), (3, &[1]), (3, &[1, 3])]);
    net.timer(1, Timer::Election);
    while net.at(1).match_index.get(n(3)) != Some(&2) {
        let (from, to, message) = net.flying.pop_front().expect("S3 accepts entry 2 in the end");
        if [1, 2, 3].contains(&from) && [1, 2, 3].contains(&to) {
            net.deliver(from, to, message);
        }
    }
    net
}

#[test]
fn figure_8_an_entry_of_an_earlier_term_is_not_committed_by_counting() {
    let mut net = figure_8(Bug::None);
    assert!(net.said(false, "not committed: entry 2 is of term 2, not of this term 4"));
    assert_eq!((net.at(1).current_term, net.at(1).commit_index), (4, 0));
    // (d) S5 wins term 5 and overwrites entry 2: nothing committed is lost.
    net.flying.clear();
    net.elect(5, &[]);
    net.elect(5, &[3, 4, 5]);
    assert_eq!((net.terms(3), net.at(5).commit_index), (vec![1, 3, 5], 3));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn figure_8_an_entry_of_the_own_term_commits_those_before_it() {
    let mut net = figure_8(Bug::None);
    // (e) the entry of term 4 gets to S3 too, and S5 cannot win any more.
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(1).commit_index, net.at(1).last_applied), (3, 3));
    net.elect(5, &[]);
    net.elect(5, &[2, 3, 4, 5]);
    assert_eq!(net.at(5).role, Role::Candidate);
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn figure_8_counting_old_entries_loses_a_committed_one() {
    let mut net = figure_8(Bug::CommitOldTerm);
    assert_eq!(net.at(1).commit_index, 2);
    net.flying.clear();
    net.elect(5, &[]);
    net.elect(5, &[3, 4, 5]);
    assert_eq!(
        net.breaches[0],
        "Leader Completeness: n5 leads term 5 without entry 2 of term 2, which was committed in term 4"
    );
    assert!(net.breaches[1].starts_with("State Machine Safety: n5 applied no-op of term 3 as entry 2, where n1"));
}

/// A message of its first term arrives late at a follower, when the server leads again in a later term.
#[test]
fn a_leader_does_not_take_the_refusal_of_an_old_message_for_an_answer_to_a_new_one() {
    let mut net = Net::new(settings(3, Bug::None));
    net.elect(1, &[1, 2, 3]);
    let Message::AppendEntries(late) = append(1, (2, 1), &[], 0) else { panic!("it is one") };
    net.elect(2, &[1, 2, 3]);
    net.elect(1, &[1, 2, 3]);
    let next = net.at(1).next_index.clone();
    net.deliver(1, 3, Message::AppendEntries(AppendEntries { prev_log_index: 3, round: 9, ..late }));
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(1).role, &net.at(1).next_index), (Role::Leader, &next));
    assert_eq!(net.at(1).acked_round.get(n(3)), Some(&0), "round 9 was one of an earlier term");
}

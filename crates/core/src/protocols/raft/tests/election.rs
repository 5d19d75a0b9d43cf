//! §5.1, §5.2, §5.4.1.

use super::{super::*, *};

fn ask(net: &mut Net, from: u8, to: u8, term: u64, last: (u64, u64)) -> bool {
    let m = RequestVote { term, candidate_id: n(from), last_log_index: last.0, last_log_term: last.1, transfer: false };
    net.deliver(from, to, Message::RequestVote(m));
    match net.flying.pop_back() {
        Some((_, back, Message::RequestVoteReply(reply))) if back == from => reply.vote_granted,
        other => panic!("a vote is always answered, but {other:?} was sent"),
    }
}

#[test]
fn a_majority_elects_a_leader_which_opens_its_term_with_a_no_op() {
    let mut net = Net::new(settings(5, Bug::None));
    net.timer(4, Timer::Election);
    assert!(net.said(false, "n4 did not win: 1 of 5 votes"));
    assert_eq!(net.at(4).role, Role::Candidate);
    net.settle(&[3, 4]);
    assert_eq!((net.at(4).role, net.at(4).votes.len()), (Role::Candidate, 2));
    net.elect(4, &[3, 4, 5]);
    assert_eq!((net.at(4).role, net.at(4).current_term, net.terms(4)), (Role::Leader, 2, vec![2]));
    assert_eq!((net.at(3).leader, net.at(4).commit_index), (Some(n(4)), 1));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn the_winner_says_whose_votes_it_holds() {
    let mut net = Net::new(settings(5, Bug::None));
    net.timer(4, Timer::Election);
    net.flying.clear();
    for voter in [5, 3] {
        net.deliver(voter, 4, Message::RequestVoteReply(RequestVoteReply { term: 1, vote_granted: true }));
    }
    assert_eq!(
        net.notes.last().unwrap().why,
        "n4 holds votes from n3, n5 and itself, a majority of 5: it leads term 1"
    );
}

#[test]
fn a_server_alone_elects_itself_and_commits() {
    let mut net = Net::new(settings(1, Bug::None));
    net.timer(1, Timer::Election);
    net.request(1, 1, "put x 3");
    assert_eq!((net.at(1).role, net.at(1).commit_index), (Role::Leader, 2));
    net.request(1, 2, "get x");
    assert_eq!(net.told(), [Outcome::Done(KvRet::Done), Outcome::Done(KvRet::Value(Some("3".into())))]);
}

#[test]
fn a_server_votes_once_in_a_term_and_repeats_its_answer() {
    let mut net = Net::new(settings(3, Bug::None));
    assert!(ask(&mut net, 1, 3, 2, (0, 0)));
    assert!(!ask(&mut net, 2, 3, 2, (0, 0)));
    assert!(net.said(false, "no vote: n3 has already voted for n1 in term 2"));
    assert!(ask(&mut net, 1, 3, 2, (0, 0)), "the candidate may not have heard the first answer");
    assert!(!ask(&mut net, 1, 3, 1, (0, 0)), "term 1 is over");
    assert!(ask(&mut net, 2, 3, 3, (0, 0)), "a new term is a new vote");
    net.restart(3);
    assert!(!ask(&mut net, 1, 3, 3, (0, 0)), "the vote is on the disk");
}

#[test]
fn the_vote_looks_at_the_last_term_first_and_then_at_the_length() {
    let logs: [(u64, &[u64]); 3] = [(3, &[]), (3, &[]), (3, &[1, 1, 2])];
    for (last, granted) in
        [((3, 2), true), ((4, 2), true), ((1, 3), true), ((2, 2), false), ((9, 1), false), ((0, 0), false)]
    {
        let mut net = Net::with_logs(settings(3, Bug::None), &logs);
        assert_eq!(ask(&mut net, 1, 3, 4, last), granted, "a candidate whose log ends at {last:?}");
        assert_eq!(net.said(false, "less up to date"), !granted);
    }
    let mut by_length = Net::with_logs(settings(3, Bug::VoteByLength), &logs);
    assert!(ask(&mut by_length, 1, 3, 4, (9, 1)));
    let mut without_log = Net::with_logs(settings(3, Bug::VoteWithoutLog), &logs);
    assert!(ask(&mut without_log, 1, 3, 4, (0, 0)));
}

#[test]
fn the_disk_is_written_before_the_vote_is_sent() {
    let mut net = Net::new(settings(3, Bug::None));
    let m = RequestVote { term: 7, candidate_id: n(1), last_log_index: 0, last_log_term: 0, transfer: false };
    let effects = net.deliver(1, 2, Message::RequestVote(m));
    let written =
        effects.iter().rposition(|effect| matches!(effect, Effect::Persist(raft) if raft.voted_for == Some(n(1))));
    let sent = effects.iter().position(|effect| matches!(effect, Effect::Send { .. }));
    assert!(written.is_some() && written < sent);
}

#[test]
fn only_the_leader_and_a_granted_vote_put_off_the_election() {
    let armed = |effects: &[Effect<Raft>]| {
        effects.iter().any(|effect| matches!(effect, Effect::SetTimer { timer: TimerOf::Node(Timer::Election), .. }))
    };
    let ask = |term, last_log_index| {
        Message::RequestVote(RequestVote {
            term,
            candidate_id: n(1),
            last_log_index,
            last_log_term: last_log_index,
            transfer: false,
        })
    };
    let mut net = Net::with_logs(settings(3, Bug::None), &[(1, &[]), (1, &[]), (1, &[1])]);
    assert!(!armed(&net.deliver(1, 3, ask(2, 0))), "a refused candidate does not");
    assert!(armed(&net.deliver(1, 3, ask(3, 1))), "a granted vote does");
    let mut bug = Net::with_logs(settings(3, Bug::ResetOnAnyMessage), &[(1, &[]), (1, &[]), (1, &[1])]);
    assert!(armed(&bug.deliver(1, 3, ask(2, 0))));
}

#[test]
fn a_leader_that_meets_a_newer_term_steps_down() {
    let mut net = Net::new(settings(3, Bug::None));
    net.elect(1, &[1, 2, 3]);
    let refusal = RequestVoteReply { term: 5, vote_granted: false };
    let effects = net.deliver(2, 1, Message::RequestVoteReply(refusal));
    assert_eq!((net.at(1).role, net.at(1).current_term), (Role::Follower, 5));
    assert!(effects.contains(&Effect::CancelTimer(TimerOf::Node(Timer::Heartbeat))));
}

#[test]
fn a_restart_keeps_the_persistent_state_only() {
    let mut net = Net::new(settings(3, Bug::None));
    net.elect(1, &[1, 2, 3]);
    net.request(1, 1, "put x 3");
    net.settle(&[1, 2, 3]);
    let (term, log) = (net.at(1).current_term, net.at(1).log.clone());
    net.restart(1);
    assert_eq!(*net.at(1), Raft { current_term: term, voted_for: Some(n(1)), log, ..Raft::default() });
}

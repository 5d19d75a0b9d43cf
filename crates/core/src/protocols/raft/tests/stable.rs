//! Leaders that nobody disturbs: dissertation §4.2.3, §6.2, §9.6.

use super::{super::*, *};

fn pre_voting(bug: Bug) -> Config {
    Config { pre_vote: true, ..settings(3, bug) }
}

fn checking() -> Config {
    Config { check_quorum: true, ..settings(3, Bug::None) }
}

fn election_of(net: &mut Net, from: u8, to: u8, term: u64, transfer: bool) -> Vec<Effect<Raft>> {
    let m = RequestVote { term, candidate_id: n(from), last_log_index: 9, last_log_term: 9, transfer };
    net.deliver(from, to, Message::RequestVote(m))
}

#[test]
fn a_server_asks_before_it_begins_a_term() {
    let mut net = Net::new(pre_voting(Bug::None));
    net.timer(1, Timer::Election);
    assert_eq!((net.at(1).role, net.at(1).current_term, net.at(1).voted_for), (Role::PreCandidate, 0, None));
    assert!(net.said(true, "n1 heard from no leader in time: it asks if it could win term 1"));
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(1).role, net.at(1).current_term), (Role::Leader, 1));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn who_is_cut_off_stays_in_its_term_and_disturbs_nobody_when_it_returns() {
    for (pre_vote, term) in [(true, 1), (false, 4)] {
        let mut net = Net::new(Config { pre_vote, ..settings(3, Bug::None) });
        net.elect(1, &[1, 2, 3]);
        for _ in 0..3 {
            net.timer(3, Timer::Election);
            net.settle(&[]);
        }
        assert_eq!(net.at(3).current_term, term);
        net.timer(1, Timer::Heartbeat);
        net.settle(&[1, 2, 3]);
        let role = if pre_vote { Role::Leader } else { Role::Follower };
        assert_eq!(net.at(1).role, role, "with PreVote: {pre_vote}");
    }
}

#[test]
fn who_hears_from_a_leader_gives_no_pre_vote() {
    for bug in [Bug::None, Bug::PreVoteDisturbs] {
        let mut net = Net::new(pre_voting(bug));
        net.elect(1, &[1, 2, 3]);
        net.timer(3, Timer::Election);
        net.settle(&[2, 3]);
        let disturbed = bug == Bug::PreVoteDisturbs;
        assert_eq!(net.at(3).role == Role::Leader, disturbed, "{bug:?}");
        let breach = "Undisturbed Leader: n2 gives its pre-vote to n3, though it hears from its leader";
        assert_eq!(net.breaches.iter().any(|found| found == breach), disturbed, "{:?}", net.breaches);
    }
}

#[test]
fn who_has_not_heard_for_the_shortest_timeout_gives_its_pre_vote() {
    let mut net = Net::new(pre_voting(Bug::None));
    net.elect(1, &[1, 2, 3]);
    net.timer(2, Timer::Quiet);
    assert!(net.said(true, "n2 has not heard from a leader for 150ms: it may vote for another"));
    net.timer(3, Timer::Election);
    net.settle(&[2, 3]);
    assert_eq!((net.at(3).role, net.at(3).current_term), (Role::Leader, 2));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn a_pre_vote_looks_at_the_log_and_binds_nobody() {
    let mut net = Net::with_logs(pre_voting(Bug::None), &[(2, &[1]), (2, &[1, 2]), (2, &[1, 2])]);
    net.timer(1, Timer::Election);
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(1).role, net.at(1).votes.len()), (Role::PreCandidate, 1), "its log is too short");
    let asked = net.at(3).clone();
    net.timer(2, Timer::Election);
    let pre_vote = net.flying.iter().find(|(_, to, _)| *to == 3).expect("n2 asks n3").2.clone();
    net.flying.clear();
    net.deliver(2, 3, pre_vote);
    assert_eq!(*net.at(3), asked, "who gives a pre-vote is as before");
    net.settle(&[2, 3]);
    assert_eq!((net.at(2).role, net.at(2).current_term), (Role::Leader, 3));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn an_answer_to_an_earlier_pre_vote_counts_no_more() {
    let mut net = Net::new(pre_voting(Bug::None));
    net.timer(1, Timer::Election);
    net.flying.clear();
    let late = PreVoteReply { term: 0, next_term: 7, vote_granted: true };
    net.deliver(2, 1, Message::PreVoteReply(late));
    assert_eq!((net.at(1).role, net.at(1).votes.len()), (Role::PreCandidate, 1));
    let newer = PreVoteReply { term: 5, next_term: 1, vote_granted: false };
    net.deliver(2, 1, Message::PreVoteReply(newer));
    assert_eq!((net.at(1).role, net.at(1).current_term), (Role::Follower, 5), "it learns of the newer term");
}

#[test]
fn who_hears_from_a_leader_puts_requests_for_votes_aside() {
    let mut net = Net::new(checking());
    net.elect(1, &[1, 2, 3]);
    for led in [1, 2] {
        assert_eq!(election_of(&mut net, 3, led, 9, false), [], "n{led} does not even answer");
        assert_eq!(net.at(led).current_term, 1);
    }
    assert!(net.said(true, "n2 heard from a leader a moment ago: it gives n3 no answer, and does not go to term 9"));
    election_of(&mut net, 3, 2, 9, true);
    assert_eq!((net.at(2).current_term, net.at(2).voted_for), (9, Some(n(3))), "the leader asked for this one");
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn a_server_that_comes_back_keeps_the_promise_that_it_may_have_given() {
    let mut net = Net::new(checking());
    net.elect(1, &[1, 2, 3]);
    net.restart(2);
    assert!(net.at(2).heard);
    assert_eq!(election_of(&mut net, 3, 2, 2, false), []);
    net.timer(2, Timer::Quiet);
    election_of(&mut net, 3, 2, 2, false);
    assert_eq!(net.at(2).voted_for, Some(n(3)));
}

#[test]
fn a_newer_term_does_not_end_a_promise() {
    let mut net = Net::new(checking());
    net.elect(1, &[1, 2, 3]);
    let refusal = RequestVoteReply { term: 5, vote_granted: false };
    net.deliver(3, 2, Message::RequestVoteReply(refusal));
    assert_eq!((net.at(2).current_term, net.at(2).heard), (5, true));
    assert_eq!(election_of(&mut net, 3, 2, 6, false), []);
    assert_eq!(election_of(&mut net, 3, 2, 5, false), [], "nor in the term that it has learned of");
    assert!(net.said(true, "n2 heard from a leader a moment ago: it gives n3 no answer"));
    net.timer(2, Timer::Quiet);
    election_of(&mut net, 3, 2, 5, false);
    assert_eq!((net.at(2).voted_for, &net.breaches[..]), (Some(n(3)), &[][..]));
}

#[test]
fn a_leader_that_no_majority_answers_steps_down() {
    let mut net = Net::new(checking());
    net.elect(1, &[1, 2, 3]);
    net.timer(1, Timer::Quorum);
    assert!(net.said(true, "n1 leads on: within 300ms it heard from n2, n3 and itself, 3 of 3"));
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 3]);
    net.timer(1, Timer::Quorum);
    assert_eq!(net.at(1).role, Role::Leader, "one of two others is enough");
    let effects = net.timer(1, Timer::Quorum);
    assert!(net.said(true, "n1 gives up the lead of term 1: within 300ms it heard from itself alone, 1 of 3"));
    assert_eq!((net.at(1).role, net.at(1).leader, net.at(1).current_term), (Role::Follower, None, 1));
    assert!(effects.contains(&Effect::CancelTimer(TimerOf::Node(Timer::Heartbeat))));
}

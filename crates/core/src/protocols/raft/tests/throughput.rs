//! What makes a leader faster: passing over terms (§5.3), pipelining and batching (dissertation §10.2).

use super::{super::*, *};

fn refusals(net: &mut Net, group: &[u8]) -> usize {
    let mut refused = 0;
    while let Some((from, to, message)) = net.flying.pop_front() {
        refused += usize::from(matches!(&message, Message::AppendEntriesReply(m) if !m.success));
        if group.contains(&from) && group.contains(&to) {
            net.deliver(from, to, message);
        }
    }
    refused
}

/// The logs (a) to (f) of Figure 7, each beside the leader's, with how often it refuses if it is passed over entry by entry
/// or term by term.
#[test]
fn the_logs_of_figure_7_meet_sooner_when_terms_are_passed_over() {
    let leader: &[u64] = &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    let others: [(&[u64], [usize; 2]); 6] = [
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6], [1, 1]),
        (&[1, 1, 1, 4], [6, 1]),
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], [0, 0]),
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], [0, 0]),
        (&[1, 1, 1, 4, 4, 4, 4], [5, 2]),
        (&[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], [7, 2]),
    ];
    for (theirs, refused) in others {
        for (skip_terms, expected) in [false, true].into_iter().zip(refused) {
            let config = Config { skip_terms, ..settings(3, Bug::None) };
            let mut net = Net::with_logs(config, &[(7, leader), (7, theirs), (7, &leader[..9])]);
            net.win(1, &[3]);
            net.timer(1, Timer::Heartbeat);
            let found = refusals(&mut net, &[1, 2]);
            assert_eq!((net.terms(2), found), (net.terms(1), expected), "{theirs:?}, skipping terms: {skip_terms}");
            assert_eq!(net.breaches, [""; 0]);
        }
    }
}

#[test]
fn a_refusal_names_the_term_in_conflict_and_where_it_begins() {
    let config = Config { skip_terms: true, ..settings(2, Bug::None) };
    let mut net = Net::with_logs(config, &[(5, &[1, 4, 4]), (5, &[1, 2, 2])]);
    net.elect(1, &[]);
    net.timer(1, Timer::Election);
    net.settle(&[1, 2]);
    assert_eq!(net.terms(2), net.terms(1));
    let conflict = |net: &mut Net, prev: u64, term: u64| {
        let entries = std::rc::Rc::default();
        let (prev_log_index, prev_log_term, leader_id) = (prev, term, n(1));
        let term = net.at(2).current_term;
        let m = AppendEntries { term, leader_id, prev_log_index, prev_log_term, entries, leader_commit: 0, round: 0 };
        net.deliver(1, 2, Message::AppendEntries(m));
        match net.flying.pop_back() {
            Some((2, 1, Message::AppendEntriesReply(reply))) => reply.conflict.map(|c| (c.term, c.first_index)),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(conflict(&mut net, 3, 9), Some((4, 2)));
    assert_eq!(conflict(&mut net, 9, 9), Some((0, 5)));
    assert_eq!(conflict(&mut net, 3, 4), None);
}

#[test]
fn a_leader_that_does_not_wait_sends_each_entry_once() {
    for (pipelining, expected) in [(false, vec![1, 2, 3]), (true, vec![1, 1, 1])] {
        let mut net = Net::new(Config { pipelining, ..settings(3, Bug::None) });
        net.elect(1, &[1, 2, 3]);
        for (serial, op) in (1..).zip(["put x 1", "put x 2", "put x 3"]) {
            net.request(1, serial, op);
        }
        let entries = |(_, to, m): &(u8, u8, Message)| match m {
            Message::AppendEntries(m) if *to == 2 => Some(m.entries.len()),
            _ => None,
        };
        assert_eq!(net.flying.iter().filter_map(entries).collect::<Vec<_>>(), expected, "pipelining: {pipelining}");
        net.settle(&[1, 2, 3]);
        assert_eq!((net.at(1).commit_index, net.terms(2).len()), (4, 4));
    }
}

#[test]
fn what_a_pipeline_lost_is_sent_again_after_the_next_refusal() {
    let mut net = Net::new(Config { pipelining: true, ..settings(2, Bug::None) });
    net.elect(1, &[1, 2]);
    net.request(1, 1, "put x 1");
    net.flying.clear();
    net.request(1, 2, "put x 2");
    net.settle(&[1, 2]);
    assert_eq!((net.terms(2), net.at(1).commit_index), (vec![1, 1, 1], 3));
    net.request(1, 3, "put x 3");
    net.flying.clear();
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2]);
    assert_eq!((net.terms(2).len(), net.at(1).commit_index), (4, 4), "a heartbeat finds what was lost");
}

#[test]
fn commands_of_a_while_go_out_together() {
    let mut net = Net::new(Config { batching: Micros::ms(10), ..settings(3, Bug::None) });
    net.elect(1, &[1, 2, 3]);
    net.request(1, 1, "put x 1");
    net.request(1, 2, "put x 2");
    assert!(net.said(true, "n1 appends x=2 of c1 to its log as entry 3, to be sent with what comes within 10ms"));
    assert_eq!((net.flying.len(), net.at(1).collecting), (0, true));
    net.timer(1, Timer::Batch);
    assert_eq!(net.flying.len(), 2, "one message to each");
    net.settle(&[1, 2, 3]);
    assert_eq!((net.told().len(), net.at(1).commit_index, net.at(1).collecting), (2, 3, false));
    net.request(1, 3, "put x 3");
    let newer = RequestVoteReply { term: 9, vote_granted: false };
    let effects = net.deliver(2, 1, Message::RequestVoteReply(newer));
    assert!(effects.contains(&Effect::CancelTimer(TimerOf::Node(Timer::Batch))) && !net.at(1).collecting);
}

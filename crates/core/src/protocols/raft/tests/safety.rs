//! Each property of Figure 3 is broken by a deliberate bug, and the breach says by whom and where.

use super::{super::*, *};

#[test]
fn a_server_that_votes_twice_makes_two_leaders() {
    let mut net = Net::new(settings(3, Bug::VoteTwice));
    net.win(1, &[3]);
    net.win(2, &[3]);
    assert_eq!(net.breaches[0], "Election Safety: term 1 has two leaders: n1, and now n2");
}

#[test]
fn a_server_that_forgets_its_vote_makes_two_leaders() {
    for (bug, breaches) in [(Bug::None, 0), (Bug::ForgetVote, 1)] {
        let mut net = Net::new(settings(3, bug));
        net.win(1, &[3]);
        net.restart(3);
        net.elect(2, &[2, 3]);
        let found = net.breaches.iter().filter(|breach| breach.starts_with("Election Safety")).count();
        assert_eq!(found, breaches, "{bug:?}: {:?}", net.breaches);
    }
}

#[test]
fn a_vote_without_a_look_at_the_log_loses_a_committed_entry() {
    for bug in [Bug::None, Bug::VoteWithoutLog] {
        let mut net = Net::new(settings(3, bug));
        net.elect(1, &[1, 2]);
        net.elect(3, &[2, 3]);
        net.elect(3, &[2, 3]);
        let lost = net.breaches.iter().any(|breach| {
            breach == "Leader Completeness: n3 leads term 2 without entry 1 of term 1, which was committed in term 1"
        });
        assert_eq!(lost, bug == Bug::VoteWithoutLog, "{:?}", net.breaches);
    }
}

#[test]
fn a_longer_log_is_not_a_better_one() {
    let logs: [(u64, &[u64]); 3] = [(2, &[1]), (2, &[1]), (2, &[1, 1, 1])];
    for bug in [Bug::None, Bug::VoteByLength] {
        let mut net = Net::with_logs(settings(3, bug), &logs);
        net.elect(1, &[1, 2]);
        net.elect(3, &[]);
        net.elect(3, &[2, 3]);
        let lost = net.breaches.iter().any(|breach| breach.starts_with("Leader Completeness: n3 leads term 4"));
        assert_eq!(lost, bug == Bug::VoteByLength, "{:?}", net.breaches);
    }
}

#[test]
fn committing_beyond_what_matches_applies_the_wrong_entry() {
    for bug in [Bug::None, Bug::CommitBeyond] {
        let mut net = Net::with_logs(settings(3, bug), &[(2, &[1, 2]), (2, &[1, 2]), (2, &[1, 1, 1])]);
        net.elect(1, &[1, 2]);
        net.timer(1, Timer::Heartbeat);
        net.settle(&[1, 3]);
        let wrong = net.breaches.iter().any(|breach| {
            breach == "State Machine Safety: n3 applied no-op of term 1 as entry 2, where n1 applied no-op of term 2"
        });
        assert_eq!(wrong, bug == Bug::CommitBeyond, "{:?}", net.breaches);
    }
}

#[test]
fn a_leader_that_cuts_its_log_is_seen() {
    let mut net = Net::new(settings(3, Bug::None));
    net.elect(1, &[1, 2, 3]);
    let before = net.at(1).clone();
    let mut after = before.clone();
    after.log.truncate_from(1);
    let step = StepSeen {
        node: n(1),
        before: Some(&before),
        input: None,
        after: &after,
        effects: &[],
        liar: false,
        cut: false,
        config: &net.cluster.config,
    };
    let (ghost, config, specs) = (&net.ghost, &net.cluster.config, net.cluster.specs.as_slice());
    let sight = Sight { nodes: &|_| None, step: &step, ghost, config, specs, liars: NodeSet::new() };
    let found: Vec<_> = Raft::invariants().iter().filter_map(|i| (i.check)(&sight).err().map(|b| b.words)).collect();
    assert_eq!(found, ["n1 leads term 1 and changed entry 1 of its own log"]);
}

#[test]
fn logs_that_agree_on_an_entry_and_not_on_the_one_before_are_seen() {
    let mut net = Net::with_logs(settings(3, Bug::None), &[(1, &[1]), (1, &[1]), (1, &[])]);
    net.elect(1, &[1, 2]);
    let before = net.at(3).clone();
    let entry = |term| Entry::new(term, Command::NoOp);
    let after = Raft { log: [entry(9), entry(2)].into_iter().collect(), ..before.clone() };
    let step = StepSeen {
        node: n(3),
        before: Some(&before),
        input: None,
        after: &after,
        effects: &[],
        liar: false,
        cut: false,
        config: &net.cluster.config,
    };
    let (ghost, config, specs) = (&net.ghost, &net.cluster.config, net.cluster.specs.as_slice());
    let sight = Sight { nodes: &|_| None, step: &step, ghost, config, specs, liars: NodeSet::new() };
    let matching = Raft::invariants().iter().find(|i| i.name == "Log Matching").unwrap();
    let words = (matching.check)(&sight).unwrap_err().words;
    assert_eq!(words, "n3 and n1 agree on entry 2 of term 2, but the one before is of term 9 at n3 and 1 at n1");
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_field() {
    let refused = |config: Config| Raft::setup(&config).unwrap_err().to_string();
    let config = Config::default;
    assert_eq!(refused(Config { servers: 99, ..config() }), "servers: 99 is more than 9");
    assert_eq!(refused(Config { servers: 0, ..config() }), "servers: 0 is less than 1");
    let slow = Config { heartbeat: Micros::ms(200), ..config() };
    assert_eq!(refused(slow), "heartbeat: 200ms is not shorter than the shortest election timeout, 150ms");
    let reversed = Config { election_timeout: crate::Span { min: Micros::ms(9), max: Micros::ms(3) }, ..config() };
    assert_eq!(refused(reversed), "election_timeout: 9ms..3ms ends before it starts");
}

#[test]
fn a_group_says_what_it_could_do() {
    let able = |servers: &[u8]| {
        Raft::able_now(&Config::default(), &[], servers.iter().map(|s| n(*s)).collect())
            .map(|ability| ability.words)
            .unwrap()
    };
    assert_eq!(able(&[1, 2, 5]), "could elect and commit: 3 of 5 up and reachable");
    assert_eq!(able(&[3, 4]), "can do neither: 2 of 5 up and reachable");
}

#[test]
fn the_table_aligns_the_logs_and_marks_what_is_at_odds_with_the_leader() {
    use crate::view::Tone;
    let mut net = Net::with_logs(settings(3, Bug::None), &[(2, &[1, 2]), (2, &[1, 2]), (2, &[1, 1])]);
    net.elect(1, &[1, 2]);
    let nodes = [Some(net.at(1)), None, Some(net.at(3))];
    let table = Raft::table(&nodes, &net.cluster.specs).unwrap();
    assert_eq!(table.columns, ["", "term", "commit", "match", "next", "1", "2", "3"]);
    let texts = |row: usize| table.rows[row].cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>();
    assert_eq!(texts(0), ["3", "3", "", "", "t1 no-op", "t2 no-op", "t3 no-op"]);
    assert_eq!(texts(1), ["down", "", "3", "4", "", "", ""]);
    assert_eq!((texts(2)[2], table.rows[2].cells[5].tone), ("0", Tone::Warning));
}

//! Who is in the cluster: §6 of the paper, chapter 4 of the dissertation.

use super::{super::*, *};

fn set(numbers: &[u8]) -> NodeSet {
    numbers.iter().map(|number| n(*number)).collect()
}

fn with(membership: Membership, servers: u64, spares: u64) -> Config {
    Config { membership, spares, learners: false, ..settings(servers, Bug::None) }
}

const ALL: [u8; 6] = [1, 2, 3, 4, 5, 6];

impl Net {
    fn ask(&mut self, me: u8, change: Change) {
        self.step(me, Input::Stimulus(Admin::Change(change)));
    }

    fn voters(&self, me: u8) -> Joint {
        self.at(me).voters(&self.cluster.config)
    }

    fn able(&self, group: &[u8]) -> String {
        let nodes: Vec<Option<&Raft>> = self.nodes.iter().map(Some).collect();
        Raft::able_now(&self.cluster.config, &nodes, set(group)).expect("Raft says so").words
    }
}

fn led(config: Config) -> Net {
    let mut net = Net::new(config);
    net.elect(1, &ALL);
    net.timer(1, Timer::Heartbeat);
    net.settle(&ALL);
    net
}

#[test]
fn a_spare_waits_for_nobody_and_votes_when_asked() {
    let mut net = Net::new(with(Membership::SingleServer, 3, 1));
    assert!(net.at(4).outside && !net.at(1).outside);
    assert_eq!(net.at(4).role(), crate::Role::Outside);
    net.timer(4, Timer::Election);
    assert_eq!((net.at(4).current_term, net.at(4).role), (0, Role::Follower));
    assert!(net.said(true, "n4 is in no configuration"));
    let ask = RequestVote { term: 1, candidate_id: n(1), last_log_index: 0, last_log_term: 0, transfer: false };
    net.deliver(1, 4, Message::RequestVote(ask));
    assert_eq!(net.at(4).voted_for, Some(n(1)));
}

#[test]
fn a_server_is_added_and_counts_at_once() {
    let mut net = led(with(Membership::SingleServer, 3, 1));
    net.ask(1, Change::Add(n(4)));
    assert!(net.said(true, "n1 appends entry 2, the configuration of n1, n2, n3, n4, and goes by it from now on"));
    assert_eq!(net.voters(1), Joint::of(set(&[1, 2, 3, 4])));
    net.settle(&[1, 2]);
    assert_eq!(net.at(1).commit_index, 1, "two of four are no majority");
    net.timer(1, Timer::Heartbeat);
    net.settle(&ALL);
    assert_eq!((net.at(1).commit_index, net.at(4).outside), (2, false));
    assert_eq!(net.voters(4), Joint::of(set(&[1, 2, 3, 4])));
    assert!(net.able(&[1, 2]).starts_with("can do neither: 2 of 4"));
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn a_read_that_waits_is_answered_when_those_who_are_left_have_confirmed_it() {
    let mut net = led(with(Membership::SingleServer, 2, 0));
    net.request(1, 1, "get x");
    net.flying.clear();
    assert_eq!(net.told(), []);
    net.ask(1, Change::Remove(n(2)));
    assert_eq!((net.told().len(), net.voters(1)), (1, Joint::of(set(&[1]))));
}

#[test]
fn joint_consensus_needs_both_majorities_and_ends_with_the_new_configuration() {
    let mut net = led(with(Membership::Joint, 3, 3));
    net.ask(1, Change::Become(set(&[4, 5, 6])));
    let joint = Joint { new: set(&[4, 5, 6]), old: set(&[1, 2, 3]) };
    assert_eq!(net.voters(1), joint);
    assert_eq!(net.able(&[1, 2, 4]), "can do neither: 2 of 3 old and 1 of 3 new up and reachable");
    net.settle(&[1, 2, 3]);
    assert_eq!(net.at(1).commit_index, 1, "a majority of the old ones alone decides nothing");
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 4, 5, 6]);
    assert_eq!((net.at(1).commit_index, net.at(1).role), (3, Role::Follower), "all committed, and the leader left");
    assert_eq!((net.at(1).role(), net.at(1).outside), (crate::Role::Outside, true));
    assert_eq!(net.voters(4), Joint::of(set(&[4, 5, 6])));
    net.elect(4, &[4, 5]);
    assert_eq!(net.at(4).role, Role::Leader);
    net.timer(1, Timer::Election);
    assert_eq!(net.at(1).role, Role::Follower, "who knows that it was removed begins no election");
    assert_eq!(net.breaches, [""; 0]);
}

#[test]
fn a_leader_that_is_removed_does_not_count_itself_and_leaves_when_that_is_committed() {
    let mut net = led(with(Membership::SingleServer, 3, 0));
    net.ask(1, Change::Remove(n(1)));
    net.settle(&[1, 2]);
    assert_eq!((net.at(1).commit_index, net.at(1).role), (1, Role::Leader), "n2 alone is no majority of n2 and n3");
    net.timer(1, Timer::Heartbeat);
    net.settle(&[1, 2, 3]);
    assert_eq!((net.at(1).commit_index, net.at(1).role, net.at(1).leader), (2, Role::Follower, None));
    net.elect(2, &[2, 3]);
    assert_eq!(net.at(2).role, Role::Leader);
}

#[test]
fn a_new_leader_finishes_a_joint_change_that_it_finds() {
    let mut net = led(with(Membership::Joint, 3, 1));
    net.ask(1, Change::Become(set(&[1, 2, 3, 4])));
    net.settle(&[1, 2]);
    net.nodes[0] = Raft::default();
    net.restart(1);
    assert!(net.voters(2).is_changing(), "n1 and n2 are no majority of the new four: the change is not committed");
    assert!(!net.at(1).configurations.is_empty(), "a configuration is found again in the log");
    net.elect(2, &[1, 2, 3, 4]);
    net.timer(2, Timer::Heartbeat);
    net.settle(&ALL);
    assert_eq!(net.voters(2), Joint::of(set(&[1, 2, 3, 4])));
    assert_eq!(net.voters(3), net.voters(2));
}

#[test]
fn a_configuration_that_is_removed_from_the_log_counts_no_more() {
    let mut net = led(with(Membership::SingleServer, 3, 1));
    net.ask(1, Change::Add(n(4)));
    net.flying.clear();
    net.elect(2, &[2, 3]);
    net.timer(2, Timer::Heartbeat);
    net.settle(&ALL);
    assert_eq!(net.voters(1), Joint::of(set(&[1, 2, 3])));
    assert_eq!((net.at(1).role, net.terms(1)), (Role::Follower, vec![1, 2]));
}

#[test]
fn what_cannot_be_changed_is_refused_in_words() {
    let mut net = led(with(Membership::SingleServer, 2, 2));
    let refused = |net: &mut Net, me: u8, change: Change, words: &str| {
        let before = net.at(me).log.len();
        net.ask(me, change);
        let said: Vec<&str> = net.notes.iter().map(|note| note.why.as_str()).collect();
        assert!(net.said(true, words), "{words}: {said:?}");
        assert_eq!(net.at(me).log.len(), before);
    };
    refused(&mut net, 2, Change::Add(n(3)), "n2 refuses the change: it does not lead, and the leader is n1, as far");
    refused(&mut net, 3, Change::Add(n(3)), "n3 refuses the change: it does not lead, and it knows of no leader");
    refused(&mut net, 1, Change::Add(n(2)), "n1 refuses the change: n2 is a voter already");
    refused(&mut net, 1, Change::Remove(n(3)), "n1 refuses the change: n3 is no voter");
    refused(&mut net, 1, Change::Become(set(&[])), "nobody would be left who could decide anything");
    refused(&mut net, 1, Change::Become(set(&[1, 2])), "the voters are n1, n2 already");
    refused(
        &mut net,
        1,
        Change::Become(set(&[1, 2, 3, 4])),
        "n3, n4 would change, and majorities are sure to meet only",
    );
    net.ask(1, Change::Add(n(3)));
    refused(&mut net, 1, Change::Add(n(4)), "entry 2, the configuration of n1, n2, n3, is not committed");
    let mut alone = led(with(Membership::SingleServer, 1, 0));
    refused(&mut alone, 1, Change::Remove(n(1)), "n1 is the last voter");
}

#[test]
fn a_leader_without_an_entry_of_its_term_changes_nobody() {
    let mut net = Net::new(with(Membership::SingleServer, 3, 1));
    net.win(1, &[2]);
    net.ask(1, Change::Add(n(4)));
    assert!(net.said(true, "n1 refuses the change: it has committed no entry of its term 1 yet"));
    let mut joint = Net::new(with(Membership::Joint, 3, 1));
    joint.win(1, &[2]);
    joint.ask(1, Change::Become(set(&[1, 2, 3, 4])));
    assert!(joint.voters(1).is_changing(), "both majorities are needed then, which is enough");
}

#[test]
fn a_server_is_handed_the_lead_only_if_it_votes() {
    let mut net = led(Config { transfers: true, ..with(Membership::SingleServer, 2, 1) });
    net.step(1, Input::Stimulus(Admin::Transfer(n(3))));
    assert!(net.said(false, "n3 is no voter besides n1: it cannot lead"));
    assert_eq!(net.at(1).transfer, None);
    net.step(1, Input::Stimulus(Admin::Transfer(n(2))));
    net.ask(1, Change::Add(n(3)));
    assert!(net.said(true, "n1 refuses the change: it is handing over to n2"));
}

#[test]
fn a_learner_gets_the_log_before_it_counts() {
    let mut net = led(Config { learners: true, ..with(Membership::SingleServer, 3, 1) });
    net.request(1, 1, "put x 1");
    net.settle(&ALL);
    net.ask(1, Change::Add(n(4)));
    assert!(net.said(true, "n1 brings n4 up to date, without a vote: round 1 is up to entry 2"));
    net.ask(1, Change::Add(n(4)));
    assert!(net.said(true, "n1 refuses the change: it is bringing n4 up to date for another change"));
    assert_eq!((net.voters(1).new, net.at(1).log.len()), (set(&[1, 2, 3]), 2));
    net.settle(&ALL);
    assert_eq!((net.voters(1).new, net.at(4).log.len()), (set(&[1, 2, 3, 4]), 3));
    assert_eq!(net.at(1).catching_up, None);
}

#[test]
fn rounds_that_take_too_long_are_repeated_and_then_given_up() {
    let mut net = led(Config { learners: true, ..with(Membership::SingleServer, 3, 1) });
    net.ask(1, Change::Add(n(4)));
    for round in 1..=10_u64 {
        assert_eq!(net.at(1).catching_up.as_ref().map(|catching| catching.round), Some(round));
        net.now = net.now.plus(Micros::ms(150));
        net.flying.clear();
        net.timer(1, Timer::Heartbeat);
        let heartbeat =
            net.flying.iter().find(|(_, to, _)| *to == 4).expect("learners hear from their leader").2.clone();
        // While that is on its way the log grows.
        net.request(1, round, "put x 1");
        net.flying.clear();
        net.deliver(1, 4, heartbeat);
        net.settle(&[1, 4]);
    }
    assert_eq!((net.at(1).catching_up.clone(), net.voters(1).new), (None, set(&[1, 2, 3])));
    assert!(!net.at(1).serves(n(4)), "it is no learner any more");
}

#[test]
fn a_learner_that_does_not_get_on_is_given_up() {
    let mut net = led(Config { learners: true, ..with(Membership::SingleServer, 3, 1) });
    net.ask(1, Change::Add(n(4)));
    net.timer(1, Timer::CatchUp);
    assert!(
        net.said(true, "n1 gives up the change: it cannot bring n4 up to date, for nothing has come of it for 300ms")
    );
    assert_eq!(net.at(1).catching_up, None);
    // Its answers come too late.
    net.settle(&ALL);
    assert_eq!(net.voters(1).new, set(&[1, 2, 3]));
}

#[test]
fn a_snapshot_carries_the_configuration() {
    let mut net = led(Config { snapshot_after: 2, ..with(Membership::SingleServer, 3, 1) });
    net.ask(1, Change::Remove(n(3)));
    net.settle(&ALL);
    net.timer(1, Timer::Snapshot);
    assert_eq!((net.at(1).base(), net.at(1).configurations.len()), (2, 0));
    assert_eq!(net.voters(1).new, set(&[1, 2]));
    net.restart(1);
    assert_eq!(net.voters(1).new, set(&[1, 2]));
    net.elect(1, &ALL);
    net.ask(1, Change::Add(n(4)));
    net.settle(&ALL);
    assert_eq!((net.at(4).base(), net.voters(4).new), (2, set(&[1, 2, 4])));
    assert_eq!(net.at(4).snapshot.as_ref().and_then(|snapshot| snapshot.configuration), Some(Joint::of(set(&[1, 2]))));
}

#[test]
fn a_removed_server_that_does_not_know_it_disturbs_unless_others_stay_with_their_leader() {
    let disturbed = |check_quorum: bool| {
        let mut net = led(Config { check_quorum, ..with(Membership::SingleServer, 4, 0) });
        net.ask(1, Change::Remove(n(4)));
        net.settle(&ALL);
        let able = net.able(&[1, 2, 3, 4]);
        net.timer(4, Timer::Election);
        net.settle(&ALL);
        (net.at(1).role == Role::Follower, able)
    };
    assert_eq!(disturbed(false), (true, "disturbed by a server outside: 3 of 3 up and reachable".into()));
    assert_eq!(disturbed(true), (false, "could elect and commit: 3 of 3 up and reachable".into()));
}

#[test]
fn a_lease_keeps_no_more_rounds_than_can_renew_it() {
    let config = Config { check_quorum: true, reads: Reads::Lease, ..settings(3, Bug::None) };
    let mut net = Net::new(config);
    net.elect(1, &[1, 2, 3]);
    for _ in 0..100 {
        net.now = net.now.plus(Micros::ms(50));
        net.timer(1, Timer::Heartbeat);
        net.flying.clear();
    }
    let kept = net.at(1).lease.as_ref().map_or(0, |lease| lease.sent.len());
    assert!((1..=3).contains(&kept), "{kept}");
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let wrong = |config: Config| Raft::setup(&config).expect_err("it cannot be run").to_string();
    assert!(wrong(Config { spares: 1, ..Config::default() }).contains("need membership"));
    assert!(wrong(with(Membership::Joint, 6, 4)).contains("more than 9 machines"));
    assert!(wrong(with(Membership::Joint, 3, 5)).contains('5'));
    let labels = |config: &Config| Raft::stimuli(config).into_iter().map(|one| one.label).collect::<Vec<_>>();
    let single = labels(&with(Membership::SingleServer, 1, 1));
    assert_eq!(single, ["add n1", "add n2", "remove n1", "remove n2", "add n1", "add n2", "remove n1", "remove n2"]);
    let joint = labels(&with(Membership::Joint, 2, 1));
    assert_eq!(joint.len(), 18);
    assert_eq!(
        joint[..6],
        [
            "change to n1 n2 n3",
            "change to n1 n2",
            "change to n3",
            "change to n2 n3",
            "change to n1 n3",
            "change to nobody"
        ]
    );
}

#[test]
fn a_leader_hands_nothing_over_while_a_change_is_under_way() {
    let mut net = led(Config { transfers: true, ..with(Membership::SingleServer, 3, 1) });
    net.ask(1, Change::Add(n(4)));
    net.flying.clear();
    net.step(1, Input::Stimulus(Admin::Transfer(n(2))));
    assert_eq!(net.at(1).transfer, None);
    assert!(
        net.said(false, "n1 does not hand over now: entry 2, the configuration of n1, n2, n3, n4, is not committed")
    );
    net.timer(1, Timer::Heartbeat);
    net.settle(&ALL);
    net.step(1, Input::Stimulus(Admin::Transfer(n(2))));
    net.settle(&ALL);
    assert_eq!((net.at(2).role, net.at(1).role), (Role::Leader, Role::Follower));
}

//! Tests that follow the paper, on a network that is moved by hand.

use super::{Bug, Config, Message, Paxos, Placement, Proposal, Retrying, Timer};
use crate::{
    Call, Micros, OpId, Outcome, Protocol,
    protocols::testing::Net,
    services::{Decided, Propose},
};

fn config(proposers: u64, acceptors: u64, learners: u64) -> Config {
    Config { proposers, acceptors, learners, ..Config::default() }
}

fn with(bug: Bug, proposers: u64, acceptors: u64) -> Net<Paxos> {
    Net::new(Config { bug, ..config(proposers, acceptors, 1) })
}

fn propose(net: &mut Net<Paxos>, client: &str, proposer: &str, value: &str) {
    let id = OpId { client: net.id(client), serial: 1 };
    net.request(client, proposer, Call { id, op: Propose(value.into()) });
}

/// Phase 1 of one proposer with some acceptors.
fn prepared(net: &mut Net<Paxos>, proposer: &str, acceptors: &[&str]) {
    for acceptor in acceptors {
        net.deliver(proposer, acceptor, "Prepare");
        net.deliver(acceptor, proposer, "Promise");
    }
}

fn accepted(net: &Net<Paxos>, acceptor: &str) -> Option<String> {
    let Proposal { ballot, value } = net.at(acceptor).acceptor.accepted.as_ref()?;
    Some(format!("{value} as {ballot}"))
}

fn learned(net: &Net<Paxos>, who: &str) -> Option<String> {
    net.at(who).learner.learned.as_deref().map(Into::into)
}

#[test]
fn one_proposer_has_its_value_chosen_and_answers_its_client() {
    for placement in [Placement::Apart, Placement::Together] {
        let mut net = Net::<Paxos>::new(Config { placement, ..config(1, 3, 3) });
        let proposer = if placement == Placement::Apart { "p1" } else { "n1" };
        propose(&mut net, "c1", proposer, "x");
        net.settle();
        assert_eq!(net.answers.len(), 1, "{placement:?}");
        assert_eq!(net.answers[0].1.outcome, Outcome::Done(Decided("x".into())));
        assert_eq!(net.breaches, Vec::<String>::new());
    }
}

#[test]
fn an_acceptor_promises_once_for_a_number_and_nothing_below() {
    let mut net = with(Bug::None, 2, 3);
    propose(&mut net, "c1", "p1", "x");
    propose(&mut net, "c2", "p2", "y");
    net.deliver("p2", "a1", "Prepare");
    net.deliver("p1", "a1", "Prepare");
    assert_eq!(net.rules, ["refuse"]);
    net.deliver("a1", "p1", "Refused round 1 proposer 1");
    assert_eq!(net.rules, ["abandon", "back off"]);
    net.fire("p1", Timer::Retry);
    net.deliver("p1", "a1", "Prepare round 2 proposer 1");
    assert_eq!(net.rules, ["promise"]);
}

#[test]
fn what_was_promised_away_is_not_accepted() {
    let mut net = with(Bug::None, 2, 3);
    propose(&mut net, "c1", "p1", "x");
    prepared(&mut net, "p1", &["a1", "a2"]);
    propose(&mut net, "c2", "p2", "y");
    net.deliver("p2", "a1", "Prepare");
    net.deliver("p1", "a1", "Accept round 1 proposer 1");
    assert_eq!(accepted(&net, "a1"), None);
    net.deliver("p1", "a2", "Accept round 1 proposer 1");
    assert_eq!(accepted(&net, "a2").as_deref(), Some("x as 1.1"));
}

/// The value of the highest number reported, even if fewer reported it.
#[test]
fn the_highest_numbered_proposal_gives_the_value() {
    for (bug, wanted) in [(Bug::None, "y as 1.3"), (Bug::MostFrequent, "x as 1.3")] {
        let mut net = with(bug, 3, 5);
        propose(&mut net, "c1", "p1", "x");
        prepared(&mut net, "p1", &["a1", "a2", "a3"]);
        net.deliver("p1", "a1", "Accept");
        net.deliver("p1", "a2", "Accept");
        // p2 hears of none who accepted.
        propose(&mut net, "c2", "p2", "y");
        prepared(&mut net, "p2", &["a3", "a4", "a5"]);
        net.deliver("p2", "a3", "Accept");
        propose(&mut net, "c2", "p3", "z");
        prepared(&mut net, "p3", &["a1", "a2", "a3"]);
        net.deliver("p3", "a1", "Accept");
        assert_eq!(accepted(&net, "a1").as_deref(), Some(wanted), "{bug:?}");
    }
}

/// §2.3: of two acceptors left, nobody can tell whether the third completed a majority. A new proposal can.
#[test]
fn a_learner_that_must_know_has_a_proposal_issued() {
    let mut net = with(Bug::None, 2, 3);
    propose(&mut net, "c1", "p1", "x");
    prepared(&mut net, "p1", &["a1", "a2"]);
    net.deliver("p1", "a1", "Accept");
    net.deliver("p1", "a2", "Accept");
    // a1 is gone, and what it said is lost.
    for to in ["p1", "l1"] {
        net.lose("a1", to, "Accepted");
    }
    net.lose("a2", "p1", "Accepted");
    net.deliver("a2", "l1", "Accepted");
    assert_eq!(learned(&net, "l1"), None);
    net.fire("l1", Timer::Learn);
    assert_eq!(net.rules, ["ask"]);
    net.deliver("l1", "p1", "Ask");
    // p1 is at its proposal still, and goes on with it in time.
    net.fire("p1", Timer::Retry);
    for acceptor in ["a2", "a3"] {
        net.deliver("p1", acceptor, "Prepare round 2");
        net.deliver(acceptor, "p1", "Promise round 2");
    }
    for acceptor in ["a2", "a3"] {
        net.deliver("p1", acceptor, "Accept round 2");
        net.deliver(acceptor, "p1", "Accepted round 2");
    }
    net.deliver("p1", "l1", "Chosen");
    assert_eq!(learned(&net, "l1").as_deref(), Some("x"));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn who_is_asked_and_finds_nothing_gives_up() {
    let mut net = with(Bug::None, 1, 3);
    net.restart("l1");
    net.fire("l1", Timer::Learn);
    net.deliver("l1", "p1", "Ask");
    prepared(&mut net, "p1", &["a1", "a2"]);
    assert_eq!(net.rules, ["abandon"]);
    assert!(net.at("p1").proposer.attempt.is_none());
}

#[test]
fn promises_acceptances_and_numbers_survive_a_crash() {
    let mut net = with(Bug::None, 2, 3);
    propose(&mut net, "c1", "p1", "x");
    prepared(&mut net, "p1", &["a1", "a2"]);
    net.deliver("p1", "a1", "Accept");
    let before = net.at("a1").acceptor.clone();
    net.restart("a1");
    assert_eq!(net.at("a1").acceptor, before);
    net.restart("p1");
    propose(&mut net, "c1", "p1", "x");
    assert_eq!(net.at("p1").proposer.round, 2);
}

#[test]
fn two_that_try_again_at_once_outbid_each_other_until_one_is_alone() {
    let mut net = Net::<Paxos>::new(Config { retrying: Retrying::AtOnce, ..config(2, 1, 1) });
    propose(&mut net, "c1", "p1", "x");
    propose(&mut net, "c2", "p2", "y");
    net.deliver("p1", "a1", "Prepare");
    for _ in 0..50 {
        for (me, other) in [("p2", "p1"), ("p1", "p2")] {
            net.deliver(me, "a1", "Prepare");
            net.deliver("a1", other, "Promise");
            net.deliver(other, "a1", "Accept");
            net.deliver("a1", other, "Refused");
        }
    }
    assert_eq!(accepted(&net, "a1"), None);
    net.settle();
    assert!(accepted(&net, "a1").is_some() && net.breaches.is_empty());
}

#[test]
fn a_late_promise_changes_nothing_unless_the_bug_is_there() {
    for bug in [Bug::None, Bug::LatePromise] {
        let mut net = with(bug, 2, 3);
        propose(&mut net, "c1", "p1", "x");
        prepared(&mut net, "p1", &["a1", "a2"]);
        net.deliver("p1", "a1", "Accept");
        propose(&mut net, "c2", "p2", "y");
        prepared(&mut net, "p2", &["a2", "a3"]);
        net.deliver("p2", "a1", "Prepare");
        net.deliver("a1", "p2", "Promise");
        let found = net.breaches.iter().any(|breach| breach.starts_with("One Value per Number"));
        assert_eq!(found, bug == Bug::LatePromise, "{:?}", net.breaches);
    }
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_field() {
    let wrong = |config: Config| Paxos::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(config(0, 3, 1)), "proposers: 0 is less than 1");
    let large = Config { accept_quorum: 4, ..config(1, 3, 1) };
    assert_eq!(wrong(large), "accept_quorum: a quorum of 4 is larger than the group of 3 acceptors");
    assert!(Paxos::setup(&config(1, 4, 0)).is_ok(), "an even number of acceptors is legal");
}

#[test]
fn four_acceptors_bear_one_crash_like_three() {
    for (acceptors, needed) in [(3, 2), (4, 3), (5, 3)] {
        assert_eq!(config(1, acceptors, 1).accept_quorum(), needed);
    }
}

#[test]
fn progress_is_not_promised_to_those_who_never_wait() {
    let longest = Micros::ms(10);
    assert!(Paxos::timely(&Config::default(), longest).is_ok());
    assert!(Paxos::timely(&Config { retrying: Retrying::AtOnce, ..Config::default() }, longest).is_err());
    assert!(Paxos::timely(&Config::default(), Micros::ms(40)).is_err());
}

#[test]
fn an_answer_of_one_that_was_never_asked_counts_nothing() {
    // Two proposers and three acceptors apart: p2 is no acceptor, whatever it says.
    let mut net = Net::<Paxos>::new(config(2, 3, 1));
    propose(&mut net, "c1", "p1", "a");
    net.deliver("p1", "a1", "Prepare");
    net.deliver("a1", "p1", "Promise");
    let ballot = net.at("p1").proposer.attempt.as_ref().expect("it has begun").ballot;
    let (p1, p2) = (net.id("p1"), net.id("p2"));
    net.flying.push((p2, p1, Message::Promise { ballot, accepted: None }));
    net.deliver("p2", "p1", "Promise");
    let attempt = net.at("p1").proposer.attempt.as_ref().expect("it goes on");
    assert!(attempt.value.is_none(), "one promise of three is no quorum");
    // Nor does what it says it has accepted make anything chosen.
    net.deliver("p1", "a2", "Prepare");
    net.deliver("a2", "p1", "Promise");
    net.deliver("p1", "a1", "Accept");
    net.flying.push((p2, p1, Message::Accepted(Proposal { ballot, value: "a".into() })));
    net.deliver("a1", "p1", "Accepted");
    net.deliver("p2", "p1", "Accepted");
    assert_eq!(learned(&net, "p1"), None);
    net.deliver("p1", "a2", "Accept");
    net.deliver("a2", "p1", "Accepted");
    assert_eq!(learned(&net, "p1").as_deref(), Some("a"));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn an_acceptor_that_takes_null_for_a_value_gets_it_chosen() {
    for bug in [Bug::None, Bug::ReportNothing] {
        let mut net = with(bug, 1, 3);
        propose(&mut net, "c1", "p1", "x");
        net.settle();
        let wanted = if bug == Bug::None { "x" } else { "null" };
        assert_eq!(learned(&net, "l1").as_deref(), Some(wanted));
        let broken = net.breaches.iter().any(|breach| breach.starts_with("Nontriviality: null is chosen"));
        assert_eq!(broken, bug == Bug::ReportNothing, "{:?}", net.breaches);
    }
}

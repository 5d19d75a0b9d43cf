//! The rules of the papers, by hand.

use super::*;
use crate::protocols::testing::Net;

fn counts(counts: &[u64]) -> Counts {
    counts.iter().copied().collect()
}

fn net(bug: Bug) -> Net<Vector> {
    Net::new(Config { chatter: false, bug, ..Config::default() })
}

/// n1 tells n2, which tells n3; n1 goes on meanwhile.
fn chain(bug: Bug) -> Net<Vector> {
    let mut net = net(bug);
    net.stimulate("n1", Act::Send(NodeId(1)));
    net.settle();
    net.stimulate("n2", Act::Send(NodeId(2)));
    net.stimulate("n1", Act::Local);
    net.settle();
    net
}

#[test]
fn a_receipt_takes_the_greater_counts_and_counts_itself() {
    let net = chain(Bug::None);
    assert_eq!(net.at("n1").counts, counts(&[2]));
    assert_eq!(net.at("n2").counts, counts(&[1, 2]));
    assert_eq!(net.at("n3").counts, counts(&[1, 2, 1]));
    assert_eq!(net.at("n1").counts.partial_cmp(&net.at("n3").counts), None, "n1 went on, and nobody heard of it");
    assert!(net.at("n1").clock < net.at("n3").clock, "the Lamport clocks order what is concurrent");
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_receipt_that_is_not_counted_breaks_the_clock_condition() {
    let net = chain(Bug::NoTickOnReceive);
    assert!(
        net.breaches[0].starts_with("Clock Condition: the event (1,0,0) of n1 happened before"),
        "{:?}",
        net.breaches
    );
}

#[test]
fn counts_that_are_not_taken_break_the_clock_condition() {
    let net = chain(Bug::NoMaximum);
    assert!(
        net.breaches[0].starts_with("Clock Condition: the event (1,0,0) of n1 happened before"),
        "{:?}",
        net.breaches
    );
}

#[test]
fn a_receipt_that_is_counted_for_its_sender_breaks_the_converse() {
    let net = chain(Bug::CountForSender);
    assert!(
        net.breaches[0].starts_with("Converse: the event (2,0,0) of n2 did not happen before"),
        "{:?}",
        net.breaches
    );
}

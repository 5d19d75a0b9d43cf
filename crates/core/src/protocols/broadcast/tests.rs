//! The four orders, by hand.

use super::*;
use crate::protocols::testing::Net;

fn net(order: Guarantee, bug: Bug) -> Net<Broadcast> {
    Net::new(Config { order, bug, broadcasts: 0, ..Config::default() })
}

fn delivered(net: &Net<Broadcast>, name: &str) -> String {
    let all: Vec<String> =
        net.at(name).delivered.iter().map(|one| format!("{}.{}", one.id.origin.0 + 1, one.id.number)).collect();
    all.join(" ")
}

/// n1 asks, n2 answers, and the answer is at n3 before the question.
fn overtaken(order: Guarantee, bug: Bug) -> Net<Broadcast> {
    let mut net = net(order, bug);
    net.stimulate("n1", Word::Question);
    net.deliver("n1", "n2", "Question");
    net.stimulate("n2", Word::Answer);
    net.deliver("n2", "n3", "Answer");
    net
}

#[test]
fn without_an_order_and_with_fifo_the_answer_comes_before_the_question() {
    for order in [Guarantee::Unordered, Guarantee::Fifo] {
        let mut net = overtaken(order, Bug::None);
        assert_eq!(delivered(&net, "n3"), "2.1");
        net.settle();
        assert_eq!((delivered(&net, "n3"), delivered(&net, "n1")), ("2.1 1.1".into(), "1.1 2.1".into()));
        assert_eq!(net.breaches, Vec::<String>::new(), "{order:?} promises nothing else");
    }
}

#[test]
fn causal_order_holds_the_answer_back() {
    let mut net = overtaken(Guarantee::Causal, Bug::None);
    assert_eq!((delivered(&net, "n3"), net.rules.clone()), (String::new(), vec!["hold back"]));
    let held = &net.at("n3").held[0];
    assert_eq!(net.at("n3").lacks(held), [(NodeId(0), 1)]);
    net.settle();
    assert_eq!(delivered(&net, "n3"), "1.1 2.1");
    assert_eq!(net.at("n3").counts, [1, 1, 0]);
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn what_one_process_says_is_numbered() {
    for (order, wanted) in
        [(Guarantee::Unordered, "1.2 1.1"), (Guarantee::Fifo, "1.1 1.2"), (Guarantee::Causal, "1.1 1.2")]
    {
        let mut net = net(order, Bug::None);
        net.stimulate("n1", Word::News);
        net.stimulate("n1", Word::Question);
        net.deliver("n1", "n2", "Question");
        net.settle();
        assert_eq!((delivered(&net, "n2").as_str(), net.breaches.len()), (wanted, 0), "{order:?}");
    }
}

/// Two at once: under causal order each has its own first, under total order all have that of n1 first.
#[test]
fn only_total_order_orders_what_is_concurrent() {
    for (order, wanted) in
        [(Guarantee::Causal, ["1.1 2.1", "2.1 1.1", "2.1 1.1"]), (Guarantee::Total, ["1.1 2.1", "1.1 2.1", "1.1 2.1"])]
    {
        let mut net = net(order, Bug::None);
        net.stimulate("n2", Word::News);
        net.stimulate("n1", Word::News);
        net.settle();
        assert_eq!(["n1", "n2", "n3"].map(|name| delivered(&net, name)), wanted.map(String::from), "{order:?}");
        assert_eq!(net.breaches, Vec::<String>::new());
    }
}

#[test]
fn total_order_waits_until_something_later_was_heard_from_all() {
    let mut net = net(Guarantee::Total, Bug::None);
    net.stimulate("n1", Word::News);
    net.deliver("n1", "n2", "News");
    net.deliver("n2", "n1", "Acknowledge");
    assert_eq!(delivered(&net, "n1"), "", "n3 may have said something earlier");
    net.deliver("n1", "n3", "News");
    net.deliver("n3", "n1", "Acknowledge");
    assert_eq!(delivered(&net, "n1"), "1.1");
    net.settle();
    assert_eq!((delivered(&net, "n2"), delivered(&net, "n3")), ("1.1".into(), "1.1".into()));
}

/// An acknowledgement that overtakes what its sender said before is held back: links need not keep the order.
#[test]
fn total_order_makes_its_own_fifo_links() {
    let mut net = net(Guarantee::Total, Bug::None);
    net.stimulate("n1", Word::News);
    net.stimulate("n2", Word::Question);
    net.deliver("n1", "n2", "News");
    net.deliver("n2", "n1", "Acknowledge");
    assert_eq!(net.rules, ["hold back"]);
    net.settle();
    assert_eq!(["n1", "n2", "n3"].map(|name| delivered(&net, name)), ["1.1 2.1"; 3].map(String::from));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn each_bug_breaks_what_it_should() {
    for bug in [Bug::NoHoldBack, Bug::SenderOnly] {
        let net = overtaken(Guarantee::Causal, bug);
        assert_eq!(net.breaches, ["Causal Order: n3 delivers answer 1 of n2 before question 1 of n1"], "{bug:?}");
    }
    let mut fifo = net(Guarantee::Fifo, Bug::NoHoldBack);
    fifo.stimulate("n1", Word::News);
    fifo.stimulate("n1", Word::Question);
    fifo.deliver("n1", "n2", "Question");
    assert_eq!(fifo.breaches, ["FIFO Order: n2 delivers question 2 of n1 before news 1 of n1"]);
    let mut early = net(Guarantee::Total, Bug::DeliverEarly);
    early.stimulate("n2", Word::News);
    early.stimulate("n1", Word::News);
    assert_eq!(
        early.breaches,
        ["Total Order: n1 delivers news 1 of n1 as number 1, where another one delivered news 1 of n2"]
    );
    let mut stuck = overtaken(Guarantee::Causal, Bug::NoRecheck);
    stuck.settle();
    let nodes = ["n1", "n2", "n3"].map(|name| Some(stuck.at(name)));
    let owed = Broadcast::owed(&nodes, &stuck.ghost, NodeSet::new(), &NodeSpec::cluster(3, 0));
    assert_eq!(owed[0].words, "n3 never delivers answer 1 of n2");
}

#[test]
fn a_copy_is_delivered_again() {
    let mut net = net(Guarantee::Unordered, Bug::None);
    net.stimulate("n1", Word::News);
    let copy = net.flying[0].clone();
    net.flying.push(copy);
    net.settle();
    assert_eq!(net.breaches, ["Integrity: n2 delivers news 1 of n1 again"]);
}

//! The rules of the paper, by hand.

use super::*;
use crate::protocols::testing::Net;

fn net(bug: Bug) -> Net<Mutex> {
    Net::new(Config { wishes: 0, bug, ..Config::default() })
}

fn holders(net: &Net<Mutex>) -> Vec<&'static str> {
    ["n1", "n2", "n3"].into_iter().filter(|name| net.at(name).holds).collect()
}

#[test]
fn who_asks_alone_has_the_lock_after_both_answers() {
    let mut net = net(Bug::None);
    net.stimulate("n1", Act::Ask);
    net.deliver("n1", "n2", "Request");
    net.deliver("n2", "n1", "Acknowledge");
    assert_eq!(holders(&net), Vec::<&str>::new());
    net.deliver("n1", "n3", "Request");
    assert_eq!(net.rules, ["tick", "acknowledge"]);
    net.deliver("n3", "n1", "Acknowledge");
    assert_eq!((holders(&net), net.at("n1").clock), (vec!["n1"], 4));
    net.fire("n1", Timer::Release);
    net.settle();
    assert!(["n1", "n2", "n3"].iter().all(|name| net.at(name).queue.is_empty()));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn of_two_requests_at_one_time_the_lower_process_comes_first() {
    let mut net = net(Bug::None);
    net.stimulate("n2", Act::Ask);
    net.stimulate("n1", Act::Ask);
    net.settle();
    assert_eq!(holders(&net), ["n1"]);
    net.fire("n1", Timer::Release);
    net.settle();
    assert_eq!(holders(&net), ["n2"]);
    assert_eq!(net.breaches, Vec::<String>::new());
}

/// A later message of any kind will do: it need not be the acknowledgement.
#[test]
fn a_later_request_is_as_good_as_an_acknowledgement() {
    let mut net = net(Bug::None);
    net.stimulate("n1", Act::Ask);
    net.stimulate("n2", Act::Local);
    net.stimulate("n2", Act::Ask);
    net.deliver("n2", "n1", "Request");
    net.deliver("n1", "n3", "Request");
    net.deliver("n3", "n1", "Acknowledge");
    assert_eq!(holders(&net), ["n1"], "n2 has acknowledged nothing, but asked at 2");
    net.settle();
    assert_eq!((holders(&net), net.breaches.len()), (vec!["n1"], 0));
}

#[test]
fn one_request_at_a_time() {
    let mut net = net(Bug::None);
    net.stimulate("n1", Act::Ask);
    net.stimulate("n1", Act::Ask);
    assert_eq!((net.flying.len(), net.at("n1").clock), (2, 1));
}

/// On a link that does not keep the order an acknowledgement overtakes the request that was sent before it.
#[test]
fn without_order_on_the_links_two_hold_the_lock() {
    let mut net = net(Bug::None);
    net.stimulate("n2", Act::Ask);
    net.stimulate("n1", Act::Local);
    net.stimulate("n1", Act::Ask);
    net.deliver("n1", "n2", "Request");
    net.deliver("n2", "n1", "Acknowledge");
    net.deliver("n1", "n3", "Request");
    net.deliver("n3", "n1", "Acknowledge");
    assert_eq!(holders(&net), ["n1"]);
    net.settle();
    assert_eq!(holders(&net), ["n1", "n2"]);
    assert_eq!(
        net.breaches,
        [
            "Order of Requests: the request of n1 at 2 is granted, and the request of n2 at 1 is not yet",
            "Mutual Exclusion: n2 takes the lock while n1 holds it",
            "Order of Requests: the request of n2 at 1 is granted after the request of n1 at 2",
        ]
    );
}

#[test]
fn each_bug_breaks_what_it_should() {
    for bug in [Bug::GrantEarly, Bug::NoTieBreak] {
        let mut net = net(bug);
        net.stimulate("n1", Act::Ask);
        net.stimulate("n2", Act::Ask);
        net.settle();
        let broken = net.breaches.iter().any(|breach| breach.starts_with("Mutual Exclusion: n"));
        assert!(broken, "{bug:?}: {:?}", net.breaches);
    }
    let mut net = net(Bug::SilentRelease);
    net.stimulate("n1", Act::Ask);
    net.stimulate("n2", Act::Ask);
    net.settle();
    net.fire("n1", Timer::Release);
    net.settle();
    let nodes = ["n1", "n2", "n3"].map(|name| Some(net.at(name)));
    let owed = Mutex::owed(&nodes, &Ghost::default(), NodeSet::new(), &NodeSpec::cluster(3, 0));
    assert_eq!(owed[0].words, "the request of n2 at 1 is never granted");
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_field() {
    let wrong = |config: Config| Mutex::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { processes: 0, ..Config::default() }), "processes: 0 is less than 1");
    assert_eq!(wrong(Config { wishes: 21, ..Config::default() }), "wishes: 21 is more than 20");
}

//! The rules of the papers, on a network that is moved by hand.

use super::*;
use crate::protocols::testing::Net;

fn net(servers: u64, bug: Bug) -> Net<Register> {
    Net::new(Config { servers, bug, ..Config::default() })
}

fn ask(net: &mut Net<Register>, client: &str, server: &str, serial: u64, op: RegisterOp) {
    let id = OpId { client: net.id(client), serial };
    net.request(client, server, Call { id, op });
}

fn put(net: &mut Net<Register>, client: &str, server: &str, serial: u64, value: &str) {
    ask(net, client, server, serial, RegisterOp::Put("x".into(), value.into()));
}

fn get(net: &mut Net<Register>, client: &str, server: &str, serial: u64) {
    ask(net, client, server, serial, RegisterOp::Get("x".into()));
}

/// One phase of an operation at a server, with some of the others.
fn phase(net: &mut Net<Register>, at: &str, others: &[&str], (ask, answer): (&str, &str)) {
    for other in others {
        net.deliver(at, other, ask);
        net.deliver(other, at, answer);
    }
}

const TELL: (&str, &str) = ("Query", "Reply");
const TAKE: (&str, &str) = ("Store", "Ack");

fn answers(net: &Net<Register>) -> Vec<String> {
    net.answers.iter().map(|(_, told)| <Registers as crate::Service>::ret_words(&told.ret)).collect()
}

fn copy(net: &Net<Register>, server: &str) -> String {
    net.at(server).copy("x").to_string()
}

#[test]
fn a_write_asks_for_tags_and_a_read_writes_back() {
    let mut net = net(3, Bug::None);
    put(&mut net, "c1", "n1", 1, "a");
    assert_eq!(net.rules, ["ask for tags"]);
    net.deliver("n1", "n2", "Query");
    assert_eq!(net.rules, ["tell a copy"]);
    net.deliver("n2", "n1", "Reply");
    assert_eq!(net.rules, ["tag the write"]);
    assert_eq!(answers(&net), Vec::<String>::new());
    net.deliver("n1", "n2", "Store");
    assert_eq!(net.rules, ["take a copy"]);
    net.deliver("n2", "n1", "Ack");
    assert_eq!(answers(&net), ["ok"]);
    get(&mut net, "c3", "n3", 1);
    phase(&mut net, "n3", &["n2"], TELL);
    assert_eq!((copy(&net, "n3"), answers(&net).len()), ("a as 1.1".into(), 1), "it has it, and does not tell yet");
    net.deliver("n3", "n1", "Store");
    assert_eq!(net.rules, ["keep the higher tag"]);
    net.deliver("n1", "n3", "Ack");
    assert_eq!(answers(&net), ["ok", "a"]);
    net.settle();
    assert_eq!(net.breaches, Vec::<String>::new());
}

/// A write that has reached n1 and n3 alone is read at n3, and then a reader asks n2 and n4.
#[test]
fn without_the_write_back_a_later_read_finds_an_older_value() {
    for (bug, found) in [(Bug::None, false), (Bug::NoWriteBack, true)] {
        let mut net = net(5, bug);
        put(&mut net, "c1", "n1", 1, "a");
        phase(&mut net, "n1", &["n2", "n3"], TELL);
        net.deliver("n1", "n3", "Store");
        get(&mut net, "c3", "n3", 1);
        phase(&mut net, "n3", &["n4", "n5"], TELL);
        if bug == Bug::None {
            assert_eq!(answers(&net), Vec::<String>::new());
            phase(&mut net, "n3", &["n4", "n5"], TAKE);
        }
        get(&mut net, "c2", "n2", 1);
        phase(&mut net, "n2", &["n4", "n5"], TELL);
        if bug == Bug::None {
            phase(&mut net, "n2", &["n4", "n5"], TAKE);
        }
        assert_eq!(answers(&net), ["a", if found { "nothing" } else { "a" }]);
        assert_eq!(net.breaches.iter().any(|breach| breach.starts_with("Order of Tags")), found, "{:?}", net.breaches);
    }
}

#[test]
fn two_writes_of_one_value_under_one_tag_are_two_writes() {
    for (bug, wanted) in [(Bug::None, 0), (Bug::NoWriterId, 1)] {
        let mut net = net(3, bug);
        put(&mut net, "c1", "n1", 1, "a");
        put(&mut net, "c2", "n2", 1, "a");
        phase(&mut net, "n1", &["n3"], TELL);
        phase(&mut net, "n2", &["n3"], TELL);
        let tied = net.breaches.iter().filter(|breach| breach.starts_with("One Value per Tag: x is written under"));
        assert_eq!(tied.count(), wanted, "{bug:?}: {:?}", net.breaches);
    }
}

#[test]
fn two_writers_that_find_the_same_tag_are_told_apart_by_their_names() {
    for bug in [Bug::None, Bug::NoWriterId] {
        let mut net = net(3, bug);
        put(&mut net, "c1", "n1", 1, "a");
        put(&mut net, "c2", "n2", 1, "b");
        phase(&mut net, "n1", &["n3"], TELL);
        phase(&mut net, "n2", &["n3"], TELL);
        let tied = net.breaches.iter().any(|breach| breach.starts_with("One Value per Tag"));
        assert_eq!(tied, bug == Bug::NoWriterId, "{:?}", net.breaches);
        if bug == Bug::None {
            net.settle();
            assert_eq!(["n1", "n2", "n3"].map(|server| copy(&net, server)), ["b as 1.2"; 3].map(String::from));
        }
    }
}

#[test]
fn a_writer_among_many_that_does_not_ask_is_outdone_by_an_older_write() {
    for (bug, last) in [(Bug::None, "b as 2.1"), (Bug::OwnCount, "b as 1.1")] {
        let mut net = net(3, bug);
        for (client, server, value) in [("c2", "n2", "a"), ("c1", "n1", "b")] {
            put(&mut net, client, server, 1, value);
            if bug == Bug::None {
                phase(&mut net, server, &["n3"], TELL);
            }
            phase(&mut net, server, &["n3"], TAKE);
        }
        assert_eq!(copy(&net, "n1"), last);
        let outdone = net.breaches.iter().any(|breach| breach.starts_with("Order of Tags"));
        assert_eq!(outdone, bug == Bug::OwnCount, "{:?}", net.breaches);
    }
}

#[test]
fn the_one_writer_asks_nobody_and_no_other_writes() {
    let mut net = Net::<Register>::new(Config { writers: Writers::One, ..Config::default() });
    put(&mut net, "c1", "n1", 1, "a");
    assert_eq!(net.rules, ["count the write"]);
    phase(&mut net, "n1", &["n2"], TAKE);
    put(&mut net, "c2", "n2", 1, "b");
    assert_eq!(net.rules, ["refuse a second writer"]);
    let told = &net.answers[1].1;
    assert!(crate::client::Returned::words(told).starts_with("refused: only the clients of the first"));
    get(&mut net, "c2", "n2", 2);
    phase(&mut net, "n2", &["n3"], TELL);
    phase(&mut net, "n2", &["n3"], TAKE);
    assert_eq!(answers(&net)[2], "a");
    net.settle();
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_server_that_comes_back_goes_on_under_the_same_tag() {
    for bug in [Bug::None, Bug::Forget] {
        let mut net = net(3, bug);
        put(&mut net, "c1", "n1", 1, "a");
        phase(&mut net, "n1", &["n2"], TELL);
        for other in ["n2", "n3"] {
            net.lose("n1", other, "Store");
        }
        net.restart("n1");
        assert_eq!(net.rules.contains(&"go on"), bug == Bug::None);
        let fell = net.breaches.iter().any(|breach| breach.starts_with("Monotone Tags: the copy of x at n1"));
        assert_eq!(fell, bug == Bug::Forget, "{:?}", net.breaches);
        if bug == Bug::None {
            phase(&mut net, "n1", &["n3"], TAKE);
            assert_eq!((answers(&net), copy(&net, "n3")), (vec!["ok".into()], "a as 1.1".into()));
            put(&mut net, "c1", "n1", 1, "a");
            assert_eq!(net.rules, ["answer again"]);
            assert_eq!(copy(&net, "n1"), "a as 1.1", "it was written once");
        }
    }
}

#[test]
fn what_is_lost_is_sent_again_and_a_late_answer_counts_nothing() {
    let mut net = net(3, Bug::None);
    get(&mut net, "c1", "n1", 1);
    net.lose("n1", "n2", "Query");
    net.lose("n1", "n3", "Query");
    net.fire("n1", Timer::Repeat);
    assert_eq!(net.rules, ["send again"]);
    phase(&mut net, "n1", &["n2", "n3"], TELL);
    assert_eq!(net.rules, ["stale message"]);
    put(&mut net, "c1", "n1", 1, "a");
    assert!(net.rules.is_empty(), "it is at that operation still");
    phase(&mut net, "n1", &["n3"], TAKE);
    assert_eq!(answers(&net), ["nothing"]);
}

#[test]
fn a_server_that_takes_older_tags_and_one_that_answers_too_early_are_found() {
    let mut old = net(3, Bug::OlderTags);
    put(&mut old, "c1", "n1", 1, "a");
    put(&mut old, "c2", "n2", 1, "b");
    phase(&mut old, "n1", &["n3"], TELL);
    phase(&mut old, "n2", &["n3"], TELL);
    old.deliver("n2", "n3", "Store");
    old.deliver("n1", "n3", "Store");
    assert!(
        old.breaches[0].starts_with("Monotone Tags: the copy of x at n3 had the tag 1.2, and now 1.1"),
        "{:?}",
        old.breaches
    );
    let mut early = net(3, Bug::OneShort);
    put(&mut early, "c1", "n1", 1, "a");
    phase(&mut early, "n1", &["n3"], TELL);
    assert!(early.breaches[0].starts_with("Written to a Quorum"), "{:?}", early.breaches);
}

#[test]
fn quorums_that_need_not_meet_are_told() {
    let unsound = |servers, read_quorum, write_quorum| {
        Register::unsound(&Config { servers, read_quorum, write_quorum, ..Config::default() }).is_some()
    };
    assert!(!unsound(3, 0, 0) && !unsound(4, 0, 0) && !unsound(4, 1, 4) && !unsound(4, 2, 3));
    assert!(unsound(4, 2, 2) && unsound(3, 1, 2));
    let wrong = |config: Config| Register::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    let large = Config { write_quorum: 4, ..Config::default() };
    assert_eq!(wrong(large), "write_quorum: a quorum of 4 is larger than the group of 3 servers");
}

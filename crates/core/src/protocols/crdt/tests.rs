//! The rules of the papers, by hand.

use super::*;
use crate::{Service, crdt::Type, protocols::testing::Net, services::SharedRet};

fn net(which: Type, delivery: Delivery, bug: Bug) -> Net<Replica> {
    Net::new(Config { which, delivery, bug, ..Config::default() })
}

/// The client of a server asks it; the first one asks the first.
fn ask(net: &mut Net<Replica>, nth: u8, op: &str) {
    let (client, server) = (format!("c{nth}"), format!("n{nth}"));
    let id = net.id(&client);
    let serial = 1 + net.answers.iter().filter(|(to, _)| *to == id).count() as u64;
    let call = Call { id: OpId { client: id, serial }, op: Shared::parse(op).expect("it is an operation") };
    net.request(&client, &server, call);
}

fn values(net: &Net<Replica>) -> [String; 3] {
    ["n1", "n2", "n3"].map(|name| net.at(name).data.value())
}

/// Everybody sends until nobody has to.
fn rest(net: &mut Net<Replica>) {
    net.settle();
    for _ in 0..4 {
        for name in ["n1", "n2", "n3"] {
            net.fire(name, Timer::Send);
            net.settle();
        }
    }
}

/// Two replicas change at once what both have; the third hears of both.
fn at_once(which: Type, delivery: Delivery, bug: Bug, first: &[&str], [one, other]: [&str; 2]) -> Net<Replica> {
    let mut net = net(which, delivery, bug);
    first.iter().for_each(|op| ask(&mut net, 1, op));
    rest(&mut net);
    ask(&mut net, 1, one);
    ask(&mut net, 2, other);
    rest(&mut net);
    net
}

#[test]
fn what_is_done_at_once_comes_to_one_value_either_way() {
    for delivery in [Delivery::State, Delivery::Causal] {
        let all = [
            (Type::GCounter, at_once(Type::GCounter, delivery, Bug::None, &["inc 3"], ["inc 1", "inc 2"]), "6"),
            (Type::PnCounter, at_once(Type::PnCounter, delivery, Bug::None, &["inc 3"], ["dec 4", "inc 2"]), "1"),
            (Type::GSet, at_once(Type::GSet, delivery, Bug::None, &["add a"], ["add b", "add a"]), "a b"),
            (Type::OrSet, at_once(Type::OrSet, delivery, Bug::None, &["add a"], ["remove a", "add a"]), "a"),
            (Type::OrSet, at_once(Type::OrSet, delivery, Bug::None, &["add a"], ["remove a", "add b"]), "b"),
            (Type::LwwRegister, at_once(Type::LwwRegister, delivery, Bug::None, &["set a"], ["set b", "set c"]), "c"),
            (Type::MvRegister, at_once(Type::MvRegister, delivery, Bug::None, &["set a"], ["set b", "set c"]), "b | c"),
            (
                Type::Rga,
                at_once(Type::Rga, delivery, Bug::None, &["insert 1 do"], ["insert 3 or", "insert 3 g"]),
                "dogor",
            ),
        ];
        for (which, net, wanted) in all {
            assert_eq!(values(&net), [wanted; 3].map(String::from), "{which:?} {delivery:?}");
            assert_eq!(net.breaches, Vec::<String>::new(), "{which:?} {delivery:?}");
            assert!(net.flying.is_empty(), "and then it is quiet");
        }
    }
}

#[test]
fn an_operation_waits_for_what_it_had_seen() {
    for (delivery, wanted) in [(Delivery::Causal, ""), (Delivery::Raw, "a")] {
        let mut net = net(Type::OrSet, delivery, Bug::None);
        ask(&mut net, 1, "add a");
        net.deliver("n1", "n2", "Operation");
        ask(&mut net, 2, "remove a");
        net.deliver("n2", "n3", "Operation");
        let held = net.at("n3").held.len();
        assert_eq!(
            (net.rules.as_slice(), held),
            match delivery {
                Delivery::Causal => (["hold back"].as_slice(), 1),
                _ => (["hand over as it arrives"].as_slice(), 0),
            }
        );
        net.settle();
        assert_eq!(values(&net), ["", "", wanted].map(String::from));
        assert_eq!(net.breaches.is_empty(), delivery == Delivery::Causal, "{:?}", net.breaches);
    }
}

#[test]
fn what_is_lost_is_sent_again_and_what_comes_again_counts_once() {
    let mut net = net(Type::PnCounter, Delivery::Causal, Bug::None);
    ask(&mut net, 1, "inc 3");
    net.lose("n1", "n2", "Operation");
    net.deliver("n1", "n3", "Operation");
    net.lose("n3", "n1", "Got");
    net.restart("n1");
    net.fire("n1", Timer::Send);
    net.deliver("n1", "n3", "Operation");
    assert_eq!(net.rules, ["drop what came before"]);
    net.settle();
    assert_eq!(values(&net), ["3"; 3].map(String::from));
    assert!(net.at("n1").unacked.is_empty() && net.breaches.is_empty(), "{:?}", net.breaches);
}

#[test]
fn a_repeated_request_counts_once_and_one_of_another_type_is_refused() {
    let mut net = net(Type::PnCounter, Delivery::State, Bug::None);
    let ask_again = |net: &mut Net<Replica>, op: &str, serial| {
        let call = Call { id: OpId { client: net.id("c1"), serial }, op: Shared::parse(op).unwrap() };
        net.request("c1", "n1", call);
    };
    ask_again(&mut net, "inc 3", 1);
    ask_again(&mut net, "inc 3", 1);
    assert_eq!(net.rules, ["answer again"]);
    ask_again(&mut net, "add milk", 2);
    assert_eq!(net.answers[2].1.ret, SharedRet::Refused);
    ask_again(&mut net, "read", 3);
    assert_eq!(net.answers[3].1.ret, SharedRet::Value("3".into()));
    let refused = |op: &str| config::refuses(&Config::default(), &Shared::parse(op).unwrap());
    assert_eq!(
        refused("inc 3").unwrap(),
        "the replicas hold an observed-remove set: write `add milk` and `remove milk` or `read`"
    );
    assert_eq!((refused("add milk"), refused("read")), (None, None));
}

#[test]
fn what_is_not_there_cannot_be_taken_away() {
    let mut net = net(Type::OrSet, Delivery::Causal, Bug::None);
    ask(&mut net, 1, "remove a");
    assert_eq!(net.rules, ["nothing to do"]);
    assert!(net.flying.is_empty() && net.answers[0].1.ret == SharedRet::Done);
}

/// The guarantees that a net has broken.
fn broken(net: &Net<Replica>) -> Vec<&str> {
    let mut names: Vec<&str> = net.breaches.iter().filter_map(|words| words.split(':').next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

const SEC: &str = "Strong Eventual Consistency";

#[test]
fn each_planted_bug_breaks_its_guarantee() {
    let (state, causal) = (Delivery::State, Delivery::Causal);
    let net = at_once(Type::PnCounter, state, Bug::AddCounts, &["inc 3"], ["inc 1", "dec 2"]);
    assert_eq!(broken(&net), ["Counted Once", SEC]);
    let net = at_once(Type::GSet, state, Bug::TakeOver, &[], ["add a", "add b"]);
    assert_eq!(broken(&net)[0], "Nothing Leaves", "{:?}", net.breaches);
    let net = at_once(Type::OrSet, causal, Bug::RemoveUnseen, &["add a"], ["remove a", "add a"]);
    assert_eq!(broken(&net), ["Add Wins", SEC]);
    for delivery in [state, causal] {
        let net = at_once(Type::LwwRegister, delivery, Bug::NoTieBreak, &[], ["set a", "set b"]);
        assert!(broken(&net).contains(&"Last Writer Wins"), "{:?}", net.breaches);
    }
    let net = at_once(Type::MvRegister, causal, Bug::KeepOne, &[], ["set a", "set b"]);
    assert_eq!(broken(&net), ["No Silent Loss", SEC]);
    let net = at_once(Type::Rga, causal, Bug::ByArrival, &["insert 1 x"], ["insert 1 a", "insert 1 b"]);
    assert_eq!(broken(&net), ["One Order of Letters", SEC]);
    let mut twice = self::net(Type::GCounter, causal, Bug::DeliverTwice);
    ask(&mut twice, 1, "inc 3");
    twice.fire("n1", Timer::Send);
    twice.settle();
    assert_eq!(broken(&twice), ["Counted Once", SEC]);
}

#[test]
fn what_is_not_sent_again_is_owed() {
    for (delivery, key) in [(Delivery::State, "State"), (Delivery::Causal, "Operation")] {
        let mut once = net(Type::GSet, delivery, Bug::SendOnce);
        ask(&mut once, 1, "add a");
        if delivery == Delivery::State {
            once.fire("n1", Timer::Send);
        }
        once.lose("n1", "n2", key);
        once.settle();
        let owed = Replica::owed(&["n1", "n2"].map(|name| Some(once.at(name))), &once.ghost, NodeSet::new(), &[]);
        assert!(owed[0].words.ends_with("came to rest with a and nothing"), "{owed:?}");
    }
}

#[test]
fn raw_delivery_is_unsound_for_those_types_that_need_more() {
    let unsound = |which| Replica::unsound(&Config { which, delivery: Delivery::Raw, ..Config::default() });
    let bears = Type::ALL.into_iter().filter(|which| unsound(*which).is_none());
    assert_eq!(bears.collect::<Vec<_>>(), [Type::GSet, Type::LwwRegister, Type::MvRegister]);
    assert_eq!(
        unsound(Type::GCounter).unwrap(),
        "a counter that only grows cannot bear that what arrives twice is handed over twice"
    );
    assert_eq!(Replica::unsound(&Config::default()), None);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let wrong = |config: Config| Replica::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    assert_eq!(wrong(Config { clients: 7, ..Config::default() }), "clients: 7 is more than 6");
}

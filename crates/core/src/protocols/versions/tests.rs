//! The rules of the papers, by hand.

use super::*;
use crate::{protocols::testing::Net, services::VersionedOp};

fn net(versioning: Versioning, bug: Bug) -> Net<Versions> {
    Net::new(Config { versioning, bug, ..Config::default() })
}

/// What a client has seen with its last answer.
fn context(net: &Net<Versions>, client: &str) -> Context {
    let id = net.id(client);
    let told = net.answers.iter().rev().find(|(to, _)| *to == id);
    told.map_or_else(Context::default, |(_, told)| Context { seen: told.context.clone(), answer: Some(told.id.serial) })
}

fn ask(net: &mut Net<Versions>, client: &str, server: &str, op: VersionedOp, context: Context) {
    let client_id = net.id(client);
    let serial = 1 + net.answers.iter().filter(|(to, _)| *to == client_id).count() as u64;
    let request = Request { id: OpId { client: client_id, serial }, op, context };
    net.request(client, server, request);
}

/// A client writes with all that it has seen.
fn put(net: &mut Net<Versions>, client: &str, server: &str, value: &str) {
    let context = context(net, client);
    ask(net, client, server, VersionedOp::Put("x".into(), value.into()), context);
}

fn get(net: &mut Net<Versions>, client: &str, server: &str) {
    ask(net, client, server, VersionedOp::Get("x".into()), Context::default());
}

/// The values of a server, by name.
fn values(net: &Net<Versions>, server: &str) -> Vec<String> {
    let siblings = net.at(server).keys.get("x").cloned().unwrap_or_default();
    let mut values: Vec<String> = siblings.iter().map(|(_, write)| write.value.to_string()).collect();
    values.sort();
    values
}

/// Two clients have seen nothing, and write through one server.
fn two_through_one(versioning: Versioning, bug: Bug) -> Net<Versions> {
    let mut net = net(versioning, bug);
    put(&mut net, "c1", "n1", "a");
    put(&mut net, "c2", "n1", "b");
    net
}

#[test]
fn two_writes_through_one_server_stay_side_by_side_and_a_reader_decides() {
    for versioning in [Versioning::Dotted, Versioning::Clients] {
        let mut net = two_through_one(versioning, Bug::None);
        assert_eq!(values(&net, "n1"), ["a", "b"]);
        net.settle();
        assert_eq!(values(&net, "n2"), ["a", "b"]);
        get(&mut net, "c3", "n2");
        put(&mut net, "c3", "n2", "c");
        put(&mut net, "c1", "n1", "d");
        net.settle();
        assert_eq!(
            (values(&net, "n1"), values(&net, "n2")),
            (vec!["c".into(), "d".into()], vec!["c".into(), "d".into()])
        );
        assert_eq!(net.breaches, Vec::<String>::new());
        assert!(net.at("n1").is_done() && net.at("n2").is_done(), "each knows that the other has all");
    }
}

#[test]
fn an_entry_for_each_server_loses_the_first_of_two_writes_through_one_server() {
    let net = two_through_one(Versioning::Servers, Bug::None);
    assert_eq!(values(&net, "n1"), ["b"]);
    assert!(net.breaches[0].starts_with("No Lost Write: n1 held write 1 of c1 to x"), "{:?}", net.breaches);
    let mut sound = self::net(Versioning::Servers, Bug::None);
    put(&mut sound, "c1", "n1", "a");
    put(&mut sound, "c2", "n2", "b");
    sound.settle();
    assert_eq!(values(&sound, "n1"), ["a", "b"], "writes through different servers are told apart");
    assert_eq!(sound.breaches, Vec::<String>::new());
}

#[test]
fn each_planted_bug_breaks_its_guarantee() {
    let reused = two_through_one(Versioning::Dotted, Bug::ReuseDot);
    assert!(reused.breaches[0].starts_with("No Lost Write: n1 took write 1 of c2"), "{:?}", reused.breaches);
    let mut dropped = net(Versioning::Dotted, Bug::DropSiblings);
    put(&mut dropped, "c1", "n1", "a");
    put(&mut dropped, "c2", "n2", "b");
    dropped.deliver("n1", "n2", "Sync");
    assert!(dropped.breaches[0].starts_with("No Lost Write: n2 held write 1 of c2"), "{:?}", dropped.breaches);
    let mut forgetful = net(Versioning::Dotted, Bug::IgnoreContext);
    put(&mut forgetful, "c1", "n1", "a");
    put(&mut forgetful, "c1", "n1", "b");
    assert!(forgetful.breaches[0].starts_with("No False Siblings: n1 keeps write 2 of c1"), "{:?}", forgetful.breaches);
    let mut once = net(Versioning::Dotted, Bug::SendOnce);
    put(&mut once, "c1", "n1", "a");
    once.lose("n1", "n2", "Sync");
    assert!(once.at("n1").is_done(), "it does not care");
    let owed = Versions::owed(&[Some(once.at("n1")), Some(once.at("n2"))], &Ghost::default(), NodeSet::new(), &[]);
    assert!(owed[0].words.starts_with("Convergence"), "{owed:?}");
}

#[test]
fn what_is_lost_is_sent_again_and_a_repeated_request_writes_once() {
    let mut net = net(Versioning::Dotted, Bug::None);
    put(&mut net, "c1", "n1", "a");
    net.lose("n1", "n2", "Sync");
    net.restart("n1");
    let again = Request {
        id: OpId { client: net.id("c1"), serial: 1 },
        op: VersionedOp::Put("x".into(), "a".into()),
        context: Context::default(),
    };
    net.request("c1", "n1", again);
    assert_eq!(net.rules, ["answer again"]);
    assert_eq!(net.answers[0], net.answers[1]);
    net.fire("n1", Timer::Repair);
    net.settle();
    assert_eq!((values(&net, "n1"), values(&net, "n2")), (vec!["a".into()], vec!["a".into()]));
    assert!(net.at("n1").is_done());
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let wrong = |config: Config| Versions::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    assert_eq!(wrong(Config { clients: 7, ..Config::default() }), "clients: 7 is more than 6");
    assert!(Versions::unsound(&Config { versioning: Versioning::Servers, ..Config::default() }).is_some());
    assert_eq!(Versions::unsound(&Config::default()), None);
}

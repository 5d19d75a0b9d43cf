//! The rules of the paper, by hand.

use super::*;
use crate::{
    protocols::testing::Net,
    services::{StoreOp, StoreRet},
};

/// A store of so many servers with three replicas of each key.
fn store(servers: u64, change: impl FnOnce(&mut Config)) -> Net<Dynamo> {
    let mut config = Config { servers, clients: 4, ..Config::default() };
    change(&mut config);
    Net::new(config)
}

fn three(bug: Bug) -> Net<Dynamo> {
    store(3, |config| config.bug = bug)
}

/// The last answer to a client that says what happened.
fn context(net: &Net<Dynamo>, client: &str) -> Context {
    let id = net.id(client);
    let seen = net.answers.iter().rev().filter(|(to, _)| *to == id).find_map(|(_, told)| match &told.outcome {
        Outcome::Done { seen, .. } => {
            // What c3 is told here it is told by n3, and the others by n1.
            let by = net.id(if client == "c3" { "n3" } else { "n1" });
            Some(Context { seen: seen.clone(), answer: Some((by, told.id.serial)) })
        }
        Outcome::TooFew { .. } => None,
    });
    seen.unwrap_or_default()
}

/// A client asks with all that it has seen; the serial number tells its requests apart.
fn ask(net: &mut Net<Dynamo>, client: &str, serial: u64, server: &str, op: &str) {
    let id = OpId { client: net.id(client), serial };
    let op = <crate::services::Store as crate::Service>::parse(op).expect("it is an operation");
    let context = context(net, client);
    net.request(client, server, Request { id, op, context });
}

/// What a client was told for an operation.
fn told(net: &Net<Dynamo>, client: &str, serial: u64) -> Option<String> {
    let id = OpId { client: net.id(client), serial };
    let (_, told) = net.answers.iter().find(|(_, told)| told.id == id)?;
    Some(<Session as crate::Client>::response_words(told))
}

/// Servers by name.
fn names(net: &Net<Dynamo>, names: &[&str]) -> NodeSet {
    names.iter().map(|name| net.id(name)).collect()
}

/// The values of x at a server.
fn values(net: &Net<Dynamo>, server: &str) -> String {
    net.at(server).keys.get("x").map_or_else(|| "nothing".into(), inspect::values)
}

fn late(net: &mut Net<Dynamo>, server: &str, client: &str, serial: u64) {
    let id = OpId { client: net.id(client), serial };
    net.fire(server, Timer::Late(id));
}

/// The servers in the order in which they are to hold x, by name.
fn order(servers: usize) -> Vec<String> {
    place::order(servers, "x").into_iter().map(|node| format!("n{}", node.0 + 1)).collect()
}

#[test]
fn a_write_is_done_when_w_replicas_keep_it_and_a_read_when_any_r_have_answered() {
    let mut net = three(Bug::None);
    ask(&mut net, "c1", 1, "n1", "put x a");
    assert_eq!(told(&net, "c1", 1), None, "one of two keeps it");
    net.deliver("n1", "n3", "Write");
    net.deliver("n3", "n1", "Stored");
    assert_eq!(told(&net, "c1", 1).as_deref(), Some("a"));
    ask(&mut net, "c2", 1, "n2", "get x");
    assert_eq!(told(&net, "c2", 1), None, "its own answer is one");
    net.deliver("n2", "n3", "Read");
    net.deliver("n3", "n2", "Found");
    assert_eq!(told(&net, "c2", 1).as_deref(), Some("a"), "the first two, whoever they are");
    net.settle();
    assert!(net.at("n1").calls.is_empty() && net.at("n2").calls.is_empty());
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_write_that_misses_w_is_unknown_and_is_seen_later() {
    let mut net = three(Bug::None);
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.lose("n1", "n2", "Write");
    net.lose("n1", "n3", "Write");
    late(&mut net, "n1", "c1", 1);
    assert_eq!(net.rules, ["suspect", "too few in time"]);
    assert_eq!(told(&net, "c1", 1).as_deref(), Some("unknown: 1 of 2 answered"));
    assert_eq!(net.at("n1").suspected, names(&net, &["n2", "n3"]));
    ask(&mut net, "c2", 1, "n1", "get x");
    net.settle();
    assert_eq!(told(&net, "c2", 1).as_deref(), Some("a"), "nobody took it back");
    assert_eq!((values(&net, "n2"), values(&net, "n3")), ("a".into(), "a".into()), "and who read it spread it");
    assert!(net.at("n1").suspected.is_empty(), "they answer again");
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn siblings_stay_until_somebody_who_has_read_them_writes() {
    let mut net = three(Bug::None);
    ask(&mut net, "c1", 1, "n1", "put x a");
    ask(&mut net, "c2", 1, "n2", "put x b");
    net.settle();
    ask(&mut net, "c3", 1, "n3", "get x");
    net.settle();
    assert_eq!(told(&net, "c3", 1).as_deref(), Some("a | b"));
    ask(&mut net, "c3", 2, "n3", "put x c");
    net.settle();
    assert_eq!(values(&net, "n1"), "c");
    ask(&mut net, "c3", 2, "n3", "put x c");
    assert_eq!(net.rules, ["take it once"]);
    ask(&mut net, "c3", 3, "n1", "delete x");
    net.settle();
    ask(&mut net, "c1", 2, "n2", "get x");
    net.settle();
    assert_eq!((told(&net, "c1", 2).as_deref(), values(&net, "n2")), (Some("nothing"), "∅".into()));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn the_last_writer_wins_by_the_clock_and_a_write_at_once_elsewhere_is_lost() {
    let mut net = store(3, |config| config.versions = Versioning::LastWriter);
    ask(&mut net, "c1", 1, "n1", "put x a");
    ask(&mut net, "c2", 1, "n2", "put x b");
    net.settle();
    assert_eq!((values(&net, "n1"), values(&net, "n3")), ("b".into(), "b".into()), "ties go to the second server");
    assert!(net.breaches[0].starts_with("No Lost Write: write 1 of c1 to x"), "{:?}", net.breaches);
    assert!(Dynamo::unsound(&Config { versions: Versioning::LastWriter, ..Config::default() }).is_some());
}

#[test]
fn quorums_that_need_not_meet_read_an_old_value() {
    let mut net = store(3, |config| (config.r, config.w) = (1, 1));
    ask(&mut net, "c1", 1, "n1", "put x a");
    assert_eq!(told(&net, "c1", 1).as_deref(), Some("a"));
    ask(&mut net, "c2", 1, "n2", "get x");
    assert_eq!(told(&net, "c2", 1).as_deref(), Some("nothing"));
    assert!(
        net.breaches[0].starts_with("Reads Meet Writes: n2 tells c2 nothing of write 1 of c1"),
        "{:?}",
        net.breaches
    );
}

#[test]
fn a_stand_in_keeps_a_write_for_a_replica_and_hands_it_over() {
    let (mut net, order) = (store(5, |config| config.sloppy = true), order(5));
    let [first, second, third, stand_in, other] = [0, 1, 2, 3, 4].map(|place| order[place].as_str());
    ask(&mut net, "c1", 1, other, "put x a");
    assert_eq!(net.rules, ["hand on a write"]);
    net.deliver(other, first, "Forward");
    net.lose(first, second, "Write");
    net.lose(first, third, "Write");
    late(&mut net, first, "c1", 1);
    assert_eq!(told(&net, "c1", 1), None);
    net.deliver(first, stand_in, "Hint");
    assert_eq!(net.rules, ["keep for another"]);
    net.deliver(stand_in, first, "Stored");
    assert_eq!(told(&net, "c1", 1).as_deref(), Some("a"), "the stand-in counts");
    ask(&mut net, "c2", 1, first, "get x");
    assert!(net.rules.contains(&"ask to stand in"), "those who are suspected are not waited for: {:?}", net.rules);
    net.flying.clear();
    net.restart(stand_in);
    net.fire(stand_in, Timer::Handoff);
    net.settle();
    assert_eq!(values(&net, second), "a");
    assert!(net.at(stand_in).hints.is_empty() && net.at(stand_in).keys.is_empty());
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn who_coordinates_a_read_and_is_no_replica_stands_in_itself() {
    let (mut net, order) = (store(5, |config| config.sloppy = true), order(5));
    let [first, second, third, _, other] = [0, 1, 2, 3, 4].map(|place| order[place].as_str());
    ask(&mut net, "c1", 1, first, "put x a");
    net.deliver(first, second, "Write");
    net.deliver(second, first, "Stored");
    net.flying.clear();
    // Of the replicas one answers, and neither does the fourth server: the first N that are healthy hold the fifth.
    ask(&mut net, "c2", 1, other, "get x");
    net.deliver(other, first, "Read");
    net.deliver(first, other, "Found");
    net.lose(other, second, "Read");
    net.lose(other, third, "Read");
    late(&mut net, other, "c2", 1);
    assert!(net.rules.contains(&"ask to stand in"), "{:?}", net.rules);
    assert_eq!(told(&net, "c2", 1).as_deref(), Some("a"), "with R = 2 the coordinator is the second");
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_replica_that_answers_a_read_after_its_stand_in_counts_once() {
    let (mut net, order) = (store(5, |config| config.sloppy = true), order(5));
    let [first, second, third, fourth, other] = [0, 1, 2, 3, 4].map(|place| order[place].as_str());
    ask(&mut net, "c2", 1, other, "get x");
    [first, third].iter().for_each(|replica| net.lose(other, replica, "Read"));
    late(&mut net, other, "c2", 1);
    // The fourth stands in for the first, and the coordinator itself for the second.
    net.deliver(other, second, "Read");
    net.deliver(second, other, "Found");
    assert_eq!(told(&net, "c2", 1), None, "the second and its stand-in are one of two");
    net.deliver(other, fourth, "Read");
    net.deliver(fourth, other, "Found");
    assert_eq!(told(&net, "c2", 1).as_deref(), Some("nothing"));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_disk_that_was_lost_before_a_write_is_none_that_had_it() {
    let mut net = three(Bug::None);
    ask(&mut net, "c2", 1, "n1", "put y b");
    net.deliver("n1", "n3", "Write");
    net.flying.clear();
    net.restart_without_disk("n3");
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.deliver("n1", "n2", "Write");
    net.deliver("n2", "n1", "Stored");
    assert_eq!(told(&net, "c1", 1).as_deref(), Some("a"));
    net.restart_without_disk("n2");
    let (ghost, id) = (&net.ghost, (OpId { client: net.id("c1"), serial: 1 }, net.id("n1")));
    assert_eq!(ghost.holders(&"x".into(), id), names(&net, &["n1"]));
    assert_eq!(ghost.losers(&"x".into(), id), names(&net, &["n2"]));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn trees_that_differ_are_compared_down_to_the_keys() {
    let mut net = three(Bug::None);
    ask(&mut net, "c1", 1, "n1", "put x a");
    ask(&mut net, "c1", 2, "n1", "put y b");
    net.flying.clear();
    net.fire("n1", Timer::Compare);
    net.lose("n1", "n3", "Tree");
    net.deliver("n1", "n2", "Tree level 0");
    net.deliver("n2", "n1", "Tree level 1");
    net.deliver("n1", "n2", "Tree level 2");
    assert_eq!(net.rules, ["exchange keys"]);
    net.settle();
    assert_eq!(net.at("n2").keys, net.at("n1").keys);
    for _ in 0..2 {
        net.fire("n2", Timer::Compare);
        net.settle();
    }
    assert!(net.at("n2").unlike.is_empty(), "both know");
    assert_eq!(net.at("n1").unlike, names(&net, &["n3"]), "what it sent to n3 was lost");
    assert_eq!(values(&net, "n3"), "a", "n2 has told n3");
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn each_planted_bug_breaks_its_guarantee() {
    let first = |net: &Net<Dynamo>, words: &str| assert!(net.breaches[0].starts_with(words), "{:?}", net.breaches);
    let mut net = three(Bug::CountTwice);
    ask(&mut net, "c1", 1, "n1", "put x a");
    first(&net, "No Lost Write: write 1 of c1 to x was acknowledged as on 2 disks; it is on 1 (n1)");
    let mut net = three(Bug::ReadTwice);
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.deliver("n1", "n2", "Write");
    net.deliver("n2", "n1", "Stored");
    ask(&mut net, "c2", 1, "n3", "get x");
    first(&net, "Reads Meet Writes: n3 tells c2 nothing");
    let mut net = three(Bug::ReuseDot);
    ask(&mut net, "c1", 1, "n1", "put x a");
    ask(&mut net, "c2", 1, "n1", "put x b");
    net.settle();
    first(&net, "No Lost Write: write 1 of c2");
    let mut net = three(Bug::BlindWrite);
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.settle();
    ask(&mut net, "c1", 2, "n1", "put x b");
    first(&net, "No False Siblings: n1 keeps write 2 of c1 to x beside write 1 of c1, which its writer had seen");
    let mut net = three(Bug::NoRepair);
    ask(&mut net, "c1", 1, "n1", "put x a");
    ask(&mut net, "c2", 1, "n2", "get x");
    net.deliver("n2", "n1", "Read");
    net.deliver("n1", "n2", "Found");
    net.deliver("n2", "n3", "Read");
    net.deliver("n3", "n2", "Found");
    first(&net, "Read Repair: n2 is done with a read of x and does not repair n3");
    let mut net = three(Bug::DropTombstone);
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.settle();
    ask(&mut net, "c1", 2, "n1", "delete x");
    first(&net, "Monotone Versions: n1 drops write 1 of c1");
    let mut net = three(Bug::BlindCompare);
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.flying.clear();
    net.fire("n1", Timer::Compare);
    net.settle();
    let owed = Dynamo::owed(&["n1", "n2", "n3"].map(|name| Some(net.at(name))), &net.ghost, NodeSet::new(), &[]);
    assert!(owed[0].words.starts_with("Convergence"), "{owed:?}");
}

/// c1's write is on n1 and another, n1 loses its disk, and c2, which has read nothing, writes through it. The two others,
/// the one with the write first, which is the first that n1 would hand a write on to.
fn after_a_lost_disk(bug: Bug) -> (Net<Dynamo>, [String; 2]) {
    let others: Vec<String> = order(3).into_iter().filter(|name| name != "n1").collect();
    let others: [String; 2] = others.try_into().expect("there are three servers");
    let mut net = three(bug);
    ask(&mut net, "c1", 1, "n1", "put x a");
    net.deliver("n1", &others[0], "Write");
    net.deliver(&others[0], "n1", "Stored");
    net.flying.clear();
    net.restart_without_disk("n1");
    ask(&mut net, "c2", 1, "n1", "put x b");
    (net, others)
}

#[test]
fn a_server_that_lost_its_disk_makes_no_versions_and_hands_writes_on() {
    let (mut net, [one, other]) = after_a_lost_disk(Bug::None);
    assert_eq!(net.rules, ["hand on a write"]);
    net.settle();
    assert!(net.at("n1").forgot && !net.at(&one).forgot);
    assert_eq!(told(&net, "c2", 1).as_deref(), Some("a | b"), "who made the version knew the other");
    assert_eq!((values(&net, "n1"), values(&net, &other)), ("a|b".into(), "a|b".into()), "and n1 keeps it");
    assert_eq!(net.breaches, Vec::<String>::new());
    net.restart("n1");
    assert!(net.at("n1").forgot, "it is written down");
    net.restart_without_disk(&one);
    ask(&mut net, "c2", 2, &one, "put x c");
    net.settle();
    assert_eq!(values(&net, &other), "c", "n1 hands on what it was handed");
    net.restart_without_disk(&other);
    ask(&mut net, "c2", 3, "n1", "put x d");
    net.settle();
    assert_eq!(told(&net, "c2", 3).as_deref(), Some("unknown: 0 of 2 answered"), "nobody is left who could");
}

#[test]
fn a_first_start_is_no_loss_and_is_known_from_it() {
    let mut net = three(Bug::None);
    net.restart("n1");
    assert!(!net.at("n1").forgot, "it has written down that it began");
    let mut net = store(3, |config| config.versions = Versioning::LastWriter);
    net.restart_without_disk("n1");
    assert!(!net.at("n1").forgot, "clocks do not count");
}

#[test]
fn a_dot_that_is_used_again_is_an_acknowledged_write_that_is_lost() {
    let (mut net, [one, other]) = after_a_lost_disk(Bug::ForgetDots);
    net.lose("n1", &other, "Write");
    net.deliver("n1", &one, "Write");
    net.deliver(&one, "n1", "Stored");
    assert!(net.breaches[0].starts_with("No Lost Write: write 1 of c2 to x"), "{:?}", net.breaches);
}

#[test]
fn a_hint_that_is_dropped_too_early_is_a_write_that_is_lost() {
    let order = order(5);
    let mut net = store(5, |config| (config.sloppy, config.bug) = (true, Bug::DropHints));
    ask(&mut net, "c1", 1, &order[0], "put x a");
    late(&mut net, &order[0], "c1", 1);
    net.deliver(&order[0], &order[3], "Hint");
    net.deliver(&order[3], &order[0], "Stored");
    net.fire(&order[3], Timer::Handoff);
    assert!(net.breaches[0].starts_with("No Lost Write: write 1 of c1"), "{:?}", net.breaches);
}

#[test]
fn settings_that_make_no_sense_are_refused_and_the_others_say_what_they_can() {
    let wrong = |config: Config| Dynamo::setup(&config).unwrap_err().to_string();
    assert_eq!(
        wrong(Config { servers: 2, ..Config::default() }),
        "n: 3 replicas need as many servers, and there are 2"
    );
    assert_eq!(wrong(Config { r: 0, ..Config::default() }), "r: 0 is less than 1");
    assert_eq!(wrong(Config { w: 4, ..Config::default() }), "w: 4 of 3 replicas cannot answer");
    assert_eq!(Dynamo::unsound(&Config::default()), None);
    let able = |config: Config, there| Dynamo::able(&config, NodeSet::first(there)).unwrap();
    assert!(able(Config::default(), 2).able && !able(Config::default(), 1).able);
    let sloppy = Config { servers: 5, sloppy: true, ..Config::default() };
    let words = |there| able(sloppy.clone(), there).words;
    assert!(words(2).starts_with("could read, not write"), "no replica need be there: {}", words(2));
    assert!(able(sloppy.clone(), 3).able && !able(Config { sloppy: false, ..sloppy }, 3).able);
    assert!(config::meeting(&Config::default()).contains("> N: reads meet writes"));
}

#[test]
fn a_client_that_hears_nothing_is_told_so_and_a_value_is_told_once() {
    let by = |serial| OpId { client: NodeId(3), serial };
    let write = |serial, at| Write { value: Some("a".into()), by: by(serial), at: NodeId(at) };
    let writes = vec![write(1, 0), write(1, 1), write(2, 0)];
    let told = Told { id: by(3), outcome: Outcome::Done { writes, seen: Default::default() } };
    assert_eq!(<Session as crate::Client>::response_words(&told), "a | a", "two writes, one of them under two dots");
    let nobody = StoreRet::Unknown { have: 0, need: 0 };
    assert_eq!(<crate::services::Store as crate::Service>::ret_words(&nobody), "unknown: no answer");
    assert_eq!(StoreOp::Delete("x".into()).written(), Some(None));
}

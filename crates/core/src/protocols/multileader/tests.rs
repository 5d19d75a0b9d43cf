//! The rules, on a network that is moved by hand.

use super::*;
use crate::{OpId, Service, protocols::testing::Net, services::Store};

fn net(change: impl FnOnce(&mut Config)) -> Net<Leader> {
    let mut config = Config::default();
    change(&mut config);
    Net::new(config)
}

fn with(conflicts: Conflicts, bug: Bug) -> Net<Leader> {
    net(|config| (config.conflicts, config.bug) = (conflicts, bug))
}

/// A client asks its own leader, the first the first, with what it was told last.
fn ask(net: &mut Net<Leader>, client: &str, serial: u64, op: &str) {
    let (id, server) = (net.id(client), client.replace('c', "n"));
    let last = net.answers.iter().rev().find(|(to, _)| *to == id).map(|(_, told)| told.clone());
    let context = last.map_or_else(Context::default, |told| {
        let Outcome::Done { seen, .. } = told.outcome else { panic!("leaders answer by themselves") };
        Context { seen, answer: Some((net.id(&server), told.id.serial)) }
    });
    let op = Store::parse(op).expect("it is an operation");
    net.request(client, &server, Request { id: OpId { client: id, serial }, op, context });
}

/// What a client was told last.
fn told(net: &Net<Leader>, client: &str) -> String {
    let id = net.id(client);
    let last = net.answers.iter().rev().find(|(to, _)| *to == id).map(|(_, told)| told);
    last.map_or_else(String::new, <Session as crate::Client>::response_words)
}

/// The values of x at a leader.
fn values(net: &Net<Leader>, server: &str) -> String {
    net.at(server).keys.get("x").map_or_else(|| "nothing".into(), inspect::values)
}

fn broken(net: &Net<Leader>, invariant: &str) -> bool {
    net.breaches.iter().any(|breach| breach.starts_with(invariant))
}

#[track_caller]
fn sound(net: &Net<Leader>) {
    assert_eq!(net.breaches, Vec::<String>::new());
    let leaders: Vec<&Leader> = ["n1", "n2", "n3"].map(|name| net.at(name)).into();
    assert!(leaders.iter().all(|one| one.keys == leaders[0].keys && one.seen == leaders[0].seen), "{leaders:?}");
}

#[test]
fn a_leader_answers_at_once_and_the_others_hear_of_it_afterwards() {
    let mut net = with(Conflicts::Vectors, Bug::None);
    ask(&mut net, "c1", 1, "put x a");
    assert_eq!(net.rules, ["take a write", "send to others"]);
    assert_eq!(told(&net, "c1"), "a", "nobody else knows of it");
    ask(&mut net, "c2", 1, "get x");
    assert_eq!(told(&net, "c2"), "nothing");
    net.deliver("n1", "n2", "Write origin 1");
    assert_eq!(net.rules, ["apply a write"]);
    ask(&mut net, "c2", 2, "get x");
    assert_eq!(told(&net, "c2"), "a");
    assert_eq!(net.at("n1").log.len(), 1);
    net.settle();
    assert!(net.at("n1").log.is_empty(), "all have said that they have it");
    ask(&mut net, "c1", 1, "put x a");
    assert_eq!((net.rules.as_slice(), net.flying.len()), (["answer again"].as_slice(), 0));
    sound(&net);
}

#[test]
fn the_writes_of_a_leader_are_applied_in_its_order() {
    let mut net = with(Conflicts::Vectors, Bug::None);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c1", 2, "put x b");
    net.deliver("n1", "n2", "Write origin 1 #2");
    assert_eq!((net.rules.as_slice(), values(&net, "n2")), (["hold a write back"].as_slice(), "nothing".into()));
    net.deliver("n1", "n2", "Write origin 1");
    assert_eq!((values(&net, "n2"), net.at("n2").waiting.len()), ("b".into(), 0));
    net.settle();
    sound(&net);
}

#[test]
fn what_a_write_rests_on_comes_first_or_else_it_is_overtaken() {
    for causal in [true, false] {
        let mut net = net(|config| config.causal = causal);
        ask(&mut net, "c1", 1, "put x a");
        net.deliver("n1", "n2", "Write");
        ask(&mut net, "c2", 1, "get x");
        ask(&mut net, "c2", 2, "put y b");
        net.deliver("n2", "n3", "Write");
        assert_eq!(net.at("n3").seen.as_slice().len(), if causal { 0 } else { 2 });
        assert_eq!(broken(&net, "Causes First: n3 applies write 1 of n2 without write 1 of n1"), !causal);
        net.settle();
        assert_eq!(net.at("n3").keys, net.at("n1").keys, "versions bear it");
        assert_eq!(Leader::unsound(&Config { causal, ..Config::default() }).is_some(), !causal);
    }
}

#[test]
fn the_last_writer_wins_by_the_clock_and_ties_go_to_the_later_name() {
    let mut net = with(Conflicts::LastWriter, Bug::None);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c2", 1, "put x b");
    net.deliver("n1", "n2", "Write");
    assert_eq!(net.rules, ["apply a write", "drop the earlier write"]);
    net.deliver("n2", "n1", "Write");
    assert_eq!(net.rules, ["apply a write", "keep the later write"]);
    net.settle();
    assert_eq!(values(&net, "n3"), "b");
    // The clock of n1 stands still; its own timestamps go on.
    ask(&mut net, "c1", 2, "put x c");
    assert_eq!(told(&net, "c1"), "c");
    net.settle();
    assert_eq!(values(&net, "n2"), "c");
    sound(&net);
}

#[test]
fn siblings_stay_until_a_client_that_has_read_them_writes_and_a_tombstone_keeps_older_ones_out() {
    let mut net = with(Conflicts::Vectors, Bug::None);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c2", 1, "put x b");
    net.deliver("n1", "n2", "Write");
    assert_eq!(net.rules, ["apply a write", "keep side by side"]);
    ask(&mut net, "c2", 2, "get x");
    assert_eq!(told(&net, "c2"), "a | b");
    ask(&mut net, "c2", 3, "put x ab");
    assert!(net.rules.contains(&"drop what was seen"));
    ask(&mut net, "c2", 4, "delete x");
    assert_eq!((told(&net, "c2").as_str(), values(&net, "n2").as_str()), ("nothing", "∅"));
    net.deliver("n1", "n3", "Write");
    assert_eq!(values(&net, "n3"), "a");
    net.settle();
    assert_eq!(values(&net, "n3"), "∅");
    sound(&net);
}

#[test]
fn sets_merge_and_a_put_that_a_delete_did_not_know_of_stays() {
    let mut net = with(Conflicts::Merge, Bug::None);
    ask(&mut net, "c1", 1, "put x milk");
    assert!(net.rules.contains(&"add to the set"));
    net.settle();
    ask(&mut net, "c1", 2, "delete x");
    ask(&mut net, "c2", 1, "put x milk");
    ask(&mut net, "c2", 2, "put x tea");
    net.deliver("n1", "n2", "Write");
    assert_eq!(net.rules, ["apply a write", "remove what was there"]);
    net.settle();
    ask(&mut net, "c3", 1, "get x");
    assert_eq!(told(&net, "c3"), "milk | tea", "each once");
    sound(&net);
}

/// What is removed must be there: without causes first, it comes afterwards, and stays.
#[test]
fn merged_sets_go_apart_where_a_delete_overtakes_what_it_removes() {
    let mut net = net(|config| (config.conflicts, config.causal) = (Conflicts::Merge, false));
    ask(&mut net, "c1", 1, "put x milk");
    net.deliver("n1", "n2", "Write");
    ask(&mut net, "c2", 1, "delete x");
    net.deliver("n2", "n3", "Write");
    net.settle();
    assert_eq!((values(&net, "n1"), values(&net, "n3")), ("nothing".into(), "milk".into()));
    assert!(broken(&net, "Convergence: n3 and n1") || broken(&net, "Convergence: n1 and n3"), "{:?}", net.breaches);
}

#[test]
fn a_ring_passes_writes_on_until_they_are_round_and_stops_where_one_is_down() {
    let mut net = net(|config| config.topology = Topology::Ring);
    ask(&mut net, "c1", 1, "put x a");
    net.deliver("n1", "n2", "Write");
    assert_eq!(net.rules, ["apply a write", "pass it on"]);
    net.deliver("n2", "n3", "Write origin 1");
    assert_eq!(net.rules, ["apply a write"], "n1 has it from before");
    net.settle();
    sound(&net);
    // n2 is down.
    ask(&mut net, "c1", 2, "put x b");
    net.lose("n1", "n2", "Write");
    ask(&mut net, "c3", 1, "put y c");
    net.deliver("n3", "n1", "Write");
    assert_eq!((values(&net, "n3"), net.at("n1").seen.as_slice()), ("a".into(), [2, 0, 1].as_slice()));
    net.lose("n1", "n2", "Write");
    // It is back, and gets all that it missed at once.
    net.restart("n2");
    net.fire("n1", Timer::Resend);
    assert_eq!(net.rules, ["send again"]);
    net.deliver("n1", "n2", "Again");
    net.settle();
    assert_eq!(values(&net, "n3"), "b");
    net.fire("n1", Timer::Resend);
    assert!(net.rules.is_empty(), "all is acknowledged");
    sound(&net);
}

#[test]
fn a_star_goes_through_its_middle_alone() {
    let mut net = net(|config| config.topology = Topology::Star);
    ask(&mut net, "c2", 1, "put x a");
    assert_eq!(net.flying.len(), 1, "to n1 alone");
    net.deliver("n2", "n1", "Write");
    assert_eq!(net.rules, ["apply a write", "pass it on"]);
    net.settle();
    sound(&net);
    let able = |topology, there: &[u8]| {
        let there = there.iter().map(|node| NodeId(*node)).collect();
        Leader::able(&Config { topology, ..Config::default() }, there).unwrap().words
    };
    assert_eq!(able(Topology::Star, &[1, 2]), "could read and write: 2 of 3; not all of them get what n2 takes");
    assert_eq!(able(Topology::Ring, &[0, 2]), "could read and write: 2 of 3; not all of them get what n1 takes");
    assert_eq!(able(Topology::All, &[1, 2]), "could read and write: 2 of 3; writes come to all of them");
    assert_eq!(able(Topology::Ring, &[1]), "could read and write: 1 of 3; nobody else gets what it takes");
}

#[test]
fn what_is_lost_is_sent_again_and_known_writes_change_nothing() {
    for bug in [Bug::None, Bug::SendOnce] {
        let mut net = with(Conflicts::Merge, bug);
        ask(&mut net, "c1", 1, "put x a");
        net.lose("n1", "n2", "Write");
        net.deliver("n1", "n3", "Write");
        net.lose("n3", "n1", "Has");
        net.restart("n1");
        net.fire("n1", Timer::Resend);
        assert_eq!(net.rules.contains(&"send again"), bug == Bug::None);
        if bug == Bug::SendOnce {
            let nodes = ["n1", "n2", "n3"].map(|name| Some(net.at(name)));
            let owed = Leader::owed(&nodes, &net.ghost, NodeSet::new(), &[]);
            assert!(owed[0].words.starts_with("Convergence"), "{owed:?}");
            continue;
        }
        net.deliver("n1", "n3", "Again");
        assert_eq!(net.rules, ["know it already"]);
        net.settle();
        sound(&net);
    }
}

#[test]
fn each_planted_bug_breaks_its_guarantee() {
    let first = |net: &Net<Leader>, words: &str| {
        let found = net.breaches.iter().any(|breach| breach.starts_with(words));
        assert!(found, "{words}: {:?}", net.breaches);
    };
    let mut net = with(Conflicts::LastWriter, Bug::NoTieBreak);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c2", 1, "put x b");
    net.deliver("n1", "n2", "Write");
    first(&net, "Resolution: n2 holds x = a, and what it has applied comes to b");
    net.deliver("n2", "n1", "Write");
    first(&net, "Convergence: n1 and n2 have applied the same writes, and hold x = b and a");
    let mut net = with(Conflicts::LastWriter, Bug::NoClock);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c1", 2, "put x b");
    ask(&mut net, "c2", 1, "put x c");
    net.deliver("n2", "n1", "Write");
    first(&net, "Monotone Versions: n1 held x = b, and goes back to x = c");
    let mut net = with(Conflicts::Vectors, Bug::DropSiblings);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c2", 1, "put x b");
    net.deliver("n1", "n2", "Write");
    first(&net, "No Lost Write: n2 has applied write 1 of n2, x = b, and holds x = a");
    let mut net = with(Conflicts::Vectors, Bug::ForgetTombstone);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c1", 2, "delete x");
    first(&net, "Monotone Versions: n1 held x = a, and goes back to x = nothing");
    let mut net = with(Conflicts::Merge, Bug::RemoveUnseen);
    ask(&mut net, "c1", 1, "delete x");
    ask(&mut net, "c2", 1, "put x a");
    net.deliver("n1", "n2", "Write");
    first(&net, "No Lost Write: n2 has applied write 1 of n2, x = a");
    let mut net = with(Conflicts::Vectors, Bug::AnyOrder);
    ask(&mut net, "c1", 1, "put x a");
    ask(&mut net, "c2", 1, "put x b");
    ask(&mut net, "c2", 2, "put x c");
    net.deliver("n2", "n1", "Write origin 2 #2");
    first(&net, "Per-Origin Order: n1 goes on and leaves out write 1 of n2");
}

#[test]
fn what_loses_its_origin_goes_round_for_ever() {
    let mut net = net(|config| (config.topology, config.bug) = (Topology::Ring, Bug::Echo));
    ask(&mut net, "c1", 1, "put x a");
    for (from, to) in [("n1", "n2"), ("n2", "n3"), ("n3", "n1"), ("n1", "n2")] {
        net.deliver(from, to, "Write");
    }
    assert!(broken(&net, "One Origin: n2 takes a write of another leader for one of its own"), "{:?}", net.breaches);
    assert_eq!(net.at("n1").keys.get("x").map(|held| held.writes().len()), Some(2), "n1 has its own twice");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let wrong = |config: Config| Leader::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    assert_eq!(wrong(Config { servers: 6, ..Config::default() }), "servers: 6 is more than 5");
    assert!(wrong(Config { tick: crate::Micros::ZERO, ..Config::default() }).starts_with("tick: 0ms is too short"));
    assert_eq!(Leader::unsound(&Config::default()), None);
    assert_eq!(Leader::unsound(&Config { servers: 2, causal: false, ..Config::default() }), None);
    let mut alone = net(|config| config.servers = 1);
    ask(&mut alone, "c1", 1, "put x a");
    assert_eq!((told(&alone, "c1").as_str(), alone.at("n1").log.len()), ("a", 0));
}

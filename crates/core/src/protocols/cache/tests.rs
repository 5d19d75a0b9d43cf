//! The rules, by hand.

use super::{place::Plan, *};
use crate::{OpId, protocols::testing::Net, services::StoreOp};

/// Three servers on the ring, one that stands by, and the origin.
fn cache(change: impl FnOnce(&mut Config)) -> Net<Cache> {
    let mut config = Config { clients: 3, ..Config::default() };
    change(&mut config);
    Net::new(config)
}

fn with(bug: Bug) -> Net<Cache> {
    cache(|config| config.bug = bug)
}

/// A client asks somebody, having seen some version of the key, by some ring.
fn ask(net: &mut Net<Cache>, (client, serial): (&str, u64), of: &str, op: &str, (floor, ring): (u64, u64)) {
    let id = OpId { client: net.id(client), serial };
    let op = <crate::services::Store as crate::Service>::parse(op).expect("it is an operation");
    net.request(client, of, Request { id, op, floor, ring, silent: None });
}

fn put(net: &mut Net<Cache>, serial: u64, key: &str, value: &str) {
    ask(net, ("c1", serial), "db", &format!("put {key} {value}"), (0, 0));
}

/// What a client was told last.
fn told(net: &Net<Cache>, client: &str) -> String {
    let id = net.id(client);
    let last = net.answers.iter().rev().find(|(to, _)| *to == id);
    last.map_or("no answer".into(), |(_, told)| <Reader as crate::Client>::response_words(told))
}

fn server<'a>(net: &'a Net<Cache>, name: &str) -> &'a Server {
    match net.at(name) {
        Cache::Server(server) => server,
        Cache::Origin(_) => panic!("{name} is the origin"),
    }
}

fn origin(net: &Net<Cache>) -> &Origin {
    match net.at("db") {
        Cache::Origin(origin) => origin,
        Cache::Server(_) => panic!("db is the origin"),
    }
}

fn name(node: NodeId) -> String {
    format!("n{}", node.0 + 1)
}

/// The owner of a key by the origin's ring.
fn owner(net: &Net<Cache>, config: &Config, key: &str) -> String {
    name(origin(net).ring.owners(Plan::from(config), &key.into())[0])
}

fn join(net: &mut Net<Cache>, node: u8) {
    net.stimulate("db", Change::Join(NodeId(node)));
}

/// A key that one server owns by the first ring, and n4 once it has joined.
fn moving(config: &Config) -> (String, String) {
    let plan = Plan::from(config);
    let first = View::first(config);
    let mut seats = first.seats.clone();
    seats.push(Seat { node: NodeId(3), weight: 1, out: false });
    let second = View { number: 1, seats };
    let keys = (0..100).map(|n| format!("k{n}"));
    let of = |view: &View, key: &str| view.owners(plan, &key.into())[0];
    let mut keys = keys.filter(|key| of(&second, key) == NodeId(3));
    let key = keys.next().expect("n4 owns some keys");
    let old = of(&first, &key);
    (key, name(old))
}

#[test]
fn a_miss_is_filled_by_the_origin_and_the_next_one_is_a_hit() {
    let config = Config { clients: 3, ..Config::default() };
    let mut net = cache(|_| ());
    put(&mut net, 1, "x", "a");
    net.settle();
    assert_eq!(told(&net, "c1"), "a");
    let owner = owner(&net, &config, "x");
    ask(&mut net, ("c2", 1), &owner, "get x", (0, 0));
    assert_eq!((net.rules.as_slice(), told(&net, "c2").as_str()), (&["miss"][..], "no answer"));
    ask(&mut net, ("c3", 1), &owner, "get x", (0, 0));
    assert_eq!(net.flying.len(), 1, "it asks once for both");
    net.settle();
    assert_eq!((told(&net, "c2"), told(&net, "c3")), ("a".into(), "a".into()));
    ask(&mut net, ("c2", 2), &owner, "get x", (1, 0));
    assert_eq!(net.rules, ["hit"]);
    put(&mut net, 2, "x", "b");
    ask(&mut net, ("c2", 3), &owner, "get x", (1, 0));
    assert_eq!(told(&net, "c2"), "a", "it has not heard of the write");
    ask(&mut net, ("c3", 3), &owner, "get x", (2, 0));
    assert_eq!(net.rules, ["miss"], "who has seen the write is not told what was before");
    net.settle();
    assert_eq!(told(&net, "c3"), "b");
    put(&mut net, 2, "x", "b");
    assert_eq!((net.rules.as_slice(), origin(&net).log.last_index()), (&["write once"][..], 2));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn what_comes_later_than_the_news_of_its_end_is_not_kept() {
    let config = Config { clients: 3, ..Config::default() };
    let mut net = cache(|_| ());
    put(&mut net, 1, "x", "a");
    net.settle();
    let owner = owner(&net, &config, "x");
    ask(&mut net, ("c2", 1), &owner, "get x", (0, 0));
    net.deliver(&owner, "db", "Fetch");
    put(&mut net, 2, "x", "b");
    net.deliver("db", &owner, "News");
    net.deliver("db", &owner, "Fill");
    assert_eq!(net.rules, ["comes too late"]);
    assert_eq!((told(&net, "c2").as_str(), server(&net, &owner).copies.len()), ("a", 0), "told, and not kept");
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn who_joins_is_handed_what_is_its_own_and_the_old_owner_forgets_it() {
    let config = Config { clients: 3, ..Config::default() };
    let (key, old) = moving(&config);
    let mut net = cache(|_| ());
    put(&mut net, 1, &key, "a");
    net.settle();
    ask(&mut net, ("c2", 1), &old, &format!("get {key}"), (0, 0));
    net.settle();
    assert!(server(&net, &old).copies.get(key.as_str()).is_some());
    join(&mut net, 3);
    net.deliver("db", &old, "News");
    assert!(net.rules.contains(&"hand over"), "{:?}", net.rules);
    ask(&mut net, ("c2", 2), &old, &format!("get {key}"), (1, 0));
    assert_eq!((net.rules.as_slice(), told(&net, "c2").as_str()), (&["send on to the owner"][..], "not here any more"));
    net.deliver("db", "n4", "News");
    net.lose(&old, "n4", "Handover");
    net.fire(&old, Timer::Repeat);
    net.settle();
    assert_eq!(server(&net, &old).copies.len(), 0);
    ask(&mut net, ("c2", 3), "n4", &format!("get {key}"), (1, 2));
    assert_eq!(net.rules, ["hit"], "it is warm");
    assert_eq!(net.breaches, Vec::<String>::new());
    let nodes: Vec<Option<&Cache>> = ["n1", "n2", "n3", "n4", "db"].map(|name| Some(net.at(name))).into();
    assert_eq!(Cache::owed(&nodes, &net.ghost, NodeSet::new(), &[]), Vec::new());
}

/// A copy that the old owner sends to n4 while the key is written again, of which n4 hears before.
fn overtaken(bug: Bug) -> Net<Cache> {
    let (key, old) = moving(&Config { clients: 3, ..Config::default() });
    let mut net = with(bug);
    put(&mut net, 1, &key, "a");
    net.settle();
    ask(&mut net, ("c2", 1), &old, &format!("get {key}"), (0, 0));
    net.settle();
    join(&mut net, 3);
    net.deliver("db", &old, "News");
    net.deliver("db", "n4", "News");
    put(&mut net, 2, &key, "b");
    net.deliver("db", "n4", "News");
    net.deliver(&old, "n4", "Handover");
    net
}

#[test]
fn a_hand_over_that_was_overtaken_is_not_taken() {
    let net = overtaken(Bug::None);
    assert_eq!((net.rules.as_slice(), server(&net, "n4").copies.len()), (&["comes too late"][..], 0));
    assert_eq!(net.breaches, Vec::<String>::new());
    let net = overtaken(Bug::OldHandover);
    assert!(net.breaches[0].starts_with("Nothing Replaced: n4 has"), "{:?}", net.breaches);
}

#[test]
fn who_is_silent_is_taken_off_the_ring_and_comes_back_empty() {
    let config = Config { clients: 3, ..Config::default() };
    let mut net = cache(|_| ());
    put(&mut net, 1, "x", "a");
    net.settle();
    let old = owner(&net, &config, "x");
    ask(&mut net, ("c2", 1), &old, "get x", (0, 0));
    net.settle();
    let id = OpId { client: net.id("c3"), serial: 1 };
    let silent = Some(net.id(&old));
    let op = StoreOp::Get("x".into());
    net.request("c3", "db", Request { id, op: op.clone(), floor: 0, ring: 0, silent });
    assert_eq!((net.rules.as_slice(), told(&net, "c3").as_str()), (&["take off the ring", "read the origin"][..], "a"));
    assert_ne!(owner(&net, &config, "x"), old);
    net.flying.clear();
    net.request("c3", "db", Request { id: OpId { serial: 2, ..id }, op, floor: 0, ring: 0, silent });
    assert_eq!(net.rules, ["read the origin"], "the ring is another by now");
    net.restart(&old);
    assert_eq!((net.rules.as_slice(), server(&net, &old).life), (&["say hello"][..], 2));
    net.settle();
    assert_eq!(owner(&net, &config, "x"), old, "it has its place again");
    assert_eq!((server(&net, &old).copies.len(), server(&net, &old).place.as_ref().unwrap().seen), (0, 3));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn a_server_that_was_only_slow_says_that_it_is_there() {
    let mut net = cache(|_| ());
    let id = OpId { client: net.id("c1"), serial: 1 };
    let silent = Some(net.id("n2"));
    net.request("c1", "db", Request { id, op: StoreOp::Get("x".into()), floor: 0, ring: 0, silent });
    net.settle();
    assert_eq!(origin(&net).ring.members().len(), 3, "it is back");
    assert_eq!(origin(&net).ring.number, 2);
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn what_was_sent_to_an_earlier_life_changes_nothing() {
    let mut net = cache(|_| ());
    put(&mut net, 1, "x", "a");
    net.restart("n1");
    net.deliver("db", "n1", "News");
    assert_eq!(server(&net, "n1").place, None);
    net.deliver("n1", "db", "Hello life 2");
    net.restart("n1");
    net.deliver("db", "n1", "Welcome life 2");
    assert_eq!(server(&net, "n1").place, None, "that is an answer to another question");
    ask(&mut net, ("c2", 1), "n1", "get x", (0, 0));
    net.settle();
    assert_eq!(told(&net, "c2"), "a", "it passes on what it may not keep");
    assert_eq!(server(&net, "n1").place.as_ref().map(|place| place.seen), Some(1));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn entries_are_followed_in_their_order_and_sent_again() {
    let mut net = cache(|_| ());
    put(&mut net, 1, "x", "a");
    put(&mut net, 2, "y", "b");
    net.lose("db", "n1", "News");
    net.deliver("db", "n1", "News");
    assert_eq!(
        (net.rules.as_slice(), server(&net, "n1").place.as_ref().unwrap().seen),
        (&["wait for what is missing"][..], 0)
    );
    net.settle();
    net.fire("db", Timer::Repeat);
    net.settle();
    assert_eq!(server(&net, "n1").place.as_ref().unwrap().seen, 2);
    net.stimulate("db", Change::Leave(NodeId(1)));
    net.stimulate("db", Change::Weigh(NodeId(0), 3));
    net.settle();
    assert_eq!(server(&net, "n4").seats().len(), 2);
    net.stimulate("db", Change::Leave(NodeId(0)));
    net.stimulate("db", Change::Leave(NodeId(2)));
    assert_eq!(origin(&net).ring.members().len(), 1, "the last one stays");
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn each_planted_bug_breaks_its_guarantee() {
    let first = |net: &Net<Cache>, words: &str| assert!(net.breaches[0].starts_with(words), "{:?}", net.breaches);
    let config = Config { clients: 3, ..Config::default() };
    let (key, old) = moving(&config);
    let warm = |bug| {
        let mut net = with(bug);
        put(&mut net, 1, &key, "a");
        net.settle();
        ask(&mut net, ("c2", 1), &old, &format!("get {key}"), (0, 0));
        net
    };
    let mut net = warm(Bug::KeepOwners);
    net.settle();
    join(&mut net, 3);
    net.settle();
    first(&net, &format!("Placement: {old} holds {key}"));
    let mut net = warm(Bug::LateFill);
    net.deliver(&old, "db", "Fetch");
    put(&mut net, 2, &key, "b");
    net.deliver("db", &old, "News");
    net.deliver("db", &old, "Fill");
    first(&net, &format!("Nothing Replaced: {old} has {key} as of entry 1"));
    let mut net = warm(Bug::OwnersOnly);
    net.settle();
    join(&mut net, 3);
    put(&mut net, 2, &key, "b");
    net.deliver("db", &old, "News");
    net.deliver("db", &old, "News");
    first(&net, &format!("Nothing Replaced: {old} has {key}"));
    let mut net = warm(Bug::Relabel);
    net.settle();
    put(&mut net, 2, &key, "b");
    net.settle();
    first(&net, &format!("Origin's Values: {old} has {key} = a as entry 2"));
    let mut net = warm(Bug::IgnoreFloor);
    net.settle();
    put(&mut net, 2, &key, "b");
    ask(&mut net, ("c1", 3), &old, &format!("get {key}"), (2, 0));
    first(&net, &format!("Sessions: {old} tells c1 {key} as of entry 1"));
    let mut net = warm(Bug::SendOnce);
    net.settle();
    join(&mut net, 3);
    net.deliver("db", &old, "News");
    net.lose(&old, "n4", "Handover");
    net.settle();
    net.fire(&old, Timer::Repeat);
    net.settle();
    let nodes: Vec<Option<&Cache>> = ["n1", "n2", "n3", "n4", "db"].map(|name| Some(net.at(name))).into();
    let owed = Cache::owed(&nodes, &net.ghost, NodeSet::new(), &[]);
    assert!(owed[0].words.starts_with("Hand-over"), "{owed:?}");
}

#[test]
fn a_join_moves_few_keys_and_under_modulo_most() {
    let keys: Vec<Text> = (0..1_000).map(|n| format!("k{n}").into()).collect();
    let moved = |placement: Scheme| {
        let config = Config { placement, points: 100, servers: 5, members: 4, ..Config::default() };
        let (plan, first) = (Plan::from(&config), View::first(&config));
        let mut seats = first.seats.clone();
        seats.push(Seat { node: NodeId(4), weight: 1, out: false });
        let second = View { number: 1, seats };
        keys.iter().filter(|key| first.owners(plan, key) != second.owners(plan, key)).count()
    };
    for scheme in [Scheme::Ring, Scheme::Ketama, Scheme::Rendezvous, Scheme::Jump] {
        let moved = moved(scheme);
        assert!((150..250).contains(&moved), "{scheme:?}: {moved} of 1,000, and k/n is 200");
    }
    assert!(moved(Scheme::Maglev) < 300, "{}", moved(Scheme::Maglev));
    assert!((750..850).contains(&moved(Scheme::Modulo)), "{}", moved(Scheme::Modulo));
}

#[test]
fn replicas_stand_on_the_next_servers_and_weights_are_shares() {
    let config = Config { replicas: 2, points: 100, ..Config::default() };
    let (plan, mut ring) = (Plan::from(&config), View::first(&config));
    let keys: Vec<Text> = (0..300).map(|n| format!("k{n}").into()).collect();
    assert!(keys.iter().all(|key| ring.owners(plan, key).len() == 2));
    ring.seats[0].weight = 3;
    let share = ring.shares(plan, keys.iter()).get(&NodeId(0)).copied().unwrap();
    assert!((140..220).contains(&share), "{share} of 300, and three fifths are 180");
    ring.seats[0].out = true;
    assert!(keys.iter().all(|key| !ring.owners(plan, key).contains(&NodeId(0))));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let wrong = |config: Config| Cache::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { members: 5, ..Config::default() }), "members: 5 of 4 servers cannot be on the ring");
    assert_eq!(wrong(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    assert_eq!(wrong(Config { points: 0, ..Config::default() }), "points: 0 is less than 1");
    assert_eq!(wrong(Config { replicas: 0, ..Config::default() }), "replicas: 0 is less than 1");
    let able =
        |there: &[u8]| Cache::able(&Config::default(), there.iter().copied().map(NodeId).collect()).unwrap().able;
    assert!(able(&[0, 4]) && !able(&[0, 1, 2, 3]));
}

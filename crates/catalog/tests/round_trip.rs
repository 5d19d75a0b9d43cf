//! What is written is read back as it was: random scenarios with every fault, as files and as links.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Caption, Scenario, file, link};
use lightcone_core::{Micros, Order, Span};
use lightcone_sim::{
    Across, Bandwidth, Condition, Disk, Fault, Intervention, Latency, Links, Load, LocalClock, Manner, Name, Network,
    Pace, Selector, Until, When, Workload,
};
use proptest::{collection, option, prelude::*, sample::select, strategy::ValueTree};
use serde_json::{Map, json};
use std::collections::BTreeSet;

fn time(most: u64) -> impl Strategy<Value = Micros> {
    prop_oneof![0..=most, (0..=most / 1_000).prop_map(|ms| ms * 1_000)].prop_map(Micros)
}

fn span() -> impl Strategy<Value = Span> {
    (time(50_000), time(50_000)).prop_map(|(a, b)| Span { min: a.min(b), max: a.max(b) })
}

fn latency() -> impl Strategy<Value = Latency> {
    (span(), option::of(time(500_000)))
        .prop_map(|(span, more)| Latency { span, tail: more.map(|more| span.max.plus(more)) })
}

/// Participants, some of which are not there, and those that a condition speaks of.
fn who() -> impl Strategy<Value = String> {
    select(vec!["n1", "n2", "n3", "c1", "n9", "it", "peer"]).prop_map(String::from)
}

fn links() -> impl Strategy<Value = Links> {
    let side = || prop_oneof![who(), Just("*".to_string())];
    (side(), side(), any::<bool>()).prop_map(|(from, to, both)| Links { from, to, both })
}

fn selector() -> impl Strategy<Value = Selector> {
    let texts = [
        "RequestVote term 2 from n1 to n3",
        "AppendEntries term 1 from n1 to n2 #7",
        "ClientRequest serial 1 from c1 to n9",
        "AppendEntries term 1 from it to peer",
        "timer Election of n2 #3",
        "arming Heartbeat of it",
    ];
    select(texts.to_vec()).prop_map(|text| text.parse().expect("a selector"))
}

fn condition() -> impl Strategy<Value = Condition> {
    let texts = [
        "someone becomes leader",
        "n9 becomes leader, then n2 crashes",
        "timer Election of n1 fires #3",
        "AppendEntries from n1 is sent",
        "someone does win election #2",
        "someone does dance",
        "Election Safety is broken",
        "c1 is answered",
    ];
    select(texts.to_vec()).prop_map(|text| text.parse().expect("a condition"))
}

fn bandwidth() -> impl Strategy<Value = Bandwidth> {
    (1..20_000_u64, option::of(0..50_u32)).prop_map(|(each, queue)| Bandwidth { each: Micros(each), queue })
}

fn across() -> impl Strategy<Value = Across> {
    select(vec![Across::Lost, Across::Held])
}

fn on_messages() -> impl Strategy<Value = Fault> {
    prop_oneof![
        time(900_000).prop_map(|to| Fault::Move { to }),
        Just(Fault::Drop),
        Just(Fault::Duplicate),
        (1..9_u32).prop_map(|nth| Fault::Lie { nth }),
        selector().prop_map(|message| Fault::Deliver { message }),
        selector().prop_map(|timer| Fault::Fire { timer }),
        Just(Fault::Heal),
        Just(Fault::Hold),
    ]
}

fn on_links() -> impl Strategy<Value = Fault> {
    let groups = collection::vec(collection::vec(who(), 0..3), 0..4);
    prop_oneof![
        (groups, across()).prop_map(|(groups, across)| Fault::Partition { groups, across }),
        (links(), across()).prop_map(|(links, across)| Fault::Cut { links, across }),
        (links(), latency()).prop_map(|(links, by)| Fault::Slow { links, by }),
        (links(), 0..=100_u8).prop_map(|(links, percent)| Fault::Lossy { links, percent }),
        (links(), 0..=100_u8).prop_map(|(links, percent)| Fault::Copying { links, percent }),
        (links(), bandwidth()).prop_map(|(links, bandwidth)| Fault::Clog { links, bandwidth }),
        (links(), time(90_000)).prop_map(|(links, by)| Fault::Reorder { links, by }),
    ]
}

fn on_nodes() -> impl Strategy<Value = Fault> {
    let disk = select(vec![Disk::Kept, Disk::LastWriteLost, Disk::Lost]);
    let manners = vec![Manner::Silent, Manner::Equivocating, Manner::Lying, Manner::Delaying, Manner::Unasked];
    let op = select(vec!["put x 3", "get x", "dance"]).prop_map(String::from);
    prop_oneof![
        (who(), disk, option::of(0..5_u32)).prop_map(|(node, disk, after)| Fault::Crash { node, disk, after }),
        who().prop_map(|node| Fault::Restart { node }),
        who().prop_map(|node| Fault::Pause { node }),
        (who(), time(900_000), -999_999..9_000_000).prop_map(|(node, ahead, drift)| Fault::Clock {
            node,
            ahead,
            drift
        }),
        (who(), select(manners)).prop_map(|(node, manner)| Fault::Byzantine { node, manner }),
        who().prop_map(|node| Fault::Join { node }),
        who().prop_map(|node| Fault::Leave { node }),
        (who(), op).prop_map(|(client, op)| Fault::Request { client, op }),
        who().prop_map(|node| Fault::Local { node, what: "send to n2".into() }),
    ]
}

fn intervention() -> impl Strategy<Value = (When, Until, Fault)> {
    let when = prop_oneof![
        time(2_000_000).prop_map(When::At),
        (selector(), option::of(any::<u64>().prop_map(Name))).prop_map(|(selector, name)| When::On { selector, name }),
        condition().prop_map(When::If),
    ];
    let length = (1..900_000_u64).prop_map(|length| Until::For(Micros(length)));
    let until = prop_oneof![Just(Until::End), time(2_000_000).prop_map(Until::At), length];
    (when, until, prop_oneof![on_messages(), on_links(), on_nodes()])
}

fn interventions() -> impl Strategy<Value = Vec<Intervention>> {
    let ids = prop_oneof![Just(false), Just(true)];
    (collection::vec(intervention(), 0..12), ids).prop_map(|(list, numbered)| {
        let id = |place: u32| if numbered { 3 * place } else { place };
        let one = |(place, (when, until, fault)): (u32, (When, Until, Fault))| {
            // A fault that is over at once has no end, and none is written.
            let until = if fault.lasts() { until } else { Until::End };
            Intervention { id: id(place), when, until, fault }
        };
        (1..).zip(list).map(one).collect()
    })
}

fn workload() -> impl Strategy<Value = Workload> {
    let pace = prop_oneof![
        span().prop_map(Pace::Pause),
        span().prop_map(|span| Pace::Every(Span { max: span.max.plus(Micros(1)), ..span })),
    ];
    (time(900_000), pace, 0..500_u32, 0..=100_u32, 0..=8_u32, 0..=100_u32).prop_map(
        |(start, pace, operations, reads, keys, skew)| Workload { start, pace, operations, reads, keys, skew },
    )
}

fn surroundings() -> impl Strategy<Value = lightcone_sim::Scenario> {
    let order = select(vec![Order::Any, Order::Fifo]);
    let network = (latency(), 0..=100_u8, order, option::of(bandwidth()))
        .prop_map(|(latency, loss, order, bandwidth)| Network { latency, loss, order, bandwidth });
    let clock = (time(90_000), -999_999..9_000_000).prop_map(|(offset, drift)| LocalClock { offset, drift });
    let names = |names: &[&str]| select(names.iter().map(|name| name.to_string()).collect::<Vec<String>>());
    let clocks = collection::btree_map(names(&["n1", "n2", "n3", "c1"]), clock, 0..3);
    let load = (span(), 1..9_u32, option::of(0..50_u32)).prop_map(|(service, workers, queue)| Load {
        service,
        workers,
        queue,
    });
    let load = collection::btree_map(names(&["servers", "n1", "n2"]), load, 0..3);
    let length = prop_oneof![Just(3_000_000), 1..2_000_000_u64].prop_map(Micros);
    (
        prop_oneof![Just(1), 0..1_u64 << 53],
        length,
        network,
        option::of(workload()),
        clocks,
        load,
        any::<bool>(),
        interventions(),
    )
        .prop_map(|(seed, until, network, workload, clocks, load, held, interventions)| lightcone_sim::Scenario {
            seed,
            until,
            network,
            workload,
            clocks: clocks.into_iter().collect(),
            load: load.into_iter().collect(),
            held,
            interventions,
        })
}

/// Captions in the instants that every run has, in order of time.
fn captions() -> impl Strategy<Value = Vec<Caption>> {
    let words = select(vec!["", "n1 \"leads\"", "Stimmen zählen: 2 → 3 ✓", " "]).prop_map(String::from);
    collection::vec((0..=1_u64, words), 0..4).prop_map(|drawn| {
        let mut captions: Vec<Caption> =
            drawn.into_iter().map(|(at, words)| Caption { at: Micros(at), words }).collect();
        captions.sort_by_key(|caption| caption.at);
        captions
    })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let titles = select(vec!["Raft", "A \"title\"\nin two lines ✓", ""]).prop_map(String::from);
    let settings = select(vec![json!({"servers": 3}), json!({"servers": 3, "heartbeat": "30ms", "bug": "none"})]);
    (titles, settings, captions(), surroundings()).prop_map(|(title, settings, captions, run)| Scenario {
        protocol: "raft".into(),
        revision: 1,
        title,
        settings: settings.as_object().cloned().unwrap_or_default(),
        captions,
        run,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(scenario in scenario(), print in option::of(any::<u64>())) {
        let text = file::print(&scenario);
        let read = file::parse(&text).map_err(|wrong| TestCaseError::fail(format!("{wrong}\n{text}")))?;
        prop_assert_eq!(read, scenario.clone());
        prop_assert_eq!(link::decode(&link::encode(&scenario, print))?, (scenario, print));
    }

    #[test]
    fn what_is_broken_spoils_nothing_else(scenario in scenario(), place in any::<prop::sample::Index>(), what in 0..3_usize) {
        let text = file::print(&scenario);
        let mut parts: Vec<String> = text.split("[[intervention]]\n").map(String::from).collect();
        prop_assume!(parts.len() > 1 && scenario.run.interventions.iter().zip(1..).any(|(one, id)| one.id != id));
        let broken = 1 + place.index(parts.len() - 1);
        parts[broken] += ["sed = 7\n", "percentage = 20\n", "[intervention.at2]\n"][what];
        let (read, wrong) = file::parse_lenient(&parts.join("[[intervention]]\n"))?;
        let mut left = scenario;
        let id = left.run.interventions.remove(broken - 1).id;
        prop_assert_eq!(wrong.len(), 1);
        prop_assert!(wrong[0].to_string().starts_with(&format!("intervention {id}: ")), "{}", wrong[0]);
        prop_assert_eq!(read, left);
    }
}

#[test]
fn every_kind_of_fault_is_drawn() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut drawn = BTreeSet::new();
    for _ in 0..400 {
        let (_, _, fault) = intervention().new_tree(&mut runner).expect("a tree").current();
        drawn.insert(file::kind(&fault));
    }
    let missing: Vec<&str> = file::kinds().filter(|kind| !drawn.contains(*kind)).collect();
    assert!(missing.is_empty(), "{missing:?} is never drawn");
}

#[test]
fn what_is_as_it_would_be_anyway_is_not_written() {
    let plain = Scenario {
        protocol: "raft".into(),
        revision: 1,
        title: "Raft".into(),
        settings: Map::new(),
        captions: Vec::new(),
        run: lightcone_sim::Scenario::default(),
    };
    assert_eq!(file::print(&plain), "protocol = \"raft\"\nrevision = 1\n");
}

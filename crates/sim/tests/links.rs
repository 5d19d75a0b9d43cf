//! Links: what is held goes on, what is first in line stays first, and every message meets one end.

mod common;

use common::{Dice, Subject, finished, scenario};
use lightcone_core::{
    Micros, Order, Span,
    protocols::{
        bracha::Bracha,
        lamport::{Config, Lamport},
        raft::Raft,
    },
};
use lightcone_sim::{
    Across, Fault, Intervention, Lasting as Lasts, Links, Network, Run, Scenario, Until, trace::Cause, view::Fate,
};
use std::collections::BTreeMap;

/// Quiet processes whose messages fly for 10 ms, and what is done to them, at instants in milliseconds.
fn quiet(order: Order, faults: Vec<(u64, Lasting)>) -> Run {
    let place = |(id, (at, (fault, until)))| Intervention::at(id, Micros::ms(at), fault).until(until);
    let scenario = Scenario {
        until: Micros::ms(100),
        network: Network { latency: Span::exactly(Micros::ms(10)).into(), order, ..Network::default() },
        interventions: (1..).zip(faults).map(place).collect(),
        ..Scenario::default()
    };
    finished::<Lamport>(Config { chatter: false, ..Config::default() }, scenario)
}

/// What is done, and until when.
type Lasting = (Fault, Until);

fn send() -> Lasting {
    (Fault::Local { node: "n1".into(), what: "send to n2".into() }, Until::End)
}

fn heal() -> Lasting {
    (Fault::Heal, Until::End)
}

fn cut(across: Across, until: u64) -> Lasting {
    (Fault::Cut { links: Links::one_way("n1", "n2"), across }, Until::At(Micros::ms(until)))
}

/// When messages were handled, in milliseconds.
fn handled(run: &Run) -> Vec<u64> {
    let delivered = run.trace().events.iter().filter(|event| matches!(event.cause, Cause::Message(_)));
    delivered.map(|event| event.at.0 / 1_000).collect()
}

#[test]
fn a_held_message_goes_on_for_the_rest_of_its_way() {
    for order in [Order::Any, Order::Fifo] {
        // It would arrive at 20, and has 7 ms left when it is stopped at 13.
        assert_eq!(handled(&quiet(order, vec![(10, send())])), [20]);
        assert_eq!(handled(&quiet(order, vec![(10, send()), (13, cut(Across::Held, 15))])), [22], "{order:?}");
        assert_eq!(handled(&quiet(order, vec![(10, send()), (13, cut(Across::Held, 50))])), [57], "{order:?}");
        // It is sent while the link is cut, and has all of its way before it.
        assert_eq!(handled(&quiet(order, vec![(10, cut(Across::Held, 15)), (10, send())])), [25], "{order:?}");
        // A second cut catches it again.
        let twice = vec![(10, send()), (13, cut(Across::Held, 15)), (16, cut(Across::Held, 30))];
        assert_eq!(handled(&quiet(order, twice)), [36], "{order:?}");
        // Two cuts at once hold it until the later end.
        let both = vec![(10, send()), (13, cut(Across::Held, 15)), (14, cut(Across::Held, 30))];
        assert_eq!(handled(&quiet(order, both)), [37], "{order:?}");
    }
}

#[test]
fn a_held_message_does_not_wait_for_those_sent_after_it() {
    for order in [Order::Any, Order::Fifo] {
        let run = quiet(order, vec![(10, send()), (13, cut(Across::Held, 15)), (14, send())]);
        assert_eq!(handled(&run), [22, 25], "{order:?}");
    }
}

#[test]
fn a_message_that_a_cut_meets_at_any_instant_of_its_flight_is_lost() {
    for (at, arrives) in [(9, 1), (10, 0), (15, 0), (19, 0), (20, 0), (21, 1)] {
        let run = quiet(Order::Any, vec![(at, cut(Across::Lost, at + 1)), (10, send())]);
        assert_eq!(handled(&run).len(), arrives, "cut at {at}");
    }
    let held_then_lost = vec![(10, send()), (13, cut(Across::Held, 50)), (14, cut(Across::Lost, 15))];
    assert_eq!(handled(&quiet(Order::Any, held_then_lost)), [0; 0]);
}

#[test]
fn a_heal_ends_every_cut_before_it() {
    let held = |until| vec![(10, send()), (13, cut(Across::Held, until)), (15, heal()), (40, heal())];
    assert_eq!(handled(&quiet(Order::Any, held(90))), [22]);
    assert_eq!(handled(&quiet(Order::Any, held(14))), [21]);
}

/// What holds of every message of every run.
fn lawful(run: &Run, case: &str) {
    let trace = run.trace();
    let free = run.setup().loads.iter().all(Option::is_none)
        && trace.spells.iter().all(|spell| !matches!(*spell.what, Lasts::Pause(_) | Lasts::Reorder(..)))
        && run.plan().watches.is_empty();
    let mut last = BTreeMap::new();
    for message in &trace.messages {
        let Fate::Delivered(event) = message.fate else { continue };
        let event = &trace.events[event];
        assert_eq!((event.node, event.name), (message.to, message.name), "{case}");
        assert!(message.sent < message.end, "{case}: a message takes time");
        assert!(message.end <= event.at, "{case}: it is handled after it arrived");
        assert!(!free || message.end == event.at, "{case}: nothing lets it wait");
        if free && !message.copy && run.scenario().network.order == Order::Fifo {
            let before = last.insert((message.from, message.to), message.end);
            assert!(before < Some(message.end), "{case}: {} overtook another", message.key);
        }
    }
    let handled = trace.events.iter().filter(|event| matches!(event.cause, Cause::Message(_))).count();
    let delivered = trace.messages.iter().filter(|message| matches!(message.fate, Fate::Delivered(_))).count();
    assert_eq!(handled, delivered, "{case}");
    for (fate, parked) in [(Fate::Flying, false), (Fate::Parked, true)] {
        let open = trace.messages.iter().filter(|message| message.fate == fate).count();
        let world = run.world().flights().filter(|flight| flight.parked.is_some() == parked).count();
        assert_eq!(open, world, "{case}: {fate:?}");
    }
}

fn lawful_runs<P: Subject>(cases: u64) {
    for case in 0..cases {
        let (config, scenario) = scenario::<P>(&mut Dice::new(case), 6);
        lawful(&finished::<P>(config, scenario), &format!("{}, case {case}", P::ABOUT.id));
    }
}

#[test]
fn every_message_meets_one_end() {
    lawful_runs::<Raft>(300);
    lawful_runs::<Lamport>(300);
    lawful_runs::<Bracha>(300);
}

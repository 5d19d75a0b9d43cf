//! Links: what is held goes on, what is first in line stays first, and every message meets one end.

mod common;

use common::{Dice, Subject, finished, scenario};
use lightcone_core::{
    Micros, Order, Span,
    protocols::{
        lamport::{Config, Lamport},
        raft::Raft,
    },
};
use lightcone_sim::{Across, Fault, Intervention, Network, Run, Scenario, When, trace::Cause, view::Fate};
use std::collections::BTreeMap;

/// Quiet processes whose messages fly for 10 ms, and what is done to them, at instants in milliseconds.
fn quiet(order: Order, faults: Vec<(u64, Fault)>) -> Run<Lamport> {
    let place = |(id, (at, fault))| Intervention { id, when: When::At(Micros::ms(at)), fault };
    finished(Scenario {
        config: Config { chatter: false, ..Config::default() },
        seed: 1,
        until: Micros::ms(100),
        network: Network { latency: Span::exactly(Micros::ms(10)), loss: 0, order },
        workload: None,
        clocks: Default::default(),
        interventions: (1..).zip(faults).map(place).collect(),
    })
}

fn send() -> Fault {
    Fault::Local { node: "n1".into(), what: "send to n2".into() }
}

fn cut(across: Across, until: u64) -> Fault {
    Fault::Cut { from: "n1".into(), to: "n2".into(), across, until: Some(Micros::ms(until)) }
}

/// When messages were handled, in milliseconds.
fn handled(run: &Run<Lamport>) -> Vec<u64> {
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
    let held = |until| vec![(10, send()), (13, cut(Across::Held, until)), (15, Fault::Heal), (40, Fault::Heal)];
    assert_eq!(handled(&quiet(Order::Any, held(90))), [22]);
    assert_eq!(handled(&quiet(Order::Any, held(14))), [21]);
}

/// What holds of every message of every run.
fn lawful<P: Subject>(run: &Run<P>, case: &str) {
    let trace = run.trace();
    let mut last = BTreeMap::new();
    for message in &trace.messages {
        let Fate::Delivered(event) = message.fate else { continue };
        let event = &trace.events[event];
        assert_eq!((event.at, event.node, event.name), (message.end, message.to, message.name), "{case}");
        assert!(message.sent < message.end, "{case}: a message takes time");
        if run.scenario().network.order == Order::Fifo {
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

#[test]
fn every_message_meets_one_end() {
    for case in 0..300 {
        lawful(&finished::<Raft>(scenario::<Raft>(&mut Dice::new(case), 6)), &format!("Raft, case {case}"));
        lawful(&finished::<Lamport>(scenario::<Lamport>(&mut Dice::new(case), 6)), &format!("Lamport, case {case}"));
    }
}

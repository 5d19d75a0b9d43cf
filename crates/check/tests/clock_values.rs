//! The timestamps of 10,000 random diagrams beside values that are computed anew from the trace alone: from the events
//! with what led to them, and nothing that the processes say. The start of a process is no event of the papers; a receipt
//! is one, at the maximum and one more; a message carries the timestamp of its sending, which has counted itself.

#[path = "common/draw.rs"]
mod draw;

use draw::Draw;
use lightcone_core::{
    Claim, Micros, Protocol, Sorted, Span, Stamp,
    protocols::{
        hlc::{self, Hlc},
        lamport::{self, Lamport},
        vector::{self, Vector},
    },
};
use lightcone_sim::{
    Fault, Intervention, Latency, Links, LocalClock, Network, Run, Scenario, Until, causality,
    trace::{Cause, Trace},
    view::{EventKind, Relation},
};

const DIAGRAMS: u64 = 10_000;

/// Local events and messages at drawn instants, on links that are slow, out of order, lossy and copy.
fn diagram<P: Protocol>(config: P::Config, seed: u64) -> Run {
    let mut draw = Draw::new(seed + 1);
    let latency = Latency::span(Span::ms(1, 2 + draw.below(60)));
    let network = Network { latency, loss: u8::try_from(draw.below(4) * 8).unwrap(), ..Network::default() };
    let causes = P::stimuli(&config);
    let mut drawn = vec![Fault::Copying { links: Links::all(), percent: u8::try_from(draw.below(3) * 15).unwrap() }];
    for _ in 0..4 + draw.below(9) {
        let cause = &causes[usize::try_from(draw.below(causes.len() as u64)).unwrap()];
        drawn.push(Fault::Local { node: format!("n{}", cause.node.0 + 1), what: cause.label.clone() });
    }
    let at = |place: usize, fault, draw: &mut Draw| {
        let when = if place == 0 { Micros::ZERO } else { Micros(draw.below(90_000)) };
        Intervention::at(1 + u32::try_from(place).unwrap(), when, fault).until(Until::End)
    };
    let interventions = drawn.into_iter().enumerate().map(|(place, fault)| at(place, fault, &mut draw)).collect();
    let clocks: Sorted<String, LocalClock> = (0..4).map(|n| (format!("n{}", n + 1), clock(seed, n))).collect();
    let until = Micros::ms(160);
    Run::new::<P>(config, Scenario { seed, until, network, clocks, interventions, ..Scenario::default() }).unwrap()
}

/// The clocks of a diagram stand apart and drift.
fn clock(seed: u64, n: u64) -> LocalClock {
    let mut draw = Draw::new(seed * 4 + n + 1);
    let offset = Micros(draw.below(4) * draw.below(30_000));
    LocalClock { offset, drift: i32::try_from(draw.below(400_000)).unwrap() - 200_000 }
}

/// The timestamp that each event was given, read off its process right after it.
fn given<P: Protocol>(run: &mut Run) -> Vec<Stamp> {
    let mut stamps = Vec::new();
    while !run.advance(1) {
        let event = run.trace().events.last().unwrap();
        let process = run.world().node::<P>(event.node).expect("nobody crashes");
        stamps.push(process.stamp().expect("a clock gives a timestamp to each event"));
        assert_eq!(stamps.len(), run.trace().events.len(), "one event at a time");
    }
    stamps
}

fn is_start(trace: &Trace, event: usize) -> bool {
    trace.events[event].kind == EventKind::Start
}

/// The event before this one at the same process, and the one that sent what this one received.
fn led_to(trace: &Trace, event: usize) -> [Option<usize>; 2] {
    let now = &trace.events[event];
    let before = (0..event).rev().find(|other| trace.events[*other].node == now.node);
    let sender = match now.cause {
        Cause::Message(message) => Some(trace.messages[message as usize].sent_by as usize),
        _ => None,
    };
    [before, sender]
}

/// Lamport's clocks: the length of the longest chain of events that ends here.
fn numbers(trace: &Trace) -> Vec<Stamp> {
    let mut chains: Vec<u64> = Vec::new();
    for event in 0..trace.events.len() {
        let longest = led_to(trace, event).into_iter().flatten().map(|cause| chains[cause]).max();
        chains.push(if is_start(trace, event) { 0 } else { 1 + longest.unwrap_or(0) });
    }
    chains.into_iter().map(Stamp::Number).collect()
}

/// Vectors: of each process the events in the past, which is a set here, and nothing is counted before its end.
fn vectors(trace: &Trace, processes: usize) -> Vec<Stamp> {
    let mut pasts: Vec<Vec<bool>> = Vec::new();
    for event in 0..trace.events.len() {
        let mut past = vec![false; trace.events.len()];
        for cause in led_to(trace, event).into_iter().flatten() {
            past.iter_mut().zip(&pasts[cause]).for_each(|(known, before)| *known |= before);
        }
        past[event] = !is_start(trace, event);
        pasts.push(past);
    }
    let of = |past: &Vec<bool>, process: usize| {
        (0..past.len()).filter(|event| past[*event] && trace.events[*event].node.index() == process).count() as u64
    };
    pasts.iter().map(|past| Stamp::Vector((0..processes).map(|process| of(past, process)).collect())).collect()
}

/// What the clock of an event's process showed then, in ticks of 1 ms.
fn shown(trace: &Trace, seed: u64, event: usize) -> u64 {
    let LocalClock { offset, drift } = clock(seed, trace.events[event].node.index() as u64);
    let passed = i128::from(trace.events[event].at.0) * (1_000_000 + i128::from(drift)) / 1_000_000;
    (offset.0 + u64::try_from(passed).unwrap()) / 1_000
}

/// Hybrid clocks: the greatest clock of the past, which is walked here event by event; and the longest chain of events
/// to this one among those whose past has no greater clock.
fn hybrids(trace: &Trace, seed: u64) -> Vec<Stamp> {
    let mut stamps: Vec<(u64, u64)> = Vec::new();
    for event in 0..trace.events.len() {
        if is_start(trace, event) {
            stamps.push((0, 0));
            continue;
        }
        let (mut past, mut next) = (vec![event], 0);
        while next < past.len() {
            let causes = led_to(trace, past[next]).into_iter().flatten().filter(|cause| !past.contains(cause));
            let causes: Vec<usize> = causes.collect();
            past.extend(causes);
            next += 1;
        }
        let greatest = past.iter().filter(|event| !is_start(trace, **event)).map(|event| shown(trace, seed, *event));
        let greatest = greatest.max().unwrap_or(0);
        let causes = led_to(trace, event).into_iter().flatten().map(|cause| stamps[cause]);
        let chain = causes.filter(|(known, _)| *known == greatest).map(|(_, chain)| chain + 1).max();
        stamps.push((greatest, chain.unwrap_or(0)));
    }
    stamps.into_iter().map(|(l, c)| Stamp::Hybrid(l, c)).collect()
}

/// The same with a count for each process, however many the clock has heard of.
fn padded(stamp: Stamp, processes: usize) -> Stamp {
    match stamp {
        Stamp::Vector(mut counts) => {
            counts.resize(processes, 0);
            Stamp::Vector(counts)
        }
        other => other,
    }
}

/// Whether a clock may claim this of two events that stand to each other like that.
fn may_claim(exact: bool, claim: Claim, truth: Relation) -> bool {
    match claim {
        Claim::Before => truth == Relation::Before,
        Claim::After => truth == Relation::After,
        Claim::Concurrent => truth == Relation::Concurrent,
        Claim::NotAfter => !exact && truth != Relation::After,
        Claim::NotBefore => !exact && truth != Relation::Before,
        Claim::Same => false,
    }
}

#[derive(Debug, Default)]
struct Tally {
    events: usize,
    receipts: usize,
    pairs: usize,
    concurrent: usize,
    concurrent_claimed: usize,
}

/// What is given is what is computed; of any two events the clock says nothing wrong.
fn compare(run: &Run, given: &[Stamp], computed: &[Stamp], exact: bool, tally: &mut Tally) {
    let (trace, seed) = (run.trace(), run.scenario().seed);
    assert_eq!(given, computed, "diagram {seed}");
    let events: Vec<usize> = (0..given.len()).filter(|event| !is_start(trace, *event)).collect();
    tally.events += events.len();
    tally.receipts += events.iter().filter(|event| trace.events[**event].kind == EventKind::Deliver).count();
    for one in &events {
        for other in events.iter().filter(|other| *other != one) {
            let (claim, truth) = (given[*one].beside(&given[*other]), causality::relation(trace, *one, *other).0);
            assert!(may_claim(exact, claim, truth), "diagram {seed}: {one} and {other} are {truth:?}, said: {claim:?}");
            tally.pairs += 1;
            tally.concurrent += usize::from(truth == Relation::Concurrent);
            tally.concurrent_claimed += usize::from(claim == Claim::Concurrent);
        }
    }
}

fn processes(seed: u64) -> u64 {
    2 + seed % 3
}

#[test]
fn lamport_clocks_are_the_lengths_of_the_longest_chains() {
    let mut tally = Tally::default();
    for seed in 0..DIAGRAMS {
        let config = lamport::Config { processes: processes(seed), chatter: false, ..Default::default() };
        let mut run = diagram::<Lamport>(config, seed);
        let stamps = given::<Lamport>(&mut run);
        compare(&run, &stamps, &numbers(run.trace()), false, &mut tally);
    }
    println!("{tally:?}");
    assert!(tally.receipts * 4 > tally.events, "messages arrive: {tally:?}");
    let Tally { concurrent, concurrent_claimed, .. } = tally;
    assert!(concurrent_claimed * 2 < concurrent, "of most concurrent events these clocks do not tell it: {tally:?}");
}

#[test]
fn vectors_count_the_causal_past_and_tell_all_of_causality() {
    let mut tally = Tally::default();
    for seed in 0..DIAGRAMS {
        let processes = processes(seed);
        let config = vector::Config { processes, chatter: false, ..Default::default() };
        let mut run = diagram::<Vector>(config, seed);
        let processes = usize::try_from(processes).unwrap();
        let stamps: Vec<Stamp> = given::<Vector>(&mut run).into_iter().map(|stamp| padded(stamp, processes)).collect();
        compare(&run, &stamps, &vectors(run.trace(), processes), true, &mut tally);
    }
    println!("{tally:?}");
    assert!(tally.receipts * 4 > tally.events, "messages arrive: {tally:?}");
    assert_eq!(tally.concurrent_claimed, tally.concurrent);
}

#[test]
fn hybrid_clocks_are_the_greatest_clock_of_the_past_and_the_chain_since() {
    let (mut tally, mut ahead, mut counted) = (Tally::default(), 0, 0);
    for seed in 0..DIAGRAMS {
        let config = hlc::Config { processes: processes(seed), chatter: false, ..Default::default() };
        let mut run = diagram::<Hlc>(config, seed);
        let stamps = given::<Hlc>(&mut run);
        compare(&run, &stamps, &hybrids(run.trace(), seed), false, &mut tally);
        for (event, stamp) in stamps.iter().enumerate().filter(|(event, _)| !is_start(run.trace(), *event)) {
            let Stamp::Hybrid(l, c) = stamp else { panic!("{stamp:?} is no hybrid clock") };
            ahead += usize::from(*l > shown(run.trace(), seed, event));
            counted += usize::from(*c > 0);
        }
    }
    println!("{tally:?}, l ahead of the clock {ahead} times, c above 0 {counted} times");
    assert!(ahead * 10 > tally.events && counted * 10 > tally.events, "{ahead} and {counted} of {tally:?}");
}

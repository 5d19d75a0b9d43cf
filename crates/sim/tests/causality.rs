//! Pasts, futures and chains against slow oracles that look at the whole trace, and what they cost on a long run.

#[allow(unused_imports, reason = "each test file uses its own part")]
mod common;

use common::{Dice, Subject, finished, scenario};
use lightcone_core::{
    Micros, NodeId, Span,
    protocols::{
        bracha::Bracha,
        lamport::{self, Lamport},
        raft::{self, Raft},
    },
};
use lightcone_sim::{
    Across, Fault, Intervention, Latency, Links, Network, Pace, Run, Scenario, Until, Workload, causality,
    trace::{Cause, Trace},
    view::{Along, CausalLink, EventKind, Fate, Relation},
};

/// The vector clock of every event: how many events of each lane it could know of.
fn clocks(trace: &Trace) -> Vec<Vec<usize>> {
    let mut now = vec![vec![0; trace.lanes.len()]; trace.lanes.len()];
    let mut clocks: Vec<Vec<usize>> = Vec::new();
    for event in &trace.events {
        let lane = event.node.index();
        if let Some(message) = sender(event.cause) {
            let theirs = &clocks[trace.messages[message].sent_by as usize];
            now[lane].iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine = (*mine).max(*theirs));
        }
        now[lane][lane] += 1;
        clocks.push(now[lane].clone());
    }
    clocks
}

fn sender(cause: Cause) -> Option<usize> {
    match cause {
        Cause::Message(message) => Some(message as usize),
        _ => None,
    }
}

/// The place of every event on its lane, from 1.
fn places(trace: &Trace) -> Vec<usize> {
    let mut places = vec![0; trace.events.len()];
    for lane in &trace.lanes {
        (1..).zip(lane).for_each(|(place, event)| places[*event as usize] = place);
    }
    places
}

struct Oracle<'a> {
    trace: &'a Trace,
    clocks: Vec<Vec<usize>>,
    places: Vec<usize>,
}

impl<'a> Oracle<'a> {
    fn new(run: &'a Run) -> Self {
        Oracle { trace: run.trace(), clocks: clocks(run.trace()), places: places(run.trace()) }
    }

    /// Whether `one` is `other` or could have led to it.
    fn leads(&self, one: usize, other: usize) -> bool {
        self.clocks[other][self.trace.events[one].node.index()] >= self.places[one]
    }

    fn relation(&self, one: usize, other: usize) -> Relation {
        match (one == other, self.leads(one, other), self.leads(other, one)) {
            (true, ..) => Relation::Same,
            (_, true, _) => Relation::Before,
            (_, _, true) => Relation::After,
            _ => Relation::Concurrent,
        }
    }

    fn delivered(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.trace.messages.iter().enumerate().filter_map(|(place, message)| match message.fate {
            Fate::Delivered(by) => Some((place, message.sent_by as usize, by)),
            _ => None,
        })
    }

    /// For every event, the fewest messages that lead to it from `from`.
    fn distances(&self, from: usize) -> Vec<Option<usize>> {
        let mut lanes = vec![None; self.trace.lanes.len()];
        let mut distances = vec![None; self.trace.events.len()];
        for (place, event) in self.trace.events.iter().enumerate() {
            let over: Option<usize> = sender(event.cause)
                .and_then(|message| distances[self.trace.messages[message].sent_by as usize])
                .map(|n: usize| n + 1);
            let start = (place == from).then_some(0);
            let lane = &mut lanes[event.node.index()];
            *lane = [*lane, over, start].into_iter().flatten().min();
            distances[place] = *lane;
        }
        distances
    }

    /// The chain that is promised: fewest messages, the last handled as early as can be, then the one before it.
    fn chain(&self, from: usize, to: usize) -> Option<Vec<CausalLink>> {
        let distances = self.distances(from);
        let mut left = distances[to]?;
        let mut links = vec![CausalLink { event: to, next: None }];
        let mut here = to;
        while left > 0 {
            let lane = &self.trace.lanes[self.trace.events[here].node.index()];
            let arrival = lane.iter().map(|event| *event as usize).find(|event| distances[*event] == Some(left));
            let arrival = arrival.unwrap();
            if arrival != here {
                let node = self.trace.events[arrival].node;
                links.push(CausalLink { event: arrival, next: Some(Along::Lane(node)) });
            }
            let message = sender(self.trace.events[arrival].cause).unwrap();
            here = self.trace.messages[message].sent_by as usize;
            links.push(CausalLink { event: here, next: Some(Along::Message(message)) });
            left -= 1;
        }
        if here != from {
            let node = self.trace.events[from].node;
            links.push(CausalLink { event: from, next: Some(Along::Lane(node)) });
        }
        links.reverse();
        Some(links)
    }
}

fn assert_cone(run: &Run, oracle: &Oracle, event: usize) {
    let (trace, cone) = (run.trace(), run.cone(event));
    let divisions = run.divisions(event);
    for (lane, events) in trace.lanes.iter().enumerate() {
        let events: Vec<usize> = events.iter().map(|event| *event as usize).collect();
        let past = events.iter().copied().rfind(|other| oracle.leads(*other, event));
        let future = events.iter().copied().find(|other| oracle.leads(event, *other));
        assert_eq!(cone.past[lane].map(|reach| reach.event), past, "past of {event} on lane {lane}");
        assert_eq!(cone.future[lane].map(|reach| reach.event), future, "future of {event} on lane {lane}");
        let count =
            |relation: &[Relation]| events.iter().filter(|e| relation.contains(&oracle.relation(**e, event))).count();
        let found = divisions[lane];
        assert_eq!(found.past, count(&[Relation::Before, Relation::Same]));
        assert_eq!(found.concurrent, count(&[Relation::Concurrent]));
        assert_eq!(found.future, count(&[Relation::After]));
    }
    let inside = |keep: &dyn Fn(usize, usize) -> bool| -> Vec<usize> {
        oracle.delivered().filter(|(_, sent, by)| keep(*sent, *by)).map(|(place, ..)| place).collect()
    };
    assert_eq!(cone.past_arrows, inside(&|_, by| oracle.leads(by, event)));
    assert_eq!(cone.future_arrows, inside(&|sent, _| oracle.leads(event, sent)));
}

/// What the random runs contained, so that the test cannot pass by meeting nothing.
#[derive(Debug, Default)]
struct Met {
    crashes: usize,
    copies: usize,
    pauses: usize,
    liars: usize,
    chains: usize,
    longest: usize,
    none: usize,
}

impl Met {
    fn see(&mut self, run: &Run) {
        let trace = run.trace();
        self.crashes += trace.events.iter().filter(|event| event.kind == EventKind::Crash).count();
        self.copies += trace.messages.iter().filter(|m| m.copy && matches!(m.fate, Fate::Delivered(_))).count();
        let waited = |m: &&lightcone_sim::trace::Message| match m.fate {
            Fate::Delivered(by) => trace.events[by].at > m.end,
            _ => false,
        };
        self.pauses += trace.messages.iter().filter(waited).count();
        self.liars += run.world().liars.len();
    }
}

fn agree<P: Subject>(cases: u64) -> Met {
    let mut met = Met::default();
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let (config, scenario) = scenario::<P>(dice, 6);
        let run = finished::<P>(config, scenario);
        let oracle = Oracle::new(&run);
        let n = run.trace().events.len();
        met.see(&run);
        for _ in 0..6 {
            let (one, other) = (dice.below(n), dice.below(n));
            assert_cone(&run, &oracle, one);
            assert_eq!(run.relation(one, other), oracle.relation(one, other), "case {case}: {one} and {other}");
            for (from, to) in [(one, other), (other, one), (one, one)] {
                let chain = run.chain_between(from, to);
                assert_eq!(chain, oracle.chain(from, to), "case {case}: from {from} to {to}");
                assert_eq!(chain.is_some(), oracle.leads(from, to));
                let Some(chain) = chain else {
                    met.none += 1;
                    continue;
                };
                met.chains += 1;
                let messages = chain.iter().filter(|link| matches!(link.next, Some(Along::Message(_)))).count();
                met.longest = met.longest.max(messages);
            }
        }
    }
    println!("{}: {met:?}", P::ABOUT.id);
    met
}

#[test]
fn cones_relations_and_chains_are_those_of_vector_clocks() {
    let raft = agree::<Raft>(150);
    let lamport = agree::<Lamport>(150);
    let bracha = agree::<Bracha>(150);
    for met in [&raft, &lamport, &bracha] {
        assert!(met.crashes > 0 && met.copies > 0 && met.chains > 0 && met.none > 0, "{met:?}");
    }
    assert!(raft.pauses > 0 && bracha.liars > 0 && raft.longest > 2);
}

/// Of nine processes one is cut off: what it could know of and influence is a small part of the run.
#[test]
fn cones_of_whoever_is_cut_off_are_thin() {
    let config = lamport::Config { processes: 9, pace: Span::ms(5, 40), ..lamport::Config::default() };
    let cut = Fault::Cut { links: Links { from: "n1".into(), to: "*".into(), both: true }, across: Across::Lost };
    let cut = |from, until| vec![Intervention::at(1, Micros::ms(from), cut.clone()).until(Until::At(until))];
    for interventions in [cut(0, Micros::ms(700)), cut(300, Micros::ms(1_000))] {
        let scenario = Scenario { until: Micros::ms(1_000), interventions, ..Scenario::default() };
        let run = finished::<Lamport>(config.clone(), scenario);
        let (oracle, n) = (Oracle::new(&run), run.trace().events.len());
        let mut thin = 0;
        for event in run.trace().lanes[0].iter().map(|event| *event as usize) {
            assert_cone(&run, &oracle, event);
            let inside = run.divisions(event).iter().fold((0, 0), |(a, b), one| (a + one.past, b + one.future));
            thin += usize::from(inside.0 * 8 < event || inside.1 * 8 < n - event);
        }
        assert!(thin > 5, "{thin} cones were thin");
    }
}

/// Five servers and two busy clients, for at least so many events.
fn long(events: usize) -> Run {
    let config = raft::Config { clients: 2, ..raft::Config::default() };
    let pace = Pace::Pause(Span::ms(1, 5));
    let start = Micros::ms(400);
    let workload = Workload { start, pace, operations: u32::MAX, reads: 25, keys: 4, skew: 0 };
    let network = Network { latency: Latency::span(Span::ms(1, 5)), ..Network::default() };
    let until = Micros::ms(1_000_000);
    let scenario = Scenario { seed: 7, until, network, workload: Some(workload), ..Scenario::default() };
    let mut run = Run::new::<Raft>(config, scenario).unwrap();
    run.observe(false);
    run.advance(events);
    assert!(run.trace().events.len() >= events);
    run
}

#[test]
fn what_is_visited_is_bounded_by_the_cone() {
    let run = long(100_000);
    let trace = run.trace();
    let n = trace.events.len();
    let mut most = [0; 3];
    for event in [0, 3, 40, 1_000, n / 2, n - 1_000, n - 40, n - 1] {
        let (past, future) = (causality::past(trace, event), causality::future(trace, event));
        let divisions = run.divisions(event);
        let sizes =
            [divisions.iter().map(|d| d.past).sum::<usize>(), divisions.iter().map(|d| d.future).sum::<usize>()];
        assert!(past.visited <= sizes[0], "event {event}: {} of {}", past.visited, sizes[0]);
        assert!(future.visited <= sizes[1] + 1, "event {event}: {} of {}", future.visited, sizes[1]);
        let (_, related) = causality::relation(trace, event, n / 3);
        for (most, visited) in most.iter_mut().zip([past.visited, future.visited, related]) {
            *most = visited.max(*most);
        }
    }
    println!("of {n} events, at most {most:?} were visited for a past, a future and a relation");
    // Everyone hears of everyone soon, so that edges are found near the event however long the run is.
    assert!(most.iter().all(|visited| *visited < 5_000), "{most:?}");
}

#[test]
fn chains_between_neighbours_are_found_nearby() {
    let run = long(100_000);
    let trace = run.trace();
    let (mut most, mut seen) = (0, 0);
    for message in trace.messages.iter().rev().step_by(997) {
        let Fate::Delivered(by) = message.fate else { continue };
        let chain = causality::chain(trace, message.sent_by as usize, by).unwrap();
        let messages = chain.links.iter().filter(|link| matches!(link.next, Some(Along::Message(_)))).count();
        assert_eq!(messages, 1);
        assert!(chain.visited <= by - message.sent_by as usize, "{} visited", chain.visited);
        most = most.max(chain.visited);
        seen += 1;
    }
    // Two neighbours on a lane need no look at anything.
    let lane = &trace.lanes[NodeId(0).index()];
    let pair = [lane[lane.len() / 2] as usize, lane[lane.len() / 2 + 1] as usize];
    assert_eq!(causality::chain(trace, pair[0], pair[1]).unwrap().visited, 0);
    // From one end of the run to the other, the first chance to get there is soon taken.
    let far = causality::chain(trace, trace.lanes[5][1] as usize, *trace.lanes[3].last().unwrap() as usize).unwrap();
    println!("{seen} neighbours, at most {most} visited; {} visited from end to end", far.visited);
    assert!(seen > 50 && most < 200 && far.visited < 5_000);
}

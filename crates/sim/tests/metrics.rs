//! Metrics against runs that were counted by hand, and against slow counts of random runs.

#[allow(unused_imports, reason = "each test file uses its own part")]
mod common;

use common::{Dice, Subject, finished, scenario};
use lightcone_core::{
    Flavour, Micros, NodeId, Role, Span,
    protocols::{
        bracha::Bracha,
        lamport::Lamport,
        raft::{self, Raft},
    },
};
use lightcone_sim::{
    Fault, Intervention, Latency, Load, Network, Pace, Run, Scenario, Until, Workload,
    metrics::{Measure, Metrics, Spread},
    trace::{Cause, Trace},
    view::{EventKind, Fate},
};

/// Three servers, one client that asks for writes one after the other, and every message flies for 10 ms.
fn steady(interventions: Vec<Intervention>, load: Option<Load>) -> Run {
    let config = raft::Config { servers: 3, clients: 1, ..raft::Config::default() };
    let pace = Pace::Pause(Span::exactly(Micros::ms(25)));
    let start = Micros::ms(600);
    let workload = Workload { start, pace, operations: u32::MAX, reads: 0, keys: 1, skew: 0 };
    let latency = Latency::span(Span::exactly(Micros::ms(10)));
    let scenario = Scenario {
        until: Micros::ms(2_000),
        network: Network { latency, ..Network::default() },
        workload: Some(workload),
        load: load.map(|load| ("servers".to_string(), load)).into_iter().collect(),
        interventions,
        ..Scenario::default()
    };
    finished::<Raft>(config, scenario)
}

fn leader(run: &Run, at: Micros) -> NodeId {
    let led = run.trace().roles.iter().rfind(|change| change.at <= at && change.role == Some(Role::Leader));
    led.expect("someone leads").node
}

#[test]
fn a_write_in_quiet_times_takes_four_messages_one_after_the_other() {
    let metrics = steady(Vec::new(), None).metrics(None);
    println!("{}", metrics.table());
    let path = ["ClientRequest", "AppendEntries", "AppendEntriesReply", "ClientResponse"];
    // The first one may have to look for the leader; some meet a heartbeat on the way.
    let plain = metrics.requests.iter().skip(1).filter(|one| one.latency.is_some());
    let (mut seen, mut alone) = (0, 0);
    for one in plain {
        assert_eq!((one.latency, one.path.as_slice(), one.path_is_whole), (Some(40_000), &path[..], true), "{one:?}");
        assert_eq!((one.retries, one.further, one.is_read), (0, 0, false));
        let of = |kind, flavour| one.by_kind.iter().filter(move |k| (k.kind, k.flavour) == (kind, flavour));
        assert!(of("AppendEntries", Flavour::Carry).all(|kind| kind.rounds == 1 && kind.messages <= 2), "{one:?}");
        assert_eq!(one.carry, of("AppendEntries", Flavour::Carry).map(|kind| kind.messages).sum::<u64>());
        if one.periodic == 0 && one.messages == 4 {
            assert_eq!(one.rounds, 4);
            alone += 1;
        }
        seen += 1;
    }
    assert!(seen >= 20 && alone >= 5, "{alone} of {seen}");
    let writes = &metrics.operations.writes;
    assert_eq!((writes.latency.p50, writes.rounds.p50), (40_000, 4));
    assert_eq!(metrics.operations.reads.asked, 0);
    assert_eq!(metrics.errors.retries, 0);
    assert_eq!(metrics.availability.outages, []);
    assert!(metrics.waits.count > 100 && metrics.waits.max == 0, "nothing waits where nothing is busy");
}

#[test]
fn a_crash_of_the_leader_shows_everywhere() {
    let quiet = steady(Vec::new(), None);
    // The client asks at 880 ms; its request finds nobody.
    let node = leader(&quiet, Micros::ms(885));
    let name = quiet.setup().name(node).to_string();
    let crash = Fault::Crash { node: name.clone(), disk: Default::default(), after: None };
    let faults = vec![
        Intervention::at(1, Micros::ms(885), crash),
        Intervention::at(2, Micros::ms(1_485), Fault::Restart { node: name }),
    ];
    let run = steady(faults, None);
    let metrics = run.metrics(None);
    println!("{}", metrics.table());
    let crashed = &metrics.participants[node.index()];
    assert_eq!((crashed.crashes, crashed.down, crashed.down_per_mille), (1, 600_000, 300));
    let led = metrics.leadership.unwrap();
    let first = run.trace().roles.iter().find(|change| change.role == Some(Role::Leader)).unwrap().at;
    let next = run.trace().roles.iter().find(|c| c.role == Some(Role::Leader) && c.at > Micros::ms(885)).unwrap().at;
    assert_eq!((led.began, led.changes, led.several), (2, 1, 0));
    assert_eq!(led.without, first.0 + next.0 - 885_000);
    let [outage] = metrics.availability.outages[..] else { panic!("{:?}", metrics.availability) };
    assert!(outage.from == 880_000 && outage.to > next.0, "{outage:?}");
    assert_eq!(metrics.availability.out, outage.to - outage.from);
    assert_eq!(metrics.errors.retried, 1);
    assert!(metrics.errors.retries >= 1 && metrics.errors.requests_lost >= 1, "{:?}", metrics.errors);
    assert_eq!(
        metrics.operations.all.latency.max,
        metrics.requests.iter().filter_map(|one| one.latency).max().unwrap()
    );
    // Within the window of the outage, nobody is answered.
    let inside = run.metrics(Some((Micros(outage.from + 1), Micros(outage.to - 1))));
    assert_eq!((inside.throughput.answered, inside.availability.out_per_mille), (0, 1_000));
}

#[test]
fn service_and_pauses_are_waited_for() {
    let load = Load { service: Span::exactly(Micros::ms(3)), workers: 1, queue: None };
    let busy = steady(Vec::new(), Some(load)).metrics(None);
    let servers = busy.participants.iter().filter(|one| one.is_server);
    assert!(servers.clone().all(|one| one.waits.max >= 3_000 && one.waits.max < 30_000), "{:?}", busy.waits);
    assert_eq!(busy.participants[3].waits.max, 0, "clients have no load");
    // Answers wake the worker that waits for them, so that only what asks takes time.
    assert!(busy.operations.all.latency.p50 >= 46_000);
    let quiet = steady(Vec::new(), None);
    let node = leader(&quiet, Micros::ms(900));
    let pause = Fault::Pause { node: quiet.setup().name(node).to_string() };
    let pause = Intervention::at(1, Micros::ms(900), pause).until(Until::For(Micros::ms(100)));
    let paused = steady(vec![pause], None).metrics(None);
    assert_eq!(paused.participants[node.index()].paused, 100_000);
    let max = paused.participants[node.index()].waits.max;
    assert!(max > 10_000 && max <= 100_000, "{max}");
}

/// Which events could know of which, the slow way.
fn clocks(trace: &Trace) -> Vec<Vec<usize>> {
    let mut now = vec![vec![0; trace.lanes.len()]; trace.lanes.len()];
    let mut clocks: Vec<Vec<usize>> = Vec::new();
    for event in &trace.events {
        let lane = event.node.index();
        if let Cause::Message(message) = event.cause {
            let theirs = &clocks[trace.messages[message as usize].sent_by as usize];
            now[lane].iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine = (*mine).max(*theirs));
        }
        now[lane][lane] += 1;
        clocks.push(now[lane].clone());
    }
    clocks
}

/// Messages and the longest chain between each invocation and its answer, by looking at every event of the run.
fn assert_requests(run: &Run, metrics: &Metrics) -> usize {
    let (trace, clocks) = (run.trace(), clocks(run.trace()));
    let leads = |a: usize, b: usize| {
        let lane = trace.events[a].node.index();
        clocks[b][lane] >= clocks[a][lane]
    };
    let mut answered = 0;
    for (op, found) in trace.ops.iter().zip(&metrics.requests) {
        assert_eq!(found.latency, op.done.as_ref().map(|(_, at, _)| at.0 - op.at.0));
        let Some((answer, ..)) = op.done else {
            assert_eq!((found.messages, found.rounds), (0, 0));
            continue;
        };
        let (from, to) = (op.event as usize, answer as usize);
        let inside = |event: usize| leads(from, event) && leads(event, to);
        let (mut messages, mut lanes) = (0, vec![0; trace.lanes.len()]);
        let mut depth = vec![0; trace.events.len()];
        for event in (from..=to).filter(|event| inside(*event)) {
            let lane = &mut lanes[trace.events[event].node.index()];
            if let Cause::Message(message) = trace.events[event].cause {
                let sender = trace.messages[message as usize].sent_by as usize;
                if inside(sender) {
                    messages += 1;
                    *lane = (depth[sender] + 1).max(*lane);
                }
            }
            depth[event] = *lane;
        }
        assert_eq!((found.messages, found.rounds), (messages, depth[to]), "{found:?}");
        let kinds = &found.by_kind;
        assert_eq!(kinds.iter().map(|kind| kind.messages).sum::<u64>(), messages);
        assert!(kinds.iter().all(|kind| kind.rounds <= kind.messages.min(found.rounds)));
        assert!(found.path.len() as u64 <= found.rounds);
        answered += 1;
    }
    answered
}

/// Microsecond by microsecond.
fn assert_availability(run: &Run, metrics: &Metrics, patience: u64) {
    let (trace, end) = (run.trace(), metrics.to as usize);
    let down = |client: NodeId, event: u32| {
        let lane = trace.lanes[client.index()].iter().filter(|later| **later > event);
        let mut lane = lane.map(|later| &trace.events[*later as usize]);
        lane.find(|later| matches!(later.kind, EventKind::Crash | EventKind::Leave)).map(|later| later.at.0)
    };
    let waits: Vec<(NodeId, u64, u64)> = trace
        .ops
        .iter()
        .map(|op| {
            let done = op.done.as_ref().map(|(_, at, _)| at.0);
            (op.id.client, op.at.0, done.or_else(|| down(op.id.client, op.event)).unwrap_or(u64::MAX))
        })
        .collect();
    let mut anyone = vec![false; end];
    let fill = |times: &mut Vec<bool>, from: u64, to: u64| {
        let (from, to) = (from.min(end as u64) as usize, to.min(end as u64) as usize);
        times[from.min(to)..to].fill(true);
    };
    let count = |times: &[bool]| times.iter().filter(|time| **time).count() as u64;
    for (found, client) in metrics.availability.clients.iter().zip((0..).map(NodeId).skip(run.setup().servers().len()))
    {
        let (mut waited, mut kept) = (vec![false; end], vec![false; end]);
        for (_, from, to) in waits.iter().filter(|(whose, ..)| *whose == client) {
            fill(&mut waited, *from, *to);
            fill(&mut kept, from + patience, *to);
            fill(&mut anyone, *from, *to);
        }
        assert_eq!((found.waited, found.kept), (count(&waited), count(&kept)), "{found:?}");
    }
    // An outage is a run of instants in which someone waits, cut at every answer.
    let mut answers = vec![false; end + 1];
    trace.ops.iter().filter_map(|op| op.done.as_ref()).for_each(|(_, at, _)| answers[at.0 as usize] = true);
    let (mut out, mut length) = (0, 0);
    for at in 0..=end {
        if at == end || !anyone[at] || answers[at] {
            out += if length > patience { length } else { 0 };
            length = 0;
        }
        length += u64::from(at < end && anyone[at]);
    }
    assert_eq!(metrics.availability.out, out);
}

fn assert_messages(run: &Run, metrics: &Metrics) {
    let trace = run.trace();
    let mut total = 0;
    for one in &metrics.messages.by_kind {
        let tally = &one.tally;
        assert_eq!(tally.sent + tally.copies, tally.delivered + tally.lost.total() + tally.under_way, "{one:?}");
        let like = trace.messages.iter().filter(|m| (m.key.kind.name, m.key.kind.flavour) == (one.kind, one.flavour));
        let like: Vec<_> = like.collect();
        let of = |keep: &dyn Fn(Fate) -> bool| like.iter().filter(|m| keep(m.fate)).count() as u64;
        assert_eq!(tally.sent + tally.copies, like.len() as u64);
        assert_eq!(tally.copies, like.iter().filter(|m| m.copy).count() as u64);
        assert_eq!(tally.delivered, of(&|fate| matches!(fate, Fate::Delivered(_))));
        assert_eq!(tally.lost.total(), of(&|fate| matches!(fate, Fate::Lost(_))));
        total += like.len();
    }
    assert_eq!(total, trace.messages.len());
    let all = metrics.messages.total;
    assert_eq!(all.sent + all.copies, total as u64);
    assert_eq!(metrics.participants.iter().map(|one| one.sent).sum::<u64>(), all.sent);
    assert_eq!(metrics.participants.iter().map(|one| one.handled).sum::<u64>(), all.delivered);
    assert_eq!(metrics.participants.iter().map(|one| one.waits.count).sum::<u64>(), metrics.waits.count);
    assert_eq!(metrics.events, trace.events.len() as u64);
}

/// The counts of a window and of the one after it are those of both together.
fn assert_windows(run: &Run, whole: &Metrics, cut: u64) {
    let (a, b) =
        (run.metrics(Some((Micros::ZERO, Micros(cut)))), run.metrics(Some((Micros(cut + 1), Micros(whole.to)))));
    let counts = |m: &Metrics| {
        let participants =
            |of: &dyn Fn(&lightcone_sim::metrics::Participant) -> u64| m.participants.iter().map(of).sum();
        let sums: [u64; 3] = [participants(&|p| p.events), participants(&|p| p.crashes), participants(&|p| p.handled)];
        let errors = [m.errors.unanswered, m.errors.retries, m.errors.further, m.errors.requests_lost];
        let others = [m.events, m.messages.total.sent, m.throughput.answered, m.operations.all.asked];
        [&sums[..], &errors, &others].concat()
    };
    let sum: Vec<u64> = counts(&a).into_iter().zip(counts(&b)).map(|(a, b)| a + b).collect();
    assert_eq!(sum, counts(whole));
    assert_eq!([a.requests, b.requests].concat(), whole.requests);
}

fn agree<P: Subject>(cases: u64) -> usize {
    let mut answered = 0;
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let (config, scenario) = scenario::<P>(dice, 6);
        let run = finished::<P>(config.clone(), scenario.clone());
        let patience = dice.one_of(&[0, 20_000, 200_000]);
        let metrics = run.measured(Measure { patience: Micros(patience), ..Measure::default() });
        assert_messages(&run, &metrics);
        answered += assert_requests(&run, &metrics);
        assert_availability(&run, &metrics, patience);
        let whole = run.metrics(None);
        assert_windows(&run, &whole, dice.time(Micros(whole.to)).0);
        assert_eq!(whole.throughput.steps.iter().sum::<u64>(), whole.throughput.answered);
        let latencies: Vec<u64> = metrics.requests.iter().filter_map(|one| one.latency).collect();
        assert_eq!(metrics.operations.all.latency, Spread::of(latencies));
        let again = finished::<P>(config, scenario).metrics(None);
        assert_eq!(postcard::to_allocvec(&whole).unwrap(), postcard::to_allocvec(&again).unwrap());
        assert_eq!(whole.table(), again.table());
    }
    answered
}

#[test]
fn metrics_of_random_runs_agree_with_slow_counts() {
    let answered = agree::<Raft>(60);
    assert!(answered > 200, "{answered} operations were answered");
    println!("{answered} operations were answered");
    agree::<Lamport>(20);
    agree::<Bracha>(20);
}

#[test]
fn a_run_that_is_not_computed_yet_has_metrics() {
    let run = Run::new::<Raft>(raft::Config::default(), Scenario::default()).unwrap();
    let metrics = run.metrics(None);
    assert_eq!((metrics.from, metrics.to, metrics.events), (0, 0, 0));
    assert!(metrics.leadership.is_none() && metrics.table().starts_with("0ms to 0ms: 0 events"));
    // A window that lies beyond the end, or is the wrong way round, is empty.
    let window = Some((Micros::ms(7), Micros::ms(3)));
    assert_eq!(run.metrics(window).messages, metrics.messages);
}

#[test]
fn the_table_has_aligned_columns() {
    let table = steady(Vec::new(), None).metrics(None).table();
    let lines: Vec<&str> = table.lines().collect();
    let from = lines.iter().position(|line| line.starts_with("messages ")).unwrap();
    let ends: Vec<usize> = lines[from..].iter().take_while(|line| !line.is_empty()).map(|line| line.len()).collect();
    assert!(ends.len() > 5 && ends.iter().all(|end| *end == ends[0]), "{table}");
    assert!(table.contains("participants") && table.contains("for each operation"));
}

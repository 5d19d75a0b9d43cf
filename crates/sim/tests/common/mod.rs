//! Random scenarios of every protocol, and random edits of their interventions.

#![allow(dead_code, reason = "each test file uses its own part")]

use lightcone_core::{
    Micros, NodeId, Order, Protocol, Span,
    protocols::{bracha::Bracha, lamport::Lamport, raft::Raft},
};
use lightcone_sim::{
    Bandwidth, Fault, Latency, Load, LocalClock, Network, Pace, Run, Scenario, Workload, name::Seed, trace::Cause,
    view::EventKind,
};

mod faults;

#[allow(unused_imports, reason = "each test file uses its own part")]
pub use faults::{edited, intervention};

/// Draws of one test case, one after the other.
pub struct Dice {
    seed: Seed,
    drawn: u64,
}

impl Dice {
    pub fn new(case: u64) -> Self {
        Dice { seed: Seed(case), drawn: 0 }
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        usize::try_from(self.seed.outside("test", self.drawn, n as u64)).unwrap()
    }

    pub fn time(&mut self, until: Micros) -> Micros {
        Micros(self.below(usize::try_from(until.0).unwrap()) as u64)
    }

    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// What a test needs to know of a protocol in order to run it.
pub trait Subject: Protocol {
    fn config(dice: &mut Dice) -> Self::Config;
    fn workload(_: &mut Dice) -> Option<Workload> {
        None
    }
    /// Something that only this protocol can be asked for.
    fn ask(dice: &mut Dice) -> Fault;
    /// Conditions that have something to do with this protocol.
    const CONDITIONS: &'static [&'static str];
}

impl Subject for Raft {
    fn config(dice: &mut Dice) -> Self::Config {
        let (servers, max_entries) = (dice.one_of(&[1, 3, 3, 4, 5]), dice.one_of(&[1, 3, 16]));
        Self::Config { servers, clients: 2, max_entries, client_timeout: Span::ms(100, 200), ..Self::Config::default() }
    }

    fn workload(dice: &mut Dice) -> Option<Workload> {
        let span = Span::ms(5, 60);
        let pace = if dice.below(3) == 0 { Pace::Every(span) } else { Pace::Pause(span) };
        let (start, skew) = (Micros::ms(150), dice.one_of(&[0, 70]));
        Some(Workload { start, pace, operations: dice.one_of(&[0, 5, 50]), reads: 40, keys: 2, skew })
    }

    fn ask(dice: &mut Dice) -> Fault {
        let op = dice.one_of(&["put x 7", "get x", "append y 8", "cas x 7 9"]).into();
        Fault::Request { client: dice.one_of(&["c1", "c2"]).into(), op }
    }

    const CONDITIONS: &'static [&'static str] = &[
        "someone becomes leader",
        "someone becomes candidate #2",
        "n1 becomes follower",
        "AppendEntries is sent #4",
        "AppendEntries from n1 is delivered #3",
        "RequestVote is lost",
        "timer Election fires #3",
        "timer Election of n2 fires",
        "c1 asks",
        "someone is answered #3",
        "someone crashes",
        "someone crashes, then someone becomes leader",
    ];
}

impl Subject for Lamport {
    fn config(dice: &mut Dice) -> Self::Config {
        Self::Config { processes: 4, late: dice.one_of(&[0, 1]), pace: Span::ms(5, 40), ..Self::Config::default() }
    }

    fn ask(dice: &mut Dice) -> Fault {
        let (node, to) = dice.one_of(&[("n1", "n2"), ("n2", "n3"), ("n3", "n1"), ("n4", "n2")]);
        let what = if dice.below(2) == 0 { "local event".into() } else { format!("send to {to}") };
        Fault::Local { node: node.into(), what }
    }

    const CONDITIONS: &'static [&'static str] =
        &["n1 crashes", "someone starts #5", "timer Tick of n1 fires #2, then timer Tick of n2 fires #2"];
}

impl Subject for Bracha {
    fn config(dice: &mut Dice) -> Self::Config {
        let (servers, faulty) = dice.one_of(&[(4, 1), (7, 2), (3, 1)]);
        Self::Config { servers, faulty, ..Self::Config::default() }
    }

    fn ask(dice: &mut Dice) -> Fault {
        let what = dice.one_of(&["broadcast a", "broadcast b"]).into();
        Fault::Local { node: dice.one_of(&["n1", "n2", "n3"]).into(), what }
    }

    const CONDITIONS: &'static [&'static str] =
        &["Echo is sent", "Ready is delivered #3", "Initial is lost", "n2 does ready", "something is broken"];
}

/// A scenario of a test case, with up to `most` interventions.
pub fn scenario<P: Subject>(dice: &mut Dice, most: usize) -> (P::Config, Scenario) {
    let config = P::config(dice);
    let specs = P::setup(&config).unwrap();
    let names: Vec<String> = specs.iter().map(|spec| spec.name.clone()).collect();
    let clock =
        |dice: &mut Dice| LocalClock { offset: dice.time(Micros::ms(50)), drift: dice.below(200_001) as i32 - 100_000 };
    let clocks = if dice.below(2) == 0 {
        names.iter().map(|name| (name.clone(), clock(dice))).collect()
    } else {
        Default::default()
    };
    let bare = Scenario {
        seed: dice.below(1 << 40) as u64,
        until: Micros::ms(1_200),
        network: network(dice),
        workload: P::workload(dice),
        clocks,
        load: load(dice),
        held: dice.below(25) == 0,
        interventions: Vec::new(),
    };
    let base = finished::<P>(config.clone(), bare.clone());
    let count = if most == 0 { 0 } else { dice.below(most + 1) };
    let interventions = (1..).take(count).map(|id| intervention::<P>(dice, &base, id)).collect();
    (config, Scenario { interventions, ..bare })
}

fn network(dice: &mut Dice) -> Network {
    let tail = "2ms..8ms tail 300ms".parse().unwrap();
    let spans = [Span::ms(5, 20), Span::ms(1, 60), Span::exactly(Micros::ms(10)), Span::exactly(Micros(1))];
    let latency = if dice.below(5) == 0 { tail } else { Latency::span(dice.one_of(&spans)) };
    let narrow = |queue| Some(Bandwidth { each: Micros::ms(2), queue });
    Network {
        latency,
        loss: dice.one_of(&[0, 0, 5, 20]),
        order: dice.one_of(&[Order::Any, Order::Fifo]),
        bandwidth: dice.one_of(&[None, None, narrow(None), narrow(Some(3))]),
    }
}

fn load(dice: &mut Dice) -> std::collections::BTreeMap<String, Load> {
    let some = |service, workers, queue| Some(Load { service, workers, queue });
    let kinds = [None, None, some(Span::ms(1, 6), 1, Some(4)), some(Span::ms(1, 3), 2, None)];
    dice.one_of(&kinds).map(|load| ("servers".to_string(), load)).into_iter().collect()
}

/// The whole run of a scenario.
pub fn finished<P: Protocol>(config: P::Config, scenario: Scenario) -> Run {
    let mut run = Run::new::<P>(config, scenario).unwrap();
    run.finish();
    run
}

/// A run of the same protocol and settings with another scenario.
pub fn again<P: Protocol>(run: &Run, scenario: Scenario) -> Run {
    finished::<P>(run.config::<P>().clone(), scenario)
}

/// Everything that a run says of itself, in a form in which two runs can be compared.
pub fn facts(run: &Run) -> Vec<String> {
    let trace = run.trace();
    let label = |event: &lightcone_sim::trace::Event| match event.kind {
        EventKind::Timer => trace.timers[event.timer as usize].1.as_str(),
        _ => "",
    };
    let mut facts = vec![format!("fingerprint {:x}", run.world().fingerprint)];
    facts.extend(trace.events.iter().map(|e| {
        // Labels are numbered as they come up, and an edited run remembers those of before.
        let cause = match e.cause {
            Cause::Armed(by) => format!("armed by {by}"),
            other => format!("{other:?}"),
        };
        format!("{} {} {} {:x} {cause} {:?} {:?} {}", e.name, e.at, e.rules, e.content, e.node, e.kind, label(e))
    }));
    facts.extend(trace.messages.iter().map(|message| format!("{message:?}")));
    let actors = &run.setup().actors;
    facts.extend(trace.ops.iter().map(|op| {
        let done = op.done.as_ref().map(|(event, at, ret)| (event, at, actors.ret_words(ret)));
        format!("{:?} {} {} {} {done:?}", op.id, actors.op_words(&op.op), op.event, op.at)
    }));
    facts.extend(trace.lanes.iter().map(|lane| format!("{lane:?}")));
    facts.extend(
        trace
            .armings
            .iter()
            .map(|a| format!("{} {} {} {:?}", a.name, a.event, trace.timers[usize::from(a.timer)].1, a.node)),
    );
    facts.extend(trace.spells.iter().map(|spell| format!("{spell:?}")));
    facts.extend(trace.counts.iter().map(|count| format!("{count:?}")));
    facts.extend(trace.violations.iter().map(|violation| format!("{violation:?}")));
    facts.extend(trace.roles.iter().map(|role| format!("{role:?}")));
    facts.extend(trace.broken.iter().map(|broken| format!("{broken:?}")));
    facts.extend(trace.put_off.iter().map(|put_off| format!("{put_off:?}")));
    facts.extend(trace.remarks.iter().map(|remark| format!("{remark:?}")));
    facts.extend(run.idle().iter().map(|idle| format!("{idle:?}")));
    facts.extend(states(run, run.trace().events.len()));
    facts
}

/// The cluster after some events: states, disks, armed timers and messages under way.
pub fn states(run: &Run, events: usize) -> Vec<String> {
    let world = run.at(events);
    let actors = &run.setup().actors;
    let shown = |state: &Option<lightcone_sim::actors::Datum>| state.as_ref().map(|state| actors.debug(state));
    let slot = |node: NodeId| {
        let slot = world.slot(node);
        format!("{node:?} {:?} {:?} {:?} {:?}", shown(&slot.machine), shown(&slot.disk), slot.timers, slot.clock)
    };
    let flight = |f: &lightcone_sim::InFlight| {
        format!("{} {} {:?} {} {:?} {:?}", f.name, f.record, f.to, f.arrives, f.parked, actors.packet(&f.parcel.packet))
    };
    let mut flights: Vec<String> = world.flights().map(flight).collect();
    flights.sort();
    run.setup().everyone().iter().map(slot).chain(flights).collect()
}

/// The first fact in which two lists differ.
pub fn assert_same(a: &[String], b: &[String], what: &str) {
    let place = a.iter().zip(b).position(|(a, b)| a != b);
    let place = place.or_else(|| (a.len() != b.len()).then_some(a.len().min(b.len())));
    if let Some(place) = place {
        panic!("{what}: fact {place} is\n{:?}\nhere and\n{:?}\nthere", a.get(place), b.get(place));
    }
}

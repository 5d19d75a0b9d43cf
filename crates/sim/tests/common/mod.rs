//! Random scenarios of two protocols, and random edits of their interventions.

#![allow(dead_code, reason = "each test file uses its own part")]

use lightcone_core::{
    Micros, NodeId, Order, Protocol, Span,
    protocols::{lamport::Lamport, raft::Raft},
};
use lightcone_sim::{
    Across, Fault, Intervention, LocalClock, Name, Network, Run, Scenario, Selected, Selector, When, Workload,
    name::Seed, trace::Cause, view::EventKind,
};

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
    fn workload(dice: &mut Dice) -> Option<Workload>;
    /// Something that only this protocol can be asked for.
    fn ask(dice: &mut Dice) -> Fault;
}

impl Subject for Raft {
    fn config(dice: &mut Dice) -> Self::Config {
        let (servers, max_entries) = (dice.one_of(&[1, 3, 3, 4, 5]), dice.one_of(&[1, 3, 16]));
        Self::Config { servers, clients: 2, max_entries, client_timeout: Span::ms(100, 200), ..Self::Config::default() }
    }

    fn workload(dice: &mut Dice) -> Option<Workload> {
        let (start, pause) = (Micros::ms(150), Span::ms(5, 60));
        Some(Workload { start, pause, operations: dice.one_of(&[0, 5, 50]), reads: 40, keys: 2 })
    }

    fn ask(dice: &mut Dice) -> Fault {
        let op = dice.one_of(&["put x 7", "get x", "append y 8", "cas x 7 9"]).into();
        Fault::Request { client: dice.one_of(&["c1", "c2"]).into(), op }
    }
}

impl Subject for Lamport {
    fn config(_: &mut Dice) -> Self::Config {
        Self::Config { processes: 4, pace: Span::ms(5, 40), ..Self::Config::default() }
    }

    fn workload(_: &mut Dice) -> Option<Workload> {
        None
    }

    fn ask(dice: &mut Dice) -> Fault {
        let (node, to) = dice.one_of(&[("n1", "n2"), ("n2", "n3"), ("n3", "n1"), ("n4", "n2")]);
        let what = if dice.below(2) == 0 { "local event".into() } else { format!("send to {to}") };
        Fault::Local { node: node.into(), what }
    }
}

/// A scenario of a test case, with up to `most` interventions.
pub fn scenario<P: Subject>(dice: &mut Dice, most: usize) -> Scenario<P::Config> {
    let config = P::config(dice);
    let names: Vec<String> = P::setup(&config).unwrap().into_iter().map(|spec| spec.name).collect();
    let clock =
        |dice: &mut Dice| LocalClock { offset: dice.time(Micros::ms(50)), drift: dice.below(200_001) as i32 - 100_000 };
    let clocks = if dice.below(2) == 0 {
        names.iter().map(|name| (name.clone(), clock(dice))).collect()
    } else {
        Default::default()
    };
    let latency =
        dice.one_of(&[Span::ms(5, 20), Span::ms(1, 60), Span::exactly(Micros::ms(10)), Span::exactly(Micros(1))]);
    let network =
        Network { latency, loss: dice.one_of(&[0, 0, 5, 20]), order: dice.one_of(&[Order::Any, Order::Fifo]) };
    let bare = Scenario {
        config,
        seed: dice.below(1 << 40) as u64,
        until: Micros::ms(1_200),
        network,
        workload: P::workload(dice),
        clocks,
        interventions: Vec::new(),
    };
    let base = finished::<P>(bare.clone());
    let count = if most == 0 { 0 } else { dice.below(most + 1) };
    let interventions = (1..).take(count).map(|id| intervention(dice, &base, id)).collect();
    Scenario { interventions, ..bare }
}

/// The whole run of a scenario.
pub fn finished<P: Protocol>(scenario: Scenario<P::Config>) -> Run<P> {
    let mut run = Run::new(scenario).unwrap();
    run.finish();
    run
}

/// Any intervention, on something that happens in `run` where it needs that.
pub fn intervention<P: Subject>(dice: &mut Dice, run: &Run<P>, id: u32) -> Intervention {
    let names: Vec<String> = run.setup().cluster.specs.iter().map(|spec| spec.name.clone()).collect();
    let until = run.scenario().until;
    let node = dice.one_of(&names);
    let across = dice.one_of(&[Across::Lost, Across::Held]);
    let at = dice.time(until);
    let end = (dice.below(4) > 0).then(|| at.plus(Micros(1 + dice.time(Micros::ms(500)).0)));
    let fault = match dice.below(12) {
        0 | 1 => {
            let count = 2 + dice.below(2);
            let mut groups = vec![Vec::new(); count];
            names.iter().for_each(|name| groups[dice.below(count)].push(name.clone()));
            Fault::Partition { groups, across, until: end }
        }
        2 | 3 => Fault::Cut { from: node, to: dice.one_of(&names), across, until: end },
        4 => Fault::Heal,
        5 => Fault::Crash { node, after: None },
        6 => Fault::Restart { node },
        7 | 8 => P::ask(dice),
        9 => return Intervention { id, when: on_message(dice, run), fault: Fault::Drop },
        kind => {
            let when = if kind == 10 { on_message(dice, run) } else { on_timer(dice, run) };
            // Who crashes is said by the selector.
            let after = Some(dice.below(6) as u32);
            return Intervention { id, when, fault: Fault::Crash { node, after } };
        }
    };
    Intervention { id, when: When::At(at), fault }
}

fn on(dice: &mut Dice, selector: Selector, name: Name) -> When {
    When::On { selector, name: (dice.below(2) == 0).then_some(name) }
}

fn on_message<P: Protocol>(dice: &mut Dice, run: &Run<P>) -> When {
    let (setup, messages) = (run.setup(), &run.trace().messages);
    if messages.is_empty() {
        let what = Selected::Message { key: "Nothing".into(), from: "n1".into(), to: "n1".into() };
        return When::On { selector: Selector { what, nth: 1 }, name: None };
    }
    let place = dice.below(messages.len());
    let m = messages[place];
    let like = |other: &&lightcone_sim::trace::Message| {
        (other.from, other.to) == (m.from, m.to) && other.key.to_string() == m.key.to_string()
    };
    let nth = messages[..=place].iter().filter(like).count() as u32;
    let (from, to) = (setup.name(m.from).into(), setup.name(m.to).into());
    on(dice, Selector { what: Selected::Message { key: m.key.to_string(), from, to }, nth }, m.name)
}

fn on_timer<P: Protocol>(dice: &mut Dice, run: &Run<P>) -> When {
    let trace = run.trace();
    let timers: Vec<_> = trace.events.iter().filter(|event| event.kind == EventKind::Timer).collect();
    let Some(last) = timers.len().checked_sub(1) else { return on_message(dice, run) };
    let place = dice.below(last + 1);
    let label = |event: &lightcone_sim::trace::Event| (event.node, trace.timers[event.timer as usize].1.clone());
    let (node, timer) = label(timers[place]);
    let nth = timers[..=place].iter().filter(|event| label(event) == (node, timer.clone())).count() as u32;
    let node = run.setup().name(node).into();
    on(dice, Selector { what: Selected::Timer { timer, node }, nth }, timers[place].name)
}

/// Other interventions in place of those of `run`: some added, removed, moved in time or in their end.
pub fn edited<P: Subject>(dice: &mut Dice, run: &Run<P>) -> Vec<Intervention> {
    let mut new = run.scenario().interventions.clone();
    for change in 0..=dice.below(2) {
        let place = dice.below(new.len().max(1));
        match dice.below(6) {
            0 if !new.is_empty() => drop(new.remove(place)),
            1 | 2 if !new.is_empty() => {
                let end = (dice.below(5) > 0).then(|| dice.time(run.scenario().until));
                new[place].fault.set_until(end);
            }
            3 if !new.is_empty() && matches!(new[place].when, When::At(_)) => {
                new[place].when = When::At(dice.time(run.scenario().until));
            }
            _ => new.push(intervention(dice, run, 100 + change as u32)),
        }
    }
    new
}

/// Everything that a run says of itself, in a form in which two runs can be compared.
pub fn facts<P: Protocol>(run: &Run<P>) -> Vec<String> {
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
    facts.extend(trace.ops.iter().map(|op| format!("{op:?}")));
    facts.extend(trace.roles.iter().map(|role| format!("{role:?}")));
    facts.extend(trace.broken.iter().map(|broken| format!("{broken:?}")));
    facts.extend(trace.put_off.iter().map(|put_off| format!("{put_off:?}")));
    facts.extend(trace.remarks.iter().map(|remark| format!("{remark:?}")));
    facts.extend(run.idle().iter().map(|idle| format!("{idle:?}")));
    facts.push(format!("{:?}", run.world().ghost));
    facts.extend(states(run, run.trace().events.len()));
    facts
}

/// The cluster after some events: states, disks, armed timers and messages under way.
pub fn states<P: Protocol>(run: &Run<P>, events: usize) -> Vec<String> {
    let world = run.at(events);
    let slot = |node: NodeId| {
        let slot = world.slot(node);
        format!("{node:?} {:?} {:?} {:?}", slot.machine, slot.persisted, slot.timers)
    };
    let mut flights: Vec<String> = world.flights().map(|flight| format!("{flight:?}")).collect();
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

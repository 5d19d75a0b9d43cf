//! Chaos beyond every assumption, edited: a run that resumes from a checkpoint is the run of the edited scenario.

use lightcone_check::{ChaosSettings, chaos, debts, progress};
use lightcone_core::{
    Micros, Order, Protocol, Span,
    protocols::{
        bracha::{self, Bracha},
        lamport::{self, Lamport},
        raft::{self, Raft},
    },
};
use lightcone_sim::{
    Across, Bandwidth, Disk, Fault, Intervention, Links, Load, Network, Pace, Run, Scenario, Until, When, Workload,
    intervention::IT, name::Seed,
};
use std::fmt::Debug;

const UNTIL: Micros = Micros::ms(4_000);

/// Draws of one seed.
#[derive(Clone, Copy)]
struct Dice(u64);

impl Dice {
    fn below(self, what: &str, nth: u64, n: usize) -> usize {
        usize::try_from(Seed(self.0).outside(what, nth, n as u64)).unwrap()
    }

    fn one_of<T: Clone>(self, what: &str, all: &[T]) -> T {
        all[self.below(what, 0, all.len())].clone()
    }

    fn time(self, what: &str, nth: u64) -> Micros {
        Micros(Seed(self.0).outside(what, nth, UNTIL.0))
    }
}

fn scenario(dice: Dice) -> Scenario {
    let narrow = |each, queue| Some(Bandwidth { each: Micros::ms(each), queue });
    let network = Network {
        latency: dice.one_of("latency", &["5ms..20ms", "1us", "1ms..60ms tail 500ms", "10ms"]).parse().unwrap(),
        loss: dice.one_of("loss", &[0, 0, 5]),
        order: dice.one_of("order", &[Order::Any, Order::Fifo]),
        bandwidth: dice.one_of("bandwidth", &[None, None, narrow(2, Some(5)), narrow(1, None)]),
    };
    let gap = Span::ms(5, 60);
    let pace = dice.one_of("pace", &[Pace::Pause(gap), Pace::Every(gap)]);
    let work = Workload { start: Micros::ms(200), pace, operations: 50, reads: 40, keys: 2, skew: 20 };
    let mut scenario = Scenario { seed: dice.0, until: UNTIL, network, ..Scenario::default() };
    scenario.workload = dice.one_of("work", &[None, Some(work)]);
    let queue = dice.one_of("queue", &[None, Some(3)]);
    let load = Load { service: Span::ms(1, 8), workers: dice.one_of("workers", &[1, 2]), queue };
    if let Some(load) = dice.one_of("load", &[None, None, Some(load)]) {
        scenario.load.insert("servers".into(), load);
    }
    scenario
}

/// Something on a condition.
fn conditional(dice: Dice) -> Vec<Intervention> {
    let conditions = ["someone crashes", "n1 starts", "something is broken", "someone becomes leader #2"];
    let condition = || dice.one_of("condition", &conditions).parse().unwrap();
    let cut = Fault::Cut { links: Links { both: true, ..Links::one_way(IT, "*") }, across: Across::Held };
    let crash = Fault::Crash { node: IT.into(), disk: Disk::Lost, after: None };
    vec![
        Intervention::when(5_000, condition(), cut).until(Until::For(Micros::ms(200))),
        Intervention::when(5_001, condition(), crash),
    ]
}

/// One intervention is removed, ends or comes at another time, or joins the others.
fn edit(dice: Dice, nth: u64, list: &mut Vec<Intervention>, others: &[Intervention]) {
    let place = dice.below("place", nth, list.len());
    match dice.below("edit", nth, 4) {
        0 => drop(list.remove(place)),
        1 if list[place].fault.lasts() => list[place].until = Until::At(dice.time("end", nth)),
        2 if matches!(list[place].when, When::At(_)) => list[place].when = When::At(dice.time("start", nth)),
        _ => {
            let other = &others[dice.below("other", nth, others.len())];
            list.retain(|one| one.id != other.id);
            list.push(other.clone());
        }
    }
}

/// Everything that a run recorded.
fn facts(run: &Run) -> Vec<String> {
    fn each<T: Debug>(all: &[T]) -> impl Iterator<Item = String> {
        all.iter().map(|one| format!("{one:?}"))
    }
    let trace = run.trace();
    // Labels of timers are numbered as they come up, and an edited run remembers those of before.
    let events = trace.events.iter().map(|e| format!("{:?}", (e.name, e.at, e.node, e.kind, e.content, e.cause)));
    let ops =
        trace.ops.iter().map(|op| format!("{:?}", (op.id, op.at, op.done.as_ref().map(|(event, at, _)| (event, at)))));
    let records =
        each(&trace.messages).chain(each(&trace.roles)).chain(each(&trace.broken)).chain(each(&trace.remarks));
    let records = records.chain(each(&trace.spells)).chain(each(&trace.violations)).chain(each(&trace.counts));
    let fingerprint = std::iter::once(format!("{:016x}", run.world().fingerprint));
    fingerprint.chain(events).chain(ops).chain(records).chain(each(&run.idle())).collect()
}

fn check<P: Protocol>(config: P::Config) {
    let mut events = 0;
    for seed in 0..80 {
        let dice = Dice(seed);
        let fresh = |interventions: Vec<Intervention>| {
            let mut run = Run::new::<P>(config.clone(), Scenario { interventions, ..scenario(dice) }).unwrap();
            run.finish();
            run
        };
        let settings = ChaosSettings { beyond: true, requests: 60, ..ChaosSettings::default() };
        let bare = fresh(Vec::new());
        let mut list = [chaos(bare.setup(), &settings, seed, UNTIL, 1), conditional(dice)].concat();
        let others = chaos(bare.setup(), &settings, seed + 10_000, UNTIL, 1_000);
        let mut edited = fresh(list.clone());
        for nth in 0..3 {
            edit(dice, nth, &mut list, &others);
            edited.edit(list.clone()).unwrap();
            edited.finish();
            let (resumed, whole) = (facts(&edited), facts(&fresh(list.clone())));
            let differs = resumed.iter().zip(&whole).find(|(resumed, whole)| resumed != whole);
            assert!(resumed.len() == whole.len() && differs.is_none(), "seed {seed}, edit {nth}: {differs:#?}");
            events += edited.trace().events.len();
        }
        // Whatever happened, the judges have their words for it.
        let _ = (progress(&edited, Micros::ms(300)), debts(&edited));
    }
    println!("{events} events of edited runs");
}

#[test]
fn edited_runs_of_raft() {
    check::<Raft>(raft::Config {
        servers: 3,
        clients: 2,
        client_timeout: Span::ms(100, 200),
        ..raft::Config::default()
    });
}

#[test]
fn edited_runs_of_broadcast() {
    check::<Bracha>(bracha::Config { servers: 7, faulty: 2, ..bracha::Config::default() });
}

#[test]
fn edited_runs_of_clocks() {
    check::<Lamport>(lamport::Config { late: 1, pace: Span::ms(3, 12), ..lamport::Config::default() });
}

//! The distributed cache under a thousand seeds of every fault that it is meant to survive, while servers join and leave:
//! no session goes back, nothing that was dropped comes back, and at rest no copy is old.

use lightcone_check::{ChaosSettings, Limits, Operation, Progress, chaos, debts, history, judge};
use lightcone_core::{
    Micros, Rule as _, Span,
    protocols::cache::{Cache, Config, Entry, Rule, Scheme},
    services::{Store, StoreRet, Text},
};
use lightcone_sim::{Fault, Intervention, Network, Pace, Run, Scenario, Until, When, Workload, trace::Premise};

const HORIZON: Micros = Micros::ms(5_000);
/// By then chaos is over.
const CALM: u64 = 2_000;

/// Every scheme, one copy and two, with and without hand-over.
fn config(seed: u64) -> Config {
    const SCHEMES: [Scheme; 6] =
        [Scheme::Ring, Scheme::Ketama, Scheme::Modulo, Scheme::Rendezvous, Scheme::Jump, Scheme::Maglev];
    let placement = SCHEMES[usize::try_from(seed % 6).unwrap()];
    let (servers, members) = (3 + seed % 3, 1 + seed % 3);
    let replicas = 1 + u64::from(seed.is_multiple_of(4));
    let points = [1, 8, 40][usize::try_from(seed / 6 % 3).unwrap()];
    let handover = !seed.is_multiple_of(10);
    Config { servers, members, clients: 4, placement, points, replicas, handover, ..Config::default() }
}

/// Servers join, leave and get other weights, now and then.
fn changes(config: &Config, seed: u64) -> Vec<Intervention> {
    let one = |nth: u64| {
        let (server, kind) = (1 + (seed + nth * 7) % config.servers, (seed / 5 + nth) % 4);
        let what = match kind {
            0 | 1 => format!("n{server} joins"),
            2 => format!("n{server} leaves"),
            _ => format!("n{server} has weight {}", 1 + (seed + nth) % 3),
        };
        let fault = Fault::Local { node: "db".into(), what };
        let at = Micros::ms(100 + nth * 150 + seed * 13 % 100);
        Intervention { id: 9_000 + u32::try_from(nth).unwrap(), when: When::At(at), until: Until::End, fault }
    };
    (0..(CALM - 100) / 150).map(one).collect()
}

fn run(seed: u64) -> Run {
    let config = config(seed);
    let changes = changes(&config, seed);
    let network = Network { loss: u8::try_from(seed % 3 * 4).unwrap(), ..Network::default() };
    let workload = Workload {
        start: Micros::ms(50),
        pace: Pace::Pause(Span::ms(5, 60)),
        operations: 25,
        reads: 75,
        keys: 4,
        skew: 0,
    };
    let scenario = Scenario { seed, until: HORIZON, network, workload: Some(workload), ..Scenario::default() };
    let mut run = Run::new::<Cache>(config, scenario).unwrap();
    let settings = ChaosSettings { requests: 20, crashes: 12, calm: 40, ..ChaosSettings::default() };
    let faults = chaos(run.setup(), &settings, seed, HORIZON, 1);
    run.edit(faults.into_iter().chain(changes).collect()).unwrap();
    run.finish();
    run
}

/// What happened in many runs.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    hits: usize,
    misses: usize,
    moved: usize,
    handed_over: usize,
    taken: usize,
    too_late: usize,
    ejected: usize,
    hellos: usize,
    at_rest: usize,
    due: usize,
    stale: usize,
}

impl Tally {
    fn count(&mut self, run: &Run) {
        let trace = run.trace();
        let followed = |rule: Rule| trace.events.iter().filter(|event| event.rules & 1 << rule.index() != 0).count();
        self.events += trace.events.len();
        self.hits += followed(Rule::Hit);
        self.misses += followed(Rule::Miss);
        self.moved += followed(Rule::Moved);
        self.handed_over += followed(Rule::HandOver);
        self.taken += followed(Rule::Take);
        self.too_late += followed(Rule::TooLate);
        self.ejected += followed(Rule::Eject);
        self.hellos += followed(Rule::Hello);
        self.at_rest += usize::from(debts(run).is_ok());
    }
}

/// What the origin wrote: by key, the entries with their values.
type Written = Vec<(Text, u64, Option<Text>)>;

/// The earliest version from `floor` on that a read may have been told of, by the value that it was told.
fn version(written: &Written, key: &Text, value: Option<&Text>, floor: u64) -> Option<u64> {
    let of_key = written.iter().filter(|(of, version, _)| of == key && *version >= floor);
    let none_yet = (floor == 0 && value.is_none()).then_some(0);
    none_yet.or_else(|| of_key.filter(|(.., told)| told.as_ref() == value).map(|(_, version, _)| *version).min())
}

/// Looks at what clients were told, whatever the protocol says of itself: nobody goes back behind what he has read or
/// written. Counts the reads that were told less than what was acknowledged before they were asked for.
fn sessions(run: &Run, config: &Config) -> Result<usize, String> {
    let Some(Cache::Origin(origin)) = run.world().node::<Cache>(config.origin()) else { return Ok(0) };
    let entries = (1..).zip(origin.log.iter());
    let written: Written = entries
        .filter_map(|(version, entry)| match entry {
            Entry::Write { key, value, .. } => Some((key.clone(), version, value.clone())),
            Entry::Ring(_) => None,
        })
        .collect();
    let history = history::<Store>(run.trace(), run.trace().events.len());
    let mut floors: Vec<(u32, Text, u64)> = Vec::new();
    let mut told: Vec<(Operation<Store>, u64)> = Vec::new();
    for op in history {
        let Some((_, StoreRet::Values(values))) = &op.told else { continue };
        let key = op.op.key().clone();
        let floor =
            floors.iter().filter(|(client, of, _)| *client == op.client && *of == key).map(|(.., floor)| *floor);
        let floor = floor.max().unwrap_or(0);
        let found = version(&written, &key, values.first(), floor);
        let found = found.ok_or_else(|| format!("{} is older than entry {floor}", op.words(run.setup().specs())))?;
        floors.push((op.client, key, found));
        told.push((op, found));
    }
    let stale = |(read, found): &&(Operation<Store>, u64)| {
        let before = |(op, version): &(Operation<Store>, u64)| {
            let ended = op.told.as_ref().is_some_and(|(moment, _)| *moment < read.asked);
            op.op.key() == read.op.key() && op.op.written().is_some() && ended && version > found
        };
        read.op.written().is_none() && told.iter().any(before)
    };
    Ok(told.iter().filter(stale).count())
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    for seed in seeds {
        let run = run(seed);
        let report = judge::<Cache>(&run, Limits::default());
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        let voids: Vec<_> = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing).collect();
        assert!(voids.is_empty(), "seed {seed}: {voids:?}");
        assert_eq!(debts(&run).unwrap_or_default(), Vec::new(), "seed {seed}");
        tally.stale += sessions(&run, &config(seed)).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
        tally.due += usize::from(matches!(report.progress, Progress::Made { .. }));
        tally.count(&run);
    }
    println!("{count} seeds, {tally:?}");
    assert!(tally.at_rest * 10 > count * 9, "{tally:?} came to rest, where no copy is old");
    assert!(tally.hits.min(tally.misses) > count * 10, "{tally:?}");
    assert!(tally.moved.min(tally.taken).min(tally.ejected).min(tally.hellos) > count, "{tally:?}");
    assert!(tally.too_late > count / 20 && tally.stale > 0, "{tally:?}");
}

#[test]
fn the_first_five_hundred_seeds_go_forward_and_agree_in_the_end() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_go_forward_and_agree_in_the_end() {
    survive(500..1_000);
}

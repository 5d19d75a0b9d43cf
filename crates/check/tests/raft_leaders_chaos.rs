//! Raft with what production systems add, under a thousand seeds: pre-votes, leaders that count their quorum, leases,
//! transfers, pipelines, batches, snapshots, and servers that are not equally patient, by ranges of their own or by
//! priorities. And what breaks where clocks are worse than a lease reckons with.

mod common;

use common::{Case, case, denser, survive::survive_within, tally::Tally};
use lightcone_check::{ChaosSettings, Limits, Linearity, judge};
use lightcone_core::{
    Each, Micros, Rule as _, Span,
    protocols::raft::{Bug, Config, Raft, Reads, Rule},
};
use lightcone_sim::{Across, Fault, Intervention, Latency, Network, Run, name::Seed, trace::Premise};

/// Each option is on in about half of the seeds, in many combinations with the others.
fn varied(seed: u64) -> Config {
    let on = |bit: u64| seed >> bit & 1 == 1;
    let reads = [Reads::Lease, Reads::ReadIndex, Reads::Lease, Reads::Log][usize::try_from(seed % 4).unwrap()];
    let check_quorum = on(2) || reads == Reads::Lease;
    Config {
        servers: [3, 5][usize::try_from(seed / 7 % 2).unwrap()],
        client_timeout: Span::ms(100, 200),
        pre_vote: on(3),
        check_quorum,
        reads,
        clock_drift: 100_000,
        skip_terms: on(4),
        pipelining: on(5),
        batching: if on(6) { Micros::ms(5) } else { Micros::ZERO },
        stagger: if on(7) { Micros::ms(30) } else { Micros::ZERO },
        timeouts: if on(8) { "n2=100ms..250ms n3=200ms..400ms".parse().unwrap() } else { Each::default() },
        priorities: if on(9) { "n1=2".parse().unwrap() } else { Each::default() },
        transfers: true,
        snapshot_after: [0, 2, 5, 11][usize::try_from(seed / 3 % 4).unwrap()],
        chunk: 1 + seed / 5 % 3,
        ..Config::default()
    }
}

/// Someone asks each server in turn to hand over, to whomever the seed draws.
fn transfers(config: &Config, seed: u64) -> Vec<Intervention> {
    let draw = |what, nth: u64, n: u64| Seed(seed).outside(what, nth, n);
    let one = |nth: u64| {
        let from = draw("transfer from", nth, config.servers);
        let to = (from + 1 + draw("transfer to", nth, config.servers - 1)) % config.servers;
        let fault = Fault::Local { node: format!("n{}", from + 1), what: format!("transfer to n{}", to + 1) };
        Intervention::at(1_000 + u32::try_from(nth).unwrap(), Micros::ms(300 + 60 * nth), fault)
    };
    (0..60).map(one).collect()
}

fn chaotic(config: Config, seed: u64) -> Run {
    let network = Network { loss: u8::try_from(seed / 11 % 4 * 3).unwrap(), ..Network::default() };
    let settings =
        ChaosSettings { clocks: 10, ..denser(&ChaosSettings::default(), 4 + u32::try_from(seed % 7).unwrap() * 2) };
    let mut case = case(config, seed).on(network).chaotic(&settings);
    case.scenario.interventions.extend(transfers(&case.config, seed));
    case.run()
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, count) = (Tally::default(), usize::try_from(seeds.end - seeds.start).unwrap());
    let limits = Limits { bound: Micros::ms(2_000), ..Limits::default() };
    let due = survive_within::<Raft>(
        seeds,
        limits,
        |seed| chaotic(varied(seed), seed),
        |run, report| {
            assert_ne!(report.linear, Linearity::Undecided, "seed {}", run.scenario().seed);
            tally.count(run);
        },
    );
    let additions = [
        Rule::SkipTerm,
        Rule::HandOver,
        Rule::TimeoutNow,
        Rule::TakeOver,
        Rule::KeepLead,
        Rule::HearsLeader,
        Rule::LoseQuorum,
        Rule::KeepQuorum,
        Rule::LeaseRead,
        Rule::PreVote,
        Rule::NoPreVote,
        Rule::Collect,
        Rule::SendBatch,
        Rule::TakeSnapshot,
        Rule::SendSnapshot,
        Rule::ReceivePiece,
        Rule::NextPiece,
        Rule::InstallSnapshot,
        Rule::SnapshotArrived,
    ];
    let followed = additions.map(|rule| (rule.cite().name, tally.of(rule)));
    let (events, operations) = (tally.events, tally.operations);
    println!("{count} seeds, {events} events, {operations} answers; progress was due in {due}; {followed:?}");
    assert!(operations > count * 20, "{operations} answers in {count} seeds");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
    assert!(followed.iter().all(|(_, times)| *times > count / 10), "{followed:?}");
}

#[test]
fn the_first_five_hundred_seeds_are_safe_and_make_progress() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_are_safe_and_make_progress() {
    survive(500..1_000);
}

/// n1 leads, and its clock is slow. It is cut off with one client that reads and reads; the other one writes among the
/// other servers, whose clocks are fast.
fn cut_off(bug: Bug, drift: i32, seed: u64) -> Case {
    let config = Config {
        servers: 3,
        check_quorum: true,
        reads: Reads::Lease,
        clock_drift: 100_000,
        election_timeout: Span::ms(500, 520),
        heartbeat: Micros::ms(20),
        client_timeout: Span::ms(20, 30),
        client_pause: Span::ms(2, 4),
        bug,
        ..Config::default()
    };
    let network = Network { latency: "1ms..2ms".parse::<Latency>().unwrap(), ..Network::default() };
    let mut case = case(config, seed).on(network);
    (case.scenario.workload, case.scenario.until) = (None, Micros::ms(1_600));
    let clock = |id: u32, node: &str, drift: i32| {
        let fault = Fault::Clock { node: node.into(), ahead: Micros::ZERO, drift };
        Intervention::at(id, Micros::ms(400), fault)
    };
    let ask = |id: u32, at: Micros, client: &str, op: &str| {
        Intervention::at(id, at, Fault::Request { client: client.into(), op: op.into() })
    };
    let groups = vec![vec!["n1".into(), "c1".into()], vec!["n2".into(), "n3".into(), "c2".into()]];
    let cut = Fault::Partition { groups, across: Across::Lost };
    let first = "arming Election of n1".parse().unwrap();
    let mut faults = vec![
        Intervention::on(1, first, Fault::Move { to: Micros::ms(60) }),
        clock(2, "n1", -drift),
        clock(3, "n2", drift),
        clock(4, "n3", drift),
        Intervention::at(5, Micros::ms(700), cut),
        ask(6, Micros::ms(300), "c2", "put x 1"),
        ask(7, Micros::ms(1_000), "c2", "put x 2"),
    ];
    faults.extend((0..60).map(|nth| ask(10 + nth, Micros::ms(690 + 10 * u64::from(nth)), "c1", "get x")));
    case.with(faults)
}

fn stale(case: Case) -> (bool, bool) {
    let run = case.run();
    let report = judge::<Raft>(&run, Limits::default());
    assert!(report.broken.is_empty(), "{:?}", report.broken);
    let void = run.trace().violations.iter().any(|one| one.premise == Premise::Clocks);
    (matches!(report.linear, Linearity::Broken(_)), void)
}

#[test]
fn a_lease_is_stale_where_it_does_not_reckon_with_drift_and_where_clocks_are_worse_than_it_reckons_with() {
    let count = |bug, drift| {
        let found: Vec<(bool, bool)> = (0..300).map(|seed| stale(cut_off(bug, drift, seed))).collect();
        (found.iter().filter(|(stale, _)| *stale).count(), found.iter().filter(|(_, void)| *void).count())
    };
    let (sound, kept) = count(Bug::None, 100_000);
    let (planted, _) = count(Bug::LeaseWithoutDrift, 100_000);
    let (beyond, void) = count(Bug::None, 300_000);
    println!(
        "stale in {sound} of 300 runs as it should be, {planted} with the bug, {beyond} with clocks beyond the bound"
    );
    assert_eq!((sound, kept, void), (0, 0, 300));
    assert!(planted > 5 && beyond > 5, "{planted} and {beyond}");
}

//! Raft whose servers come and go, under a thousand seeds: one at a time and by joint consensus, with learners and without
//! them, together with snapshots, transfers and every fault that it is meant to survive.

mod common;

use common::{Case, case, denser, survive::survive_within, tally::Tally};
use lightcone_check::{ChaosSettings, Limits, Linearity, judge};
use lightcone_core::{
    Micros, Protocol, Role, Rule as _, Span,
    protocols::raft::{Bug, Config, Membership, Raft, Reads, Rule},
};
use lightcone_sim::{Fault, Intervention, Network, name::Seed};

/// When the last change is asked for.
const LAST: u64 = 2_500;

fn varied(seed: u64) -> Config {
    let on = |bit: u64| seed >> bit & 1 == 1;
    let check_quorum = !seed.is_multiple_of(7);
    Config {
        servers: [3, 5, 2, 4][usize::try_from(seed / 3 % 4).unwrap()],
        spares: 1 + seed / 5 % 3,
        membership: if on(0) { Membership::Joint } else { Membership::SingleServer },
        learners: !seed.is_multiple_of(5),
        client_timeout: Span::ms(100, 200),
        check_quorum,
        reads: if check_quorum && on(5) { Reads::Lease } else { Reads::Log },
        pre_vote: on(2),
        skip_terms: on(3),
        pipelining: on(4),
        transfers: true,
        snapshot_after: [0, 3, 7][usize::try_from(seed / 2 % 3).unwrap()],
        chunk: 2,
        ..Config::default()
    }
}

/// Every few milliseconds a server that the seed draws is asked for something that the seed draws.
fn administered(case: &mut Case) {
    let (config, seed) = (&case.config, case.scenario.seed);
    let asks = Raft::stimuli(config);
    let changes: Vec<_> = asks.iter().filter(|one| !one.label.starts_with("transfer")).collect();
    let transfers: Vec<_> = asks.iter().filter(|one| one.label.starts_with("transfer")).collect();
    let draw = |what, nth: u64, n: usize| usize::try_from(Seed(seed).outside(what, nth, n as u64)).unwrap();
    let asked = (0..(LAST - 300) / 20).map(|nth| {
        let from = if draw("kind", nth, 12) == 0 { &transfers } else { &changes };
        let one = from[draw("ask", nth, from.len())];
        let fault = Fault::Local { node: format!("n{}", one.node.0 + 1), what: one.label.clone() };
        Intervention::at(1_000 + u32::try_from(nth).unwrap(), Micros::ms(300 + 20 * nth), fault)
    });
    case.scenario.interventions.extend(asked.collect::<Vec<_>>());
}

fn chaotic(config: Config, seed: u64) -> Case {
    let network = Network { loss: u8::try_from(seed / 11 % 4 * 3).unwrap(), ..Network::default() };
    // Whoever asked during the last faults has time to be answered.
    let calm = ChaosSettings { calm: 45, ..ChaosSettings::default() };
    let settings = denser(&calm, 4 + u32::try_from(seed / 13 % 5 * 2).unwrap());
    let mut case = case(config, seed).on(network);
    case.scenario.until = Micros::ms(6_500);
    let mut case = case.chaotic(&settings);
    administered(&mut case);
    case
}

fn survive(seeds: std::ops::Range<u64>) {
    let (mut tally, mut learners, count) = (Tally::default(), 0, usize::try_from(seeds.end - seeds.start).unwrap());
    // A client asks up to eight machines in turn, most of which are no members any more and know of no leader: each
    // message that is lost costs it about 900 ms until it asks the leader again.
    let limits = Limits { bound: Micros::ms(3_200), ..Limits::default() };
    let run = |seed| chaotic(varied(seed), seed).run();
    let due = survive_within::<Raft>(seeds, limits, run, |run, report| {
        assert_ne!(report.linear, Linearity::Undecided, "seed {}", run.scenario().seed);
        tally.count(run);
        learners += run.trace().roles.iter().filter(|change| change.role == Some(Role::Learner)).count();
    });
    let rules = [
        Rule::Outside,
        Rule::RefuseChange,
        Rule::OneChange,
        Rule::OwnEntryFirst,
        Rule::ChangeOne,
        Rule::JointConsensus,
        Rule::NewConfiguration,
        Rule::UseAtOnce,
        Rule::FallBack,
        Rule::LeaderLeaves,
        Rule::CatchUp,
        Rule::TooSlow,
        Rule::InstallSnapshot,
        Rule::TakeOver,
    ];
    let followed = rules.map(|rule| (rule.cite().name, tally.of(rule)));
    let (events, operations) = (tally.events, tally.operations);
    println!("{count} seeds, {events} events, {operations} answers, {learners} learners; due in {due}; {followed:?}");
    assert!(operations > count * 20, "{operations} answers in {count} seeds");
    assert!(due * 2 > count, "progress was due in {due} of {count} seeds only");
    assert!(learners > count, "{learners} learners");
    assert!(followed.iter().all(|(_, times)| *times > count / 50), "{followed:?}");
    assert!(tally.of(Rule::LeaderLeaves) > count / 10 && tally.of(Rule::NewConfiguration) > count, "{followed:?}");
}

#[test]
fn the_first_five_hundred_seeds_are_safe_and_make_progress() {
    survive(0..500);
}

#[test]
fn the_second_five_hundred_seeds_are_safe_and_make_progress() {
    survive(500..1_000);
}

/// A configuration that acts when it is committed breaks something in some of these runs.
#[test]
fn a_planted_bug_is_found() {
    let broken = |seed: &u64| {
        let config = Config {
            bug: Bug::ConfigWhenCommitted,
            membership: Membership::SingleServer,
            learners: false,
            ..varied(*seed)
        };
        !judge::<Raft>(&chaotic(config, *seed).run(), Limits::default()).broken.is_empty()
    };
    let found = (0..500).find(broken);
    assert!(found.is_some(), "none of 500 seeds broke anything");
}

//! Each deliberate bug of Raft is caught by the judge that it should be, and the same scenario without it is clean.
//!
//! The faults were found by chaos and shrunk, or drawn up by hand for a seed whose leaders are known; a change that
//! changes runs asks for new ones. `found_by_chaos` shows how to look for some.

mod common;

use common::{Case, case, text};
use lightcone_check::{ChaosSettings, Limits, judge, shrink};
use lightcone_core::{
    FieldKind, Micros, Protocol, Span,
    protocols::raft::{Bug, Config, Raft},
};
use lightcone_sim::{Latency, LocalClock, Network};

/// A bug and a run in which it shows.
struct Planted {
    bug: Bug,
    caught_by: &'static str,
    servers: u64,
    seed: u64,
    /// Whether clients work all the time, or ask only what they are asked for below.
    busy: bool,
    faults: &'static [&'static str],
}

/// These show only under settings of their own, in stories that a search found.
const FOUND: [Bug; 8] = [
    Bug::PreVoteDisturbs,
    Bug::SnapshotWithoutSessions,
    Bug::LeaseWithoutDrift,
    Bug::DropSuffix,
    Bug::ConfigWhenCommitted,
    Bug::ChangeWithoutOwnEntry,
    Bug::MatchByIndex,
    Bug::OverwriteUncommitted,
];

const PLANTED: [Planted; 10] = [
    // Two candidates of one term, and voters that please both: no fault is needed.
    Planted { bug: Bug::VoteTwice, caught_by: "Election Safety", servers: 5, seed: 1, busy: true, faults: &[] },
    // n2 votes, is down for a moment, and votes again in the same term.
    Planted {
        bug: Bug::ForgetVote,
        caught_by: "Election Safety",
        servers: 3,
        seed: 371,
        busy: true,
        faults: &["220ms crash n2", "221ms restart n2"],
    },
    // n1 misses what is committed, and comes back with a newer term.
    Planted {
        bug: Bug::VoteWithoutLog,
        caught_by: "Leader Completeness",
        servers: 5,
        seed: 0,
        busy: true,
        faults: &["1.1s..2.1s split n2 n3 n4 n5 c1 c2 | n1"],
    },
    // n2 is deposed and does not know it. Its client repeats a command, which makes its log long and no better.
    Planted {
        bug: Bug::VoteByLength,
        caught_by: "Leader Completeness",
        servers: 3,
        seed: 4,
        busy: false,
        faults: &[
            "500ms ask c1: put x 1",
            "1s..2.5s split n2 c1 | n1 n3 c2",
            "1.1s ask c1: put x 2",
            "2.5s crash n3",
            "3s restart n3",
        ],
    },
    // Figure 8 of the paper: n1 is S1 and n4 is S5. In term 5, from 1172 ms, n1 brings an entry of term 1 to n3, so that
    // a majority holds it, and at 1973 ms n4 wins with its entry of term 3.
    Planted {
        bug: Bug::CommitOldTerm,
        caught_by: "Leader Completeness",
        servers: 5,
        seed: 559,
        busy: true,
        faults: &[
            "353ms..828ms split n2 n1 c1 c2 | n5 n3 n4",
            "828ms..1228ms split n2 n1 n3 c1 c2 | n4 | n5",
            "1228ms..2228ms split n5 n3 n4 c1 c2 | n2 | n1",
        ],
    },
    Planted {
        bug: Bug::CommitBeyond,
        caught_by: "State Machine Safety",
        servers: 5,
        seed: 5,
        busy: true,
        faults: &["1350ms..1.9s hold-split n2 n3 n4 n5 c1 c2 | n1", "1.7s..2.1s hold-split n1 n4 c2 | n2 n3 n5 c1"],
    },
    // Messages that were held overtake each other, and an old one removes what a newer one brought.
    Planted {
        bug: Bug::TruncateAlways,
        caught_by: "Leader Completeness",
        servers: 5,
        seed: 219,
        busy: true,
        faults: &["467ms..700ms hold-split n1 n3 n4 n5 c1 c2 | n2"],
    },
    // The clock of n5 is fast. It cannot win with its empty log, but asks so often that nobody else gets to ask.
    Planted {
        bug: Bug::ResetOnAnyMessage,
        caught_by: "Progress",
        servers: 5,
        seed: 0,
        busy: true,
        faults: &["0ms..2s split n1 n2 n3 n4 c1 c2 | n5"],
    },
    // c1 asks the deposed leader n2 after c2 wrote through the new one.
    Planted {
        bug: Bug::StaleRead,
        caught_by: "Linearizability",
        servers: 5,
        seed: 7,
        busy: false,
        faults: &[
            "500ms ask c1: put x 1",
            "700ms ask c2: get x",
            "1s..2s split n2 n1 c1 | n3 n4 n5 c2",
            "1.1s ask c2: put x 2",
            "1.8s ask c1: get x",
        ],
    },
    // The answer of the leader n2 is lost, so the client asks again.
    Planted {
        bug: Bug::ApplyTwice,
        caught_by: "Linearizability",
        servers: 5,
        seed: 7,
        busy: false,
        faults: &["600ms ask c1: put x a", "1s..1.1s cut n2 -> c1", "1s ask c1: append x b", "2s ask c2: get x"],
    },
];

impl Planted {
    fn case(&self, bug: Bug) -> Case {
        // Figure 8 needs messages that bring the old entry and not yet the new one.
        let max_entries = if self.bug == Bug::CommitOldTerm { 1 } else { 16 };
        let mut planted = case(config(bug, self.servers, max_entries), self.seed);
        if !self.busy {
            planted.scenario.workload = None;
        }
        if self.bug == Bug::ResetOnAnyMessage {
            planted.scenario.network.latency = Latency::span(Span::ms(1, 5));
            planted.scenario.clocks.insert("n5".into(), LocalClock { offset: Micros::ZERO, drift: 1_500_000 });
        }
        planted.with(text::read(self.faults))
    }
}

fn config(bug: Bug, servers: u64, max_entries: u64) -> Config {
    Config { bug, servers, max_entries, client_timeout: Span::ms(100, 200), ..Config::default() }
}

/// What is wrong with a run, by name and in sentences.
fn wrong(case: Case) -> (Vec<&'static str>, Vec<String>) {
    let run = case.run();
    let report = judge::<Raft>(&run, Limits::default());
    (report.wrong(), report.words(run.setup().specs()))
}

#[test]
fn each_planted_bug_is_caught_by_the_right_judge() {
    for planted in &PLANTED {
        let (names, words) = wrong(planted.case(planted.bug));
        println!("{:?}: {words:#?}", planted.bug);
        assert!(names.contains(&planted.caught_by), "{:?} is caught by {names:?}", planted.bug);
    }
}

#[test]
fn without_its_bug_each_of_these_runs_is_clean() {
    for planted in &PLANTED {
        let (_, words) = wrong(planted.case(Bug::None));
        assert_eq!(words, [""; 0], "the scenario of {:?}", planted.bug);
    }
}

#[test]
fn no_planted_bug_is_left_out() {
    let form = Raft::form();
    let field = form.fields.iter().find(|field| field.name == "bug").expect("bugs are a setting");
    let FieldKind::Choice(choices) = &field.kind else { panic!("bugs are a choice") };
    let mut known: Vec<String> = choices.iter().map(|(name, _)| name.replace('-', "")).collect();
    let mut caught: Vec<String> = PLANTED.iter().map(|planted| format!("{:?}", planted.bug).to_lowercase()).collect();
    caught.push("none".into());
    caught.extend(FOUND.map(|bug| format!("{bug:?}").to_lowercase()));
    known.sort();
    caught.sort();
    assert_eq!(known, caught);
}

/// The verdicts that call for little luck are found among few seeds, and need few of the faults drawn.
#[test]
fn found_by_chaos() {
    for (bug, caught_by) in [
        (Bug::VoteTwice, "Election Safety"),
        (Bug::VoteWithoutLog, "Leader Completeness"),
        (Bug::CommitBeyond, "State Machine Safety"),
        (Bug::ApplyTwice, "Linearizability"),
    ] {
        let chaotic = |seed: u64| {
            let loss = u8::try_from(seed % 4 * 3).unwrap();
            let network = Network { loss, ..Network::default() };
            case(config(bug, 5, 16), seed).on(network).chaotic(&ChaosSettings::default())
        };
        let fails = |case: &Case| wrong(case.clone()).0.contains(&caught_by);
        let found = (400..600).map(chaotic).find(fails).unwrap_or_else(|| panic!("{bug:?} is not found"));
        let with = |faults: &[_]| found.clone().with(faults.to_vec());
        let all = &found.scenario.interventions;
        let few = shrink(all, |faults| fails(&with(faults)));
        println!("{bug:?}, seed {}: {:#?}", found.scenario.seed, text::write(&few));
        assert!(few.len() * 2 < all.len(), "{bug:?} needs {} faults", few.len());
        for place in 0..few.len() {
            let fewer = [&few[..place], &few[place + 1..]].concat();
            assert!(!fails(&with(&fewer)), "{bug:?} does not need {}", few[place].fault.words());
        }
    }
}

//! `lightcone explore`: what it says, and that what it writes replays.

use std::{path::PathBuf, process::ExitCode};

fn lightcone(args: &[&str]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = lightcone_cli::launch(args.iter().map(Into::into), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("the terminal prints text");
    assert_eq!(text(err), "");
    (format!("{code:?}"), text(out))
}

fn code(code: u8) -> String {
    format!("{:?}", ExitCode::from(code))
}

struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        File(std::env::temp_dir().join(format!("lightcone-{}-{name}.toml", std::process::id())))
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("the folder has a plain name")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).expect("it was written");
    }
}

#[test]
fn what_is_exhausted_is_impossible_in_those_bounds_and_no_more_is_said() {
    let (exit, out) = lightcone(&["explore", "raft", "--nodes", "3", "--crashes", "1", "--timeouts", "1"]);
    assert_eq!(exit, code(0));
    let scope = "Impossible at this scope: 3 nodes, 1 crash, 1 timeout, any number of lost or late messages: ";
    assert!(out.starts_with(scope), "{out}");
    let plain = ["explore", "raft", "--nodes", "3", "--losses", "1", "--timeouts", "1", "--plain"];
    let (exit, out) = lightcone(&plain);
    assert_eq!(exit, code(0));
    assert!(out.starts_with("Impossible at this scope: 3 nodes, 1 timeout, 1 loss: "), "{out}");
}

#[test]
fn what_is_not_exhausted_is_not_found_within_its_limit() {
    for (limit, words) in [
        (["--max-states", "100"], "Not found within 100 states: 3 nodes, no faults, 2 timeouts"),
        (["--depth", "3"], "Not found within 3 steps: 3 nodes, no faults, 2 timeouts"),
        (["--memory", "2000"], "Not found within 2,000 bytes of memory: 3 nodes, no faults, 2 timeouts"),
        (["--memory", "10"], "Not found within 10 bytes of memory: 3 nodes, no faults, 2 timeouts"),
    ] {
        let (exit, out) = lightcone(&[&["explore", "raft", "--nodes", "3"], &limit[..]].concat());
        assert_eq!(exit, code(0));
        assert!(out.starts_with(words), "{out}");
    }
}

/// What replays, in what bounds: every kind of choice is among them.
const FOUND: [(&[&str], &str); 8] = [
    (&["raft", "--nodes", "3", "--set", "bug=vote-twice"], "Election Safety"),
    (&["raft", "--nodes", "3", "--set", "bug=forget-vote", "--crashes", "1"], "Election Safety"),
    (&["raft", "--nodes", "3", "--set", "bug=truncate-always", "--requests", "1", "--first"], "Leader Completeness"),
    (
        &[
            "raft",
            "--nodes",
            "3",
            "--set",
            "bug=apply-twice",
            "--requests",
            "2",
            "--duplicates",
            "1",
            "--timeouts",
            "1",
            "--first",
        ],
        "Linearizability",
    ),
    (&["lamport", "--set", "bug=ignore-timestamp", "--timeouts", "0", "--local", "1"], "Clock Condition C2"),
    (&["lamport", "--set", "bug=ignore-timestamp", "--timeouts", "1"], "Clock Condition C2"),
    (&["bracha", "--set", "bug=deliver-on-one", "--lies", "1", "--first"], "Integrity"),
    // No tick passes from the one event to the other, in the run neither.
    (&["hlc", "--nodes", "2", "--local", "2", "--set", "bug=own-count", "--timeouts", "0"], "Clock Condition"),
];

#[test]
fn a_way_that_was_found_is_a_scenario_that_replays_to_the_same_violation() {
    for (place, (args, broken)) in FOUND.into_iter().enumerate() {
        let file = File::new(&format!("found-{place}"));
        let (exit, out) = lightcone(&[&["explore"], args, &["-o", file.name()]].concat());
        assert_eq!(exit, code(1), "{out}");
        assert!(out.starts_with(&format!("Violated: {broken}: ")), "{out}");
        let (_, run) = lightcone(&["run", file.name()]);
        let judged = if broken == "Linearizability" {
            "no order of the operations".into()
        } else {
            format!("{broken}: VIOLATED")
        };
        assert!(run.contains(&judged), "{args:?}: {run}");
    }
}

#[test]
fn the_result_is_also_one_json_object() {
    let (exit, out) = lightcone(&["explore", "raft", "--nodes", "3", "--set", "bug=vote-twice", "--json"]);
    assert_eq!((exit, out.lines().count()), (code(1), 1));
    let json: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    let verdict = &json["verdict"];
    assert!(verdict["violated"].as_str().is_some_and(|words| words.starts_with("Election Safety: ")));
    assert_eq!(verdict["shortest"], true);
    let steps = verdict["steps"].as_array().expect("there are steps").len() as u64;
    assert_eq!(json["depth"], steps);
    let text = verdict["scenario"].as_str().expect("there is a scenario");
    let scenario = lightcone_catalog::file::parse(text).expect("it is one");
    assert_eq!(scenario.run.interventions.len() as u64, steps);
}

#[test]
fn on_several_cores_it_says_the_same() {
    for args in [
        &["raft", "--nodes", "3", "--crashes", "1", "--timeouts", "1"][..],
        &["raft", "--nodes", "3", "--set", "bug=forget-vote", "--crashes", "1"],
        &["raft", "--nodes", "3", "--timeouts", "3", "--max-states", "20000"],
    ] {
        let said = |jobs: &str| {
            let (exit, out) = lightcone(&[&["explore"], args, &["--json", "--jobs", jobs]].concat());
            let mut json: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
            let speed = ["scouted", "seconds", "states_per_second"];
            assert!(speed.iter().all(|name| json[name].is_number()), "{json}");
            speed.iter().for_each(|name| json[name] = 0.into());
            (exit, json)
        };
        assert_eq!(said("1"), said("2"), "{args:?}");
    }
}

/// A run with a planted bug that did no harm so far.
const RUN: &str = "protocol = \"raft\"\nuntil = \"1s\"\n[settings]\nservers = 3\nbug = \"forget-vote\"\n[[intervention]]\n\
                   id = 1\nat = \"300ms\"\ncrash = \"n2\"\n";

#[test]
fn a_search_starts_from_a_moment_of_a_run() {
    let (run, found) = (File::new("run"), File::new("found-later"));
    std::fs::write(run.name(), RUN).expect("it can be written");
    let from = ["explore", "--from", run.name(), "--at", "320ms", "--crashes", "1", "--first", "-o", found.name()];
    let (exit, out) = lightcone(&from);
    assert_eq!(exit, code(1), "{out}");
    assert!(out.starts_with("Violated: Election Safety: "), "{out}");
    assert!(out.contains("from 320ms of a run on"), "{out}");
    let (_, told) = lightcone(&["run", found.name()]);
    assert!(told.contains("Election Safety: VIOLATED"), "{told}");
    let (exit, out) = lightcone(&["explore", "raft", "--from", run.name(), "--at", "320ms", "--timeouts", "0"]);
    assert_eq!(exit, code(0));
    assert!(out.starts_with("Impossible at this scope: 3 nodes, no faults, "), "{out}");
    let sound = [&from[..5], &["--set", "bug=none", "--crashes", "1", "--max-states", "20000"]].concat();
    assert_eq!(lightcone(&sound).0, code(0), "what is set stands in the place of the run's own setting");
}

/// Nothing happens in a held run by itself, and yet its time passes.
#[test]
fn a_search_starts_at_the_moment_that_it_is_asked_for() {
    let run = File::new("held");
    let text = "protocol = \"hlc\"\nheld = true\nuntil = \"5s\"\n[settings]\nprocesses = 2\nbug = \"naive\"\n";
    std::fs::write(run.name(), text).expect("it can be written");
    let asked = ["explore", "--from", run.name(), "--at", "4s", "--local", "2", "--timeouts", "0"];
    let (exit, out) = lightcone(&asked);
    assert_eq!(exit, code(1), "{out}");
    let words = "Violated: Nearest Clock: n1 has l = 4001, and the greatest clock that it could know of showed 4000\n";
    assert!(out.starts_with(words), "{out}");
    assert!(out.contains("clocks that go on as they do there"), "{out}");
}

#[test]
fn what_cannot_be_searched_is_refused_with_the_reason() {
    let run = File::new("refused");
    std::fs::write(run.name(), RUN).expect("it can be written");
    let from: &[&str] = &["explore", "--from", run.name()];
    for (args, wrong) in [
        (&["explore"][..], "lightcone: explore what?"),
        (from, "lightcone: --from: say from which instant, such as --at 340ms"),
        (&["explore", "raft", "--at", "1s"], "lightcone: --at: say of which run, such as --from FILE"),
        (&[from, &["--at", "2s"]].concat(), "lightcone: at: the run ends at 1s"),
        (&[from, &["--at", "1s", "--nodes", "5"]].concat(), "lightcone: --from: the nodes are those of the run"),
        (&["explore", "bracha", "--from", run.name(), "--at", "1s"], "lightcone: --from: "),
        (&["explore", "raft", "--crashes", "51"], "lightcone: --crashes: 51 is more than 50"),
        (&["explore", "raft", "--depth", "0"], "lightcone: --depth: 0 is not from 1 to 1000"),
        (&["explore", "raft", "-o", "-"], "lightcone: -o: name a file: something else is printed already"),
        (&["explore", "raft", "--memory", "20XB"], "lightcone: --memory: `20XB` is no size such as 500MB, "),
        (&["explore", "raft", "--lies", "1"], "lightcone: lies: raft: its servers do not lie"),
        (
            &["explore", "bracha", "--nodes", "3", "--lies", "1"],
            "lightcone: lies: bracha: of 3 servers its assumptions let nobody lie",
        ),
        (&["explore", "bracha", "--requests", "1"], "lightcone: requests: bracha: there are no clients"),
        (&["explore", "chandy"], "lightcone: protocol: `chandy` is not in the catalogue"),
    ] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = lightcone_cli::launch(args.iter().map(Into::into), &mut out, &mut err);
        let err = String::from_utf8(err).expect("the terminal prints text");
        assert_eq!((format!("{exit:?}"), out), (code(2), Vec::new()), "{args:?}");
        assert!(err.starts_with(wrong), "{args:?}: {err}");
    }
}

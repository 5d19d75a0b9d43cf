//! `lightcone sweep` and `lightcone run --until-when`.

mod common;

use common::{code, lightcone};
use serde_json::Value;

const SWEEP: &[&str] = &[
    "sweep",
    "raft",
    "--seeds",
    "0..40",
    "--knob",
    "election_timeout=150ms..160ms,150ms..300ms",
    "--measure",
    "until someone becomes leader",
];

fn numbers(out: &str) -> (Vec<Value>, Value) {
    let mut lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let last = lines.pop().expect("a sweep ends with a line of its own");
    (lines, last["sweep"].clone())
}

#[test]
fn threads_change_nothing() {
    let folder = std::env::temp_dir();
    let picture = |jobs: &str| {
        let file = folder.join(format!("lightcone-sweep-{}-{jobs}.svg", std::process::id()));
        let name = file.to_str().expect("the folder has a plain name");
        let (_, table, _) = lightcone(&[SWEEP, &["--jobs", jobs, "-o", name]].concat());
        let svg = std::fs::read_to_string(&file).expect("it was written");
        std::fs::remove_file(&file).expect("it was written");
        (table, svg, lightcone(&[SWEEP, &["--jobs", jobs, "--json"]].concat()).1)
    };
    let alone = picture("1");
    assert_eq!(alone, picture("3"));
    assert_eq!(alone.1.matches("<circle").count(), 80, "a dot is a run");
}

#[test]
fn each_line_has_a_link_that_opens_a_run_with_that_number() {
    let (exit, out, err) = lightcone(&[SWEEP, &["--json"]].concat());
    assert_eq!((exit, err.as_str()), (code(0), ""));
    let (lines, about) = numbers(&out);
    assert_eq!(lines.len(), 80);
    for line in &lines[..6] {
        let link = line["link"].as_str().expect("there is a link");
        let (_, told, _) = lightcone(&["run", link, "--until-when", "someone becomes leader"]);
        match line["measured"].as_u64() {
            Some(at) => {
                let at = lightcone_core::Micros(at);
                assert!(told.contains(&format!("someone becomes leader: at {at}, after")), "{told}");
            }
            None => assert!(told.contains("someone becomes leader: does not happen until"), "{told}"),
        }
        assert!(told.contains(&format!("seed {}", line["seed"])), "{told}");
    }
    // What the last line says of each value is what its lines come to.
    for value in about["values"].as_array().expect("there are values") {
        let of: Vec<&Value> = lines.iter().filter(|line| line["value"] == value["value"]).collect();
        let mut numbers: Vec<u64> = of.iter().filter_map(|line| line["measured"].as_u64()).collect();
        numbers.sort_unstable();
        assert_eq!(value["runs"].as_u64(), Some(of.len() as u64));
        assert_eq!(value["none"].as_u64(), Some((of.len() - numbers.len()) as u64));
        // Whoever elects nobody in time takes longer than all who do.
        assert_eq!(value["median"].as_u64(), numbers.get(of.len().div_ceil(2) - 1).copied());
        assert_eq!(value["min"].as_u64(), numbers.first().copied());
        assert_eq!(value["max"].as_u64(), numbers.get(of.len() - 1).copied());
    }
}

#[test]
fn the_table_has_a_row_for_each_value() {
    let (_, out, _) = lightcone(SWEEP);
    let rows: Vec<&str> = out.lines().collect();
    assert!(rows[0].contains("time until someone becomes leader") && rows[0].contains("seeds 0..40"), "{out}");
    let cells = |row: &str| row.split_whitespace().map(String::from).collect::<Vec<_>>();
    assert_eq!(cells(rows[1]).last().map(String::as_str), Some("max"));
    for (row, value) in rows[2..].iter().zip(["150ms..160ms", "150ms..300ms"]) {
        assert_eq!(cells(row)[..2], [value, "40"], "{out}");
        assert_eq!(cells(row).len(), 7, "{out}");
    }
    assert_eq!(rows.len(), 4);
}

#[test]
fn what_is_wrong_with_a_sweep_is_said_before_anything_runs() {
    for (args, words) in [
        (&["sweep", "raft", "--knob", "servers=3", "--measure", "lost"][..], "--seeds: is missing"),
        (&["sweep", "raft", "--seeds", "0..2", "--measure", "lost"], "--knob: is missing"),
        (&["sweep", "raft", "--seeds", "0..2", "--knob", "servers=3"], "--measure: is missing"),
        (
            &["sweep", "raft", "--seeds", "2..2", "--knob", "servers=3", "--measure", "lost"],
            "--seeds: `2..2` is no range",
        ),
        (
            &["sweep", "raft", "--seeds", "0..2", "--knob", "servers", "--measure", "lost"],
            "--knob: `servers` turns nothing",
        ),
        (
            &["sweep", "raft", "--seeds", "0..2", "--knob", "tempo=3", "--measure", "lost"],
            "knob: `tempo` is not a setting",
        ),
        (
            &["sweep", "raft", "--seeds", "0..2", "--knob", "servers=3,99", "--measure", "lost"],
            "settings.servers: 99 is not a whole number from 1 to 9",
        ),
        (
            &["sweep", "raft", "--seeds", "0..2", "--knob", "servers=3", "--measure", "beauty"],
            "measure: `beauty` cannot be measured",
        ),
        (
            &["sweep", "raft", "--seeds", "0..9000000", "--knob", "servers=3..7", "--measure", "lost"],
            "--seeds: 45000000 runs are more than 10000000",
        ),
    ] {
        let (exit, out, err) = lightcone(args);
        assert_eq!((exit, out.as_str()), (code(2), ""), "{args:?}");
        assert!(err.contains(words), "{err}");
    }
}

#[test]
fn a_run_stops_where_something_happens_or_says_that_it_does_not() {
    let (exit, out, _) = lightcone(&["run", "raft-leader-cut-off", "--until-when", "2 servers are leader"]);
    assert_eq!(exit, code(0));
    assert!(out.contains("2 servers are leader: at "), "{out}");
    let (_, whole, _) = lightcone(&["run", "raft-leader-cut-off"]);
    let events = |text: &str| text.lines().filter(|line| line.contains(" ms  ")).count();
    assert!(out.contains(&format!("after {} events", events(&out))) && events(&out) < events(&whole), "{out}");
    let (exit, out, _) = lightcone(&["run", "raft", "--until-when", "2 servers are leader"]);
    assert_eq!(exit, code(1));
    assert!(out.contains("2 servers are leader: does not happen until 3s"), "{out}");
}

#[test]
fn the_first_seed_with_which_something_happens_is_found() {
    let when = "n3 becomes leader";
    let (exit, out, _) = lightcone(&["run", "raft", "--until-when", when, "--seeds", "0..50"]);
    assert_eq!(exit, code(0));
    let seed = out.split("first with seed ").nth(1).and_then(|rest| rest.split(',').next()).expect("it is said");
    let at = out.split(", at ").nth(1).and_then(|rest| rest.lines().next()).expect("it is said");
    let (_, told, _) = lightcone(&["run", "raft", "--until-when", when, "--seed", seed]);
    assert!(told.contains(&format!("{when}: at {at}, after")), "{told}");
    let seed: u64 = seed.parse().expect("it is a number");
    for before in 0..seed {
        let (exit, _, _) = lightcone(&["run", "raft", "--until-when", when, "--seed", &before.to_string()]);
        assert_eq!(exit, code(1), "seed {before} comes first");
    }
    let (exit, out, _) = lightcone(&["run", "raft", "--until-when", "n1 crashes", "--seeds", "0..5"]);
    assert_eq!(exit, code(1));
    assert!(out.contains("does not happen until 3s with any seed of 0..5"), "{out}");
}

#[test]
fn what_cannot_happen_is_refused_in_words() {
    for (args, words) in [
        (&["--until-when", "n1 sings"][..], "--until-when: `n1 sings` is no condition"),
        (&["--until-when", "n9 crashes"], "--until-when: n9 is not in this cluster"),
        (&["--until-when", "9 servers are leader"], "--until-when: 9 servers cannot be leader: there are 5"),
        (&["--seeds", "0..5"], "--seeds: say what is to happen"),
        (&["--until-when", "n1 crashes", "--seeds", "0..5", "--seed", "3"], "--seed: is one of the --seeds"),
        (&["--until-when", "n1 crashes", "--fingerprint"], "--fingerprint: is that of a whole run"),
    ] {
        let (exit, out, err) = lightcone(&[&["run", "raft"], args].concat());
        assert_eq!((exit, out.as_str()), (code(2), ""), "{args:?}");
        assert!(err.contains(words), "{err}");
    }
}

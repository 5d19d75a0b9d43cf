//! `lightcone explore --seeds` and `lightcone merge`: what shares find together is what one sweep finds.

mod common;

use common::{code, lightcone};
use serde_json::Value;
use std::{fs, path::PathBuf};

fn json(line: &str) -> Value {
    serde_json::from_str(line).expect("it is JSON")
}

struct File(PathBuf);

impl File {
    fn with(name: &str, text: &str) -> Self {
        let file = File(std::env::temp_dir().join(format!("lightcone-{}-{name}", std::process::id())));
        fs::write(&file.0, text).expect("it can be written");
        file
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("the folder has a plain name")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("it was written");
    }
}

const SWEEP: &[&str] =
    &["explore", "raft", "--nodes", "3", "--set", "bug=vote-twice", "--until", "1s", "--seeds", "10..50"];

#[test]
fn each_finding_is_a_line_with_a_scenario_that_breaks_the_same() {
    let (exit, out, err) = lightcone(&[SWEEP, &["--shrunk"]].concat());
    assert_eq!((exit, err.as_str()), (code(1), ""));
    let lines: Vec<&str> = out.lines().collect();
    let (end, findings) = lines.split_last().expect("a sweep ends with a line of its own");
    assert_eq!((json(end)["runs"].as_u64(), json(end)["findings"].as_u64()), (Some(40), Some(findings.len() as u64)));
    assert!(!findings.is_empty());
    let mut before = 0;
    for line in findings {
        let finding = json(line);
        let seed = finding["seed"].as_u64().expect("a finding has a seed");
        assert!((10..50).contains(&seed) && seed > before, "seeds come in order");
        before = seed;
        let file = File::with(&format!("finding-{seed}.toml"), finding["scenario"].as_str().expect("and a scenario"));
        let (_, run, _) = lightcone(&["run", file.name()]);
        let broken = finding["broken"].as_str().expect("and what is broken");
        assert!(run.contains(&format!("{broken}: VIOLATED")), "{run}");
    }
}

#[test]
fn a_sweep_to_the_first_finding_ends_with_it() {
    let (_, whole, _) = lightcone(SWEEP);
    let first = whole.lines().next().expect("something is found");
    for jobs in ["1", "3"] {
        let (exit, out, _) = lightcone(&[SWEEP, &["--first", "--jobs", jobs]].concat());
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!((exit, lines.len(), lines[0]), (code(1), 2, first));
        let end = json(lines[1]);
        let runs = json(first)["seed"].as_u64().expect("a finding has a seed") - 10 + 1;
        assert_eq!((end["runs"].as_u64(), end["findings"].as_u64()), (Some(runs), Some(1)));
    }
}

#[test]
fn threads_and_shares_change_nothing() {
    let (_, whole, _) = lightcone(SWEEP);
    let (_, threads, _) = lightcone(&[SWEEP, &["--jobs", "3"]].concat());
    assert_eq!(threads, whole);
    let shares: Vec<String> =
        ["0/3", "1/3", "2/3"].iter().map(|shard| lightcone(&[SWEEP, &["--shard", shard]].concat()).1).collect();
    let files: Vec<File> =
        shares.iter().enumerate().map(|(own, text)| File::with(&format!("share-{own}.jsonl"), text)).collect();
    let names: Vec<&str> = files.iter().map(File::name).collect();
    let (exit, merged, _) = lightcone(&[&["merge"], &names[..]].concat());
    assert_eq!(exit, code(1));
    // Twice, and the other way round, they come to the same.
    let turned: Vec<&str> = names.iter().rev().chain(&names).copied().collect();
    assert_eq!(lightcone(&[&["merge"], &turned[..]].concat()).1, merged);
    let findings =
        |text: &str| text.lines().filter(|line| json(line)["seed"].is_u64()).map(String::from).collect::<Vec<_>>();
    assert_eq!(findings(&merged), findings(&whole));
    let sum = json(merged.lines().last().expect("there is a line on all of it"));
    assert_eq!((sum["runs"].as_u64(), sum["missing"].clone()), (Some(40), Value::Array(Vec::new())));
    assert_eq!(sum["broken"]["Election Safety"]["findings"], sum["findings"]);
}

#[test]
fn a_share_that_was_cut_off_is_missing_and_its_findings_count() {
    let (_, whole, _) = lightcone(&[SWEEP, &["--shard", "0/2"]].concat());
    let (_, other, _) = lightcone(&[SWEEP, &["--shard", "1/2"]].concat());
    let first = other.lines().next().expect("it found something");
    let (whole, cut) = (File::with("whole.jsonl", &whole), File::with("cut.jsonl", first));
    let (_, merged, _) = lightcone(&["merge", whole.name(), cut.name()]);
    assert!(merged.contains(first));
    let sum = json(merged.lines().last().expect("there is a line on all of it"));
    assert_eq!((sum["missing"].clone(), sum["runs"].as_u64()), (serde_json::json!([1]), Some(20)));
}

#[test]
fn a_protocol_without_a_bug_breaks_nothing() {
    let (exit, out, _) = lightcone(&["explore", "raft", "--seeds", "0..20", "--until", "2s", "--jobs", "2"]);
    assert_eq!((exit, out.lines().count()), (code(0), 1), "{out}");
}

#[test]
fn what_cannot_be_swept_or_merged_is_refused_with_the_reason() {
    let (odd, other) = (File::with("odd.jsonl", "\n{\"seed\": 1}\n"), File::with("other.jsonl", "no JSON"));
    let (_, one, _) = lightcone(&["explore", "bracha", "--seeds", "0..1"]);
    let (_, two, _) = lightcone(&["explore", "bracha", "--seeds", "0..2"]);
    let (one, two) = (File::with("one.jsonl", &one), File::with("two.jsonl", &two));
    for (args, wrong) in [
        (&["explore", "raft", "--seeds", "9..9"][..], "lightcone: --seeds: `9..9` is no range"),
        (&["explore", "raft", "--seeds", "0..9", "--shard", "4/4"], "lightcone: --shard: `4/4` is no share"),
        (&["explore", "raft", "--shard", "0/4"], "lightcone: --shard, --chaos, --until and --shrunk go with --seeds"),
        (&["explore", "raft", "--seeds", "0..9", "--jobs", "0"], "lightcone: --jobs: 0 is not from 1 to 256"),
        (&["explore", "raft", "--seeds", "0..9", "--chaos", "x=1"], "lightcone: chaos.x: "),
        (&["merge"], "lightcone: merge what?"),
        (&["merge", odd.name()], &format!("lightcone: {}: line 2: this is neither a finding nor", odd.name())),
        (&["merge", other.name()], &format!("lightcone: {}: line 1: ", other.name())),
        (&["merge", one.name(), two.name()], &format!("lightcone: {}: line 1: this is another sweep than", two.name())),
    ] {
        let (exit, out, err) = lightcone(args);
        assert_eq!((exit, out.as_str()), (code(2), ""), "{args:?}");
        assert!(err.starts_with(wrong), "{args:?}: {err}");
    }
}

#[test]
fn the_manifest_asks_for_what_there_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/sweep.yaml");
    let manifest = fs::read_to_string(path).expect("it can be read");
    let line = manifest.lines().find(|line| line.trim().starts_with("lightcone explore")).expect("it starts a sweep");
    let (command, _) = line.split_once('>').expect("into a file");
    let command = command.replace("$JOB_COMPLETION_INDEX", "15").replace("0..100000", "0..32");
    let args: Vec<&str> = command.split_whitespace().skip(1).collect();
    let (exit, out, err) = lightcone(&args);
    assert_eq!((exit, err.as_str()), (code(0), ""));
    assert_eq!(json(&out)["runs"], 2);
}

#[test]
fn shares_that_are_missing_are_not_called_clean() {
    let clean = &["explore", "raft", "--nodes", "3", "--until", "500ms", "--seeds", "0..7", "--shard"];
    let [first, second] = ["0/2", "1/2"].map(|shard| lightcone(&[&clean[..], &[shard]].concat()).1);
    let (first, second) = (File::with("clean-0.jsonl", &first), File::with("clean-1.jsonl", &second));
    let empty = File::with("empty.jsonl", "");
    let (exit, out, err) = lightcone(&["merge", empty.name()]);
    assert!((exit, out.is_empty()) == (code(2), true) && err.contains("no file has the end of a share"), "{err}");
    let (exit, _, err) = lightcone(&["merge", first.name()]);
    assert!(exit == code(2) && err.contains("of the shares these are missing: [1]"), "{err}");
    let (exit, out, _) = lightcone(&["merge", first.name(), second.name()]);
    assert_eq!((exit, json(out.trim())["runs"].as_u64()), (code(0), Some(7)));
    // A share that says that it ended before its seeds did.
    let short = fs::read_to_string(&first.0).expect("it was written").replace("\"runs\":4", "\"runs\":3");
    let short = File::with("short.jsonl", &short);
    let (exit, _, err) = lightcone(&["merge", short.name(), second.name()]);
    assert!(exit == code(2) && err.contains("missing: [0]"), "{err}");
}

#[test]
fn a_share_that_lost_its_findings_is_not_called_clean() {
    let share = |shard: &str| lightcone(&[SWEEP, &["--shard", shard]].concat()).1;
    let texts = [share("0/2"), share("1/2")];
    let end = |text: &str| text.lines().last().expect("a share ends").to_owned();
    assert!(json(&end(&texts[1]))["findings"].as_u64() > Some(0));
    let [first, second] = ["0", "1"].map(|own| format!("lost-{own}.jsonl"));
    let (first, second) = (File::with(&first, &end(&texts[0])), File::with(&second, &end(&texts[1])));
    let (exit, out, err) = lightcone(&["merge", first.name(), second.name()]);
    assert!(exit == code(2) && err.contains("these are missing: [0, 1]"), "{out}{err}");
    for (from, to, wrong) in [
        ("\"shards\":2", "\"shards\":9223372036854775808", "line 1: it does not say which share of which seeds it is"),
        ("\"runs\":20", "\"runs\":1000000000000000", "line 1: 1000000000000000 runs with "),
        ("\"beyond\"", "\"behind\"", "line 1: the end of a sweep says which share it was, how many runs, and what"),
    ] {
        let end = end(&texts[0]);
        assert!(end.contains(from), "{end}");
        let file = File::with("lost-wrong.jsonl", &end.replace(from, to));
        let (exit, out, err) = lightcone(&["merge", file.name()]);
        assert!((exit, out.is_empty()) == (code(2), true) && err.contains(wrong), "{out}{err}");
    }
    let finding = texts[0].lines().next().expect("it found something").replace("\"seed\":", "\"seed\":9");
    let stray = File::with("lost-stray.jsonl", &format!("{finding}\n{}", end(&texts[0])));
    let (exit, _, err) = lightcone(&["merge", stray.name()]);
    assert!(exit == code(2) && err.contains("which is none of 10..50"), "{err}");
}

#[test]
fn what_breaks_where_nothing_was_promised_is_counted_apart() {
    let (exit, out, err) = lightcone(&[
        "explore",
        "raft",
        "--seeds",
        "0..30",
        "--chaos",
        "beyond=true",
        "--chaos",
        "disk=20",
        "--set",
        "servers=3",
    ]);
    assert_eq!((exit, err.as_str()), (code(0), ""), "{out}");
    let lines: Vec<Value> = out.lines().map(json).collect();
    let (end, findings) = lines.split_last().expect("a sweep ends with a line of its own");
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding["beyond"].is_string()), "{out}");
    assert_eq!((end["findings"].as_u64(), end["beyond"].as_u64()), (Some(0), Some(findings.len() as u64)));
}

#[test]
fn seeds_that_no_scenario_can_have_and_options_of_searches_are_refused() {
    for (args, wrong) in [
        (&["--seeds", "0..18446744073709551615", "--shard", "0/2"][..], "--seeds: 18446744073709551614 is more than"),
        (&["--seeds", "9223372036854775808..9223372036854775809"], "--seeds: 9223372036854775808 is more than"),
        (&["--seeds", "0..1", "--crashes", "3"], "--crashes: it goes with a search of every way"),
        (&["--seeds", "0..1", "--plain"], "--plain: it goes with a search of every way"),
        (&["--seeds", "0..1", "-o", "nothing.toml"], "--output: it goes with a search of every way"),
    ] {
        let (exit, out, err) = lightcone(&[&["explore", "raft"], args].concat());
        assert!(exit == code(2) && out.is_empty() && err.contains(wrong), "{args:?}: {err}");
    }
}

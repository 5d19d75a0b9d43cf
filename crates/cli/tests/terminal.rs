//! The terminal: what it prints, and how it refuses.

use std::process::ExitCode;

fn lightcone(args: &[&str]) -> (bool, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = lightcone_cli::launch(args.iter().map(Into::into), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("the terminal prints text");
    let refused = format!("{:?}", ExitCode::from(2));
    let code = format!("{code:?}");
    assert!(code == refused || code == format!("{:?}", ExitCode::SUCCESS), "{code}");
    (code != refused, text(out), text(err))
}

#[test]
fn a_protocol_is_told_event_by_event() {
    let (done, out, _) = lightcone(&["run", "raft", "--seed", "7", "--until", "500ms"]);
    assert!(done && out.contains("a majority of 5: it leads term 1"), "{out}");
    assert!(out.contains("Election Safety: not violated in this run of "));
}

#[test]
fn json_lines_hold_one_event_each_with_its_cause() {
    let (done, out, _) = lightcone(&["run", "raft", "--until", "400ms", "--format", "jsonl"]);
    assert!(done);
    for (place, line) in out.lines().enumerate() {
        let event: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        assert_eq!(event["index"], place);
        assert!(event["at"].is_u64() && event["name"].as_str().is_some_and(|name| name.len() == 16));
        assert_eq!(event["kind"] == "deliver", event["message"]["key"].is_string(), "{line}");
    }
}

#[test]
fn the_fingerprint_is_one_line_and_another_seed_gives_another() {
    let print = |seed| lightcone(&["run", "raft", "--seed", seed, "--fingerprint"]).1;
    assert!(print("7").trim().len() == 16 && print("7").lines().count() == 1);
    assert_eq!(print("7"), print("7"));
    assert_ne!(print("7"), print("8"));
}

#[test]
fn a_link_is_run_and_proves_itself() {
    let scenario = lightcone_catalog::default_scenario("raft");
    let mut lab = lightcone_catalog::open(scenario.clone()).expect("a scene can be run");
    while !lab.advance(10_000) {}
    let link = lightcone_catalog::link::encode(&scenario, Some(lab.fingerprint()));
    let (done, out, _) = lightcone(&["run", &link, "--fingerprint"]);
    assert!(done && out.trim() == format!("{:016x}", lab.fingerprint()));
    let wrong = lightcone_catalog::link::encode(&scenario, Some(1));
    let (done, _, err) = lightcone(&["run", &wrong, "--fingerprint"]);
    assert!(!done && err.contains("this build replays the link differently"), "{err}");
}

#[test]
fn bad_input_ends_with_code_2_and_names_the_field() {
    for (args, sentence) in [
        (&["run", "raft", "--seed", "x"][..], "--seed: `x` is not a whole number"),
        (&["run", "raft", "--until", "5"], "--until: `5` is not a time"),
        (&["run", "raft", "--until", "99999s"], "until: 99999s is not a length"),
        (&["run", "raft", "--format", "xml"], "--format: `xml` is neither text nor jsonl"),
        (&["run", "nothing.toml"], "nothing.toml: neither a protocol, a scene, a link nor a file"),
        (&["run", "7.abc"], "this link is of format 7, and this build reads format 1"),
        (&["run"], "run what?"),
        (&["draw"], "draw what?"),
        (&["draw", "raft"], "-o: name the file to write"),
        (&["draw", "raft", "-o", "-", "--from", "x"], "--from: `x` is not a time"),
        (&["draw", "raft", "-o", "-", "--from", "500ms", "--to", "400ms"], "--to: 400ms is not after 500ms"),
        (&["draw", "raft", "-o", "-", "--from", "500s"], "--from: the run ends at "),
        (&["draw", "raft", "-o", "-", "--theme", "red"], "--theme: `red` is neither light nor dark"),
        (&["draw", "raft", "-o", "-", "--order", "lamport"], "--order: `lamport` is neither time nor causal"),
        (&["draw", "raft", "-o", "-", "--width", "0"], "--width: 0 is not from 1 to 20000"),
        (&["draw", "raft", "-o", "/no such folder/a.svg"], "-o: /no such folder/a.svg cannot be written"),
        (&["shrink"], "shrink what?"),
        (&["shrink", "raft"], "-o: name the file to write"),
        (&["shrink", "raft", "-o", "-", "--until", "200ms"], "raft: nothing is broken in this run"),
        (&["explore"], "explore what?"),
        (&["explore", "paxos-of-none"], "protocol: `paxos-of-none` is not in the catalogue"),
        (&["explore", "raft", "--crashes", "x"], "--crashes: `x` is not a whole number"),
        (&["explore", "raft", "--crashes", "99999999999999999999"], "--crashes: `99999999999999999999` is too large"),
        (&["explore", "raft", "-o", "/no such folder/a.toml"], "-o: /no such folder/a.toml cannot be written"),
        (&["explore", "raft", "--crashes", "51"], "--crashes: 51 is more than 50"),
        (&["explore", "raft", "--depth", "0"], "--depth: 0 is not from 1 to 1000"),
        (&["explore", "raft", "--lies", "1"], "lies: raft: its servers do not lie"),
        (&["explore", "lamport", "--requests", "1"], "requests: lamport: there are no clients"),
        (&["explore", "bracha", "--losses", "1"], "losses: bracha: its links lose nothing"),
        (&["explore", "raft", "--nodes", "12"], "settings.servers: 12 is not a whole number from 1 to 9"),
        (&["explore", "raft", "--set", "bug=bad"], "settings.bug: "),
        (&["explore", "raft", "--set", "bug"], "--set: `bug` is no setting"),
        (&["explore", "raft", "--depths", "3"], "--depths"),
        (&["walk"], "`walk` is not a command"),
    ] {
        let (done, _, err) = lightcone(args);
        assert!(!done && err.contains(sentence), "{args:?}: {err}");
    }
}

#[test]
fn the_list_names_protocols_and_scenes() {
    let (done, out, _) = lightcone(&["list"]);
    assert!(done && out.contains("raft") && out.contains("lamport") && out.contains("raft-leader-cut-off"));
}

#[test]
fn a_picture_is_drawn_as_the_options_say() {
    let draw = |more: &[&str]| {
        let args = [&["draw", "raft", "-o", "-", "--from", "100ms", "--to", "400ms"], more].concat();
        let (done, out, err) = lightcone(&args);
        assert!(done && out.starts_with("<svg ") && out.ends_with("</svg>\n"), "{more:?}: {err}");
        out
    };
    let light = draw(&[]);
    assert!(light.contains(">100 ms</text>") && light.contains(">n5</text>") && light.contains("class=\"arrow"));
    assert!(!light.contains("class=\"playhead\""), "nothing is looked at");
    assert_ne!(light, draw(&["--theme", "dark"]));
    assert!(draw(&["--width", "640", "--height", "480"]).contains("width=\"640\" height=\"480\""));
    assert_ne!(light, draw(&["--down"]));
    assert_ne!(light, draw(&["--seed", "8"]));
    let causal = draw(&["--order", "causal"]);
    assert!(causal.contains("class=\"arrow") && !causal.contains(" ms</text>"), "causal order has no time");
}

#[test]
fn a_picture_goes_to_a_file() {
    let path = std::env::temp_dir().join(format!("lightcone-{}.svg", std::process::id()));
    let file = path.to_str().expect("the folder has a plain name");
    let (done, out, err) = lightcone(&["draw", "raft-leader-cut-off", "-o", file, "--to", "300ms"]);
    let text = std::fs::read_to_string(&path).expect("it was written");
    std::fs::remove_file(&path).expect("it can be removed");
    assert!(done && out.is_empty(), "{err}");
    assert_eq!(text, lightcone(&["draw", "raft-leader-cut-off", "-o", "-", "--to", "300ms"]).1);
}

#[test]
fn help_is_there_after_any_command() {
    let (_, help, _) = lightcone(&[]);
    assert!(help.starts_with("Lightcone in a terminal."), "{help}");
    for args in [&["help"][..], &["--help"], &["explore", "--help"], &["history", "-h"]] {
        assert_eq!(lightcone(args), (true, help.clone(), String::new()), "{args:?}");
    }
}

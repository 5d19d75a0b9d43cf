//! What `lightcone check` says, and with which code it ends.

use std::{fs, path::PathBuf, process::ExitCode};

/// The exit code, and what was printed for whom.
fn check(name: &str, text: &str) -> (u8, String, String) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the folder for such files can be written");
    let args = ["check".into(), path.into_os_string()];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = lightcone_cli::launch(args.into_iter(), &mut out, &mut err);
    let code = (0..=2).find(|n| format!("{code:?}") == format!("{:?}", ExitCode::from(*n)));
    let text = |bytes| String::from_utf8(bytes).expect("the terminal prints text");
    (code.expect("it is 0, 1 or 2"), text(out), text(err))
}

#[test]
fn a_run_in_which_all_held_ends_with_0() {
    let (code, out, _) = check("held.toml", "protocol = \"raft\"\nuntil = \"3s\"\n");
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("Election Safety: not violated in this run of "), "{out}");
    assert!(!out.contains("fingerprint"), "the trace is left to `run`: {out}");
    assert!(!out.contains("revision"), "{out}");
    let (code, out, _) = check("old.toml", "protocol = \"raft\"\nrevision = 1\n");
    assert!(code == 0 && out.starts_with("written for revision 1 of raft; this is revision "), "{out}");
}

/// A server votes twice in one term.
const TWO_LEADERS: &str = r#"
protocol = "raft"
revision = 1
title = "Raft: Election Safety is broken"
until = "60ms"

[settings]
bug = "vote-twice"
clients = 0
servers = 3

[[intervention]]
id = 8
on = "RequestVote term 1 from n1 to n3"
move = "70ms"

[[intervention]]
id = 11
on = "AppendEntries term 1 from n1 to n3"
move = "50ms"

[[intervention]]
id = 13
on = "RequestVote term 1 from n3 to n2"
move = "10ms"

[[intervention]]
id = 17
on = "arming Election of n1"
move = "10ms"

[[intervention]]
id = 19
on = "arming Election of n3"
move = "40ms"
"#;

#[test]
fn a_broken_guarantee_ends_with_1() {
    let (code, out, _) = check("broken.toml", TWO_LEADERS);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("VIOLATED by event "), "{out}");
}

#[test]
fn what_cannot_be_run_ends_with_2() {
    let (code, out, err) = check("wrong.toml", "protocol = \"raft\"\nuntil = \"soon\"\n");
    assert!(code == 2 && out.is_empty() && err.contains("until"), "{err}");
    let (code, _, err) =
        check("unfit.toml", "protocol = \"raft\"\n[[intervention]]\nid = 1\nat = \"1s\"\ncrash = \"n9\"\n");
    assert!(code == 2 && err.contains("n9"), "{err}");
}

#[test]
fn what_clients_saw_counts_though_timing_was_left_or_an_assumption_broke_later() {
    let story = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/stories/found-raft-stale-read.toml");
    let story = fs::read_to_string(story).expect("the story is there");
    let slow = "\n[[intervention]]\nid = 60\nat = \"171.9ms\"\nuntil = \"172ms\"\nslow = \"n2 -> n3\"\nby = \"500ms..900ms\"\n";
    let lost = "\n[[intervention]]\nid = 61\nat = \"171.9ms\"\ncrash = \"n3\"\ndisk = \"lost\"\n";
    for (name, more) in [("stale.toml", ""), ("stale-and-slow.toml", slow), ("stale-and-lost.toml", lost)] {
        let (code, out, err) = check(name, &format!("{story}{more}"));
        assert!(out.contains("no order of the operations on x"), "{name}: {out}{err}");
        assert_eq!(code, 1, "{name}: {out}");
    }
}

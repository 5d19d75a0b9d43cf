//! What people get wrong is answered with one sentence that names the line, the field or the link.

use lightcone_catalog::{Scenario, default_scenario, file, link, open};

/// The sentence with which a file is refused, when it is read or when it is opened.
fn refused(text: &str) -> String {
    match file::parse(text).and_then(open) {
        Ok(_) => panic!("this was not refused: {text}"),
        Err(wrong) => wrong.to_string(),
    }
}

fn with(line: &str) -> String {
    refused(&format!("protocol = \"raft\"\n{line}\n"))
}

#[test]
fn settings_name_their_field_and_value() {
    assert_eq!(with("settings.servers = 0"), "settings.servers: 0 is not a whole number from 1 to 9");
    assert_eq!(with("settings.servers = 99"), "settings.servers: 99 is not a whole number from 1 to 9");
    assert_eq!(with("settings.servers = -1"), "settings.servers: -1 is not a whole number from 1 to 9");
    let heartbeat = with("settings.heartbeat = \"-5ms\"");
    assert_eq!(heartbeat, "settings.heartbeat: `-5ms` is negative: times start at 0");
    let order = with("settings.heartbeat = \"1s\"");
    assert_eq!(order, "settings.heartbeat: 1s is not shorter than the shortest election timeout, 150ms");
    let unknown = with("settings.serves = 5");
    assert!(unknown.starts_with("settings.serves: is not a setting; there are servers, clients"), "{unknown}");
    let bug = with("settings.bug = \"vote-thrice\"");
    assert!(bug.starts_with("settings.bug: \"vote-thrice\" is not one of none, vote-twice"), "{bug}");
}

#[test]
fn the_network_names_its_field_and_value() {
    let negative = with("network.latency = \"-5ms..10ms\"");
    assert_eq!(negative, "network.latency: `-5ms` is negative: times start at 0");
    let backwards = with("network.latency = \"10ms..5ms\"");
    assert_eq!(backwards, "network.latency: `10ms..5ms` ends before it starts: write the shorter time first");
    assert_eq!(with("network.loss = 101"), "network.loss: 101 is not from 0 to 100");
    assert!(with("until = \"3 days\"").starts_with("until: `3 days` is not a time"));
    assert!(with("until = \"0ms\"").starts_with("until: 0ms is not a length"));
}

#[test]
fn files_name_the_line() {
    let unknown = refused("protocol = \"raft\"\nseed = 7\nsed = 8\n");
    assert!(unknown.starts_with("line 3: unknown field `sed`, expected one of `protocol`"), "{unknown}");
    let broken = refused("protocol = \"raft\"\nseed = = 7\n");
    assert!(broken.starts_with("line 2: "), "{broken}");
    assert!(refused("seed = 7\n").contains("missing field `protocol`"));
    assert_eq!(refused("protocol = \"rafd\""), "protocol: `rafd` is not in the catalogue; there are raft, lamport");
}

#[test]
fn interventions_say_which_one_and_why() {
    let with = |lines: &str| with(&format!("[[intervention]]\n{lines}"));
    assert!(with("at = \"1ms\"").starts_with("intervention 1: does nothing: give one of partition"));
    assert!(with("at = \"1ms\"\nheal = true\ncrash = \"n1\"").starts_with("intervention 1: does two things"));
    assert!(with("heal = true").starts_with("intervention 1: needs either `at`"));
    assert_eq!(with("at = \"1ms\"\nrequest = \"put x 1\""), "intervention 1: client: is missing");
    let until = with("at = \"9ms\"\nuntil = \"3ms\"\npartition = [[\"n1\"], [\"n2\"]]");
    assert_eq!(until, "intervention 1: until: 3ms is not after its start, 9ms");
    let op = with("at = \"1ms\"\nclient = \"c1\"\nrequest = \"delete x\"");
    assert!(op.starts_with("intervention 1: `delete x` is not an operation: write `put x 3`"), "{op}");
    assert!(with("on = \"RequestVote\"\ndrop = true").starts_with("intervention 1: on: `RequestVote` selects nothing"));
}

#[test]
fn what_does_not_fit_the_cluster_is_kept_and_said() {
    let text = "protocol = \"raft\"\n[[intervention]]\nat = \"5ms\"\ncrash = \"n9\"\n";
    let mut lab = file::parse(text).and_then(open).expect("it can be run");
    while !lab.advance(1_000) {}
    assert_eq!(lab.idle(), [(1, "n9 is not in this cluster".to_string())]);
}

fn a_link() -> String {
    link::encode(&default_scenario("raft"), Some(7))
}

fn sentence(link: &str) -> String {
    link::decode(link).expect_err("the link is broken").to_string()
}

#[test]
fn links_say_what_is_wrong_with_them() {
    let link = a_link();
    assert!(sentence(&link[..link.len() - 9]).starts_with("this link is cut short or was changed"));
    assert_eq!(sentence(&link.replacen("1.", "7.", 1)), "this link is of format 7, and this build reads format 1");
    assert_eq!(sentence("hello"), "this link is not one of Lightcone's");
    assert!(sentence("1.AAAA").contains("cut short"));
    assert!(sentence("1.a b").contains("changed on its way"));
}

#[test]
fn a_link_that_was_changed_anywhere_is_refused_and_nothing_panics() {
    let link = a_link();
    for place in 2..link.len() {
        assert!(link::decode(&link[..place]).is_err(), "cut at {place}");
        let other = if link.as_bytes()[place] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &link[..place], &link[place + 1..]);
        let read = link::decode(&changed);
        // The last character of base64 holds bits that mean nothing: a change there may be none.
        assert!(read.is_err() || place == link.len() - 1, "changed at {place}");
    }
}

#[test]
fn a_whole_address_and_its_fragment_are_the_same_link() {
    let (plain, whole) = (a_link(), format!("https://host/lightcone/index.html?embed#{}", a_link()));
    let read: Vec<(Scenario, Option<u64>)> =
        [&plain, &whole].map(|link| link::decode(link).expect("a link")).into_iter().collect();
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0], (default_scenario("raft"), Some(7)));
}

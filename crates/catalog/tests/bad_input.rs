//! What people get wrong is answered with one sentence that names the line, the field or the link.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use lightcone_catalog::{Scenario, default_scenario, file, link};
use lightcone_core::Micros;

/// The sentence with which a file is refused.
fn refused(text: &str) -> String {
    match file::parse(text) {
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
fn settings_of_single_servers_name_the_server() {
    let timeouts = |text: &str| with(&format!("settings.timeouts = {text}"));
    assert_eq!(timeouts("3"), "settings.timeouts: 3 is not text about single servers, such as \"n2=300ms..400ms\"");
    assert_eq!(timeouts("\"n9=1s..2s\""), "settings.timeouts: n9 is not a server: there are n1 to n5");
    let backwards = timeouts("\"n2=2s..1s\"");
    assert_eq!(backwards, "settings.timeouts: n2: `2s..1s` ends before it starts: write the shorter time first");
    let short = timeouts("\"n2=50ms..1s\"");
    assert_eq!(short, "settings.timeouts: n2: 50ms is not longer than a heartbeat, 50ms");
    let high = with("settings.priorities = \"n1=12\"");
    assert_eq!(high, "settings.priorities: n1: 12 is not a whole number from 1 to 9");
    let twice = with("settings.priorities = \"n1=2 n1=3\"");
    assert_eq!(twice, "settings.priorities: n1 is there twice");
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
fn a_caption_stands_within_the_run_on_one_short_line() {
    let caption = |fields: &str| with(&format!("until = \"2s\"\ncaptions = [{{ at = \"1ms\" }}, {{ {fields} }}]"));
    let long = "x".repeat(121);
    for (fields, sentence) in [
        ("at = '-5ms'", "at: `-5ms` is negative: times start at 0"),
        ("at = '2001ms'", "at: 2001ms is past the end of the run, 2s"),
        ("words = 'nobody leads'", "at: is missing"),
        ("at = 5", "at: 5 is not a text: write it between quotes"),
        ("at = '5ms', word = 'x'", "word: is no field"),
        ("at = '5ms', words = \"one\\ntwo\"", "words: has 2 lines: a caption has one"),
        (&format!("at = '5ms', words = '{long}'"), "words: has 121 letters, and 120 can be read at a glance"),
    ] {
        assert_eq!(caption(fields), format!("caption 2: {sentence}"));
    }
}

#[test]
fn a_broken_caption_spoils_nothing_else_and_none_changes_the_run() {
    let scenario = |captions: &str| {
        let text = format!("protocol = \"raft\"\nuntil = \"400ms\"\ncaptions = [{captions}]\n");
        file::parse_lenient(&text).expect("a scenario")
    };
    let (with, wrong) = scenario("{ at = '9s' }, { at = '300ms', words = 'late' }, { at = '20ms' }");
    assert_eq!(wrong.len(), 1);
    let seen: Vec<(u64, &str)> = with.captions.iter().map(|one| (one.at.0, one.words.as_str())).collect();
    assert_eq!(seen, [(20_000, ""), (300_000, "late")], "in order of time");
    let (without, _) = scenario("");
    let print = |scenario| {
        let mut lab = lightcone_catalog::open(scenario).expect("it can be run");
        while !lab.advance(1_000) {}
        lab.fingerprint()
    };
    assert_eq!(print(with), print(without));
}

#[test]
fn files_name_the_line() {
    let unknown = refused("protocol = \"raft\"\nseed = 7\nsed = 8\n");
    assert!(unknown.starts_with("line 3: unknown field `sed`, expected one of `protocol`"), "{unknown}");
    let broken = refused("protocol = \"raft\"\nseed = = 7\n");
    assert!(broken.starts_with("line 2: "), "{broken}");
    assert!(refused("seed = 7\n").contains("missing field `protocol`"));
    let rafd = refused("protocol = \"rafd\"");
    assert!(rafd.starts_with("protocol: `rafd` is not in the catalogue; there are raft, "), "{rafd}");
    assert!(lightcone_catalog::PROTOCOLS.iter().all(|entry| rafd.contains(entry.about.id)), "{rafd}");
}

/// The sentence with which an intervention is refused, without its number.
fn with_intervention(lines: &str) -> String {
    let sentence = with(&format!("until = \"2s\"\n[[intervention]]\n{lines}"));
    sentence.strip_prefix("intervention 1: ").unwrap_or_else(|| panic!("it names no intervention: {sentence}")).into()
}

#[track_caller]
fn sentences(cases: &[(&str, &str)]) {
    for (lines, sentence) in cases {
        assert_eq!(with_intervention(&lines.replace("; ", "\n")), *sentence, "{lines}");
    }
}

#[test]
fn an_intervention_does_one_thing_at_one_time() {
    let nothing = with_intervention("at = \"1ms\"");
    assert!(
        nothing.starts_with("does nothing: give one of move, drop, duplicate, lie, partition, cut, hold"),
        "{nothing}"
    );
    let when = "needs one of `at` with a time, `on` with a message or timer, and `when` with a condition";
    sentences(&[
        ("at = '1ms'; heal = false", &nothing),
        ("at = '1ms'; heal = true; crash = 'n1'", "does two things, `heal` and `crash`: make it two interventions"),
        ("heal = true", when),
        ("at = '1ms'; when = 'n1 crashes'; heal = true", when),
        ("at = '1ms'; name = '00ff'; heal = true", "name: does not go with `heal`"),
        ("at = '1ms'; sed = 7; heal = true", "sed: is no field"),
        ("on = 'AppendEntries term 1 from n1 to n2'; drop = true; percent = 20", "percent: does not go with `drop`"),
        ("at = '1ms'; crash = 'n1'; across = 'held'", "across: does not go with `crash`"),
        ("at = '1ms'; heal = 1", "heal: 1 is neither true nor false"),
        ("id = 0; at = '1ms'; heal = true", "id: 0 is not a whole number from 1 to 1000000000"),
    ]);
    let twice = with(
        "[[intervention]]\nid = 3\nat = \"1ms\"\nheal = true\n[[intervention]]\nid = 3\nat = \"2ms\"\nheal = true",
    );
    assert_eq!(twice, "intervention 3: id: 3 is taken by an earlier one");
}

#[test]
fn times_are_within_the_run() {
    sentences(&[
        ("at = '-1ms'; heal = true", "at: `-1ms` is negative: times start at 0"),
        ("at = 5; heal = true", "at: 5 is not a text: write it between quotes"),
        (
            "at = 'soon'; heal = true",
            "at: `soon` is not a time: write a number with us, ms or s, such as 300ms or 1.5s",
        ),
        ("at = '2001ms'; heal = true", "at: 2001ms is past the end of the run, 2s"),
        ("at = '1ms'; until = '3s'; pause = 'n1'", "until: 3s is past the end of the run, 2s"),
        ("at = '9ms'; until = '3ms'; pause = 'n1'", "until: 3ms is not after its start, 9ms"),
        ("at = '9ms'; until = '9ms'; still = true", "until: 9ms is not after its start, 9ms"),
        ("at = '9ms'; for = '0ms'; pause = 'n1'", "for: 0ms is no length"),
        ("at = '9ms'; for = '1ms'; until = '10ms'; pause = 'n1'", "for: stands beside `until`: give one of them"),
        ("at = '9ms'; for = '1ms'; crash = 'n1'", "for: does not go with `crash`, which is over at once"),
        ("at = '9ms'; until = '1s'; heal = true", "until: does not go with `heal`, which is over at once"),
        ("on = 'timer Election of n1'; move = '601s'", "move: 601s is more than 600s"),
    ]);
}

#[test]
fn what_is_done_to_messages_and_timers_names_them() {
    let selects = with_intervention("on = \"RequestVote\"\ndrop = true");
    assert!(selects.starts_with("on: `RequestVote` selects nothing: write `RequestVote term 2 from n1"), "{selects}");
    let needs = |kind: &str| format!("{kind}: needs `on` with the message or timer that it is done to");
    sentences(&[
        ("at = '1ms'; drop = true", &needs("drop")),
        ("at = '1ms'; move = '40ms'", &needs("move")),
        ("when = 'n1 crashes'; lie = 1", &needs("lie")),
        (
            "on = 'timer Election of n1'; move = '1ms'",
            "move: a timer is moved when it is armed: select `arming Election of n1`",
        ),
        (
            "on = 'arming Election of n1'; crash = 'n1'",
            "crash: a participant crashes when a timer fires: select `timer Election of n1`",
        ),
        (
            "on = 'timer Election of n1'; duplicate = true",
            "duplicate: goes with a message, and `timer Election of n1` is a timer",
        ),
        ("on = 'timer Election of n1'; lie = 0", "lie: 0 is not a whole number from 1 to 1000000"),
        (
            "on = 'timer Election of n1'; heal = true",
            "on: goes with move, drop, duplicate, lie and crash; the others happen `at` a time or `when` a condition is met",
        ),
        (
            "when = 'n2 crashes'; crash = 'n1'; after = 2",
            "after: goes with `at` an instant, or `on` with the message or timer of a step",
        ),
        ("at = '1ms'; deliver = 'timer Election of n1'", "deliver: `timer Election of n1` is a timer: `fire` fires it"),
        ("at = '1ms'; fire = 'Vote from n1 to n2'", "fire: `Vote from n1 to n2` is a message: `deliver` delivers it"),
        ("on = 'timer Election of n1'; name = 'n1'; move = '1ms'", "name: `n1` is not a name: names are hexadecimal"),
    ]);
}

#[test]
fn links_and_shares_are_what_they_can_be() {
    let link = "`n1, n2` is no link: write `n1 -> n2`, `n1 <-> n2` or `* -> n2`";
    let groups = "partition: is no list of groups: write [[\"n1\"], [\"n2\", \"n3\"]]";
    sentences(&[
        ("at = '1ms'; cut = 'n1, n2'", &format!("cut: {link}")),
        ("at = '1ms'; cut = ['n1', 'n2', 'n3']", "cut: [\"n1\",\"n2\",\"n3\"] is not a text: write it between quotes"),
        ("at = '1ms'; slow = 'n1 -> n2'", "by: is missing"),
        (
            "at = '1ms'; slow = 'n1 -> n2'; by = '9ms..3ms'",
            "by: `9ms..3ms` ends before it starts: write the shorter time first",
        ),
        ("at = '1ms'; lossy = '* -> *'; percent = 101", "percent: 101 is not a whole number from 0 to 100"),
        ("at = '1ms'; copying = '* -> *'; percent = -1", "percent: -1 is not a whole number from 0 to 100"),
        ("at = '1ms'; copying = '* -> *'; percent = 2.5", "percent: 2.5 is not a whole number from 0 to 100"),
        (
            "at = '1ms'; clog = '* -> *'; each = '0ms'",
            "each: 0ms is no limit: each message takes some time to enter the link",
        ),
        ("at = '1ms'; hold = 'n1 -> n2'; across = 'lost'", "across: does not go with `hold`"),
        ("at = '1ms'; partition = []", "partition: has no two groups: whoever is in no group is with the first"),
        ("at = '1ms'; partition = [['n1'], []]", "partition: is empty: there is nobody outside the first group"),
        ("at = '1ms'; partition = [['n1'], ['n2', 'n1']]", "partition: n1 stands there twice"),
        ("at = '1ms'; partition = 'n1'", groups),
        ("at = '1ms'; partition = [['n1'], ['n2']]; across = 'kept'", "across: `kept` is not one of lost, held"),
    ]);
}

#[test]
fn no_clock_runs_backwards() {
    let backwards = "-1000000: the clock would run backwards, or stand still: write more than -1000000";
    sentences(&[
        ("at = '1ms'; skew = 'n1'; ahead = '-3ms'", "ahead: `-3ms` would set it back: a clock never runs backwards"),
        ("at = '1ms'; skew = 'n1'; drift = -1000000", &format!("drift: {backwards}")),
        ("at = '1ms'; skew = 'n1'; drift = 9000001", "drift: 9000001 is more than 9000000, ten times as fast"),
        ("at = '1ms'; skew = 'n1'; drift = 'fast'", "drift: \"fast\" is not a whole number"),
    ]);
    assert_eq!(with("clock.n1.drift = -1000000"), format!("clock.n1.drift: {backwards}"));
    assert_eq!(
        with("clock.n1.offset = '-3ms'"),
        "clock.n1.offset: `-3ms` would set it back: a clock never runs backwards"
    );
}

const HERE: &str = "there are n1, n2, n3, n4, n5, c1";

#[test]
fn what_an_intervention_names_is_there() {
    let nobody = |field: &str| format!("{field}: n9 is not in this cluster: {HERE}");
    let op = "request: `delete x` is not an operation: write `put x 3`, `get x`, `append x 3` or `cas x 3 4`";
    sentences(&[
        ("at = '1ms'; crash = 'n9'", &nobody("crash")),
        ("at = '1ms'; cut = 'n1 -> n9'", &nobody("cut")),
        ("at = '1ms'; hold = 'n9 -> *'", &nobody("hold")),
        ("at = '1ms'; partition = [['n1'], ['n9']]", &nobody("partition")),
        ("at = '1ms'; skew = 'n9'; ahead = '1ms'", &nobody("skew")),
        ("at = '1ms'; deliver = 'Vote from n1 to n9'", &nobody("deliver")),
        ("on = 'arming Election of n9'; move = '1ms'", &nobody("on")),
        ("when = 'n9 becomes leader'; heal = true", &nobody("when")),
        ("at = '1ms'; client = 'n9'; request = 'get x'", &nobody("client")),
        ("at = '1ms'; crash = 'it'", "crash: `it` is whoever took a step: it goes with `when` and `on`"),
        (
            "on = 'AppendEntries term 1 from n1 to n2'; crash = 'peer'",
            "crash: `peer` is the other end of a message: it goes with `when`",
        ),
        ("at = '1ms'; client = 'n1'; request = 'get x'", "client: n1 is a server, and this takes a client"),
        ("at = '1ms'; byzantine = 'c1'", "byzantine: c1 is a client, and this takes a server"),
        (
            "at = '1ms'; byzantine = 'n1'; manner = 'rude'",
            "manner: `rude` is not one of silent, equivocating, lying, delaying, unasked",
        ),
        ("at = '1ms'; request = 'put x 1'", "client: is missing"),
        ("at = '1ms'; client = 'c1'; request = 'delete x'", op),
        ("at = '1ms'; node = 'n1'; local = 'dance'", "local: n1 has no local event `dance`"),
    ]);
    let rule = with_intervention("when = 'n1 does dance'\nheal = true");
    assert!(rule.starts_with("when: `dance` is no rule of this protocol; there are newer term, "), "{rule}");
    let invariant = with_intervention("when = 'Peace is broken'\nheal = true");
    assert!(invariant.starts_with("when: `Peace` is no invariant of this protocol; there are "), "{invariant}");
    let condition = with_intervention("when = 'n1 sings'\nheal = true");
    assert!(condition.starts_with("when: `n1 sings` is no condition: write `someone becomes leader`"), "{condition}");
    assert_eq!(with("clock.n9.drift = 5"), format!("clock.n9: n9 is not in this cluster: {HERE}"));
    assert_eq!(with("load.n9.service = '5ms'"), format!("load.n9: n9 is not in this cluster: {HERE}"));
    assert_eq!(with("load.c1.service = '5ms'"), "load.c1: c1 is a client, and this takes a server");
}

#[test]
fn the_workload_and_the_load_name_their_field() {
    let workload = |line: &str| with(&format!("workload = {{ operations = 5, reads = 0, keys = 2, {line} }}"));
    let pace = "workload: needs either `pause`, the time from an answer to the next operation, or `every`, the time from \
                one operation to the next";
    assert_eq!(workload("start = '1ms'"), pace);
    assert_eq!(workload("pause = '1ms', every = '1ms'"), pace);
    assert_eq!(workload("every = '0ms'"), "workload.every: 0ms would ask for everything at once");
    assert_eq!(workload("pause = '1ms', skew = 101"), "workload.skew: 101 is not from 0 to 100");
    assert_eq!(
        with("load.servers = { service = '1ms', workers = 0 }"),
        "load.servers.workers: 0 is not from 1 to 1000000"
    );
    assert_eq!(with("load.servers = { service = 'long' }").split(':').next(), Some("load.servers.service"));
    let tail = "network.latency: `5ms..20ms tail 10ms`: the tail ends before the usual times do";
    assert_eq!(with("network.latency = '5ms..20ms tail 10ms'"), tail);
    let each = "network.bandwidth.each: 0ms is no limit: each message takes some time to enter the link";
    assert_eq!(with("network.bandwidth = { each = '0ms' }"), each);
}

/// Three interventions, the second of which names nobody and the third of which is no fault, and a clock of nobody.
const BROKEN: &str = "protocol = \"raft\"
clock.n9.drift = 5
intervention = [
    { at = \"5ms\", crash = \"n1\" },
    { at = \"6ms\", crash = \"n9\" },
    { at = \"7ms\", dance = true },
    { at = \"8ms\", restart = \"n1\" },
]
";

#[test]
fn the_rest_of_a_scenario_is_kept() {
    let (scenario, wrong) = file::parse_lenient(BROKEN).expect("it is a scenario");
    let ids: Vec<u32> = scenario.run.interventions.iter().map(|one| one.id).collect();
    assert_eq!((ids.as_slice(), scenario.run.clocks.len()), (&[1, 4][..], 0));
    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(wrong[0], format!("clock.n9: n9 is not in this cluster: {HERE}"));
    assert_eq!(wrong[1], format!("intervention 2: crash: n9 is not in this cluster: {HERE}"));
    assert!(wrong[2].starts_with("intervention 3: does nothing: give one of move, drop"), "{}", wrong[2]);
    assert_eq!(wrong.len(), 3);
    assert_eq!(refused(BROKEN), wrong[0]);
}

#[test]
fn what_no_longer_fits_a_run_that_was_changed_is_written_as_idle_and_kept() {
    let text =
        "protocol = \"raft\"\nintervention = [{ at = \"1s\", crash = \"n5\" }, { at = \"9ms\", crash = \"n1\" }]";
    let mut scenario = file::parse(text).expect("it is a scenario");
    scenario.settings.insert("servers".into(), 3.into());
    scenario.run.until = Micros::ms(500);
    let written = file::print(&scenario);
    assert_eq!(written.matches("idle = true").count(), 1, "{written}");
    assert_eq!(file::parse(&written), Ok(scenario.clone()));
    assert_eq!(link::decode(&link::encode(&scenario, Some(7))), Ok((scenario, Some(7))));
    assert_eq!(
        refused(&written.replace("idle = true", "")),
        "intervention 1: at: 1s is past the end of the run, 500ms"
    );
}

/// What a client may ask for can depend on the settings.
#[test]
fn an_operation_that_the_settings_do_not_take_is_refused_and_kept_as_idle_where_they_were_changed() {
    let text = "protocol = \"crdt\"\nsettings.type = \"rga\"\n\
                intervention = [{ at = \"9ms\", client = \"c1\", request = \"insert 1 x\" }]";
    let mut scenario = file::parse(text).expect("it is a scenario");
    let wrong = "the replicas hold a counter: write `inc 3` and `dec 1` or `read`";
    assert_eq!(refused(&text.replace("rga", "pn-counter")), format!("intervention 1: request: {wrong}"));
    scenario.settings.insert("type".into(), "pn-counter".into());
    let lab = lightcone_catalog::open(scenario.clone()).expect("the rest of it can be run");
    assert_eq!(lab.idle(), [(1, wrong.to_string())]);
    assert_eq!(file::parse(&file::print(&scenario)), Ok(scenario));
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
fn the_rest_of_a_link_is_kept_and_its_fingerprint_is_not() {
    let whole = link::decode_lenient(&a_link()).expect("a link");
    assert_eq!((whole.scenario, whole.fingerprint, whole.wrong), (default_scenario("raft"), Some(7), Vec::new()));
    let link = packed(
        r#"{"scenario":{"protocol":"raft","intervention":[{"at":"5ms","crash":"n9"},{"at":"6ms","heal":true}]},
            "fingerprint":"0000000000000007"}"#,
    );
    let wrong = format!("intervention 1: crash: n9 is not in this cluster: {HERE}");
    assert_eq!(sentence(&link), wrong);
    let read = link::decode_lenient(&link).expect("the rest of it");
    assert_eq!(read.scenario.run.interventions.iter().map(|one| one.id).collect::<Vec<u32>>(), [2]);
    assert_eq!((read.fingerprint, read.wrong.len(), read.wrong[0].to_string()), (None, 1, wrong));
    let unknown = sentence(&packed(r#"{"scenario":{"protocol":"raft","sed":7}}"#));
    assert!(unknown.starts_with("this link holds what this build does not know: unknown field `sed`"), "{unknown}");
}

/// A link that holds this JSON.
fn packed(json: &str) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec(json.as_bytes(), 9);
    let sum = xxhash_rust::xxh3::xxh3_64(&packed).to_le_bytes();
    format!("1.{}", URL_SAFE_NO_PAD.encode([&sum[..4], &packed].concat()))
}

#[test]
fn a_whole_address_and_its_fragment_are_the_same_link() {
    let (plain, whole) = (a_link(), format!("https://host/lightcone/index.html?embed#{}", a_link()));
    let read: Vec<(Scenario, Option<u64>)> =
        [&plain, &whole].map(|link| link::decode(link).expect("a link")).into_iter().collect();
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0], (default_scenario("raft"), Some(7)));
}

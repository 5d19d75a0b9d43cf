//! What searches found: every planted bug has a search, or seeds of chaos, that find it, and the story of what was found
//! breaks what it should and can spare nothing. The searches themselves run in `cargo xtask bench search`.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{PROTOCOLS, Scenario, explore, file, shrink::shrunk};
use lightcone_core::FieldKind;
use lightcone_tests::root;
use std::{collections::BTreeMap, fs};

/// Of which protocol a search is: its first word names one, or a file with a run of one.
fn protocol(asked: &str) -> String {
    let what = asked.split(' ').next().unwrap_or_default();
    if !what.ends_with(".toml") {
        return what.to_owned();
    }
    let text = fs::read_to_string(root().join(what)).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
    file::parse(&text).unwrap_or_else(|wrong| panic!("{what}: {wrong}")).protocol
}

/// The stories and what is asked of `lightcone explore` to find them.
fn searches() -> Vec<(String, String)> {
    let list = fs::read_to_string(root().join("tests/searches.txt")).expect("the list can be read");
    let rows = list.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        (columns[0].to_owned(), columns[columns.len() - 1].to_owned())
    };
    rows.map(row).collect()
}

fn story(name: &str) -> Scenario {
    let path = root().join("tests/stories").join(format!("{name}.toml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
    file::parse(&text).unwrap_or_else(|wrong| panic!("{name}: {wrong}"))
}

#[test]
fn every_planted_bug_has_a_search() {
    let asked = searches();
    let mut missing = Vec::new();
    for entry in &PROTOCOLS {
        let id = entry.about.id;
        let form = (entry.form)();
        let Some(field) = form.fields.iter().find(|field| field.name == "bug") else { continue };
        let FieldKind::Choice(bugs) = &field.kind else { panic!("bugs are a choice") };
        for (bug, _) in bugs.iter().filter(|(bug, _)| *bug != "none") {
            let finds = |(_, asked): &(String, String)| {
                protocol(asked) == id && asked.split(' ').any(|word| word == format!("bug={bug}"))
            };
            if !asked.iter().any(finds) {
                missing.push(format!("{id} {bug}"));
            }
        }
    }
    assert!(missing.is_empty(), "no search is made for {missing:?}");
}

#[test]
fn what_was_found_breaks_a_guarantee_and_can_spare_nothing() {
    for (name, asked) in searches() {
        let scenario = story(&name);
        let bug = scenario.settings["bug"].as_str().unwrap_or_default();
        assert!(asked.contains(&format!("bug={bug}")), "{name} is the story of another bug, {bug}");
        let broken = explore::first_broken(&scenario).expect("it can be run");
        let broken = broken.unwrap_or_else(|| panic!("{name} breaks nothing"));
        let chaotic = asked.split(' ').any(|word| word == "--seeds");
        assert_eq!(broken == "Progress", chaotic, "{name}: search is for safety, and chaos for progress");
        assert_eq!(shrunk(&scenario, broken).expect("it is broken"), scenario, "{name} can be smaller");
        let mut sound = scenario;
        sound.settings.insert("bug".into(), "none".into());
        assert!(!explore::is_broken(&sound, broken).expect("it can be run"), "{name} is broken without its bug, too");
    }
}

/// Invariants that no story of a planted bug breaks, and what is known of them.
const UNBROKEN: &[(&str, &str, &str)] = &[
    ("bracha", "Agreement", "chaos breaks it by deliver-on-one; the shortest way there breaks Integrity"),
    ("broadcast", "Integrity", "its unit tests break it by hand"),
    ("multi-leader", "Causes First", "a setting breaks it, in chaos"),
    ("multi-leader", "Convergence", "its unit tests break it; the shortest ways there break Resolution"),
    ("multi-paxos", "Consistency", "no planted bug breaks it yet: what is chosen breaks first"),
    ("multi-paxos", "Nontriviality", "no planted bug breaks it yet"),
    ("paxos", "Consistency", "no planted bug breaks it yet: what is chosen breaks first"),
    ("primary-backup", "One Order", "no planted bug breaks it yet: what was answered is lost first"),
    ("vr", "Agreement", "no planted bug breaks it yet"),
];

/// What is watched can be seen to break: an invariant that nothing breaks may say nothing. The story of some planted bug
/// breaks each, but for those that are listed.
#[test]
fn every_invariant_is_broken_by_a_planted_bug_or_listed() {
    let mut watched: BTreeMap<(String, &'static str), bool> = BTreeMap::new();
    for (name, _) in searches() {
        let scenario = story(&name);
        let mut lab = lightcone_catalog::open(scenario.clone()).expect("it can be run");
        while !lab.advance(100_000) {}
        let invariants = lab.run().setup().actors.invariants();
        for (place, invariant) in invariants.iter().enumerate() {
            let breaks = lab.run().trace().broken.iter().any(|broken| broken.invariant == place);
            *watched.entry((scenario.protocol.clone(), invariant.name)).or_default() |= breaks;
        }
    }
    let listed = |id: &str, name: &str| UNBROKEN.iter().any(|(protocol, of, _)| *protocol == id && *of == name);
    let wrong = watched.iter().filter(|((id, name), is_broken)| **is_broken == listed(id, name));
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "true are listed and broken all the same, false neither: {wrong:#?}");
    assert!(UNBROKEN.iter().all(|(id, name, _)| watched.keys().any(|(of, known)| of == id && known == name)));
}

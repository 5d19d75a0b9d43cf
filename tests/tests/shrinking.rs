//! Runs with planted bugs under chaos, made smaller: what is left breaks the same, none of it can be left out, and a file
//! of it replays it.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{
    ChaosSettings, PROTOCOLS, Scenario, default_scenario, explore, file, find, link, open, shrink,
};
use lightcone_core::{FieldKind, Micros};
use lightcone_sim::Workload;
use lightcone_tests::computed;
use std::collections::BTreeSet;

/// So many runs of each bug are looked at.
const SEEDS: u64 = 400;
/// So many of them are made smaller.
const SHRUNK: usize = 8;

/// The planted bugs of the catalogue, by protocol.
fn bugs() -> Vec<(&'static str, &'static str)> {
    let of = |entry: &'static lightcone_catalog::Entry| {
        let field = (entry.form)().fields.into_iter().find(|field| field.name == "bug");
        let kinds = match field.map(|field| field.kind) {
            Some(FieldKind::Choice(bugs)) => bugs,
            _ => Vec::new(),
        };
        kinds.into_iter().filter(|(bug, _)| *bug != "none").map(move |(bug, _)| (entry.about.id, bug))
    };
    PROTOCOLS.iter().flat_map(of).collect()
}

/// A run of a protocol with a planted bug and much chaos.
fn chaotic(protocol: &str, bug: &str, seed: u64) -> Scenario {
    let mut scenario = default_scenario(protocol);
    scenario.captions.clear();
    scenario.run.interventions.clear();
    scenario.settings.insert("bug".into(), bug.into());
    (scenario.run.seed, scenario.run.until) = (seed, Micros::ms(2_500));
    let settings = ChaosSettings { requests: 20, lies: 20, clocks: 20, ..ChaosSettings::default() };
    let lab = open(scenario.clone()).expect("a scene can be run");
    scenario.run.interventions.extend(lab.chaos(&settings, seed));
    scenario
}

/// Whether a scenario can be run and breaks a guarantee, and if it is to keep to what that rests on, whether it does.
fn breaks(scenario: &Scenario, name: &str, keeps: bool) -> bool {
    explore::is_broken(scenario, name).unwrap_or(false) && (!keeps || keeps_to_premises(scenario))
}

fn keeps_to_premises(scenario: &Scenario) -> bool {
    computed(scenario.clone()).run().trace().violations.is_empty()
}

/// Everything that is smaller by one thing: an intervention, requests of the workload, or participants with all that names
/// them.
fn smaller(scenario: &Scenario) -> Vec<(String, Scenario)> {
    let mut all = Vec::new();
    for place in 0..scenario.run.interventions.len() {
        let mut other = scenario.clone();
        let left_out = other.run.interventions.remove(place);
        all.push((format!("intervention {}", left_out.id), other));
    }
    for operations in scenario.run.workload.map_or(0..0, |work| 0..work.operations) {
        let mut other = scenario.clone();
        other.run.workload = scenario.run.workload.map(|work| Workload { operations, ..work });
        all.push((format!("all but {operations} requests"), other));
    }
    let entry = find(&scenario.protocol).expect("it was found");
    let participants =
        |scenario: &Scenario| (entry.cast)(&scenario.settings).map(|cast| cast.participants().len()).ok();
    for field in (entry.form)().fields {
        let FieldKind::Number { min, .. } = field.kind else { continue };
        let known = scenario.settings.get(field.name).cloned().or((entry.defaults)().get(field.name).cloned());
        for count in min..known.and_then(|value| value.as_u64()).unwrap_or(min) {
            let mut other = scenario.clone();
            other.settings.insert(field.name.into(), count.into());
            if participants(&other) < participants(scenario)
                && let Ok((fitting, _)) = file::parse_lenient(&file::print(&other))
            {
                all.push((format!("{} but {count}", field.name), fitting));
            }
        }
    }
    all
}

/// Makes a run smaller that breaks a guarantee, and looks at what is left; how much was left out.
fn judged(chaotic: &Scenario, name: &'static str) -> usize {
    let keeps = keeps_to_premises(chaotic);
    let small = shrink::shrunk(chaotic, name).expect("it breaks something");
    let about = format!("{} of\n{}", name, file::print(&small));
    assert!(breaks(&small, name, keeps), "another thing breaks: {about}");
    for (without, other) in smaller(&small) {
        assert!(!breaks(&other, name, keeps), "it can do without {without}: {about}");
    }
    let run = computed(small.clone());
    let written = file::parse(&file::print(&small)).expect("a file can be read");
    let (linked, _) = link::decode(&link::encode(&small, None)).expect("a link can be read");
    for read in [written, linked] {
        assert_eq!(read, small, "{about}");
        let again = computed(read);
        assert_eq!(again.fingerprint(), run.fingerprint(), "{about}");
        assert!(breaks(again.scenario(), name, keeps), "{about}");
    }
    chaotic.run.interventions.len() - small.run.interventions.len()
}

#[test]
fn of_a_chaotic_run_only_what_breaks_it_is_left() {
    let (mut protocols, mut names, mut shrunk, mut left_out) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
    for (protocol, bug) in bugs() {
        let runs = (0..SEEDS).map(|seed| chaotic(protocol, bug, seed));
        let broken = runs.filter_map(|run| {
            let name = explore::first_broken(&run).expect("it can be run")?;
            Some((run, name))
        });
        for (run, name) in broken.take(SHRUNK) {
            left_out += judged(&run, name);
            shrunk += 1;
            protocols.insert(protocol);
            names.insert((protocol, name));
        }
    }
    println!("{shrunk} runs of {protocols:?} are smaller by {left_out} interventions; they break {names:?}");
    assert!(protocols.len() > 1 && names.len() > protocols.len(), "chaos breaks too little: {names:?}");
    assert!(left_out > shrunk, "there was little to leave out");
}

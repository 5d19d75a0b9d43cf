//! Stories: scenario files, each one situation, with the trace that it gives recorded beside it.
//!
//! `LIGHTCONE_RECORD=1 cargo test -p lightcone-tests` records them anew; read the difference before you keep it.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Entry, Lab, PROTOCOLS, file};
use lightcone_check::debts;
use lightcone_core::{Bound, Delivery, Micros, Order};
use lightcone_sim::{Lasting, Run, trace::Premise};
use lightcone_tests::{computed, root};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The scenario files in `tests/stories`, by name.
fn stories() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("tests/stories")).expect("tests/stories can be read");
    let files = folder.map(|entry| entry.expect("tests/stories can be read").path());
    let mut stories: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    stories.sort();
    stories
}

fn told(path: &Path) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["run".into(), path.as_os_str().to_owned()].into_iter();
    let _code = lightcone_cli::launch(args, &mut out, &mut err);
    assert!(err.is_empty(), "{}: {}", path.display(), String::from_utf8_lossy(&err));
    String::from_utf8(out).expect("the terminal prints text")
}

#[test]
fn every_story_goes_as_it_is_told() {
    assert!(!stories().is_empty());
    for path in stories() {
        let (told, record) = (told(&path), path.with_extension("txt"));
        if std::env::var_os("LIGHTCONE_RECORD").is_some() {
            fs::write(&record, told).expect("a record can be written");
            continue;
        }
        let known = fs::read_to_string(&record).unwrap_or_default();
        let differs = told.lines().zip(known.lines()).position(|(now, then)| now != then);
        let line = differs.unwrap_or(told.lines().count().min(known.lines().count()));
        assert!(
            told == known,
            "{} differs from its record in line {}:\n  recorded {:?}\n  now      {:?}",
            path.display(),
            line + 1,
            known.lines().nth(line),
            told.lines().nth(line)
        );
    }
}

#[test]
fn every_kind_of_fault_has_a_story() {
    let mut told = BTreeSet::new();
    for path in stories() {
        let scenario = file::parse(&fs::read_to_string(&path).expect("a story can be read"));
        let scenario = scenario.unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
        told.extend(scenario.run.interventions.iter().map(|one| file::kind(&one.fault)));
    }
    let missing: Vec<&str> = file::kinds().filter(|kind| !told.contains(*kind)).collect();
    assert!(missing.is_empty(), "no story shows {missing:?}");
}

#[test]
fn every_rule_of_every_protocol_is_reached_by_a_story() {
    let mut reached = BTreeSet::new();
    for path in stories() {
        let scenario = file::parse(&fs::read_to_string(&path).expect("a story can be read")).expect("it is a scenario");
        let protocol = scenario.protocol.clone();
        computed(scenario).narrate(&mut |line| {
            reached.extend(line.rules.iter().map(|rule| (protocol.clone(), *rule)));
        });
    }
    for entry in &PROTOCOLS {
        let id = entry.about.id;
        let lab = lightcone_catalog::open(lightcone_catalog::default_scenario(id)).expect("a scene can be run");
        let rules: Vec<&str> = lab.rules().iter().map(|rule| rule.name).collect();
        let missing: Vec<_> = rules.iter().filter(|rule| !reached.contains(&(id.to_string(), **rule))).collect();
        assert!(missing.is_empty(), "no story of {id} reaches {missing:?}");
    }
}

/// What a protocol's guarantees rest on, and somebody can take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ground {
    /// One of those that a run is watched for.
    Premise(Premise),
    /// What is lost is sent again, and does not get lost for ever.
    NotForEver,
}

fn rests_on(entry: &Entry, clocks: bool) -> Vec<Ground> {
    let about = entry.about.assumptions;
    let all = [
        (Ground::Premise(Premise::Order), about.order == Order::Fifo),
        (Ground::Premise(Premise::Delivery), about.delivery == Delivery::Reliable),
        (Ground::NotForEver, about.delivery == Delivery::FairLossy),
        // Where servers may be Byzantine, one that forgets is one of them.
        (
            Ground::Premise(Premise::Disk),
            about.disk_survives && about.crashes != Bound::None && about.lies == Bound::None,
        ),
        (Ground::Premise(Premise::Crashes), about.crashes != Bound::Any),
        (Ground::Premise(Premise::Liars), true),
        (Ground::Premise(Premise::Clocks), clocks),
        (Ground::Premise(Premise::Timing), !about.timing.starts_with("none")),
    ];
    all.into_iter().filter(|(_, rests)| *rests).map(|(ground, _)| ground).collect()
}

/// What was taken away in a run.
fn taken(run: &Run) -> Vec<Ground> {
    let mut taken: Vec<Ground> = run.trace().violations.iter().map(|one| Ground::Premise(one.premise)).collect();
    let lasts =
        |one: fn(&Lasting) -> bool| run.trace().spells.iter().any(|spell| spell.to.is_none() && one(&spell.what));
    if lasts(|what| matches!(what, Lasting::Cut(..) | Lasting::Lossy(_, 100))) {
        taken.push(Ground::NotForEver);
    }
    let timely = run.setup().actors.timely(run.scenario().network.latency.max());
    if timely.is_err() || lasts(|what| matches!(what, Lasting::Pause(_))) {
        taken.push(Ground::Premise(Premise::Timing));
    }
    taken
}

/// Who waits for longer than this for an answer was not served.
const PATIENCE: Micros = Micros::ms(400);

/// Whether a guarantee did not hold in a run, of safety or of progress, whether it was void by then or not.
fn is_broken(lab: &dyn Lab) -> bool {
    let run = lab.run();
    !run.trace().broken.is_empty()
        || lab.history(lab.len()).is_some_and(|judged| !judged.holds)
        || debts(run).is_ok_and(|owed| !owed.is_empty())
        || run.trace().ops.iter().any(|op| op.done.is_none() && op.at.plus(PATIENCE) <= run.scenario().until)
}

#[test]
fn a_story_shows_for_each_premise_that_a_guarantee_breaks_without_it() {
    let mut shown = BTreeSet::new();
    for path in stories() {
        let scenario = file::parse(&fs::read_to_string(&path).expect("a story can be read")).expect("it is a scenario");
        if scenario.settings.get("bug").is_some_and(|bug| bug != "none") {
            continue;
        }
        let protocol = scenario.protocol.clone();
        let lab = computed(scenario);
        if lab.run().setup().actors.unsound().is_none() && is_broken(&*lab) {
            shown.extend(taken(lab.run()).into_iter().map(|one| (protocol.clone(), one)));
        }
    }
    let mut missing = Vec::new();
    for entry in &PROTOCOLS {
        let id = entry.about.id;
        let scene = lightcone_catalog::open(lightcone_catalog::default_scenario(id)).expect("a scene can be run");
        let grounds = rests_on(entry, scene.run().setup().actors.skew().is_some());
        missing.extend(grounds.into_iter().map(|one| (id.to_string(), one)).filter(|one| !shown.contains(one)));
    }
    assert!(missing.is_empty(), "no story shows what breaks without {missing:?}");
}

//! Sweeps as jobs: slice by slice, with pictures as they come.

mod common;

use common::finish;
use lightcone_catalog::{
    Scenario, default_scenario, link,
    sweep::{Knob, Sweep},
};
use lightcone_jobs::Job;
use serde_json::{Value, json};

fn wanted(scenario: &Scenario, measure: &str, values: &[&str], seeds: u64) -> Value {
    let scenario = link::encode(scenario, None);
    json!({ "kind": "sweep", "scenario": scenario, "knob": "election_timeout", "values": values.join(","), "measure": measure, "seeds": seeds, "width": 600 })
}

#[test]
fn all_runs_are_drawn_and_told_as_they_are() {
    let base = default_scenario("raft");
    let (values, measure) = (["150ms..160ms", "150ms..300ms"], "until someone becomes leader");
    let (seen, last) = finish(&wanted(&base, measure, &values, 12), 32);
    let picture = last.picture.expect("the last report has a picture");
    let knob = Knob::new(&base, "election_timeout", &values.join(",")).expect("it can be turned");
    let sweep = Sweep::new(&base, knob, measure.parse().expect("it is one"), 0..12).expect("it can be swept");
    for run in 0..24 {
        let told = sweep.told(run, sweep.measured(run).expect("it can be run"));
        assert!(picture.contains(&format!("data-dot=\"{run}\"")) && picture.contains(&told), "{told}");
    }
    assert_eq!(picture.matches("<circle").count(), 24);
    let dots: Vec<usize> =
        seen.iter().filter_map(|one| Some(one.picture.as_ref()?.matches("<circle").count())).collect();
    assert!(dots.len() > 5 && dots.is_sorted(), "they come one after the other");
    assert!(seen[0].words[0].ends_with("of 24 runs."), "{:?}", seen[0].words);
    let opened: Vec<Scenario> = last.opens.iter().map(|link| link::decode(link).expect("it can be opened").0).collect();
    let with =
        |run| Scenario { run: lightcone_sim::Scenario { seed: 0, ..sweep.scenario(run).run }, ..sweep.scenario(run) };
    assert_eq!(opened, [with(0), with(1)], "with its seed each is a run of the sweep");
    assert_eq!(last.words, ["24 runs: time until someone becomes leader, by election_timeout."]);
}

#[test]
fn slices_change_nothing() {
    let base = default_scenario("raft");
    for measure in ["messages", "count c1 is answered", "until c1 reads a stale value"] {
        let wanted = wanted(&base, measure, &["150ms..300ms"], 3);
        assert_eq!(finish(&wanted, 5).1, finish(&wanted, 100_000).1, "{measure}");
    }
}

#[test]
fn what_cannot_be_swept_is_refused_in_words() {
    let base = default_scenario("raft");
    let refused = |measure: &str, values: &[&str], seeds: u64| {
        Job::new(&wanted(&base, measure, values, seeds).to_string()).err().expect("it is refused")
    };
    let good = ["150ms..300ms"];
    for (said, words) in [
        (refused("beauty", &good, 3), "measure: `beauty` cannot be measured"),
        (refused("messages", &["5ms", "", "7ms"], 3), "knob election_timeout: `5ms,,7ms` holds an empty value"),
        (refused("messages", &["5ms", "5ms"], 3), "knob election_timeout: 5ms is there twice"),
        (refused("messages", &["soon"], 3), "settings.election_timeout: `soon` is not"),
        (refused("messages", &good, 0), "seeds: 0..0 holds no seed"),
        (refused("messages", &good, 9_000), "seeds: 9000 runs are more than 3000"),
    ] {
        assert!(said.starts_with(words), "{said}");
    }
}

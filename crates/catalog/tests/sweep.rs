//! Sweeps: each number is that of a run which anyone can open, and what is wrong is said before anything runs.

use lightcone_catalog::{
    Lab, SCENES, Scenario, default_scenario, file, open,
    side::ledger,
    sweep::{Knob, MEASURES, Measure, Sweep},
};

fn sweep(base: &Scenario, knob: (&str, &str), measure: &str, seeds: std::ops::Range<u64>) -> Result<Sweep, String> {
    let knob = Knob::new(base, knob.0, knob.1).map_err(|wrong| wrong.to_string())?;
    let measure: Measure = measure.parse().map_err(|wrong: lightcone_catalog::ScenarioError| wrong.to_string())?;
    Sweep::new(base, knob, measure, seeds).map_err(|wrong| wrong.to_string())
}

fn cut_off() -> Scenario {
    SCENES.iter().find(|scene| scene.id == "raft-leader-cut-off").expect("there is such a scene").scenario()
}

fn computed(scenario: Scenario) -> Box<dyn Lab> {
    let mut lab = open(scenario).expect("it can be run");
    while !lab.advance(1_000) {}
    lab
}

#[test]
fn each_number_is_that_of_the_run_as_it_opens() {
    let base = cut_off();
    for (name, ..) in MEASURES {
        let sweep = sweep(&base, ("network.loss", "0,20"), name, 3..6).expect("it can be swept");
        for run in 0..sweep.runs() {
            let scenario = sweep.scenario(run);
            let written = file::parse(&file::print(&scenario)).expect("it is a scenario");
            assert_eq!(written, scenario, "it can be kept in a file");
            let lab = computed(scenario);
            let (metrics, trace) = (lab.run().metrics(None), lab.run().trace());
            let answered = metrics.operations.all.latency.count > 0;
            let total = metrics.messages.total;
            let wanted = match name {
                "messages" => Some(total.sent + total.copies),
                "lost" => Some(total.lost.total()),
                "latency" => answered.then_some(metrics.operations.all.latency.p50),
                "worst-latency" => answered.then_some(metrics.operations.all.latency.max),
                "unanswered" => Some(trace.ops.len() as u64 - metrics.operations.all.latency.count),
                "stale-reads" => Some(lab.misled().len() as u64),
                "missed-writes" => ledger(lab.scenario()).map(|ledger| ledger.stale).ok(),
                "lost-writes" => ledger(lab.scenario()).ok().and_then(|ledger| ledger.lost),
                "unavailable" => Some(metrics.availability.out),
                "leaderless" => metrics.leadership.map(|one| one.without).or(Some(trace_end(&*lab))),
                other => panic!("{other} is measured, and nobody looks whether rightly"),
            };
            assert_eq!(sweep.measured(run), Ok(wanted), "{name}: {}", sweep.told(run, wanted));
        }
    }
}

fn trace_end(lab: &dyn Lab) -> u64 {
    lab.scenario().run.until.0
}

#[test]
fn the_time_until_something_is_the_first_instant_at_which_it_happens() {
    let base = default_scenario("raft");
    let sweep = sweep(&base, ("election_timeout", "150ms..160ms,150ms..300ms"), "until someone becomes leader", 0..10);
    let sweep = sweep.expect("it can be swept");
    let mut never = 0;
    for run in 0..sweep.runs() {
        let lab = computed(sweep.scenario(run));
        let first = lab.run().trace().roles.iter().find(|change| change.role == Some(lightcone_core::Role::Leader));
        assert_eq!(sweep.measured(run), Ok(first.map(|change| change.at.0)));
        never += u64::from(first.is_none());
    }
    assert!(never < sweep.runs(), "most of them elect someone");
    let places: Vec<_> = (0..4).map(|run| sweep.place(run)).collect();
    assert_eq!(places, [(0, 0), (1, 0), (0, 1), (1, 1)], "all values of one seed come before the next seed");
}

#[test]
fn slices_change_no_number() {
    let base = cut_off();
    for measure in
        ["until someone becomes leader #2", "count AppendEntries is lost", "count someone reads a stale value"]
    {
        let sweep = sweep(&base, ("servers", "5"), measure, 1..2).expect("it can be swept");
        let mut trial = sweep.begin(0).expect("it can be run");
        while trial.advance(3) {}
        assert_eq!(Ok(trial.measured()), sweep.measured(0), "{measure}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_field_and_value() {
    let base = default_scenario("raft");
    let wrong = |knob, measure, seeds| sweep(&base, knob, measure, seeds).expect_err("it cannot be swept");
    let until = "until someone becomes leader";
    for ((knob, measure, seeds), words) in [
        ((("tempo", "3"), until, 0..3), "knob: `tempo` is not a setting; there are servers, "),
        ((("servers", "3,10"), until, 0..3), "settings.servers: 10 is not a whole number from 1 to 9"),
        ((("servers", "3,,5"), until, 0..3), "knob servers: `3,,5` holds an empty value"),
        ((("servers", "3..5,4"), until, 0..3), "knob servers: 4 is there twice"),
        ((("servers", "5..3"), until, 0..3), "knob servers: `5..3` is no range of whole numbers"),
        ((("servers", "1..9000"), until, 0..3), "knob servers: `1..9000` holds more than 64 values"),
        ((("heartbeat", "soon"), until, 0..3), "settings.heartbeat: `soon` is not a time"),
        ((("network.latency", "-3ms"), until, 0..3), "network.latency: `-3ms` is negative"),
        ((("network.loss", "101"), until, 0..3), "network.loss: `101` is not a whole number from 0 to 100"),
        ((("until", "0ms"), until, 0..3), "until: 0ms is not a length"),
        ((("servers", "3"), "beauty", 0..3), "measure: `beauty` cannot be measured; there are messages, "),
        ((("servers", "3"), "until n1 sings", 0..3), "measure: `n1 sings` is no condition"),
        ((("servers", "3"), "until n4 crashes", 0..3), "measure: n4 is not in this cluster"),
        ((("servers", "3"), until, 3..3), "seeds: 3..3 holds no seed"),
        ((("servers", "3"), until, 0..u64::MAX), "seeds: 18446744073709551614 is more than"),
    ] {
        let said = wrong(knob, measure, seeds);
        assert!(said.starts_with(words), "{said}, wanted: {words}");
    }
}

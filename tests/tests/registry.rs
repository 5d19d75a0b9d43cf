//! What holds for every protocol of the catalogue: loops over the list, with no code for any one of them.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Lab, PROTOCOLS, SCENES, Scenario, default_scenario, file, link};
use lightcone_check::{ChaosSettings, Progress};
use lightcone_core::{Micros, Order};
use lightcone_sim::view::Window;
use lightcone_tests::computed;

/// The scene of a protocol, with faults drawn from `seed`.
fn troubled(protocol: &str, seed: u64, order: Order) -> Scenario {
    let mut scenario = default_scenario(protocol);
    scenario.run.seed = seed;
    scenario.run.until = Micros::ms(2_000);
    scenario.run.network.order = order;
    scenario.run.interventions.clear();
    let lab = lightcone_catalog::open(scenario.clone()).expect("a scene can be run");
    scenario.run.interventions = lab.chaos(&ChaosSettings::default(), seed);
    scenario
}

fn until(scenario: Scenario, end: u64) -> Scenario {
    Scenario { run: lightcone_sim::Scenario { until: Micros::ms(end), ..scenario.run }, ..scenario }
}

fn each_protocol(mut look: impl FnMut(&str)) {
    PROTOCOLS.iter().for_each(|entry| look(entry.about.id));
}

/// Everything that a run recorded, as text.
fn told(lab: &dyn Lab) -> String {
    let mut lines = String::new();
    lab.narrate(&mut |line| lines += &format!("{line:?}\n"));
    let everything = Window { from: Micros::ZERO, to: Micros::ms(10_000) };
    format!("{lines}{:?}{:016x}", lab.marks(everything), lab.fingerprint())
}

#[test]
fn every_protocol_has_a_scene_and_every_scene_a_protocol() {
    each_protocol(|id| assert_eq!(default_scenario(id).protocol, id));
    for scene in &SCENES {
        assert_eq!(scene.scenario().protocol, scene.protocol, "{}", scene.id);
        assert!(computed(scene.scenario()).idle().is_empty(), "an intervention of {} does nothing", scene.id);
    }
}

#[test]
fn the_same_value_gives_the_same_run_however_it_is_sliced() {
    each_protocol(|id| {
        for seed in 1..6 {
            let whole = computed(troubled(id, seed, Order::Any));
            let mut sliced = lightcone_catalog::open(troubled(id, seed, Order::Any)).expect("it was run before");
            while !sliced.advance(7) {}
            assert_eq!(told(&*whole), told(&*sliced), "{id}, seed {seed}");
        }
    });
}

/// A run that was written to a file or a link and read again is that run.
#[test]
fn a_run_that_was_saved_is_the_same_run() {
    each_protocol(|id| {
        for seed in 1..12 {
            let scenario = troubled(id, seed, Order::Any);
            let run = computed(scenario.clone());
            let from_file = file::parse(&file::print(&scenario)).expect("it was printed");
            let (from_link, recorded) =
                link::decode(&link::encode(&scenario, Some(run.fingerprint()))).expect("it was encoded");
            assert_eq!(recorded, Some(run.fingerprint()));
            for saved in [from_file, from_link] {
                assert_eq!(told(&*computed(saved)), told(&*run), "{id}, seed {seed}");
            }
        }
    });
}

#[test]
fn an_edit_gives_what_a_fresh_run_of_the_edited_scenario_gives() {
    each_protocol(|id| {
        for seed in 1..12 {
            let order = if seed % 2 == 0 { Order::Any } else { Order::Fifo };
            let (calm, rough) = (troubled(id, seed, order), troubled(id, seed + 100, order));
            let mut edited = computed(calm.clone());
            let before = told(&*edited);
            edited.edit(rough.run.interventions.clone()).expect("chaos makes sense");
            while !edited.advance(10_000) {}
            let mut fresh = calm.clone();
            fresh.run.interventions = rough.run.interventions;
            assert_eq!(told(&*edited), told(&*computed(fresh)), "{id}, seed {seed}");
            edited.edit(calm.run.interventions).expect("it was run before");
            while !edited.advance(10_000) {}
            assert_eq!(told(&*edited), before, "{id}, seed {seed}: and back");
        }
    });
}

#[test]
fn a_branch_keeps_the_old_future() {
    each_protocol(|id| {
        let mut run = computed(troubled(id, 2, Order::Any));
        let (branch, before) = (run.branch(), told(&*run));
        run.edit(Vec::new()).expect("nothing can be done");
        while !run.advance(10_000) {}
        assert_eq!(told(&*branch), before, "{id}");
        assert_eq!(
            lightcone_sim::compare::compare(branch.run(), run.run()).events.is_none(),
            before == told(&*run),
            "{id}"
        );
    });
}

#[test]
fn a_longer_run_begins_with_the_shorter_one() {
    each_protocol(|id| {
        let short = computed(until(troubled(id, 3, Order::Any), 700));
        let mut grown = computed(until(troubled(id, 3, Order::Any), 300));
        grown.set_until(Micros::ms(1_500));
        while !grown.advance(10_000) {}
        grown.set_until(Micros::ms(700));
        while !grown.advance(10_000) {}
        assert_eq!(told(&*short), told(&*grown), "{id}");
    });
}

#[test]
fn faults_within_the_assumptions_break_nothing() {
    each_protocol(|id| {
        for seed in 0..300 {
            let lab = computed(troubled(id, seed, Order::Fifo));
            let verdicts = lab.verdicts(lab.len(), lab.scenario().run.until);
            let broken: Vec<_> = verdicts.safety.iter().filter_map(|verdict| verdict.breach.as_ref()).collect();
            assert!(broken.is_empty(), "{id}, seed {seed}: {broken:?}");
            if let Some(judged) = lab.history(lab.len()) {
                assert!(judged.holds, "{id}, seed {seed}: {}", judged.words);
            }
            assert!(!matches!(lab.progress(), Progress::Stalled { .. }), "{id}, seed {seed}: {:?}", lab.progress());
        }
    });
}

/// What the observer remembers is told as it was after the event that is asked about.
#[test]
fn the_observers_table_is_that_of_the_moment() {
    let mut told = 0;
    each_protocol(|id| {
        let whole = computed(until(default_scenario(id), 900));
        for event in (0..whole.len()).step_by(7) {
            let end = whole.event(event).at;
            let mut partly = whole.scenario().clone();
            partly.run.until = end;
            let partly = computed(partly);
            if partly.len() != event + 1 {
                continue;
            }
            let run = partly.run();
            let record = whole.explain(event).record;
            assert_eq!(record, run.setup().actors.record(&run.world().ghost), "{id}, event {event}");
            told += usize::from(record.is_some());
        }
    });
    assert!(told > 0, "no protocol has such a table");
}

#[test]
fn every_view_of_every_event_can_be_asked_for() {
    each_protocol(|id| {
        let lab = computed(until(troubled(id, 4, Order::Any), 900));
        for event in 0..lab.len() {
            let why = lab.explain(event);
            assert!(!why.headline.is_empty() && why.chain.last().is_some_and(|link| link.event == Some(event)));
            let cone = lab.cone(event);
            for (past, future) in cone.past.iter().zip(&cone.future) {
                let apart = past.is_none_or(|p| future.is_none_or(|f| p.event <= f.event));
                assert!(apart, "{id}: an event's past on a lane ends before its future begins");
            }
            lab.verdicts(event, lab.event(event).at);
        }
        let marks = lab.marks(Window { from: Micros::ZERO, to: Micros::ms(900) });
        for arrow in &marks.arrows {
            assert!(!lab.message(arrow.index).view.label.is_empty());
        }
        assert!(!lab.run().metrics(None).table().is_empty());
        for ms in 0..900 {
            let stage = lab.stage(Micros::ms(ms));
            assert_eq!(stage.nodes.len(), lab.participants().len());
            let members: usize = stage.sides.iter().map(|side| side.members.len()).sum();
            assert_eq!(members, stage.nodes.len(), "{id}: everyone is on exactly one side");
        }
    });
}

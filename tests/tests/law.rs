//! The light-cone law and its companions for every protocol of the catalogue, over faults of every kind: a failure
//! shrinks to the few interventions that it needs.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Lab, PROTOCOLS, Scenario, default_scenario};
use lightcone_check::any::{self, Dice};
use lightcone_core::Micros;
use lightcone_sim::{
    Intervention,
    footprint::{future, is_inside, light_cone_law},
};
use lightcone_tests::computed;
use proptest::{prelude::*, test_runner::TestRunner};

/// A case: the draws of a scenario, and which of the drawn interventions are in the old run and in the new one.
#[derive(Clone, Debug)]
struct Case {
    draws: u64,
    kept: Vec<(bool, bool)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let kept = prop::collection::vec((any::<bool>(), any::<bool>()), 0..6);
    (0..1_u64 << 32, kept).prop_map(|(draws, kept)| Case { draws, kept })
}

/// The scenario of a case without interventions, and as many as the case may keep.
fn drawn(protocol: &str, case: &Case) -> (Scenario, Vec<Intervention>) {
    let dice = &mut Dice::new(case.draws);
    let mut scenario = default_scenario(protocol);
    scenario.run.seed = dice.below(1 << 40) as u64;
    scenario.run.until = Micros::ms(1_000);
    scenario.run.network = any::network(dice);
    scenario.run.load = any::load(dice);
    scenario.run.interventions.clear();
    let base = computed(scenario.clone());
    if dice.below(2) == 0 {
        scenario.run.clocks = any::clocks(dice, base.run());
    }
    let interventions = (1..).take(case.kept.len()).map(|id| any::intervention(dice, base.run(), id)).collect();
    (scenario, interventions)
}

fn with(scenario: &Scenario, interventions: Vec<Intervention>) -> Box<dyn Lab> {
    let run = lightcone_sim::Scenario { interventions, ..scenario.run.clone() };
    computed(Scenario { run, ..scenario.clone() })
}

/// The old and the new interventions of a case.
fn sides(case: &Case, all: &[Intervention]) -> (Vec<Intervention>, Vec<Intervention>) {
    let side = |new: bool| {
        let kept = all.iter().zip(&case.kept).filter(|(_, (a, b))| if new { *b } else { *a });
        kept.map(|(one, _)| one.clone()).collect()
    };
    (side(false), side(true))
}

fn each_protocol(cases_each: u32, test: impl Fn(&str, &Case) -> Result<(), TestCaseError>) {
    for entry in &PROTOCOLS {
        let config = ProptestConfig { cases: cases_each, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = TestRunner::new_with_rng(
            config,
            prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
        );
        let done = runner.run(&cases(), |case| test(entry.about.id, &case));
        if let Err(failure) = done {
            panic!("{}: {failure}", entry.about.id);
        }
    }
}

#[test]
fn what_an_edit_cannot_have_influenced_is_the_same_in_both_runs() {
    let (outside, all) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    each_protocol(1_500, |protocol, case| {
        let (scenario, interventions) = drawn(protocol, case);
        let (a, b) = sides(case, &interventions);
        let (old, new) = (with(&scenario, a.clone()), with(&scenario, b.clone()));
        let law = light_cone_law(old.run(), new.run());
        prop_assert!(law.is_ok(), "{law:?}\n{a:?}\nbecame\n{b:?}");
        let (future, events) = (future(old.run(), new.run()), &old.run().trace().events);
        let out = events.iter().filter(|event| !is_inside(&future, event.node, event.at)).count();
        outside.set(outside.get() + out);
        all.set(all.get() + events.len());
        Ok(())
    });
    assert!(outside.get() * 5 > all.get(), "{} of {} events lay outside", outside.get(), all.get());
}

#[test]
fn an_edited_run_is_a_fresh_run_of_what_it_became() {
    each_protocol(400, |protocol, case| {
        let (scenario, interventions) = drawn(protocol, case);
        let (a, b) = sides(case, &interventions);
        let (fresh, mut edited) = (with(&scenario, b.clone()), with(&scenario, a.clone()));
        let before = edited.fingerprint();
        edited.edit(b).expect("it was run");
        while !edited.advance(64) {}
        prop_assert_eq!(fresh.fingerprint(), edited.fingerprint());
        prop_assert_eq!(fresh.idle(), edited.idle());
        edited.edit(a).expect("it was run");
        while !edited.advance(64) {}
        prop_assert_eq!(before, edited.fingerprint());
        Ok(())
    });
}

#[test]
fn going_to_an_event_is_replaying_up_to_it() {
    each_protocol(200, |protocol, case| {
        let (scenario, interventions) = drawn(protocol, case);
        let whole = with(&scenario, interventions.clone());
        let event = Dice::new(case.draws).below(whole.len().max(1));
        let run = lightcone_sim::Scenario { interventions, ..scenario.run.clone() };
        let mut partly = lightcone_catalog::open(Scenario { run, ..scenario }).expect("it was run");
        partly.advance(event);
        let (there, here) = (whole.run().at(event), partly.run().world());
        let actors = &whole.run().setup().actors;
        for node in whole.run().setup().everyone().iter() {
            let state = |world: &lightcone_sim::world::World| {
                let slot = world.slot(node);
                let shown = slot.machine.as_ref().map(|state| actors.debug(state));
                (shown, slot.timers.clone(), slot.clock, slot.paused)
            };
            prop_assert_eq!(state(&there), state(here));
        }
        Ok(())
    });
}

//! What holds for every protocol of the catalogue: loops over the list, with no code for any one of them.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_catalog::{Lab, PROTOCOLS, SCENES, Scenario, default_scenario};
use lightcone_check::chaos::Chaos;
use lightcone_core::{Micros, NodeKind, Order};
use lightcone_sim::view::Window;
use lightcone_tests::computed;

/// The scene of a protocol, with faults drawn from `seed`.
fn troubled(protocol: &str, seed: u64, order: Order) -> Scenario {
    let mut scenario = default_scenario(protocol);
    scenario.seed = seed;
    scenario.until = Micros::ms(2_000);
    scenario.network.order = order;
    let lab = lightcone_catalog::open(scenario.clone()).expect("a scene can be run");
    let named = |kind| lab.participants().iter().filter(move |p| p.kind == kind).map(|p| p.name.clone()).collect();
    let facts = Chaos {
        servers: named(NodeKind::Server),
        clients: named(NodeKind::Client),
        horizon: scenario.until,
        assumptions: lab.about().assumptions,
        faults: 6,
    };
    scenario.interventions = facts.faults(seed);
    scenario
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

#[test]
fn an_edit_gives_what_a_fresh_run_of_the_edited_scenario_gives() {
    each_protocol(|id| {
        for seed in 1..12 {
            let order = if seed % 2 == 0 { Order::Any } else { Order::Fifo };
            let (calm, rough) = (troubled(id, seed, order), troubled(id, seed + 100, order));
            let mut edited = computed(calm.clone());
            let before = told(&*edited);
            edited.edit(rough.interventions.clone()).expect("chaos makes sense");
            while !edited.advance(10_000) {}
            let fresh = computed(Scenario { interventions: rough.interventions, ..calm.clone() });
            assert_eq!(told(&*edited), told(&*fresh), "{id}, seed {seed}");
            edited.edit(calm.interventions).expect("it was run before");
            while !edited.advance(10_000) {}
            assert_eq!(told(&*edited), before, "{id}, seed {seed}: and back");
        }
    });
}

#[test]
fn a_longer_run_begins_with_the_shorter_one() {
    each_protocol(|id| {
        let short = computed(Scenario { until: Micros::ms(700), ..troubled(id, 3, Order::Any) });
        let mut grown = computed(Scenario { until: Micros::ms(300), ..troubled(id, 3, Order::Any) });
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
        for seed in 0..100 {
            let lab = computed(troubled(id, seed, Order::Fifo));
            let verdicts = lab.verdicts(lab.len(), lab.scenario().until);
            let broken: Vec<_> = verdicts.safety.iter().filter_map(|verdict| verdict.breach.as_ref()).collect();
            assert!(broken.is_empty(), "{id}, seed {seed}: {broken:?}");
            if let Some((holds, sentence)) = lab.history(lab.len()) {
                assert!(holds, "{id}, seed {seed}: {sentence}");
            }
        }
    });
}

#[test]
fn every_view_of_every_event_can_be_asked_for() {
    each_protocol(|id| {
        let lab = computed(Scenario { until: Micros::ms(900), ..troubled(id, 4, Order::Any) });
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
        for ms in 0..900 {
            let stage = lab.stage(Micros::ms(ms));
            assert_eq!(stage.nodes.len(), lab.participants().len());
            let members: usize = stage.sides.iter().map(|side| side.members.len()).sum();
            assert_eq!(members, stage.nodes.len(), "{id}: everyone is on exactly one side");
        }
    });
}

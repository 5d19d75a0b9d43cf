//! A run is a value: the same scenario gives the same run, however it is computed and looked at.

mod common;

use common::{Dice, Subject, again, assert_same, edited, facts, finished, intervention, scenario, states};
use lightcone_core::{
    Micros,
    protocols::{bracha::Bracha, lamport::Lamport, raft::Raft},
};
use lightcone_sim::{Run, When};

fn each<P: Subject>(cases: u64, test: impl Fn(&mut Dice, Run, &str)) {
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let (config, scenario) = scenario::<P>(dice, 4);
        let run = finished::<P>(config, scenario);
        test(dice, run, &format!("case {case} of {}", P::ABOUT.id));
    }
}

/// Computes a run in slices of drawn lengths.
fn in_slices<P: Subject>(dice: &mut Dice, run: &Run) -> Run {
    let mut slow = Run::new::<P>(run.config::<P>().clone(), run.scenario().clone()).unwrap();
    while !slow.advance(1 + dice.below(300)) {}
    slow
}

fn same_again<P: Subject>(cases: u64) {
    each::<P>(cases, |dice, run, case| {
        assert_same(&facts(&run), &facts(&again::<P>(&run, run.scenario().clone())), case);
        assert_same(&facts(&run), &facts(&in_slices::<P>(dice, &run)), case);
    });
}

#[test]
fn the_same_scenario_gives_the_same_run() {
    same_again::<Raft>(60);
    same_again::<Lamport>(50);
    same_again::<Bracha>(50);
}

#[test]
fn another_seed_gives_another_run() {
    each::<Raft>(20, |_, run, case| {
        if run.scenario().held {
            return;
        }
        let other =
            again::<Raft>(&run, lightcone_sim::Scenario { seed: run.scenario().seed + 1, ..run.scenario().clone() });
        assert_ne!(run.world().fingerprint, other.world().fingerprint, "{case}");
    });
}

/// Going to any event gives the cluster that a run has which was computed only so far.
fn seek<P: Subject>(cases: u64) {
    each::<P>(cases, |dice, run, case| {
        let before = facts(&run);
        for _ in 0..4 {
            let events = dice.below(run.trace().events.len());
            let mut partly = Run::new::<P>(run.config::<P>().clone(), run.scenario().clone()).unwrap();
            partly.advance(events);
            let reached = partly.trace().events.len();
            assert_same(&states(&run, reached), &states(&partly, reached), case);
            partly.finish();
            assert_same(&before, &facts(&partly), case);
            let heard = run.listen(events);
            assert_eq!(heard.after.events as usize, events + 1, "{case}");
        }
        assert_same(&before, &facts(&run), case);
    });
}

#[test]
fn any_event_can_be_gone_to_and_on_from() {
    seek::<Raft>(40);
    seek::<Lamport>(20);
    seek::<Bracha>(20);
}

/// An edit computes what a new run of the edited scenario would, and undoing it gives the old run.
fn edits<P: Subject>(cases: u64) {
    each::<P>(cases, |dice, mut run, case| {
        for _ in 0..3 {
            let (before, old) = (facts(&run), run.scenario().interventions.clone());
            let new = edited(dice, &run);
            let what = format!("{case}\n{old:?}\nbecame\n{new:?}");
            run.edit(new.clone()).unwrap();
            run.advance(dice.below(400));
            run.edit(old.clone()).unwrap();
            run.finish();
            assert_same(&facts(&run), &before, &format!("undone, {what}"));
            let mut branch = run.branch_before(dice.time(run.scenario().until));
            branch.edit(new.clone()).unwrap();
            branch.finish();
            run.edit(new).unwrap();
            run.finish();
            assert_same(&facts(&branch), &facts(&run), &format!("in a short branch, {what}"));
            assert_same(&facts(&run), &facts(&again::<P>(&run, run.scenario().clone())), &what);
        }
    });
}

#[test]
fn an_edited_raft_run_is_a_fresh_run_of_what_it_became() {
    edits::<Raft>(250);
}

#[test]
fn an_edited_lamport_run_is_a_fresh_run_of_what_it_became() {
    edits::<Lamport>(200);
}

#[test]
fn an_edited_broadcast_is_a_fresh_run_of_what_it_became() {
    edits::<Bracha>(200);
}

#[test]
fn the_end_of_a_run_can_be_moved() {
    each::<Raft>(60, |dice, mut run, case| {
        for _ in 0..3 {
            run.set_until(dice.time(Micros::ms(2_000)));
            run.finish();
            assert_same(&facts(&run), &facts(&again::<Raft>(&run, run.scenario().clone())), case);
        }
    });
}

/// Of four messages or timers each has its watch, whichever place that has in the list.
#[test]
fn interventions_can_change_places() {
    each::<Raft>(60, |dice, mut run, case| {
        let mut watches = Vec::new();
        while watches.len() < 4 {
            let one = intervention(dice, &run, 10 + watches.len() as u32);
            watches.extend(matches!(one.when, When::On { .. }).then_some(one));
        }
        run.edit(watches.clone()).unwrap();
        run.set_until(Micros::ms(600));
        run.finish();
        watches.rotate_left(1 + dice.below(3));
        run.edit(watches).unwrap();
        run.set_until(Micros::ms(1_200));
        run.finish();
        assert_same(&facts(&run), &facts(&again::<Raft>(&run, run.scenario().clone())), case);
    });
}

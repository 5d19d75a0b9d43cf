//! Causal order in columns, over random runs: what stands where tells who could know of what, and nothing else.

#[allow(unused_imports, reason = "each test file uses its own part")]
mod common;

use common::{Dice, Subject, finished, scenario};
use lightcone_core::{
    Micros, NodeId, Order,
    protocols::{bracha::Bracha, lamport::Lamport, raft::Raft, snapshot::Snapshot},
};
use lightcone_sim::{
    Network, Run, Scenario,
    view::{Columns, EventMark, Fate, Marks, Relation, STEP, Window},
};

/// Where an event stands, and what is checked of its neighbours.
struct Placed {
    run: Run,
    columns: Columns,
    raw: Marks,
    marks: Marks,
}

fn placed<P: Subject>(case: u64) -> Placed {
    let (config, scenario) = scenario::<P>(&mut Dice::new(case), 6);
    let run = finished::<P>(config, scenario);
    let columns = Columns::of(&run, None);
    let raw = run.marks(Window { from: Micros::ZERO, to: run.scenario().until });
    let marks = columns.place(raw.clone());
    Placed { run, columns, raw, marks }
}

fn everywhere(check: impl Fn(&Placed, u64)) {
    for case in 0..60 {
        check(&placed::<Raft>(case), case);
        check(&placed::<Lamport>(case), case);
        check(&placed::<Bracha>(case), case);
    }
}

#[test]
fn no_event_of_a_column_could_know_of_another_in_it() {
    let shared = std::cell::Cell::new(0);
    everywhere(|Placed { run, columns, .. }, case| {
        let n = run.trace().events.len();
        for event in 1..n {
            let mates = (0..event).rev().take_while(|other| columns.of_event(*other) == columns.of_event(event));
            for mate in mates {
                assert_eq!(run.relation(mate, event), Relation::Concurrent, "case {case}: {mate} and {event}");
                shared.set(shared.get() + 1);
            }
        }
    });
    assert!(shared.get() > 1_000, "only {} pairs share a column", shared.get());
}

#[test]
fn columns_keep_the_order_and_are_evenly_spaced() {
    everywhere(|Placed { run, columns, .. }, case| {
        let places: Vec<Micros> = (0..run.trace().events.len()).map(|event| columns.of_event(event)).collect();
        assert_eq!(places.first(), Some(&STEP), "case {case}");
        for pair in places.windows(2) {
            assert!(pair[1] == pair[0] || pair[1] == pair[0].plus(STEP), "case {case}: {pair:?}");
        }
        assert_eq!(places.last().map(|last| last.plus(STEP)), Some(columns.end()), "case {case}");
    });
}

#[test]
fn a_place_and_its_instant_are_inverse() {
    let crowded = std::cell::Cell::new(0);
    everywhere(|Placed { run, columns, .. }, case| {
        let events = &run.trace().events;
        for (event, mark) in events.iter().enumerate() {
            let (place, time) = (columns.of_event(event), columns.time(columns.of_event(event)));
            assert!(time >= mark.at, "case {case}: {event}");
            let next = (event..events.len()).find(|other| columns.of_event(*other) > place);
            assert!(next.is_none_or(|next| time <= events[next].at), "case {case}: {event}");
            if next.is_some_and(|next| events[next].at == time) {
                crowded.set(crowded.get() + 1);
            } else {
                assert_eq!(columns.of_time(time), place, "case {case}: {event}");
            }
        }
        assert_eq!(columns.time(Micros::ZERO), Micros::ZERO);
    });
    assert!(crowded.get() > 0, "no two events of one instant were in two columns");
}

#[test]
fn messages_go_forward_from_their_event_to_their_event() {
    let (lost, waited) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    everywhere(|Placed { columns, raw, marks, .. }, case| {
        for (before, arrow) in raw.arrows.iter().zip(&marks.arrows) {
            assert_eq!(arrow.sent, columns.of_event(arrow.sent_by), "case {case}: {before:?}");
            assert!(arrow.sent < arrow.end && arrow.end <= arrow.handled, "case {case}: {arrow:?}");
            match arrow.fate {
                Fate::Delivered(by) => {
                    assert_eq!(arrow.handled, columns.of_event(by));
                    assert!(arrow.handled >= arrow.sent.plus(STEP));
                    waited.set(waited.get() + usize::from(arrow.handled > arrow.end));
                    assert!(before.handled > before.end || arrow.handled == arrow.end, "case {case}: {before:?}");
                }
                _ => lost.set(lost.get() + 1),
            }
        }
    });
    assert!(lost.get() > 100 && waited.get() > 10, "{} lost, {} waited", lost.get(), waited.get());
}

#[test]
fn what_lasts_lies_between_the_events_that_it_lay_between() {
    let seen = std::cell::Cell::new(0);
    everywhere(|Placed { run, columns, raw, marks }, case| {
        let cuts = raw.cuts.iter().zip(&marks.cuts).map(|(a, b)| [(Some(a.from), Some(b.from)), (a.to, b.to)]);
        let spells = raw.spells.iter().zip(&marks.spells).map(|(a, b)| [(Some(a.from), Some(b.from)), (a.to, b.to)]);
        for (at, place) in cuts.chain(spells).flatten() {
            let (Some(at), Some(place)) = (at, place) else { continue };
            for (event, mark) in run.trace().events.iter().enumerate() {
                // At one instant what lasts comes first.
                let before = columns.of_event(event) < place;
                assert_eq!(before, mark.at < at, "case {case}: event {event} and what happens at {at}");
            }
            seen.set(seen.get() + 1);
        }
        for (before, down) in raw.downs.iter().zip(&marks.downs) {
            let nothing = before.to == Some(before.from);
            assert!(nothing || down.to.is_none_or(|to| to > down.from), "case {case}: {before:?} became {down:?}");
        }
        for (before, strip) in raw.strips.iter().zip(&marks.strips) {
            assert!(before.from == before.to || strip.from <= strip.to, "case {case}: {before:?} became {strip:?}");
        }
        for (before, bar) in raw.bars.iter().zip(&marks.bars) {
            assert!(
                before.to == Some(before.from) || bar.to.is_none_or(|to| to > bar.from),
                "case {case}: {before:?} became {bar:?}"
            );
        }
    });
    assert!(seen.get() > 50, "only {} edges were looked at", seen.get());
}

#[test]
fn marks_of_another_run_are_placed_without_a_panic() {
    let (small, large) = (placed::<Raft>(1), placed::<Raft>(2));
    for (columns, raw) in
        [(&small.columns, &large.raw), (&large.columns, &small.raw), (&Columns::default(), &large.raw)]
    {
        assert_eq!(columns.place(raw.clone()).arrows.len(), raw.arrows.len());
    }
}

/// What a snapshot records could have been the state of one instant: there is a run with the same causes in which it was.
#[test]
fn a_cut_comes_between_what_is_before_and_after_it_and_no_message_goes_back() {
    let mut divided = 0;
    for seed in 0..40 {
        let network = Network { order: Order::Fifo, ..Network::default() };
        let scenario = Scenario { seed, until: Micros::ms(600), network, ..Scenario::default() };
        let mut run = Run::new::<Snapshot>(Default::default(), scenario).expect("it can be run");
        run.finish();
        let whole = run.marks(Window { from: Micros::ZERO, to: run.scenario().until });
        for cut in run.slices().iter().filter(|cut| cut.after.len() == run.setup().servers().len()) {
            let columns = Columns::of(&run, Some(cut));
            let is_after = |event: usize, node: NodeId| {
                cut.after.iter().any(|(other, first, _)| *other == node && event >= *first)
            };
            let events = whole.events.iter();
            let (after, before): (Vec<&EventMark>, Vec<&EventMark>) =
                events.partition(|event| is_after(event.index, event.node));
            let last = before.iter().map(|event| columns.of_event(event.index)).max();
            let first = after.iter().map(|event| columns.of_event(event.index)).min();
            assert!(last <= first, "seed {seed}: {last:?} and {first:?}");
            for arrow in &columns.place(whole.clone()).arrows {
                assert!(arrow.sent < arrow.handled, "seed {seed}: message {} goes back", arrow.index);
            }
            let line = columns.place(whole.clone()).slices.into_iter().find(|one| one.name == cut.name);
            let line = line.expect("it is there").after;
            assert!(line.iter().all(|(.., at)| Some(*at) == first), "seed {seed}: the cut is one instant: {line:?}");
            let moved = before.last().map(|event| event.index) > after.first().map(|event| event.index);
            divided += u32::from(moved);
        }
    }
    assert!(divided > 10, "the order is another one in {divided} runs only");
}

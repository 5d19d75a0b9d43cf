//! Whatever is dragged wherever: what is seen is what is kept, and what is kept is what the scene says.

use super::*;
use crate::engine;
use crate::studio::drag::{Drag, Held, Kind, Part, Preview, held};
use lightcone_check::any::{self, Dice};
use lightcone_diagram::Hit;
use lightcone_sim::view::{EventKind, EventMark, Marks, Window};

/// A run with faults of any kind.
fn any_studio(dice: &mut Dice, protocol: &str) -> Studio {
    let mut scenario = engine::default_scenario(protocol);
    scenario.run.seed = dice.below(1 << 40) as u64;
    scenario.run.until = at(700);
    scenario.run.network = any::network(dice);
    scenario.run.load = any::load(dice);
    let mut bare = engine::open(scenario.clone()).expect("it can be run");
    while !bare.advance(10_000) {}
    if dice.below(3) == 0 {
        scenario.run.clocks = any::clocks(dice, bare.run());
    }
    let many = dice.below(6);
    scenario.run.interventions = (1..).take(many).map(|id| any::intervention(dice, bare.run(), id)).collect();
    let mut studio = studio();
    studio.replace_lab(engine::open(scenario).expect("it can be run"));
    at_rest(studio)
}

/// Any mark of a run, and a part of it.
fn any_mark(dice: &mut Dice, marks: &Marks) -> Option<(Hit, Part)> {
    let done = |event: &&EventMark| matches!(event.kind, EventKind::Invoke | EventKind::Local | EventKind::Restart);
    let mut hits: Vec<Hit> = match dice.below(4) {
        0 => marks.arrows.iter().map(|arrow| Hit::Arrow(arrow.index)).collect(),
        1 => marks.events.iter().map(|event| Hit::Event(event.index)).collect(),
        2 => marks.events.iter().filter(done).map(|event| Hit::Event(event.index)).collect(),
        _ => Vec::new(),
    };
    if hits.is_empty() {
        hits.extend(marks.cuts.iter().map(|cut| Hit::Cut(cut.id)));
        hits.extend(marks.spells.iter().map(|spell| Hit::Spell(spell.id)));
        hits.extend(marks.downs.iter().map(|down| Hit::Down(down.by)));
        hits.extend(marks.bars.iter().map(|bar| Hit::Bar(bar.event)));
    }
    let part = dice.one_of(&[Part::Start, Part::End, Part::Body]);
    (!hits.is_empty()).then(|| (dice.one_of(&hits), part))
}

fn finished(mut lab: Box<dyn Lab>) -> Box<dyn Lab> {
    while !lab.advance(10_000) {}
    lab
}

/// Drags something to several places, each seen before the next, and keeps the last. What kind of thing it was, if
/// it could be dragged.
fn drag(dice: &mut Dice, studio: &mut Studio) -> Option<Held> {
    let whole = Window { from: Micros::ZERO, to: studio.until() };
    let (hit, part) = any_mark(dice, &studio.lab.marks(whole))?;
    let held = held(studio.lab.as_ref(), hit, part).ok()?;
    let mut preview = Preview::new(studio.lab.branch_before(held.origin), held.clone(), None);
    let window = Window { from: Micros::ZERO, to: dice.time(studio.until()) };
    for _ in 0..3 {
        let (to, off) = (dice.time(studio.until()), dice.below(5) == 0);
        preview.aim_at(studio.lab.as_ref(), to, off, studio.edits.next());
        preview.advance(window.to);
        let seen = preview.lab.marks(window);
        preview.compare(studio.lab.as_ref(), &seen, window);
        let fresh = finished(engine::open(preview.lab.scenario().clone()).expect("it can be run"));
        assert_eq!(seen.events, fresh.marks(window).events, "{held:?}");
    }
    let fresh = finished(engine::open(preview.lab.scenario().clone()).expect("it can be run"));
    studio.drag = Drag::Held(Box::new(preview));
    studio.update(DragMsg::Keep.into());
    while !studio.done {
        studio.update(TimeMsg::Frame(0.0).into());
    }
    assert_eq!(studio.lab.fingerprint(), fresh.fingerprint(), "{held:?}");
    assert_eq!(studio.lab.idle(), fresh.idle(), "{held:?}");
    Some(held)
}

#[test]
fn what_is_seen_while_dragging_is_what_is_kept() {
    let mut kinds = [0; 6];
    for (place, (protocol, _)) in engine::protocols().into_iter().enumerate() {
        for case in 0..80 {
            let dice = &mut Dice::new((place * 1_000 + case) as u64);
            let mut studio = any_studio(dice, &protocol);
            let before = studio.lab.fingerprint();
            let scene = studio.scenario().clone();
            let Some(held) = drag(dice, &mut studio) else { continue };
            kinds[match held.kind {
                Kind::Message { .. } => 0,
                Kind::Timer { .. } => 1,
                Kind::Lasting { .. } => 2,
                Kind::Down { .. } => 3,
                Kind::Moment(_) => 4,
                Kind::Work { .. } => 5,
            }] += 1;
            if *studio.scenario() != scene {
                studio.update(EditMsg::Undo.into());
                let studio = at_rest(studio);
                assert_eq!((studio.lab.fingerprint(), studio.scenario()), (before, &scene), "{held:?}");
            }
        }
    }
    assert!(kinds.iter().all(|count| *count > 3), "of each kind some were dragged: {kinds:?}");
}

//! Geometry over runs that no engine would make: what is drawn stays apart, inside, and where a pointer finds it.

#[path = "scene/random.rs"]
mod random;

use lightcone_core::Micros;
use lightcone_diagram::{
    Area, Axis, Drawing, Highlight, Hit, Orientation, Shape, Viewport, describe, described, draw, ghost, lane_order,
    scrub, scrub_time_at,
};
use lightcone_sim::view::{Marks, Window};
use random::{Dice, Size};

fn view(dice: &mut Dice, until: u64) -> Viewport {
    let orientation = dice.pick(&[Orientation::Across, Orientation::Down]);
    let from = dice.below(until);
    let to = from + 1 + dice.below(until * 2 - from);
    Viewport {
        width: 200.0 + dice.below(1400) as f64,
        height: 150.0 + dice.below(900) as f64,
        window: Window { from: Micros(from), to: Micros(to) },
        orientation,
        playhead: Micros(dice.below(until)),
        until: Micros(until),
        axis: Axis::Time,
    }
}

fn wild(seed: u64) -> (Marks, Viewport) {
    let mut dice = Dice::new(seed);
    let until = dice.pick(&[20, 3_000, 1_000_000, 90_000_000]);
    let size = Size { lanes: 1 + dice.below(14), arrows: dice.below(60), until };
    let marks = random::marks(&mut dice, &size);
    let view = view(&mut dice, until);
    (marks, view)
}

fn highlight(marks: &Marks, seed: u64) -> Highlight<'static> {
    let selected = marks.arrows.get(seed as usize % 7).map(|a| Hit::Arrow(a.index));
    let hovered = marks.arrows.get(seed as usize % 5).map(|a| Hit::Arrow(a.index));
    Highlight { selected, hovered, ..Highlight::default() }
}

fn texts<'a>(drawing: &'a Drawing, class: &'a str) -> impl Iterator<Item = (&'a str, Area)> {
    drawing.marks.iter().filter(move |m| class.is_empty() || m.class.has(class)).filter_map(|m| match &m.shape {
        Shape::Text(text) => Some((text.words.as_str(), text.area())),
        _ => None,
    })
}

fn assert_apart(texts: &[(&str, Area)], drawing: &Drawing, seed: u64) {
    let page = Area { x: 0.0, y: 0.0, width: drawing.width, height: drawing.height };
    for (i, (words, area)) in texts.iter().enumerate() {
        assert!(page.holds(area), "seed {seed}: `{words}` leaves the drawing: {area:?}");
        for (other, theirs) in &texts[i + 1..] {
            assert!(!area.overlaps(theirs), "seed {seed}: `{words}` overlaps `{other}`");
        }
    }
}

#[test]
fn instants_of_the_axis_never_overlap() {
    for seed in 0..2_000 {
        let mut dice = Dice::new(seed);
        let until = 1 + dice.below(10_u64.pow(1 + (seed % 12) as u32));
        let view = view(&mut dice, until);
        let drawing = draw(&Marks::default(), &view, &Highlight::default());
        let ticks: Vec<_> = texts(&drawing, "axis").collect();
        assert_apart(&ticks, &drawing, seed);
        let lines = drawing.marks.iter().filter(|m| m.class.has("grid")).count();
        assert!(lines <= 40, "seed {seed}: {lines} hairlines crowd the plot");
    }
}

#[test]
fn instants_are_round_and_told_once_with_their_unit() {
    let window = Window { from: Micros::ZERO, to: Micros::ms(1_000) };
    let until = Micros::ms(1_000);
    let orientation = Orientation::Across;
    let view = Viewport {
        width: 1_100.0,
        height: 419.0,
        window,
        orientation,
        playhead: Micros::ZERO,
        until,
        axis: Axis::Time,
    };
    let drawing = draw(&Marks::default(), &view, &Highlight::default());
    let words: Vec<_> = texts(&drawing, "axis").map(|(words, _)| words).collect();
    assert_eq!(words, ["0 ms", "100", "200", "300", "400", "500", "600", "700", "800", "900", "1000"]);
}

#[test]
fn labels_never_overlap_nor_leave_the_drawing() {
    let mut seen = 0;
    for seed in 0..600 {
        let (marks, view) = wild(seed);
        let drawing = draw(&marks, &view, &highlight(&marks, seed));
        let all: Vec<_> = texts(&drawing, "").collect();
        assert_apart(&all, &drawing, seed);
        seen += texts(&drawing, "label").count();
    }
    assert!(seen > 1_000, "only {seen} labels in 600 drawings: the placer drops too much");
}

#[test]
fn marks_stay_in_the_plot_along_time() {
    for seed in 0..400 {
        let (marks, view) = wild(seed);
        let (start, end) = view.plot();
        for mark in draw(&marks, &view, &Highlight::default()).marks {
            if matches!(mark.shape, Shape::Text(_)) || mark.class.has("beyond") || mark.hit.is_none() {
                continue;
            }
            let Area { x, y, width, height } = mark.shape.bounds();
            let (low, high) = if view.orientation == Orientation::Across { (x, x + width) } else { (y, y + height) };
            assert!(low >= start - 6.0 && high <= end + 6.0, "seed {seed}: {mark:?} is outside {start}..{end}");
        }
    }
}

#[test]
fn instants_and_places_are_inverse() {
    for seed in 0..2_000 {
        let mut dice = Dice::new(seed);
        let until = 1 + dice.below(1_000_000_000);
        let view = view(&mut dice, until);
        let at = Micros(dice.below(until * 3));
        let along = view.place(at);
        let (x, y) = if view.orientation == Orientation::Across { (along, 7.0) } else { (7.0, along) };
        assert_eq!(view.time_at(x, y), at, "seed {seed}");
    }
}

#[test]
fn before_the_start_of_the_run_is_zero() {
    let (_, mut view) = wild(1);
    view.window.from = Micros::ZERO;
    assert_eq!(view.time_at(0.0, 0.0), Micros::ZERO);
}

#[test]
fn lanes_and_places_are_inverse() {
    for seed in 0..200 {
        let (marks, view) = wild(seed);
        let lanes = marks.lanes.len();
        for slot in 0..lanes {
            let at = view.point(view.window.from, lanes, slot);
            assert_eq!(view.lane_at(lanes, at.x, at.y), Some(slot), "seed {seed}");
        }
        assert_eq!(view.lane_at(lanes, 0.0, 0.0), None);
    }
}

#[test]
fn clients_lie_above_servers() {
    use lightcone_core::NodeKind::{Client, Server};
    for seed in 0..50 {
        let (marks, _) = wild(seed);
        let order = lane_order(&marks);
        let kinds: Vec<_> = order.iter().map(|n| marks.lanes[n.index()].kind).collect();
        assert!(!kinds.windows(2).any(|w| w == [Server, Client]), "seed {seed}");
        assert_eq!(order.len(), marks.lanes.len());
    }
}

#[test]
fn a_pointer_finds_what_was_drawn() {
    let mut found = 0;
    for seed in 0..300 {
        let (marks, view) = wild(seed);
        let drawing = draw(&marks, &view, &Highlight::default());
        for mark in &drawing.marks {
            let hit = mark.hit.filter(|hit| !matches!(hit, Hit::Role(_)));
            let (Some(hit), Some(at)) = (hit, a_point_of(&mark.shape)) else { continue };
            let got = drawing.hit(at.0, at.1).expect("something is drawn there");
            // Something at least as important may lie on top.
            assert!(rank(got) <= rank(hit), "seed {seed}: {hit} is drawn there and {got} found");
            if let (Hit::Event(_), Hit::Event(_)) = (hit, got) {
                let alone = Drawing { marks: vec![mark.clone()], ..drawing.clone() };
                assert_eq!(alone.hit(at.0, at.1), Some(hit));
            }
            found += usize::from(got == hit);
        }
    }
    assert!(found > 5_000, "only {found} marks were found where they were drawn");
}

fn a_point_of(shape: &Shape) -> Option<(f64, f64)> {
    match shape {
        Shape::Arrow(arrow) => arrow.route.segments().next().map(|(a, b)| a.towards(b, 0.5)).map(|p| (p.x, p.y)),
        shape => Some(shape.bounds().centre()).map(|p| (p.x, p.y)),
    }
}

fn rank(hit: Hit) -> u8 {
    match hit {
        Hit::Event(_) => 0,
        Hit::Arrow(_) => 1,
        Hit::Bar(_) => 2,
        Hit::Cut(_) | Hit::Down(_) | Hit::Spell(_) => 3,
        Hit::Role(_) | Hit::Fold(..) => 4,
    }
}

#[test]
fn far_from_everything_nothing_is_found() {
    let (marks, view) = wild(3);
    let drawing = draw(&marks, &view, &Highlight::default());
    assert_eq!(drawing.hit(-500.0, -500.0), None);
}

#[test]
fn everything_that_can_be_pointed_at_has_words() {
    for seed in 0..100 {
        let (marks, view) = wild(seed);
        let drawing = draw(&marks, &view, &Highlight::default());
        let hits = drawing.hits();
        assert_eq!(described(&drawing, &marks).len(), hits.len());
        for hit in hits {
            assert!(describe(&marks, hit).is_some_and(|w| w.len() > 5), "seed {seed}: {hit} has no words");
            assert_eq!(hit.to_string().parse(), Ok(hit));
        }
    }
    assert!("event".parse::<Hit>().is_err() && "event:-1".parse::<Hit>().is_err() && "x:1".parse::<Hit>().is_err());
}

#[test]
fn whatever_is_dragged_has_a_ghost_with_words() {
    for seed in 0..100 {
        let (marks, view) = wild(seed);
        let hits = draw(&marks, &view, &Highlight::default()).hits();
        for hit in hits.into_iter().filter(|hit| !matches!(hit, Hit::Role(_) | Hit::Fold(..))) {
            let at = Micros(view.window.from.0.midpoint(view.window.to.0));
            let ghost = ghost(&marks, &view, hit, at).expect("it was drawn");
            assert!(ghost.marks.iter().any(|m| m.class.has("grip")), "seed {seed}: {hit}");
            assert_apart(&texts(&ghost, "").collect::<Vec<_>>(), &ghost, seed);
        }
    }
}

#[test]
fn the_strip_and_its_instants_are_inverse() {
    let until = Micros::ms(980);
    for at in [0, 1, 250_000, 979_999, 980_000] {
        let drawing = scrub(&[3, 0, 9], &Marks::default(), until, Micros(at), 700.0, 28.0);
        let knob = drawing.marks.iter().find(|m| m.class.has("scrub-knob")).expect("there is a knob");
        assert_eq!(scrub_time_at(until, 700.0, knob.shape.bounds().centre().x), Micros(at));
    }
    let ticks = |drawing: Drawing| drawing.marks.iter().filter(|m| m.class.has("scrub-tick")).count();
    assert_eq!(ticks(scrub(&[3, 0, 9], &Marks::default(), until, until, 700.0, 28.0)), 2);
    assert_eq!(ticks(scrub(&[], &Marks::default(), Micros::ZERO, until, 0.0, 0.0)), 0);
}

//! A crowd in pieces shows what the whole picture shows.

#[path = "scene/random.rs"]
mod random;

use std::collections::BTreeMap;

use lightcone_core::Micros;
use lightcone_diagram::{Axis, Crowd, Drawing, Highlight, Hit, Orientation, Point, Reach, Shape, Viewport, draw};
use lightcone_sim::view::{Marks, Window};

fn view(from: u64, to: u64, orientation: Orientation) -> Viewport {
    let window = Window { from: Micros(from), to: Micros(to) };
    let (playhead, until) = (Micros(u64::MAX), Micros::ms(980));
    Viewport { width: 900.0, height: 620.0, window, orientation, playhead, until, axis: Axis::Time }
}

/// As many messages as a window would have of a long run, with their times at random.
fn crowd(seed: u64) -> Marks {
    let size = random::Size { lanes: 6, arrows: 2_500, until: 980_000 };
    let mut marks = random::marks(&mut random::Dice::new(seed), &size);
    // Most messages are quick, as those of a real crowd are.
    for arrow in marks.arrows.iter_mut().filter(|arrow| arrow.index % 7 != 0) {
        let late = (arrow.index as u64 * 131) % 20_000;
        (arrow.end, arrow.handled) = (arrow.sent.plus(Micros(late)), arrow.sent.plus(Micros(late)));
    }
    marks
}

/// Where the messages and events of a drawing are: by mark, the corners of all its shapes, moved along time.
fn places(drawing: &Drawing, orientation: Orientation, by: f64, into: &mut BTreeMap<Hit, Vec<Point>>) {
    for mark in &drawing.marks {
        let Some(hit @ (Hit::Arrow(_) | Hit::Event(_))) = mark.hit else { continue };
        let moved = |at: Point| match orientation {
            Orientation::Across => Point { x: at.x + by, ..at },
            Orientation::Down => Point { y: at.y + by, ..at },
        };
        match &mark.shape {
            Shape::Arrow(arrow) => {
                into.entry(hit).or_default().extend(arrow.route.points().iter().map(|at| moved(*at)))
            }
            shape => into.entry(hit).or_default().push(moved(shape.bounds().centre())),
        }
    }
}

/// All that a crowd draws of messages and events, where the window has it.
fn in_pieces(crowd: &Crowd, view: &Viewport) -> BTreeMap<Hit, Vec<Point>> {
    let mut found = BTreeMap::new();
    places(&crowd.around().1, view.orientation, 0.0, &mut found);
    for from in crowd.reach.starts() {
        let by = view.place(Micros(from)) - view.plot().0;
        places(&crowd.piece(from), view.orientation, by, &mut found);
    }
    found
}

#[test]
fn pieces_hold_what_the_whole_holds_where_it_holds_it() {
    for seed in 0..12 {
        let marks = crowd(seed);
        let orientation = if seed % 3 == 0 { Orientation::Down } else { Orientation::Across };
        let from = 40_000 * seed;
        let view = view(from, from + 430_000, orientation);
        let highlight =
            Highlight { selected: marks.arrows.get(900).map(|arrow| Hit::Arrow(arrow.index)), ..Highlight::default() };
        let crowd = Crowd::of(&marks, &view, &highlight).expect("hundreds of messages are a crowd");
        let pieces = in_pieces(&crowd, &view);
        let mut whole = BTreeMap::new();
        places(&draw(&marks, &view, &highlight), orientation, 0.0, &mut whole);
        assert!(whole.len() > 1_000, "{} marks", whole.len());
        let (start, end) = view.plot();
        for (hit, points) in &whole {
            let there = pieces.get(hit).unwrap_or_else(|| panic!("{hit} is in no piece"));
            // What an edge of the plot cuts off is drawn whole in a piece.
            let along = |at: &Point| if orientation == Orientation::Across { at.x } else { at.y };
            let inside = |at: &&Point| start < along(at) && along(at) < end;
            for point in points.iter().filter(inside) {
                assert!(there.iter().any(|at| at.distance(*point) < 0.01), "{hit}: {points:?} in {there:?}");
            }
        }
    }
}

#[test]
fn each_message_is_in_one_piece() {
    let marks = crowd(3);
    let (view, highlight) = (view(200_000, 700_000, Orientation::Across), Highlight::default());
    let crowd = Crowd::of(&marks, &view, &highlight).expect("hundreds of messages are a crowd");
    let mut seen: BTreeMap<Hit, u64> = BTreeMap::new();
    for from in crowd.reach.starts() {
        for hit in crowd.piece(from).hits() {
            assert_eq!(seen.insert(hit, from), None, "{hit} is in two pieces");
        }
    }
    assert!(crowd.around().1.hits().iter().all(|hit| !seen.contains_key(hit)), "nor is it drawn beside them");
}

#[test]
fn a_window_has_the_pieces_of_another_one_of_its_length() {
    let reach = |from: u64, to: u64| Reach::of(Window { from: Micros(from), to: Micros(to) });
    let (one, other) = (reach(1_000_000, 1_400_000), reach(1_033_000, 1_433_000));
    assert_eq!(one.step, other.step);
    let shared = one.starts().filter(|start| other.starts().any(|other| other == *start)).count();
    assert!(shared >= one.starts().count() - 2);
    for (from, to) in [(0, 0), (0, 1), (5, 5), (7, 2_000), (1 << 50, 1 << 51)] {
        let some = reach(from, to);
        assert!(some.window.from.0 <= from && some.starts().count() < 20, "{some:?}");
    }
}

#[test]
fn few_messages_are_no_crowd() {
    let marks = crowd(1);
    assert!(Crowd::of(&marks, &view(200_000, 240_000, Orientation::Across), &Highlight::default()).is_none());
}

//! What judges have found, over a run made by hand: on the bars it is about, at its instants, and nowhere else.

#[path = "scene/random.rs"]
mod random;

use lightcone_core::{Micros, NodeId};
use lightcone_diagram::{
    Area, Axis, Breach, Grip, Orientation, Shape, Viewport, Witness, grip, handles, lane_order, witness,
};
use lightcone_sim::view::{Marks, Window};
use random::{Dice, Size};

const UNTIL: u64 = 90_000;

fn scene(seed: u64, orientation: Orientation) -> (Marks, Viewport) {
    let mut dice = Dice::new(seed);
    let marks = random::marks(&mut dice, &Size { lanes: 6, arrows: 40, until: UNTIL });
    let view = Viewport {
        width: 900.0,
        height: 700.0,
        window: Window { from: Micros(UNTIL / 4), to: Micros(UNTIL * 3 / 4) },
        orientation,
        playhead: Micros::ZERO,
        until: Micros(UNTIL),
        axis: Axis::Time,
    };
    (marks, view)
}

fn each(mut check: impl FnMut(u64, &Marks, &Viewport)) {
    for seed in 0..200 {
        for orientation in [Orientation::Across, Orientation::Down] {
            let (marks, view) = scene(seed, orientation);
            check(seed, &marks, &view);
        }
    }
}

#[test]
fn a_stuck_operation_is_framed_hatched_and_crossed_where_it_is_in_sight() {
    let mut framed = [0, 0];
    each(|seed, marks, view| {
        for bar in &marks.bars {
            let found = Witness { stuck: &[bar.event], ..Witness::default() };
            let drawing = witness(marks, view, &found);
            let seen = bar.from <= view.window.to && bar.to.is_none_or(|to| to >= view.window.from);
            assert_eq!(drawing.marks.is_empty(), !seen, "seed {seed}: {bar:?}");
            let crosses = drawing.marks.iter().filter(|mark| matches!(mark.shape, Shape::Cross(..))).count();
            let hatches = drawing.marks.iter().filter(|mark| matches!(mark.shape, Shape::Hatch(..))).count();
            assert_eq!((crosses, hatches), if seen { (1, 1) } else { (0, 0) }, "seed {seed}");
            framed[usize::from(seen)] += 1;
        }
    });
    assert!(framed.iter().all(|count| *count > 0), "{framed:?}");
}

#[test]
fn each_operation_of_an_order_has_a_dot_at_its_instant_and_numbers_keep_apart() {
    each(|seed, marks, view| {
        let order: Vec<(usize, Micros)> = marks.bars.iter().map(|bar| (bar.event, bar.from)).collect();
        let drawing = witness(marks, view, &Witness { order: &order, ..Witness::default() });
        let dots = drawing.marks.iter().filter_map(|mark| match mark.shape {
            Shape::Circle(at, _) => Some(at),
            _ => None,
        });
        let seen = order.iter().filter(|(_, at)| view.window.from <= *at && *at <= view.window.to);
        let mut wanted: Vec<f64> = seen.map(|(_, at)| view.place(*at)).collect();
        let across = view.orientation == Orientation::Across;
        let mut along: Vec<f64> = dots.map(|at| if across { at.x } else { at.y }).collect();
        along.sort_by(f64::total_cmp);
        wanted.sort_by(f64::total_cmp);
        assert_eq!(along, wanted, "seed {seed}");
        let texts = drawing.marks.iter().filter_map(|mark| match &mark.shape {
            Shape::Text(text) => Some(text.area()),
            _ => None,
        });
        let texts: Vec<Area> = texts.collect();
        for (place, area) in texts.iter().enumerate() {
            assert!(texts[place + 1..].iter().all(|other| !area.overlaps(other)), "seed {seed}");
        }
    });
}

#[test]
fn a_breach_has_one_cross_and_a_ring_on_the_lane_of_everyone_involved() {
    let mut crossed = 0;
    each(|seed, marks, view| {
        let Some(event) = marks.events.get(marks.events.len() / 2) else { return };
        let nodes = [NodeId(0), NodeId(2)];
        let breaches = [Breach { event: event.index, nodes: &nodes, name: "Agreement" }];
        let drawing = witness(marks, view, &Witness { breaches: &breaches, ..Witness::default() });
        let seen = view.window.from <= event.at && event.at <= view.window.to;
        let rings = drawing.marks.iter().filter(|mark| matches!(mark.shape, Shape::Circle(..))).count();
        assert_eq!(rings > 0, seen, "seed {seed}");
        let crosses = drawing.marks.iter().filter(|mark| matches!(mark.shape, Shape::Cross(..))).count();
        assert_eq!(crosses, usize::from(seen), "seed {seed}");
        crossed += crosses;
    });
    assert!(crossed > 0);
}

#[test]
fn a_bar_is_held_at_its_ends_and_between_them_and_nowhere_else() {
    let mut held = [0, 0, 0];
    each(|seed, marks, view| {
        let lanes = lane_order(marks);
        for bar in &marks.bars {
            let one = Marks { bars: vec![bar.clone()], ..marks.clone() };
            let slot = lanes.iter().position(|node| *node == bar.node).expect("its lane is drawn");
            let end = bar.to.unwrap_or(view.until);
            let within = |at: Micros| view.window.from <= at && at <= view.window.to;
            if !within(bar.from) || !within(end) || view.place(end) - view.place(bar.from) < 30.0 {
                continue;
            }
            let at = |at: Micros| grip(&one, view, view.point(at, lanes.len(), slot), 6.0);
            let amid = Micros(u64::midpoint(bar.from.0, end.0));
            for (count, (instant, part)) in
                [(bar.from, Grip::Start), (end, Grip::End), (amid, Grip::Middle)].into_iter().enumerate()
            {
                assert_eq!(at(instant), Some((bar.event, part)), "seed {seed}: {bar:?}");
                held[count] += 1;
            }
            let other = (slot + 1) % lanes.len();
            assert_eq!(grip(&one, view, view.point(amid, lanes.len(), other), 6.0), None, "seed {seed}");
            assert_eq!(handles(&one, view, bar.event).marks.len(), 2);
        }
    });
    assert!(held.iter().all(|count| *count > 20), "{held:?}");
}

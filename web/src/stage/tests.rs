//! Walls and seats, as pure geometry.

use super::{Seats, Size, Wall};
use lightcone_core::{NodeKind, Sorted};
use lightcone_diagram::Point;

const SIZE: Size = Size { width: 1000.0, height: 400.0 };

fn stroke(points: &[(f64, f64)]) -> Vec<Point> {
    points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
}

fn share(x: f64, y: f64) -> Point {
    SIZE.share(Point { x, y })
}

/// Points along straight pieces, as a pointer gives them.
fn dense(corners: &[(f64, f64)]) -> Vec<Point> {
    let corners = stroke(corners);
    let pieces = corners.windows(2).flat_map(|p| (0..20).map(move |i| p[0].towards(p[1], f64::from(i) / 20.0)));
    pieces.collect()
}

#[test]
fn a_line_is_carried_on_to_the_edges() {
    let wall = Wall::drawn(&dense(&[(500.0, 150.0), (510.0, 250.0)]), SIZE).unwrap();
    assert!(!wall.closed);
    assert!(wall.parts(&[share(300.0, 20.0), share(100.0, 390.0)], &[share(700.0, 20.0), share(900.0, 390.0)]));
}

#[test]
fn a_bent_line_parts_what_lies_in_its_bend() {
    let wall = Wall::drawn(&dense(&[(200.0, 0.0), (200.0, 200.0), (600.0, 200.0), (600.0, 400.0)]), SIZE).unwrap();
    assert!(wall.parts(&[share(100.0, 100.0), share(300.0, 350.0)], &[share(300.0, 100.0), share(800.0, 350.0)]));
}

#[test]
fn every_direction_of_a_line_does() {
    for degrees in (0..360).step_by(7) {
        let angle = f64::from(degrees).to_radians();
        let (x, y) = (angle.cos() * 80.0, angle.sin() * 80.0);
        let wall = Wall::drawn(&dense(&[(500.0 - x, 200.0 - y), (500.0 + x, 200.0 + y)]), SIZE).unwrap();
        let beside = |side: f64| share(500.0 - y * side, 200.0 + x * side);
        assert!(wall.parts(&[beside(1.0)], &[beside(-1.0)]), "{degrees} degrees");
    }
}

#[test]
fn a_lasso_parts_inside_from_outside() {
    let round: Vec<Point> = (0..=40)
        .map(|i| f64::from(i) / 40.0 * std::f64::consts::TAU * 0.97)
        .map(|angle| Point { x: 600.0 + 120.0 * angle.cos(), y: 200.0 + 100.0 * angle.sin() })
        .collect();
    let wall = Wall::drawn(&round, SIZE).unwrap();
    assert!(wall.closed);
    assert!(wall.parts(&[share(600.0, 200.0), share(680.0, 210.0)], &[share(300.0, 200.0), share(600.0, 350.0)]));
}

#[test]
fn a_tap_is_no_wall() {
    assert_eq!(Wall::drawn(&stroke(&[(10.0, 10.0), (14.0, 12.0)]), SIZE), None);
    assert_eq!(Wall::drawn(&[], SIZE), None);
}

#[test]
fn a_wall_is_found_between_groups_that_lie_apart() {
    let (left, right) = (stroke(&[(100.0, 200.0), (300.0, 80.0)]), stroke(&[(600.0, 80.0), (600.0, 350.0)]));
    let wall = Wall::between(&left, &right, 30.0, SIZE).unwrap();
    let shares = |points: &[Point]| points.iter().map(|at| SIZE.share(*at)).collect::<Vec<Point>>();
    assert!(wall.parts(&shares(&left), &shares(&right)));
    let crossing = wall.crossing(SIZE.share(left[1]), SIZE.share(right[0])).unwrap();
    assert!((0.2..0.8).contains(&crossing), "{crossing}");
}

#[test]
fn no_wall_is_found_where_groups_cross() {
    let (one, other) = (stroke(&[(100.0, 100.0), (500.0, 300.0)]), stroke(&[(100.0, 300.0), (500.0, 100.0)]));
    assert_eq!(Wall::between(&one, &other, 20.0, SIZE), None);
}

#[test]
fn seats_stay_inside_and_apart_at_every_size() {
    for (width, height) in [(1060.0, 372.0), (390.0, 240.0), (640.0, 200.0), (1900.0, 900.0)] {
        for servers in 1..=9 {
            let size = Size { width, height };
            let server = |i: usize| (format!("n{i}"), NodeKind::Server);
            let people: Vec<(String, NodeKind)> =
                (1..=servers).map(server).chain([("c1".to_string(), NodeKind::Client)]).collect();
            let seats = Seats::new(&people, size, &Sorted::new());
            for (i, at) in seats.at.iter().enumerate() {
                assert!(at.x > 0.0 && at.x < width && at.y > 0.0 && at.y < height, "{at:?} in {size:?}");
                let near = seats.at[..i].iter().map(|other| at.distance(*other)).fold(f64::INFINITY, f64::min);
                assert!(
                    near > seats.radius * 1.5,
                    "{servers} servers in {size:?}: {near:.0} apart, radius {:.0}",
                    seats.radius
                );
            }
        }
    }
}

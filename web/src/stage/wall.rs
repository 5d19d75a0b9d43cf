//! Partitions as they are drawn: a line across the stage, or a lasso around one side.

use super::seats::Size;
use lightcone_diagram::{Point, px};
use std::f64::consts::{PI, TAU};

/// A drawn partition, in shares of the stage, so that it survives a change of size.
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    /// What is seen of it: from edge to edge, or around.
    pub path: Vec<Point>,
    /// The outline of all that lies on one side of it.
    region: Vec<Point>,
    /// Whether it goes around one side.
    pub closed: bool,
}

/// A shorter stroke is a slip of the hand, in px.
const SHORTEST: f64 = 26.0;
/// How far the ends of the path stay away from the edges of the stage, in px.
const INSET: f64 = 9.0;
/// How far out the ends of a line are carried to close its region, in sizes of the stage.
const FAR: f64 = 20.0;

impl Wall {
    /// The wall that a stroke means, in px of a stage of this size. A stroke that ends near its start goes around one
    /// side; any other is carried on to the edges. None if it is too short to mean anything.
    pub fn drawn(stroke: &[Point], size: Size) -> Option<Wall> {
        let stroke = thinned(stroke);
        let length: f64 = stroke.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        if stroke.len() < 2 || length < SHORTEST {
            return None;
        }
        let (first, last) = (stroke[0], stroke[stroke.len() - 1]);
        let closed = stroke.len() > 4 && length > 120.0 && first.distance(last) < length * 0.22;
        Some(if closed { Wall::around(&stroke, size) } else { Wall::across(&stroke, size) })
    }

    /// A wall between two groups of places, if a straight cut keeps all of them `clear` px away from it.
    pub fn between(one: &[Point], other: &[Point], clear: f64, size: Size) -> Option<Wall> {
        if one.is_empty() || other.is_empty() {
            return None;
        }
        let (gap, angle, middle) =
            (0..90).map(|step| f64::from(step) * PI / 90.0).map(|angle| cut(one, other, angle)).max_by(by_gap)?;
        (gap / 2.0 >= clear).then(|| {
            let centre = Point { x: size.width / 2.0, y: size.height / 2.0 };
            let normal = Point::at_angle(angle);
            let off = middle - (centre.x * normal.x + centre.y * normal.y);
            let foot = Point { x: centre.x + normal.x * off, y: centre.y + normal.y * off };
            Wall::across(&bowed(foot, normal, (gap / 2.0 - clear).clamp(0.0, 12.0), size), size)
        })
    }

    fn around(stroke: &[Point], size: Size) -> Wall {
        let path: Vec<Point> = stroke.iter().map(|at| size.share(*at)).collect();
        Wall { region: path.clone(), path, closed: true }
    }

    fn across(stroke: &[Point], size: Size) -> Wall {
        let start = heading(stroke.iter().rev());
        let end = heading(stroke.iter());
        let (first, last) = (stroke[0], stroke[stroke.len() - 1]);
        let mut path = vec![to_edge(first, start, size)];
        path.extend_from_slice(stroke);
        path.push(to_edge(last, end, size));
        let mut region = path.clone();
        region.extend(way_round(far(last, end, size), far(first, start, size), size));
        let share = |points: Vec<Point>| points.into_iter().map(|at| size.share(at)).collect();
        Wall { path: share(path), region: share(region), closed: false }
    }

    /// Whether a place, in shares of the stage, is on the enclosed side. Which side that is of a line means nothing;
    /// that two places are on the same one does.
    pub fn encloses(&self, at: Point) -> bool {
        let edges = self.region.iter().zip(self.region.iter().cycle().skip(1));
        edges
            .filter(|(a, b)| (a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x))
            .count()
            % 2
            == 1
    }

    /// Whether it keeps exactly these two groups of places apart.
    pub fn parts(&self, one: &[Point], other: &[Point]) -> bool {
        let side = |group: &[Point], inside: bool| group.iter().all(|at| self.encloses(*at) == inside);
        (side(one, true) && side(other, false)) || (side(one, false) && side(other, true))
    }

    /// How far along the way from `from` to `to` the wall stands, as a share of that way. All in shares of the stage.
    pub fn crossing(&self, from: Point, to: Point) -> Option<f64> {
        let closing = self.closed.then(|| (self.path[self.path.len() - 1], self.path[0]));
        let pieces = self.path.windows(2).map(|pair| (pair[0], pair[1])).chain(closing);
        pieces.filter_map(|(a, b)| meet(from, to, a, b)).min_by(f64::total_cmp)
    }

    /// One side of it as SVG path data in px, to be filled by the even-odd rule: the enclosed one or the other.
    pub fn side_path(&self, enclosed: bool, size: Size) -> String {
        let (w, h) = (size.width * 2.0, size.height * 2.0);
        let all = if enclosed { String::new() } else { format!("M{0} {1}H{2}V{3}H{0}Z", px(-w), px(-h), px(w), px(h)) };
        all + &polygon(self.region.iter().map(|at| size.place(*at)))
    }

    /// What is seen of it, as smooth SVG path data in px.
    pub fn path_data(&self, size: Size) -> String {
        let points: Vec<Point> = self.path.iter().map(|at| size.place(*at)).collect();
        smooth(&points, self.closed)
    }

    /// Its two ends in px; none of a lasso.
    pub fn ends(&self, size: Size) -> Option<(Point, Point)> {
        (!self.closed).then(|| (size.place(self.path[0]), size.place(self.path[self.path.len() - 1])))
    }
}

/// The widest gap between two groups seen along one direction: its width, the direction, and where its middle is.
fn cut(one: &[Point], other: &[Point], angle: f64) -> (f64, f64, f64) {
    let Point { x, y } = Point::at_angle(angle);
    let along = |at: &Point| at.x * x + at.y * y;
    let least = |group: &[Point]| group.iter().map(along).fold(f64::INFINITY, f64::min);
    let most = |group: &[Point]| group.iter().map(along).fold(f64::NEG_INFINITY, f64::max);
    let (up, down) = (least(other) - most(one), least(one) - most(other));
    if up >= down {
        (up, angle, (least(other) + most(one)) / 2.0)
    } else {
        (down, angle, (least(one) + most(other)) / 2.0)
    }
}

fn by_gap(a: &(f64, f64, f64), b: &(f64, f64, f64)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0)
}

/// A slightly bowed line through `foot`, as a hand would draw it.
fn bowed(foot: Point, normal: Point, bow: f64, size: Size) -> Vec<Point> {
    let half = size.height.min(size.width) * 0.4;
    (-4..=4)
        .map(|step| {
            let t = f64::from(step) / 4.0;
            let off = Point::at_angle(t * PI).y * bow;
            Point { x: foot.x - normal.y * t * half + normal.x * off, y: foot.y + normal.x * t * half + normal.y * off }
        })
        .collect()
}

/// The points of a stroke that are a few px apart: a hand trembles.
fn thinned(stroke: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for at in stroke {
        if kept.last().is_none_or(|last| last.distance(*at) >= 6.0) {
            kept.push(*at);
        }
    }
    kept
}

/// The direction in which a stroke ends, taken over its last 40 px.
fn heading<'a>(mut stroke: impl DoubleEndedIterator<Item = &'a Point>) -> Point {
    let end = *stroke.next_back().expect("a stroke has points");
    let mut back = end;
    for at in stroke.rev() {
        back = *at;
        if back.distance(end) > 40.0 {
            break;
        }
    }
    let length = back.distance(end).max(f64::MIN_POSITIVE);
    Point { x: (end.x - back.x) / length, y: (end.y - back.y) / length }
}

/// Where a ray from `at` leaves the stage, a little inside its edge.
fn to_edge(at: Point, heading: Point, size: Size) -> Point {
    let reach = |from: f64, step: f64, full: f64| match step {
        s if s > 1e-9 => (full - INSET - from) / s,
        s if s < -1e-9 => (INSET - from) / s,
        _ => f64::INFINITY,
    };
    let way = reach(at.x, heading.x, size.width).min(reach(at.y, heading.y, size.height)).max(0.0);
    Point { x: at.x + heading.x * way, y: at.y + heading.y * way }
}

fn far(at: Point, heading: Point, size: Size) -> Point {
    let way = FAR * (size.width + size.height);
    Point { x: at.x + heading.x * way, y: at.y + heading.y * way }
}

/// From one far point to another around the stage, one way or the other.
fn way_round(from: Point, to: Point, size: Size) -> Vec<Point> {
    let centre = Point { x: size.width / 2.0, y: size.height / 2.0 };
    let angle = |at: Point| (at.y - centre.y).atan2(at.x - centre.x);
    let (start, mut end) = (angle(from), angle(to));
    if end < start {
        end += TAU;
    }
    let radius = from.distance(centre);
    let steps = ((end - start) / 0.3).ceil().max(1.0) as u32;
    let on_the_way = (1..steps).map(|step| {
        let at = start + (end - start) * f64::from(step) / f64::from(steps);
        let on_circle = Point::at_angle(at);
        Point { x: centre.x + radius * on_circle.x, y: centre.y + radius * on_circle.y }
    });
    std::iter::once(from).chain(on_the_way).chain([to]).collect()
}

/// Where the way from `p` to `q` meets the piece from `a` to `b`, as a share of the way.
fn meet(p: Point, q: Point, a: Point, b: Point) -> Option<f64> {
    let (rx, ry, sx, sy) = (q.x - p.x, q.y - p.y, b.x - a.x, b.y - a.y);
    let cross = rx * sy - ry * sx;
    if cross.abs() < 1e-12 {
        return None;
    }
    let t = ((a.x - p.x) * sy - (a.y - p.y) * sx) / cross;
    let u = ((a.x - p.x) * ry - (a.y - p.y) * rx) / cross;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some(t)
}

fn polygon(points: impl Iterator<Item = Point>) -> String {
    let mut data = String::from("M");
    for at in points {
        add(&mut data, " ", at);
    }
    data.push('Z');
    data
}

/// A curve through all points (Catmull and Rom, as cubic pieces).
pub fn smooth(points: &[Point], closed: bool) -> String {
    let n = points.len();
    let at = |i: isize| {
        let last = n as isize - 1;
        points[if closed { i.rem_euclid(n as isize) } else { i.clamp(0, last) } as usize]
    };
    let mut data = String::new();
    add(&mut data, "M", points[0]);
    for i in 0..(if closed { n } else { n - 1 }) as isize {
        let (before, from, to, after) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        let (ax, ay) = (from.x + (to.x - before.x) / 6.0, from.y + (to.y - before.y) / 6.0);
        let (bx, by) = (to.x - (after.x - from.x) / 6.0, to.y - (after.y - from.y) / 6.0);
        add(&mut data, " C", Point { x: ax, y: ay });
        add(&mut data, " ", Point { x: bx, y: by });
        add(&mut data, " ", to);
    }
    data
}

fn add(data: &mut String, before: &str, at: Point) {
    data.push_str(before);
    data.push_str(&px(at.x));
    data.push(' ');
    data.push_str(&px(at.y));
}

//! The way of a message: at most four points, forward in time.

use crate::area::Point;

/// At most four points joined by straight lines.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Route {
    points: [Point; 4],
    len: usize,
}

impl Route {
    /// The way through `points`; those after the fourth are left out.
    pub fn through(points: &[Point]) -> Self {
        let mut route = Route::default();
        for &point in points.iter().take(4) {
            route.points[route.len] = point;
            route.len += 1;
        }
        route
    }

    /// Its points.
    pub fn points(&self) -> &[Point] {
        &self.points[..self.len]
    }

    /// Its straight pieces.
    pub fn segments(&self) -> impl Iterator<Item = (Point, Point)> {
        self.points().windows(2).map(|w| (w[0], w[1]))
    }

    /// Its last point.
    pub fn tip(&self) -> Point {
        self.points().last().copied().unwrap_or_default()
    }

    /// The point a little before its tip, where a head is grabbed.
    pub fn neck(&self, back: f64) -> Point {
        let Some((a, b)) = self.segments().last() else { return self.tip() };
        let length = a.distance(b);
        if length > 0.0 { b.towards(a, (back / length).min(1.0)) } else { b }
    }

    /// The corners of a head of this length, the tip between them.
    pub fn head(&self, length: f64) -> [Point; 3] {
        let tip = self.tip();
        let from = self.segments().last().map_or(tip, |(a, _)| a);
        let way = from.distance(tip);
        // Straight on where there is no way at all.
        let (x, y) = if way > 0.0 { ((tip.x - from.x) / way, (tip.y - from.y) / way) } else { (1.0, 0.0) };
        // A turn by 0.4 of a radian.
        let (ahead, aside) = (length * 0.921_061, length * 0.389_418);
        let corner =
            |side: f64| Point { x: tip.x - ahead * x + side * aside * y, y: tip.y - ahead * y - side * aside * x };
        [corner(-1.0), tip, corner(1.0)]
    }
}

/// A way in px along and across, before it is projected: at most four places, without an allocation for each of
/// thousands of arrows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Way {
    places: [(f64, f64); 4],
    len: usize,
}

impl Way {
    pub(crate) fn of(places: &[(f64, f64)]) -> Self {
        let mut way = Way::default();
        for &place in places.iter().take(4) {
            way.push(place);
        }
        way
    }

    fn push(&mut self, place: (f64, f64)) {
        if self.len < 4 && (self.len == 0 || self.places[self.len - 1] != place) {
            self.places[self.len] = place;
            self.len += 1;
        }
    }

    pub(crate) fn places(&self) -> &[(f64, f64)] {
        &self.places[..self.len]
    }
}

/// The part of a way that lies between `start` and `end` along time, and which of its ends are still there.
pub(crate) struct Clipped {
    pub(crate) way: Way,
    pub(crate) has_start: bool,
    pub(crate) has_end: bool,
}

/// Clips by geometry rather than by an SVG clip path: ids would clash where a page shows several drawings, and browsers
/// get slow at coordinates far outside.
pub(crate) fn clip(way: Way, start: f64, end: f64) -> Option<Clipped> {
    let (first, last) = (*way.places().first()?, *way.places().last()?);
    if last.0 < start || first.0 > end {
        return None;
    }
    let mut kept = Way::default();
    for pair in way.places().windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if b.0 < start || a.0 > end {
            continue;
        }
        let at = |along: f64| {
            let share = if b.0 > a.0 { (along - a.0) / (b.0 - a.0) } else { 0.0 };
            (along, a.1 + (b.1 - a.1) * share)
        };
        kept.push(if a.0 < start { at(start) } else { a });
        kept.push(if b.0 > end { at(end) } else { b });
    }
    Some(Clipped { way: kept, has_start: first.0 >= start, has_end: last.0 <= end })
}

//! Points and rectangles.

use std::f64::consts::TAU;

/// A place in a drawing, in px from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// How far it is to `other`.
    pub fn distance(self, other: Point) -> f64 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }

    /// How far it is to the nearest point of the segment from `a` to `b`.
    pub fn distance_to_segment(self, a: Point, b: Point) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx * dx + dy * dy;
        let share = if length > 0.0 { ((self.x - a.x) * dx + (self.y - a.y) * dy) / length } else { 0.0 };
        self.distance(a.towards(b, share.clamp(0.0, 1.0)))
    }

    /// The point at this angle on the circle of radius 1, clockwise from the right. By hand: for exact angles the standard
    /// library brings 8 KB of code along, and here a tenth of a px is enough.
    pub fn at_angle(angle: f64) -> Point {
        let turns = angle / TAU;
        let angle = (turns - (turns + 0.5).floor()) * TAU;
        // The terms of the series, of which ten of each kind are exact to a millionth.
        let (mut x, mut y, mut term) = (0.0, 0.0, 1.0);
        for pair in 0..10 {
            let (odd, even) = (f64::from(2 * pair + 1), f64::from(2 * pair + 2));
            x += term;
            term *= angle / odd;
            y += term;
            term *= -angle / even;
        }
        Point { x, y }
    }

    /// The point that lies `share` of the way to `other`.
    pub fn towards(self, other: Point, share: f64) -> Point {
        Point { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// Its extent to the right.
    pub width: f64,
    /// Its extent down.
    pub height: f64,
}

impl Area {
    /// The rectangle that has `a` and `b` as opposite corners.
    pub fn between(a: Point, b: Point) -> Area {
        Area { x: a.x.min(b.x), y: a.y.min(b.y), width: (b.x - a.x).abs(), height: (b.y - a.y).abs() }
    }

    /// Its right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Its lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its centre.
    pub fn centre(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Area) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether `inner` lies in it wholly.
    pub fn holds(&self, inner: &Area) -> bool {
        inner.x >= self.x && inner.y >= self.y && inner.right() <= self.right() && inner.bottom() <= self.bottom()
    }

    /// How far `point` is from it; zero inside.
    pub fn distance(&self, point: Point) -> f64 {
        let dx = (self.x - point.x).max(point.x - self.right()).max(0.0);
        let dy = (self.y - point.y).max(point.y - self.bottom()).max(0.0);
        (dx * dx + dy * dy).sqrt()
    }

    /// Whether the segment from `a` to `b` passes through it.
    pub fn meets_segment(&self, a: Point, b: Point) -> bool {
        // Liang and Barsky: narrow the share of the segment that is inside, edge by edge.
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (step, room) in
            [(-dx, a.x - self.x), (dx, self.right() - a.x), (-dy, a.y - self.y), (dy, self.bottom() - a.y)]
        {
            if step == 0.0 {
                if room < 0.0 {
                    return false;
                }
            } else if step < 0.0 {
                enter = enter.max(room / step);
            } else {
                leave = leave.min(room / step);
            }
        }
        enter <= leave
    }
}

#[cfg(test)]
mod tests {
    use super::Point;

    #[test]
    fn angles_are_those_of_the_standard_library() {
        for step in -500..500 {
            let angle = f64::from(step) * 0.037;
            let Point { x, y } = Point::at_angle(angle);
            assert!((x - angle.cos()).abs() < 1e-6 && (y - angle.sin()).abs() < 1e-6, "{angle}: {x} {y}");
        }
    }
}

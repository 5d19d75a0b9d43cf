//! What a drawing is made of: shapes with a meaning.

use crate::area::{Area, Point};
use crate::hit::Hit;
use crate::labels;
use crate::route::Route;

/// A picture as a list of marks, those below first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Its extent to the right, in px.
    pub width: f64,
    /// Its extent down, in px.
    pub height: f64,
    /// What is drawn, in order of painting.
    pub marks: Vec<Mark>,
}

/// A shape, what it means and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its geometry.
    pub shape: Shape,
    /// Its meaning.
    pub class: Class,
    /// What a pointer finds there.
    pub hit: Option<Hit>,
    /// Whether it may share one SVG element with its neighbours of the same class. A browser paints one long path much
    /// faster than a thousand short ones; [`Drawing::hit`] still tells them apart.
    pub merged: bool,
}

impl Mark {
    /// A mark that stands for nothing that could be selected.
    pub fn plain(shape: Shape, class: Class) -> Self {
        Mark { shape, class, hit: None, merged: false }
    }

    /// A mark that a pointer finds.
    pub fn of(hit: Hit, shape: Shape, class: Class) -> Self {
        Mark { shape, class, hit: Some(hit), merged: false }
    }

    /// The mark, sharing an element with its neighbours of the same class if `merged`.
    pub fn merged(self, merged: bool) -> Self {
        Mark { merged, ..self }
    }
}

/// A geometry.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A straight line.
    Line(Point, Point),
    /// A rectangle and the radius of its corners.
    Rect(Area, f64),
    /// A circle: centre and radius.
    Circle(Point, f64),
    /// A message.
    Arrow(Arrow),
    /// Two crossed strokes and their reach.
    Cross(Point, f64),
    /// A pause sign and its reach.
    Pause(Point, f64),
    /// Slanting strokes that fill an area, and the distance between them.
    Hatch(Area, f64),
    /// A line that swings to both sides, and its reach.
    Zigzag(Point, Point, f64),
    /// A dial with two hands and its reach.
    Clock(Point, f64),
    /// A triangle.
    Triangle([Point; 3]),
    /// Words.
    Text(Text),
}

impl Shape {
    /// The space it takes, without the width of strokes.
    pub fn bounds(&self) -> Area {
        let around = |at: &Point, r: f64| Area { x: at.x - r, y: at.y - r, width: 2.0 * r, height: 2.0 * r };
        let hull = |points: &[Point]| {
            let Some(first) = points.first() else { return Area::default() };
            let (mut low, mut high) = (*first, *first);
            for p in points {
                low = Point { x: low.x.min(p.x), y: low.y.min(p.y) };
                high = Point { x: high.x.max(p.x), y: high.y.max(p.y) };
            }
            Area::between(low, high)
        };
        match self {
            Shape::Line(a, b) => hull(&[*a, *b]),
            Shape::Zigzag(a, b, reach) => {
                let (upright, turned) = if a.x == b.x { (0.0, *reach) } else { (*reach, 0.0) };
                let out = |p: &Point, by: f64| Point { x: p.x + by * turned, y: p.y + by * upright };
                hull(&[out(a, -1.0), out(b, 1.0)])
            }
            Shape::Rect(area, _) | Shape::Hatch(area, _) => *area,
            Shape::Circle(at, r) | Shape::Cross(at, r) | Shape::Pause(at, r) | Shape::Clock(at, r) => around(at, *r),
            Shape::Arrow(arrow) => hull(arrow.route.points()),
            Shape::Triangle(points) => hull(points),
            Shape::Text(text) => text.area(),
        }
    }
}

/// A line from the sender to where the message came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// Where it passes.
    pub route: Route,
    /// The length of its head; zero if it has none.
    pub head: f64,
    /// The radius of the dot where it was sent; zero if there is none.
    pub dot: f64,
}

/// Words at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The start, middle or end of its base line.
    pub at: Point,
    /// Which of them.
    pub anchor: Anchor,
    /// The size of the font, in px.
    pub size: f64,
    /// How wide its letters are.
    pub font: Font,
    /// Whether it is turned by a quarter, to read downwards.
    pub turned: bool,
    /// The words.
    pub words: String,
}

impl Text {
    /// The space it takes, estimated on the side of too much.
    pub fn area(&self) -> Area {
        let width = labels::width(&self.words, self.font, self.size);
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let (ascent, descent) = (self.size * 0.8, self.size * 0.25);
        let Point { x, y } = self.at;
        if self.turned {
            Area { x: x - descent, y: y - before, width: ascent + descent, height: width }
        } else {
            Area { x: x - before, y: y - ascent, width, height: ascent + descent }
        }
    }
}

/// Which part of its words a [`Text`] is placed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The first letter.
    Start,
    /// The middle.
    Middle,
    /// The last letter.
    End,
}

/// The width of letters; the stylesheet gives the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    /// Prose.
    Sans,
    /// Names.
    Bold,
    /// Numbers.
    Mono,
}

/// A meaning: a few class names.
#[derive(Clone, Copy, Debug, Default, Eq)]
pub struct Class([&'static str; 5]);

impl PartialEq for Class {
    fn eq(&self, other: &Self) -> bool {
        // The same word is nearly always the same constant: that spares thousands of comparisons of letters.
        self.0.iter().zip(&other.0).all(|(a, b)| std::ptr::eq(*a, *b) || a == b)
    }
}

impl Class {
    /// One name.
    pub const fn of(name: &'static str) -> Self {
        Class([name, "", "", "", ""])
    }

    /// One more name; nothing changes if it is empty. At most five fit.
    pub fn and(mut self, name: &'static str) -> Self {
        if let Some(free) = self.0.iter_mut().find(|n| n.is_empty()) {
            *free = name;
        }
        self
    }

    /// One more name if `holds`.
    pub fn and_if(self, holds: bool, name: &'static str) -> Self {
        if holds { self.and(name) } else { self }
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.into_iter().filter(|n| !n.is_empty())
    }

    /// Whether `name` is one of them.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

//! What is under the pointer.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::area::Point;
use crate::drawing::{Arrow, Drawing, Mark, Shape};

/// Something on the diagram that can be pointed at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Hit {
    /// An event, by its place in the run.
    Event(usize),
    /// A message, by its place among the messages of the run.
    Arrow(usize),
    /// A client's operation, by the event by which it was asked.
    Bar(usize),
    /// A partition or cut, by its intervention.
    Cut(u32),
    /// A crash, by its intervention.
    Down(u32),
    /// Something else that lasts, by its intervention.
    Spell(u32),
    /// A role, by the event by which it began. A pointer does not find it: the event lies there, too.
    Role(usize),
    /// Messages of one sender that are folded into a band, by the places of the first and of the last one.
    Fold(usize, usize),
}

impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hit::Event(i) => write!(f, "event:{i}"),
            Hit::Arrow(i) => write!(f, "arrow:{i}"),
            Hit::Bar(i) => write!(f, "bar:{i}"),
            Hit::Cut(i) => write!(f, "cut:{i}"),
            Hit::Down(i) => write!(f, "down:{i}"),
            Hit::Spell(i) => write!(f, "spell:{i}"),
            Hit::Role(i) => write!(f, "role:{i}"),
            Hit::Fold(first, last) => write!(f, "fold:{first}-{last}"),
        }
    }
}

impl FromStr for Hit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a mark: expected something like `event:12`");
        let (kind, number) = text.split_once(':').ok_or_else(wrong)?;
        let place = || number.parse().map_err(|_| wrong());
        let id = || number.parse().map_err(|_| wrong());
        match kind {
            "event" => Ok(Hit::Event(place()?)),
            "arrow" => Ok(Hit::Arrow(place()?)),
            "bar" => Ok(Hit::Bar(place()?)),
            "cut" => Ok(Hit::Cut(id()?)),
            "down" => Ok(Hit::Down(id()?)),
            "spell" => Ok(Hit::Spell(id()?)),
            "role" => Ok(Hit::Role(place()?)),
            "fold" => {
                let (first, last) = number.split_once('-').ok_or_else(wrong)?;
                let place = |number: &str| number.parse().map_err(|_| wrong());
                Ok(Hit::Fold(place(first)?, place(last)?))
            }
            _ => Err(wrong()),
        }
    }
}

/// How near a mouse has to come, in px. A finger needs about twice that.
const REACH: f64 = 8.0;

/// What comes first where several marks are within reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Event,
    Head,
    Arrow,
    Bar,
    Band,
    Fold,
}

impl Drawing {
    /// What a mouse finds at a point.
    pub fn hit(&self, x: f64, y: f64) -> Option<Hit> {
        self.hit_within(x, y, REACH)
    }

    /// What a pointer finds that reaches so many px: events before heads of arrows before arrows before operations
    /// before partitions and crashes, and among those of one kind the nearest.
    pub fn hit_within(&self, x: f64, y: f64, reach: f64) -> Option<Hit> {
        let point = Point { x, y };
        let mut best: Option<(Rank, f64, Hit)> = None;
        for mark in &self.marks {
            let Some((rank, distance, hit)) = near(mark, point, reach) else { continue };
            if best.is_none_or(|(r, d, _)| (rank, distance) < (r, d)) {
                best = Some((rank, distance, hit));
            }
        }
        best.map(|(_, _, hit)| hit)
    }

    /// Everything that can be pointed at, in the order of painting, each once.
    pub fn hits(&self) -> Vec<Hit> {
        let mut seen = BTreeSet::new();
        self.marks.iter().filter_map(|m| m.hit).filter(|hit| seen.insert(*hit)).collect()
    }
}

fn near(mark: &Mark, point: Point, reach: f64) -> Option<(Rank, f64, Hit)> {
    let hit = mark.hit?;
    let (rank, distance, reach) = match (&mark.shape, hit) {
        (Shape::Arrow(arrow), _) => along_arrow(arrow, point, reach),
        (Shape::Cross(at, _) | Shape::Pause(at, _), Hit::Arrow(_)) => (Rank::Head, at.distance(point), reach),
        (shape, Hit::Event(_)) => (Rank::Event, shape.bounds().centre().distance(point), reach),
        (Shape::Line(a, b), Hit::Arrow(_)) => (Rank::Arrow, point.distance_to_segment(*a, *b), reach * 0.75),
        (Shape::Rect(area, _), Hit::Bar(_)) => (Rank::Bar, area.distance(point), reach / 2.0),
        (_, Hit::Role(_)) => return None,
        (Shape::Rect(area, _), Hit::Fold(..)) => (Rank::Fold, area.distance(point), reach / 2.0),
        (Shape::Rect(area, _) | Shape::Hatch(area, _), _) => (Rank::Band, area.distance(point), reach / 2.0),
        (Shape::Line(a, b) | Shape::Zigzag(a, b, _), _) => (Rank::Band, point.distance_to_segment(*a, *b), reach / 2.0),
        (Shape::Clock(at, _), _) => (Rank::Band, at.distance(point), reach),
        _ => return None,
    };
    (distance <= reach).then_some((rank, distance, hit))
}

fn along_arrow(arrow: &Arrow, point: Point, reach: f64) -> (Rank, f64, f64) {
    let to_head = arrow.route.neck(arrow.head * 0.75).distance(point);
    if arrow.head > 0.0 && to_head <= reach {
        return (Rank::Head, to_head, reach);
    }
    let to_line = arrow.route.segments().map(|(a, b)| point.distance_to_segment(a, b)).fold(f64::INFINITY, f64::min);
    (Rank::Arrow, to_line, reach * 0.75)
}

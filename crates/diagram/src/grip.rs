//! Bars that are drawn by hand: where a pointer takes hold of them.

use lightcone_sim::view::Marks;

use crate::area::Point;
use crate::bars;
use crate::drawing::{Class, Drawing, Mark, Shape};
use crate::frame::{Frame, Highlight};
use crate::viewport::{Orientation, Viewport};

/// The part of a bar that a pointer takes hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
    /// What lies between.
    Middle,
}

/// The bar at a point and the part of it, the later ones first. Ends reach `reach` px to both sides, but never beyond a third
/// of a bar inwards, so that a short one can be moved, too.
pub fn grip(marks: &Marks, view: &Viewport, at: Point, reach: f64) -> Option<(usize, Grip)> {
    let highlight = Highlight::default();
    let frame = Frame::new(marks, view, &highlight);
    let (along, across) = if view.orientation == Orientation::Across { (at.x, at.y) } else { (at.y, at.x) };
    let held = |bar| {
        let ((from, to), lane) = bars::place(&frame, bar)?;
        if (across - lane).abs() > frame.pitch / 2.0 || along < from - reach || along > to + reach {
            return None;
        }
        let inwards = reach.min((to - from) / 3.0);
        Some(match along {
            along if along <= from + inwards => Grip::Start,
            along if along >= to - inwards => Grip::End,
            _ => Grip::Middle,
        })
    };
    marks.bars.iter().rev().find_map(|bar| Some((bar.event, held(bar)?)))
}

/// Handles at both ends of a bar.
pub fn handles(marks: &Marks, view: &Viewport, event: usize) -> Drawing {
    let highlight = Highlight::default();
    let frame = Frame::new(marks, view, &highlight);
    let place = marks.bars.iter().find(|bar| bar.event == event).and_then(|bar| bars::place(&frame, bar));
    let marks = place.into_iter().flat_map(|((from, to), across)| {
        [from, to].map(|along| Mark::plain(Shape::Circle(frame.point(along, across), 5.0), Class::of("grip")))
    });
    Drawing { width: view.width, height: view.height, marks: marks.collect() }
}

//! The cuts that a protocol makes through the run, such as those of its snapshots: lines that pass each lane just before
//! the first event after them.

use lightcone_sim::view::SliceMark;

use crate::area::Point;
use crate::drawing::{Anchor, Class, Font, Shape, Text};
use crate::frame::{Frame, Paint};
use crate::labels::{Care, SMALL};
use crate::viewport::Orientation;

/// So far before that event, in px.
const BEFORE: f64 = 6.0;
/// How far the line goes beyond the first and the last lane, in shares of the distance between two.
const BEYOND: f64 = 0.36;

/// A line for each cut, from the first lane that it has come to to the last.
pub(crate) fn draw(frame: &Frame, paint: &mut Paint) {
    for slice in &frame.marks.slices {
        let points = points(frame, slice);
        let class = Class::of("slice");
        for pair in points.windows(2) {
            let Some((a, b)) = within(frame, pair[0], pair[1]) else { continue };
            let [a, b] = [a, b].map(|(along, across)| frame.point(along, across));
            paint.plain(Shape::Line(a, b), class);
            paint.labels.line(a, b);
        }
    }
}

/// What the cuts are called, where they begin.
pub(crate) fn labels(frame: &Frame, paint: &mut Paint) {
    for slice in &frame.marks.slices {
        let Some((along, across)) = points(frame, slice).first().copied() else { continue };
        if along < frame.start || along > frame.end {
            continue;
        }
        let at = frame.point(along, across);
        let (beside, below) = if frame.view.orientation == Orientation::Across { (4.0, 3.0) } else { (2.0, -4.0) };
        let text = |x: f64, anchor: Anchor| Text {
            at: Point { x: at.x + x, y: at.y + below },
            anchor,
            size: SMALL,
            font: Font::Bold,
            turned: false,
            words: slice.name.clone(),
        };
        let texts = [text(beside, Anchor::Start), text(-beside, Anchor::End)];
        paint.labels.put(Class::of("label").and("on-slice"), Care::Labels, texts);
    }
}

/// Where it passes the lanes, in their order, and a little beyond the first and the last: along and across.
fn points(frame: &Frame, slice: &SliceMark) -> Vec<(f64, f64)> {
    let lane = |node| slice.after.iter().find(|(other, ..)| *other == node).map(|(.., at)| *at);
    let passes = frame.order.iter().filter_map(|node| Some((lane(*node)?, frame.lane(*node)?)));
    let mut points: Vec<(f64, f64)> = passes.map(|(at, across)| (frame.view.place(at) - BEFORE, across)).collect();
    let beyond = frame.pitch * BEYOND;
    if let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) {
        points.insert(0, (first.0, first.1 - beyond));
        points.push((last.0, last.1 + beyond));
    }
    points
}

/// The part of a line that is in the plot.
fn within(frame: &Frame, a: (f64, f64), b: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let at = |along: f64| {
        let share = if b.0 == a.0 { 0.0 } else { (along - a.0) / (b.0 - a.0) };
        (along, a.1 + share * (b.1 - a.1))
    };
    let (low, high) = (a.0.min(b.0), a.0.max(b.0));
    if high < frame.start || low > frame.end {
        return None;
    }
    let inside = |end: (f64, f64)| {
        if end.0 < frame.start {
            at(frame.start)
        } else if end.0 > frame.end {
            at(frame.end)
        } else {
            end
        }
    };
    Some((inside(a), inside(b)))
}

//! What is seen while something is dragged.

use lightcone_core::Micros;
use lightcone_sim::view::Marks;

use crate::area::Point;
use crate::drawing::{Anchor, Arrow, Class, Drawing, Mark, Shape};
use crate::frame::lane_order;
use crate::hit::Hit;
use crate::labels::{self, Care, Labels};
use crate::route::Route;
use crate::viewport::{Orientation, Viewport};
use crate::{arrows, words};

/// Where a mark would be if it were let go at an instant: an outline over the drawing, with the difference in words.
/// Nothing for a mark that is not in `marks`.
pub fn ghost(marks: &Marks, view: &Viewport, dragged: Hit, at: Micros) -> Option<Drawing> {
    let mut drawing = Drawing { width: view.width, height: view.height, marks: Vec::new() };
    let Held { from, tip, class, tail } = held(marks, view, dragged, at)?;
    drawing.marks.extend(tail.map(|shape| Mark::plain(shape, class)));
    drawing.marks.push(Mark::plain(Shape::Circle(tip, 8.0), class.and("grip")));
    drawing.marks.extend(caption(view, tip, class, &difference(from, at)));
    Some(drawing)
}

/// What a drag shows.
struct Held {
    /// The instant before the drag.
    from: Micros,
    /// Where the grip is.
    tip: Point,
    class: Class,
    /// What hangs on the grip.
    tail: Option<Shape>,
}

fn held(marks: &Marks, view: &Viewport, dragged: Hit, at: Micros) -> Option<Held> {
    let order = lane_order(marks);
    let point = |at, node| Some(view.point(at, order.len(), order.iter().position(|n| *n == node)?));
    let plain = Class::of("ghost");
    Some(match dragged {
        Hit::Arrow(index) => {
            let arrow = marks.arrows.iter().find(|a| a.index == index)?;
            let (start, tip) = (point(arrow.sent, arrow.from)?, point(at, arrow.to)?);
            let line = Arrow { route: Route::through(&[start, tip]), head: 0.0, dot: 0.0 };
            let class = plain.and(arrows::flavour(arrow.flavour));
            Held { from: arrow.end, tip, class, tail: Some(Shape::Arrow(line)) }
        }
        Hit::Event(index) => {
            let event = words::event(marks, index)?;
            Held { from: event.at, tip: point(at, event.node)?, class: plain, tail: None }
        }
        Hit::Bar(event) => {
            let bar = marks.bars.iter().find(|b| b.event == event)?;
            Held { from: bar.from, tip: point(at, bar.node)?, class: plain.and("flavour-request"), tail: None }
        }
        Hit::Down(by) => {
            let down = marks.downs.iter().find(|d| d.by == by)?;
            Held { from: nearer(at, down.from, down.to), tip: point(at, down.node)?, class: plain, tail: None }
        }
        Hit::Role(_) | Hit::Fold(..) => return None,
        Hit::Cut(id) | Hit::Spell(id) => {
            let (start, end) = lasting(marks, dragged, id)?;
            let ((top, bottom), along) = (view.across(), view.place(at));
            let line = Shape::Line(view.project(along, top), view.project(along, bottom));
            let tip = view.project(along, (top + bottom) / 2.0);
            Held { from: nearer(at, start, end), tip, class: plain.and("on-cut"), tail: Some(line) }
        }
    })
}

/// From when to when something lasts.
fn lasting(marks: &Marks, hit: Hit, id: u32) -> Option<(Micros, Option<Micros>)> {
    if let Hit::Spell(_) = hit {
        return marks.spells.iter().find(|s| s.id == id).map(|s| (s.from, s.to));
    }
    marks.cuts.iter().find(|c| c.id == id).map(|c| (c.from, c.to))
}

/// The end of a stretch that a pointer at this instant holds.
fn nearer(at: Micros, from: Micros, to: Option<Micros>) -> Micros {
    match to {
        Some(to) if at.0.abs_diff(to.0) < at.0.abs_diff(from.0) => to,
        _ => from,
    }
}

fn difference(from: Micros, to: Micros) -> String {
    let sign = if to < from { '−' } else { '+' };
    let by = Micros(to.0.abs_diff(from.0)).words();
    format!("{sign}{by}")
}

fn caption(view: &Viewport, tip: Point, class: Class, words: &str) -> Vec<Mark> {
    let mut labels = Labels::new(view.width, view.height);
    let below = if view.orientation == Orientation::Across { 20.0 } else { 4.0 };
    let at = |dx: f64, dy: f64| Point { x: tip.x + dx, y: tip.y + dy };
    let spots = [
        labels::small(at(12.0, below), Anchor::Start, words),
        labels::small(at(-12.0, below), Anchor::End, words),
        labels::small(at(12.0, -14.0), Anchor::Start, words),
        labels::small(at(-12.0, -14.0), Anchor::End, words),
    ];
    labels.put(class.and("label"), Care::Labels, spots);
    labels.into_marks()
}

/// A message that is being drawn by hand: from its sending to where the pointer is, which may be where it arrives.
pub fn stroke(view: &Viewport, from: Point, to: Point, arrives: bool) -> Drawing {
    let head = if arrives { 9.0 } else { 0.0 };
    let line = Arrow { route: Route::through(&[from, to]), head, dot: 3.0 };
    let class = Class::of("ghost").and("pen").and_if(arrives, "arrives");
    Drawing { width: view.width, height: view.height, marks: vec![Mark::plain(Shape::Arrow(line), class)] }
}

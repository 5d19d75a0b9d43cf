//! Events on their lanes.

use lightcone_sim::view::{EventKind, EventMark};

use crate::area::{Area, Point};
use crate::cone;
use crate::crowd::Part;
use crate::drawing::{Class, Mark, Shape};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels;

/// From so many events in the window on, those of one kind share an element.
const SHARED: usize = 240;

/// From so many on, the smallest have corners.
const CROWD: usize = 400;

/// All events of the window. Their kinds differ in shape.
pub(crate) fn draw(frame: &Frame, paint: &mut Paint) {
    let seen = |event: &&EventMark| frame.shows(event.at) && frame.part.has_event(event.at);
    let mut visible: Vec<&EventMark> = frame.marks.events.iter().filter(seen).collect();
    let crowded = frame.part != Part::Whole || visible.len() > CROWD;
    let shared = crowded || visible.len() > frame.alone(SHARED);
    if shared {
        let outside = |e: &EventMark| u32::from(cone::is_outside(frame, e.node, e.index));
        visible = labels::ranked(visible, |e| (e.kind as u32) << 1 | outside(e));
    }
    for event in visible {
        let Some(across) = frame.lane(event.node) else { continue };
        let at = frame.point(frame.view.place(event.at), across);
        let dim = cone::is_outside(frame, event.node, event.index);
        let class = Class::of("event").and(kind(event.kind)).and_if(dim, "dim");
        let shape = shape(frame, event.kind, at, crowded);
        paint.marks.push(Mark::of(Hit::Event(event.index), shape, class).merged(shared));
    }
}

/// What happened, as a class.
fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Start => "start",
        EventKind::Restart => "restarted",
        EventKind::Crash => "crashes",
        EventKind::Deliver => "deliver",
        EventKind::Timer => "timer",
        EventKind::Invoke => "invoke",
        EventKind::Local => "local",
        EventKind::Leave => "leaves",
        EventKind::Lie => "lies",
    }
}

/// In a crowd an arrival, the smallest and most frequent, has corners, which nobody sees: arcs cost a browser twice as
/// much.
fn shape(frame: &Frame, kind: EventKind, at: Point, crowded: bool) -> Shape {
    let unit = frame.unit.max(0.6);
    let square = |half: f64| {
        let area = Area { x: at.x - half, y: at.y - half, width: 2.0 * half, height: 2.0 * half };
        Shape::Rect(area, 0.0)
    };
    match kind {
        EventKind::Start => square(1.6 * unit),
        EventKind::Restart => square(3.4 * unit),
        EventKind::Local => square(3.0 * unit),
        EventKind::Crash | EventKind::Leave => Shape::Cross(at, 4.0 * unit),
        EventKind::Lie => {
            let corner = |x: f64, y: f64| Point { x: at.x + x * unit, y: at.y + y * unit };
            Shape::Triangle([corner(-4.0, 3.0), corner(0.0, -4.0), corner(4.0, 3.0)])
        }
        EventKind::Timer => Shape::Circle(at, 2.9 * unit),
        EventKind::Deliver if crowded => square(1.5 * unit),
        EventKind::Deliver => Shape::Circle(at, 1.7 * unit),
        EventKind::Invoke => Shape::Circle(at, 2.9 * unit),
    }
}

/// A ring around the hovered event and a stronger one around the selected event.
pub(crate) fn rings(frame: &Frame, paint: &mut Paint) {
    let highlight = frame.highlight;
    for (hit, class, radius) in [(highlight.hovered, "hovered", 7.5), (highlight.selected, "selected", 9.0)] {
        let Some(Hit::Event(index)) = hit else { continue };
        let Some(event) = find(frame, index).filter(|e| frame.shows(e.at)) else { continue };
        let Some(across) = frame.lane(event.node) else { continue };
        let at = frame.point(frame.view.place(event.at), across);
        if class == "selected" {
            paint.plain(Shape::Circle(at, 3.5), Class::of("core"));
        } else if highlight.selected == hit {
            continue;
        }
        paint.plain(Shape::Circle(at, radius), Class::of("ring").and(class));
        paint.labels.solid(Area { x: at.x - radius, y: at.y - radius, width: 2.0 * radius, height: 2.0 * radius });
    }
}

/// An event by its place in the run. Events come in order, so a search halves its way.
pub(crate) fn find<'a>(frame: &Frame<'a>, index: usize) -> Option<&'a EventMark> {
    crate::words::event(frame.marks, index)
}

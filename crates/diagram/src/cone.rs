//! What an event could know of and what it can influence: prefixes and suffixes of lanes, told by weight.

use lightcone_core::NodeId;
use lightcone_sim::view::Reach;

use crate::area::Point;
use crate::drawing::{Anchor, Class, Font, Shape, Text};
use crate::events;
use crate::frame::{Frame, Paint};
use crate::labels::Care;
use crate::viewport::Orientation;

/// The size of the captions, in px.
const SIZE: f64 = 11.5;

/// The parts of the cone that are in the window: where along, on which lane.
fn parts<'a>(frame: &'a Frame, past: bool) -> impl Iterator<Item = ((f64, f64), f64)> + 'a {
    let cone = frame.highlight.cone;
    let reaches: &[Option<Reach>] = cone.map_or(&[], |c| if past { &c.past } else { &c.future });
    reaches.iter().enumerate().filter_map(move |(lane, reach)| {
        let edge = frame.view.place(reach.as_ref()?.at);
        let across = frame.lane(NodeId(u8::try_from(lane).ok()?))?;
        let along = if past { (frame.start, edge.min(frame.last)) } else { (edge.max(frame.start), frame.last) };
        (along.0 < along.1).then_some((along, across))
    })
}

/// Tinted bands under everything.
pub(crate) fn tints(frame: &Frame, paint: &mut Paint) {
    for (past, class) in [(true, "past"), (false, "future")] {
        for (along, across) in parts(frame, past) {
            let half = 9.0 * frame.unit;
            let area = frame.area(along, (across - half, across + half));
            paint.plain(Shape::Rect(area, 0.0), Class::of("cone").and(class));
        }
    }
}

/// Thicker lanes.
pub(crate) fn lanes(frame: &Frame, paint: &mut Paint) {
    for (past, class) in [(true, "past"), (false, "future")] {
        for (along, across) in parts(frame, past) {
            let line = Shape::Line(frame.point(along.0, across), frame.point(along.1, across));
            paint.plain(line, Class::of("cone-lane").and(class));
        }
    }
}

/// What the two weights mean, in the margin below the plot.
pub(crate) fn captions(frame: &Frame, paint: &mut Paint) {
    let Some(cone) = frame.highlight.cone else { return };
    let event = events::find(frame, cone.event);
    let who = event.map_or("this event", |e| frame.name(e.node));
    let past = format!("dark lanes: what {who} could know of");
    let future = "violet lanes: what this event can influence";
    let (width, height) = (frame.view.width, frame.view.height);
    let left = if frame.view.orientation == Orientation::Across { frame.start + 8.0 } else { 12.0 };
    let (upper, lower) = (height - 23.0, height - 8.0);
    // They lie below the plot whichever way time runs, so they need no projection.
    let text = |x: f64, y: f64, anchor: Anchor, words: &str| {
        let at = Point { x, y };
        Text { at, anchor, size: SIZE, font: Font::Sans, turned: false, words: words.to_owned() }
    };
    let class = Class::of("caption");
    let spots = [text(left, upper, Anchor::Start, &past), text(4.0, upper, Anchor::Start, &past)];
    paint.labels.put(class.and("past"), Care::Labels, spots);
    let mut spots = vec![];
    if let (Some(event), Orientation::Across) = (event, frame.view.orientation) {
        spots.push(text(frame.view.place(event.at).max(left) + 40.0, upper, Anchor::Start, future));
        spots.push(text(width - 14.0, upper, Anchor::End, future));
    }
    spots.push(text(left, lower, Anchor::Start, future));
    spots.push(text(4.0, lower, Anchor::Start, future));
    paint.labels.put(class.and("future"), Care::Labels, spots);
}

//! What an event could know of and what it can influence: prefixes and suffixes of lanes, told by weight.

use lightcone_core::NodeId;
use lightcone_sim::view::{Cone, Reach};

use crate::area::Point;
use crate::drawing::{Anchor, Class, Font, Shape, Text};
use crate::events;
use crate::frame::{Frame, Paint};
use crate::labels::Care;
use crate::viewport::Orientation;

/// The size of the captions, in px.
const SIZE: f64 = 11.5;

/// The past and the future of the selection, unless a chain takes their place.
pub(crate) fn shown<'a>(frame: &Frame<'a>) -> Option<&'a Cone> {
    frame.highlight.cone.filter(|_| frame.highlight.chain.is_empty())
}

fn reach(of: &[Option<Reach>], node: NodeId) -> Option<Reach> {
    of.get(node.index()).copied().flatten()
}

/// Whether an event is neither in the past nor in the future of the selection, or not on the chain that is shown.
pub(crate) fn is_outside(frame: &Frame, node: NodeId, event: usize) -> bool {
    let chain = frame.highlight.chain;
    if !chain.is_empty() {
        return chain.binary_search_by_key(&event, |link| link.event).is_err();
    }
    shown(frame).is_some_and(|cone| {
        let known = reach(&cone.past, node).is_some_and(|edge| event <= edge.event);
        !known && reach(&cone.future, node).is_none_or(|edge| event < edge.event)
    })
}

/// A stretch of a lane as the cone divides it: what lies in the past, what is concurrent, and what lies in the future.
pub(crate) fn divide(frame: &Frame, node: NodeId, along: (f64, f64)) -> [((f64, f64), bool); 3] {
    let along = (along.0, along.1.max(along.0));
    let Some(cone) = shown(frame) else {
        let all = !frame.highlight.chain.is_empty();
        return [(along, all), ((along.1, along.1), all), ((along.1, along.1), all)];
    };
    let edge = |of: &[Option<Reach>], none: f64| {
        reach(of, node).map_or(none, |edge| frame.view.place(edge.at)).clamp(along.0, along.1)
    };
    let known = edge(&cone.past, along.0);
    let influenced = edge(&cone.future, along.1).max(known);
    [((along.0, known), false), ((known, influenced), true), ((influenced, along.1), false)]
}

/// The parts of the cone that are in the window: where along, on which lane.
fn parts<'a>(frame: &'a Frame, past: bool) -> impl Iterator<Item = ((f64, f64), f64)> + 'a {
    let cone = shown(frame);
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
    let Some(cone) = shown(frame) else { return };
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

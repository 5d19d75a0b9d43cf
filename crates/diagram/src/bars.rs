//! The operations of clients.

use lightcone_sim::view::BarMark;

use crate::cone;
use crate::drawing::{Anchor, Class, Font, Mark, Shape, Text};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{self, Care, SMALL};

/// Narrower than this a bar cannot be seen, let alone touched.
const NARROWEST: f64 = 3.0;
/// From the middle of a bar to its edge along the lane.
pub(crate) const HALF: f64 = 9.0;
/// From so many bars in the window on, neighbours of one class share an element.
const CROWD: usize = 40;

/// A bar for each operation; dashed while it waits.
pub(crate) fn draw(frame: &Frame, paint: &mut Paint) {
    let crowded = frame.marks.bars.len() > CROWD;
    for bar in &frame.marks.bars {
        let Some((along, across)) = place(frame, bar) else { continue };
        let half = HALF * frame.unit;
        let area = frame.area(along, (across - half, across + half));
        let hit = Hit::Bar(bar.event);
        let class = Class::of("bar").and(state(bar)).and_if(is_dim(frame, bar), "dim");
        paint.marks.push(Mark::of(hit, Shape::Rect(area, half), frame.lit(hit, class)).merged(crowded));
        paint.labels.solid(area);
    }
}

/// What was asked and answered: inside if it fits, beside if there is room, or shortened.
pub(crate) fn labels(frame: &Frame, paint: &mut Paint) {
    for bar in &frame.marks.bars {
        let Some((along, across)) = place(frame, bar) else { continue };
        let words = words(bar);
        let wide = labels::width(&words, Font::Sans, SMALL);
        let (start, room) = free(frame, bar, along, wide);
        let inside = |words: &str| [frame.along_lane(start, across, Anchor::Start, words)];
        if wide <= room {
            put(paint, state(bar), Care::Labels, inside(&words));
            continue;
        }
        let beside = frame.along_lane(along.1 + 5.0, across, Anchor::Start, &words);
        let has_end = bar.to.is_some_and(|to| frame.shows(to));
        if !(has_end && put(paint, "beside", Care::Solids, [beside]))
            && let Some(short) = labels::clip(&words, Font::Sans, SMALL, room)
        {
            put(paint, state(bar), Care::Labels, inside(&short));
        }
    }
}

/// Where in a bar words cover no event, and how much room they have there: the first place with as much as they take,
/// or else the widest.
fn free(frame: &Frame, bar: &BarMark, along: (f64, f64), wide: f64) -> (f64, f64) {
    let pad = 8.0 * frame.unit;
    let events = &frame.marks.events;
    let first = events.partition_point(|event| event.at <= bar.from);
    let within = events[first..].iter().take_while(|event| bar.to.is_none_or(|to| event.at < to));
    let own = within.filter(|event| event.node == bar.node).map(|event| frame.view.place(event.at));
    let (mut start, mut widest) = (along.0 + pad, (along.0 + pad, 0.0));
    for end in own.take_while(|at| *at < along.1).chain([along.1]) {
        let room = end - pad - start;
        if room >= wide {
            return (start, room);
        }
        if room > widest.1 {
            widest = (start, room);
        }
        start = start.max(end + pad);
    }
    widest
}

/// Words on a plate of their own, so that the lane does not strike them through. Arrows and events pass above it.
fn put(paint: &mut Paint, class: &'static str, care: Care, texts: [Text; 1]) -> bool {
    let Some(area) = paint.labels.put_in(Class::of("label").and("on-bar"), care, texts) else { return false };
    paint.plain(Shape::Rect(area, 2.0), Class::of("plate").and(class));
    true
}

/// Where a bar lies: along time, and the middle of its lane.
pub(crate) fn place(frame: &Frame, bar: &BarMark) -> Option<((f64, f64), f64)> {
    let across = frame.lane(bar.node)?;
    let (from, to) = frame.stretch(bar.from, bar.to)?;
    Some(((from, to.max(from + NARROWEST).min(frame.end)), across))
}

/// Whether it was asked outside of the cone.
fn is_dim(frame: &Frame, bar: &BarMark) -> bool {
    cone::is_outside(frame, bar.node, bar.event)
}

fn state(bar: &BarMark) -> &'static str {
    if bar.to.is_some() { "answered" } else { "waiting" }
}

fn words(bar: &BarMark) -> String {
    match (&bar.ret, bar.to) {
        (_, None) => format!("{}: waiting", bar.op),
        (Some(ret), _) if !ret.is_empty() => format!("{} ✓ {ret}", bar.op),
        (Some(_), _) => format!("{} ✓", bar.op),
        (None, _) => format!("{} ✕ failed", bar.op),
    }
}

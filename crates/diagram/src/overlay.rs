//! What is laid over a picture: a chain of causes, the reason why nothing came, and how another run differs.

use lightcone_core::{Micros, NodeId};
use lightcone_sim::view::{Along, ArrowMark};

use crate::area::Point;
use crate::bands::{self, CutLine, Place};
use crate::drawing::{Arrow, Class, Mark, Shape};
use crate::frame::{Frame, Paint};
use crate::spells::{self, SpellLine};
use crate::{arrows, events};

/// Of another run: the events and messages that this one does not have, or not there. Of this one: a halo around those
/// that the other does not have, or not there.
pub(crate) fn difference(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    let Some(difference) = frame.highlight.difference else { return };
    let is = |places: &[usize], index: usize| places.binary_search(&index).is_ok();
    for arrow in frame.marks.arrows.iter().filter(|arrow| is(&difference.new_arrows, arrow.index)) {
        message(frame, cuts, arrow, Class::of("differs"), paint);
    }
    for event in frame.marks.events.iter().filter(|event| is(&difference.new_events, event.index)) {
        circle(frame, event.node, event.at, 6.0, Class::of("differs"), paint);
    }
    let other = frame.with(&difference.old);
    let other_cuts = bands::lines(&other);
    outlines(frame, &other, &other_cuts, paint);
    for arrow in difference.old.arrows.iter().filter(|arrow| is(&difference.old_arrows, arrow.index)) {
        message(&other, &other_cuts, arrow, Class::of("otherwise"), paint);
    }
    for event in difference.old.events.iter().filter(|event| is(&difference.old_events, event.index)) {
        circle(frame, event.node, event.at, 3.2, Class::of("otherwise"), paint);
    }
}

/// What lasts in another run, where it does not last so in this one.
fn outlines(frame: &Frame, other: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    let mut outline = |from: Micros, to: Option<Micros>, across: f64, half: f64| {
        let Some(along) = frame.stretch(from, to) else { return };
        let area = frame.area(along, (across - half * frame.unit, across + half * frame.unit));
        paint.marks.push(Mark::plain(Shape::Rect(area, 3.0), Class::of("otherwise")).merged(true));
    };
    let (top, bottom) = frame.view.across();
    for CutLine { mark, place } in cuts.iter().filter(|cut| !frame.marks.cuts.contains(cut.mark)) {
        match place {
            Place::Between(bands) => bands.iter().for_each(|across| outline(mark.from, mark.to, *across, 7.0)),
            Place::OnLanes(_) => {
                let half = (bottom - top) / 2.0 / frame.unit;
                outline(mark.from, mark.to, (top + bottom) / 2.0, half);
            }
        }
    }
    for down in other.marks.downs.iter().filter(|down| !frame.marks.downs.contains(down)) {
        frame.lane(down.node).into_iter().for_each(|across| outline(down.from, down.to, across, 13.0));
    }
    for SpellLine { mark, at } in spells::lines(other, cuts) {
        if !frame.marks.spells.contains(mark) {
            at.iter().for_each(|across| outline(mark.from, mark.to, *across, 8.0));
        }
    }
}

/// The chain between the selection and the second one, along lanes and messages, and a ring around the second one.
pub(crate) fn chain(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    let chain = frame.highlight.chain;
    for (link, next) in chain.iter().zip(chain.iter().skip(1)) {
        match link.next {
            Some(Along::Message(index)) => {
                let place = frame.marks.arrows.binary_search_by_key(&index, |arrow| arrow.index);
                if let Ok(place) = place {
                    message(frame, cuts, &frame.marks.arrows[place], Class::of("chain"), paint);
                }
            }
            Some(Along::Lane(node)) => along_lane(frame, node, (link.event, next.event), paint),
            None => {}
        }
    }
    for link in chain {
        if let Some(event) = events::find(frame, link.event) {
            circle(frame, event.node, event.at, 5.0, Class::of("chain"), paint);
        }
    }
    if let Some(crate::hit::Hit::Event(index)) = frame.highlight.second
        && let Some(event) = events::find(frame, index)
    {
        circle(frame, event.node, event.at, 9.0, Class::of("ring").and("selected"), paint);
    }
}

/// A dashed line beside the lane of the selected event, from when what would have come was removed.
pub(crate) fn absent(frame: &Frame, paint: &mut Paint) {
    let Some(absent) = frame.highlight.absent else { return };
    let event = events::find(frame, absent.event);
    let Some((event, across)) = event.and_then(|event| Some((event, frame.lane(event.node)?))) else { return };
    let Some((from, to)) = frame.stretch(absent.from, Some(event.at)) else { return };
    let beside = across - 13.0 * frame.unit;
    let class = Class::of("absent");
    paint.plain(Shape::Line(frame.point(from, beside), frame.point(to, beside)), class);
    paint.plain(Shape::Line(frame.point(to, beside), frame.point(to, across)), class);
    if frame.shows(absent.from) {
        paint.plain(Shape::Cross(frame.point(from, beside), 4.0 * frame.unit), class.and("start"));
    }
}

/// What lies outside of the window is reached at its edge.
fn along_lane(frame: &Frame, node: NodeId, (from, to): (usize, usize), paint: &mut Paint) {
    let events = &frame.marks.events;
    let (Some(across), Some(first), Some(last)) = (frame.lane(node), events.first(), events.last()) else { return };
    if to < first.index || last.index < from {
        return;
    }
    let place = |event: usize, edge: f64| events::find(frame, event).map_or(edge, |event| frame.view.place(event.at));
    let along = [place(from, frame.start), place(to, frame.end)].map(|along| along.clamp(frame.start, frame.end));
    paint.plain(Shape::Line(frame.point(along[0], across), frame.point(along[1], across)), Class::of("chain"));
}

fn message(frame: &Frame, cuts: &[CutLine], arrow: &ArrowMark, class: Class, paint: &mut Paint) {
    let Some((route, heads)) = arrows::way(frame, cuts, arrow) else { return };
    let head = if heads { 8.0 * frame.unit } else { 0.0 };
    if route.points().len() > 1 {
        paint.marks.push(Mark::plain(Shape::Arrow(Arrow { route, head, dot: 0.0 }), class).merged(true));
    }
}

fn circle(frame: &Frame, node: NodeId, at: Micros, radius: f64, class: Class, paint: &mut Paint) {
    if let Some(across) = frame.lane(node).filter(|_| frame.shows(at)) {
        let centre: Point = frame.point(frame.view.place(at), across);
        paint.marks.push(Mark::plain(Shape::Circle(centre, radius * frame.unit.max(0.6)), class).merged(true));
    }
}

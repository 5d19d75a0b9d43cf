//! Lanes: names, lines, roles, and where someone is down.

use lightcone_core::{Micros, Role};
use lightcone_sim::view::Absence;

use crate::cone;
use crate::drawing::{Anchor, Class, Font, Shape, Text};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{self, Care};
use crate::viewport::Orientation;

/// The base line of every participant.
pub(crate) fn lines(frame: &Frame, paint: &mut Paint) {
    for &node in &frame.order {
        let Some(across) = frame.lane(node) else { continue };
        let line = Shape::Line(frame.point(frame.start, across), frame.point(frame.last, across));
        paint.plain(line, Class::of("lane"));
        paint.labels.line(frame.point(frame.start, across), frame.point(frame.last, across));
    }
}

/// The names, smaller if they are long, shortened if they are too long.
pub(crate) fn names(frame: &Frame, paint: &mut Paint) {
    for &node in &frame.order {
        let Some(across) = frame.lane(node) else { continue };
        let name = frame.name(node);
        let across_view = frame.view.orientation == Orientation::Across;
        let room = if across_view { frame.start - 14.0 } else { frame.pitch - 4.0 };
        let most = if frame.pitch < 18.0 { 9.0 } else { 13.0 };
        let size = [most, 10.0, 9.0].into_iter().find(|s| labels::width(name, Font::Bold, *s) <= room).unwrap_or(9.0);
        let Some(words) = labels::clip(name, Font::Bold, size, room) else { continue };
        let (at, anchor) = if across_view {
            let x = (frame.start - 44.0).min(frame.start - 10.0 - labels::width(&words, Font::Bold, size)).max(2.0);
            (frame.point(x, across + size * 0.36), Anchor::Start)
        } else {
            (frame.point(frame.start - 16.0, across), Anchor::Middle)
        };
        let text = Text { at, anchor, size, font: Font::Bold, turned: false, words };
        paint.labels.put(Class::of("name"), Care::Labels, [text]);
    }
}

/// The roles that stand out, as strips beside the lane. A candidate's is thinner, so that colour is not the only sign, and
/// those who take no part yet have a mere line.
pub(crate) fn strips(frame: &Frame, paint: &mut Paint) {
    for strip in &frame.marks.strips {
        let (class, thickness) = match (strip.role, strip.role.like()) {
            (Role::Outside, _) => ("role-outside", 1.5),
            (Role::Learner, _) => ("role-learner", 2.5),
            (_, Role::Leader) => ("role-leader", 6.0),
            (_, Role::Candidate) => ("role-candidate", 4.0),
            _ => continue,
        };
        let (Some(across), Some(along)) = (frame.lane(strip.node), frame.stretch(strip.from, Some(strip.to))) else {
            continue;
        };
        let side = across + 4.0 * frame.unit;
        let across = (side, side + thickness * frame.unit);
        for (part, dim) in cone::divide(frame, strip.node, (along.0, along.1.min(frame.last))) {
            if part.0 < part.1 {
                let area = frame.area(part, across);
                let class = Class::of("strip").and(class).and_if(dim, "dim");
                paint.hit(Hit::Role(strip.event), Shape::Rect(area, 3.0 * frame.unit), class);
                paint.labels.solid(area);
            }
        }
    }
}

/// Where someone is down, or takes no part.
pub(crate) fn downs(frame: &Frame, paint: &mut Paint) {
    for down in &frame.marks.downs {
        let (Some(across), Some(along)) = (frame.lane(down.node), frame.stretch(down.from, down.to)) else { continue };
        let half = 13.0 * frame.unit;
        let hit = Hit::Down(down.by);
        let area = frame.area(along, (across - half, across + half));
        let absent = down.why != Absence::Crashed;
        let class = Class::of("down").and_if(absent, "absent");
        paint.hit(hit, Shape::Rect(area, 5.0 * frame.unit), frame.lit(hit, class));
        paint.labels.solid(area);
        for (at, class) in [(Some(down.from), "crash"), (down.to, "restart")] {
            // Nothing happens at the start of the run to someone who joins later.
            let Some(at) = at.filter(|at| frame.shows(*at) && *at > Micros::ZERO) else { continue };
            let along = frame.view.place(at);
            let edge = Shape::Line(frame.point(along, across - half), frame.point(along, across + half));
            paint.hit(hit, edge, Class::of("down-edge").and(class));
        }
    }
}

/// The word on a band of someone who is down.
fn absence(why: Absence) -> &'static str {
    match why {
        Absence::Crashed => "crashed",
        Absence::Left => "left",
        Absence::NotYet => "not there yet",
    }
}

/// The word, on the band or beside it.
pub(crate) fn down_labels(frame: &Frame, paint: &mut Paint) {
    for down in &frame.marks.downs {
        let (Some(across), Some(along)) = (frame.lane(down.node), frame.stretch(down.from, down.to)) else { continue };
        let class = Class::of("label").and("on-down");
        let word = absence(down.why);
        let room = along.1 - along.0 - 12.0;
        if labels::width(word, Font::Sans, labels::SMALL) <= room {
            let spots = [
                frame.along_lane(along.0 + 8.0, across, Anchor::Start, word),
                frame.along_lane((along.0 + along.1) / 2.0, across, Anchor::Middle, word),
                frame.along_lane(along.1 - 8.0, across, Anchor::End, word),
            ];
            paint.labels.put(class, Care::Labels, spots);
        } else {
            let beside = 22.0 * frame.unit;
            let spots =
                [across - beside, across + beside].map(|across| frame.along_lane(along.0, across, Anchor::Start, word));
            paint.labels.put(class, Care::Solids, spots);
        }
    }
}

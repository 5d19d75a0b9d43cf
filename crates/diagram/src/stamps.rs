//! The timestamps that logical clocks gave to events, and what they tell of these beside a chosen one.

use lightcone_core::Claim;
use lightcone_sim::view::StampMark;

use crate::arrows;
use crate::bands::CutLine;
use crate::cone;
use crate::drawing::{Anchor, Class, Font, Text};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{Care, SMALL};
use crate::viewport::Orientation;

/// Where more than so many events of a window have timestamps, those of the highlighted events alone are written.
const MOST: usize = 160;

/// Every timestamp that finds room beside its event: first that of the chosen event, then those along the run.
pub(crate) fn draw(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    let stamps = &frame.marks.stamps;
    if stamps.is_empty() {
        return;
    }
    let highlighted = |stamp: &StampMark| {
        [frame.highlight.selected, frame.highlight.hovered].contains(&Some(Hit::Event(stamp.event)))
    };
    let (first, rest): (Vec<&StampMark>, Vec<&StampMark>) =
        stamps.iter().filter(|stamp| frame.shows(stamp.at)).partition(|stamp| highlighted(stamp));
    let rest = if rest.len() > MOST { Vec::new() } else { rest };
    if !rest.is_empty() {
        arrows::keep_clear(frame, cuts, paint);
    }
    first.into_iter().for_each(|stamp| write(frame, stamp, Care::Labels, paint));
    rest.into_iter().for_each(|stamp| write(frame, stamp, Care::Lines, paint));
}

fn write(frame: &Frame, stamp: &StampMark, care: Care, paint: &mut Paint) {
    let Some(across) = frame.lane(stamp.node) else { return };
    let (sign, claim) = told(frame, stamp);
    let words = format!("{sign}{}", stamp.stamp.words());
    let dim = frame.highlight.claims.is_none() && cone::is_outside(frame, stamp.node, stamp.event);
    let class = Class::of("label").and("stamp").and(claim).and_if(dim, "dim");
    let at = frame.point(frame.view.place(stamp.at), across);
    // Above and below the lane where time runs right, beside it where time runs down; on the lane itself nowhere.
    let spots = match frame.view.orientation {
        Orientation::Across => [(4.0, -6.0), (-4.0, -6.0), (4.0, 14.0), (-4.0, 14.0)],
        Orientation::Down => [(7.0, -3.0), (-7.0, -3.0), (7.0, 11.0), (-7.0, 11.0)],
    };
    let texts = spots.map(|(x, y)| Text {
        at: crate::area::Point { x: at.x + x, y: at.y + y },
        anchor: if x > 0.0 { Anchor::Start } else { Anchor::End },
        size: SMALL,
        font: Font::Mono,
        turned: false,
        words: words.clone(),
    });
    paint.labels.put(class, care, texts);
}

/// What the clock tells of an event beside the chosen one, as a sign and as a class.
fn told(frame: &Frame, stamp: &StampMark) -> (&'static str, &'static str) {
    let Some(chosen) = frame.highlight.claims else { return ("", "") };
    if frame.highlight.selected == Some(Hit::Event(stamp.event)) {
        return ("", "claim-own");
    }
    match stamp.stamp.beside(chosen) {
        Claim::Before => ("← ", "claim-before"),
        Claim::After => ("→ ", "claim-after"),
        Claim::Concurrent => ("∥ ", "claim-concurrent"),
        Claim::NotAfter => ("←? ", "claim-not-after"),
        Claim::NotBefore => ("→? ", "claim-not-before"),
        Claim::Same => ("= ", "claim-same"),
    }
}

//! What a reader has put on a diagram: captions at an instant, and the places that a search has found.

use lightcone_core::Micros;
use lightcone_sim::view::Marks;

use crate::drawing::{Anchor, Class, Drawing, Font, Shape, Text};
use crate::frame::{Frame, Highlight, Paint};
use crate::hit::Hit;
use crate::labels::{Care, Labels, SMALL, clip};
use crate::viewport::{Orientation, Viewport};

/// What a reader has put on a diagram.
pub struct Flags<'a> {
    /// The captions: when, as the axis counts, and the words; none for a bookmark.
    pub captions: &'a [(Micros, &'a str)],
    /// Whether a search has found an event or a message.
    pub found: &'a dyn Fn(Hit) -> bool,
    /// The one among them that is shown.
    pub current: Option<Hit>,
}

/// Captions and the places of a search, to be laid over the diagram of these marks.
pub fn flags(marks: &Marks, view: &Viewport, flags: &Flags) -> Drawing {
    let highlight = Highlight::default();
    let frame = Frame::new(marks, view, &highlight);
    let mut paint = Paint { marks: Vec::new(), labels: Labels::new(view.width, view.height) };
    for (place, (at, words)) in flags.captions.iter().enumerate().filter(|(_, (at, _))| frame.shows(*at)) {
        let beside = |place: Option<usize>| place.and_then(|place| flags.captions.get(place));
        let along = |place, none| beside(place).map_or(none, |(at, _)| view.place(*at));
        let room = (along(place.checked_sub(1), f64::NEG_INFINITY), along(Some(place + 1), f64::INFINITY));
        caption(&frame, *at, room, words, &mut paint);
    }
    let mut ring = |at: Micros, node, hit: Hit| {
        let Some(across) = frame.lane(node).filter(|_| frame.shows(at) && (flags.found)(hit)) else { return };
        let class = Class::of("found").and_if(flags.current == Some(hit), "current");
        let (along, reach) = (view.place(at), 4.0 + 4.0 * frame.unit);
        paint.plain(Shape::Circle(frame.point(along, across), reach), class);
    };
    for event in &marks.events {
        ring(event.at, event.node, Hit::Event(event.index));
    }
    for arrow in &marks.arrows {
        ring(arrow.end, arrow.to, Hit::Arrow(arrow.index));
    }
    let Paint { mut marks, labels } = paint;
    marks.extend(labels.into_marks());
    Drawing { width: view.width, height: view.height, marks }
}

/// A pennant at the axis, a line through the lanes, and the words beside it where there is room. Where time runs down there
/// is none: whoever shows the diagram says them elsewhere. Words end before the pennants on either side.
fn caption(frame: &Frame, at: Micros, (last, next): (f64, f64), words: &str, paint: &mut Paint) {
    let along = frame.view.place(at);
    let (top, bottom) = frame.view.across();
    let across_view = frame.view.orientation == Orientation::Across;
    let mast = if across_view { 4.0 } else { top - 8.0 };
    paint.plain(Shape::Line(frame.point(along, mast), frame.point(along, bottom + 6.0)), Class::of("flag-line"));
    let pennant = if across_view {
        [(0.0, 3.0), (9.0, 7.0), (0.0, 11.0)].map(|(x, y)| frame.point(along + x, y))
    } else {
        [(0.0, 0.0), (-8.0, 4.0), (0.0, 9.0)].map(|(x, y)| frame.point(along + x, top - 8.0 + y))
    };
    paint.plain(Shape::Triangle(pennant), Class::of("flag"));
    if words.is_empty() || !across_view {
        return;
    }
    let text = |at: f64, room, anchor| {
        let words = clip(words, Font::Sans, SMALL, room)?;
        Some(Text { at: frame.point(at, 11.0), anchor, size: SMALL, font: Font::Sans, turned: false, words })
    };
    // A pennant is 9 px wide, and words keep away from it.
    let after = text(along + 12.0, next - along - 18.0, Anchor::Start);
    let before = text(along - 4.0, along - last - 18.0, Anchor::End);
    paint.labels.put(Class::of("label").and("on-flag"), Care::Labels, [after, before].into_iter().flatten());
}

//! What a judge has found, laid over a diagram: the operations that have no place in an order, the order itself, and the
//! events that broke an invariant.

use lightcone_core::{Micros, NodeId};
use lightcone_sim::view::{BarMark, Marks};

use crate::bars;
use crate::drawing::{Anchor, Class, Drawing, Font, Shape, Text};
use crate::frame::{Frame, Highlight, Paint};
use crate::labels::{Care, Labels, SMALL};
use crate::viewport::Viewport;
use crate::words;

/// What a judge has found. Operations are named by the events that asked for them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Witness<'a> {
    /// The operations that have no place in the order.
    pub stuck: &'a [usize],
    /// The order: each operation with an instant at which it may have taken effect, as the axis counts.
    pub order: &'a [(usize, Micros)],
    /// The events that broke something.
    pub breaches: &'a [Breach<'a>],
}

/// An event that broke an invariant.
#[derive(Clone, Copy, Debug)]
pub struct Breach<'a> {
    /// It.
    pub event: usize,
    /// Everyone involved.
    pub nodes: &'a [NodeId],
    /// What was broken.
    pub name: &'a str,
}

/// What a judge has found, to be laid over the diagram of these marks.
pub fn witness(marks: &Marks, view: &Viewport, found: &Witness) -> Drawing {
    let highlight = Highlight::default();
    let frame = Frame::new(marks, view, &highlight);
    let mut paint = Paint { marks: Vec::new(), labels: Labels::new(view.width, view.height) };
    let bar = |event: usize| marks.bars.iter().find(|bar| bar.event == event);
    for stuck in found.stuck.iter().filter_map(|event| bar(*event)) {
        crossed_out(&frame, stuck, &mut paint);
    }
    for (number, (event, at)) in found.order.iter().enumerate() {
        if let Some(bar) = bar(*event) {
            numbered(&frame, bar, number + 1, *at, &mut paint);
        }
    }
    for breach in found.breaches {
        broken(&frame, breach, &mut paint);
    }
    let Paint { mut marks, labels } = paint;
    marks.extend(labels.into_marks());
    Drawing { width: view.width, height: view.height, marks }
}

/// A frame with slanting strokes, and a cross at its beginning.
fn crossed_out(frame: &Frame, bar: &BarMark, paint: &mut Paint) {
    let Some((along, across)) = bars::place(frame, bar) else { return };
    let half = 11.0 * frame.unit;
    let area = frame.area(along, (across - half, across + half));
    let class = Class::of("stuck");
    paint.plain(Shape::Rect(area, half), class);
    paint.plain(Shape::Hatch(area, 9.0), class.and("pattern"));
    paint.plain(Shape::Cross(frame.point(along.0 - 9.0, across), 4.5), class.and("cross"));
}

/// A dot where it may have taken effect, on the edge of the bar so that the words in it can be read, and its number.
fn numbered(frame: &Frame, bar: &BarMark, number: usize, at: Micros, paint: &mut Paint) {
    let Some(across) = frame.lane(bar.node).filter(|_| frame.shows(at)) else { return };
    let along = frame.view.place(at);
    let (edge, off) = (across - bars::HALF * frame.unit, across - 15.0 * frame.unit);
    paint.plain(Shape::Line(frame.point(along, edge), frame.point(along, off)), Class::of("point"));
    paint.plain(Shape::Circle(frame.point(along, edge), 3.0), Class::of("point"));
    let mut text = frame.along_lane(along, off - 5.0, Anchor::Middle, &number.to_string());
    text.font = Font::Mono;
    text.turned = false;
    paint.labels.put(Class::of("label").and("on-point"), Care::Labels, [text]);
}

/// A cross in a ring where it was broken, rings around the others involved, a line through all of them, and the name.
fn broken(frame: &Frame, breach: &Breach, paint: &mut Paint) {
    let Some(event) = words::event(frame.marks, breach.event).filter(|event| frame.shows(event.at)) else { return };
    let along = frame.view.place(event.at);
    let class = Class::of("breach");
    let lanes = breach.nodes.iter().filter_map(|node| frame.lane(*node));
    let own = frame.lane(event.node);
    let all: Vec<f64> = lanes.chain(own).collect();
    let first = all.iter().copied().fold(f64::INFINITY, f64::min);
    let last = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if first < last {
        paint.plain(Shape::Line(frame.point(along, first), frame.point(along, last)), class);
    }
    for across in all {
        paint.plain(Shape::Circle(frame.point(along, across), 8.0), class.and("ring"));
    }
    if let Some(across) = own {
        paint.plain(Shape::Cross(frame.point(along, across), 4.5), class.and("cross"));
        let text = |at, anchor| {
            let words = breach.name.to_owned();
            Text { at, anchor, size: SMALL, font: Font::Bold, turned: false, words }
        };
        let beside = [(12.0, Anchor::Start), (-12.0, Anchor::End)];
        let spots = beside.map(|(by, anchor)| {
            let mut at = frame.point(along, across);
            (at.x, at.y) = (at.x + by, at.y - 9.0);
            text(at, anchor)
        });
        paint.labels.put(Class::of("label").and("on-breach"), Care::Labels, spots);
    }
}

//! The picture as a whole: who lies where, and what is painted over what.

use lightcone_core::{Micros, NodeId, NodeKind, Stamp};
use lightcone_sim::view::{CausalLink, Cone, Marks};

use crate::area::{Area, Point};
use crate::arrows::Folds;
use crate::bands::{self, CutLine};
use crate::crowd::Part;
use crate::drawing::{Anchor, Class, Drawing, Font, Mark, Shape, Text};
use crate::hit::Hit;
use crate::labels::{Labels, SMALL};
use crate::spells::{self, SpellLine};
use crate::viewport::{Orientation, Viewport};
use crate::{arrows, axis, bars, cone, events, lanes, overlay, slices, stamps};

/// What stands out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Highlight<'a> {
    /// What is selected.
    pub selected: Option<Hit>,
    /// What the pointer is over.
    pub hovered: Option<Hit>,
    /// The past and the future of the selection.
    pub cone: Option<&'a Cone>,
    /// The timestamp of the selected event, if what the clock tells of the others beside it is to be seen.
    pub claims: Option<&'a Stamp>,
    /// The other end of a causal chain.
    pub second: Option<Hit>,
    /// The causal chain between the selection and the other end, earliest first; empty if there is none.
    pub chain: &'a [CausalLink],
    /// What another run of the same scene did differently.
    pub difference: Option<&'a Difference>,
    /// From when on everything is hidden, as the axis counts.
    pub hidden: Option<Micros>,
    /// Why nothing came before the selected event, which waited for it.
    pub absent: Option<Absent>,
}

/// Nothing came, and so an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The event.
    pub event: usize,
    /// Since when what would have come was removed.
    pub from: Micros,
}

/// How the run that is drawn differs from another one, which is drawn as a ghost. All places are sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// The other run in the same window.
    pub old: Marks,
    /// Events of the other run that are gone, moved or changed.
    pub old_events: Vec<usize>,
    /// Messages of the other run that are gone, moved or changed.
    pub old_arrows: Vec<usize>,
    /// Events of this run that are new, moved or changed.
    pub new_events: Vec<usize>,
    /// Messages of this run that are new, moved or changed.
    pub new_arrows: Vec<usize>,
}

/// The participants in the order of their lanes: clients first, as requests come in from above, then servers.
pub fn lane_order(marks: &Marks) -> Vec<NodeId> {
    let of = |kind| marks.lanes.iter().filter(move |l| l.kind == kind).map(|l| l.node);
    of(NodeKind::Client).chain(of(NodeKind::Server)).collect()
}

/// Draws a run.
pub fn draw(marks: &Marks, view: &Viewport, highlight: &Highlight) -> Drawing {
    let frame = Frame::new(marks, view, highlight);
    let cuts = bands::lines(&frame);
    let spells = spells::lines(&frame, &cuts);
    let folds = Folds::of(&frame);
    let (mut below, mut above) = paint(&frame, &cuts, &spells, &folds);
    below.marks.append(&mut above.marks);
    below
}

/// What lies below the messages, and the messages with all that lies above them.
pub(crate) fn paint(frame: &Frame, cuts: &[CutLine], spells: &[SpellLine], folds: &Folds) -> (Drawing, Drawing) {
    let Viewport { width, height, .. } = *frame.view;
    let mut paint = Paint::new(width, height);
    paint_margins(frame, &mut paint);
    paint_ground(frame, cuts, spells, folds, &mut paint);
    let below = std::mem::take(&mut paint.marks);
    paint_shapes(frame, cuts, folds, &mut paint);
    paint_labels(frame, cuts, spells, folds, &mut paint);
    let Paint { marks: mut above, labels } = paint;
    above.extend(labels.into_marks());
    (Drawing { width, height, marks: below }, Drawing { width, height, marks: above })
}

/// The playhead alone, for a page that moves it over a picture that stays. Draw that one with a playhead outside of
/// its window.
pub fn playhead(view: &Viewport) -> Drawing {
    let (marks, highlight) = (Marks::default(), Highlight::default());
    let mut paint = Paint::new(view.width, view.height);
    axis::playhead(&Frame::new(&marks, view, &highlight), &mut paint);
    Drawing { width: view.width, height: view.height, marks: paint.marks }
}

/// From the ground up to what messages pass over.
fn paint_ground(frame: &Frame, cuts: &[CutLine], spells: &[SpellLine], folds: &Folds, paint: &mut Paint) {
    axis::grid(frame, paint);
    cone::tints(frame, paint);
    folds.draw(frame, paint);
    bands::draw(frame, cuts, paint);
    lanes::lines(frame, paint);
    cone::lanes(frame, paint);
    lanes::strips(frame, paint);
    lanes::downs(frame, paint);
    spells::draw(frame, spells, paint);
    bars::draw(frame, paint);
    bars::labels(frame, paint);
    overlay::difference(frame, cuts, paint);
}

/// Messages, events, and what is laid over them.
fn paint_shapes(frame: &Frame, cuts: &[CutLine], folds: &Folds, paint: &mut Paint) {
    arrows::draw(frame, cuts, folds, paint);
    events::draw(frame, paint);
    overlay::chain(frame, cuts, paint);
    overlay::absent(frame, paint);
    slices::draw(frame, paint);
    axis::beyond(frame, paint);
    axis::hidden(frame, paint);
    events::rings(frame, paint);
    axis::playhead(frame, paint);
}

/// Names and instants. What belongs to the plot stays out of their margins.
fn paint_margins(frame: &Frame, paint: &mut Paint) {
    axis::labels(frame, paint);
    lanes::names(frame, paint);
    let (first, _) = frame.view.across();
    paint.labels.close(frame.area((0.0, frame.start), (0.0, frame.view.width.max(frame.view.height))));
    paint.labels.close(frame.area((0.0, frame.end), (0.0, first - 8.0)));
}

/// From the most important down: whoever comes later finds less room.
fn paint_labels(frame: &Frame, cuts: &[CutLine], spells: &[SpellLine], folds: &Folds, paint: &mut Paint) {
    arrows::label_highlighted(frame, cuts, paint);
    cone::captions(frame, paint);
    bands::labels(frame, cuts, paint);
    spells::labels(frame, spells, paint);
    lanes::down_labels(frame, paint);
    folds.labels(frame, paint);
    slices::labels(frame, paint);
    stamps::draw(frame, cuts, paint);
    arrows::label_sparse(frame, cuts, paint);
}

/// The marks so far and the labels to come.
pub(crate) struct Paint {
    pub(crate) marks: Vec<Mark>,
    pub(crate) labels: Labels,
}

impl Paint {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Paint { marks: Vec::new(), labels: Labels::new(width, height) }
    }

    pub(crate) fn plain(&mut self, shape: Shape, class: Class) {
        self.marks.push(Mark::plain(shape, class));
    }

    pub(crate) fn hit(&mut self, hit: Hit, shape: Shape, class: Class) {
        self.marks.push(Mark::of(hit, shape, class));
    }
}

/// What is drawn and where everyone lies.
pub(crate) struct Frame<'a> {
    pub(crate) marks: &'a Marks,
    pub(crate) view: &'a Viewport,
    pub(crate) highlight: &'a Highlight<'a>,
    pub(crate) order: Vec<NodeId>,
    slots: Vec<Option<usize>>,
    pub(crate) pitch: f64,
    /// The size of small marks: 1 where lanes are roomy, less where they crowd.
    pub(crate) unit: f64,
    /// Where the plot starts along time.
    pub(crate) start: f64,
    /// Where the plot ends along time.
    pub(crate) end: f64,
    /// Where the run ends along time, or what is shown of it, or the plot if that is earlier.
    pub(crate) last: f64,
    /// What of the crowd is drawn.
    pub(crate) part: Part,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(marks: &'a Marks, view: &'a Viewport, highlight: &'a Highlight<'a>) -> Self {
        let order = lane_order(marks);
        let mut slots = vec![None; 256];
        for (slot, node) in order.iter().enumerate() {
            slots[node.index()] = Some(slot);
        }
        let pitch = view.pitch(order.len());
        let (start, end) = view.plot();
        let hidden = highlight.hidden.map_or(f64::INFINITY, |at| view.place(at));
        let last = view.place(view.until).min(hidden).clamp(start, end);
        let unit = (pitch / 56.0).clamp(0.35, 1.0);
        Frame { marks, view, highlight, order, slots, pitch, unit, start, end, last, part: Part::Whole }
    }

    /// The same with a part of the crowd.
    pub(crate) fn only(self, part: Part) -> Self {
        Frame { part, ..self }
    }

    /// Up to how many marks have elements of their own: fewer where another run is drawn as well, as while something is
    /// dragged and each frame counts.
    pub(crate) fn alone(&self, most: usize) -> usize {
        if self.highlight.difference.is_some() { most / 6 } else { most }
    }

    /// The same lanes with the marks of another run.
    pub(crate) fn with(&self, marks: &'a Marks) -> Self {
        Frame { marks, order: self.order.clone(), slots: self.slots.clone(), ..*self }
    }

    /// The lane of a participant, counted from the first; nothing for someone who has none.
    pub(crate) fn slot(&self, node: NodeId) -> Option<usize> {
        self.slots[node.index()]
    }

    /// Where the lane of a participant lies across time.
    pub(crate) fn lane(&self, node: NodeId) -> Option<f64> {
        self.slot(node).map(|slot| self.view.lane_across(self.order.len(), slot))
    }

    /// A stretch of time along the axis, as far as the window and the run show it.
    pub(crate) fn stretch(&self, from: Micros, to: Option<Micros>) -> Option<(f64, f64)> {
        let a = self.view.place(from);
        let b = to.map_or(self.last, |to| self.view.place(to));
        (b >= self.start && a <= self.end && b >= a).then(|| (a.max(self.start), b.min(self.end)))
    }

    /// Whether an instant is in the window.
    pub(crate) fn shows(&self, at: Micros) -> bool {
        self.view.window.from <= at && at <= self.view.window.to
    }

    pub(crate) fn point(&self, along: f64, across: f64) -> Point {
        self.view.project(along, across)
    }

    pub(crate) fn area(&self, along: (f64, f64), across: (f64, f64)) -> Area {
        self.view.area(along, across)
    }

    /// Words that run along a lane: turned where time runs down. `across` is the middle of the letters.
    pub(crate) fn along_lane(&self, along: f64, across: f64, anchor: Anchor, words: &str) -> Text {
        let turned = self.view.orientation == Orientation::Down;
        // The base line lies a little off the middle of the letters, to the side that is down for the reader.
        let base = if turned { across - SMALL * 0.35 } else { across + SMALL * 0.35 };
        let at = self.point(along, base);
        Text { at, anchor, size: SMALL, font: Font::Sans, turned, words: words.to_owned() }
    }

    /// The class with `selected` or `hovered` added, if `hit` is that.
    pub(crate) fn lit(&self, hit: Hit, class: Class) -> Class {
        class
            .and_if(self.highlight.selected == Some(hit), "selected")
            .and_if(self.highlight.hovered == Some(hit), "hovered")
    }

    /// The name of a participant.
    pub(crate) fn name(&self, node: NodeId) -> &str {
        crate::words::name(self.marks, node)
    }
}

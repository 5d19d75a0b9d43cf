//! A crowd of messages in pieces of time: one that was drawn is moved and stretched with the window, and drawn anew by
//! itself, so that no frame has to draw all of them.

use std::fmt::Write;

use lightcone_core::Micros;
use lightcone_sim::view::{ArrowMark, Fate, Marks, Window};

use crate::arrows::{self, Folds};
use crate::bands::{self, CutLine, Place};
use crate::drawing::Drawing;
use crate::frame::{self, Frame, Highlight};
use crate::spells;
use crate::viewport::{Orientation, Viewport};

/// A window has at least so many pieces, and less than twice as many.
const PIECES: u64 = 8;

/// What of a crowd is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All that is in the window, whether it is a crowd or not.
    Whole,
    /// Only what stands out, and what takes longer than this.
    Around(Micros),
    /// What begins in this stretch, its end not included, and takes no longer.
    Piece(Window),
}

impl Part {
    /// Whether a message belongs to it.
    pub(crate) fn has(self, arrow: &ArrowMark, stands_out: bool) -> bool {
        let longer = |than: Micros| stands_out || arrow.fate == Fate::Parked || arrow.handled.minus(arrow.sent) > than;
        match self {
            Part::Whole => true,
            Part::Around(than) => longer(than),
            Part::Piece(Window { from, to }) => self.has_event(arrow.sent) && !longer(to.minus(from)),
        }
    }

    /// Whether what happens at an instant belongs to it.
    pub(crate) fn has_event(self, at: Micros) -> bool {
        match self {
            Part::Whole => true,
            Part::Around(_) => false,
            Part::Piece(Window { from, to }) => from <= at && at < to,
        }
    }
}

/// The pieces that a window needs. They begin at multiples of their length, so that another window has the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// From the beginning of the first piece to the end of the last one.
    pub window: Window,
    /// The length of a piece in µs: a power of two.
    pub step: u64,
}

impl Reach {
    /// The pieces of a window, and one before it, whose messages come into it.
    pub fn of(window: Window) -> Reach {
        let step = 1 << (window.to.minus(window.from).0 / PIECES).max(1).ilog2();
        let from = (window.from.0 / step).saturating_sub(1) * step;
        Reach { window: Window { from: Micros(from), to: Micros((window.to.0 / step + 1) * step) }, step }
    }

    /// Where the pieces begin.
    pub fn starts(self) -> impl Iterator<Item = u64> {
        (self.window.from.0 / self.step..self.window.to.0 / self.step).map(move |nth| nth * self.step)
    }
}

/// A window with more messages than each can have its own look.
pub struct Crowd<'a> {
    frame: Frame<'a>,
    cuts: Vec<CutLine<'a>>,
    folds: Folds,
    /// Its pieces.
    pub reach: Reach,
}

impl<'a> Crowd<'a> {
    /// The crowd of a window, if there is one. The marks are those of the [`Reach`] of the window.
    pub fn of(marks: &'a Marks, view: &'a Viewport, highlight: &'a Highlight<'a>) -> Option<Crowd<'a>> {
        let reach = Reach::of(view.window);
        let part = Part::Around(Micros(reach.step));
        let frame = Frame::new(marks, view, highlight).only(part);
        let folds = Folds::of(&frame);
        arrows::is_crowd(&frame, &folds).then(|| Crowd { cuts: bands::lines(&frame), frame, folds, reach })
    }

    /// All but its pieces: what lies below them, and what lies above.
    pub fn around(&self) -> (Drawing, Drawing) {
        frame::paint(&self.frame, &self.cuts, &spells::lines(&self.frame, &self.cuts), &self.folds)
    }

    /// A piece, as if it began where the plot does.
    pub fn piece(&self, from: u64) -> Drawing {
        let Viewport { width, height, window, .. } = *self.frame.view;
        let span = window.to.minus(window.from);
        let view = Viewport { window: Window { from: Micros(from), to: Micros(from).plus(span) }, ..*self.frame.view };
        let stretch = Window { from: Micros(from), to: Micros(from + self.reach.step) };
        let frame = Frame::new(self.frame.marks, &view, self.frame.highlight).only(Part::Piece(stretch));
        let mut paint = frame::Paint::new(width, height);
        arrows::draw(&frame, &self.cuts, &self.folds, &mut paint);
        crate::events::draw(&frame, &mut paint);
        Drawing { width, height, marks: paint.marks }
    }

    /// A number that is another one when something changed about a piece, other than the window: what is folded, and
    /// where cuts lie.
    pub fn look(&self, from: u64) -> u64 {
        let mix = |sum: u64, with: u64| (sum ^ with).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let arrows = &self.frame.marks.arrows;
        let first = arrows.partition_point(|arrow| arrow.sent.0 < from);
        let here = arrows[first..].iter().take_while(|arrow| arrow.sent.0 < from + self.reach.step);
        let folded = here.zip(first..).filter(|(_, place)| self.folds.hold(*place));
        let folded = folded.fold(0, |sum, (arrow, _)| mix(sum, arrow.index as u64));
        self.cuts.iter().fold(folded, |sum, cut| {
            let bands = if let Place::Between(bands) = &cut.place { &bands[..] } else { &[] };
            bands.iter().fold(mix(sum, cut.mark.id.into()), |sum, at| mix(sum, at.to_bits()))
        })
    }

    /// Where a piece that was drawn while a window took `span` µs belongs now, as an SVG transform.
    pub fn place(&self, from: u64, span: u64) -> String {
        let Viewport { window, orientation, .. } = self.frame.view;
        let stretch = span as f64 / window.to.minus(window.from).0.max(1) as f64;
        let along = crate::px(self.frame.view.place(Micros(from)) - self.frame.start * stretch);
        let across = *orientation == Orientation::Across;
        let mut out = if across { format!("translate({along})") } else { format!("translate(0 {along})") };
        if stretch != 1.0 {
            let (x, y) = if across { (stretch, 1.0) } else { (1.0, stretch) };
            write!(out, "scale({x:.4} {y:.4})").expect("memory can always be written to");
        }
        out
    }
}

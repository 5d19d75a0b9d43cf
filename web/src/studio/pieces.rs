//! A crowd of messages on the diagram, in pieces that stay while its window moves. Those that are missing are drawn at
//! once; those that are only stretched follow one by one, so that no frame is long.

use super::{Studio, Veil};
use lightcone_diagram::{Area, Crowd, Reach};
use lightcone_sim::view::Window;
use std::rc::Rc;

/// Some of the messages and events, as they were drawn, and where they belong now.
#[derive(Clone, PartialEq)]
pub struct Piece {
    /// Where it begins, in µs.
    pub from: u64,
    /// As SVG.
    pub svg: Rc<str>,
    /// Where it belongs, as an SVG transform.
    pub place: Rc<str>,
    length: u64,
    /// The length of the window that it was drawn for.
    span: u64,
    /// What else it was drawn for.
    look: u64,
}

/// While the window moves, a piece that is stretched by less than one part in so many can wait.
const BEARABLE: u64 = 8;
/// Once it rests, so many are drawn in each frame.
const AT_ONCE: usize = 2;

impl Piece {
    /// Where the next one begins, in µs.
    pub fn end(&self) -> u64 {
        self.from + self.length
    }
}

/// The pieces on the diagram, in order; none where there is no crowd.
#[derive(Default)]
pub struct Pieces {
    /// All of them.
    pub all: Rc<Vec<Piece>>,
    /// Whether some are not drawn for this window.
    pub stale: bool,
    /// Whether this frame has drawn some already.
    drawn: bool,
}

impl Pieces {
    /// Whether it is time to draw another one, though nothing else changed.
    pub(super) fn is_due(&mut self) -> bool {
        self.stale && !std::mem::take(&mut self.drawn)
    }

    /// Puts the pieces where they belong and draws those that are missing, and then what is furthest from how it should
    /// be.
    pub(super) fn lay(&mut self, crowd: &Crowd, window: Window, moved: bool) {
        let (Reach { window: reach, step }, span) = (crowd.reach, window.to.minus(window.from).0);
        let mut all = self.all.to_vec();
        all.retain(|piece| piece.from < reach.to.0 && piece.end() > reach.from.0);
        let missing: Vec<u64> = crowd.reach.starts().filter(|from| covered(&all, *from, step) < step).collect();
        for from in &missing {
            draw(&mut all, crowd, *from, span);
        }
        let off = |piece: &Piece| {
            let other = piece.length != step || piece.look != crowd.look(piece.from);
            piece.span.abs_diff(span) + u64::from(other)
        };
        let (most, least) = if moved { (usize::from(missing.is_empty()), span / BEARABLE) } else { (AT_ONCE, 0) };
        for _ in 0..most {
            let furthest = all.iter().map(|piece| (off(piece), piece.from)).max();
            let Some((_, from)) = furthest.filter(|(off, _)| *off > least) else { break };
            draw(&mut all, crowd, from.max(reach.from.0) / step * step, span);
        }
        self.stale = all.iter().any(|piece| off(piece) > 0);
        self.drawn = moved;
        for piece in &mut all {
            piece.place = crowd.place(piece.from, piece.span).into();
        }
        self.all = Rc::new(all);
    }
}

/// How much of a piece is there, in µs. Lengths are powers of two, and so one piece lies wholly in another or beside it.
fn covered(all: &[Piece], from: u64, step: u64) -> u64 {
    let over = all.iter().filter(|piece| piece.from < from + step && from < piece.end());
    over.map(|piece| piece.length.min(step)).sum()
}

/// Draws a piece in place of all that lies over it, and what else lay under that.
fn draw(all: &mut Vec<Piece>, crowd: &Crowd, from: u64, span: u64) {
    let (Reach { window: reach, step }, mut gap) = (crowd.reach, (from, from + crowd.reach.step));
    all.retain(|piece| {
        let over = piece.from < from + step && from < piece.end();
        if over {
            gap = (gap.0.min(piece.from), gap.1.max(piece.end()));
        }
        !over
    });
    let starts = crowd.reach.starts().filter(|start| gap.0 <= *start && *start < gap.1.min(reach.to.0));
    for from in starts {
        let place = all.partition_point(|piece| piece.from < from);
        let svg = crowd.piece(from).svg_body().into();
        all.insert(place, Piece { from, svg, place: "".into(), length: step, span, look: crowd.look(from) });
    }
}

impl Studio {
    /// Where the pieces are seen.
    pub fn plot(&self) -> Area {
        self.viewport().plot_area()
    }

    /// What the diagram needs the marks of: the pieces of a crowd go beyond the window. Where something else is laid
    /// over the run or taken from it, there are no pieces.
    pub(super) fn reach(&self) -> Option<Reach> {
        let plain = self.drag.preview().is_none()
            && self.what_if.is_none()
            && self.compare.is_none()
            && (self.causality.veil, self.causality.narrow) == (Veil::None, false)
            && self.reading.hidden.is_empty()
            && !self.chart.causal;
        plain.then(|| Reach::of(self.chart.window))
    }
}

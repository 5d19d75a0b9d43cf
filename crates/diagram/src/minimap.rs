//! The whole run in one narrow strip: which part of it the diagram shows, and what a reader has marked in it.

use lightcone_core::Micros;
use lightcone_sim::view::Window;

use crate::area::{Area, Point};
use crate::drawing::{Class, Drawing, Mark, Shape};
use crate::scrub::Strip;

/// A frame that is narrower than this, in px, could not be held.
const NARROWEST: f64 = 10.0;

/// What lies on the strip.
pub struct Minimap<'a> {
    /// The end of the run.
    pub until: Micros,
    /// The part that the diagram shows.
    pub window: Window,
    /// When a search has found something, in order.
    pub found: &'a [Micros],
    /// When captions stand.
    pub captions: &'a [Micros],
    /// Its width, in px.
    pub width: f64,
    /// Its height, in px.
    pub height: f64,
}

impl Minimap<'_> {
    /// From where to where the frame of what is shown reaches, in px. It lies on the strip even if the diagram shows
    /// more than the run.
    pub fn frame(&self) -> (f64, f64) {
        let strip = Strip { until: self.until, width: self.width };
        let (from, to) = (strip.x(self.window.from), strip.x(self.window.to));
        let from = from.min(strip.x(self.until) - NARROWEST);
        (from, to.max(from + NARROWEST))
    }

    /// The strip as a picture.
    pub fn draw(&self) -> Drawing {
        let strip = Strip { until: self.until, width: self.width };
        let height = self.height;
        let band = |from: f64, to: f64, inset: f64, radius: f64| {
            Shape::Rect(Area { x: from, y: inset, width: (to - from).max(1.0), height: height - 2.0 * inset }, radius)
        };
        let mut marks = Vec::new();
        let (start, end) = (strip.x(Micros::ZERO), strip.x(self.until));
        marks.push(Mark::plain(band(start, end, 4.0, 3.0), Class::of("map-ground")));
        let mut last = f64::NEG_INFINITY;
        for at in self.found {
            // Places that share a px are one stroke.
            let x = strip.x(*at).round();
            if x > last {
                let stroke = Shape::Line(Point { x, y: 5.0 }, Point { x, y: height - 5.0 });
                marks.push(Mark::plain(stroke, Class::of("map-found")).merged(true));
                last = x;
            }
        }
        let (from, to) = self.frame();
        marks.push(Mark::plain(band(from, to, 1.0, 4.0), Class::of("map-frame")));
        for edge in [from, to] {
            marks.push(Mark::plain(band(edge - 1.5, edge + 1.5, 5.0, 1.5), Class::of("map-grip")));
        }
        for at in self.captions {
            let x = strip.x(*at);
            let corner = |dx: f64, y: f64| Point { x: x + dx, y };
            let pennant = [corner(-3.5, 0.0), corner(3.5, 0.0), corner(0.0, 6.0)];
            marks.push(Mark::plain(Shape::Triangle(pennant), Class::of("flag")));
        }
        Drawing { width: self.width, height, marks }
    }
}

//! The strip that shows which part of the run the diagram shows, and moves it.

use super::{Effect, Studio};
use lightcone_core::Micros;
use lightcone_diagram::{Minimap, scrub_time_at};
use lightcone_sim::view::Window;
use std::rc::Rc;

/// The strip, and what a pointer does on it.
#[derive(Default)]
pub struct Map {
    /// The strip as SVG.
    pub svg: Rc<str>,
    grip: Option<Grip>,
    made_of: Option<(u64, u64, Window, u64)>,
}

/// What a pointer holds of the frame.
struct Grip {
    id: i32,
    edge: Edge,
    /// How far the pointer is from the beginning of the frame, in µs.
    off: u64,
}

#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
    Both,
}

/// Something that happens on the strip: which pointer, and how far from its left end, in px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MapMsg {
    /// A pointer goes down; how near it has to come to an edge.
    Down(i32, f64, f64),
    /// It moves.
    Move(i32, f64),
    /// It goes up or away.
    Up(i32),
    /// The start of the run, or its end, is shown.
    Jump(bool),
}

/// The height of the strip, in px.
pub const MAP_HEIGHT: f64 = 20.0;
/// The frame does not become shorter than this.
const SHORTEST: Micros = Micros::ms(2);

impl Studio {
    pub(super) fn map(&mut self, msg: MapMsg) -> Vec<Effect> {
        match msg {
            MapMsg::Down(id, x, reach) => self.map_down(id, x, reach),
            MapMsg::Move(id, x) => {
                if let Some(Grip { edge, off, .. }) = self.map.grip.as_ref().filter(|grip| grip.id == id) {
                    let (edge, off) = (*edge, *off);
                    self.move_frame(edge, off, self.map_time(x));
                }
            }
            MapMsg::Up(id) => self.map.grip = self.map.grip.take().filter(|grip| grip.id != id),
            MapMsg::Jump(end) => {
                let to = if end { self.until() } else { Micros::ZERO };
                let shown = self.shown_window();
                self.move_frame(Edge::Both, shown.to.minus(shown.from).0, to);
            }
        }
        Vec::new()
    }

    /// The part of the run that the diagram shows, in virtual time whatever its axis counts.
    pub fn shown_window(&self) -> Window {
        let Window { from, to } = self.chart.window;
        Window { from: self.time_of(from), to: self.time_of(to) }
    }

    fn map_time(&self, x: f64) -> Micros {
        scrub_time_at(self.until(), self.strip, x)
    }

    /// An edge is held from both sides, the rest of the frame between them. Elsewhere the frame comes to the pointer.
    fn map_down(&mut self, id: i32, x: f64, reach: f64) {
        let window = self.shown_window();
        let (start, end) = self.strip_of(window, &[], &[]).frame();
        let inside = reach.min((end - start) / 4.0);
        let at = self.map_time(x);
        let half = window.to.minus(window.from).0 / 2;
        let (edge, off) = if (start - reach..=start + inside).contains(&x) {
            (Edge::Start, 0)
        } else if (end - inside..=end + reach).contains(&x) {
            (Edge::End, 0)
        } else if (start..end).contains(&x) {
            (Edge::Both, at.minus(window.from).0)
        } else {
            self.move_frame(Edge::Both, half, at);
            (Edge::Both, half)
        };
        self.map.grip = Some(Grip { id, edge, off });
    }

    /// Brings an edge of the frame to an instant, or all of it, held so far behind its beginning.
    fn move_frame(&mut self, edge: Edge, off: u64, at: Micros) {
        let (window, end) = (self.shown_window(), self.chart_end());
        let (from, to) = match edge {
            Edge::Start => (at.min(window.to.minus(SHORTEST)), window.to),
            Edge::End => (window.from, at.max(window.from.plus(SHORTEST))),
            Edge::Both => (at.minus(Micros(off)), window.to),
        };
        let (from, to) = (self.placed(from).0 as f64, self.placed(to).0 as f64);
        let span = if let Edge::Both = edge { self.chart.span() as f64 } else { to - from };
        self.chart.place(from, span, end);
        self.chart.following = false;
    }

    fn strip_of<'a>(&self, window: Window, found: &'a [Micros], captions: &'a [Micros]) -> Minimap<'a> {
        Minimap { until: self.until(), window, found, captions, width: self.strip, height: MAP_HEIGHT }
    }

    /// Makes the strip anew where something on it changed.
    pub(super) fn refresh_map(&mut self) {
        let made_of = Some((self.version, self.reading.seen, self.shown_window(), self.strip.to_bits()));
        if self.options.embed || self.map.made_of == made_of {
            return;
        }
        self.map.made_of = made_of;
        let found: Vec<Micros> = self.reading.search.found.iter().map(|found| found.at).collect();
        let captions: Vec<Micros> = self.scenario().captions.iter().map(|caption| caption.at).collect();
        let strip = self.strip_of(self.shown_window(), &found, &captions);
        self.map.svg = strip.draw().svg_body().into();
    }
}

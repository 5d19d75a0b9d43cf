//! The diagram's window on time, and what pointers do with it.

use super::{Effect, Selected, Studio};
use crate::stage::Size;
use lightcone_core::Micros;
use lightcone_diagram::{Axis, Hit, Orientation, Point, Viewport};
use lightcone_sim::view::{Columns, Window};

/// The diagram's window and its pointers.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Its space.
    pub size: Size,
    /// Which way time runs.
    pub orientation: Orientation,
    /// The stretch of time that is seen.
    pub window: Window,
    /// Whether the window goes with the playhead while time passes.
    pub following: bool,
    /// Whether the window counts steps of causal order instead of time.
    pub causal: bool,
    grip: Grip,
}

/// What the pointers are doing on the diagram.
#[derive(Clone, Debug, PartialEq)]
enum Grip {
    None,
    /// One pointer is down on empty space or on a mark: it pans if it moves, else it selects.
    Pan {
        id: i32,
        start: Point,
        window: Window,
        moved: bool,
        reach: f64,
    },
    /// One pointer moves the playhead.
    Scrub {
        id: i32,
    },
    /// Two pointers: the window as they came down, and where they were and are.
    Pinch {
        first: (i32, Point),
        second: (i32, Point),
        apart: f64,
        window: Window,
        middle: Micros,
    },
}

/// Something that happens on the diagram, in px from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub enum ChartMsg {
    /// A pointer goes down; how near it has to come to a mark.
    Down(i32, Point, f64),
    /// A pointer moves.
    Move(i32, Point),
    /// A pointer goes up.
    Up(i32, Point),
    /// A pointer was taken away or left.
    Leave,
    /// Closer or wider around a point: the factor by which the window grows.
    ZoomAt(Point, f64),
    /// Closer or wider around the playhead.
    Zoom(f64),
    /// Along time by a share of the window.
    Pan(f64),
}

/// The shortest and longest windows, in µs.
const SHORTEST: u64 = 2_000;
const LONGEST: u64 = 20_000_000;
/// How high the head of the diagram is, where the instants stand, in px.
const AXIS: f64 = 36.0;

impl Chart {
    /// The start of a run.
    pub fn new(size: Size, orientation: Orientation) -> Chart {
        let window = Window { from: Micros::ZERO, to: Micros::ms(1_000) };
        Chart { size, orientation, window, following: true, causal: false, grip: Grip::None }
    }

    /// The length of the window, in µs.
    pub fn span(&self) -> u64 {
        self.window.to.minus(self.window.from).0.max(1)
    }

    /// Another size; time keeps its scale.
    pub(super) fn resize(&mut self, size: Size, orientation: Orientation, until: Micros) {
        let along = |size: Size, o: Orientation| if o == Orientation::Across { size.width } else { size.height };
        let (old, new) = (along(self.size, self.orientation), along(size, orientation));
        let span =
            if self.orientation == orientation { self.span() as f64 * new / old.max(1.0) } else { new * 1_000.0 };
        self.size = size;
        self.orientation = orientation;
        self.place(self.window.from.0 as f64, span, until);
    }

    /// Shows a window; an empty one means the start at about 1 ms for each px, or all of a run that is shorter.
    pub(super) fn show(&mut self, window: Window, until: Micros) {
        let along = if self.orientation == Orientation::Across { self.size.width } else { self.size.height };
        let all = until.0 as f64 * 1.04;
        let span =
            if window.to > window.from { (window.to.0 - window.from.0) as f64 } else { all.min(along * 1_000.0) };
        self.place(window.from.0 as f64, span, until);
        self.following = true;
    }

    /// Puts the window from `from`, of length `span`, within what exists.
    pub(super) fn place(&mut self, from: f64, span: f64, until: Micros) {
        let span = span.clamp(SHORTEST as f64, LONGEST as f64);
        let last = (until.0 as f64 - span * 0.5).max(0.0);
        let from = from.clamp(0.0, last);
        self.window = Window { from: Micros(from as u64), to: Micros((from + span) as u64) };
    }

    /// Turns the page when the playhead comes near its end: what stands still can be read, and need not be drawn anew.
    pub(super) fn follow(&mut self, playhead: Micros, until: Micros) {
        if !self.following {
            return;
        }
        let (span, at) = (self.span() as f64, playhead.0 as f64);
        let from = self.window.from.0 as f64;
        if at > from + span * 0.88 || at < from {
            self.place(at - span * 0.12, span, until);
        }
    }

    /// Brings an instant into the window if it is outside.
    pub(super) fn reveal(&mut self, at: Micros, until: Micros) {
        let span = self.span() as f64;
        let (from, at) = (self.window.from.0 as f64, at.0 as f64);
        if at < from || at > from + span * 0.96 {
            self.place(at - span * 0.4, span, until);
        }
    }

    /// Shows what is around a place, at about 1 ms for each px, or 20 px for each step.
    pub(super) fn center(&mut self, middle: Micros, until: Micros) {
        let along = if self.orientation == Orientation::Across { self.size.width } else { self.size.height };
        let span = along * if self.causal { 50.0 } else { 1_000.0 };
        self.place(middle.0 as f64 - span / 2.0, span, until);
    }

    /// What is seen, as the diagram wants it.
    pub fn viewport(&self, playhead: Micros, until: Micros) -> Viewport {
        let Size { width, height } = self.size;
        Viewport {
            width,
            height,
            window: self.window,
            orientation: self.orientation,
            playhead,
            until,
            axis: if self.causal { Axis::Steps } else { Axis::Time },
        }
    }

    fn zoom(&mut self, around: Micros, factor: f64, until: Micros) {
        let span = self.span() as f64;
        let new = (span * factor).clamp(SHORTEST as f64, LONGEST as f64);
        let share = (around.0 as f64 - self.window.from.0 as f64) / span;
        self.place(around.0 as f64 - share * new, new, until);
    }
}

impl Studio {
    pub(super) fn chart(&mut self, msg: ChartMsg) -> Vec<Effect> {
        let until = self.chart_reach();
        match msg {
            ChartMsg::Down(id, at, reach) => self.chart_down(id, at, reach),
            ChartMsg::Move(id, at) => self.chart_move(id, at),
            ChartMsg::Up(id, at) => self.chart_up(id, at),
            ChartMsg::Leave => {
                self.hovered = None;
                self.chart.grip = Grip::None;
                self.pen.line = None;
                self.let_go();
            }
            ChartMsg::ZoomAt(at, factor) => {
                let around = self.viewport().time_at(at.x, at.y);
                self.chart.zoom(around, factor, until);
            }
            ChartMsg::Zoom(factor) => {
                let Window { from, to } = self.chart.window;
                let around = self.placed(self.clock.playhead).clamp(from, to);
                self.chart.zoom(around, factor, until);
            }
            ChartMsg::Pan(share) => {
                let span = self.chart.span() as f64;
                self.chart.place(self.chart.window.from.0 as f64 + share * span, span, until);
                self.chart.following = false;
            }
        }
        Vec::new()
    }

    pub(super) fn viewport(&self) -> Viewport {
        self.chart.viewport(self.placed(self.clock.playhead), self.chart_end())
    }

    /// Where an instant lies on the axis.
    pub(super) fn placed(&self, at: Micros) -> Micros {
        self.columns().map_or(at, |columns| columns.of_time(at))
    }

    /// The instant of a place on the axis.
    pub(super) fn time_of(&self, place: Micros) -> Micros {
        self.columns().map_or(place, |columns| columns.time(place))
    }

    /// Where the axis ends.
    pub(super) fn chart_end(&self) -> Micros {
        self.columns().map_or_else(|| self.until(), Columns::end)
    }

    /// How far one can go along the axis: a second run may have more steps.
    pub(super) fn chart_reach(&self) -> Micros {
        let other = self.compare.as_ref().and_then(|compare| compare.seen.end());
        self.chart_end().max(other.unwrap_or_default())
    }

    /// Brings an instant into the window if it is outside.
    pub(super) fn reveal(&mut self, at: Micros) {
        let (at, reach) = (self.placed(at), self.chart_reach());
        self.chart.reveal(at, reach);
    }

    fn chart_down(&mut self, id: i32, at: Point, reach: f64) {
        let viewport = self.viewport();
        self.let_go();
        self.change.clear();
        if let Grip::Pan { id: other, start, .. } = self.chart.grip {
            let middle = viewport.time_at((start.x + at.x) / 2.0, (start.y + at.y) / 2.0);
            let apart = start.distance(at).max(1.0);
            let window = self.chart.window;
            self.chart.grip = Grip::Pinch { first: (other, start), second: (id, at), apart, window, middle };
            return;
        }
        if self.pen_down(id, at) {
            return;
        }
        let across = self.chart.orientation == Orientation::Across;
        let (along, beside) = if across { (at.x, at.y) } else { (at.y, at.x) };
        let at_playhead = (viewport.place(viewport.playhead) - along).abs() <= 7.0;
        let free = self.drawing().hit_within(at.x, at.y, reach).is_none() && self.grip_at(at, reach).is_none();
        if beside < AXIS || (at_playhead && free) {
            self.chart.grip = Grip::Scrub { id };
            self.seek(self.time_of(viewport.time_at(at.x, at.y)));
        } else {
            self.chart.grip = Grip::Pan { id, start: at, window: self.chart.window, moved: false, reach };
            self.press(id, at, reach);
        }
    }

    /// A pointer goes down on the second diagram: what it pans and scrubs is the window of both.
    pub(super) fn pan_from(&mut self, id: i32, at: Point) {
        let across = self.chart.orientation == Orientation::Across;
        if (if across { at.y } else { at.x }) < AXIS {
            self.chart.grip = Grip::Scrub { id };
            self.seek(self.time_of(self.viewport().time_at(at.x, at.y)));
        } else {
            self.chart.grip = Grip::Pan { id, start: at, window: self.chart.window, moved: true, reach: 0.0 };
        }
    }

    fn chart_move(&mut self, id: i32, at: Point) {
        if self.pen_moves(id, at) || self.drag_moves(id, at) {
            return;
        }
        let until = self.chart_reach();
        let viewport = self.viewport();
        match &mut self.chart.grip {
            Grip::None => self.hovered = self.drawing().hit(at.x, at.y),
            Grip::Scrub { id: own } if *own == id => {
                let Window { from, to } = self.chart.window;
                self.seek(self.time_of(viewport.time_at(at.x, at.y).clamp(from, to)));
            }
            Grip::Pan { id: own, start, window, moved, .. } if *own == id && (*moved || start.distance(at) > 5.0) => {
                *moved = true;
                let old = Viewport { window: *window, ..viewport };
                let back = old.time_at(start.x, start.y).0 as f64 - old.time_at(at.x, at.y).0 as f64;
                let (from, span) = (window.from.0 as f64 + back, (window.to.0 - window.from.0) as f64);
                self.chart.place(from, span, until);
                self.chart.following = false;
            }
            Grip::Pinch { first, second, apart, window, middle } => {
                if first.0 == id {
                    first.1 = at;
                } else if second.0 == id {
                    second.1 = at;
                }
                let factor = *apart / first.1.distance(second.1).max(20.0);
                let centre = Point { x: (first.1.x + second.1.x) / 2.0, y: (first.1.y + second.1.y) / 2.0 };
                let (window, middle) = (*window, *middle);
                self.chart.window = window;
                self.chart.zoom(middle, factor, until);
                // What was between the fingers stays there, wherever they go.
                let off = middle.0 as f64 - self.viewport().time_at(centre.x, centre.y).0 as f64;
                let (from, span) = (self.chart.window.from.0 as f64 + off, self.chart.span() as f64);
                self.chart.place(from, span, until);
                self.chart.following = false;
            }
            _ => {}
        }
    }

    fn chart_up(&mut self, id: i32, at: Point) {
        if self.pen_up(id, at) || self.drag_ends(id, at) {
            self.chart.grip = Grip::None;
            return;
        }
        match std::mem::replace(&mut self.chart.grip, Grip::None) {
            Grip::Pan { id: own, moved: false, reach, .. } if own == id => {
                let hit = self.drawing().hit_within(at.x, at.y, reach);
                self.select(hit.map_or(Selected::Nothing, |hit| self.selected_by(hit)));
            }
            Grip::Pinch { first, second, .. } => {
                // The finger that stays goes on panning.
                let rest = if first.0 == id { second } else { first };
                let window = self.chart.window;
                self.chart.grip = Grip::Pan { id: rest.0, start: rest.1, window, moved: true, reach: 0.0 };
            }
            _ => {}
        }
    }

    /// What a mark of the diagram stands for.
    pub(super) fn selected_by(&self, hit: Hit) -> Selected {
        match hit {
            Hit::Event(event) | Hit::Bar(event) | Hit::Role(event) => Selected::Event(event),
            Hit::Arrow(message) | Hit::Fold(message, _) => Selected::Message(message),
            Hit::Cut(id) | Hit::Down(id) | Hit::Spell(id) => Selected::Fault(id),
        }
    }
}

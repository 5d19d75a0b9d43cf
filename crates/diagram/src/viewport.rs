//! What part of a run is seen, and where an instant and a lane lie in it.

use lightcone_core::Micros;
use lightcone_sim::view::Window;

use crate::area::{Area, Point};

/// Which way time runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// To the right; a lane is a row.
    #[default]
    Across,
    /// Down, for narrow screens; a lane is a column.
    Down,
}

/// The margins around the plot, in px: before and after it along time, and before and after the lanes.
struct Margins {
    along: (f64, f64),
    lanes: (f64, f64),
}

/// Less than this between two lanes and their marks cannot be told apart.
const TIGHTEST_PITCH: f64 = 44.0;

/// The part of a run that is seen and the space there is for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The space to the right, in px.
    pub width: f64,
    /// The space down, in px.
    pub height: f64,
    /// The stretch of time that is seen.
    pub window: Window,
    /// Which way time runs.
    pub orientation: Orientation,
    /// The instant that is looked at.
    pub playhead: Micros,
    /// The end of the run: nothing exists beyond.
    pub until: Micros,
    /// What the axis counts.
    pub axis: Axis,
}

/// What the axis counts. The marks of a run come with their times already in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Virtual time.
    #[default]
    Time,
    /// Steps of causal order, evenly spaced: [`STEP`] microseconds stand for one of them.
    Steps,
}

/// What stands for one step of causal order where an axis counts steps.
pub const STEP: Micros = lightcone_sim::view::STEP;

impl Viewport {
    /// A height in which so many lanes are told apart where time runs right.
    pub fn needed_height(lanes: usize) -> f64 {
        let (before, after) = margins(Orientation::Across).lanes;
        before + after + lanes.max(1) as f64 * TIGHTEST_PITCH
    }

    /// A width in which so many lanes are told apart where time runs down.
    pub fn needed_width(lanes: usize) -> f64 {
        let (before, after) = margins(Orientation::Down).lanes;
        before + after + lanes.max(1) as f64 * TIGHTEST_PITCH
    }

    /// Where an instant lies, in px along the time axis: an x where time runs right, a y where it runs down. Instants
    /// outside the window lie outside the plot.
    pub fn place(&self, at: Micros) -> f64 {
        let (start, end) = self.plot();
        start + (at.0 as f64 - self.window.from.0 as f64) / self.span() * (end - start)
    }

    /// The instant at a point: the inverse of [`Viewport::place`]. Outside the plot it goes on beyond the window, so
    /// that a drag can leave the picture; before the start of the run it is zero.
    pub fn time_at(&self, x: f64, y: f64) -> Micros {
        let (start, end) = self.plot();
        let along = if self.orientation == Orientation::Across { x } else { y };
        let since = (along - start) / (end - start) * self.span();
        // The cast saturates: what is before zero is zero.
        Micros((self.window.from.0 as f64 + since).round() as u64)
    }

    /// The lane at a point, counted in the order in which they are drawn (see [`lane_order`](crate::lane_order)).
    pub fn lane_at(&self, lanes: usize, x: f64, y: f64) -> Option<usize> {
        let across = if self.orientation == Orientation::Across { y } else { x };
        let slot = ((across - margins(self.orientation).lanes.0) / self.pitch(lanes)).floor();
        (slot >= 0.0 && slot < lanes as f64).then_some(slot as usize)
    }

    /// Where the middle of a lane lies, in px across the time axis, counted in the order in which they are drawn.
    pub fn lane_across(&self, lanes: usize, slot: usize) -> f64 {
        margins(self.orientation).lanes.0 + (slot as f64 + 0.5) * self.pitch(lanes)
    }

    /// The point of an instant on a lane.
    pub fn point(&self, at: Micros, lanes: usize, slot: usize) -> Point {
        self.project(self.place(at), self.lane_across(lanes, slot))
    }

    /// The distance from lane to lane.
    pub fn pitch(&self, lanes: usize) -> f64 {
        let (before, after) = margins(self.orientation).lanes;
        let room = if self.orientation == Orientation::Across { self.height } else { self.width };
        ((room - before - after) / lanes.max(1) as f64).max(1.0)
    }

    /// Where the plot starts and ends along time.
    pub fn plot(&self) -> (f64, f64) {
        let (before, after) = margins(self.orientation).along;
        let room = if self.orientation == Orientation::Across { self.width } else { self.height };
        (before, (room - after).max(before + 1.0))
    }

    /// The plot, with all that is above and below the lanes.
    pub fn plot_area(&self) -> Area {
        let room = if self.orientation == Orientation::Across { self.height } else { self.width };
        self.area(self.plot(), (0.0, room))
    }

    /// The one projection: from along and across to x and y.
    pub(crate) fn project(&self, along: f64, across: f64) -> Point {
        match self.orientation {
            Orientation::Across => Point { x: along, y: across },
            Orientation::Down => Point { x: across, y: along },
        }
    }

    /// The rectangle between two instants and two heights.
    pub(crate) fn area(&self, along: (f64, f64), across: (f64, f64)) -> Area {
        Area::between(self.project(along.0, across.0), self.project(along.1, across.1))
    }

    /// Where the plot starts and ends across time: from the first lane's upper edge to the last lane's lower edge.
    pub(crate) fn across(&self) -> (f64, f64) {
        let (before, after) = margins(self.orientation).lanes;
        let room = if self.orientation == Orientation::Across { self.height } else { self.width };
        (before, (room - after).max(before + 1.0))
    }

    /// The length of the window in microseconds, never zero.
    fn span(&self) -> f64 {
        (self.window.to.0 as f64 - self.window.from.0 as f64).max(1.0)
    }
}

/// Names left of the rows and instants above them; or names above the columns and instants left of them. Below is room
/// for the two captions of a cone.
const fn margins(orientation: Orientation) -> Margins {
    match orientation {
        Orientation::Across => Margins { along: (64.0, 14.0), lanes: (42.0, 40.0) },
        Orientation::Down => Margins { along: (40.0, 44.0), lanes: (54.0, 8.0) },
    }
}

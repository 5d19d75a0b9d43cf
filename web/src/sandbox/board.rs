//! The lanes: what is drawn there, and what a pointer does.

use super::{Held, SHORTEST, Sandbox, USUAL, snapped};
use crate::stage::Size;
use lightcone_catalog::{
    Opinion,
    sketch::{Act, End},
};
use lightcone_core::{Micros, NodeId, NodeKind};
use lightcone_diagram::{
    Axis, Grip, Highlight, Hit, Orientation, Point, Viewport, Witness, draw, grip, handles, witness,
};
use lightcone_sim::view::{BarMark, Lane, Marks, Window};

/// Below this width time runs down.
const NARROW: f64 = 560.0;

/// An instant of the drawing as the axis counts.
fn at(instant: u32) -> Micros {
    Micros::ms(instant.into())
}

impl Sandbox {
    /// The history as marks. An event is the place of its operation.
    fn marks(&self) -> Marks {
        let lane = |lane: u8| Lane { node: NodeId(lane), name: format!("c{}", lane + 1), kind: NodeKind::Client };
        let bar = |(event, act): (usize, &Act)| BarMark {
            node: NodeId(act.lane),
            event,
            from: at(act.from),
            to: (act.end != End::Open).then(|| at(act.to)),
            op: act.words.clone(),
            ret: (act.end == End::Told).then(|| act.answer.clone()),
        };
        Marks {
            lanes: (0..self.sketch.lanes).map(lane).collect(),
            bars: self.sketch.acts.iter().enumerate().map(bar).collect(),
            ..Marks::default()
        }
    }

    fn viewport(&self) -> Viewport {
        let Size { width, height } = self.size;
        let until = at(self.span());
        Viewport {
            width,
            height,
            window: Window { from: Micros::ZERO, to: until },
            orientation: if width < NARROW { Orientation::Down } else { Orientation::Across },
            playhead: until.plus(Micros(1)),
            until,
            axis: Axis::Time,
        }
    }

    /// Draws the history with what the judges said of it.
    pub fn redraw(&mut self) {
        let (marks, view) = (self.marks(), self.viewport());
        let highlight = Highlight { selected: self.selected.map(Hit::Bar), ..Highlight::default() };
        let mut svg = draw(&marks, &view, &highlight).svg_body();
        if let Some(opinion) = self.opinion(self.model) {
            let point = |(act, when): &(u32, Option<Micros>)| (*act as usize, self.point(*act as usize, *when));
            let order: Vec<(usize, Micros)> = opinion.order.iter().map(point).collect();
            let stuck: Vec<usize> = opinion.about.iter().map(|act| *act as usize).collect();
            let found = Witness { stuck: &stuck, order: &order, ..Witness::default() };
            svg += &witness(&marks, &view, &found).svg_body();
        }
        if let Some(selected) = self.selected {
            svg += &handles(&marks, &view, selected).svg_body();
        }
        self.svg = svg.into();
    }

    /// What a model says.
    pub fn opinion(&self, model: usize) -> Option<&Opinion> {
        self.verdict.as_ref().ok()?.opinions.get(model)
    }

    /// Where the number of an operation stands: at its instant, or where time does not matter amid the operation.
    fn point(&self, act: usize, when: Option<Micros>) -> Micros {
        let amid = |act: &Act| match act.end {
            End::Open => act.from + SHORTEST,
            _ => u32::midpoint(act.from, act.to),
        };
        let when = when.and_then(|when| u32::try_from(when.0).ok());
        at(when.or_else(|| self.sketch.acts.get(act).map(amid)).unwrap_or(0))
    }

    /// The client and the instant at a point.
    pub(super) fn spot(&self, point: Point) -> (Option<u8>, u32) {
        let view = self.viewport();
        let lane = view.lane_at(self.sketch.lanes.into(), point.x, point.y);
        let lane = lane.and_then(|lane| u8::try_from(lane).ok());
        (lane, snapped(view.time_at(point.x, point.y).0 / 1_000))
    }

    /// Takes hold of a bar, or begins one.
    pub(super) fn down(&mut self, point: Point, reach: f64) {
        let (lane, from) = self.spot(point);
        let (was, span) = (self.sketch.clone(), self.span());
        let held = match grip(&self.marks(), &self.viewport(), point, reach) {
            Some((act, part)) => {
                self.selected = Some(act);
                Some((act, part))
            }
            None => lane
                .filter(|lane| self.put(*lane, from, from + SHORTEST))
                .and(self.selected.map(|act| (act, Grip::End))),
        };
        self.held = held.map(|(act, part)| Held { act, part, from, was, span });
    }

    /// Moves what is held. Where it cannot be it stays where it last could.
    pub(super) fn drag(&mut self, point: Point) {
        let Some(held) = &self.held else { return };
        let (_, now) = self.spot(point);
        let (part, from, index) = (held.part, held.from, held.act);
        let is_new = held.was.acts.len() < self.sketch.acts.len();
        let Some(mut act) = (if is_new { self.sketch.acts.get(index) } else { held.was.acts.get(index) }).cloned()
        else {
            return;
        };
        match part {
            Grip::Start if act.end == End::Open => act.from = now,
            Grip::Start => act.from = now.min(act.to.saturating_sub(SHORTEST)),
            Grip::End => {
                // Who pulls at an open end closes it.
                if act.end == End::Open && now > act.from + SHORTEST {
                    act.end = End::Told;
                }
                act.to = now.max(act.from + SHORTEST);
            }
            Grip::Middle => {
                let by = i64::from(now) - i64::from(from);
                let by = by.max(-i64::from(act.from)) as i32;
                (act.from, act.to) = (act.from.saturating_add_signed(by), act.to.saturating_add_signed(by));
            }
        }
        let mut sketch = self.sketch.clone();
        sketch.acts[index] = act.clone();
        // The order of asking may change only when it is let go: until then its place is its name.
        let mut sorted = sketch.clone();
        sorted.sort();
        if sorted.check().is_ok() {
            self.sketch = sketch;
        }
    }

    /// Lets go of what is held. True if the history is another one now.
    pub(super) fn let_go(&mut self) -> bool {
        let Some(held) = self.held.take() else { return false };
        if self.sketch == held.was {
            return false;
        }
        let mut act = self.sketch.acts[held.act].clone();
        let mut sketch = self.sketch.clone();
        let is_new = held.was.acts.len() < sketch.acts.len();
        if is_new && act.to - act.from <= SHORTEST {
            // A click makes one of the usual length, or as long as there is room.
            let next = sketch.acts.iter().filter(|other| other.lane == act.lane && other.from > act.from);
            let room = next.map(|next| next.from).min().unwrap_or(u32::MAX);
            act.to = (act.from + USUAL).min(room).max(act.from + SHORTEST);
            sketch.acts[held.act] = act.clone();
        }
        self.keep(held.was);
        self.settle(sketch, &act);
        true
    }
}

//! The diagram by keyboard: from mark to mark, each with its words.

use super::{Effect, Selected, Studio};
use lightcone_core::{Micros, NodeId};
use lightcone_diagram::{Axis, Drawing, Hit, Stop, Stops, describe_on, ring};
use lightcone_sim::{
    Run,
    view::{Marks, Window},
};
use std::rc::Rc;

/// Where the keyboard stands on a diagram.
#[derive(Default)]
pub struct Roam {
    /// The mark; nothing while the keyboard is elsewhere.
    pub mark: Option<Hit>,
    /// The mark in words.
    pub words: String,
    /// What shows it, as SVG.
    pub svg: Rc<str>,
    /// The event whose messages are gone through.
    event: Option<usize>,
    /// The lane and the place on the axis, in case that the mark goes.
    place: (usize, Micros),
    /// The drawing for which all this was made, by address.
    drawn: usize,
}

/// Where the keyboard goes on a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoamMsg {
    /// It comes: to the selection, or to the event at the playhead.
    Enter,
    /// It goes elsewhere.
    Leave,
    /// To the next mark of the lane, or to the one before; from a message to either end.
    Along(bool),
    /// To what is nearest on the lane below, or above.
    Across(bool),
    /// To the next message of the event, or to the one before.
    Around(bool),
    /// Selects the mark; if so, as the second end of a causal chain.
    Choose(bool),
}

/// A diagram as the keyboard finds it.
pub(super) struct Ground<'a> {
    /// What is drawn, and the marks that it was made from, in their columns where the axis counts those.
    pub drawing: &'a Drawing,
    pub marks: &'a Marks,
    pub run: &'a Run,
    /// The window on the axis, and its ends as instants.
    pub window: Window,
    pub instants: (Micros, Micros),
}

/// Where a way leads.
pub(super) struct Stand {
    pub hit: Hit,
    event: Option<usize>,
    place: Option<(usize, Micros)>,
}

impl Roam {
    /// Goes on from where the keyboard stands; without a way, or if that mark is gone, to where it may begin: `start`.
    pub(super) fn way(&self, way: Option<RoamMsg>, ground: &Ground, start: Option<Hit>) -> Option<Stand> {
        let stops = Stops::of(ground.drawing, ground.marks);
        let here = self.mark.and_then(|hit| stops.find(hit));
        let next = match (way, here) {
            (Some(way), Some(here)) => self.further(&stops, here, way),
            _ => {
                let (lane, at) = self.place;
                let known =
                    if self.mark.is_some() { stops.nearest(lane, at) } else { start.and_then(|hit| stops.find(hit)) };
                known.or_else(|| stops.nearest(0, ground.window.from)).map(|stop| stop.hit)
            }
        };
        let lane = here.and_then(|here| stops.node(here.lane));
        match (next, way, lane) {
            (Some(hit), ..) => {
                let place = stops.find(hit).map(|stop| (stop.lane, stop.at));
                Some(Stand { hit, event: stops.event_of(hit, self.event), place })
            }
            (None, Some(RoamMsg::Along(on)), Some(node)) => beyond(ground, node, on),
            _ => None,
        }
    }

    fn further(&self, stops: &Stops, here: Stop, way: RoamMsg) -> Option<Hit> {
        match way {
            RoamMsg::Along(on) => stops.along(here, on),
            RoamMsg::Across(down) => stops.across(here, down, self.event),
            RoamMsg::Around(back) => stops.around(here, back, self.event),
            _ => None,
        }
    }

    /// The keyboard stands there now.
    pub(super) fn stand(&mut self, stand: Stand) {
        (self.mark, self.event, self.drawn) = (Some(stand.hit), stand.event, 0);
        self.place = stand.place.unwrap_or(self.place);
    }

    /// Shows where the keyboard stands, at `hit`, on a drawing as it is now, with its words. Whether it only came there
    /// now: what was drawn anew under it need not be told again.
    pub(super) fn show(&mut self, hit: Hit, drawing: &Drawing, drawn: usize, words: Option<String>) -> bool {
        let came = self.drawn == 0;
        self.svg = ring(drawing, hit).svg_body().into();
        (self.words, self.drawn) = (words.unwrap_or_default(), drawn);
        came
    }

    /// Whether it shows where the keyboard stands on this drawing.
    pub(super) fn shows(&self, drawn: usize) -> bool {
        self.mark.is_none() || self.drawn == drawn
    }
}

/// The lane goes on where the window ends.
fn beyond(ground: &Ground, node: NodeId, on: bool) -> Option<Stand> {
    let trace = ground.run.trace();
    let lane = &trace.lanes[node.index()];
    let at = |event: &u32| trace.events[*event as usize].at;
    let (first, last) = ground.instants;
    let next = if on {
        lane.get(lane.partition_point(|event| at(event) <= last))
    } else {
        lane.partition_point(|event| at(event) < first).checked_sub(1).map(|before| &lane[before])
    };
    let event = *next? as usize;
    Some(Stand { hit: Hit::Event(event), event: Some(event), place: None })
}

impl Studio {
    pub(super) fn roam(&mut self, msg: RoamMsg) -> Vec<Effect> {
        match msg {
            RoamMsg::Leave => self.roam = Roam::default(),
            RoamMsg::Choose(second) => {
                if let Some(hit) = self.roam.mark {
                    self.causality.aiming = second;
                    self.select(self.selected_by(hit));
                }
            }
            RoamMsg::Enter => {
                self.roam.mark = None;
                self.stand_at(None);
            }
            RoamMsg::Along(_) | RoamMsg::Across(_) | RoamMsg::Around(_) => self.stand_at(Some(msg)),
        }
        Vec::new()
    }

    /// What the keyboard stands at, as a selection; without that, what is selected. What only another run has is nothing
    /// that could be acted on.
    pub fn at_keyboard(&self) -> Selected {
        match self.compare.as_ref().and_then(|compare| compare.seen.roam.mark) {
            Some(hit) => self.same_here(hit).map_or(Selected::Nothing, |hit| self.selected_by(hit)),
            None => self.roam.mark.map_or(self.selected, |hit| self.selected_by(hit)),
        }
    }

    /// What is selected becomes what the keyboard stands at, so that what is done next is done to that.
    pub(super) fn take_up(&mut self) {
        let selected = self.at_keyboard();
        if selected != self.selected {
            self.select(selected);
        }
    }

    /// Goes on from where the keyboard stands, or to where it may begin.
    fn stand_at(&mut self, way: Option<RoamMsg>) {
        let (marks, _) = self.in_columns(&self.views.marks, None);
        let window = self.chart.window;
        let instants = (self.time_of(window.from), self.time_of(window.to));
        let ground = Ground { drawing: self.drawing(), marks: &marks, run: self.lab.run(), window, instants };
        let start = self.selected_mark().or_else(|| self.present().map(Hit::Event));
        let stand = self.roam.way(way, &ground, start);
        let told = |stand: &Stand| !matches!(stand.hit, Hit::Event(event) if !self.may_tell(event));
        let Some(stand) = stand.filter(told) else { return };
        let hit = stand.hit;
        self.roam.stand(stand);
        self.chart.following = false;
        if let Hit::Event(event) = hit {
            self.reveal(self.lab.event(event).at);
        }
    }

    /// Shows and tells where the keyboard stands, on the drawing as it is now.
    pub(super) fn refresh_roam(&mut self) {
        let Some(hit) = self.roam.mark else { return };
        let drawing = self.drawing().clone();
        let drawn = Rc::as_ptr(&drawing) as usize;
        if self.roam.shows(drawn) {
            return;
        }
        let words = self.words_of(hit);
        if self.roam.show(hit, &drawing, drawn, words) {
            self.say(self.roam.words.clone());
        }
    }

    /// A mark of the diagram in words; of an event also what it brought about.
    fn words_of(&self, hit: Hit) -> Option<String> {
        let words = self.hint_of(hit)?;
        Some(match hit {
            Hit::Event(event) => words + ": " + &self.lab.headline(event),
            _ => words,
        })
    }

    /// What the pointer is over, or else where the keyboard stands, in words. What a drag does is told in their place, and
    /// what an edit changed in place of the latter.
    pub fn hint(&self) -> Option<String> {
        if self.drag.preview().is_some() {
            return None;
        }
        let stands = || Some(self.roam.words.clone()).filter(|words| !words.is_empty() && self.change.is_empty());
        self.views.hint.clone().or_else(stands)
    }

    /// What a mark of the diagram is, in words.
    pub(super) fn hint_of(&self, hit: Hit) -> Option<String> {
        let axis = if self.chart.causal { Axis::Steps } else { Axis::Time };
        describe_on(&self.views.marks, hit, axis)
    }
}

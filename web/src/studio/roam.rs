//! The diagram by keyboard: from mark to mark, each with its words.

use super::{Effect, Selected, Studio};
use lightcone_core::{Micros, NodeId};
use lightcone_diagram::{Axis, Hit, Stop, Stops, describe_on, ring};
use std::rc::Rc;

/// Where the keyboard stands on the diagram.
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

/// Where the keyboard goes on the diagram.
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

    /// What the keyboard stands at, as a selection; without that, what is selected.
    pub fn at_keyboard(&self) -> Selected {
        self.roam.mark.map_or(self.selected, |hit| self.selected_by(hit))
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
        let stops = Stops::of(self.drawing(), &marks);
        let present = || self.present().map(Hit::Event);
        let here = self.roam.mark.and_then(|hit| stops.find(hit));
        let next = match (way, here) {
            (Some(way), Some(here)) => self.further(&stops, here, way),
            // What it stood at is gone, or it stood nowhere yet.
            _ => {
                let known = self.selected_mark().or_else(present).and_then(|hit| stops.find(hit));
                let (lane, at) = self.roam.place;
                let near = if self.roam.mark.is_some() { stops.nearest(lane, at) } else { known };
                near.or_else(|| stops.nearest(0, self.chart.window.from)).map(|stop| stop.hit)
            }
        };
        if let Some(Stop { lane, at, .. }) = next.and_then(|hit| stops.find(hit)) {
            self.roam.place = (lane, at);
        }
        let event = next.and_then(|hit| stops.event_of(hit, self.roam.event));
        let lane = here.and_then(|here| stops.node(here.lane));
        match (next, way, lane) {
            (Some(hit), ..) => self.stand(hit, event),
            (None, Some(RoamMsg::Along(on)), Some(node)) => self.beyond(node, on),
            _ => {}
        }
    }

    fn further(&self, stops: &Stops, here: Stop, way: RoamMsg) -> Option<Hit> {
        match way {
            RoamMsg::Along(on) => stops.along(here, on),
            RoamMsg::Across(down) => stops.across(here, down, self.roam.event),
            RoamMsg::Around(back) => stops.around(here, back, self.roam.event),
            _ => None,
        }
    }

    /// The lane goes on where the window ends.
    fn beyond(&mut self, node: NodeId, on: bool) {
        let (first, last) = (self.time_of(self.chart.window.from), self.time_of(self.chart.window.to));
        let trace = self.lab.run().trace();
        let lane = &trace.lanes[node.index()];
        let at = |event: &u32| trace.events[*event as usize].at;
        let next = if on {
            lane.get(lane.partition_point(|event| at(event) <= last))
        } else {
            lane.partition_point(|event| at(event) < first).checked_sub(1).map(|before| &lane[before])
        };
        let next = next.map(|event| *event as usize);
        if let Some(event) = next.filter(|event| self.may_tell(*event)) {
            self.stand(Hit::Event(event), Some(event));
        }
    }

    fn stand(&mut self, hit: Hit, event: Option<usize>) {
        (self.roam.mark, self.roam.event, self.roam.drawn) = (Some(hit), event, 0);
        self.chart.following = false;
        if let Hit::Event(event) = hit {
            self.reveal(self.lab.event(event).at);
        }
    }

    /// Shows and tells where the keyboard stands, on the drawing as it is now.
    pub(super) fn refresh_roam(&mut self) {
        let Some(hit) = self.roam.mark else { return };
        let drawn = Rc::as_ptr(self.drawing()) as usize;
        if self.roam.drawn == drawn {
            return;
        }
        self.roam.svg = ring(self.drawing(), hit).svg_body().into();
        let words = self.words_of(hit).unwrap_or_default();
        // What was drawn anew under it need not be told again.
        if self.roam.drawn == 0 {
            self.say(words.clone());
        }
        (self.roam.words, self.roam.drawn) = (words, drawn);
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

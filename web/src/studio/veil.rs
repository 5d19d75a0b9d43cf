//! What the page may tell: everything, nothing after the playhead, or only what one participant knows.
//!
//! Whatever is shown passes here, so that a curtain has no holes.

use super::{Causality, Selected, Studio, words};
use lightcone_core::{Micros, NodeId};
use lightcone_diagram::{Filter, shown};
use lightcone_sim::view::{ChainKind, Cone, Explanation, Fate, Marks, MessageSeen, Stage};
use std::rc::Rc;

/// What the page may tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Veil {
    /// Everything.
    #[default]
    None,
    /// Nothing after the playhead.
    Curtain,
    /// Only what this participant could know at the playhead.
    Knows(NodeId),
}

impl Veil {
    /// The other veil, or none if it is of that kind already.
    pub(super) fn or_off(self, other: Veil) -> Veil {
        if std::mem::discriminant(&self) == std::mem::discriminant(&other) { Veil::None } else { other }
    }
}

/// What a participant knows: the cone of its latest event up to the playhead.
#[derive(Default)]
pub struct Known {
    key: Option<(u64, Option<usize>)>,
    cone: Option<Rc<Cone>>,
}

impl Studio {
    pub(super) fn set_veil(&mut self, veil: Veil) {
        self.causality.veil = veil;
        if veil != Veil::None {
            self.what_if = None;
            self.compare = None;
            self.close_search();
        }
        let words = match veil {
            Veil::None => "everything is shown".into(),
            Veil::Curtain => "nothing after the playhead is shown".into(),
            Veil::Knows(node) => format!("only what {} knows is shown", self.name(node)),
        };
        self.say(words);
    }

    /// Makes anew what is known, and lets go of a selection that may not be told.
    pub(super) fn refresh_veil(&mut self) {
        if let Veil::Knows(node) = self.causality.veil {
            if node.index() >= self.lab.participants().len() {
                self.causality = Causality::default();
                return;
            }
            let key = (self.version, self.latest_of(node));
            if self.known.key != Some(key) {
                self.known = Known { key: Some(key), cone: key.1.map(|event| Rc::new(self.lab.cone(event))) };
            }
        }
        if self.causality.veil != Veil::None && !self.may_select(self.selected) {
            self.selected = Selected::Nothing;
        }
        if self.subject().is_none() || self.causality.second.is_some_and(|second| !self.may_select(second)) {
            (self.causality.second, self.causality.aiming) = (None, false);
        }
    }

    /// The latest event of a participant up to the playhead.
    pub(super) fn latest_of(&self, node: NodeId) -> Option<usize> {
        let until = self.lab.events_until(self.clock.playhead);
        let lane = &self.lab.run().trace().lanes[node.index()];
        let place = lane.partition_point(|event| (*event as usize) < until);
        place.checked_sub(1).map(|place| lane[place] as usize)
    }

    /// Whether an event may be told of.
    pub fn may_tell(&self, event: usize) -> bool {
        match self.causality.veil {
            Veil::None => true,
            Veil::Curtain => self.lab.event(event).at <= self.clock.playhead,
            Veil::Knows(_) => {
                let lane = self.lab.event(event).node.index();
                let cone = self.known.cone.as_ref();
                cone.and_then(|cone| cone.past[lane]).is_some_and(|edge| event <= edge.event)
            }
        }
    }

    fn may_select(&self, selected: Selected) -> bool {
        let knows = matches!(self.causality.veil, Veil::Knows(_));
        match selected {
            Selected::Nothing | Selected::Node(_) => true,
            Selected::Event(event) => event < self.lab.len() && self.may_tell(event),
            Selected::Message(message) => self.lab.run().trace().messages.get(message).is_some_and(|message| {
                let handled = matches!(message.fate, Fate::Delivered(by) if self.may_tell(by));
                if knows { handled } else { self.may_tell(message.sent_by as usize) }
            }),
            Selected::Fault(id) => !knows && self.instant_of(id).is_some_and(|at| at <= self.clock.playhead),
        }
    }

    /// The event that a participant whose knowledge is shown stands at.
    pub(super) fn known_event(&self) -> Option<usize> {
        self.known.key.and_then(|(_, event)| event)
    }

    /// The cluster at the playhead, as far as it may be told.
    pub(super) fn veiled_stage(&self) -> Stage {
        let at = self.clock.playhead;
        match self.causality.veil {
            Veil::None => self.lab.stage(at),
            Veil::Knows(_) => self.lab.run().stage_known(self.known_event(), at),
            Veil::Curtain => {
                let mut stage = self.lab.stage(at);
                // How far a message has come would tell when it arrives: it goes slower the longer it flies.
                let ahead = self.scenario().run.network.latency.max();
                for flight in &mut stage.flights {
                    (flight.end, flight.loss) = (at.plus(ahead), None);
                }
                stage.cuts.iter_mut().for_each(|cut| cut.to = None);
                stage.spells.iter_mut().for_each(|spell| spell.to = None);
                stage
            }
        }
    }

    /// The marks that may be told; `narrow` leaves out what is not in this cone either.
    pub(super) fn veiled_marks(&self, marks: &Rc<Marks>, narrow: Option<&Cone>) -> Rc<Marks> {
        let (curtain, past_of) = match self.causality.veil {
            Veil::None => (None, None),
            Veil::Curtain => (Some(self.clock.playhead), None),
            Veil::Knows(_) => (Some(self.clock.playhead), self.known.cone.as_deref()),
        };
        if curtain.is_none() && narrow.is_none() {
            return marks.clone();
        }
        Rc::new(shown(marks, &Filter { curtain, past_of, cone_of: narrow, ..Filter::default() }))
    }

    /// A cone without what may not be told.
    pub(super) fn veiled_cone(&self, mut cone: Cone) -> Cone {
        if self.causality.veil != Veil::None {
            let trace = self.lab.run().trace();
            for reach in &mut cone.future {
                reach.take_if(|reach| !self.may_tell(reach.event));
            }
            let handled =
                |message: &usize| matches!(trace.messages[*message].fate, Fate::Delivered(by) if self.may_tell(by));
            cone.future_arrows.retain(handled);
        }
        cone
    }

    /// An explanation without what may not be told.
    pub(super) fn veiled_why(&self, mut why: Explanation) -> Explanation {
        if let Veil::Knows(_) = self.causality.veil {
            (why.table, why.record, why.ring) = (None, None, None);
            why.chain.retain(|link| link.kind == ChainKind::Knew);
        }
        why
    }

    /// A message without a fate that may not be told; whether there was one.
    pub(super) fn veiled_message(&self, mut seen: MessageSeen) -> (MessageSeen, bool) {
        let told = match seen.fate {
            Fate::Delivered(by) => self.may_tell(by),
            _ => self.causality.veil == Veil::None || seen.end <= self.clock.playhead,
        };
        if !told {
            (seen.fate, seen.end) = (Fate::Flying, self.clock.playhead);
        }
        (seen, !told)
    }

    /// How many events may be told of until an instant.
    pub(super) fn told_until(&self, at: Micros) -> usize {
        let most = match self.causality.veil {
            Veil::None => return self.lab.events_until(at),
            Veil::Curtain => return self.lab.events_until(at.min(self.clock.playhead)),
            Veil::Knows(_) => self.lab.events_until(at),
        };
        let Some(cone) = self.known.cone.as_ref() else { return 0 };
        let lanes = self.lab.run().trace().lanes.iter().zip(&cone.past);
        let known = lanes.map(|(lane, edge)| {
            let until = edge.map_or(0, |edge| most.min(edge.event + 1));
            lane.partition_point(|event| (*event as usize) < until)
        });
        known.sum()
    }

    /// What a drag or the last edit changes, in words, unless the future is hidden.
    pub fn told_change(&self) -> String {
        if self.causality.veil == Veil::None { self.change.clone() } else { String::new() }
    }

    /// Which event is shown, of how many, as far as that may be told.
    pub fn event_words(&self) -> String {
        let event = self.present().map_or(0, |event| event + 1);
        match self.causality.veil {
            Veil::None => format!("event {event} of {}", self.lab.len()),
            Veil::Curtain => format!("event {event}"),
            Veil::Knows(node) => format!("{} knows {} events", self.name(node), self.told_until(self.clock.playhead)),
        }
    }

    /// What is hidden, in words: a head and the rest.
    pub(super) fn veil_words(&self) -> Option<(String, String)> {
        match self.causality.veil {
            Veil::None => None,
            Veil::Curtain => Some(("curtain".into(), "nothing after this instant is told".into())),
            Veil::Knows(node) => {
                let name = self.name(node);
                let since = self.known_event().map_or(String::new(), |event| {
                    format!(", whose last event was at {}", words::time(self.lab.event(event).at))
                });
                Some((format!("what {name} knows"), format!("others are as {name} last heard of them{since}")))
            }
        }
    }
}

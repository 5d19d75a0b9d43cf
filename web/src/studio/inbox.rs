//! You are the network: time stops, and nothing is delivered and nothing fires but what a person chooses.
//!
//! The mode has no state of its own. It is on wherever the scene holds everything, so that it follows the playhead, and
//! a link, and an edit that is taken back.

use super::{EditMsg, Effect, Studio, state_of, words};
use lightcone_core::{Micros, NodeId};
use lightcone_sim::{
    Fault, Selector,
    view::{Flight, SpellKind, StageNode, TimerMark},
};

/// Something that the network does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxMsg {
    /// Everything is held from the playhead on, or moves again.
    Toggle,
    /// Delivers a message, by its place among the messages of the run.
    Deliver(usize),
    /// Puts a copy of a message beside it.
    Copy(usize),
    /// Drops a message.
    Drop(usize),
    /// Fires a timer of a participant, by its name.
    Fire(NodeId, String),
}

/// What waits while everything is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    /// Since when everything is held.
    pub since: Micros,
    /// Whether it was a person who stopped time, and so can let it go on.
    pub can_leave: bool,
    /// What waits for whom, by participant.
    pub trays: Vec<Tray>,
}

/// What waits for one participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tray {
    /// For whom.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// What it is, in words.
    pub words: String,
    /// The messages that are under way to it, in order of sending.
    pub mail: Vec<Mail>,
    /// Its timers: their names, and when they would fire in words.
    pub timers: Vec<(String, String)>,
}

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its place among the messages of the run.
    pub index: usize,
    /// What it says: `AppendEntries term 2`.
    pub label: String,
    /// From whom, since when.
    pub words: String,
    /// Whether it can be copied without touching what has already happened.
    pub can_copy: bool,
    /// Whether it can be dropped: a copy just stays where it is.
    pub can_drop: bool,
}

impl Studio {
    pub(super) fn network(&mut self, msg: InboxMsg) -> Vec<Effect> {
        self.clock.playing = false;
        match msg {
            InboxMsg::Toggle => return self.toggle_network(),
            InboxMsg::Deliver(message) => self.deliver(message),
            InboxMsg::Copy(message) => self.do_here(message, Fault::Duplicate),
            InboxMsg::Drop(message) => self.do_here(message, Fault::Drop),
            InboxMsg::Fire(node, label) => {
                let selector = format!("timer {label} of {}", self.name(node)).parse::<Selector>();
                match selector {
                    Ok(timer) => {
                        self.add(Fault::Fire { timer });
                    }
                    Err(wrong) => self.say(wrong),
                }
            }
        }
        Vec::new()
    }

    /// Does something to a message; what is selected stays so.
    fn do_here(&mut self, message: usize, fault: Fault) {
        let selected = self.selected;
        self.edit(EditMsg::To(message, fault));
        self.selected = selected;
    }

    fn toggle_network(&mut self) -> Vec<Effect> {
        let holds = self.holds();
        if holds.is_empty() && !self.scenario().run.held {
            self.add(Fault::Hold);
            return vec![Effect::Focus("inbox".into())];
        }
        if holds.is_empty() {
            self.say("this scene is held from its start to its end");
        } else {
            self.end(&holds);
        }
        Vec::new()
    }

    /// The holds in force at the playhead.
    fn holds(&self) -> Vec<u32> {
        let spells = self.views.stage.spells.iter().filter(|spell| spell.kind == SpellKind::Hold);
        spells.map(|spell| spell.id).collect()
    }

    /// Whether everything is held at the playhead.
    pub fn is_network(&self) -> bool {
        self.scenario().run.held || !self.holds().is_empty()
    }

    /// What waits at the playhead, if everything is held there.
    pub(super) fn inbox(&self) -> Option<Inbox> {
        if !self.is_network() {
            return None;
        }
        let stage = &self.views.stage;
        let holds = stage.spells.iter().filter(|spell| spell.kind == SpellKind::Hold);
        let since = holds.map(|spell| spell.from).min().unwrap_or_default();
        let since = if self.scenario().run.held { Micros::ZERO } else { since };
        // What was lost as it was sent never waited.
        let world = self.lab.run().at(self.lab.events_until(self.clock.playhead));
        let waits = |flight: &&Flight| world.flights().any(|other| other.record as usize == flight.index);
        let tray = |node: &StageNode| Tray {
            node: node.node,
            name: node.name.clone(),
            words: state_of(node).into(),
            mail: stage
                .flights
                .iter()
                .filter(|flight| flight.to == node.node)
                .filter(waits)
                .map(|flight| self.mail(flight, since))
                .collect(),
            timers: node.timers.iter().map(|timer| alarm(timer, since)).collect(),
        };
        Some(Inbox { since, can_leave: !self.scenario().run.held, trays: stage.nodes.iter().map(tray).collect() })
    }

    fn mail(&self, flight: &Flight, since: Micros) -> Mail {
        let copy = self.lab.run().trace().messages[flight.index].copy;
        Mail {
            index: flight.index,
            label: flight.label.clone(),
            words: format!(
                "{}from {}, since {}",
                if copy { "a copy, " } else { "" },
                self.name(flight.from),
                words::time(flight.sent)
            ),
            can_copy: !copy && flight.sent >= since,
            can_drop: !copy,
        }
    }
}

/// A timer that stands still, and when it would fire.
fn alarm(timer: &TimerMark, since: Micros) -> (String, String) {
    let left = timer.fires.minus(timer.armed.max(since));
    (timer.label.clone(), format!("would fire {} after time goes on", words::time(left)))
}

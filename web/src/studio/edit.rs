//! Changes to the scene: faults, requests, and taking them back.

use super::{Effect, Selected, Studio, words};
use crate::engine;
use lightcone_catalog::{Scenario, ScenarioError};
use lightcone_core::{Micros, NodeId};
use lightcone_sim::{Across, Disk, Fault, Intervention, Name, Selector, Until, When};

/// Something that changes the scene.
#[derive(Clone, Debug, PartialEq)]
pub enum EditMsg {
    /// Keeps these apart from everyone else, from now on.
    Split(Vec<String>),
    /// Cuts one direction of a link, from now on.
    Cut(NodeId, NodeId),
    /// Cuts both directions of a link, from now on.
    CutBoth(NodeId, NodeId),
    /// Ends everything that lasts.
    Heal,
    /// Crashes a participant, or starts it again if it is down.
    CrashOrRestart(NodeId),
    /// Does this, from now on if it lasts.
    Do(Fault),
    /// Does this to a message, by its place among the messages of the run.
    To(usize, Fault),
    /// Delivers a message now, by its place among the messages of the run.
    Deliver(usize),
    /// Ends these now, by their ids.
    End(Vec<u32>),
    /// Asks a client for an operation.
    Request(NodeId, String),
    /// Causes a local event.
    Cause(NodeId, String),
    /// Takes one intervention away.
    Remove(u32),
    /// Takes the last edit back.
    Undo,
    /// Makes the edit again that was taken back last.
    Redo,
    /// What becomes of messages across the next partition.
    Across(Across),
}

/// What was edited, and what was taken back: whole scenarios with what was done to them, latest last.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    undo: Vec<(Scenario, String)>,
    redo: Vec<(Scenario, String)>,
    /// Ids are never used again, even after an edit was taken back: causal names grow from them.
    next_id: u32,
}

/// So many edits can be taken back.
const DEPTH: usize = 200;

impl Edits {
    /// Takes note of the ids that a scenario uses.
    pub(super) fn seen(&mut self, scenario: &Scenario) {
        self.next_id = self.next_id.max(scenario.next_id());
    }

    /// The id that comes next, without taking it.
    pub(super) fn next(&self) -> u32 {
        self.next_id
    }

    /// Keeps a scene, so that what was made of it can be taken back.
    pub(super) fn made(&mut self, before: Scenario, words: &str) {
        self.undo.push((before, words.into()));
    }

    /// An id that was never used.
    pub(super) fn fresh(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// What would be taken back.
    pub fn undoable(&self) -> Option<&str> {
        self.undo.last().map(|(_, words)| words.as_str())
    }

    /// What would be made again.
    pub fn redoable(&self) -> Option<&str> {
        self.redo.last().map(|(_, words)| words.as_str())
    }
}

impl Studio {
    pub(super) fn edit(&mut self, msg: EditMsg) -> Vec<Effect> {
        match msg {
            EditMsg::Split(names) => self.split(&names, None),
            EditMsg::Cut(from, to) => self.cut(from, to, false),
            EditMsg::CutBoth(a, b) => self.cut(a, b, true),
            EditMsg::Heal => self.heal(),
            EditMsg::CrashOrRestart(node) => self.crash_or_restart(node),
            EditMsg::Do(fault) => {
                self.add(fault);
            }
            EditMsg::To(message, fault) => self.do_to(message, fault),
            EditMsg::Deliver(message) => self.deliver(message),
            EditMsg::End(ids) => self.end(&ids),
            EditMsg::Request(client, op) => {
                let fault = Fault::Request { client: self.name(client).into(), op };
                self.add(fault);
            }
            EditMsg::Cause(node, what) => {
                let fault = Fault::Local { node: self.name(node).into(), what };
                self.add(fault);
            }
            EditMsg::Remove(id) => self.remove(id),
            EditMsg::Undo => self.undo(),
            EditMsg::Redo => self.redo(),
            EditMsg::Across(across) => self.across = across,
        }
        Vec::new()
    }

    /// The instant at which an edit acts: the playhead, or the instant after it if something happened right there,
    /// since at one instant interventions come first and what is seen shall stay.
    pub(super) fn acting(&self) -> Micros {
        let now = self.clock.playhead;
        let taken = self.lab.events_until(now).checked_sub(1).is_some_and(|last| self.lab.event(last).at == now);
        if taken { now.plus(Micros(1)) } else { now }
    }

    /// Adds one fault at the playhead.
    pub(super) fn add(&mut self, fault: Fault) -> bool {
        let words = fault.words();
        self.add_all(vec![fault], &words).is_some()
    }

    /// Adds faults at the playhead as one edit; the ids they got, if the scene can be run with them.
    pub(super) fn add_all(&mut self, faults: Vec<Fault>, words: &str) -> Option<Vec<u32>> {
        let at = self.acting();
        let mut interventions = self.scenario().run.interventions.clone();
        let ids: Vec<u32> = faults.iter().map(|_| self.edits.fresh()).collect();
        interventions.extend(faults.into_iter().zip(&ids).map(|(fault, id)| Intervention::at(*id, at, fault)));
        self.intervene(interventions, words, at).then_some(ids)
    }

    /// Runs the scene with other interventions. What was selected after `from` may be gone then.
    pub(super) fn intervene(&mut self, interventions: Vec<Intervention>, words: &str, from: Micros) -> bool {
        let (before, future) = (self.scenario().clone(), self.lab.branch());
        match self.lab.edit(interventions) {
            Ok(()) => {
                self.edits.made(before, words);
                self.keep_future(future);
                self.settle(from);
                self.say(format!("{words}, {}", words::time(from)));
                true
            }
            Err(error) => {
                self.refuse(&error);
                false
            }
        }
    }

    /// Keeps the present scene, so that what comes now can be taken back.
    pub(super) fn remember(&mut self, words: &str) {
        let scenario = self.scenario().clone();
        self.edits.made(scenario, words);
    }

    /// After an edit at `from`: computes anew, and lets go of what may be gone.
    pub(super) fn settle(&mut self, from: Micros) {
        self.deselect_after(from);
        if self.clock.playhead < from && from.minus(self.clock.playhead) <= Micros(1) {
            self.clock.playhead = from;
        }
        self.clock.event = None;
        self.done = false;
        self.changed();
        self.compute();
    }

    /// The scene is another one now: the address follows, and a link's promise no longer counts.
    pub(super) fn changed(&mut self) {
        self.proof = super::Proof::None;
        self.changed_beside();
    }

    /// What is written beside the run is another now: the run itself stays as it is.
    pub(super) fn changed_beside(&mut self) {
        self.soil();
        self.edits.redo.clear();
        let excess = self.edits.undo.len().saturating_sub(DEPTH);
        self.edits.undo.drain(..excess);
        self.draft = super::Draft::of(self.lab.as_ref());
        self.version += 1;
    }

    /// Places among the events and messages of the run hold up to the instant of an edit.
    fn deselect_after(&mut self, from: Micros) {
        let gone = match self.selected {
            Selected::Event(event) => event >= self.lab.len() || self.lab.event(event).at >= from,
            Selected::Message(_) => true,
            _ => false,
        };
        if gone {
            self.selected = Selected::Nothing;
        }
        self.hovered = None;
    }

    /// Says why something cannot be done. Nothing else changes.
    pub(super) fn refuse(&mut self, error: &ScenarioError) {
        self.banner = Some(super::Banner::warning(error.to_string()));
        self.say(error.to_string());
    }

    fn undo(&mut self) {
        let Some((scenario, words)) = self.edits.undo.pop() else { return self.say("nothing to take back") };
        let present = self.scenario().clone();
        if self.restore(scenario) {
            self.edits.redo.push((present, words.clone()));
            self.say(format!("taken back: {words}"));
        }
    }

    fn redo(&mut self) {
        let Some((scenario, words)) = self.edits.redo.pop() else { return self.say("nothing to make again") };
        let present = self.scenario().clone();
        if self.restore(scenario) {
            self.edits.undo.push((present, words.clone()));
            self.say(format!("made again: {words}"));
        }
    }

    /// Runs a scenario of before, the cheap way where only its interventions differ.
    fn restore(&mut self, scenario: Scenario) -> bool {
        let present = self.scenario();
        let interventions = scenario.run.interventions.clone();
        let alike = apart_from_edits(&scenario, present.run.until) == apart_from_edits(present, present.run.until);
        let untouched = interventions == present.run.interventions;
        let redo = std::mem::take(&mut self.edits.redo);
        let outcome = if alike && untouched {
            self.lab.set_captions(scenario.captions);
            self.changed_beside();
            Ok(())
        } else if alike {
            self.lab.set_captions(scenario.captions);
            let future = self.lab.branch();
            self.lab.edit(interventions).map(|()| {
                self.keep_future(future);
                self.settle(Micros::ZERO);
            })
        } else {
            engine::open(scenario).map(|lab| {
                self.replace_lab(lab);
                self.changed();
            })
        };
        self.edits.redo = redo;
        outcome.map_err(|error| self.refuse(&error)).is_ok()
    }

    fn remove(&mut self, id: u32) {
        let mut interventions = self.scenario().run.interventions.clone();
        let Some(place) = interventions.iter().position(|i| i.id == id) else { return };
        let gone = interventions.remove(place);
        let from = self.instant_of(id).unwrap_or(Micros::ZERO);
        if self.selected == Selected::Fault(id) {
            self.selected = Selected::Nothing;
        }
        self.intervene(interventions, &format!("removed: {}", gone.fault.words()), from);
    }

    pub(super) fn crash_or_restart(&mut self, node: NodeId) {
        let up = self.views.stage.nodes.get(node.index()).is_none_or(|n| n.up);
        let node = self.name(node).to_string();
        self.add(if up { Fault::Crash { node, disk: Disk::Kept, after: None } } else { Fault::Restart { node } });
    }

    /// How a message is addressed, or a word to the person why it cannot be.
    fn address(&mut self, message: usize) -> Option<Selector> {
        let selector = self.lab.message(message).selector.parse().ok();
        if selector.is_none() {
            self.say("this message cannot be addressed");
        }
        selector
    }

    /// What is done to a message is done by its name, wherever in time it will be once more edits come.
    fn do_to(&mut self, message: usize, fault: Fault) {
        let Some(selector) = self.address(message) else { return };
        let seen = self.lab.message(message);
        let words = format!("{}: {}", seen.selector, fault.words());
        let when = When::On { selector, name: Some(Name(seen.name)) };
        let one = Intervention { id: self.edits.fresh(), when, until: Until::End, fault };
        let mut interventions = self.scenario().run.interventions.clone();
        interventions.push(one);
        // It is the same message still, and so stays selected.
        if self.intervene(interventions, &words, seen.sent) {
            self.selected = Selected::Message(message);
        }
    }

    pub(super) fn deliver(&mut self, message: usize) {
        if let Some(message) = self.address(message) {
            self.add(Fault::Deliver { message });
        }
    }

    /// When an intervention acts, as far as it is known before the run or was seen in it.
    pub(super) fn instant_of(&self, id: u32) -> Option<Micros> {
        let found = self.scenario().run.interventions.iter().find(|i| i.id == id)?;
        found.start().or_else(|| self.views.seen_of(id))
    }
}

/// All of a scenario that cannot be changed while it runs.
fn apart_from_edits(scenario: &Scenario, until: Micros) -> Scenario {
    let mut rest = scenario.clone();
    rest.captions.clear();
    rest.run.interventions.clear();
    rest.run.until = until;
    rest
}

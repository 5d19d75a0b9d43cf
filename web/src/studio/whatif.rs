//! What if this had not happened: a branch without it, beside the run. Nothing of the scene changes until it is kept.

use super::{Selected, Studio};
use lightcone_catalog::Lab;
use lightcone_core::Micros;
use lightcone_diagram::Difference;
use lightcone_sim::{
    Fault, Intervention, Name, Selector, Until, When,
    compare::{Comparison, compare},
    trace::Cause,
    view::{Fate, Marks, Window},
};
use std::rc::Rc;

/// A branch without something that happened.
pub struct WhatIf {
    /// What was taken out, in words.
    pub words: String,
    /// How the branch differs, in one sentence; how far it is known is known of that, too.
    pub outcome: String,
    lab: Box<dyn Lab>,
    done: bool,
    /// What the scene was made from when this was asked.
    base: Vec<Intervention>,
    /// The interventions of the branch, and the instant from which it can differ.
    edit: (Vec<Intervention>, Micros),
    comparison: Comparison,
    /// The length of both runs when they were compared.
    compared: (usize, usize),
    /// The difference in a window, for the diagram.
    ghost: Option<(Window, Rc<Difference>)>,
}

/// Events of the branch that are computed in one frame.
const BUDGET: usize = 2_000;

impl WhatIf {
    /// How far both runs were known when they were compared.
    pub(super) fn compared(&self) -> (usize, usize) {
        self.compared
    }
}

impl Studio {
    pub(super) fn ask_what_if(&mut self) {
        if self.causality.veil != super::Veil::None {
            return self.say("this would tell what is hidden");
        }
        let (interventions, words, from) = match self.without_selection() {
            Ok(without) => without,
            Err(why) => return self.say(why),
        };
        let mut lab = self.lab.branch();
        if let Err(error) = lab.edit(interventions.clone()) {
            return self.refuse(&error);
        }
        self.clock.playing = false;
        self.what_if = Some(WhatIf {
            words,
            outcome: String::new(),
            lab,
            done: false,
            base: self.scenario().run.interventions.clone(),
            edit: (interventions, from),
            comparison: Comparison::default(),
            compared: (0, 0),
            ghost: None,
        });
        self.compute_what_if();
        let said = self.what_if.as_ref().map(|what_if| format!("{}: {}", what_if.words, what_if.outcome));
        self.say(said.unwrap_or_default());
    }

    /// The interventions without what is selected, what that is in words, and from when on it can change something.
    fn without_selection(&mut self) -> Result<(Vec<Intervention>, String, Micros), &'static str> {
        match self.selected {
            Selected::Fault(id) => self.without_fault(id),
            Selected::Message(message) => self.without_message(message),
            Selected::Event(event) => self.without_event(event),
            Selected::Nothing | Selected::Node(_) => Err("select an event, a message or something that was done first"),
        }
    }

    fn without_event(&mut self, event: usize) -> Result<(Vec<Intervention>, String, Micros), &'static str> {
        match self.lab.run().trace().events[event].cause {
            Cause::Message(message) => self.without_message(message as usize),
            Cause::Armed(_) => self.without_firing(event),
            Cause::Intervention(id) => self.without_fault(id),
            Cause::Begin => Err("everyone has to start"),
            Cause::Workload(_) => Err("the clients' own work is part of the scene: change it in the settings"),
        }
    }

    fn without_fault(&mut self, id: u32) -> Result<(Vec<Intervention>, String, Micros), &'static str> {
        let all = &self.scenario().run.interventions;
        let one = all.iter().find(|one| one.id == id).ok_or("nothing of the scene did this")?;
        let words = format!("without: {}", one.fault.words());
        let rest = all.iter().filter(|one| one.id != id).cloned().collect();
        Ok((rest, words, self.instant_of(id).unwrap_or(Micros::ZERO)))
    }

    fn without_message(&mut self, message: usize) -> Result<(Vec<Intervention>, String, Micros), &'static str> {
        let seen = self.lab.message(message);
        if let Fate::Lost(_) = seen.fate {
            return Err("this message was lost: it made no difference");
        }
        if self.lab.run().trace().messages[message].copy {
            return Err("this is a copy: ask for the fault that made it");
        }
        let words = format!("without {}", seen.selector);
        self.with(&seen.selector, Name(seen.name), Fault::Drop, words, seen.sent)
    }

    fn without_firing(&mut self, event: usize) -> Result<(Vec<Intervention>, String, Micros), &'static str> {
        let trace = self.lab.run().trace();
        let fired = trace.events[event];
        let like = |arming: &&lightcone_sim::trace::Arming| (arming.node, arming.timer) == (fired.node, fired.timer);
        let mut armings = trace.armings.iter().filter(like);
        let nth = armings.position(|arming| arming.name == fired.name).ok_or("this firing cannot be put off")? + 1;
        let label = &trace.timers[usize::from(fired.timer)].1;
        let node = self.name(fired.node);
        let words = format!("without the {label} timer of {node} firing");
        let again = if nth > 1 { format!(" #{nth}") } else { String::new() };
        let selector = format!("arming {label} of {node}{again}");
        // A timer that runs longer than the run does not fire in it.
        let fault = Fault::Move { to: self.until() };
        self.with(&selector, fired.name, fault, words, fired.at)
    }

    /// The interventions with one more, done to what a selector names.
    fn with(
        &mut self,
        selector: &str,
        name: Name,
        fault: Fault,
        words: String,
        from: Micros,
    ) -> Result<(Vec<Intervention>, String, Micros), &'static str> {
        let selector: Selector = selector.parse().map_err(|_| "this cannot be addressed")?;
        let mut all = self.scenario().run.interventions.clone();
        let when = When::On { selector, name: Some(name) };
        all.push(Intervention { id: self.edits.fresh(), when, until: Until::End, fault });
        Ok((all, words, from))
    }

    /// Computes a slice of the branch, and compares as far as both are known.
    pub(super) fn compute_what_if(&mut self) {
        let Some(what_if) = &mut self.what_if else { return };
        if what_if.base != self.lab.scenario().run.interventions {
            self.what_if = None;
            return;
        }
        if !what_if.done {
            what_if.done = what_if.lab.advance(BUDGET);
        } else if what_if.lab.scenario().run.until != self.lab.scenario().run.until {
            what_if.lab.set_until(self.lab.scenario().run.until);
            what_if.done = false;
        }
        let lengths = (self.lab.len(), what_if.lab.len());
        if what_if.compared != lengths {
            what_if.compared = lengths;
            what_if.comparison = compare(self.lab.run(), what_if.lab.run());
            what_if.outcome = what_if.comparison.words.clone();
            what_if.ghost = None;
        }
    }

    /// Whether the branch is still being computed.
    pub(super) fn what_if_computes(&self) -> bool {
        self.what_if.as_ref().is_some_and(|what_if| !what_if.done)
    }

    pub(super) fn keep_what_if(&mut self) {
        let Some(what_if) = self.what_if.take() else { return };
        let (interventions, from) = what_if.edit;
        self.intervene(interventions, &what_if.words, from);
    }

    /// How the branch differs in the diagram's window. The branch is the ghost: what it does otherwise is the old, and
    /// what of the run it does not do is the new.
    pub(super) fn what_if_ghost(&mut self) -> Option<Rc<Difference>> {
        let window = self.chart.window;
        let what_if = self.what_if.as_mut()?;
        if let Some((_, ghost)) = what_if.ghost.as_ref().filter(|(of, _)| *of == window) {
            return Some(ghost.clone());
        }
        let marks = what_if.lab.marks(window);
        let ghost = Rc::new(difference(&what_if.comparison, marks));
        what_if.ghost = Some((window, ghost.clone()));
        Some(ghost)
    }
}

fn difference(comparison: &Comparison, old: Marks) -> Difference {
    let (here, there) = comparison.events.sides();
    let (arrows_here, arrows_there) = comparison.messages.sides();
    Difference { old, old_events: there, old_arrows: arrows_there, new_events: here, new_arrows: arrows_here }
}

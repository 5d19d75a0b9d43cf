//! A run of any protocol behind the [`Lab`] interface.

use crate::{Caption, Cast, Entry, Judged, Lab, Scenario, ScenarioError};
use lightcone_check::{ChaosSettings, Limits, Progress, chaos, progress};
use lightcone_core::{About, Cite, Form, Micros, NodeId, NodeSpec};
use lightcone_sim::{
    Intervention, Run, SetupError,
    view::{Cone, EventLine, EventMark, Explanation, Marks, MessageSeen, Stage, Verdicts, WhyNot, Window},
};

#[derive(Clone)]
struct RunLab {
    entry: &'static Entry,
    scenario: Scenario,
    run: Run,
}

/// Starts a run of a scenario behind the interface.
pub fn open(entry: &'static Entry, scenario: Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
    let run = start(entry, &scenario)?;
    Ok(Box::new(RunLab { entry, scenario, run }))
}

/// Starts a run of a scenario. An intervention that names who is not there is kept, and is idle.
pub fn start(entry: &Entry, scenario: &Scenario) -> Result<Run, ScenarioError> {
    let cast = (entry.cast)(&scenario.settings)?;
    scenario.run.clocks.keys().try_for_each(|name| cast.check_clock(name))?;
    scenario.run.load.keys().try_for_each(|name| cast.check_load(name))?;
    Run::of(cast.actors, scenario.run.clone()).map_err(refuse)
}

fn refuse(error: SetupError) -> ScenarioError {
    match error {
        SetupError::Config(wrong) => ScenarioError::field(format!("settings.{}", wrong.field), wrong.wrong),
        SetupError::Operation { id, wrong } => ScenarioError::field(format!("intervention {id}: request"), wrong),
    }
}

impl Lab for RunLab {
    fn about(&self) -> &'static About {
        self.run.setup().actors.about()
    }

    fn form(&self) -> Form {
        (self.entry.form)()
    }

    fn rules(&self) -> Vec<Cite> {
        self.run.setup().actors.rules()
    }

    fn stimuli(&self) -> Vec<(String, String)> {
        Cast { actors: self.run.setup().actors.clone() }.stimuli()
    }

    fn run(&self) -> &Run {
        &self.run
    }

    fn branch(&self) -> Box<dyn Lab> {
        Box::new(self.clone())
    }

    fn branch_before(&self, at: Micros) -> Box<dyn Lab> {
        let (scenario, run) = (self.scenario.clone(), self.run.branch_before(at));
        Box::new(RunLab { scenario, run, ..*self })
    }

    fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    fn participants(&self) -> &[NodeSpec] {
        self.run.setup().specs()
    }

    fn advance(&mut self, budget: usize) -> bool {
        self.run.advance(budget)
    }

    fn edit(&mut self, interventions: Vec<Intervention>) -> Result<(), ScenarioError> {
        self.run.edit(interventions.clone()).map_err(refuse)?;
        self.scenario.run.interventions = interventions;
        Ok(())
    }

    fn set_until(&mut self, until: Micros) {
        self.run.set_until(until);
        self.scenario.run.until = until;
    }

    fn set_captions(&mut self, captions: Vec<Caption>) {
        self.scenario.captions = captions;
    }

    fn len(&self) -> usize {
        self.run.trace().events.len()
    }

    fn event(&self, index: usize) -> EventMark {
        self.run.trace().mark(index)
    }

    fn events_until(&self, at: Micros) -> usize {
        self.run.trace().events_until(at)
    }

    fn marks(&self, window: Window) -> Marks {
        self.run.marks(window)
    }

    fn cone(&self, event: usize) -> Cone {
        self.run.cone(event)
    }

    fn stage(&self, at: Micros) -> Stage {
        self.run.stage(at)
    }

    fn explain(&self, event: usize) -> Explanation {
        self.run.explain(event)
    }

    fn why_not(&self, node: NodeId, rule: usize, events: usize) -> WhyNot {
        self.run.why_not(node, rule, events)
    }

    fn headline(&self, event: usize) -> String {
        self.run.headline(event)
    }

    fn message(&self, index: usize) -> MessageSeen {
        self.run.message(index)
    }

    fn verdicts(&self, events: usize, at: Micros) -> Verdicts {
        self.run.verdicts(events, at)
    }

    fn narrate(&self, tell: &mut dyn FnMut(EventLine)) {
        self.run.narrate(tell);
    }

    fn idle(&self) -> Vec<(u32, String)> {
        self.run.idle()
    }

    fn history(&self, events: usize) -> Option<Judged> {
        (self.entry.judge)(&self.run, events)
    }

    fn misled(&self) -> Vec<(u32, NodeId)> {
        (self.entry.misled)(&self.run)
    }

    fn progress(&self) -> Progress {
        progress(&self.run, Limits::default().bound)
    }

    fn chaos(&self, settings: &ChaosSettings, seed: u64) -> Vec<Intervention> {
        chaos(self.run.setup(), settings, seed, self.scenario.run.until, self.scenario.next_id())
    }

    fn fingerprint(&self) -> u64 {
        self.run.world().fingerprint
    }
}

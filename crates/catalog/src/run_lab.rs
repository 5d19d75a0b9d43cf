//! A run of one protocol behind the [`Lab`] interface.

use crate::{Cast, Lab, Scenario, ScenarioError, settings};
use lightcone_check::{Linearity, history, linear};
use lightcone_core::{About, Cite, Form, Micros, NodeSpec, Protocol, Rule};
use lightcone_sim::{
    Intervention, Run, SetupError,
    view::{Cone, EventLine, EventMark, Explanation, Marks, MessageSeen, Stage, Verdicts, Window},
};
use std::marker::PhantomData;

/// A history whose judgement takes more steps than this is left undecided, so that the page stays quick.
const JUDGE_STEPS: u64 = 200_000;

struct RunLab<P: Protocol> {
    scenario: Scenario,
    run: Run,
    protocol: PhantomData<P>,
}

/// Starts a run of a scenario of the protocol `P`. An intervention that names who is not there is kept, and is idle.
pub fn open<P: Protocol>(scenario: Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
    let cast = Cast::of::<P>(&scenario.settings)?;
    scenario.run.clocks.keys().try_for_each(|name| cast.check_clock(name))?;
    scenario.run.load.keys().try_for_each(|name| cast.check_load(name))?;
    let config = settings::config::<P>(&scenario.settings)?;
    let run = Run::new::<P>(config, scenario.run.clone()).map_err(refuse)?;
    Ok(Box::new(RunLab::<P> { scenario, run, protocol: PhantomData }))
}

fn refuse(error: SetupError) -> ScenarioError {
    match error {
        SetupError::Config(wrong) => ScenarioError::field(format!("settings.{}", wrong.field), wrong.wrong),
        SetupError::Operation { id, wrong } => ScenarioError::field(format!("intervention {id}: request"), wrong),
    }
}

impl<P: Protocol> Lab for RunLab<P> {
    fn about(&self) -> &'static About {
        &P::ABOUT
    }

    fn form(&self) -> Form {
        P::form()
    }

    fn rules(&self) -> Vec<Cite> {
        P::Rule::ALL.iter().map(|rule| rule.cite()).collect()
    }

    fn stimuli(&self) -> Vec<(String, String)> {
        let stimuli = P::stimuli(&self.run.setup().cluster.config);
        stimuli.into_iter().map(|one| (self.run.setup().name(one.node).into(), one.label)).collect()
    }

    fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    fn participants(&self) -> &[NodeSpec] {
        &self.run.setup().cluster.specs
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

    fn history(&self, events: usize) -> Option<(bool, String)> {
        let history = history(self.run.trace(), events);
        if history.is_empty() {
            return None;
        }
        let answered = history.iter().filter(|op| op.told.is_some()).count();
        Some(match linear::check(&history, JUDGE_STEPS) {
            Linearity::Holds => (true, format!("linearizable so far: {answered} answers, in some one order")),
            Linearity::Undecided => (true, format!("undecided: {answered} answers leave too many orders to try")),
            Linearity::Broken(anomaly) => (false, anomaly.words(self.participants())),
        })
    }

    fn fingerprint(&self) -> u64 {
        self.run.world().fingerprint
    }
}

//! A run of any protocol behind one interface, so that pages and terminals need no type parameter.

use crate::{
    judged::Judged,
    scenario::{Caption, Scenario, ScenarioError},
};
use lightcone_check::{ChaosSettings, Progress};
use lightcone_core::{About, Cite, Form, Micros, NodeId, NodeSpec};
use lightcone_sim::{
    Intervention, Run,
    view::{Cone, EventLine, EventMark, Explanation, Marks, MessageSeen, Stage, Verdicts, WhyNot, Window},
};

/// A run of some protocol. Event and message indices count from 0 in the order of the run.
pub trait Lab {
    /// What the protocol is.
    fn about(&self) -> &'static About;
    /// Its settings, described.
    fn form(&self) -> Form;
    /// Every rule of the protocol.
    fn rules(&self) -> Vec<Cite>;
    /// The local events that may be caused: the server's name and the label.
    fn stimuli(&self) -> Vec<(String, String)>;
    /// The run itself: its trace, metrics and causality hold no type of the protocol.
    fn run(&self) -> &Run;
    /// The same run once more: it keeps this future when the other is edited.
    fn branch(&self) -> Box<dyn Lab>;
    /// The same, computed only until about an instant: for an edit there, what comes later need not be copied.
    fn branch_before(&self, at: Micros) -> Box<dyn Lab>;
    /// The scenario that is being run.
    fn scenario(&self) -> &Scenario;
    /// The participants, servers first.
    fn participants(&self) -> &[NodeSpec];

    /// Goes on computing for at most `budget` events; true when the run has reached its end.
    fn advance(&mut self, budget: usize) -> bool;
    /// Puts other interventions in place of the present ones. What they cannot have changed is kept.
    ///
    /// # Errors
    /// The intervention that makes no sense; the run stays as it was.
    fn edit(&mut self, interventions: Vec<Intervention>) -> Result<(), ScenarioError>;
    /// Moves the end of the run. What is computed already is kept where the end moves out.
    fn set_until(&mut self, until: Micros);
    /// Puts other captions beside the run, which stays as it is. They stand in order of time and within the run.
    fn set_captions(&mut self, captions: Vec<Caption>);

    /// The number of events computed.
    fn len(&self) -> usize;
    /// Whether nothing is computed yet.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One event.
    fn event(&self, index: usize) -> EventMark;
    /// How many events have happened when the instant `at` is over.
    fn events_until(&self, at: Micros) -> usize;
    /// What is drawn in a window.
    fn marks(&self, window: Window) -> Marks;
    /// The past and future of an event.
    fn cone(&self, event: usize) -> Cone;
    /// The cluster at an instant.
    fn stage(&self, at: Micros) -> Stage;
    /// Why an event happened.
    fn explain(&self, event: usize) -> Explanation;
    /// Why a participant did not follow a rule in the first `events` events: a place among [`Lab::rules`].
    fn why_not(&self, node: NodeId, rule: usize, events: usize) -> WhyNot;
    /// What happened in an event, in one sentence.
    fn headline(&self, event: usize) -> String;
    /// A message with its fields.
    fn message(&self, index: usize) -> MessageSeen;
    /// What has been seen of the guarantees in the first `events` events, at the instant `at`.
    fn verdicts(&self, events: usize, at: Micros) -> Verdicts;
    /// Tells every event computed so far, in order.
    fn narrate(&self, tell: &mut dyn FnMut(EventLine));
    /// The interventions that did nothing in this run, with the reason.
    fn idle(&self) -> Vec<(u32, String)>;
    /// The client history of the first `events` events judged for linearizability.
    fn history(&self, events: usize) -> Option<Judged>;
    /// The events of the reads that misled a client, in order, and who that was: each read whose answer no order of the
    /// operations explains, given the answers before it of which none misled.
    fn misled(&self) -> Vec<(u32, NodeId)>;
    /// The verdict on progress of a run that is computed to its end.
    fn progress(&self) -> Progress;
    /// Faults from a seed, with ids that no intervention of the scenario has.
    fn chaos(&self, settings: &ChaosSettings, seed: u64) -> Vec<Intervention>;
    /// The fingerprint of all events computed.
    fn fingerprint(&self) -> u64;
}

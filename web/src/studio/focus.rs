//! What the inspector shows: the selection, or else the event at the playhead.

use super::{Causality, Doubt, Inbox, Seen, Selected, Stands, Studio, Veil};
use lightcone_core::{Micros, NodeId, NodeKind};
use lightcone_sim::view::{Explanation, Fate, MessageSeen, StageNode, Verdicts};

/// What the inspector shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// Everyone's name, by node.
    pub names: Vec<String>,
    /// What waits while everything is held.
    pub inbox: Option<Inbox>,
    /// How the selection stands to the rest of the run.
    pub stands: Option<Stands>,
    /// What was asked about causality.
    pub causality: Causality,
    /// The participant whose knowledge can be shown.
    pub at_hand: Option<NodeId>,
    /// What can be asked about the selection: what if it were not.
    pub what_if: Option<&'static str>,
    /// What would be if something had not happened: what was taken out, and the difference.
    pub outcome: Option<(String, String)>,
    /// Why the event happened.
    pub why: Option<Explanation>,
    /// The role of the event's participant after it, in a word.
    pub role: String,
    /// A message that was selected.
    pub message: Option<MessageSeen>,
    /// Whether what becomes of the message is hidden.
    pub hidden: bool,
    /// Whether the message can still be dropped.
    pub can_drop: bool,
    /// Whether the message is under way at the playhead.
    pub under_way: bool,
    /// Whether its sender could have lied.
    pub can_lie: bool,
    /// A participant that was selected.
    pub node: Option<NodeFocus>,
    /// What has been seen of the guarantees.
    pub verdicts: Option<Verdicts>,
    /// What clients saw, judged.
    pub history: Option<Seen>,
    /// The verdict on progress of the whole run, if it is over.
    pub progress: Vec<String>,
    /// Which rule somebody may wonder about.
    pub doubt: Option<Doubt>,
    /// What was done to the run.
    pub faults: Vec<FaultLine>,
    /// What the protocol's guarantees rest on, in words.
    pub assumptions: Vec<String>,
}

/// A participant that was selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFocus {
    /// Who.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// Whether it serves or asks.
    pub kind: NodeKind,
    /// Whether it is up.
    pub up: bool,
    /// Its role and badge in words.
    pub words: String,
    /// The local events that may be caused there.
    pub stimuli: Vec<String>,
}

/// An intervention, as a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultLine {
    /// Its id.
    pub id: u32,
    /// When, and what is done.
    pub words: String,
    /// When it acts, if that is known.
    pub at: Option<Micros>,
    /// Why it did nothing, if it did nothing.
    pub idle: Option<String>,
    /// Whether it is selected.
    pub selected: bool,
}

impl Focus {
    /// Whether something in it changes with every instant: an operation that waits.
    pub fn waits(&self) -> bool {
        self.verdicts.as_ref().is_some_and(|verdicts| !verdicts.waiting.is_empty())
    }
}

impl Studio {
    /// The event that the inspector explains.
    fn explained(&self) -> Option<usize> {
        match self.selected {
            Selected::Event(event) if event < self.lab.len() => Some(event),
            Selected::Message(message) => match self.lab.run().trace().messages[message].fate {
                Fate::Delivered(event) if event < self.lab.len() => Some(event).filter(|event| self.may_tell(*event)),
                _ => None,
            },
            Selected::Node(node) => {
                let present = self.present()?;
                let told = |event: &usize| self.lab.event(*event).node == node && self.may_tell(*event);
                (0..=present).rev().find(told)
            }
            _ => self.present(),
        }
    }

    /// Makes what the inspector shows.
    pub(super) fn focus(&self) -> Focus {
        let why = self.explained().map(|event| self.veiled_why(self.lab.explain(event)));
        let message = match self.selected {
            Selected::Message(message) => Some(self.veiled_message(self.lab.message(message))),
            _ => None,
        };
        let hidden = message.as_ref().is_some_and(|(_, hidden)| *hidden);
        let message = message.map(|(message, _)| message);
        let knows = matches!(self.causality.veil, Veil::Knows(_));
        let all = self.causality.veil == Veil::None;
        let events = self.present().map_or(0, |event| event + 1);
        Focus {
            names: self.lab.participants().iter().map(|spec| spec.name.clone()).collect(),
            role: why.as_ref().map_or_else(String::new, |why| self.role_after(why)),
            can_drop: message.as_ref().is_some_and(|m| !matches!(m.fate, Fate::Lost(_))),
            under_way: hidden || message.as_ref().is_some_and(|m| self.flies(m)),
            hidden,
            inbox: self.inbox(),
            stands: self.stands(),
            causality: self.causality.clone(),
            at_hand: self.at_hand(),
            what_if: self.what_if_words().filter(|_| all),
            outcome: self.what_if.as_ref().map(|what_if| (what_if.words.clone(), what_if.outcome.clone())),
            can_lie: message.as_ref().is_some_and(|m| self.is_server(m.from)) && self.knows_lies(),
            message,
            doubt: self.doubt(why.as_ref()),
            why,
            node: self.node_focus(),
            verdicts: (!knows).then(|| self.lab.verdicts(events, self.clock.playhead)),
            history: if knows { None } else { self.clients_saw(events) },
            progress: self.whole_progress().unwrap_or_default().to_vec(),
            faults: self.faults(),
            assumptions: self.lab.about().assumptions.words(),
        }
    }

    /// Whether a message is under way at the playhead.
    fn flies(&self, seen: &MessageSeen) -> bool {
        let now = self.clock.playhead;
        seen.sent <= now && (now < seen.end || seen.fate == Fate::Parked)
    }

    pub(super) fn is_server(&self, node: NodeId) -> bool {
        self.lab.participants()[node.index()].kind == NodeKind::Server
    }

    fn role_after(&self, why: &Explanation) -> String {
        let at = why.event.at;
        let node = why.event.node.index();
        let seen = at == self.clock.playhead && self.causality.veil == Veil::None;
        let known = if seen { self.views.stage.nodes.get(node).cloned() } else { None };
        let node = known.or_else(|| self.lab.stage(at).nodes.get(node).cloned());
        node.map_or_else(String::new, |node| state_of(&node).into())
    }

    fn node_focus(&self) -> Option<NodeFocus> {
        let Selected::Node(node) = self.selected else { return None };
        let seen = self.views.stage.nodes.get(node.index())?;
        let state = state_of(seen);
        let parts = [state, seen.badge.as_str(), seen.asking.as_deref().unwrap_or("")];
        let stimuli = self.lab.stimuli().into_iter().filter(|(name, _)| *name == seen.name);
        Some(NodeFocus {
            node,
            name: seen.name.clone(),
            kind: seen.kind,
            up: seen.up,
            words: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<&str>>().join(" · "),
            stimuli: stimuli.map(|(_, label)| label).collect(),
        })
    }

    fn faults(&self) -> Vec<FaultLine> {
        // A curtain hides what comes later, and with it when something ends and whether it ever did anything.
        let all = self.causality.veil == Veil::None;
        let idle = if all { self.lab.idle() } else { Vec::new() };
        let line = |i: &lightcone_sim::Intervention| FaultLine {
            id: i.id,
            words: if all { i.words() } else { i.fault.words() },
            at: self.instant_of(i.id),
            idle: idle.iter().find(|(id, _)| *id == i.id).map(|(_, why)| why.clone()),
            selected: self.selected == Selected::Fault(i.id),
        };
        let knows = matches!(self.causality.veil, Veil::Knows(_));
        let acted = |id: u32| !knows && self.instant_of(id).is_some_and(|at| at <= self.clock.playhead);
        let told = |line: &&lightcone_sim::Intervention| all || acted(line.id);
        self.scenario().run.interventions.iter().filter(told).map(line).collect()
    }
}

/// What a participant is, in a word.
pub fn state_of(node: &StageNode) -> &'static str {
    match node {
        StageNode { there: false, .. } => "not there",
        StageNode { up: false, .. } => "crashed",
        StageNode { paused: true, .. } => "paused",
        node => node.role.name(),
    }
}

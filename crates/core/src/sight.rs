//! What the observer sees: one step, and what an invariant may look at.

use crate::{Effect, Input, NodeId, NodeSet, NodeSpec, Packet, Protocol, ctx::ResponseOf};

/// One step, as the observer sees it.
pub struct StepSeen<'a, P: Protocol> {
    /// Who moved.
    pub node: NodeId,
    /// Its state before; `None` when it started.
    pub before: Option<&'a P>,
    /// What it handled; `None` when it started.
    pub input: Option<&'a Input<P>>,
    /// Its state after.
    pub after: &'a P,
    /// What it did, in order.
    pub effects: &'a [Effect<P>],
    /// Whether who moved is Byzantine.
    pub liar: bool,
    /// Whether a crash cut the step off: `effects` is shorter than what the step did, and `after` is what the state
    /// would have been.
    pub cut: bool,
    /// The settings.
    pub config: &'a P::Config,
}

impl<'a, P: Protocol> StepSeen<'a, P> {
    /// The responses to clients among the effects.
    pub fn responses(&self) -> impl Iterator<Item = (NodeId, &ResponseOf<P>)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, packet: Packet::Response(response) } => Some((*to, response)),
            _ => None,
        })
    }

    /// What the step left behind: its state, or, where a crash cut it off, what had reached the disk.
    pub fn left(&self) -> Option<&'a P> {
        if !self.cut {
            return Some(self.after);
        }
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Persist(state) => Some(&**state),
            _ => None,
        })
    }

    /// The messages to other servers among the effects.
    pub fn sends(&self) -> impl Iterator<Item = (NodeId, &P::Message)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, packet: Packet::Message(message) } => Some((*to, message)),
            _ => None,
        })
    }
}

/// What an invariant may look at: it is the observer's, not a node's.
pub struct Sight<'a, P: Protocol> {
    /// Every server by id; those that are down are `None`.
    pub nodes: &'a dyn Fn(NodeId) -> Option<&'a P>,
    /// The step just taken.
    pub step: &'a StepSeen<'a, P>,
    /// What the observer remembers, this step included.
    pub ghost: &'a P::Ghost,
    /// The settings.
    pub config: &'a P::Config,
    /// The participants.
    pub specs: &'a [NodeSpec],
    /// The servers that are or were Byzantine in this run. The observer knows; nobody else does.
    pub liars: NodeSet,
}

impl<P: Protocol> Sight<'_, P> {
    /// A participant's name.
    pub fn name(&self, node: NodeId) -> &str {
        &self.specs[node.index()].name
    }

    /// Whether a participant has kept to the protocol in all of this run.
    pub fn honest(&self, node: NodeId) -> bool {
        !self.liars.contains(node)
    }
}

/// How an invariant was broken: the nodes involved, and a sentence with the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The nodes involved.
    pub nodes: Vec<NodeId>,
    /// What happened.
    pub words: String,
}

impl Breach {
    /// What a check answers that found its invariant broken.
    ///
    /// # Errors
    /// Always: it is the breach.
    pub fn found(nodes: &[NodeId], words: String) -> Result<(), Breach> {
        Err(Breach { nodes: nodes.to_vec(), words })
    }
}

/// Something that must always hold.
pub struct Invariant<P: Protocol> {
    /// The paper's name: `Election Safety`.
    pub name: &'static str,
    /// What it says, in our own words.
    pub words: &'static str,
    /// Where the paper states it.
    pub place: &'static str,
    /// Looks at the step just taken.
    pub check: fn(&Sight<'_, P>) -> Result<(), Breach>,
}

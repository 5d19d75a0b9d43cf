//! What the types promise, watched from outside by one who knows which operations each replica has taken.

use super::{
    Delivery, Message, Operation, Replica, inspect,
    spec::{self, Known, LetterId},
};
use crate::{
    Breach, Effect, Input, Invariant, NodeId, NodeKind, NodeSet, NodeSpec, Packet, Sight, Sorted, StepSeen,
    crdt::{Edit, Type},
    services::SharedOp,
    versions::{Counts, Dot},
    view::name,
};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// Every operation.
    made: Sorted<Dot, Made>,
    /// The operations that each replica has taken and has on its disk, in order.
    taken: Sorted<NodeId, Vec<Dot>>,
}

/// An operation, as the observer knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Made {
    /// What was asked for.
    pub edit: Edit,
    /// What had happened before it: what its replica had taken, and what had happened before that. Whoever has seen an
    /// operation of a replica has seen all that this replica did before, so counts say it.
    pub past: Counts,
    /// Its place in an order that goes on from all that its replica had taken. Of two in the same place that of the later
    /// replica is the later one.
    pub height: u64,
    /// In a text, the letter that was to its left, or that it takes away.
    pub(super) meant: Option<LetterId>,
}

/// The operations that counts stand for, in order.
fn counted(seen: &Counts) -> Vec<Dot> {
    let each = (0..).map(NodeId).zip(seen.as_slice());
    each.flat_map(|(node, count)| (1..=*count).map(move |count| Dot { node, count })).collect()
}

/// Puts those of some dots to others.
fn join(one: &mut Vec<Dot>, other: &[Dot]) {
    for dot in other {
        if let Err(place) = one.binary_search(dot) {
            one.insert(place, *dot);
        }
    }
}

/// The change that this step made, if a client asked for one and it came to an operation.
fn changed<'a>(step: &'a StepSeen<'_, Replica>) -> Option<(Dot, &'a Edit)> {
    let Some(Input::Packet { packet: Packet::Request(call), .. }) = step.input else { return None };
    let (SharedOp::Edit(edit), Some(before)) = (&call.op, step.before) else { return None };
    let count = step.after.seen.of(step.node);
    (count > before.seen.of(step.node)).then_some((Dot { node: step.node, count }, edit))
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Replica>) {
        let raw = step.config.delivery == Delivery::Raw;
        let persists = step.effects.iter().any(|effect| matches!(effect, Effect::Persist(_)));
        if step.before.is_none() && (!raw || step.after.seen.as_slice().is_empty()) {
            // It comes back with what its disk holds.
            self.taken.insert(step.node, counted(&step.after.seen));
        }
        if step.before.is_none() || !persists {
            return;
        }
        let mut taken = self.taken(step.node).to_vec();
        if let Some((dot, edit)) = changed(step) {
            let known = self.known(step.node);
            let mut past = Counts::default();
            for (seen, made) in &known {
                past.raise(seen.node, seen.count);
                past.take(&made.past);
            }
            let (height, meant) = (spec::height(&known), spec::meant(edit, &known));
            self.made.insert(dot, Made { edit: edit.clone(), past, height, meant });
            join(&mut taken, &[dot]);
        }
        let message = match step.input {
            Some(Input::Packet { packet: Packet::Message(message), .. }) => Some(message),
            _ => None,
        };
        match message {
            Some(Message::Operation(Operation { dot, .. })) if raw => join(&mut taken, &[*dot]),
            Some(_) if !raw => taken = counted(&step.after.seen),
            _ => {}
        }
        self.taken.insert(step.node, taken);
    }

    /// What a replica has taken.
    fn taken(&self, node: NodeId) -> &[Dot] {
        self.taken.get(&node).map_or(&[], Vec::as_slice)
    }

    /// What the operations that a replica has taken come to.
    fn value(&self, which: Type, node: NodeId) -> String {
        spec::value(which, &self.known(node))
    }

    /// The operations that a replica has taken.
    fn known(&self, node: NodeId) -> Vec<Known<'_>> {
        self.taken(node).iter().filter_map(|dot| Some((*dot, self.made.get(dot)?))).collect()
    }
}

type Seen<'a> = Sight<'a, Replica>;

pub(super) const ALL: &[Invariant<Replica>] = &[
    Invariant {
        name: "Strong Eventual Consistency",
        words: "Replicas that have taken the same operations show the same value.",
        place: "Shapiro et al. 2011 §2",
        check: agree,
    },
    Invariant {
        name: "Counted Once",
        words: "A counter shows what was counted up without what was counted down, each operation taken for once.",
        place: "RR-7506 §3.1",
        check: |sight| exact(sight, &[Type::GCounter, Type::PnCounter]),
    },
    Invariant {
        name: "Nothing Leaves",
        words: "A set that grows has all that was added.",
        place: "RR-7506 §3.3.1",
        check: |sight| exact(sight, &[Type::GSet]),
    },
    Invariant {
        name: "Add Wins",
        words: "An element is in exactly if some addition of it was not observed by a removal of it.",
        place: "RR-7506 §3.3.5",
        check: |sight| exact(sight, &[Type::OrSet]),
    },
    Invariant {
        name: "Last Writer Wins",
        words: "A register shows the write with the greatest timestamp.",
        place: "RR-7506 §3.2.1",
        check: |sight| exact(sight, &[Type::LwwRegister]),
    },
    Invariant {
        name: "No Silent Loss",
        words: "A register of several values shows exactly the writes that no other write had seen.",
        place: "RR-7506 §3.2.2",
        check: |sight| exact(sight, &[Type::MvRegister]),
    },
    Invariant {
        name: "One Order of Letters",
        words: "Letters stand in one order everywhere, each where its writer put it, and those that were taken away are gone.",
        place: "Roh et al. 2011, RGA",
        check: |sight| exact(sight, &[Type::Rga]),
    },
];

/// Whether the step could have changed a value that is there to be seen.
fn is_news(sight: &Seen<'_>) -> bool {
    let step = sight.step;
    !step.cut && step.before.is_none_or(|before| before.data != step.after.data || before.seen != step.after.seen)
}

fn agree(sight: &Seen<'_>) -> Result<(), Breach> {
    if !is_news(sight) {
        return Ok(());
    }
    let me = sight.step.node;
    let (mine, taken) = (sight.step.after.data.value(), sight.ghost.taken(me));
    let servers = (0..).map(NodeId).zip(sight.specs).filter(|(_, spec)| spec.kind == NodeKind::Server);
    for (node, other) in servers.filter_map(|(node, _)| Some((node, (sight.nodes)(node)?))) {
        let theirs = other.data.value();
        if node != me && sight.ghost.taken(node) == taken && theirs != mine {
            let words = format!(
                "{} and {} have taken the same {} operations and show {} and {}",
                sight.name(me),
                sight.name(node),
                taken.len(),
                inspect::shown(&mine),
                inspect::shown(&theirs)
            );
            return Breach::found(&[me, node], words);
        }
    }
    Ok(())
}

fn exact(sight: &Seen<'_>, types: &[Type]) -> Result<(), Breach> {
    let (me, which) = (sight.step.node, sight.config.which);
    if !types.contains(&which) || !is_news(sight) {
        return Ok(());
    }
    let (got, wanted) = (sight.step.after.data.value(), sight.ghost.value(which, me));
    if got == wanted {
        return Ok(());
    }
    let (got, wanted) = (inspect::shown(&got), inspect::shown(&wanted));
    Breach::found(&[me], format!("{} shows {got}, and what it has taken comes to {wanted}", sight.name(me)))
}

/// At rest all replicas show the same.
pub(super) fn owed(nodes: &[Option<&Replica>], liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
    let up = (0..).map(NodeId).zip(nodes).filter_map(|(node, replica)| Some((node, (*replica)?.data.value())));
    let mut up = up.filter(|(node, _)| !liars.contains(*node));
    let Some((first, one)) = up.next() else { return Vec::new() };
    let differs = |(node, other): (NodeId, String)| {
        let words = format!(
            "Convergence: {} and {} came to rest with {} and {}",
            name(specs, first),
            name(specs, node),
            inspect::shown(&one),
            inspect::shown(&other)
        );
        (one != other).then(|| Breach { nodes: vec![first, node], words })
    };
    up.filter_map(differs).collect()
}

//! The requirements of §2.1, and the property from which the algorithm is derived, watched from outside.
//!
//! The observer keeps every proposal that was issued, and who accepted it, over the whole history: what is chosen stays
//! chosen, whatever acceptors accept later.

use super::{
    Paxos,
    state::{Attempt, Ballot, Proposal, Value},
};
use crate::{
    Breach, Input, Invariant, NodeSet, NodeSpec, Packet, Sight, Sorted, StepSeen, services::Propose, view::Table,
};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// What clients proposed.
    proposed: Sorted<Value, ()>,
    /// By number, the value of each proposal issued, and who accepted it. A number with two values is a breach.
    issued: Sorted<(Ballot, Value), NodeSet>,
    /// The proposals that a quorum accepted, in the order of happening.
    chosen: Vec<Proposal>,
}

/// The proposal that the step accepted.
fn accepted<'a>(step: &StepSeen<'a, Paxos>) -> Option<&'a Proposal> {
    let before = step.before.and_then(|before| before.acceptor.accepted.as_ref());
    // One that starts again accepts nothing: it finds on its disk what it accepted earlier.
    step.input?;
    step.left()?.acceptor.accepted.as_ref().filter(|now| Some(*now) != before)
}

/// The proposals that the step issued or passed on.
fn issued(step: &StepSeen<'_, Paxos>) -> Vec<(Ballot, Value)> {
    let under_way = match &step.after.proposer.attempt {
        Some(Attempt { ballot, value: Some(value), .. }) if !step.cut => Some((*ballot, value.clone())),
        _ => None,
    };
    let sent = step.sends().filter_map(|(_, message)| match message {
        super::Message::Accept(proposal) => Some((proposal.ballot, proposal.value.clone())),
        _ => None,
    });
    sent.chain(under_way).chain(accepted(step).map(|it| (it.ballot, it.value.clone()))).collect()
}

impl Ghost {
    pub(super) fn table(&self, names: &[NodeSpec]) -> Option<Table> {
        super::inspect::record(&self.issued, &self.chosen, names)
    }

    pub(super) fn witness(&mut self, step: &StepSeen<'_, Paxos>) {
        if let Some(Input::Packet { packet: Packet::Request(call), .. }) = step.input {
            let Propose(value) = &call.op;
            self.proposed.insert(value.clone(), ());
        }
        for proposal in issued(step) {
            self.issued.get_or_insert_with(proposal, NodeSet::new);
        }
        let Some(Proposal { ballot, value }) = accepted(step) else { return };
        let acceptors = self.issued.get_or_insert_with((*ballot, value.clone()), NodeSet::new);
        let had = acceptors.len() as u64;
        acceptors.insert(step.node);
        let quorum = step.config.accept_quorum();
        if had < quorum && acceptors.len() as u64 >= quorum {
            self.chosen.push(Proposal { ballot: *ballot, value: value.clone() });
        }
    }
}

pub(super) const ALL: &[Invariant<Paxos>] = &[
    Invariant {
        name: "Nontriviality",
        words: "Only a value that was proposed is chosen.",
        place: "Paxos Made Simple §2.1",
        check: nontriviality,
    },
    Invariant {
        name: "Consistency",
        words: "Only one value is chosen.",
        place: "Paxos Made Simple §2.1",
        check: consistency,
    },
    Invariant {
        name: "Learning",
        words: "Nobody learns that a value is chosen unless it is.",
        place: "Paxos Made Simple §2.1",
        check: learning,
    },
    Invariant {
        name: "One Value per Number",
        words: "Different proposals have different numbers.",
        place: "Paxos Made Simple §2.2",
        check: one_value,
    },
    Invariant {
        name: "P2b",
        words: "Once a value is chosen, every proposal issued with a higher number has that value.",
        place: "Paxos Made Simple §2.2",
        check: p2b,
    },
];

type Seen<'a> = Sight<'a, Paxos>;

/// The proposal that this step made chosen.
fn newly_chosen<'a>(sight: &'a Seen<'_>) -> Option<&'a Proposal> {
    let accepted = accepted(sight.step)?;
    sight.ghost.chosen.last().filter(|chosen| *chosen == accepted)
}

fn nontriviality(sight: &Seen<'_>) -> Result<(), Breach> {
    let Some(Proposal { ballot, value }) = newly_chosen(sight) else { return Ok(()) };
    if sight.ghost.proposed.get(value).is_some() {
        return Ok(());
    }
    Breach::found(&[sight.step.node], format!("{value} is chosen as {ballot}, and no client proposed it"))
}

fn consistency(sight: &Seen<'_>) -> Result<(), Breach> {
    let Some(now) = newly_chosen(sight) else { return Ok(()) };
    let Some(first) = sight.ghost.chosen.first().filter(|first| first.value != now.value) else { return Ok(()) };
    let both = [first, now].map(|chosen| {
        let key = (chosen.ballot, chosen.value.clone());
        sight.ghost.issued.get(&key).copied().unwrap_or_default()
    });
    let words =
        format!("{} was chosen as {}, and now {} is chosen as {}", first.value, first.ballot, now.value, now.ballot);
    Breach::found(&both[0].union(both[1]).iter().collect::<Vec<_>>(), words)
}

fn learning(sight: &Seen<'_>) -> Result<(), Breach> {
    let (step, me) = (sight.step, sight.step.node);
    let Some(learned) = &step.after.learner.learned else { return Ok(()) };
    if step.before.is_some_and(|before| before.learner.learned.is_some()) {
        return Ok(());
    }
    if sight.ghost.chosen.iter().any(|chosen| chosen.value == *learned) {
        return Ok(());
    }
    let chosen = sight.ghost.chosen.first().map_or("nothing is chosen".into(), |it| format!("{} is chosen", it.value));
    Breach::found(&[me], format!("{} learned {learned}, but {chosen}", sight.name(me)))
}

fn one_value(sight: &Seen<'_>) -> Result<(), Breach> {
    for (ballot, value) in issued(sight.step) {
        let from = (ballot, Value::from(""));
        let same = sight.ghost.issued.from(&from).take_while(|((other, _), _)| *other == ballot);
        if let Some(((_, other), _)) = same.into_iter().find(|((_, other), _)| *other != value) {
            return Breach::found(
                &[ballot.proposer],
                format!("two proposals are called {ballot}: {other} and {value}"),
            );
        }
    }
    Ok(())
}

fn p2b(sight: &Seen<'_>) -> Result<(), Breach> {
    let differs = |chosen: &Proposal, ballot: Ballot, value: &Value| {
        (ballot > chosen.ballot && *value != chosen.value).then(|| Breach {
            nodes: vec![ballot.proposer],
            words: format!("{} is chosen as {}, but {value} is proposed as {ballot}", chosen.value, chosen.ballot),
        })
    };
    let new = issued(sight.step);
    let of_new = new
        .iter()
        .find_map(|(ballot, value)| sight.ghost.chosen.iter().find_map(|chosen| differs(chosen, *ballot, value)));
    let of_chosen = || {
        let chosen = newly_chosen(sight)?;
        sight.ghost.issued.keys().find_map(|(ballot, value)| differs(chosen, *ballot, value))
    };
    of_new.or_else(of_chosen).map_or(Ok(()), Err)
}

//! What has been seen of safety, of the assumptions, and of progress.

use crate::{
    Run,
    trace::OpRecord,
    view::{Promise, SafetyVerdict, Verdicts, Waiting},
};
use lightcone_core::{Flavour, Micros, Order};

impl Run {
    /// What has been seen in the first `events` events, at the instant `at`.
    pub fn verdicts(&self, events: usize, at: Micros) -> Verdicts {
        let assumptions = self.broken_assumptions(at);
        let void = assumptions.first().cloned();
        let safety = self.setup().actors.invariants().into_iter().enumerate().map(|(place, invariant)| {
            let broken = self.trace().broken.iter().find(|b| b.invariant == place && (b.event as usize) < events);
            SafetyVerdict {
                name: invariant.name.into(),
                words: invariant.words.into(),
                place: invariant.place.into(),
                breach: broken.map(|broken| (broken.event as usize, broken.words.clone())),
                void: void.clone(),
            }
        });
        Verdicts { events, safety: safety.collect(), assumptions, waiting: self.waiting(at) }
    }

    /// What the protocol's guarantees rest on and does not hold, with the instant from which on it did not.
    pub fn broken_assumptions(&self, at: Micros) -> Vec<(Micros, String)> {
        let assumed = self.setup().actors.about().assumptions;
        let violations = self.trace().violations.iter().filter(|violation| violation.at <= at);
        let mut broken: Vec<(Micros, String)> = violations.map(|v| (v.at, v.words.clone())).collect();
        if assumed.order == Order::Fifo && self.setup().network.order == Order::Any {
            broken.push((Micros::ZERO, "links are not FIFO".into()));
        }
        broken.sort();
        broken
    }

    /// The operations that wait at an instant.
    fn waiting(&self, at: Micros) -> Vec<Waiting> {
        let open = |op: &&OpRecord| op.at <= at && op.done.as_ref().is_none_or(|(_, done, _)| *done > at);
        self.trace().ops.iter().filter(open).map(|op| self.wait(op, at)).collect()
    }

    fn wait(&self, op: &OpRecord, at: Micros) -> Waiting {
        let client = op.id.client;
        let asked = self.trace().messages.iter().rev().find(|message| {
            message.from == client && message.key.kind.flavour == Flavour::Request && message.sent <= at
        });
        Waiting {
            client,
            op: self.setup().actors.op_words(&op.op),
            since: op.at,
            waited: at.minus(op.at),
            on: asked.map(|message| message.to),
            promised: self.promise(client, at),
        }
    }

    /// Whether a client can expect an answer: whether some group within its reach could make progress.
    fn promise(&self, client: lightcone_core::NodeId, at: Micros) -> Promise {
        let side = self.stage(at).sides.into_iter().find(|side| side.members.contains(client));
        match side.and_then(|side| side.ability) {
            Some(ability) if ability.able => Promise::Promised(ability.words),
            Some(ability) => Promise::NotHere(ability.words),
            None => Promise::NotHere("no server is within its reach".into()),
        }
    }
}

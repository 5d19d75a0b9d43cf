//! What has been seen of safety, of the assumptions, and of progress.

use crate::{
    Run,
    trace::{OpRecord, Premise, Violation},
    view::{Promise, SafetyVerdict, Verdicts, Waiting},
};
use lightcone_core::{Flavour, Micros, Order, order};

impl Run {
    /// What has been seen in the first `events` events, at the instant `at`.
    pub fn verdicts(&self, events: usize, at: Micros) -> Verdicts {
        let assumptions = self.broken_assumptions(at);
        let void = self.void_since(at);
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
        let network = self.setup().network;
        let timely = self.setup().actors.timely(network.latency.max());
        let timely =
            timely.err().map(|words| (Micros::ZERO, format!("messages take up to {}: {words}", network.latency.max())));
        let violations = self.violations(at).filter(|one| one.premise != Premise::Timing || timely.is_none());
        let mut broken: Vec<(Micros, String)> = violations.map(|one| (one.at, one.words.clone())).collect();
        broken.extend(self.groundless());
        broken.extend(timely.clone());
        order::sort(&mut broken);
        broken
    }

    /// Since when safety is void, and why. It does not rest on timing.
    pub fn void_since(&self, at: Micros) -> Option<(Micros, String)> {
        let violations = self.violations(at).filter(|one| one.premise != Premise::Timing);
        let violations = violations.map(|one| (one.at, one.words.clone()));
        violations.chain(self.groundless()).min()
    }

    fn violations(&self, at: Micros) -> impl Iterator<Item = &Violation> {
        self.trace().violations.iter().filter(move |violation| violation.at <= at)
    }

    /// What the settings themselves do not give, from the start on.
    fn groundless(&self) -> impl Iterator<Item = (Micros, String)> {
        let (actors, network) = (&self.setup().actors, self.setup().network);
        let unordered = actors.about().assumptions.order == Order::Fifo && network.order == Order::Any;
        let unordered = unordered.then(|| "links are not FIFO".to_owned());
        unordered.into_iter().chain(actors.unsound()).map(|words| (Micros::ZERO, words))
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

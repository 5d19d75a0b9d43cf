//! The proposer: phases 1(a) and 2(a) (§2.2), and progress (§2.4).

use super::{
    Bug, Paxos,
    config::Retrying,
    message::{Message, Timer},
    rules::Rule,
    state::{Attempt, Ballot, Proposal, Value},
};
use crate::{
    Answer, Call, Ctx, NodeId, NodeMap, Outcome, Sorted,
    services::{Consensus, Decided, Propose},
};

impl Paxos {
    /// A client asks for its value to be decided.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, call: Call<Consensus>) {
        let Call { id, op: Propose(value) } = call;
        if !ctx.config().proposers().contains(ctx.me()) {
            let outcome = Outcome::NotLeader(ctx.config().proposers().iter().next());
            return ctx.respond(client, Answer { id, outcome });
        }
        if let Some(chosen) = self.learner.learned.clone() {
            ctx.rule(Rule::TellWhatIsChosen, |ctx| {
                format!("{} tells {} that {chosen} is chosen", ctx.name(ctx.me()), ctx.name(client))
            });
            return ctx.respond(client, Answer { id, outcome: Outcome::Done(Decided(chosen)) });
        }
        let idle = self.proposer.is_idle();
        if !self.proposer.calls.contains(&id) {
            self.proposer.calls.push(id);
        }
        let wish = self.proposer.wish.get_or_insert_with(|| value.clone());
        ctx.rule(Rule::Wish, |ctx| {
            let what = if *wish == value { "will propose it" } else { "has another value to propose already" };
            format!("{} is asked for {value} by {}, and {what}", ctx.name(ctx.me()), ctx.name(client))
        });
        if idle {
            self.prepare(ctx);
        }
    }

    /// Phase 1(a). The number is on the disk before anyone hears of it, and so is never used again.
    pub(super) fn prepare(&mut self, ctx: &mut Ctx<'_, Self>) {
        let ballot = self.proposer.next_number(ctx.me());
        self.proposer.round = ballot.round;
        self.proposer.attempt = Some(Attempt { ballot, promises: NodeMap::new(), value: None });
        ctx.rule(Rule::Prepare, |ctx| format!("{} asks for promises for its proposal {ballot}", ctx.name(ctx.me())));
        self.persist(ctx);
        ctx.set_timer(Timer::Retry, ctx.config().timeout);
        self.send_to_acceptors(ctx, &Message::Prepare { ballot });
    }

    /// To every acceptor; to the one in this server last, in the same step.
    fn send_to_acceptors(&mut self, ctx: &mut Ctx<'_, Self>, message: &Message) {
        let (me, acceptors) = (ctx.me(), ctx.config().acceptors());
        for acceptor in acceptors.iter().filter(|acceptor| *acceptor != me) {
            ctx.send(acceptor, message.clone());
        }
        if acceptors.contains(me) {
            self.handle(ctx, me, message.clone());
        }
    }

    /// A promise comes: phase 2(a) begins with that of a quorum's last.
    pub(super) fn on_promise(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        ballot: Ballot,
        accepted: Option<Proposal>,
    ) {
        let bug = ctx.config().bug;
        if !ctx.config().acceptors().contains(from) {
            return stale(ctx, || format!("the promise for {ballot} of one that it never asked"));
        }
        let Some(attempt) = self.proposer.attempt.as_mut().filter(|attempt| attempt.ballot == ballot) else {
            return stale(ctx, || format!("the promise for {ballot}"));
        };
        if attempt.value.is_some() && bug != Bug::LatePromise {
            return stale(ctx, || format!("the late promise for {ballot}"));
        }
        attempt.promises.insert(from, accepted);
        let (have, need) = (attempt.promises.len() as u64, ctx.config().prepare_quorum());
        let enough = ctx.guard(Rule::Propose, have >= need, |ctx| {
            format!("{} proposes nothing yet: it has {have} of {need} promises for {ballot}", ctx.name(ctx.me()))
        });
        if enough {
            self.propose(ctx);
        }
    }

    /// Phase 2(a).
    fn propose(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Some(attempt) = self.proposer.attempt.as_mut() else { return };
        let reported = match ctx.config().bug {
            Bug::MostFrequent => most_frequent(&attempt.promises),
            _ => highest(&attempt.promises),
        };
        let (free, ballot) = (reported.is_none(), attempt.ballot);
        let Some(value) = reported.or_else(|| self.proposer.wish.clone()) else {
            return self.nothing_to_propose(ctx, ballot);
        };
        if attempt.value.as_ref() == Some(&value) {
            return;
        }
        attempt.value = Some(value.clone());
        ctx.rule(Rule::Propose, |ctx| {
            let why = if free { "no acceptor reported another" } else { "it is that of the highest proposal reported" };
            format!("{} proposes {value} as {ballot}: {why}", ctx.name(ctx.me()))
        });
        ctx.set_timer(Timer::Retry, ctx.config().timeout);
        self.send_to_acceptors(ctx, &Message::Accept(Proposal { ballot, value }));
    }

    /// A learner asked, but nothing is accepted by those who promised, and no client wants anything.
    fn nothing_to_propose(&mut self, ctx: &mut Ctx<'_, Self>, ballot: Ballot) {
        self.proposer.attempt = None;
        self.proposer.askers = Default::default();
        ctx.cancel_timer(Timer::Retry);
        ctx.rule(Rule::Abandon, |ctx| {
            format!("{} gives {ballot} up: nothing is accepted, and nobody asked for a value", ctx.name(ctx.me()))
        });
    }

    /// An acceptor has promised more.
    pub(super) fn on_refused(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot, promised: Ballot) {
        self.proposer.heard = self.proposer.heard.max(Some(promised));
        if self.proposer.attempt.as_ref().is_none_or(|attempt| attempt.ballot != ballot) {
            return stale(ctx, || format!("that {ballot} is refused"));
        }
        self.proposer.attempt = None;
        ctx.rule(Rule::Abandon, |ctx| {
            format!("{} gives {ballot} up: {} has promised {promised}", ctx.name(ctx.me()), ctx.name(from))
        });
        if ctx.config().retrying == Retrying::AtOnce {
            return self.prepare(ctx);
        }
        ctx.rule(Rule::BackOff, |ctx| format!("{} waits before it tries a higher number", ctx.name(ctx.me())));
        ctx.set_timer(Timer::Retry, ctx.config().back_off);
    }

    /// A learner wants to know what is chosen (§2.3).
    pub(super) fn on_ask(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId) {
        if let Some(value) = self.learner.learned.clone() {
            ctx.rule(Rule::TellWhatIsChosen, |ctx| {
                format!("{} tells {} that {value} is chosen", ctx.name(ctx.me()), ctx.name(from))
            });
            return self.deliver(ctx, from, Message::Chosen { value });
        }
        let idle = self.proposer.is_idle();
        self.proposer.askers.insert(from);
        if idle {
            self.prepare(ctx);
        }
    }

    /// Something is chosen: all who wait for it are told.
    pub(super) fn tell_all(&mut self, ctx: &mut Ctx<'_, Self>, value: &Value) {
        if self.proposer.is_idle() {
            return;
        }
        self.proposer.attempt = None;
        ctx.cancel_timer(Timer::Retry);
        for id in std::mem::take(&mut self.proposer.calls) {
            ctx.respond(id.client, Answer { id, outcome: Outcome::Done(Decided(value.clone())) });
        }
        let me = ctx.me();
        for asker in std::mem::take(&mut self.proposer.askers).iter().filter(|asker| *asker != me) {
            ctx.send(asker, Message::Chosen { value: value.clone() });
        }
    }
}

impl super::state::Proposer {
    /// The least number of `me` that is above all that it tried and heard of.
    fn next_number(&self, me: NodeId) -> Ballot {
        let next = Ballot { round: self.round + 1, proposer: me };
        match self.heard {
            Some(heard) if heard >= next => {
                let same_round = Ballot { round: heard.round, proposer: me };
                let round = if same_round > heard { heard.round } else { heard.round + 1 };
                Ballot { round, proposer: me }
            }
            _ => next,
        }
    }

    /// Whether nobody waits for a decision. Otherwise a proposal is under way, or the proposer backs off.
    fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.askers.iter().next().is_none()
    }
}

fn stale(ctx: &mut Ctx<'_, Paxos>, what: impl FnOnce() -> String) {
    ctx.rule(Rule::Stale, |ctx| format!("{} ignores {}: it is not at that any more", ctx.name(ctx.me()), what()));
}

/// The value of the highest-numbered proposal reported.
fn highest(promises: &NodeMap<Option<Proposal>>) -> Option<Value> {
    let reported = promises.values().flatten();
    reported.max_by_key(|proposal| proposal.ballot).map(|proposal| proposal.value.clone())
}

/// The value reported most often, whatever the numbers; of several the last.
fn most_frequent(promises: &NodeMap<Option<Proposal>>) -> Option<Value> {
    let mut counts: Sorted<Value, u64> = Sorted::new();
    for proposal in promises.values().flatten() {
        *counts.get_or_insert_with(proposal.value.clone(), || 0) += 1;
    }
    counts.iter().max_by_key(|(_, count)| **count).map(|(value, _)| value.clone())
}

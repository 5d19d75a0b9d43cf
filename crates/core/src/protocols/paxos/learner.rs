//! The learner (§2.3). The proposer of a proposal learns of it, too, so that it can answer its clients.

use super::{
    Bug, Paxos,
    message::{Message, Timer},
    rules::Rule,
    state::{Proposal, Value, Votes},
};
use crate::{Ctx, NodeId, NodeSet};

impl Paxos {
    /// An acceptor has accepted a proposal.
    pub(super) fn on_accepted(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, proposal: Proposal) {
        if self.learner.learned.is_some() {
            ctx.rule(Rule::Stale, |ctx| {
                format!("{} knows already what is chosen: this changes nothing", ctx.name(ctx.me()))
            });
            return;
        }
        if !ctx.config().acceptors().contains(from) {
            ctx.rule(Rule::Stale, |ctx| {
                format!("{} is no acceptor: what it says it accepted counts nothing", ctx.name(from))
            });
            return;
        }
        let Proposal { ballot, value } = proposal;
        if self.learner.votes.is_empty() && ctx.config().learners().contains(ctx.me()) {
            ctx.set_timer(Timer::Learn, ctx.config().ask);
        }
        let make = || Votes { value: value.clone(), acceptors: NodeSet::new() };
        self.learner.votes.get_or_insert_with(ballot, make).acceptors.insert(from);
        let acceptors = self.acceptors_of(ctx.config().bug, ballot, &value);
        let (have, need) = (acceptors.len() as u64, ctx.config().accept_quorum());
        let chosen = ctx.guard(Rule::Learn, have >= need, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), ctx.names(acceptors));
            format!("{me} does not know {ballot} to be chosen: it has heard from {who}, {have} of {need}")
        });
        if chosen {
            ctx.rule(Rule::Learn, |ctx| {
                let (me, who) = (ctx.name(ctx.me()), ctx.names(acceptors));
                format!("{me} learns that {value} is chosen: {who} accepted it as {ballot}")
            });
            self.learn(ctx, value);
        }
    }

    /// Who is known to have accepted a proposal.
    fn acceptors_of(&self, bug: Bug, ballot: super::Ballot, value: &Value) -> NodeSet {
        let counts = |other: &super::Ballot, votes: &Votes| match bug {
            Bug::CountValues => votes.value == *value,
            _ => *other == ballot,
        };
        let counted = self.learner.votes.iter().filter(|(other, votes)| counts(other, votes));
        counted.fold(NodeSet::new(), |all, (_, votes)| all.union(votes.acceptors))
    }

    /// Somebody who knows tells what is chosen.
    pub(super) fn on_chosen(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, value: Value) {
        if self.learner.learned.is_some() {
            return;
        }
        ctx.rule(Rule::Learn, |ctx| {
            format!("{} is told by {} that {value} is chosen", ctx.name(ctx.me()), ctx.name(from))
        });
        self.learn(ctx, value);
    }

    fn learn(&mut self, ctx: &mut Ctx<'_, Self>, value: Value) {
        if ctx.config().learners().contains(ctx.me()) {
            ctx.cancel_timer(Timer::Learn);
        }
        self.learner.learned = Some(value.clone());
        self.tell_all(ctx, &value);
    }

    /// The learner has waited long enough: it has a proposer find out.
    pub(super) fn ask(&mut self, ctx: &mut Ctx<'_, Self>) {
        ctx.set_timer(Timer::Learn, ctx.config().ask);
        let proposers = ctx.config().proposers();
        let count = u32::try_from(proposers.len()).expect("a cluster has at most 64 participants");
        let pick = ctx.choose("proposer", count) as usize;
        let proposer = proposers.iter().nth(pick).expect("the choice is below the number of proposers");
        ctx.rule(Rule::AskWhatIsChosen, |ctx| {
            format!("{} asks {} to find out what is chosen", ctx.name(ctx.me()), ctx.name(proposer))
        });
        self.deliver(ctx, proposer, Message::Ask);
    }
}

//! The acceptor: phases 1(b) and 2(b) (§2.2). Whatever it says is on its disk before it says it (§2.5).

use super::{
    Bug, Paxos,
    message::Message,
    rules::Rule,
    state::{Ballot, Proposal, Value},
};
use crate::{Ctx, NodeId, NodeSet};

impl Paxos {
    /// Phase 1(b).
    pub(super) fn on_prepare(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot) {
        self.proposer.heard = self.proposer.heard.max(Some(ballot));
        if let Some(promised) = self.acceptor.promised.filter(|promised| *promised >= ballot) {
            ctx.guard(Rule::Promise, false, |ctx| {
                format!("{} does not promise {ballot}: it has promised {promised}", ctx.name(ctx.me()))
            });
            return self.refuse(ctx, from, ballot, promised);
        }
        self.acceptor.promised = Some(ballot);
        self.persist(ctx);
        let accepted = self.accepted(ctx.config().bug, ctx.me());
        ctx.rule(Rule::Promise, |ctx| {
            let what = accepted.as_ref().map_or_else(
                || "nothing so far".into(),
                |accepted| format!("{} as {}", accepted.value, accepted.ballot),
            );
            format!("{} promises {ballot} to {}; it has accepted {what}", ctx.name(ctx.me()), ctx.name(from))
        });
        self.deliver(ctx, from, Message::Promise { ballot, accepted });
    }

    /// What it reports as the proposal that it accepted last.
    fn accepted(&self, bug: Bug, me: NodeId) -> Option<Proposal> {
        let nothing = || Proposal { ballot: Ballot { round: 0, proposer: me }, value: Value::from("null") };
        self.acceptor.accepted.clone().or_else(|| (bug == Bug::ReportNothing).then(nothing))
    }

    /// Phase 2(b).
    pub(super) fn on_accept(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, proposal: Proposal) {
        let ballot = proposal.ballot;
        self.proposer.heard = self.proposer.heard.max(Some(ballot));
        if let Some(promised) = self.acceptor.promised.filter(|promised| *promised > ballot) {
            ctx.guard(Rule::Accept, false, |ctx| {
                format!("{} does not accept {ballot}: it has promised {promised}", ctx.name(ctx.me()))
            });
            return self.refuse(ctx, from, ballot, promised);
        }
        if ctx.config().bug != Bug::AcceptWithoutPromise {
            self.acceptor.promised = Some(ballot);
        }
        self.acceptor.accepted = Some(proposal.clone());
        self.persist(ctx);
        ctx.rule(Rule::Accept, |ctx| format!("{} accepts {} as {ballot}", ctx.name(ctx.me()), proposal.value));
        let (me, told) = (ctx.me(), ctx.config().learners().union(NodeSet::from_iter([ballot.proposer])));
        for learner in told.iter().filter(|learner| *learner != me) {
            ctx.send(learner, Message::Accepted(proposal.clone()));
        }
        if told.contains(me) {
            self.on_accepted(ctx, me, proposal);
        }
    }

    /// Tells the proposer that it was outbid, where the settings say so.
    fn refuse(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId, ballot: Ballot, promised: Ballot) {
        // To who asks twice for one number there is nothing to say.
        if !ctx.config().refusals || promised == ballot {
            return;
        }
        ctx.rule(Rule::Refuse, |ctx| {
            format!("{} tells {} that it has promised {promised}", ctx.name(ctx.me()), ctx.name(to))
        });
        self.deliver(ctx, to, Message::Refused { ballot, promised });
    }
}

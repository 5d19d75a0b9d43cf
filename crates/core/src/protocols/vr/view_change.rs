//! View changes (§4.2).

use super::{
    Bug, Vr,
    message::{Message, Timer},
    rules::Rule,
    state::{Status, Vote, primary_of},
};
use crate::{Ctx, Log, NodeId, NodeSet, Span, replicated::Command};

impl Vr {
    /// The primary was not heard of, or the view change does not come to its end.
    pub(super) fn on_view_timeout(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (view, was) = (self.view + 1, self.status);
        self.start_view_change(ctx, view, if was == Status::Normal { "hears of no primary" } else { "has waited" });
    }

    /// Step 1.
    pub(super) fn start_view_change(&mut self, ctx: &mut Ctx<'_, Self>, view: u64, why: &str) {
        if self.primary {
            ctx.cancel_timer(Timer::Commit);
        }
        self.primary = false;
        self.view = view;
        self.status = Status::ViewChange;
        self.forget_votes();
        self.persist(ctx);
        ctx.set_timer(Timer::ViewChange, ctx.config().view_timeout);
        ctx.rule(Rule::StartViewChange, |ctx| format!("{} {why}: it goes on to view {view}", ctx.name(ctx.me())));
        ctx.broadcast(&Message::StartViewChange { view });
    }

    fn forget_votes(&mut self) {
        self.starters = NodeSet::new();
        self.votes.clear();
        self.acked.clear();
        self.memories.clear();
    }

    /// Step 2.
    pub(super) fn on_start_view_change(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64) {
        if self.is_over(ctx, view) {
            return;
        }
        if view > self.view {
            self.start_view_change(ctx, view, "hears of a view change");
        }
        let others = ctx.config().quorum() - 1;
        if self.status != Status::ViewChange || !self.starters.insert(from) {
            return ctx.rule(Rule::Stale, |ctx| format!("{} knows that already", ctx.name(ctx.me())));
        }
        let have = self.starters.len() as u64;
        let enough = ctx.guard(Rule::DoViewChange, have >= others, |ctx| {
            format!("{} sends no log yet: {have} of {others} others go on to view {view}", ctx.name(ctx.me()))
        });
        if !enough || have > others {
            return;
        }
        let primary = primary_of(ctx, view);
        let vote = Vote { log: self.log.clone(), last_normal: self.last_normal, commit_number: self.commit_number };
        ctx.rule(Rule::DoViewChange, |ctx| {
            let (me, to) = (ctx.name(ctx.me()), if primary == ctx.me() { "itself" } else { ctx.name(primary) });
            let (ops, normal) = (vote.log.len(), vote.last_normal);
            format!("{me} gives {to} its log for view {view}: {ops} ops, last normal in view {normal}")
        });
        if primary == ctx.me() {
            self.count(ctx, primary, vote);
        } else {
            ctx.send(primary, Message::DoViewChange { view, vote });
        }
    }

    /// Step 3.
    pub(super) fn on_do_view_change(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64, vote: Vote) {
        if self.is_over(ctx, view) {
            return;
        }
        if view > self.view {
            self.start_view_change(ctx, view, "hears of a view change");
        }
        if self.status != Status::ViewChange {
            return ctx.rule(Rule::Stale, |ctx| format!("{} has begun view {view}", ctx.name(ctx.me())));
        }
        self.count(ctx, from, vote);
    }

    fn count(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, vote: Vote) {
        self.votes.insert(from, vote);
        let need = ctx.config().quorum() - u64::from(ctx.config().bug == Bug::FewVotes);
        let (have, view) = (self.votes.len() as u64, self.view);
        ctx.rule(Rule::CountVotes, |ctx| {
            format!("{} has the logs of {have} of {need} for view {view}", ctx.name(ctx.me()))
        });
        if have >= need {
            self.begin_view(ctx);
        }
    }

    /// Steps 3 and 4.
    fn begin_view(&mut self, ctx: &mut Ctx<'_, Self>) {
        let by_length = ctx.config().bug == Bug::LogByLength;
        let better = |vote: &Vote, best: &Vote| {
            let (ops, most) = (vote.log.len(), best.log.len());
            if by_length { ops > most } else { (vote.last_normal, ops) > (best.last_normal, most) }
        };
        let best = self.votes.iter().reduce(|best, other| if better(other.1, best.1) { other } else { best });
        let Some((of, best)) = best else { return };
        let (log, normal) = (best.log.clone(), best.last_normal);
        let commit = self.votes.values().map(|vote| vote.commit_number).max().unwrap_or_default();
        let view = self.view;
        ctx.rule(Rule::BeginView, |ctx| {
            let (me, of, ops) = (ctx.name(ctx.me()), ctx.name(of), log.len());
            format!("{me} begins view {view} with the log of {of}: {ops} ops, last normal in view {normal}")
        });
        self.log = log.clone();
        self.enter(ctx, view);
        ctx.broadcast(&Message::StartView { view, log, commit_number: commit.max(self.commit_number) });
        self.follow_commit(ctx, commit);
    }

    /// The view is under way, and the replica takes part in it.
    pub(super) fn enter(&mut self, ctx: &mut Ctx<'_, Self>, view: u64) {
        if self.primary {
            ctx.cancel_timer(Timer::Commit);
        }
        let moved = view != self.view;
        self.view = view;
        self.status = Status::Normal;
        self.last_normal = view;
        self.primary = primary_of(ctx, view) == ctx.me();
        self.forget_votes();
        if moved {
            self.persist(ctx);
        }
        if self.primary {
            ctx.cancel_timer(Timer::ViewChange);
            ctx.set_timer(Timer::Commit, Span::exactly(ctx.config().commit_every));
        } else {
            ctx.set_timer(Timer::ViewChange, ctx.config().view_timeout);
        }
    }

    /// Step 5.
    pub(super) fn on_start_view(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        view: u64,
        log: Log<Command>,
        commit_number: u64,
    ) {
        let back = ctx.config().bug == Bug::BackToView && self.status != Status::Recovering;
        if !back && self.is_over(ctx, view) {
            return;
        }
        if view == self.view && self.status == Status::Normal {
            return ctx.rule(Rule::Stale, |ctx| format!("{} is in view {view} already", ctx.name(ctx.me())));
        }
        self.log = log;
        self.enter(ctx, view);
        let ops = self.op_number();
        ctx.rule(Rule::StartView, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} takes the log of {from}, {ops} ops, and is normal in view {view}")
        });
        self.follow_commit(ctx, commit_number);
        if ops > self.commit_number {
            ctx.send(from, Message::PrepareOk { view, op_number: ops });
        }
    }
}

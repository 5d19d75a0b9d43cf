//! A leader hands over (dissertation §3.10): before its machine is shut down, or because another is better placed.

use super::{
    Raft,
    election::Because,
    message::{Message, TimeoutNow, Timer},
    rules::Rule,
    state::{Role, Transfer},
};
use crate::{Ctx, NodeId, Span};

impl Raft {
    /// Someone asks this server to hand over.
    pub(super) fn hand_over(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId) {
        let leads = ctx.guard(Rule::HandOver, self.role == Role::Leader, |ctx| {
            format!("{} does not lead: it has nothing to hand over", ctx.name(ctx.me()))
        });
        let under_way = self.transfer;
        let free = ctx.guard(Rule::HandOver, under_way.is_none(), |ctx| {
            let first = under_way.map_or("another", |first| ctx.name(first.to));
            format!("{} is handing over to {first} already", ctx.name(ctx.me()))
        });
        let voter = ctx.guard(Rule::HandOver, self.electorate(ctx).contains(to), |ctx| {
            format!("{} is no voter besides {}: it cannot lead", ctx.name(to), ctx.name(ctx.me()))
        });
        // A configuration appended once the successor was let begin would leave it behind those whose votes it needs.
        let changing = self.is_free(ctx).err();
        let settled = ctx.guard(Rule::HandOver, changing.is_none(), |ctx| {
            let why = changing.as_ref().map_or("", |(_, words)| words);
            format!("{} does not hand over now: {why}", ctx.name(ctx.me()))
        });
        if !leads || !free || !voter || !settled {
            return;
        }
        self.transfer = Some(Transfer { to, told: false });
        ctx.set_timer(Timer::Transfer, Span::exactly(ctx.config().election_timeout.min));
        ctx.rule(Rule::HandOver, |ctx| {
            format!("{} hands over to {}, and takes no more requests", ctx.name(ctx.me()), ctx.name(to))
        });
        if !self.let_successor_begin(ctx) {
            self.send_append_entries(ctx, to);
        }
    }

    /// Leaders that hand over: whether the successor holds the whole log, and is let begin.
    pub(super) fn let_successor_begin(&mut self, ctx: &mut Ctx<'_, Self>) -> bool {
        let Some(Transfer { to, told: false }) = self.transfer else { return false };
        let (held, last) = (self.match_index.get(to).copied().unwrap_or(0), self.last_index());
        let ready = ctx.guard(Rule::TimeoutNow, held == last, |ctx| {
            format!("{} does not begin yet: it is known to hold {held} of {last} entries", ctx.name(to))
        });
        if !ready {
            return false;
        }
        self.transfer = Some(Transfer { to, told: true });
        self.void_lease(ctx);
        ctx.send(to, Message::TimeoutNow(TimeoutNow { term: self.current_term }));
        ctx.rule(Rule::TimeoutNow, |ctx| {
            let (me, to) = (ctx.name(ctx.me()), ctx.name(to));
            format!("{me} lets {to} begin an election: {to} holds its whole log")
        });
        true
    }

    /// Leaders that hand over: it took too long.
    pub(super) fn keep_lead(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Some(transfer) = self.transfer.take() else { return };
        ctx.rule(Rule::KeepLead, |ctx| {
            let (me, to) = (ctx.name(ctx.me()), ctx.name(transfer.to));
            format!("{me} leads on and takes requests again: {to} has not taken over in time")
        });
    }

    /// TimeoutNow, receiver.
    pub(super) fn on_timeout_now(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &TimeoutNow) {
        if m.term < self.current_term || matches!(self.role, Role::Candidate | Role::Leader) {
            let term = self.current_term;
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} does not take over from {from} in term {}: it is past that, in term {term}", m.term)
            });
            return;
        }
        if self.stay_outside(ctx) {
            return;
        }
        self.forget_leader(ctx);
        self.start_election(ctx, Because::Asked(from));
    }
}

//! Reads that a leader answers by itself (dissertation §6.4.1).
//!
//! Whoever answered a heartbeat has promised to vote for nobody until the shortest election timeout has passed since it
//! heard it. The leader counts from when it *sent* it, which was before, and takes off what clocks may be wrong by.

use super::{
    Raft,
    config::Reads,
    rules::Rule,
    state::{Read, Role},
};
use crate::{Ctx, Micros, NodeId};

impl Raft {
    /// Leaders: a round of heartbeats begins, for this reason or for a read.
    pub(super) fn note_round(&mut self, ctx: &Ctx<'_, Self>) {
        if ctx.config().reads == Reads::Lease {
            let (round, now, length) = (self.round, ctx.local_clock(), ctx.config().lease());
            let sent = &mut self.lease.get_or_insert_default().sent;
            // What was sent longer ago than a lease lasts can renew none.
            sent.retain(|(_, then)| then.plus(length) > now);
            sent.push((round, now));
            // Alone it is a majority.
            self.renew_lease(ctx);
        }
    }

    /// Leaders: heartbeats begin a round only where their answers are worth something.
    pub(super) fn begin_heartbeat_round(&mut self, ctx: &Ctx<'_, Self>) {
        if ctx.config().reads == Reads::Lease {
            self.round += 1;
            self.note_round(ctx);
        }
    }

    /// Leaders: a follower has answered a round. The latest one that a majority answered renews the lease.
    pub(super) fn renew_lease(&mut self, ctx: &Ctx<'_, Self>) {
        let (me, round) = (ctx.me(), self.round);
        let answered = |node: NodeId| if node == me { Some(round) } else { self.acked_round.get(node).copied() };
        let confirmed = self.voters(ctx.config()).committed(answered);
        let Some(lease) = &mut self.lease else { return };
        if let Some((_, sent)) = lease.sent.iter().rfind(|(round, _)| *round <= confirmed) {
            lease.until = lease.until.max(sent.plus(ctx.config().lease()));
            lease.sent.retain(|(round, _)| *round > confirmed);
        }
    }

    /// Leaders: what others promised counts no more in this term, since one of them may begin an election at once.
    pub(super) fn void_lease(&mut self, ctx: &Ctx<'_, Self>) {
        if ctx.config().reads == Reads::Lease {
            self.lease.get_or_insert_default().void = true;
        }
    }

    /// Leaders: whether the lease lasts and the state is that of this term; if so the read is answered.
    pub(super) fn answer_under_lease(&mut self, ctx: &mut Ctx<'_, Self>, read: &Read) -> bool {
        assert!(self.role == Role::Leader, "only a leader has a lease");
        let (now, until) = (ctx.local_clock(), self.lease.as_ref().map_or(Micros::ZERO, |lease| lease.until));
        let void = self.lease.as_ref().is_some_and(|lease| lease.void);
        let kept = ctx.guard(Rule::LeaseRead, !void, |ctx| {
            format!("{} has no lease in this term any more: it let another begin an election", ctx.name(ctx.me()))
        });
        let lasts = ctx.guard(Rule::LeaseRead, now < until, |ctx| {
            format!(
                "{} has no lease: it ended when its clock showed {until}, and now it shows {now}",
                ctx.name(ctx.me())
            )
        });
        let term = self.current_term;
        let committed = ctx.guard(Rule::LeaseRead, self.log_term(self.commit_index) == term, |ctx| {
            format!("{} answers no read yet: no entry of term {term} is committed", ctx.name(ctx.me()))
        });
        if !(kept && lasts && committed) {
            return false;
        }
        let ret = self.read_and_respond(ctx, read);
        let id = read.id;
        ctx.rule(Rule::LeaseRead, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
            format!("{me} answers {client} by itself: {ret}. Its lease lasts until its clock shows {until}; now it shows {now}")
        });
        true
    }
}

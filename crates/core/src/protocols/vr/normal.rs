//! Normal operation (§4.1), and the clients.

use super::{
    Bug, Vr,
    message::{Message, Timer},
    rules::Rule,
    state::{Status, primary_of},
};
use crate::{Answer, Call, Ctx, NodeId, OpId, Outcome, Span, replicated::Command, services::KeyValue};
use std::rc::Rc;

impl Vr {
    /// A client asks. Reads are operations like all others.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, call: Call<KeyValue>) {
        let Call { id, op } = call;
        if !self.primary {
            return self.redirect(ctx, client, id);
        }
        if !self.machine.is_new(id) {
            ctx.rule(Rule::OldRequest, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(client));
                format!("{me} has executed operation {} of {client} before", id.serial)
            });
            return self.answer(ctx, id);
        }
        let is_this = |command: &Command| matches!(command, Command::Op { id: other, .. } if *other == id);
        if self.log.iter_from(self.commit_number + 1).any(is_this) {
            return ctx.rule(Rule::OldRequest, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(client));
                format!("{me} has operation {} of {client} in its log, and will answer", id.serial)
            });
        }
        let command = Command::Op { id, op };
        let op_number = self.log.push(command.clone());
        ctx.rule(Rule::Request, |ctx| {
            format!("{} gives {} the op-number {op_number}", ctx.name(ctx.me()), command.label())
        });
        let (view, commit_number) = (self.view, self.commit_number);
        ctx.broadcast(&Message::Prepare { view, op_number, command, commit_number });
    }

    fn redirect(&self, ctx: &mut Ctx<'_, Self>, client: NodeId, id: OpId) {
        let primary = Some(primary_of(ctx, self.view)).filter(|_| self.status == Status::Normal);
        ctx.rule(Rule::Redirect, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(client));
            match primary {
                Some(primary) => format!("{me} sends {client} on to {}, the primary", ctx.name(primary)),
                None => format!("{me} tells {client} that it knows of no primary"),
            }
        });
        ctx.respond(client, Answer { id, outcome: Outcome::NotLeader(primary) });
    }

    fn answer(&self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        if let Some(answer) = self.machine.answer(id) {
            ctx.respond(id.client, answer);
        }
    }

    /// Step 4. Operations are taken in order: who lacks some asks for them.
    pub(super) fn on_prepare(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        (view, op_number): (u64, u64),
        command: Command,
        commit_number: u64,
    ) {
        let old = ctx.config().bug == Bug::OldView && self.status == Status::Normal && view < self.view;
        if !old && !self.is_current(ctx, from, view) {
            return;
        }
        if op_number > self.op_number() + 1 {
            return self.ask_for_state(ctx, from, view);
        }
        ctx.set_timer(Timer::ViewChange, ctx.config().view_timeout);
        if op_number > self.op_number() {
            ctx.rule(Rule::Prepare, |ctx| {
                format!("{} adds {} to its log as op {op_number}", ctx.name(ctx.me()), command.label())
            });
            self.log.push(command);
        } else {
            ctx.rule(Rule::Stale, |ctx| format!("{} has op {op_number} already", ctx.name(ctx.me())));
        }
        ctx.send(from, Message::PrepareOk { view, op_number: self.op_number() });
        self.follow_commit(ctx, commit_number);
    }

    /// Whether a message of the primary belongs to the view that the replica is in. One of a later view shows that the
    /// view has begun without it.
    fn is_current(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64) -> bool {
        if self.is_over(ctx, view) {
            return false;
        }
        if view > self.view || self.status == Status::ViewChange {
            self.ask_for_state(ctx, from, view);
            return false;
        }
        true
    }

    /// Whether a view is over, or the replica recovers and takes part in none.
    pub(super) fn is_over(&self, ctx: &mut Ctx<'_, Self>, view: u64) -> bool {
        let (now, recovering) = (self.view, self.status == Status::Recovering);
        if recovering || view < now {
            ctx.rule(Rule::Stale, |ctx| {
                let me = ctx.name(ctx.me());
                if recovering {
                    format!("{me} recovers, and takes no part")
                } else {
                    format!("{me} is in view {now} by now")
                }
            });
        }
        recovering || view < now
    }

    /// Step 5: who has what.
    pub(super) fn on_prepare_ok(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64, op_number: u64) {
        if self.is_over(ctx, view) || !self.primary {
            return;
        }
        let had = self.acked.get(from).copied().unwrap_or_default();
        self.acked.insert(from, had.max(op_number));
        let others = ctx.config().quorum() - 1;
        let held = |number: u64| self.acked.values().filter(|acked| **acked >= number).count() as u64;
        let first = self.commit_number + 1;
        let committed = (first..=self.op_number()).take_while(|number| held(*number) >= others).last();
        let Some(commit) = committed else {
            let have = held(first);
            ctx.guard(Rule::Commit, false, |ctx| {
                format!("{} does not commit op {first}: {have} of {others} backups have it", ctx.name(ctx.me()))
            });
            return;
        };
        ctx.rule(Rule::Commit, |ctx| {
            format!("{} commits up to op {commit}: {} backups have it", ctx.name(ctx.me()), held(commit))
        });
        self.execute_up_to(ctx, commit);
    }

    /// Step 6. What backups may have missed is repeated.
    pub(super) fn send_commits(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (view, commit_number) = (self.view, self.commit_number);
        ctx.set_timer(Timer::Commit, Span::exactly(ctx.config().commit_every));
        ctx.rule(Rule::SendCommit, |ctx| {
            format!("{} tells all others that op {commit_number} is the last one committed", ctx.name(ctx.me()))
        });
        ctx.broadcast(&Message::Commit { view, commit_number });
        for peer in ctx.peers().iter() {
            let acked = self.acked.get(peer).copied().unwrap_or_default().max(commit_number);
            for (op_number, command) in (acked + 1..).zip(self.log.iter_from(acked + 1)) {
                ctx.send(peer, Message::Prepare { view, op_number, command: command.clone(), commit_number });
            }
        }
    }

    pub(super) fn on_commit(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64, commit_number: u64) {
        if !self.is_current(ctx, from, view) {
            return;
        }
        ctx.set_timer(Timer::ViewChange, ctx.config().view_timeout);
        ctx.rule(Rule::FollowCommit, |ctx| {
            format!("{} hears that op {commit_number} is the last one committed", ctx.name(ctx.me()))
        });
        self.follow_commit(ctx, commit_number);
        if commit_number > self.op_number() {
            self.ask_for_state(ctx, from, view);
        }
    }

    /// Step 7: as far as the log goes.
    pub(super) fn follow_commit(&mut self, ctx: &mut Ctx<'_, Self>, commit_number: u64) {
        self.execute_up_to(ctx, commit_number.min(self.op_number()));
    }

    /// Executes what is committed, in order. A primary answers.
    pub(super) fn execute_up_to(&mut self, ctx: &mut Ctx<'_, Self>, commit: u64) {
        while self.commit_number < commit {
            self.commit_number += 1;
            let number = self.commit_number;
            let Some(Command::Op { id, op }) = self.log.get(number).cloned() else { continue };
            let leads = self.primary;
            if self.machine.is_new(id) {
                Rc::make_mut(&mut self.machine).apply(id, &op);
            }
            ctx.rule(Rule::Execute, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                let label = crate::replicated::op_label(&op);
                let answers = if leads { format!(" and answers {client}") } else { String::new() };
                format!("{me} executes op {number} ({label}){answers}")
            });
            if leads {
                self.answer(ctx, id);
            }
        }
    }
}

//! Recovery (§4.3) and state transfer (§5.2).

use super::{
    Bug, Vr,
    message::{Message, Timer},
    rules::Rule,
    state::{Memory, Status, primary_of},
};
use crate::{Ctx, Log, NodeId, replicated::Command};
use std::rc::Rc;

impl Vr {
    /// §4.3, step 1.
    pub(super) fn recover(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (nonce, view) = (self.starts, self.view);
        ctx.set_timer(Timer::Recovery, ctx.config().recovery_timeout);
        ctx.rule(Rule::Recover, |ctx| {
            format!("{} has lost what it knew, and asks all others, with nonce {nonce}", ctx.name(ctx.me()))
        });
        ctx.broadcast(&Message::Recovery { nonce, view });
    }

    /// §4.3, step 2.
    pub(super) fn on_recovery(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, nonce: u64, view: u64) {
        if self.status != Status::Normal {
            return ctx.rule(Rule::Stale, |ctx| {
                format!("{} is in no normal view, and does not answer {}", ctx.name(ctx.me()), ctx.name(from))
            });
        }
        if view > self.view {
            return self.start_view_change(ctx, view, "hears of a replica that was in a later view");
        }
        let all = self.primary || ctx.config().bug == Bug::NoPrimary;
        ctx.rule(Rule::Respond, |ctx| {
            let what = if all { "its log" } else { "its view" };
            format!("{} tells {} {what}", ctx.name(ctx.me()), ctx.name(from))
        });
        let state = all.then(|| (self.log.clone(), self.commit_number));
        ctx.send(from, Message::RecoveryResponse { nonce, memory: Memory { view: self.view, state } });
    }

    /// §4.3, step 3.
    pub(super) fn on_response(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, nonce: u64, memory: Memory) {
        if self.status != Status::Recovering || nonce != self.starts {
            return ctx.rule(Rule::Stale, |ctx| format!("{} did not ask for that any more", ctx.name(ctx.me())));
        }
        self.memories.insert(from, memory);
        let (have, need) = (self.memories.len() as u64, ctx.config().quorum());
        let enough = ctx.guard(Rule::Recovered, have >= need, |ctx| {
            format!("{} waits on: {have} of {need} replicas have answered", ctx.name(ctx.me()))
        });
        let latest = self.memories.values().map(|memory| memory.view).max().unwrap_or_default();
        let mine = self.view;
        let late = ctx.guard(Rule::Recovered, latest >= mine, |ctx| {
            format!("{} waits on: it took part in view {mine}, and the others are in view {latest}", ctx.name(ctx.me()))
        });
        if !(enough && late) {
            return;
        }
        let primary = primary_of(ctx, latest);
        let told = |node: NodeId| self.memories.get(node).filter(|memory| memory.view == latest)?.state.clone();
        let any = || {
            let logs = self.memories.iter().filter_map(|(node, _)| told(node));
            logs.max_by_key(|(log, _)| log.len())
        };
        let state = if ctx.config().bug == Bug::NoPrimary { any() } else { told(primary) };
        match state {
            Some((log, commit)) => self.recovered(ctx, latest, log, commit),
            None => {
                ctx.guard(Rule::Recovered, false, |ctx| {
                    format!("{} waits on for {}, the primary of view {latest}", ctx.name(ctx.me()), ctx.name(primary))
                });
            }
        }
    }

    fn recovered(&mut self, ctx: &mut Ctx<'_, Self>, view: u64, log: Log<Command>, commit: u64) {
        let ops = log.len();
        self.log = log;
        self.enter(ctx, view);
        ctx.cancel_timer(Timer::Recovery);
        self.follow_commit(ctx, commit);
        ctx.rule(Rule::Recovered, |ctx| {
            format!("{} has recovered: it is normal in view {view}, with {ops} ops in its log", ctx.name(ctx.me()))
        });
    }

    /// §5.2: the log stays as it is until the answer is there.
    pub(super) fn ask_for_state(&self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64) {
        let in_view = view == self.view && self.status == Status::Normal;
        // What follows the committed operations may have been replaced in a later view.
        let op_number = if in_view { self.op_number() } else { self.commit_number };
        ctx.rule(Rule::AskForState, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} asks {from} for what follows op {op_number} in view {view}")
        });
        ctx.send(from, Message::GetState { view, op_number });
    }

    pub(super) fn on_get_state(&self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64, after: u64) {
        if self.status != Status::Normal || self.view != view {
            return ctx.rule(Rule::Stale, |ctx| {
                format!("{} is not in view {view}, and has nothing for {}", ctx.name(ctx.me()), ctx.name(from))
            });
        }
        let entries: Rc<[Command]> = self.log.iter_from(after + 1).cloned().collect();
        ctx.rule(Rule::SendState, |ctx| {
            let (me, from, n) = (ctx.name(ctx.me()), ctx.name(from), entries.len());
            format!("{me} sends {from} what follows op {after}: {n} ops")
        });
        ctx.send(from, Message::NewState { view, after, entries, commit_number: self.commit_number });
    }

    pub(super) fn on_new_state(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        (view, after): (u64, u64),
        entries: &[Command],
        commit_number: u64,
    ) {
        if self.is_over(ctx, view) {
            return;
        }
        let in_view = view == self.view && self.status == Status::Normal;
        let last = after + entries.len() as u64;
        if in_view && last <= self.op_number() {
            return ctx.rule(Rule::Stale, |ctx| format!("{} has all that", ctx.name(ctx.me())));
        }
        self.log.truncate_from(after + 1);
        for command in entries {
            self.log.push(command.clone());
        }
        if !in_view {
            self.enter(ctx, view);
        }
        ctx.rule(Rule::TakeState, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} has the log of {from} up to op {last}, in view {view}")
        });
        ctx.send(from, Message::PrepareOk { view, op_number: last });
        self.follow_commit(ctx, commit_number);
    }
}

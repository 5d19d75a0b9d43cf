//! The acceptor: phases 1(b) and 2(b). Whatever it says is on its disk before it says it (§2.5).

use super::{
    Bug, MultiPaxos,
    message::{Message, Timer},
    rules::Rule,
    state::{Ballot, Part, Proposal, Report},
};
use crate::{Ctx, NodeId};

impl MultiPaxos {
    /// Phase 1(b): one promise for every slot.
    pub(super) fn on_prepare(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot, first: u64) {
        if !self.admits(ctx, from, ballot, Rule::Promise) {
            return;
        }
        if self.promised == Some(ballot) {
            let me = ctx.me();
            return ctx.rule(Rule::Stale, |ctx| format!("{} has promised {ballot} before", ctx.name(me)));
        }
        self.promised = Some(ballot);
        self.persist(ctx);
        self.leader = None;
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        let accepted = self.report(ctx, first);
        ctx.rule(Rule::Promise, |ctx| {
            let what =
                if accepted.is_empty() { "nothing".into() } else { slots(accepted.iter().map(|(slot, _)| *slot)) };
            format!(
                "{} promises {ballot} to {}, for all slots; from slot {first} on it has accepted {what}",
                ctx.name(ctx.me()),
                ctx.name(from)
            )
        });
        ctx.send(from, Message::Promise { ballot, accepted });
    }

    /// What the acceptor has accepted from slot `first` on.
    pub(super) fn report(&self, ctx: &Ctx<'_, Self>, first: u64) -> Report {
        let all = || self.accepted.from(&first).map(|(slot, proposal)| (*slot, proposal.clone()));
        if ctx.config().bug == Bug::ReportLast { all().last().into_iter().collect() } else { all().collect() }
    }

    /// Phase 2(b).
    pub(super) fn on_accept(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, slot: u64, proposal: Proposal) {
        let ballot = proposal.ballot;
        if !self.admits(ctx, from, ballot, Rule::Accept) {
            return;
        }
        self.follow(ctx, ballot);
        ctx.rule(Rule::Accept, |ctx| {
            format!("{} accepts {} as {ballot} in slot {slot}", ctx.name(ctx.me()), proposal.command.label())
        });
        self.accept(ctx, slot, proposal);
        ctx.send(from, Message::Accepted { ballot, slot });
    }

    /// Writes down that a proposal is accepted.
    pub(super) fn accept(&mut self, ctx: &mut Ctx<'_, Self>, slot: u64, proposal: Proposal) {
        self.promised = Some(proposal.ballot);
        self.accepted.insert(slot, proposal);
        self.persist(ctx);
    }

    /// Whether no higher number was promised. If one was, the sender is told.
    pub(super) fn admits(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot, rule: Rule) -> bool {
        let Some(promised) = self.promised.filter(|promised| *promised > ballot) else {
            self.give_way(ctx, ballot);
            return true;
        };
        ctx.guard(rule, false, |ctx| format!("{} has promised {promised}, above {ballot}", ctx.name(ctx.me())));
        ctx.rule(Rule::Refuse, |ctx| {
            format!("{} tells {} that it has promised {promised}, above {ballot}", ctx.name(ctx.me()), ctx.name(from))
        });
        ctx.send(from, Message::Refused { ballot, promised });
        false
    }

    /// Gives the own number up if `ballot` is above it.
    pub(super) fn give_way(&mut self, ctx: &mut Ctx<'_, Self>, ballot: Ballot) {
        let Some(own) = self.ballot().filter(|own| *own < ballot) else { return };
        if matches!(self.part, Part::Leader(_)) {
            ctx.cancel_timer(Timer::Heartbeat);
        }
        self.part = Part::Follower;
        self.leader = None;
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        ctx.rule(Rule::StepDown, |ctx| format!("{} gives {own} up: there is {ballot}", ctx.name(ctx.me())));
    }

    /// Takes the owner of `ballot`, whose phase 1 is done, for the leader.
    pub(super) fn follow(&mut self, ctx: &mut Ctx<'_, Self>, ballot: Ballot) {
        self.heard = self.heard.max(Some(ballot));
        self.leader = Some(ballot.leader);
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
    }
}

/// `slots 1, 2, 4`.
fn slots(which: impl Iterator<Item = u64>) -> String {
    let list: Vec<String> = which.map(|slot| slot.to_string()).collect();
    format!("{} {}", if list.len() == 1 { "slot" } else { "slots" }, list.join(", "))
}

//! The leader: phase 1(a) for all slots at once, then phase 2(a) for each (§3).

use super::{
    Bug, MultiPaxos,
    message::{Message, Timer},
    rules::Rule,
    state::{Ballot, Candidate, Leader, Open, Part, Proposal, Report},
};
use crate::{Ctx, NodeId, NodeMap, NodeSet, Span, replicated::Command};

impl MultiPaxos {
    /// Phase 1(a), when no leader was heard of in time. The own promise is on the disk before anyone hears of the
    /// number, and so the number is never used again.
    pub(super) fn prepare(&mut self, ctx: &mut Ctx<'_, Self>) {
        let ballot = self.next_ballot(ctx.me());
        let first = self.applied + 1;
        self.leader = None;
        self.promised = Some(ballot);
        self.persist(ctx);
        ctx.rule(Rule::Prepare, |ctx| {
            format!(
                "{} hears of no leader: it asks for promises for {ballot}, from slot {first} on",
                ctx.name(ctx.me())
            )
        });
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        let own = self.report(ctx, first);
        let promises = NodeMap::from_iter([(ctx.me(), own)]);
        self.part = Part::Candidate(Candidate { ballot, first, promises });
        ctx.broadcast(&Message::Prepare { ballot, first });
        self.lead_with_quorum(ctx);
    }

    /// The least number of `me` above all that it promised and heard of.
    fn next_ballot(&self, me: NodeId) -> Ballot {
        let known = self.promised.max(self.heard).map_or(0, |ballot| ballot.round);
        Ballot { round: known + 1, leader: me }
    }

    /// A promise comes.
    pub(super) fn on_promise(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot, accepted: Report) {
        let Part::Candidate(candidate) = &mut self.part else { return stale(ctx, ballot) };
        if candidate.ballot != ballot {
            return stale(ctx, ballot);
        }
        candidate.promises.insert(from, accepted);
        self.lead_with_quorum(ctx);
    }

    fn lead_with_quorum(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Part::Candidate(candidate) = &self.part else { return };
        let (have, need) = (candidate.promises.len() as u64, ctx.config().prepare_quorum());
        let ballot = candidate.ballot;
        let enough = ctx.guard(Rule::Lead, have >= need, |ctx| {
            format!("{} does not lead yet: it has {have} of {need} promises for {ballot}", ctx.name(ctx.me()))
        });
        if enough {
            let candidate = candidate.clone();
            self.begin_to_lead(ctx, &candidate);
        }
    }

    /// Phase 1 is done: what was reported is proposed again, and gaps are filled.
    fn begin_to_lead(&mut self, ctx: &mut Ctx<'_, Self>, candidate: &Candidate) {
        let ballot = candidate.ballot;
        self.leader = Some(ctx.me());
        self.part = Part::Leader(Leader { ballot, next: candidate.first, open: Vec::new() });
        ctx.cancel_timer(Timer::Election);
        self.send_heartbeats(ctx);
        ctx.rule(Rule::Lead, |ctx| {
            let who: NodeSet = candidate.promises.iter().map(|(node, _)| node).collect();
            format!("{} leads as {ballot}: {} promised", ctx.name(ctx.me()), ctx.names(who))
        });
        let bug = ctx.config().bug;
        let reported = candidate.promises.values().flat_map(|report| report.iter().map(|(slot, _)| *slot));
        let known = self.chosen.keys().next_back().copied();
        let last = if bug == Bug::OwnValues { None } else { reported.chain(known).max() };
        for slot in candidate.first..=last.unwrap_or_default() {
            self.take_over(ctx, slot, &candidate.promises);
        }
    }

    /// Phase 2(a) for a slot that is not free to choose for, or below such a one.
    fn take_over(&mut self, ctx: &mut Ctx<'_, Self>, slot: u64, promises: &NodeMap<Report>) {
        if let Part::Leader(leader) = &mut self.part {
            leader.next = slot + 1;
        }
        if self.chosen.get(&slot).is_some() {
            return;
        }
        match highest(promises, slot) {
            Some(proposal) => {
                let (command, was) = (proposal.command.clone(), proposal.ballot);
                ctx.rule(Rule::TakeOver, |ctx| {
                    let me = ctx.name(ctx.me());
                    format!("{me} proposes {} in slot {slot}: it is the highest reported, {was}", command.label())
                });
                self.send_accepts(ctx, slot, command);
            }
            None if ctx.config().bug == Bug::SkipGaps => {}
            None => {
                ctx.rule(Rule::FillGap, |ctx| {
                    format!("{} fills slot {slot} with a no-op: nobody reported anything there", ctx.name(ctx.me()))
                });
                self.send_accepts(ctx, slot, Command::NoOp);
            }
        }
    }

    /// Phase 2(a) for the next free slot.
    pub(super) fn propose(&mut self, ctx: &mut Ctx<'_, Self>, command: Command) {
        let Part::Leader(leader) = &mut self.part else { return };
        let (slot, ballot) = (leader.next, leader.ballot);
        leader.next += 1;
        ctx.rule(Rule::Propose, |ctx| {
            format!("{} proposes {} as {ballot} in slot {slot}", ctx.name(ctx.me()), command.label())
        });
        self.send_accepts(ctx, slot, command);
    }

    /// Accepts a proposal of its own, and asks all others to.
    fn send_accepts(&mut self, ctx: &mut Ctx<'_, Self>, slot: u64, command: Command) {
        let Part::Leader(leader) = &mut self.part else { return };
        let proposal = Proposal { ballot: leader.ballot, command };
        leader.open.push(Open { slot, acceptors: NodeSet::from_iter([ctx.me()]) });
        self.accept(ctx, slot, proposal.clone());
        ctx.broadcast(&Message::Accept { slot, proposal });
        self.choose_with_quorum(ctx, slot);
    }

    /// An acceptance comes.
    pub(super) fn on_accepted(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot, slot: u64) {
        let Part::Leader(leader) = &mut self.part else { return stale(ctx, ballot) };
        let open = leader.open.iter_mut().find(|open| open.slot == slot);
        let Some(open) = open.filter(|_| leader.ballot == ballot) else { return stale(ctx, ballot) };
        open.acceptors.insert(from);
        self.choose_with_quorum(ctx, slot);
    }

    /// The leader is the learner to whom acceptors speak, and tells the others (§2.3).
    fn choose_with_quorum(&mut self, ctx: &mut Ctx<'_, Self>, slot: u64) {
        let Part::Leader(leader) = &mut self.part else { return };
        let Some(place) = leader.open.iter().position(|open| open.slot == slot) else { return };
        let (acceptors, need) = (leader.open[place].acceptors, ctx.config().accept_quorum());
        let enough = ctx.guard(Rule::Choose, acceptors.len() as u64 >= need, |ctx| {
            let (me, have) = (ctx.name(ctx.me()), acceptors.len());
            format!("{me} does not know yet that slot {slot} is chosen: {have} of {need} accepted")
        });
        if !enough {
            return;
        }
        leader.open.remove(place);
        let accepted = self.accepted.get(&slot).expect("a leader accepts its own proposals");
        let command = accepted.command.clone();
        ctx.rule(Rule::Choose, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), ctx.names(acceptors));
            format!("{me} knows that {} is chosen in slot {slot}: {who} accepted it", command.label())
        });
        ctx.broadcast(&Message::Chosen { first: slot, commands: [command.clone()].into() });
        self.chosen.insert(slot, command);
        self.apply_chosen(ctx);
    }

    /// An acceptor has promised more.
    pub(super) fn on_refused(&mut self, ctx: &mut Ctx<'_, Self>, ballot: Ballot, promised: Ballot) {
        self.heard = self.heard.max(Some(promised));
        if self.ballot() != Some(ballot) {
            return stale(ctx, ballot);
        }
        self.give_way(ctx, promised);
    }

    /// Shows that it leads, and asks again for what has no quorum.
    pub(super) fn send_heartbeats(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Some(leader) = self.lead() else { return };
        let (ballot, applied) = (leader.ballot, self.applied);
        ctx.set_timer(Timer::Heartbeat, Span::exactly(ctx.config().heartbeat));
        ctx.rule(Rule::Heartbeat, |ctx| format!("{} shows all others that it leads as {ballot}", ctx.name(ctx.me())));
        ctx.broadcast(&Message::Heartbeat { ballot, applied });
        for open in &leader.open {
            let Some(proposal) = self.accepted.get(&open.slot) else { continue };
            for peer in ctx.peers().difference(open.acceptors).iter() {
                ctx.send(peer, Message::Accept { slot: open.slot, proposal: proposal.clone() });
            }
        }
    }
}

/// The highest-numbered proposal reported for a slot.
fn highest(promises: &NodeMap<Report>, slot: u64) -> Option<&Proposal> {
    let all = promises.values().flat_map(|report| report.iter());
    all.filter(|(of, _)| *of == slot).map(|(_, proposal)| proposal).max_by_key(|proposal| proposal.ballot)
}

fn stale(ctx: &mut Ctx<'_, MultiPaxos>, ballot: Ballot) {
    ctx.rule(Rule::Stale, |ctx| format!("{} ignores an answer for {ballot}: that is over or done", ctx.name(ctx.me())));
}

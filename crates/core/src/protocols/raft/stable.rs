//! Leaders that nobody disturbs without need: pre-votes (dissertation §9.6), leaders that count who answers (§6.2), and
//! servers that stay with a leader that they hear from (§4.2.3).

use super::{
    Bug, Raft,
    election::Because,
    membership::share,
    message::{Message, PreVoteReply, RequestVote, Timer},
    rules::{Rule, and_itself},
    state::Role,
};
use crate::{Ctx, NodeId, NodeSet, Span, quorum::Ballot};

impl Raft {
    /// Remembers for the shortest election timeout that a leader was heard of.
    pub(super) fn remember_leader(&mut self, ctx: &mut Ctx<'_, Self>) {
        if ctx.config().remembers_leaders() {
            self.heard = true;
            ctx.set_timer(Timer::Quiet, Span::exactly(ctx.config().shortest()));
        }
    }

    /// A server that comes back does not know whom it heard from before: it keeps any promise that it may have given.
    pub(super) fn keep_promises(&mut self, ctx: &mut Ctx<'_, Self>) {
        if ctx.config().check_quorum {
            self.remember_leader(ctx);
        }
    }

    /// Who has lost patience with its leader helps others as well.
    pub(super) fn forget_leader(&mut self, ctx: &mut Ctx<'_, Self>) {
        if std::mem::take(&mut self.heard) {
            ctx.cancel_timer(Timer::Quiet);
        }
    }

    pub(super) fn be_quiet(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.heard = false;
        let least = ctx.config().shortest();
        ctx.rule(Rule::Quiet, |ctx| {
            format!("{} has not heard from a leader for {least}: it may vote for another", ctx.name(ctx.me()))
        });
    }

    /// Whether there is a leader that this server should stay with.
    fn is_led(&self) -> bool {
        self.role == Role::Leader || self.heard
    }

    /// With CheckQuorum, whether a request for a vote is put aside, as if it had never come. One of this server's own term is
    /// put aside, too: it may have learned of that term from others after it had heard from the leader of an earlier one.
    pub(super) fn stays_with_leader(&self, ctx: &mut Ctx<'_, Self>, message: &Message) -> bool {
        let Message::RequestVote(m) = message else { return false };
        let newer = m.term > self.current_term;
        let bound = if newer { self.is_led() } else { m.term == self.current_term && self.heard };
        if !ctx.config().check_quorum || m.transfer || !bound {
            return false;
        }
        let leads = self.role == Role::Leader;
        let why = |ctx: &Ctx<'_, Self>| {
            let me = ctx.name(ctx.me());
            if leads { format!("{me} leads itself") } else { format!("{me} heard from a leader a moment ago") }
        };
        ctx.guard(Rule::GrantVote, false, |ctx| format!("no vote: {}", why(ctx)));
        ctx.rule(Rule::HearsLeader, |ctx| {
            let (why, candidate) = (why(ctx), ctx.name(m.candidate_id));
            let term = if newer { format!(", and does not go to term {}", m.term) } else { String::new() };
            format!("{why}: it gives {candidate} no answer{term}")
        });
        true
    }

    /// Instead of beginning a term: could this server win it?
    pub(super) fn ask_pre_votes(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.role = Role::PreCandidate;
        self.leader = None;
        self.votes = NodeSet::from_iter([ctx.me()]);
        let next = self.current_term + 1;
        self.wait_for_leader(ctx);
        let request = self.vote_request(ctx, next);
        for voter in self.electorate(ctx).iter() {
            ctx.send(voter, Message::PreVote(request.clone()));
        }
        ctx.rule(Rule::AskPreVote, |ctx| {
            format!("{} heard from no leader in time: it asks if it could win term {next}", ctx.name(ctx.me()))
        });
        self.begin_with_pre_votes(ctx);
    }

    /// PreVote, receiver. Nothing changes here: a pre-vote binds nobody.
    pub(super) fn on_pre_vote(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &RequestVote) {
        let vote_granted = self.may_pre_vote(ctx, m);
        if vote_granted {
            ctx.rule(Rule::PreVote, |ctx| {
                let (me, candidate) = (ctx.name(ctx.me()), ctx.name(m.candidate_id));
                format!("{me} would vote for {candidate} in term {}: it hears from no leader", m.term)
            });
        }
        let reply = PreVoteReply { term: self.current_term, next_term: m.term, vote_granted };
        ctx.send(from, Message::PreVoteReply(reply));
    }

    fn may_pre_vote(&self, ctx: &mut Ctx<'_, Self>, m: &RequestVote) -> bool {
        if self.is_led() && ctx.config().bug != Bug::PreVoteDisturbs {
            let leads = self.role == Role::Leader;
            ctx.guard(Rule::PreVote, false, |ctx| format!("no pre-vote: {} is led", ctx.name(ctx.me())));
            ctx.rule(Rule::NoPreVote, |ctx| {
                let (me, candidate) = (ctx.name(ctx.me()), ctx.name(m.candidate_id));
                let why = if leads { "it leads itself" } else { "it heard from a leader a moment ago" };
                format!("{me} would not vote for {candidate} in term {}: {why}", m.term)
            });
            return false;
        }
        self.may_vote(ctx, m)
    }

    /// PreVote, the server that asked gets its answer.
    pub(super) fn on_pre_vote_reply(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &PreVoteReply) {
        if self.role != Role::PreCandidate || m.next_term != self.current_term + 1 {
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!(
                    "{me} asks for no pre-votes for term {} any more: the answer of {from} changes nothing",
                    m.next_term
                )
            });
            return;
        }
        if m.vote_granted {
            self.votes.insert(from);
        }
        let (votes, voters) = (self.votes, self.voters(ctx.config()));
        ctx.rule(Rule::CountPreVotes, |ctx| {
            let (me, from, share) = (ctx.name(ctx.me()), ctx.name(from), share(voters, votes));
            let what = if m.vote_granted { "would get" } else { "would not get" };
            format!("{me} {what} the vote of {from} in term {}: {share}", m.next_term)
        });
        self.begin_with_pre_votes(ctx);
    }

    fn begin_with_pre_votes(&mut self, ctx: &mut Ctx<'_, Self>) {
        if self.voters(ctx.config()).vote(self.votes, NodeSet::new()) == Ballot::Won {
            self.start_election(ctx, Because::PreVotes);
        }
    }

    /// Leaders: someone has answered.
    pub(super) fn count_as_active(&mut self, ctx: &Ctx<'_, Self>, from: NodeId) {
        if ctx.config().check_quorum {
            self.active.insert(from);
        }
    }

    /// Leaders: whether a majority has answered since the last look.
    pub(super) fn check_quorum(&mut self, ctx: &mut Ctx<'_, Self>) {
        assert!(self.role == Role::Leader, "only a leader counts who answers");
        let mut active = std::mem::take(&mut self.active);
        active.insert(ctx.me());
        let (voters, while_long) = (self.voters(ctx.config()), ctx.config().election_timeout.max);
        if voters.is_quorum(active) {
            ctx.set_timer(Timer::Quorum, Span::exactly(while_long));
            ctx.rule(Rule::KeepQuorum, |ctx| {
                let (me, who, share) = (ctx.name(ctx.me()), and_itself(ctx, active), share(voters, active));
                format!("{me} leads on: within {while_long} it heard from {who}, {share}")
            });
            return;
        }
        let term = self.current_term;
        self.become_follower(ctx);
        ctx.rule(Rule::LoseQuorum, |ctx| {
            let (me, who, share) = (ctx.name(ctx.me()), and_itself(ctx, active), share(voters, active));
            let heard = format!("within {while_long} it heard from {who} alone, {share}");
            format!("{me} gives up the lead of term {term}: {heard}")
        });
    }
}

//! Terms and elections (§5.1, §5.2, §5.4.1).

use super::{
    Bug, Raft,
    membership::{majorities, share},
    message::{Message, RequestVote, RequestVoteReply, Timer},
    rules::{Rule, and_itself},
    state::Role,
};
use crate::{Ctx, NodeId, NodeSet, Span, quorum::Ballot, replicated::Command};
use std::cmp::Ordering;

/// Why a server begins an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Because {
    /// It waited for a leader in vain.
    Impatient,
    /// It would win: a majority has said so.
    PreVotes,
    /// This leader asked it to take over.
    Asked(NodeId),
}

impl Raft {
    /// All servers, on any message of a newer term.
    pub(super) fn adopt_newer_term(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, term: u64) {
        if term <= self.current_term {
            return;
        }
        let old = self.current_term;
        self.current_term = term;
        self.voted_for = None;
        self.leader = None;
        self.persist(ctx);
        ctx.rule(Rule::NewerTerm, |ctx| {
            format!("{} learns of term {term} from {} and leaves term {old}", ctx.name(ctx.me()), ctx.name(from))
        });
        self.become_follower(ctx);
    }

    /// Gives up what only candidates and leaders have.
    pub(super) fn become_follower(&mut self, ctx: &mut Ctx<'_, Self>) {
        if self.role == Role::Leader {
            self.leave_lead(ctx);
        }
        self.role = Role::Follower;
        self.votes = NodeSet::new();
        self.next_index.clear();
        self.match_index.clear();
        self.acked_round.clear();
        self.sending.clear();
        self.probing = NodeSet::new();
        self.round = 0;
    }

    fn leave_lead(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.leader = None;
        ctx.cancel_timer(Timer::Heartbeat);
        self.wait_for_leader(ctx);
        if ctx.config().check_quorum {
            ctx.cancel_timer(Timer::Quorum);
        }
        if std::mem::take(&mut self.collecting) {
            ctx.cancel_timer(Timer::Batch);
        }
        if self.transfer.take().is_some() {
            ctx.cancel_timer(Timer::Transfer);
        }
        if self.catching_up.take().is_some() {
            ctx.cancel_timer(Timer::CatchUp);
        }
        self.active = NodeSet::new();
        self.lease = None;
        self.refuse_waiting_reads(ctx);
    }

    /// Followers and candidates, when the election timeout elapses.
    pub(super) fn lose_patience(&mut self, ctx: &mut Ctx<'_, Self>) {
        assert!(self.role != Role::Leader, "a leader has no election timeout");
        if self.stay_outside(ctx) {
            return;
        }
        self.forget_leader(ctx);
        if ctx.config().pre_vote { self.ask_pre_votes(ctx) } else { self.start_election(ctx, Because::Impatient) }
    }

    /// A new term begins with its candidate.
    pub(super) fn start_election(&mut self, ctx: &mut Ctx<'_, Self>, because: Because) {
        let again = self.role == Role::Candidate;
        self.current_term += 1;
        self.role = Role::Candidate;
        self.leader = None;
        self.voted_for = Some(ctx.me());
        self.votes = NodeSet::from_iter([ctx.me()]);
        let term = self.current_term;
        if let Because::Asked(leader) = because {
            ctx.rule(Rule::TakeOver, |ctx| {
                format!("{} is asked by {} to take over, and waits no longer", ctx.name(ctx.me()), ctx.name(leader))
            });
        }
        ctx.rule(Rule::StartElection, |ctx| {
            let why = match because {
                Because::Impatient if again => "won no majority in time".into(),
                Because::Impatient => "heard from no leader in time".into(),
                Because::PreVotes => "would win".into(),
                Because::Asked(leader) => format!("takes over from {}", ctx.name(leader)),
            };
            format!("{} {why}: it starts the election of term {term} and votes for itself", ctx.name(ctx.me()))
        });
        self.persist(ctx);
        self.wait_for_leader(ctx);
        let transfer = matches!(because, Because::Asked(_));
        let request = RequestVote { transfer, ..self.vote_request(ctx, term) };
        for voter in self.electorate(ctx).iter() {
            ctx.send(voter, Message::RequestVote(request.clone()));
        }
        self.win_with_majority(ctx);
    }

    /// What a candidate of `term` says of itself.
    pub(super) fn vote_request(&self, ctx: &Ctx<'_, Self>, term: u64) -> RequestVote {
        let (last_log_index, last_log_term) = (self.last_index(), self.last_log_term());
        RequestVote { term, candidate_id: ctx.me(), last_log_index, last_log_term, transfer: false }
    }

    /// RequestVote, receiver.
    pub(super) fn on_request_vote(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &RequestVote) {
        let vote_granted = self.may_vote(ctx, m);
        if vote_granted {
            self.voted_for = Some(m.candidate_id);
            self.persist(ctx);
            self.wait_for_leader(ctx);
            ctx.rule(Rule::GrantVote, |ctx| {
                let (me, candidate) = (ctx.name(ctx.me()), ctx.name(m.candidate_id));
                format!(
                    "{me} votes for {candidate} in term {}: it has not voted for another, and the log of {candidate} \
                         is good enough",
                    m.term
                )
            });
        }
        let term = self.current_term;
        ctx.send(from, Message::RequestVoteReply(RequestVoteReply { term, vote_granted }));
    }

    /// The conditions for a vote, in the order of Figure 2.
    pub(super) fn may_vote(&self, ctx: &mut Ctx<'_, Self>, m: &RequestVote) -> bool {
        let bug = ctx.config().bug;
        let twice = bug == Bug::VoteTwice && self.role == Role::Follower;
        if m.term < self.current_term {
            let term = self.current_term;
            let why = |who: &str| format!("{who} asks for term {}, which is older than term {term}", m.term);
            ctx.guard(Rule::GrantVote, false, |ctx| format!("no vote: {}", why(ctx.name(m.candidate_id))));
            ctx.rule(Rule::StaleMessage, |ctx| {
                format!("{} refuses its vote: {}", ctx.name(ctx.me()), why(ctx.name(m.candidate_id)))
            });
            return false;
        }
        if let Some(other) = self.voted_for.filter(|_| m.term == self.current_term)
            && other != m.candidate_id
            && !twice
        {
            let why = |ctx: &Ctx<'_, Self>, me: &str| {
                let other = if other == ctx.me() { "itself" } else { ctx.name(other) };
                format!("{me} has already voted for {other} in term {}", m.term)
            };
            ctx.guard(Rule::GrantVote, false, |ctx| format!("no vote: {}", why(ctx, ctx.name(ctx.me()))));
            ctx.rule(Rule::OneVote, |ctx| {
                let (me, candidate) = (ctx.name(ctx.me()), ctx.name(m.candidate_id));
                format!("{me} refuses its vote to {candidate}: {}", why(ctx, "it"))
            });
            return false;
        }
        bug == Bug::VoteWithoutLog || self.is_up_to_date(ctx, m)
    }

    /// Whether the candidate's log is at least as up to date as this one (§5.4.1).
    fn is_up_to_date(&self, ctx: &mut Ctx<'_, Self>, m: &RequestVote) -> bool {
        let terms = m.last_log_term.cmp(&self.last_log_term());
        let lengths = m.last_log_index.cmp(&self.last_index());
        let order = if ctx.config().bug == Bug::VoteByLength { lengths.then(terms) } else { terms.then(lengths) };
        if order == Ordering::Less {
            let why = |ctx: &Ctx<'_, Self>, mine: &str| {
                format!(
                    "the log of {} ({}) is less up to date than {mine} ({})",
                    ctx.name(m.candidate_id),
                    log_end(m.last_log_index, m.last_log_term),
                    log_end(self.last_index(), self.last_log_term()),
                )
            };
            ctx.guard(Rule::GrantVote, false, |ctx| {
                format!("no vote: {}", why(ctx, &format!("that of {}", ctx.name(ctx.me()))))
            });
            ctx.rule(Rule::UpToDate, |ctx| format!("{} refuses its vote: {}", ctx.name(ctx.me()), why(ctx, "its own")));
        }
        order != Ordering::Less
    }

    /// RequestVote, the candidate gets its answer.
    pub(super) fn on_request_vote_reply(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &RequestVoteReply) {
        if m.term < self.current_term {
            return self.ignore_stale_reply(ctx, from, m.term);
        }
        if self.role != Role::Candidate {
            let what = if self.role == Role::Leader { "leads" } else { "is no candidate in" };
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from, term) = (ctx.name(ctx.me()), ctx.name(from), m.term);
                format!("{me} {what} term {term} by now: the answer of {from} changes nothing")
            });
            return;
        }
        if m.vote_granted {
            self.votes.insert(from);
        }
        let (votes, voters) = (self.votes, self.voters(ctx.config()));
        ctx.rule(Rule::CountVotes, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            let what = if m.vote_granted { "has the vote of" } else { "does not get the vote of" };
            format!("{me} {what} {from}: {} in term {}", share(voters, votes), m.term)
        });
        self.win_with_majority(ctx);
    }

    /// Candidates, when the votes of a majority are there.
    fn win_with_majority(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (votes, voters) = (self.votes, self.voters(ctx.config()));
        let majority = voters.vote(votes, NodeSet::new()) == Ballot::Won;
        let won = ctx.guard(Rule::WinElection, majority, |ctx| {
            format!("{} did not win: {} votes", ctx.name(ctx.me()), share(voters, votes))
        });
        if won {
            self.become_leader(ctx);
            let term = self.current_term;
            ctx.rule(Rule::WinElection, |ctx| {
                let (me, who, enough) = (ctx.name(ctx.me()), and_itself(ctx, votes), majorities(voters));
                format!("{me} holds votes from {who}, {enough}: it leads term {term}")
            });
        }
    }

    /// Candidates, upon election: the volatile state of leaders, and the entry that opens the term (§8).
    fn become_leader(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.role = Role::Leader;
        self.leader = Some(ctx.me());
        self.votes = NodeSet::new();
        self.arriving = None;
        let next = self.last_index() + 1;
        let audience = self.audience(ctx);
        self.next_index = audience.iter().map(|peer| (peer, next)).collect();
        self.match_index = audience.iter().map(|peer| (peer, 0)).collect();
        ctx.cancel_timer(Timer::Election);
        ctx.set_timer(Timer::Heartbeat, Span::exactly(ctx.config().heartbeat));
        if ctx.config().check_quorum {
            ctx.set_timer(Timer::Quorum, Span::exactly(ctx.config().election_timeout.max));
        }
        self.append_and_send(ctx, Command::NoOp);
        let term = self.current_term;
        ctx.rule(Rule::NoOp, |ctx| format!("{} opens term {term} with entry {next}, a no-op", ctx.name(ctx.me())));
        self.advance_commit_index(ctx);
    }

    /// Leaders and candidates, on a reply from a term that is over.
    pub(super) fn ignore_stale_reply(&self, ctx: &mut Ctx<'_, Self>, from: NodeId, term: u64) {
        let now = self.current_term;
        ctx.rule(Rule::StaleMessage, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} ignores the reply of {from}: it is of term {term}, and now is term {now}")
        });
    }
}

/// `entry 3 of term 1`: how up to date a log is.
fn log_end(index: u64, term: u64) -> String {
    if index == 0 { "empty".into() } else { format!("its last entry is {index}, of term {term}") }
}

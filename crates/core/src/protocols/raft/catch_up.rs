//! New servers catch up before they count (dissertation §4.2.1). A server with an empty log that counted at once could hold
//! up all commits until it has the log. So it first gets entries as a learner, without a vote, in rounds: each brings
//! what the log held when the round began. When a round is shorter than an election timeout the rest is short enough.

use super::{Raft, message::Timer, rules::Rule, state::CatchUp};
use crate::{Ctx, NodeMap, NodeSet, Span};

/// After so many rounds the leader gives up: the log grows faster than the new servers get on.
const ROUNDS: u64 = 10;

impl Raft {
    /// Leaders: the first round.
    pub(super) fn begin_catch_up(&mut self, ctx: &mut Ctx<'_, Self>, wanted: NodeSet, learners: NodeSet) {
        let (goal, began) = (self.last_index(), ctx.local_clock());
        self.catching_up = Some(Box::new(CatchUp { wanted, learners, round: 1, goal, began, seen: (0, 0) }));
        self.attend(ctx);
        ctx.set_timer(Timer::CatchUp, Span::exactly(ctx.config().election_timeout.max));
        ctx.rule(Rule::CatchUp, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), ctx.names(learners));
            format!("{me} brings {who} up to date, without a vote: round 1 is up to entry {goal}")
        });
        for learner in learners.difference(NodeSet::from_iter([ctx.me()])).iter() {
            self.send_append_entries(ctx, learner);
        }
        self.end_rounds(ctx);
    }

    /// Leaders, when someone has got on: whether rounds are over, and the change can begin.
    pub(super) fn end_rounds(&mut self, ctx: &mut Ctx<'_, Self>) {
        while let Some(mut catching) = self.catching_up.take() {
            if self.least_held(ctx, catching.learners) < catching.goal {
                self.catching_up = Some(catching);
                return;
            }
            let (now, least) = (ctx.local_clock(), ctx.config().election_timeout.min);
            let took = now.minus(catching.began);
            if took < least {
                ctx.cancel_timer(Timer::CatchUp);
                return self.begin_change(ctx, catching.wanted);
            }
            if catching.round == ROUNDS {
                let words = format!("round {ROUNDS} still took {took}, and no round less than {least}");
                return self.give_up_learners(ctx, &catching, &words);
            }
            (catching.round, catching.goal, catching.began) = (catching.round + 1, self.last_index(), now);
            let (round, goal, learners) = (catching.round, catching.goal, catching.learners);
            ctx.rule(Rule::CatchUp, |ctx| {
                let (me, who) = (ctx.name(ctx.me()), ctx.names(learners));
                format!(
                    "{me} brings {who} up to date: the last round took {took}, and round {round} is up to entry {goal}"
                )
            });
            self.catching_up = Some(catching);
        }
    }

    /// Up to which entry all of them hold the log. A leader that is outside has a vote to gain as well, and holds it all.
    fn least_held(&self, ctx: &Ctx<'_, Self>, learners: NodeSet) -> u64 {
        let others = learners.difference(NodeSet::from_iter([ctx.me()]));
        let held = others.iter().map(|node| self.match_index.get(node).copied().unwrap_or(0));
        held.min().unwrap_or(self.last_index())
    }

    /// Leaders, every longest election timeout: whether learners get on.
    pub(super) fn look_after_learners(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Some(mut catching) = self.catching_up.take() else { return };
        let sum = |table: &NodeMap<u64>| catching.learners.iter().filter_map(|node| table.get(node)).sum();
        let come = (sum(&self.match_index), sum(&self.offsets));
        if come == catching.seen {
            let words = format!("nothing has come of it for {}", ctx.config().election_timeout.max);
            return self.give_up_learners(ctx, &catching, &words);
        }
        catching.seen = come;
        ctx.set_timer(Timer::CatchUp, Span::exactly(ctx.config().election_timeout.max));
        self.catching_up = Some(catching);
    }

    fn give_up_learners(&mut self, ctx: &mut Ctx<'_, Self>, catching: &CatchUp, words: &str) {
        ctx.cancel_timer(Timer::CatchUp);
        self.attend(ctx);
        ctx.rule(Rule::TooSlow, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), ctx.names(catching.learners));
            format!("{me} gives up the change: it cannot bring {who} up to date, for {words}")
        });
    }
}

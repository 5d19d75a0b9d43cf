//! Changes of the cluster's membership: one server at a time (dissertation §4.1), or from any set to any other by joint
//! consensus (§6).

use super::{
    Bug, Raft,
    admin::Change,
    config::Membership,
    membership::sides,
    rules::Rule,
    state::{Entry, Role},
};
use crate::{Ctx, NodeSet, quorum::Joint};

/// Why a change is not begun: the rule that forbids it, and what it says of this one.
type Refusal = (Rule, String);

impl Raft {
    /// Someone asks this server to change who is in the cluster.
    pub(super) fn change(&mut self, ctx: &mut Ctx<'_, Self>, change: Change) {
        let wanted = match self.may_change(ctx, change) {
            Ok(wanted) => wanted,
            Err((rule, words)) => {
                return ctx.rule(rule, |ctx| format!("{} refuses the change: {words}", ctx.name(ctx.me())));
            }
        };
        let fresh = wanted.difference(self.latest_voters(ctx.config()).1.new);
        if ctx.config().learners && !fresh.is_empty() {
            self.begin_catch_up(ctx, wanted, fresh);
        } else {
            self.begin_change(ctx, wanted);
        }
    }

    /// Who would be in the cluster, or why not.
    fn may_change(&self, ctx: &Ctx<'_, Self>, change: Change) -> Result<NodeSet, Refusal> {
        if self.role != Role::Leader {
            let leader = match self.leader {
                Some(leader) => format!("the leader is {}, as far as it knows", ctx.name(leader)),
                None => "it knows of no leader".into(),
            };
            return Err((Rule::RefuseChange, format!("it does not lead, and {leader}")));
        }
        if let Some(transfer) = self.transfer {
            return Err((Rule::RefuseChange, format!("it is handing over to {}", ctx.name(transfer.to))));
        }
        self.is_free(ctx)?;
        let wanted = self.wanted(ctx, change).map_err(|words| (Rule::RefuseChange, words))?;
        self.has_own_entry(ctx)?;
        Ok(wanted)
    }

    /// Whether no other change is under way.
    pub(super) fn is_free(&self, ctx: &Ctx<'_, Self>) -> Result<(), Refusal> {
        let (index, voters) = self.latest_voters(ctx.config());
        if let Some(catching) = &self.catching_up {
            let words = format!("it is bringing {} up to date for another change", ctx.names(catching.learners));
            return Err((Rule::OneChange, words));
        }
        if index > self.commit_index {
            let words = format!("entry {index}, the configuration of {}, is not committed", sides(ctx, voters));
            return Err((Rule::OneChange, words));
        }
        if voters.is_changing() {
            let words =
                format!("the new configuration has to follow entry {index} first, that of {}", sides(ctx, voters));
            return Err((Rule::OneChange, words));
        }
        Ok(())
    }

    /// Who would be in the cluster.
    fn wanted(&self, ctx: &Ctx<'_, Self>, change: Change) -> Result<NodeSet, String> {
        let now = self.latest_voters(ctx.config()).1.new;
        let mut wanted = now;
        match change {
            Change::Add(node) if !wanted.insert(node) => return Err(format!("{} is a voter already", ctx.name(node))),
            Change::Remove(node) if !wanted.remove(node) => return Err(format!("{} is no voter", ctx.name(node))),
            Change::Remove(node) if wanted.is_empty() => return Err(format!("{} is the last voter", ctx.name(node))),
            Change::Become(nodes) => wanted = nodes,
            Change::Add(_) | Change::Remove(_) => {}
        }
        if wanted.is_empty() {
            return Err("nobody would be left who could decide anything".into());
        }
        if wanted == now {
            return Err(format!("the voters are {} already", ctx.names(now)));
        }
        let moved = wanted.difference(now).union(now.difference(wanted));
        if ctx.config().membership == Membership::SingleServer && moved.len() > 1 {
            let words = format!("{} would change, and majorities are sure to meet only if one does", ctx.names(moved));
            return Err(words);
        }
        Ok(wanted)
    }

    /// The correction to single-server changes: without it two leaders of different terms could each begin one, from the
    /// same configuration, and majorities of the two need not meet.
    fn has_own_entry(&self, ctx: &Ctx<'_, Self>) -> Result<(), Refusal> {
        let (own, now) = (self.log_term(self.commit_index), self.current_term);
        let needed = ctx.config().membership == Membership::SingleServer;
        if needed && own != now && ctx.config().bug != Bug::ChangeWithoutOwnEntry {
            return Err((Rule::OwnEntryFirst, format!("it has committed no entry of its term {now} yet")));
        }
        Ok(())
    }

    /// Leaders: the change is an entry of the log, and counts from now on.
    pub(super) fn begin_change(&mut self, ctx: &mut Ctx<'_, Self>, wanted: NodeSet) {
        let now = self.latest_voters(ctx.config()).1.new;
        let joint = ctx.config().membership == Membership::Joint;
        let voters = if joint { Joint { new: wanted, old: now } } else { Joint::of(wanted) };
        let rule = if joint { Rule::JointConsensus } else { Rule::ChangeOne };
        self.append_configuration(ctx, voters, rule);
    }

    fn append_configuration(&mut self, ctx: &mut Ctx<'_, Self>, voters: Joint, rule: Rule) {
        let index = self.put(Entry::of_voters(self.current_term, voters));
        self.persist(ctx);
        self.find_place(ctx);
        self.attend(ctx);
        self.send_to_all(ctx);
        ctx.rule(rule, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), sides(ctx, voters));
            format!("{me} appends entry {index}, the configuration of {who}, and goes by it from now on")
        });
        self.advance_commit_index(ctx);
        // Those who are left may be a majority already, and nobody else need ever answer again.
        self.answer_reads(ctx);
    }

    /// Leaders, when they have committed: a joint configuration is followed by the new one, and a leader that is not in
    /// the new one goes.
    pub(super) fn go_on_with_change(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (index, voters) = self.latest_voters(ctx.config());
        if self.role != Role::Leader || index > self.commit_index {
            return;
        }
        if voters.is_changing() {
            return self.append_configuration(ctx, Joint::of(voters.new), Rule::NewConfiguration);
        }
        if ctx.config().bug == Bug::ConfigWhenCommitted {
            self.find_place(ctx);
            self.attend(ctx);
        }
        if !voters.voters().contains(ctx.me()) {
            self.become_follower(ctx);
            ctx.rule(Rule::LeaderLeaves, |ctx| {
                let (me, who) = (ctx.name(ctx.me()), sides(ctx, voters));
                format!("{me} gives up the lead: the configuration without it is committed, {who}")
            });
        }
    }
}

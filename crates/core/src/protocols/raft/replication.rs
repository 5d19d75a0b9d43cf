//! Log replication and commitment (§5.3, §5.4.2).

use super::{
    Bug, Raft,
    membership::{majorities, share},
    message::{AppendEntries, AppendEntriesReply, Conflict, Message, Timer},
    rules::{Rule, and_itself, count_entries, entries},
    state::{Entry, Role},
};
use crate::{Ctx, NodeId, Span, replicated::Command};
use std::{cmp::Ordering, rc::Rc};

impl Raft {
    /// Leaders, when it is time for heartbeats. The timer depends on nothing but its own last step.
    pub(super) fn send_heartbeats(&mut self, ctx: &mut Ctx<'_, Self>) {
        assert!(self.role == Role::Leader, "only a leader has a heartbeat timer");
        ctx.set_timer(Timer::Heartbeat, Span::exactly(ctx.config().heartbeat));
        let term = self.current_term;
        ctx.rule(Rule::Heartbeat, |ctx| format!("{} shows all others that it leads term {term}", ctx.name(ctx.me())));
        self.begin_heartbeat_round(ctx);
        self.send_to_all(ctx);
    }

    /// Leaders: a new entry of this term goes into the own log, onto the disk, and to all others.
    pub(super) fn append_and_send(&mut self, ctx: &mut Ctx<'_, Self>, command: Command) -> u64 {
        let index = self.append(ctx, command);
        self.send_to_all(ctx);
        index
    }

    /// Leaders: a new entry of this term goes into the own log and onto the disk.
    pub(super) fn append(&mut self, ctx: &mut Ctx<'_, Self>, command: Command) -> u64 {
        if ctx.config().bug == Bug::OverwriteUncommitted {
            self.drop_from(self.commit_index + 1);
        }
        let index = self.put(Entry::new(self.current_term, command));
        self.persist(ctx);
        index
    }

    /// Leaders: AppendEntries to every other server of the configuration, and to learners.
    pub(super) fn send_to_all(&mut self, ctx: &mut Ctx<'_, Self>) {
        for peer in self.audience(ctx).iter() {
            self.send_append_entries(ctx, peer);
        }
    }

    /// AppendEntries, sender: what `peer` lacks, from its `next_index` on. A leader that does not wait for answers takes
    /// it that this arrives, and sends what follows next.
    pub(super) fn send_append_entries(&mut self, ctx: &mut Ctx<'_, Self>, peer: NodeId) {
        if self.needs_snapshot(peer) {
            return self.send_snapshot(ctx, peer);
        }
        let next = self.next_of(peer);
        let most = usize::try_from(ctx.config().max_entries).expect("max_entries is at most 100");
        let entries: Rc<[Entry]> = if next > self.last_index() {
            Rc::default()
        } else {
            self.log.iter_from(next - self.base()).take(most).cloned().collect()
        };
        let message = AppendEntries {
            term: self.current_term,
            leader_id: ctx.me(),
            prev_log_index: next - 1,
            prev_log_term: self.log_term(next - 1),
            entries,
            leader_commit: self.commit_index,
            round: self.round,
        };
        if ctx.config().pipelining && !self.probing.contains(peer) {
            self.next_index.insert(peer, message.last_new_index() + 1);
        }
        ctx.send(peer, Message::AppendEntries(message));
    }

    /// Leaders: whether `peer` gets entries. One that has just stepped down sends none.
    pub(super) fn serves(&self, peer: NodeId) -> bool {
        self.next_index.get(peer).is_some()
    }

    pub(super) fn next_of(&self, peer: NodeId) -> u64 {
        *self.next_index.get(peer).expect("a leader has a next index for everyone that it sends entries to")
    }

    /// AppendEntries, receiver, in the order of Figure 2.
    pub(super) fn on_append_entries(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &AppendEntries) {
        if m.term < self.current_term {
            let term = self.current_term;
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} refuses the AppendEntries of {from}: its term {} is older than term {term}", m.term)
            });
            // The answer says the term and nothing else: its sender may lead this very term by now, and must not take it
            // for an answer to what it sent as that leader.
            let reply = AppendEntriesReply {
                term,
                success: false,
                prev_log_index: 0,
                match_index: 0,
                round: 0,
                conflict: None,
            };
            return ctx.send(from, Message::AppendEntriesReply(reply));
        }
        self.follow_leader(ctx, m.leader_id);
        if !self.is_consistent(ctx, m) {
            if ctx.config().bug == Bug::CommitBeyond {
                self.follow_commit(ctx, m);
            }
            return self.reply(ctx, from, m, false);
        }
        self.store_entries(ctx, m);
        self.follow_commit(ctx, m);
        self.reply(ctx, from, m, true);
    }

    pub(super) fn follow_leader(&mut self, ctx: &mut Ctx<'_, Self>, leader: NodeId) {
        let (was, term) = (self.role, self.current_term);
        self.become_follower(ctx);
        self.leader = Some(leader);
        self.wait_for_leader(ctx);
        self.remember_leader(ctx);
        ctx.rule(Rule::FollowLeader, |ctx| {
            let what = if matches!(was, Role::Candidate | Role::PreCandidate) {
                "gives up its election: the leader is"
            } else {
                "hears from its leader"
            };
            format!("{} {what} {} in term {term}", ctx.name(ctx.me()), ctx.name(leader))
        });
    }

    /// Whether the entry just before the new ones is here. Index 0 counts as an entry of term 0 that every log has. What
    /// was folded is committed, and so the same everywhere.
    fn is_consistent(&self, ctx: &mut Ctx<'_, Self>, m: &AppendEntries) -> bool {
        if m.prev_log_index < self.base() {
            return true;
        }
        let mine = self.log_term(m.prev_log_index);
        if ctx.config().bug == Bug::MatchByIndex && mine != 0 {
            return true;
        }
        if mine != m.prev_log_term {
            ctx.rule(Rule::ConsistencyCheck, |ctx| {
                let (me, index, term) = (ctx.name(ctx.me()), m.prev_log_index, m.prev_log_term);
                let what = if mine == 0 { "has no such entry".into() } else { format!("has one of term {mine} there") };
                format!("{me} refuses what follows entry {index} of term {term}: it {what}")
            });
        }
        mine == m.prev_log_term
    }

    /// Removes what conflicts, appends what is new, and writes the log to the disk if it changed.
    fn store_entries(&mut self, ctx: &mut Ctx<'_, Self>, m: &AppendEntries) {
        let held = self.last_index();
        let before = self.latest_voters(ctx.config());
        if ctx.config().bug == Bug::TruncateAlways {
            self.drop_from(m.prev_log_index.max(self.base()) + 1);
        }
        let mut changed = self.last_index() < held;
        let mut first_new = None;
        let base = self.base();
        for (index, entry) in (m.prev_log_index + 1..).zip(m.entries.iter()).filter(|(index, _)| *index > base) {
            let mine = self.log_term(index);
            if mine != 0 && mine != entry.term {
                let last = self.last_index();
                ctx.rule(Rule::TruncateConflict, |ctx| {
                    let (me, gone) = (ctx.name(ctx.me()), entries(index, last));
                    format!("{me} removes {gone}: entry {index} is of term {mine}, the leader's of term {}", entry.term)
                });
                self.drop_from(index);
            }
            if index > self.last_index() {
                self.put(entry.clone());
                first_new.get_or_insert(index);
                changed = true;
            }
        }
        if changed {
            self.persist(ctx);
        }
        if let Some(first) = first_new {
            let last = self.last_index();
            ctx.rule(Rule::AppendNew, |ctx| {
                let (me, entry) = (ctx.name(ctx.me()), self.entry(first).expect("it was appended"));
                let one = || format!("entry {first} ({})", entry.label());
                let what = if first == last { one() } else { entries(first, last) };
                format!("{me} appends {what}")
            });
        }
        let now = self.latest_voters(ctx.config());
        match now.0.cmp(&before.0) {
            // What is at a lower index now may also have come with this message.
            Ordering::Less if first_new.is_none_or(|first| now.0 < first) => self.fall_back(ctx),
            Ordering::Equal if now == before => {}
            _ => self.adopt_configuration(ctx),
        }
    }

    fn drop_from(&mut self, index: u64) {
        self.log.truncate_from(index - self.base());
        self.configurations.retain(|(at, _)| *at < index);
    }

    fn follow_commit(&mut self, ctx: &mut Ctx<'_, Self>, m: &AppendEntries) {
        if m.leader_commit <= self.commit_index {
            return;
        }
        let matches = m.last_new_index();
        let bound = if ctx.config().bug == Bug::CommitBeyond { self.last_index() } else { matches };
        let commit = m.leader_commit.min(bound);
        let more = ctx.guard(Rule::FollowCommit, commit > self.commit_index, |ctx| {
            let (me, theirs) = (ctx.name(ctx.me()), m.leader_commit);
            format!("{me} does not commit up to entry {theirs} yet: its log matches only up to entry {matches}")
        });
        if !more {
            return;
        }
        let first = self.commit_index + 1;
        self.commit_index = commit;
        self.find_place(ctx);
        ctx.rule(Rule::FollowCommit, |ctx| {
            let (me, theirs) = (ctx.name(ctx.me()), m.leader_commit);
            let what = entries(first, commit);
            format!("{me} commits {what}: the leader has committed up to {theirs}, and the logs match up to {matches}")
        });
        self.apply_committed(ctx);
    }

    fn reply(&self, ctx: &mut Ctx<'_, Self>, to: NodeId, m: &AppendEntries, success: bool) {
        let reply = AppendEntriesReply {
            term: self.current_term,
            success,
            prev_log_index: m.prev_log_index,
            match_index: if success { m.last_new_index() } else { 0 },
            round: m.round,
            conflict: (!success && ctx.config().skip_terms).then(|| self.conflict(m.prev_log_index)),
        };
        ctx.send(to, Message::AppendEntriesReply(reply));
    }

    /// Where this log goes another way, `index` being one at which it does.
    fn conflict(&self, index: u64) -> Conflict {
        let term = self.log_term(index);
        if term == 0 {
            return Conflict { term, first_index: self.last_index() + 1 };
        }
        let same = (1..=index).rev().take_while(|earlier| self.log_term(*earlier) == term);
        Conflict { term, first_index: same.last().unwrap_or(index) }
    }

    /// AppendEntries, the leader gets its answer.
    pub(super) fn on_append_entries_reply(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &AppendEntriesReply) {
        if m.term < self.current_term {
            return self.ignore_stale_reply(ctx, from, m.term);
        }
        if self.role != Role::Leader {
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} ignores the reply of {from}: it leads no more")
            });
            return;
        }
        if self.ignore_removed(ctx, from) {
            return;
        }
        let acked = self.acked_round.get(from).map_or(m.round, |acked| m.round.max(*acked));
        self.acked_round.insert(from, acked);
        self.count_as_active(ctx, from);
        self.renew_lease(ctx);
        if m.success {
            self.update_match(ctx, from, m);
        } else {
            self.back_up(ctx, from, m);
        }
        self.answer_reads(ctx);
    }

    fn update_match(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &AppendEntriesReply) {
        let next = self.next_of(from);
        let full_batch = m.match_index + 1 >= next + ctx.config().max_entries;
        let next = next.max(m.match_index + 1);
        self.next_index.insert(from, next);
        self.probing.remove(from);
        let held = m.match_index.max(*self.match_index.get(from).unwrap_or(&0));
        self.match_index.insert(from, held);
        let last = self.last_index();
        ctx.rule(Rule::UpdateMatch, |ctx| {
            let what = match held {
                0 => "none of its entries yet".into(),
                _ if held == last => format!("its whole log of {}", count_entries(last)),
                _ => format!("its log up to entry {held} of {last}"),
            };
            format!("{} learns that {} holds {what}", ctx.name(ctx.me()), ctx.name(from))
        });
        self.advance_commit_index(ctx);
        self.end_rounds(ctx);
        let told = self.let_successor_begin(ctx);
        let more = if ctx.config().pipelining { next <= last } else { full_batch && m.match_index < last };
        if more && !told && !self.collecting && self.serves(from) {
            self.send_append_entries(ctx, from);
        }
    }

    /// Whether a refusal of what follows `prev` is news. A leader that does not wait for answers has sent more since.
    fn is_news(&self, ctx: &Ctx<'_, Self>, from: NodeId, prev: u64) -> bool {
        let (next, held) = (self.next_of(from), self.match_index.get(from).copied().unwrap_or(0));
        let ahead = ctx.config().pipelining && !self.probing.contains(from);
        if ahead { prev > held && prev < next } else { prev != 0 && prev == next - 1 }
    }

    /// Tries one entry earlier, or where the follower says more, one term earlier, unless this refusal is old news.
    fn back_up(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &AppendEntriesReply) {
        let next = self.next_of(from);
        if !self.is_news(ctx, from, m.prev_log_index) {
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from, prev) = (ctx.name(ctx.me()), ctx.name(from), m.prev_log_index);
                let what = if prev == 0 {
                    "a message of an earlier term".into()
                } else {
                    format!("what follows entry {prev}")
                };
                format!("{me} ignores that {from} refused {what}: entry {next} is next by now")
            });
            return;
        }
        let prev = m.prev_log_index;
        let back = m.conflict.as_ref().map_or(prev, |conflict| self.before_conflict(prev, conflict));
        self.next_index.insert(from, back);
        if ctx.config().pipelining {
            self.probing.insert(from);
        }
        let rule = if m.conflict.is_some() { Rule::SkipTerm } else { Rule::BackUp };
        ctx.rule(rule, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            match &m.conflict {
                None => format!("{me} tries {from} again from entry {back} on, for {from} lacks its entry {prev}"),
                Some(Conflict { term: 0, .. }) => {
                    format!("{me} tries {from} again from entry {back} on, for there its log ends")
                }
                Some(Conflict { term, first_index }) => {
                    let theirs = format!("entry {first_index} begins its entries of term {term}");
                    format!("{me} tries {from} again from entry {back} on: there {theirs}, and entry {prev} is not one")
                }
            }
        });
        self.send_append_entries(ctx, from);
    }

    /// Where to go on when a follower has entries of another term at `prev`: after the leader's own last entry of that
    /// term, if it has one, else where the follower's begin.
    fn before_conflict(&self, prev: u64, conflict: &Conflict) -> u64 {
        let known = (conflict.first_index..prev).rev().find(|index| self.log_term(*index) == conflict.term);
        let own = known.filter(|_| conflict.term != 0).map(|index| index + 1);
        own.unwrap_or(conflict.first_index).clamp(1, prev)
    }

    /// Leaders: the largest index that a majority holds is committed, if its entry is of this term.
    pub(super) fn advance_commit_index(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (me, voters) = (ctx.me(), self.voters(ctx.config()));
        let (first, last) = (self.commit_index + 1, self.last_index());
        if last < first {
            return;
        }
        let index = voters.committed(|node| if node == me { Some(last) } else { self.match_index.get(node).copied() });
        if index < first {
            let holders = self.holders(me, first).intersection(voters.voters());
            ctx.guard(Rule::Commit, false, |ctx| {
                let (me, who, share) = (ctx.name(me), and_itself(ctx, holders), share(voters, holders));
                format!("{me} does not commit entry {first} yet: it is known to be on {who}, {share}")
            });
            return;
        }
        let (term, now) = (self.log_term(index), self.current_term);
        let own = term == now || ctx.config().bug == Bug::CommitOldTerm;
        let commit = ctx.guard(Rule::Commit, own, |_| {
            format!("not committed: entry {index} is of term {term}, not of this term {now}")
        });
        if !commit {
            return;
        }
        self.commit_index = index;
        let holders = self.holders(me, index).intersection(voters.voters());
        ctx.rule(Rule::Commit, |ctx| {
            let (name, what, who) = (ctx.name(me), entries(first, index), and_itself(ctx, holders));
            format!("{name} commits {what}: entry {index} of term {term} is on {who}, {}", majorities(voters))
        });
        self.apply_committed(ctx);
        self.go_on_with_change(ctx);
    }
}

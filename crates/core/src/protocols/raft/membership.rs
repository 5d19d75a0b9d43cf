//! Who is in the cluster (§6, dissertation chapter 4). A configuration is an entry of the log, and a server goes by the
//! latest one in its log, committed or not: as soon as it is appended, and no more once it is removed.

use super::{
    Bug, Raft,
    config::{Config, Membership},
    message::Timer,
    rules::Rule,
    state::{Entry, Role},
};
use crate::{Ctx, NodeId, NodeSet, quorum::Joint};

impl Raft {
    /// The voters by which this server acts.
    pub(super) fn voters(&self, config: &Config) -> Joint {
        match config.bug {
            Bug::ConfigWhenCommitted => self.committed_voters(config),
            _ => self.latest_voters(config).1,
        }
    }

    /// The latest configuration, and the index of its entry or of the last entry that was folded.
    pub(super) fn latest_voters(&self, config: &Config) -> (u64, Joint) {
        self.configurations.last().copied().unwrap_or_else(|| (self.base(), self.folded_voters(config)))
    }

    /// The latest configuration that is known to be committed.
    pub(super) fn committed_voters(&self, config: &Config) -> Joint {
        let mut known = self.configurations.iter().rev().filter(|(index, _)| *index <= self.commit_index);
        known.next().map_or_else(|| self.folded_voters(config), |(_, voters)| *voters)
    }

    fn folded_voters(&self, config: &Config) -> Joint {
        self.snapshot.as_ref().and_then(|snapshot| snapshot.configuration).unwrap_or_else(|| config.first())
    }

    /// The latest configuration up to `index`, which is not folded, for a snapshot that ends there.
    pub(super) fn configuration_up_to(&self, index: u64) -> Option<Joint> {
        let known = self.configurations.iter().rev().find(|(at, _)| *at <= index).map(|(_, voters)| *voters);
        known.or(self.snapshot.as_ref().and_then(|snapshot| snapshot.configuration))
    }

    /// Appends an entry to the log.
    pub(super) fn put(&mut self, entry: Entry) -> u64 {
        let index = self.last_index() + 1;
        if let Some(voters) = &entry.configuration {
            self.configurations.push((index, **voters));
        }
        self.log.push(entry);
        index
    }

    /// Looks through the log for configurations.
    pub(super) fn find_configurations(&mut self) {
        let entries = (self.base() + 1..).zip(self.log.iter());
        let found = entries.filter_map(|(index, entry)| entry.configuration.as_ref().map(|voters| (index, **voters)));
        self.configurations = found.collect();
    }

    /// All servers, whenever the configuration may be another.
    pub(super) fn find_place(&mut self, ctx: &Ctx<'_, Self>) {
        self.outside = !self.voters(ctx.config()).voters().contains(ctx.me());
    }

    /// Whether it may be needed as a leader: it is in the configuration known to be committed, or in a later one. Who
    /// was never in any, or knows that it was removed for good, is not.
    pub(super) fn is_needed(&self, config: &Config, me: NodeId) -> bool {
        if config.membership == Membership::Off {
            return true;
        }
        let later = self.configurations.iter().filter(|(index, _)| *index > self.commit_index);
        let all = later.fold(self.committed_voters(config).voters(), |all, (_, voters)| all.union(voters.voters()));
        all.contains(me)
    }

    /// Followers and candidates: waits for a leader from now on.
    pub(super) fn wait_for_leader(&self, ctx: &mut Ctx<'_, Self>) {
        if self.is_needed(ctx.config(), ctx.me()) {
            ctx.set_timer(Timer::Election, ctx.config().patience(ctx.me()));
        }
    }

    /// Servers in no configuration that may still count; whether this is one.
    pub(super) fn stay_outside(&self, ctx: &mut Ctx<'_, Self>) -> bool {
        let outside = !self.is_needed(ctx.config(), ctx.me());
        if outside {
            ctx.rule(Rule::Outside, |ctx| {
                let me = ctx.name(ctx.me());
                format!("{me} is in no configuration: it does what leaders and candidates ask, and begins no election")
            });
        }
        outside
    }

    /// Followers: their log holds another configuration now.
    pub(super) fn adopt_configuration(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.find_place(ctx);
        self.wait_for_leader(ctx);
        let (index, voters) = self.latest_voters(ctx.config());
        ctx.rule(Rule::UseAtOnce, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), sides(ctx, voters));
            format!("{me} goes by the configuration of entry {index} from now on, committed or not: {who}")
        });
    }

    /// Followers: the entries from `index` on are gone, and configurations with them.
    pub(super) fn fall_back(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.find_place(ctx);
        let (_, voters) = self.latest_voters(ctx.config());
        ctx.rule(Rule::FallBack, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), sides(ctx, voters));
            format!("{me} goes back to the configuration before the one that it removed: {who}")
        });
    }

    /// Everyone else whose vote could count.
    pub(super) fn electorate(&self, ctx: &Ctx<'_, Self>) -> NodeSet {
        self.voters(ctx.config()).voters().difference(NodeSet::from_iter([ctx.me()]))
    }

    /// Leaders: everyone who gets entries. Who acts by configurations only once they are committed has to send them, too.
    pub(super) fn audience(&self, ctx: &Ctx<'_, Self>) -> NodeSet {
        let latest = self.latest_voters(ctx.config()).1.voters();
        let learners = self.catching_up.as_ref().map_or(NodeSet::new(), |catching| catching.learners);
        latest.union(learners).union(self.electorate(ctx)).difference(NodeSet::from_iter([ctx.me()]))
    }

    /// Leaders: keeps tables of those who get entries. Whoever is new gets them from the first one on.
    pub(super) fn attend(&mut self, ctx: &Ctx<'_, Self>) {
        let audience = self.audience(ctx);
        let known: NodeSet = self.next_index.iter().map(|(node, _)| node).collect();
        for node in audience.difference(known).iter() {
            self.next_index.insert(node, 1);
            self.match_index.insert(node, 0);
        }
        for node in known.difference(audience).iter() {
            self.next_index.remove(node);
            self.match_index.remove(node);
            self.acked_round.remove(node);
            self.sending.remove(node);
            self.probing.remove(node);
        }
    }

    /// Leaders: whether an answer is of someone who gets entries no more.
    pub(super) fn ignore_removed(&self, ctx: &mut Ctx<'_, Self>, from: NodeId) -> bool {
        let gone = self.role == Role::Leader && !self.serves(from);
        if gone {
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} ignores the answer of {from}, which gets no entries any more")
            });
        }
        gone
    }
}

/// `conf 123`, or while voters change `conf 123→145`: servers are called n1 to n9.
pub(super) fn label(voters: Joint) -> String {
    let digits = |nodes: NodeSet| nodes.iter().map(|node| (node.0 + 1).to_string()).collect::<String>();
    if voters.is_changing() {
        return format!("conf {}→{}", digits(voters.old), digits(voters.new));
    }
    format!("conf {}", digits(voters.new))
}

/// `n1, n2, n3`, or while voters change `n1, n2, n3 (old) and n1, n4 (new)`.
pub(super) fn sides(ctx: &Ctx<'_, Raft>, voters: Joint) -> String {
    if voters.is_changing() {
        return format!("{} (old) and {} (new)", ctx.names(voters.old), ctx.names(voters.new));
    }
    ctx.names(voters.new)
}

/// How many of the voters these are: `2 of 3`, or while they change `2 of 3 old and 2 of 5 new`.
pub(super) fn share(voters: Joint, nodes: NodeSet) -> String {
    let of = |side: NodeSet| format!("{} of {}", nodes.intersection(side).len(), side.len());
    if voters.is_changing() { format!("{} old and {} new", of(voters.old), of(voters.new)) } else { of(voters.new) }
}

/// `a majority of 5`, or while voters change `a majority of the old 3 and of the new 5`.
pub(super) fn majorities(voters: Joint) -> String {
    if voters.is_changing() {
        return format!("a majority of the old {} and of the new {}", voters.old.len(), voters.new.len());
    }
    format!("a majority of {}", voters.new.len())
}

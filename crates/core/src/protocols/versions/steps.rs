//! What servers do with versions: update a key, sync it, and send it until the others have it.

use super::{Bug, Message, Request, Rule, Timer, Told, Versioning, Versions, Write, inspect};
use crate::{
    Ctx, NodeId, NodeSet, OpId,
    services::Text,
    versions::{Counts, Siblings, Version},
};

impl Versions {
    /// What is held of a key, which may never have been written.
    pub(super) fn siblings(&self, key: &Text) -> Siblings<Write> {
        self.keys.get(key).cloned().unwrap_or_default()
    }

    /// The version of a write that a client asks for (update).
    fn version(&self, ctx: &mut Ctx<'_, Self>, id: OpId, key: &Text, mut past: Counts) -> Version {
        let (me, n, bug) = (ctx.me(), ctx.servers().len(), ctx.config().bug);
        let mut dot = self.siblings(key).next_dot(me);
        if bug == Bug::ReuseDot {
            dot.count = past.of(me) + 1;
        }
        if bug == Bug::IgnoreContext {
            past = Counts::default();
        }
        let (rule, version) = match ctx.config().versioning {
            Versioning::Dotted => (Rule::Dotted, Version::dotted(dot, past)),
            Versioning::Servers => {
                past.raise(me, dot.count);
                (Rule::PerServer, Version::plain(past))
            }
            Versioning::Clients => {
                past.raise(id.client, id.serial);
                (Rule::PerClient, Version::plain(past))
            }
        };
        ctx.rule(rule, |ctx| {
            format!("{} takes a write of {} as {}", ctx.name(me), ctx.name(id.client), version.words(n))
        });
        version
    }

    /// What became of the siblings of a key: how many were dropped, and whether several stay.
    fn tell(&self, ctx: &mut Ctx<'_, Self>, key: &Text, before: &Siblings<Write>) {
        let now = self.siblings(key);
        let gone = before.iter().filter(|(version, _)| !now.iter().any(|(kept, _)| kept == *version)).count();
        let stay = now.len();
        if gone > 0 {
            ctx.rule(Rule::Replaced, |ctx| {
                format!("{} drops {gone} of {} versions of {key}: they had been seen", ctx.name(ctx.me()), before.len())
            });
        }
        if stay > 1 {
            ctx.rule(Rule::Siblings, |ctx| {
                format!("{} keeps {stay} versions of {key} side by side: none had seen another", ctx.name(ctx.me()))
            });
        }
    }

    /// A client writes.
    pub(super) fn write(&mut self, ctx: &mut Ctx<'_, Self>, request: &Request, key: &Text, value: &Text) {
        let before = self.siblings(key);
        let version = self.version(ctx, request.id, key, request.context.seen.clone());
        let mut siblings = before.clone();
        siblings.put(version, Write { value: value.clone(), by: request.id });
        self.keys.insert(key.clone(), siblings);
        self.tell(ctx, key, &before);
        let peers = ctx.peers();
        if !peers.is_empty() && ctx.config().bug != Bug::SendOnce {
            self.behind.insert(key.clone(), peers);
            ctx.set_timer(Timer::Repair, ctx.config().repair);
        }
    }

    /// The answer to an operation, which is kept in case that it is asked for again.
    pub(super) fn answer(&mut self, id: OpId, key: &Text) -> Told {
        let siblings = self.siblings(key);
        let writes = siblings.iter().map(|(_, write)| write.clone()).collect();
        let told = Told { id, writes, context: siblings.context() };
        self.answers.insert(id.client, told.clone());
        told
    }

    /// The siblings of a key go to some servers.
    pub(super) fn send(&self, ctx: &mut Ctx<'_, Self>, key: &Text, to: NodeSet, rule: Rule) {
        if to.is_empty() {
            return;
        }
        let siblings = self.siblings(key);
        ctx.rule(rule, |ctx| {
            let (me, held) = (ctx.name(ctx.me()), inspect::values(&siblings));
            format!("{me} holds {key} = {held}, and sends it to {}", ctx.names(to))
        });
        for peer in to.iter() {
            ctx.send(peer, Message::Sync { key: key.clone(), siblings: siblings.clone() });
        }
    }

    /// Siblings arrive (sync).
    pub(super) fn on_sync(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, key: &Text, theirs: &Siblings<Write>) {
        let before = self.siblings(key);
        let mut siblings = before.clone();
        let new = siblings.sync(theirs);
        if new && ctx.config().bug == Bug::DropSiblings {
            siblings = theirs.clone();
        }
        let seen = siblings.context();
        self.keys.insert(key.clone(), siblings);
        if new {
            self.tell(ctx, key, &before);
            ctx.persist(self);
        }
        ctx.send(from, Message::Synced { key: key.clone(), seen });
    }

    /// Another server says what it has seen of a key.
    pub(super) fn on_synced(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, key: &Text, seen: &Counts) {
        let Some(mut behind) = self.behind.get(key).copied().filter(|behind| behind.contains(from)) else { return };
        let held = self.siblings(key).context();
        let has = ctx.guard(Rule::Known, held.is_within(seen), |ctx| {
            format!("{} has not seen all that {} holds of {key}", ctx.name(from), ctx.name(ctx.me()))
        });
        if has {
            ctx.rule(Rule::Known, |ctx| {
                format!("{} has seen all that {} holds of {key}", ctx.name(from), ctx.name(ctx.me()))
            });
            behind.remove(from);
            self.behind.insert(key.clone(), behind);
            ctx.persist(self);
        }
        if self.is_done() {
            ctx.cancel_timer(Timer::Repair);
        }
    }

    /// Whether all others are known to have all that was written here.
    pub(super) fn is_done(&self) -> bool {
        self.behind.values().all(|behind| behind.is_empty())
    }
}

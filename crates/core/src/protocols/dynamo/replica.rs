//! What replicas keep, and what stand-ins keep for them (§4.6).

use super::{Bug, Dynamo, Message, Rule, Timer, Versioning, Why, Write, inspect};
use crate::{
    Ctx, NodeId, OpId,
    services::Text,
    versions::{Counts, Siblings},
};

impl Dynamo {
    /// Puts versions of a key to those that are held. True if these change by it.
    pub(super) fn keep(&mut self, ctx: &mut Ctx<'_, Self>, key: &Text, theirs: &Siblings<Write>) -> bool {
        let before = self.siblings(key);
        let mut held = before.clone();
        if !held.sync(theirs) {
            return false;
        }
        self.tell(ctx, key, &before, &held);
        let dead = held.iter().all(|(_, write)| write.value.is_none());
        if dead && ctx.config().bug == Bug::DropTombstone {
            self.keys.remove(key);
        } else {
            self.keys.insert(key.clone(), held);
        }
        let others = Self::replicas(ctx, key).difference([ctx.me()].into_iter().collect());
        self.differ(ctx, others);
        true
    }

    /// What became of the versions of a key.
    fn tell(&self, ctx: &mut Ctx<'_, Self>, key: &Text, before: &Siblings<Write>, now: &Siblings<Write>) {
        let gone = before.iter().filter(|(version, _)| !now.iter().any(|(kept, _)| kept == *version)).count();
        if gone > 0 {
            let clocks = ctx.config().versions == Versioning::LastWriter;
            ctx.rule(if clocks { Rule::Newest } else { Rule::Seen }, |ctx| {
                let (me, values, old) = (ctx.name(ctx.me()), inspect::values(now), inspect::values(before));
                format!("{me} has {key} = {values} now, in place of {old}")
            });
        }
        if now.len() > 1 {
            ctx.rule(Rule::Siblings, |ctx| {
                let (me, values) = (ctx.name(ctx.me()), inspect::values(now));
                format!("{me} keeps {key} = {values} side by side: no writer had seen the other")
            });
        }
    }

    /// Versions are to be kept, here or for another.
    pub(super) fn on_store(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        key: Text,
        theirs: &Siblings<Write>,
        why: Why,
    ) {
        let new = match why {
            Why::Hint(_, replica) => self.keep_for(ctx, replica, &key, theirs),
            _ => self.keep(ctx, &key, theirs),
        };
        if new {
            self.persist(ctx);
        }
        if why == Why::Repair {
            return;
        }
        if !matches!(why, Why::Hint(..)) {
            ctx.rule(Rule::Keep, |ctx| {
                let (me, what) = (ctx.name(ctx.me()), if new { "keeps" } else { "has already" });
                format!("{me} {what} what {} sends of {key}, and says so", ctx.name(from))
            });
        }
        ctx.send(from, Message::Stored { key, why, seen: theirs.context() });
    }

    fn keep_for(&mut self, ctx: &mut Ctx<'_, Self>, replica: NodeId, key: &Text, theirs: &Siblings<Write>) -> bool {
        ctx.rule(Rule::Hint, |ctx| {
            let (me, values) = (ctx.name(ctx.me()), inspect::values(theirs));
            format!("{me} keeps {key} = {values} for {}", ctx.name(replica))
        });
        if self.hints.is_empty() {
            ctx.set_timer(Timer::Handoff, ctx.config().handoff);
        }
        self.hints.get_or_insert_with((replica, key.clone()), Siblings::default).sync(theirs)
    }

    /// What was sent is on a disk.
    pub(super) fn on_stored(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, key: Text, why: Why, seen: &Counts) {
        match why {
            Why::Write(id) => self.on_kept(ctx, id, from),
            Why::Hint(id, replica) => self.on_kept(ctx, id, replica),
            Why::Handoff => self.on_handed_over(ctx, from, key, seen),
            Why::Repair => {}
        }
    }

    /// What was kept for another is where it belongs, unless there is more of it by now.
    fn on_handed_over(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, key: Text, seen: &Counts) {
        let Some(held) = self.hints.get(&(from, key.clone())).map(Siblings::context) else { return };
        let all = ctx.guard(Rule::Delivered, held.is_within(seen), |ctx| {
            format!("{} keeps more of {key} for {} by now", ctx.name(ctx.me()), ctx.name(from))
        });
        if all {
            ctx.rule(Rule::Delivered, |ctx| {
                format!("{} drops what it kept of {key} for {}, which has it", ctx.name(ctx.me()), ctx.name(from))
            });
            self.hints.remove(&(from, key));
            self.persist(ctx);
            if self.hints.is_empty() {
                ctx.cancel_timer(Timer::Handoff);
            }
        }
    }

    /// Tries to deliver what is kept for others.
    pub(super) fn hand_over(&mut self, ctx: &mut Ctx<'_, Self>) {
        for ((replica, key), held) in self.hints.clone() {
            ctx.rule(Rule::Handoff, |ctx| {
                format!("{} sends {} what it keeps of {key} for it", ctx.name(ctx.me()), ctx.name(replica))
            });
            ctx.send(replica, Message::Store { key: key.clone(), held, why: Why::Handoff });
            if ctx.config().bug == Bug::DropHints {
                self.hints.remove(&(replica, key));
                self.persist(ctx);
            }
        }
        if !self.hints.is_empty() {
            ctx.set_timer(Timer::Handoff, ctx.config().handoff);
        }
    }

    /// A coordinator asks for what is held of a key, as a replica or for one.
    pub(super) fn on_read(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: OpId, key: &Text) {
        ctx.send(from, Message::Found { id, held: self.all_held(key) });
    }

    /// What it holds of a key, as a replica or for one.
    pub(super) fn all_held(&self, key: &Text) -> Siblings<Write> {
        let mut held = self.siblings(key);
        for ((_, other), kept) in self.hints.iter() {
            if other == key {
                held.sync(kept);
            }
        }
        held
    }
}

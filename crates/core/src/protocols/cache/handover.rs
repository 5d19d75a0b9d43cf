//! Copies that go to whom they belong after a change of the ring.

use super::{Bug, Cache, Held, Message, Rule, server::Server};
use crate::{Ctx, NodeId, Sorted, services::Text};

impl Server {
    /// Sends what others are to hold now.
    pub(super) fn hand_over(&self, ctx: &mut Ctx<'_, Cache>) {
        let Some(as_of) = self.place.as_ref().map(|place| place.seen) else { return };
        let mut all: Sorted<NodeId, Vec<(Text, Held)>> = Sorted::new();
        for (to, key) in self.leaving.keys() {
            let copy = self.copies.get(key).map(|copy| (key.clone(), copy.clone()));
            all.get_or_insert_with(*to, Vec::new).extend(copy);
        }
        for (to, copies) in all {
            ctx.rule(Rule::HandOver, |ctx| {
                let keys: Vec<&str> = copies.iter().map(|(key, _)| &**key).collect();
                format!("{} sends {} what is its own now: {}", ctx.name(ctx.me()), ctx.name(to), keys.join(", "))
            });
            ctx.send(to, Message::Handover { as_of, copies });
        }
    }

    /// Copies that it is to hold now, as their sender thinks. It takes those only that are not old for all that it has seen.
    pub(super) fn on_handover(
        &mut self,
        ctx: &mut Ctx<'_, Cache>,
        from: NodeId,
        as_of: u64,
        copies: Vec<(Text, Held)>,
    ) {
        let Some(seen) = self.place.as_ref().map(|place| place.seen) else { return };
        if as_of < seen && ctx.config().bug != Bug::OldHandover {
            return ctx.rule(Rule::TooLate, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} does not take what {from} hands over: {from} had seen {as_of} entries, and {me} has seen {seen}")
            });
        }
        let mut keys = Vec::new();
        for (key, copy) in copies {
            if self.owns(ctx, &key) {
                keys.push((key.clone(), copy.version));
                self.keep(key, copy);
            }
        }
        if keys.is_empty() {
            return;
        }
        ctx.rule(Rule::Take, |ctx| {
            let words: Vec<&str> = keys.iter().map(|(key, _)| &**key).collect();
            format!("{} takes over {} from {}", ctx.name(ctx.me()), words.join(", "), ctx.name(from))
        });
        ctx.send(from, Message::Taken { keys });
    }

    /// The other one has them.
    pub(super) fn on_taken(&mut self, ctx: &mut Ctx<'_, Cache>, from: NodeId, keys: Vec<(Text, u64)>) {
        let mut gone: Vec<Text> = Vec::new();
        for (key, version) in keys {
            let is_same = self.copies.get(&key).is_some_and(|copy| copy.version <= version);
            let went = is_same && self.leaving.remove(&(from, key.clone())).is_some();
            if went && !self.leaving.keys().any(|(_, of)| *of == key) {
                self.copies.remove(&key);
                gone.push(key);
            }
        }
        if !gone.is_empty() {
            ctx.rule(Rule::Forget, |ctx| {
                format!("{} forgets {}, which {} has", ctx.name(ctx.me()), gone.join(", "), ctx.name(from))
            });
        }
    }
}

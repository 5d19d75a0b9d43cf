//! The steps of the broadcast.

use super::{Bracha, BroadcastId, Bug, Delivered, Instance, Message, Rule, Word};
use crate::{Ctx, NodeId, Sorted};

/// `n1's broadcast 1`, in explanations.
fn called(ctx: &Ctx<'_, Bracha>, id: BroadcastId) -> String {
    format!("{}'s broadcast {}", ctx.name(id.origin), id.number)
}

impl Bracha {
    /// What this server knows of a broadcast.
    fn at(&mut self, id: BroadcastId) -> &mut Instance {
        if self.instances.get(id.origin).is_none() {
            self.instances.insert(id.origin, Sorted::new());
        }
        let of_origin = self.instances.get_mut(id.origin).expect("it was made if it was not there");
        of_origin.get_or_insert_with(id.number, Instance::default)
    }

    /// Step 0: send the initial to all, this server included.
    pub(super) fn broadcast(&mut self, ctx: &mut Ctx<'_, Self>, word: Word) {
        self.broadcasts.push(word);
        let id = BroadcastId { origin: ctx.me(), number: self.broadcasts.last_index() };
        ctx.rule(Rule::Begin, |ctx| format!("{} broadcasts {word}: this is {}", ctx.name(ctx.me()), called(ctx, id)));
        let mut says = vec![Message::Initial { number: id.number, word }];
        self.echo_initial(ctx, id, word, &mut says);
        self.advance(ctx, id, word, says);
    }

    /// `(initial, word)` arrives from the origin itself.
    pub(super) fn on_initial(&mut self, ctx: &mut Ctx<'_, Self>, id: BroadcastId, word: Word) {
        let mut says = Vec::new();
        self.echo_initial(ctx, id, word, &mut says);
        self.advance(ctx, id, word, says);
    }

    /// `(echo, word)` arrives.
    pub(super) fn on_echo(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: BroadcastId, word: Word) {
        let new = self.at(id).echoes.add(word, from);
        let count = self.at(id).echoes.count(word);
        let twice = |ctx: &Ctx<'_, Self>| format!("{} has the echo of {} already", ctx.name(ctx.me()), ctx.name(from));
        if ctx.guard(Rule::Count, new, twice) {
            ctx.rule(Rule::Count, |ctx| {
                let (me, from, called) = (ctx.name(ctx.me()), ctx.name(from), called(ctx, id));
                format!("{me} counts the echo of {from}: {count} for {word} in {called}")
            });
            self.advance(ctx, id, word, Vec::new());
        }
    }

    /// `(ready, word)` arrives.
    pub(super) fn on_ready(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: BroadcastId, word: Word) {
        let new = self.at(id).readies.add(word, from);
        let count = self.at(id).readies.count(word);
        let twice = |ctx: &Ctx<'_, Self>| format!("{} has the ready of {} already", ctx.name(ctx.me()), ctx.name(from));
        if ctx.guard(Rule::Count, new, twice) {
            ctx.rule(Rule::Count, |ctx| {
                let (me, from, called) = (ctx.name(ctx.me()), ctx.name(from), called(ctx, id));
                format!("{me} counts the ready of {from}: {count} for {word} in {called}")
            });
            self.advance(ctx, id, word, Vec::new());
        }
    }

    /// Step 1, on an initial: tell everybody what it said, if this is the first word on it.
    fn echo_initial(&mut self, ctx: &mut Ctx<'_, Self>, id: BroadcastId, word: Word, says: &mut Vec<Message>) {
        let (me, echoed) = (ctx.me(), self.at(id).echoed);
        let every = ctx.config().bug == Bug::EchoEvery && !self.at(id).echoes.of(word).contains(me);
        let free = ctx.guard(Rule::Echo, echoed.is_none(), |ctx| {
            let echoed = echoed.expect("only what was echoed is in the way");
            format!("{} echoed {echoed} in {} already, and echoes once", ctx.name(me), called(ctx, id))
        });
        if free || every {
            ctx.rule(Rule::Echo, |ctx| format!("{} echoes {word}, the initial of {}", ctx.name(me), called(ctx, id)));
            self.echo(me, id, word, says);
        }
    }

    fn echo(&mut self, me: NodeId, id: BroadcastId, word: Word, says: &mut Vec<Message>) {
        let instance = self.at(id);
        instance.echoed = Some(word);
        instance.echoes.add(word, me);
        says.push(Message::Echo { id, word });
    }

    /// What was just counted can only take `word` further: the rest of steps 1 to 3, each of which can enable the next.
    fn advance(&mut self, ctx: &mut Ctx<'_, Self>, id: BroadcastId, word: Word, mut says: Vec<Message>) {
        self.echo_along(ctx, id, word, &mut says);
        self.get_ready(ctx, id, word, &mut says);
        let delivered = self.deliver(ctx, id, word);
        // On the disk before anybody hears of it: a server that comes back must neither say another word nor deliver
        // again.
        if delivered || !says.is_empty() {
            ctx.persist(self);
        }
        says.iter().for_each(|message| ctx.broadcast(message));
    }

    /// Step 1, without an initial: echo what enough others vouch for.
    fn echo_along(&mut self, ctx: &mut Ctx<'_, Self>, id: BroadcastId, word: Word, says: &mut Vec<Message>) {
        let seen = *self.at(id);
        if seen.echoed.is_some() {
            return;
        }
        let (echoes, readies) = (seen.echoes.count(word), seen.readies.count(word));
        let (need, join) = (ctx.config().echoes_to_get_ready(), ctx.config().readies_to_join());
        let joins = readies >= join && ctx.config().bug != Bug::NoAmplification;
        let words = move |ctx: &Ctx<'_, Self>, does: &str| {
            let (me, called) = (ctx.name(ctx.me()), called(ctx, id));
            format!("{me} {does} {word} in {called}: {echoes} of {need} echoes, {readies} of {join} readies")
        };
        if ctx.guard(Rule::EchoAlong, echoes >= need || joins, |ctx| words(ctx, "does not yet echo")) {
            ctx.rule(Rule::EchoAlong, |ctx| words(ctx, "has no initial, and echoes"));
            self.echo(ctx.me(), id, word, says);
        }
    }

    /// Step 2: be ready for what enough others echoed, or what an honest one must be ready for.
    fn get_ready(&mut self, ctx: &mut Ctx<'_, Self>, id: BroadcastId, word: Word, says: &mut Vec<Message>) {
        let seen = *self.at(id);
        if seen.readied.is_some() {
            return;
        }
        let (echoes, readies) = (seen.echoes.count(word), seen.readies.count(word));
        let (need, join) = (ctx.config().echoes_to_get_ready(), ctx.config().readies_to_join());
        let amplifies = ctx.config().bug != Bug::NoAmplification;
        let words = move |ctx: &Ctx<'_, Self>, is: &str, has: String| {
            format!("{} {is} for {word} in {}: {has}", ctx.name(ctx.me()), called(ctx, id))
        };
        let by_echoes = ctx.guard(Rule::Ready, echoes >= need, |ctx| {
            words(ctx, "is not yet ready", format!("{echoes} of {need} echoes"))
        });
        let by_readies = amplifies
            && ctx.guard(Rule::ReadyAlong, readies >= join, |ctx| {
                words(ctx, "does not join those ready", format!("{readies} of {join} readies"))
            });
        match (by_echoes, by_readies) {
            (true, _) => ctx.rule(Rule::Ready, |ctx| words(ctx, "is ready", format!("{echoes} echoes, {need} needed"))),
            (_, true) => {
                ctx.rule(Rule::ReadyAlong, |ctx| words(ctx, "joins those ready", format!("{readies} readies")));
            }
            _ => return,
        }
        let me = ctx.me();
        let instance = self.at(id);
        instance.readied = Some(word);
        instance.readies.add(word, me);
        says.push(Message::Ready { id, word });
    }

    /// Step 3: deliver what enough others are ready for; true if that happens now.
    fn deliver(&mut self, ctx: &mut Ctx<'_, Self>, id: BroadcastId, word: Word) -> bool {
        let seen = *self.at(id);
        if seen.delivered.is_some() && ctx.config().bug != Bug::DeliverAgain {
            return false;
        }
        let (readies, need) = (seen.readies.count(word), ctx.config().readies_to_deliver());
        let words = move |ctx: &Ctx<'_, Self>, does: &str| {
            format!("{} {does} {word} in {}: {readies} of {need} readies", ctx.name(ctx.me()), called(ctx, id))
        };
        if !ctx.guard(Rule::Deliver, readies >= need, |ctx| words(ctx, "does not yet deliver")) {
            return false;
        }
        ctx.rule(Rule::Deliver, |ctx| words(ctx, "delivers"));
        self.at(id).delivered = Some(word);
        self.delivered.push(Delivered { id, word });
        true
    }
}

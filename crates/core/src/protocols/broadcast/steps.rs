//! What a process does: it broadcasts, takes what arrives, and delivers.

use super::{Broadcast, Bug, Delivered, Guarantee, Held, Message, MessageId, Queued, Rule, Timer, What, Word, hold};
use crate::{Ctx, NodeId};

impl Broadcast {
    /// Tells all something.
    pub(super) fn broadcast(&mut self, ctx: &mut Ctx<'_, Self>, word: Word) {
        self.broadcasts += 1;
        let (me, number) = (ctx.me(), self.broadcasts);
        let id = MessageId { origin: me, number };
        ctx.rule(Rule::Broadcast, |ctx| format!("{} broadcasts {}", ctx.name(me), word.of(ctx.name(me), number)));
        match ctx.config().order {
            Guarantee::Total => {
                self.clock += 1;
                self.queue(Queued { clock: self.clock, id, word });
            }
            Guarantee::Causal => {
                self.counts[me.index()] += 1;
                self.deliver(id, word);
            }
            Guarantee::Fifo | Guarantee::Unordered => self.deliver(id, word),
        }
        let counts = self.counts.clone();
        self.tell_all(ctx, What::Broadcast { number, word, counts });
        self.look(ctx);
    }

    pub(super) fn tell_all(&mut self, ctx: &mut Ctx<'_, Self>, what: What) {
        self.sent += 1;
        ctx.broadcast(&Message { packet: self.sent, clock: self.clock, what });
    }

    /// Takes what can be taken, and delivers what can be delivered.
    pub(super) fn receive(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        if ctx.config().order == Guarantee::Total {
            self.clock = self.clock.max(message.clock) + 1;
        }
        let arrived = Held { from, message };
        let waits = self.waits_for(ctx.config(), &arrived);
        let ready = ctx.guard(Rule::hold(ctx.config().order), waits.is_empty(), |ctx| {
            let (me, what) = (ctx.name(ctx.me()), arrived.words(ctx.name(from)));
            format!("{me} does not take {what} yet: it waits for {}", hold::words(&waits, |node| ctx.name(node).into()))
        });
        if !ready {
            ctx.rule(Rule::HoldBack, |ctx| {
                let (me, what) = (ctx.name(ctx.me()), arrived.words(ctx.name(from)));
                let waits = hold::words(&waits, |node| ctx.name(node).into());
                format!("{me} holds back {what}, until it has {waits}")
            });
            self.held.push(arrived);
            return;
        }
        self.take(ctx, arrived);
        while ctx.config().bug != Bug::NoRecheck
            && let Some(place) = self.held.iter().position(|held| self.waits_for(ctx.config(), held).is_empty())
        {
            let held = self.held.remove(place);
            self.take(ctx, held);
        }
        self.look(ctx);
    }

    /// Takes a message that waits for nothing else to arrive.
    pub(super) fn take(&mut self, ctx: &mut Ctx<'_, Self>, Held { from, message }: Held) {
        let taken = self.taken.get(from).copied().unwrap_or(0).max(message.packet);
        self.taken.insert(from, taken);
        let order = ctx.config().order;
        if order == Guarantee::Total {
            self.heard.insert(from, message.clock);
        }
        let What::Broadcast { number, word, .. } = message.what else {
            return ctx.rule(Rule::Heard, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} knows that {from} has nothing to say any more with a timestamp before {}", message.clock)
            });
        };
        let id = MessageId { origin: from, number };
        if order == Guarantee::Total {
            self.queue(Queued { clock: message.clock, id, word });
            ctx.rule(Rule::Acknowledge, |ctx| {
                let (me, what) = (ctx.name(ctx.me()), word.of(ctx.name(from), number));
                format!("{me} puts {what} into its queue at {}, and tells all so", message.clock)
            });
            return self.tell_all(ctx, What::Acknowledgement);
        }
        if order == Guarantee::Causal {
            self.counts[from.index()] += 1;
        }
        ctx.rule(Rule::hold(order), |ctx| {
            format!("{} delivers {}", ctx.name(ctx.me()), word.of(ctx.name(from), number))
        });
        self.deliver(id, word);
    }

    /// Delivers, under total order, what nothing can come before any more.
    pub(super) fn look(&mut self, ctx: &mut Ctx<'_, Self>) {
        while let Some(first) = self.queue.first().copied() {
            let silent = self.silent(first, ctx.peers());
            let (origin, number) = (first.id.origin, first.id.number);
            let ready = ctx.guard(Rule::Total, silent.is_empty(), |ctx| {
                let (me, what) = (ctx.name(ctx.me()), first.word.of(ctx.name(origin), number));
                let (clock, silent) = (first.clock, ctx.names(silent));
                format!("{me} does not deliver {what}: something before {clock} may still come from {silent}")
            });
            if !ready && ctx.config().bug != Bug::DeliverEarly {
                return;
            }
            self.queue.remove(0);
            self.deliver(first.id, first.word);
            ctx.rule(Rule::Total, |ctx| {
                let (me, what) = (ctx.name(ctx.me()), first.word.of(ctx.name(origin), number));
                format!("{me} delivers {what}: nothing can come before timestamp {} any more", first.clock)
            });
        }
    }

    pub(super) fn deliver(&mut self, id: MessageId, word: Word) {
        self.delivered.push(Delivered { id, word });
    }

    pub(super) fn queue(&mut self, one: Queued) {
        let place = self.queue.partition_point(|other| *other < one);
        self.queue.insert(place, one);
    }

    pub(super) fn arm(&self, ctx: &mut Ctx<'_, Self>) {
        if self.left > 0 {
            ctx.set_timer(Timer::Broadcast, ctx.config().pace);
        }
    }
}

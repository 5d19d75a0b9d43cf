//! What replicas do: change their data, send it or what was done to it, and take what others send.

use super::{Bug, Delivery, Message, Operation, Replica, Rule, Timer, bugs, inspect};
use crate::{
    Call, Ctx, NodeId, NodeSet, Reply,
    crdt::{Crdt, Edit},
    services::{Shared, SharedOp, SharedRet},
    versions::{Counts, Dot},
};

impl Replica {
    /// A client asks for something that it did not ask for before. What is answered is kept in case that it is asked for
    /// again, and nobody hears of anything before it is on the disk.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, call: &Call<Shared>) {
        let was_done = self.is_done(ctx);
        let mut operation = None;
        let ret = match &call.op {
            SharedOp::Read => {
                let value = self.data.value();
                ctx.rule(Rule::Read, |ctx| {
                    let (me, who) = (ctx.name(ctx.me()), ctx.name(client));
                    format!("{me} tells {who} its value: {}", inspect::shown(&value))
                });
                SharedRet::Value(value.into())
            }
            SharedOp::Edit(edit) if !self.data.which().takes(edit) => SharedRet::Refused,
            SharedOp::Edit(edit) => {
                operation = self.change(ctx, edit);
                SharedRet::Done
            }
        };
        let reply = Reply { id: call.id, ret };
        self.answers.insert(client, reply.clone());
        ctx.persist(self);
        if let Some(operation) = operation {
            ctx.broadcast(&Message::Operation(operation));
        }
        ctx.respond(client, reply);
        self.arm(ctx, was_done);
    }

    /// A change is asked for: it is prepared, and has its effect here at once. What it comes to is to be sent to all,
    /// unless states are sent.
    fn change(&mut self, ctx: &mut Ctx<'_, Self>, edit: &Edit) -> Option<Operation> {
        let me = ctx.me();
        let Some(update) = self.data.prepare(me, edit) else {
            ctx.rule(Rule::Nothing, |ctx| format!("{} has nothing there to take away", ctx.name(me)));
            return None;
        };
        let dot = Dot { node: me, count: self.seen.of(me) + 1 };
        let operation = Operation { dot, past: self.seen.clone(), update };
        self.seen.tick(me);
        self.data.effect(me, &operation.update);
        if ctx.config().delivery == Delivery::State {
            ctx.rule(Rule::Update, |ctx| format!("{} changes its own: {}", ctx.name(me), self.words()));
            return None;
        }
        ctx.rule(Rule::Prepare, |ctx| {
            format!("{} sends operation {} to all: {}", ctx.name(me), dot.count, inspect::update(&operation.update))
        });
        if !ctx.peers().is_empty() && ctx.config().bug != Bug::SendOnce {
            self.unacked.push((operation.clone(), ctx.peers()));
        }
        Some(operation)
    }

    /// What it shows, in words.
    fn words(&self) -> String {
        inspect::shown(&self.data.value())
    }

    /// The others that are not known to have all that is here, of what this replica has to send.
    fn behind(&self, ctx: &Ctx<'_, Self>) -> NodeSet {
        match ctx.config().delivery {
            Delivery::State => {
                let has = |peer| self.known.get(peer).is_some_and(|known| self.seen.is_within(known));
                let fresh = self.seen.as_slice().is_empty();
                ctx.peers().iter().filter(|peer| !fresh && !has(*peer)).collect()
            }
            _ => self.unacked.iter().fold(NodeSet::new(), |all, (_, behind)| all.union(*behind)),
        }
    }

    /// Whether all others are known to have what this replica has to send.
    pub(super) fn is_done(&self, ctx: &Ctx<'_, Self>) -> bool {
        self.behind(ctx).is_empty()
    }

    /// Arms the timer if there is something to send now and there was not before, and disarms it if there is no longer.
    pub(super) fn arm(&self, ctx: &mut Ctx<'_, Self>, was_done: bool) {
        match (was_done, self.is_done(ctx)) {
            (true, false) => ctx.set_timer(Timer::Send, ctx.config().interval),
            (false, true) => ctx.cancel_timer(Timer::Send),
            _ => {}
        }
    }

    /// It is time to send the state, or operations again.
    pub(super) fn on_time(&mut self, ctx: &mut Ctx<'_, Self>) {
        if ctx.config().delivery == Delivery::State {
            self.gossip(ctx)
        } else {
            self.resend(ctx)
        }
        if !self.is_done(ctx) {
            ctx.set_timer(Timer::Send, ctx.config().interval);
        }
    }

    fn gossip(&mut self, ctx: &mut Ctx<'_, Self>) {
        let behind = self.behind(ctx);
        let n = u32::try_from(behind.len()).expect("a cluster has at most 64 participants");
        if n == 0 {
            return;
        }
        let place = ctx.choose("peer", n) as usize;
        let peer = behind.iter().nth(place).expect("it is below the number of peers");
        ctx.rule(Rule::Gossip, |ctx| {
            format!("{} sends {} all it has: {}", ctx.name(ctx.me()), ctx.name(peer), self.words())
        });
        ctx.send(peer, Message::State { data: self.data.clone(), seen: self.seen.clone() });
        if ctx.config().bug == Bug::SendOnce {
            self.known.insert(peer, self.seen.clone());
        }
    }

    fn resend(&self, ctx: &mut Ctx<'_, Self>) {
        for (operation, behind) in &self.unacked {
            ctx.rule(Rule::Resend, |ctx| {
                let (me, to) = (ctx.name(ctx.me()), ctx.names(*behind));
                format!("{me} sends operation {} again to {to}", operation.dot.count)
            });
            for peer in behind.iter() {
                ctx.send(peer, Message::Operation(operation.clone()));
            }
        }
    }

    /// A state arrives.
    pub(super) fn on_state(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, data: &Crdt, seen: &Counts) {
        let was_done = self.is_done(ctx);
        let before = self.words();
        if !bugs::merge(ctx.config().bug, &mut self.data, data) {
            self.data.merge(data);
        }
        ctx.rule(Rule::Merge, |ctx| {
            let (me, them) = (ctx.name(ctx.me()), ctx.name(from));
            let theirs = inspect::shown(&data.value());
            format!("{me} had {before}, gets {theirs} from {them}, and has {}", self.words())
        });
        self.learn(from, seen);
        if !seen.is_within(&self.seen) {
            self.seen.take(seen);
            ctx.persist(self);
        }
        ctx.send(from, Message::Seen(self.seen.clone()));
        self.arm(ctx, was_done);
    }

    fn learn(&mut self, peer: NodeId, seen: &Counts) {
        let mut known = self.known.get(peer).cloned().unwrap_or_default();
        known.take(seen);
        self.known.insert(peer, known);
    }

    /// Another replica says what it has.
    pub(super) fn on_seen(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, seen: &Counts) {
        let was_done = self.is_done(ctx);
        self.learn(from, seen);
        let has = ctx.guard(Rule::Known, self.seen.is_within(seen), |ctx| {
            format!("{} has not seen all that {} has", ctx.name(from), ctx.name(ctx.me()))
        });
        if has {
            ctx.rule(Rule::Known, |ctx| format!("{} has all that {} has", ctx.name(from), ctx.name(ctx.me())));
        }
        self.arm(ctx, was_done);
    }

    /// An operation arrives.
    pub(super) fn on_operation(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, operation: Operation) {
        let (dot, count) = (operation.dot, operation.dot.count);
        let is_old = dot.count <= self.seen.of(dot.node);
        if ctx.config().delivery == Delivery::Raw {
            self.deliver(ctx, &operation, Rule::Raw);
            ctx.persist(self);
        } else if is_old && ctx.config().bug == Bug::DeliverTwice {
            self.data.effect(dot.node, &operation.update);
        } else if is_old || self.held.iter().any(|held| held.dot == dot) {
            ctx.rule(Rule::Drop, |ctx| {
                format!("{} has operation {count} of {} already", ctx.name(ctx.me()), ctx.name(from))
            });
        } else {
            self.take(ctx, operation);
            ctx.persist(self);
        }
        ctx.send(from, Message::Got(count));
    }

    /// An operation that is new has its effect once all that it had seen has; so have those that waited for it.
    fn take(&mut self, ctx: &mut Ctx<'_, Self>, operation: Operation) {
        let ready = ctx.guard(Rule::Deliver, operation.lacks(&self.seen).is_none(), |ctx| self.waits(ctx, &operation));
        if !ready {
            ctx.rule(Rule::HoldBack, |ctx| self.waits(ctx, &operation));
            self.held.push(operation);
            return;
        }
        self.deliver(ctx, &operation, Rule::Deliver);
        while let Some(place) = self.held.iter().position(|held| held.lacks(&self.seen).is_none()) {
            let next = self.held.remove(place);
            self.deliver(ctx, &next, Rule::Deliver);
        }
    }

    fn waits(&self, ctx: &Ctx<'_, Self>, operation: &Operation) -> String {
        let me = ctx.name(ctx.me());
        let called = |dot: Dot| format!("operation {} of {}", dot.count, ctx.name(dot.node));
        let lacks = operation.lacks(&self.seen).map(called).unwrap_or_default();
        format!("{me} holds back {}, until it has {lacks}", called(operation.dot))
    }

    fn deliver(&mut self, ctx: &mut Ctx<'_, Self>, operation: &Operation, rule: Rule) {
        let from = operation.dot.node;
        self.seen.tick(from);
        if !bugs::effect(ctx.config().bug, &mut self.data, operation) {
            self.data.effect(from, &operation.update);
        }
        ctx.rule(rule, |ctx| {
            let (me, them, what) = (ctx.name(ctx.me()), ctx.name(from), inspect::update(&operation.update));
            format!("{me} does what {them} did: {what}, and has {}", self.words())
        });
    }

    /// Another replica has an operation.
    pub(super) fn on_got(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, count: u64) {
        let was_done = self.is_done(ctx);
        ctx.rule(Rule::Known, |ctx| format!("{} has operation {count} of {}", ctx.name(from), ctx.name(ctx.me())));
        for (operation, behind) in &mut self.unacked {
            if operation.dot.count == count {
                behind.remove(from);
            }
        }
        self.unacked.retain(|(_, behind)| !behind.is_empty());
        self.arm(ctx, was_done);
    }
}

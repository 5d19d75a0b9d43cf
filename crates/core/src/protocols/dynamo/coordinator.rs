//! Get and put (§4.5): whoever takes a request on asks the replicas, and answers when enough of them have.

use super::{Bug, Dynamo, Message, Outcome, Request, Rule, Timer, Told, Versioning, Why, Write, inspect};
use crate::{
    Ctx, NodeId, NodeMap, NodeSet, OpId,
    services::{Store, Text},
    versions::{Counts, Dot, Siblings, Version},
};
use serde::{Deserialize, Serialize};

/// An operation that a server coordinates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    /// The key.
    pub key: Text,
    /// Whether something is written.
    pub writes: bool,
    /// The replicas that answered, by themselves or, for a write, through a stand-in.
    pub answered: NodeSet,
    /// What those held who answered a read.
    pub found: NodeMap<Siblings<Write>>,
    /// Who stands in for whom.
    pub stand_ins: NodeMap<NodeId>,
    /// Whether time was up once, and others were asked to stand in.
    pub late: bool,
    /// Whether the client was told.
    pub told: bool,
}

impl Dynamo {
    /// A request comes from a client, or from a server that is no replica of the key.
    pub(super) fn take(&mut self, ctx: &mut Ctx<'_, Self>, request: Request, passed: NodeSet) {
        let (id, key) = (request.id, request.op.key().clone());
        if self.last.get(id.client).is_some_and(|last| *last >= id.serial) {
            return ctx.rule(Rule::Again, |ctx| {
                format!("{} took on operation {} of {} before", ctx.name(ctx.me()), id.serial, ctx.name(id.client))
            });
        }
        let replicas = Self::replicas(ctx, &key);
        let writes = request.op.written().is_some();
        if writes && (self.forgot || !replicas.contains(ctx.me())) {
            return self.forward(ctx, &key, request, passed);
        }
        self.last.insert(id.client, id.serial);
        let call = Call {
            key: key.clone(),
            writes,
            answered: NodeSet::new(),
            found: NodeMap::new(),
            stand_ins: NodeMap::new(),
            late: false,
            told: false,
        };
        self.calls.insert(id, call);
        if writes {
            self.write(ctx, &request)
        } else {
            self.read(ctx, id, &key)
        }
        let suspected = self.suspected.intersection(replicas);
        self.stand_in(ctx, id, suspected);
        ctx.set_timer(Timer::Late(id), ctx.config().timeout);
        self.settle(ctx, id);
    }

    /// Only a replica that knows its versions makes more: the request goes to the first one that is not suspected and has
    /// not handed it on.
    fn forward(&self, ctx: &mut Ctx<'_, Self>, key: &Text, request: Request, mut passed: NodeSet) {
        passed.insert(ctx.me());
        let mut order = Self::order(ctx, key);
        order.truncate(ctx.config().n as usize);
        order.retain(|node| !passed.contains(*node));
        let healthy = order.iter().find(|node| !self.suspected.contains(**node));
        let Some(to) = healthy.or(order.first()).copied() else { return Self::nobody(ctx, key, &request) };
        let forgot = self.forgot;
        ctx.rule(Rule::Forward, |ctx| {
            let (me, what) = (ctx.name(ctx.me()), <Store as crate::Service>::op_words(&request.op));
            let why = if forgot { "has lost its disk" } else { "does not hold it" };
            format!("{me} {why}, and hands `{what}` on to {}", ctx.name(to))
        });
        ctx.send(to, Message::Forward { request, passed });
    }

    /// No replica can coordinate a write.
    fn nobody(ctx: &mut Ctx<'_, Self>, key: &Text, request: &Request) {
        let (id, need) = (request.id, ctx.config().w);
        ctx.rule(Rule::TooFew, |ctx| {
            format!("{} finds no replica of {key} that knows which versions it made", ctx.name(ctx.me()))
        });
        ctx.respond(id.client, Told { id, outcome: Outcome::TooFew { have: 0, need } });
    }

    /// put(): a new version, here first.
    fn write(&mut self, ctx: &mut Ctx<'_, Self>, request: &Request) {
        let (id, me, key) = (request.id, ctx.me(), request.op.key());
        let value = request.op.written().flatten().cloned();
        let mut held = self.siblings(key);
        let version = version(ctx, &held, &request.context.seen);
        let n = ctx.servers().len();
        ctx.rule(Rule::Write, |ctx| {
            let words = inspect::version(&version, n);
            format!("{} takes on a write of {} to {key} as {words}", ctx.name(me), ctx.name(id.client))
        });
        held.put(version, Write { value, by: id, at: me });
        self.keep(ctx, key, &held);
        self.persist(ctx);
        self.answered(id, me);
        for peer in Self::replicas(ctx, key).iter().filter(|peer| *peer != me) {
            let held = self.siblings(key);
            ctx.send(peer, Message::Store { key: key.clone(), held, why: Why::Write(id) });
        }
    }

    /// get(): all replicas are asked.
    fn read(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId, key: &Text) {
        let (me, replicas) = (ctx.me(), Self::replicas(ctx, key));
        ctx.rule(Rule::Read, |ctx| format!("{} asks {} for {key}", ctx.name(me), ctx.names(replicas)));
        for peer in replicas.iter().filter(|peer| *peer != me) {
            ctx.send(peer, Message::Read { id, key: key.clone() });
        }
        if replicas.contains(me) {
            let held = self.siblings(key);
            self.answered(id, me);
            self.found(id, me, held);
        }
    }

    /// A replica, or its stand-in, has answered.
    fn answered(&mut self, id: OpId, replica: NodeId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.answered.insert(replica);
        }
    }

    fn found(&mut self, id: OpId, from: NodeId, held: Siblings<Write>) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.found.insert(from, held);
        }
    }

    /// A write is kept by a replica, or for it.
    pub(super) fn on_kept(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId, replica: NodeId) {
        self.answered(id, replica);
        self.settle(ctx, id);
    }

    /// What a replica holds of a key that is read. A stand-in answers for the replica in whose place it was asked: if that
    /// answers after all, both count once, as with a write.
    pub(super) fn on_found(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: OpId, held: Siblings<Write>) {
        let stands_for =
            |call: &Call| call.stand_ins.iter().find(|(_, node)| **node == from).map(|(replica, _)| replica);
        let replica = self.calls.get(&id).and_then(stands_for).unwrap_or(from);
        self.answered(id, replica);
        self.found(id, from, held);
        self.settle(ctx, id);
    }

    /// Answers the client as soon as enough have answered, and is done when all have.
    fn settle(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let (config, own) = (ctx.config(), u64::from(call.answered.contains(ctx.me())));
        let (all, mut have) = (config.n, call.answered.len() as u64);
        let (need, rule, twice) = match call.writes {
            true => (config.w, Rule::Done, Bug::CountTwice),
            false => (config.r, Rule::Answer, Bug::ReadTwice),
        };
        let done = have >= all;
        have += if config.bug == twice { own } else { 0 };
        let key = call.key.clone();
        let enough = call.told
            || ctx.guard(rule, have >= need, |ctx| {
                format!("{} does not answer yet: {have} of {need} have answered for {key}", ctx.name(ctx.me()))
            });
        if enough && !std::mem::replace(&mut call.told, true) {
            let held = if call.writes { self.siblings(&key) } else { self.union(id) };
            ctx.rule(rule, |ctx| {
                let (me, values) = (ctx.name(ctx.me()), inspect::values(&held));
                format!("{me} tells {}: {have} of {need} have answered, {key} = {values}", ctx.name(id.client))
            });
            let writes = held.iter().map(|(_, write)| write.clone()).collect();
            ctx.respond(id.client, Told { id, outcome: Outcome::Done { writes, seen: held.context() } });
        }
        if done {
            ctx.cancel_timer(Timer::Late(id));
            self.end(ctx, id);
        }
    }

    /// All that was found by a read.
    fn union(&self, id: OpId) -> Siblings<Write> {
        let mut all = Siblings::default();
        for held in self.calls.get(&id).into_iter().flat_map(|call| call.found.values()) {
            all.sync(held);
        }
        all
    }

    /// Time is up: others stand in, or the client is told that too few have answered.
    pub(super) fn late(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let missing = Self::replicas(ctx, &call.key).difference(call.answered);
        let first = !std::mem::replace(&mut call.late, true);
        self.suspected = self.suspected.union(missing);
        ctx.rule(Rule::Suspect, |ctx| {
            format!("{} has not heard from {} in time", ctx.name(ctx.me()), ctx.names(missing))
        });
        if first && self.stand_in(ctx, id, missing) {
            ctx.set_timer(Timer::Late(id), ctx.config().timeout);
            return self.settle(ctx, id);
        }
        let Some(call) = self.calls.get(&id).filter(|call| !call.told) else { return self.end(ctx, id) };
        let need = if call.writes { ctx.config().w } else { ctx.config().r };
        let have = call.answered.len() as u64;
        let what = if call.writes { "a write that may yet be seen" } else { "a read" };
        ctx.rule(Rule::TooFew, |ctx| {
            format!("{} gives up {what}: {have} of {need} have answered in time", ctx.name(ctx.me()))
        });
        ctx.respond(id.client, Told { id, outcome: Outcome::TooFew { have, need } });
        self.end(ctx, id);
    }

    /// With sloppy quorums the next healthy servers on the ring stand in for replicas, the coordinator of a read among them.
    /// True if any was asked.
    fn stand_in(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId, missing: NodeSet) -> bool {
        let Some(call) = self.calls.get_mut(&id).filter(|_| ctx.config().sloppy) else { return false };
        let mut order = Self::order(ctx, &call.key);
        let healthy = order
            .split_off(ctx.config().n as usize)
            .into_iter()
            .filter(|node| !self.suspected.contains(*node) && call.stand_ins.values().all(|used| used != node));
        let healthy: Vec<NodeId> = healthy.collect();
        let in_need = order.into_iter().filter(|node| missing.contains(*node) && call.stand_ins.get(*node).is_none());
        let pairs: Vec<(NodeId, NodeId)> = in_need.zip(healthy).collect();
        let (key, writes) = (call.key.clone(), call.writes);
        for (replica, node) in &pairs {
            call.stand_ins.insert(*replica, *node);
        }
        for (replica, node) in &pairs {
            ctx.rule(Rule::StandIn, |ctx| {
                let [me, node, replica] = [ctx.me(), *node, *replica].map(|node| ctx.name(node));
                let stands_in = if node == me { "stands in itself".into() } else { format!("asks {node} to stand in") };
                format!("{me} {stands_in} for {replica} with {key}")
            });
            if *node == ctx.me() {
                // It reads: whoever coordinates a write is a replica.
                let held = self.all_held(&key);
                self.answered(id, *replica);
                self.found(id, *node, held);
                continue;
            }
            let held = self.siblings(&key);
            let (key, why) = (key.clone(), Why::Hint(id, *replica));
            ctx.send(*node, if writes { Message::Store { key, held, why } } else { Message::Read { id, key } });
        }
        !pairs.is_empty()
    }

    /// The coordinator is done with a request. Of a read it sends those who answered with less what the others had (§5).
    fn end(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        let all = self.union(id);
        let Some(call) = self.calls.remove(&id) else { return };
        if call.writes || ctx.config().bug == Bug::NoRepair {
            return;
        }
        let replicas = Self::replicas(ctx, &call.key);
        let key = call.key;
        for (node, held) in call.found.iter().filter(|(node, _)| replicas.contains(*node)) {
            if !held.clone().sync(&all) {
                continue;
            }
            ctx.rule(Rule::Repair, |ctx| {
                let (me, values) = (ctx.name(ctx.me()), inspect::values(&all));
                format!("{me} repairs {key} at {}, which lacks some of {values}", ctx.name(node))
            });
            if node == ctx.me() {
                self.keep(ctx, &key, &all);
                self.persist(ctx);
            } else {
                ctx.send(node, Message::Store { key: key.clone(), held: all.clone(), why: Why::Repair });
            }
        }
    }
}

/// The version of a write: after what its client had seen. Where the last writer wins it is as if its client had seen all
/// that has an earlier timestamp by now, or the same one of a server before the coordinator.
fn version(ctx: &Ctx<'_, Dynamo>, held: &Siblings<Write>, seen: &Counts) -> Version {
    let (me, next) = (ctx.me(), held.next_dot(ctx.me()));
    if ctx.config().versions == Versioning::Vectors {
        let count = if ctx.config().bug == Bug::ReuseDot { seen.of(me) + 1 } else { next.count };
        let blind = ctx.config().bug == Bug::BlindWrite;
        return Version::dotted(Dot { node: me, count }, if blind { Counts::default() } else { seen.clone() });
    }
    let own =
        held.iter().filter_map(|(version, _)| version.dot.filter(|dot| dot.node == me)).map(|dot| dot.count).max();
    let count = own.unwrap_or(0).max(ctx.local_clock().0) + 1;
    let past = ctx.servers().iter().map(|node| if node < me { count } else { count - 1 }).collect();
    Version::dotted(Dot { node: me, count }, past)
}

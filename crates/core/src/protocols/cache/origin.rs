//! The origin: the store behind the cache. It says what was written and who is on the ring, in one log.

use super::{
    Bug, Cache, Change, Config, Held, Message, News, Request, Rule, Seat, Timer, Told, View, place::Plan, ring_words,
};
use crate::{
    Ctx, Log, NodeId, NodeMap, OpId, Sorted,
    services::{Store, Text},
};
use serde::{Deserialize, Serialize};

/// The store behind the cache. All of it is on its disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// What was written, and how the ring changed.
    pub log: Log<Entry>,
    /// The last value of each key.
    pub values: Sorted<Text, Held>,
    /// The ring.
    pub ring: View,
    /// The answer to the last write of each client.
    pub answers: NodeMap<Told>,
    /// How far each server has followed the log.
    pub followers: NodeMap<Follower>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entry {
    /// A key got a value, or, if none, was deleted.
    Write {
        /// The key.
        key: Text,
        /// The value.
        value: Option<Text>,
        /// By whose operation.
        by: OpId,
    },
    /// The ring changed to this.
    Ring(Vec<Seat>),
}

/// A server that follows the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Follower {
    /// Its life: how often it has started.
    pub life: u64,
    /// So many entries it has seen in this life at least, or is told of when it is welcomed.
    pub seen: u64,
}

impl Origin {
    pub(super) fn new(config: &Config) -> Self {
        let follower = |node| (NodeId(node), Follower { life: 1, seen: 0 });
        Origin {
            log: Log::new(),
            values: Sorted::new(),
            ring: View::first(config),
            answers: NodeMap::new(),
            followers: (0..config.servers as u8).map(follower).collect(),
        }
    }

    pub(super) fn again(origin: Origin, ctx: &mut Ctx<'_, Cache>) -> Self {
        origin.persist(ctx);
        if origin.lags() {
            ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        }
        origin
    }

    fn persist(&self, ctx: &mut Ctx<'_, Cache>) {
        ctx.persist(&Cache::Origin(self.clone()));
    }

    /// Whether a server has not followed to the end.
    fn lags(&self) -> bool {
        self.followers.values().any(|follower| follower.seen < self.log.last_index())
    }

    /// The value of a key, which may never have been written.
    fn value(&self, key: &Text) -> Held {
        self.values.get(key).cloned().unwrap_or_default()
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_, Cache>, from: NodeId, message: Message) {
        match message {
            Message::Fetch { key } => {
                let (held, as_of) = (self.value(&key), self.log.last_index());
                ctx.rule(Rule::Read, |ctx| {
                    let value = held.value.as_deref().unwrap_or("nothing");
                    format!("{} tells {}: {key} = {value}", ctx.name(ctx.me()), ctx.name(from))
                });
                ctx.send(from, Message::Fill { key, held, as_of });
            }
            Message::Seen { life, seen } => self.on_seen(ctx, from, life, seen),
            Message::Hello { life } => self.on_hello(ctx, from, life),
            // What is between servers.
            _ => {}
        }
    }

    /// A client writes, or reads since the owner of the key did not answer it.
    pub(super) fn on_request(&mut self, ctx: &mut Ctx<'_, Cache>, request: Request) {
        if let Some(silent) = request.silent {
            self.eject(ctx, silent, &request);
        }
        match request.op.written() {
            Some(value) => self.write(ctx, &request, value.cloned()),
            None => {
                let (id, key, held) = (request.id, request.op.key().clone(), self.value(request.op.key()));
                ctx.rule(Rule::Read, |ctx| {
                    let value = held.value.as_deref().unwrap_or("nothing");
                    format!("{} answers {} itself: {key} = {value}", ctx.name(ctx.me()), ctx.name(id.client))
                });
                self.tell(ctx, request.ring, Told { id, key, held: Some(held), ring: None });
            }
        }
    }

    /// Answers a client, with the ring if that goes by an older one.
    fn tell(&self, ctx: &mut Ctx<'_, Cache>, theirs: u64, told: Told) {
        let ring = (theirs < self.ring.number).then(|| self.ring.clone());
        ctx.respond(told.id.client, Told { ring, ..told });
    }

    fn write(&mut self, ctx: &mut Ctx<'_, Cache>, request: &Request, value: Option<Text>) {
        let (id, key) = (request.id, request.op.key().clone());
        if let Some(told) = self.answers.get(id.client).filter(|told| told.id.serial >= id.serial).cloned() {
            ctx.rule(Rule::Again, |ctx| {
                format!("{} has done write {} of {} before", ctx.name(ctx.me()), id.serial, ctx.name(id.client))
            });
            if told.id == id {
                self.tell(ctx, request.ring, told);
            }
            return;
        }
        let lagged = self.lags();
        let version = self.log.push(Entry::Write { key: key.clone(), value: value.clone(), by: id });
        let held = Held { value, version };
        self.values.insert(key.clone(), held.clone());
        let told = Told { id, key, held: Some(held), ring: None };
        self.answers.insert(id.client, told.clone());
        ctx.rule(Rule::Write, |ctx| {
            let what = <Store as crate::Service>::op_words(&request.op);
            format!("{} does `{what}` for {}, as entry {version}", ctx.name(ctx.me()), ctx.name(id.client))
        });
        self.persist(ctx);
        self.tell(ctx, request.ring, told);
        self.publish(ctx, lagged);
    }

    /// Tells all who follow the last entry.
    fn publish(&self, ctx: &mut Ctx<'_, Cache>, lagged: bool) {
        let after = self.log.last_index() - 1;
        for (node, follower) in self.followers.iter() {
            self.send_news(ctx, node, follower.life, after);
        }
        if !lagged && self.lags() {
            ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        }
    }

    fn send_news(&self, ctx: &mut Ctx<'_, Cache>, to: NodeId, life: u64, after: u64) {
        let (plan, bug) = (Plan::from(ctx.config()), ctx.config().bug);
        let news = |entry: &Entry| match entry {
            Entry::Write { key, .. } if bug == Bug::OwnersOnly && !self.ring.places(plan, key, to) => News::Nothing,
            Entry::Write { key, .. } => News::Written(key.clone()),
            Entry::Ring(seats) => News::Ring(seats.clone()),
        };
        let entries = self.log.iter_from(after + 1).map(news).collect();
        ctx.send(to, Message::News { life, after, entries });
    }

    pub(super) fn repeat(&mut self, ctx: &mut Ctx<'_, Cache>) {
        let last = self.log.last_index();
        for (node, Follower { life, seen }) in self.followers.iter() {
            if *seen < last {
                ctx.rule(Rule::Repeat, |ctx| {
                    let (me, who, first) = (ctx.name(ctx.me()), ctx.name(node), seen + 1);
                    format!("{me} has not heard that {who} saw entry {first}, and sends {who} all from there on")
                });
                self.send_news(ctx, node, *life, *seen);
            }
        }
        if self.lags() {
            ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        }
    }

    fn on_seen(&mut self, ctx: &mut Ctx<'_, Cache>, from: NodeId, life: u64, seen: u64) {
        let last = self.log.last_index();
        let Some(follower) = self.followers.get_mut(from).filter(|follower| follower.life == life) else { return };
        // More than there is it can have seen only of a log that was lost.
        follower.seen = follower.seen.max(seen).min(last);
        if self.lags() {
            ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        } else {
            ctx.cancel_timer(Timer::Repeat);
        }
    }

    /// A server is there. If it has started again it knows nothing.
    fn on_hello(&mut self, ctx: &mut Ctx<'_, Cache>, from: NodeId, life: u64) {
        let known = self.followers.get(from).map_or(0, |follower| follower.life);
        let is_now = ctx.guard(Rule::Welcome, life >= known, |ctx| {
            format!("{} has started again since it sent this", ctx.name(from))
        });
        if !is_now {
            return;
        }
        if life > known {
            self.followers.insert(from, Follower { life, seen: self.log.last_index() });
            self.persist(ctx);
        }
        ctx.rule(Rule::Welcome, |ctx| {
            let seen = self.log.last_index();
            format!("{} tells {} the ring, and that the log has {seen} entries", ctx.name(ctx.me()), ctx.name(from))
        });
        if self.ring.seat(from).is_some_and(|seat| seat.out) {
            let mut seats = self.ring.seats.clone();
            seats.iter_mut().filter(|seat| seat.node == from).for_each(|seat| seat.out = false);
            self.change(ctx, Rule::Change, seats);
        }
        let View { number, seats } = self.ring.clone();
        ctx.send(from, Message::Welcome { life, seen: self.log.last_index(), number, seats });
    }

    /// Somebody did not answer a client, which asks here instead.
    fn eject(&mut self, ctx: &mut Ctx<'_, Cache>, silent: NodeId, request: &Request) {
        if !ctx.config().eject {
            return;
        }
        let now = ctx.guard(Rule::Eject, request.ring == self.ring.number, |ctx| {
            format!("the ring has changed since {} asked {}", ctx.name(request.id.client), ctx.name(silent))
        });
        let others = ctx.guard(Rule::Eject, self.ring.members().len() > 1, |ctx| {
            format!("{} is the only one on the ring", ctx.name(silent))
        });
        if !now || !others || !self.ring.members().contains(silent) {
            return;
        }
        let mut seats = self.ring.seats.clone();
        seats.iter_mut().filter(|seat| seat.node == silent).for_each(|seat| seat.out = true);
        self.change(ctx, Rule::Eject, seats);
    }

    /// A person changes the ring.
    pub(super) fn on_change(&mut self, ctx: &mut Ctx<'_, Cache>, change: Change) {
        let mut seats = self.ring.seats.clone();
        match change {
            Change::Join(node) if self.ring.seat(node).is_none() => seats.push(Seat { node, weight: 1, out: false }),
            Change::Join(_) => {}
            Change::Leave(node) => seats.retain(|seat| seat.node != node),
            Change::Weigh(node, weight) => {
                seats.iter_mut().filter(|seat| seat.node == node).for_each(|seat| seat.weight = weight);
            }
        }
        let some = ctx.guard(Rule::Change, seats.iter().any(|seat| !seat.out), |_| "nobody would be left".into());
        if some && seats != self.ring.seats {
            self.change(ctx, Rule::Change, seats);
        }
    }

    fn change(&mut self, ctx: &mut Ctx<'_, Cache>, rule: Rule, seats: Vec<Seat>) {
        let lagged = self.lags();
        let number = self.log.push(Entry::Ring(seats.clone()));
        ctx.rule(rule, |ctx| {
            let members = ring_words(&seats, &|node| ctx.name(node).into());
            format!("{} makes ring {number}: {members}", ctx.name(ctx.me()))
        });
        self.ring = View { number, seats };
        self.persist(ctx);
        self.publish(ctx, lagged);
    }
}

//! A cache server: it answers with what it has, follows the origin's log, and hands over what is another's.

use super::{Bug, Cache, Config, Held, Message, News, Request, Rule, Seat, Timer, Told, View, place::Plan, ring_words};
use crate::{Ctx, NodeId, OpId, Sorted, services::Text};
use serde::{Deserialize, Serialize};

/// A cache server. Only its life is on its disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Server {
    /// How often it has started.
    pub life: u64,
    /// Where it is in the origin's log; none if it has started again and was not told.
    pub place: Option<Place>,
    /// What it holds.
    pub copies: Sorted<Text, Held>,
    /// For each key that it asks the origin for, who waits for it.
    pub fetches: Sorted<Text, Vec<Waiting>>,
    /// Which copies are to go to whom. Those that it is not to hold itself it drops when they have gone.
    pub leaving: Sorted<(NodeId, Text), ()>,
}

/// Where a server is in the origin's log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// How many entries it has seen.
    pub seen: u64,
    /// The ring, as of these.
    pub ring: View,
}

/// A client that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Waiting {
    /// For which operation.
    pub id: OpId,
    /// The version that it has seen.
    pub floor: u64,
    /// The ring that it goes by.
    pub ring: u64,
}

impl Server {
    pub(super) fn first(config: &Config) -> Self {
        Server { life: 1, place: Some(Place { seen: 0, ring: View::first(config) }), ..Server::default() }
    }

    pub(super) fn again(lives: u64, ctx: &mut Ctx<'_, Cache>) -> Self {
        let server = Server { life: lives + 1, ..Server::default() };
        ctx.persist(&Cache::Server(server.clone()));
        server.hello(ctx);
        ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        server
    }

    fn hello(&self, ctx: &mut Ctx<'_, Cache>) {
        let (knows, life) = (self.place.is_some(), self.life);
        ctx.rule(Rule::Hello, |ctx| {
            let what = if knows {
                "is there, though it was taken off the ring"
            } else {
                "has started again, and knows nothing"
            };
            format!("{} {what}", ctx.name(ctx.me()))
        });
        ctx.send(ctx.config().origin(), Message::Hello { life });
    }

    /// Whether it is to hold a key, as far as it knows.
    pub(super) fn owns(&self, ctx: &Ctx<'_, Cache>, key: &Text) -> bool {
        self.place.as_ref().is_some_and(|place| place.ring.places(ctx.config().into(), key, ctx.me()))
    }

    fn is_out(&self, me: NodeId) -> bool {
        self.place.as_ref().is_some_and(|place| place.ring.seat(me).is_some_and(|seat| seat.out))
    }

    /// Whether it waits for an answer.
    fn waits(&self, ctx: &Ctx<'_, Cache>) -> bool {
        let hands_over = !self.leaving.is_empty() && ctx.config().bug != Bug::SendOnce;
        self.place.is_none() || self.is_out(ctx.me()) || hands_over || !self.fetches.is_empty()
    }

    /// The timer runs as long as it waits for an answer.
    fn watch(&self, ctx: &mut Ctx<'_, Cache>, waited: bool) {
        match (waited, self.waits(ctx)) {
            (false, true) => ctx.set_timer(Timer::Repeat, ctx.config().repeat),
            (true, false) => ctx.cancel_timer(Timer::Repeat),
            _ => {}
        }
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_, Cache>, from: NodeId, message: Message) {
        let waited = self.waits(ctx);
        match message {
            Message::Fill { key, held, as_of } => self.on_fill(ctx, key, held, as_of),
            Message::News { life, after, entries } if life == self.life => self.on_news(ctx, after, entries),
            Message::Welcome { life, seen, number, seats } if life == self.life && self.place.is_none() => {
                self.place = Some(Place { seen, ring: View { number, seats } });
                self.say_seen(ctx);
                self.adopted(ctx);
            }
            Message::Handover { as_of, copies } => self.on_handover(ctx, from, as_of, copies),
            Message::Taken { keys } => self.on_taken(ctx, from, keys),
            // What is for an earlier life, or for the origin.
            _ => {}
        }
        self.watch(ctx, waited);
    }

    pub(super) fn repeat(&mut self, ctx: &mut Ctx<'_, Cache>) {
        for key in self.fetches.keys() {
            ctx.rule(Rule::Repeat, |ctx| format!("{} asks for {key} again", ctx.name(ctx.me())));
            ctx.send(ctx.config().origin(), Message::Fetch { key: key.clone() });
        }
        if self.place.is_none() || self.is_out(ctx.me()) {
            self.hello(ctx);
        }
        if ctx.config().bug != Bug::SendOnce {
            self.hand_over(ctx);
        }
        if self.waits(ctx) {
            ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        }
    }

    /// A client reads.
    pub(super) fn on_request(&mut self, ctx: &mut Ctx<'_, Cache>, request: Request) {
        let waited = self.waits(ctx);
        let (key, waiting) =
            (request.op.key().clone(), Waiting { id: request.id, floor: request.floor, ring: request.ring });
        let is_newer = self.place.as_ref().is_some_and(|place| place.ring.number > request.ring);
        if is_newer && !self.owns(ctx, &key) {
            ctx.rule(Rule::Moved, |ctx| {
                let (me, who) = (ctx.name(ctx.me()), ctx.name(request.id.client));
                format!("{me} is not to hold {key} by a ring that {who} does not know, and tells it that")
            });
            return self.tell(ctx, waiting, key, None);
        }
        let held =
            self.copies.get(&key).filter(|copy| copy.version >= request.floor || ctx.config().bug == Bug::IgnoreFloor);
        if let Some(copy) = held.cloned() {
            ctx.rule(Rule::Hit, |ctx| {
                let (me, value) = (ctx.name(ctx.me()), copy.value.as_deref().unwrap_or("nothing"));
                format!("{me} has {key} = {value}, and tells {}", ctx.name(request.id.client))
            });
            return self.tell(ctx, waiting, key, Some(copy));
        }
        let older = self.copies.get(&key).is_some();
        ctx.rule(Rule::Miss, |ctx| {
            let (me, who) = (ctx.name(ctx.me()), ctx.name(request.id.client));
            let why =
                if older { format!("has an older {key} than {who} has seen") } else { format!("does not have {key}") };
            format!("{me} {why}, and asks the origin for {who}")
        });
        let all = self.fetches.get_or_insert_with(key.clone(), Vec::new);
        let asks = all.is_empty();
        all.retain(|other| other.id.client != waiting.id.client);
        all.push(waiting);
        if asks {
            ctx.send(ctx.config().origin(), Message::Fetch { key });
        }
        self.watch(ctx, waited);
    }

    fn tell(&self, ctx: &mut Ctx<'_, Cache>, waiting: Waiting, key: Text, held: Option<Held>) {
        let newer = self.place.as_ref().filter(|place| place.ring.number > waiting.ring);
        let ring = newer.map(|place| place.ring.clone());
        ctx.respond(waiting.id.client, Told { id: waiting.id, key, held, ring });
    }

    /// The origin's value. Who has seen a later version waits on: this is an answer to an earlier question.
    fn on_fill(&mut self, ctx: &mut Ctx<'_, Cache>, key: Text, copy: Held, as_of: u64) {
        let (ready, rest): (Vec<Waiting>, Vec<Waiting>) =
            self.fetches.remove(&key).unwrap_or_default().into_iter().partition(|one| one.floor <= copy.version);
        if !rest.is_empty() {
            self.fetches.insert(key.clone(), rest);
        }
        let value = copy.value.clone();
        let words = |ctx: &Ctx<'_, Cache>, what: &str| {
            let clients: Vec<&str> = ready.iter().map(|one| ctx.name(one.id.client)).collect();
            let who = if clients.is_empty() { "nobody".into() } else { clients.join(", ") };
            format!("{} tells {who} {key} = {}{what}", ctx.name(ctx.me()), value.as_deref().unwrap_or("nothing"))
        };
        let seen = self.place.as_ref().map_or(0, |place| place.seen);
        if !self.owns(ctx, &key) {
            ctx.rule(Rule::Pass, |ctx| words(ctx, ", which is not its own to hold"));
        } else if as_of < seen && ctx.config().bug != Bug::LateFill {
            ctx.rule(Rule::TooLate, |ctx| {
                words(ctx, &format!(" as of entry {as_of}, and does not keep it: it has seen {seen}"))
            });
        } else {
            ctx.rule(Rule::Fill, |ctx| words(ctx, ", and keeps it"));
            self.keep(key.clone(), copy.clone());
        }
        for waiting in ready {
            self.tell(ctx, waiting, key.clone(), Some(copy.clone()));
        }
    }

    /// Keeps a copy, unless there is a later one.
    pub(super) fn keep(&mut self, key: Text, copy: Held) {
        if self.copies.get(&key).is_none_or(|known| known.version < copy.version) {
            self.copies.insert(key, copy);
        }
    }

    /// Entries of the log.
    fn on_news(&mut self, ctx: &mut Ctx<'_, Cache>, after: u64, entries: Vec<News>) {
        let Some(seen) = self.place.as_ref().map(|place| place.seen) else { return };
        if after > seen {
            return ctx.rule(Rule::Gap, |ctx| {
                format!("{} waits for entry {}: this is entry {}", ctx.name(ctx.me()), seen + 1, after + 1)
            });
        }
        let last = seen.max(after + entries.len() as u64);
        ctx.rule(Rule::Follow, |ctx| format!("{} follows the log to entry {last}", ctx.name(ctx.me())));
        let new = entries.into_iter().skip(usize::try_from(seen - after).unwrap_or(usize::MAX));
        for (entry, news) in (seen + 1..).zip(new) {
            if let Some(place) = &mut self.place {
                place.seen = entry;
            }
            match news {
                News::Written(key) => self.written(ctx, &key, entry),
                News::Ring(seats) => self.adopt(ctx, View { number: entry, seats }),
                News::Nothing => {}
            }
        }
        self.say_seen(ctx);
    }

    fn say_seen(&self, ctx: &mut Ctx<'_, Cache>) {
        let Some(seen) = self.place.as_ref().map(|place| place.seen) else { return };
        ctx.send(ctx.config().origin(), Message::Seen { life: self.life, seen });
    }

    /// A key was written by this entry.
    fn written(&mut self, ctx: &mut Ctx<'_, Cache>, key: &Text, entry: u64) {
        let Some(copy) = self.copies.get_mut(key).filter(|copy| copy.version < entry) else { return };
        if ctx.config().bug == Bug::Relabel {
            copy.version = entry;
            return;
        }
        ctx.rule(Rule::Drop, |ctx| format!("{} drops {key}, which entry {entry} wrote", ctx.name(ctx.me())));
        self.copies.remove(key);
        self.leaving = std::mem::take(&mut self.leaving).into_iter().filter(|((_, of), ())| of != key).collect();
    }

    /// Goes by a new ring. What is another's now goes to that one.
    fn adopt(&mut self, ctx: &mut Ctx<'_, Cache>, ring: View) {
        let Some(place) = &mut self.place else { return };
        let before = std::mem::replace(&mut place.ring, ring.clone());
        self.adopted(ctx);
        if ctx.config().bug == Bug::KeepOwners {
            return;
        }
        let (me, plan): (NodeId, Plan) = (ctx.me(), ctx.config().into());
        let went = std::mem::take(&mut self.leaving);
        let mut kept = Sorted::new();
        for (key, copy) in std::mem::take(&mut self.copies) {
            let mut owners = ring.owners(plan, &key);
            let owns = owners.contains(&me);
            if !owns && !went.keys().any(|(_, of)| *of == key) {
                let old = before.owners(plan, &key);
                owners.retain(|owner| !old.contains(owner));
            }
            if owns {
                kept.insert(key, copy);
            } else if ctx.config().handover && !owners.is_empty() {
                self.leaving.extend(owners.into_iter().map(|owner| ((owner, key.clone()), ())));
                kept.insert(key, copy);
            }
        }
        self.copies = kept;
        self.hand_over(ctx);
        if self.is_out(me) {
            self.hello(ctx);
        }
    }

    fn adopted(&self, ctx: &mut Ctx<'_, Cache>) {
        let Some(place) = &self.place else { return };
        ctx.rule(Rule::Adopt, |ctx| {
            let members = ring_words(&place.ring.seats, &|node| ctx.name(node).into());
            format!("{} goes by ring {}: {members}", ctx.name(ctx.me()), place.ring.number)
        });
    }

    /// The seats of its ring, if it knows one.
    pub(super) fn seats(&self) -> &[Seat] {
        self.place.as_ref().map_or(&[], |place| &place.ring.seats)
    }
}

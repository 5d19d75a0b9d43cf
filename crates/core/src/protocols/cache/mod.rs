//! A cache of many servers in front of one store, spread by consistent hashing.
//!
//! # The lesson
//!
//! One server's memory is too small for all that a site remembers, so many servers share it. Which of them has a key? If
//! each client counted it out as *hash modulo n*, a server more or less would send nearly every key to another place, and
//! all at once the store behind would be asked for everything. *Consistent hashing* puts servers and keys on one circle: a
//! key belongs to the first server at or after it. Who joins takes what lies just before it, about one key in n, and who
//! leaves gives his keys to the next one. With a single point for each server that is one neighbour, which gets it all;
//! with many points, *virtual nodes*, all get some.
//!
//! *Nobody is asked where a key is.* Client and server find the owner by themselves, from the list of members. So lists
//! have numbers. A client that goes by an old one comes to a server that holds the key no longer, and is told the new list.
//!
//! *A miss* is read from the *origin*, the store behind, and kept. Writes go to the origin; whoever has a copy must drop it.
//! The origin keeps a log of what was written and of how the ring changed, and every server follows it, entry by entry: so
//! *how far it has followed* says what a server knows of. A copy that comes late, from the origin or from another server,
//! is kept only if its sender knew at least as much: otherwise it may be what was dropped just before, and would stay.
//!
//! *Hand-over.* After a change a server sends what is another's now to that one, and forgets it when that one has it. The
//! new owner starts warm, and the origin is spared.
//!
//! *What may be old.* A write is done when the origin has it. Until a server hears of it others are told the old value,
//! and from a server that is cut off, as long as that lasts. But no session is told less than it was told before: a
//! client says which version it has seen, and a server with an older copy asks the origin. At rest no copy is old.
//!
//! *Crashes.* A client that gets no answer asks the origin, and names who was silent: that one is taken off the ring, and
//! its keys go to those after it. When it is back it is empty, says so, and gets its place again.
//!
//! *A hot key* is one server's burden, however even the ring is. With *replicas* the next servers on the ring hold it as
//! well, and clients ask any of them.
//!
//! `server.rs` is a cache server, `origin.rs` the store behind, `place.rs` the ring, `client.rs` who asks.
//!
//! # Departures from the papers
//!
//! - *The log* is what Nishtala et al. (2013) call the invalidation pipeline: their daemons read the store's commit log and
//!   send deletions to all caches. Here the origin does it itself, ring changes stand in the same log, and it is never cut.
//!   What is kept by comparing places in the log they decide by leases. That a client names the version that it has seen is
//!   not in the papers; they mark keys that were written of late.
//! - *Karger et al.* let each client see another part of the servers. Here lists differ only in age.
//! - *One origin* decides who is on the ring. That a client's word takes a server off is what proxies such as twemproxy do,
//!   each for itself; a server that was only slow comes back at once. Nobody is sent away for good but by a person.
//! - *A write goes past the cache*: the next read of it is a miss. Servers have room for everything, and nothing expires.
//! - *One number is on a server's disk*: how often it has started, so that what was sent to it before is told from what is
//!   sent to it now. Real caches have connections for that.
//! - *Bounded loads* are left out as a placement: where a key is depends there on which others there are.

mod card;
mod client;
mod config;
mod ghost;
mod handover;
mod inspect;
mod invariants;
mod message;
mod origin;
mod place;
mod rules;
mod server;
#[cfg(test)]
mod tests;

pub use client::{Reader, Request, Told};
pub use config::{Bug, Change, Config, Scheme};
pub use ghost::Ghost;
pub use message::{Message, News};
pub use origin::{Entry, Origin};
pub use place::{Plan, Seat, View};
pub use rules::Rule;
pub use server::{Place, Server};

use crate::{
    Ability, About, Assumptions, Bound, Breach, ConfigError, Ctx, Delivery, Form, Invariant, Key, NodeId, NodeSet,
    NodeSpec, Order, Protocol, StepSeen, Stimulus,
    services::Text,
    view::{FieldView, MessageView, Ring, Table},
};
use serde::{Deserialize, Serialize};

/// A cache server, or the origin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cache {
    /// A cache server.
    Server(Server),
    /// The store behind.
    Origin(Origin),
}

/// A value with its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Held {
    /// The value; none if the key was deleted, or never written.
    pub value: Option<Text>,
    /// The entry of the origin's log that wrote it; 0 if none did.
    pub version: u64,
}

/// The timer of a server and of the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to send again what was not answered.
    Repeat,
}

impl Protocol for Cache {
    const ABOUT: About = About {
        id: "cache",
        title: "Distributed cache",
        revision: 2,
        summary: "Servers share a cache by consistent hashing; who joins or leaves moves few keys.",
        references: &[
            "D. Karger, E. Lehman, T. Leighton, R. Panigrahy, M. Levine, D. Lewin: Consistent Hashing and Random Trees, 1997",
            "R. Nishtala et al.: Scaling Memcache at Facebook, 2013",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none: who is slow is asked less",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Reader;
    type Message = Message;
    type Timer = Timer;
    type Stimulus = Change;
    type Rule = Rule;
    type Ghost = Ghost;

    fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
        config::setup(config)
    }

    fn form() -> Form {
        config::form()
    }

    fn client(config: &Config) -> Reader {
        Reader::new(config)
    }

    fn stimuli(config: &Config) -> Vec<Stimulus<Change>> {
        config::stimuli(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let cache = match ctx.me() == ctx.config().origin() {
            true => Cache::Origin(Origin::new(ctx.config())),
            false => Cache::Server(Server::first(ctx.config())),
        };
        cache.persist(ctx);
        cache
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        match persisted {
            Some(Cache::Origin(origin)) => Cache::Origin(Origin::again(origin, ctx)),
            None if ctx.me() == ctx.config().origin() => {
                let blank = Origin::new(ctx.config());
                Cache::Origin(Origin::again(blank, ctx))
            }
            Some(Cache::Server(server)) => Cache::Server(Server::again(server.life, ctx)),
            None => Cache::Server(Server::again(0, ctx)),
        }
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match self {
            Cache::Origin(origin) => origin.on_message(ctx, from, message),
            Cache::Server(server) => server.on_message(ctx, from, message),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Repeat: Timer) {
        match self {
            Cache::Origin(origin) => origin.repeat(ctx),
            Cache::Server(server) => server.repeat(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, _: NodeId, request: Request) {
        match self {
            Cache::Origin(origin) => origin.on_request(ctx, request),
            Cache::Server(server) => server.on_request(ctx, request),
        }
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, change: Change) {
        if let Cache::Origin(origin) = self {
            origin.on_change(ctx, change);
        }
    }

    fn lie(message: &Message) -> Option<Message> {
        // It says that a key was deleted.
        match message {
            Message::Fill { key, held, as_of } => {
                let held = Held { value: None, ..*held };
                Some(Message::Fill { key: key.clone(), held, as_of: *as_of })
            }
            _ => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.key()
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn owed(nodes: &[Option<&Self>], ghost: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        invariants::owed(nodes, ghost, liars, specs)
    }

    fn unsound(config: &Config) -> Option<String> {
        config::unsound(config)
    }

    fn able(config: &Config, reachable: NodeSet) -> Option<Ability> {
        Some(config::able(config, reachable))
    }

    fn badge(&self) -> String {
        inspect::badge(self)
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, names: &[NodeSpec]) -> MessageView {
        inspect::message(message, names)
    }

    fn ring(config: &Config, nodes: &[Option<&Self>]) -> Option<Ring> {
        inspect::ring(config, nodes)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }

    fn record(ghost: &Ghost, names: &[NodeSpec]) -> Option<Table> {
        ghost.table(names)
    }
}

impl Cache {
    /// Writes to the disk what is to survive: all of the origin, and how often a server has started.
    fn persist(&self, ctx: &mut Ctx<'_, Self>) {
        match self {
            Cache::Origin(_) => ctx.persist(self),
            Cache::Server(server) => ctx.persist(&Cache::Server(Server { life: server.life, ..Server::default() })),
        }
    }
}

/// A ring in words: `n1, n2 with weight 2, n3 off`.
fn ring_words(seats: &[Seat], name: &dyn Fn(NodeId) -> String) -> String {
    let seat = |seat: &Seat| match (seat.out, seat.weight) {
        (true, _) => format!("{} off", name(seat.node)),
        (false, 1) => name(seat.node),
        (false, weight) => format!("{} with weight {weight}", name(seat.node)),
    };
    seats.iter().map(seat).collect::<Vec<_>>().join(", ")
}

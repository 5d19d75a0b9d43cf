//! Version vectors and dotted version vectors: what has replaced what, in a store that takes writes anywhere.
//!
//! # The lesson
//!
//! Every server of this store takes writes, whomever it can reach. So two clients may write one key without knowing of
//! each other, and no clock of the wall can say which value is to stay: neither replaces the other. The store keeps both
//! as *siblings* and lets a client that reads both decide: its next write replaces what it has read. For that each
//! client gets a *context* with what it reads, hands it back with what it writes, and the store has to tell from a
//! version and a context whether the write had seen that version.
//!
//! *A version vector* with one count for each server is the old answer (Parker et al. 1983): a write takes the client's
//! context, counts one more at its server, and replaces all versions with lesser vectors. It is right where servers
//! write. But of two clients that have read the same and write through *one* server the second gets a vector that is
//! greater than the first one's. A write that nobody had seen is gone, and nobody was told.
//!
//! *A count for each client* tells them apart, at the price of vectors as long as there ever were clients.
//!
//! *A dotted version vector* is as short as the first and as exact as the second. It keeps apart *which write this is*,
//! the dot, and *what it had seen*, the vector. A version is replaced by another exactly if its dot lies in the other's
//! past. Two writes through one server get different dots, and neither past has the other's.
//!
//! `crates/core/src/versions.rs` has the versions; the servers here move them about. A server that takes a write sends
//! all siblings of the key to the others, and again until they have them.
//!
//! # Departures from the papers
//!
//! - *Every server holds every key*, and the one that a client asks answers alone: there are no quorums.
//! - *The answer to a write tells the siblings, too*, so that a client has seen its own write and what it met.
//! - *Servers remember their last answer to each client* and give it again when asked again; without that, a request that
//!   is repeated would write twice. A client asks one server until it answers.
//! - *Whoever took a write makes sure that all others get it*; the papers leave open how replicas meet.
//! - *A write names itself and an answer names what it told*, for people and for the observer: no server looks at that.
//! - *Nothing is deleted.*

mod card;
mod client;
mod config;
mod inspect;
mod invariants;
mod rules;
mod steps;
#[cfg(test)]
mod tests;

pub use client::{Reader, Request};
pub use config::{Bug, Config, Versioning};
pub use invariants::Ghost;
pub use rules::Rule;

use crate::{
    About, Assumptions, Bound, Breach, ConfigError, Ctx, Delivery, Flavour, Form, Invariant, Key, Kind, NodeId,
    NodeMap, NodeSet, NodeSpec, OpId, Order, Protocol, Sorted, StepSeen,
    services::{Text, VersionedOp},
    versions::{Counts, Siblings, Version},
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Versions {
    /// The siblings of each key.
    pub keys: Sorted<Text, Siblings<Write>>,
    /// Who is not known to have the siblings of a key that was written here.
    pub behind: Sorted<Text, NodeSet>,
    /// The last answer to each client.
    pub answers: NodeMap<Told>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Write {
    /// The value.
    pub value: Text,
    /// The operation that wrote it.
    pub by: OpId,
}

/// What a client has seen of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Context {
    /// All writes of which it was told, and what these had seen.
    pub seen: Counts,
    /// The client's operation that was answered with it.
    pub answer: Option<u64>,
}

/// The answer to a client: what there is now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The operation.
    pub id: OpId,
    /// The siblings.
    pub writes: Vec<Write>,
    /// What whoever knows them has seen.
    pub context: Counts,
}

/// What servers send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// The siblings of a key.
    Sync {
        /// The key.
        key: Text,
        /// All that the sender holds of it.
        siblings: Siblings<Write>,
    },
    /// The sender has taken siblings of a key.
    Synced {
        /// The key.
        key: Text,
        /// What it has seen of it.
        seen: Counts,
    },
}

/// The timer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to send again what others are not known to have.
    Repair,
}

static SYNC: Kind = Kind::new("Sync", Flavour::Carry, &[]);
static SYNCED: Kind = Kind::new("Synced", Flavour::Grant, &[]);

impl Protocol for Versions {
    const ABOUT: About = About {
        id: "versions",
        title: "Dotted version vectors",
        revision: 1,
        summary: "A store that takes writes anywhere and tells which has seen which: siblings, contexts, and dots.",
        references: &[
            "N. Preguiça, C. Baquero, P. S. Almeida, V. Fonte, R. Gonçalves: Dotted Version Vectors: Logical Clocks for \
             Optimistic Replication, 2010; brief announcement, 2012",
            "D. S. Parker et al.: Detection of Mutual Inconsistency in Distributed Systems, 1983",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none: what is repeated arrives in the end",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Reader;
    type Message = Message;
    type Timer = Timer;
    type Stimulus = ();
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

    fn start(_: &mut Ctx<'_, Self>) -> Self {
        Versions::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let server = persisted.unwrap_or_default();
        if !server.is_done() {
            ctx.set_timer(Timer::Repair, ctx.config().repair);
        }
        server
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Sync { key, siblings } => self.on_sync(ctx, from, &key, &siblings),
            Message::Synced { key, seen } => self.on_synced(ctx, from, &key, &seen),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Repair: Timer) {
        let behind: Vec<(Text, NodeSet)> = self.behind.iter().map(|(key, to)| (key.clone(), *to)).collect();
        for (key, to) in behind.into_iter().filter(|(_, to)| !to.is_empty()) {
            self.send(ctx, &key, to, Rule::Repair);
        }
        if !self.is_done() {
            ctx.set_timer(Timer::Repair, ctx.config().repair);
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Request) {
        if let Some(told) = self.answers.get(client).filter(|told| told.id.serial >= request.id.serial).cloned() {
            if told.id == request.id {
                ctx.rule(Rule::Again, |ctx| format!("{} answered {} before", ctx.name(ctx.me()), ctx.name(client)));
                ctx.respond(client, told);
            }
            return;
        }
        let key = request.op.key().clone();
        if let VersionedOp::Put(_, value) = &request.op {
            self.write(ctx, &request, &key, value);
        }
        let told = self.answer(request.id, &key);
        ctx.persist(self);
        match &request.op {
            VersionedOp::Put(..) => self.send(ctx, &key, ctx.peers(), Rule::Send),
            VersionedOp::Get(_) => ctx.rule(Rule::Read, |ctx| {
                let (me, held) = (ctx.name(ctx.me()), inspect::values(&self.siblings(&key)));
                format!("{me} tells {} all that it holds: {key} = {held}", ctx.name(client))
            }),
        }
        ctx.respond(client, told);
    }

    fn lie(message: &Message) -> Option<Message> {
        // What it has replaces all that it knows of.
        match message {
            Message::Sync { key, siblings } => {
                let (_, written) = siblings.iter().next()?;
                let mut all = siblings.context();
                all.tick(NodeId(0));
                let mut one = Siblings::default();
                one.put(Version::plain(all), written.clone());
                Some(Message::Sync { key: key.clone(), siblings: one })
            }
            Message::Synced { .. } => None,
        }
    }

    fn key(message: &Message) -> Key {
        match message {
            Message::Sync { .. } => SYNC.key(),
            Message::Synced { .. } => SYNCED.key(),
        }
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn owed(nodes: &[Option<&Self>], _: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        invariants::owed(nodes, liars, specs)
    }

    fn unsound(config: &Config) -> Option<String> {
        config::unsound(config)
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

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}

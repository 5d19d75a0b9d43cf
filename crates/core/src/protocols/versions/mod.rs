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

impl Versions {
    /// What is held of a key, which may never have been written.
    fn siblings(&self, key: &Text) -> Siblings<Write> {
        self.keys.get(key).cloned().unwrap_or_default()
    }

    /// The version of a write that a client asks for (update).
    fn version(&self, ctx: &mut Ctx<'_, Self>, id: OpId, key: &Text, mut past: Counts) -> Version {
        let (me, n, bug) = (ctx.me(), ctx.servers().len(), ctx.config().bug);
        let mut dot = self.siblings(key).next_dot(me);
        if bug == Bug::ReuseDot {
            dot.count = past.of(me) + 1;
        }
        if bug == Bug::IgnoreContext {
            past = Counts::default();
        }
        let (rule, version) = match ctx.config().versioning {
            Versioning::Dotted => (Rule::Dotted, Version::dotted(dot, past)),
            Versioning::Servers => {
                past.raise(me, dot.count);
                (Rule::PerServer, Version::plain(past))
            }
            Versioning::Clients => {
                past.raise(id.client, id.serial);
                (Rule::PerClient, Version::plain(past))
            }
        };
        ctx.rule(rule, |ctx| {
            format!("{} takes a write of {} as {}", ctx.name(me), ctx.name(id.client), version.words(n))
        });
        version
    }

    /// What became of the siblings of a key: how many were dropped, and whether several stay.
    fn tell(&self, ctx: &mut Ctx<'_, Self>, key: &Text, before: &Siblings<Write>) {
        let now = self.siblings(key);
        let gone = before.iter().filter(|(version, _)| !now.iter().any(|(kept, _)| kept == *version)).count();
        let stay = now.len();
        if gone > 0 {
            ctx.rule(Rule::Replaced, |ctx| {
                format!("{} drops {gone} of {} versions of {key}: they had been seen", ctx.name(ctx.me()), before.len())
            });
        }
        if stay > 1 {
            ctx.rule(Rule::Siblings, |ctx| {
                format!("{} keeps {stay} versions of {key} side by side: none had seen another", ctx.name(ctx.me()))
            });
        }
    }

    fn write(&mut self, ctx: &mut Ctx<'_, Self>, request: &Request, key: &Text, value: &Text) {
        let before = self.siblings(key);
        let version = self.version(ctx, request.id, key, request.context.seen.clone());
        let mut siblings = before.clone();
        siblings.put(version, Write { value: value.clone(), by: request.id });
        self.keys.insert(key.clone(), siblings);
        self.tell(ctx, key, &before);
        let peers = ctx.peers();
        if !peers.is_empty() && ctx.config().bug != Bug::SendOnce {
            self.behind.insert(key.clone(), peers);
            ctx.set_timer(Timer::Repair, ctx.config().repair);
        }
    }

    fn answer(&mut self, id: OpId, key: &Text) -> Told {
        let siblings = self.siblings(key);
        let writes = siblings.iter().map(|(_, write)| write.clone()).collect();
        let told = Told { id, writes, context: siblings.context() };
        self.answers.insert(id.client, told.clone());
        told
    }

    /// The siblings of a key go to some servers.
    fn send(&self, ctx: &mut Ctx<'_, Self>, key: &Text, to: NodeSet, rule: Rule) {
        let siblings = self.siblings(key);
        ctx.rule(rule, |ctx| {
            let (me, held) = (ctx.name(ctx.me()), inspect::values(&siblings));
            format!("{me} holds {key} = {held}, and sends it to {}", ctx.names(to))
        });
        for peer in to.iter() {
            ctx.send(peer, Message::Sync { key: key.clone(), siblings: siblings.clone() });
        }
    }

    /// Siblings arrive (sync).
    fn on_sync(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, key: &Text, theirs: &Siblings<Write>) {
        let before = self.siblings(key);
        let mut siblings = before.clone();
        let new = siblings.sync(theirs);
        if new && ctx.config().bug == Bug::DropSiblings {
            siblings = theirs.clone();
        }
        let seen = siblings.context();
        self.keys.insert(key.clone(), siblings);
        if new {
            self.tell(ctx, key, &before);
            ctx.persist(self);
        }
        ctx.send(from, Message::Synced { key: key.clone(), seen });
    }

    /// Another server says what it has seen of a key.
    fn on_synced(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, key: &Text, seen: &Counts) {
        let Some(mut behind) = self.behind.get(key).copied().filter(|behind| behind.contains(from)) else { return };
        let held = self.siblings(key).context();
        let has = ctx.guard(Rule::Known, held.is_within(seen), |ctx| {
            format!("{} has not seen all that {} holds of {key}", ctx.name(from), ctx.name(ctx.me()))
        });
        if has {
            ctx.rule(Rule::Known, |ctx| {
                format!("{} has seen all that {} holds of {key}", ctx.name(from), ctx.name(ctx.me()))
            });
            behind.remove(from);
            self.behind.insert(key.clone(), behind);
            ctx.persist(self);
        }
        if self.is_done() {
            ctx.cancel_timer(Timer::Repair);
        }
    }

    /// Whether all others are known to have all that was written here.
    fn is_done(&self) -> bool {
        self.behind.values().all(|behind| behind.is_empty())
    }
}

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

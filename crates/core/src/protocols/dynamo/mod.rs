//! Dynamo: a store without a leader, in which any few replicas of a key answer for all.
//!
//! # The lesson
//!
//! Each key has N replicas, the first N servers that its place on a *ring* comes to. A write is done when W of them keep
//! it, a read when R of them have answered: whichever W or R are the first. Nobody leads and nobody waits for an
//! election; a store with two of three replicas at hand goes on as if nothing were.
//!
//! *R + W > N.* Then each read asks a replica that has kept the last write that was done. With R + W ≤ N it need not,
//! and who reads is told an old value while everybody is up. This is all that the rule gives: while a write is under way
//! one read may meet it and a later one miss it, which no single register would do.
//!
//! *A write that misses W* is not undone. Some replica may have it, a later read may meet it, and read repair may spread
//! it. The client is told that the outcome is unknown, and nothing better can be said.
//!
//! *Siblings.* Two coordinators can take writes of one key without knowing of each other. A version says what its writer
//! had seen; none of these has replaced the other, so both stay until somebody who has read both writes. Where *the last
//! writer wins* instead, one is dropped, by a clock that may be wrong: a write that was acknowledged can be lost to one
//! that came before it.
//!
//! *A deletion is a write*, of a tombstone. A replica that was away has the old value still; were the tombstone gone,
//! nothing would say that the value is older than nothing. It could go once all N replicas have it and no message with an
//! older version is under way, which takes more than any of them knows. Here it never goes.
//!
//! *Three ways to meet again.* Who read old versions is sent the new ones (read repair). With *sloppy quorums* the next
//! server on the ring stands in for one that does not answer, keeps the version with a hint for whom it is, and hands it
//! over later: more writes are done, but a read may ask only those who know nothing of them. And replicas compare trees
//! of hashes over the keys that they share, and go down only where they differ (anti-entropy).
//!
//! *A lost disk.* Whoever makes versions must know all that it made before: a dot that is used again stands for two writes,
//! and wherever the first was seen the second is taken for it and dropped, though a client was told that it is kept. So a
//! server that comes back without memory keeps and tells what others make, and makes no versions. It might ask the others
//! which of its dots they have seen, but not what is still under way, nor what clients have read. Nor can it be given a new
//! name by anybody: once without memory it is as it was then, and the same messages, late or twice, would give it the same
//! name again (Fekete, Lynch, Mansour and Spinelli, "The Impossibility of Implementing Reliable Communication in the Face of
//! Crashes", 1993). Only what comes from outside is new each time: a person's word, or chance, by which stores such as Riak
//! name themselves. That a server starts for the first time is such a word, and is written to its disk at once.
//!
//! `coordinator.rs` has get and put, `replica.rs` what replicas and stand-ins keep, `compare.rs` the trees.
//!
//! # Departures from the paper
//!
//! - *Versions are dotted version vectors* (Preguiça et al. 2010), where the paper has vector clocks cut off at a length.
//!   They need the whole set of siblings to travel, and so it does.
//! - *Only one of the first N makes a version* (§6.4), with sloppy quorums too: a stand-in, which forgets what it hands over,
//!   would use its dots again. A side without any of the N takes no writes. With timestamps any server could.
//! - *Everyone knows the ring*, and nobody joins or leaves (§4.8.1, §4.8.2, §4.9). One tree is made for each pair of
//!   servers when it is needed, not one for each range (§4.7).
//! - *A suspected replica is asked all the same*, beside its stand-in: so it is noticed when it comes back.
//! - *Trees are compared a while after a change, until they are equal*; in the paper for ever.
//! - *The answer to a write tells the siblings*, so that a client has seen its own write. A client that hears nothing asks
//!   another server, up to three: its write may then be there twice, under two dots, and it is told once.
//! - *A server that lost its disk has lost its name as well* (see above). To be added under a new one (§4.8.1) is left out.
//!   A disk that lost only what was written last is not noticed: disks are assumed to survive, and such a one to be lost.

mod card;
mod compare;
mod config;
mod coordinator;
mod ghost;
mod inspect;
mod invariants;
mod message;
mod place;
mod replica;
mod rules;
#[cfg(test)]
mod tests;

pub use crate::client::session::{Context, Outcome, Request, Session, Told, Write};
pub use config::{Bug, Config, Versioning};
pub use coordinator::Call;
pub use ghost::Ghost;
pub use message::{Message, Timer, Why};
pub use rules::Rule;

use crate::{
    Ability, About, Assumptions, Bound, Breach, Clocks, ConfigError, Ctx, Delivery, Form, Invariant, Key, NodeId,
    NodeMap, NodeSet, NodeSpec, OpId, Order, Protocol, Sorted, StepSeen,
    services::Text,
    versions::Siblings,
    view::{FieldView, MessageView, Ring, Table},
};
use serde::{Deserialize, Serialize};

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dynamo {
    /// What it holds as a replica, the siblings of each key. On the disk.
    pub keys: Sorted<Text, Siblings<Write>>,
    /// What it holds for others, by whom and key. On the disk.
    pub hints: Sorted<(NodeId, Text), Siblings<Write>>,
    /// The last operation of each client that it took on. On the disk with what was written.
    pub last: NodeMap<u64>,
    /// Whether it has lost its disk: it makes no more versions. On the disk.
    pub forgot: bool,
    /// What it coordinates.
    pub calls: Sorted<OpId, Call>,
    /// Who did not answer it lately.
    pub suspected: NodeSet,
    /// The replicas with which it is to compare trees.
    pub unlike: NodeSet,
}

impl Protocol for Dynamo {
    const ABOUT: About = About {
        id: "dynamo",
        title: "Quorum store (Dynamo)",
        revision: 4,
        summary: "A store without a leader: R and W of N replicas answer, versions tell what replaced what.",
        references: &[
            "G. DeCandia et al.: Dynamo: Amazon's Highly Available Key-value Store, 2007",
            "N. Preguiça, C. Baquero, P. S. Almeida, V. Fonte, R. Gonçalves: Dotted Version Vectors: Logical Clocks for \
             Optimistic Replication, 2010",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::Lossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none: an answer that comes too late counts as lost",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Session;
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

    fn client(config: &Config) -> Session {
        Session::new(config.wander, config.patience)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let server = Dynamo::default();
        server.persist(ctx);
        server
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let (vectors, bug) = (ctx.config().versions == Versioning::Vectors, ctx.config().bug);
        let forgot = persisted.is_none() && vectors && bug != Bug::ForgetDots;
        let persisted = persisted.filter(|_| bug != Bug::ForgetDots);
        let mut server = persisted.unwrap_or_default();
        if forgot {
            server.forgot = true;
            ctx.rule(Rule::Forget, |ctx| {
                format!(
                    "{} has nothing on its disk: it does not know which versions it made, and makes no more",
                    ctx.name(ctx.me())
                )
            });
            server.persist(ctx);
        }
        if !server.hints.is_empty() {
            ctx.set_timer(Timer::Handoff, ctx.config().handoff);
        }
        // It may have missed anything, or have lost its disk.
        server.differ(ctx, ctx.peers());
        server
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        self.suspected.remove(from);
        match message {
            Message::Forward { request, passed } => self.take(ctx, request, passed),
            Message::Store { key, held, why } => self.on_store(ctx, from, key, &held, why),
            Message::Stored { key, why, seen } => self.on_stored(ctx, from, key, why, &seen),
            Message::Read { id, key } => self.on_read(ctx, from, id, &key),
            Message::Found { id, held } => self.on_found(ctx, from, id, held),
            Message::Tree { level, hashes } => self.on_tree(ctx, from, level, &hashes),
            Message::Agree { root } => self.on_agree(ctx, from, root),
            Message::Keys { leaves, held, back } => self.on_keys(ctx, from, leaves, held, back),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Late(id) => self.late(ctx, id),
            Timer::Handoff => self.hand_over(ctx),
            Timer::Compare => self.compare(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, _: NodeId, request: Request) {
        self.take(ctx, request, NodeSet::new());
    }

    fn lie(message: &Message) -> Option<Message> {
        // It knows of nothing.
        match message {
            Message::Found { id, .. } => Some(Message::Found { id: *id, held: Siblings::default() }),
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

    fn clocks(config: &Config) -> Clocks {
        if config.versions == Versioning::LastWriter { Clocks::Instants } else { Clocks::Unread }
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
        Some(inspect::ring(config, nodes))
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }

    fn record(ghost: &Ghost, names: &[NodeSpec]) -> Option<Table> {
        ghost.table(names)
    }
}

impl Dynamo {
    /// The servers in the order in which they are to hold a key.
    fn order(ctx: &Ctx<'_, Self>, key: &str) -> Vec<NodeId> {
        place::order(ctx.servers().len(), key)
    }

    /// The replicas of a key: the first N.
    fn replicas(ctx: &Ctx<'_, Self>, key: &str) -> NodeSet {
        Self::order(ctx, key).into_iter().take(ctx.config().n as usize).collect()
    }

    /// What it holds of a key, which may never have been written.
    fn siblings(&self, key: &Text) -> Siblings<Write> {
        self.keys.get(key).cloned().unwrap_or_default()
    }

    /// Writes to the disk what is to survive.
    fn persist(&self, ctx: &mut Ctx<'_, Self>) {
        let (keys, hints, last) = (self.keys.clone(), self.hints.clone(), self.last.clone());
        ctx.persist(&Dynamo { keys, hints, last, forgot: self.forgot, ..Dynamo::default() });
    }
}

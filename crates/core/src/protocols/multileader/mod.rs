//! Multi-leader replication: every server takes writes by itself, and tells the others afterwards.
//!
//! # The lesson
//!
//! Where there is one leader, who cannot reach it cannot write, and who is far away waits. Here every server is a leader.
//! It answers its clients' reads and writes *at once, from what it has*, and sends its writes to the other leaders when
//! that is done. So each side of a partition goes on, and a server at the other end of the world costs nobody any time.
//! (The term, and the three topologies, are those of Kleppmann's book, chapter 5. The idea is as old as RFC 677; Bayou
//! let phones and laptops read and write any server, and built the log by which servers catch up.)
//!
//! *The log.* Each leader numbers its writes. A write keeps the name of its leader and its number wherever it goes, is
//! applied once everywhere, and in its leader's order; it is sent again until the other says that it has it. So a leader
//! that was down or cut off catches up.
//!
//! *The price is conflicts.* Two leaders take writes to one key and do not know of each other. Both have been acknowledged.
//! - *The last writer wins*: each write has a timestamp, of its leader's own clock, and the later one stays. All leaders
//!   come to the same, and one of the two writes is gone. If a clock is wrong, a write is lost even to one that was done
//!   before it was asked for. Nobody is told.
//! - *Version vectors* say what the writer had seen. What had seen nothing of each other stays side by side, and the next
//!   client that reads is told both: when it writes, it decides. Nothing is lost, and the client has work to do.
//! - *Merging*: the meaning of writes is chosen so that they cannot conflict. Here a key holds a set; to put is to add, and
//!   to delete is to remove what the leader has. Of a put and a delete at the same time the put wins. Nobody has to decide
//!   anything, and a put cannot replace a value.
//!
//! *Topologies.* On a *ring* (circular) or a *star* fewer links are needed, and what comes from another is passed on. But
//! one leader that is down stops all that would go through it. With *all to all* nothing stops; yet links differ in speed,
//! and a write may overtake another one, of another leader, on which it rests: n3 hears that the order was cancelled before
//! it hears that there was one. To number writes does not help, since each leader numbers its own. What helps is to carry
//! along how many of each leader's writes its leader had applied, and to let it wait for those: *causes first*. Merging
//! needs it: a delete that comes before what it removes finds nothing, and that comes back for good.
//!
//! *A delete is a write*, of a tombstone. A leader that was away may yet send an older value, and without the tombstone
//! nothing would say that it is older than nothing.
//!
//! `steps.rs` has what leaders do, `held.rs` the three ways to deal with conflicts.
//!
//! # Departures from the papers
//!
//! - *Bayou's resolution is left out*: there writes carry checks and procedures that merge, all servers execute them in
//!   one order and take back and redo what came out of order, and a primary makes that order final (Terry et al. 1995
//!   §4 to §6). Here a conflict is resolved by one of three rules, when a write arrives, and nothing is taken back.
//! - *Leaders send*; Bayou's servers ask each other in pairs, at times of their choosing, and pass on all that they have in
//!   either direction. Here who sends to whom is fixed, and what is acknowledged leaves the log.
//! - *RFC 677's leaders delete a tombstone* when all have it. Here it stays.
//! - *Versions have a dot beside their vector* (Preguiça et al. 2010): Parker's vectors count the updates of a site, and
//!   take two clients that wrote through one of them for one that had seen the other.
//! - *The set is an observed-remove set of operations*, which need causes first; tags are the names of writes.
//! - *The clock is not set forward by what comes from others*, as RFC 677 has it; Lamport's would be. A leader's own
//!   timestamps do not repeat, whatever its clock does.
//! - *A leader gives its last answer to a client again*; a client that hears nothing asks another leader, up to three, and
//!   its write is then there twice, under two names.
//! - *The leaders are known and stay the same*, and none comes back without its disk. One that did would give numbers
//!   again that it gave before.

mod card;
mod config;
mod ghost;
mod held;
mod inspect;
mod invariants;
mod message;
mod rules;
mod steps;
#[cfg(test)]
mod tests;

pub use crate::client::session::{Context, Outcome, Request, Session, Told, Write};
pub use config::{Bug, Config, Conflicts, Topology};
pub use ghost::Ghost;
pub use held::Held;
pub use message::Message;
pub use rules::Rule;

use crate::{
    Ability, About, Assumptions, Bound, Breach, Clocks, ConfigError, Ctx, Delivery, Form, Invariant, Key, NodeId,
    NodeMap, NodeSet, NodeSpec, Order, Protocol, Sorted, StepSeen,
    crdt::Stamp,
    services::Text,
    versions::{Counts, Dot},
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A server, which is a leader as all are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leader {
    /// What it holds of each key.
    pub keys: Sorted<Text, Held>,
    /// How many writes of each leader it has applied.
    pub seen: Counts,
    /// The replication log: what it has to send, in the order in which it applied it, and who is not known to have it.
    pub log: Vec<(Entry, NodeSet)>,
    /// What arrived before something that has to come first, and from whom. This alone is not on the disk.
    pub waiting: Vec<(NodeId, Entry)>,
    /// Where the last writer wins, its last timestamp.
    pub last: u64,
    /// The last answer to each client.
    pub answers: NodeMap<Told>,
}

/// A write on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The leader that took it, and its number there.
    pub dot: Dot,
    /// Where causes come first: how many writes of each leader that had applied before.
    pub past: Counts,
    /// The key.
    pub key: Text,
    /// What was written.
    pub write: Write,
    /// What decides between it and others.
    pub mark: Mark,
}

/// What decides between a write and others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mark {
    /// When its leader took it.
    At(Stamp),
    /// What its client had seen of the key.
    Seen(Counts),
    /// Nothing: it adds.
    Adds,
    /// It removes what these writes added.
    Removes(Vec<Dot>),
}

/// The timer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to send again what others are not known to have.
    Resend,
}

impl Protocol for Leader {
    const ABOUT: About = About {
        id: "multi-leader",
        title: "Multi-leader replication",
        revision: 2,
        summary: "Every server answers reads and writes at once and tells the others later; a rule resolves conflicts.",
        references: &[
            "P. R. Johnson, R. H. Thomas: The Maintenance of Duplicate Databases, RFC 677, 1975",
            "D. S. Parker et al.: Detection of Mutual Inconsistency in Distributed Systems, 1983",
            "D. B. Terry et al.: Managing Update Conflicts in Bayou, a Weakly Connected Replicated Storage System, SOSP 1995",
            "K. Petersen, M. J. Spreitzer, D. B. Terry, M. M. Theimer, A. J. Demers: Flexible Update Propagation for Weakly \
             Consistent Replication, SOSP 1997",
            "M. Shapiro, N. Preguiça, C. Baquero, M. Zawirski: A Comprehensive Study of Convergent and Commutative \
             Replicated Data Types, INRIA RR-7506, 2011",
            "M. Kleppmann: Designing Data-Intensive Applications, 2017, chapter 5",
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

    fn start(_: &mut Ctx<'_, Self>) -> Self {
        Leader::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let leader = persisted.unwrap_or_default();
        if !leader.log.is_empty() {
            ctx.set_timer(Timer::Resend, ctx.config().resend);
        }
        leader
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Write(entry) => self.on_entries(ctx, from, vec![entry]),
            Message::Again(entries) => self.on_entries(ctx, from, entries),
            Message::Has(seen) => self.on_has(ctx, from, &seen),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, Timer::Resend: Timer) {
        self.resend(ctx);
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Request) {
        let last = self.answers.get(client).filter(|last| last.id.serial >= request.id.serial).cloned();
        match (last, request.op.written()) {
            (None, None) => self.read(ctx, client, request.id, request.op.key()),
            (None, Some(value)) => self.write(ctx, client, &request, value.cloned()),
            (Some(last), _) if last.id == request.id => {
                ctx.rule(Rule::Again, |ctx| format!("{} answered {} before", ctx.name(ctx.me()), ctx.name(client)));
                ctx.respond(client, last);
            }
            (Some(_), _) => {}
        }
    }

    fn lie(message: &Message) -> Option<Message> {
        message.lie()
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

    fn owed(nodes: &[Option<&Self>], _: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        invariants::owed(nodes, liars, specs)
    }

    fn unsound(config: &Config) -> Option<String> {
        config::unsound(config)
    }

    fn clocks(config: &Config) -> Clocks {
        if config.conflicts == Conflicts::LastWriter { Clocks::Instants } else { Clocks::Unread }
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

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}

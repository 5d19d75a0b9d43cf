//! Primary-backup replication: one server answers, others are ready to follow it, and somebody decides when.
//!
//! # The lesson
//!
//! The oldest way to make a service outlive a server: clients ask the *primary*, which tells its *backups* what it does.
//! When it dies a backup takes its place. No majority is needed: one replica that is left goes on alone. Everything hangs
//! on two questions.
//!
//! *When may the primary answer?* If it answers at once and sends to its backups later (asynchronous replication), it is
//! fast, and what it answered last dies with it: by design. If it waits for one of several backups (semi-synchronous), that
//! one must be the one that follows. If it waits for all backups of its view (synchronous), whoever follows has all that was
//! ever answered; and each backup that is slow makes everybody slow until it is left out.
//!
//! *Who is primary?* A replica that is silent may be dead, or slow, or cut off, and nobody can tell. If the backups decided
//! by themselves there could be two primaries. So one *view service* decides: it numbers its *views*, each with a primary
//! and its backups. It may be wrong about who is dead, and the old primary may not know that it was replaced. That is
//! harmless if a backup takes nothing from a primary of an earlier view, and a primary answers nothing, *reads included*,
//! before its backups have taken it: the new primary was one of them.
//!
//! *When may a backup become primary?* When it has the state. A replica that comes back has missed what was answered
//! meanwhile, and gets the state of the primary first. The primary *confirms* its view when all its backups have it. Until
//! then nobody can follow it: the view service waits, even if that primary is dead. Any other choice would lose answers.
//!
//! *Beside consensus.* Raft, Multi-Paxos and Viewstamped Replication need no view service, since their majorities are one.
//! Here the view service is a single server: while it is down nobody is replaced.
//!
//! `service.rs` is the view service, `replica.rs` primaries and backups.
//!
//! # Departures
//!
//! - *The view service* is that of a well-known exercise (MIT 6.824, "Viewservice" and "Primary/Backup Key/Value Service"):
//!   numbered views, pings, a primary that confirms its view. There a view has one backup and a primary confirms as soon as
//!   it knows the view; here it has any number, and a primary confirms when all of them have its state. There nothing
//!   follows a view that is not confirmed; here one with the same primary can, so that a backup that dies meanwhile does no
//!   harm.
//! - *Everything is on a disk*: replicas come back with their logs, and the view service with its view. In the exercise a
//!   server that crashed has lost everything.
//! - *Alsberg and Day* pass updates along a chain of hosts, and any host takes requests; here the primary takes all, and
//!   sends to each backup. *Budhiraja et al.* bound what any such protocol costs; here time bounds nothing but progress.
//! - *Backups keep operations in a log* and execute them when they become primary. The log is never cut, and the state that
//!   is transferred is the whole log.
//! - *Clients* are sent on by any replica, instead of asking the view service.

mod card;
mod config;
mod inspect;
mod invariants;
mod message;
mod replica;
mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use config::{Acks, Bug, Config};
pub use invariants::Ghost;
pub use message::{Message, Timer};
pub use rules::Rule;

use crate::{
    About, Assumptions, Bound, Call, ConfigError, Ctx, Delivery, Form, Invariant, Key, Log, Micros, NodeId, NodeMap,
    NodeSet, NodeSpec, Order, Protocol, Redirecting, Role, StepSeen,
    replicated::{Command, StateMachine},
    services::KeyValue,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Who is primary, and who its backups are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct View {
    /// The count of views, from 1. A replica that knows of none has 0.
    pub number: u64,
    /// The primary.
    pub primary: NodeId,
    /// Its backups.
    pub backups: NodeSet,
}

/// The part that a server plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// The view service.
    Service,
    /// The primary of its view.
    Primary,
    /// A backup of its view.
    Backup,
    /// A replica that is neither, or a primary that has heard that its view is over.
    Apart,
}

impl View {
    /// The part that a replica plays in it.
    fn part(&self, replica: NodeId) -> Part {
        match (self.primary == replica, self.backups.contains(replica)) {
            (true, _) => Part::Primary,
            (false, true) => Part::Backup,
            (false, false) => Part::Apart,
        }
    }
}

/// A replica, or the view service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrimaryBackup {
    /// The part that it plays, as far as it knows.
    pub part: Part,
    /// The view that it is in; the view service's is the one that it made.
    pub view: View,
    /// What a replica is to execute, or has executed.
    pub log: Log<Command>,
    /// What came of what was executed.
    pub machine: Rc<StateMachine>,
    /// How far the log was executed.
    pub executed: u64,
    /// Whether a backup has the state of the primary of its view.
    pub has_state: bool,
    /// How much each backup has, as far as the primary knows. One that lacks the state is not in it.
    pub acked: NodeMap<u64>,
    /// Whether the primary has confirmed the view. The view service knows.
    pub confirmed: bool,
    /// Whom the view service has heard since it looked last.
    pub heard: NodeSet,
}

impl PrimaryBackup {
    fn in_view(view: View, part: Part) -> Self {
        PrimaryBackup {
            part,
            view,
            log: Log::new(),
            machine: Rc::default(),
            executed: 0,
            has_state: false,
            acked: NodeMap::new(),
            confirmed: false,
            heard: NodeSet::new(),
        }
    }

    fn begin(&self, ctx: &mut Ctx<'_, Self>) {
        match self.part {
            Part::Service => ctx.set_timer(Timer::Check, ctx.config().dead_after),
            _ => ctx.set_timer(Timer::Ping, ctx.config().ping),
        }
    }
}

impl Protocol for PrimaryBackup {
    const ABOUT: About = About {
        id: "primary-backup",
        title: "Primary-backup",
        revision: 2,
        summary: "A primary answers, backups are ready to follow it, and a view service decides when.",
        references: &[
            "P. Alsberg, J. Day: A Principle for Resilient Sharing of Distributed Resources, 1976",
            "N. Budhiraja, K. Marzullo, F. Schneider, S. Toueg: The Primary-Backup Approach, 1993",
            "MIT 6.824: Distributed Systems, Lab 2: Primary/Backup Key/Value Service, 2012 to 2015",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "whoever is up is heard in time, and the view service is up",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = Redirecting<KeyValue>;
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

    fn client(config: &Config) -> Self::Client {
        config::client(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let mut backups = ctx.config().replicas();
        backups.remove(NodeId(0));
        let view = View { number: 1, primary: NodeId(0), backups };
        let part = if ctx.me() == ctx.config().service() { Part::Service } else { view.part(ctx.me()) };
        let mut server = PrimaryBackup::in_view(view, part);
        (server.confirmed, server.has_state) = (true, true);
        if part == Part::Primary {
            server.acked = backups.iter().map(|backup| (backup, 0)).collect();
        }
        ctx.persist(&server);
        server.begin(ctx);
        server
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        // Who has no disk knows of no view, and waits until it is told of one.
        let blank = View { number: 0, primary: NodeId(0), backups: NodeSet::new() };
        let part = if ctx.me() == ctx.config().service() { Part::Service } else { Part::Apart };
        let server = persisted.unwrap_or_else(|| PrimaryBackup::in_view(blank, part));
        let mut server = PrimaryBackup { heard: NodeSet::new(), ..server };
        server.begin(ctx);
        // It may have crashed between what it wrote and the answer that followed.
        server.advance(ctx);
        ctx.rule(Rule::Resume, |ctx| server.resumed(ctx));
        server
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Ping { view, confirmed } => self.on_ping(ctx, from, view, confirmed),
            Message::View(view) => self.on_view(ctx, view),
            Message::State { view, log } => self.on_state(ctx, from, view, log),
            Message::Update { view, after, entries } => self.on_update(ctx, from, (view, after), &entries),
            Message::Ack { view, has } => self.on_ack(ctx, from, view, has),
            Message::Refused { view } => self.on_refused(ctx, from, view),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Ping => self.ping(ctx),
            Timer::Check => self.check(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Call<KeyValue>) {
        self.on_call(ctx, client, request);
    }

    fn lie(message: &Message) -> Option<Message> {
        // It has one operation more than it has.
        match message {
            Message::Ack { view, has } => Some(Message::Ack { view: *view, has: Some(has.unwrap_or(0) + 1) }),
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

    fn unsound(config: &Config) -> Option<String> {
        config::unsound(config)
    }

    fn timely(config: &Config, longest: Micros) -> Result<(), String> {
        config::timely(config, longest)
    }

    fn role(&self) -> Role {
        match self.part {
            Part::Primary => Role::Primary,
            Part::Backup => Role::Backup,
            Part::Service | Part::Apart => Role::Plain,
        }
    }

    fn badge(&self) -> String {
        format!("view {}", self.view.number)
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

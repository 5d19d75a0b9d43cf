//! Viewstamped Replication: one log on many replicas, none of which keeps it on a disk.
//!
//! # The lesson
//!
//! Like Raft and Multi-Paxos, Viewstamped Replication has one server put all requests in order and the others follow; it is
//! the oldest of the three. A group of 2f + 1 replicas works as long as no more than f have failed.
//!
//! *Views.* In each view one replica is the *primary*. Nobody is elected: view v belongs to replica v modulo the number of
//! replicas, so the group only has to agree that view v begins. The primary gives each request the next *op-number* and
//! asks the backups to prepare it. A backup that has all operations before adds it to its log and says so. When f backups
//! have it, f + 1 replicas do: the operation is *committed*, whatever happens.
//!
//! *View changes.* When backups hear nothing of the primary, they stop working for it, tell each other, and give their
//! logs to the next one. That one waits for f + 1 logs, its own included. Any f + 1 share a replica with those that had a
//! committed operation, so it is in one of the logs. Which one? The log that was *normal in the latest view*, and of
//! those the longest: a log from an earlier view may be long with operations that were never committed and that a later
//! view has replaced.
//!
//! *Recovery.* A log on a disk is slow. Here a replica that crashed has lost everything, and gets it back from the others.
//! It must not take part before, or it would break promises that it has forgotten: with it, f + 1 replicas could agree on
//! a past in which an operation never was. So it asks with a *nonce*, lest an answer to an earlier question be taken for
//! one to this, and waits for f + 1 answers, among them that of the primary, which alone has every operation. Until
//! then it counts among the f that have failed.
//!
//! *Beside the others.* Raft votes for the server with the better log, and so moves no logs to begin a term; here the
//! turn decides who leads, and the log goes to it. Paxos asks slot by slot what may be chosen; here the view in which a log
//! was last normal says it for all operations at once. Both write each entry to the disk before they speak of it.
//!
//! `state.rs` is the paper's Figure 2, `normal.rs` §4.1 with the clients, `view_change.rs` §4.2, `recovery.rs` §4.3 and
//! §5.2.
//!
//! # Departures from the paper
//!
//! - *Two numbers are on the disk.* One counts how often the replica was started; it is the nonce. The paper asks for
//!   a number that is never used twice, such as a clock's or a counter's. The other is the view-number, as in the first
//!   Viewstamped Replication of 1988. The paper does without; but then a replica can promise a later view, forget it, and
//!   recover into the earlier one, while its log is still on the way to the later one's primary. E. Michael, D. Ports, N.
//!   Sharma and A. Szekeres ("Recovering Shared Objects Without Stable Storage", 2017) showed that operations are lost so. A
//!   setting leaves the view-number out, to see that.
//! - *A replica that recovers says in which view it was*, and waits for that view or a later one. Who hears of a later view
//!   so begins to change to it.
//! - *State transfer* (§5.2) has a replica that hears of a later view drop what it does not know to be committed, and then
//!   ask. Here it keeps its log until it has the answer: it may be one of the few that have a committed operation, and may
//!   be asked for its log before the answer comes. One whose view change has ended without it asks likewise.
//! - *Operations that come too early are not kept*: a backup that lacks one asks the primary for all that it lacks.
//! - *PrepareOk names the last operation in the log*, and so stands for all before. Commit messages come at all times,
//!   not only when nothing else is sent, and what has too few answers is sent again with them.
//! - *Clients* are sent on to the primary by whomever they ask; in the paper they ask all replicas. The client table is
//!   filled when an operation is executed; the log tells what is under way.
//! - *A group of an even number* of replicas is legal: f + 1 stands for a majority.
//! - *Reconfiguration (§7), checkpoints, log suffixes in view changes, witnesses, batching and fast reads (§5, §6)* are left
//!   out. Reads are requests like all others.

mod card;
mod config;
mod inspect;
mod invariants;
mod message;
mod normal;
mod recovery;
mod rules;
mod state;
#[cfg(test)]
mod tests;
mod view_change;

pub use config::{Bug, Config};
pub use invariants::Ghost;
pub use message::{Message, Timer};
pub use rules::Rule;
pub use state::{Memory, Status, Vote};

use crate::{
    Ability, About, Assumptions, Bound, Call, ConfigError, Ctx, Delivery, Form, Invariant, Key, Log, Micros, NodeId,
    NodeMap, NodeSet, NodeSpec, Order, Protocol, Redirecting, Role, Span, StepSeen,
    replicated::{Command, StateMachine},
    services::KeyValue,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A replica.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Vr {
    // On the disk.
    /// How often it was started again: the nonce of its recovery.
    pub starts: u64,
    /// The view-number.
    pub view: u64,

    // The paper's Figure 2.
    /// What it is at.
    pub status: Status,
    /// The log. Its length is the op-number.
    pub log: Log<Command>,
    /// How many operations it knows to be committed, and has executed.
    pub commit_number: u64,
    /// The service, with the client table.
    pub machine: Rc<StateMachine>,
    /// The latest view in which its status was normal.
    pub last_normal: u64,

    // Of primaries.
    /// Whether it is the primary, and its view is under way.
    pub primary: bool,
    /// For each backup the last operation known to be in its log.
    pub acked: NodeMap<u64>,

    // In view changes.
    /// Who else goes on to this view.
    pub starters: NodeSet,
    /// What others, and itself, bring into this view, at its primary.
    pub votes: NodeMap<Vote>,

    // In recovery.
    /// What others remember.
    pub memories: NodeMap<Memory>,
}

impl Protocol for Vr {
    const ABOUT: About = About {
        id: "vr",
        title: "Viewstamped Replication",
        revision: 1,
        summary: "Replicas take turns as primary of a log in memory, and who crashed gets it back from the others.",
        references: &[
            "B. Liskov, J. Cowling: Viewstamped Replication Revisited, 2012",
            "B. Oki, B. Liskov: Viewstamped Replication: A New Primary Copy Method, 1988",
            "E. Michael, D. Ports, N. Sharma, A. Szekeres: Recovering Shared Objects Without Stable Storage, 2017",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Minority,
            lies: Bound::None,
            timing: "messages take much less time than view timeouts",
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
        let primary = state::primary_of(ctx, 0) == ctx.me();
        ctx.rule(Rule::Begin, |ctx| {
            format!("{} begins in view 0, as its {}", ctx.name(ctx.me()), if primary { "primary" } else { "backup" })
        });
        if primary {
            ctx.set_timer(Timer::Commit, Span::exactly(ctx.config().commit_every));
        } else {
            ctx.set_timer(Timer::ViewChange, ctx.config().view_timeout);
        }
        Vr { primary, ..Vr::default() }
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let Vr { starts, view, .. } = persisted.unwrap_or_default();
        let mut replica = Vr { starts: starts + 1, view, status: Status::Recovering, ..Vr::default() };
        replica.persist(ctx);
        replica.recover(ctx);
        replica
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Prepare { view, op_number, command, commit_number } => {
                self.on_prepare(ctx, from, (view, op_number), command, commit_number);
            }
            Message::PrepareOk { view, op_number } => self.on_prepare_ok(ctx, from, view, op_number),
            Message::Commit { view, commit_number } => self.on_commit(ctx, from, view, commit_number),
            Message::StartViewChange { view } => self.on_start_view_change(ctx, from, view),
            Message::DoViewChange { view, vote } => self.on_do_view_change(ctx, from, view, vote),
            Message::StartView { view, log, commit_number } => self.on_start_view(ctx, from, view, log, commit_number),
            Message::Recovery { nonce, view } => self.on_recovery(ctx, from, nonce, view),
            Message::RecoveryResponse { nonce, memory } => self.on_response(ctx, from, nonce, memory),
            Message::GetState { view, op_number } => self.on_get_state(ctx, from, view, op_number),
            Message::NewState { view, after, entries, commit_number } => {
                self.on_new_state(ctx, from, (view, after), &entries, commit_number);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::ViewChange => self.on_view_timeout(ctx),
            Timer::Commit => self.send_commits(ctx),
            Timer::Recovery => self.recover(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Call<KeyValue>) {
        self.on_call(ctx, client, request);
    }

    fn lie(message: &Message) -> Option<Message> {
        // A log that has nothing in it, and is the latest.
        match message {
            Message::DoViewChange { view, .. } => {
                let vote = Vote { log: Log::default(), last_normal: *view, commit_number: 0 };
                Some(Message::DoViewChange { view: *view, vote })
            }
            _ => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.key()
    }

    fn is_recovering(&self) -> bool {
        self.status == Status::Recovering
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

    fn able(config: &Config, reachable: NodeSet) -> Option<Ability> {
        Some(config::able(config, reachable))
    }

    fn role(&self) -> Role {
        match self.status {
            Status::Normal if self.primary => Role::Primary,
            Status::Normal => Role::Backup,
            Status::ViewChange => Role::Changing,
            Status::Recovering => Role::Plain,
        }
    }

    fn badge(&self) -> String {
        format!("view {}", self.view)
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, _names: &[NodeSpec]) -> MessageView {
        inspect::message(message)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}

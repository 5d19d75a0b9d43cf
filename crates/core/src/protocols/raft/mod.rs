//! Raft: one log on many servers, so that the service it drives outlives some of them.
//!
//! # The lesson
//!
//! A service that runs on one machine dies with it. Raft runs it on several: all of them keep the same list of
//! commands, the *log*, and apply it in the same order to equal state machines. To keep logs equal, one server leads.
//! Only the leader takes commands; it appends them to its log and sends them to the others, and what a majority holds
//! is *committed*: it will never be lost, and everyone may apply it. The rest is what happens when the leader goes.
//!
//! *Elections.* Time is cut into *terms*, numbered upwards, with at most one leader each. A follower that hears nothing
//! for a while begins a new term and asks for votes. A server has one vote in a term, and any two majorities share a
//! server, so two candidates cannot both win. Timeouts are drawn from a range, so that mostly one server wakes up
//! first; if votes split, the term ends without a leader and the next one begins. A message of a newer term makes
//! everyone else a follower: that is how a leader that was cut off learns that it leads no more.
//!
//! *Replication.* Each AppendEntries names the entry just before the new ones, by index and term. A follower that lacks
//! it refuses, and the leader tries one entry earlier, until the logs meet; there the follower drops what differs and
//! takes the leader's entries. By induction two logs that agree on the index and term of one entry agree on all before.
//!
//! *Commitment.* Why does no committed entry get lost when the leader changes? A majority holds it, a new leader needs
//! votes of a majority, and a voter refuses a candidate whose log is less up to date than its own; so whoever wins
//! holds it. This needs one precaution (Figure 8 of the paper): an entry of an *earlier* term may sit on a majority and
//! still be overwritten. A leader therefore counts copies only for entries of its own term, and commits the earlier
//! ones along with them.
//!
//! *Clients* number their commands, so that one which was sent twice is applied once. A read changes nothing and is not
//! logged; but a leader that was cut off might answer from the past, so it first hears from a majority that it leads.
//!
//! `state.rs` is the state box of the paper's Figure 2, `election.rs` and `replication.rs` its calls and the rules for
//! servers, `clients.rs` is §8; `invariants.rs` watches the five properties of Figure 3.
//!
//! # Departures from the paper
//!
//! - *Cluster membership changes (§6) and log compaction (§7) are left out*: they are lessons of their own.
//! - *Calls are pairs of messages.* A reply can be late, lost or doubled, and nothing but its content ties it to its
//!   call: AppendEntriesReply repeats `prev_log_index` and says how far the logs match (`match_index`).
//! - *AppendEntries and its reply carry a `round`*: the paper wants a read to wait for heartbeats exchanged after it
//!   came, and the number tells those from earlier ones. Every AppendEntries carries the latest round, so that a lost
//!   one is made good by the next heartbeat.
//! - *A call is repeated by the next of its kind*: an AppendEntries by the next heartbeat, a RequestVote by the next
//!   election. The paper repeats each call on a timer of its own, which adds timers and no behaviour.
//! - *AppendEntries carries at most `max_entries` entries*, from `next_index` on. After a full batch was accepted the
//!   next follows at once. `next_index` moves with replies only, so that commands that come in quick succession are
//!   sent more than once; receivers do not mind.
//! - *Entries are committed and applied in one step*, so that `last_applied` equals `commit_index` between steps. The
//!   commit index that a read must wait for is therefore always applied.
//! - *A leader answers the client of every entry that it applies*, also of entries from earlier leaders: it saves the
//!   client a repetition, whose answer would be the same.
//! - *A leader that steps down sends the clients of waiting reads away* instead of leaving them to their timeouts.
//! - *A client's session never ends.* The paper leaves its end open, and so leaves room for applying a command twice.

mod card;
mod clients;
mod config;
mod election;
mod inspect;
mod invariants;
mod message;
mod replication;
mod rules;
mod state;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::{Ghost, Reign};
pub use message::{AppendEntries, AppendEntriesReply, Message, RequestVote, RequestVoteReply, Timer};
pub use rules::Rule;
pub use state::{Entry, Read, Role};

use crate::{
    Ability, About, Assumptions, Bound, Call, ConfigError, Ctx, Delivery, Form, Invariant, Key, Log, Micros, NodeId,
    NodeMap, NodeSet, NodeSpec, Order, Protocol, Redirecting, StepSeen,
    replicated::StateMachine,
    services::KeyValue,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A server: the state box of Figure 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Raft {
    // Persistent state on all servers.
    /// The latest term that the server has seen.
    pub current_term: u64,
    /// Who has its vote in this term.
    pub voted_for: Option<NodeId>,
    /// The log.
    pub log: Log<Entry>,

    // Volatile state on all servers.
    /// The last entry known to be committed.
    pub commit_index: u64,
    /// The last entry applied to the state machine.
    pub last_applied: u64,
    /// The part that it plays.
    pub role: Role,
    /// Who leads this term, as far as it knows.
    pub leader: Option<NodeId>,
    /// What the entries were applied to.
    pub machine: Rc<StateMachine>,

    // Volatile state on candidates.
    /// Who voted for it in this term.
    pub votes: NodeSet,

    // Volatile state on leaders.
    /// For each other server the next entry to send.
    pub next_index: NodeMap<u64>,
    /// For each other server the last entry known to be there.
    pub match_index: NodeMap<u64>,
    /// The latest round of heartbeats that a read began.
    pub round: u64,
    /// For each other server the latest round that it answered.
    pub acked_round: NodeMap<u64>,
    /// Reads that wait for their round.
    pub reads: Vec<Read>,
}

impl Protocol for Raft {
    const ABOUT: About = About {
        id: "raft",
        title: "Raft",
        revision: 1,
        summary: "A leader keeps one log on many servers; while a majority is up, nothing committed is lost.",
        references: &[
            "D. Ongaro, J. Ousterhout: In Search of an Understandable Consensus Algorithm, extended version, 2014",
            "D. Ongaro: Consensus: Bridging Theory and Practice, 2014",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "messages take much less time than election timeouts, and servers run much longer than those",
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
        ctx.rule(Rule::Begin, |ctx| format!("{} begins as a follower and waits for a leader", ctx.name(ctx.me())));
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        Raft::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let mut raft = persisted.unwrap_or_default().persistent();
        if ctx.config().bug == Bug::ForgetVote {
            raft.voted_for = None;
        }
        ctx.rule(Rule::Restart, |ctx| {
            let vote =
                raft.voted_for.map_or("no vote given".into(), |node| format!("its vote given to {}", ctx.name(node)));
            let (me, log) = (ctx.name(ctx.me()), rules::count_entries(raft.log.len()));
            format!("{me} comes back in term {}, with {vote} and {log} in its log", raft.current_term)
        });
        ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        raft
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        if ctx.config().bug == Bug::ResetOnAnyMessage && self.role != Role::Leader {
            ctx.set_timer(Timer::Election, ctx.config().election_timeout);
        }
        self.adopt_newer_term(ctx, from, message.term());
        match message {
            Message::RequestVote(m) => self.on_request_vote(ctx, from, &m),
            Message::RequestVoteReply(m) => self.on_request_vote_reply(ctx, from, &m),
            Message::AppendEntries(m) => self.on_append_entries(ctx, from, &m),
            Message::AppendEntriesReply(m) => self.on_append_entries_reply(ctx, from, &m),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Election => self.start_election(ctx),
            Timer::Heartbeat => self.send_heartbeats(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: Call<KeyValue>) {
        self.on_call(ctx, client, request);
    }

    fn lie(message: &Message) -> Option<Message> {
        // A second vote in one term.
        match message {
            Message::RequestVoteReply(reply) if !reply.vote_granted => {
                Some(Message::RequestVoteReply(RequestVoteReply { vote_granted: true, ..reply.clone() }))
            }
            _ => None,
        }
    }

    fn key(message: &Message) -> Key {
        message.key()
    }

    fn role(&self) -> crate::Role {
        match self.role {
            Role::Follower => crate::Role::Follower,
            Role::Candidate => crate::Role::Candidate,
            Role::Leader => crate::Role::Leader,
        }
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn interchangeable(config: &Config) -> NodeSet {
        NodeSet::first(usize::try_from(config.servers).unwrap_or_default())
    }

    fn timely(config: &Config, longest: Micros) -> Result<(), String> {
        config::timely(config, longest)
    }

    fn able(config: &Config, reachable: NodeSet) -> Option<Ability> {
        Some(config::able(config, reachable))
    }

    fn badge(&self) -> String {
        format!("term {}", self.current_term)
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

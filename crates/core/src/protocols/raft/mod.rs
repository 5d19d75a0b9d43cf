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
//! first; if votes split, the term ends without a leader and the next one begins. With a part r of the range that is as
//! long as a message flies, of three servers 3r² - 2r³ of first terms are split (`crates/check/tests/elections.rs` derives
//! it for any number). A message of a newer term makes
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
//! *Leaders that stay* (dissertation §4.2.3, §6.2, §9.6). A server that was cut off comes back with a newer term, and
//! everyone has to follow it there: a leader that did its work is deposed. With `pre_vote` a server asks first if it could
//! win, and who hears from a leader says no. With `check_quorum` who hears from a leader does not even listen to
//! candidates, and a leader that no majority answers steps down, so that its clients look elsewhere.
//!
//! *Reads by the clock* (§6.4.1). That promise not to vote for a while is worth something: until it ends nobody else can
//! have been elected, and the leader may answer reads without asking anyone. It has to know how far clocks go wrong.
//! `clock_drift` says it; where a clock is worse than that, an answer can be from the past.
//!
//! *Snapshots* (§7). A log that only grows fills every disk, and to apply it all anew after a crash takes ever longer. So
//! each server by itself folds what it has applied into a *snapshot*: the state that those entries gave, with the index
//! and term of the last one, so that the consistency check still has something to look at. The clients' sessions are part of
//! that state; without them a command that was repeated would be applied again. A follower that lacks what the leader has
//! folded gets the snapshot instead. If its log holds the last entry of it, what follows stays: it may be committed, and
//! the leader may have counted it.
//!
//! *Membership* (§6, dissertation chapter 4). Who votes is in the log as well: a *configuration* is an entry, and a server
//! goes by the latest one that it holds, committed or not. If a cluster went from one set of voters to any other in one
//! step, a majority of the old and one of the new could decide different things, since not all hear of it at once. With
//! `joint` consensus there is a step between, in which nothing is decided without a majority of *each*. With
//! `single-server` changes one server comes or goes at a time, and then majorities before and after always share a server;
//! but only if a leader first commits an entry of its own term, else two leaders might each begin a change from the same
//! configuration. A new server with an empty log would hold up commits, and so it catches up as a *learner* before it
//! counts. A leader that is removed leads on until that is committed, without counting itself. And a server that was
//! removed may not know it: it hears from nobody, begins elections, and disturbs a cluster that it is not in, unless who
//! hears from a leader does not listen.
//!
//! *Who leads* is left to chance as long as all servers wait in the same range (§9.3). A server with a range of its own, or of
//! a lower priority, stands later, and so leads only where the others do not.
//!
//! *Handing over* (§3.10) moves the lead to a server of one's choice: it gets the whole log, and then begins an election
//! as if it had lost patience. *Batching and pipelining* (§10.2) make one message do for several commands, and let the
//! next one leave before the last is answered. *Passing over terms* (§5.3) lets logs that differ meet in as many steps as
//! they have terms in conflict, and not entries.
//!
//! `state.rs` is the state box of the paper's Figure 2, `election.rs` and `replication.rs` its calls and the rules for
//! servers, `clients.rs` is §8; `snapshot.rs` §7; `stable.rs`, `lease.rs` and `transfer.rs` follow the dissertation;
//! `membership.rs`, `change.rs` and `catch_up.rs` follow both. `invariants.rs` watches the five properties of Figure 3, that
//! nobody disturbs a leader, and that majorities meet.
//!
//! # Departures from the paper
//!
//! - *Calls are pairs of messages.* A reply can be late, lost or doubled, and nothing but its content ties it to its
//!   call: AppendEntriesReply repeats `prev_log_index` and says how far the logs match (`match_index`).
//! - *AppendEntries and its reply carry a `round`*: the paper wants a read to wait for heartbeats exchanged after it
//!   came, and the number tells those from earlier ones. Every AppendEntries carries the latest round, so that a lost
//!   one is made good by the next heartbeat.
//! - *A call is repeated by the next of its kind*: an AppendEntries by the next heartbeat, a RequestVote by the next
//!   election. The paper repeats each call on a timer of its own, which adds timers and no behaviour.
//! - *AppendEntries carries at most `max_entries` entries*, from `next_index` on. After a full batch was accepted the
//!   next follows at once. Without a pipeline `next_index` moves with replies only, so that commands that
//!   come in quick succession are sent more than once; receivers do not mind.
//! - *Entries are committed and applied in one step*, so that `last_applied` equals `commit_index` between steps. The
//!   commit index that a read must wait for is therefore always applied.
//! - *A leader answers the client of every entry that it applies*, also of entries from earlier leaders: it saves the
//!   client a repetition, whose answer would be the same.
//! - *A leader that steps down sends the clients of waiting reads away* instead of leaving them to their timeouts.
//! - *What the dissertation adds is off until it is set*: pre-votes, the counting of the quorum, leases, transfers, batches
//!   and pipelines, and passing over terms, which the paper finds hardly necessary.
//! - *Who hears from a leader is remembered by a timer* of the shortest election timeout, which is the minimum of §4.2.3. A
//!   server that comes back waits for so long before it votes, since it may have promised that to a leader before: the
//!   dissertation does not speak of it, and without it a lease could be stale after a crash.
//! - *A newer term does not end that promise.* Nor does a pre-vote tell anyone a newer term: its term may never be.
//! - *Leaders count their quorum every longest election timeout* (§6.2 says: an election timeout).
//! - *A leader that let another begin has no lease in the rest of its term*: the message may arrive much later.
//! - *While a leader hands over, it tells clients that it knows of no leader*; the dissertation leaves open what it tells.
//! - *A pipeline knows no window*: what a follower refuses is sent again from there, one message at a time until the logs
//!   meet. A follower that lost its disk is not brought up to date in that term: a pipeline takes it that what was there stays.
//! - *Servers are preferred as leaders by patience*: each waits longer than the one before it (`stagger`), or as its own range
//!   says (`timeouts`), or an election timeout longer for each higher priority (`priorities`), so that it stands only after
//!   those had their turn. That is how SOFAJRaft goes about priorities, in short; voters of TiKV refuse candidates of a lower
//!   priority than theirs instead, and MongoDB's servers of a higher one take the lead over. Nothing else looks at a
//!   priority here: nobody is ever kept from leading. What a follower promises to a leader lasts for the shortest of
//!   all ranges, so that nobody stands while it holds.
//! - *A snapshot takes 2 ms to be written*, and the server goes on in the meantime. It stands for all that was applied by
//!   then, and no entry that it stands for is kept: production systems keep some, for followers that lag a little.
//! - *A snapshot is sent as items*, the pairs of the store and the sessions, and not as bytes. The answers to its pieces say
//!   how much is there, since they can be late or lost; a lost piece is sent again with the next heartbeat.
//! - *A snapshot that was begun is sent to its end*, though the leader may have folded more since. InstallSnapshot carries no
//!   round: who is fed with it confirms no read and renews no lease.
//! - *Pieces are not on the disk* until the last one has come: after a crash they are sent again. Pieces from two leaders add
//!   up to one snapshot if it ends with the same entry, for then it is the same.
//! - *A snapshot of what is known to be committed is answered as if it had been installed*, and changes nothing.
//! - *The first configuration is given by the settings*, and is no entry of the log as in the dissertation.
//! - *Whoever knows that it was removed begins no elections.* The dissertation lets it go on until it is switched off, since it
//!   may be needed until its removal is committed; once it knows of that it is not.
//! - *A change while another is under way is refused*, not kept until later; so is one whose learners do not get on. An
//!   administrator asks again. Joint changes are refused in the same cases, and need no entry of the leader's own term.
//! - *A leader that is removed does not hand over* before it steps down, though the dissertation recommends it.
//! - *A leader stops sending to removed servers* as soon as the new configuration is in its log.
//! - *A client's session never ends.* The paper leaves its end open, and so leaves room for applying a command twice.

mod able;
mod admin;
mod bug;
mod card;
mod catch_up;
mod change;
mod clients;
mod config;
mod election;
mod form;
mod inspect;
mod invariants;
mod lease;
mod meeting;
mod membership;
mod message;
mod patience;
mod replication;
mod rules;
mod show;
mod snapshot;
mod stable;
mod state;
#[cfg(test)]
mod tests;
mod transfer;

pub use admin::{Admin, Change};
pub use bug::Bug;
pub use config::{Config, Membership, Reads};
pub use invariants::{Ghost, Reign};
pub use message::{
    AppendEntries, AppendEntriesReply, Conflict, InstallSnapshot, InstallSnapshotReply, Message, PreVoteReply,
    RequestVote, RequestVoteReply, TimeoutNow, Timer,
};
pub use rules::Rule;
pub use state::{Arriving, CatchUp, Entry, Item, Lease, Read, Role, Sending, Snapshot, Transfer};

use crate::{
    Ability, About, Assumptions, Bound, Call, Clocks, ConfigError, Ctx, Delivery, Form, Invariant, Key, Log, Micros,
    NodeId, NodeMap, NodeSet, NodeSpec, Order, Protocol, Redirecting, StepSeen, Stimulus,
    quorum::Joint,
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
    /// The log; where there is a snapshot, what follows it.
    pub log: Log<Entry>,
    /// What the first entries were folded into (§7).
    pub snapshot: Option<Rc<Snapshot>>,

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
    /// The other servers that refused what came last: they are sent one thing at a time until the logs meet.
    pub probing: NodeSet,
    /// For each other server the last entry known to be there.
    pub match_index: NodeMap<u64>,
    /// The latest round of heartbeats that a read began, or a lease.
    pub round: u64,
    /// For each other server the latest round that it answered.
    pub acked_round: NodeMap<u64>,
    /// Reads that wait for their round.
    pub reads: Vec<Read>,

    // Volatile state for snapshots (§7).
    /// Whether a snapshot is being written.
    pub writing: bool,
    /// The first pieces of one that is on its way.
    pub arriving: Option<Box<Arriving>>,
    /// On leaders: the snapshots that others are sent.
    pub sending: NodeMap<Sending>,

    // Volatile state for configurations (§6).
    /// Those in the log, by index: what a look through it would find.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configurations: Vec<(u64, Joint)>,
    /// Whether the one that it goes by is without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
    /// On leaders: which servers are brought up to date before they count (dissertation §4.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catching_up: Option<Box<CatchUp>>,

    // What the dissertation adds; all of it is volatile.
    /// Whether a leader was heard of within the shortest election timeout (§9.6).
    pub heard: bool,
    /// On leaders: who has answered since the quorum was last counted (§6.2).
    pub active: NodeSet,
    /// On leaders: whether commands wait to be sent together (§10.2.2).
    pub collecting: bool,
    /// On leaders: to whom it hands over (§3.10).
    pub transfer: Option<Transfer>,
    /// On leaders: until when it may answer reads by itself (§6.4.1).
    pub lease: Option<Box<Lease>>,
}

impl Protocol for Raft {
    const ABOUT: About = About {
        id: "raft",
        title: "Raft",
        revision: 4,
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
    type Stimulus = Admin;
    type Rule = Rule;
    type Ghost = Ghost;

    fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
        config::setup(config)
    }

    fn form() -> Form {
        form::form()
    }

    fn stimuli(config: &Config) -> Vec<Stimulus<Admin>> {
        admin::stimuli(config)
    }

    fn client(config: &Config) -> Self::Client {
        config::client(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let mut raft = Raft::default();
        raft.find_place(ctx);
        if raft.outside {
            raft.stay_outside(ctx);
        } else {
            ctx.rule(Rule::Begin, |ctx| format!("{} begins as a follower and waits for a leader", ctx.name(ctx.me())));
            raft.wait_for_leader(ctx);
        }
        raft
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        let mut raft = persisted.unwrap_or_default().recovered();
        if ctx.config().bug == Bug::ForgetVote {
            raft.voted_for = None;
        }
        ctx.rule(Rule::Restart, |ctx| {
            let vote =
                raft.voted_for.map_or("no vote given".into(), |node| format!("its vote given to {}", ctx.name(node)));
            let (me, log) = (ctx.name(ctx.me()), rules::count_entries(raft.log.len()));
            let folded = match raft.base() {
                0 => String::new(),
                base => format!(" after its snapshot up to entry {base}"),
            };
            format!("{me} comes back in term {}, with {vote} and {log} in its log{folded}", raft.current_term)
        });
        raft.find_place(ctx);
        raft.wait_for_leader(ctx);
        raft.keep_promises(ctx);
        raft
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        if ctx.config().bug == Bug::ResetOnAnyMessage && self.role != Role::Leader {
            self.wait_for_leader(ctx);
        }
        if self.stays_with_leader(ctx, &message) {
            return;
        }
        self.adopt_newer_term(ctx, from, message.term());
        match message {
            Message::RequestVote(m) => self.on_request_vote(ctx, from, &m),
            Message::RequestVoteReply(m) => self.on_request_vote_reply(ctx, from, &m),
            Message::AppendEntries(m) => self.on_append_entries(ctx, from, &m),
            Message::AppendEntriesReply(m) => self.on_append_entries_reply(ctx, from, &m),
            Message::PreVote(m) => self.on_pre_vote(ctx, from, &m),
            Message::PreVoteReply(m) => self.on_pre_vote_reply(ctx, from, &m),
            Message::TimeoutNow(m) => self.on_timeout_now(ctx, from, &m),
            Message::InstallSnapshot(m) => self.on_install_snapshot(ctx, from, &m),
            Message::InstallSnapshotReply(m) => self.on_install_snapshot_reply(ctx, from, &m),
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {
            Timer::Election => self.lose_patience(ctx),
            Timer::Heartbeat => self.send_heartbeats(ctx),
            Timer::Quiet => self.be_quiet(ctx),
            Timer::Quorum => self.check_quorum(ctx),
            Timer::Transfer => self.keep_lead(ctx),
            Timer::Batch => self.send_collected(ctx),
            Timer::Snapshot => self.take_snapshot(ctx),
            Timer::CatchUp => self.look_after_learners(ctx),
        }
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, admin: Admin) {
        match admin {
            Admin::Transfer(to) => self.hand_over(ctx, to),
            Admin::Change(change) => self.change(ctx, change),
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
            Role::Follower if self.outside && self.leader.is_some() => crate::Role::Learner,
            Role::Follower if self.outside => crate::Role::Outside,
            Role::Follower => crate::Role::Follower,
            Role::Candidate | Role::PreCandidate => crate::Role::Candidate,
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
        // Those who wait longer than others differ from them.
        let alike = if config.all_wait_alike() { config.servers } else { 0 };
        NodeSet::first(usize::try_from(alike).unwrap_or_default())
    }

    fn timely(config: &Config, longest: Micros) -> Result<(), String> {
        config::timely(config, longest)
    }

    fn drift(config: &Config) -> Option<u64> {
        config.drift()
    }

    fn clocks(config: &Config) -> Clocks {
        let catches_up = config.membership != Membership::Off && config.learners;
        if config.drift().is_some() || catches_up { Clocks::Lengths } else { Clocks::Unread }
    }

    fn able_now(config: &Config, nodes: &[Option<&Self>], reachable: NodeSet) -> Option<Ability> {
        Some(able::able(config, nodes, reachable))
    }

    fn badge(&self) -> String {
        format!("term {}", self.current_term)
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, names: &[NodeSpec]) -> MessageView {
        show::message(message, names)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}

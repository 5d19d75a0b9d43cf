//! Log compaction (§7, dissertation chapter 5): what was applied is folded into a snapshot, and who lacks entries that are
//! in no log any more gets the snapshot instead.

use super::{
    Bug, Raft,
    message::{InstallSnapshot, InstallSnapshotReply, Message, Timer},
    rules::{Rule, count_entries, entries},
    state::{Arriving, Item, Role, Sending, Snapshot},
};
use crate::{
    Ctx, Micros, NodeId, Service, Span,
    replicated::StateMachine,
    services::{KeyValue, KvOp},
};
use std::rc::Rc;

/// How long it takes until a snapshot is written: the server goes on in the meantime.
const WRITING: Micros = Micros::ms(2);

impl Raft {
    /// All servers: when enough was applied since the last snapshot, the next one is begun.
    pub(super) fn begin_snapshot(&mut self, ctx: &mut Ctx<'_, Self>) {
        let enough = ctx.config().snapshot_after;
        if enough > 0 && !self.writing && self.last_applied >= self.base() + enough {
            self.writing = true;
            ctx.set_timer(Timer::Snapshot, Span::exactly(WRITING));
        }
    }

    /// All servers: what was applied is folded, and its entries are dropped.
    pub(super) fn take_snapshot(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.writing = false;
        let (first, last) = (self.base() + 1, self.last_applied);
        // What was applied may be gone only where a deliberate mistake removed it; then there is nothing to fold.
        if last < first || last > self.last_index() {
            return;
        }
        let mut machine = StateMachine::clone(&self.machine);
        if ctx.config().bug == Bug::SnapshotWithoutSessions {
            machine.sessions.clear();
        }
        let (last_included_term, configuration) = (self.log_term(last), self.configuration_up_to(last));
        let snapshot = Snapshot { last_included_index: last, last_included_term, machine, configuration };
        self.keep_after(last);
        self.snapshot = Some(Rc::new(snapshot));
        self.persist(ctx);
        ctx.rule(Rule::TakeSnapshot, |ctx| {
            let (me, what, left) = (ctx.name(ctx.me()), entries(first, last), count_entries(self.log.len()));
            format!("{me} folds {what} into a snapshot, and keeps {left}")
        });
        self.begin_snapshot(ctx);
    }

    /// Drops the entries up to `index`; those that follow stay.
    fn keep_after(&mut self, index: u64) {
        self.log = (index + 1..=self.last_index()).filter_map(|kept| self.entry(kept)).cloned().collect();
        self.configurations.retain(|(at, _)| *at > index);
    }

    /// Leaders: whether what `peer` lacks next is in the log no more.
    pub(super) fn needs_snapshot(&self, peer: NodeId) -> bool {
        self.next_of(peer) <= self.base()
    }

    /// InstallSnapshot, sender: the next piece for `peer`. A snapshot that was begun is sent to its end, even if the leader
    /// has folded more since: else one that folds often would never come to an end.
    pub(super) fn send_snapshot(&mut self, ctx: &mut Ctx<'_, Self>, peer: NodeId) {
        let Sending { snapshot, received } = self.sent_to(peer);
        let items = snapshot.items();
        let offset = received.min(items.len() as u64);
        let from = usize::try_from(offset).expect("a snapshot fits in memory");
        let most = usize::try_from(ctx.config().chunk).expect("a chunk is small");
        let data: Rc<[Item]> = items[from..].iter().take(most).cloned().collect();
        let done = from + data.len() == items.len();
        let message = InstallSnapshot {
            term: self.current_term,
            leader_id: ctx.me(),
            last_included_index: snapshot.last_included_index,
            last_included_term: snapshot.last_included_term,
            offset,
            data,
            done,
            configuration: snapshot.configuration,
        };
        ctx.rule(Rule::SendSnapshot, |ctx| {
            let (me, to, index) = (ctx.name(ctx.me()), ctx.name(peer), snapshot.last_included_index);
            let (last, all) = (offset + message.data.len() as u64, items.len());
            let what = if last == offset { "no items".into() } else { format!("items {} to {last}", offset + 1) };
            format!("{me} sends {to} its snapshot up to entry {index}, {what} of {all}: its log begins later")
        });
        ctx.send(peer, Message::InstallSnapshot(message));
    }

    /// Leaders: the snapshot that `peer` gets, and how much of it is there.
    fn sent_to(&mut self, peer: NodeId) -> Sending {
        let next = self.next_of(peer);
        let begun = self.sending.get(peer).filter(|sending| sending.snapshot.last_included_index >= next).cloned();
        let sending = begun.unwrap_or_else(|| {
            let snapshot = self.snapshot.clone().expect("entries are dropped only into a snapshot");
            Sending { snapshot, received: 0 }
        });
        self.sending.insert(peer, sending.clone());
        sending
    }

    /// InstallSnapshot, receiver, in the order of Figure 13.
    pub(super) fn on_install_snapshot(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, m: &InstallSnapshot) {
        if m.term < self.current_term {
            let term = self.current_term;
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} refuses the snapshot of {from}: its term {} is older than term {term}", m.term)
            });
            let reply = InstallSnapshotReply { term, last_included_index: 0, received: 0, done: false };
            return ctx.send(from, Message::InstallSnapshotReply(reply));
        }
        self.follow_leader(ctx, m.leader_id);
        let known = self.commit_index;
        if m.last_included_index <= known {
            ctx.rule(Rule::OldSnapshot, |ctx| {
                let (me, index) = (ctx.name(ctx.me()), m.last_included_index);
                format!(
                    "{me} needs no snapshot up to entry {index}: it knows that all up to entry {known} is committed"
                )
            });
            self.arriving = None;
            return self.answer_snapshot(ctx, from, m, u64::MAX, true);
        }
        let newer = |held: &&Arriving| held.term == m.term && held.last_included_index > m.last_included_index;
        if let Some(index) = self.arriving.as_deref().filter(newer).map(|held| held.last_included_index) {
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, older) = (ctx.name(ctx.me()), m.last_included_index);
                format!(
                    "{me} puts aside a late piece of the snapshot up to entry {older}: one up to {index} is on its way"
                )
            });
            return;
        }
        let (received, whole) = self.receive(m);
        let Some(items) = whole else {
            ctx.rule(Rule::ReceivePiece, |ctx| {
                let (me, index) = (ctx.name(ctx.me()), m.last_included_index);
                format!("{me} holds the first {received} items of the snapshot up to entry {index}")
            });
            return self.answer_snapshot(ctx, from, m, received, false);
        };
        self.install(ctx, m, &items);
        self.answer_snapshot(ctx, from, m, received, true);
    }

    /// Adds a piece to those before it. How many items are there now, and all of them once they are complete.
    fn receive(&mut self, m: &InstallSnapshot) -> (u64, Option<Vec<Item>>) {
        let (index, term) = (m.last_included_index, m.last_included_term);
        let same = |held: &Arriving| (held.last_included_index, held.last_included_term) == (index, term);
        let mut held = self.arriving.take().filter(|held| same(held)).unwrap_or_else(|| {
            Box::new(Arriving { term: m.term, last_included_index: index, last_included_term: term, items: Vec::new() })
        });
        held.term = m.term;
        // All servers that fold as many entries fold them into the same: a piece that comes again adds nothing.
        if let Some(known) = (held.items.len() as u64).checked_sub(m.offset) {
            held.items.extend(m.data.iter().skip(usize::try_from(known).expect("it fits in memory")).cloned());
        }
        let count = held.items.len() as u64;
        if m.done && count == m.offset + m.data.len() as u64 {
            return (count, Some(held.items));
        }
        self.arriving = Some(held);
        (count, None)
    }

    /// The snapshot takes the place of the entries that it stands for. What follows its last entry stays, if that entry is
    /// here; else the whole log goes another way and is dropped.
    fn install(&mut self, ctx: &mut Ctx<'_, Self>, m: &InstallSnapshot, items: &[Item]) {
        let (index, term) = (m.last_included_index, m.last_included_term);
        let matches = self.log_term(index) == term && ctx.config().bug != Bug::DropSuffix;
        if matches {
            self.keep_after(index);
        } else {
            self.log = crate::Log::new();
            self.configurations.clear();
        }
        let (machine, configuration) = (Item::whole(items), m.configuration);
        let snapshot = Snapshot { last_included_index: index, last_included_term: term, machine, configuration };
        self.machine = Rc::new(snapshot.machine.clone());
        self.snapshot = Some(Rc::new(snapshot));
        (self.commit_index, self.last_applied) = (index, index);
        self.persist(ctx);
        self.find_place(ctx);
        self.wait_for_leader(ctx);
        ctx.rule(if matches { Rule::KeepSuffix } else { Rule::InstallSnapshot }, |ctx| {
            let (me, left) = (ctx.name(ctx.me()), count_entries(self.log.len()));
            let what = format!("{me} takes the snapshot up to entry {index} of term {term} for its state");
            if matches {
                format!("{what}, and keeps the {left} that follow")
            } else {
                format!("{what}, and drops its log")
            }
        });
    }

    fn answer_snapshot(&self, ctx: &mut Ctx<'_, Self>, to: NodeId, m: &InstallSnapshot, received: u64, done: bool) {
        let reply = InstallSnapshotReply {
            term: self.current_term,
            last_included_index: m.last_included_index,
            received: if done { 0 } else { received },
            done,
        };
        ctx.send(to, Message::InstallSnapshotReply(reply));
    }

    /// InstallSnapshot, the leader gets its answer: the next piece, or what follows the snapshot.
    pub(super) fn on_install_snapshot_reply(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        m: &InstallSnapshotReply,
    ) {
        if m.term < self.current_term {
            return self.ignore_stale_reply(ctx, from, m.term);
        }
        let sends = |sending: &Sending| sending.snapshot.last_included_index == m.last_included_index;
        let current = self.sending.get(from).is_some_and(sends);
        if self.role != Role::Leader || m.last_included_index == 0 || (!m.done && !current) {
            ctx.rule(Rule::StaleMessage, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                let what = match m.last_included_index {
                    0 => "leads no more as when it sent a piece of its snapshot".into(),
                    index => format!("sends no snapshot up to entry {index} any more"),
                };
                format!("{me} {what}: the answer of {from} changes nothing")
            });
            return;
        }
        if self.ignore_removed(ctx, from) {
            return;
        }
        self.count_as_active(ctx, from);
        if m.done {
            return self.snapshot_arrived(ctx, from, m.last_included_index);
        }
        let more = self.note_received(from, m.received);
        ctx.rule(Rule::NextPiece, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} learns that {from} holds {} items of its snapshot", m.received)
        });
        if self.needs_snapshot(from) && more {
            self.send_snapshot(ctx, from);
        }
    }

    /// Leaders: how many items `peer` holds; true if these are more than before. Fewer may be there after a crash; then the
    /// next heartbeat goes on from there, so that late answers begin no second row of pieces.
    fn note_received(&mut self, peer: NodeId, received: u64) -> bool {
        let Some(sending) = self.sending.get_mut(peer) else { return false };
        let more = received > sending.received;
        sending.received = received;
        more
    }

    fn snapshot_arrived(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, index: u64) {
        if self.sending.get(from).is_some_and(|sending| sending.snapshot.last_included_index <= index) {
            self.sending.remove(from);
        }
        let held = index.max(*self.match_index.get(from).unwrap_or(&0));
        let next = self.next_of(from).max(held + 1);
        self.match_index.insert(from, held);
        self.next_index.insert(from, next);
        let last = self.last_index();
        ctx.rule(Rule::SnapshotArrived, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} learns that {from} has its snapshot up to entry {index}: entry {next} is next")
        });
        self.advance_commit_index(ctx);
        self.end_rounds(ctx);
        if !self.let_successor_begin(ctx) && next <= last && self.serves(from) {
            self.send_append_entries(ctx, from);
        }
    }
}

impl Snapshot {
    /// What a snapshot is sent as: the pairs of the store, and the sessions of the clients.
    pub(super) fn items(&self) -> Vec<Item> {
        let pairs = self.machine.store.iter().map(|(key, value)| Item::Pair(key.into(), value.into()));
        let sessions = self.machine.sessions.iter().map(|(client, session)| Item::Session(client, session.clone()));
        pairs.chain(sessions).collect()
    }
}

impl Item {
    /// The state machine that all items together are.
    pub(super) fn whole(items: &[Item]) -> StateMachine {
        let mut machine = StateMachine { store: KeyValue::default(), ..StateMachine::default() };
        for item in items {
            match item {
                Item::Pair(key, value) => {
                    machine.store.apply(&KvOp::Put(key.clone(), value.clone()));
                }
                Item::Session(client, session) => {
                    machine.sessions.insert(*client, session.clone());
                }
            }
        }
        machine
    }
}

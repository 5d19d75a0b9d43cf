//! The state machine and the clients (§5.3, §8).

use super::{
    Bug, Raft,
    config::Reads,
    membership::share,
    message::Timer,
    rules::{Rule, and_itself},
    state::{Entry, Read, Role},
};
use crate::{
    Answer, Call, Ctx, Micros, NodeId, OpId, Outcome, Service, Span,
    replicated::Command,
    services::{KeyValue, KvOp},
};
use std::rc::Rc;

impl Raft {
    /// A client asks. Only a leader serves it.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, call: Call<KeyValue>) {
        if self.role != Role::Leader {
            return self.redirect(ctx, client, call.id);
        }
        if let Some(transfer) = self.transfer {
            return self.put_off(ctx, client, call.id, transfer.to);
        }
        let logged = ctx.config().reads == Reads::Log || !KeyValue::is_read(&call.op);
        if logged { self.accept_command(ctx, call) } else { self.hold_read(ctx, call) }
    }

    /// Leaders that hand over: who leads next is not known yet.
    fn put_off(&self, ctx: &mut Ctx<'_, Self>, client: NodeId, id: OpId, to: NodeId) {
        ctx.rule(Rule::Redirect, |ctx| {
            let (me, client, to) = (ctx.name(ctx.me()), ctx.name(client), ctx.name(to));
            format!("{me} is handing over to {to}: it lets {client} ask again later")
        });
        ctx.respond(client, Answer { id, outcome: Outcome::NotLeader(None) });
    }

    fn redirect(&self, ctx: &mut Ctx<'_, Self>, client: NodeId, id: OpId) {
        let leader = self.leader;
        ctx.rule(Rule::Redirect, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(client));
            match leader {
                Some(leader) => format!("{me} does not lead: it sends {client} on to {}", ctx.name(leader)),
                None => format!("{me} does not lead, and tells {client} that it knows of no leader"),
            }
        });
        ctx.respond(client, Answer { id, outcome: Outcome::NotLeader(leader) });
    }

    fn accept_command(&mut self, ctx: &mut Ctx<'_, Self>, call: Call<KeyValue>) {
        let Call { id, op } = call;
        if !self.is_new(ctx, id) {
            ctx.rule(Rule::OnlyOnce, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                format!("{me} has applied operation {} of {client} before: it does not log it again", id.serial)
            });
            return self.answer(ctx, id);
        }
        let command = Command::Op { id, op };
        if ctx.config().batching > Micros::ZERO {
            return self.collect(ctx, id, command);
        }
        let index = self.append_and_send(ctx, command);
        ctx.rule(Rule::AcceptCommand, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
            let label = self.entry(index).expect("it was appended").label();
            format!("{me} appends {label} of {client} to its log as entry {index} and sends it to all others")
        });
        self.advance_commit_index(ctx);
    }

    /// Leaders that send the commands of a while together.
    fn collect(&mut self, ctx: &mut Ctx<'_, Self>, id: OpId, command: Command) {
        let (label, index, batching) = (command.label(), self.append(ctx, command), ctx.config().batching);
        if !std::mem::replace(&mut self.collecting, true) {
            ctx.set_timer(Timer::Batch, Span::exactly(batching));
        }
        ctx.rule(Rule::Collect, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
            format!("{me} appends {label} of {client} to its log as entry {index}, to be sent with what comes within {batching}")
        });
        self.advance_commit_index(ctx);
    }

    /// Leaders, when they have collected for long enough.
    pub(super) fn send_collected(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.collecting = false;
        ctx.rule(Rule::SendBatch, |ctx| format!("{} sends what it has collected to all others", ctx.name(ctx.me())));
        self.send_to_all(ctx);
    }

    /// Whether this operation was not applied yet, as far as its client's session tells.
    fn is_new(&self, ctx: &Ctx<'_, Self>, id: OpId) -> bool {
        ctx.config().bug == Bug::ApplyTwice || self.machine.is_new(id)
    }

    /// All servers: applies what is committed, in order. A leader answers the clients.
    pub(super) fn apply_committed(&mut self, ctx: &mut Ctx<'_, Self>) {
        while self.last_applied < self.commit_index {
            let index = self.last_applied + 1;
            let entry = self.entry(index).expect("a server commits only entries that are in its log");
            let entry = entry.clone();
            self.last_applied = index;
            self.apply(ctx, index, &entry);
        }
        let applied = self.last_applied;
        self.arriving.take_if(|arriving| arriving.last_included_index <= applied);
        self.begin_snapshot(ctx);
    }

    fn apply(&mut self, ctx: &mut Ctx<'_, Self>, index: u64, entry: &Entry) {
        let Command::Op { id, op } = &entry.command else {
            let label = entry.label();
            return ctx.rule(Rule::Apply, |ctx| format!("{} applies entry {index} ({label})", ctx.name(ctx.me())));
        };
        let leads = self.role == Role::Leader;
        if self.is_new(ctx, *id) {
            Rc::make_mut(&mut self.machine).apply(*id, op);
            ctx.rule(Rule::Apply, |ctx| {
                let (me, label, client) = (ctx.name(ctx.me()), entry.label(), ctx.name(id.client));
                let answers = if leads { format!(" and answers {client}") } else { String::new() };
                format!("{me} applies entry {index} ({label}){answers}")
            });
        } else {
            ctx.rule(Rule::OnlyOnce, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                format!("{me} passes over entry {index}: it has applied operation {} of {client} before", id.serial)
            });
        }
        if leads {
            self.answer(ctx, *id);
        }
    }

    /// Tells the client what its operation returned, unless it has gone on to another since.
    fn answer(&self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        if let Some(answer) = self.machine.answer(id) {
            ctx.respond(id.client, answer);
        }
    }

    /// Leaders: a read waits for a round of heartbeats that begins now.
    fn hold_read(&mut self, ctx: &mut Ctx<'_, Self>, call: Call<KeyValue>) {
        let Call { id, op } = call;
        if ctx.config().reads == Reads::Lease {
            let read = Read { id, op: op.clone(), round: self.round };
            if self.answer_under_lease(ctx, &read) {
                return;
            }
        }
        let held = self.reads.iter().find(|read| read.id == id).map(|read| read.round);
        if let Some(round) = held {
            ctx.rule(Rule::ConfirmRead, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                format!("{me} holds this read of {client} already, and waits for answers of round {round}")
            });
            return;
        }
        self.round += 1;
        self.note_round(ctx);
        let round = self.round;
        // A client waits for one operation at a time: it has given up those before.
        self.reads.retain(|read| read.id.client != id.client || read.id.serial > id.serial);
        self.reads.push(Read { id, op, round });
        ctx.rule(Rule::ConfirmRead, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
            format!(
                "{me} holds the read of {client} and begins round {round} of heartbeats, to be sure that it still leads"
            )
        });
        self.send_to_all(ctx);
        self.answer_reads(ctx);
    }

    /// Leaders: answers the reads that are safe to answer.
    pub(super) fn answer_reads(&mut self, ctx: &mut Ctx<'_, Self>) {
        let Some(first) = self.reads.first() else { return };
        let (round, now) = (first.round, self.current_term);
        let committed = ctx.guard(Rule::AnswerRead, self.log_term(self.commit_index) == now, |ctx| {
            format!("{} answers no read yet: no entry of term {now} is committed", ctx.name(ctx.me()))
        });
        let confirmers = self.confirmers(ctx.me(), round);
        let unsure = ctx.config().bug == Bug::StaleRead;
        let voters = self.voters(ctx.config());
        let confirmed = ctx.guard(Rule::AnswerRead, unsure || voters.is_quorum(confirmers), |ctx| {
            let (me, who, share) = (ctx.name(ctx.me()), and_itself(ctx, confirmers), share(voters, confirmers));
            format!("{me} answers no read yet: round {round} is confirmed by {who}, {share}")
        });
        if committed && confirmed {
            let read = self.reads.remove(0);
            self.answer_read(ctx, &read);
            self.answer_reads(ctx);
        }
    }

    fn answer_read(&mut self, ctx: &mut Ctx<'_, Self>, read: &Read) {
        let told = self.read_and_respond(ctx, read);
        let (id, round, confirmers) = (read.id, read.round, self.confirmers(ctx.me(), read.round));
        ctx.rule(Rule::AnswerRead, |ctx| {
            let (me, client, who) = (ctx.name(ctx.me()), ctx.name(id.client), and_itself(ctx, confirmers));
            format!("{me} answers {client}, {told}: round {round} is confirmed by {who}")
        });
    }

    /// Answers a read from the state machine, and tells what was said: `x is 3`.
    pub(super) fn read_and_respond(&mut self, ctx: &mut Ctx<'_, Self>, read: &Read) -> String {
        let (id, ret) = (read.id, Rc::make_mut(&mut self.machine).store.apply(&read.op));
        let told = format!("{} is {}", read_words(&read.op), KeyValue::ret_words(&ret));
        ctx.respond(id.client, Answer { id, outcome: Outcome::Done(ret) });
        told
    }

    /// A leader that steps down can answer no read: their clients ask elsewhere.
    pub(super) fn refuse_waiting_reads(&mut self, ctx: &mut Ctx<'_, Self>) {
        for read in std::mem::take(&mut self.reads) {
            self.redirect(ctx, read.id.client, read.id);
        }
    }
}

fn read_words(op: &KvOp) -> String {
    KeyValue::part(op).unwrap_or_default().into()
}

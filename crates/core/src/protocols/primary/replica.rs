//! The replicas: a primary, which orders operations and answers, and backups, which have what it has.

use super::{Bug, Message, Part, PrimaryBackup, Rule, Timer, View};
use crate::{
    Answer, Call, Ctx, Log, NodeId, NodeMap, OpId, Outcome, Service,
    replicated::{Command, op_label},
    services::KeyValue,
};
use std::rc::Rc;

impl PrimaryBackup {
    /// Whether it is primary of its view, as far as it knows.
    fn leads(&self) -> bool {
        self.part == Part::Primary
    }

    /// A client asks.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, Call { id, op }: Call<KeyValue>) {
        if !self.leads() {
            return self.redirect(ctx, client, id);
        }
        let is_this = |command: &Command| matches!(command, Command::Op { id: other, .. } if *other == id);
        if !self.machine.is_new(id) || self.log.iter_from(self.executed + 1).any(is_this) {
            ctx.rule(Rule::OldRequest, |ctx| {
                format!("{} has operation {} of {} already", ctx.name(ctx.me()), id.serial, ctx.name(client))
            });
            return self.answer(ctx, id);
        }
        if ctx.config().bug == Bug::LocalRead && KeyValue::is_read(&op) {
            let ret = self.machine.store.clone().apply(&op);
            return ctx.respond(client, Answer { id, outcome: Outcome::Done(ret) });
        }
        let command = Command::Op { id, op };
        let after = self.log.last_index();
        ctx.rule(Rule::Request, |ctx| {
            format!("{} takes {} as operation {}", ctx.name(ctx.me()), command.label(), after + 1)
        });
        self.log.push(command.clone());
        ctx.persist(self);
        let entries: Rc<[Command]> = Rc::new([command]);
        for (backup, _) in self.acked.iter() {
            ctx.send(backup, Message::Update { view: self.view.number, after, entries: entries.clone() });
        }
        self.advance(ctx);
    }

    fn redirect(&self, ctx: &mut Ctx<'_, Self>, client: NodeId, id: OpId) {
        let primary = Some(self.view.primary).filter(|primary| *primary != ctx.me() && self.view.number > 0);
        ctx.rule(Rule::Redirect, |ctx| {
            let (me, client) = (ctx.name(ctx.me()), ctx.name(client));
            match primary {
                Some(primary) => format!("{me} sends {client} on to {}, the primary", ctx.name(primary)),
                None => format!("{me} tells {client} that it knows of no primary"),
            }
        });
        ctx.respond(client, Answer { id, outcome: Outcome::NotLeader(primary) });
    }

    fn answer(&self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        if let Some(answer) = self.machine.answer(id) {
            ctx.respond(id.client, answer);
        }
    }

    /// Executes what enough backups have, and answers.
    pub(super) fn advance(&mut self, ctx: &mut Ctx<'_, Self>) {
        if !self.leads() {
            return;
        }
        let (needed, first) = (ctx.config().needed(self.view.backups.len()), self.executed + 1);
        let has = |index: u64| self.acked.values().filter(|has| **has >= index).count() >= needed;
        let last = (first..=self.log.last_index()).take_while(|index| has(*index)).last().unwrap_or(self.executed);
        let ops: Vec<_> =
            self.log.iter_from(first).take(usize::try_from(last + 1 - first).unwrap_or(0)).cloned().collect();
        for (number, command) in (first..).zip(&ops) {
            let Command::Op { id, op } = command else { continue };
            if self.machine.is_new(*id) {
                Rc::make_mut(&mut self.machine).apply(*id, op);
            }
            self.executed = number;
            ctx.rule(Rule::Answer, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                format!(
                    "{me} executes operation {number} ({}), which {needed} of its {} backups have, and answers {client}",
                    op_label(op),
                    self.view.backups.len()
                )
            });
        }
        for command in &ops {
            if let Command::Op { id, .. } = command {
                self.answer(ctx, *id);
            }
        }
    }

    /// As what it comes back, in words.
    pub(super) fn resumed(&self, ctx: &Ctx<'_, Self>) -> String {
        let (me, number, count) = (ctx.name(ctx.me()), self.view.number, self.log.last_index());
        match self.part {
            Part::Service => format!("{me} comes back with view {number}"),
            Part::Primary => format!("{me} comes back as primary of view {number}, with {count} operations"),
            Part::Backup => format!("{me} comes back as backup in view {number}, with {count} operations"),
            Part::Apart if number == 0 => format!("{me} comes back with nothing, and knows of no view"),
            Part::Apart => format!("{me} comes back with {count} operations, and is in no view"),
        }
    }

    /// A view is told.
    pub(super) fn on_view(&mut self, ctx: &mut Ctx<'_, Self>, view: View) {
        if view.number > self.view.number {
            self.adopt(ctx, view);
        }
    }

    fn adopt(&mut self, ctx: &mut Ctx<'_, Self>, view: View) {
        let (me, trusting) = (ctx.me(), ctx.config().bug == Bug::NoTransfer);
        self.part = view.part(me);
        let leads = self.leads();
        (self.view, self.has_state, self.acked) = (view, leads || trusting, NodeMap::new());
        let rule = if leads { Rule::Promote } else { Rule::Follow };
        ctx.rule(rule, |ctx| match leads {
            true => format!(
                "{} is primary of view {}, with {}",
                ctx.name(me),
                view.number,
                super::service::backed(ctx, view.backups)
            ),
            false => format!("{} is in view {} with {} as primary", ctx.name(me), view.number, ctx.name(view.primary)),
        });
        if leads && trusting {
            self.acked = view.backups.iter().map(|backup| (backup, self.log.last_index())).collect();
        }
        ctx.persist(self);
        if leads {
            self.send_missing(ctx);
            self.advance(ctx);
        }
    }

    /// Sends each backup what it is not known to have. True if any lacks something.
    fn send_missing(&self, ctx: &mut Ctx<'_, Self>) -> bool {
        let last = self.log.last_index();
        let mut any = false;
        for backup in self.view.backups.iter() {
            let message = match self.acked.get(backup).copied() {
                None => Message::State { view: self.view, log: self.log.clone() },
                Some(after) if after < last => {
                    let entries: Vec<Command> = self.log.iter_from(after + 1).cloned().collect();
                    Message::Update { view: self.view.number, after, entries: entries.into() }
                }
                Some(_) => continue,
            };
            any = true;
            ctx.send(backup, message);
        }
        any
    }

    /// Time to show that it is there.
    pub(super) fn ping(&mut self, ctx: &mut Ctx<'_, Self>) {
        let (me, leads) = (ctx.me(), self.leads());
        let confirmed = leads && self.acked.len() == self.view.backups.len();
        ctx.rule(Rule::Ping, |ctx| {
            let whole = if confirmed { ", whose backups have its state" } else { "" };
            format!("{} shows that it is there, in view {}{whole}", ctx.name(me), self.view.number)
        });
        ctx.send(ctx.config().service(), Message::Ping { view: self.view.number, confirmed });
        ctx.set_timer(Timer::Ping, ctx.config().ping);
        if leads && ctx.config().bug != Bug::SendOnce && self.send_missing(ctx) {
            ctx.rule(Rule::Resend, |ctx| format!("{} sends its backups what they lack", ctx.name(me)));
        }
    }

    /// Whether a message of a primary is of the view that the replica is in. One of an earlier view is refused.
    fn is_current(&self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64) -> bool {
        let own = self.view.number;
        if view < own {
            ctx.rule(Rule::RefuseOld, |ctx| {
                format!("{} refuses {}: view {view} is over, this is view {own}", ctx.name(ctx.me()), ctx.name(from))
            });
            ctx.send(from, Message::Refused { view: own });
        }
        ctx.guard(Rule::Update, view <= own, |ctx| format!("{} has not heard of view {view} yet", ctx.name(ctx.me())))
            && view == own
    }

    /// The state of the primary arrives.
    pub(super) fn on_state(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: View, log: Log<Command>) {
        self.on_view(ctx, view);
        if !self.is_current(ctx, from, view.number) {
            return;
        }
        if !self.has_state {
            if self.log.common_prefix(&log) < self.executed {
                (self.machine, self.executed) = Default::default();
            }
            (self.log, self.has_state) = (log, true);
            ctx.rule(Rule::State, |ctx| {
                let (me, count) = (ctx.name(ctx.me()), self.log.len());
                format!("{me} takes the state of {}: operations up to {count}", ctx.name(from))
            });
            ctx.persist(self);
        }
        ctx.send(from, Message::Ack { view: view.number, has: Some(self.log.last_index()) });
    }

    /// Operations of the primary arrive. Those that would leave a gap are not taken.
    pub(super) fn on_update(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        (view, after): (u64, u64),
        entries: &[Command],
    ) {
        if !self.is_current(ctx, from, view) {
            return;
        }
        let last = self.log.last_index();
        let follows = after <= last || ctx.config().bug == Bug::NoTransfer;
        if self.has_state && follows {
            let known = usize::try_from(last.saturating_sub(after)).unwrap_or(usize::MAX);
            for command in entries.iter().skip(known) {
                self.log.push(command.clone());
            }
            let (new, now) = (self.log.last_index() - last, self.log.last_index());
            ctx.rule(Rule::Update, |ctx| {
                format!("{} has {now} operations of {} now, {new} of them new", ctx.name(ctx.me()), ctx.name(from))
            });
            ctx.persist(self);
        }
        ctx.send(from, Message::Ack { view, has: self.has_state.then(|| self.log.last_index()) });
    }

    /// A backup says what it has.
    pub(super) fn on_ack(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64, has: Option<u64>) {
        if view != self.view.number || !self.leads() {
            return ctx.rule(Rule::Stale, |ctx| format!("{} is not in view {view} any more", ctx.name(ctx.me())));
        }
        match has {
            Some(has) => {
                let most = self.acked.get(from).copied().unwrap_or(0).max(has);
                self.acked.insert(from, most);
                self.advance(ctx);
            }
            None => {
                self.acked.remove(from);
            }
        }
    }

    /// A backup has gone on to a later view.
    pub(super) fn on_refused(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64) {
        if view > self.view.number && self.leads() {
            if ctx.config().bug == Bug::KeepLeading {
                self.view.number = view;
                return;
            }
            self.part = Part::Apart;
            ctx.rule(Rule::StepBack, |ctx| {
                let (me, own) = (ctx.name(ctx.me()), self.view.number);
                format!("{me} leads no more: view {own} is over, {} is in view {view}", ctx.name(from))
            });
        }
    }
}

//! The learner, its state machine, and the clients (§2.3, §3).

use super::{Bug, MultiPaxos, message::Message, rules::Rule, state::Ballot};
use crate::{Answer, Call, Ctx, NodeId, OpId, Outcome, replicated::Command, services::KeyValue};
use std::rc::Rc;

impl MultiPaxos {
    /// A client asks. Only a leader serves it. Reads are commands like all others.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, call: Call<KeyValue>) {
        let Call { id, op } = call;
        if self.lead().is_none() {
            return self.redirect(ctx, client, id);
        }
        if !self.is_new(ctx, id) {
            ctx.rule(Rule::OnlyOnce, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                format!("{me} has executed operation {} of {client} before: it does not propose it again", id.serial)
            });
            return self.answer(ctx, id);
        }
        self.propose(ctx, Command::Op { id, op });
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

    fn is_new(&self, ctx: &Ctx<'_, Self>, id: OpId) -> bool {
        ctx.config().bug == Bug::ApplyTwice || self.machine.is_new(id)
    }

    fn answer(&self, ctx: &mut Ctx<'_, Self>, id: OpId) {
        if let Some(answer) = self.machine.answer(id) {
            ctx.respond(id.client, answer);
        }
    }

    /// The leader, or whoever is asked, says what is chosen.
    pub(super) fn on_chosen(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, first: u64, commands: &[Command]) {
        let before = self.chosen.len();
        for (slot, command) in (first..).zip(commands) {
            self.chosen.get_or_insert_with(slot, || command.clone());
        }
        let new = self.chosen.len() - before;
        if new == 0 {
            return ctx.rule(Rule::Stale, |ctx| {
                format!("{} is told nothing new by {}: slot {first} is known", ctx.name(ctx.me()), ctx.name(from))
            });
        }
        ctx.rule(Rule::Learn, |ctx| {
            let (me, label) = (ctx.name(ctx.me()), commands[0].label());
            match new {
                1 => format!("{me} learns that {label} is chosen in slot {first}"),
                _ => format!("{me} learns what is chosen in {new} slots, from slot {first} on"),
            }
        });
        self.apply_chosen(ctx);
    }

    /// Executes what is chosen, in the order of the slots.
    pub(super) fn apply_chosen(&mut self, ctx: &mut Ctx<'_, Self>) {
        while let Some(slot) = self.next_to_apply(ctx) {
            self.applied = slot;
            let command = self.chosen.get(&slot).expect("it is chosen").clone();
            self.apply(ctx, slot, &command);
        }
    }

    fn next_to_apply(&self, ctx: &mut Ctx<'_, Self>) -> Option<u64> {
        let next = self.applied + 1;
        let slot = *self.chosen.from(&next).next()?.0;
        let due = ctx.guard(Rule::Apply, slot == next || ctx.config().bug == Bug::SkipGaps, |ctx| {
            format!("{} does not execute slot {slot} yet: it does not know slot {next}", ctx.name(ctx.me()))
        });
        due.then_some(slot)
    }

    fn apply(&mut self, ctx: &mut Ctx<'_, Self>, slot: u64, command: &Command) {
        let leads = self.lead().is_some();
        let Command::Op { id, op } = command else {
            return ctx.rule(Rule::Apply, |ctx| format!("{} passes slot {slot}, a no-op", ctx.name(ctx.me())));
        };
        if self.is_new(ctx, *id) {
            Rc::make_mut(&mut self.machine).apply(*id, op);
            ctx.rule(Rule::Apply, |ctx| {
                let (me, label, client) = (ctx.name(ctx.me()), command.label(), ctx.name(id.client));
                let answers = if leads { format!(" and answers {client}") } else { String::new() };
                format!("{me} executes slot {slot} ({label}){answers}")
            });
        } else {
            ctx.rule(Rule::OnlyOnce, |ctx| {
                let (me, client) = (ctx.name(ctx.me()), ctx.name(id.client));
                format!("{me} passes slot {slot}: it has executed operation {} of {client} before", id.serial)
            });
        }
        if leads {
            self.answer(ctx, *id);
        }
    }

    /// The leader shows that it leads, and how far it has come.
    pub(super) fn on_heartbeat(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, ballot: Ballot, applied: u64) {
        if !self.admits(ctx, from, ballot, Rule::Follow) {
            return;
        }
        self.follow(ctx, ballot);
        ctx.rule(Rule::Follow, |ctx| format!("{} hears from its leader {}", ctx.name(ctx.me()), ctx.name(from)));
        if applied > self.applied {
            self.ask(ctx, from);
        }
    }

    fn ask(&self, ctx: &mut Ctx<'_, Self>, leader: NodeId) {
        let first = self.applied + 1;
        ctx.rule(Rule::AskForChosen, |ctx| {
            format!("{} asks {} what is chosen from slot {first} on", ctx.name(ctx.me()), ctx.name(leader))
        });
        ctx.send(leader, Message::Ask { first });
    }

    /// A laggard wants to know what is chosen.
    pub(super) fn on_ask(&self, ctx: &mut Ctx<'_, Self>, from: NodeId, first: u64) {
        let known = self.chosen.from(&first).take_while(|(slot, _)| **slot <= self.applied);
        let commands: Rc<[Command]> = known.map(|(_, command)| command.clone()).collect();
        if commands.is_empty() {
            return ctx.rule(Rule::Stale, |ctx| {
                format!("{} has nothing for {} from slot {first} on", ctx.name(ctx.me()), ctx.name(from))
            });
        }
        ctx.rule(Rule::TellChosen, |ctx| {
            let (me, from, n) = (ctx.name(ctx.me()), ctx.name(from), commands.len());
            format!("{me} sends {from} what is chosen from slot {first} on: {n}")
        });
        ctx.send(from, Message::Chosen { first, commands });
    }
}

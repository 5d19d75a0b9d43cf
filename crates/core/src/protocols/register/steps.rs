//! The two phases of an operation, and what servers do with copies.

use super::{Bug, Doing, Message, Phase, Register, Rule, Tag, Tagged, Timer, Told, Writers};
use crate::{
    Call, Ctx, NodeId, NodeSet, OpId,
    services::{RegisterOp, RegisterRet, Registers, Text},
};

impl Register {
    /// The copy of a register, which may never have been written.
    pub(super) fn copy(&self, key: &str) -> Tagged {
        self.copies.get(key).cloned().unwrap_or_default()
    }

    /// A client asks.
    pub(super) fn on_call(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, Call { id, op }: Call<Registers>) {
        if let Some(told) = self.answers.get(client).filter(|told| told.id.serial >= id.serial).cloned() {
            if told.id == id {
                ctx.rule(Rule::Again, |ctx| format!("{} answered {} before", ctx.name(ctx.me()), ctx.name(client)));
                ctx.respond(client, told);
            }
            return;
        }
        let under_way = self.doing.get(client).is_some_and(|doing| doing.id.serial >= id.serial);
        let is_new = ctx.guard(Rule::AskCopies, !under_way, |ctx| {
            format!("{} is at it already, or at a later one of {}", ctx.name(ctx.me()), ctx.name(client))
        });
        if !is_new {
            return;
        }
        let (me, bug, one) = (ctx.me(), ctx.config().bug, ctx.config().writers == Writers::One);
        let writes = matches!(op, RegisterOp::Put(..));
        if writes && one && me != NodeId(0) {
            ctx.rule(Rule::Refuse, |ctx| format!("{} refuses: {} alone writes", ctx.name(me), ctx.name(NodeId(0))));
            return ctx.respond(client, Told { id, ret: RegisterRet::Refused, tag: Tag::default() });
        }
        let phase = Phase::Ask { heard: NodeSet::from_iter([me]), highest: self.copy(op.key()) };
        self.doing.insert(client, Doing { id, op: op.clone(), phase });
        ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        if writes && (one || bug == Bug::OwnCount) {
            return self.tag(ctx, client);
        }
        let rule = if writes { Rule::AskTags } else { Rule::AskCopies };
        ctx.rule(rule, |ctx| {
            let what = if writes { "tag" } else { "copy" };
            format!("{} asks all for their {what} of {}, for {}", ctx.name(me), op.key(), ctx.name(client))
        });
        ctx.broadcast(&Message::Query { id, key: op.key().clone() });
        self.on_heard(ctx, client);
    }

    /// Somebody asks for a copy.
    pub(super) fn on_query(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: OpId, key: &Text) {
        let copy = self.copy(key);
        ctx.rule(Rule::Tell, |ctx| format!("{} tells {} its copy: {key} = {copy}", ctx.name(ctx.me()), ctx.name(from)));
        ctx.send(from, Message::Reply { id, copy });
    }

    /// A copy is told.
    pub(super) fn on_reply(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: OpId, copy: Tagged) {
        let doing = self.doing.get_mut(id.client).filter(|doing| doing.id == id);
        let Some(Phase::Ask { heard, highest }) = doing.map(|doing| &mut doing.phase) else {
            return self.stale(ctx, from);
        };
        heard.insert(from);
        if copy.tag > highest.tag {
            *highest = copy;
        }
        self.on_heard(ctx, id.client);
    }

    fn stale(&self, ctx: &mut Ctx<'_, Self>, from: NodeId) {
        ctx.rule(Rule::Stale, |ctx| format!("{} has gone on without {}", ctx.name(ctx.me()), ctx.name(from)));
    }

    /// The second phase begins when a quorum has told its copies.
    fn on_heard(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId) {
        let Some(Doing { op, phase: Phase::Ask { heard, highest }, .. }) = self.doing.get(client) else { return };
        if (heard.len() as u64) < ctx.config().read_quorum() {
            return;
        }
        if matches!(op, RegisterOp::Put(..)) {
            return self.tag(ctx, client);
        }
        let (copy, heard, key) = (highest.clone(), *heard, op.key().clone());
        if ctx.config().bug == Bug::NoWriteBack {
            return self.answer(ctx, client, copy);
        }
        ctx.rule(Rule::WriteBack, |ctx| {
            let (me, told) = (ctx.name(ctx.me()), ctx.names(heard));
            format!("{me} finds {key} = {copy} highest of {told}, and has a quorum take it")
        });
        self.begin_store(ctx, client, copy);
    }

    /// A write gets its tag: above all that its server has heard of, its own writes of this moment included.
    fn tag(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId) {
        let Some(Doing { op, phase: Phase::Ask { heard, highest }, .. }) = self.doing.get(client) else { return };
        let RegisterOp::Put(key, value) = op else { return };
        let (me, heard) = (ctx.me(), *heard);
        let count = highest.tag.count.max(self.copy(key).tag.count) + 1;
        let writer = if ctx.config().bug == Bug::NoWriterId { NodeId(0) } else { me };
        let copy = Tagged { tag: Tag { count, writer }, value: Some(value.clone()) };
        let (key, one) = (key.clone(), ctx.config().writers == Writers::One);
        let rule = if one { Rule::OwnTag } else { Rule::Tag };
        ctx.rule(rule, |ctx| {
            let who = if one { "its own writes".into() } else { ctx.names(heard) };
            format!("{} writes {key} = {copy}, above all tags of {who}", ctx.name(me))
        });
        self.begin_store(ctx, client, copy);
    }

    /// The second phase: a quorum is to take a copy.
    fn begin_store(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, copy: Tagged) {
        let me = ctx.me();
        let Some(doing) = self.doing.get_mut(client) else { return };
        let (id, key) = (doing.id, doing.op.key().clone());
        doing.phase = Phase::Store { copy: copy.clone(), taken: NodeSet::from_iter([me]) };
        if copy.tag > self.copy(&key).tag {
            self.copies.insert(key.clone(), copy.clone());
        }
        ctx.persist(self);
        ctx.broadcast(&Message::Store { id, key, copy });
        ctx.set_timer(Timer::Repeat, ctx.config().repeat);
        self.on_taken(ctx, client);
    }

    /// A copy is to be taken.
    pub(super) fn on_store(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: OpId, key: &Text, copy: Tagged) {
        let (me, tag, own) = (ctx.me(), copy.tag, self.copy(key));
        if tag > own.tag || ctx.config().bug == Bug::OlderTags {
            ctx.rule(Rule::Take, |ctx| format!("{} takes {key} = {copy} from {}", ctx.name(me), ctx.name(from)));
            self.copies.insert(key.clone(), copy);
            ctx.persist(self);
        } else {
            ctx.rule(Rule::Older, |ctx| format!("{} keeps {key} = {own}: {tag} is not higher", ctx.name(me)));
        }
        ctx.send(from, Message::Ack { id, tag });
    }

    /// A copy was taken.
    pub(super) fn on_ack(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: OpId, tag: Tag) {
        let doing = self.doing.get_mut(id.client).filter(|doing| doing.id == id);
        match doing.map(|doing| &mut doing.phase) {
            Some(Phase::Store { copy, taken }) if copy.tag == tag => {
                taken.insert(from);
                self.on_taken(ctx, id.client);
            }
            _ => self.stale(ctx, from),
        }
    }

    /// The operation is over when a quorum has its copy.
    fn on_taken(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId) {
        let Some(Doing { phase: Phase::Store { copy, taken }, .. }) = self.doing.get(client) else { return };
        let spared = u64::from(ctx.config().bug == Bug::OneShort);
        if (taken.len() as u64) + spared >= ctx.config().write_quorum() {
            let copy = copy.clone();
            self.answer(ctx, client, copy);
        }
    }

    fn answer(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, copy: Tagged) {
        let Some(Doing { id, op, phase }) = self.doing.remove(client) else { return };
        ctx.rule(Rule::Answer, |ctx| {
            let (me, key, client) = (ctx.name(ctx.me()), op.key(), ctx.name(client));
            match phase {
                Phase::Ask { heard, .. } => {
                    format!("{me} answers {client}: {key} = {copy}, as told by {}", ctx.names(heard))
                }
                Phase::Store { taken, .. } => {
                    format!("{me} answers {client}: {key} = {copy} is at {}", ctx.names(taken))
                }
            }
        });
        let ret = match op {
            RegisterOp::Get(_) => RegisterRet::Value(copy.value),
            RegisterOp::Put(..) => RegisterRet::Done,
        };
        let told = Told { id, ret, tag: copy.tag };
        self.answers.insert(client, told.clone());
        ctx.persist(self);
        ctx.respond(client, told);
        if self.doing.is_empty() {
            ctx.cancel_timer(Timer::Repeat);
        }
    }

    /// It may have crashed between what it wrote and what follows from that.
    pub(super) fn go_on(&mut self, ctx: &mut Ctx<'_, Self>) {
        let clients: Vec<NodeId> = self.doing.iter().map(|(client, _)| client).collect();
        for client in clients {
            self.on_heard(ctx, client);
            self.on_taken(ctx, client);
        }
    }

    /// Whoever has not answered is asked again.
    pub(super) fn repeat(&mut self, ctx: &mut Ctx<'_, Self>, rule: Rule) {
        if self.doing.is_empty() {
            return;
        }
        let mut silent = NodeSet::new();
        for doing in self.doing.values() {
            let (Phase::Ask { heard: done, .. } | Phase::Store { taken: done, .. }) = &doing.phase;
            let others = ctx.peers().difference(*done);
            others.iter().for_each(|peer| ctx.send(peer, doing.message()));
            silent = silent.union(others);
        }
        ctx.rule(rule, |ctx| {
            format!("{} sends what is not answered to {} again", ctx.name(ctx.me()), ctx.names(silent))
        });
        ctx.set_timer(Timer::Repeat, ctx.config().repeat);
    }
}

impl Doing {
    /// What its phase asks of the other servers.
    fn message(&self) -> Message {
        let (id, key) = (self.id, self.op.key().clone());
        match &self.phase {
            Phase::Ask { .. } => Message::Query { id, key },
            Phase::Store { copy, .. } => Message::Store { id, key, copy: copy.clone() },
        }
    }
}

//! What leaders do: take a write and answer at once, send it, apply what others send, and pass it on.

use super::{Bug, Conflicts, Entry, Held, Leader, Message, Request, Rule, Timer, Told, Write, held, inspect};
use crate::{
    Ctx, NodeId, NodeSet, OpId,
    client::session::Outcome,
    services::Text,
    versions::{Counts, Dot},
};

impl Leader {
    /// A client reads: the leader answers with what it has.
    pub(super) fn read(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, id: OpId, key: &Text) {
        let told = self.answer(ctx, id, key);
        ctx.rule(Rule::Read, |ctx| {
            format!("{} tells {} what it has: {key} = {}", ctx.name(ctx.me()), ctx.name(client), self.shown(key))
        });
        self.persist(ctx);
        ctx.respond(client, told);
    }

    /// A client writes: the leader numbers the write, applies it and answers, and only then the others hear of it.
    pub(super) fn write(&mut self, ctx: &mut Ctx<'_, Self>, client: NodeId, request: &Request, value: Option<Text>) {
        let (me, key) = (ctx.me(), request.op.key().clone());
        let entry = self.entry(ctx, request, value);
        ctx.rule(Rule::Write, |ctx| {
            let (who, what) = (ctx.name(client), inspect::entry(&entry));
            format!("{} takes a write of {who} as its {}: {what}", ctx.name(me), entry.dot.count)
        });
        let to = self.targets(ctx);
        Self::tell_sending(ctx, &entry, to, Rule::Send);
        self.apply(ctx, &entry);
        let told = self.answer(ctx, request.id, &key);
        self.append(ctx, &entry, to);
        if ctx.config().bug == Bug::AnswerFirst {
            ctx.respond(client, told);
            self.persist(ctx);
        } else {
            self.persist(ctx);
            ctx.respond(client, told);
        }
        Self::send(ctx, &entry, to);
    }

    /// The next entry of this leader.
    fn entry(&mut self, ctx: &Ctx<'_, Self>, request: &Request, value: Option<Text>) -> Entry {
        let (me, config, key) = (ctx.me(), ctx.config(), request.op.key().clone());
        let stamp = held::next_stamp(me, ctx.local_clock().0 / config.tick.0, self.last);
        if config.conflicts == Conflicts::LastWriter {
            self.last = stamp.count;
        }
        let mark = self.held(ctx, &key).mark(stamp, &request.context.seen, value.as_ref());
        let past = if config.causal { self.seen.clone() } else { Counts::default() };
        let dot = Dot { node: me, count: self.seen.of(me) + 1 };
        Entry { dot, past, key, write: Write { value, by: request.id, at: me }, mark }
    }

    /// What is held of a key, which may never have been written.
    fn held(&self, ctx: &Ctx<'_, Self>, key: &Text) -> Held {
        self.keys.get(key).cloned().unwrap_or_else(|| Held::new(ctx.config().conflicts))
    }

    /// What is held of a key, in words.
    fn shown(&self, key: &Text) -> String {
        self.keys.get(key).map_or_else(|| "nothing".into(), inspect::values)
    }

    /// The answer to an operation, which is kept in case that it is asked for again.
    fn answer(&mut self, ctx: &Ctx<'_, Self>, id: OpId, key: &Text) -> Told {
        let held = self.held(ctx, key);
        let told = Told { id, outcome: Outcome::Done { writes: held.told(), seen: held.context() } };
        self.answers.insert(id.client, told.clone());
        told
    }

    /// To whom this leader sends.
    fn targets(&self, ctx: &Ctx<'_, Self>) -> NodeSet {
        ctx.config().topology.targets(ctx.me(), ctx.servers().len())
    }

    /// Puts an entry into the log until some others are known to have it.
    fn append(&mut self, ctx: &mut Ctx<'_, Self>, entry: &Entry, to: NodeSet) {
        if to.is_empty() || ctx.config().bug == Bug::SendOnce {
            return;
        }
        if self.log.is_empty() {
            ctx.set_timer(Timer::Resend, ctx.config().resend);
        }
        self.log.push((entry.clone(), to));
    }

    fn tell_sending(ctx: &mut Ctx<'_, Self>, entry: &Entry, to: NodeSet, rule: Rule) {
        if to.is_empty() {
            return;
        }
        ctx.rule(rule, |ctx| {
            let (me, who, what) = (ctx.name(ctx.me()), ctx.names(to), inspect::named(ctx, entry.dot));
            format!("{me} sends {who} {what}: {}", inspect::entry(entry))
        });
    }

    fn send(ctx: &mut Ctx<'_, Self>, entry: &Entry, to: NodeSet) {
        for peer in to.iter() {
            ctx.send(peer, Message::Write(entry.clone()));
        }
    }

    /// A write has its effect on what is held of its key.
    fn apply(&mut self, ctx: &mut Ctx<'_, Self>, entry: &Entry) {
        let before = self.held(ctx, &entry.key);
        let mut now = before.clone();
        now.apply(entry, ctx.config().bug);
        self.seen.raise(entry.dot.node, entry.dot.count);
        self.tell(ctx, entry, &before, &now);
        self.keys.insert(entry.key.clone(), now);
    }

    /// What became of what was held.
    fn tell(&self, ctx: &mut Ctx<'_, Self>, entry: &Entry, before: &Held, now: &Held) {
        let key = &entry.key;
        let (had, has) = (|| inspect::values(before), || inspect::values(now));
        let gone = before.writes().iter().any(|write| !now.writes().contains(write));
        match now {
            Held::Last(_) if before == now => ctx.rule(Rule::Earlier, |ctx| {
                let (me, what) = (ctx.name(ctx.me()), inspect::entry(entry));
                format!("{me} drops {what}: by the clocks {key} = {} is later", has())
            }),
            Held::Last(_) if gone => ctx.rule(Rule::Later, |ctx| {
                format!("{} has {key} = {} now, which is later by the clocks than {}", ctx.name(ctx.me()), has(), had())
            }),
            Held::Versions(siblings) => {
                if gone {
                    ctx.rule(Rule::Seen, |ctx| {
                        format!(
                            "{} has {key} = {} now, in place of {}: that was seen",
                            ctx.name(ctx.me()),
                            has(),
                            had()
                        )
                    });
                }
                if siblings.len() > 1 {
                    ctx.rule(Rule::Siblings, |ctx| {
                        format!(
                            "{} keeps {key} = {} side by side: no writer had seen the other",
                            ctx.name(ctx.me()),
                            has()
                        )
                    });
                }
            }
            Held::Set(_) if gone => ctx.rule(Rule::Remove, |ctx| {
                let me = ctx.name(ctx.me());
                format!("{me} has {key} = {} now, without what the delete had seen of {}", has(), had())
            }),
            Held::Set(_) if before != now => {
                ctx.rule(Rule::Add, |ctx| {
                    format!("{} has {key} = {} now: to put is to add", ctx.name(ctx.me()), has())
                });
            }
            _ => {}
        }
    }

    /// Whether a write is the next one of its leader, and what that had applied before it is here, too.
    fn is_ready(&self, ctx: &Ctx<'_, Self>, entry: &Entry) -> bool {
        let Dot { node, count } = entry.dot;
        let next = count == self.seen.of(node) + 1 && entry.past.is_within(&self.seen);
        next || ctx.config().bug == Bug::AnyOrder
    }

    /// A write that has to come before this one and is not here yet.
    fn lacks(&self, entry: &Entry) -> Dot {
        let Dot { node, count } = entry.dot;
        let next = self.seen.of(node) + 1;
        if next < count {
            return Dot { node, count: next };
        }
        let mut past = (0..).map(NodeId).zip(entry.past.as_slice());
        let missing = past.find(|(other, count)| **count > self.seen.of(*other)).map(|(other, _)| other);
        let other = missing.expect("what waits lacks something");
        Dot { node: other, count: self.seen.of(other) + 1 }
    }

    /// Writes arrive. What is new and ready is applied, passed on and put on the disk, and those who sent it hear so.
    pub(super) fn on_entries(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, entries: Vec<Entry>) {
        let (mut thanked, mut came) = (NodeSet::new(), Vec::new());
        for entry in entries {
            if entry.dot.count <= self.seen.of(entry.dot.node) {
                thanked.insert(from);
                ctx.rule(Rule::Known, |ctx| {
                    let (me, what) = (ctx.name(ctx.me()), inspect::named(ctx, entry.dot));
                    format!("{me} has {what} already")
                });
            } else if self.waiting.iter().all(|(_, known)| known.dot != entry.dot) {
                came.push(entry.dot);
                self.waiting.push((from, entry));
            }
        }
        let (mut passed, mut is_new) = (Vec::new(), false);
        while let Some(place) = self.waiting.iter().position(|(_, entry)| self.is_ready(ctx, entry)) {
            let (sender, entry) = self.waiting.remove(place);
            thanked.insert(sender);
            is_new = true;
            ctx.rule(Rule::Apply, |ctx| {
                format!("{} applies {}: {}", ctx.name(ctx.me()), inspect::named(ctx, entry.dot), inspect::entry(&entry))
            });
            self.apply(ctx, &entry);
            passed.extend(self.pass_on(ctx, sender, &entry));
            self.waiting.retain(|(_, other)| other.dot.count > self.seen.of(other.dot.node));
        }
        for (_, entry) in self.waiting.iter().filter(|(_, entry)| came.contains(&entry.dot)) {
            ctx.rule(Rule::Wait, |ctx| {
                let (me, what) = (ctx.name(ctx.me()), inspect::named(ctx, entry.dot));
                format!("{me} holds {what} back, until {} is here", inspect::named(ctx, self.lacks(entry)))
            });
        }
        if is_new {
            self.persist(ctx);
        }
        for (entry, to) in passed {
            Self::tell_sending(ctx, &entry, to, Rule::PassOn);
            Self::send(ctx, &entry, to);
        }
        for peer in thanked.iter() {
            ctx.send(peer, Message::Has(self.seen.clone()));
        }
    }

    /// Where leaders pass on what they get: to whom a write goes from here, which is nobody who has it from before.
    fn pass_on(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, entry: &Entry) -> Option<(Entry, NodeSet)> {
        if !ctx.config().topology.relays() {
            return None;
        }
        let (mut entry, mut to) = (entry.clone(), self.targets(ctx));
        if ctx.config().bug == Bug::Echo {
            self.seen.tick(ctx.me());
            entry.dot = Dot { node: ctx.me(), count: self.seen.of(ctx.me()) };
        } else {
            to = to.difference(NodeSet::from_iter([from, entry.dot.node]));
        }
        self.append(ctx, &entry, to);
        (!to.is_empty()).then_some((entry, to))
    }

    /// Another says what it has. What all have who are to have it leaves the log.
    pub(super) fn on_has(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, seen: &Counts) {
        let before = self.log.len();
        let mut new = false;
        for (entry, to) in &mut self.log {
            if to.contains(from) && entry.dot.count <= seen.of(entry.dot.node) {
                to.remove(from);
                new = true;
            }
        }
        self.log.retain(|(_, to)| !to.is_empty());
        let has = ctx.guard(Rule::Acknowledged, new, |ctx| {
            format!("{} says nothing new to {}", ctx.name(from), ctx.name(ctx.me()))
        });
        if !has {
            return;
        }
        ctx.rule(Rule::Acknowledged, |ctx| {
            let (me, left, gone) = (ctx.name(ctx.me()), self.log.len(), before - self.log.len());
            format!("{me} knows that {} has more: {gone} leave its log, {left} stay", ctx.name(from))
        });
        self.persist(ctx);
        if self.log.is_empty() {
            ctx.cancel_timer(Timer::Resend);
        }
    }

    /// It is time to send again what others are not known to have.
    pub(super) fn resend(&mut self, ctx: &mut Ctx<'_, Self>) {
        let behind = self.log.iter().fold(NodeSet::new(), |all, (_, to)| all.union(*to));
        if behind.is_empty() {
            return;
        }
        ctx.rule(Rule::Resend, |ctx| {
            let (me, who, count) = (ctx.name(ctx.me()), ctx.names(behind), self.log.len());
            format!("{me} sends {who} again what it did not acknowledge, of the {count} in its log")
        });
        for peer in behind.iter() {
            let lacking = self.log.iter().filter(|(_, to)| to.contains(peer)).map(|(entry, _)| entry.clone());
            ctx.send(peer, Message::Again(lacking.collect()));
        }
        ctx.set_timer(Timer::Resend, ctx.config().resend);
    }

    /// Writes to the disk what is to survive: all but what waits, which will be sent again.
    fn persist(&self, ctx: &mut Ctx<'_, Self>) {
        ctx.persist(&Leader { waiting: Vec::new(), ..self.clone() });
    }
}

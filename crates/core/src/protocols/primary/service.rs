//! The view service: it listens, and decides who is primary.

use super::{Bug, Message, PrimaryBackup, Rule, Timer, View};
use crate::{Ctx, NodeId, NodeSet};

impl PrimaryBackup {
    /// A replica is there. One that does not know the view is told.
    pub(super) fn on_ping(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, view: u64, confirmed: bool) {
        self.heard.insert(from);
        let now = self.view;
        if view < now.number {
            ctx.send(from, Message::View(now));
        }
        if confirmed && view == now.number && from == now.primary && !self.confirmed {
            self.confirmed = true;
            ctx.rule(Rule::Confirm, |ctx| {
                format!("{} confirms view {view}: all its backups have what it has", ctx.name(from))
            });
            ctx.persist(self);
        }
    }

    /// Looks who was heard, and begins another view if that is called for.
    pub(super) fn check(&mut self, ctx: &mut Ctx<'_, Self>) {
        let alive = std::mem::take(&mut self.heard);
        ctx.set_timer(Timer::Check, ctx.config().dead_after);
        let Some(primary) = self.next_primary(ctx, alive) else { return };
        let mut backups = alive;
        backups.remove(primary);
        if (primary, backups) == (self.view.primary, self.view.backups) {
            return;
        }
        self.view = View { number: self.view.number + 1, primary, backups };
        self.confirmed = false;
        ctx.rule(Rule::NewView, |ctx| {
            let (view, heard) = (self.view, ctx.names(alive));
            format!(
                "vs heard {heard} alone: in view {} {} is primary, with {}",
                view.number,
                ctx.name(primary),
                backed(ctx, backups)
            )
        });
        ctx.persist(self);
        ctx.broadcast(&Message::View(self.view));
    }

    /// The primary as long as it is heard, and after it one of its backups.
    fn next_primary(&self, ctx: &mut Ctx<'_, Self>, alive: NodeSet) -> Option<NodeId> {
        let (view, bug) = (self.view, ctx.config().bug);
        if alive.contains(view.primary) {
            return Some(view.primary);
        }
        let next = if bug == Bug::PromoteAny { alive } else { alive.intersection(view.backups) };
        let next = next.iter().next()?;
        if self.confirmed || bug == Bug::EarlyView {
            return Some(next);
        }
        ctx.rule(Rule::Wait, |ctx| {
            format!(
                "vs hears nothing of {}, which has not confirmed view {}, and waits",
                ctx.name(view.primary),
                view.number
            )
        });
        None
    }
}

/// Some backups in words.
pub(super) fn backed(ctx: &Ctx<'_, PrimaryBackup>, backups: NodeSet) -> String {
    if backups.is_empty() { "no backup".into() } else { format!("{} as backups", ctx.names(backups)) }
}

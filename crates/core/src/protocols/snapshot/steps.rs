//! What a process does: it pays, records, and relays markers.

use super::{Bug, Channel, Message, Money, Recording, Rule, Snapshot, SnapshotId, Timer};
use crate::{Ctx, NodeId};

/// A process that pays by itself pays so much at most.
const MOST_AT_ONCE: u64 = 3;

impl Snapshot {
    /// Sends money to another process.
    pub(super) fn pay(&mut self, ctx: &mut Ctx<'_, Self>, to: NodeId, amount: u64) {
        let has = ctx.guard(Rule::Pay, amount > 0 && self.money >= amount, |ctx| {
            format!("{} cannot pay: it has {}", ctx.name(ctx.me()), self.money)
        });
        if !has {
            return;
        }
        self.money -= amount;
        self.paid += 1;
        ctx.rule(Rule::Pay, |ctx| format!("{} pays {amount} to {}", ctx.name(ctx.me()), ctx.name(to)));
        ctx.send(to, Message::Money(Money { amount, number: self.paid }));
    }

    /// Money arrives. Where its channel is being recorded, it was in transit.
    pub(super) fn on_money(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, money: Money) {
        let amount = money.amount;
        self.money += amount;
        ctx.rule(Rule::Receive, |ctx| format!("{} has {amount} from {}", ctx.name(ctx.me()), ctx.name(from)));
        if ctx.config().bug == Bug::NoChannels {
            return;
        }
        for (id, recording) in self.recordings.iter_mut() {
            let Some(channel) = recording.channels.get_mut(from).filter(|channel| channel.open) else { continue };
            channel.money.push(money);
            ctx.rule(Rule::InTransit, |ctx| {
                let (from, snapshot) = (ctx.name(from), id.words(ctx.name(id.by)));
                format!("{amount} from {from} was in transit, for snapshot {snapshot}: no marker came from there yet")
            });
        }
    }

    /// Starts a snapshot: any process can, at any time.
    pub(super) fn begin(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.started += 1;
        let id = SnapshotId { by: ctx.me(), number: self.started };
        ctx.rule(Rule::Start, |ctx| format!("{} starts snapshot {}", ctx.name(id.by), id.words(ctx.name(id.by))));
        self.record(ctx, id, None);
    }

    /// Records the own state, and sends a marker along every channel before anything else (the marker-sending rule).
    pub(super) fn record(&mut self, ctx: &mut Ctx<'_, Self>, id: SnapshotId, marked: Option<NodeId>) {
        let channel = |from: NodeId| (from, Channel { open: Some(from) != marked, money: Vec::new() });
        let recording = Recording { money: self.money, channels: ctx.peers().iter().map(channel).collect() };
        self.recordings.insert(id, recording);
        match ctx.config().bug {
            Bug::LateMarkers => ctx.set_timer(Timer::Markers(id), ctx.config().pace),
            Bug::NoRelay if marked.is_some() => {}
            _ => self.send_markers(ctx, id),
        }
        self.look(ctx, id);
    }

    pub(super) fn send_markers(&self, ctx: &mut Ctx<'_, Self>, id: SnapshotId) {
        let money = self.recordings.get(&id).map_or(0, |recording| recording.money);
        ctx.rule(Rule::SendMarkers, |ctx| {
            let (me, snapshot) = (ctx.name(ctx.me()), id.words(ctx.name(id.by)));
            format!("{me} has recorded {money} for snapshot {snapshot}, and sends a marker to all others")
        });
        ctx.broadcast(&Message::Marker(id));
    }

    /// A marker comes along a channel (the marker-receiving rule).
    pub(super) fn on_marker(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, id: SnapshotId) {
        let Some(recording) = self.recordings.get_mut(&id) else {
            ctx.rule(Rule::FirstMarker, |ctx| {
                let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
                format!("{me} records its state, {}, and that nothing is in transit from {from}", self.money)
            });
            return self.record(ctx, id, Some(from));
        };
        let Some(channel) = recording.channels.get_mut(from) else { return };
        channel.open = false;
        let sum = channel.sum();
        ctx.rule(Rule::LaterMarker, |ctx| {
            let (me, from) = (ctx.name(ctx.me()), ctx.name(from));
            format!("{me} has recorded what was in transit from {from}: {sum}")
        });
        self.look(ctx, id);
    }

    /// Whether a marker has come along every channel.
    pub(super) fn look(&self, ctx: &mut Ctx<'_, Self>, id: SnapshotId) {
        let Some(recording) = self.recordings.get(&id) else { return };
        let open = recording.open();
        let done = ctx.guard(Rule::Complete, open.is_empty(), |ctx| {
            let (me, open) = (ctx.name(ctx.me()), ctx.names(open));
            format!("{me} has not done its part of the snapshot: no marker has come from {open}")
        });
        if done {
            ctx.rule(Rule::Complete, |ctx| {
                let (me, snapshot) = (ctx.name(ctx.me()), id.words(ctx.name(id.by)));
                let (state, transit) = (recording.money, recording.sum() - recording.money);
                format!(
                    "{me} has done its part of snapshot {snapshot}: it had {state}, and {transit} was in transit to it"
                )
            });
        }
    }

    /// Pays somebody something by itself, and goes on if it is to.
    pub(super) fn chatter(&mut self, ctx: &mut Ctx<'_, Self>) {
        self.payments -= 1;
        self.arm_payment(ctx);
        let others = ctx.peers();
        let Ok(n) = u32::try_from(others.len()) else { return };
        let most = u32::try_from(self.money.min(MOST_AT_ONCE)).unwrap_or(0);
        if n == 0 || most == 0 {
            return;
        }
        let to = others.iter().nth(ctx.choose("receiver", n) as usize).expect("one choice for each other process");
        let amount = 1 + u64::from(ctx.choose("amount", most));
        self.pay(ctx, to, amount);
    }

    pub(super) fn arm_payment(&self, ctx: &mut Ctx<'_, Self>) {
        if self.payments > 0 {
            ctx.set_timer(Timer::Pay, ctx.config().pace);
        }
    }

    pub(super) fn arm_snapshot(&self, ctx: &mut Ctx<'_, Self>) {
        if self.snapshots > 0 {
            ctx.set_timer(Timer::Snapshot, ctx.config().every);
        }
    }
}

//! Clients at work: what they are asked, by a person or by their own workload, and what they are told.

use crate::{
    Name, Pace,
    actors::{Datum, Input},
    handle::Work,
    inbox::Held,
    trace::{Cause, OpRecord, Sink},
    trigger::Fact,
    view::EventKind,
    world::{Due, Item, Moved, Site, Slot, World},
};
use lightcone_core::{Micros, NodeId, OpId, service::Mix};

impl World {
    /// Someone asks a client. Its serial number is the client's own count.
    pub(crate) fn invoke(
        &mut self,
        site: Site<'_>,
        client: NodeId,
        (name, cause): (Name, Cause),
        op: Datum,
        sink: &mut dyn Sink,
    ) {
        let slot = &mut self.slots[client.index()];
        slot.serial += 1;
        let id = OpId { client, serial: slot.serial };
        sink.invoked(OpRecord { id, op: op.clone(), event: self.events, at: self.now, done: None });
        let moved = Moved { node: client, name, kind: EventKind::Invoke, cause, timer: 0 };
        self.act(site, moved, Work::Handle(Input::Invoke(id, op)), None, sink);
    }

    pub(crate) fn complete(
        &mut self,
        site: Site<'_>,
        moved: Moved,
        event: u32,
        op: OpId,
        ret: &Datum,
        sink: &mut dyn Sink,
    ) {
        let client = moved.node;
        sink.completed(op, event, self.now, ret);
        self.fact(site, moved.name, Fact::Answered(client), sink);
        let slot = &mut self.slots[client.index()];
        if slot.worked.1 == Some(op) {
            slot.worked.1 = None;
            if site.setup.workload.is_some_and(|workload| matches!(workload.pace, Pace::Pause(_))) {
                self.schedule_work(site, client);
            }
        }
    }

    /// A client that starts takes up its workload.
    pub(crate) fn begin_work(&mut self, site: Site<'_>, node: NodeId) {
        if !site.setup.servers().contains(node) {
            self.slots[node.index()].worked.1 = None;
            self.schedule_work(site, node);
        }
    }

    pub(crate) fn schedule_work(&mut self, site: Site<'_>, client: NodeId) {
        let Some(workload) = site.setup.workload else { return };
        let Slot { worked: (nth, _), .. } = self.slots[client.index()];
        if nth < workload.operations {
            let name = Name::workload(client, nth);
            let pause = Micros(site.setup.seed.pause(name, workload.pace.span()));
            let at = self.now.plus(pause).max(workload.start);
            self.push(at, name, client, Due::Workload(nth));
        }
    }

    pub(crate) fn work_due(&mut self, site: Site<'_>, item: Item, nth: u32, sink: &mut dyn Sink) {
        if self.held.is_some() {
            return;
        }
        let slot = &mut self.slots[item.node.index()];
        if slot.is_kept_waiting() {
            slot.inbox.backlog.push_back(Held::Work(item.name, nth));
            return;
        }
        self.work(site, item.node, item.name, nth, sink);
    }

    /// The client's own workload asks for its next operation.
    pub(crate) fn work(&mut self, site: Site<'_>, node: NodeId, name: Name, nth: u32, sink: &mut dyn Sink) {
        let slot = &mut self.slots[node.index()];
        let (Some(workload), true) = (site.setup.workload, slot.machine.is_some() && slot.worked.0 == nth) else {
            return;
        };
        // The operation counts as under way while it is being asked, in case it is answered at once.
        slot.worked = (nth + 1, Some(OpId { client: node, serial: slot.serial + 1 }));
        let mut drawn = 0;
        let mut draw = |n| {
            drawn += 1;
            site.setup.seed.operation(name, drawn, n)
        };
        let mix = Mix { reads: workload.reads, keys: workload.keys, skew: workload.skew };
        let servers = site.setup.servers().len() as u64;
        let clients = site.setup.specs().len() as u64 - servers;
        let unique = u64::from(nth) * clients + u64::from(node.0) - servers + 1;
        let op = site.setup.actors.sample(&mut draw, mix, unique);
        self.invoke(site, node, (name, Cause::Workload(nth)), op, sink);
        if matches!(workload.pace, Pace::Every(_)) {
            self.schedule_work(site, node);
        }
    }
}

//! A run turned into the plain data of [`view`](crate::view).

mod cone;
mod explain;
mod guarantees;
mod marks;
mod narrate;
mod stage;

use crate::{
    Across, Fault, Intervention, Run, When,
    view::{CutKind, CutMark},
};
use lightcone_core::{Client, Micros, NodeId, NodeSet, Packet, Protocol, Role, Service, view::Value};

/// The service of a protocol's clients.
type ServiceOf<P> = <<P as Protocol>::Client as Client>::Service;

/// A packet in a few words.
fn packet_words<P: Protocol>(run: &Run<P>, packet: &Packet<P>) -> String {
    match packet {
        Packet::Message(message) => P::message_view(message, &run.setup().cluster.specs).label,
        Packet::Request(request) => P::Client::request_words(request),
        Packet::Response(response) => P::Client::response_words(response),
    }
}

impl<P: Protocol> Run<P> {
    /// The partitions and cuts of the scenario that take effect.
    fn cut_marks(&self) -> Vec<CutMark> {
        let idle = self.idle();
        let active = |one: &&Intervention| idle.iter().all(|(id, _)| *id != one.id);
        self.scenario().interventions.iter().filter(active).filter_map(|one| self.cut_mark(one)).collect()
    }

    fn cut_mark(&self, one: &Intervention) -> Option<CutMark> {
        let When::At(from) = one.when else { return None };
        let (what, across) = match &one.fault {
            Fault::Partition { groups, across, .. } => (CutKind::Partition(self.sides_of(groups)), across),
            Fault::Cut { from, to, across, .. } => {
                (CutKind::OneWay(self.setup().find(from)?, self.setup().find(to)?), across)
            }
            _ => return None,
        };
        let to = self.end_of(one).filter(|end| *end <= self.scenario().until);
        Some(CutMark { id: one.id, from, to, what, held: *across == Across::Held })
    }

    /// The groups of a partition as sets; whoever is in none is with the first.
    fn sides_of(&self, groups: &[Vec<String>]) -> Vec<NodeSet> {
        let mut sides: Vec<NodeSet> =
            groups.iter().map(|group| group.iter().filter_map(|name| self.setup().find(name)).collect()).collect();
        let named: NodeSet = sides.iter().flat_map(|side| side.iter()).collect();
        for node in self.setup().everyone().difference(named).iter() {
            sides[0].insert(node);
        }
        sides.retain(|side| !side.is_empty());
        sides
    }

    /// The partitions and cuts in force at an instant.
    fn cuts_at(&self, at: Micros) -> Vec<CutMark> {
        let in_force = |cut: &CutMark| cut.from <= at && cut.to.is_none_or(|to| at < to);
        self.cut_marks().into_iter().filter(in_force).collect()
    }

    /// The operation that a client is busy with at an instant.
    fn asking(&self, client: NodeId, at: Micros) -> Option<String> {
        let open = self.trace().ops.iter().filter(|op| op.id.client == client && op.at <= at);
        let mut open = open.filter(|op| op.done.as_ref().is_none_or(|(_, done, _)| *done > at));
        open.next().map(|op| ServiceOf::<P>::op_words(&op.op))
    }
}

/// What a server shows of its log, if it has one.
fn log_of<P: Protocol>(run: &Run<P>, node: &P) -> Vec<lightcone_core::view::LogCell> {
    let fields = node.fields(&run.setup().cluster.specs);
    let log = fields.into_iter().find_map(|field| match field.value {
        Value::Log(cells) => Some(cells),
        _ => None,
    });
    log.unwrap_or_default()
}

/// The role of a server that is up, if roles matter in its protocol.
fn shown(role: Option<Role>) -> Option<Role> {
    role.filter(|role| *role != Role::Plain)
}

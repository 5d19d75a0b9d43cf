//! States that differ only in which of the interchangeable servers is which count as one.
//!
//! Each state is hashed as it would be if its servers were called in the order of what they look like to one who knows no
//! names; those that look alike are tried in every order, and the smallest hash counts. So a state and its renamings have
//! one hash, and only that is remembered. Whatever a server does by the order of names would make that wrong: a protocol
//! says which servers are interchangeable. A step that is cut off between sends to peers, in the order of their names, does:
//! `patience.rs` says why that need not be tried.

use super::{super::hash_of, state::State};
use lightcone_core::{NodeId, NodeSet, Order, Protocol};
use lightcone_sim::digest::{Renaming, renamed};

/// All orders in which interchangeable servers can be called.
pub(super) struct Symmetry {
    members: Vec<NodeId>,
    /// For each order the new name of everybody, by the old one.
    renamings: Vec<Vec<NodeId>>,
}

/// With more servers than that there are too many orders.
const MOST: usize = 5;

/// Everybody else is somebody.
#[derive(Clone, Copy)]
pub(super) struct Nameless(NodeId);

impl Renaming for Nameless {
    const RENAMES: bool = true;

    fn name(self, node: NodeId) -> NodeId {
        NodeId(if node == self.0 { 0 } else { 1 })
    }
}

impl Symmetry {
    /// The orders of `servers`, of whom a protocol says that they are interchangeable.
    pub fn of(servers: NodeSet) -> Option<Self> {
        let members: Vec<NodeId> = servers.iter().collect();
        if !(2..=MOST).contains(&members.len()) {
            return None;
        }
        let last = members.last().map_or(0, |node| node.index());
        let mut orders = vec![Vec::new()];
        for _ in &members {
            let longer = |order: &Vec<NodeId>| {
                let order = order.clone();
                let rest = members.iter().filter(|node| !order.contains(node)).copied().collect::<Vec<_>>();
                rest.into_iter().map(move |node| order.iter().copied().chain([node]).collect::<Vec<NodeId>>())
            };
            orders = orders.iter().flat_map(longer).collect();
        }
        let renaming = |order: &Vec<NodeId>| {
            let mut names: Vec<NodeId> =
                (0..=last).map(|place| NodeId(u8::try_from(place).expect("it is one of 64"))).collect();
            for (old, new) in order.iter().zip(&members) {
                names[old.index()] = *new;
            }
            names
        };
        let renamings = orders.iter().map(renaming).collect();
        Some(Symmetry { members, renamings })
    }

    /// The hash of a state and of all its renamings.
    pub fn class<P: Protocol>(&self, state: &State<P>) -> u64 {
        let looks: Vec<(NodeId, u64)> = self.members.iter().map(|node| (*node, state.looks(*node))).collect();
        let in_order = |names: &&Vec<NodeId>| {
            looks
                .iter()
                .all(|(a, of_a)| looks.iter().all(|(b, of_b)| of_a >= of_b || names[a.index()] < names[b.index()]))
        };
        let renamings = self.renamings.iter().enumerate().filter(|(_, names)| in_order(names));
        let hashes = renamings.map(|(nth, names)| state.renamed(nth, names));
        hashes.min().expect("some order is that of the looks")
    }
}

impl<P: Protocol> State<P> {
    /// What a server looks like, with the messages to and from it, to one who knows no names.
    fn looks(&self, node: NodeId) -> u64 {
        let nameless = Nameless(node);
        let own = self.places[node.index()].looks(nameless).wrapping_add(hash_of(&self.clocks.get(node.index())));
        let flights = self.flights.iter().filter(|flight| flight.to == node || flight.from == node);
        flights.fold(own, |looks, flight| {
            let way = if flight.to == node { 17 } else { 31 };
            looks.wrapping_add(flight.packet.looks(Nameless(NodeId(u8::MAX))).rotate_left(way))
        })
    }

    /// The hash of this state under the `nth` names.
    fn renamed(&self, nth: usize, names: &[NodeId]) -> u64 {
        let mut sum = Sum(0);
        for (node, place) in (0..).map(NodeId).zip(&self.places) {
            let clock = hash_of(&self.clocks.get(node.index()));
            sum.add([names.name(node).0.into(), place.renamed(nth, names), clock]);
        }
        let mut behind = 0;
        for (place, flight) in self.flights.iter().enumerate() {
            let follows = |before: usize| self.flights[before].link() == flight.link();
            let queued = self.site.order == Order::Fifo && place.checked_sub(1).is_some_and(follows);
            behind = if queued { behind + 1 } else { 0 };
            let (to, from) = flight.link();
            let link = u64::from(names.name(to).0) << 8 | u64::from(names.name(from).0);
            sum.add([1 << 32 | link, behind, flight.packet.renamed(nth, names)]);
        }
        sum.add([1 << 33, self.ghost.renamed(nth, names), self.history.renamed(nth, names)]);
        sum.add([1 << 34, renamed(&self.liars, names), hash_of(&(self.left, self.now, self.broken.is_some()))]);
        sum.0
    }
}

/// A sum of hashes, for what has no order.
struct Sum(u64);

impl Sum {
    fn add<const N: usize>(&mut self, words: [u64; N]) {
        self.0 = self.0.wrapping_add(hash_of(&words));
    }
}

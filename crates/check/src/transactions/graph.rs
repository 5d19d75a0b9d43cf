//! The graph of dependencies, kept small: where many transactions come before many others, paths lead through hubs.

use super::{index::NONE, kinds::Reach, report::Relation};

/// An edge, or a part of one: a path from a transaction to the next is one dependency, whatever hubs it goes through. Its
/// first part says of what kind.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    /// A transaction, or a hub.
    pub(super) to: usize,
    /// The kind; none if it starts at a hub.
    pub(super) relation: Option<Relation>,
    /// The operation of the earlier transaction, if it starts there and has one.
    pub(super) from_op: usize,
    /// The operation of the later transaction, likewise.
    pub(super) to_op: usize,
    /// The order of writes that it follows from, if that was inferred from other dependencies.
    pub(super) order: usize,
}

/// What some inference rests on: it holds at the levels that keep this, and at no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// That transactions come one after the other, rather than that they read from snapshots.
    pub(super) serial: bool,
    /// What is kept beside the data.
    pub(super) reach: Reach,
}

impl Scope {
    /// Where what was read shows by itself what holds at all levels.
    pub(super) const LEAST: Scope = Scope { serial: false, reach: Reach::Data };
    /// Where everything holds that holds at some level.
    pub(super) const ALL: Scope = Scope { serial: true, reach: Reach::RealTime };

    /// Whether everything of another scope holds in this one, too.
    pub(super) fn includes(self, other: Scope) -> bool {
        self.serial >= other.serial && self.reach >= other.reach
    }

    /// The least that includes both.
    pub(super) fn with(self, other: Scope) -> Scope {
        Scope { serial: self.serial.max(other.serial), reach: self.reach.max(other.reach) }
    }
}

/// An order of two writes of a register that other dependencies force.
#[derive(Clone, Copy)]
pub(super) struct Order {
    /// The operations that write.
    pub(super) earlier: usize,
    pub(super) later: usize,
    /// The operation that read the later one's version and that the earlier one leads to; or none, if the earlier one
    /// leads to the later one.
    pub(super) reader: usize,
    pub(super) scope: Scope,
    /// When it was found: it rests on what was known before that.
    pub(super) round: usize,
}

impl Order {
    /// What tells it from others.
    pub(super) fn key(&self) -> (usize, usize, bool) {
        (self.earlier, self.later, self.reader == NONE)
    }
}

/// A dependency of one on many, or of many on one: a transaction, and its operation.
pub(super) type End = (usize, usize);

/// A graph to which edges are added.
pub(super) struct Builder {
    pub(super) transactions: usize,
    nodes: usize,
    edges: Vec<(usize, Edge)>,
    /// The orders that were inferred.
    pub(super) orders: Vec<Order>,
    /// In how many rounds.
    pub(super) rounds: usize,
}

impl Builder {
    pub(super) fn new(transactions: usize) -> Self {
        Builder { transactions, nodes: transactions, edges: Vec::new(), orders: Vec::new(), rounds: 0 }
    }

    /// Adds a dependency, unless it is of a transaction on itself.
    pub(super) fn link(&mut self, relation: Relation, from: End, to: End) {
        if from.0 != to.0 {
            let edge = Edge { to: to.0, relation: Some(relation), from_op: from.1, to_op: to.1, order: NONE };
            self.edges.push((from.0, edge));
        }
    }

    /// Adds an order that was inferred: as a dependency of its writes if these are given, and as one on the earlier write's
    /// readers.
    pub(super) fn infer(&mut self, order: Order, ends: Option<(End, End)>, readers: &[End], later: End) {
        let first = self.edges.len();
        ends.into_iter().for_each(|(earlier, later)| self.link(Relation::Ww, earlier, later));
        readers.iter().for_each(|reader| self.link(Relation::Rw, *reader, later));
        self.edges[first..].iter_mut().for_each(|(_, edge)| edge.order = self.orders.len());
        self.orders.push(order);
    }

    pub(super) fn hub(&mut self) -> usize {
        self.nodes += 1;
        self.nodes - 1
    }

    /// An edge from a transaction to a hub.
    pub(super) fn enter(&mut self, relation: Relation, from: End, hub: usize) {
        self.edges
            .push((from.0, Edge { to: hub, relation: Some(relation), from_op: from.1, to_op: NONE, order: NONE }));
    }

    /// An edge from a hub to a transaction, or without an operation to another hub.
    pub(super) fn leave(&mut self, hub: usize, to: End) {
        self.edges.push((hub, Edge { to: to.0, relation: None, from_op: NONE, to_op: to.1, order: NONE }));
    }

    /// Adds a dependency of each later transaction on each earlier one, except on itself. `later` is sorted.
    pub(super) fn fan(&mut self, earlier: &[(Relation, End)], later: &[End]) {
        if earlier.len().min(later.len()) < 3 {
            for (relation, from) in earlier {
                later.iter().for_each(|to| self.link(*relation, *from, *to));
            }
            return;
        }
        // The hub `up + n` leads to everyone from `n` on, the hub `down + n` to everyone up to `n`. Who is the `n`th itself
        // enters beside it on both sides.
        let (up, down, count) = (self.nodes, self.nodes + later.len(), later.len());
        self.nodes += 2 * count;
        for (place, to) in later.iter().enumerate() {
            self.leave(up + place, *to);
            self.leave(down + place, *to);
            if place > 0 {
                self.leave(up + place - 1, (up + place, NONE));
                self.leave(down + place, (down + place - 1, NONE));
            }
        }
        for (relation, from) in earlier {
            let own = later.binary_search_by_key(&from.0, |to| to.0);
            let (next, last) = own.map_or((0, None), |own| (own + 1, own.checked_sub(1)));
            if next < count {
                self.enter(*relation, *from, up + next);
            }
            last.into_iter().for_each(|last| self.enter(*relation, *from, down + last));
        }
    }

    /// The graph, of what was inferred with what some scope includes, before some round.
    pub(super) fn within(&self, scope: Scope, round: usize) -> Graph {
        let holds = |order: &Order| scope.includes(order.scope) && order.round < round;
        let edges = || self.edges.iter().filter(|(_, edge)| edge.order == NONE || holds(&self.orders[edge.order]));
        let mut starts = vec![0; self.nodes + 1];
        edges().for_each(|(from, _)| starts[from + 1] += 1);
        for node in 0..self.nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let none = Edge { to: NONE, relation: None, from_op: NONE, to_op: NONE, order: NONE };
        let mut sorted = vec![none; starts[self.nodes]];
        for (from, edge) in edges() {
            sorted[next[*from]] = *edge;
            next[*from] += 1;
        }
        Graph { transactions: self.transactions, starts, edges: sorted }
    }
}

/// Transactions and hubs with the edges between them.
pub(super) struct Graph {
    /// How many of the nodes are transactions; they come first.
    pub(super) transactions: usize,
    /// Where the edges of each node begin, and where the last ones end.
    starts: Vec<usize>,
    pub(super) edges: Vec<Edge>,
}

impl Graph {
    /// How many nodes there are.
    pub(super) fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// The places of the edges that start at a node.
    pub(super) fn from(&self, node: usize) -> std::ops::Range<usize> {
        self.starts[node]..self.starts[node + 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The transactions that one leads to, through hubs.
    fn next(graph: &Graph, from: usize) -> Vec<usize> {
        let (mut found, mut nodes) = (Vec::new(), vec![from]);
        while let Some(node) = nodes.pop() {
            for edge in graph.from(node) {
                let to = graph.edges[edge].to;
                (if to < graph.transactions { &mut found } else { &mut nodes }).push(to);
            }
        }
        lightcone_core::order::sort(&mut found);
        found.dedup();
        found
    }

    #[test]
    fn a_fan_leads_from_each_to_all_others() {
        for mask in 0..1_usize << 12 {
            let (earlier, later) = (mask & 63, mask >> 6);
            let members = |set: usize| (0..6).filter(move |place| set >> place & 1 == 1);
            let mut builder = Builder::new(6);
            let sources: Vec<(Relation, End)> = members(earlier).map(|one| (Relation::Rw, (one, NONE))).collect();
            let targets: Vec<End> = members(later).map(|one| (one, NONE)).collect();
            builder.fan(&sources, &targets);
            let graph = builder.within(Scope::LEAST, NONE);
            for one in 0..6 {
                let all: Vec<usize> = members(later).filter(|other| *other != one && earlier >> one & 1 == 1).collect();
                assert_eq!(next(&graph, one), all, "{one} {earlier:b} {later:b}");
            }
        }
    }
}

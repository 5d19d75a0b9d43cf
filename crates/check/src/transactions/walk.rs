//! Walks over the graph of dependencies that follow a pattern, as a small automaton says it, and where they can be closed.

use super::{
    graph::{Edge, Graph},
    index::NONE,
    report::Relation,
};

/// A pattern: which state follows on which for each relation. A relation that does not fit has no next state.
pub(super) type Pattern = [[Option<u8>; 5]];

pub(super) const NO: Option<u8> = None;
pub(super) const fn to(state: u8) -> Option<u8> {
    Some(state)
}

pub(super) const WRITES: &Pattern = &[[to(0), NO, NO, NO, NO]];
pub(super) const FLOW: &Pattern = &[[to(0), to(0), NO, NO, NO]];
pub(super) const ANY: &Pattern = &[[to(0), to(0), to(0), NO, NO]];
pub(super) const SESSION: &Pattern = &[[to(0), to(0), to(0), to(0), NO]];
pub(super) const STRICT: &Pattern = &[[to(0), to(0), to(0), to(0), to(0)]];
/// No two anti-dependencies in a row: each dependency says that one committed before the other started, an
/// anti-dependency only that one started before the other committed.
pub(super) const SNAPSHOT: &Pattern = &[[to(0), to(0), to(1), NO, NO], [to(0), to(0), NO, NO, NO]];
pub(super) const SESSION_SNAPSHOT: &Pattern = &[[to(0), to(0), to(1), to(0), NO], [to(0), to(0), NO, to(0), NO]];

/// An edge on a walk, after the node with its state where it starts.
pub(super) type Walked = (usize, usize);

/// The state of a pattern after an edge. What leaves a hub changes nothing.
pub(super) fn after(pattern: &Pattern, state: usize, edge: &Edge) -> Option<usize> {
    match edge.relation {
        None => Some(state),
        Some(relation) => pattern[state][place(relation)].map(usize::from),
    }
}

fn place(relation: Relation) -> usize {
    match relation {
        Relation::Ww => 0,
        Relation::Wr => 1,
        Relation::Rw => 2,
        Relation::Session => 3,
        Relation::RealTime => 4,
    }
}

/// The strongly connected components of nodes with states: within one, and only there, walks can be closed. By Tarjan's
/// algorithm ("Depth-First Search and Linear Graph Algorithms", SIAM Journal on Computing 1972), without recursion.
pub(super) struct Components {
    states: usize,
    of: Vec<usize>,
    sizes: Vec<usize>,
}

impl Components {
    pub(super) fn new(graph: &Graph, pattern: &Pattern) -> Self {
        let states = pattern.len();
        let mut search = Search {
            graph,
            pattern,
            order: vec![NONE; graph.nodes() * states],
            low: vec![NONE; graph.nodes() * states],
            met: 0,
            open: Vec::new(),
            found: Components { states, of: vec![NONE; graph.nodes() * states], sizes: Vec::new() },
        };
        for root in 0..graph.nodes() * states {
            if search.order[root] == NONE {
                search.from(root);
            }
        }
        search.found
    }

    /// All nodes in all states, where each has a component of its own, each after what leads to it.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order = vec![NONE; self.of.len()];
        for (spot, component) in self.of.iter().enumerate() {
            order[self.of.len() - 1 - component] = spot;
        }
        order
    }

    /// The component of a node in a state.
    pub(super) fn of(&self, node: usize, state: usize) -> usize {
        self.of[node * self.states + state]
    }

    /// Whether no walk can be closed.
    pub(super) fn are_single(&self) -> bool {
        self.sizes.iter().all(|size| *size == 1)
    }

    /// Whether a walk that starts at a node in a state can come back to it.
    pub(super) fn is_cyclic(&self, node: usize, state: usize) -> bool {
        self.sizes[self.of(node, state)] > 1
    }
}

struct Search<'a> {
    graph: &'a Graph,
    pattern: &'a Pattern,
    /// When each node in each state was met.
    order: Vec<usize>,
    /// The earliest that it leads back to.
    low: Vec<usize>,
    met: usize,
    /// Those met whose component is not known.
    open: Vec<usize>,
    found: Components,
}

impl Search<'_> {
    fn meet(&mut self, spot: usize) {
        (self.order[spot], self.low[spot]) = (self.met, self.met);
        self.met += 1;
        self.open.push(spot);
    }

    fn from(&mut self, root: usize) {
        let states = self.pattern.len();
        self.meet(root);
        let mut path = vec![(root, self.graph.from(root / states))];
        while let Some((spot, edges)) = path.last_mut() {
            let spot = *spot;
            if let Some(edge) = edges.next() {
                let edge = &self.graph.edges[edge];
                let Some(state) = after(self.pattern, spot % states, edge) else { continue };
                let next = edge.to * states + state;
                if self.order[next] == NONE {
                    self.meet(next);
                    path.push((next, self.graph.from(edge.to)));
                } else if self.found.of[next] == NONE {
                    self.low[spot] = self.low[spot].min(self.order[next]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                self.low[*parent] = self.low[*parent].min(self.low[spot]);
            }
            if self.low[spot] == self.order[spot] {
                self.close(spot);
            }
        }
    }

    /// What was met since then is a component.
    fn close(&mut self, spot: usize) {
        let first = self.open.iter().rposition(|open| *open == spot).expect("it is open until its component is known");
        self.found.sizes.push(self.open.len() - first);
        for member in self.open.drain(first..) {
            self.found.of[member] = self.found.sizes.len() - 1;
        }
    }
}

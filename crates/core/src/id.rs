//! Who takes part in a run: node ids, sets of nodes and tables by node.

use serde::{Deserialize, Serialize};

/// A participant of a run, by its place in [`Protocol::setup`](crate::Protocol::setup). Servers and clients share one
/// numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The place of this participant in tables of the engine.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One operation of a client: whose, and its serial number there, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpId {
    /// The client that asked.
    pub client: NodeId,
    /// The client's own count of its operations.
    pub serial: u64,
}

/// A set of at most 64 participants, in the order of their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeSet(u64);

impl NodeSet {
    /// How many participants a set, and so a cluster, can hold.
    pub const CAPACITY: usize = 64;

    /// The empty set.
    pub const fn new() -> Self {
        NodeSet(0)
    }

    /// The set of the first `n` participants.
    pub fn first(n: usize) -> Self {
        (0..n).map(|i| NodeId(u8::try_from(i).expect("a cluster has at most 64 participants"))).collect()
    }

    /// Adds `node`; true if it was not there.
    pub fn insert(&mut self, node: NodeId) -> bool {
        let had = self.contains(node);
        self.0 |= 1 << node.0;
        !had
    }

    /// Takes `node` out; true if it was there.
    pub fn remove(&mut self, node: NodeId) -> bool {
        let had = self.contains(node);
        self.0 &= !(1 << node.0);
        had
    }

    /// Whether `node` is a member.
    pub const fn contains(self, node: NodeId) -> bool {
        self.0 & (1 << node.0) != 0
    }

    /// The number of members.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is no member.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in either.
    pub const fn union(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 | other.0)
    }

    /// What is in both.
    pub const fn intersection(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 & other.0)
    }

    /// What is here and not in `other`.
    pub const fn difference(self, other: NodeSet) -> NodeSet {
        NodeSet(self.0 & !other.0)
    }

    /// Whether the members are more than half of `of`.
    pub const fn is_majority_of(self, of: NodeSet) -> bool {
        2 * self.intersection(of).len() > of.len()
    }

    /// The members, by id.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let lowest = rest.trailing_zeros() as u8;
            rest &= rest - 1;
            Some(NodeId(lowest))
        })
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut set = NodeSet::new();
        for node in nodes {
            set.insert(node);
        }
        set
    }
}

/// A table by node, kept in the order of the ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NodeMap<T>(Vec<(NodeId, T)>);

impl<T> Default for NodeMap<T> {
    fn default() -> Self {
        NodeMap(Vec::new())
    }
}

impl<T> NodeMap<T> {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    fn place(&self, node: NodeId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&node, |(n, _)| *n)
    }

    /// The value of `node`, if it has one.
    pub fn get(&self, node: NodeId) -> Option<&T> {
        self.place(node).ok().map(|i| &self.0[i].1)
    }

    /// The value of `node`, to change.
    pub fn get_mut(&mut self, node: NodeId) -> Option<&mut T> {
        self.place(node).ok().map(|i| &mut self.0[i].1)
    }

    /// Sets the value of `node` and returns the one before.
    pub fn insert(&mut self, node: NodeId, value: T) -> Option<T> {
        match self.place(node) {
            Ok(i) => Some(std::mem::replace(&mut self.0[i].1, value)),
            Err(i) => {
                self.0.insert(i, (node, value));
                None
            }
        }
    }

    /// Takes the value of `node` out.
    pub fn remove(&mut self, node: NodeId) -> Option<T> {
        self.place(node).ok().map(|i| self.0.remove(i).1)
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The pairs, by id.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &T)> {
        self.0.iter().map(|(n, v)| (*n, v))
    }

    /// The values, by id.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, v)| v)
    }

    /// The number of nodes that have a value.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no node has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> FromIterator<(NodeId, T)> for NodeMap<T> {
    fn from_iter<I: IntoIterator<Item = (NodeId, T)>>(pairs: I) -> Self {
        let mut map = NodeMap::new();
        for (node, value) in pairs {
            map.insert(node, value);
        }
        map
    }
}

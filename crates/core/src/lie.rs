//! What a Byzantine server knows while it makes up a lie.

use crate::{Cluster, Micros, NodeId, NodeSet, Protocol};

/// What a Byzantine server knows when it says something to one peer: all that it would know if it were honest. It can
/// do nothing: what it could say goes back to whoever asked, and the world picks.
pub struct LieCtx<'a, P: Protocol> {
    me: NodeId,
    cluster: &'a Cluster<P>,
    clock: Micros,
}

impl<'a, P: Protocol> LieCtx<'a, P> {
    /// The surroundings of the Byzantine server `me`, whose own clock shows `clock`.
    pub fn new(me: NodeId, cluster: &'a Cluster<P>, clock: Micros) -> Self {
        LieCtx { me, cluster, clock }
    }

    /// The server that lies.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// Every server that there is.
    pub fn servers(&self) -> NodeSet {
        self.cluster.servers
    }

    /// Every server but this one.
    pub fn peers(&self) -> NodeSet {
        self.servers().difference(NodeSet::from_iter([self.me]))
    }

    /// The settings.
    pub fn config(&self) -> &P::Config {
        &self.cluster.config
    }

    /// A participant's name.
    pub fn name(&self, node: NodeId) -> &str {
        &self.cluster.specs[node.index()].name
    }

    /// The names of a set of participants.
    pub fn names(&self, nodes: NodeSet) -> String {
        let names: Vec<&str> = nodes.iter().map(|node| self.name(node)).collect();
        names.join(", ")
    }

    /// The server's own clock.
    pub fn local_clock(&self) -> Micros {
        self.clock
    }
}

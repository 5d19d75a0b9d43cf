//! Signatures: who said a value, so that others can pass it on and nobody can make it up.

use crate::{Ctx, LieCtx, NodeId, Protocol};
use serde::{Deserialize, Serialize};

/// A value with the signature of a server.
///
/// Nobody can forge another's signature: a handler, or a liar, signs as itself, and this module alone makes signed
/// values. Whoever has one can pass it on; that a liar does so at the wrong time, or twice, is all that it can do with
/// it. (A saved run is read back as it was written: there the bytes are the engine's, not a server's.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Signed<T> {
    by: NodeId,
    value: T,
}

impl<T> Signed<T> {
    /// Who signed it.
    pub fn by(&self) -> NodeId {
        self.by
    }

    /// What was signed.
    pub fn value(&self) -> &T {
        &self.value
    }
}

// Here rather than beside the rest of `Ctx`: only this module can write the fields.
impl<P: Protocol> Ctx<'_, P> {
    /// Signs `value` as this server.
    pub fn sign<T>(&self, value: T) -> Signed<T> {
        Signed { by: self.me(), value }
    }
}

impl<P: Protocol> LieCtx<'_, P> {
    /// Signs `value` as this server, and no other.
    pub fn sign<T>(&self, value: T) -> Signed<T> {
        Signed { by: self.me(), value }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Cluster, LieCtx, Micros, NodeId, NodeSet, Protocol,
        protocols::lamport::{Config, Lamport},
    };

    #[test]
    fn a_liar_signs_as_itself() {
        let config = Config::default();
        let specs = Lamport::setup(&config).unwrap();
        let cluster: Cluster<Lamport> = Cluster { specs, servers: NodeSet::first(3), config };
        let signed = LieCtx::new(NodeId(1), &cluster, Micros::ZERO).sign("lie");
        assert_eq!((signed.by(), *signed.value()), (NodeId(1), "lie"));
    }
}

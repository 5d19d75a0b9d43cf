//! A client's request as it is being written.

use super::Studio;
use lightcone_core::{NodeId, NodeKind};

/// The fields of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDraft {
    /// Who asks.
    pub client: NodeId,
    /// `put`, `get` or `append`.
    pub verb: String,
    /// The key.
    pub key: String,
    /// The value, where the operation writes.
    pub value: String,
}

impl Default for RequestDraft {
    fn default() -> Self {
        RequestDraft { client: NodeId(0), verb: "put".into(), key: "x".into(), value: "7".into() }
    }
}

/// The operations on offer.
pub const VERBS: [&str; 3] = ["put", "get", "append"];

impl RequestDraft {
    /// The text form of the operation.
    pub fn op(&self) -> String {
        let parts = [self.verb.trim(), self.key.trim(), if self.writes() { self.value.trim() } else { "" }];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<&str>>().join(" ")
    }

    /// Whether the operation carries a value.
    pub fn writes(&self) -> bool {
        self.verb != "get"
    }
}

impl Studio {
    /// The clients of this run.
    pub fn clients(&self) -> Vec<NodeId> {
        let specs = self.lab.participants().iter().enumerate();
        specs.filter(|(_, spec)| spec.kind == NodeKind::Client).map(|(i, _)| NodeId(i as u8)).collect()
    }
}

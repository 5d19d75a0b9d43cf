//! What a replica remembers (§4, Figure 2), and what of it is on its disk.

use super::Vr;
use crate::{Ctx, Log, NodeId, replicated::Command};
use serde::{Deserialize, Serialize};

/// What a replica is at (§4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Handles client requests.
    #[default]
    Normal,
    /// On the way to a new view.
    ViewChange,
    /// Lost what it knew, and asks the others for it.
    Recovering,
}

/// What a replica brings into a new view (§4.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// Its log.
    pub log: Log<Command>,
    /// The latest view in which its status was normal.
    pub last_normal: u64,
    /// How many operations it knows to be committed.
    pub commit_number: u64,
}

/// What a replica tells one that recovers (§4.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Memory {
    /// Its view.
    pub view: u64,
    /// Its log and its commit-number, if it is the primary of that view.
    pub state: Option<(Log<Command>, u64)>,
}

/// Who is primary in a view: each in turn (§4).
pub(super) fn primary_of(ctx: &Ctx<'_, Vr>, view: u64) -> NodeId {
    primary(view, ctx.config().servers)
}

pub(super) fn primary(view: u64, servers: u64) -> NodeId {
    NodeId(u8::try_from(view % servers).expect("there are at most 9 replicas"))
}

impl Vr {
    /// The number of the latest operation in the log.
    pub fn op_number(&self) -> u64 {
        self.log.last_index()
    }

    /// Writes the two numbers that must outlive a crash, and nothing else.
    pub(super) fn persist(&self, ctx: &mut Ctx<'_, Self>) {
        let view = if ctx.config().view_on_disk { self.view } else { 0 };
        ctx.persist(&Vr { starts: self.starts, view, ..Vr::default() });
    }
}

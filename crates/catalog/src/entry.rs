//! The entries of the catalogue: protocols, and scenes that show them.

use crate::{Cast, Judged, Scenario, ScenarioError, file, judged, settings};
use lightcone_core::{About, Form, NodeId, Protocol};
use lightcone_sim::Run;
use serde_json::{Map, Value};

/// A protocol of the catalogue, without its type.
pub struct Entry {
    /// What it is.
    pub about: About,
    /// Its settings, described.
    pub form: fn() -> Form,
    /// What its settings are where a scenario says nothing.
    pub defaults: fn() -> Map<String, Value>,
    /// Who takes part in a run with these settings.
    pub cast: fn(&Map<String, Value>) -> Result<Cast, ScenarioError>,
    pub(crate) judge: fn(&Run, usize) -> Option<Judged>,
    pub(crate) ledger: fn(&Run) -> lightcone_check::Ledger,
    pub(crate) misled: fn(&Run) -> Vec<(u32, NodeId)>,
}

impl Entry {
    /// The entry of a protocol.
    pub const fn of<P: Protocol>() -> Self {
        Entry {
            about: P::ABOUT,
            form: P::form,
            defaults: settings::defaults::<P>,
            cast: Cast::of::<P>,
            judge: judged::judge::<lightcone_check::ServiceOf<P>>,
            ledger: lightcone_check::ledger::<lightcone_check::ServiceOf<P>>,
            misled: judged::misled::<lightcone_check::ServiceOf<P>>,
        }
    }
}

/// A scenario that comes with Lightcone.
pub struct Scene {
    /// Its permanent name.
    pub id: &'static str,
    /// The protocol that it shows.
    pub protocol: &'static str,
    /// Its text, as a file holds it.
    pub text: &'static str,
    /// The same as JSON, made from the text while this crate is built.
    json: &'static str,
}

impl Scene {
    /// The scenario.
    ///
    /// # Panics
    /// If the text is not a scenario; a test reads them all.
    pub fn scenario(&self) -> Scenario {
        file::of_json(self.json).unwrap_or_else(|wrong| panic!("the scene {} is broken: {wrong}", self.id))
    }
}

macro_rules! scene {
    ($id:literal, $protocol:literal) => {
        Scene {
            id: $id,
            protocol: $protocol,
            text: include_str!(concat!("../scenes/", $id, ".toml")),
            json: include_str!(concat!(env!("OUT_DIR"), "/", $id, ".json")),
        }
    };
}

/// THE list of scenes. The first one of a protocol is what it opens with.
pub static SCENES: [Scene; 20] = [
    scene!("raft-election", "raft"),
    scene!("raft-leader-cut-off", "raft"),
    scene!("paxos-duel", "paxos"),
    scene!("multi-paxos-gap", "multi-paxos"),
    scene!("vr-recovery", "vr"),
    scene!("register-write-back", "register"),
    scene!("primary-failover", "primary-backup"),
    scene!("multi-leader-conflict", "multi-leader"),
    scene!("lamport-clocks", "lamport"),
    scene!("vector-or-lamport", "vector"),
    scene!("versions-two-carts", "versions"),
    scene!("crdt-two-writers", "crdt"),
    scene!("hlc-clocks-apart", "hlc"),
    scene!("mutex-turns", "mutex"),
    scene!("snapshot-money", "snapshot"),
    scene!("broadcast-overtaken", "broadcast"),
    scene!("bracha-two-faced", "bracha"),
    scene!("dynamo-partition", "dynamo"),
    scene!("dynamo-stale-read", "dynamo"),
    scene!("cache-join", "cache"),
];

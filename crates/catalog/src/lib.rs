//! The list of protocols and scenes, and the forms in which a scenario travels: TOML files and links.
//!
//! This crate alone names every protocol. Everyone else sees a [`Lab`].

pub mod card;
pub mod cast;
mod entry;
pub mod explore;
pub mod file;
pub mod history;
mod judged;
pub mod lab;
pub mod link;
mod raw;
mod run_lab;
pub mod scenario;
mod settings;
pub mod shrink;
pub mod side;
pub mod sketch;
pub mod sweep;

pub use cast::Cast;
pub use entry::{Entry, SCENES, Scene};
pub use judged::Judged;
pub use lab::Lab;
pub use lightcone_check::{
    ChaosSettings,
    opinions::{MODELS, Model, Opinion, Stance},
};
pub use raw::LARGEST_SEED;
pub use scenario::{Caption, LONGEST_CAPTION, Scenario, ScenarioError};
pub use settings::chaos_settings;
pub use sketch::Sketch;

use lightcone_core::protocols::{
    bracha::Bracha, broadcast::Broadcast, cache::Cache, crdt::Replica, dynamo::Dynamo, hlc::Hlc, lamport::Lamport,
    multileader::Leader, multipaxos::MultiPaxos, mutex::Mutex, paxos::Paxos, primary::PrimaryBackup, raft::Raft,
    register::Register, snapshot::Snapshot, vector::Vector, versions::Versions, vr::Vr,
};

macro_rules! protocols {
    ($($protocol:ty),*) => {
        /// THE list of protocols.
        pub static PROTOCOLS: [Entry; [$(stringify!($protocol)),*].len()] = [$(Entry::of::<$protocol>()),*];
        /// The same protocols for those who search them. It stands apart, since a page that searches nothing is smaller.
        static SEARCHERS: [explore::Searcher; PROTOCOLS.len()] = [$(explore::Searcher::of::<$protocol>()),*];
    };
}
protocols!(
    Raft,
    Paxos,
    MultiPaxos,
    Vr,
    Register,
    PrimaryBackup,
    Leader,
    Lamport,
    Vector,
    Versions,
    Replica,
    Hlc,
    Mutex,
    Snapshot,
    Broadcast,
    Bracha,
    Dynamo,
    Cache
);

/// The protocol called `id`.
///
/// # Errors
/// A sentence with the protocols that there are.
pub fn find(id: &str) -> Result<&'static Entry, ScenarioError> {
    PROTOCOLS.iter().find(|entry| entry.about.id == id).ok_or_else(|| {
        let known: Vec<&str> = PROTOCOLS.iter().map(|entry| entry.about.id).collect();
        ScenarioError::field("protocol", format!("`{id}` is not in the catalogue; there are {}", known.join(", ")))
    })
}

/// Starts a run of a scenario; nothing of it is computed yet.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn open(scenario: Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
    run_lab::open(find(&scenario.protocol)?, scenario)
}

/// Starts a run of a scenario for those who need no [`Lab`]; nothing of it is computed yet.
///
/// # Errors
/// What in the scenario cannot be run.
pub(crate) fn start(scenario: &Scenario) -> Result<lightcone_sim::Run, ScenarioError> {
    run_lab::start(find(&scenario.protocol)?, scenario)
}

/// The scene that a protocol opens with.
///
/// # Panics
/// If the protocol is not in the catalogue.
pub fn default_scenario(protocol: &str) -> Scenario {
    let scene = SCENES.iter().find(|scene| scene.protocol == protocol).expect("every protocol has a scene");
    scene.scenario()
}

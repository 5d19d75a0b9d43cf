//! A scenario made ready to run: the participants, their clocks and loads, the links, chance.

use crate::{Load, LocalClock, Network, Scenario, Workload, actors::Actors, name::Seed, scenario::SERVERS};
use lightcone_core::{ConfigError, Micros, NodeId, NodeSet, NodeSpec};
use std::rc::Rc;

/// A scenario that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A setting of the protocol.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// An operation that the service does not know.
    #[error("intervention {id}: {wrong}")]
    Operation {
        /// The intervention.
        id: u32,
        /// What is wrong.
        wrong: String,
    },
}

/// What stays the same while a run is edited.
#[derive(Clone)]
pub struct Setup {
    /// The participants with their protocol and settings.
    pub actors: Rc<dyn Actors>,
    /// The links.
    pub network: Network,
    /// Where draws come from.
    pub seed: Seed,
    /// What clients do by themselves.
    pub workload: Option<Workload>,
    /// The clock of each participant at the start.
    pub clocks: Vec<LocalClock>,
    /// How far the clocks of any two servers may stand apart, if guarantees rest on that.
    pub skew: Option<Micros>,
    /// By how many millionths the clock of any server may run fast or slow, if guarantees rest on that.
    pub drift: Option<u64>,
    /// The load of each participant.
    pub loads: Vec<Option<Load>>,
    /// Whether nothing happens unless an intervention says so.
    pub held: bool,
}

impl Setup {
    /// Resolves a scenario, all but its interventions.
    pub fn new(actors: Rc<dyn Actors>, scenario: &Scenario) -> Self {
        let specs = actors.specs();
        let clocks = specs.iter().map(|spec| scenario.clocks.get(&spec.name).copied().unwrap_or_default()).collect();
        let load = |(node, spec): (u8, &NodeSpec)| {
            let general = scenario.load.get(SERVERS).filter(|_| actors.servers().contains(NodeId(node)));
            scenario.load.get(&spec.name).or(general).copied()
        };
        let loads = (0..).zip(specs).map(load).collect();
        Setup {
            network: scenario.network,
            seed: Seed(scenario.seed),
            workload: scenario.workload,
            clocks,
            skew: actors.skew(),
            drift: actors.drift(),
            loads,
            held: scenario.held,
            actors,
        }
    }

    /// Every participant, servers first.
    pub fn specs(&self) -> &[NodeSpec] {
        self.actors.specs()
    }

    /// The servers.
    pub fn servers(&self) -> NodeSet {
        self.actors.servers()
    }

    /// The participant called `name`.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        let place = self.specs().iter().position(|spec| spec.name == name)?;
        u8::try_from(place).ok().map(NodeId)
    }

    /// The name of a participant.
    pub fn name(&self, node: NodeId) -> &str {
        &self.specs()[node.index()].name
    }

    /// The names of several participants.
    pub fn names(&self, nodes: NodeSet) -> String {
        nodes.iter().map(|node| self.name(node)).collect::<Vec<&str>>().join(", ")
    }

    /// Every participant.
    pub fn everyone(&self) -> NodeSet {
        NodeSet::first(self.specs().len())
    }
}

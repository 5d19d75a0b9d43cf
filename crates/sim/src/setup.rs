//! A scenario made ready to run: names resolved, operations read, lasting faults turned into starts and ends.

use crate::{Across, Fault, Intervention, Name, Scenario, Selected, When, name::Seed};
use crate::{LocalClock, Network, Workload};
use lightcone_core::{Client, Cluster, ConfigError, Micros, NodeId, NodeKind, NodeSet, Op, Protocol, Service};
use std::sync::Arc;

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
pub struct Setup<P: Protocol> {
    /// The participants and settings.
    pub cluster: Cluster<P>,
    /// The links.
    pub network: Network,
    /// Where draws come from.
    pub seed: Seed,
    /// What clients do by themselves.
    pub workload: Option<Workload>,
    /// The clock of each participant.
    pub clocks: Vec<LocalClock>,
}

impl<P: Protocol> Setup<P> {
    /// Resolves a scenario, all but its interventions.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn new(scenario: &Scenario<P::Config>) -> Result<Self, ConfigError> {
        let specs = P::setup(&scenario.config)?;
        assert!(specs.len() <= NodeSet::CAPACITY, "a protocol sets up at most 64 participants");
        let servers = NodeSet::first(specs.iter().filter(|spec| spec.kind == NodeKind::Server).count());
        let clocks = specs.iter().map(|spec| scenario.clocks.get(&spec.name).copied().unwrap_or_default()).collect();
        let cluster = Cluster { specs, servers, config: scenario.config.clone() };
        let seed = Seed(scenario.seed);
        Ok(Setup { cluster, network: scenario.network, seed, workload: scenario.workload, clocks })
    }

    /// The participant called `name`.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        let place = self.cluster.specs.iter().position(|spec| spec.name == name)?;
        u8::try_from(place).ok().map(NodeId)
    }

    /// The name of a participant.
    pub fn name(&self, node: NodeId) -> &str {
        &self.cluster.specs[node.index()].name
    }

    /// Every participant.
    pub fn everyone(&self) -> NodeSet {
        NodeSet::first(self.cluster.specs.len())
    }
}

/// The directed links that a fault closes: for each sender, the receivers that it does not reach.
pub type Blocks = Arc<Vec<NodeSet>>;

/// The interventions of a run, resolved.
pub struct Plan<P: Protocol> {
    /// What happens at instants, in order.
    pub entries: Vec<Entry<P>>,
    /// What happens to selected messages and timers.
    pub watches: Vec<Watch>,
    /// What cannot apply to this cluster, with the reason.
    pub idle: Vec<(u32, String)>,
}

/// The order of entries: the instant, ends before starts, the intervention.
pub type EntryKey = (Micros, bool, u32);

/// One thing that happens at an instant.
pub struct Entry<P: Protocol> {
    /// When.
    pub at: Micros,
    /// Which intervention.
    pub id: u32,
    /// What.
    pub act: Act<P>,
}

impl<P: Protocol> Entry<P> {
    /// Its place in the order.
    pub fn key(&self) -> EntryKey {
        (self.at, !matches!(self.act, Act::Mend), self.id)
    }
}

/// What happens at an instant.
pub enum Act<P: Protocol> {
    /// A partition or cut begins.
    Cut(Across, Blocks),
    /// A partition or cut ends.
    Mend,
    /// A participant crashes.
    Crash(NodeId),
    /// A participant starts again.
    Restart(NodeId),
    /// A client is asked.
    Invoke(NodeId, Op<P>),
    /// A local event.
    Local(NodeId, P::Stimulus),
}

/// Something done to a selected message or timer.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The intervention.
    pub id: u32,
    /// What is watched.
    pub target: Target,
    /// Which repetition, from 1.
    pub nth: u32,
    /// The name it had when this was written.
    pub name: Option<Name>,
    /// What is done.
    pub does: Does,
}

/// What a watch looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A message.
    Message {
        /// Its key in words.
        key: String,
        /// Its sender.
        from: NodeId,
        /// Its receiver.
        to: NodeId,
    },
    /// A timer that fires.
    Timer {
        /// Its label.
        label: String,
        /// Whose.
        node: NodeId,
    },
}

/// What a watch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Drops the message.
    Drop,
    /// Crashes whoever handles it after so many effects.
    CrashAfter(u32),
}

impl<P: Protocol> Plan<P> {
    /// Resolves interventions against a cluster.
    ///
    /// # Errors
    /// An operation that the service does not know.
    pub fn new(setup: &Setup<P>, interventions: &[Intervention]) -> Result<Self, SetupError> {
        let mut plan = Plan { entries: Vec::new(), watches: Vec::new(), idle: Vec::new() };
        for intervention in interventions {
            if let Err(trouble) = plan.add(setup, interventions, intervention) {
                match trouble {
                    Trouble::Idle(reason) => plan.idle.push((intervention.id, reason)),
                    Trouble::Operation(wrong) => return Err(SetupError::Operation { id: intervention.id, wrong }),
                }
            }
        }
        plan.entries.sort_by_key(Entry::key);
        // The places in the list of interventions decide nothing.
        plan.watches.sort_by_key(|watch| watch.id);
        Ok(plan)
    }

    fn add(&mut self, setup: &Setup<P>, all: &[Intervention], one: &Intervention) -> Result<(), Trouble> {
        match &one.when {
            When::At(at) => self.add_at(setup, all, one, *at),
            When::On { selector, name } => {
                let target = target(setup, &selector.what)?;
                let does = match &one.fault {
                    Fault::Drop => Does::Drop,
                    Fault::Crash { after, .. } => Does::CrashAfter(after.unwrap_or(0)),
                    other => return Err(Trouble::Idle(format!("`{}` cannot be done to a message", other.words()))),
                };
                self.watches.push(Watch { id: one.id, target, nth: selector.nth, name: *name, does });
                Ok(())
            }
        }
    }

    fn add_at(
        &mut self,
        setup: &Setup<P>,
        all: &[Intervention],
        one: &Intervention,
        at: Micros,
    ) -> Result<(), Trouble> {
        let act = match &one.fault {
            Fault::Partition { groups, across, .. } => Act::Cut(*across, Arc::new(apart(setup, groups)?)),
            Fault::Cut { from, to, across, .. } => Act::Cut(*across, Arc::new(one_way(setup, from, to)?)),
            Fault::Heal => return Ok(()),
            Fault::Drop => return Err(Trouble::Idle("a message is dropped by its selector, not at an instant".into())),
            Fault::Crash { node, .. } => Act::Crash(find(setup, node)?),
            Fault::Restart { node } => Act::Restart(find(setup, node)?),
            Fault::Request { client, op } => invoke(setup, client, op)?,
            Fault::Local { node, what } => local(setup, node, what)?,
        };
        if matches!(act, Act::Cut(..)) {
            let end = end_of(all, one.fault.until(), at);
            if end.is_some_and(|end| end <= at) {
                return Err(Trouble::Idle("it ends before it starts".into()));
            }
            self.entries.extend(end.map(|end| Entry { at: end, id: one.id, act: Act::Mend }));
        }
        self.entries.push(Entry { at, id: one.id, act });
        Ok(())
    }
}

/// When a lasting fault that starts at `at` ends: at its own end, or at the first `heal` after its start.
pub fn end_of(all: &[Intervention], until: Option<Micros>, at: Micros) -> Option<Micros> {
    let heals = all.iter().filter_map(|other| match (&other.fault, &other.when) {
        (Fault::Heal, When::At(heal)) if *heal >= at => Some(*heal),
        _ => None,
    });
    heals.chain(until).min()
}

/// Why an intervention cannot be planned.
enum Trouble {
    /// It does not fit this cluster.
    Idle(String),
    /// It never can.
    Operation(String),
}

fn find<P: Protocol>(setup: &Setup<P>, name: &str) -> Result<NodeId, Trouble> {
    setup.find(name).ok_or_else(|| Trouble::Idle(format!("{name} is not in this cluster")))
}

fn target<P: Protocol>(setup: &Setup<P>, selected: &Selected) -> Result<Target, Trouble> {
    Ok(match selected {
        Selected::Message { key, from, to } => {
            Target::Message { key: key.clone(), from: find(setup, from)?, to: find(setup, to)? }
        }
        Selected::Timer { timer, node } => Target::Timer { label: timer.clone(), node: find(setup, node)? },
    })
}

/// The links that a partition closes: every one that leads from one group to another.
fn apart<P: Protocol>(setup: &Setup<P>, groups: &[Vec<String>]) -> Result<Vec<NodeSet>, Trouble> {
    let side_of =
        |node: NodeId| groups.iter().position(|group| group.iter().any(|name| name == setup.name(node))).unwrap_or(0);
    let everyone = setup.everyone();
    let blocks: Vec<NodeSet> =
        everyone.iter().map(|from| everyone.iter().filter(|to| side_of(*to) != side_of(from)).collect()).collect();
    if blocks.iter().all(|receivers| receivers.is_empty()) {
        return Err(Trouble::Idle("everyone is on one side".into()));
    }
    Ok(blocks)
}

fn one_way<P: Protocol>(setup: &Setup<P>, from: &str, to: &str) -> Result<Vec<NodeSet>, Trouble> {
    let (from, to) = (find(setup, from)?, find(setup, to)?);
    let receivers = |sender| if sender == from { NodeSet::from_iter([to]) } else { NodeSet::new() };
    Ok(setup.everyone().iter().map(receivers).collect())
}

fn invoke<P: Protocol>(setup: &Setup<P>, client: &str, op: &str) -> Result<Act<P>, Trouble> {
    let op = <P::Client as Client>::Service::parse(op).map_err(Trouble::Operation)?;
    let client = find(setup, client)?;
    if setup.cluster.servers.contains(client) {
        return Err(Trouble::Idle(format!("{} is a server: clients are asked", setup.name(client))));
    }
    Ok(Act::Invoke(client, op))
}

fn local<P: Protocol>(setup: &Setup<P>, node: &str, what: &str) -> Result<Act<P>, Trouble> {
    let node = find(setup, node)?;
    P::stimuli(&setup.cluster.config)
        .into_iter()
        .find(|stimulus| stimulus.node == node && stimulus.label == what)
        .map(|stimulus| Act::Local(node, stimulus.what))
        .ok_or_else(|| Trouble::Idle(format!("{} has no local event `{what}`", setup.name(node))))
}

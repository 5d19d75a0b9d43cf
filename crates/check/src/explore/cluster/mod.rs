//! A cluster as a [`Model`]: what may happen next is that a message arrives or is lost, a timer fires, a server crashes or
//! comes back, a client asks, a choice is made, a liar speaks.
//!
//! A message takes as long as it likes, and so what is found may need other latencies than a scenario has, and what is not
//! found is impossible for all of them, within the [`Bounds`]. Where no server looks at its clock there is no time, and an
//! armed timer may fire whenever; `time.rs` says what there is where one does.
//!
//! Servers, packets and the like are shared between states, each with its hash: a step makes anew only what it changed.

mod chase;
mod choice;
mod history;
mod hunt;
mod part;
mod patience;
mod retell;
mod snapshot;
mod state;
mod symmetry;
mod time;
mod turn;

pub use chase::{Scouting, Searching};
pub use choice::Choice;
pub use hunt::{Hunt, Looked, Verdict, Way};
pub use retell::{Retelling, name_of, wrong};
pub use snapshot::Snapshot;
pub use state::State;
pub use time::time_words;

use lightcone_core::{Cluster, ConfigError, NodeKind, NodeSet, Order, Protocol};
use lightcone_sim::Scenario;
use std::rc::Rc;
use symmetry::Symmetry;
use time::Timing;

/// What may happen how often in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Crashes of servers; each may come back whenever.
    pub crashes: u32,
    /// Lost messages.
    pub losses: u32,
    /// Messages that arrive a second time.
    pub copies: u32,
    /// Firings of timers, those of clients included.
    pub timeouts: u32,
    /// Operations that clients ask for.
    pub requests: u32,
    /// Local events.
    pub stimuli: u32,
    /// Lies of Byzantine servers. Who lied once is a liar from then on.
    pub lies: u32,
}

/// What stays the same while a cluster is searched.
pub(super) struct Site<P: Protocol> {
    cluster: Cluster<P>,
    order: Order,
    /// How many servers may lie.
    liars: usize,
    /// Whether messages wait rather than being lost.
    patient: bool,
    symmetry: Option<Symmetry>,
    /// If servers look at their clocks, what there is of time.
    timing: Option<Timing>,
    /// The run until the moment from which the search starts, if it does not start from the beginning.
    before: Option<Rc<Scenario>>,
    stimuli: Vec<lightcone_core::Stimulus<P::Stimulus>>,
}

/// The initial state of a cluster: every participant that is there from the start has started.
///
/// If it is `reduced`, the search keeps its verdicts and looks at fewer states: those that differ only in which of the
/// interchangeable servers is which count as one, and what has the same to show elsewhere is left out.
///
/// # Errors
/// The setting that cannot be run.
pub fn cluster<P: Protocol>(config: P::Config, bounds: Bounds, reduced: bool) -> Result<State<P>, ConfigError> {
    let (site, bounds) = site(config, bounds, reduced, None)?;
    Ok(State::first(Rc::new(site), bounds))
}

/// The state of a cluster at a moment of a run, which a search may start from as from the beginning.
///
/// # Errors
/// The setting that cannot be run.
pub fn cluster_at<P: Protocol>(
    config: P::Config,
    bounds: Bounds,
    reduced: bool,
    from: &Snapshot<P>,
) -> Result<State<P>, ConfigError> {
    let (site, bounds) = site(config, bounds, reduced, Some(from))?;
    Ok(from.state(Rc::new(site), bounds))
}

/// What stays the same, and the bounds without what they need not bound.
fn site<P: Protocol>(
    config: P::Config,
    bounds: Bounds,
    reduced: bool,
    from: Option<&Snapshot<P>>,
) -> Result<(Site<P>, Bounds), ConfigError> {
    let specs = P::setup(&config)?;
    let servers = specs.iter().filter(|spec| spec.kind == NodeKind::Server).count();
    let stimuli = P::stimuli(&config);
    let timing = Timing::of(&config, specs.len(), NodeSet::first(servers), from);
    let cluster = Cluster { specs, servers: NodeSet::first(servers), config };
    let assumed = P::ABOUT.assumptions;
    let patient = reduced && assumed.order == Order::Any;
    // Where a crash can fall between two sends of a step, servers differ by the order of their names.
    let alike = (patient || reduced && bounds.crashes == 0).then(|| P::interchangeable(&cluster.config));
    let symmetry = alike.and_then(Symmetry::of);
    let bounds = Bounds { losses: if patient { 0 } else { bounds.losses }, ..bounds };
    let (order, liars, before) = (assumed.order, assumed.lies.most(servers), from.map(Snapshot::before));
    Ok((Site { cluster, order, liars, patient, symmetry, timing, before, stimuli }, bounds))
}

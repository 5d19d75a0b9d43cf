//! Everything but the protocol and its settings that a run depends on, as one value.

use crate::{Intervention, Latency};
use lightcone_core::{Micros, Order, Sorted, Span};

/// The surroundings of a run: chance, links, clocks, load, and what is done to it. Together with a protocol and its
/// settings it is the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Everything that chance decides comes from here.
    pub seed: u64,
    /// The end of the run.
    pub until: Micros,
    /// The links.
    pub network: Network,
    /// What clients do by themselves.
    pub workload: Option<Workload>,
    /// Clocks that are not exact, by participant.
    pub clocks: Sorted<String, LocalClock>,
    /// How long servers are busy with what they handle, by server; [`SERVERS`] for all those not named.
    pub load: Sorted<String, Load>,
    /// Whether nothing is delivered and nothing fires unless an intervention says so.
    pub held: bool,
    /// What is done to the run.
    pub interventions: Vec<Intervention>,
}

/// The name in [`Scenario::load`] that stands for every server that is not named there.
pub const SERVERS: &str = "servers";

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            seed: 1,
            until: Micros::ms(3_000),
            network: Network::default(),
            workload: None,
            clocks: Sorted::new(),
            load: Sorted::new(),
            held: false,
            interventions: Vec::new(),
        }
    }
}

/// The links between participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// How long a message flies. At least 1 µs.
    pub latency: Latency,
    /// The share of messages lost at random, in per cent.
    pub loss: u8,
    /// Whether messages of one link arrive in order.
    pub order: Order,
    /// How much a directed link can carry, if there is a limit.
    pub bandwidth: Option<Bandwidth>,
}

impl Default for Network {
    fn default() -> Self {
        Network { latency: Latency::span(Span::ms(5, 20)), loss: 0, order: Order::Any, bandwidth: None }
    }
}

/// How much a directed link can carry. Messages enter it one after the other; the others wait before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bandwidth {
    /// How long each message takes to enter it.
    pub each: Micros,
    /// How many may wait before it; those beyond are lost. No limit if nothing is said.
    pub queue: Option<u32>,
}

/// What every client does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workload {
    /// When the first operation may come.
    pub start: Micros,
    /// What the next operation waits for.
    pub pace: Pace,
    /// How many operations for each client.
    pub operations: u32,
    /// The share of reads, in per cent.
    pub reads: u32,
    /// How many keys are touched.
    pub keys: u32,
    /// The share of the operations that go to the first key, of the rest to the second, and so on, in per cent; 0 if all
    /// keys are alike.
    pub skew: u32,
}

/// What the next operation of a workload waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Closed loop: so long after the answer to the one before.
    Pause(Span),
    /// Open loop: so long after the one before was asked, whether it was answered or not.
    Every(Span),
}

impl Pace {
    /// The pause, or the time between two.
    pub const fn span(self) -> Span {
        match self {
            Pace::Pause(span) | Pace::Every(span) => span,
        }
    }
}

/// How long a server is busy with what it handles. Timers and local events take no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// How long one message or request keeps a worker busy. Its effects are there when the worker is done.
    pub service: Span,
    /// How many are handled at once.
    pub workers: u32,
    /// How many may wait; those beyond are lost. No limit if nothing is said.
    pub queue: Option<u32>,
}

/// A clock that is not exact: `local = offset + time × (1 + drift)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalClock {
    /// How far it is ahead at the start.
    pub offset: Micros,
    /// How much it gains, in parts per million; negative for a slow clock. More than −1,000,000: no clock runs backwards.
    pub drift: i32,
}

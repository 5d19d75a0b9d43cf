//! Everything that a run depends on, as one value.

use crate::Intervention;
use lightcone_core::{Micros, Order, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A run as a value, over the settings `C` of some protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario<C> {
    /// The protocol's settings.
    pub config: C,
    /// Everything that chance decides comes from here.
    pub seed: u64,
    /// The end of the run.
    pub until: Micros,
    /// The links.
    pub network: Network,
    /// What clients do by themselves.
    pub workload: Option<Workload>,
    /// Clocks that are not exact, by participant.
    pub clocks: BTreeMap<String, LocalClock>,
    /// What is done to the run.
    pub interventions: Vec<Intervention>,
}

/// The links between participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// How long a message flies. At least 1 µs.
    pub latency: Span,
    /// The share of messages lost at random, in per cent.
    pub loss: u8,
    /// Whether messages of one link arrive in order.
    pub order: Order,
}

impl Default for Network {
    fn default() -> Self {
        Network { latency: Span::ms(5, 20), loss: 0, order: Order::Any }
    }
}

/// What every client does by itself: one operation after the other, with a pause between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// When the first operation may come.
    pub start: Micros,
    /// The pause after an answer.
    pub pause: Span,
    /// How many operations for each client.
    pub operations: u32,
    /// The share of reads, in per cent.
    pub reads: u32,
    /// How many keys are touched.
    pub keys: u32,
}

/// A clock that is not exact: `local = offset + time × (1 + drift)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalClock {
    /// How far it is ahead at the start.
    #[serde(default)]
    pub offset: Micros,
    /// How much it gains, in parts per million; negative for a slow clock.
    #[serde(default)]
    pub drift: i32,
}

impl LocalClock {
    const MILLION: i128 = 1_000_000;

    /// What the clock shows at `time`.
    pub fn shows(self, time: Micros) -> Micros {
        if self.drift == 0 {
            return self.offset.plus(time);
        }
        let gained = i128::from(time.0) * (Self::MILLION + i128::from(self.drift)) / Self::MILLION;
        self.offset.plus(Micros(u64::try_from(gained).unwrap_or(u64::MAX)))
    }

    /// How long `local` on this clock really takes.
    pub fn really(self, local: Micros) -> Micros {
        if self.drift == 0 {
            return local;
        }
        let real = i128::from(local.0) * Self::MILLION / (Self::MILLION + i128::from(self.drift));
        Micros(u64::try_from(real).unwrap_or(u64::MAX))
    }
}

//! `[clock.n1]`: a clock that is not exact.

use super::bounds::{drift, forward, said};
use crate::ScenarioError;
use lightcone_core::Micros;
use lightcone_sim::LocalClock;
use serde::{Deserialize, Serialize};

/// A clock as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawClock {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<i64>,
}

impl RawClock {
    /// Checks every field of the clock of the participant called `name`.
    pub fn check(self, name: &str) -> Result<LocalClock, ScenarioError> {
        let offset = self.offset.map(|text| said(&format!("clock.{name}.offset"), forward(&text))).transpose()?;
        let drift = said(&format!("clock.{name}.drift"), drift(self.drift.unwrap_or(0)))?;
        Ok(LocalClock { offset: offset.unwrap_or_default(), drift })
    }

    /// As it is written.
    pub fn of(clock: LocalClock) -> Self {
        RawClock {
            offset: (clock.offset != Micros::ZERO).then(|| clock.offset.to_string()),
            drift: (clock.drift != 0).then(|| clock.drift.into()),
        }
    }
}

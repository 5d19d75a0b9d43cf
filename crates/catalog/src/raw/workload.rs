//! `[workload]`: what clients do by themselves.

use super::bounds::{read, said, span, within};
use crate::ScenarioError;
use lightcone_core::{Micros, Span};
use lightcone_sim::{Pace, Workload};
use serde::{Deserialize, Serialize};

/// A workload as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWorkload {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<String>,
    operations: i64,
    reads: i64,
    keys: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    skew: Option<i64>,
}

impl RawWorkload {
    /// Checks every field.
    pub fn check(self) -> Result<Workload, ScenarioError> {
        let start = self.start.as_deref().map(|text| read("workload.start", text)).transpose()?;
        Ok(Workload {
            start: start.unwrap_or(Micros::ZERO),
            pace: self.pace()?,
            operations: within("workload.operations", self.operations, 0, u32::MAX.into())?,
            reads: within("workload.reads", self.reads, 0, 100)?,
            keys: within("workload.keys", self.keys, 0, 8)?,
            skew: within("workload.skew", self.skew.unwrap_or(0), 0, 100)?,
        })
    }

    fn pace(&self) -> Result<Pace, ScenarioError> {
        match (&self.pause, &self.every) {
            (Some(pause), None) => said("workload.pause", span(pause)).map(Pace::Pause),
            (None, Some(every)) => said("workload.every", span(every).and_then(some_time)).map(Pace::Every),
            _ => {
                let wrong = "needs either `pause`, the time from an answer to the next operation, or `every`, the time \
                             from one operation to the next";
                Err(ScenarioError::field("workload", wrong))
            }
        }
    }

    /// As it is written.
    pub fn of(workload: Workload) -> Self {
        let (pause, every) = match workload.pace {
            Pace::Pause(span) => (Some(span.to_string()), None),
            Pace::Every(span) => (None, Some(span.to_string())),
        };
        RawWorkload {
            start: (workload.start != Micros::ZERO).then(|| workload.start.to_string()),
            pause,
            every,
            operations: workload.operations.into(),
            reads: workload.reads.into(),
            keys: workload.keys.into(),
            skew: (workload.skew != 0).then(|| workload.skew.into()),
        }
    }
}

fn some_time(span: Span) -> Result<Span, String> {
    if span.max == Micros::ZERO { Err(format!("{span} would ask for everything at once")) } else { Ok(span) }
}

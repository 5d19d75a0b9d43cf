//! `[load.n2]`: how long a server is busy with what it handles.

use super::bounds::{MANY, said, span, within};
use crate::ScenarioError;
use lightcone_sim::Load;
use serde::{Deserialize, Serialize};

/// A server's load as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLoad {
    service: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<i64>,
}

impl RawLoad {
    /// Checks every field of the server called `name`.
    pub fn check(self, name: &str) -> Result<Load, ScenarioError> {
        let field = |field: &str| format!("load.{name}.{field}");
        Ok(Load {
            service: said(&field("service"), span(&self.service))?,
            workers: within(&field("workers"), self.workers.unwrap_or(1), 1, MANY)?,
            queue: self.queue.map(|queue| within(&field("queue"), queue, 0, MANY)).transpose()?,
        })
    }

    /// As it is written.
    pub fn of(load: Load) -> Self {
        RawLoad {
            service: load.service.to_string(),
            workers: (load.workers != 1).then(|| load.workers.into()),
            queue: load.queue.map(i64::from),
        }
    }
}

//! What clients saw on the way to a state.

use crate::{
    history::{Moment, Operation},
    linear::{self, Linearity},
};
use lightcone_core::{Micros, NodeSpec, OpId, Service};
use serde::Serialize;

/// Operations, with as much of their order as counts: which were answered before which were asked.
#[derive(Clone, Debug, Hash, Serialize)]
#[serde(bound = "")]
pub(super) struct History<S: Service> {
    operations: Vec<Asked<S>>,
    /// Odd while the last that happened is that something was answered.
    now: u32,
}

#[derive(Clone, Debug, Hash, Serialize)]
#[serde(bound = "")]
struct Asked<S: Service> {
    id: OpId,
    op: S::Op,
    asked: u32,
    told: Option<(u32, S::Ret)>,
}

impl<S: Service> Default for History<S> {
    fn default() -> Self {
        History { operations: Vec::new(), now: 0 }
    }
}

impl<S: Service> History<S> {
    /// How many operations a client asked for, and whether one has no answer yet.
    pub fn of(&self, client: lightcone_core::NodeId) -> (u64, bool) {
        let own = self.operations.iter().filter(|asked| asked.id.client == client);
        (own.clone().count() as u64, own.clone().any(|asked| asked.told.is_none()))
    }

    pub fn ask(&mut self, id: OpId, op: S::Op) {
        // What is asked in a row has no order among itself that counts, nor has what is answered in a row.
        self.now += self.now % 2;
        self.operations.push(Asked { id, op, asked: self.now, told: None });
        self.operations.sort_by_key(|asked| (asked.asked, asked.id));
    }

    /// An answer; one to an operation that has an answer already says nothing new.
    pub fn tell(&mut self, id: OpId, ret: S::Ret) {
        self.now += 1 - self.now % 2;
        let now = self.now;
        if let Some(asked) = self.operations.iter_mut().find(|asked| asked.id == id) {
            asked.told.get_or_insert((now, ret));
        }
    }

    /// Why no order explains every answer, if none does.
    pub fn broken(&self, specs: &[NodeSpec]) -> Option<String> {
        let moment = |at: u32| Moment { event: at, at: Micros(at.into()) };
        let operation = |asked: &Asked<S>| Operation::<S> {
            client: asked.id.client.0.into(),
            op: asked.op.clone(),
            asked: moment(asked.asked),
            told: asked.told.clone().map(|(at, ret)| (moment(at), ret)),
        };
        let operations: Vec<Operation<S>> = self.operations.iter().map(operation).collect();
        match linear::check(&operations, u64::MAX) {
            // The moments of a search are no times.
            Linearity::Broken(anomaly) => Some(anomaly.words(specs).replacen(&format!(" at {}", anomaly.at.at), "", 1)),
            Linearity::Holds | Linearity::Undecided => None,
        }
    }
}

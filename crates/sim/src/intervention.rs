//! What a person, a scenario or chaos does to a run: data, each at an instant or on a named message or timer.

use crate::{Name, Selector};
use lightcone_core::Micros;

/// One thing done to a run.
///
/// Participants and operations are in their text form, so that an intervention outlives a change of settings: one that
/// no longer applies is kept and reported as idle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    /// Its own number in the scenario. It never changes and is never used again, since causal names grow from it.
    pub id: u32,
    /// When it happens.
    pub when: When,
    /// What happens.
    pub fault: Fault,
}

/// When an intervention happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At an instant, before everything else of that instant.
    At(Micros),
    /// To a message, or in the step that handles it or a timer.
    On {
        /// Which one.
        selector: Selector,
        /// Its causal name when this was written, as a check.
        name: Option<Name>,
    },
}

/// What is done. Those with an `until` last from their instant to that one, or to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Keeps groups of participants apart. Whoever is in no group is with the first.
    Partition {
        /// The groups, by name.
        groups: Vec<Vec<String>>,
        /// What becomes of messages across.
        across: Across,
        /// When it heals.
        until: Option<Micros>,
    },
    /// Cuts one direction of one link.
    Cut {
        /// The sender's side.
        from: String,
        /// The receiver's side.
        to: String,
        /// What becomes of messages on it.
        across: Across,
        /// When it heals.
        until: Option<Micros>,
    },
    /// Ends every partition and cut in force.
    Heal,
    /// Drops the selected message.
    Drop,
    /// Crashes a participant; its disk survives.
    Crash {
        /// Who.
        node: String,
        /// In the selected step, after so many of its effects; at an instant this is not given.
        after: Option<u32>,
    },
    /// Starts a crashed participant again.
    Restart {
        /// Who.
        node: String,
    },
    /// Asks a client for an operation.
    Request {
        /// Whom.
        client: String,
        /// The operation in its text form: `put x 3`.
        op: String,
    },
    /// Causes a local event at a server.
    Local {
        /// Where.
        node: String,
        /// Its label, one of the protocol's stimuli.
        what: String,
    },
}

/// What becomes of messages that a partition or cut catches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Across {
    /// They are lost.
    #[default]
    Lost,
    /// They wait, and go on when it heals.
    Held,
}

impl Fault {
    /// When a lasting fault ends, if it lasts and ends.
    pub fn until(&self) -> Option<Micros> {
        match self {
            Fault::Partition { until, .. } | Fault::Cut { until, .. } => *until,
            _ => None,
        }
    }

    /// Sets when a lasting fault ends; nothing for the others.
    pub fn set_until(&mut self, end: Option<Micros>) {
        if let Fault::Partition { until, .. } | Fault::Cut { until, .. } = self {
            *until = end;
        }
    }

    /// The fault as a sentence without its time.
    pub fn words(&self) -> String {
        match self {
            Fault::Partition { groups, .. } => {
                let groups: Vec<String> = groups.iter().map(|group| group.join(" ")).collect();
                format!("partition {}", groups.join(" | "))
            }
            Fault::Cut { from, to, .. } => format!("link {from} → {to} cut"),
            Fault::Heal => "everything heals".into(),
            Fault::Drop => "message dropped".into(),
            Fault::Crash { node, after: None } => format!("{node} crashes"),
            Fault::Crash { node, after: Some(n) } => format!("{node} crashes after effect {n} of a step"),
            Fault::Restart { node } => format!("{node} restarts"),
            Fault::Request { client, op } => format!("{client} is asked: {op}"),
            Fault::Local { node, what } => format!("{node}: {what}"),
        }
    }
}

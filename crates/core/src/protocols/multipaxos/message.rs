//! What servers send each other: the two phases of the paper, and what learners and a stable leader need.

use super::state::{Ballot, Proposal, Report};
use crate::{Flavour, Key, Kind, replicated::Command};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A message between servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// Phase 1(a), for a slot and all after it.
    Prepare {
        /// The number to promise.
        ballot: Ballot,
        /// The first slot asked about.
        first: u64,
    },
    /// Phase 1(b).
    Promise {
        /// The number promised.
        ballot: Ballot,
        /// What was accepted in the slots asked about.
        accepted: Report,
    },
    /// The receiver was outbid.
    Refused {
        /// The number that was refused.
        ballot: Ballot,
        /// The number promised.
        promised: Ballot,
    },
    /// Phase 2(a), for one slot.
    Accept {
        /// Which slot.
        slot: u64,
        /// What is to be accepted there.
        proposal: Proposal,
    },
    /// Phase 2(b).
    Accepted {
        /// The number accepted.
        ballot: Ballot,
        /// In which slot.
        slot: u64,
    },
    /// What is chosen, from a slot on.
    Chosen {
        /// The first slot.
        first: u64,
        /// The commands of it and of those after it.
        commands: Rc<[Command]>,
    },
    /// The leader shows that it leads.
    Heartbeat {
        /// Its number.
        ballot: Ballot,
        /// How many slots it has applied.
        applied: u64,
    },
    /// A learner lacks what is chosen.
    Ask {
        /// The first slot that it lacks.
        first: u64,
    },
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// No leader was heard of for too long, or too few promised. All but leaders have it.
    Election,
    /// Time to show that one leads. Leaders have it.
    Heartbeat,
}

static PREPARE: Kind = Kind::new("Prepare", Flavour::Ask, &["round"]);
static PROMISE: Kind = Kind::new("Promise", Flavour::Grant, &["round"]);
static REFUSED: Kind = Kind::new("Refused", Flavour::Refuse, &["round"]);
static ACCEPT: Kind = Kind::new("Accept", Flavour::Carry, &["round", "slot"]);
static ACCEPTED: Kind = Kind::new("Accepted", Flavour::Grant, &["round", "slot"]);
static CHOSEN: Kind = Kind::new("Chosen", Flavour::Carry, &["slot"]);
static HEARTBEAT: Kind = Kind::new("Heartbeat", Flavour::Periodic, &["round"]);
static ASK: Kind = Kind::new("Ask", Flavour::Ask, &["slot"]);

impl Message {
    pub(super) fn key(&self) -> Key {
        match self {
            Message::Prepare { ballot, .. } => PREPARE.key1(ballot.round),
            Message::Promise { ballot, .. } => PROMISE.key1(ballot.round),
            Message::Refused { ballot, .. } => REFUSED.key1(ballot.round),
            Message::Accept { slot, proposal } => ACCEPT.key2(proposal.ballot.round, *slot),
            Message::Accepted { ballot, slot } => ACCEPTED.key2(ballot.round, *slot),
            Message::Chosen { first, .. } => CHOSEN.key1(*first),
            Message::Heartbeat { ballot, .. } => HEARTBEAT.key1(ballot.round),
            Message::Ask { first } => ASK.key1(*first),
        }
    }
}

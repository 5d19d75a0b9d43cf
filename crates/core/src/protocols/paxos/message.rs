//! What the agents send each other (§2.2, §2.3).

use super::state::{Ballot, Proposal, Value};
use crate::{Flavour, Key, Kind};
use serde::{Deserialize, Serialize};

/// A message between agents.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// Phase 1(a): a proposer asks for a promise.
    Prepare {
        /// The number of its proposal.
        ballot: Ballot,
    },
    /// Phase 1(b): an acceptor promises to accept nothing numbered less.
    Promise {
        /// The number promised.
        ballot: Ballot,
        /// The highest-numbered proposal that it has accepted, if any.
        accepted: Option<Proposal>,
    },
    /// Phase 2(a): a proposer asks that its proposal be accepted.
    Accept(Proposal),
    /// Phase 2(b): an acceptor has accepted it.
    Accepted(Proposal),
    /// An acceptor has promised more than a request asks for. It may say so (§2.2, the last paragraph).
    Refused {
        /// The number of the request.
        ballot: Ballot,
        /// What it has promised.
        promised: Ballot,
    },
    /// A learner asks a proposer to find out what is chosen (§2.3).
    Ask,
    /// A proposer tells who asked what is chosen.
    Chosen {
        /// The value.
        value: Value,
    },
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to issue a proposal with a higher number. Proposers have it.
    Retry,
    /// Time to ask whether something is chosen. Learners have it.
    Learn,
}

static PREPARE: Kind = Kind::new("Prepare", Flavour::Ask, &["round", "proposer"]);
static PROMISE: Kind = Kind::new("Promise", Flavour::Grant, &["round", "proposer"]);
static ACCEPT: Kind = Kind::new("Accept", Flavour::Carry, &["round", "proposer"]);
static ACCEPTED: Kind = Kind::new("Accepted", Flavour::Grant, &["round", "proposer"]);
static REFUSED: Kind = Kind::new("Refused", Flavour::Refuse, &["round", "proposer"]);
static ASK: Kind = Kind::new("Ask", Flavour::Ask, &[]);
static CHOSEN: Kind = Kind::new("Chosen", Flavour::Carry, &[]);

impl Message {
    pub(super) fn key(&self) -> Key {
        let of = |kind: &'static Kind, ballot: Ballot| kind.key2(ballot.round, u64::from(ballot.proposer.0) + 1);
        match self {
            Message::Prepare { ballot } => of(&PREPARE, *ballot),
            Message::Promise { ballot, .. } => of(&PROMISE, *ballot),
            Message::Accept(proposal) => of(&ACCEPT, proposal.ballot),
            Message::Accepted(proposal) => of(&ACCEPTED, proposal.ballot),
            Message::Refused { ballot, .. } => of(&REFUSED, *ballot),
            Message::Ask => ASK.key(),
            Message::Chosen { .. } => CHOSEN.key(),
        }
    }
}

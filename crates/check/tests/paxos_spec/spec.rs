//! Paxos as the TLA+ examples specify it (specifications/Paxos/Paxos.tla), action by action.

use lightcone_core::Model;
use std::{collections::BTreeSet, rc::Rc};

/// The number of a ballot.
pub type Ballot = u64;
/// What may be chosen.
pub type Value = String;
/// A vote: in which ballot, and for what.
pub type Vote = (Ballot, Value);

/// A message; none is ever taken away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// A ballot begins.
    P1a(Ballot),
    /// An acceptor promises, and says what it voted for last.
    P1b(usize, Ballot, Option<Vote>),
    /// A value is proposed.
    P2a(Ballot, Value),
    /// An acceptor votes.
    P2b(usize, Ballot, Value),
}

/// What the specification keeps of an acceptor: maxBal, and maxVBal with maxVal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acceptor {
    pub max_bal: Option<Ballot>,
    pub voted: Option<Vote>,
}

/// What can happen: the ballots and values that there are, and how many acceptors make a quorum that promises, and one
/// that votes. The specification has the same for both; Flexible Paxos shows that they need only meet.
#[derive(Clone, Debug)]
pub struct Scope {
    pub ballots: Vec<Ballot>,
    pub values: Vec<Value>,
    pub quorums: (usize, usize),
}

/// A state of the specification.
#[derive(Clone, Debug)]
pub struct Spec {
    pub acceptors: Vec<Acceptor>,
    pub messages: BTreeSet<Message>,
    pub scope: Rc<Scope>,
}

impl std::hash::Hash for Spec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.acceptors, &self.messages).hash(state);
    }
}

/// An action, with what its quantifiers stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Phase1a(Ballot),
    Phase1b(usize, Ballot),
    Phase2a(Ballot, Value),
    Phase2b(usize, Ballot, Value),
}

impl Spec {
    pub fn new(acceptors: usize, scope: Scope) -> Spec {
        Spec { acceptors: vec![Acceptor::default(); acceptors], messages: BTreeSet::new(), scope: Rc::new(scope) }
    }

    /// The quorums that promise: all sets of so many acceptors.
    fn quorums(&self) -> impl Iterator<Item = u32> {
        let (all, size) = (self.acceptors.len(), self.scope.quorums.0);
        (0..1_u32 << all).filter(move |set| set.count_ones() as usize == size)
    }

    /// In how many ways a quorum lets a value be proposed in a ballot: for each that has promised, one if nobody in it
    /// voted, or else one for each of its highest votes that is for the value.
    fn permits(&self, ballot: Ballot, value: &Value) -> usize {
        let proposed =
            self.messages.iter().any(|message| matches!(message, Message::P2a(other, _) if *other == ballot));
        if proposed {
            return 0;
        }
        let promises: Vec<(usize, &Option<Vote>)> = self
            .messages
            .iter()
            .filter_map(|message| match message {
                Message::P1b(acceptor, of, vote) if *of == ballot => Some((*acceptor, vote)),
                _ => None,
            })
            .collect();
        let ways = |quorum: u32| {
            let of_quorum = |acceptor: usize| quorum & (1 << acceptor) != 0;
            let inside: Vec<_> = promises.iter().filter(|(acceptor, _)| of_quorum(*acceptor)).collect();
            let said = |acceptor: usize| inside.iter().any(|(who, _)| *who == acceptor);
            if !(0..self.acceptors.len()).all(|acceptor| !of_quorum(acceptor) || said(acceptor)) {
                return 0;
            }
            let votes: Vec<&Vote> = inside.iter().filter_map(|(_, vote)| vote.as_ref()).collect();
            let Some(highest) = votes.iter().map(|(ballot, _)| *ballot).max() else { return 1 };
            votes.iter().filter(|(ballot, voted)| *ballot == highest && voted == value).count()
        };
        self.quorums().map(ways).sum()
    }
}

impl Model for Spec {
    type Choice = Action;

    fn choices(&self) -> Vec<Action> {
        let mut all: Vec<Action> = self.scope.ballots.iter().map(|ballot| Action::Phase1a(*ballot)).collect();
        for ballot in &self.scope.ballots {
            for value in &self.scope.values {
                let action = Action::Phase2a(*ballot, value.clone());
                all.extend(std::iter::repeat_n(action, self.permits(*ballot, value)));
            }
        }
        for (place, acceptor) in self.acceptors.iter().enumerate() {
            for message in &self.messages {
                match message {
                    Message::P1a(ballot) if Some(*ballot) > acceptor.max_bal => {
                        all.push(Action::Phase1b(place, *ballot))
                    }
                    Message::P2a(ballot, value) if Some(*ballot) >= acceptor.max_bal => {
                        all.push(Action::Phase2b(place, *ballot, value.clone()));
                    }
                    _ => {}
                }
            }
        }
        all
    }

    fn apply(&mut self, action: &Action) {
        let message = match action.clone() {
            Action::Phase1a(ballot) => Message::P1a(ballot),
            Action::Phase1b(place, ballot) => {
                self.acceptors[place].max_bal = Some(ballot);
                Message::P1b(place, ballot, self.acceptors[place].voted.clone())
            }
            Action::Phase2a(ballot, value) => Message::P2a(ballot, value),
            Action::Phase2b(place, ballot, value) => {
                self.acceptors[place] = Acceptor { max_bal: Some(ballot), voted: Some((ballot, value.clone())) };
                Message::P2b(place, ballot, value)
            }
        };
        self.messages.insert(message);
    }

    fn violation(&self) -> Option<String> {
        let votes = |ballot: Ballot, value: &Value| {
            let same =
                |message: &&Message| matches!(message, Message::P2b(_, of, voted) if *of == ballot && voted == value);
            self.messages.iter().filter(same).count()
        };
        let proposed = self.messages.iter().filter_map(|message| match message {
            Message::P2a(ballot, value) => Some((*ballot, value)),
            _ => None,
        });
        let chosen: BTreeSet<&Value> = proposed
            .filter(|(ballot, value)| votes(*ballot, value) >= self.scope.quorums.1)
            .map(|(_, value)| value)
            .collect();
        (chosen.len() > 1).then(|| format!("{chosen:?} are chosen"))
    }

    fn label(&self, action: &Action) -> String {
        format!("{action:?}")
    }
}

//! Two-phase commit, action by action as in the specification TwoPhase of the TLA+ examples.

use lightcone_core::Model;
use std::collections::BTreeSet;

/// What a resource manager is up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rm {
    Working,
    Prepared,
    Committed,
    Aborted,
}

/// What the transaction manager is up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Tm {
    Init,
    Committed,
    Aborted,
}

/// A message; none is ever taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

/// One thing that may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The transaction manager commits.
    TmCommit,
    /// It aborts.
    TmAbort,
    /// It hears that a resource manager is prepared.
    TmHears(usize),
    /// A resource manager prepares.
    Prepare(usize),
    /// It aborts by itself.
    Refuse(usize),
    /// It hears that all commit.
    Commit(usize),
    /// It hears that all abort.
    Abort(usize),
}

/// All managers and messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TwoPhase {
    rms: Vec<Rm>,
    tm: Tm,
    prepared: Vec<bool>,
    messages: BTreeSet<Message>,
}

impl TwoPhase {
    /// So many resource managers, and nothing has happened.
    pub fn new(managers: usize) -> Self {
        let (rms, prepared) = (vec![Rm::Working; managers], vec![false; managers]);
        TwoPhase { rms, tm: Tm::Init, prepared, messages: BTreeSet::new() }
    }

    /// Adds all that may happen next.
    pub fn actions(&self, all: &mut Vec<Action>) {
        let open = self.tm == Tm::Init;
        if open && self.prepared.iter().all(|prepared| *prepared) {
            all.push(Action::TmCommit);
        }
        if open {
            all.push(Action::TmAbort);
        }
        for rm in 0..self.rms.len() {
            if open && self.messages.contains(&Message::Prepared(rm)) {
                all.push(Action::TmHears(rm));
            }
            if self.rms[rm] == Rm::Working {
                all.push(Action::Prepare(rm));
                all.push(Action::Refuse(rm));
            }
            if self.messages.contains(&Message::Commit) {
                all.push(Action::Commit(rm));
            }
            if self.messages.contains(&Message::Abort) {
                all.push(Action::Abort(rm));
            }
        }
    }

    /// Lets something happen.
    pub fn act(&mut self, action: Action) {
        match action {
            Action::TmCommit => {
                self.tm = Tm::Committed;
                self.messages.insert(Message::Commit);
            }
            Action::TmAbort => {
                self.tm = Tm::Aborted;
                self.messages.insert(Message::Abort);
            }
            Action::TmHears(rm) => self.prepared[rm] = true,
            Action::Prepare(rm) => {
                self.rms[rm] = Rm::Prepared;
                self.messages.insert(Message::Prepared(rm));
            }
            Action::Refuse(rm) | Action::Abort(rm) => self.rms[rm] = Rm::Aborted,
            Action::Commit(rm) => self.rms[rm] = Rm::Committed,
        }
    }

    /// Whether nobody commits where another aborts.
    pub fn is_consistent(&self) -> bool {
        !(self.rms.contains(&Rm::Committed) && self.rms.contains(&Rm::Aborted))
    }
}

impl Model for TwoPhase {
    type Choice = Action;

    fn choices(&self) -> Vec<Action> {
        let mut all = Vec::new();
        self.actions(&mut all);
        all
    }

    fn apply(&mut self, action: &Action) {
        self.act(*action);
    }

    fn violation(&self) -> Option<String> {
        (!self.is_consistent()).then(|| "one manager commits and another aborts".into())
    }

    fn label(&self, action: &Action) -> String {
        format!("{action:?}")
    }
}

//! Protocols side by side: what one situation comes to for clients under each of them. A row opens its run.

use super::{Effect, Studio};
use crate::engine;
use lightcone_catalog::{
    Scenario,
    side::{CONTENDERS, Contender, SITUATIONS, cells, ledger},
};

/// What is laid side by side, and what it comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The place of the situation; nothing for that of the scene that is open.
    pub situation: Option<usize>,
    /// A row for each protocol.
    pub rows: Vec<SideRow>,
}

/// What a situation comes to under one protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct SideRow {
    /// What the protocol is called, with its settings.
    pub name: &'static str,
    /// The cells, or why it cannot be run.
    pub cells: Result<Vec<String>, String>,
}

/// Something that happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideMsg {
    /// A situation is chosen, or the scene that is open.
    Show(Option<usize>),
    /// The run of a row is to be opened.
    Pick(usize),
}

/// The situation that the dialog opens with: one that sets protocols apart.
const FIRST: usize = 1;

impl Studio {
    pub(super) fn lay_side(&mut self, msg: SideMsg) -> Vec<Effect> {
        match msg {
            SideMsg::Show(situation) => self.side = self.sides(situation),
            SideMsg::Pick(row) => self.open_side(row),
        }
        Vec::new()
    }

    /// What the dialog shows when it opens.
    pub(super) fn first_sides(&mut self) {
        if self.side.rows.is_empty() || self.side.situation.is_none() {
            self.side = self.sides(Some(FIRST));
        }
    }

    /// What all get.
    fn base(&self, situation: Option<usize>) -> Scenario {
        match situation.and_then(|place| SITUATIONS.get(place)) {
            Some(situation) => situation.scenario(self.scenario().run.seed),
            None => self.scenario().clone(),
        }
    }

    fn sides(&self, situation: Option<usize>) -> Side {
        let base = self.base(situation);
        let row = |contender: &Contender| SideRow {
            name: contender.name,
            cells: ledger(&contender.scenario(&base))
                .map(|ledger| cells(&ledger).into())
                .map_err(|why| why.to_string()),
        };
        Side { situation, rows: CONTENDERS.iter().map(row).collect() }
    }

    fn open_side(&mut self, row: usize) {
        let Some(contender) = CONTENDERS.get(row) else { return };
        match engine::open(contender.scenario(&self.base(self.side.situation))) {
            Ok(lab) => {
                self.remember("a protocol side by side with others");
                self.replace_lab(lab);
                self.changed();
                self.dialog = None;
                self.say(format!("{} is open", contender.name));
            }
            Err(error) => self.refuse(&error),
        }
    }
}

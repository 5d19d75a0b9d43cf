//! A run turned into the plain data of [`view`](crate::view).

mod cone;
mod explain;
mod guarantees;
mod marks;
mod narrate;
mod stage;
mod states;
mod why_not;

use crate::{
    Across, Run,
    act::{CutShape, Lasting},
    trace::Spell,
    view::{CutKind, CutMark, SpellKind, SpellMark},
};
use lightcone_core::{
    Micros, NodeId, NodeSet, Role,
    view::{LogCell, Value},
};

impl Run {
    /// What is done to links and participants for some time: all but partitions and cuts.
    pub fn spells(&self) -> Vec<SpellMark> {
        let spells = self.trace().spells.iter().filter(|spell| !matches!(*spell.what, Lasting::Cut(..)));
        spells.filter_map(|spell| self.spell_mark(spell)).collect()
    }

    fn spell_mark(&self, spell: &Spell) -> Option<SpellMark> {
        let one = |node: &NodeId| (NodeSet::from_iter([*node]), Vec::new());
        let between = |links| (NodeSet::new(), pairs(links));
        let (kind, (nodes, links)) = match &*spell.what {
            Lasting::Pause(node) => (SpellKind::Pause, one(node)),
            Lasting::Clock(node, ..) => (SpellKind::Clock, one(node)),
            Lasting::Liar(node, _) => (SpellKind::Byzantine, one(node)),
            Lasting::Slow(links, _) => (SpellKind::Slow, between(links)),
            Lasting::Lossy(links, _) => (SpellKind::Lossy, between(links)),
            Lasting::Copying(links, _) => (SpellKind::Copying, between(links)),
            Lasting::Clog(links, _) => (SpellKind::Clog, between(links)),
            Lasting::Reorder(links, _) => (SpellKind::Reorder, between(links)),
            Lasting::Hold => (SpellKind::Hold, (self.setup().everyone(), Vec::new())),
            Lasting::Cut(..) => return None,
        };
        let words = self.intervention(spell.id).map(|one| one.fault.words()).unwrap_or_default();
        Some(SpellMark { id: spell.id, from: spell.from, to: spell.to.map(|(at, _)| at), kind, nodes, links, words })
    }

    /// The partitions and cuts that took effect.
    pub fn cut_marks(&self) -> Vec<CutMark> {
        self.trace().spells.iter().flat_map(|spell| self.cuts_of(spell)).collect()
    }

    fn cuts_of(&self, spell: &Spell) -> Vec<CutMark> {
        let Lasting::Cut(across, links, shape) = &*spell.what else { return Vec::new() };
        let (id, from, to, held) = (spell.id, spell.from, spell.to.map(|(at, _)| at), *across == Across::Held);
        let mark = |what| CutMark { id, from, to, what, held };
        match shape {
            CutShape::Groups(sides) => vec![mark(CutKind::Partition(sides.clone()))],
            CutShape::Links => pairs(links).into_iter().map(|(a, b)| mark(CutKind::OneWay(a, b))).collect(),
        }
    }

    /// The partitions and cuts in force at an instant.
    fn cuts_at(&self, at: Micros) -> Vec<CutMark> {
        let in_force = |cut: &CutMark| cut.from <= at && cut.to.is_none_or(|to| at < to);
        self.cut_marks().into_iter().filter(in_force).collect()
    }

    /// What else lasts at an instant.
    fn spells_at(&self, at: Micros) -> Vec<SpellMark> {
        let in_force = |spell: &SpellMark| spell.from <= at && spell.to.is_none_or(|to| at < to);
        self.spells().into_iter().filter(in_force).collect()
    }

    /// The operation that a client is busy with at an instant.
    fn asking(&self, client: NodeId, at: Micros) -> Option<String> {
        let open = self.trace().ops.iter().filter(|op| op.id.client == client && op.at <= at);
        let mut open = open.filter(|op| op.done.as_ref().is_none_or(|(_, done, _)| *done > at));
        open.next().map(|op| self.setup().actors.op_words(&op.op))
    }
}

fn pairs(links: &[NodeSet]) -> Vec<(NodeId, NodeId)> {
    let from = (0..).map(NodeId).zip(links);
    from.flat_map(|(from, receivers)| receivers.iter().map(move |to| (from, to))).collect()
}

/// What a server shows of its log, if it has one.
fn log_of(fields: Vec<lightcone_core::view::FieldView>) -> Vec<LogCell> {
    let log = fields.into_iter().find_map(|field| match field.value {
        Value::Log(cells) => Some(cells),
        _ => None,
    });
    log.unwrap_or_default()
}

/// The role of a server that is up, if roles matter in its protocol.
fn shown(role: Option<Role>) -> Option<Role> {
    role.filter(|role| *role != Role::Plain)
}

//! Conflict-free replicated data types: data that every replica changes at once, asking nobody, and that still comes to
//! one value everywhere (Shapiro, Preguiça, Baquero, Zawirski 2011).
//!
//! # The lesson
//!
//! There are two ways to let replicas meet, and what each asks of the data is a law of arithmetic.
//!
//! - *State-based* (SSS 2011 §2.2): replicas send each other all that they have, and who gets it *merges* it with its own.
//!   If the states are ordered so that any two have a least one above both, every change goes up, and to merge is to take
//!   that least one, then to merge is commutative, associative and idempotent. So states may come in any order, several
//!   times, or not at all as long as a later one comes.
//! - *Operation-based* (SSS 2011 §2.3): a change is *prepared* where somebody asks for it, in view of what is there, and
//!   then has its *effect* at every replica, once. If the effects of concurrent changes commute, replicas that had the same
//!   effects are equal. Some types ask that causes come first; some that nothing comes twice.
//!
//! What each type needs of the way in which operations arrive is told by [`Type::needs`]; a test finds what breaks without.
//!
//! One state serves both ways here, so that they can be compared: under the first way an operation has its effect at its
//! own replica alone, and travels with the state.

mod g_counter;
mod g_set;
mod lww;
mod mv;
mod or_set;
mod pn_counter;
mod rga;

pub use g_counter::GCounter;
pub use g_set::GSet;
pub use lww::{Lww, Stamp};
pub use mv::MvRegister;
pub use or_set::OrSet;
pub use pn_counter::PnCounter;
pub use rga::{Letter, Rga};

use crate::{
    NodeId,
    services::Text,
    versions::{Dot, Version},
};
use serde::{Deserialize, Serialize};

/// Which type it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// A counter that grows.
    GCounter,
    /// A counter that grows and shrinks.
    PnCounter,
    /// A set that grows.
    GSet,
    /// A set from which whoever removes an element removes what it has observed.
    OrSet,
    /// A register that keeps the write with the greatest timestamp.
    LwwRegister,
    /// A register that keeps all writes of which none had seen another.
    MvRegister,
    /// A text, as a replicated growable array.
    Rga,
}

/// What a type asks of the way in which operations arrive, beside that they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// That none is handed over twice.
    pub once: bool,
    /// That what an operation had seen is handed over before it.
    pub causal: bool,
}

/// What somebody can ask for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Edit {
    /// Counts so many more.
    Inc(u64),
    /// Counts so many fewer.
    Dec(u64),
    /// Adds an element.
    Add(Text),
    /// Removes an element.
    Remove(Text),
    /// Writes a value.
    Set(Text),
    /// Writes letters into a text, the first of which gets this place, from 1. A place behind the end is the end.
    Insert(u64, Text),
    /// Takes the letter at this place away.
    Delete(u64),
}

/// An operation as it was prepared, ready to have its effect anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Update {
    /// So many more were counted where it comes from.
    Up(u64),
    /// So many fewer.
    Down(u64),
    /// An element is in.
    Add(Text),
    /// An element is in, under a tag of its own.
    Tag(Dot, Text),
    /// These tags of an element are out.
    Untag(Text, Vec<Dot>),
    /// A value under a timestamp.
    Stamped(Stamp, Text),
    /// A value, which write it is, and what that had seen.
    Version(Version, Text),
    /// Letters to the right of one, or at the front, and the name of the first of them.
    Insert(Option<Dot>, Dot, Text),
    /// A letter is gone.
    Delete(Dot),
}

/// Data of any of the types.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Crdt {
    /// [`Type::GCounter`].
    GCounter(GCounter),
    /// [`Type::PnCounter`].
    PnCounter(PnCounter),
    /// [`Type::GSet`].
    GSet(GSet),
    /// [`Type::OrSet`].
    OrSet(OrSet),
    /// [`Type::LwwRegister`].
    Lww(Lww),
    /// [`Type::MvRegister`].
    Mv(MvRegister),
    /// [`Type::Rga`].
    Rga(Rga),
}

impl Type {
    /// All of them.
    pub const ALL: [Type; 7] =
        [Type::GCounter, Type::PnCounter, Type::GSet, Type::OrSet, Type::LwwRegister, Type::MvRegister, Type::Rga];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Type::GCounter => "a counter that only grows",
            Type::PnCounter => "a counter",
            Type::GSet => "a set that only grows",
            Type::OrSet => "an observed-remove set",
            Type::LwwRegister => "a register where the last writer wins",
            Type::MvRegister => "a register of several values",
            Type::Rga => "a text",
        }
    }

    /// What can be asked of it, as people write it.
    pub const fn edits(self) -> &'static str {
        match self {
            Type::GCounter => "`inc 3`",
            Type::PnCounter => "`inc 3` and `dec 1`",
            Type::GSet => "`add milk`",
            Type::OrSet => "`add milk` and `remove milk`",
            Type::LwwRegister | Type::MvRegister => "`set v`",
            Type::Rga => "`insert 2 x` and `delete 1`",
        }
    }

    /// What it asks of the way in which operations arrive: a counter counts again what comes again; a removal that
    /// overtakes what it removes finds nothing, and a letter that overtakes its neighbour does not find that; an element
    /// that comes again after it was removed is back.
    pub const fn needs(self) -> Needs {
        match self {
            Type::GCounter | Type::PnCounter => Needs { once: true, causal: false },
            Type::GSet | Type::LwwRegister | Type::MvRegister => Needs { once: false, causal: false },
            Type::OrSet => Needs { once: true, causal: true },
            Type::Rga => Needs { once: false, causal: true },
        }
    }

    /// Whether it knows such a change.
    pub const fn takes(self, edit: &Edit) -> bool {
        match edit {
            Edit::Inc(_) => matches!(self, Type::GCounter | Type::PnCounter),
            Edit::Dec(_) => matches!(self, Type::PnCounter),
            Edit::Add(_) => matches!(self, Type::GSet | Type::OrSet),
            Edit::Remove(_) => matches!(self, Type::OrSet),
            Edit::Set(_) => matches!(self, Type::LwwRegister | Type::MvRegister),
            Edit::Insert(..) | Edit::Delete(_) => matches!(self, Type::Rga),
        }
    }
}

impl Crdt {
    /// What there is before anyone has changed anything.
    pub fn new(which: Type) -> Self {
        match which {
            Type::GCounter => Crdt::GCounter(GCounter::default()),
            Type::PnCounter => Crdt::PnCounter(PnCounter::default()),
            Type::GSet => Crdt::GSet(GSet::default()),
            Type::OrSet => Crdt::OrSet(OrSet::default()),
            Type::LwwRegister => Crdt::Lww(Lww::default()),
            Type::MvRegister => Crdt::Mv(MvRegister::default()),
            Type::Rga => Crdt::Rga(Rga::default()),
        }
    }

    /// Which type it is.
    pub const fn which(&self) -> Type {
        match self {
            Crdt::GCounter(_) => Type::GCounter,
            Crdt::PnCounter(_) => Type::PnCounter,
            Crdt::GSet(_) => Type::GSet,
            Crdt::OrSet(_) => Type::OrSet,
            Crdt::Lww(_) => Type::LwwRegister,
            Crdt::Mv(_) => Type::MvRegister,
            Crdt::Rga(_) => Type::Rga,
        }
    }

    /// The operation that a change asked for at replica `me` comes to, in view of what is there. `None` if there is
    /// nothing to do, or the type knows no such change.
    pub fn prepare(&self, me: NodeId, edit: &Edit) -> Option<Update> {
        match (self, edit) {
            (Crdt::GCounter(_) | Crdt::PnCounter(_), Edit::Inc(by)) => Some(Update::Up(*by)),
            (Crdt::PnCounter(_), Edit::Dec(by)) => Some(Update::Down(*by)),
            (Crdt::GSet(_), Edit::Add(element)) => Some(Update::Add(element.clone())),
            (Crdt::OrSet(set), Edit::Add(element)) => Some(Update::Tag(set.fresh(me), element.clone())),
            (Crdt::OrSet(set), Edit::Remove(element)) => {
                let tags = set.tags(element);
                (!tags.is_empty()).then(|| Update::Untag(element.clone(), tags))
            }
            (Crdt::Lww(register), Edit::Set(value)) => Some(Update::Stamped(register.next(me), value.clone())),
            (Crdt::Mv(register), Edit::Set(value)) => Some(Update::Version(register.next(me), value.clone())),
            (Crdt::Rga(text), Edit::Insert(place, letters)) => {
                Some(Update::Insert(text.before(*place), text.fresh(me), letters.clone()))
            }
            (Crdt::Rga(text), Edit::Delete(place)) => text.at(*place).map(Update::Delete),
            _ => None,
        }
    }

    /// An operation of replica `origin` has its effect here. One of another type has none.
    pub fn effect(&mut self, origin: NodeId, update: &Update) {
        match (self, update) {
            (Crdt::GCounter(counter), Update::Up(by)) => counter.add(origin, *by),
            (Crdt::PnCounter(counter), Update::Up(by)) => counter.up.add(origin, *by),
            (Crdt::PnCounter(counter), Update::Down(by)) => counter.down.add(origin, *by),
            (Crdt::GSet(set), Update::Add(element)) => set.add(element),
            (Crdt::OrSet(set), Update::Tag(tag, element)) => set.add(*tag, element),
            (Crdt::OrSet(set), Update::Untag(_, tags)) => set.remove(tags),
            (Crdt::Lww(register), Update::Stamped(stamp, value)) => register.write(*stamp, value),
            (Crdt::Mv(register), Update::Version(version, value)) => register.write(version, value),
            (Crdt::Rga(text), Update::Insert(after, first, letters)) => text.insert(*after, *first, letters),
            (Crdt::Rga(text), Update::Delete(letter)) => text.delete(*letter),
            _ => {}
        }
    }

    /// Takes what another replica has together with what is here. Data of another type changes nothing.
    pub fn merge(&mut self, other: &Crdt) {
        match (self, other) {
            (Crdt::GCounter(one), Crdt::GCounter(other)) => one.merge(other),
            (Crdt::PnCounter(one), Crdt::PnCounter(other)) => one.merge(other),
            (Crdt::GSet(one), Crdt::GSet(other)) => one.merge(other),
            (Crdt::OrSet(one), Crdt::OrSet(other)) => one.merge(other),
            (Crdt::Lww(one), Crdt::Lww(other)) => one.merge(other),
            (Crdt::Mv(one), Crdt::Mv(other)) => one.merge(other),
            (Crdt::Rga(one), Crdt::Rga(other)) => one.merge(other),
            _ => {}
        }
    }

    /// What whoever reads is told: a number, elements in order, a value, several apart by `|`, or a text.
    pub fn value(&self) -> String {
        match self {
            Crdt::GCounter(counter) => counter.value().to_string(),
            Crdt::PnCounter(counter) => counter.value().to_string(),
            Crdt::GSet(set) => set.elements().join(" "),
            Crdt::OrSet(set) => set.elements().join(" "),
            Crdt::Lww(register) => register.value().unwrap_or_default().into(),
            Crdt::Mv(register) => register.values().join(" | "),
            Crdt::Rga(text) => text.text(),
        }
    }
}

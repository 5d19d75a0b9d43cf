//! The remainder: member `hash mod n` holds the key.
//!
//! It is even and quick, and it is why the other schemes exist. When n becomes n + 1, a key stays only if both remainders
//! agree, which is so for one in n + 1: nearly all move, where one in n + 1 would have to. A cache is then cold, and a
//! store copies nearly everything to and fro. (It is the example with
//! which Karger et al. 1997 begin.)
//!
//! A weight w is w remainders in a row.

use super::{Member, PlacementError, member::total};

/// The list, as numbers of slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modulo {
    /// For each member the first slot that is after its own.
    ends: Vec<u32>,
}

impl Modulo {
    /// Slots for all members, as many as their weights say.
    ///
    /// # Errors
    /// If there are too many.
    pub fn new(members: &[Member]) -> Result<Self, PlacementError> {
        total(members, 1)?;
        let mut end = 0;
        let ends = members.iter().map(|member| {
            end += member.weight;
            end
        });
        Ok(Modulo { ends: ends.collect() })
    }

    /// How many slots there are.
    pub fn slots(&self) -> u32 {
        self.ends.last().copied().unwrap_or_default()
    }

    /// How many members there are, with slots or without.
    pub fn members(&self) -> usize {
        self.ends.len()
    }

    /// Whose slot it is.
    pub fn of_slot(&self, slot: u32) -> usize {
        self.ends.partition_point(|end| *end <= slot)
    }

    /// Whose is the slot that the remainder says.
    pub fn owner(&self, hash: u64) -> usize {
        self.of_slot((hash % u64::from(self.slots())) as u32)
    }

    /// The owner and those after it in the list, once round.
    pub fn walk(&self, hash: u64, visit: &mut dyn FnMut(usize) -> bool) {
        self.from(self.owner(hash), visit);
    }

    /// Those who have slots, from one on, once round.
    pub fn from(&self, first: usize, visit: &mut dyn FnMut(usize) -> bool) {
        let count = self.ends.len();
        let slots = |member: usize| self.ends[member] - member.checked_sub(1).map_or(0, |before| self.ends[before]);
        for member in (first..count).chain(0..first) {
            if slots(member) > 0 && !visit(member) {
                return;
            }
        }
    }
}

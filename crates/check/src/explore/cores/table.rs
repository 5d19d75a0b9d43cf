//! The states that were seen, for several threads at once.

use super::super::{Reached, visited::home};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many slots there are at least.
const FIRST: usize = 1 << 12;
/// A table of so many slots grows in smaller strides: there is less to lose by growing often.
const LARGE: usize = 1 << 22;

/// A set of hashes as that of one core, with how each was first reached in the order of one core, as far as is known.
///
/// Nothing else is read because of what is read here while threads write; they meet before they rely on one another. So
/// no order among accesses is asked for.
pub(super) struct Table {
    /// The slots: a power of two of chunks, of a power of two of slots each.
    chunks: Vec<Chunk>,
    /// The number of a slot, shifted by so many bits, is the number of its chunk.
    shift: u32,
}

/// A part of a table: to make it takes long enough that several threads should, each a few.
pub(super) type Chunk = Vec<Slot>;

pub(super) struct Slot {
    /// 0 is free.
    hash: AtomicU64,
    /// The least order in which it was reached.
    order: AtomicU64,
}

/// So many slots, a power of two, all free.
pub(super) fn chunk(slots: usize) -> Chunk {
    (0..slots).map(|_| Slot { hash: AtomicU64::new(0), order: AtomicU64::new(u64::MAX) }).collect()
}

/// So many slots are enough for so many hashes.
pub(super) fn slots_for(hashes: usize) -> usize {
    (hashes * 3).div_ceil(2).next_power_of_two().max(FIRST)
}

/// A place in the order of one core: by parent, then by choice. What was there before has place 0.
fn order_of(reached: Reached) -> u64 {
    u64::from(reached.parent) << 32 | u64::from(reached.choice)
}

impl Table {
    /// Of a power of two of chunks of equal size.
    pub fn of(chunks: Vec<Chunk>) -> Self {
        let shift = chunks.first().map_or(0, |first| first.len().trailing_zeros());
        Table { chunks, shift }
    }

    /// So many slots a larger one has, with room for so many hashes.
    pub fn larger(&self, hashes: usize) -> usize {
        slots_for(hashes).max(self.slots() * if self.slots() < LARGE { 4 } else { 2 })
    }

    fn slots(&self) -> usize {
        self.chunks.len() << self.shift
    }

    /// So many hashes may be added before it is too full to be quick.
    pub fn room(&self) -> usize {
        self.slots() * 2 / 3
    }

    pub fn bytes(&self) -> usize {
        self.slots() * size_of::<Slot>()
    }

    /// A hash that was met before everything that is still to come.
    pub fn put(&self, hash: u64) {
        self.slot(hash, self.glance(hash)).order.store(0, Relaxed);
    }

    /// Takes over one of so many shares of another's hashes.
    pub fn take(&self, other: &Table, share: usize, shares: usize) {
        let chunks = other.chunks.iter().enumerate().filter(|(place, _)| place % shares == share);
        for from in chunks.flat_map(|(_, chunk)| chunk) {
            let hash = from.hash.load(Relaxed);
            if hash != 0 {
                let to = self.slot(hash, self.glance(hash));
                to.order.store(from.order.load(Relaxed), Relaxed);
            }
        }
    }

    /// What is where a hash would be. Asked for several hashes in a row, the memory answers at once for all.
    pub fn glance(&self, hash: u64) -> u64 {
        self.at(self.home(hash)).hash.load(Relaxed)
    }

    /// A state is reached: what that means, given what was at its place at a glance.
    pub fn meet(&self, hash: u64, glance: u64, reached: Reached) -> Met {
        let order = order_of(reached);
        let slot = self.slot(hash, glance);
        if slot.order.load(Relaxed) <= order {
            return Met::Later;
        }
        match slot.order.fetch_min(order, Relaxed) {
            u64::MAX => Met::New,
            known if known > order => Met::Earlier,
            _ => Met::Later,
        }
    }

    /// Whether this is how the state was first reached.
    pub fn is_first(&self, hash: u64, reached: Reached) -> bool {
        self.slot(hash, self.glance(hash)).order.load(Relaxed) == order_of(reached)
    }

    /// The slot of a hash, which is made its own if it has none.
    fn slot(&self, hash: u64, glance: u64) -> &Slot {
        let (mut place, mut known) = (self.home(hash), glance);
        loop {
            let slot = self.at(place);
            if known == 0 {
                known = slot.hash.compare_exchange(0, hash, Relaxed, Relaxed).err().unwrap_or(hash);
            }
            if known == hash {
                return slot;
            }
            place = (place + 1) & (self.slots() - 1);
            known = self.at(place).hash.load(Relaxed);
        }
    }

    fn at(&self, place: usize) -> &Slot {
        let chunk = &self.chunks[place >> self.shift];
        &chunk[place & (chunk.len() - 1)]
    }

    fn home(&self, hash: u64) -> usize {
        home(hash, self.slots())
    }
}

/// What it means that a state is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// It is new.
    New,
    /// It was reached, but one core would have reached it here first.
    Earlier,
    /// One core would have reached it before.
    Later,
}

//! The states that were seen, for several threads at once.

use super::super::{Reached, visited::home};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// So many buckets there are at least.
const FIRST: usize = 1 << 10;
/// So many hashes find room in a bucket.
const WIDTH: usize = 5;
/// A bucket holds so many on average at most, so that few have to go on to the next one.
const LOAD: usize = 4;

/// A set of hashes as that of one core, with how each was first reached in the order of one core, as far as is known.
///
/// Nothing else is read because of what is read here while threads write; they meet before they rely on one another. So
/// no order among accesses is asked for.
pub(super) struct Table {
    /// The buckets: a power of two of chunks, of a power of two of buckets each.
    chunks: Vec<Chunk>,
    /// The number of a bucket, shifted by so many bits, is the number of its chunk.
    shift: u32,
}

/// A part of a table: to make it takes long enough that several threads should, each a few.
pub(super) type Chunk = Vec<Bucket>;

/// What memory gives at once. All zeros are an empty one.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Bucket {
    /// 0 is free; what is free comes last.
    hashes: [AtomicU64; WIDTH],
    /// For each hash the least number of a state from which it was reached, all bits turned. One thread alone goes on from
    /// a state, choice by choice; so of several choices of that state the first is known by coming first.
    turned: [AtomicU32; WIDTH],
}

/// So many buckets, a power of two, all empty.
pub(super) fn chunk(buckets: usize) -> Chunk {
    std::iter::repeat_with(Bucket::default).take(buckets).collect()
}

/// So many buckets are enough for so many hashes.
pub(super) fn buckets_for(hashes: usize) -> usize {
    hashes.div_ceil(LOAD).next_power_of_two().max(FIRST)
}

impl Table {
    /// Of a power of two of chunks of equal size.
    pub fn of(chunks: Vec<Chunk>) -> Self {
        let shift = chunks.first().map_or(0, |first| first.len().trailing_zeros());
        Table { chunks, shift }
    }

    /// So many buckets a larger one has, with room for so many hashes.
    pub fn larger(&self, hashes: usize) -> usize {
        buckets_for(hashes).max(self.buckets() * 2)
    }

    fn buckets(&self) -> usize {
        self.chunks.len() << self.shift
    }

    /// So many hashes may be added before it is too full to be quick.
    pub fn room(&self) -> usize {
        self.buckets() * LOAD
    }

    pub fn bytes(&self) -> usize {
        self.buckets() * size_of::<Bucket>()
    }

    /// A hash that was met before everything that is still to come.
    pub fn put(&self, hash: u64) {
        self.reached(hash, self.glance(hash)).store(u32::MAX, Relaxed);
    }

    /// Takes over one of so many shares of another's hashes.
    pub fn take(&self, other: &Table, share: usize, shares: usize) {
        let chunks = other.chunks.iter().enumerate().filter(|(place, _)| place % shares == share);
        for from in chunks.flat_map(|(_, chunk)| chunk) {
            for (hash, turned) in from.hashes.iter().zip(&from.turned) {
                let hash = hash.load(Relaxed);
                if hash == 0 {
                    break;
                }
                self.reached(hash, self.glance(hash)).store(turned.load(Relaxed), Relaxed);
            }
        }
    }

    /// What is first where a hash would be. Asked for several hashes in a row, the memory answers at once for all.
    pub fn glance(&self, hash: u64) -> u64 {
        self.at(self.home(hash)).hashes[0].load(Relaxed)
    }

    /// A state is reached: what that means, given what was at its place at a glance.
    pub fn meet(&self, hash: u64, glance: u64, reached: Reached) -> Met {
        let turned = !reached.parent;
        let known = self.reached(hash, glance);
        if known.load(Relaxed) >= turned {
            return Met::Later;
        }
        match known.fetch_max(turned, Relaxed) {
            0 => Met::New,
            known if known < turned => Met::Earlier,
            _ => Met::Later,
        }
    }

    /// Whether this is how the state was first reached.
    pub fn is_first(&self, hash: u64, reached: Reached) -> bool {
        self.reached(hash, self.glance(hash)).load(Relaxed) == !reached.parent
    }

    /// How a hash was reached; it gets a place if it has none.
    fn reached(&self, hash: u64, glance: u64) -> &AtomicU32 {
        let (mut place, mut known) = (self.home(hash), glance);
        loop {
            let bucket = self.at(place);
            for (slot, turned) in bucket.hashes.iter().zip(&bucket.turned) {
                if known != hash {
                    known = slot.load(Relaxed);
                }
                if known == 0 {
                    known = slot.compare_exchange(0, hash, Relaxed, Relaxed).err().unwrap_or(hash);
                }
                if known == hash {
                    return turned;
                }
            }
            place = (place + 1) & (self.buckets() - 1);
        }
    }

    fn at(&self, place: usize) -> &Bucket {
        let chunk = &self.chunks[place >> self.shift];
        &chunk[place & (chunk.len() - 1)]
    }

    fn home(&self, hash: u64) -> usize {
        home(hash, self.buckets())
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

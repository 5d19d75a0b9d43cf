//! The states that were seen, by a hash of 64 bits each.

use lightcone_sim::digest::{SEED, finished, mixed};
use std::hash::{Hash, Hasher};

/// A set of hashes: open addressing with linear probing, so that to ask for one touches one place in memory.
#[derive(Clone, Debug)]
pub(super) struct Visited {
    /// A power of two of them; 0 is free.
    slots: Vec<u64>,
    count: usize,
}

/// How many slots there are at first.
const FIRST: usize = 1 << 10;

impl Default for Visited {
    fn default() -> Self {
        Visited { slots: vec![0; FIRST], count: 0 }
    }
}

impl Visited {
    /// Adds a hash; false if it was there.
    pub fn insert(&mut self, hash: u64) -> bool {
        if self.count * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let new = put(&mut self.slots, Visited::key(hash));
        self.count += usize::from(new);
        new
    }

    /// Whether a hash is there.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn has(&self, hash: u64) -> bool {
        let mut place = home(hash, self.slots.len());
        while self.slots[place] != 0 && self.slots[place] != hash {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] == hash
    }

    /// All hashes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn hashes(&self) -> impl Iterator<Item = u64> {
        self.slots.iter().copied().filter(|hash| *hash != 0)
    }

    /// What stands for a hash: no hash is 0.
    pub fn key(hash: u64) -> u64 {
        hash.max(1)
    }

    /// So many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u64>()
    }

    fn grow(&mut self) {
        let mut wider = vec![0; self.slots.len() * 2];
        for hash in self.slots.iter().filter(|hash| **hash != 0) {
            put(&mut wider, *hash);
        }
        self.slots = wider;
    }
}

fn put(slots: &mut [u64], hash: u64) -> bool {
    let mut place = home(hash, slots.len());
    loop {
        match slots[place] {
            0 => {
                slots[place] = hash;
                return true;
            }
            known if known == hash => return false,
            _ => place = (place + 1) & (slots.len() - 1),
        }
    }
}

/// Where a hash is, unless others were there before.
pub fn home(hash: u64, slots: usize) -> usize {
    // The high bits are the best mixed.
    usize::try_from(hash >> (64 - slots.trailing_zeros())).expect("a table has fewer slots than there are addresses")
}

/// The hash of a state. Only this process knows what it stands for.
pub fn hash_of(state: &(impl Hash + ?Sized)) -> u64 {
    let mut mixer = Mixer(SEED);
    state.hash(&mut mixer);
    mixer.finish()
}

/// Mixes words one by one.
struct Mixer(u64);

impl Mixer {
    #[inline]
    fn word(&mut self, word: u64) {
        self.0 = mixed(self.0, word);
    }
}

macro_rules! words {
    ($($method:ident: $type:ty,)*) => {
        $(#[inline]
        fn $method(&mut self, value: $type) {
            self.word(value as u64);
        })*
    };
}

impl Hasher for Mixer {
    words! {
        write_u8: u8, write_u16: u16, write_u32: u32, write_u64: u64, write_usize: usize,
        write_i8: i8, write_i16: i16, write_i32: i32, write_i64: i64, write_isize: isize,
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn finish(&self) -> u64 {
        finished(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_new_once_however_many_there_are() {
        let mut visited = Visited::default();
        let hashes: Vec<u64> = (0..50_000_u64).map(|n| hash_of(&n)).collect();
        assert!(hashes.iter().all(|hash| visited.insert(*hash)));
        assert!(hashes.iter().all(|hash| !visited.insert(*hash)));
    }
}

//! Jump consistent hash: a handful of multiplications in place of a ring.
//!
//! Let the number of buckets grow from one. A key in one of n buckets must move to bucket n with a chance of 1 in n + 1,
//! and nowhere else, so that all stay even. The key seeds a generator of random numbers that decides it, always alike, and
//! one number tells at once at which n the key jumps next: about ln n jumps, no memory, and no two buckets differ by more
//! than chance. (Lamping, Veach: A Fast, Minimal Memory, Consistent Hash Algorithm, 2014: its code, number by number.)
//!
//! The price, which the paper names at once: buckets are numbers. Only the last can go without moving what others hold; who
//! leaves from the middle moves everyone after him by one. It is for stores whose parts have copies, less for caches.
//!
//! The algorithm knows no weights; here a weight w is w buckets in a row. It knows no copies either; here the next copy is
//! where the key falls when it is hashed again.

use super::{Member, PlacementError, modulo::Modulo};

/// The list, as numbers of buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    buckets: Modulo,
}

impl Jump {
    /// Buckets for all members, as many as their weights say.
    ///
    /// # Errors
    /// If there are too many.
    pub fn new(members: &[Member]) -> Result<Self, PlacementError> {
        Ok(Jump { buckets: Modulo::new(members)? })
    }

    /// Whose is the bucket that the key jumps to.
    pub fn owner(&self, hash: u64) -> usize {
        self.buckets.of_slot(bucket(hash, self.buckets.slots()))
    }

    /// The owners of the key hashed again and again, and then everybody: who has very little weight might never come up.
    pub fn walk(&self, hash: u64, visit: &mut dyn FnMut(usize) -> bool) {
        let first = self.owner(hash);
        let mut again = hash;
        for _ in 0..8 * self.buckets.members() {
            if !visit(self.owner(again)) {
                return;
            }
            again = super::key(&again.to_le_bytes());
        }
        self.buckets.from(first, visit);
    }
}

/// The bucket of a key, below `buckets`; 0 if there is none.
pub fn bucket(mut key: u64, buckets: u32) -> u32 {
    let (mut bucket, mut next) = (0, 0_u64);
    while next < u64::from(buckets) {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        // These are rounded in one way by all machines.
        next = ((bucket + 1) as f64 * ((1_u64 << 31) as f64 / ((key >> 33) + 1) as f64)) as u64;
    }
    bucket as u32
}

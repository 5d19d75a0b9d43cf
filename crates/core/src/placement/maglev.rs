//! Maglev hashing: a table that says for each remainder who has it.
//!
//! Each member has a permutation of the table, of its own: from an offset in equal steps, both hashes of its name. As the
//! size is prime, such steps come by every entry. Members take turns, and each takes the first entry of its permutation
//! that nobody has, until the table is full. So no two differ by more than one entry: this is as even as can be, and a
//! lookup is one remainder. (Eisenbud et al.: Maglev, NSDI 2016, section 3.4.)
//!
//! The price: when the list changes, a few entries change hands that would not have to, because somebody else came first
//! in another turn. Section 5.3 shows how few, and that larger tables have fewer. A load balancer can live with that: it
//! remembers its connections anyhow.
//!
//! A weight is the frequency of turns, as the paper proposes: beside the greatest weight g, weight w has w turns in g.

use super::{Member, PlacementError};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maglev {
    entries: Vec<u32>,
}

/// A member that fills the table.
struct Taker {
    member: u32,
    weight: u64,
    /// The next entry of its permutation.
    next: u64,
    /// The step of its permutation.
    skip: u64,
    /// What it has of its next turn, of the greatest weight.
    credit: u64,
}

const FREE: u32 = u32::MAX;

impl Maglev {
    /// The table of `size` entries.
    ///
    /// # Errors
    /// If the size is not prime, or there are more members with a weight than entries.
    pub fn new(members: &[Member], size: u32) -> Result<Self, PlacementError> {
        if !is_prime(size) {
            return Err(PlacementError::NotPrime(size));
        }
        let mut takers: Vec<Taker> = members
            .iter()
            .enumerate()
            .filter(|(_, of)| of.weight > 0)
            .map(|(place, of)| taker(place, of, size))
            .collect();
        if takers.len() as u64 > u64::from(size) {
            return Err(PlacementError::TooSmall { size, members: takers.len() });
        }
        if u64::from(size) > super::member::MOST {
            return Err(PlacementError::TooMany(u64::from(size)));
        }
        Ok(Maglev { entries: filled(&mut takers, size) })
    }

    /// Whose entry the remainder is.
    pub fn owner(&self, hash: u64) -> usize {
        self.entries[self.place(hash)] as usize
    }

    /// The owners of all entries from the key's on, once round.
    pub fn walk(&self, hash: u64, visit: &mut dyn FnMut(usize) -> bool) {
        let (before, after) = self.entries.split_at(self.place(hash));
        after.iter().chain(before).all(|member| visit(*member as usize));
    }

    /// For each entry the place of its member in the list.
    pub fn entries(&self) -> &[u32] {
        &self.entries
    }

    fn place(&self, hash: u64) -> usize {
        (hash % self.entries.len() as u64) as usize
    }
}

fn taker(place: usize, member: &Member, size: u32) -> Taker {
    let (name, size) = (member.name.as_bytes(), u64::from(size));
    Taker {
        member: place as u32,
        weight: u64::from(member.weight),
        next: xxh3_64_with_seed(name, 1) % size,
        skip: xxh3_64_with_seed(name, 2) % (size - 1) + 1,
        credit: 0,
    }
}

/// The entries, after all have taken turns until none was free.
fn filled(takers: &mut [Taker], size: u32) -> Vec<u32> {
    let mut entries = vec![FREE; size as usize];
    let most = takers.iter().map(|taker| taker.weight).max().unwrap_or_default();
    let mut left = size;
    while left > 0 {
        for taker in &mut *takers {
            taker.credit += taker.weight;
            if taker.credit < most || left == 0 {
                continue;
            }
            taker.credit -= most;
            while entries[taker.next as usize] != FREE {
                taker.step(size);
            }
            entries[taker.next as usize] = taker.member;
            left -= 1;
        }
    }
    entries
}

impl Taker {
    fn step(&mut self, size: u32) {
        self.next += self.skip;
        if self.next >= u64::from(size) {
            self.next -= u64::from(size);
        }
    }
}

fn is_prime(number: u32) -> bool {
    let mut divisors = (2_u64..).take_while(|divisor| divisor * divisor <= u64::from(number));
    number >= 2 && divisors.all(|divisor| !u64::from(number).is_multiple_of(divisor))
}

//! Placing keys: one lookup, and all keys placed anew when a member joins.

use crate::Workload;
use lightcone_core::placement::{self, Member, Placement, Scheme, Slack};
use std::hint::black_box;

/// Members of the ring.
pub const MEMBERS: usize = 100;
/// Virtual nodes of each.
pub const POINTS: u32 = 160;
/// How many keys are placed.
pub const KEYS: u32 = 100_000;
/// What a lookup is.
pub const LOOKUP: &str = "100 members, 160 virtual nodes each; the hash of the key included";
/// What a join is.
pub const JOIN: &str = "100,000 keys are placed anew when the 101st member joins; at most 16 ms in the browser";

const RING: Scheme = Scheme::Ring { seed: 1, points: POINTS };

/// Every scheme.
const SCHEMES: [Scheme; 7] = [
    RING,
    Scheme::Ketama,
    Scheme::Modulo,
    Scheme::Rendezvous,
    Scheme::Jump,
    Scheme::Maglev { size: 65_537 },
    Scheme::Bounded { seed: 1, points: POINTS, slack: Slack { parts: 1, of: 4 } },
];

/// So many members, each on a machine of its own.
pub fn members(count: usize) -> Vec<Member> {
    (0..count).zip(0..).map(|(nth, machine)| Member::new(format!("10.0.0.{nth}:11211"), machine)).collect()
}

/// The ring on which lookups are measured.
///
/// # Panics
/// If it cannot be made, which it can.
pub fn ring(scheme: Scheme) -> Placement {
    Placement::new(scheme, &members(MEMBERS)).expect("a ring of 100 members")
}

/// Lookups, one after the other.
pub struct Lookups(Placement);

impl Lookups {
    /// On the ring.
    pub fn new() -> Self {
        Lookups(ring(RING))
    }

    /// Looks all keys up, and says something of their owners.
    pub fn all(&self) -> usize {
        (0..u64::from(KEYS)).map(|key| self.0.owner(placement::key(&key.to_le_bytes()))).sum()
    }
}

impl Default for Lookups {
    fn default() -> Self {
        Lookups::new()
    }
}

impl Workload for Lookups {
    fn sample(&mut self, _nth: u32) -> u32 {
        black_box(self.all());
        KEYS
    }
}

/// Keys that are held by some when one more joins.
pub struct Joined {
    scheme: Scheme,
    after: Vec<Member>,
    keys: Vec<u64>,
    before: Vec<u32>,
    owners: Vec<u32>,
}

impl Joined {
    /// By the scheme of this number.
    pub fn new(scheme: usize) -> Self {
        let scheme = SCHEMES[scheme];
        let before = ring(scheme);
        let keys: Vec<u64> = (0..KEYS).map(|key| before.key(&key.to_le_bytes())).collect();
        let owners = before.assign(&keys);
        Joined { scheme, after: members(MEMBERS + 1), keys, before: owners.clone(), owners }
    }
}

impl Workload for Joined {
    fn prepare(&mut self, _nth: u32) {
        self.owners.clone_from(&self.before);
    }

    fn sample(&mut self, _nth: u32) -> u32 {
        let after = Placement::new(self.scheme, &self.after).expect("one more");
        after.join(&self.keys, &mut self.owners);
        black_box(&self.owners);
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_keys_go_to_the_newcomer() {
        for scheme in 0..SCHEMES.len() {
            let mut joined = Joined::new(scheme);
            joined.prepare(0);
            joined.sample(0);
            let taken = joined.owners.iter().filter(|owner| **owner == 100).count();
            assert!((700..1_300).contains(&taken), "{scheme}: {taken}");
        }
    }
}

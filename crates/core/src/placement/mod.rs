//! Placement: which member of a cluster holds a key, as a pure function of the key and of the list of members.
//!
//! Nobody is asked and nothing is looked up: whoever knows the list finds the holder by himself. What the schemes differ
//! in is how many keys change hands when the list changes, how evenly they are spread, and what the list may look like:
//!
//! - [`modulo`]: the obvious one. Nearly every key moves when a member joins.
//! - [`ring`]: consistent hashing. A join takes keys to the newcomer only. [`ketama`] is its layout in caches.
//! - [`rendezvous`]: each member bids for each key. As few moves, no ring, but a bid of everybody for each lookup.
//! - [`jump`]: no memory at all, and the most even; members can come and go only at the end of the list.
//! - [`maglev`]: a table for the fastest lookup, nearly even; a few keys move that need not.
//! - [`bounded`]: the ring with a limit to what each member holds.
//!
//! A key is its hash of 64 bits, from [`Placement::key`]. All arithmetic is that of integers, or of floating point
//! operations that are the same on every machine, so that a page and a terminal agree about every key. A member of
//! weight 0 holds nothing.

pub mod bounded;
pub mod changing;
pub mod jump;
pub mod ketama;
pub mod maglev;
pub mod measure;
mod member;
pub mod modulo;
pub mod rendezvous;
pub mod ring;

#[cfg(test)]
mod tests;

pub use bounded::Slack;
pub use changing::{Change, Changing};
pub use member::{Member, PlacementError};
pub use ring::Ring;

use jump::Jump;
use maglev::Maglev;
use modulo::Modulo;
use rendezvous::Rendezvous;
use xxhash_rust::xxh3::xxh3_64;

/// How keys are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// The ring with virtual nodes.
    Ring {
        /// Where the virtual nodes lie: each seed is another ring.
        seed: u64,
        /// Virtual nodes for each unit of weight.
        points: u32,
    },
    /// The ring as libketama lays it out.
    Ketama,
    /// The remainder of the hash.
    Modulo,
    /// The highest bid.
    Rendezvous,
    /// Jump consistent hash.
    Jump,
    /// A lookup table.
    Maglev {
        /// Entries of the table: a prime number, best a hundred times the number of members.
        size: u32,
    },
    /// The ring with limited loads.
    Bounded {
        /// Where the virtual nodes lie.
        seed: u64,
        /// Virtual nodes for each unit of weight.
        points: u32,
        /// By how much a load may exceed the fair one.
        slack: Slack,
    },
}

impl Scheme {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Ring { .. } => "ring",
            Scheme::Ketama => "ketama",
            Scheme::Modulo => "modulo",
            Scheme::Rendezvous => "rendezvous",
            Scheme::Jump => "jump",
            Scheme::Maglev { .. } => "maglev",
            Scheme::Bounded { .. } => "bounded",
        }
    }

    /// Whether it matters where in the list a member stands. All who use it need the list in one order then.
    pub fn goes_by_place(self) -> bool {
        matches!(self, Scheme::Modulo | Scheme::Jump | Scheme::Maglev { .. })
    }
}

/// The members of a cluster with the scheme that places keys among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    members: Vec<Member>,
    kind: Kind,
}

/// What a scheme made of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Ring(Ring),
    Ketama(Ring),
    Modulo(Modulo),
    Rendezvous(Rendezvous),
    Jump(Jump),
    Maglev(Maglev),
    Bounded(Ring, Slack),
}

/// Who holds the copies of a key, the first one first, as places in the list of members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// The holders, each once.
    pub members: Vec<usize>,
    /// Whether two of them stand on one machine, because there are fewer machines than copies: one failure may then take
    /// both.
    pub doubled: bool,
}

impl Placement {
    /// The placement of keys among `members`.
    ///
    /// # Errors
    /// If there is nobody to hold a key, two members have one name, or the numbers of the scheme do not fit.
    pub fn new(scheme: Scheme, members: &[Member]) -> Result<Self, PlacementError> {
        member::check(members)?;
        let kind = match scheme {
            Scheme::Ring { seed, points } => Kind::Ring(Ring::new(members, seed, points)?),
            Scheme::Ketama => Kind::Ketama(ketama::ring(members)?),
            Scheme::Modulo => Kind::Modulo(Modulo::new(members)?),
            Scheme::Rendezvous => Kind::Rendezvous(Rendezvous::new(members)),
            Scheme::Jump => Kind::Jump(Jump::new(members)?),
            Scheme::Maglev { size } => Kind::Maglev(Maglev::new(members, size)?),
            Scheme::Bounded { seed, points, slack } => {
                Kind::Bounded(Ring::new(members, seed, points)?, slack.checked()?)
            }
        };
        Ok(Placement { members: members.to_vec(), kind })
    }

    /// The hash of a key, by which it is placed.
    pub fn key(&self, name: &[u8]) -> u64 {
        match self.kind {
            Kind::Ketama(_) => ketama::key(name),
            _ => key(name),
        }
    }

    /// Who takes part.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The ring, if it is one.
    pub fn ring(&self) -> Option<&Ring> {
        match &self.kind {
            Kind::Ring(ring) | Kind::Ketama(ring) | Kind::Bounded(ring, _) => Some(ring),
            Kind::Modulo(_) | Kind::Rendezvous(_) | Kind::Jump(_) | Kind::Maglev(_) => None,
        }
    }

    /// Who holds a key, as a place in the list. With limited loads it is who holds it as long as he has room.
    pub fn owner(&self, hash: u64) -> usize {
        match &self.kind {
            Kind::Ring(ring) | Kind::Ketama(ring) | Kind::Bounded(ring, _) => ring.owner(hash),
            Kind::Modulo(modulo) => modulo.owner(hash),
            Kind::Rendezvous(rendezvous) => rendezvous.owner(hash),
            Kind::Jump(jump) => jump.owner(hash),
            Kind::Maglev(maglev) => maglev.owner(hash),
        }
    }

    /// Who holds each of these keys, as places in the list. It differs from [`Placement::owner`] only where loads are
    /// limited: then keys find their places one after the other.
    pub fn assign(&self, keys: &[u64]) -> Vec<u32> {
        match &self.kind {
            Kind::Bounded(ring, slack) => bounded::assign(ring, &self.members, *slack, keys),
            _ => keys.iter().map(|hash| self.owner(*hash) as u32).collect(),
        }
    }

    /// Places keys anew after the last member of the list has joined; `owners` are those without him. Rendezvous asks
    /// only him and who held the key.
    pub fn join(&self, keys: &[u64], owners: &mut [u32]) {
        match &self.kind {
            Kind::Rendezvous(rendezvous) => {
                let newcomer = self.members.len() - 1;
                for (hash, owner) in keys.iter().zip(owners) {
                    *owner = rendezvous.better(*hash, newcomer, *owner as usize) as u32;
                }
            }
            _ => owners.iter_mut().zip(self.assign(keys)).for_each(|(owner, now)| *owner = now),
        }
    }

    /// The `copies` members that hold a key, the owner first: the next distinct ones on distinct machines, and where
    /// there are too few machines, the next of those left out.
    ///
    /// # Errors
    /// If more are asked for than there are with a weight.
    pub fn preference(&self, hash: u64, copies: usize) -> Result<Preference, PlacementError> {
        let placeable = self.members.iter().filter(|member| member.weight > 0).count();
        if copies > placeable {
            return Err(PlacementError::TooManyCopies { copies, members: placeable });
        }
        let mut all = Vec::new();
        let mut chosen: Vec<usize> = Vec::new();
        let mut visit = |member: usize| {
            if chosen.len() < copies && !all.contains(&member) {
                all.push(member);
                let machine = self.members[member].machine;
                if chosen.iter().all(|other| self.members[*other].machine != machine) {
                    chosen.push(member);
                }
            }
            chosen.len() < copies && all.len() < placeable
        };
        self.walk(hash, &mut visit);
        // Who has very little weight beside the others may have no point and no entry.
        (0..self.members.len()).filter(|member| self.members[*member].weight > 0).all(&mut visit);
        let doubled = chosen.len() < copies;
        let rest: Vec<usize> = all.into_iter().filter(|member| !chosen.contains(member)).collect();
        chosen.extend(rest.into_iter().take(copies - chosen.len()));
        Ok(Preference { members: chosen, doubled })
    }

    /// Visits the members in the order in which they would hold a key, some more than once, as long as `visit` says so.
    fn walk(&self, hash: u64, visit: &mut dyn FnMut(usize) -> bool) {
        match &self.kind {
            Kind::Ring(ring) | Kind::Ketama(ring) | Kind::Bounded(ring, _) => ring.walk(hash, visit),
            Kind::Modulo(modulo) => modulo.walk(hash, visit),
            Kind::Rendezvous(rendezvous) => rendezvous.walk(hash, visit),
            Kind::Jump(jump) => jump.walk(hash, visit),
            Kind::Maglev(maglev) => maglev.walk(hash, visit),
        }
    }
}

/// The hash of a key for every scheme but Ketama.
pub fn key(name: &[u8]) -> u64 {
    xxh3_64(name)
}
